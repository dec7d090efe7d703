#include "cli/ask.h"
#include "cli/knowledge.h"
#include "cli/option_rows.h"
#include "cli/typed_key.h"

/* A number that is no step of the remedy is a slip: it would be counted as a fix of that name. */
static dx_rc check_fix(dx_ask *q, dx_str diagnosis, dx_err *err)
{
    const char *fix = q->in->settings.fix;
    dx_knowledge know = {0};
    long long number;

    if (!dx_str_to_i64(dx_str_of(fix), &number))
        return DX_OK;
    dx_rc rc = dx_knowledge_load(&know, &q->in->settings, err);
    const dx_rule *rule = rc == DX_OK ? dx_rulebook_rule(know.book, diagnosis) : NULL;
    if (rule && (number < 1 || (unsigned long long)number > rule->n_fix))
        rc = dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                     "--fix %s: the report has %zu %s; for anything else write what was done in "
                     "words",
                     fix, rule->n_fix, rule->n_fix == 1 ? "step" : "steps");
    dx_knowledge_done(&know);
    return rc;
}

static void say_what_verifies(const dx_finding_row *f, dx_buf *said)
{
    const bool known = dx_server_named(f->server);

    dx_buf_printf(said, " Its state now: %s. A later good attempt of %.*s on %.*s verifies it.",
                  dx_standing_names[f->standing],
                  DX_FMT(f->product.n ? f->product : DX_LIT("the product")),
                  DX_FMT(known ? f->server : DX_LIT("the same server")));
}

/* A whole key is taken as it is: what no attempt shows any more can be resolved, too. */
static dx_rc read_key(dx_ask *q, dx_str *out, dx_err *err)
{
    enum { WHOLE = 9 };
    const dx_str key = dx_typed_key(dx_str_of(q->in->args[0]), q->into);

    if (!key.p)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "resolve wants the key of one finding, as reports print it (7f3c-19aa), or "
                       "a beginning of it with its dash (7f3c-); not '%s'",
                       q->in->args[0]);
    if (key.n < WHOLE)
        return dx_typed_key_in(q->store, q->asking.store, key, q->into, out, err);
    *out = key;
    return DX_OK;
}

static dx_rc tell(dx_ask *q, dx_buf *said, dx_err *err)
{
    const dx_settings *s = &q->in->settings;
    dx_finding_page page;
    dx_str key;

    if (q->in->n_args != 1)
        return dx_fail(
            err, DX_E_USAGE, DX_NOWHERE,
            "which finding? Its key stands behind the title in a report: setupdx resolve "
            "7f3c-19aa --fix 1 --ticket INC0042");
    if (!s->fix || !s->ticket)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "resolve needs%s%s%s",
                       s->fix ? "" : " --fix (what was done)", s->fix || s->ticket ? "" : " and",
                       s->ticket ? "" : " --ticket (where it is written down)");
    if (read_key(q, &key, err) != DX_OK)
        return DX_FAIL;
    const dx_resolution made = {.key = key,
                                .fix = dx_str_of(s->fix),
                                .ticket = dx_str_of(s->ticket),
                                .by = dx_ask_author(q)};
    dx_rc rc = dx_store_finding(q->store, made.key, q->now_us, q->into, &page, err);
    if (rc == DX_FAIL || (rc == DX_OK && check_fix(q, page.finding.diagnosis, err) != DX_OK) ||
        dx_store_resolve(q->store, &made, err) != DX_OK)
        return DX_FAIL;
    rc = dx_store_finding(q->store, made.key, q->now_us, q->into, &page, err);
    if (rc == DX_FAIL)
        return DX_FAIL;
    dx_buf_printf(said, "%.*s is resolved by fix %s, ticket %s.", DX_FMT(key), s->fix, s->ticket);
    if (rc == DX_OK)
        say_what_verifies(&page.finding, said);
    dx_buf_char(said, '\n');
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    return dx_tell_run(in, tell);
}

static const dx_option options[] = {
    {"fix", 0, "ID", DX_OPT_TEXT, AT(fix), NULL,
     "what was done: the number of the step in the report, or your own words for it"},
    {"ticket", 0, "TICKET", DX_OPT_TEXT, AT(ticket), NULL, "where it is written down"},
    OPT_BY_WHOM,
    OPT_DB,
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_resolve = {
    .name = "resolve",
    .arguments = "FINDING",
    .summary = "remember that a finding was fixed, how and by which ticket",
    .about =
        "The finding counts as resolved until it is seen again in a later attempt; a later good\n"
        "attempt of the same product on the same server verifies the fix.",
    .examples = "setupdx resolve 7f3c-19aa --fix 1 --ticket INC0042\n"
                "setupdx resolve 7f3c-19aa --fix 'restarted it' --ticket INC0042 --by jdoe\n"
                "setupdx resolve --db site.db 7f3c-19aa --fix 2 --ticket CHG17\n",
    .options = options,
    .run = run_command,
};
