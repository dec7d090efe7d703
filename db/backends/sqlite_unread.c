/* What could not be read, until it can. */
#include "db/backends/sqlite.h"

dx_rc sq_put_unread(dx_store *base, const dx_unread *u, dx_err *err)
{
    sq_store *s = (sq_store *)base;

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
    /* What is below it begins with it and a slash, behind which '0' comes. */
    return sq_do(s, err,
                 "DELETE FROM unread WHERE last_seen_us < ?2 AND (path = ?1"
                 " OR path >= ?1 || '/' AND path < ?1 || '0')",
                 SQ_T(path), SQ_I(s->now_us));
}
