#include "cli/agree.h"

#include "cli/judge.h"
#include "cli/tell.h"
#include "db/manage.h"

static dx_rc judge_all(const dx_judge *j, const dx_str *servers, size_t n, dx_err *err)
{
    if (dx_store_begin(j->store, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++, dx_arena_reset(j->into))
        if (dx_judge_server(j, servers[i], err) != DX_OK) {
            dx_store_rollback(j->store);
            return DX_FAIL;
        }
    return dx_store_commit(j->store, err);
}

static dx_rc settle_with(const void *know, dx_store *with, const dx_str *servers, size_t n,
                         dx_err *err)
{
    const dx_judge j = {
        .store = with, .book = ((const dx_knowledge *)know)->book, .into = dx_arena_new(0)};
    const dx_rc rc = j.into ? judge_all(&j, servers, n, err) : dx_nomem(err);

    dx_arena_free(j.into);
    return rc;
}

static dx_rc settle_by(const void *settings, dx_store *with, const dx_str *servers, size_t n,
                       dx_err *err)
{
    dx_knowledge know = {0};
    dx_rc rc = dx_knowledge_load(&know, settings, err);

    if (rc == DX_OK)
        rc = settle_with(&know, with, servers, n, err);
    dx_knowledge_done(&know);
    return rc;
}

dx_settler dx_agree_settler(const dx_settings *settings, const dx_knowledge *know)
{
    return know ? (dx_settler){settle_with, know} : (dx_settler){settle_by, settings};
}

dx_rc dx_agree(dx_store *store, const dx_settings *settings, const dx_knowledge *know, dx_err *err)
{
    const dx_settler by = dx_agree_settler(settings, know);

    return dx_store_settle(store, &by, err);
}

dx_rc dx_agree_send(dx_store *store, const dx_settings *settings, const dx_knowledge *know,
                    dx_err *err)
{
    dx_err why = {0};
    dx_sent sent;
    dx_rc rc = dx_store_send(store, &sent, &why);

    if (rc == DX_END)
        dx_cli_say("%s; what was found waits in %s and is sent with the next command", why.text,
                   sent.waits_in);
    if (rc == DX_FAIL)
        *err = why;
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    /* A watch has many rounds; what one of them cannot do, the next that sends does. */
    return sent.attempts || !settings->watch ? dx_agree(store, settings, know, err) : DX_OK;
}
