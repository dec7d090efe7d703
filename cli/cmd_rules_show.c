#include "cli/knowledge.h"
#include "cli/rulecheck.h"
#include "cli/tell.h"
#include "cli/option_rows.h"

static const char *const need_words[] = {
    [DX_MUST] = "must be there",
    [DX_SHOULD] = "should be there",
    [DX_MAY] = "may be there",
};

static void add_list(dx_buf *out, const char *heading, const dx_str *items, size_t n)
{
    if (n == 0)
        return;
    dx_buf_printf(out, "%s", heading);
    for (size_t i = 0; i < n; i++)
        dx_buf_printf(out, "%s%.*s", i ? ", " : " ", DX_FMT(items[i]));
    dx_buf_char(out, '\n');
}

static void add_test(dx_buf *out, const dx_test *t)
{
    if (t->absent) {
        dx_buf_printf(out, "%.*s is %sabsent", DX_FMT(t->path), t->negate ? "not " : "");
        return;
    }
    dx_buf_printf(out, "%.*s is %s", DX_FMT(t->path), t->negate ? "not " : "");
    if (t->pattern)
        dx_buf_add(out, DX_LIT("fitting "));
    for (size_t i = 0; i < t->n_values; i++)
        dx_buf_printf(out, "%s%.*s", i ? " or " : "", DX_FMT(t->values[i]));
    if (t->pattern && t->n_values == 0)
        dx_buf_add(out, DX_LIT("a named pattern"));
}

static void add_tests(dx_buf *out, const char *before, const dx_tests *tests)
{
    for (size_t i = 0; i < tests->n; i++) {
        dx_buf_printf(out, "%s", i ? " and " : before);
        add_test(out, &tests->p[i]);
    }
}

/* ---- a signature ---- */

static void add_fields(dx_buf *out, const dx_signature *s)
{
    for (size_t i = 0; i < s->n_fields; i++)
        dx_buf_printf(out, "%s%.*s (%s)", i ? ", " : "Takes out: ", DX_FMT(s->fields[i].name),
                      dx_type_names[s->fields[i].type]);
    if (s->n_fields)
        dx_buf_char(out, '\n');
}

static void add_literals(dx_buf *out, const dx_signature *s)
{
    dx_arena *scratch = dx_arena_new(0);
    dx_literals found;

    if (scratch == NULL || !dx_literals_of(s, scratch, &found)) {
        out->failed = true;
    } else if (found.n == 0) {
        dx_buf_add(out, DX_LIT("Looks in every record for the pattern\n"));
    } else {
        dx_buf_add(out, DX_LIT("Looks for "));
        dx_literals_tell(out, &found);
        dx_buf_add(out, DX_LIT("; then for the pattern\n"));
    }
    dx_arena_free(scratch);
}

static void add_regex(dx_buf *out, const dx_signature *s)
{
    add_literals(out, s);
    for (size_t i = 0; i < s->n_pieces; i++)
        dx_buf_printf(out, "    %.*s\n", DX_FMT(s->pieces[i]));
}

static void add_sample(dx_buf *out, const dx_sample *sample)
{
    dx_str rest = sample->text, line;

    dx_buf_printf(out, "Sample %.*s", DX_FMT(sample->name));
    if (sample->from.n)
        dx_buf_printf(out, ", from %.*s", DX_FMT(sample->from));
    dx_buf_char(out, '\n');
    while (dx_str_next(&rest, '\n', &line))
        dx_buf_printf(out, "    %.*s\n", DX_FMT(line));
}

static void add_signature(dx_buf *out, const dx_signature *s)
{
    dx_buf_printf(out, "%.*s: a message (%s)\n%.*s\n", DX_FMT(s->id),
                  s->retired ? "retired" : dx_polarity_names[s->polarity], DX_FMT(s->title));
    if (s->means.n)
        dx_buf_printf(out, "%.*s\n", DX_FMT(s->means));
    dx_buf_char(out, '\n');
    if (s->refines) {
        dx_buf_printf(out, "Is %.*s", DX_FMT(s->refines->id));
        add_tests(out, ", where ", &s->where);
        dx_buf_char(out, '\n');
    } else
        add_regex(out, s);
    add_fields(out, s);
    add_list(out, "Only in logs of the format", s->formats, s->n_formats);
    for (size_t i = 0; i < s->n_refinements; i++)
        dx_buf_printf(out, "Becomes %.*s when that one's conditions hold\n",
                      DX_FMT(s->refinements[i]->id));
    for (size_t i = 0; i < s->n_samples; i++)
        add_sample(out, &s->samples[i]);
}

/* ---- a diagnosis ---- */

static void add_step(dx_buf *out, const dx_rule_step *step)
{
    dx_buf_printf(out, "  %+3d  %.*s\n         %.*s:", step->points, DX_FMT(step->why),
                  DX_FMT(step->as));
    for (size_t i = 0; i < step->n_sees; i++)
        dx_buf_printf(out, "%s%.*s", i ? " or " : " ", DX_FMT(step->sees[i]->id));
    add_tests(out, ", where ", &step->where);
    dx_buf_printf(out, "; %s%s\n", need_words[step->need],
                  step->anywhere ? ", in any attempt on the server"
                  : step->inside ? ", also in attempts that this one started"
                                 : "");
}

static void add_weighing(dx_buf *out, const dx_rule *r)
{
    dx_buf_printf(out, "Adds up these points%s:\n",
                  r->any_order ? ", in any order" : "; the messages must come in this order");
    for (size_t i = 0; i < r->n_steps; i++)
        add_step(out, &r->steps[i]);
    for (size_t i = 0; i < r->n_weigh; i++) {
        dx_buf_printf(out, "  %+3d  %.*s\n         ", r->weigh[i].points, DX_FMT(r->weigh[i].why));
        add_tests(out, "when ", &r->weigh[i].tests);
        dx_buf_char(out, '\n');
    }
    dx_buf_printf(out, "Is shown from %d points on (30 possible, 60 likely, 85 almost certain).\n",
                  r->floor);
    if (r->frame)
        dx_buf_add(out, DX_LIT("Is not told where a finding that is more certain stands near.\n"));
    if (r->not_on_success)
        dx_buf_add(out, DX_LIT("Is not for attempts that succeeded.\n"));
    if (r->general)
        dx_buf_add(out, DX_LIT("Is told only where no other rule gives a reason.\n"));
}

static const char *const fix_words[] = {
    [DX_NESTED_OR_NOT] = "",
    [DX_NESTED_ONLY] = "(only when another attempt started this one) ",
    [DX_NOT_NESTED_ONLY] = "(only when no other attempt started this one) ",
};

static void add_fix(dx_buf *out, const dx_rule *r)
{
    if (r->n_fix)
        dx_buf_add(out, DX_LIT("\nWhat to do\n"));
    for (size_t i = 0; i < r->n_fix; i++) {
        const dx_fix_step *f = &r->fix[i];
        dx_buf_printf(out, "  %zu. %s%.*s\n", i + 1, fix_words[r->fix_for[i]], DX_FMT(f->act));
        if (f->command.n)
            dx_buf_printf(out, "     type: %.*s\n", DX_FMT(f->command));
        if (f->see.n)
            dx_buf_printf(out, "     see:  %.*s\n", DX_FMT(f->see));
        if (f->undo.n)
            dx_buf_printf(out, "     undo: %.*s\n", DX_FMT(f->undo));
    }
}

static void add_diagnosis(dx_buf *out, const dx_rule *r)
{
    dx_buf_printf(out, "%.*s: a diagnosis%s\n%.*s\n", DX_FMT(r->id), r->retired ? " (retired)" : "",
                  DX_FMT(r->title));
    if (r->applies.n)
        dx_buf_printf(out, "Applies to %.*s\n", DX_FMT(r->applies));
    dx_buf_printf(out, "\nCause (%.*s)\n  %.*s\n\n", DX_FMT(r->cause_class), DX_FMT(r->cause));
    add_weighing(out, r);
    add_fix(out, r);
    if (r->n_rivals)
        dx_buf_add(out, DX_LIT("\nWhat it could be mistaken for\n"));
    for (size_t i = 0; i < r->n_rivals; i++)
        dx_buf_printf(out, "  %.*s: %.*s\n", DX_FMT(r->rivals[i].id), DX_FMT(r->rivals[i].tell));
    if (r->n_refs)
        dx_buf_char(out, '\n');
    add_list(out, "See:", r->refs, r->n_refs);
    dx_buf_printf(out, "%s:%u\n", r->at.file ? r->at.file : "?", r->at.line);
}

/* ---- finding it ---- */

static int unknown_id(const dx_invocation *in, const dx_rulebook *book, const char *id)
{
    const dx_signature *const *signatures;
    const dx_rule *const *rules;
    const size_t n_signatures = dx_rulebook_signatures(book, &signatures);
    const size_t n_rules = dx_rulebook_rules(book, &rules);
    dx_str *ids = dx_arena_get(in->arena, (n_signatures + n_rules + 1) * sizeof *ids);
    size_t n = 0;

    for (size_t i = 0; ids && i < n_rules; i++)
        ids[n++] = rules[i]->id;
    for (size_t i = 0; ids && i < n_signatures; i++)
        ids[n++] = signatures[i]->id;
    const dx_str near = dx_meant_of(dx_str_of(id), ids, n);
    dx_cli_say(near.n ? "no rule '%s': did you mean '%.*s'?"
                      : "no rule '%s'%.*s; 'setupdx rules list' shows all",
               id, DX_FMT(near));
    return DX_EXIT_USAGE;
}

static int show(const dx_invocation *in, const dx_rulebook *book, dx_buf *text)
{
    for (size_t i = 0; i < in->n_args; i++) {
        const dx_str id = dx_str_of(in->args[i]);
        const dx_rule *rule = dx_rulebook_rule(book, id);
        const dx_signature *sig = dx_rulebook_signature(book, id);
        if (i)
            dx_buf_char(text, '\n');
        if (rule)
            add_diagnosis(text, rule);
        else if (sig)
            add_signature(text, sig);
        else
            return unknown_id(in, book, in->args[i]);
    }
    return dx_stdout_end(text, DX_EXIT_OK);
}

static int run_command(const dx_invocation *in)
{
    dx_knowledge know = {0};
    dx_buf text = {0};
    dx_err err = {0};

    if (in->n_args == 0) {
        dx_cli_say("which rule? 'setupdx rules list' shows all");
        return DX_EXIT_USAGE;
    }
    if (dx_knowledge_load(&know, &in->settings, &err) != DX_OK)
        return dx_cli_say_error(&err);
    const int code = show(in, know.book, &text);
    dx_buf_done(&text);
    dx_knowledge_done(&know);
    return code;
}

const dx_command dx_command_rules_show = {
    .name = "rules show",
    .arguments = "ID...",
    .summary = "tell what a rule looks for, how it weighs, and its remedy",
    .examples = "setupdx rules show exch55.ims-ts-execute-mode\n"
                "setupdx rules show exch55.selfreg-failed\n"
                "setupdx rules show --rules my-rules.yaml my.rule\n",
    .options = dx_rules_options,
    .complete = "@rule",
    .run = run_command,
};
