#include <string.h>

#include "cli/open.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/tell.h"
#include "cli/scan.h"
#include "cli/option_rows.h"
#include "core/os.h"

/* Everything that one scan holds open. */
typedef struct session {
    const dx_invocation *in;
    dx_knowledge know;
    dx_regex *server_from;
    dx_scan scan;
} session;

static bool exists(const char *path)
{
    dx_file_info info;
    dx_err ignored = {0};
    return dx_os_stat(path, &info, &ignored) == DX_OK && info.kind != DX_FILE_NONE;
}

/* Catches what was meant as a command or as an option of another program. */
static dx_rc check_path(const dx_invocation *in, const char *path, dx_err *err)
{
    const char *advice;

    if (strcmp(path, "-") == 0 || exists(path))
        return DX_OK;
    if (dx_options_windows_style(in->command, path, in->arena, &advice))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "there is no file '%s'; as an option that is written: %s", path, advice);
    const char *near = path == in->args[0] ? dx_command_nearest(path) : NULL;
    if (near)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       strcmp(near, path) == 0
                           ? "'%s' is a command: put it before the options, 'setupdx %s ...'"
                           : "'%s' is neither a file nor a command: did you mean 'setupdx %s'?",
                       path, near);
    return DX_OK;
}

static dx_rc check_arguments(const dx_invocation *in, dx_err *err)
{
    if (in->n_args == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "nothing to scan: name a file or folder, or '-' for standard input");
    for (size_t i = 0; i < in->n_args; i++) {
        if (check_path(in, in->args[i], err) != DX_OK)
            return DX_FAIL;
    }
    return dx_output_check(&in->settings, in->args, in->n_args, err);
}

static dx_rc unknown_log_format(const dx_formats *formats, const char *id, dx_arena *scratch,
                                dx_err *err)
{
    const dx_format *const *all;
    const size_t n = dx_formats_all(formats, &all);
    dx_str *words = dx_arena_get(scratch, n * sizeof *words);

    for (size_t i = 0; words && i < n; i++)
        words[i] = dx_format_id(all[i]);
    const dx_str near = words ? dx_y_nearest(dx_str_of(id), words, n) : DX_NONE;
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   near.n ? "unknown log format '%s': did you mean '%.*s'?"
                          : "unknown log format '%s'%.*s; 'setupdx version -v' lists them",
                   id, DX_FMT(near));
}

static dx_rc compile_server_from(session *s, dx_err *err)
{
    const char *pattern = s->in->settings.server_from;

    if (!pattern)
        return DX_OK;
    if (dx_regex_new(&s->server_from, dx_str_of(pattern), DX_RX_CASELESS, NULL, err) != DX_OK) {
        err->kind = DX_E_USAGE;
        return dx_context(err, "--server-from");
    }
    if (dx_regex_group(s->server_from, "server") == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "--server-from '%s': no group named 'server': write (?<server>...)",
                       pattern);
    return DX_OK;
}

static dx_rc open_all(session *s, dx_err *err)
{
    const dx_settings *settings = &s->in->settings;
    dx_scan *scan = &s->scan;

    if (check_arguments(s->in, err) != DX_OK ||
        dx_open_clock(settings, &scan->now_us, err) != DX_OK ||
        compile_server_from(s, err) != DX_OK ||
        dx_knowledge_load(&s->know, settings, NULL, 0, err) != DX_OK)
        return DX_FAIL;
    if (settings->log_format && !dx_formats_get(s->know.formats, dx_str_of(settings->log_format)))
        return unknown_log_format(s->know.formats, settings->log_format, s->in->arena, err);
    if (dx_open_store(s->in, scan->now_us, false, &scan->store, &scan->store_name, err) != DX_OK)
        return DX_FAIL;
    scan->settings = settings;
    scan->know = &s->know;
    scan->framing = (dx_framer_options){.encoding = settings->encoding,
                                        .format = settings->log_format,
                                        .server = dx_str_of(settings->server),
                                        .server_from = s->server_from};
    return dx_scan_begin(scan, err);
}

/* After an interrupt: what was read is kept, and said. */
static int interrupted(session *s)
{
    dx_scan *scan = &s->scan;
    dx_err err = {0};

    scan->incomplete = true;
    if (dx_scan_end(scan, &err) != DX_OK)
        return dx_cli_say_error(&err);
    const size_t logs = scan->progress.logs;
    const char *plural = logs == 1 ? "" : "s";
    if (dx_str_eq(scan->store_name, DX_LIT(":memory:")))
        dx_cli_say("interrupted after %zu log%s; nothing is kept", logs, plural);
    else
        dx_cli_say("interrupted after %zu log%s, kept in %.*s; 'setupdx rediagnose' judges them",
                   logs, plural, DX_FMT(scan->store_name));
    return dx_cli_exit_of(DX_E_CANCEL);
}

static int exit_code(const dx_settings *settings, const dx_report *report)
{
    if (settings->exit_zero)
        return DX_EXIT_OK;
    if (dx_report_failed(report))
        return DX_EXIT_FAILURE_FOUND;
    return report->complete ? DX_EXIT_OK : DX_EXIT_INCOMPLETE;
}

static int run(session *s)
{
    dx_report report;
    dx_err err = {0};

    dx_os_catch_interrupt();
    if (open_all(s, &err) != DX_OK)
        return dx_cli_say_error(&err);
    if (dx_scan_read(&s->scan, s->in->args, s->in->n_args, &err) != DX_OK ||
        dx_scan_report(&s->scan, &report, &err) != DX_OK)
        return err.kind == DX_E_CANCEL ? interrupted(s) : dx_cli_say_error(&err);
    if (dx_scan_end(&s->scan, &err) != DX_OK ||
        dx_output_write(&s->in->settings, &report, &err) != DX_OK)
        return dx_cli_say_error(&err);
    return exit_code(&s->in->settings, &report);
}

static int run_command(const dx_invocation *in)
{
    session s = {.in = in};
    const int code = run(&s);

    dx_scan_done(&s.scan);
    dx_store_close(s.scan.store);
    dx_regex_free(s.server_from);
    dx_knowledge_done(&s.know);
    return code;
}

static const dx_option options[] = {
    OPT_DB,
    OPT_FORMAT,
    OPT_OUTPUT,
    {"server", 0, "NAME", DX_OPT_TEXT, AT(server), NULL, "the server that the logs come from"},
    {"server-from", 0, "REGEX", DX_OPT_TEXT, AT(server_from), NULL,
     "take the server's name from the path: PCRE2 with a group named 'server'"},
    {"encoding", 0, "NAME", DX_OPT_TEXT, AT(encoding), "utf-8 utf-16le utf-16be cp1252 cp437 cp850",
     "do not guess the encoding of the logs"},
    {"log-format", 0, "ID", DX_OPT_TEXT, AT(log_format), "@log-format",
     "do not guess the format of the logs"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    {"exit-zero", 0, NULL, DX_OPT_FLAG, AT(exit_zero), NULL,
     "exit with 0 whatever was found (run-time and usage errors excepted)"},
    OPT_COLOR,
    OPT_PROGRESS,
    OPT_VERBOSE,
    OPT_QUIET,
    OPT_NOW,
    {"limit-depth", 0, "N", DX_OPT_NUMBER, AT(limit_depth), NULL, "archives inside archives [4]"},
    {"limit-members", 0, "N", DX_OPT_NUMBER, AT(limit_members), NULL,
     "files in one archive [100000]"},
    {"limit-bytes", 0, "N", DX_OPT_NUMBER, AT(limit_bytes), NULL,
     "bytes unpacked from one archive [64G]"},
    {"limit-ratio", 0, "N", DX_OPT_NUMBER, AT(limit_ratio), NULL,
     "unpacked to packed bytes of one archive [1000]"},
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
