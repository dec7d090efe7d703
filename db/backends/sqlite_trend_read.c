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

/* ---- tallies by release or site ---- */

static dx_rc read_tally_by(sq_job *j, sq_grid *to, sq_kind kind, bool by_product, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const int part = j->q->by == DX_BY_VERSION ? SQ_BY_RELEASE : SQ_BY_SITE;
    if (sq_ask(j->s, &q, err,
               "SELECT id, of, sum(events), sum(attempts), sum(failures), product FROM tally_by"
               " WHERE kind = ?1 AND part = ?2 AND week BETWEEN ?3 AND ?4"
               " GROUP BY id, of, product",
               SQ_I(kind), SQ_I(part), SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.from)),
               SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.to))))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        const dx_trend_cell n = counts_at(q, 2);
        int64_t id = sqlite3_column_int64(q, 0);
        const int64_t of = sqlite3_column_int64(q, 1);
        int64_t product = sqlite3_column_int64(q, 5);
        if (part == SQ_BY_RELEASE && (rc = sq_product_of(j->s, of, &product, err)) != DX_OK)
            break;
        if (j->sieve.product && product != j->sieve.product)
            continue;
        id = by_product ? product : id;
        if (!sq_grid_add(to, id, of, &n, 0)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- servers and signatures as lines: the wholes of all first, then the buckets of a few ---- */

/* Of servers only the tallies of all time are also those of all products. */
static const char tile_sql[] =
    "SELECT id, events, attempts, failures FROM tally"
    " WHERE kind = ?1 AND product = ?2 AND grain = ?3 AND bucket BETWEEN ?4 AND ?5";
static const char tile_of_servers_sql[] =
    "SELECT id, events, attempts, failures FROM tally WHERE kind = ?1"
    " AND product IN (SELECT product FROM release WHERE ?2 IN (0, product))"
    " AND grain = ?3 AND bucket BETWEEN ?4 AND ?5";

static dx_rc tile(sq_job *j, dx_grain grain, int64_t from, int64_t until, dx_err *err)
{
    const sq_arg args[] = {SQ_I(j->kind), SQ_I(j->sieve.product), SQ_I(grain), SQ_I(from),
                           SQ_I(until)};
    const bool by_product = j->kind == SQ_SERVER && grain != DX_GRAIN_ALL;
    sqlite3_stmt *q = NULL;
    if (from > until)
        return DX_OK;
    if (sq_ask_(j->s, &q, err, by_product ? tile_of_servers_sql : tile_sql, args,
                sizeof args / sizeof *args))
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
        whole->n.servers = j->kind == SQ_SERVER;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Whole months or weeks, and days before and after. */
static dx_rc read_wholes(sq_job *j, dx_grain grain, dx_err *err)
{
    const sq_window *w = &j->window;
    if (w->all && !(j->kind == SQ_SERVER && j->sieve.product))
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
        return read_wholes(j, DX_GRAIN_MONTH, err);
    if (j->kind == SQ_SIGNATURE && !j->every_bucket) {
        const dx_grain grain = j->grain == DX_GRAIN_MONTH ? DX_GRAIN_MONTH : DX_GRAIN_WEEK;
        if (timed ? read_tally(j, &j->each, SQ_EACH_SIGNATURE, j->sieve.product, 0, err)
                  : read_tally_by(j, &j->each, SQ_EACH_SIGNATURE, false, err))
            return DX_FAIL;
        return read_wholes(j, grain, err);
    }
    if (!timed)
        return read_tally_by(j, &j->grid, j->kind, j->of_product, err);
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
              : read_tally_by(j, &j->total, SQ_ALL, false, err))
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

static dx_rc parted_line(sq_job *j, int64_t id, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const int part = j->q->by == DX_BY_VERSION ? SQ_BY_RELEASE : SQ_BY_SITE;
    if (sq_ask(j->s, &q, err,
               "SELECT of, product, events, attempts, failures FROM tally_by"
               " WHERE kind = ?1 AND part = ?2 AND id = ?3 AND week BETWEEN ?4 AND ?5",
               SQ_I(j->kind), SQ_I(part), SQ_I(id),
               SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.from)),
               SQ_I(dx_bucket_of(DX_GRAIN_WEEK, j->window.to))))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        const int64_t of = sqlite3_column_int64(q, 0);
        const bool wanted =
            part == SQ_BY_RELEASE
                ? sq_sieve_release(&j->sieve, of)
                : !j->sieve.product || sqlite3_column_int64(q, 1) == j->sieve.product;
        if (wanted && (rc = put_bucket(j, id, of, q, 2, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_trend_line(sq_job *j, int64_t id, dx_err *err)
{
    if (!sq_trend_by_line(j))
        return DX_OK;
    if (j->kind == SQ_SERVER)
        return server_line(j, id, err);
    return j->grain != DX_GRAIN_ALL ? timed_line(j, id, err) : parted_line(j, id, err);
}

/* ---- different servers ---- */

static dx_rc note_server(sq_grid *g, int64_t id, int64_t bucket, int64_t server, dx_err *err)
{
    sq_count *c = sq_grid_at(g, id, bucket);
    if (!c)
        return dx_nomem(err);
    if (c->last_server != server)
        c->n.servers++;
    c->last_server = server;
    return DX_OK;
}

static dx_rc note_reach(sq_job *j, sq_grid *grid, int64_t what, int64_t id, int64_t release,
                        sqlite3_stmt *q, dx_err *err)
{
    const int64_t server = sqlite3_column_int64(q, 0);
    const sq_when when =
        sq_window_has(&j->window, sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 2));
    bool in = when == SQ_INSIDE;
    if (when == SQ_AT_EDGE && sq_window_days(j->s, &j->window, server, what, release, &in, err))
        return DX_FAIL;
    if (!in)
        return DX_OK;
    if (release > 0)
        return note_server(grid, id, release, server, err);
    if (j->q->by == DX_BY_SITE &&
        note_server(grid, id, sq_job_bucket(j, 0, 0, server), server, err))
        return DX_FAIL;
    return note_server(grid, id, SQ_WHOLE, server, err);
}

/* No week is half in the window. */
static bool whole_weeks(const sq_window *w)
{
    const int64_t first = dx_bucket_of(DX_GRAIN_WEEK, w->from),
                  last = dx_bucket_of(DX_GRAIN_WEEK, w->to);
    return w->all || (dx_bucket_day(DX_GRAIN_WEEK, first) == w->from &&
                      dx_bucket_day(DX_GRAIN_WEEK, last + 1) - 1 == w->to);
}

/* How many servers reach tells of in whole weeks.  SQLite counts faster than it hands out rows. */
static dx_rc count_servers(const sq_job *j, int64_t what, int64_t release, int64_t *n, dx_err *err)
{
    const int64_t from = dx_bucket_of(DX_GRAIN_WEEK, j->window.from),
                  to = dx_bucket_of(DX_GRAIN_WEEK, j->window.to);
    const int64_t first = dx_week_era(from), last = dx_week_era(to);
    if (j->window.all)
        return sq_value(j->s, n, err,
                        "SELECT count(*) FROM"
                        " (SELECT DISTINCT server FROM reach WHERE what = ?1 AND release = ?2)",
                        SQ_I(what), SQ_I(release));
    return sq_value(j->s, n, err,
                    "SELECT count(*) FROM"
                    " (SELECT DISTINCT server FROM reach WHERE what = ?1 AND release = ?2"
                    " AND era BETWEEN ?3 AND ?4"
                    " AND weeks & CASE era WHEN ?3 THEN ?5 WHEN ?4 THEN ?6 ELSE -1 END)",
                    SQ_I(what), SQ_I(release), SQ_I(first), SQ_I(last),
                    SQ_I(dx_week_mask(first, from, to)), SQ_I(dx_week_mask(last, from, to)));
}

static dx_rc count_reach(sq_job *j, sq_grid *grid, int64_t what, int64_t id, int64_t release,
                         dx_err *err)
{
    int64_t n = 0;
    sq_count *c = sq_grid_at(grid, id, release > 0 ? release : SQ_WHOLE);
    if (!c)
        return dx_nomem(err);
    if (count_servers(j, what, release, &n, err) == DX_FAIL)
        return DX_FAIL;
    c->n.servers += n;
    return DX_OK;
}

/* One range of reach: a release, a product (negative), or any (0). */
static dx_rc read_reach(sq_job *j, sq_grid *grid, int64_t what, int64_t id, int64_t release,
                        dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (whole_weeks(&j->window) && (release > 0 || j->q->by != DX_BY_SITE))
        return count_reach(j, grid, what, id, release, err);
    if (sq_ask(j->s, &q, err,
               "SELECT server, era, weeks FROM reach WHERE what = ?1 AND release = ?2", SQ_I(what),
               SQ_I(release)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        if ((rc = note_reach(j, grid, what, id, release, q, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
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
    if (j->s->told)
        return read_told(j, grid, what, product, id, err);
    if (read_reach(j, grid, what, id, -product, err))
        return DX_FAIL;
    if (j->q->by != DX_BY_VERSION)
        return DX_OK;
    sqlite3_stmt *q = NULL;
    int64_t *releases;
    size_t n;
    if (sq_ask(j->s, &q, err, "SELECT id FROM release WHERE ?1 IN (0, product) ORDER BY id",
               SQ_I(product)) ||
        sq_numbers(j->s, q, j->scratch, &releases, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (sq_grid_find(grid, id, releases[i]) && read_reach(j, grid, what, id, releases[i], err))
            return DX_FAIL;
    return DX_OK;
}
