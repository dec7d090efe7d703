/* How many findings of each diagnosis stand where, kept with every change of a key. */
#include "db/backends/sqlite_sums.h"

sq_inbox_class sq_class_of(int64_t state, bool again)
{
    if (state == DX_RESOLVED)
        return SQ_CLASS_RESOLVED;
    if (again)
        return SQ_CLASS_AGAIN;
    return state != DX_OPEN ? SQ_CLASS_BEGUN : SQ_CLASS_ELSE;
}

static dx_rc add(sq_store *s, int64_t diagnosis, int class, int64_t findings, int64_t attempts,
                 dx_err *err)
{
    struct sq_sums *w = sq_sums_of(s);
    if (!w)
        return dx_nomem(err);
    sq_wait_inbox(w, &(sq_inbox_delta){diagnosis, class, findings, attempts});
    return DX_OK;
}

static dx_rc add_key(sq_store *s, const sq_inbox_part *k, int sign, dx_err *err)
{
    return k->attempts ? add(s, k->diagnosis, sq_class_of(k->state, k->again), sign,
                             sign * k->attempts, err)
                       : DX_OK;
}

/* A server with no other finding of the diagnosis comes or goes. */
static dx_rc add_server(sq_store *s, dx_str key, const sq_inbox_part *k, int sign, dx_err *err)
{
    int64_t one;
    if (!k->attempts)
        return DX_OK;
    const dx_rc rc = sq_value(s, &one, err,
                              "SELECT 1 FROM finding_key INDEXED BY finding_key_by_server"
                              " WHERE diagnosis = ?1 AND server = ?2 AND key <> ?3"
                              " AND attempts > 0 LIMIT 1",
                              SQ_I(k->diagnosis), SQ_I(k->server), SQ_T(key));
    return rc == DX_END ? add(s, k->diagnosis, SQ_CLASS_SERVERS, sign, 0, err) : rc;
}

dx_rc sq_inbox_change(sq_store *s, dx_str key, const sq_inbox_part *was, const sq_inbox_part *now,
                      dx_err *err)
{
    const bool stays = was->attempts && now->attempts && was->diagnosis == now->diagnosis &&
                       was->server == now->server;
    if (add_key(s, was, -1, err) || add_key(s, now, 1, err))
        return DX_FAIL;
    return !stays && (add_server(s, key, was, -1, err) || add_server(s, key, now, 1, err)) ? DX_FAIL
                                                                                           : DX_OK;
}
