/* A text that shows a value which a log may leave out must say what stands there then: proved from
 * the regexes, for a sample shows only one way in which they match. */
#include "cli/rulecheck.h"
#include "core/pattern.h"

/* A sentence of a rule, and what is known when it is shown. */
typedef struct sentence {
    const char *what;
    dx_str text;
    dx_place at;
    const dx_rule_step *step; /* it was seen, though it is not a `must`; or NULL */
    const dx_tests *holds;    /* of a weighing; or NULL */
} sentence;

typedef struct reader {
    dx_rulecheck *c;
    const dx_rule *rule;
    bool failed;
} reader;

static dx_str head_of(dx_str path, dx_str *rest)
{
    const size_t dot = dx_str_find(path, DX_LIT("."), 0);
    *rest = dot == SIZE_MAX ? DX_NONE : dx_str_slice(path, dot + 1, path.n);
    return dx_str_slice(path, 0, dot);
}

/* One of the tests needs the field to be there. */
static bool asked_for(const dx_tests *tests, dx_str field)
{
    for (size_t i = 0; i < tests->n; i++) {
        dx_str rest;
        if (!tests->p[i].absent && dx_str_eq(head_of(tests->p[i].path, &rest), field))
            return true;
    }
    return false;
}

static bool weighed(const dx_tests *holds, dx_str step, dx_str field)
{
    for (size_t i = 0; holds && i < holds->n; i++) {
        dx_str rest, part;
        if (!dx_str_eq(head_of(holds->p[i].path, &rest), step))
            continue;
        if (field.n == 0 || (!holds->p[i].absent && dx_str_eq(head_of(rest, &part), field)))
            return true;
    }
    return false;
}

static bool always_has(reader *r, const dx_rule_step *step, dx_str field)
{
    for (size_t i = 0; i < step->n_sees; i++) {
        const dx_signature *sig = step->sees[i];
        if (asked_for(&sig->where, field))
            continue;
        const dx_str regex = dx_signature_pattern(sig->refines ? sig->refines : sig, r->c->scratch);
        r->failed |= regex.p == NULL;
        if (!dx_pattern_sets(regex, field))
            return false;
    }
    return true;
}

static bool is_sure(reader *r, const sentence *s, const dx_rule_step *step, dx_str field)
{
    if (weighed(s->holds, step->as, field))
        return true;
    if (step->need != DX_MUST && step != s->step && !weighed(s->holds, step->as, DX_NONE))
        return false;
    return asked_for(&step->where, field) || always_has(r, step, field);
}

/* A place as "step.field.part": true when it may stand without a value. */
static bool may_lack(reader *r, const sentence *s, dx_str path)
{
    dx_str field, part;
    const dx_str name = head_of(path, &field);

    for (size_t k = 0; k < r->rule->n_steps; k++) {
        const dx_rule_step *step = &r->rule->steps[k];
        if (dx_str_eq(step->as, name))
            return field.n > 0 && !is_sure(r, s, step, head_of(field, &part));
    }
    /* What a log may tell of its attempt. */
    return dx_str_eq(name, DX_LIT("attempt")) && !weighed(s->holds, name, head_of(field, &part));
}

static void read_sentence(reader *r, const sentence *s)
{
    for (size_t at = 0; at < s->text.n; at++) {
        const size_t close = dx_str_find(s->text, DX_LIT("}"), at);
        if (s->text.p[at] != '{' || close == SIZE_MAX)
            continue;
        if (at + 1 < s->text.n && s->text.p[at + 1] == '{') {
            at++;
            continue;
        }
        const dx_str path = dx_str_slice(s->text, at + 1, close);
        if (dx_str_find(path, DX_LIT("|"), 0) != SIZE_MAX || !may_lack(r, s, path))
            continue;
        dx_fault(&r->c->faults, s->at,
                 "%.*s: {%.*s} in its %s may be without a value: say what stands there then, as in "
                 "{%.*s|some words}, or after | nothing",
                 DX_FMT(r->rule->id), DX_FMT(path), s->what, DX_FMT(path));
    }
}

static void read_lists(reader *r)
{
    const dx_rule *rule = r->rule;

    for (size_t i = 0; i < rule->n_steps; i++)
        read_sentence(r, &(sentence){.what = "why",
                                     .text = rule->steps[i].why,
                                     .at = rule->steps[i].at,
                                     .step = &rule->steps[i]});
    for (size_t i = 0; i < rule->n_weigh; i++)
        read_sentence(r, &(sentence){.what = "why",
                                     .text = rule->weigh[i].why,
                                     .at = rule->weigh[i].at,
                                     .holds = &rule->weigh[i].tests});
    for (size_t i = 0; i < rule->n_rivals; i++)
        read_sentence(r, &(sentence){.what = "word about a rival",
                                     .text = rule->rivals[i].tell,
                                     .at = rule->rivals[i].at});
    for (size_t i = 0; i < rule->n_fix; i++) {
        read_sentence(r, &(sentence){.what = "fix", .text = rule->fix[i].act, .at = rule->at});
        read_sentence(r, &(sentence){.what = "fix", .text = rule->fix[i].see, .at = rule->at});
    }
}

/* Commands are left out: a name in <...> is what a person must fill in there. */
dx_rc dx_rulecheck_texts(dx_rulecheck *c, const dx_rule *rule, dx_err *err)
{
    reader r = {.c = c, .rule = rule};

    read_sentence(&r, &(sentence){.what = "title", .text = rule->title, .at = rule->at});
    read_sentence(&r, &(sentence){.what = "applies", .text = rule->applies, .at = rule->at});
    read_sentence(&r, &(sentence){.what = "cause", .text = rule->cause, .at = rule->at});
    read_lists(&r);
    dx_arena_reset(c->scratch);
    return r.failed ? dx_nomem(err) : DX_OK;
}
