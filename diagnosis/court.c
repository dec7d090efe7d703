#include "diagnosis/bench.h"

/* ---- rivals ---- */

const dx_rule_rival *dx_rival_about(const dx_rule *rule, const dx_rule *other)
{
    for (size_t i = 0; i < rule->n_rivals; i++) {
        if (dx_str_eq(rule->rivals[i].id, other->id))
            return &rule->rivals[i];
    }
    return NULL;
}

bool dx_rivals_mutual(const dx_rule *a, const dx_rule *b)
{
    return dx_rival_about(a, b) && dx_rival_about(b, a);
}

/* ---- hearings ---- */

/* What would prove a failure looks like an error, whatever its own level; what else the rule sees
 * only when it says so. */
static void tolerate(const dx_bench *bench, dx_court *court, const dx_hearing *h)
{
    for (size_t k = 0; h->tolerated && k < h->rule->n_steps; k++) {
        const bool proof = h->best.complete && h->rule->steps[k].need == DX_MUST;
        for (size_t i = 0; i < h->places[k].n; i++) {
            const dx_event *event = &bench->subject->events[h->places[k].at[i]];
            court->tolerated[h->places[k].at[i]] |=
                proof || event->polarity == DX_FAILURE || event->level >= DX_LEVEL_WARNING;
        }
    }
}

void dx_court_open(dx_bench *bench, dx_court *out)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(bench->book, &rules);
    size_t cap = 0;
    *out = (dx_court){0};
    out->explained =
        dx_bench_get(bench, bench->scratch, bench->subject->n_events, sizeof *out->explained);
    out->tolerated =
        dx_bench_get(bench, bench->scratch, bench->subject->n_events, sizeof *out->tolerated);
    for (size_t i = 0; i < n && bench->n_touched > 0 && !bench->failed; i++) {
        dx_hearing h;
        if (!bench->touched[i] || rules[i]->retired)
            continue;
        if (!dx_hear(bench, rules[i], &h) || !DX_PUSH(bench->scratch, out->h, out->n, cap, h))
            bench->failed = true;
        else
            tolerate(bench, out, &h);
    }
}

const dx_hearing *dx_court_hearing(const dx_court *court, dx_str rule)
{
    for (size_t i = 0; i < court->n; i++) {
        if (dx_str_eq(court->h[i].rule->id, rule))
            return &court->h[i];
    }
    return NULL;
}

/* ---- what is explained ---- */

bool dx_hearing_repeats(const dx_hearing *h, size_t place)
{
    for (size_t step = 0; step < h->rule->n_steps; step++) {
        const size_t bound = h->best.place[step];
        if (bound != DX_UNBOUND && place > bound && dx_step_fits(h, step, place))
            return true;
    }
    return false;
}

void dx_court_explain(const dx_bench *bench, dx_court *court, const dx_hearing *h)
{
    for (size_t i = 0; i < bench->subject->n_events; i++)
        court->explained[i] |= h->claims[i] || dx_hearing_repeats(h, i);
}

/* `at` counts folded bytes and the text is as written: a little too long, never too short. */
bool dx_same_text(const dx_event *a, const dx_event *b)
{
    if (a == b)
        return true;
    if (a->seq != b->seq || a->attempt != b->attempt)
        return false;
    return a->at <= b->at ? b->at - a->at < a->text.n : a->at - b->at < b->text.n;
}

/* They stand side by side. */
void dx_record_range(const dx_case *subject, size_t place, size_t *from, size_t *to)
{
    const dx_event *events = subject->events;
    *from = place;
    *to = place + 1;
    while (*from > 0 && events[*from - 1].seq == events[place].seq)
        --*from;
    while (*to < subject->n_events && events[*to].seq == events[place].seq)
        ++*to;
}

static bool is_marked(const dx_bench *bench, const bool *marks, size_t place)
{
    const dx_event *events = bench->subject->events;
    size_t from, to;
    dx_record_range(bench->subject, place, &from, &to);
    for (size_t i = from; i < to; i++) {
        if (marks[i] && dx_same_text(&events[i], &events[place]))
            return true;
    }
    return false;
}

bool dx_court_explains(const dx_bench *bench, const dx_court *court, size_t place)
{
    return is_marked(bench, court->explained, place);
}

bool dx_court_tolerates(const dx_bench *bench, const dx_court *court, size_t place)
{
    return is_marked(bench, court->tolerated, place);
}
