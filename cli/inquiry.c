#include "cli/inquiry.h"

#include "cli/open.h"
#include "cli/typed_key.h"

dx_rc dx_inquiry_open(dx_inquiry *q, dx_err *err)
{
    const dx_settings *settings = &q->in->settings;

    q->ask = (dx_explain){
        .know = &q->know, .into = q->in->arena, .why_not = settings->why_not, .db = settings->db};
    if (dx_open_clock(settings, &q->ask.now_us, err) != DX_OK)
        return DX_FAIL;
    return dx_knowledge_load(&q->know, settings, err);
}

static dx_rc open_store(dx_inquiry *q, dx_err *err)
{
    if (q->store)
        return DX_OK;
    return dx_open_known(q->in, q->ask.now_us, false, &q->store, &q->store_name, err);
}

dx_rc dx_inquiry_finding(dx_inquiry *q, dx_str key, dx_report *out, dx_err *err)
{
    dx_str whole;

    if (open_store(q, err) != DX_OK ||
        dx_typed_key_in(q->store, q->store_name, key, q->ask.into, &whole, err) != DX_OK)
        return DX_FAIL;
    return dx_explain_finding(&q->ask, q->store, q->store_name, whole, out, err);
}

dx_rc dx_inquiry_ticket(dx_inquiry *q, dx_str ticket, dx_report *out, dx_err *err)
{
    dx_str key;

    if (open_store(q, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = dx_ticket_key_in(q->store, ticket, q->ask.into, &key, err);
    return rc == DX_OK ? dx_explain_finding(&q->ask, q->store, q->store_name, key, out, err) : rc;
}

void dx_inquiry_close(dx_inquiry *q)
{
    dx_store_close(q->store);
    dx_knowledge_done(&q->know);
}
