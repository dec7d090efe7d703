#include <stdlib.h>

#include "cli/knowledge.h"
#include "cli/tell.h"
#include "cli/option_rows.h"

/* One field name with one type, and a signature that has it. */
typedef struct word {
    dx_str name, signature;
    dx_type type;
    size_t times;
} word;

typedef struct words {
    word *p;
    size_t n, cap;
} words;

static const char *const parts_of[] = {
    [DX_T_TEXT] = "",
    [DX_T_INT] = "",
    [DX_T_HEX32] = ".low16 .facility .severity",
    [DX_T_CODE] = ".low16 .facility .severity",
    [DX_T_WINPATH] = ".dir .name .stem .ext .drive",
    [DX_T_GUID] = "",
    [DX_T_VERSION] = "",
};

static const char *const meaning_of[] = {
    [DX_T_TEXT] = "as written",
    [DX_T_INT] = "a decimal number",
    [DX_T_HEX32] = "a hexadecimal number, with or without 0x",
    [DX_T_CODE] = "hexadecimal with 0x or letters, else signed or unsigned decimal",
    [DX_T_WINPATH] = "a Windows path; compared without case",
    [DX_T_GUID] = "a GUID; compared without case",
    [DX_T_VERSION] = "a version number",
};

static bool add_word(words *all, dx_arena *into, const dx_signature *sig, size_t field)
{
    for (size_t i = 0; i < all->n; i++) {
        if (dx_str_eq(all->p[i].name, sig->fields[field].name) &&
            all->p[i].type == sig->fields[field].type) {
            all->p[i].times++;
            return true;
        }
    }
    return DX_PUSH(into, all->p, all->n, all->cap,
                   (word){.name = sig->fields[field].name,
                          .type = sig->fields[field].type,
                          .signature = sig->id,
                          .times = 1});
}

static int by_name(const void *a, const void *b)
{
    const word *x = a, *y = b;
    const int order = dx_str_cmp(x->name, y->name);
    return order ? order : (int)x->type - (int)y->type;
}

static bool collect(words *all, dx_arena *into, const dx_rulebook *book)
{
    const dx_signature *const *signatures;
    const size_t n = dx_rulebook_signatures(book, &signatures);

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < signatures[i]->n_fields; k++) {
            if (!add_word(all, into, signatures[i], k))
                return false;
        }
    }
    if (all->n)
        qsort(all->p, all->n, sizeof *all->p, by_name);
    return true;
}

static void add_text(dx_buf *out, const words *all)
{
    dx_buf_add(out, DX_LIT("Fields in use (name, type, signatures that have it, one of them):\n"));
    for (size_t i = 0; i < all->n; i++) {
        const word *w = &all->p[i];
        dx_buf_printf(out, "  %-20.*s %-8s %4zu  %.*s\n", DX_FMT(w->name), dx_type_names[w->type],
                      w->times, DX_FMT(w->signature));
    }
    dx_buf_add(out, DX_LIT("\nTypes and their parts:\n"));
    for (size_t i = 0; dx_type_names[i]; i++)
        dx_buf_printf(out, "  %-8s  %s%s%s\n", dx_type_names[i], meaning_of[i],
                      *parts_of[i] ? ": " : "", parts_of[i]);
}

static int run_command(const dx_invocation *in)
{
    dx_knowledge know = {0};
    words all = {0};
    dx_buf text = {0};
    dx_err err = {0};
    int code;

    if (dx_knowledge_load(&know, &in->settings, &err) != DX_OK)
        return dx_cli_say_error(&err);
    if (collect(&all, in->arena, know.book)) {
        add_text(&text, &all);
        code = dx_stdout_end(&text, DX_EXIT_OK);
    } else {
        (void)dx_nomem(&err);
        code = dx_cli_say_error(&err);
    }
    dx_buf_done(&text);
    dx_knowledge_done(&know);
    return code;
}

const dx_command dx_command_rules_words = {
    .name = "rules words",
    .arguments = "",
    .summary = "list all field names with their types, and the parts of each type",
    .examples = "setupdx rules words\n"
                "setupdx rules words --rules my-rules.yaml\n"
                "setupdx rules words --help\n",
    .options = dx_rules_options,
    .run = run_command,
};
