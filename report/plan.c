#include <stdlib.h>
#include <string.h>

#include "report/judge.h"
#include "report/plan.h"

/* While planning: what items are sorted by. */
typedef struct entry {
    dx_item item;
    dx_str server;
    const char *key;
    int64_t began_us;
} entry;

typedef struct entries {
    dx_arena *into;
    entry *p;
    size_t n, cap;
} entries;

static unsigned finding_rank(const dx_finding *f)
{
    static const unsigned ranks[] = {[DX_OPEN] = 0,     [DX_FIX_BEGUN] = 0,  [DX_FIX_LEFT_OPEN] = 2,
                                     [DX_RESOLVED] = 5, [DX_SAID_FIXED] = 5, [DX_SILENCED] = 4};

    return ranks[f->state];
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

static bool add(entries *all, const dx_report *r, dx_item item, const char *key)
{
    const dx_attempt *a = &r->attempts[item.attempt].of->attempt;
    const entry e = {.item = item, .server = a->server, .key = key, .began_us = a->began_us};

    return DX_PUSH(all->into, all->p, all->n, all->cap, e);
}

static bool add_verdict(entries *all, const dx_report *r, size_t attempt, size_t place)
{
    const dx_verdict *v = r->attempts[attempt].verdict;

    for (size_t i = 0; i < v->n_findings; i++) {
        const dx_item item = {
            DX_ITEM_FINDING, finding_rank(&v->findings[i]), attempt, i, NULL, 0, place};
        if (!add(all, r, item, v->findings[i].key))
            return false;
    }
    for (size_t i = 0; i < v->n_undecided; i++) {
        const dx_item item = {DX_ITEM_UNDECIDED, 1, attempt, i, NULL, 0, place};
        if (!add(all, r, item, v->undecided[i].key))
            return false;
    }
    return true;
}

static bool add_attempt(entries *all, const dx_report *r, size_t attempt, size_t place)
{
    const dx_report_attempt *a = &r->attempts[attempt];
    const dx_ending ending = dx_report_ending(a);
    const bool puzzle = (ending == DX_ENDED_FAILED || ending == DX_ENDED_UNCLEAR) &&
                        dx_report_because(r, attempt) == NULL;

    if (a->verdict->n_findings + a->verdict->n_undecided > 0)
        return add_verdict(all, r, attempt, place);
    const dx_item item = {puzzle ? DX_ITEM_UNEXPLAINED : DX_ITEM_ENDING,
                          ending_rank(ending),
                          attempt,
                          0,
                          NULL,
                          0,
                          place};
    return add(all, r, item, NULL);
}

/* The same failures side by side, the latest first. */
static int by_failure(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = (x->item.kind > y->item.kind) - (x->item.kind < y->item.kind);

    if (order == 0)
        order = dx_str_cmp(x->server, y->server);
    if (order == 0 && x->key && y->key)
        order = strncmp(x->key, y->key, 10);
    if (order == 0) /* no time counts as the oldest */
        order = (x->began_us < y->began_us) - (x->began_us > y->began_us);
    if (order == 0)
        order = (x->item.attempt < y->item.attempt) - (x->item.attempt > y->item.attempt);
    return order ? order : (x->item.which > y->item.which) - (x->item.which < y->item.which);
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

static bool is_same(const entry *x, const entry *y)
{
    return x->item.kind == y->item.kind && x->key && y->key && strncmp(x->key, y->key, 10) == 0 &&
           dx_str_eq(x->server, y->server);
}

/* Leaders go to `items`, all entries (in their order) to `members`. */
static size_t group(const entry *e, size_t n, dx_item *items, dx_item *members)
{
    size_t n_items = 0;

    for (size_t i = 0; i < n; i++) {
        members[i] = e[i].item;
        if (i > 0 && is_same(&e[i - 1], &e[i])) {
            items[n_items - 1].n_same++;
            continue;
        }
        items[n_items] = e[i].item;
        items[n_items++].same = members + i + 1;
    }
    return n_items;
}

dx_rc dx_report_plan(const dx_report *r, dx_arena *into, dx_item **out, size_t *n, dx_err *err)
{
    entries all = {.into = into};

    for (size_t i = 0; i < r->n_attempts; i++)
        if (!add_attempt(&all, r, r->order ? r->order[i] : i, i))
            return dx_nomem(err);
    if (all.n == 0) {
        *n = 0;
        return DX_OK;
    }
    dx_item *items = dx_arena_get(into, all.n * sizeof *items);
    dx_item *members = dx_arena_get(into, all.n * sizeof *members);
    if (!items || !members)
        return dx_nomem(err);
    qsort(all.p, all.n, sizeof *all.p, by_failure);
    *n = group(all.p, all.n, items, members);
    qsort(items, *n, sizeof *items, by_rank);
    *out = items;
    return DX_OK;
}
