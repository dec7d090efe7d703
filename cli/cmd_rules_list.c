#include <stdint.h>
#include <string.h>

#include "cli/rules_page.h"
#include "cli/tell.h"
#include "cli/option_rows.h"

/* What a line of the list is about. */
typedef struct entry {
    dx_str id, title, kind, product;
    const dx_str *sources;
    size_t n_sources;
} entry;

static bool holds(const entry *e, const char *word)
{
    const dx_str wanted = dx_str_of(word);
    const dx_str texts[] = {e->id, e->title, e->kind, e->product};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (dx_str_ifind(texts[i], wanted, 0) != SIZE_MAX)
            return true;
    }
    for (size_t i = 0; i < e->n_sources; i++) {
        if (dx_str_ifind(e->sources[i], wanted, 0) != SIZE_MAX)
            return true;
    }
    return false;
}

static void add_entry(dx_buf *out, const dx_invocation *in, const entry *e)
{
    for (size_t i = 0; i < in->n_args; i++) {
        if (!holds(e, in->args[i]))
            return;
    }
    dx_buf_printf(out, "%-40.*s %-10.*s %.*s", DX_FMT(e->id), DX_FMT(e->kind), DX_FMT(e->title));
    const char *before = " (";
    if (e->product.n) {
        dx_buf_printf(out, "%s%.*s", before, DX_FMT(e->product));
        before = "; ";
    }
    for (size_t i = 0; i < e->n_sources; i++) {
        if (e->sources[i].n == 0)
            continue;
        dx_buf_printf(out, "%s%.*s", before, DX_FMT(e->sources[i]));
        before = ", ";
    }
    dx_buf_add(out, before[1] == '(' ? DX_LIT("\n") : DX_LIT(")\n"));
}

static void add_diagnoses(dx_buf *out, const dx_invocation *in, const dx_rulebook *book)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(book, &rules);

    for (size_t i = 0; i < n; i++) {
        const dx_rule *r = rules[i];
        add_entry(out, in,
                  &(entry){.id = r->id,
                           .title = r->title,
                           .kind = r->retired ? DX_LIT("retired") : DX_LIT("diagnosis"),
                           .product = r->product,
                           .sources = r->refs,
                           .n_sources = r->n_refs});
    }
}

static void add_signatures(dx_buf *out, const dx_invocation *in, const dx_rulebook *book)
{
    const dx_signature *const *signatures;
    const size_t n = dx_rulebook_signatures(book, &signatures);

    for (size_t i = 0; i < n; i++) {
        const dx_signature *s = signatures[i];
        add_entry(out, in,
                  &(entry){.id = s->id,
                           .title = s->title,
                           .kind = s->retired ? DX_LIT("retired")
                                              : dx_str_of(dx_polarity_names[s->polarity]),
                           .sources = &s->from,
                           .n_sources = 1});
    }
}

static dx_rc write_list(dx_buf *text, const dx_invocation *in, const dx_knowledge *know,
                        dx_err *err)
{
    const char *format = in->settings.list_format;

    if (format && strcmp(format, "markdown") == 0)
        return dx_rules_page(text, know, in->arena, err);
    add_diagnoses(text, in, know->book);
    add_signatures(text, in, know->book);
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    dx_knowledge know = {0};
    dx_buf text = {0};
    dx_err err = {0};
    int code;

    if (dx_knowledge_load(&know, &in->settings, &err) != DX_OK)
        return dx_cli_say_error(&err);
    if (write_list(&text, in, &know, &err) != DX_OK)
        code = dx_cli_say_error(&err);
    else /* Like grep: nothing found is worth an exit code. */
        code = dx_stdout_end(&text, text.n ? DX_EXIT_OK : DX_EXIT_FAILURE_FOUND);
    dx_buf_done(&text);
    dx_knowledge_done(&know);
    return code;
}

static const dx_option options[] = {
    {"format", 'f', "FORMAT", DX_OPT_WORD, AT(list_format), "text markdown",
     "text: a line for each; markdown: a page with samples, cases and what they reach"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_rules_list = {
    .name = "rules list",
    .arguments = "[WORD...]",
    .summary = "list signatures and diagnoses, or those with these words",
    .examples = "setupdx rules list\n"
                "setupdx rules list exchange\n"
                "setupdx rules list Q263072\n",
    .options = options,
    .run = run_command,
};
