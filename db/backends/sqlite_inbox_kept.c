/* The inbox of all findings, from what is kept of them: sums by diagnosis, and the findings that
 * were seen last.  What people resolved and what is new is looked at one by one. */
#include <stdlib.h>
#include <string.h>
#include "db/backends/sqlite_inbox.h"

bool sq_inbox_is_kept(const dx_findings_query *q)
{
    const dx_trend_filter *w = &q->where;
    return w->since_us == DX_NO_TIME && w->until_us == DX_NO_TIME && !w->product.n &&
           !w->server.n && !w->n_tags && !q->diagnosis.n && !q->cause_class.n &&
           (q->by_diagnosis || q->order == DX_ORDER_LAST);
}

/* A diagnosis: how many of its findings stand where. */
typedef struct group {
    int64_t diagnosis, keys, attempts, servers;
    int64_t standing[DX_STANDINGS];
} group;

typedef struct kept_job {
    sq_inbox *f;
    group *p;
    size_t n, cap;
} kept_job;

static const dx_standing standing_of[] = {[SQ_CLASS_RESOLVED] = DX_STAND_VERIFIED,
                                          [SQ_CLASS_AGAIN] = DX_STAND_REGRESSED,
                                          [SQ_CLASS_BEGUN] = DX_STAND_PENDING,
                                          [SQ_CLASS_ELSE] = DX_STAND_KNOWN};

static dx_rc add_sum(kept_job *x, sqlite3_stmt *q, dx_err *err)
{
    const int64_t diagnosis = sqlite3_column_int64(q, 0), findings = sqlite3_column_int64(q, 2);
    const unsigned class = sq_word(q, 1, SQ_CLASS_SERVERS);
    if (!x->n || x->p[x->n - 1].diagnosis != diagnosis)
        if (!DX_PUSH(x->f->scratch, x->p, x->n, x->cap, (group){.diagnosis = diagnosis}))
            return dx_nomem(err);
    group *g = &x->p[x->n - 1];
    if (class == SQ_CLASS_SERVERS) {
        g->servers = findings;
        return DX_OK;
    }
    g->keys += findings;
    g->attempts += sqlite3_column_int64(q, 3);
    g->standing[standing_of[class]] += findings;
    return DX_OK;
}

static dx_rc read_sums(kept_job *x, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(x->f->s, &q, err,
                "SELECT diagnosis, class, findings, attempts FROM inbox_sum"
                " ORDER BY diagnosis, class",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(x->f->s, q, err)) == DX_OK)
        if ((rc = add_sum(x, q, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- what the sums do not know ---- */

/* What was first seen in the last seven days was last seen in them, too. */
static dx_rc find_new(kept_job *x, group *g, dx_err *err)
{
    int64_t n = 0;
    if (!g->standing[DX_STAND_KNOWN])
        return DX_OK;
    if (sq_value(x->f->s, &n, err,
                 "SELECT count(*) FROM finding_key INDEXED BY finding_key_by_diagnosis"
                 " WHERE attempts > 0 AND diagnosis = ?1 AND state = 0 AND again = 0"
                 " AND last_us >= ?2 AND first_us >= ?2",
                 SQ_I(g->diagnosis), SQ_I(x->f->q->now_us - DX_WEEK_US)) == DX_FAIL)
        return DX_FAIL;
    g->standing[DX_STAND_NEW] += n;
    g->standing[DX_STAND_KNOWN] -= n;
    return DX_OK;
}

static int compare_diagnosis(const void *key, const void *entry)
{
    const int64_t x = *(const int64_t *)key, y = ((const group *)entry)->diagnosis;
    return (x > y) - (x < y);
}

static group *group_of(const kept_job *x, int64_t diagnosis)
{
    return x->n ? bsearch(&diagnosis, x->p, x->n, sizeof *x->p, compare_diagnosis) : NULL;
}

/* Where it stands by itself, and where it does since somebody resolved it. */
static dx_rc move_resolved(kept_job *x, dx_str key, dx_err *err)
{
    sq_inbox_key k;
    const dx_rc rc = sq_inbox_key_of(x->f, key, &k, err);
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    group *g = group_of(x, k.diagnosis);
    dx_standing was = standing_of[sq_class_of(k.state, k.again)];
    if (was == DX_STAND_KNOWN && k.first_us >= x->f->q->now_us - DX_WEEK_US)
        was = DX_STAND_NEW;
    if (g) {
        g->standing[was]--;
        g->standing[k.standing]++;
    }
    return DX_OK;
}

static void silence(kept_job *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (sq_grid_find(&x->f->silenced, x->p[i].diagnosis, 0)) {
            memset(x->p[i].standing, 0, sizeof x->p[i].standing);
            x->p[i].standing[DX_STAND_SILENCED] = x->p[i].keys;
        }
}

static dx_rc count_standings(kept_job *x, dx_err *err)
{
    if (read_sums(x, err))
        return DX_FAIL;
    for (size_t i = 0; i < x->n; i++)
        if (find_new(x, &x->p[i], err))
            return DX_FAIL;
    for (size_t i = 0; i < x->f->n_resolved; i++)
        if (move_resolved(x, x->f->resolved[i].key, err))
            return DX_FAIL;
    silence(x);
    return DX_OK;
}

/* ---- by diagnosis ---- */

static bool is_later(const sq_inbox_key *a, const sq_inbox_key *b)
{
    return a->last_us != b->last_us ? a->last_us > b->last_us : strcmp(a->key, b->key) < 0;
}

/* The key that was seen last, of those of one state; those of the same moment lie together. */
static dx_rc last_key_of(sq_inbox *f, int64_t diagnosis, int state, int again, sq_inbox_key *last,
                         dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err,
               "SELECT key, diagnosis, state, again, last_us, first_us, server, product, attempts"
               " FROM finding_key INDEXED BY finding_key_by_diagnosis"
               " WHERE attempts > 0 AND diagnosis = ?1 AND state = ?2 AND again = ?3"
               " ORDER BY last_us DESC",
               SQ_I(diagnosis), SQ_I(state), SQ_I(again)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        sq_inbox_key k;
        sq_inbox_key_at(q, &k);
        if (last->attempts && k.last_us < last->last_us)
            break;
        if (!last->attempts || is_later(&k, last))
            *last = k;
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc put_group(kept_job *x, const group *g, dx_err *err)
{
    sq_inbox *f = x->f;
    sq_inbox_row r = {.attempts = g->attempts, .servers = g->servers, .keys = g->keys};
    for (int state = DX_OPEN; state <= DX_RESOLVED; state++)
        for (int again = 0; again <= 1; again++)
            if (last_key_of(f, g->diagnosis, state, again, &r.last, err))
                return DX_FAIL;
    if (!r.last.attempts)
        return DX_OK;
    r.last.standing = sq_standing_of(f, &r.last);
    for (unsigned k = 0; k < DX_STANDINGS; k++)
        r.standings |= g->standing[k] > 0 ? 1u << k : 0;
    if (sq_value(f->s, &r.first_us, err,
                 "SELECT min(first_us) FROM finding_key INDEXED BY finding_key_by_first"
                 " WHERE diagnosis = ?1 AND attempts > 0",
                 SQ_I(g->diagnosis)) == DX_FAIL)
        return DX_FAIL;
    return sq_inbox_put(f, &r, err);
}

/* ---- by key ---- */

static bool is_wanted(const sq_inbox *f, dx_standing standing)
{
    return !f->q->standings || (f->q->standings >> standing & 1);
}

static void tell_counts(kept_job *x)
{
    for (size_t i = 0; i < x->n; i++)
        for (unsigned k = 0; k < DX_STANDINGS; k++) {
            x->f->out.standing[k] += x->p[i].standing[k];
            x->f->out.all += is_wanted(x->f, (dx_standing)k) ? x->p[i].standing[k] : 0;
        }
}

/* As many as are shown, and those of the same moment as the last of them. */
static dx_rc read_latest(sq_inbox *f, size_t shown, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(f->s, &q, err,
                "SELECT key, diagnosis, state, again, last_us, first_us, server, product, attempts"
                " FROM finding_key INDEXED BY finding_key_by_last WHERE attempts > 0"
                " ORDER BY last_us DESC",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        sq_inbox_key k;
        sq_inbox_key_at(q, &k);
        k.standing = sq_standing_of(f, &k);
        if (!is_wanted(f, k.standing))
            continue;
        if (f->n >= shown && k.last_us < f->p[f->n - 1].last.last_us)
            break;
        const sq_inbox_row one = sq_inbox_row_of(&k);
        if (!DX_PUSH(f->scratch, f->p, f->n, f->cap, one)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

dx_rc sq_inbox_kept(sq_inbox *f, size_t shown, dx_err *err)
{
    kept_job x = {.f = f};
    if (count_standings(&x, err))
        return DX_FAIL;
    if (!f->q->by_diagnosis) {
        tell_counts(&x);
        return read_latest(f, shown, err);
    }
    for (size_t i = 0; i < x.n; i++)
        if (put_group(&x, &x.p[i], err))
            return DX_FAIL;
    return DX_OK;
}
