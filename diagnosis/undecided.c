#include "diagnosis/bench.h"

#include <stdlib.h>

static int by_confidence(const void *a, const void *b)
{
    const dx_candidate *x = a, *y = b;
    if (x->confidence != y->confidence)
        return x->confidence > y->confidence ? -1 : 1;
    return dx_str_cmp(x->rule->id, y->rule->id);
}

dx_str dx_step_request(dx_bench *bench, const dx_binding *b, const dx_rule_step *step,
                       const char *before, const char *after)
{
    if (step->ask.n)
        return dx_template(bench, b, step->ask, DX_FOR_READING);
    const dx_str why = dx_template(bench, b, step->why, DX_FOR_READING);
    const dx_str made = dx_arena_printf(bench->into, "%s%.*s%s", before, DX_FMT(why), after);
    if (!made.p)
        bench->failed = true;
    return made;
}

static const dx_rule_step *missing(const dx_binding *b, dx_need need)
{
    for (size_t k = 0; k < b->rule->n_steps; k++) {
        if (b->rule->steps[k].need == need && !b->event[k])
            return &b->rule->steps[k];
    }
    return NULL;
}

/* How to know candidate i: against the best rival in the list, else by what its rule misses. */
static dx_str tell(dx_bench *bench, const dx_candidate *c, size_t n, size_t i)
{
    for (size_t k = 0; k < n; k++) {
        if (k != i && dx_rivals_mutual(c[i].rule, c[k].rule))
            return dx_template(bench, c[i].b, dx_rival_about(c[i].rule, c[k].rule)->tell,
                               DX_FOR_READING);
    }
    const dx_rule_step *step = missing(c[i].b, DX_MUST);
    if (!step)
        step = missing(c[i].b, DX_SHOULD);
    return step ? dx_step_request(bench, c[i].b, step, "Was there also a message: ", "?") : DX_NONE;
}

static dx_rival of_candidate(dx_bench *bench, const dx_candidate *c, size_t n, size_t i)
{
    return (dx_rival){.id = dx_bench_copy(bench, c[i].rule->id),
                      .title = dx_template(bench, c[i].b, c[i].rule->title, DX_FOR_READING),
                      .tell = tell(bench, c, n, i),
                      .confidence = c[i].confidence};
}

static void name(dx_bench *bench, const dx_candidate *c, size_t n, dx_undecided *u)
{
    dx_str *ids = dx_bench_get(bench, bench->scratch, n, sizeof *ids);
    if (!ids)
        return;
    for (size_t i = 0; i < n; i++)
        ids[i] = c[i].rule->id;
    dx_key_undecided(bench, ids, n, u->events, u->n_events, u->key);
}

void dx_undecided_add(dx_bench *bench, dx_candidate *c, size_t n, dx_event_list events,
                      dx_undecided_list *out)
{
    dx_rival *rivals = dx_bench_get(bench, bench->into, n, sizeof *rivals);
    if (!rivals)
        return;
    qsort(c, n, sizeof *c, by_confidence);
    for (size_t i = 0; i < n; i++)
        rivals[i] = of_candidate(bench, c, n, i);
    dx_undecided u = {.server = dx_bench_copy(bench, bench->subject->attempt.server),
                      .attempt = bench->subject->attempt.ordinal,
                      .n_events = events.n,
                      .events = events.p,
                      .n_candidates = n,
                      .candidates = rivals,
                      .question = rivals[0].tell};
    if (!u.question.n)
        u.question = dx_bench_copy(
            bench, DX_LIT("No single message would decide; the log of the whole attempt might."));
    name(bench, c, n, &u);
    if (!DX_PUSH(bench->into, out->p, out->n, out->cap, u))
        bench->failed = true;
}
