#include <string.h>

#include "cli/explain.h"
#include "cli/open.h"
#include "cli/option_rows.h"
#include "cli/tell.h"
#include "report/ticket.h"

typedef struct session {
    const dx_invocation *in;
    dx_explain ask;
    dx_knowledge know;
    dx_store *store;
    dx_str store_name;
} session;

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

static dx_rc find(session *s, dx_report *out, dx_err *err)
{
    const dx_str typed = dx_str_of(s->in->n_args == 1 ? s->in->args[0] : NULL);

    if (!dx_explain_is_key(typed))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "report wants the key of one finding, as reports print it (7f3c-19aa), or a "
                       "beginning of it with its dash (7f3c-)%s%.*s%s",
                       typed.n ? "; not '" : "", DX_FMT(typed), typed.n ? "'" : "");
    if (dx_open_clock(&s->in->settings, &s->ask.now_us, err) != DX_OK ||
        dx_open_known(s->in, s->ask.now_us, false, &s->store, &s->store_name, err) != DX_OK ||
        dx_knowledge_load(&s->know, &s->in->settings, err) != DX_OK)
        return DX_FAIL;
    s->ask.know = &s->know;
    s->ask.db = s->in->settings.db;
    s->ask.into = s->in->arena;
    return dx_explain_typed(&s->ask, s->store, s->store_name, typed, out, err);
}

static int run(session *s)
{
    const dx_settings *settings = &s->in->settings;
    dx_report report;
    dx_err err = {0};

    if (find(s, &report, &err) != DX_OK ||
        dx_ticket_write(&report, 0, settings->ticket_markup ? settings->ticket_markup : "plain",
                        voices_of(settings), &(dx_out){.write = to_stdout}, &err) != DX_OK)
        return dx_cli_say_error(&err);
    return DX_EXIT_OK;
}

static int run_command(const dx_invocation *in)
{
    session s = {.in = in};
    const int code = run(&s);

    dx_store_close(s.store);
    dx_knowledge_done(&s.know);
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
        "same failure has the same key everywhere.",
    .examples = "setupdx report 7f3c-19aa --ticket markdown\n"
                "setupdx report 7f3c- --ticket jira --db site.db\n"
                "setupdx report 7f3c-19aa --voice user\n",
    .options = options,
    .run = run_command,
};
