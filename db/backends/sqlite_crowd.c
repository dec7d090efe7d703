/* A server and thing with very many cells: the "unknown" of logs that name none, and its most
 * frequent failures.  Reading all of its cells for each new one would cost more and more, so only
 * those next to it are looked for, in time, and in time among those of its product.  For the latter
 * the cells stand in the table `crowd` as well, by release. */
#include "db/backends/sqlite_sums.h"

dx_rc sq_crowds(sq_store *s, bool *any, dx_err *err)
{
    int64_t one;
    const dx_rc rc = sq_value_(s, &one, err, "SELECT 1 FROM crowd LIMIT 1", NULL, 0);
    *any = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

dx_rc sq_crowd_has(sq_store *s, const sq_cell *c, bool *out, dx_err *err)
{
    int64_t one;
    const dx_rc rc =
        sq_value(s, &one, err, "SELECT 1 FROM crowd WHERE server = ?1 AND what = ?2 LIMIT 1",
                 SQ_I(c->server), SQ_I(c->what));
    *out = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* ---- what is next to it ---- */

typedef struct around {
    sq_store *s;
    sq_day day[7]; /* the one that changes and up to six around it */
    size_t n;
    int64_t product;
} around;

/* What a neighbour is one of: of the same release, of the same product, or any. */
typedef enum sphere { SAME_RELEASE, SAME_PRODUCT, ANY_OF_ALL } sphere;

static void put_neighbour(around *a, const sq_cell *c, int64_t day, sphere of)
{
    a->day[a->n++] =
        (sq_day){.was = {c->server, c->what, day, of == SAME_RELEASE ? c->release : -1, 0, 1, 0},
                 .product = of == ANY_OF_ALL ? -1 : a->product,
                 .had = true,
                 .has = true,
                 .on = true};
}

static const char *const before[] = {
    [SAME_RELEASE] = "SELECT day FROM crowd WHERE server = ?1 AND what = ?2 AND release = ?4"
                     " AND day < ?3 ORDER BY day DESC LIMIT 1",
    [SAME_PRODUCT] = "SELECT max((SELECT day FROM crowd WHERE server = ?1 AND what = ?2"
                     " AND crowd.release = one.id AND day <= ?3 - (one.id = ?4)"
                     " ORDER BY day DESC LIMIT 1)) FROM release AS one WHERE product = ?5",
    [ANY_OF_ALL] = "SELECT day FROM cell WHERE server = ?1 AND what = ?2"
                   " AND (day, release) < (?3, ?4) ORDER BY day DESC, release DESC LIMIT 1"};

static const char *const after[] = {
    [SAME_RELEASE] = "SELECT day FROM crowd WHERE server = ?1 AND what = ?2 AND release = ?4"
                     " AND day > ?3 ORDER BY day LIMIT 1",
    [SAME_PRODUCT] = "SELECT min((SELECT day FROM crowd WHERE server = ?1 AND what = ?2"
                     " AND crowd.release = one.id AND day >= ?3 + (one.id = ?4)"
                     " ORDER BY day LIMIT 1)) FROM release AS one WHERE product = ?5",
    [ANY_OF_ALL] = "SELECT day FROM cell WHERE server = ?1 AND what = ?2"
                   " AND (day, release) > (?3, ?4) ORDER BY day, release LIMIT 1"};

/* `sql` finds a day beside that of a cell. */
static dx_rc look(around *a, const sq_cell *c, const char *sql, sphere of, dx_err *err)
{
    const sq_arg args[] = {SQ_I(c->server), SQ_I(c->what), SQ_I(c->day), SQ_I(c->release),
                           SQ_I(a->product)};
    int64_t day;
    const dx_rc rc = sq_value_(a->s, &day, err, sql, args, of == SAME_PRODUCT ? 5 : 4);
    if (rc == DX_OK)
        put_neighbour(a, c, day, of);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* The nearest of all stands next to the day in hand. */
static dx_rc look_before(around *a, const sq_cell *c, dx_err *err)
{
    for (int of = SAME_RELEASE; of <= ANY_OF_ALL; of++)
        if (look(a, c, before[of], (sphere)of, err))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc look_after(around *a, const sq_cell *c, dx_err *err)
{
    for (int of = ANY_OF_ALL; of >= SAME_RELEASE; of--)
        if (look(a, c, after[of], (sphere)of, err))
            return DX_FAIL;
    return DX_OK;
}

/* ---- changing it ---- */

static dx_rc read_old(sq_store *s, sq_day *d, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    sq_cell *c = &d->was;
    if (sq_ask(s, &q, err,
               "SELECT events, attempts, failures FROM cell"
               " WHERE server = ?1 AND what = ?2 AND day = ?3 AND release = ?4",
               SQ_I(c->server), SQ_I(c->what), SQ_I(c->day), SQ_I(c->release)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    d->had = d->on = rc == DX_OK;
    if (d->had) {
        c->events = sqlite3_column_int64(q, 0);
        c->attempts = sqlite3_column_int64(q, 1);
        c->failures = sqlite3_column_int64(q, 2);
    }
    sq_done(q);
    d->has = c->attempts + d->change.attempts > 0;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc write(sq_store *s, const sq_day *d, dx_err *err)
{
    const sq_cell *was = &d->was, *more = &d->change;
    const sq_arg cell[] = {SQ_I(was->server),
                           SQ_I(was->what),
                           SQ_I(was->day),
                           SQ_I(was->release),
                           SQ_I(was->events + more->events),
                           SQ_I(was->attempts + more->attempts),
                           SQ_I(was->failures + more->failures)};
    const size_t n = sizeof cell / sizeof *cell, n_key = 4;
    if (d->has)
        return sq_do_(s, err, "INSERT OR REPLACE INTO cell VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      cell, n) ||
                       sq_do_(s, err, "INSERT OR IGNORE INTO crowd VALUES (?1, ?2, ?4, ?3)", cell,
                              n_key)
                   ? DX_FAIL
                   : DX_OK;
    return sq_do_(s, err,
                  "DELETE FROM cell WHERE server = ?1 AND what = ?2 AND day = ?3 AND release = ?4",
                  cell, n_key) ||
                   sq_do_(s, err,
                          "DELETE FROM crowd WHERE server = ?1 AND what = ?2 AND release = ?4"
                          " AND day = ?3",
                          cell, n_key)
               ? DX_FAIL
               : DX_OK;
}

dx_rc sq_crowd_change(sq_store *s, const sq_cell *change, dx_err *err)
{
    around a = {.s = s};
    sq_day d = {.was = {change->server, change->what, change->day, change->release, 0, 0, 0},
                .change = *change,
                .changes = true};
    if (read_old(s, &d, err) || sq_product_of(s, change->release, &a.product, err) ||
        (d.had != d.has && look_before(&a, change, err)))
        return DX_FAIL;
    d.product = a.product;
    a.day[a.n++] = d;
    if (d.had != d.has && look_after(&a, change, err))
        return DX_FAIL;
    sq_run run = {a.day, a.n};
    return sq_sum_run(s, &run, err) || write(s, &d, err) ? DX_FAIL : DX_OK;
}
