#include "cli/rulecheck.h"
#include "cli/tell.h"
#include "cli/option_rows.h"

typedef struct session {
    const dx_invocation *in;
    dx_knowledge know;
    dx_rulecheck check;
} session;

/* The files of the set that lie below the paths given. */
static dx_rc choose_files(session *s, dx_err *err)
{
    const dx_yfile **only = NULL;
    const dx_yroom room = {s->in->arena, s->in->arena, s->in->arena};
    size_t n = 0, cap = 0;

    for (size_t i = 0; i < s->in->n_args; i++) {
        dx_yset there = {0};
        if (dx_knowledge_find(&there, s->in->args[i], false, &room, err) != DX_OK)
            return DX_FAIL;
        for (size_t k = 0; k < there.n; k++) {
            const dx_yfile *file = dx_knowledge_file(&s->know.set, there.file[k].path.p);
            if (file && !DX_PUSH(s->in->arena, only, n, cap, file))
                return dx_nomem(err);
        }
        if (there.n == 0)
            return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%s' holds no rule files", s->in->args[i]);
    }
    s->check.only = only;
    s->check.n_only = n;
    return DX_OK;
}

static dx_rc open_all(session *s, dx_err *err)
{
    const dx_paths paths = {s->in->args, s->in->n_args};

    if (dx_knowledge_check(&s->know, &s->in->settings, &paths, err) != DX_OK ||
        choose_files(s, err) != DX_OK ||
        dx_matcher_new(&s->check.matcher, s->know.book, err) != DX_OK)
        return DX_FAIL;
    s->check.know = &s->know;
    s->check.strict = s->in->settings.strict;
    s->check.faults.on_fault = dx_cli_say_fault;
    s->check.scratch = dx_arena_new(0);
    if (!s->check.scratch)
        return dx_nomem(err);
    return dx_rulecheck_begin(&s->check, s->in->arena, err);
}

static dx_rc check_all(dx_rulecheck *c, dx_err *err)
{
    const dx_signature *const *signatures;
    const dx_rule *const *rules;
    const dx_format *const *formats;
    const size_t n_signatures = dx_rulebook_signatures(c->know->book, &signatures);
    const size_t n_rules = dx_rulebook_rules(c->know->book, &rules);
    const size_t n_formats = dx_formats_all(c->know->formats, &formats);

    for (size_t i = 0; i < n_formats; i++) {
        if (dx_rulecheck_format(c, formats[i], err) != DX_OK)
            return DX_FAIL;
    }
    for (size_t i = 0; i < n_signatures; i++) {
        if (dx_rulecheck_signature(c, signatures[i], err) != DX_OK)
            return DX_FAIL;
    }
    for (size_t i = 0; i < n_rules; i++) {
        if (dx_rulecheck_rule(c, rules[i], err) != DX_OK)
            return DX_FAIL;
    }
    dx_rulecheck_end(c);
    return DX_OK;
}

static int summary(session *s, dx_err *err)
{
    dx_rulecheck *c = &s->check;
    const size_t faults = c->faults.n;
    dx_buf text = {0};

    if (s->in->settings.verbose && dx_rulecheck_literals(c, &text, err) != DX_OK) {
        dx_buf_done(&text);
        return dx_cli_say_error(err);
    }
    if (faults || !s->in->settings.quiet)
        dx_buf_printf(&text, "%zu formats, %zu signatures, %zu samples, %zu diagnoses, %zu cases: ",
                      c->formats, c->signatures, c->samples, c->diagnoses, c->cases);
    if (faults)
        dx_buf_printf(&text, "%zu fault%s\n", faults, faults == 1 ? "" : "s");
    else if (!s->in->settings.quiet)
        dx_buf_add(&text, DX_LIT("all good\n"));
    const int code = dx_stdout_end(&text, faults ? DX_EXIT_USAGE : DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

static int run_command(const dx_invocation *in)
{
    session s = {.in = in};
    dx_err err = {0};
    int code;

    if (open_all(&s, &err) != DX_OK || check_all(&s.check, &err) != DX_OK)
        code = dx_cli_say_error(&err);
    else
        code = summary(&s, &err);
    dx_matcher_free(s.check.matcher);
    dx_arena_free(s.check.scratch);
    dx_knowledge_done(&s.know);
    return code;
}

static const dx_option options[] = {
    {"strict", 0, NULL, DX_OPT_FLAG, AT(strict), NULL, "what is only unwise is a fault, too"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    {"verbose", 'v', NULL, DX_OPT_COUNT, AT(verbose), NULL,
     "also what each signature is looked for by, and how common that is"},
    OPT_QUIET,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_rules_check = {
    .name = "rules check",
    .arguments = "[PATH...]",
    .summary = "run every sample and every case that the rules hold",
    .about =
        "Without a path all rules are checked; with paths only what they hold, in the company of\n"
        "all other rules. Every fault is reported with its place; exit code 2 when there is one.",
    .examples = "setupdx rules check\n"
                "setupdx rules check --strict patterns/rules/exchange-5.5\n"
                "setupdx rules check my-rules.yaml\n",
    .options = options,
    .complete = "@file",
    .run = run_command,
};
