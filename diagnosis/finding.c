#include "diagnosis/bench.h"

static dx_str reading(dx_bench *bench, const dx_hearing *h, dx_str text)
{
    return dx_template(bench, &h->best, text, DX_FOR_READING);
}

static void add_fix(dx_bench *bench, const dx_hearing *h, dx_finding *out)
{
    const dx_rule *rule = h->rule;
    const dx_nesting not_for = bench->subject->attempt.parent ? DX_NOT_NESTED_ONLY : DX_NESTED_ONLY;
    dx_fix_step *fix = dx_bench_get(bench, bench->into, rule->n_fix, sizeof *fix);
    for (size_t i = 0; fix && i < rule->n_fix; i++) {
        const dx_fix_step *from = &rule->fix[i];
        if (rule->fix_for[i] == not_for)
            continue;
        fix[out->n_fix++] = (dx_fix_step){
            .act = reading(bench, h, from->act),
            .command = dx_template(bench, &h->best, from->command, DX_FOR_TYPING),
            .see = reading(bench, h, from->see),
            .undo = dx_template(bench, &h->best, from->undo, DX_FOR_TYPING),
        };
    }
    out->fix = fix;
}

static void add_refs(dx_bench *bench, const dx_rule *rule, dx_finding *out)
{
    dx_str *refs = dx_bench_get(bench, bench->into, rule->n_refs, sizeof *refs);
    for (size_t i = 0; refs && i < rule->n_refs; i++)
        refs[i] = dx_bench_copy(bench, rule->refs[i]);
    out->refs = refs;
    out->n_refs = rule->n_refs;
}

static dx_rival rival(dx_bench *bench, const dx_court *court, const dx_hearing *h,
                      const dx_rule_rival *named)
{
    const dx_rule *rule = dx_rulebook_rule(bench->book, named->id);
    const dx_hearing *heard = rule ? dx_court_hearing(court, rule->id) : NULL;
    dx_rival out = {.id = dx_bench_copy(bench, named->id), .tell = reading(bench, h, named->tell)};
    out.confidence = heard ? heard->confidence : 0;
    if (rule && out.confidence > 0) {
        out.title = dx_template(bench, &heard->best, rule->title, DX_FOR_READING);
    } else if (rule) {
        out.title = dx_title_unfilled(rule->title, bench->into);
        bench->failed |= out.title.p == NULL;
    }
    return out;
}

static void add_rivals(dx_bench *bench, const dx_court *court, const dx_hearing *h, dx_finding *out)
{
    dx_rival *rivals = dx_bench_get(bench, bench->into, h->rule->n_rivals, sizeof *rivals);
    for (size_t i = 0; rivals && i < h->rule->n_rivals; i++)
        rivals[i] = rival(bench, court, h, &h->rule->rivals[i]);
    out->rivals = rivals;
    out->n_rivals = h->rule->n_rivals;
}

static void add_absent(dx_bench *bench, const dx_hearing *h, dx_finding *out)
{
    dx_str *absent = dx_bench_get(bench, bench->into, h->rule->n_steps, sizeof *absent);
    for (size_t k = 0; absent && k < h->rule->n_steps; k++) {
        const dx_rule_step *step = &h->rule->steps[k];
        if (step->need == DX_SHOULD && !h->best.event[k])
            absent[out->n_absent++] = dx_step_request(bench, &h->best, step, "", "");
    }
    out->absent = absent;
}

/* ---- what the log says again ---- */

enum { AGAIN_MOST = 6 };

static bool is_bound(const dx_hearing *h, size_t place)
{
    for (size_t k = 0; k < h->rule->n_steps; k++)
        if (h->best.place[k] == place)
            return true;
    return false;
}

/* Evidence of no points, so that every decisive line of a failure can be found from it. */
static void add_repeats(dx_bench *bench, const dx_hearing *h, dx_finding *out)
{
    const dx_case *c = bench->subject;
    dx_evidence *all = dx_bench_get(bench, bench->into, out->n_evidence + AGAIN_MOST, sizeof *all);
    size_t n = out->n_evidence;
    if (!all)
        return;
    for (size_t i = 0; i < n; i++)
        all[i] = out->evidence[i];
    for (size_t i = 0; i < c->n_events && n < out->n_evidence + AGAIN_MOST; i++) {
        if (!is_bound(h, i) && dx_hearing_repeats(h, i))
            all[n++] = (dx_evidence){.why = dx_bench_copy(bench, DX_LIT("the log says it again")),
                                     .event = &c->events[i]};
    }
    out->evidence = all;
    out->n_evidence = n;
}

void dx_finding_make(dx_bench *bench, const dx_court *court, const dx_hearing *h, dx_finding *out)
{
    const dx_rule *rule = h->rule;
    *out = (dx_finding){.begun_us = DX_NO_TIME,
                        .diagnosis = dx_bench_copy(bench, rule->id),
                        .title = reading(bench, h, rule->title),
                        .applies = reading(bench, h, rule->applies),
                        .cause_class = dx_bench_copy(bench, rule->cause_class),
                        .cause = reading(bench, h, rule->cause),
                        .server = dx_bench_copy(bench, bench->subject->attempt.server),
                        .attempt = bench->subject->attempt.ordinal,
                        .confidence = h->confidence,
                        .state = DX_OPEN};
    out->evidence = dx_ledger_write(bench, &h->best, &out->n_evidence);
    add_repeats(bench, h, out);
    add_fix(bench, h, out);
    add_refs(bench, rule, out);
    add_rivals(bench, court, h, out);
    add_absent(bench, h, out);
    dx_key_finding(bench, &h->best, out->key);
}
