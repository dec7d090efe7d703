/* What the cases of all rules show together: which rival can win, how sure a rule gets. */
#include "cli/rulecheck.h"

dx_rc dx_rulecheck_begin(dx_rulecheck *c, dx_arena *into, dx_err *err)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(c->know->book, &rules);
    size_t total = 0;

    c->won_at = dx_arena_get(into, (n + 1) * sizeof *c->won_at);
    c->best = dx_arena_get(into, (n + 1) * sizeof *c->best);
    if (!c->won_at || !c->best)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        c->best[i] = -1;
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

static void note_best(dx_rulecheck *c, dx_str id, int confidence)
{
    const dx_rule *rule = dx_rulebook_rule(c->know->book, id);
    if (rule && confidence > c->best[rule->index])
        c->best[rule->index] = confidence;
}

static void note_reached(dx_rulecheck *c, const dx_verdict *v)
{
    for (size_t i = 0; i < v->n_findings; i++)
        note_best(c, v->findings[i].diagnosis, v->findings[i].confidence);
    for (size_t i = 0; i < v->n_undecided; i++) {
        for (size_t k = 0; k < v->undecided[i].n_candidates; k++)
            note_best(c, v->undecided[i].candidates[k].id,
                      v->undecided[i].candidates[k].confidence);
    }
}

/* Every finding that stands above one of its rivals has shown that it can win. */
void dx_rulecheck_note(dx_rulecheck *c, const dx_verdict *verdict)
{
    note_reached(c, verdict);
    for (size_t i = 0; i < verdict->n_findings; i++) {
        const dx_finding *f = &verdict->findings[i];
        const dx_rule *rule = dx_rulebook_rule(c->know->book, f->diagnosis);
        for (size_t k = 0; rule && k < rule->n_rivals; k++) {
            if (f->confidence > confidence_in(verdict, rule->rivals[k].id))
                c->won[c->won_at[rule->index] + k] = true;
        }
    }
}

static void check_rivals(dx_rulecheck *c, const dx_rule *rule)
{
    for (size_t k = 0; k < rule->n_rivals; k++) {
        if (!c->won[c->won_at[rule->index] + k])
            dx_fault(&c->faults, rule->rivals[k].at,
                     "%.*s and %.*s are rivals, but no case lets the first win", DX_FMT(rule->id),
                     DX_FMT(rule->rivals[k].id));
    }
}

static void check_floor(dx_rulecheck *c, const dx_rule *rule)
{
    if (rule->n_cases && c->best[rule->index] < rule->floor)
        dx_fault(&c->faults, rule->at,
                 "%.*s: no case reaches its floor of %d: add one in which it is found",
                 DX_FMT(rule->id), rule->floor);
}

void dx_rulecheck_end(dx_rulecheck *c)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(c->know->book, &rules);

    for (size_t i = 0; i < n; i++) {
        if (rules[i]->retired || !dx_rulecheck_wants(c, rules[i]->at))
            continue;
        check_rivals(c, rules[i]);
        if (c->strict)
            check_floor(c, rules[i]);
    }
}
