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

/* All entries of one key. */
typedef struct run {
    entry of; /* the latest */
    size_t n;
    const char *told_as; /* the key of the run with which it is told */
    const dx_finding *finding;
} run;

struct dx_tries {
    size_t n, cap;
    entry *p;   /* by the keys they are told as */
    dx_try *is; /* of p, in the same order */
    run *run;   /* by their own keys */
    size_t n_runs;
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

/* ---- failures that have two keys and are told in the same words ---- */

static int by_steps(const dx_finding *x, const dx_finding *y)
{
    int order = (x->n_fix > y->n_fix) - (x->n_fix < y->n_fix);

    for (size_t i = 0; order == 0 && i < x->n_fix; i++) {
        order = dx_str_cmp(x->fix[i].act, y->fix[i].act);
        if (order == 0)
            order = dx_str_cmp(x->fix[i].command, y->fix[i].command);
    }
    return order;
}

static int by_words(const run *x, const run *y)
{
    const dx_finding *f = x->finding, *g = y->finding;
    int order = dx_str_cmp(x->of.server, y->of.server);

    if (order == 0)
        order = dx_str_cmp(f->diagnosis, g->diagnosis);
    if (order == 0)
        order = dx_str_cmp(f->title, g->title);
    if (order == 0)
        order = dx_str_cmp(f->cause, g->cause);
    return order ? order : by_steps(f, g);
}

static int by_words_and_key(const void *a, const void *b)
{
    const run *x = *(run *const *)a, *y = *(run *const *)b;
    const int order = by_words(x, y);

    return order ? order : strncmp(x->of.key, y->of.key, 10);
}

static bool find_runs(dx_tries *all, const dx_report_attempt *attempts, dx_arena *into)
{
    size_t cap = 0;

    for (size_t i = 0; i < all->n; i++) {
        const entry *e = &all->p[i];
        if (i == 0 || by_failure(e, e - 1) != 0) {
            const run fresh = {.told_as = e->key};
            if (!DX_PUSH(into, all->run, all->n_runs, cap, fresh))
                return false;
        }
        run *own = &all->run[all->n_runs - 1];
        own->of = *e;
        own->n++;
        if (e->kind == DX_TRY_FINDING)
            own->finding = &attempts[e->is.attempt].verdict->findings[e->is.which];
    }
    return true;
}

/* Keys hold what messages name; where none of that is told, nobody can see a difference. */
static bool join_runs(dx_tries *all, dx_arena *into)
{
    run **sorted = dx_arena_get(into, (all->n_runs + 1) * sizeof *sorted);
    size_t n = 0;

    if (!sorted)
        return false;
    for (size_t i = 0; i < all->n_runs; i++)
        if (all->run[i].finding && all->run[i].of.key[0])
            sorted[n++] = &all->run[i];
    if (n > 0)
        qsort(sorted, n, sizeof *sorted, by_words_and_key);
    for (size_t i = 1; i < n; i++)
        if (by_words(sorted[i], sorted[i - 1]) == 0)
            sorted[i]->told_as = sorted[i - 1]->told_as;
    for (size_t i = 0, at = 0; i < all->n_runs; i++)
        for (size_t k = 0; k < all->run[i].n; k++)
            all->p[at++].key = all->run[i].told_as;
    return true;
}

static void sort_entries(dx_tries *all)
{
    if (all->n > 0)
        qsort(all->p, all->n, sizeof *all->p, by_failure_and_time);
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
    sort_entries(all);
    if (!all->is || !find_runs(all, attempts, into) || !join_runs(all, into))
        return NULL;
    sort_entries(all);
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

/* The key that a failure is told as; its own when there is no other. */
static const char *told_as(const dx_tries *all, const entry *wanted)
{
    size_t lo = 0, hi = all->n_runs;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const int order = by_failure(&all->run[mid].of, wanted);
        if (order == 0)
            return all->run[mid].told_as;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return wanted->key;
}

static size_t group(const dx_tries *all, const dx_report *r, dx_try_kind kind, dx_try it,
                    const dx_try **out)
{
    if (!all)
        return 0;
    entry wanted = entry_of(r->attempts, kind, it);
    wanted.key = told_as(all, &wanted);
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
