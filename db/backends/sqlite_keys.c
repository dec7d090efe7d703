/* Findings over time: when a key was seen and how it stands, and the cases that fixing is judged
 * by: a diagnosis on a server, from its first failure until a later good attempt of the product. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>

/* ---- keys ---- */

/* A key was mended when a good attempt of its product came later; seen after that, it came again.
 */
dx_rc sq_key_refresh(sq_store *s, dx_str key, dx_err *err)
{
    return sq_do(
        s, err,
        "WITH seen AS (SELECT finding.id AS id, finding.state AS state, finding.diagnosis,"
        "   standing.server, release.product, happened_us AS us, standing.attempt AS attempt"
        "   FROM finding CROSS JOIN standing ON standing.attempt = finding.attempt"
        "   CROSS JOIN release ON release.id = standing.release WHERE finding.key = ?1),"
        " latest AS (SELECT * FROM seen ORDER BY us DESC, attempt DESC, id DESC LIMIT 1)"
        " UPDATE finding_key SET attempts = (SELECT count(DISTINCT attempt) FROM seen),"
        " first_us = (SELECT min(us) FROM seen), last_us = (SELECT us FROM latest),"
        " last_finding = (SELECT id FROM latest), state = coalesce((SELECT state FROM latest), 0),"
        " server = (SELECT server FROM latest), product = (SELECT product FROM latest),"
        " diagnosis = coalesce((SELECT diagnosis FROM latest), diagnosis),"
        " again = EXISTS (SELECT 1 FROM latest JOIN seen ON (seen.us, seen.attempt) <"
        "   (latest.us, latest.attempt) CROSS JOIN standing AS good ON good.server = latest.server"
        "   AND good.happened_us > seen.us AND good.happened_us < latest.us AND NOT good.failed"
        "   AND good.diagnosis IS NOT latest.diagnosis"
        "   CROSS JOIN attempt ON attempt.id = good.attempt AND attempt.outcome = ?2"
        "   CROSS JOIN release ON release.id = good.release AND release.product = latest.product)"
        " WHERE key = ?1",
        SQ_T(key), SQ_I(DX_SUCCEEDED));
}

dx_rc sq_keys_of(sq_store *s, int64_t attempt, dx_arena *into, dx_str **keys, size_t *n,
                 dx_err *err)
{
    sqlite3_stmt *q = NULL;
    size_t cap = *n;
    if (sq_ask(s, &q, err, "SELECT DISTINCT key FROM finding WHERE attempt = ?1", SQ_I(attempt)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        dx_str key;
        rc = sq_copy(q, 0, into, &key, err);
        if (rc == DX_OK && !DX_PUSH(into, *keys, *n, cap, key))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_keys_refresh(sq_store *s, dx_str *keys, size_t n, dx_err *err)
{
    if (n)
        qsort(keys, n, sizeof *keys, dx_str_order);
    for (size_t i = 0; i < n; i++)
        if ((i == 0 || !dx_str_eq(keys[i], keys[i - 1])) && sq_key_refresh(s, keys[i], err))
            return DX_FAIL;
    return DX_OK;
}

dx_rc sq_keys_refresh_all(sq_store *s, dx_err *err)
{
    dx_arena *into = dx_arena_new(0);
    sqlite3_stmt *q = NULL;
    dx_str *keys = NULL;
    size_t n = 0, cap = 0;
    if (!into)
        return dx_nomem(err);
    dx_rc rc = sq_ask_(s, &q, err, "SELECT key FROM finding_key ORDER BY key", NULL, 0);
    while (rc == DX_OK && (rc = sq_next(s, q, err)) == DX_OK) {
        dx_str key;
        rc = sq_copy(q, 0, into, &key, err);
        if (rc == DX_OK && !DX_PUSH(into, keys, n, cap, key))
            rc = dx_nomem(err);
    }
    sq_done(q);
    rc = rc == DX_END ? DX_OK : DX_FAIL;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = sq_key_refresh(s, keys[i], err);
    dx_arena_free(into);
    return rc;
}

/* ---- cases ---- */

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
    int64_t server, product;
    open_case *p;
    size_t n, cap;
} walk;

typedef struct step {
    int64_t attempt, us, diagnosis, begun_us;
    bool succeeded;
} step;

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

static dx_rc write_walk(walk *w, dx_err *err)
{
    for (size_t i = 0; i < w->n; i++) {
        const open_case *c = &w->p[i];
        if (sq_do(w->s, err, "INSERT OR IGNORE INTO fix_case VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  SQ_I(w->server), SQ_I(w->product), SQ_I(c->diagnosis), SQ_I(c->began_us),
                  c->closed ? SQ_I(c->took_us) : SQ_NIL, SQ_I(c->begun), SQ_I(c->failed)))
            return DX_FAIL;
    }
    w->n = 0;
    return DX_OK;
}

static dx_rc walk_row(walk *w, sqlite3_stmt *q, step *last, dx_err *err)
{
    const int64_t product = sqlite3_column_int64(q, 0);
    const step now = {.attempt = sqlite3_column_int64(q, 1),
                      .us = sqlite3_column_int64(q, 2),
                      .succeeded = sqlite3_column_int(q, 3) == DX_SUCCEEDED,
                      .diagnosis = sqlite3_column_int64(q, 4),
                      .begun_us = sq_time_at(q, 5)};
    if (now.attempt != last->attempt && last->succeeded)
        see_success(w, last);
    *last = now;
    if (product != w->product) {
        if (write_walk(w, err))
            return DX_FAIL;
        w->product = product;
    }
    return now.diagnosis ? see_finding(w, &now, err) : DX_OK;
}

/* Somebody who resolves a key begins its fix, too. */
static dx_rc walk_server(walk *w, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    step last = {.attempt = 0};
    if (sq_ask(w->s, &q, err,
               "SELECT release.product, standing.attempt, standing.happened_us, attempt.outcome,"
               " finding.diagnosis, coalesce(finding.begun_us,"
               " CASE WHEN finding.state IN (1, 2) THEN standing.happened_us END,"
               " (SELECT at_us FROM resolution WHERE resolution.key = finding.key"
               " AND at_us >= standing.happened_us))"
               " FROM standing CROSS JOIN release ON release.id = standing.release"
               " CROSS JOIN attempt ON attempt.id = standing.attempt"
               " LEFT JOIN finding ON finding.attempt = standing.attempt"
               " WHERE standing.server = ?1"
               " ORDER BY release.product, standing.happened_us, standing.attempt, finding.ord",
               SQ_I(w->server)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(w->s, q, err)) == DX_OK)
        if ((rc = walk_row(w, q, &last, err)) != DX_OK)
            break;
    sq_done(q);
    if (rc != DX_END)
        return DX_FAIL;
    if (last.succeeded)
        see_success(w, &last);
    return write_walk(w, err);
}

dx_rc sq_fix_cases(sq_store *s, int64_t server, dx_err *err)
{
    walk w = {.s = s, .arena = dx_arena_new(0), .server = server};
    if (!w.arena)
        return dx_nomem(err);
    dx_rc rc = sq_do(s, err, "DELETE FROM fix_case WHERE server = ?1", SQ_I(server));
    if (rc == DX_OK)
        rc = walk_server(&w, err);
    dx_arena_free(w.arena);
    return rc;
}
