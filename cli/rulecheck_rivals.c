#include "cli/rulecheck.h"

dx_rc dx_rulecheck_rivals_begin(dx_rulecheck *c, dx_arena *into, dx_err *err)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(c->know->book, &rules);
    size_t total = 0;

    c->won_at = dx_arena_get(into, (n + 1) * sizeof *c->won_at);
    if (!c->won_at)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        c->won_at[i] = total;
        total += rules[i]->n_rivals;
    }
    c->won = dx_arena_get(into, (total + 1) * sizeof *c->won);
    return c->won ? DX_OK : dx_nomem(err);
}

static int confidence_in(const dx_verdict *v, dx_str id)
{
    for (size_t i = 0; i < v->n_findings; i++) {
        if (dx_str_eq(v->findings[i].diagnosis, id))
            return v->findings[i].confidence;
    }
    return 0;
}

/* Every finding that stands above one of its rivals has shown that it can win. */
void dx_rulecheck_rivals_note(dx_rulecheck *c, const dx_verdict *verdict)
{
    for (size_t i = 0; i < verdict->n_findings; i++) {
        const dx_finding *f = &verdict->findings[i];
        const dx_rule *rule = dx_rulebook_rule(c->know->book, f->diagnosis);
        for (size_t k = 0; rule && k < rule->n_rivals; k++) {
            if (f->confidence > confidence_in(verdict, rule->rivals[k].id))
                c->won[c->won_at[rule->index] + k] = true;
        }
    }
}

void dx_rulecheck_rivals_end(dx_rulecheck *c)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(c->know->book, &rules);

    for (size_t i = 0; i < n; i++) {
        const dx_rule *rule = rules[i];
        if (rule->retired || !dx_rulecheck_wants(c, rule->at))
            continue;
        for (size_t k = 0; k < rule->n_rivals; k++) {
            if (c->won[c->won_at[rule->index] + k])
                continue;
            dx_fault(&c->faults, rule->rivals[k].at,
                     "%.*s and %.*s are rivals, but no case lets the first win", DX_FMT(rule->id),
                     DX_FMT(rule->rivals[k].id));
        }
    }
}
