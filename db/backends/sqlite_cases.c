/* The cases that fixing is judged by: a diagnosis on a server, from its first failure until a later
 * good attempt of the product.  A good attempt that shows no failure ends all cases, so what
 * changes changes only the cases between two of these. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>

typedef struct open_case {
    int64_t diagnosis, began_us;
    int64_t begun_us; /* when its fix was begun; DX_NO_TIME = not */
    int64_t seen;     /* in this attempt, the last one */
    bool begun;
    int64_t failed;
    bool closed;
    int64_t took_us;
} open_case;

/* A row of the table. */
typedef struct row {
    int64_t diagnosis, began_us;
    sq_fix fix;
    size_t order; /* in which they came */
} row;

typedef struct walk {
    sq_store *s;
    dx_arena *arena;
    const sq_place *of;
    open_case *p;
    size_t n, cap;
    row *old; /* that the table has, by diagnosis and beginning */
    size_t n_old, cap_old;
} walk;

typedef struct step {
    int64_t attempt, us, diagnosis, begun_us;
    bool succeeded, failed; /* failed: with a diagnosis */
} step;

/* What happened at one moment. */
typedef struct moment {
    int64_t us;
    bool succeeded, failed;
} moment;

static open_case *find_open(walk *w, int64_t diagnosis)
{
    for (size_t i = w->n; i-- > 0;)
        if (!w->p[i].closed && w->p[i].diagnosis == diagnosis)
            return &w->p[i];
    return NULL;
}

static dx_rc see_finding(walk *w, const step *now, dx_err *err)
{
    open_case *c = find_open(w, now->diagnosis);
    if (!c) {
        const open_case fresh = {.diagnosis = now->diagnosis,
                                 .began_us = now->us,
                                 .begun_us = DX_NO_TIME,
                                 .seen = now->attempt};
        if (!DX_PUSH(w->arena, w->p, w->n, w->cap, fresh))
            return dx_nomem(err);
        c = &w->p[w->n - 1];
    } else if (c->begun_us != DX_NO_TIME && c->begun_us <= now->us && c->seen != now->attempt) {
        c->failed++;
        c->begun_us = DX_NO_TIME; /* one try fails once */
    }
    c->seen = now->attempt;
    if (now->begun_us != DX_NO_TIME) {
        c->begun = true;
        c->begun_us = now->begun_us;
    }
    return DX_OK;
}

/* A good attempt ends every case whose failure it does not show. */
static void see_success(walk *w, const step *now)
{
    for (size_t i = 0; i < w->n; i++) {
        open_case *c = &w->p[i];
        if (c->closed || c->seen == now->attempt)
            continue;
        c->closed = true;
        c->took_us = now->us - c->began_us;
    }
}

/* ---- what of it changes ---- */

static int by_key(const row *a, const row *b)
{
    if (a->diagnosis != b->diagnosis)
        return a->diagnosis < b->diagnosis ? -1 : 1;
    return (a->began_us > b->began_us) - (a->began_us < b->began_us);
}

static int by_key_and_order(const void *a, const void *b)
{
    const row *x = a, *y = b;
    const int order = by_key(x, y);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static bool same_fix(const sq_fix *a, const sq_fix *b)
{
    return a->closed == b->closed && a->begun == b->begun && a->failed == b->failed &&
           (!a->closed || a->took_us == b->took_us);
}

/* The cases as rows, in the order of the table; of two with one key the first holds. */
static row *rows_of(const walk *w, size_t *n)
{
    row *p = dx_arena_get(w->arena, (w->n + 1) * sizeof *p);
    size_t kept = 0;
    for (size_t i = 0; p && i < w->n; i++) {
        const open_case *c = &w->p[i];
        p[i] = (row){c->diagnosis, c->began_us, {c->closed, c->begun, c->took_us, c->failed}, i};
    }
    if (p && w->n)
        qsort(p, w->n, sizeof *p, by_key_and_order);
    for (size_t i = 0; p && i < w->n; i++)
        if (!kept || by_key(&p[kept - 1], &p[i]) != 0)
            p[kept++] = p[i];
    *n = kept;
    return p;
}

/* It comes (sign 1) or goes (-1), and with it its end. */
static dx_rc add_row(walk *w, const row *r, int sign, dx_err *err)
{
    if (r->fix.closed) {
        /* Times of a store from somebody else may be anything. */
        const int64_t us = (int64_t)((uint64_t)r->began_us + (uint64_t)r->fix.took_us);
        const sq_end end = {w->of->server, w->of->product, r->diagnosis, us};
        if (sq_touch_end(w->s, &end, err))
            return DX_FAIL;
    }
    return sq_fix_sum(w->s, r->diagnosis, &r->fix, sign, err);
}

static dx_rc delete_row(walk *w, const row *r, dx_err *err)
{
    return add_row(w, r, -1, err) || sq_do(w->s, err,
                                           "DELETE FROM fix_case WHERE server = ?1 AND product = ?2"
                                           " AND diagnosis = ?3 AND began_us = ?4",
                                           SQ_I(w->of->server), SQ_I(w->of->product),
                                           SQ_I(r->diagnosis), SQ_I(r->began_us))
               ? DX_FAIL
               : DX_OK;
}

/* A new one, or one that is there and says something else now. */
static dx_rc put_row(walk *w, const row *r, const char *sql, dx_err *err)
{
    const sq_arg args[] = {SQ_I(w->of->server),
                           SQ_I(w->of->product),
                           SQ_I(r->diagnosis),
                           SQ_I(r->began_us),
                           r->fix.closed ? SQ_I(r->fix.took_us) : SQ_NIL,
                           SQ_I(r->fix.begun),
                           SQ_I(r->fix.failed)};
    return add_row(w, r, 1, err) || sq_do_(w->s, err, sql, args, sizeof args / sizeof *args)
               ? DX_FAIL
               : DX_OK;
}

static dx_rc insert_row(walk *w, const row *r, dx_err *err)
{
    return put_row(w, r, "INSERT OR FAIL INTO fix_case VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", err);
}

static dx_rc mend_row(walk *w, const row *was, const row *now, dx_err *err)
{
    if (same_fix(&was->fix, &now->fix))
        return DX_OK;
    return add_row(w, was, -1, err) ||
                   put_row(w, now,
                           "UPDATE fix_case SET took_us = ?5, begun = ?6, failed = ?7"
                           " WHERE server = ?1 AND product = ?2 AND diagnosis = ?3"
                           " AND began_us = ?4",
                           err)
               ? DX_FAIL
               : DX_OK;
}

/* Side by side: most cases stay as they are. */
static dx_rc write_walk(walk *w, dx_err *err)
{
    size_t n, i = 0, k = 0;
    const row *new = rows_of(w, &n);
    if (!new)
        return dx_nomem(err);
    while (i < w->n_old || k < n) {
        const int order = i == w->n_old ? 1 : k == n ? -1 : by_key(&w->old[i], &new[k]);
        if (order < 0   ? delete_row(w, &w->old[i], err)
            : order > 0 ? insert_row(w, &new[k], err)
                        : mend_row(w, &w->old[i], &new[k], err))
            return DX_FAIL;
        i += order <= 0;
        k += order >= 0;
    }
    return DX_OK;
}

/* ---- walking ---- */

static step step_at(sqlite3_stmt *q)
{
    return (step){.attempt = sqlite3_column_int64(q, 0),
                  .us = sqlite3_column_int64(q, 1),
                  .succeeded = sqlite3_column_int(q, 2) == DX_SUCCEEDED,
                  .diagnosis = sqlite3_column_int64(q, 3),
                  .begun_us = sq_time_at(q, 4),
                  .failed = sqlite3_column_type(q, 5) != SQLITE_NULL};
}

static dx_rc walk_step(walk *w, const step *now, step *last, dx_err *err)
{
    if (now->attempt != last->attempt && last->succeeded)
        see_success(w, last);
    *last = *now;
    return now->diagnosis ? see_finding(w, now, err) : DX_OK;
}

/* A good attempt behind the place, and nothing that failed at that moment. */
static bool ends_cases(const walk *w, const moment *m)
{
    return w->of->us != DX_NO_TIME && m->us > w->of->us && m->succeeded && !m->failed;
}

static dx_rc walk_rows(walk *w, sqlite3_stmt *q, int64_t *until, dx_err *err)
{
    step last = {.attempt = 0};
    moment at = {.us = DX_NO_TIME};
    dx_rc rc;
    while ((rc = sq_next(w->s, q, err)) == DX_OK) {
        const step now = step_at(q);
        if (now.us != at.us && ends_cases(w, &at))
            break;
        if (now.us != at.us)
            at = (moment){.us = now.us};
        at.succeeded |= now.succeeded;
        at.failed |= now.failed;
        if (walk_step(w, &now, &last, err))
            return DX_FAIL;
    }
    if (last.succeeded)
        see_success(w, &last);
    *until = ends_cases(w, &at) ? at.us : INT64_MAX;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* From there to the next moment behind the place that ends all cases, which is told.  Somebody who
 * resolves a key begins its fix, too. */
static dx_rc walk_attempts(walk *w, int64_t after, int64_t *until, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(w->s, &q, err,
               "SELECT standing.attempt, standing.happened_us, attempt.outcome,"
               " finding.diagnosis, coalesce(finding.begun_us,"
               " CASE WHEN finding.state IN (1, 2) THEN standing.happened_us END,"
               " (SELECT at_us FROM resolution WHERE resolution.key = finding.key"
               " AND at_us >= standing.happened_us)), standing.diagnosis"
               " FROM standing INDEXED BY standing_by_product"
               " CROSS JOIN attempt ON attempt.id = standing.attempt"
               " LEFT JOIN finding ON finding.attempt = standing.attempt"
               " WHERE standing.server = ?1 AND standing.of_product = ?2"
               " AND standing.happened_us > ?3"
               " ORDER BY standing.happened_us, standing.attempt, finding.ord",
               SQ_I(w->of->server), SQ_I(w->of->product), SQ_I(after)))
        return DX_FAIL;
    const dx_rc rc = walk_rows(w, q, until, err);
    sq_done(q);
    return rc;
}

/* ---- between which attempts ---- */

/* The last moment before a place at which a good attempt ended all cases: nothing failed then. */
static dx_rc look_back(sq_store *s, const sq_place *at, int64_t *after, dx_err *err)
{
    *after = DX_NO_TIME;
    if (at->us == DX_NO_TIME)
        return DX_OK;
    return sq_value(s, after, err,
                    "SELECT happened_us FROM standing INDEXED BY standing_by_product"
                    " CROSS JOIN attempt ON attempt.id = standing.attempt"
                    " WHERE standing.server = ?1 AND standing.of_product = ?2 AND happened_us < ?3"
                    " GROUP BY happened_us"
                    " HAVING max(outcome = 1) AND max(diagnosis IS NOT NULL) = 0"
                    " ORDER BY happened_us DESC LIMIT 1",
                    SQ_I(at->server), SQ_I(at->product), SQ_I(at->us)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

static row row_at(sqlite3_stmt *q, int64_t diagnosis)
{
    return (row){
        .diagnosis = diagnosis, .began_us = sqlite3_column_int64(q, 0), .fix = sq_fix_at(q, 1)};
}

static dx_rc read_rows(walk *w, int64_t diagnosis, int64_t after, int64_t until, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(w->s, &q, err,
               "SELECT began_us, took_us, begun, failed FROM fix_case WHERE server = ?1"
               " AND product = ?2 AND diagnosis = ?3 AND began_us > ?4 AND began_us <= ?5"
               " ORDER BY began_us",
               SQ_I(w->of->server), SQ_I(w->of->product), SQ_I(diagnosis), SQ_I(after),
               SQ_I(until)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(w->s, q, err)) == DX_OK) {
        const row r = row_at(q, diagnosis);
        if (!DX_PUSH(w->arena, w->old, w->n_old, w->cap_old, r)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

enum { FEW = 16 };

/* All of a product on a server at once, where there are few; else *all is false, and none is read.
 */
static dx_rc read_few(walk *w, int64_t after, int64_t until, bool *all, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    size_t n = 0;
    if (sq_ask(w->s, &q, err,
               "SELECT began_us, took_us, begun, failed, diagnosis FROM fix_case"
               " WHERE server = ?1 AND product = ?2 ORDER BY diagnosis, began_us LIMIT ?3",
               SQ_I(w->of->server), SQ_I(w->of->product), SQ_I(FEW + 1)))
        return DX_FAIL;
    dx_rc rc;
    for (; (rc = sq_next(w->s, q, err)) == DX_OK; n++) {
        const row r = row_at(q, sqlite3_column_int64(q, 4));
        if (r.began_us > after && r.began_us <= until &&
            !DX_PUSH(w->arena, w->old, w->n_old, w->cap_old, r)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    *all = n <= FEW;
    w->n_old = *all ? w->n_old : 0;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Of many diagnosis by diagnosis, as the table is ordered. */
static dx_rc read_old(walk *w, int64_t after, int64_t until, dx_err *err)
{
    int64_t diagnosis = 0;
    bool all;
    dx_rc rc = read_few(w, after, until, &all, err);
    if (rc != DX_OK || all)
        return rc;
    while ((rc = sq_value(w->s, &diagnosis, err,
                          "SELECT min(diagnosis) FROM fix_case"
                          " WHERE server = ?1 AND product = ?2 AND diagnosis > ?3",
                          SQ_I(w->of->server), SQ_I(w->of->product), SQ_I(diagnosis))) == DX_OK)
        if (read_rows(w, diagnosis, after, until, err))
            return DX_FAIL;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_cases_around(sq_store *s, const sq_place *at, int64_t *until, dx_err *err)
{
    walk w = {.s = s, .arena = dx_arena_new(0), .of = at};
    int64_t after;
    if (!w.arena)
        return dx_nomem(err);
    dx_rc rc = look_back(s, at, &after, err);
    if (rc == DX_OK)
        rc = walk_attempts(&w, after, until, err);
    if (rc == DX_OK)
        rc = read_old(&w, after, *until, err);
    if (rc == DX_OK)
        rc = write_walk(&w, err);
    dx_arena_free(w.arena);
    return rc;
}

dx_rc sq_cases_of(sq_store *s, int64_t server, dx_err *err)
{
    sq_place at = {.server = server, .us = DX_NO_TIME};
    int64_t until;
    dx_rc rc;
    while (
        (rc = sq_value(s, &at.product, err,
                       "SELECT min(of_product) FROM standing WHERE server = ?1 AND of_product > ?2",
                       SQ_I(server), SQ_I(at.product))) == DX_OK)
        if (sq_cases_around(s, &at, &until, err))
            return DX_FAIL;
    return rc == DX_END ? DX_OK : DX_FAIL;
}
