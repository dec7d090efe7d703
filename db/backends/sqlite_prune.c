/* Old attempts go, and what only they needed. */
#include "db/backends/sqlite_notes.h"

typedef struct prune_job {
    sq_store *s;
    dx_arena *scratch, *ids_in;
    dx_pruned done;
} prune_job;

/* By hand: SQLite would search whole tables for rows that refer to the one that goes.  What has no
 * index by attempt goes at the end, all at once. */
static dx_rc drop_rows(sq_store *s, int64_t id, dx_err *err)
{
    static const char *const sql[] = {"DELETE FROM kept WHERE attempt = ?1",
                                      "DELETE FROM sighting WHERE attempt = ?1",
                                      "DELETE FROM attempt WHERE id = ?1"};
    const sq_arg arg = SQ_I(id);
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        if (sq_do_(s, err, sql[i], &arg, 1))
            return DX_FAIL;
    return sq_runs_take(s, id, err)
               ? DX_FAIL
               : sq_do(s, err, "DELETE FROM event WHERE id BETWEEN ?1 AND ?2",
                       SQ_I(sq_event_id(id, 0)), SQ_I(sq_event_id(id, SQ_EVENT_MAX - 1)));
}

static dx_rc drop_attempt(prune_job *p, int64_t id, dx_err *err)
{
    int64_t events = 0, findings = 0;
    dx_arena_reset(p->scratch);
    if (sq_touch_keys_of(p->s, id, err) ||
        sq_value(p->s, &findings, err, "SELECT count(*) FROM finding WHERE attempt = ?1",
                 SQ_I(id)) == DX_FAIL ||
        sq_value(p->s, &events, err, "SELECT count(*) FROM event WHERE id BETWEEN ?1 AND ?2",
                 SQ_I(sq_event_id(id, 0)), SQ_I(sq_event_id(id, SQ_EVENT_MAX - 1))) == DX_FAIL ||
        sq_uncount(p->s, id, p->scratch, err) || sq_clear_verdict(p->s, id, err) ||
        drop_rows(p->s, id, err))
        return DX_FAIL;
    p->done.attempts++;
    p->done.events += events;
    p->done.findings += findings;
    return sq_sums_ease(p->s, err);
}

/* What nothing refers to any more. */
static dx_rc drop_orphans(prune_job *p, dx_err *err)
{
    if (sq_value_(p->s, &p->done.sources, err,
                  "SELECT count(*) FROM source WHERE NOT EXISTS"
                  " (SELECT 1 FROM sighting WHERE source = source.id)",
                  NULL, 0) == DX_FAIL)
        return DX_FAIL;
    static const char *const sql[] = {
        "DELETE FROM attempt_prefix WHERE attempt NOT IN (SELECT id FROM attempt)",
        "DELETE FROM source WHERE NOT EXISTS (SELECT 1 FROM sighting WHERE source = source.id)",
        "DELETE FROM evidence WHERE id NOT IN (SELECT evidence FROM event)"
        " AND id NOT IN (SELECT evidence FROM kept CROSS JOIN sq_kept(list)"
        " WHERE evidence IS NOT NULL)",
        "DELETE FROM field WHERE evidence NOT IN (SELECT id FROM evidence)",
        "DELETE FROM wording WHERE id NOT IN (SELECT wording FROM finding)"};
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        if (sq_do_(p->s, err, sql[i], NULL, 0))
            return DX_FAIL;
    sq_forget(p->s);
    return DX_OK;
}

static dx_rc prune(prune_job *p, int64_t before_us, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t *ids;
    size_t n;
    sq_runs_forget(p->s); /* nothing of it needs to be kept right */
    if (sq_ask(p->s, &q, err,
               "SELECT attempt FROM standing WHERE happened_us < ?1 ORDER BY attempt",
               SQ_I(before_us)) ||
        sq_numbers(p->s, q, p->ids_in, &ids, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (drop_attempt(p, ids[i], err))
            return DX_FAIL;
    if (sq_do(p->s, err, "DELETE FROM unread WHERE last_seen_us < ?1", SQ_I(before_us)))
        return DX_FAIL;
    return n ? drop_orphans(p, err) : DX_OK;
}

dx_rc sq_prune(dx_store *base, int64_t before_us, dx_pruned *out, dx_err *err)
{
    dx_err late;
    prune_job p = {.s = (sq_store *)base, .scratch = dx_arena_new(0), .ids_in = dx_arena_new(0)};
    dx_rc rc = p.scratch && p.ids_in ? sq_wiping(p.s, true, err) : dx_nomem(err);
    if (rc == DX_OK)
        rc = sq_enter(p.s, err);
    if (rc == DX_OK)
        rc = sq_leave(p.s, prune(&p, before_us, err), err);
    if (sq_wiping(p.s, false, rc == DX_OK ? err : &late))
        rc = DX_FAIL;
    if (rc == DX_OK)
        *out = p.done;
    dx_arena_free(p.scratch);
    dx_arena_free(p.ids_in);
    return rc;
}
