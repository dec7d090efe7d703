/* What is new, came again, spreads, or went quiet. */
#include "db/backends/sqlite_list.h"
#include <stdlib.h>

enum { TOP = 50, MOST_ROWS = 1000, MOST_WEEKS = 260 };

static const struct {
    unsigned weeks, quiet;
} defaults[] = {[DX_LIST_NEW] = {1, 0},
                [DX_LIST_REGRESSED] = {1, 8},
                [DX_LIST_SPREADING] = {6, 0},
                [DX_LIST_QUIET] = {26, 4}};

static int64_t weeks_of(const dx_list_query *q)
{
    return q->weeks ? q->weeks : defaults[q->kind].weeks;
}

int64_t sq_list_quiet_weeks(const dx_list_query *q)
{
    return q->quiet ? q->quiet : defaults[q->kind].quiet;
}

/* The window begins there. */
static int64_t first_day(const dx_list_query *q)
{
    const int64_t day = dx_day_of(q->now_us), week = dx_bucket_of(DX_GRAIN_WEEK, day);

    if (q->kind == DX_LIST_SPREADING)
        return dx_bucket_day(DX_GRAIN_WEEK, week - weeks_of(q) + 1);
    if (q->kind == DX_LIST_QUIET)
        return dx_bucket_day(DX_GRAIN_WEEK, week - sq_list_quiet_weeks(q) - weeks_of(q) + 1);
    return day - 7 * weeks_of(q) + 1;
}

int64_t sq_list_since(const dx_list_query *q)
{
    if ((unsigned)q->kind > DX_LIST_QUIET || q->weeks > MOST_WEEKS || q->quiet > MOST_WEEKS)
        return DX_NO_TIME; /* will be refused */
    return first_day(q) * DX_DAY_US;
}

dx_rc sq_list_add(sq_list_job *l, sq_list_entry e, dx_err *err)
{
    return DX_PUSH(l->job.scratch, l->p, l->n, l->cap, e) ? DX_OK : dx_nomem(err);
}

/* ---- who is a candidate ---- */

static bool counted(const sq_list_job *l, int64_t id)
{
    return sq_grid_find(&l->job.grid, id, SQ_WHOLE) != NULL;
}

/* By product, the ids of debut are not those of the lines: the product's own first day is asked. */
static dx_rc first_seen(sq_list_job *l, int64_t id, int64_t *us, dx_err *err)
{
    *us = DX_NO_TIME;
    if (l->job.of_product) {
        int64_t day = 0;
        const dx_rc rc = sq_value(l->s, &day, err,
                                  "SELECT min(bucket) FROM tally WHERE kind = 0 AND product = ?1"
                                  " AND grain = 3",
                                  SQ_I(id));
        if (rc == DX_OK)
            *us = day * DX_DAY_US;
        return rc == DX_FAIL ? DX_FAIL : DX_OK;
    }
    return sq_value(l->s, us, err, "SELECT first_us FROM debut WHERE what = ?1",
                    SQ_I(SQ_WHAT(l->job.kind, id))) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

static dx_rc each_id(sq_list_job *l, dx_rc (*look)(sq_list_job *l, int64_t id, dx_err *err),
                     dx_err *err)
{
    int64_t without = 0;
    if (l->job.of_product && sq_term_known(l->s, DX_LIT(""), &without, err) == DX_FAIL)
        return DX_FAIL;
    for (size_t i = 0; i < l->job.grid.n; i++) {
        const sq_count c = l->job.grid.p[i];
        if (c.bucket == SQ_WHOLE && c.id != without && look(l, c.id, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc look_new(sq_list_job *l, int64_t id, dx_err *err)
{
    int64_t us;
    if (first_seen(l, id, &us, err))
        return DX_FAIL;
    if (us == DX_NO_TIME || us < l->job.window.from * DX_DAY_US)
        return DX_OK;
    return sq_list_add(l, (sq_list_entry){.id = id, .first_us = us, .before_us = DX_NO_TIME}, err);
}

/* ---- when it was seen last ---- */

/* From its list of the week in which both days lie. */
static dx_rc last_packed(sq_store *s, sq_kind kind, int64_t id, int64_t from, int64_t until,
                         int64_t *day, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, from);
    const sq_window days = {.from = from, .to = until};
    if (sq_ask(s, &q, err, "SELECT spread FROM tally_by WHERE kind = ?1 AND week = ?2 AND id = ?3",
               SQ_I(kind), SQ_I(week), SQ_I(id)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    for (sq_week of = sq_week_of(rc == DX_OK ? sq_bytes(q, 0) : DX_NONE); sq_week_next(&of);) {
        const sq_spread_row row = {.monday = dx_bucket_day(DX_GRAIN_WEEK, week), .bytes = of.list};
        for (sq_mentions at = sq_mentions_of(&row, &days); sq_mentions_next(&at);)
            *day = row.monday + at.day > *day ? row.monday + at.day : *day;
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc last_in_rows(sq_store *s, sq_kind kind, int64_t product, int64_t id, int64_t from,
                          int64_t until, int64_t *day, dx_err *err)
{
    int64_t one;
    for (int64_t d = until; d >= from; d--) {
        const dx_rc rc = sq_value(s, &one, err,
                                  "SELECT 1 FROM tally WHERE kind = ?1 AND product = ?2"
                                  " AND grain = 3 AND bucket = ?3 AND id = ?4",
                                  SQ_I(kind), SQ_I(product), SQ_I(d), SQ_I(id));
        if (rc == DX_FAIL)
            return DX_FAIL;
        if (rc == DX_OK) {
            *day = d;
            return DX_OK;
        }
    }
    return DX_OK;
}

/* The last of the days, all of one week, on which a thing was told; INT64_MIN: none. */
static dx_rc last_day(sq_store *s, sq_kind kind, int64_t product, int64_t id, int64_t from,
                      int64_t until, int64_t *day, dx_err *err)
{
    *day = INT64_MIN;
    if (from > until)
        return DX_OK;
    return sq_packed_by_day(kind) && !s->told
               ? last_packed(s, kind, id, from, until, day, err)
               : last_in_rows(s, kind, product, id, from, until, day, err);
}

/* The first day in the window, and the last day before it. */
static dx_rc around(sq_list_job *l, int64_t id, int64_t *first, int64_t *before, dx_err *err)
{
    const sq_window *w = &l->job.window;
    int64_t week;
    *first = INT64_MAX;
    *before = INT64_MIN;
    for (int64_t d = w->from; d <= w->to && *first == INT64_MAX; d++)
        if (sq_grid_find(&l->job.grid, id, d))
            *first = d;
    dx_rc rc = sq_value(l->s, &week, err,
                        "SELECT max(bucket) FROM tally INDEXED BY tally_by_id WHERE kind = ?1"
                        " AND id = ?2 AND product = 0 AND grain = 2 AND bucket < ?3",
                        SQ_I(l->job.kind), SQ_I(id), SQ_I(dx_bucket_of(DX_GRAIN_WEEK, w->from)));
    if (rc == DX_OK)
        *before = dx_bucket_day(DX_GRAIN_WEEK, week) + 6;
    if (rc == DX_FAIL)
        return DX_FAIL;
    /* The window may begin within a week. */
    const int64_t monday = dx_bucket_day(DX_GRAIN_WEEK, dx_bucket_of(DX_GRAIN_WEEK, w->from));
    int64_t day;
    if (last_day(l->s, l->job.kind, 0, id, monday, w->from - 1, &day, err))
        return DX_FAIL;
    *before = day != INT64_MIN ? day : *before;
    return DX_OK;
}

static dx_rc look_quiet_before(sq_list_job *l, int64_t id, dx_err *err)
{
    int64_t first, before;
    for (size_t i = 0; i < l->n; i++)
        if (l->p[i].id == id)
            return DX_OK; /* known to have come again after a fix */
    if (l->job.of_product)
        return DX_OK;
    if (around(l, id, &first, &before, err))
        return DX_FAIL;
    if (before == INT64_MIN || first - before <= 7 * l->quiet)
        return DX_OK;
    return sq_list_add(l,
                       (sq_list_entry){.id = id,
                                       .first_us = DX_NO_TIME,
                                       .again = DX_AGAIN_AFTER_QUIET,
                                       .before_us = before * DX_DAY_US},
                       err);
}

/* On the same server and product: a case that ended well, and a new one in the window. */
static dx_rc after_fixes(sq_list_job *l, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const sq_window *w = &l->job.window;
    if (l->job.kind != SQ_DIAGNOSIS)
        return DX_OK;
    if (sq_ask(l->s, &q, err,
               "SELECT again.diagnosis, max(mended.began_us + mended.took_us), again.server"
               " FROM fix_case AS again INDEXED BY fix_case_by_time"
               " JOIN fix_case AS mended ON mended.server = again.server"
               " AND mended.product = again.product AND mended.diagnosis = again.diagnosis"
               " AND mended.began_us < again.began_us AND mended.took_us IS NOT NULL"
               " WHERE again.began_us >= ?1 AND again.began_us < ?2"
               " AND (?3 = 0 OR again.product = ?3) GROUP BY 1, 3 ORDER BY 1, 2 DESC",
               SQ_I(w->from * DX_DAY_US), SQ_I((w->to + 1) * DX_DAY_US),
               SQ_I(l->job.sieve.product)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(l->s, q, err)) == DX_OK) {
        const sq_list_entry e = {.id = sqlite3_column_int64(q, 0),
                                 .first_us = DX_NO_TIME,
                                 .again = DX_AGAIN_AFTER_FIX,
                                 .before_us = sqlite3_column_int64(q, 1)};
        const bool listed = l->n && l->p[l->n - 1].id == e.id;
        if (listed || !sq_sieve_server(&l->job.sieve, sqlite3_column_int64(q, 2)) ||
            !counted(l, e.id))
            continue;
        if ((rc = sq_list_add(l, e, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Servers a week, and how much the second half has over the first. */
static dx_rc look_spreading(sq_list_job *l, int64_t id, dx_err *err)
{
    const int64_t n = l->job.n_buckets, half = n / 2;
    int64_t *weeks = dx_arena_get(l->into, ((size_t)n + 1) * sizeof *weeks);
    int64_t early = 0, late = 0, most = 0;
    if (!weeks)
        return dx_nomem(err);
    for (int64_t i = 0; i < n; i++) {
        const sq_count *c = sq_grid_find(&l->job.grid, id, l->job.first + i);
        weeks[i] = c ? c->n.servers : 0;
        early += i < half ? weeks[i] : 0;
        late += i >= half ? weeks[i] : 0;
        most = i >= half && weeks[i] > most ? weeks[i] : most;
    }
    const double before = half ? (double)early / (double)half : 0;
    const double after = (double)late / (double)(n - half);
    sq_list_entry e = {.id = id, .first_us = DX_NO_TIME, .before_us = DX_NO_TIME};
    e.row.growth = after / (before > 1 ? before : 1);
    e.row.n_weeks = (size_t)n;
    e.row.weeks = weeks;
    return most >= 2 && e.row.growth >= 1.5 ? sq_list_add(l, e, err) : DX_OK;
}

/* ---- what a row tells ---- */

dx_rc sq_last_seen(sq_store *s, sq_kind kind, int64_t product, int64_t id, int64_t *us, dx_err *err)
{
    int64_t week, day;
    *us = DX_NO_TIME;
    const dx_rc rc = product ? sq_value(s, &week, err,
                                        "SELECT max(bucket) FROM tally WHERE kind = 0"
                                        " AND product = ?1 AND grain = 2",
                                        SQ_I(product))
                             : sq_value(s, &week, err,
                                        "SELECT max(bucket) FROM tally INDEXED BY tally_by_id"
                                        " WHERE kind = ?1 AND id = ?2 AND product = 0"
                                        " AND grain = 2",
                                        SQ_I(kind), SQ_I(id));
    if (rc != DX_OK)
        return rc == DX_FAIL ? DX_FAIL : DX_OK;
    const int64_t monday = dx_bucket_day(DX_GRAIN_WEEK, week);
    if (last_day(s, kind, product, id, monday, monday + 6, &day, err) ||
        (day == INT64_MIN && /* a cluster's answer has nothing but rows */
         last_in_rows(s, kind, product, id, monday, monday + 6, &day, err)))
        return DX_FAIL;
    *us = day == INT64_MIN ? DX_NO_TIME : day * DX_DAY_US;
    return DX_OK;
}

/* What decides the order of things that grow alike. */
static dx_rc count_servers(sq_list_job *l, sq_list_entry *e, dx_err *err)
{
    const sq_kind kind = l->job.of_product ? SQ_ALL : l->job.kind;
    if (sq_job_servers(&l->job, &l->job.grid, kind, e->id, err))
        return DX_FAIL;
    const sq_count *c = sq_grid_find(&l->job.grid, e->id, SQ_WHOLE);
    e->row.attempts = c->n.attempts;
    e->row.failures = c->n.failures;
    e->row.servers = c->n.servers;
    return DX_OK;
}

static dx_rc name_row(sq_list_job *l, sq_list_entry *e, dx_err *err)
{
    return sq_name(l->s, l->job.of_product ? SQ_ALL : l->job.kind, e->id, l->into, &e->row.id,
                   &e->row.title, err);
}

static dx_rc fill_row(sq_list_job *l, sq_list_entry *e, dx_err *err)
{
    const bool product = l->job.of_product;
    dx_list_row *r = &e->row;
    if (e->first_us == DX_NO_TIME && first_seen(l, e->id, &e->first_us, err))
        return DX_FAIL;
    r->first_us = e->first_us;
    r->before_us = e->before_us;
    r->again = e->again;
    return sq_last_seen(l->s, product ? SQ_ALL : l->job.kind, product ? e->id : 0,
                        product ? 0 : e->id, &r->last_us, err);
}

static int by_growth(const void *a, const void *b)
{
    const double x = ((const sq_list_entry *)a)->row.growth;
    const double y = ((const sq_list_entry *)b)->row.growth;
    return (x < y) - (x > y);
}

static int by_servers(const void *a, const void *b)
{
    const dx_list_row *x = &((const sq_list_entry *)a)->row, *y = &((const sq_list_entry *)b)->row;
    const int order = by_growth(a, b);
    if (order)
        return order;
    if (x->servers != y->servers)
        return x->servers > y->servers ? -1 : 1;
    if (x->attempts != y->attempts)
        return x->attempts > y->attempts ? -1 : 1;
    return 0;
}

static int by_servers_and_id(const void *a, const void *b)
{
    const int order = by_servers(a, b);
    return order
               ? order
               : dx_str_cmp(((const sq_list_entry *)a)->row.id, ((const sq_list_entry *)b)->row.id);
}

/* Puts the page, and what is equal to its first and last rows, in order; whatever decides next is
 * looked up for these alone. */
typedef dx_rc look_up(sq_list_job *l, sq_list_entry *e, dx_err *err);

typedef struct page {
    size_t from, until; /* entries that may be on it */
    size_t skip, upto;
} page;

static dx_rc narrow(sq_list_job *l, page *p, sq_order *order, look_up *look, dx_err *err)
{
    const size_t n =
        sq_sort_front(l->p + p->from, p->until - p->from, sizeof *l->p, p->upto - p->from, order);
    const size_t first = p->from;
    p->until = first + n;
    p->from = p->skip;
    while (p->from > first && order(&l->p[p->from - 1], &l->p[p->skip]) == 0)
        p->from--;
    for (size_t i = p->from; i < p->until; i++)
        if (look(l, &l->p[i], err))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc fill_page(sq_list_job *l, dx_err *err)
{
    page p = {.until = l->n, .skip = l->q->skip};
    if (p.skip >= l->n)
        return DX_OK;
    p.upto = l->n - p.skip < l->top ? l->n : p.skip + l->top;
    if (narrow(l, &p, by_growth, count_servers, err) || narrow(l, &p, by_servers, name_row, err))
        return DX_FAIL;
    qsort(l->p + p.from, p.until - p.from, sizeof *l->p, by_servers_and_id);
    for (size_t i = p.skip; i < p.upto; i++)
        if (fill_row(l, &l->p[i], err))
            return DX_FAIL;
    return DX_OK;
}

dx_rc sq_list_give(sq_list_job *l, dx_list *out, dx_err *err)
{
    const size_t skip = l->q->skip < l->n ? l->q->skip : l->n;
    const size_t n = l->n - skip < l->top ? l->n - skip : l->top;
    dx_list_row *rows = dx_arena_get(l->into, (n + 1) * sizeof *rows);
    if (!rows)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        rows[i] = l->p[skip + i].row;
    *out = (dx_list){.since_us = l->job.window.from * DX_DAY_US,
                     .until_us = (l->job.window.to + 1) * DX_DAY_US,
                     .n = n,
                     .rows = rows,
                     .all = (int64_t)l->n};
    return DX_OK;
}

static dx_rc list_things(sq_list_job *l, dx_list *out, dx_err *err)
{
    const bool spreading = l->q->kind == DX_LIST_SPREADING;
    l->trend.by = spreading ? DX_BY_WEEK : DX_BY_DAY;
    l->trend.where.since_us = l->first * DX_DAY_US;
    l->trend.where.until_us = (l->day + 1) * DX_DAY_US;
    dx_rc rc = sq_job_prepare(&l->job, err);
    if (rc == DX_OK)
        rc = l->gather ? l->gather(&l->job, l->ctx, err) : sq_trend_read(&l->job, err);
    if (rc == DX_OK && l->q->kind == DX_LIST_REGRESSED)
        rc = after_fixes(l, err);
    if (rc == DX_OK)
        rc = each_id(l,
                     l->q->kind == DX_LIST_NEW         ? look_new
                     : l->q->kind == DX_LIST_REGRESSED ? look_quiet_before
                                                       : look_spreading,
                     err);
    return rc != DX_OK || fill_page(l, err) || sq_list_give(l, out, err) ? DX_FAIL : DX_OK;
}

/* ---- the question ---- */

static dx_rc check(const dx_list_query *q, dx_err *err)
{
    if ((unsigned)q->kind > DX_LIST_QUIET || q->top > MOST_ROWS || q->weeks > MOST_WEEKS ||
        q->quiet > MOST_WEEKS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "a list shows at most %d rows and looks at most %d weeks back", MOST_ROWS,
                       MOST_WEEKS);
    if (q->kind != DX_LIST_QUIET && q->of == DX_OF_SERVER)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "servers are listed when they went quiet; ask for signatures, diagnoses, "
                       "causes, products or codes");
    if (q->kind == DX_LIST_SPREADING && q->weeks == 1)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "growth shows over at least two weeks");
    return DX_OK;
}

dx_rc sq_list_answer(sq_store *s, const dx_list_query *q, sq_trend_gather *gather, void *ctx,
                     dx_arena *into, dx_list *out, dx_err *err)
{
    if (check(q, err))
        return DX_FAIL;
    sq_list_job l = {.s = s,
                     .gather = gather,
                     .ctx = ctx,
                     .q = q,
                     .into = into,
                     .trend = {.of = q->of, .where = q->where},
                     .top = q->top ? q->top : TOP,
                     .first = first_day(q),
                     .day = dx_day_of(q->now_us),
                     .quiet = sq_list_quiet_weeks(q)};
    l.job = (sq_job){.s = l.s,
                     .q = &l.trend,
                     .into = into,
                     .scratch = dx_arena_new(0),
                     .every_bucket = true,
                     .gathered = gather != NULL};
    if (!l.job.scratch)
        return dx_nomem(err);
    dx_rc rc = sq_sums_flush(l.s, err);
    if (rc == DX_OK)
        rc = (q->kind == DX_LIST_QUIET ? sq_list_quiet : list_things)(&l, out, err);
    sq_job_close(&l.job);
    return rc;
}

dx_rc sq_list(dx_store *base, const dx_list_query *q, dx_arena *into, dx_list *out, dx_err *err)
{
    return sq_list_answer((sq_store *)base, q, NULL, NULL, into, out, err);
}
