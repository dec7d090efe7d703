/* Servers that went quiet: seen for weeks, and then no more. */
#include "db/backends/sqlite_list.h"
#include <stdlib.h>

/* By server: the last week in which it reported, and in how many of the window. */
typedef struct span {
    int64_t last, weeks;
} span;

static void add_weeks(sq_list_job *l, const sq_spread_row *row, int64_t until, span *spans,
                      size_t n)
{
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, row->monday);
    sq_mentions at = sq_mentions_of(row, NULL);
    if (!sq_sieve_release(&l->job.sieve, row->release))
        return;
    while (sq_mentions_next(&at)) {
        span *s = (size_t)at.server < n ? &spans[at.server] : NULL;
        if (!s || (s->weeks && s->last == week))
            continue;
        s->weeks += week <= until;
        s->last = week;
    }
}

/* Weeks come in their order. */
static dx_rc find_quiet(sq_list_job *l, int64_t from, int64_t until, dx_err *err)
{
    sq_spread_row *rows;
    size_t n_rows, n = 0;
    if (sq_spread_rows(l->s, SQ_WHAT(SQ_ALL, 0), from, INT64_MAX, l->job.scratch, &rows, &n_rows,
                       err) ||
        sq_server_count(l->s, &n, err))
        return DX_FAIL;
    span *spans = dx_arena_get(l->job.scratch, (n + 1) * sizeof *spans);
    if (!spans)
        return dx_nomem(err);
    for (size_t i = 0; i < n_rows; i++)
        add_weeks(l, &rows[i], until, spans, n);
    for (size_t i = 0; i < n; i++) {
        const int64_t week_us = dx_bucket_day(DX_GRAIN_WEEK, spans[i].last) * DX_DAY_US;
        const sq_list_entry e = {.id = (int64_t)i, .before_us = DX_NO_TIME, .row.last_us = week_us};
        if (spans[i].weeks >= 2 && spans[i].last <= until &&
            sq_sieve_server(&l->job.sieve, (int64_t)i) && sq_list_add(l, e, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc count_weeks(sq_list_job *l, sq_list_entry *e, int64_t from, int64_t until, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t *weeks = dx_arena_get(l->into, (size_t)(until - from + 1) * sizeof *weeks);
    if (!weeks)
        return dx_nomem(err);
    if (sq_ask(l->s, &q, err,
               "SELECT day, attempts, failures, release FROM cell WHERE server = ?1 AND what = 0",
               SQ_I(e->id)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(l->s, q, err)) == DX_OK) {
        const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, sqlite3_column_int64(q, 0));
        if (week < from || week > until ||
            !sq_sieve_release(&l->job.sieve, sqlite3_column_int64(q, 3)))
            continue;
        weeks[week - from] += sqlite3_column_int64(q, 1);
        e->row.attempts += sqlite3_column_int64(q, 1);
        e->row.failures += sqlite3_column_int64(q, 2);
    }
    e->row.weeks = weeks;
    e->row.n_weeks = (size_t)(until - from + 1);
    e->row.servers = 1;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Two questions, for SQLite answers only one extreme at a time from an index. */
static dx_rc seen_between(sq_list_job *l, sq_list_entry *e, dx_err *err)
{
    if (sq_value(l->s, &e->row.first_us, err,
                 "SELECT min(happened_us) FROM standing WHERE server = ?1", SQ_I(e->id)) != DX_OK ||
        sq_value(l->s, &e->row.last_us, err,
                 "SELECT max(happened_us) FROM standing WHERE server = ?1", SQ_I(e->id)) != DX_OK)
        return DX_FAIL;
    return sq_name(l->s, SQ_SERVER, e->id, l->into, &e->row.id, &e->row.title, err);
}

static int by_last_seen(const void *a, const void *b)
{
    const dx_list_row *x = &((const sq_list_entry *)a)->row, *y = &((const sq_list_entry *)b)->row;
    if (x->last_us != y->last_us)
        return x->last_us > y->last_us ? -1 : 1;
    return dx_str_cmp(x->id, y->id);
}

/* The weeks in which servers were last seen say which of them can be shown; only at these it looks
 * closer.  Of a product they say nothing about a server's other products. */
static dx_rc order_quiet(sq_list_job *l, dx_err *err)
{
    size_t n = l->n;
    if (!n)
        return DX_OK;
    if (!l->job.sieve.product && l->top < n && l->q->skip < n - l->top) {
        qsort(l->p, n, sizeof *l->p, by_last_seen);
        const int64_t week_us = l->p[l->q->skip + l->top - 1].row.last_us;
        for (n = l->q->skip + l->top; n < l->n && l->p[n].row.last_us == week_us;)
            n++;
    }
    for (size_t i = 0; i < n; i++)
        if (seen_between(l, &l->p[i], err))
            return DX_FAIL;
    qsort(l->p, n, sizeof *l->p, by_last_seen);
    return DX_OK;
}

dx_rc sq_list_quiet(sq_list_job *l, dx_list *out, dx_err *err)
{
    const int64_t until = dx_bucket_of(DX_GRAIN_WEEK, l->day) - l->quiet;
    const int64_t from = dx_bucket_of(DX_GRAIN_WEEK, l->first);
    if (sq_sieve_make(l->s, &l->q->where, l->job.scratch, &l->job.sieve, err) ||
        (!l->job.sieve.nothing && find_quiet(l, from, until, err)) || order_quiet(l, err))
        return DX_FAIL;
    for (size_t i = l->q->skip; i < l->n && i < l->q->skip + l->top; i++)
        if (count_weeks(l, &l->p[i], from, until, err))
            return DX_FAIL;
    l->job.window = (sq_window){.from = dx_bucket_day(DX_GRAIN_WEEK, from),
                                .to = dx_bucket_day(DX_GRAIN_WEEK, until + 1) - 1};
    return sq_list_give(l, out, err);
}
