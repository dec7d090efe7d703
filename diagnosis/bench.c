#include "diagnosis/bench.h"

static void touch(dx_bench *bench, const dx_signature *sig)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_seeing(bench->book, sig, &rules);

    for (size_t i = 0; i < n; i++) {
        bench->n_touched += !bench->touched[rules[i]->index];
        bench->touched[rules[i]->index] = true;
    }
}

static void mark(dx_bench *bench, const dx_signature *sig)
{
    for (; sig && !bench->present[sig->index]; sig = sig->refines) {
        bench->present[sig->index] = true;
        touch(bench, sig);
    }
}

static void mark_present(dx_bench *bench)
{
    for (size_t i = 0; i < bench->subject->n_events; i++) {
        const dx_event *event = &bench->subject->events[i];
        mark(bench, dx_rulebook_signature(bench->book, event->signature));
        if (event->base.n)
            mark(bench, dx_rulebook_signature(bench->book, event->base));
    }
}

bool dx_bench_open(dx_bench *bench, const dx_rulebook *book, const dx_case *subject, dx_arena *into)
{
    const dx_signature *const *all;
    const dx_rule *const *rules;
    *bench = (dx_bench){.book = book, .subject = subject, .into = into};
    bench->scratch = dx_arena_new(0);
    bench->rx = dx_regex_scratch_new();
    if (!bench->scratch || !bench->rx) {
        bench->failed = true;
        return false;
    }
    bench->present = dx_bench_get(bench, bench->scratch, dx_rulebook_signatures(book, &all),
                                  sizeof *bench->present);
    bench->touched = dx_bench_get(bench, bench->scratch, dx_rulebook_rules(book, &rules),
                                  sizeof *bench->touched);
    if (bench->present && bench->touched)
        mark_present(bench);
    return !bench->failed;
}

void dx_bench_close(dx_bench *bench)
{
    dx_regex_scratch_free(bench->rx);
    dx_arena_free(bench->scratch);
    bench->rx = NULL;
    bench->scratch = NULL;
}

void *dx_bench_get(dx_bench *bench, dx_arena *arena, size_t n, size_t size)
{
    if (n == 0)
        n = 1;
    void *p = n > SIZE_MAX / size ? NULL : dx_arena_get(arena, n * size);
    if (!p)
        bench->failed = true;
    return p;
}

dx_str dx_bench_copy(dx_bench *bench, dx_str s)
{
    if (!s.p)
        return DX_NONE;
    const dx_str copy = dx_arena_copy(bench->into, s);
    if (!copy.p)
        bench->failed = true;
    return copy;
}
