#include "cli/agree.h"

#include "cli/judge.h"
#include "cli/tell.h"
#include "db/manage.h"

typedef struct agreeing {
    dx_store *store;
    const dx_settings *settings;
    const dx_knowledge *know;
    dx_knowledge own;
    dx_arena *names, *into; /* names: of one round; into: of one server */
} agreeing;

static dx_rc need_rules(agreeing *a, dx_err *err)
{
    if (a->know)
        return DX_OK;
    if (dx_knowledge_load(&a->own, a->settings, err) != DX_OK)
        return DX_FAIL;
    a->know = &a->own;
    return DX_OK;
}

static dx_rc judge(agreeing *a, dx_store *with, const dx_str *servers, size_t n, dx_err *err)
{
    const dx_judge j = {.store = with, .book = a->know->book, .into = a->into};

    if (dx_store_begin(with, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++, dx_arena_reset(a->into))
        if (dx_judge_server(&j, servers[i], err) != DX_OK) {
            dx_store_rollback(with);
            return DX_FAIL;
        }
    return dx_store_commit(with, err);
}

/* The servers behind `after`; it becomes the last of them. */
static dx_rc one_round(agreeing *a, dx_buf *after, dx_err *err)
{
    dx_store *with;
    dx_str *servers;
    size_t n;

    dx_rc rc = dx_store_apart(a->store, dx_buf_str(after), a->names, &with, &servers, &n, err);
    if (rc != DX_OK)
        return rc;
    rc = need_rules(a, err);
    if (rc == DX_OK)
        rc = judge(a, with, servers, n, err);
    if (rc == DX_OK)
        rc = dx_store_agree(a->store, with, err);
    dx_store_close(with);
    dx_buf_clear(after);
    dx_buf_add(after, servers[n - 1]);
    dx_arena_reset(a->names);
    return rc == DX_OK && after->failed ? dx_nomem(err) : rc;
}

dx_rc dx_agree(dx_store *store, const dx_settings *settings, const dx_knowledge *know, dx_err *err)
{
    agreeing a = {.store = store,
                  .settings = settings,
                  .know = know,
                  .names = dx_arena_new(0),
                  .into = dx_arena_new(0)};
    dx_buf after = {0};
    dx_rc rc = a.names && a.into ? DX_OK : dx_nomem(err);

    while (rc == DX_OK)
        rc = one_round(&a, &after, err);
    dx_knowledge_done(&a.own);
    dx_buf_done(&after);
    dx_arena_free(a.names);
    dx_arena_free(a.into);
    return rc == DX_END ? DX_OK : DX_FAIL;
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
