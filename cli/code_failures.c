#include "cli/code_failures.h"

/* A small number may be a line or a count, unless its field is called a code. */
static bool may_be_code(dx_str path, uint32_t code)
{
    return code > UINT16_MAX || dx_str_eq(path, DX_LIT("code")) ||
           dx_str_ends(path, DX_LIT(".code"));
}

static bool names_code(const dx_tests *tests, uint32_t code)
{
    for (size_t i = 0; i < tests->n; i++) {
        const dx_test *t = &tests->p[i];
        if (t->negate || !may_be_code(t->path, code))
            continue;
        for (size_t k = 0; k < t->n_values; k++) {
            long long value;
            if (dx_str_to_i64(t->values[k], &value) && value == (long long)code)
                return true;
        }
    }
    return false;
}

static bool step_names_code(const dx_rule_step *step, uint32_t code)
{
    if (names_code(&step->where, code))
        return true;
    for (size_t i = 0; i < step->n_sees; i++) {
        if (names_code(&step->sees[i]->where, code))
            return true;
    }
    return false;
}

size_t dx_code_failures(const dx_rulebook *book, uint32_t code, const dx_rule **out, size_t cap)
{
    const dx_rule *const *rules;
    const size_t n_rules = dx_rulebook_rules(book, &rules);
    size_t n = 0;

    for (size_t i = 0; i < n_rules && n < cap; i++) {
        for (size_t k = 0; k < rules[i]->n_steps; k++) {
            if (!step_names_code(&rules[i]->steps[k], code))
                continue;
            out[n++] = rules[i];
            break;
        }
    }
    return n;
}

size_t dx_code_failure_titles(const dx_rulebook *book, uint32_t code, dx_arena *into, dx_str *out,
                              size_t cap)
{
    enum { MOST = 32 };
    const dx_rule *rules[MOST];
    const size_t n = dx_code_failures(book, code, rules, cap < MOST ? cap : MOST);

    for (size_t i = 0; i < n; i++) {
        const dx_str title = dx_title_unfilled(rules[i]->title, into);
        out[i] = dx_arena_printf(into, "%.*s (%.*s)", DX_FMT(title), DX_FMT(rules[i]->id));
    }
    return n;
}
