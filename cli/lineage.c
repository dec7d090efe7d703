#include "cli/lineage.h"

#include <stdlib.h>

static bool make(dx_lineage *h, size_t n, dx_arena *into)
{
    *h = (dx_lineage){0};
    h->cases = dx_arena_get(into, n * sizeof *h->cases);
    h->wanted = dx_arena_get(into, n * sizeof *h->wanted);
    return h->cases && h->wanted;
}

static dx_str machine_of(const dx_judged *x)
{
    return dx_attempt_machine(&x->of.attempt);
}

bool dx_lineage_of_log_alone(const dx_judged *x)
{
    return !dx_server_named(machine_of(x));
}

static int by_server_and_log(const void *a, const void *b)
{
    const dx_judged *x = *(dx_judged *const *)a, *y = *(dx_judged *const *)b;
    int order = dx_str_cmp(machine_of(x), machine_of(y));

    if (order == 0 && dx_lineage_of_log_alone(x)) {
        order = dx_str_cmp(x->of.path, y->of.path);
        if (order == 0)
            order = dx_str_cmp(x->of.member, y->of.member);
    }
    if (order == 0 && x->of.attempt.id != y->of.attempt.id)
        order = x->of.attempt.id < y->of.attempt.id ? -1 : 1;
    return order;
}

static bool are_sorted(dx_judged *const *list, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (by_server_and_log(&list[i - 1], &list[i]) > 0)
            return false;
    return true;
}

void dx_lineage_sort(dx_judged **list, size_t n)
{
    if (!are_sorted(list, n)) /* logs come in the order of their paths */
        qsort(list, n, sizeof *list, by_server_and_log);
}

bool dx_lineage_shared(const dx_judged *x, const dx_judged *y)
{
    if (!dx_str_eq(machine_of(x), machine_of(y)))
        return false;
    return !dx_lineage_of_log_alone(x) ||
           (dx_str_eq(x->of.path, y->of.path) && dx_str_eq(x->of.member, y->of.member));
}

static int by_ordinal(const void *a, const void *b)
{
    const uint32_t x = (*(dx_judged *const *)a)->of.attempt.ordinal;
    const uint32_t y = (*(dx_judged *const *)b)->of.attempt.ordinal;
    return (x > y) - (x < y);
}

/* Nobody knows which machines these are: only attempts in one log surely share one. */
static dx_rc of_log(const dx_judge *j, dx_judged **group, size_t n, dx_lineage *out, dx_err *err)
{
    if (n == 1) {
        *out = (dx_lineage){.cases = &group[0]->of, .wanted = group, .n = 1};
        return DX_OK;
    }
    if (!make(out, n, j->into))
        return dx_nomem(err);
    qsort(group, n, sizeof *group, by_ordinal);
    for (; out->n < n; out->n++) {
        out->cases[out->n] = group[out->n]->of;
        out->wanted[out->n] = group[out->n];
    }
    return DX_OK;
}

static int compare_id(const void *key, const void *entry)
{
    const int64_t id = *(const int64_t *)key;
    const int64_t other = (*(dx_judged *const *)entry)->of.attempt.id;
    return (id > other) - (id < other);
}

size_t dx_lineage_wanted(const dx_lineage *h)
{
    size_t n = 0;

    for (size_t i = 0; i < h->n; i++)
        n += h->wanted[i] != NULL;
    return n;
}

/* What is weighed of attempts that nobody wants is gone with the history. */
static bool room_for_earlier(dx_lineage *h)
{
    if (dx_lineage_wanted(h) == h->n)
        return true;
    h->scratch = dx_arena_new(0);
    h->earlier = h->scratch ? dx_arena_get(h->scratch, h->n * sizeof *h->earlier) : NULL;
    return h->earlier != NULL;
}

static dx_rc of_server(const dx_judge *j, dx_str server, dx_judged **group, size_t n,
                       dx_lineage *out, dx_err *err)
{
    int64_t *ids;
    size_t n_ids;

    if (dx_store_server_attempts(j->store, server, j->into, &ids, &n_ids, err) != DX_OK)
        return DX_FAIL;
    if (!make(out, n_ids, j->into))
        return dx_nomem(err);
    for (; out->n < n_ids; out->n++) {
        dx_judged **hit = n ? bsearch(&ids[out->n], group, n, sizeof *group, compare_id) : NULL;
        dx_case *slot = &out->cases[out->n];
        out->wanted[out->n] = hit ? *hit : NULL;
        if (hit)
            *slot = (*hit)->of;
        else if (dx_store_brief(j->store, ids[out->n], j->scan, j->into, slot, err) != DX_OK)
            return DX_FAIL;
    }
    return room_for_earlier(out) ? DX_OK : dx_nomem(err);
}

dx_rc dx_lineage_of(const dx_judge *j, dx_judged **group, size_t n, dx_lineage *out, dx_err *err)
{
    if (dx_lineage_of_log_alone(group[0]))
        return of_log(j, group, n, out, err);
    return of_server(j, group[0]->of.attempt.server, group, n, out, err);
}

dx_rc dx_lineage_of_server(const dx_judge *j, dx_str server, dx_lineage *out, dx_err *err)
{
    return of_server(j, server, NULL, 0, out, err);
}

enum { AROUND = 100 }; /* attempts before and after it that are looked at */

dx_rc dx_lineage_around(const dx_judge *j, const dx_judged *attempt, dx_lineage *out, size_t *self,
                        dx_err *err)
{
    const int64_t id = attempt->of.attempt.id;
    int64_t *ids;
    size_t n, at = 0;

    if (dx_store_server_attempts(j->store, attempt->of.attempt.server, j->into, &ids, &n, err) !=
        DX_OK)
        return DX_FAIL;
    while (at < n && ids[at] != id)
        at++;
    if (at == n) /* gone by now, or another server's */
        return DX_OK;
    const size_t from = at > AROUND ? at - AROUND : 0, to = n - at > AROUND ? at + AROUND : n;
    if (!make(out, to - from, j->into))
        return dx_nomem(err);
    *self = at - from;
    for (size_t i = from; i < to; i++, out->n++) {
        dx_case *slot = &out->cases[out->n];
        if (i == at)
            *slot = attempt->of;
        else if (dx_store_brief(j->store, ids[i], j->scan, j->into, slot, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}
