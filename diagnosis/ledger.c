#include "diagnosis/bench.h"

/* ---- values ---- */

static dx_str fact(dx_bench *bench, dx_str name)
{
    const dx_attempt *a = &bench->subject->attempt;
    if (dx_str_eq(name, DX_LIT("outcome")))
        return dx_str_of(dx_outcome_names[a->outcome]);
    if (dx_str_eq(name, DX_LIT("format")))
        return a->format;
    if (dx_str_eq(name, DX_LIT("nested")))
        return a->parent ? DX_LIT("true") : DX_NONE;
    const dx_str z = dx_arena_copy(bench->scratch, name);
    if (!z.p) {
        bench->failed = true;
        return DX_NONE;
    }
    const dx_str value = dx_attempt_fact(a, z.p);
    if (value.p)
        return value;
    if (dx_str_eq(name, DX_LIT("server")))
        return a->server;
    return dx_str_eq(name, DX_LIT("code")) ? a->code : DX_NONE;
}

static dx_value fact_value(dx_bench *bench, dx_str name)
{
    dx_value v = {.step = DX_UNBOUND, .text = fact(bench, name)};
    long long number = 0;
    v.have = v.text.n > 0;
    v.is_number = v.have && dx_str_to_i64(v.text, &number);
    v.number = number;
    return v;
}

static size_t step_called(const dx_rule *rule, dx_str name)
{
    for (size_t k = 0; k < rule->n_steps; k++) {
        if (dx_str_eq(rule->steps[k].as, name))
            return k;
    }
    return DX_UNBOUND;
}

/* "reg.dll.name" gives "reg" and leaves "dll.name". */
static dx_str path_head(dx_str path, dx_str *rest)
{
    const size_t dot = dx_str_find(path, DX_LIT("."), 0);
    *rest = dot == SIZE_MAX ? DX_NONE : dx_str_slice(path, dot + 1, path.n);
    return dot == SIZE_MAX ? path : dx_str_slice(path, 0, dot);
}

dx_str dx_shown(dx_bench *bench, const dx_event *event, dx_str path)
{
    const dx_field *field = dx_event_field(event, path);
    dx_str text = DX_NONE;
    int64_t number;
    bool is_number;
    if (field)
        return field->text;
    return dx_event_part(event, path, bench->scratch, &text, &number, &is_number) ? text : DX_NONE;
}

dx_value dx_lookup(dx_bench *bench, const dx_binding *b, dx_str path)
{
    dx_str rest;
    const dx_str head = path_head(path, &rest);
    if (dx_str_eq(head, DX_LIT("attempt")))
        return fact_value(bench, rest);
    dx_value v = {.step = step_called(b->rule, head)};
    const dx_event *event = b->event && v.step != DX_UNBOUND ? b->event[v.step] : NULL;
    v.unbound = !event;
    if (!event)
        return v;
    v.have =
        rest.n == 0 || dx_event_part(event, rest, bench->scratch, &v.text, &v.number, &v.is_number);
    return v;
}

/* ---- conditions ---- */

bool dx_weigh_test_holds(dx_bench *bench, const dx_binding *b, const dx_test *test)
{
    const dx_value v = dx_lookup(bench, b, test->path);
    if (v.unbound && !test->absent)
        return false;
    return dx_test_value(test, v.have, v.text, v.is_number, v.number, bench->rx);
}

bool dx_weigh_holds(dx_bench *bench, const dx_binding *b, const dx_weigh *w)
{
    for (size_t i = 0; i < w->tests.n; i++) {
        if (!dx_weigh_test_holds(bench, b, &w->tests.p[i]))
            return false;
    }
    return true;
}

size_t dx_weigh_step(const dx_rule *rule, const dx_weigh *w)
{
    dx_str rest;
    for (size_t i = 0; i < w->tests.n; i++) {
        const size_t step = step_called(rule, path_head(w->tests.p[i].path, &rest));
        if (step != DX_UNBOUND)
            return step;
    }
    return DX_UNBOUND;
}

/* ---- points ---- */

long long dx_ledger_sum(dx_bench *bench, const dx_binding *b)
{
    long long sum = 0;
    for (size_t k = 0; k < b->rule->n_steps; k++)
        sum += b->event[k] ? b->rule->steps[k].points : 0;
    for (size_t i = 0; i < b->rule->n_weigh; i++)
        sum += dx_weigh_holds(bench, b, &b->rule->weigh[i]) ? b->rule->weigh[i].points : 0;
    return sum;
}

int dx_confidence(long long sum)
{
    if (sum < 0)
        return 0;
    return sum > 99 ? 99 : (int)sum;
}

static dx_evidence of_step(dx_bench *bench, const dx_binding *b, size_t k)
{
    const dx_rule_step *step = &b->rule->steps[k];
    return (dx_evidence){.step = dx_bench_copy(bench, step->as),
                         .why = dx_template(bench, b, step->why, DX_FOR_READING),
                         .points = step->points,
                         .event = b->event[k]};
}

static dx_evidence of_weigh(dx_bench *bench, const dx_binding *b, const dx_weigh *w)
{
    const size_t k = dx_weigh_step(b->rule, w);
    const bool bound = k != DX_UNBOUND && b->event[k];
    return (dx_evidence){.step = bound ? dx_bench_copy(bench, b->rule->steps[k].as) : DX_NONE,
                         .why = dx_template(bench, b, w->why, DX_FOR_READING),
                         .points = w->points,
                         .event = bound ? b->event[k] : NULL};
}

const dx_evidence *dx_ledger_write(dx_bench *bench, const dx_binding *b, size_t *n)
{
    const dx_rule *rule = b->rule;
    dx_evidence *all = dx_bench_get(bench, bench->into, rule->n_steps + rule->n_weigh, sizeof *all);
    *n = 0;
    if (!all)
        return NULL;
    for (size_t k = 0; k < rule->n_steps; k++) {
        if (b->event[k])
            all[(*n)++] = of_step(bench, b, k);
    }
    for (size_t i = 0; i < rule->n_weigh; i++) {
        if (dx_weigh_holds(bench, b, &rule->weigh[i]))
            all[(*n)++] = of_weigh(bench, b, &rule->weigh[i]);
    }
    return all;
}
