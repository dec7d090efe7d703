#include "cli/code_failures.h"

#include "core/buf.h"

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

/* The title with "<code>" where it would show {step.code} of a log. */
static void add_title(dx_buf *out, dx_str title)
{
    for (size_t at = 0; at < title.n;) {
        const size_t open = dx_str_find(title, DX_LIT("{"), at);
        const size_t close = open == SIZE_MAX ? open : dx_str_find(title, DX_LIT("}"), open);
        dx_buf_add(out, dx_str_slice(title, at, close == SIZE_MAX ? title.n : open));
        if (close == SIZE_MAX)
            return;
        dx_str path = dx_str_slice(title, open + 1, close);
        for (size_t dot; (dot = dx_str_find(path, DX_LIT("."), 0)) != SIZE_MAX;)
            path = dx_str_slice(path, dot + 1, path.n);
        dx_buf_printf(out, "<%.*s>", DX_FMT(path));
        at = close + 1;
    }
}

size_t dx_code_failure_titles(const dx_rulebook *book, uint32_t code, dx_arena *into, dx_str *out,
                              size_t cap)
{
    enum { MOST = 32 };
    const dx_rule *rules[MOST];
    const size_t n = dx_code_failures(book, code, rules, cap < MOST ? cap : MOST);

    dx_buf text = {0};

    for (size_t i = 0; i < n; i++) {
        dx_buf_clear(&text);
        add_title(&text, rules[i]->title);
        dx_buf_printf(&text, " (%.*s)", DX_FMT(rules[i]->id));
        out[i] = dx_arena_copy(into, dx_buf_str(&text));
    }
    dx_buf_done(&text);
    return n;
}
