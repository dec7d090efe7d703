#include <stdlib.h>

#include "report/judge.h"
#include "report/plan.h"
#include "report/tries.h"

/* The list that is being made. */
typedef struct planner {
    const dx_report *report;
    const dx_tries *tries;
    dx_arena *into;
    dx_item *p;
    size_t n, cap;
} planner;

static unsigned finding_rank(const dx_report_attempt *a, const dx_finding *f)
{
    static const unsigned ranks[] = {[DX_OPEN] = 0,     [DX_FIX_BEGUN] = 0,  [DX_FIX_LEFT_OPEN] = 2,
                                     [DX_RESOLVED] = 5, [DX_SAID_FIXED] = 5, [DX_SILENCED] = 4};

    return dx_report_stopped(a, f) ? 4 : ranks[f->state];
}

/* Ranks 2, 4 and 5 are also those of findings with a state. */
static unsigned ending_rank(dx_ending ending)
{
    static const unsigned ranks[DX_ENDINGS] = {
        [DX_ENDED_FAILED] = 3,   [DX_ENDED_UNDECIDED] = 1, [DX_ENDED_UNCLEAR] = 4,
        [DX_ENDED_RESOLVED] = 5, [DX_ENDED_SILENCED] = 5,  [DX_ENDED_CANCELLED] = 6,
        [DX_ENDED_CUT_OFF] = 7,  [DX_ENDED_SILENT] = 8,    [DX_ENDED_SUCCEEDED] = 9};

    return ranks[ending];
}

static bool add(planner *all, dx_item item)
{
    return DX_PUSH(all->into, all->p, all->n, all->cap, item);
}

/* The other attempts that show the failure, latest first. */
static bool add_same(planner *all, dx_item item, const dx_try *tries, size_t n)
{
    dx_item *same = dx_arena_get(all->into, n * sizeof *same);

    if (!same)
        return false;
    for (size_t i = 1; i < n; i++) {
        same[i - 1] = item;
        same[i - 1].attempt = tries[n - 1 - i].attempt;
        same[i - 1].which = tries[n - 1 - i].which;
    }
    item.same = same;
    item.n_same = n - 1;
    return add(all, item);
}

static bool add_verdict_item(planner *all, dx_try_kind kind, dx_item item)
{
    const dx_try it = {item.attempt, item.which};
    const dx_try latest = dx_tries_latest(all->tries, all->report, kind, it);
    const dx_try *tries = NULL;
    const size_t n = dx_tries_of(all->tries, all->report, kind, it, &tries);

    if (latest.attempt != it.attempt || latest.which != it.which)
        return true;
    return n > 0 ? add_same(all, item, tries, n) : add(all, item);
}

static bool add_verdict(planner *all, size_t attempt, size_t place)
{
    const dx_report_attempt *a = &all->report->attempts[attempt];
    const dx_verdict *v = a->verdict;

    for (size_t i = 0; i < v->n_findings; i++) {
        const dx_item item = {
            DX_ITEM_FINDING, finding_rank(a, &v->findings[i]), attempt, i, NULL, 0, place};
        if (!add_verdict_item(all, DX_TRY_FINDING, item))
            return false;
    }
    for (size_t i = 0; i < v->n_undecided; i++) {
        const dx_item item = {DX_ITEM_UNDECIDED, 1, attempt, i, NULL, 0, place};
        if (!add_verdict_item(all, DX_TRY_UNDECIDED, item))
            return false;
    }
    return true;
}

static bool add_attempt(planner *all, size_t attempt, size_t place)
{
    const dx_report_attempt *a = &all->report->attempts[attempt];
    const dx_ending ending = dx_report_ending(a);
    const bool puzzle = (ending == DX_ENDED_FAILED || ending == DX_ENDED_UNCLEAR) &&
                        dx_report_because(all->report, attempt) == NULL;

    if (a->verdict->n_findings + a->verdict->n_undecided > 0)
        return add_verdict(all, attempt, place);
    const dx_item item = {puzzle ? DX_ITEM_UNEXPLAINED : DX_ITEM_ENDING,
                          ending_rank(ending),
                          attempt,
                          0,
                          NULL,
                          0,
                          place};
    return add(all, item);
}

static int by_rank(const void *a, const void *b)
{
    const dx_item *x = a, *y = b;
    int order = (x->rank > y->rank) - (x->rank < y->rank);

    if (order == 0)
        order = (x->place > y->place) - (x->place < y->place);
    if (order == 0)
        order = (x->kind > y->kind) - (x->kind < y->kind);
    return order ? order : (x->which > y->which) - (x->which < y->which);
}

dx_rc dx_report_plan(const dx_report *r, dx_arena *into, dx_item **out, size_t *n, dx_err *err)
{
    planner all = {.report = r, .tries = r->tries, .into = into};

    if (!all.tries)
        all.tries = dx_tries_new(r->attempts, r->n_attempts, into);
    if (!all.tries)
        return dx_nomem(err);
    for (size_t i = 0; i < r->n_attempts; i++)
        if (!add_attempt(&all, r->order ? r->order[i] : i, i))
            return dx_nomem(err);
    if (all.n > 0)
        qsort(all.p, all.n, sizeof *all.p, by_rank);
    *out = all.p;
    *n = all.n;
    return DX_OK;
}

dx_str dx_item_key(const dx_report *r, const dx_item *item)
{
    const dx_verdict *v = r->attempts[item->attempt].verdict;

    if (item->kind == DX_ITEM_FINDING)
        return dx_key_str(v->findings[item->which].key);
    return item->kind == DX_ITEM_UNDECIDED ? dx_key_str(v->undecided[item->which].key) : DX_NONE;
}
