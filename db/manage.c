#include "db/backend.h"

dx_rc dx_store_check(dx_store *s, dx_line_fn *tell, void *ctx, size_t *faults, dx_err *err)
{
    if (dx_backend_may(s, s->backend->check, false, "be checked", err) != DX_OK)
        return DX_FAIL;
    return s->backend->check(s, tell, ctx, faults, err);
}

dx_rc dx_store_dump(dx_store *s, dx_line_fn *tell, void *ctx, dx_err *err)
{
    if (dx_backend_may(s, s->backend->dump, false, "be dumped", err) != DX_OK)
        return DX_FAIL;
    return s->backend->dump(s, tell, ctx, err);
}

dx_rc dx_store_snapshot(dx_store *s, const char *path, dx_err *err)
{
    if (dx_backend_may(s, s->backend->snapshot, false, "be copied into one file", err) != DX_OK)
        return DX_FAIL;
    return s->backend->snapshot(s, path, err);
}

dx_rc dx_store_prune(dx_store *s, int64_t before_us, dx_pruned *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->prune, true, "be pruned", err) != DX_OK)
        return DX_FAIL;
    return s->backend->prune(s, before_us, out, err);
}

dx_rc dx_store_merge(dx_store *s, const char *from, dx_arena *into, dx_merged *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->merge, true, "take in another one", err) != DX_OK)
        return DX_FAIL;
    return s->backend->merge(s, from, into, out, err);
}

dx_rc dx_store_sql(dx_store *s, dx_str sql, const dx_sql_limits *limits, dx_arena *into,
                   dx_table *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->sql, false, "answer SQL", err) != DX_OK)
        return DX_FAIL;
    return s->backend->sql(s, sql, limits, into, out, err);
}

dx_rc dx_store_stats(dx_store *s, dx_arena *into, dx_table *out, dx_err *err)
{
    if (dx_backend_may(s, s->backend->stats, false, "tell its size", err) != DX_OK)
        return DX_FAIL;
    return s->backend->stats(s, into, out, err);
}

dx_rc dx_store_schema(dx_store *s, dx_line_fn *tell, void *ctx, dx_err *err)
{
    if (dx_backend_may(s, s->backend->schema, false, "tell its schema", err) != DX_OK)
        return DX_FAIL;
    return s->backend->schema(s, tell, ctx, err);
}

const char *dx_store_file(const dx_store *s)
{
    return s->backend->file ? s->backend->file(s) : NULL;
}

dx_rc dx_store_send(dx_store *s, dx_sent *out, dx_err *err)
{
    *out = (dx_sent){0};
    return s->backend->send ? s->backend->send(s, out, err) : DX_OK;
}

dx_rc dx_store_settle(dx_store *s, const dx_settler *by, dx_err *err)
{
    if (!s->backend->settle)
        return DX_OK;
    if (dx_backend_may(s, true, true, "take in what was judged", err) != DX_OK)
        return DX_FAIL;
    return s->backend->settle(s, by, err);
}
