/* What could not be read, until it can. */
#include "db/backends/sqlite.h"

/* What is below a path begins with it and a slash, behind which '0' comes. */
#define BELOW "path >= ?1 || '/' AND path < ?1 || '0'"

/* What was met below a folder that cannot be entered now is no easier to read. */
static dx_rc keep_below(sq_store *s, const dx_unread *u, dx_err *err)
{
    return u->member.n ? DX_OK
                       : sq_do(s, err, "UPDATE unread SET last_seen_us = ?2 WHERE " BELOW,
                               SQ_T(u->path), SQ_I(s->now_us));
}

dx_rc sq_put_unread(dx_store *base, const dx_unread *u, dx_err *err)
{
    sq_store *s = (sq_store *)base;

    if (keep_below(s, u, err))
        return DX_FAIL;
    return sq_do(s, err,
                 "INSERT INTO unread VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT DO UPDATE"
                 " SET server = iif(excluded.server = 'unknown', server, excluded.server), why = "
                 "excluded.why, partly = excluded.partly,"
                 " last_seen_us = excluded.last_seen_us",
                 SQ_T(u->path), SQ_T(u->member), SQ_T(u->server), SQ_T(u->why), SQ_I(u->partly),
                 SQ_I(s->now_us));
}

dx_rc sq_was_read(dx_store *base, dx_str path, dx_err *err)
{
    sq_store *s = (sq_store *)base;

    while (path.n > 0 && path.p[path.n - 1] == '/')
        path.n--;
    return sq_do(s, err, "DELETE FROM unread WHERE last_seen_us < ?2 AND (path = ?1 OR " BELOW ")",
                 SQ_T(path), SQ_I(s->now_us));
}
