#include <signal.h>
#include <string.h>

#include "cli/follow.h"
#include "cli/option_rows.h"
#include "cli/session.h"
#include "cli/tell.h"
#include "core/os.h"
#include "report/census.h"
#include "report/ingest.h"

static dx_rc to_stdout(void *ctx, dx_str bytes, dx_err *err)
{
    (void)ctx;
    return dx_stdout_put(bytes, err);
}

/* The line has only their number, and whoever reads it at night needs the names. */
static void say_unread(const dx_report *report)
{
    size_t n;
    const dx_report_source *unread = dx_census_unread(report->census, &n);
    const size_t all = dx_report_totals(report).damaged;

    for (size_t i = 0; i < n; i++) {
        const dx_report_source *s = &unread[i];
        dx_cli_say("%s: %.*s%s%.*s: %.*s", s->lines > 0 ? "not wholly read" : "could not read",
                   DX_FMT(s->path), s->member.n ? "!" : "", DX_FMT(s->member), DX_FMT(s->skipped));
    }
    if (all > n)
        dx_cli_say("%zu more could not be read: setupdx scan --format json names all", all - n);
}

static dx_rc tell(void *ctx, const dx_report *report, dx_err *err)
{
    const dx_settings *settings = ctx;
    const dx_out out = {.write = to_stdout};

    say_unread(report);
    return settings->answer_format && strcmp(settings->answer_format, "json") == 0
               ? dx_ingest_json(report, &out, err)
               : dx_ingest_text(report, settings->watch, &out, err);
}

static int follow(dx_session *s)
{
    dx_settings settings = s->in->settings;
    dx_err err = {0};

    if (dx_follow(s, tell, &settings, &err) != DX_OK)
        return dx_cli_say_error(&err);
    /* A service is stopped by SIGTERM: that is how it ends well. */
    return dx_os_interrupted() == SIGTERM ? DX_EXIT_OK : dx_cli_exit_of(DX_E_CANCEL);
}

static int ingest(dx_session *s)
{
    const dx_invocation *in = s->in;
    dx_settings settings = in->settings;
    dx_report report;
    dx_err err = {0};

    if (dx_session_round(s, in->args, in->n_args, &report, &err) != DX_OK)
        return err.kind == DX_E_CANCEL ? dx_session_interrupted(s) : dx_cli_say_error(&err);
    if (tell(&settings, &report, &err) != DX_OK)
        return dx_cli_say_error(&err);
    return report.complete ? DX_EXIT_OK : DX_EXIT_INCOMPLETE;
}

static int run_command(const dx_invocation *in)
{
    dx_session s = {.in = in, .must_keep = true, .scan.counted_only = true};
    dx_err err = {0};

    dx_os_catch_interrupt();
    const int code = dx_session_open(&s, &err) != DX_OK ? dx_cli_say_error(&err)
                     : in->settings.watch               ? follow(&s)
                                                        : ingest(&s);
    dx_session_done(&s);
    return code;
}

static const dx_option options[] = {
    OPT_DB,
    {"watch", 0, NULL, DX_OPT_FLAG, AT(watch), NULL,
     "then go on: read what grows below these folders, until it is stopped"},
    {"format", 'f', "FORMAT", DX_OPT_WORD, AT(answer_format), "text json",
     "write the line as text or json"},
    OPT_LOG_SERVER,
    OPT_JOBS,
    OPT_SERVER_FROM,
    OPT_ENCODING,
    OPT_LOG_FORMAT,
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_PROGRESS,
    OPT_QUIET,
    OPT_NOW,
    OPT_LIMIT_DEPTH,
    OPT_LIMIT_MEMBERS,
    OPT_LIMIT_BYTES,
    OPT_LIMIT_RATIO,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_ingest = {
    .name = "ingest",
    .arguments = "PATH...",
    .summary = "read logs into the store, and say so in one line",
    .about =
        "Does what scan does, without the report. What the store knows already adds nothing,\n"
        "whatever its path, encoding or archive; a log that grew adds its tail.\n"
        "With --watch it then follows the folders and reads what is written there; the next\n"
        "start catches up with what came in between.\n\n"
        "Exit codes: 0 all was read (or a watch was ended by SIGTERM), 2 wrong option or faulty\n"
        "rule, 3 something could not be read or judged, 4 run-time error, 130 interrupted.",
    .examples = "setupdx ingest --db site.db /mnt/logs\n"
                "setupdx ingest --db site.db --watch /srv/logs\n"
                "setupdx ingest --db site.db --server-from 'fleet/(?<server>[^/]+)/' /mnt/fleet\n",
    .options = options,
    .complete = "@file",
    .run = run_command,
};
