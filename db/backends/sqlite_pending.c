/* Attempts whose change is not counted yet: until the sums are written an attempt may change again
 * (a log is stored, then judged), and only what it counts as in the end costs anything. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>

typedef struct pending {
    int64_t attempt;
    sq_account was, due; /* as the sums have it, and as it is */
} pending;

struct sq_pendings {
    pending *p;
    size_t n, cap;
    dx_hashed at; /* by attempt */
    dx_arena *shares, *scratch;
};

enum { FIRST_SIZE = 512 };

/* NULL: none waits. */
static pending *pending_of(const struct sq_pendings *w, int64_t attempt)
{
    const size_t at = dx_hashed_find_number(&w->at, (uint64_t)attempt, w->p, sizeof *w->p);
    return at != DX_HASHED_NONE ? &w->p[at] : NULL;
}

static bool make_room(struct sq_pendings *w)
{
    if (w->n < w->cap)
        return true;
    const size_t cap = w->cap ? w->cap * 2 : FIRST_SIZE;
    pending *p = realloc(w->p, cap * sizeof *p);
    if (!p)
        return false;
    w->p = p;
    w->cap = cap;
    return true;
}

static struct sq_pendings *pendings_of(sq_store *s)
{
    if (!s->pendings)
        s->pendings = calloc(1, sizeof *s->pendings);
    struct sq_pendings *w = s->pendings;
    if (w && !w->shares)
        w->shares = dx_arena_new(0);
    if (w && !w->scratch)
        w->scratch = dx_arena_new(0);
    return w && w->shares && w->scratch ? w : NULL;
}

static bool keep(struct sq_pendings *w, const sq_account *from, sq_account *to)
{
    *to = *from;
    to->shares = dx_arena_dup(w->shares, from->shares, from->n_shares * sizeof *from->shares);
    return to->shares || !from->n_shares;
}

/* A failure that nobody had judged yet was one without a diagnosis, in whatever transaction it is
 * judged then. */
static dx_rc note_between(sq_store *s, const sq_account *between, const sq_account *due,
                          dx_err *err)
{
    if (!between->counted || !between->at.failed || between->diagnosis || !due->diagnosis)
        return DX_OK;
    return sq_note_debut(s, &between->at, SQ_WHAT(SQ_DIAGNOSIS, 0), err) ||
                   sq_note_debut(s, &between->at, SQ_WHAT(SQ_CAUSE, 0), err)
               ? DX_FAIL
               : DX_OK;
}

dx_rc sq_pend(sq_store *s, int64_t attempt, const sq_account *was, const sq_account *due,
              dx_err *err)
{
    struct sq_pendings *w = pendings_of(s);
    sq_account kept;
    if (!w || !make_room(w) || !keep(w, due, &kept))
        return dx_nomem(err);
    pending *p = pending_of(w, attempt);
    if (p) {
        const dx_rc rc = note_between(s, &p->due, &kept, err);
        p->due = kept;
        return rc;
    }
    p = &w->p[w->n];
    *p = (pending){.attempt = attempt, .due = kept};
    if (!keep(w, was, &p->was) || !dx_hashed_add(&w->at, (uint64_t)attempt, w->n))
        return dx_nomem(err);
    w->n++;
    return DX_OK;
}

const sq_account *sq_pending(const sq_store *s, int64_t attempt)
{
    const pending *p = s->pendings ? pending_of(s->pendings, attempt) : NULL;
    return p ? &p->due : NULL;
}

size_t sq_pending_count(const sq_store *s)
{
    return s->pendings ? s->pendings->n : 0;
}

dx_rc sq_pending_flush(sq_store *s, dx_err *err)
{
    struct sq_pendings *w = s->pendings;
    for (size_t i = 0; w && i < w->n; i++) {
        dx_arena_reset(w->scratch);
        if (sq_count_change(s, &w->p[i].was, &w->p[i].due, w->scratch, err))
            return DX_FAIL;
    }
    sq_pending_drop(s);
    return DX_OK;
}

void sq_pending_drop(sq_store *s)
{
    struct sq_pendings *w = s->pendings;
    if (!w || !w->n)
        return;
    w->n = 0;
    dx_hashed_empty(&w->at);
    dx_arena_reset(w->shares);
}

void sq_pending_close(sq_store *s)
{
    struct sq_pendings *w = s->pendings;
    if (!w)
        return;
    dx_arena_free(w->shares);
    dx_arena_free(w->scratch);
    free(w->p);
    dx_hashed_close(&w->at);
    free(w);
    s->pendings = NULL;
}
