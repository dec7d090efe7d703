#include "cli/explain.h"

#include <stdlib.h>

#include "cli/version.h"
#include "diagnosis/diagnose.h"

dx_report dx_explain_report(const dx_explain *q, struct dx_explanation *explanation)
{
    char hex[33];

    dx_hash_hex(dx_rulebook_digest(q->know->book), hex);
    explanation->first_us = explanation->last_us = DX_NO_TIME;
    return (dx_report){.program_version = dx_str_of(dx_version()),
                       .ruleset_version = dx_rulebook_version(q->know->book),
                       .ruleset_digest = dx_arena_copy(q->into, dx_str_of(hex)),
                       .ruleset_us = q->know->set.newest_us,
                       .now_us = q->now_us,
                       .store = DX_LIT(":memory:"),
                       .complete = true,
                       .explanation = explanation};
}

static dx_rc unknown_rule(const dx_explain *q, dx_err *err)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(q->know->book, &rules);
    dx_str *ids = dx_arena_get(q->into, (n + 1) * sizeof *ids);

    for (size_t i = 0; ids && i < n; i++)
        ids[i] = rules[i]->id;
    const dx_str near = ids ? dx_meant_of(dx_str_of(q->why_not), ids, n) : DX_NONE;
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   near.n ? "--why-not: there is no diagnosis '%s': did you mean '%.*s'?"
                          : "--why-not: there is no diagnosis '%s'%.*s; 'setupdx rules list' lists "
                            "them",
                   q->why_not, DX_FMT(near));
}

dx_rc dx_explain_checks(const dx_explain *q, const dx_case *of, struct dx_explanation *explanation,
                        dx_err *err)
{
    const dx_trace *trace;
    size_t n;

    if (!q->why_not)
        return DX_OK;
    const dx_rule *rule = dx_rulebook_rule(q->know->book, dx_str_of(q->why_not));
    if (!rule)
        return unknown_rule(q, err);
    explanation->rule = rule->id;
    if (!of)
        return DX_OK;
    if (dx_why_not(q->know->book, rule, of, q->into, &trace, &n, err) != DX_OK)
        return DX_FAIL;
    dx_explained_check *checks = dx_arena_get(q->into, (n + 1) * sizeof *checks);
    if (!checks)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        checks[i] = (dx_explained_check){.text = trace[i].text,
                                         .held = trace[i].held,
                                         .points = trace[i].points,
                                         .line = trace[i].event ? trace[i].event->line : 0,
                                         .quote = trace[i].event ? trace[i].event->text : DX_NONE};
    explanation->checks = checks;
    explanation->n_checks = n;
    return DX_OK;
}

bool dx_explain_knows(const dx_report *r)
{
    for (size_t i = 0; i < r->n_attempts; i++) {
        const dx_verdict *v = r->attempts[i].verdict;
        if (v->n_findings + v->n_undecided > 0)
            return true;
    }
    return r->explanation && r->explanation->n_codes > 0;
}
