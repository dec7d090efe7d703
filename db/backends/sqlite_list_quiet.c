/* Servers that went quiet: seen for weeks, and then no more. */
#include "db/backends/sqlite_heard.h"
#include "db/backends/sqlite_list.h"
#include "db/backends/sqlite_packs.h"
#include <stdlib.h>

/* By server: the last week (1: the first of the window; 0: none) and day on which it reported, and
 * in how many weeks of the window.  Small, for there is one of each server. */
typedef struct span {
    int32_t week, weeks;
    int64_t day;
} span;

static void add_weeks(sq_list_job *l, const sq_spread_row *row, int32_t week, bool counts,
                      span *spans, size_t n)
{
    sq_mentions at = sq_mentions_of(row, NULL);
    if (!sq_sieve_release(&l->job.sieve, row->release))
        return;
    while (sq_mentions_next(&at)) {
        const int64_t day = row->monday + at.day;
        if ((uint64_t)at.server >= n)
            continue;
        span *s = &spans[at.server];
        if (s->week != week) {
            s->week = week;
            s->weeks += counts;
            s->day = day;
        } else if (day > s->day) {
            s->day = day;
        }
    }
}

/* A server that went quiet, and when it was seen last: on that day, then at that moment. */
typedef struct quiet {
    int64_t server, last_us;
} quiet;

typedef struct quiets {
    quiet *p;
    size_t n, all; /* all: also those that are not shown */
    bool moments;  /* they are known */
} quiets;

/* Weeks come in their order. */
static dx_rc find_quiet(sq_list_job *l, int64_t from, int64_t until, quiets *out, dx_err *err)
{
    sq_spread_row *rows;
    size_t n_rows, n = 0;
    const sq_window weeks = {.from = from, .to = INT64_MAX};
    if (sq_spread_rows(l->s, SQ_WHAT(SQ_ALL, 0), &weeks, NULL, l->job.scratch, &rows, &n_rows,
                       err) ||
        sq_server_count(l->s, &n, err))
        return DX_FAIL;
    span *spans = dx_arena_get(l->job.scratch, (n + 1) * sizeof *spans);
    out->p = dx_arena_get(l->job.scratch, (n + 1) * sizeof *out->p);
    if (!spans || !out->p)
        return dx_nomem(err);
    for (size_t i = 0; i < n_rows; i++) {
        const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, rows[i].monday);
        add_weeks(l, &rows[i], (int32_t)(week - from + 1), week <= until, spans, n);
    }
    for (size_t i = 0; i < n; i++)
        if (spans[i].weeks >= 2 && spans[i].week <= until - from + 1 &&
            sq_sieve_server(&l->job.sieve, (int64_t)i))
            out->p[out->n++] = (quiet){(int64_t)i, spans[i].day * DX_DAY_US};
    out->all = out->n;
    return DX_OK;
}

/* ---- of any product, from the weeks in which servers told something ---- */

/* So many at the front matter; 0: all. */
static size_t shown_of(const sq_list_job *l)
{
    return l->q->skip < SIZE_MAX - l->top ? l->q->skip + l->top : 0;
}

/* So many attempts are looked at for each server that may be shown, and these besides. */
enum { LOOKS = 8, LOOKS_MORE = 1024 };

static bool is_quiet(const sq_heard *h, int64_t server)
{
    return (uint64_t)server < h->n * 64 && h->quiet[server / 64] >> server % 64 & 1;
}

/* Takes those out that are not asked for; how many are left. */
static size_t sift(const sq_list_job *l, sq_heard *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n * 64; i++) {
        if (!h->quiet[i / 64]) {
            i |= 63;
            continue;
        }
        if (is_quiet(h, (int64_t)i) && !sq_sieve_server(&l->job.sieve, (int64_t)i))
            h->quiet[i / 64] &= ~(UINT64_C(1) << i % 64);
        n += is_quiet(h, (int64_t)i);
    }
    return n;
}

static void take_all(const sq_heard *h, quiets *out)
{
    out->n = 0;
    for (size_t i = 0; i < h->n * 64; i++)
        if (is_quiet(h, (int64_t)i))
            out->p[out->n++] = (quiet){.server = (int64_t)i};
}

/* Attempts from the last one back: who comes first was seen last.  Ends behind all that may be
 * shown and what is equal to the last of them; *done is false where there are too many others
 * between. */
static dx_rc walk_back(sq_list_job *l, int64_t until_us, size_t shown, const sq_heard *h,
                       quiets *out, bool *done, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    sq_set seen = {.n = h->n * 64};
    if (!sq_set_make(&seen, l->job.scratch))
        return dx_nomem(err);
    if (sq_ask(l->s, &q, err,
               "SELECT server, happened_us FROM standing INDEXED BY standing_by_time"
               " WHERE happened_us < ?1 ORDER BY happened_us DESC",
               SQ_I(until_us)))
        return DX_FAIL;
    dx_rc rc = DX_OK;
    *done = false;
    for (size_t looks = shown * LOOKS + LOOKS_MORE; looks && !*done; looks--) {
        if ((rc = sq_next(l->s, q, err)) != DX_OK)
            break;
        const quiet one = {sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1)};
        *done = out->n >= shown && one.last_us < out->p[out->n - 1].last_us;
        if (!*done && is_quiet(h, one.server) && sq_set_add(&seen, one.server))
            out->p[out->n++] = one;
    }
    sq_done(q);
    *done |= rc == DX_END;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* Only those that may be shown come with their moments; of few servers all come without. */
static dx_rc find_heard(sq_list_job *l, int64_t from, int64_t until, quiets *out, dx_err *err)
{
    size_t n = 0;
    const size_t shown = shown_of(l);
    if (sq_server_count(l->s, &n, err))
        return DX_FAIL;
    sq_heard h = {.n = n / 64 + 1};
    h.once = dx_arena_get(l->job.scratch, h.n * sizeof *h.once);
    h.quiet = dx_arena_get(l->job.scratch, h.n * sizeof *h.quiet);
    out->p = dx_arena_get(l->job.scratch, (n + 1) * sizeof *out->p);
    if (!h.once || !h.quiet || !out->p)
        return dx_nomem(err);
    if (sq_heard_read(l->s, from, until, &h, err))
        return DX_FAIL;
    out->all = sift(l, &h);
    if (shown && shown < out->all / 2) {
        const int64_t until_us = dx_bucket_day(DX_GRAIN_WEEK, until + 1) * DX_DAY_US;
        if (walk_back(l, until_us, shown, &h, out, &out->moments, err))
            return DX_FAIL;
    }
    if (!out->moments)
        take_all(&h, out);
    return DX_OK;
}

/* ---- what is shown of them ---- */

typedef struct weeks_job {
    sq_list_job *l;
    dx_list_row *row;
    int64_t *weeks, from;
} weeks_job;

static dx_rc add_to_week(void *ctx, const sq_cell *c, dx_err *err)
{
    weeks_job *w = ctx;
    (void)err;
    if (!sq_sieve_release(&w->l->job.sieve, c->release))
        return DX_OK;
    w->weeks[dx_bucket_of(DX_GRAIN_WEEK, c->day) - w->from] += c->attempts;
    w->row->attempts += c->attempts;
    w->row->failures += c->failures;
    return DX_OK;
}

static dx_rc count_weeks(sq_list_job *l, sq_list_entry *e, int64_t from, int64_t until, dx_err *err)
{
    int64_t *weeks = dx_arena_get(l->into, (size_t)(until - from + 1) * sizeof *weeks);
    if (!weeks)
        return dx_nomem(err);
    const sq_cells_asked q = {.servers = &e->id,
                              .n = 1,
                              .from = dx_bucket_day(DX_GRAIN_WEEK, from),
                              .to = dx_bucket_day(DX_GRAIN_WEEK, until + 1) - 1,
                              .n_what = 1};
    e->row.weeks = weeks;
    e->row.n_weeks = (size_t)(until - from + 1);
    e->row.servers = 1;
    return sq_cells_read(l->s, &q, add_to_week, &(weeks_job){l, &e->row, weeks, from}, err);
}

static dx_rc first_seen(sq_list_job *l, sq_list_entry *e, dx_err *err)
{
    return sq_value(l->s, &e->row.first_us, err,
                    "SELECT min(happened_us) FROM standing WHERE server = ?1", SQ_I(e->id))
               ? DX_FAIL
               : DX_OK;
}

static int by_last_us(const void *a, const void *b)
{
    const quiet *x = a, *y = b;
    return (x->last_us < y->last_us) - (x->last_us > y->last_us);
}

static int by_last_seen(const void *a, const void *b)
{
    const dx_list_row *x = &((const sq_list_entry *)a)->row, *y = &((const sq_list_entry *)b)->row;
    if (x->last_us != y->last_us)
        return x->last_us < y->last_us ? 1 : -1;
    return dx_str_cmp(x->id, y->id);
}

/* From days to moments. */
static dx_rc last_moments(sq_list_job *l, quiet *p, size_t n, dx_err *err)
{
    if (n == 0)
        return DX_OK;
    const sq_rows servers = {.p = &p->server, .n = n, .width = sizeof *p / sizeof(int64_t)};
    sqlite3_stmt *q = NULL;
    if (sq_ask(l->s, &q, err,
               "SELECT (SELECT max(happened_us) FROM standing WHERE server = a)"
               " FROM sq_rows(?1)",
               SQ_R(&servers)))
        return DX_FAIL;
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        if ((rc = sq_next(l->s, q, err)) == DX_OK)
            p[i].last_us = sqlite3_column_int64(q, 0);
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc add_quiet(sq_list_job *l, const quiet *q, dx_err *err)
{
    sq_list_entry e = {.id = q->server, .before_us = DX_NO_TIME, .row.last_us = q->last_us};
    return sq_name(l->s, SQ_SERVER, e.id, l->into, &e.row.id, &e.row.title, err) ||
                   sq_list_add(l, e, err)
               ? DX_FAIL
               : DX_OK;
}

/* The days on which servers were last seen say which of them can be shown; only at these it looks
 * closer.  Of a product they say nothing about a server's other products. */
static dx_rc order_quiet(sq_list_job *l, const quiets *found, dx_err *err)
{
    const size_t shown = shown_of(l);
    const size_t n = l->job.sieve.product || !found->n
                         ? found->n
                         : sq_sort_front(found->p, found->n, sizeof *found->p, shown, by_last_us);
    if (!found->moments && last_moments(l, found->p, n, err))
        return DX_FAIL;
    const size_t front = n ? sq_sort_front(found->p, n, sizeof *found->p, shown, by_last_us) : 0;
    for (size_t i = 0; i < front; i++)
        if (add_quiet(l, &found->p[i], err))
            return DX_FAIL;
    if (l->n)
        qsort(l->p, l->n, sizeof *l->p, by_last_seen);
    return DX_OK;
}

dx_rc sq_list_quiet(sq_list_job *l, dx_list *out, dx_err *err)
{
    const int64_t until = dx_bucket_of(DX_GRAIN_WEEK, l->day) - l->quiet;
    const int64_t from = dx_bucket_of(DX_GRAIN_WEEK, l->first);
    quiets found = {.n = 0};
    if (sq_sieve_make(l->s, &l->q->where, l->job.scratch, &l->job.sieve, err) ||
        (!l->job.sieve.nothing && (l->s->told || l->s->few_sums || l->job.sieve.product
                                       ? find_quiet
                                       : find_heard)(l, from, until, &found, err)) ||
        order_quiet(l, &found, err))
        return DX_FAIL;
    for (size_t i = l->q->skip; i < l->n && i < l->q->skip + l->top; i++)
        if (first_seen(l, &l->p[i], err) || count_weeks(l, &l->p[i], from, until, err))
            return DX_FAIL;
    l->job.window = (sq_window){.from = dx_bucket_day(DX_GRAIN_WEEK, from),
                                .to = dx_bucket_day(DX_GRAIN_WEEK, until + 1) - 1};
    if (sq_list_give(l, out, err))
        return DX_FAIL;
    out->all = (int64_t)found.all;
    return DX_OK;
}
