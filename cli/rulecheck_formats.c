#include "cli/rulecheck.h"

static void check_outcomes(dx_rulecheck *c, dx_str id, const dx_format_sample *s,
                           const dx_textrun *run)
{
    for (size_t i = 0; i < s->n_outcomes; i++) {
        if (i >= run->n_attempts) {
            dx_fault(&c->faults, s->at, "%.*s: sample '%.*s' has %zu attempts, not %zu", DX_FMT(id),
                     DX_FMT(s->name), run->n_attempts, s->n_outcomes);
            return;
        }
        if (run->attempts[i].outcome != s->outcomes[i])
            dx_fault(&c->faults, s->at, "%.*s: sample '%.*s': attempt %zu is '%s', not '%s'",
                     DX_FMT(id), DX_FMT(s->name), i + 1, dx_outcome_names[run->attempts[i].outcome],
                     dx_outcome_names[s->outcomes[i]]);
    }
}

static void check_facts(dx_rulecheck *c, dx_str id, const dx_format_sample *s,
                        const dx_textrun *run)
{
    for (size_t i = 0; i < s->n_facts && run->n_attempts; i++) {
        const dx_str name = dx_arena_copy(c->scratch, s->facts[i].name);
        const dx_str value = name.p ? dx_attempt_fact(&run->attempts[0], name.p) : DX_NONE;
        if (!dx_str_eq(value, s->facts[i].value))
            dx_fault(&c->faults, s->at, "%.*s: sample '%.*s' tells %.*s '%.*s', not '%.*s'",
                     DX_FMT(id), DX_FMT(s->name), DX_FMT(s->facts[i].name), DX_FMT(value),
                     DX_FMT(s->facts[i].value));
    }
}

static dx_rc check_sample(dx_rulecheck *c, dx_str id, const dx_format_sample *s, dx_err *err)
{
    dx_textrun run = {
        .know = c->know, .matcher = c->matcher, .into = c->scratch, .text = s->text, .format = id};

    c->samples++;
    if (dx_textrun_do(&run, err) != DX_OK)
        return DX_FAIL;
    if (s->records >= 0 && (size_t)s->records != run.n_records)
        dx_fault(&c->faults, s->at, "%.*s: sample '%.*s' has %zu records, not %lld", DX_FMT(id),
                 DX_FMT(s->name), run.n_records, s->records);
    if (s->attempts >= 0 && (size_t)s->attempts != run.n_attempts)
        dx_fault(&c->faults, s->at, "%.*s: sample '%.*s' has %zu attempts, not %lld", DX_FMT(id),
                 DX_FMT(s->name), run.n_attempts, s->attempts);
    check_outcomes(c, id, s, &run);
    check_facts(c, id, s, &run);
    return DX_OK;
}

dx_rc dx_rulecheck_format(dx_rulecheck *c, const dx_format *format, dx_err *err)
{
    const dx_format_sample *samples;
    const size_t n = dx_format_samples(format, &samples);

    /* A format has no place of its own here; its samples have. */
    if (n == 0 || !dx_rulecheck_wants(c, samples[0].at))
        return DX_OK;
    c->formats++;
    for (size_t i = 0; i < n; i++) {
        if (check_sample(c, dx_format_id(format), &samples[i], err) != DX_OK)
            return DX_FAIL;
        dx_arena_reset(c->scratch);
    }
    return DX_OK;
}
