/* Lists of attempts, newest first. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

enum { TOP = 50, MOST_ROWS = 1000 };

typedef struct hit {
    int64_t attempt, us;
} hit;

typedef struct attempts_job {
    sq_store *s;
    const dx_attempts_query *q;
    dx_arena *into, *scratch;
    sq_sieve sieve;
    hit *p;
    size_t n, cap;
    int64_t all;
} attempts_job;

/* Rows of attempt, time, server, release, failed; `enough` hits are kept, the rest is counted
 * unless it is known. */
static dx_rc take(attempts_job *j, sqlite3_stmt *q, size_t enough, bool counted, dx_err *err)
{
    const dx_trend_filter *w = &j->q->where;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        const hit h = {sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1)};
        if ((w->since_us != DX_NO_TIME && h.us < w->since_us) ||
            (w->until_us != DX_NO_TIME && h.us >= w->until_us) ||
            !sq_sieve_server(&j->sieve, sqlite3_column_int64(q, 2)) ||
            !sq_sieve_release(&j->sieve, sqlite3_column_int64(q, 3)) ||
            (j->q->failed_only && !sqlite3_column_int(q, 4)))
            continue;
        j->all++;
        if (j->n < enough && !DX_PUSH(j->scratch, j->p, j->n, j->cap, h)) {
            rc = dx_nomem(err);
            break;
        }
        if (counted && j->n == enough) {
            rc = DX_END;
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

#define COLUMNS                                                                                    \
    "standing.attempt, standing.happened_us, standing.server, standing.release, standing.failed"

static dx_rc by_finding(attempts_job *j, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const dx_rc rc =
        j->q->key.n
            ? sq_ask(j->s, &q, err,
                     "SELECT DISTINCT " COLUMNS " FROM finding"
                     " JOIN standing ON standing.attempt = finding.attempt WHERE finding.key = ?1"
                     " AND (?2 = '' OR finding.diagnosis = (SELECT id FROM term WHERE text = ?2))",
                     SQ_T(j->q->key), SQ_T(j->q->diagnosis))
            : sq_ask(j->s, &q, err,
                     "SELECT DISTINCT " COLUMNS " FROM finding"
                     " JOIN standing ON standing.attempt = finding.attempt"
                     " WHERE finding.diagnosis = (SELECT id FROM term WHERE text = ?1)",
                     SQ_T(j->q->diagnosis));
    return rc ? DX_FAIL : take(j, q, SIZE_MAX, false, err);
}

static dx_rc by_servers(attempts_job *j, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    for (size_t i = 0; i < j->sieve.n_servers; i++)
        if (sq_ask(j->s, &q, err, "SELECT " COLUMNS " FROM standing WHERE server = ?1",
                   SQ_I(j->sieve.servers[i])) ||
            take(j, q, SIZE_MAX, false, err))
            return DX_FAIL;
    return DX_OK;
}

/* Everything, newest first; counted by the sums when nothing is filtered by the hour. */
static dx_rc by_time(attempts_job *j, size_t enough, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const dx_trend_filter *w = &j->q->where;
    const bool open = w->since_us == DX_NO_TIME && w->until_us == DX_NO_TIME;
    const bool plain = open && !j->sieve.product;
    if (sq_ask(j->s, &q, err,
               "SELECT " COLUMNS " FROM standing INDEXED BY standing_by_time"
               " WHERE happened_us >= ?1 AND happened_us < ?2"
               " ORDER BY happened_us DESC, attempt DESC",
               SQ_I(w->since_us == DX_NO_TIME ? INT64_MIN : w->since_us),
               SQ_I(w->until_us == DX_NO_TIME ? INT64_MAX : w->until_us)) ||
        take(j, q, enough, plain, err))
        return DX_FAIL;
    if (!plain)
        return DX_OK;
    j->all = 0;
    return sq_value(j->s, &j->all, err,
                    "SELECT iif(?1, failures, attempts) FROM tally WHERE kind = 0 AND product = 0"
                    " AND grain = 0",
                    SQ_I(j->q->failed_only)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

static int newest_first(const void *a, const void *b)
{
    const hit *x = a, *y = b;
    if (x->us != y->us)
        return x->us > y->us ? -1 : 1;
    return (x->attempt < y->attempt) - (x->attempt > y->attempt);
}

/* ---- what a row tells ---- */

static dx_rc read_texts(sqlite3_stmt *q, dx_arena *into, dx_attempt_row *r, dx_err *err)
{
    dx_str *const to[] = {&r->server, &r->product, &r->version, &r->format, &r->code};
    for (int i = 0; i < 5; i++)
        if (sq_copy(q, 6 + i, into, to[i], err))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc read_row(attempts_job *j, int64_t id, dx_attempt_row *r, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT attempt.id, attempt.outcome, standing.failed, standing.happened_us,"
               " attempt.ended_us, attempt.lines, server.name, product.text, version.text,"
               " format.text, coalesce(code.text, attempt.code) FROM standing"
               " JOIN attempt ON attempt.id = standing.attempt"
               " JOIN server ON server.id = standing.server"
               " JOIN release ON release.id = standing.release"
               " JOIN term AS product ON product.id = release.product"
               " JOIN term AS version ON version.id = release.version"
               " JOIN term AS format ON format.id = attempt.format"
               " LEFT JOIN term AS code ON code.id = standing.code WHERE standing.attempt = ?1",
               SQ_I(id)))
        return DX_FAIL;
    dx_rc rc = sq_next(j->s, q, err);
    if (rc == DX_OK) {
        *r = (dx_attempt_row){.id = id,
                              .outcome = (dx_outcome)sq_word(q, 1, DX_CUT_OFF),
                              .failed = sqlite3_column_int(q, 2) != 0,
                              .happened_us = sqlite3_column_int64(q, 3),
                              .ended_us = sq_time_at(q, 4),
                              .last_line = sq_u32(sqlite3_column_int64(q, 5))};
        rc = read_texts(q, j->into, r, err);
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* The wanted finding of the attempt, else its best. */
static dx_rc read_finding(attempts_job *j, int64_t id, dx_attempt_row *r, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT term.text, title, key, confidence, state FROM finding"
               " JOIN term ON term.id = diagnosis JOIN wording ON wording.id = wording"
               " WHERE attempt = ?1 ORDER BY key = ?2 DESC, term.text = ?3 DESC, ord LIMIT 1",
               SQ_I(id), SQ_T(j->q->key), SQ_T(j->q->diagnosis)))
        return DX_FAIL;
    dx_rc rc = sq_next(j->s, q, err);
    if (rc == DX_OK) {
        r->confidence = (int)sq_word(q, 3, 99);
        r->state = (dx_state)sq_word(q, 4, DX_RESOLVED);
        if (sq_copy(q, 0, j->into, &r->diagnosis, err) || sq_copy(q, 1, j->into, &r->title, err) ||
            sq_copy(q, 2, j->into, &r->key, err))
            rc = DX_FAIL;
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc read_place(attempts_job *j, int64_t id, dx_attempt_row *r, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT path, member, first_line FROM sighting JOIN source ON source.id = source"
               " JOIN attempt ON attempt.id = sighting.attempt WHERE sighting.attempt = ?1"
               " ORDER BY sighting.records >= attempt.records DESC, sighting.scan DESC,"
               " sighting.source LIMIT 1",
               SQ_I(id)))
        return DX_FAIL;
    dx_rc rc = sq_next(j->s, q, err);
    if (rc == DX_OK) {
        r->first_line = sq_u32(sqlite3_column_int64(q, 2));
        if (sq_copy(q, 0, j->into, &r->path, err) || sq_copy(q, 1, j->into, &r->member, err))
            rc = DX_FAIL;
    }
    r->last_line = sq_u32((int64_t)r->first_line + r->last_line);
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc list(attempts_job *j, dx_attempts *out, dx_err *err)
{
    const size_t top = j->q->top ? j->q->top : TOP;
    if (sq_sums_flush(j->s, err) || sq_sieve_make(j->s, &j->q->where, j->scratch, &j->sieve, err))
        return DX_FAIL;
    dx_rc rc = DX_OK;
    if (j->q->key.n || j->q->diagnosis.n)
        rc = by_finding(j, err);
    else if (j->sieve.some)
        rc = by_servers(j, err);
    else
        rc = by_time(j, j->q->skip + top, err);
    if (rc != DX_OK)
        return DX_FAIL;
    if (j->n)
        qsort(j->p, j->n, sizeof *j->p, newest_first);
    const size_t skip = j->q->skip < j->n ? j->q->skip : j->n;
    const size_t n = j->n - skip < top ? j->n - skip : top;
    dx_attempt_row *rows = dx_arena_get(j->into, (n + 1) * sizeof *rows);
    if (!rows)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (read_row(j, j->p[skip + i].attempt, &rows[i], err) ||
            read_finding(j, j->p[skip + i].attempt, &rows[i], err) ||
            read_place(j, j->p[skip + i].attempt, &rows[i], err))
            return DX_FAIL;
    *out = (dx_attempts){.n = n, .rows = rows, .all = j->all};
    return DX_OK;
}

dx_rc sq_attempts(dx_store *base, const dx_attempts_query *q, dx_arena *into, dx_attempts *out,
                  dx_err *err)
{
    attempts_job j = {.s = (sq_store *)base, .q = q, .into = into, .scratch = dx_arena_new(0)};
    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d attempts at a time", MOST_ROWS);
    if (!j.scratch)
        return dx_nomem(err);
    const dx_rc rc = list(&j, out, err);
    dx_arena_free(j.scratch);
    return rc;
}
