/* The door to what a store can tell over all servers; each question goes to the backend. */
#include "db/backend.h"

dx_rc dx_backend_may(const dx_store *s, bool can, bool writes, const char *what, dx_err *err)
{
    if (writes && s->read_only)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store was opened for reading only");
    if (!can)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "this kind of store cannot %s", what);
    return DX_OK;
}

dx_rc dx_store_trend(dx_store *s, const dx_trend_query *q, dx_arena *into, dx_trend *out,
                     dx_err *err)
{
    if (dx_backend_may(s, s->backend->trend, false, "answer trends", err) != DX_OK)
        return DX_FAIL;
    return s->backend->trend(s, q, into, out, err);
}

dx_rc dx_store_list(dx_store *s, const dx_list_query *q, dx_arena *into, dx_list *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->list, false, "list what is new", err) != DX_OK)
        return DX_FAIL;
    return s->backend->list(s, q, into, out, err);
}

dx_rc dx_store_fixes(dx_store *s, const dx_trend_filter *where, dx_arena *into, dx_fixes *out,
                     dx_err *err)
{
    if (dx_backend_may(s, s->backend->fixes, false, "tell how fixes went", err) != DX_OK)
        return DX_FAIL;
    return s->backend->fixes(s, where, into, out, err);
}

dx_rc dx_store_findings(dx_store *s, const dx_findings_query *q, dx_arena *into, dx_findings *out,
                        dx_err *err)
{
    if (dx_backend_may(s, s->backend->findings, false, "list findings", err) != DX_OK)
        return DX_FAIL;
    return s->backend->findings(s, q, into, out, err);
}

dx_rc dx_store_finding(dx_store *s, dx_str key, int64_t now_us, dx_arena *into,
                       dx_finding_page *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->finding, false, "show a finding", err) != DX_OK)
        return DX_FAIL;
    return s->backend->finding(s, key, now_us, into, out, err);
}

dx_rc dx_store_find_keys(dx_store *s, dx_str beginning, dx_arena *into, dx_str **keys, size_t *n,
                         dx_err *err)
{
    if (dx_backend_may(s, s->backend->find_keys, false, "look for keys", err) != DX_OK)
        return DX_FAIL;
    return s->backend->find_keys(s, beginning, into, keys, n, err);
}

dx_rc dx_store_find_ticket(dx_store *s, dx_str ticket, dx_arena *into, dx_str **keys, size_t *n,
                           dx_err *err)
{
    if (dx_backend_may(s, s->backend->find_ticket, false, "look for tickets", err) != DX_OK)
        return DX_FAIL;
    return s->backend->find_ticket(s, ticket, into, keys, n, err);
}

dx_rc dx_store_key_attempt(dx_store *s, dx_str key, int64_t *attempt, dx_err *err)
{
    if (dx_backend_may(s, s->backend->key_attempt, false, "look for keys", err) != DX_OK)
        return DX_FAIL;
    return s->backend->key_attempt(s, key, attempt, err);
}

dx_rc dx_store_attempts(dx_store *s, const dx_attempts_query *q, dx_arena *into, dx_attempts *out,
                        dx_err *err)
{
    if (dx_backend_may(s, s->backend->attempts, false, "list attempts", err) != DX_OK)
        return DX_FAIL;
    return s->backend->attempts(s, q, into, out, err);
}

dx_rc dx_store_servers(dx_store *s, const dx_servers_query *q, dx_arena *into, dx_servers *out,
                       dx_err *err)
{
    if (dx_backend_may(s, s->backend->servers, false, "list servers", err) != DX_OK)
        return DX_FAIL;
    return s->backend->servers(s, q, into, out, err);
}

dx_rc dx_store_server(dx_store *s, dx_str name, dx_arena *into, dx_server_row *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->server, false, "show a server", err) != DX_OK)
        return DX_FAIL;
    return s->backend->server(s, name, into, out, err);
}

dx_rc dx_store_heat(dx_store *s, const dx_heat_query *q, dx_arena *into, dx_heat *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->heat, false, "draw a heat map", err) != DX_OK)
        return DX_FAIL;
    return s->backend->heat(s, q, into, out, err);
}

dx_rc dx_store_unknowns(dx_store *s, const dx_unknown_query *q, dx_arena *into, dx_unknowns *out,
                        dx_err *err)
{
    if (dx_backend_may(s, s->backend->unknowns, false, "list unknown errors", err) != DX_OK)
        return DX_FAIL;
    return s->backend->unknowns(s, q, into, out, err);
}

dx_rc dx_store_coverage(dx_store *s, const dx_coverage_query *q, dx_arena *into, dx_coverage *out,
                        dx_err *err)
{
    if (dx_backend_may(s, s->backend->coverage, false, "tell what was read", err) != DX_OK)
        return DX_FAIL;
    return s->backend->coverage(s, q, into, out, err);
}

dx_rc dx_store_alias(dx_store *s, dx_str name, dx_str canonical, dx_str by, dx_err *err)
{
    if (dx_backend_may(s, s->backend->alias, true, "keep aliases", err) != DX_OK)
        return DX_FAIL;
    return s->backend->alias(s, name, canonical, by, err);
}

dx_rc dx_store_tag(dx_store *s, const dx_tagging *rows, size_t n, dx_str by, dx_err *err)
{
    if (dx_backend_may(s, s->backend->tag, true, "keep tags", err) != DX_OK)
        return DX_FAIL;
    return s->backend->tag(s, rows, n, by, err);
}

dx_rc dx_store_resolve(dx_store *s, const dx_resolution *r, dx_err *err)
{
    if (dx_backend_may(s, s->backend->resolve, true, "keep resolutions", err) != DX_OK)
        return DX_FAIL;
    return s->backend->resolve(s, r, err);
}

dx_rc dx_store_silence(dx_store *s, dx_str diagnosis, int64_t until_us, dx_str reason, dx_str by,
                       dx_err *err)
{
    if (dx_backend_may(s, s->backend->silence, true, "keep silences", err) != DX_OK)
        return DX_FAIL;
    return s->backend->silence(s, diagnosis, until_us, reason, by, err);
}

dx_rc dx_store_silences(dx_store *s, int64_t now_us, dx_arena *into, dx_silence **out, size_t *n,
                        dx_err *err)
{
    if (dx_backend_may(s, s->backend->silences, false, "list silences", err) != DX_OK)
        return DX_FAIL;
    return s->backend->silences(s, now_us, into, out, n, err);
}

dx_rc dx_store_notes(dx_store *s, dx_str subject, dx_arena *into, dx_notes *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->notes, false, "keep a history", err) != DX_OK)
        return DX_FAIL;
    return s->backend->notes(s, subject, into, out, err);
}
