/* Where the numbers of a trend come from.  Tallies answer what asks for all servers; when only some
 * servers count, their cells are few enough to be added up. */
#include "db/backends/sqlite_packs.h"
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

static dx_trend_cell counts_at(sqlite3_stmt *q, int column)
{
    return (dx_trend_cell){.events = sqlite3_column_int64(q, column),
                           .attempts = sqlite3_column_int64(q, column + 1),
                           .failures = sqlite3_column_int64(q, column + 2)};
}

dx_rc sq_job_sites(sq_job *j, dx_err *err)
{
    return j->q->by != DX_BY_SITE || j->sites.ids ? DX_OK
                                                  : sq_sites_read(j->s, j->scratch, &j->sites, err);
}

/* The bucket a release, a site or a day falls into. */
static int64_t bucket_of(const sq_job *j, int64_t day, int64_t release, int64_t server)
{
    if (j->grain != DX_GRAIN_ALL)
        return dx_bucket_of(j->grain, day);
    if (j->q->by == DX_BY_VERSION)
        return release;
    return j->sites.ids[sq_site_at(&j->sites, server)];
}

/* ---- cells of some servers ---- */

typedef struct cells_job {
    sq_job *j;
    sq_count *totals; /* of all attempts by bucket of time, then of all; NULL: into the grid */
    int32_t *month; /* of a day of the window: which one, from 1 on, once it is known; else NULL */
    bool total;     /* of all attempts the total is wanted, too */
} cells_job;

static dx_rc add_line(sq_job *j, const sq_cell *c, const dx_trend_cell *n, int64_t bucket,
                      dx_err *err)
{
    int64_t id = j->kind == SQ_SERVER ? c->server : SQ_WHAT_ID(c->what);
    if (j->of_product && sq_product_of(j->s, c->release, &id, err))
        return DX_FAIL;
    return sq_grid_add(&j->grid, id, bucket, n, c->server) ? DX_OK : dx_nomem(err);
}

/* Of days of the window each month is reckoned once. */
static int64_t bucket_of_cell(const cells_job *x, const sq_cell *c)
{
    const sq_job *j = x->j;
    if (!x->month)
        return bucket_of(j, c->day, c->release, c->server);
    int32_t *month = &x->month[c->day - j->window.from];
    if (!*month)
        *month = (int32_t)(dx_bucket_of(j->grain, c->day) - j->first + 1);
    return j->first + *month - 1;
}

/* Of all attempts come the total and lines of servers and products, of other things their lines. */
static dx_rc add_cell(void *ctx, const sq_cell *c, dx_err *err)
{
    const cells_job *x = ctx;
    sq_job *j = x->j;
    if (!sq_sieve_release(&j->sieve, c->release))
        return DX_OK;
    const bool all = c->what == SQ_WHAT(SQ_ALL, 0);
    const int64_t bucket = bucket_of_cell(x, c);
    const dx_trend_cell n = {.events = c->events, .attempts = c->attempts, .failures = c->failures};
    if (all && x->totals) {
        sq_count_add(&x->totals[bucket - j->first], &n, c->server);
        sq_count_add(&x->totals[j->n_buckets], &n, c->server);
    } else if (all && x->total && !sq_grid_add(&j->total, 0, bucket, &n, c->server))
        return dx_nomem(err);
    return !all || j->kind == SQ_SERVER || j->of_product ? add_line(j, c, &n, bucket, err) : DX_OK;
}

/* Of a single server the grid does. */
static dx_rc make_room(cells_job *x, size_t n_servers, dx_err *err)
{
    const sq_job *j = x->j;
    const int64_t days = j->window.to - j->window.from + 1;
    const bool many = n_servers > 1 && j->grain != DX_GRAIN_ALL;
    if (many && j->grain == DX_GRAIN_MONTH &&
        !(x->month = dx_arena_get(j->scratch, (size_t)days * sizeof *x->month)))
        return dx_nomem(err);
    if (many && x->total &&
        !(x->totals = dx_arena_get(j->scratch, ((size_t)j->n_buckets + 1) * sizeof *x->totals)))
        return dx_nomem(err);
    return DX_OK;
}

/* Servers come one by one, so different ones were counted as they came. */
static dx_rc put_totals(const cells_job *x, dx_err *err)
{
    for (int64_t i = 0; x->totals && i < x->j->n_buckets; i++) {
        const sq_count *c = &x->totals[i];
        if (c->n.attempts && !sq_grid_add(&x->j->total, 0, x->j->first + i, &c->n, 0))
            return dx_nomem(err);
    }
    if (x->totals && x->totals[x->j->n_buckets].n.attempts) /* it was made by these */
        sq_grid_at(&x->j->total, 0, SQ_WHOLE)->n.servers = x->totals[x->j->n_buckets].n.servers;
    return DX_OK;
}

static dx_rc read_cells(sq_job *j, const int64_t *servers, size_t n, bool total, dx_err *err)
{
    const bool others = total && j->kind != SQ_SERVER && !j->of_product;
    const sq_cells_asked q = {
        .servers = servers,
        .n = n,
        .from = j->window.from,
        .to = j->window.to,
        .what = {{0, 0}, {SQ_WHAT(j->kind, 0), SQ_WHAT((int)j->kind + 1, 0) - 1}},
        .n_what = others ? 2 : 1};
    cells_job x = {.j = j, .total = total};
    return make_room(&x, n, err) || sq_job_sites(j, err) ||
                   sq_cells_read(j->s, &q, add_cell, &x, err) || put_totals(&x, err)
               ? DX_FAIL
               : DX_OK;
}

/* ---- tallies by time ---- */

/* The rows of a table: a moment's list each, whose places are ids. */
static dx_rc add_listed(sq_grid *to, int64_t bucket, dx_str bytes, dx_err *err)
{
    for (sq_week week = sq_week_of(bytes); sq_week_next(&week);)
        for (sq_spread list = sq_spread_of(week.list); sq_spread_next(&list);) {
            const dx_trend_cell n = {.events = list.now.events,
                                     .attempts = list.now.attempts,
                                     .failures = list.now.failures};
            if (!sq_grid_add(to, list.now.place, bucket, &n, 0))
                return dx_nomem(err);
        }
    return DX_OK;
}

/* Without different servers. */
static dx_rc read_days(sq_job *j, sq_grid *to, sq_kind kind, int64_t product, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT day, list FROM tally_day WHERE kind = ?1 AND product = ?2"
               " AND day BETWEEN ?3 AND ?4",
               SQ_I(kind), SQ_I(product), SQ_I(j->first), SQ_I(j->first + j->n_buckets - 1)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        if ((rc = add_listed(to, sqlite3_column_int64(q, 0), sq_bytes(q, 1), err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* As what each is; `as` >= 0: all as this one. */
static dx_rc read_buckets(sq_job *j, sq_grid *to, sq_kind kind, int64_t product, int64_t as,
                          dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT bucket, id, events, attempts, failures, servers FROM tally"
               " WHERE kind = ?1 AND product = ?2 AND grain = ?3 AND bucket BETWEEN ?4 AND ?5",
               SQ_I(kind), SQ_I(product), SQ_I(j->grain), SQ_I(j->first),
               SQ_I(j->first + j->n_buckets - 1)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        dx_trend_cell n = counts_at(q, 2);
        n.servers = sqlite3_column_int64(q, 5);
        const int64_t id = as >= 0 ? as : sqlite3_column_int64(q, 1);
        if (!sq_grid_add(to, id, sqlite3_column_int64(q, 0), &n, 0)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Weeks of all things, with the servers that told of each; both lists name the same. */
static dx_rc add_week(sq_grid *to, int64_t bucket, dx_str counts, dx_str servers, dx_err *err)
{
    sq_week a = sq_week_of(counts), b = sq_week_of(servers);
    if (!sq_week_next(&a) || !sq_week_next(&b))
        return DX_OK;
    sq_spread x = sq_spread_of(a.list), y = sq_spread_of(b.list);
    while (sq_spread_next(&x) && sq_spread_next(&y)) {
        const dx_trend_cell n = {.events = x.now.events,
                                 .attempts = x.now.attempts,
                                 .failures = x.now.failures,
                                 .servers = y.now.attempts};
        if (!sq_grid_add(to, x.now.place, bucket, &n, 0))
            return dx_nomem(err);
    }
    return DX_OK;
}

static dx_rc read_weeks(sq_job *j, sq_grid *to, sq_kind kind, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT a.bucket, a.list, b.list FROM tally_each AS a CROSS JOIN week_things AS b"
               " ON b.kind = ?1 AND b.week = a.bucket"
               " WHERE a.kind = ?1 AND a.grain = 2 AND a.bucket BETWEEN ?2 AND ?3",
               SQ_I(kind), SQ_I(j->first), SQ_I(j->first + j->n_buckets - 1)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        if ((rc = add_week(to, sqlite3_column_int64(q, 0), sq_bytes(q, 1), sq_bytes(q, 2), err)) !=
            DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc read_tally(sq_job *j, sq_grid *to, sq_kind kind, int64_t product, int64_t as,
                        dx_err *err)
{
    const bool packed = j->grain == DX_GRAIN_DAY && sq_packed_by_day(kind) && !j->s->told;
    const bool weeks =
        j->grain == DX_GRAIN_WEEK && sq_alone(kind) && !product && !j->s->told && !j->s->few_sums;
    if (weeks)
        return read_weeks(j, to, kind, err);
    if (packed ? read_days(j, to, kind, product, err) : read_buckets(j, to, kind, product, as, err))
        return DX_FAIL;
    return to != &j->each && sq_kept_last(j, kind) ? sq_last_read(j, to, kind, product, as, err)
                                                   : DX_OK;
}

static dx_rc products(sq_job *j, int64_t **out, size_t *n, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT DISTINCT product FROM release WHERE ?1 IN (0, product) ORDER BY product",
               SQ_I(j->sieve.product)))
        return DX_FAIL;
    return sq_numbers(j->s, q, j->scratch, out, n, err);
}

static dx_rc read_products(sq_job *j, dx_err *err)
{
    int64_t *list;
    size_t n;
    if (products(j, &list, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (read_tally(j, &j->grid, SQ_ALL, list[i], list[i], err))
            return DX_FAIL;
    return DX_OK;
}

/* ---- lines one by one: the wholes of all first, then the buckets of a few ---- */

static bool add_whole(sq_job *j, int64_t id, const dx_trend_cell *n)
{
    sq_count *whole = sq_grid_at(&j->grid, id, SQ_WHOLE);
    if (!whole)
        return false;
    whole->n.events += n->events;
    whole->n.attempts += n->attempts;
    whole->n.failures += n->failures;
    return true;
}

static bool add_list(sq_job *j, dx_str bytes)
{
    for (sq_week week = sq_week_of(bytes); sq_week_next(&week);)
        for (sq_spread list = sq_spread_of(week.list); sq_spread_next(&list);) {
            const dx_trend_cell n = {.events = list.now.events,
                                     .attempts = list.now.attempts,
                                     .failures = list.now.failures};
            if (!add_whole(j, list.now.place, &n))
                return false;
        }
    return true;
}

/* From the lists of all. */
static dx_rc tile_listed(sq_job *j, dx_grain grain, int64_t from, int64_t until, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const bool days = grain == DX_GRAIN_DAY;
    const sq_arg args[] = {SQ_I(j->kind), SQ_I(days ? j->sieve.product : (int64_t)grain),
                           SQ_I(from), SQ_I(until)};
    if (sq_ask_(j->s, &q, err,
                days ? "SELECT list FROM tally_day WHERE kind = ?1 AND product = ?2"
                       " AND day BETWEEN ?3 AND ?4"
                     : "SELECT list FROM tally_each WHERE kind = ?1 AND grain = ?2"
                       " AND bucket BETWEEN ?3 AND ?4",
                args, sizeof args / sizeof *args))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        if (!add_list(j, sq_bytes(q, 0))) {
            rc = dx_nomem(err);
            break;
        }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc tile(sq_job *j, dx_grain grain, int64_t from, int64_t until, dx_err *err)
{
    const bool listed = grain == DX_GRAIN_DAY || (grain != DX_GRAIN_ALL && !j->sieve.product);
    if (listed && !j->s->told)
        return tile_listed(j, grain, from, until, err);
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT id, events, attempts, failures FROM tally"
               " WHERE kind = ?1 AND product = ?2 AND grain = ?3 AND bucket BETWEEN ?4 AND ?5",
               SQ_I(j->kind), SQ_I(j->sieve.product), SQ_I(grain), SQ_I(from), SQ_I(until)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        const dx_trend_cell n = counts_at(q, 1);
        if (!add_whole(j, sqlite3_column_int64(q, 0), &n)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Whole months, in what is left before and behind them whole weeks, and the days left. */
static dx_rc read_wholes(sq_job *j, dx_grain grain, int64_t from, int64_t to, dx_err *err)
{
    if (from > to)
        return DX_OK;
    int64_t first = dx_bucket_of(grain, from), last = dx_bucket_of(grain, to);
    first += dx_bucket_day(grain, first) < from;
    last -= dx_bucket_day(grain, last + 1) - 1 > to;
    if (first > last)
        return read_wholes(j, (dx_grain)(grain + 1), from, to, err);
    return tile(j, grain, first, last, err) ||
                   read_wholes(j, grain, from, dx_bucket_day(grain, first) - 1, err) ||
                   read_wholes(j, grain, dx_bucket_day(grain, last + 1), to, err)
               ? DX_FAIL
               : DX_OK;
}

bool sq_trend_by_line(const sq_job *j)
{
    return !j->gathered && !j->sieve.some && !j->every_bucket &&
           (j->kind == SQ_SERVER || sq_alone(j->kind));
}

/* What the diagnoses with a name are together: what has a diagnosis or lacks one has a cause or
 * lacks one, and of causes there are few. */
static dx_rc leave_unnamed_out(sq_job *j, dx_err *err)
{
    if (sq_trend_line(j, 0, err))
        return DX_FAIL;
    for (size_t i = 0; i < j->each.n; i++) {
        sq_count *c = &j->each.p[i];
        const sq_count *without = sq_grid_find(&j->grid, 0, c->bucket);
        if (!without)
            continue;
        c->n.events -= without->n.events;
        c->n.attempts -= without->n.attempts;
        c->n.failures -= without->n.failures;
    }
    return DX_OK;
}

static dx_rc read_each(sq_job *j, dx_err *err)
{
    const bool signatures = j->kind == SQ_SIGNATURE;
    const sq_kind kind = signatures ? SQ_EACH_SIGNATURE : SQ_CAUSE;
    const dx_rc rc =
        j->grain != DX_GRAIN_ALL  ? read_tally(j, &j->each, kind, j->sieve.product, 0, err)
        : sq_kept_shares(j, kind) ? sq_shares_read(j, &j->each, kind, 0, err)
                                  : sq_line_read(j, &j->each, SQ_WHAT(kind, SQ_EVERY_ID), 0, err);
    return rc || signatures ? rc : leave_unnamed_out(j, err);
}

/* Of a product months and weeks are rows, one for each thing: the lists of about a year's days are
 * quicker to read. */
static bool rather_days(const sq_job *j)
{
    enum { MOST_DAYS = 400 };
    return j->sieve.product && !j->s->told && !j->s->few_sums &&
           j->window.to - j->window.from < MOST_DAYS;
}

static dx_rc read_window(sq_job *j, dx_err *err)
{
    if (j->window.all)
        return tile(j, DX_GRAIN_ALL, 0, 0, err);
    return rather_days(j) ? tile(j, DX_GRAIN_DAY, j->window.from, j->window.to, err)
                          : read_wholes(j, DX_GRAIN_MONTH, j->window.from, j->window.to, err);
}

static dx_rc read_by_line(sq_job *j, dx_err *err)
{
    if (j->kind == SQ_SERVER)
        return sq_read_servers(j, err);
    return read_window(j, err) ? DX_FAIL : read_each(j, err);
}

static dx_rc read_lines(sq_job *j, dx_err *err)
{
    if (sq_trend_by_line(j))
        return read_by_line(j, err);
    if (sq_kept_shares(j, j->kind))
        return sq_shares_read(j, &j->grid, j->kind, -1, err);
    if (j->grain == DX_GRAIN_ALL)
        return sq_lines_read(j, err);
    return j->of_product ? read_products(j, err)
                         : read_tally(j, &j->grid, j->kind, j->sieve.product, -1, err);
}

static dx_rc read_total(sq_job *j, dx_err *err)
{
    if (j->grain != DX_GRAIN_ALL)
        return read_tally(j, &j->total, SQ_ALL, j->sieve.product, -1, err);
    return sq_kept_shares(j, SQ_ALL) ? sq_shares_read(j, &j->total, SQ_ALL, 0, err)
                                     : sq_line_read(j, &j->total, SQ_WHAT(SQ_ALL, 0), 0, err);
}

dx_rc sq_trend_read(sq_job *j, dx_err *err)
{
    if (j->sieve.nothing || j->window.from > j->window.to)
        return DX_OK;
    if (j->sieve.some)
        return read_cells(j, j->sieve.servers, j->sieve.n_servers, true, err);
    return read_total(j, err) || read_lines(j, err) ? DX_FAIL : DX_OK;
}

static dx_rc timed_line(sq_job *j, int64_t id, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_rc rc = DX_OK;
    if (sq_ask(j->s, &q, err,
               "SELECT events, attempts, failures, servers FROM tally WHERE kind = ?1"
               " AND product = ?2 AND grain = ?3 AND id = ?4 AND bucket = ?5",
               SQ_I(j->kind), SQ_I(j->sieve.product), SQ_I(j->grain), SQ_I(id), SQ_I(j->first)))
        return DX_FAIL;
    /* Only the bucket changes: the rest stays bound. */
    for (int64_t b = j->first; b < j->first + j->n_buckets && rc != DX_FAIL; b++) {
        sqlite3_bind_int64(q, 5, b);
        rc = sq_next(j->s, q, err);
        if (rc == DX_OK) {
            sq_count *to = sq_grid_at(&j->grid, id, b);
            rc = to ? DX_OK : dx_nomem(err);
            if (to)
                to->n = counts_at(q, 0), to->n.servers = sqlite3_column_int64(q, 3);
        }
        sq_done(q);
    }
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* The window's lists are needed for different servers, unless it is all of time; many days are
 * dearer to look up than lists are to read. */
static bool from_lists(const sq_job *j)
{
    return j->grain == DX_GRAIN_ALL || j->grain == DX_GRAIN_DAY || !j->window.all;
}

dx_rc sq_trend_line(sq_job *j, int64_t id, dx_err *err)
{
    if (!sq_trend_by_line(j))
        return DX_OK;
    if (j->kind == SQ_SERVER)
        return read_cells(j, &id, 1, false, err);
    if (!sq_grid_find(&j->grid, id, SQ_WHOLE))
        return DX_OK;
    if (sq_kept_line(j))
        return sq_kept_line_read(j, id, err);
    return from_lists(j) ? sq_line_read(j, &j->grid, SQ_WHAT(j->kind, id), id, err)
                         : timed_line(j, id, err);
}

bool sq_trend_counted(const sq_job *j, bool total)
{
    if (j->gathered || j->sieve.some || j->sieve.nothing || j->grain == DX_GRAIN_ALL)
        return true;
    if (total || !sq_trend_by_line(j))
        return sq_kept_last(j, total || j->of_product ? SQ_ALL : j->kind);
    return j->kind == SQ_SERVER || from_lists(j) || sq_kept_line(j);
}
