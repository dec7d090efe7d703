#include <string.h>

#include "cli/inquiry.h"
#include "cli/option_rows.h"
#include "cli/tell.h"
#include "cli/typed_key.h"
#include "report/ticket.h"

static dx_rc to_stdout(void *ctx, dx_str bytes, dx_err *err)
{
    (void)ctx;
    return dx_stdout_put(bytes, err);
}

/* All three, or the one that was asked for. */
static unsigned voices_of(const dx_settings *settings)
{
    unsigned v = 0;

    if (!settings->voice)
        return (1u << DX_VOICES) - 1;
    while (dx_voice_names[v + 1] && strcmp(dx_voice_names[v], settings->voice) != 0)
        v++;
    return 1u << v;
}

static dx_rc no_finding(dx_str typed, dx_err *err)
{
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   "report wants one finding: its key as reports print it (7f3c-19aa), a beginning "
                   "of that with its dash (7f3c-), or the ticket that it was resolved by%s%.*s%s",
                   typed.n ? "; not '" : "", DX_FMT(typed), typed.n ? "'" : "");
}

/* Some tickets are written as keys are: 2026-0042. */
static dx_rc find_key(dx_inquiry *q, dx_str key, dx_str typed, dx_report *out, dx_err *err)
{
    dx_err other = {0};

    if (dx_inquiry_finding(q, key, out, err) == DX_OK)
        return DX_OK;
    if (err->kind != DX_E_USAGE)
        return DX_FAIL;
    const dx_rc rc = dx_inquiry_ticket(q, typed, out, &other);
    if (rc == DX_FAIL)
        *err = other;
    return rc == DX_OK ? DX_OK : DX_FAIL;
}

static dx_rc find(dx_inquiry *q, dx_report *out, dx_err *err)
{
    const dx_str typed = dx_str_trim(dx_str_of(q->in->n_args == 1 ? q->in->args[0] : NULL));
    const dx_str key = dx_typed_key(typed, q->in->arena);

    if (typed.n == 0)
        return no_finding(typed, err);
    if (dx_inquiry_open(q, err) != DX_OK)
        return DX_FAIL;
    if (key.p)
        return find_key(q, key, typed, out, err);
    const dx_rc rc = dx_inquiry_ticket(q, typed, out, err);
    return rc == DX_END ? no_finding(typed, err) : rc;
}

static int run(dx_inquiry *q)
{
    const dx_settings *settings = &q->in->settings;
    dx_report report;
    dx_err err = {0};

    if (find(q, &report, &err) != DX_OK ||
        dx_ticket_write(&report, 0, settings->ticket_markup ? settings->ticket_markup : "plain",
                        voices_of(settings), &(dx_out){.write = to_stdout}, &err) != DX_OK)
        return dx_cli_say_error(&err);
    return DX_EXIT_OK;
}

static int run_command(const dx_invocation *in)
{
    dx_inquiry q = {.in = in};
    const int code = run(&q);

    dx_inquiry_close(&q);
    return code;
}

static const dx_option options[] = {
    OPT_DB,
    {"ticket", 0, "MARKUP", DX_OPT_WORD, AT(ticket_markup), "markdown jira plain",
     "write for a ticket in markdown, jira or plain text [plain]"},
    {"voice", 0, "WHO", DX_OPT_WORD, AT(voice), "user agent escalation",
     "only one of the three: reply to the user, notes for the agent, or escalation"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_report = {
    .name = "report",
    .arguments = "FINDING",
    .summary = "write a finding for a ticket: reply, notes, escalation",
    .about =
        "Tells a finding of the store in three voices, 40 lines at most: to the user without\n"
        "jargon, to the agent who mends it, and to the next level. The key finds duplicates: the\n"
        "same failure has the same key everywhere. A ticket that a finding was resolved by names "
        "it, too.",
    .examples = "setupdx report 7f3c-19aa --ticket markdown\n"
                "setupdx report 7f3c- --ticket jira --db site.db\n"
                "setupdx report 7f3c-19aa --voice user\n"
                "setupdx report INC0042\n",
    .options = options,
    .run = run_command,
};
