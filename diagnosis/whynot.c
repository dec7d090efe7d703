#include "diagnosis/bench.h"

typedef struct trace_list {
    dx_trace *p;
    size_t n;
} trace_list;

static dx_str checked(dx_bench *bench, dx_str made)
{
    if (!made.p)
        bench->failed = true;
    return made;
}

/* ---- which test failed ---- */

static dx_str wanted(dx_bench *bench, const dx_test *test)
{
    dx_str all = DX_LIT("");
    for (size_t i = 0; i < test->n_values; i++)
        all = checked(bench, dx_arena_printf(bench->scratch, "%.*s%s'%.*s'", DX_FMT(all),
                                             i ? " or " : "", DX_FMT(test->values[i])));
    return all.n ? all : DX_LIT("what the rule's pattern describes");
}

/* "file.name is 'shared.ins', not 'cdo.ins'" */
static dx_str failed_test(dx_bench *bench, const dx_test *test, dx_str value)
{
    const dx_str path = test->path;
    dx_arena *a = bench->scratch;
    if (test->absent && test->negate)
        return checked(bench, dx_arena_printf(a, "%.*s is missing", DX_FMT(path)));
    if (test->absent)
        return checked(bench,
                       dx_arena_printf(a, "%.*s is there ('%.*s')", DX_FMT(path), DX_FMT(value)));
    if (!value.p)
        return checked(bench, dx_arena_printf(a, "it has no %.*s", DX_FMT(path)));
    return checked(bench, dx_arena_printf(a, "%.*s is '%.*s'%s%.*s", DX_FMT(path), DX_FMT(value),
                                          test->negate ? ", one of " : ", not ",
                                          DX_FMT(wanted(bench, test))));
}

static const dx_test *failing_where(dx_bench *bench, const dx_rule_step *step,
                                    const dx_event *event)
{
    for (size_t i = 0; i < step->where.n; i++) {
        const dx_tests one = {&step->where.p[i], 1};
        if (!dx_tests_hold(&one, event, bench->rx, bench->scratch))
            return &step->where.p[i];
    }
    return NULL;
}

/* ---- steps ---- */

static size_t distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

/* The event that came nearest to what step k wants: one that fits but stands in the wrong place
 * before one that does not fit, and among these the nearest to the pivot. */
static size_t nearest(const dx_bench *bench, const dx_hearing *h, const dx_binding *b, size_t k)
{
    const size_t pivot = b->event ? b->place[b->pivot] : 0;
    size_t best = DX_UNBOUND;
    bool best_fits = false;
    for (size_t i = 0; i < bench->subject->n_events; i++) {
        if (!dx_step_sees(&h->rule->steps[k], &bench->subject->events[i]))
            continue;
        const bool fits = dx_step_fits(h, k, i);
        if (best == DX_UNBOUND || fits > best_fits ||
            (fits == best_fits && distance(i, pivot) < distance(best, pivot))) {
            best = i;
            best_fits = fits;
        }
    }
    return best;
}

static const char *wrong_place(const dx_hearing *h, const dx_binding *b, const dx_event *event)
{
    for (size_t k = 0; k < h->rule->n_steps; k++) {
        if (b->event && b->event[k] == event)
            return "another step has it already";
    }
    if (b->event && !dx_close_enough(h->rule, event, b->event[b->pivot]))
        return "it is too far away in time";
    return "it stands in the wrong order";
}

static dx_str not_seen(dx_bench *bench, const dx_rule_step *step)
{
    dx_str ids = DX_LIT("");
    for (size_t i = 0; i < step->n_sees; i++)
        ids = checked(bench, dx_arena_printf(bench->scratch, "%.*s%s%.*s", DX_FMT(ids),
                                             i ? " or " : "", DX_FMT(step->sees[i]->id)));
    return checked(bench, dx_arena_printf(bench->into, "%.*s: no %.*s in this attempt",
                                          DX_FMT(step->as), DX_FMT(ids)));
}

static dx_str nearly(dx_bench *bench, const dx_hearing *h, const dx_binding *b, size_t k,
                     const dx_event *event)
{
    const dx_rule_step *step = &h->rule->steps[k];
    const dx_test *test = failing_where(bench, step, event);
    dx_str but = dx_str_of(wrong_place(h, b, event));
    if (test)
        but = failed_test(bench, test, dx_shown(bench, event, test->path));
    return checked(bench, dx_arena_printf(bench->into, "%.*s: line %u carries %.*s, but %.*s",
                                          DX_FMT(step->as), (unsigned)event->line,
                                          DX_FMT(event->signature), DX_FMT(but)));
}

static dx_trace of_step(dx_bench *bench, const dx_hearing *h, const dx_binding *b, size_t k)
{
    const dx_rule_step *step = &h->rule->steps[k];
    dx_trace t = {.points = step->points, .event = b->event ? b->event[k] : NULL};
    t.held = t.event != NULL;
    if (t.held) {
        const dx_str why = dx_template(bench, b, step->why, DX_FOR_READING);
        t.text = checked(bench,
                         dx_arena_printf(bench->into, "%.*s: %.*s", DX_FMT(step->as), DX_FMT(why)));
        return t;
    }
    const size_t place = nearest(bench, h, b, k);
    if (place == DX_UNBOUND) {
        t.text = not_seen(bench, step);
        return t;
    }
    t.event = &bench->subject->events[place];
    t.text = nearly(bench, h, b, k, t.event);
    return t;
}

/* ---- conditions ---- */

static dx_str failed_condition(dx_bench *bench, const dx_binding *b, const dx_weigh *w)
{
    for (size_t i = 0; i < w->tests.n; i++) {
        const dx_test *test = &w->tests.p[i];
        if (dx_weigh_test_holds(bench, b, test))
            continue;
        const dx_value v = dx_lookup(bench, b, test->path);
        if (v.unbound)
            return checked(bench, dx_arena_printf(bench->scratch, "the step of %.*s is not bound",
                                                  DX_FMT(test->path)));
        return failed_test(bench, test, v.have ? dx_value_shown(bench, b, test->path) : DX_NONE);
    }
    return DX_LIT("");
}

static dx_trace of_weigh(dx_bench *bench, const dx_binding *b, const dx_weigh *w)
{
    const size_t k = dx_weigh_step(b->rule, w);
    const dx_str why = dx_template(bench, b, w->why, DX_FOR_READING);
    dx_trace t = {.points = w->points, .held = dx_weigh_holds(bench, b, w), .text = why};
    if (b->event && k != DX_UNBOUND)
        t.event = b->event[k];
    if (!t.held) {
        const dx_str but = failed_condition(bench, b, w);
        t.text = checked(
            bench, dx_arena_printf(bench->into, "not \"%.*s\": %.*s", DX_FMT(why), DX_FMT(but)));
    }
    return t;
}

/* ---- the whole ---- */

/* The finding's binding when there is one; else the one that came nearest; else none. */
static dx_binding closest(dx_bench *bench, const dx_hearing *h)
{
    const size_t n = bench->subject->n_events;
    dx_binding b = h->best;
    size_t *all = dx_bench_get(bench, bench->scratch, n, sizeof *all);
    if (b.event || !all)
        return b;
    for (size_t i = 0; i < n; i++)
        all[i] = i;
    (void)dx_hear_from(bench, h, all, n, &b);
    return b;
}

static dx_trace of_floor(dx_bench *bench, const dx_hearing *h)
{
    return (dx_trace){.held = false,
                      .text = checked(bench, dx_arena_printf(bench->into,
                                                             "%d points in all: the rule speaks "
                                                             "from %d on",
                                                             h->confidence, h->rule->floor))};
}

static dx_trace of_success(dx_bench *bench)
{
    return (dx_trace){
        .held = false,
        .text = dx_bench_copy(bench, DX_LIT("the attempt succeeded, and the rule is only for "
                                            "those that did not"))};
}

static void trace(dx_bench *bench, const dx_hearing *h, trace_list *out)
{
    const dx_rule *rule = h->rule;
    const dx_binding b = closest(bench, h);
    out->p = dx_bench_get(bench, bench->into, rule->n_steps + rule->n_weigh + 1, sizeof *out->p);
    if (!out->p)
        return;
    for (size_t k = 0; k < rule->n_steps; k++)
        out->p[out->n++] = of_step(bench, h, &b, k);
    for (size_t i = 0; i < rule->n_weigh; i++)
        out->p[out->n++] = of_weigh(bench, &b, &rule->weigh[i]);
    if (h->tolerated)
        out->p[out->n++] = of_success(bench);
    else if (b.complete && h->confidence < rule->floor)
        out->p[out->n++] = of_floor(bench, h);
}

dx_rc dx_why_not(const dx_rulebook *book, const dx_rule *rule, const dx_case *subject,
                 dx_arena *into, const dx_trace **out, size_t *n, dx_err *err)
{
    dx_bench bench;
    dx_hearing h;
    trace_list list = {0};
    if (dx_bench_open(&bench, book, subject, into) && dx_hear(&bench, rule, &h))
        trace(&bench, &h, &list);
    dx_bench_close(&bench);
    if (bench.failed)
        return dx_nomem(err);
    *out = list.p;
    *n = list.n;
    return DX_OK;
}
