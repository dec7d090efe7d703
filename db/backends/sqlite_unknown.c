/* Errors that nobody knows, by what they have in common. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

enum { TOP = 50, MOST_ROWS = 1000 };

typedef sq_unknown_ref pattern_ref;
typedef sq_unknown_job unknown_job;

static int most_first(const void *a, const void *b)
{
    const pattern_ref *x = a, *y = b;
    if (x->servers != y->servers)
        return x->servers > y->servers ? -1 : 1;
    if (x->attempts != y->attempts)
        return x->attempts > y->attempts ? -1 : 1;
    if (x->events != y->events)
        return x->events > y->events ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

dx_rc sq_unknown_put(sq_unknown_job *j, sq_unknown_ref r, dx_err *err)
{
    return DX_PUSH(j->scratch, j->p, j->n, j->cap, r) ? DX_OK : dx_nomem(err);
}

static dx_rc read_all(unknown_job *j, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT id, servers, attempts, events FROM tally WHERE kind = ?1 AND product = 0"
               " AND grain = 0",
               SQ_I(SQ_PATTERN)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        const pattern_ref r = {sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                               sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 3)};
        if ((rc = sq_unknown_put(j, r, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* In a window, different servers are counted by the days of the window. */
static dx_rc read_window(unknown_job *j, sq_job *job, dx_err *err)
{
    job->kind = SQ_PATTERN;
    job->grain = DX_GRAIN_DAY;
    if (sq_window_make(j->s, &j->q->where, DX_GRAIN_DAY, SQ_MOST_BUCKETS, &job->window, err))
        return DX_FAIL;
    job->first = job->window.from;
    job->n_buckets = job->window.to - job->window.from + 1;
    if (sq_trend_read(job, err))
        return DX_FAIL;
    for (size_t i = 0; i < job->grid.n; i++) {
        const sq_count c = job->grid.p[i];
        if (c.bucket != SQ_WHOLE)
            continue;
        if (sq_trend_servers(job, &job->grid, SQ_WHAT(SQ_PATTERN, c.id), 0, c.id, err))
            return DX_FAIL;
        const pattern_ref r = {c.id, job->grid.p[i].n.servers, c.n.attempts, c.n.events};
        if (sq_unknown_put(j, r, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc sample_of(unknown_job *j, int64_t pattern, dx_unknown_row *out, int64_t *evidence,
                       dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT text, id FROM evidence WHERE pattern = ?1 ORDER BY id DESC LIMIT 1",
               SQ_I(pattern)))
        return DX_FAIL;
    dx_rc rc = sq_next(j->s, q, err);
    if (rc == DX_OK)
        rc = sq_copy(q, 0, j->into, &out->sample, err);
    *evidence = rc == DX_OK ? sqlite3_column_int64(q, 1) : 0;
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc fill_row(unknown_job *j, const pattern_ref *r, dx_unknown_row *out, int64_t *evidence,
                      dx_err *err)
{
    *out = (dx_unknown_row){.events = r->events,
                            .attempts = r->attempts,
                            .servers = r->servers,
                            .first_us = DX_NO_TIME};
    if (sq_name(j->s, SQ_PATTERN, r->id, j->into, &out->pattern, NULL, err) ||
        sq_value(j->s, &out->first_us, err, "SELECT first_us FROM debut WHERE what = ?1",
                 SQ_I(SQ_WHAT(SQ_PATTERN, r->id))) == DX_FAIL ||
        sq_last_seen(j->s, SQ_PATTERN, 0, r->id, &out->last_us, err))
        return DX_FAIL;
    return sample_of(j, r->id, out, evidence, err);
}

static dx_rc list(unknown_job *j, sq_unknown_gather *gather, void *ctx, dx_unknowns *out,
                  dx_err *err)
{
    const size_t top = j->q->top ? j->q->top : TOP;
    if (sq_sums_flush(j->s, err) || gather(j, ctx, err))
        return DX_FAIL;
    if (j->n)
        qsort(j->p, j->n, sizeof *j->p, most_first);
    const size_t skip = j->q->skip < j->n ? j->q->skip : j->n;
    const size_t n = j->n - skip < top ? j->n - skip : top;
    dx_unknown_row *rows = dx_arena_get(j->into, (n + 1) * sizeof *rows);
    sq_last *last = dx_arena_get(j->scratch, (n + 1) * sizeof *last);
    if (!rows || !last)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (fill_row(j, &j->p[skip + i], &rows[i], &last[i].evidence, err))
            return DX_FAIL;
    if (sq_last_attempts(j->s, last, n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        rows[i].last_attempt = last[i].attempt;
    *out = (dx_unknowns){.n = n, .rows = rows, .all = (int64_t)j->n};
    return DX_OK;
}

dx_rc sq_unknown_answer(sq_store *s, const dx_unknown_query *q, sq_unknown_gather *gather,
                        void *ctx, dx_arena *into, dx_unknowns *out, dx_err *err)
{
    unknown_job j = {.s = s, .q = q, .into = into, .scratch = dx_arena_new(0)};
    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d patterns at a time", MOST_ROWS);
    if (!j.scratch)
        return dx_nomem(err);
    const dx_rc rc = list(&j, gather, ctx, out, err);
    dx_arena_free(j.scratch);
    return rc;
}

static dx_rc gather_here(unknown_job *j, void *ctx, dx_err *err)
{
    const dx_trend_filter *w = &j->q->where;
    const dx_trend_query trend = {.by = DX_BY_DAY, .where = *w};
    (void)ctx;
    if (w->since_us == DX_NO_TIME && w->until_us == DX_NO_TIME)
        return read_all(j, err);
    sq_job job = {.s = j->s, .q = &trend, .into = j->into, .scratch = dx_arena_new(0)};
    if (!job.scratch)
        return dx_nomem(err);
    const dx_rc rc = read_window(j, &job, err);
    sq_job_close(&job);
    return rc;
}

dx_rc sq_unknowns(dx_store *base, const dx_unknown_query *q, dx_arena *into, dx_unknowns *out,
                  dx_err *err)
{
    return sq_unknown_answer((sq_store *)base, q, gather_here, NULL, into, out, err);
}
