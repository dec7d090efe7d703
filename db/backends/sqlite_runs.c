/* Events by what they say, in runs: each is written once and in order.  Events behind the last run
 * wait, in the table of events and, from when they matter, here. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

/* RUN: events that make one; who looks for an evidence reads as many that wait, and looks into each
 * run.  LOOK, MANY: what waits from earlier is not read for less than that many new events, or
 * attempts altogether. */
enum { RUN = 65536, LOOK = RUN / 4, MANY = 8192, DIGIT = 11, DIGITS = 1 << DIGIT };

typedef struct pair {
    int64_t evidence, event; /* as a row of the statement below */
} pair;

struct sq_tail {
    int64_t last;  /* run; attempts up to this one are in runs */
    bool known;    /* `last` is right */
    bool complete; /* all that wait are here, not only those written since */
    bool ordered;  /* by event */
    pair *p;
    size_t n, cap;
};

static struct sq_tail *tail_of(sq_store *s)
{
    if (!s->tail && (s->tail = calloc(1, sizeof *s->tail)))
        s->tail->ordered = true;
    return s->tail;
}

void sq_runs_forget(sq_store *s)
{
    if (s->tail) {
        s->tail->known = s->tail->complete = false;
        s->tail->ordered = true;
        s->tail->n = 0;
    }
}

void sq_runs_close(sq_store *s)
{
    if (s->tail)
        free(s->tail->p);
    free(s->tail);
    s->tail = NULL;
}

dx_rc sq_runs_last(sq_store *s, int64_t *run, dx_err *err)
{
    const dx_rc rc = sq_value_(s, run, err, "SELECT max(run) FROM evidence_event", NULL, 0);
    if (rc == DX_END)
        *run = 0;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc know(sq_store *s, struct sq_tail **out, dx_err *err)
{
    struct sq_tail *t = *out = tail_of(s);
    if (!t)
        return dx_nomem(err);
    if (t->known)
        return DX_OK;
    t->known = sq_runs_last(s, &t->last, err) == DX_OK;
    return t->known ? DX_OK : DX_FAIL;
}

static dx_rc add(struct sq_tail *t, int64_t evidence, int64_t event, dx_err *err)
{
    if (t->n == t->cap) {
        const size_t cap = t->cap * 2 + 1024;
        pair *p = realloc(t->p, cap * sizeof *p);
        if (!p)
            return dx_nomem(err);
        t->p = p;
        t->cap = cap;
    }
    t->ordered &= !t->n || t->p[t->n - 1].event < event;
    t->p[t->n++] = (pair){evidence, event};
    return DX_OK;
}

/* All that wait, in the order of the table. */
static dx_rc load(sq_store *s, struct sq_tail *t, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    t->n = 0;
    t->ordered = t->complete = true;
    if (sq_ask(s, &q, err, "SELECT evidence, id FROM event WHERE id > ?1",
               SQ_I(sq_event_id(t->last, SQ_EVENT_MAX - 1))))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if ((rc = add(t, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1), err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- writing a run ---- */

/* By one digit of the evidence; what is equal there keeps its order. */
static void sort_by_digit(const pair *from, pair *to, size_t n, int shift)
{
    size_t at[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        at[(uint64_t)from[i].evidence >> shift & (DIGITS - 1)]++;
    for (size_t i = 0, sum = 0; i < DIGITS; i++) {
        const size_t here = at[i];
        at[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[at[(uint64_t)from[i].evidence >> shift & (DIGITS - 1)]++] = from[i];
}

/* From ascending events to ascending evidences, and of each ascending events. */
static dx_rc sort(struct sq_tail *t, dx_err *err)
{
    pair *other = malloc(t->cap * sizeof *other);
    uint64_t all = 0;
    if (!other)
        return dx_nomem(err);
    for (size_t i = 0; i < t->n; i++)
        all |= (uint64_t)t->p[i].evidence;
    for (int shift = 0; shift < 64 && all >> shift; shift += DIGIT) {
        pair *from = t->p;
        sort_by_digit(from, other, t->n, shift);
        t->p = other;
        other = from;
    }
    free(other);
    return DX_OK;
}

static dx_rc write_run(sq_store *s, struct sq_tail *t, dx_err *err)
{
    if (!t->ordered && load(s, t, err))
        return DX_FAIL;
    t->last = t->p[t->n - 1].event >> SQ_EVENT_BITS;
    if (sort(t, err))
        return DX_FAIL;
    const sq_rows rows = {.p = &t->p->evidence, .n = t->n, .width = 2};
    t->n = 0;
    return sq_do(s, err, "INSERT OR FAIL INTO evidence_event SELECT ?2, a, b FROM sq_rows(?1)",
                 SQ_R(&rows), SQ_I(t->last));
}

/* ---- what happens to events ---- */

#define RUN_OF   "(SELECT min(run) FROM evidence_event WHERE run >= ?1)"
#define ITS_OWN  "FROM event WHERE id BETWEEN ?2 AND ?3"
#define FIRST(a) SQ_I(sq_event_id((a), 0))
#define LAST(a)  SQ_I(sq_event_id((a), SQ_EVENT_MAX - 1))

static void take_from_tail(struct sq_tail *t, int64_t attempt)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->p[i].event >> SQ_EVENT_BITS != attempt)
            t->p[n++] = t->p[i];
    t->n = n;
}

dx_rc sq_runs_take(sq_store *s, int64_t attempt, dx_err *err)
{
    struct sq_tail *t;
    if (know(s, &t, err))
        return DX_FAIL;
    take_from_tail(t, attempt);
    if (attempt > t->last)
        return DX_OK;
    const dx_rc rc = sq_do(s, err,
                           "DELETE FROM evidence_event WHERE (run, evidence, event) IN"
                           " (SELECT " RUN_OF ", evidence, id " ITS_OWN ")",
                           SQ_I(attempt), FIRST(attempt), LAST(attempt));
    t->known = false; /* the last run may be gone */
    return rc;
}

dx_rc sq_runs_add(sq_store *s, int64_t evidence, int64_t event, dx_err *err)
{
    struct sq_tail *t;
    if (know(s, &t, err))
        return DX_FAIL;
    return event >> SQ_EVENT_BITS > t->last ? add(t, evidence, event, err) : DX_OK;
}

dx_rc sq_runs_put(sq_store *s, int64_t attempt, dx_err *err)
{
    struct sq_tail *t;
    if (know(s, &t, err))
        return DX_FAIL;
    if (attempt <= t->last)
        return sq_do(s, err,
                     "INSERT OR FAIL INTO evidence_event SELECT " RUN_OF ", evidence, id " ITS_OWN
                     " ORDER BY evidence, id",
                     SQ_I(attempt), FIRST(attempt), LAST(attempt));
    if (!t->complete && (t->n >= LOOK || attempt - t->last >= MANY) && load(s, t, err))
        return DX_FAIL;
    return t->complete && t->n >= RUN ? write_run(s, t, err) : DX_OK;
}
