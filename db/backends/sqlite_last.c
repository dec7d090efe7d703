/* Where an evidence was stored last. */
#include "db/backends/sqlite.h"

static void found(sq_last *p, size_t n, int64_t evidence, int64_t attempt)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].evidence == evidence)
            p[i].attempt = attempt;
}

/* The evidence that was stored first; without any one that no event has. */
static int64_t oldest(const sq_last *p, size_t n)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < n; i++)
        if (p[i].evidence && p[i].evidence < least)
            least = p[i].evidence;
    return least;
}

/* Of all at once: what waits is in no order.  Most of it says what was said before, so a look at
 * the oldest spares a search among all for nearly each. */
static dx_rc look_into_tail(sq_store *s, sq_last *p, size_t n, int64_t after, dx_err *err)
{
    const sq_rows rows = {.p = &p->evidence, .n = n, .width = sizeof *p / sizeof(int64_t)};
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT evidence, max(id) >> 24 FROM event WHERE id > ?2 AND evidence >= ?3"
               " AND evidence IN (SELECT a FROM sq_rows(?1)) GROUP BY evidence",
               SQ_R(&rows), SQ_I(sq_event_id(after, SQ_EVENT_MAX - 1)), SQ_I(oldest(p, n))))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        found(p, n, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1));
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* *left: how many are still to be found. */
static dx_rc look_into_run(sq_store *s, sq_last *p, size_t n, int64_t run, size_t *left,
                           dx_err *err)
{
    *left = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i].attempt || !p[i].evidence)
            continue;
        const dx_rc rc = sq_value(s, &p[i].attempt, err,
                                  "SELECT max(event) >> 24 FROM evidence_event"
                                  " WHERE run = ?1 AND evidence = ?2",
                                  SQ_I(run), SQ_I(p[i].evidence));
        if (rc == DX_FAIL)
            return DX_FAIL;
        *left += rc == DX_END;
    }
    return DX_OK;
}

dx_rc sq_last_attempts(sq_store *s, sq_last *p, size_t n, dx_err *err)
{
    int64_t run = 0;
    size_t left = n;
    for (size_t i = 0; i < n; i++)
        p[i].attempt = 0;
    if (!n)
        return DX_OK;
    dx_rc rc = sq_runs_last(s, &run, err);
    if (rc == DX_OK)
        rc = look_into_tail(s, p, n, run, err);
    while (rc == DX_OK && run && left) {
        rc = look_into_run(s, p, n, run, &left, err);
        if (rc == DX_OK)
            rc = sq_value(s, &run, err, "SELECT max(run) FROM evidence_event WHERE run < ?1",
                          SQ_I(run));
    }
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}
