#include "report/tries.h"

#include <stdlib.h>
#include <string.h>

#include "core/time.h"

typedef struct entry {
    dx_try_kind kind;
    dx_str server;
    const char *key;
    int64_t began_us;
    dx_try is;
} entry;

struct dx_tries {
    size_t n, cap;
    entry *p;
    dx_try *is; /* of p, in the same order */
};

/* ---- putting the same failures side by side ---- */

static int by_failure(const entry *x, const entry *y)
{
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    const int order = dx_str_cmp(x->server, y->server);
    return order ? order : strncmp(x->key, y->key, 10);
}

static int by_failure_and_time(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    const int order = by_failure(x, y);

    if (order)
        return order;
    if (x->began_us != y->began_us)
        return x->began_us < y->began_us ? -1 : 1;
    if (x->is.attempt != y->is.attempt)
        return x->is.attempt < y->is.attempt ? -1 : 1;
    return (x->is.which > y->is.which) - (x->is.which < y->is.which);
}

static entry entry_of(const dx_report_attempt *attempts, dx_try_kind kind, dx_try it)
{
    const dx_report_attempt *a = &attempts[it.attempt];

    return (entry){.kind = kind,
                   .server = a->of->attempt.server,
                   .key = kind == DX_TRY_FINDING ? a->verdict->findings[it.which].key
                                                 : a->verdict->undecided[it.which].key,
                   .began_us = a->of->attempt.began_us,
                   .is = it};
}

static bool add_all(dx_tries *all, const dx_report_attempt *attempts, dx_try_kind kind,
                    size_t attempt, size_t n, dx_arena *into)
{
    for (size_t i = 0; i < n; i++) {
        const entry e = entry_of(attempts, kind, (dx_try){attempt, i});
        if (!DX_PUSH(into, all->p, all->n, all->cap, e))
            return false;
    }
    return true;
}

const dx_tries *dx_tries_new(const dx_report_attempt *attempts, size_t n, dx_arena *into)
{
    dx_tries *all = dx_arena_get(into, sizeof *all);

    if (!all)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (!add_all(all, attempts, DX_TRY_FINDING, i, attempts[i].verdict->n_findings, into) ||
            !add_all(all, attempts, DX_TRY_UNDECIDED, i, attempts[i].verdict->n_undecided, into))
            return NULL;
    all->is = dx_arena_get(into, (all->n + 1) * sizeof *all->is);
    if (!all->is)
        return NULL;
    if (all->n > 0)
        qsort(all->p, all->n, sizeof *all->p, by_failure_and_time);
    for (size_t i = 0; i < all->n; i++)
        all->is[i] = all->p[i].is;
    return all;
}

/* ---- looking one up ---- */

/* How many entries stand before the failure, or before and among it. */
static size_t boundary(const dx_tries *all, const entry *wanted, int most)
{
    size_t lo = 0, hi = all->n;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (by_failure(&all->p[mid], wanted) <= most)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static size_t group(const dx_tries *all, const dx_report *r, dx_try_kind kind, dx_try it,
                    const dx_try **out)
{
    if (!all)
        return 0;
    const entry wanted = entry_of(r->attempts, kind, it);
    const size_t from = boundary(all, &wanted, -1), to = boundary(all, &wanted, 0);
    *out = &all->is[from];
    return to - from < 2 || wanted.key[0] == '\0' ? 0 : to - from;
}

dx_try dx_tries_latest(const dx_tries *all, const dx_report *r, dx_try_kind kind, dx_try it)
{
    const dx_try *tries = NULL;
    const size_t n = group(all, r, kind, it, &tries);

    return n > 0 ? tries[n - 1] : it;
}

static bool is_it(dx_try a, dx_try b)
{
    return a.attempt == b.attempt && a.which == b.which;
}

size_t dx_tries_of(const dx_tries *all, const dx_report *r, dx_try_kind kind, dx_try it,
                   const dx_try **out)
{
    const size_t n = group(all, r, kind, it, out);

    return n > 0 && is_it((*out)[n - 1], it) ? n : 0;
}

/* ---- words ---- */

uint32_t dx_try_line(const dx_report *r, dx_try_kind kind, dx_try it)
{
    const dx_verdict *v = r->attempts[it.attempt].verdict;

    if (kind == DX_TRY_UNDECIDED)
        return v->undecided[it.which].n_events > 0 ? v->undecided[it.which].events[0]->line : 0;
    const dx_finding *f = &v->findings[it.which];
    for (size_t i = 0; i < f->n_evidence; i++)
        if (f->evidence[i].event)
            return f->evidence[i].event->line;
    return 0;
}

static void say_time(dx_buf *out, const char *lead, int64_t us)
{
    char shown[32];

    dx_time_short(us, shown);
    dx_buf_printf(out, ", the %s of %s UTC", lead, shown);
}

void dx_tries_say(dx_buf *out, size_t n, const dx_attempt *first, const dx_attempt *last)
{
    dx_buf_printf(out, "in %zu attempts", n);
    if (first->began_us != DX_NO_TIME && last->began_us != DX_NO_TIME) {
        say_time(out, "first", first->began_us);
        say_time(out, "last", last->began_us);
    }
}
