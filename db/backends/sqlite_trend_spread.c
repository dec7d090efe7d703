/* What questions take from tally_by: sums by version and site, sums of servers, and how many
 * different servers there are. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

/* ---- rows ---- */

/* Each week that has the thing, and in it the thing: the key begins with the week, so that what is
 * written together lies together. */
static const char of_thing[] =
    "SELECT week, t.release, spread FROM tally AS w CROSS JOIN tally_by AS t"
    " ON t.kind = ?1 AND t.week = +w.bucket AND t.id = ?2 WHERE w.kind = ?1 AND w.product = 0"
    " AND w.grain = 2 AND w.id = ?2 AND w.bucket BETWEEN ?3 AND ?4 ORDER BY w.bucket";

dx_rc sq_spread_rows(sq_store *s, int64_t what, int64_t from, int64_t to, dx_arena *into,
                     sq_spread_row **out, size_t *n, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    sq_spread_row *list = NULL;
    size_t cap = 0;
    *n = 0;
    if (sq_ask(s, &q, err, of_thing, SQ_I(what >> SQ_KIND_SHIFT), SQ_I(SQ_WHAT_ID(what)),
               SQ_I(from), SQ_I(to)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        sq_spread_row row = {.monday = dx_bucket_day(DX_GRAIN_WEEK, sqlite3_column_int64(q, 0)),
                             .release = sqlite3_column_int64(q, 1)};
        if ((rc = sq_copy(q, 2, into, &row.bytes, err)) != DX_OK)
            break;
        if (!DX_PUSH_MANY(into, list, *n, cap, row)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    *out = list;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

bool sq_row_next(sq_spread *at, int64_t monday, const sq_window *w, sq_mention *out)
{
    while (sq_spread_next(at)) {
        *out = (sq_mention){.server = at->now.place / 7,
                            .day = monday + at->now.place % 7,
                            .n = {.events = at->now.events,
                                  .attempts = at->now.attempts,
                                  .failures = at->now.failures}};
        if (out->day >= w->from && out->day <= w->to)
            return true;
    }
    return false;
}

static dx_rc rows_of_window(sq_job *j, int64_t what, sq_spread_row **out, size_t *n, dx_err *err)
{
    return sq_spread_rows(j->s, what, dx_bucket_of(DX_GRAIN_WEEK, j->window.from),
                          dx_bucket_of(DX_GRAIN_WEEK, j->window.to), j->scratch, out, n, err);
}

/* ---- by version or site ---- */

static void add_counts(dx_trend_cell *to, const dx_trend_cell *n)
{
    to->events += n->events;
    to->attempts += n->attempts;
    to->failures += n->failures;
}

static dx_rc add_to_bucket(sq_grid *to, int64_t id, int64_t bucket, const dx_trend_cell *n,
                           dx_err *err)
{
    sq_count *c = sq_grid_at(to, id, bucket);
    if (!c)
        return dx_nomem(err);
    add_counts(&c->n, n);
    return DX_OK;
}

static dx_rc add_sites(sq_job *j, sq_grid *to, int64_t id, int64_t monday, dx_str bytes,
                       dx_err *err)
{
    sq_spread at = sq_spread_of(bytes);
    sq_mention m;
    while (sq_row_next(&at, monday, &j->window, &m))
        if (add_to_bucket(to, id, sq_job_bucket(j, 0, 0, m.server), &m.n, err))
            return DX_FAIL;
    return DX_OK;
}

/* A row as both statements below have it. */
static dx_rc add_parted(sq_job *j, sq_grid *to, sqlite3_stmt *q, bool by_product, dx_err *err)
{
    const int64_t monday = dx_bucket_day(DX_GRAIN_WEEK, sqlite3_column_int64(q, 0)),
                  release = sqlite3_column_int64(q, 2);
    const dx_trend_cell n = {.events = sqlite3_column_int64(q, 3),
                             .attempts = sqlite3_column_int64(q, 4),
                             .failures = sqlite3_column_int64(q, 5)};
    int64_t id = sqlite3_column_int64(q, 1);
    if (!sq_sieve_release(&j->sieve, release))
        return DX_OK;
    if ((by_product && sq_product_of(j->s, release, &id, err)) ||
        add_to_bucket(to, id, SQ_WHOLE, &n, err))
        return DX_FAIL;
    return j->q->by == DX_BY_VERSION ? add_to_bucket(to, id, release, &n, err)
                                     : add_sites(j, to, id, monday, sq_bytes(q, 6), err);
}

static dx_rc add_all_parted(sq_job *j, sq_grid *to, sqlite3_stmt *q, bool by_product, dx_err *err)
{
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        if ((rc = add_parted(j, to, q, by_product, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* The window of such a question is whole weeks. */
dx_rc sq_read_parted(sq_job *j, sq_grid *to, sq_kind kind, bool by_product, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    return sq_ask(j->s, &q, err,
                  "SELECT week, id, release, events, attempts, failures, spread FROM tally_by"
                  " WHERE kind = ?1 AND week BETWEEN ?2 AND ?3",
                  SQ_I(kind), SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.from)),
                  SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.to)))
               ? DX_FAIL
               : add_all_parted(j, to, q, by_product, err);
}

/* The whole of a line is known, and stays. */
dx_rc sq_read_parted_line(sq_job *j, int64_t id, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const sq_count *known = sq_grid_find(&j->grid, id, SQ_WHOLE);
    const dx_trend_cell whole = known ? known->n : (dx_trend_cell){0};
    if (sq_ask(j->s, &q, err,
               "SELECT week, t.id, t.release, t.events, t.attempts, t.failures, spread"
               " FROM tally AS w CROSS JOIN tally_by AS t ON t.kind = ?1 AND t.week = +w.bucket"
               " AND t.id = ?2 WHERE w.kind = ?1 AND w.product = 0 AND w.grain = 2 AND w.id = ?2"
               " AND w.bucket BETWEEN ?3 AND ?4",
               SQ_I(j->kind), SQ_I(id), SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.from)),
               SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.to))) ||
        add_all_parted(j, &j->grid, q, false, err))
        return DX_FAIL;
    sq_count *c = sq_grid_at(&j->grid, id, SQ_WHOLE);
    if (!c)
        return dx_nomem(err);
    c->n = whole;
    return DX_OK;
}

/* ---- servers as lines ---- */

dx_rc sq_server_count(sq_store *s, size_t *n, dx_err *err)
{
    int64_t last = 0;
    if (sq_value_(s, &last, err, "SELECT max(id) FROM server", NULL, 0) == DX_FAIL)
        return DX_FAIL;
    *n = last < 0 || last > SQ_WHAT_ID(-1) ? 0 : (size_t)last + 1;
    return DX_OK;
}

static dx_rc put_servers(sq_job *j, const dx_trend_cell *sum, size_t n, dx_err *err)
{
    for (size_t i = 0; i < n; i++) {
        sq_count *whole = NULL;
        if (!sum[i].attempts)
            continue;
        if (!(whole = sq_grid_at(&j->grid, (int64_t)i, SQ_WHOLE)))
            return dx_nomem(err);
        whole->n = sum[i];
        whole->n.servers = 1;
    }
    return DX_OK;
}

dx_rc sq_read_servers(sq_job *j, dx_err *err)
{
    sq_spread_row *rows;
    size_t n_rows, n = 0;
    if (rows_of_window(j, SQ_WHAT(SQ_ALL, 0), &rows, &n_rows, err) ||
        sq_server_count(j->s, &n, err))
        return DX_FAIL;
    dx_trend_cell *sum = calloc(n + 1, sizeof *sum);
    if (!sum)
        return dx_nomem(err);
    for (size_t i = 0; i < n_rows; i++) {
        sq_spread at = sq_spread_of(rows[i].bytes);
        sq_mention m;
        while (sq_sieve_release(&j->sieve, rows[i].release) &&
               sq_row_next(&at, rows[i].monday, &j->window, &m))
            if ((size_t)m.server < n)
                add_counts(&sum[m.server], &m.n);
    }
    const dx_rc rc = put_servers(j, sum, n, err);
    free(sum);
    return rc;
}

/* ---- different servers ---- */

/* Which servers were seen, in all of the window and in the release in hand: by number, the last
 * count that saw it. */
typedef struct seen {
    uint32_t *whole, *release, count;
    size_t n;
} seen;

static bool first_time(uint32_t *by_server, size_t n, int64_t server, uint32_t count)
{
    if ((size_t)server >= n || by_server[server] == count)
        return false;
    by_server[server] = count;
    return true;
}

static dx_rc note_servers(sq_job *j, sq_grid *grid, int64_t id, const sq_spread_row *row, seen *x,
                          dx_err *err)
{
    const bool by_site = j->q->by == DX_BY_SITE;
    sq_count *whole = sq_grid_at(grid, id, SQ_WHOLE), *site;
    sq_spread at = sq_spread_of(row->bytes);
    int64_t n = 0, n_release = 0;
    sq_mention m;
    if (!whole)
        return dx_nomem(err);
    while (sq_row_next(&at, row->monday, &j->window, &m)) {
        n_release += first_time(x->release, x->n, m.server, x->count);
        if (!first_time(x->whole, x->n, m.server, 1))
            continue;
        n++;
        if (!by_site)
            continue;
        if (!(site = sq_grid_at(grid, id, sq_job_bucket(j, 0, 0, m.server))))
            return dx_nomem(err);
        site->n.servers++;
    }
    if (!(whole = sq_grid_at(grid, id, SQ_WHOLE)))
        return dx_nomem(err);
    whole->n.servers += n;
    sq_count *version = NULL;
    if (j->q->by == DX_BY_VERSION && !(version = sq_grid_at(grid, id, row->release)))
        return dx_nomem(err);
    if (version)
        version->n.servers += n_release;
    return DX_OK;
}

static int by_release(const void *a, const void *b)
{
    const int64_t x = ((const sq_spread_row *)a)->release, y = ((const sq_spread_row *)b)->release;
    return (x > y) - (x < y);
}

static dx_rc note_rows(sq_job *j, sq_grid *grid, int64_t id, int64_t product, sq_spread_row *rows,
                       size_t n, seen *x, dx_err *err)
{
    if (n)
        qsort(rows, n, sizeof *rows, by_release);
    for (size_t i = 0; i < n; i++) {
        int64_t its = 0;
        if (sq_product_of(j->s, rows[i].release, &its, err))
            return DX_FAIL;
        if (product && its != product)
            continue;
        x->count += !i || rows[i - 1].release != rows[i].release;
        if (note_servers(j, grid, id, &rows[i], x, err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* Somebody has counted them. */
static dx_rc read_told(sq_job *j, sq_grid *grid, int64_t what, int64_t product, int64_t id,
                       dx_err *err)
{
    sq_count *whole = sq_grid_at(grid, id, SQ_WHOLE);
    if (!whole)
        return dx_nomem(err);
    return sq_value(j->s, &whole->n.servers, err,
                    "SELECT servers FROM temp.told WHERE what = ?1 AND product = ?2", SQ_I(what),
                    SQ_I(product)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

dx_rc sq_trend_servers(sq_job *j, sq_grid *grid, int64_t what, int64_t product, int64_t id,
                       dx_err *err)
{
    sq_spread_row *rows;
    size_t n_rows;
    seen x = {.count = 0};
    if (j->s->told)
        return read_told(j, grid, what, product, id, err);
    if (rows_of_window(j, what, &rows, &n_rows, err) || sq_server_count(j->s, &x.n, err))
        return DX_FAIL;
    x.whole = calloc(2 * x.n + 1, sizeof *x.whole);
    if (!x.whole)
        return dx_nomem(err);
    x.release = x.whole + x.n;
    const dx_rc rc = note_rows(j, grid, id, product, rows, n_rows, &x, err);
    free(x.whole);
    return rc;
}
