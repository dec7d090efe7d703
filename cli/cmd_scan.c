#include <string.h>

#include "cli/option_rows.h"
#include "cli/output.h"
#include "cli/pasted.h"
#include "cli/profile.h"
#include "cli/session.h"
#include "cli/tell.h"
#include "core/os.h"

static int exit_code(const dx_settings *settings, const dx_report *report)
{
    if (settings->exit_zero)
        return DX_EXIT_OK;
    if (dx_report_failed(report))
        return DX_EXIT_FAILURE_FOUND;
    return report->complete ? DX_EXIT_OK : DX_EXIT_INCOMPLETE;
}

/* The store was good when it was opened, and failed on the way: its disk is full, say. */
static bool lost_the_store(const dx_session *s, const dx_err *err)
{
    return err->kind == DX_E_STORE && s->scan.id != 0;
}

/* What came through a pipe is gone, but for a paste, which is at hand. */
static bool can_read_again(const dx_session *s)
{
    const dx_invocation *in = s->in;
    dx_file_info info;
    dx_err quiet;

    for (size_t i = 0; i < in->n_args; i++) {
        const bool piped =
            strcmp(in->args[i], "-") == 0
                ? !s->scan.begun.p || !s->scan.begun_all
                : dx_os_stat(in->args[i], &info, &quiet) == DX_OK && info.kind == DX_FILE_OTHER;
        if (piped)
            return false;
    }
    return true;
}

/* What the logs say is wanted most when disks are full: it is read again without the store. */
static dx_rc read_unkept(dx_session *s, dx_report *out, dx_err *err)
{
    dx_cli_say("%s", err->text);
    dx_cli_say("the logs are read again, and nothing of that is kept");
    s->unkept = true;
    return dx_session_round(s, s->in->args, s->in->n_args, out, err);
}

static dx_rc read(dx_session *s, dx_report *out, dx_err *err)
{
    const dx_rc rc = dx_session_round(s, s->in->args, s->in->n_args, out, err);

    if (rc == DX_OK || !lost_the_store(s, err))
        return rc;
    if (can_read_again(s))
        return read_unkept(s, out, err);
    dx_cli_say("what came through a pipe cannot be read again: save it as a file and scan that, or "
               "pipe it into 'setupdx scan --db :memory: -'");
    return rc;
}

static int run(dx_session *s)
{
    const dx_invocation *in = s->in;
    dx_pasted pasted;
    dx_report report;
    dx_err err = {0};

    dx_os_catch_interrupt();
    if (dx_session_open(s, &err) != DX_OK)
        return dx_cli_say_error(&err);
    if (dx_pasted_take(s, &pasted, &err) != DX_OK || read(s, &report, &err) != DX_OK)
        return err.kind == DX_E_CANCEL ? dx_session_interrupted(s) : dx_cli_say_error(&err);
    report.asked = in->args;
    report.n_asked = in->n_args;
    if (dx_pasted_tell(&pasted, in->arena, &report, &err) != DX_OK ||
        dx_output_write(&dx_render_report, &in->settings, &report, &err) != DX_OK)
        return dx_cli_say_error(&err);
    if (s->scan.cost && !dx_profile_tell(s->know.book, s->scan.cost))
        return dx_cli_exit_of(DX_E_NOMEM);
    return s->unkept ? dx_cli_exit_of(DX_E_STORE) : exit_code(&in->settings, &report);
}

static int run_command(const dx_invocation *in)
{
    dx_session s = {.in = in};
    const int code = run(&s);

    dx_session_done(&s);
    return code;
}

static const dx_option options[] = {
    OPT_DB,
    OPT_FORMAT,
    OPT_OUTPUT,
    OPT_LOG_SERVER,
    OPT_SERVER_FROM,
    OPT_ENCODING,
    OPT_LOG_FORMAT,
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    {"exit-zero", 0, NULL, DX_OPT_FLAG, AT(exit_zero), NULL,
     "exit with 0 whatever was found (run-time and usage errors excepted)"},
    OPT_COLOR,
    OPT_JOBS,
    OPT_PROGRESS,
    {"profile", 0, NULL, DX_OPT_FLAG, AT(profile), NULL,
     "say on standard error what each signature cost"},
    OPT_VERBOSE,
    OPT_QUIET,
    OPT_NOW,
    OPT_LIMIT_DEPTH,
    OPT_LIMIT_MEMBERS,
    OPT_LIMIT_BYTES,
    OPT_LIMIT_RATIO,
    OPT_VERSION,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_scan = {
    .name = "scan",
    .arguments = "PATH...",
    .summary = "read logs, say what failed, why and what to do",
    .about =
        "Reads files, folders and archives (zip, cab, tar, 7z, gz; also inside each other). '-' "
        "is\n"
        "standard input: paste an error message there. 'scan' itself may be left out.\n"
        "What was found is kept in the store, so that later scans know what happened before.\n\n"
        "Exit codes: 0 no failure, 1 a failure was found, 2 wrong option or faulty rule,\n"
        "3 nothing failed but something could not be read or judged, 4 run-time error,\n"
        "130 interrupted.",
    .examples = "setupdx scan /mnt/logs\n"
                "setupdx scan --db :memory: 'Exchange Server Setup.log'\n"
                "setupdx scan -f json -o result.json -f text server1.zip server2.zip\n"
                "setupdx scan --server-from 'logs/(?<server>[^/]+)/' /mnt/logs\n",
    .options = options,
    .complete = "@file",
    .run = run_command,
};
