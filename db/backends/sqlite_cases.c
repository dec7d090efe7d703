/* The cases that fixing is judged by: a diagnosis on a server, from its first failure until a later
 * good attempt of the product.  A good attempt that shows no failure ends all cases, so what
 * changes changes only the cases between two of these. */
#include "db/backends/sqlite_sums.h"

typedef struct open_case {
    int64_t diagnosis, began_us;
    int64_t begun_us; /* when its fix was begun; DX_NO_TIME = not */
    int64_t seen;     /* in this attempt, the last one */
    bool begun;
    int64_t failed;
    bool closed;
    int64_t took_us;
} open_case;

typedef struct walk {
    sq_store *s;
    dx_arena *arena;
    const sq_place *of;
    open_case *p;
    size_t n, cap;
    bool ended; /* a case ended, or one did before */
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
        c->closed = w->ended = true;
        c->took_us = now->us - c->began_us;
    }
}

static dx_rc write_case(walk *w, const open_case *c, dx_err *err)
{
    const sq_fix sum = {c->closed, c->begun, c->took_us, c->failed};
    if (sq_do(w->s, err, "INSERT OR IGNORE INTO fix_case VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
              SQ_I(w->of->server), SQ_I(w->of->product), SQ_I(c->diagnosis), SQ_I(c->began_us),
              c->closed ? SQ_I(c->took_us) : SQ_NIL, SQ_I(c->begun), SQ_I(c->failed)))
        return DX_FAIL;
    return sqlite3_changes(w->s->db) ? sq_fix_sum(w->s, c->diagnosis, &sum, 1, err) : DX_OK;
}

static dx_rc write_walk(walk *w, dx_err *err)
{
    for (size_t i = 0; i < w->n; i++)
        if (write_case(w, &w->p[i], err))
            return DX_FAIL;
    return DX_OK;
}

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

/* Takes the cases that will go out of the sums. */
static dx_rc take_out(walk *w, int64_t diagnosis, int64_t after, int64_t until, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(w->s, &q, err,
               "SELECT took_us, begun, failed FROM fix_case WHERE server = ?1 AND product = ?2"
               " AND diagnosis = ?3 AND began_us > ?4 AND began_us <= ?5",
               SQ_I(w->of->server), SQ_I(w->of->product), SQ_I(diagnosis), SQ_I(after),
               SQ_I(until)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(w->s, q, err)) == DX_OK) {
        const sq_fix c = sq_fix_at(q, 0);
        w->ended |= c.closed;
        if ((rc = sq_fix_sum(w->s, diagnosis, &c, -1, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Diagnosis by diagnosis, as the table is ordered. */
static dx_rc clear(walk *w, int64_t after, int64_t until, dx_err *err)
{
    const sq_place *at = w->of;
    sq_store *s = w->s;
    int64_t diagnosis = 0;
    dx_rc rc;
    while ((rc = sq_value(s, &diagnosis, err,
                          "SELECT min(diagnosis) FROM fix_case"
                          " WHERE server = ?1 AND product = ?2 AND diagnosis > ?3",
                          SQ_I(at->server), SQ_I(at->product), SQ_I(diagnosis))) == DX_OK)
        if (take_out(w, diagnosis, after, until, err) ||
            sq_do(s, err,
                  "DELETE FROM fix_case WHERE server = ?1 AND product = ?2 AND diagnosis = ?3"
                  " AND began_us > ?4 AND began_us <= ?5",
                  SQ_I(at->server), SQ_I(at->product), SQ_I(diagnosis), SQ_I(after), SQ_I(until)))
            return DX_FAIL;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Whether a failure came again follows from the cases that ended. */
static dx_rc touch_keys(const walk *w, int64_t after, int64_t until, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(w->s, &q, err,
               "SELECT key FROM standing INDEXED BY standing_by_product"
               " CROSS JOIN finding ON finding.attempt = standing.attempt"
               " WHERE standing.server = ?1 AND standing.of_product = ?2"
               " AND standing.happened_us > ?3 AND standing.happened_us <= ?4",
               SQ_I(w->of->server), SQ_I(w->of->product), SQ_I(after), SQ_I(until)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(w->s, q, err)) == DX_OK)
        if ((rc = sq_touch_key(w->s, sq_bytes(q, 0), err)) != DX_OK)
            break;
    sq_done(q);
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
        rc = clear(&w, after, *until, err);
    if (rc == DX_OK)
        rc = write_walk(&w, err);
    if (rc == DX_OK && w.ended)
        rc = touch_keys(&w, after, *until, err);
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
