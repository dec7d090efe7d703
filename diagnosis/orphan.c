#include "diagnosis/bench.h"

/* Failures that the same rules might explain. */
typedef struct group {
    bool *suspect; /* by hearing */
    size_t *places;
    size_t n, cap;
} group;

typedef struct group_list {
    group *p;
    size_t n, cap;
} group_list;

static bool sees(const dx_hearing *h, size_t place)
{
    for (size_t k = 0; k < h->rule->n_steps; k++) {
        if (dx_step_fits(h, k, place))
            return true;
    }
    return false;
}

/* A rival already explains the message on which this rule would stand: the question is settled,
 * also for the other messages that the rule would like to have. */
static bool has_lost(const dx_court *court, const dx_hearing *h)
{
    if (!h->best.event)
        return false;
    const size_t anchor = h->best.place[h->best.pivot];
    for (size_t i = 0; i < court->n; i++) {
        const dx_hearing *other = &court->h[i];
        if ((other->fate == DX_H_FINDING || other->fate == DX_H_TIED) && other->claims[anchor] &&
            dx_rivals_mutual(h->rule, other->rule))
            return true;
    }
    return false;
}

/* False when no rule is suspected. */
static bool suspects(const dx_court *court, const bool *may_be, size_t place, bool *out)
{
    bool any = false;
    for (size_t i = 0; i < court->n; i++) {
        out[i] = may_be[i] && sees(&court->h[i], place);
        any |= out[i];
    }
    return any;
}

static bool same_suspects(const bool *a, const bool *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i])
            return false;
    }
    return true;
}

static group *find_group(dx_bench *bench, group_list *list, const bool *suspect, size_t n)
{
    for (size_t i = 0; i < list->n; i++) {
        if (same_suspects(list->p[i].suspect, suspect, n))
            return &list->p[i];
    }
    const group fresh = {.suspect = dx_arena_dup(bench->scratch, suspect, n * sizeof *suspect)};
    if (!fresh.suspect || !DX_PUSH(bench->scratch, list->p, list->n, list->cap, fresh)) {
        bench->failed = true;
        return NULL;
    }
    return &list->p[list->n - 1];
}

static void collect(dx_bench *bench, const dx_court *court, group_list *list)
{
    bool *may_be = dx_bench_get(bench, bench->scratch, court->n, sizeof *may_be);
    bool *suspect = dx_bench_get(bench, bench->scratch, court->n, sizeof *suspect);
    if (!may_be || !suspect)
        return;
    for (size_t i = 0; i < court->n; i++)
        may_be[i] = court->h[i].fate == DX_H_OUT && !court->h[i].tolerated &&
                    !has_lost(court, &court->h[i]);
    for (size_t i = 0; i < bench->subject->n_events && !bench->failed; i++) {
        if (bench->subject->events[i].polarity != DX_FAILURE ||
            dx_court_explains(bench, court, i) || !suspects(court, may_be, i, suspect))
            continue;
        group *g = find_group(bench, list, suspect, court->n);
        if (g && !DX_PUSH(bench->scratch, g->places, g->n, g->cap, i))
            bench->failed = true;
    }
}

/* A rule against which more speaks than for it is no candidate. */
static size_t candidates(dx_bench *bench, const dx_court *court, const group *g, dx_candidate *c,
                         dx_binding *b)
{
    size_t n = 0;
    for (size_t i = 0; i < court->n; i++) {
        if (!g->suspect[i] || !dx_hear_from(bench, &court->h[i], g->places, g->n, &b[n]) ||
            b[n].sum < 0)
            continue;
        c[n] = (dx_candidate){court->h[i].rule, &b[n], dx_confidence(b[n].sum)};
        n++;
    }
    return n;
}

static void leave_open(dx_bench *bench, dx_court *court, const group *g, dx_undecided_list *out)
{
    dx_candidate *c = dx_bench_get(bench, bench->scratch, court->n, sizeof *c);
    dx_binding *b = dx_bench_get(bench, bench->scratch, court->n, sizeof *b);
    dx_event_list events = {dx_bench_get(bench, bench->into, g->n, sizeof *events.p), g->n};
    if (!c || !b || !events.p)
        return;
    const size_t n = candidates(bench, court, g, c, b);
    if (n == 0)
        return;
    for (size_t i = 0; i < g->n; i++) {
        events.p[i] = &bench->subject->events[g->places[i]];
        court->explained[g->places[i]] = true;
    }
    dx_undecided_add(bench, c, n, events, out);
}

void dx_orphans(dx_bench *bench, dx_court *court, dx_undecided_list *out)
{
    group_list list = {0};
    collect(bench, court, &list);
    for (size_t i = 0; i < list.n && !bench->failed; i++)
        leave_open(bench, court, &list.p[i], out);
}
