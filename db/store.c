#include "db/backend.h"
#include <string.h>

static const dx_backend *const backends[] = {&dx_backend_sqlite, &dx_backend_clickhouse};

static dx_rc writable(const dx_store *s, dx_err *err)
{
    if (s->read_only)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store was opened for reading only");
    return DX_OK;
}

void dx_store_show(dx_buf *to, dx_str where)
{
    static const char beyond[] = "://", query[] = "?cluster=";
    const size_t scheme = dx_str_find(where, dx_str_of(beyond), 0);
    size_t from = scheme == SIZE_MAX ? where.n : scheme + strlen(beyond), at = from, to_mark;

    for (size_t i = from; i < where.n; i++)
        at = where.p[i] == '@' ? i : at;
    dx_buf_add(to, dx_str_slice(where, 0, from));
    dx_buf_add(to, at > from ? DX_LIT("...") : DX_LIT(""));
    to_mark = dx_str_find(where, DX_LIT("?"), at);
    if (to_mark == SIZE_MAX ||
        (dx_str_starts(dx_str_slice(where, to_mark, where.n), dx_str_of(query)) &&
         dx_str_find(where, DX_LIT("&"), to_mark) == SIZE_MAX)) {
        dx_buf_add(to, dx_str_slice(where, at, where.n));
        return;
    }
    dx_buf_add(to, dx_str_slice(where, at, to_mark));
    dx_buf_add(to, DX_LIT("?..."));
}

static dx_rc unknown_store(const char *where, dx_err *err)
{
    dx_buf shown = {0};

    dx_store_show(&shown, dx_str_of(where));
    const dx_rc rc = dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                             "'%.*s' is no store that this program knows: name a file, :memory: or "
                             "clickhouse://host:port/database",
                             DX_FMT(dx_buf_str(&shown)));
    dx_buf_done(&shown);
    return rc;
}

dx_rc dx_store_open(dx_store **out, const char *where, const dx_store_options *options, dx_err *err)
{
    if (!where || !*where)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "the store needs a name: a file or :memory:");
    for (size_t i = 0; i < sizeof backends / sizeof *backends; i++)
        if (backends[i]->knows(where))
            return backends[i]->open(out, where, options, err);
    return unknown_store(where, err);
}

void dx_store_close(dx_store *s)
{
    if (s)
        s->backend->close(s);
}

dx_rc dx_store_begin_scan(dx_store *s, const dx_scan_info *info, int64_t *scan, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->begin_scan(s, info, scan, err);
}

dx_rc dx_store_end_scan(dx_store *s, int64_t scan, bool complete, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->end_scan(s, scan, complete, err);
}

dx_rc dx_store_put_log(dx_store *s, int64_t scan, const dx_log *log, dx_stored *out, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->put_log(s, scan, log, out, err);
}

dx_rc dx_store_put_unread(dx_store *s, const dx_unread *u, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->put_unread(s, u, err);
}

dx_rc dx_store_was_read(dx_store *s, dx_str path, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->was_read(s, path, err);
}

dx_rc dx_store_put_events(dx_store *s, const dx_case *of, const dx_event *events, size_t n,
                          dx_err *err)
{
    if (dx_backend_may(s, s->backend->put_events, true, "be rediagnosed by new rules", err) !=
        DX_OK)
        return DX_FAIL;
    return s->backend->put_events(s, of, events, n, err);
}

dx_rc dx_store_put_verdict(dx_store *s, int64_t scan, int64_t attempt, dx_str ruleset_digest,
                           const dx_verdict *verdict, dx_err *err)
{
    return writable(s, err)
               ? DX_FAIL
               : s->backend->put_verdict(s, scan, attempt, ruleset_digest, verdict, err);
}

dx_rc dx_store_set_state(dx_store *s, int64_t attempt, const dx_finding *now, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->set_state(s, attempt, now, err);
}

dx_rc dx_store_look(dx_store *s, dx_err *err)
{
    return s->backend->look ? s->backend->look(s, err) : DX_OK;
}

void dx_store_looked(dx_store *s)
{
    if (s->backend->looked)
        s->backend->looked(s);
}

dx_rc dx_store_begin(dx_store *s, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->begin(s, err);
}

dx_rc dx_store_commit(dx_store *s, dx_err *err)
{
    return writable(s, err) ? DX_FAIL : s->backend->commit(s, err);
}

void dx_store_rollback(dx_store *s)
{
    s->backend->rollback(s);
}

dx_rc dx_store_case(dx_store *s, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                    dx_err *err)
{
    return s->backend->read_case(s, attempt, scan, into, out, err);
}

dx_rc dx_store_brief(dx_store *s, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                     dx_err *err)
{
    return (s->backend->read_brief ? s->backend->read_brief
                                   : s->backend->read_case)(s, attempt, scan, into, out, err);
}

dx_rc dx_store_shows(dx_store *s, int64_t attempt, dx_str key, bool *out, dx_err *err)
{
    return s->backend->shows(s, attempt, key, out, err);
}

dx_rc dx_store_server_attempts(dx_store *s, dx_str server, dx_arena *into, int64_t **ids, size_t *n,
                               dx_err *err)
{
    return s->backend->server_attempts(s, server, into, ids, n, err);
}

dx_rc dx_store_all_attempts(dx_store *s, dx_arena *into, int64_t **ids, size_t *n, dx_err *err)
{
    return s->backend->all_attempts(s, into, ids, n, err);
}

dx_rc dx_store_history(dx_store *s, dx_str diagnosis, dx_str server, dx_history *out, dx_err *err)
{
    return s->backend->history(s, diagnosis, server, out, err);
}

dx_rc dx_store_schema_version(dx_store *s, int *version, dx_err *err)
{
    return s->backend->schema_version(s, version, err);
}
