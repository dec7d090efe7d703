#include "web/decide.h"

#include "core/time.h"
#include "db/trends.h"

enum { TEXT_MOST = 400, NAME_MOST = 80 };

static dx_rc open_writer(const dx_request *q, dx_store **out, dx_err *err)
{
    const dx_store_options options = {.must_exist = true, .now_us = q->now_us};
    return dx_store_open(out, q->options->store, &options, err);
}

static dx_rc check_text(const char *what, dx_str text, size_t most, bool needed, dx_err *err)
{
    if (needed && text.n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%s' is missing", what);
    if (text.n > most)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%s' is longer than %zu bytes", what, most);
    return DX_OK;
}

dx_rc dx_decide_resolve(const dx_request *q, dx_err *err)
{
    const dx_resolution r = {.key = q->part,
                             .fix = dx_str_trim(dx_request_form(q, "fix")),
                             .ticket = dx_str_trim(dx_request_form(q, "ticket")),
                             .by = dx_str_trim(dx_request_form(q, "by"))};
    dx_store *store;

    if (check_text("fix", r.fix, TEXT_MOST, true, err) != DX_OK ||
        check_text("ticket", r.ticket, NAME_MOST, false, err) != DX_OK ||
        check_text("by", r.by, NAME_MOST, false, err) != DX_OK ||
        open_writer(q, &store, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = dx_store_resolve(store, &r, err);
    dx_store_close(store);
    return rc;
}

dx_rc dx_decide_silence(const dx_request *q, dx_err *err)
{
    static const int64_t day_us = 86400000000;
    const dx_str until = dx_str_trim(dx_request_form(q, "until"));
    const dx_str reason = dx_str_trim(dx_request_form(q, "reason"));
    const dx_str by = dx_str_trim(dx_request_form(q, "by"));
    int64_t until_us = DX_NO_TIME;
    dx_store *store;

    if (until.n && !dx_time_from_iso(until, &until_us))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'until' is no date: write 2026-11-22");
    if (until.n && until_us + day_us <= q->now_us)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'until' is over already");
    if (!dx_rulebook_rule(q->options->book, q->part))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no diagnosis has this name");
    if (check_text("reason", reason, TEXT_MOST, until.n > 0, err) != DX_OK ||
        check_text("by", by, NAME_MOST, false, err) != DX_OK ||
        open_writer(q, &store, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc =
        dx_store_silence(store, q->part, until.n ? until_us + day_us : DX_NO_TIME, reason, by, err);
    dx_store_close(store);
    return rc;
}
