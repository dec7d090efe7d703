/* What questions take from tally_by: the lists of a window, sums of servers, and how many different
 * servers there are. */
#include "db/backends/sqlite_trend.h"

/* ---- lists ---- */

/* Each week that has the thing, and in it the thing: the key begins with the week, so that what is
 * written together lies together. */
static const char of_thing[] =
    "SELECT week, t.id, spread FROM tally AS w CROSS JOIN tally_by AS t"
    " ON t.kind = ?1 AND t.week = +w.bucket AND t.id = ?2 WHERE w.kind = ?1 AND w.product = 0"
    " AND w.grain = 2 AND w.id = ?2 AND w.bucket BETWEEN ?3 AND ?4 ORDER BY w.bucket";
/* Where there are few things in each week, looking through them is quicker. */
static const char of_few[] = "SELECT week, id, spread FROM tally_by WHERE kind = ?1"
                             " AND week BETWEEN ?3 AND ?4 AND ?2 IN (id, -1) ORDER BY week, id";

typedef struct lists {
    const sq_sieve *only; /* releases; NULL: all */
    sq_spread_row *p;
    size_t n, cap;
} lists;

static dx_rc add_week(sqlite3_stmt *q, dx_arena *into, lists *l, dx_err *err)
{
    dx_str bytes;
    sq_spread_row row = {.monday = dx_bucket_day(DX_GRAIN_WEEK, sqlite3_column_int64(q, 0)),
                         .id = sqlite3_column_int64(q, 1)};
    if (sq_copy(q, 2, into, &bytes, err))
        return DX_FAIL;
    for (sq_week week = sq_week_of(bytes); sq_week_next(&week);) {
        if (l->only && !sq_sieve_release(l->only, week.release))
            continue;
        row.release = week.release;
        row.bytes = week.list;
        if (!DX_PUSH_MANY(into, l->p, l->n, l->cap, row))
            return dx_nomem(err);
    }
    return DX_OK;
}

static dx_rc read_lists(sq_store *s, const char *sql, int64_t what, int64_t from, int64_t to,
                        dx_arena *into, lists *l, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const bool every = SQ_WHAT_ID(what) == SQ_EVERY_ID;
    const sq_arg args[] = {SQ_I(what >> SQ_KIND_SHIFT), SQ_I(every ? -1 : SQ_WHAT_ID(what)),
                           SQ_I(from), SQ_I(to)};
    if (sq_ask_(s, &q, err, sql, args, sizeof args / sizeof *args))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if ((rc = add_week(q, into, l, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_spread_rows(sq_store *s, int64_t what, const sq_window *weeks, const sq_sieve *only,
                     dx_arena *into, sq_spread_row **out, size_t *n, dx_err *err)
{
    lists l = {.only = only};
    const int64_t kind = what >> SQ_KIND_SHIFT;
    const bool few = SQ_WHAT_ID(what) == SQ_EVERY_ID || kind == SQ_ALL || kind == SQ_CAUSE ||
                     kind == SQ_EACH_SIGNATURE;
    if (read_lists(s, few ? of_few : of_thing, what, weeks->from, weeks->to, into, &l, err))
        return DX_FAIL;
    *out = l.p;
    *n = l.n;
    return DX_OK;
}

static dx_rc find_products(sq_job *j, sq_spread_row *rows, size_t n, dx_err *err)
{
    for (size_t i = 0; i < n && (j->sieve.product || j->of_product); i++)
        if (sq_product_of(j->s, rows[i].release, &rows[i].product, err))
            return DX_FAIL;
    return DX_OK;
}

dx_rc sq_job_rows(sq_job *j, int64_t what, sq_spread_row **out, size_t *n, dx_err *err)
{
    const bool all = what == SQ_WHAT(SQ_ALL, 0);
    const sq_window weeks = {.from = dx_bucket_of(DX_GRAIN_WEEK, j->window.from),
                             .to = dx_bucket_of(DX_GRAIN_WEEK, j->window.to)};
    if (!(all && j->all_read) &&
        (sq_spread_rows(j->s, what, &weeks, j->sieve.product ? &j->sieve : NULL, j->scratch, out, n,
                        err) ||
         find_products(j, *out, *n, err)))
        return DX_FAIL;
    if (all && !j->all_read) {
        j->all = *out;
        j->n_all = *n;
        j->all_read = true;
    }
    if (all) {
        *out = j->all;
        *n = j->n_all;
    }
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

static void add_servers(sq_job *j, int64_t server, const sq_part *part)
{
    if ((uint64_t)server >= j->n_servers)
        return;
    sq_cell_add(&j->servers[server], part);
    j->servers[server].servers = 1;
}

static dx_rc servers_by_week(sq_job *j, int64_t from, int64_t to, dx_err *err)
{
    sq_spread_row *rows;
    size_t n_rows;
    const sq_window weeks = {.from = from, .to = to};
    if (from > to)
        return DX_OK;
    if (sq_spread_rows(j->s, SQ_WHAT(SQ_ALL, 0), &weeks, j->sieve.product ? &j->sieve : NULL,
                       j->scratch, &rows, &n_rows, err))
        return DX_FAIL;
    for (size_t i = 0; i < n_rows; i++) {
        sq_mentions at = sq_mentions_of(&rows[i], &j->window);
        while (sq_mentions_next(&at))
            add_servers(j, at.server, &at.list.now);
    }
    return DX_OK;
}

/* Whole stretches, where each server that told anything is one part of a list. */
static dx_rc servers_by_span(sq_job *j, int grain, int64_t from, int64_t to, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err,
               "SELECT list FROM tally_server WHERE grain = ?1 AND bucket BETWEEN ?2 AND ?3",
               SQ_I(grain), SQ_I(from), SQ_I(to)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        for (sq_week week = sq_week_of(sq_bytes(q, 0)); sq_week_next(&week);)
            for (sq_spread list = sq_spread_of(week.list); sq_spread_next(&list);)
                add_servers(j, list.now.place, &list.now);
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Stretches know no products. */
static dx_rc add_up_servers(sq_job *j, dx_err *err)
{
    const int64_t from = dx_bucket_of(DX_GRAIN_WEEK, j->window.from);
    const int64_t to = dx_bucket_of(DX_GRAIN_WEEK, j->window.to);
    const int64_t whole = from + (dx_bucket_day(DX_GRAIN_WEEK, from) < j->window.from);
    const int64_t end = to + (dx_bucket_day(DX_GRAIN_WEEK, to) + 6 <= j->window.to);
    const int64_t first = sq_server_span_of(whole + SQ_SERVER_WEEKS - 1);
    const int64_t last = sq_server_span_of(end) - 1;
    if (j->sieve.product || j->s->told || (!j->window.all && first > last))
        return servers_by_week(j, from, to, err);
    if (j->window.all)
        return servers_by_span(j, SQ_SERVER_ALL, 0, 0, err);
    return servers_by_span(j, SQ_SERVER_SPAN, first, last, err) ||
                   servers_by_week(j, from, first * SQ_SERVER_WEEKS - 1, err) ||
                   servers_by_week(j, (last + 1) * SQ_SERVER_WEEKS, to, err)
               ? DX_FAIL
               : DX_OK;
}

dx_rc sq_read_servers(sq_job *j, dx_err *err)
{
    if (sq_server_count(j->s, &j->n_servers, err))
        return DX_FAIL;
    j->servers = dx_arena_get(j->scratch, (j->n_servers + 1) * sizeof *j->servers);
    return j->servers ? add_up_servers(j, err) : dx_nomem(err);
}

/* ---- different servers ---- */

static int64_t different(const sq_job *j, const sq_spread_row *rows, size_t n, int64_t product,
                         sq_set *seen)
{
    int64_t servers = 0;
    for (size_t i = 0; i < n; i++) {
        sq_mentions at = sq_mentions_of(&rows[i], &j->window);
        if (product && rows[i].product != product)
            continue;
        while (sq_mentions_next(&at))
            servers += sq_set_add(seen, at.server);
    }
    return servers;
}

/* Somebody has counted them. */
static dx_rc read_told(sq_job *j, sq_count *whole, int64_t what, int64_t product, dx_err *err)
{
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
    sq_set seen = {.n = 0};
    sq_count *whole = sq_grid_at(grid, id, SQ_WHOLE);
    if (!whole)
        return dx_nomem(err);
    if (j->s->told)
        return read_told(j, whole, what, product, err);
    if (sq_kept_servers(j, what, product))
        return sq_kept_servers_read(j, what, &whole->n.servers, err);
    if (sq_job_rows(j, what, &rows, &n_rows, err) || sq_server_count(j->s, &seen.n, err))
        return DX_FAIL;
    if (!sq_set_make(&seen, j->scratch))
        return dx_nomem(err);
    whole->n.servers = different(j, rows, n_rows, product, &seen);
    return DX_OK;
}
