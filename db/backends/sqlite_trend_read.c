/* Where the numbers of a trend come from.  Tallies answer what asks for all servers; when only some
 * servers count, their cells are few enough to be added up. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

static dx_trend_cell counts_at(sqlite3_stmt *q, int column)
{
    return (dx_trend_cell){.events = sqlite3_column_int64(q, column),
                           .attempts = sqlite3_column_int64(q, column + 1),
                           .failures = sqlite3_column_int64(q, column + 2)};
}

int64_t sq_job_bucket(const sq_job *j, int64_t day, int64_t release, int64_t server)
{
    if (j->grain != DX_GRAIN_ALL)
        return dx_bucket_of(j->grain, day);
    if (j->q->by == DX_BY_VERSION)
        return release;
    return server >= 0 && (size_t)server < j->n_sites ? j->sites[server] : 0;
}

/* ---- cells of some servers ---- */

typedef struct cell_row {
    int64_t server, what, day, release;
    dx_trend_cell n;
} cell_row;

static dx_rc add_cell(sq_job *j, sq_grid *to, const cell_row *row, bool total, dx_err *err)
{
    const int64_t bucket = sq_job_bucket(j, row->day, row->release, row->server);
    int64_t id = SQ_WHAT_ID(row->what);
    if (!total && j->kind == SQ_SERVER)
        id = row->server;
    if (!total && j->of_product && sq_product_of(j->s, row->release, &id, err))
        return DX_FAIL;
    return sq_grid_add(to, id, bucket, &row->n, row->server) ? DX_OK : dx_nomem(err);
}

static dx_rc read_cells(sq_job *j, sq_grid *to, int64_t server, sq_kind kind, bool total,
                        dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT what, day, release, events, attempts, failures FROM cell"
               " WHERE server = ?1 AND what >= ?2 AND what < ?3",
               SQ_I(server), SQ_I(SQ_WHAT(kind, 0)), SQ_I(SQ_WHAT((int)kind + 1, 0))))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        const cell_row row = {server, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                              sqlite3_column_int64(q, 2), counts_at(q, 3)};
        if (row.day < j->window.from || row.day > j->window.to ||
            !sq_sieve_release(&j->sieve, row.release))
            continue;
        if ((rc = add_cell(j, to, &row, total, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc read_some(sq_job *j, const int64_t *servers, size_t n, dx_err *err)
{
    const sq_kind kind = j->kind == SQ_SERVER ? SQ_ALL : j->kind;
    for (size_t i = 0; i < n; i++)
        if (read_cells(j, &j->grid, servers[i], kind, false, err) ||
            read_cells(j, &j->total, servers[i], SQ_ALL, true, err))
            return DX_FAIL;
    return DX_OK;
}

/* ---- tallies by time ---- */

static dx_rc read_tally(sq_job *j, sq_grid *to, sq_kind kind, int64_t product, int64_t as,
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
        const int64_t id = as ? as : sqlite3_column_int64(q, 1);
        if (!sq_grid_add(to, id, sqlite3_column_int64(q, 0), &n, 0)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
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

/* ---- signatures as lines: the wholes of all first, then the buckets of a few ---- */

static dx_rc tile(sq_job *j, dx_grain grain, int64_t from, int64_t until, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (from > until)
        return DX_OK;
    if (sq_ask(j->s, &q, err,
               "SELECT id, events, attempts, failures FROM tally"
               " WHERE kind = ?1 AND product = ?2 AND grain = ?3 AND bucket BETWEEN ?4 AND ?5",
               SQ_I(j->kind), SQ_I(j->sieve.product), SQ_I(grain), SQ_I(from), SQ_I(until)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        const dx_trend_cell n = counts_at(q, 1);
        sq_count *whole = sq_grid_at(&j->grid, sqlite3_column_int64(q, 0), SQ_WHOLE);
        if (!whole) {
            rc = dx_nomem(err);
            break;
        }
        whole->n.events += n.events;
        whole->n.attempts += n.attempts;
        whole->n.failures += n.failures;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Whole months or weeks, and days before and after. */
static dx_rc read_wholes(sq_job *j, dx_grain grain, dx_err *err)
{
    const sq_window *w = &j->window;
    if (w->all)
        return tile(j, DX_GRAIN_ALL, 0, 0, err);
    int64_t first = dx_bucket_of(grain, w->from), last = dx_bucket_of(grain, w->to);
    first += dx_bucket_day(grain, first) < w->from;
    last -= dx_bucket_day(grain, last + 1) - 1 > w->to;
    if (first > last)
        return tile(j, DX_GRAIN_DAY, w->from, w->to, err);
    return tile(j, grain, first, last, err) ||
                   tile(j, DX_GRAIN_DAY, w->from, dx_bucket_day(grain, first) - 1, err) ||
                   tile(j, DX_GRAIN_DAY, dx_bucket_day(grain, last + 1), w->to, err)
               ? DX_FAIL
               : DX_OK;
}

bool sq_trend_by_line(const sq_job *j)
{
    return !j->gathered && !j->sieve.some && !j->every_bucket &&
           (j->kind == SQ_SERVER || j->kind == SQ_SIGNATURE);
}

static dx_rc read_fast(sq_job *j, dx_err *err)
{
    const bool timed = j->grain != DX_GRAIN_ALL;
    if (j->kind == SQ_SERVER && !j->every_bucket)
        return sq_read_servers(j, err);
    if (j->kind == SQ_SIGNATURE && !j->every_bucket) {
        const dx_grain grain = j->grain == DX_GRAIN_MONTH ? DX_GRAIN_MONTH : DX_GRAIN_WEEK;
        if (timed ? read_tally(j, &j->each, SQ_EACH_SIGNATURE, j->sieve.product, 0, err)
                  : sq_read_parted(j, &j->each, SQ_EACH_SIGNATURE, false, err))
            return DX_FAIL;
        return read_wholes(j, grain, err);
    }
    if (!timed)
        return sq_read_parted(j, &j->grid, j->kind, j->of_product, err);
    return j->of_product ? read_products(j, err)
                         : read_tally(j, &j->grid, j->kind, j->sieve.product, 0, err);
}

dx_rc sq_trend_read(sq_job *j, dx_err *err)
{
    const bool timed = j->grain != DX_GRAIN_ALL;
    if (j->sieve.nothing || j->window.from > j->window.to)
        return DX_OK;
    if (j->sieve.some)
        return read_some(j, j->sieve.servers, j->sieve.n_servers, err);
    if (timed ? read_tally(j, &j->total, SQ_ALL, j->sieve.product, 0, err)
              : sq_read_parted(j, &j->total, SQ_ALL, false, err))
        return DX_FAIL;
    return read_fast(j, err);
}

static dx_rc server_line(sq_job *j, int64_t server, dx_err *err)
{
    sq_grid line = {0};
    dx_rc rc = read_cells(j, &line, server, SQ_ALL, false, err);
    for (size_t i = 0; i < line.size && rc == DX_OK; i++) {
        sq_count *to = NULL;
        if (!line.p[i].used)
            continue;
        if (!(to = sq_grid_at(&j->grid, server, line.p[i].bucket)))
            rc = dx_nomem(err);
        else
            to->n = line.p[i].n;
    }
    sq_grid_close(&line);
    return rc;
}

static dx_rc put_bucket(sq_job *j, int64_t id, int64_t bucket, sqlite3_stmt *q, int column,
                        dx_err *err)
{
    sq_count *to = sq_grid_at(&j->grid, id, bucket);
    if (!to)
        return dx_nomem(err);
    const dx_trend_cell n = counts_at(q, column);
    to->n.events += n.events;
    to->n.attempts += n.attempts;
    to->n.failures += n.failures;
    return DX_OK;
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
            rc = put_bucket(j, id, b, q, 0, err);
            sq_count *to = rc == DX_OK ? sq_grid_at(&j->grid, id, b) : NULL;
            if (to)
                to->n.servers = sqlite3_column_int64(q, 3);
        }
        sq_done(q);
    }
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

dx_rc sq_trend_line(sq_job *j, int64_t id, dx_err *err)
{
    if (!sq_trend_by_line(j))
        return DX_OK;
    if (j->kind == SQ_SERVER)
        return server_line(j, id, err);
    return j->grain != DX_GRAIN_ALL ? timed_line(j, id, err) : sq_read_parted_line(j, id, err);
}
