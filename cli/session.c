#include "cli/session.h"

#include <string.h>

#include "cli/agree.h"
#include "cli/open.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/tell.h"
#include "core/os.h"
#include "report/cmdline.h"

static bool exists(const char *path)
{
    dx_file_info info;
    dx_err ignored = {0};
    return dx_os_stat(path, &info, &ignored) == DX_OK && info.kind != DX_FILE_NONE;
}

/* Files that are read mostly have a dot in their name, or a path before it. */
static bool is_word(const char *path)
{
    return path[strspn(path, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
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
    if (!in->named && in->n_args == 1 && is_word(path))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%s' is neither a file nor a command: 'setupdx help' lists the commands",
                       path);
    return DX_OK;
}

static dx_rc check_arguments(const dx_invocation *in, dx_err *err)
{
    size_t piped = 0;

    if (in->n_args == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "nothing to scan: name a file or folder, or '-' for standard input");
    for (size_t i = 0; i < in->n_args; i++) {
        piped += strcmp(in->args[i], "-") == 0;
        if (check_path(in, in->args[i], err) != DX_OK)
            return DX_FAIL;
    }
    if (piped > 1)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'-' stands there %zu times: standard input can be read once", piped);
    return dx_output_check(&dx_render_report, &in->settings, in->args, in->n_args, err);
}

static dx_rc unknown_log_format(const dx_formats *formats, const char *id, dx_err *err)
{
    const dx_str near = dx_formats_meant(formats, dx_str_of(id));

    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   near.n ? "unknown log format '%s': did you mean '%.*s'?"
                          : "unknown log format '%s'%.*s; 'setupdx version -v' lists them",
                   id, DX_FMT(near));
}

static dx_rc compile_server_from(dx_session *s, dx_err *err)
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

static dx_rc open_store(dx_session *s, dx_err *err)
{
    dx_scan *scan = &s->scan;

    if (s->unkept) {
        scan->store_name = DX_LIT(":memory:");
        return dx_store_open(&scan->store, ":memory:", &(dx_store_options){.now_us = scan->now_us},
                             err);
    }
    if (dx_open_store(s->in, scan->now_us, false, &scan->store, &scan->store_name, err) != DX_OK)
        return DX_FAIL;
    if (s->must_keep && dx_str_eq(scan->store_name, DX_LIT(":memory:")))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "%s keeps what it reads: name a file with --db",
                       s->in->command->name);
    return DX_OK;
}

static void open_ahead(void *ctx)
{
    dx_session *s = ctx;

    s->ahead = true;
    s->opened = open_store(s, &s->why);
}

/* Nobody is told of rules or a format that are wrong once there is a new store. */
static bool may_open_ahead(const dx_invocation *in)
{
    bool chosen;
    const dx_str where = dx_places_store(&in->settings, in->arena, &chosen);

    return !in->settings.log_format && dx_scan_jobs(&in->settings) > 1 && where.p &&
           exists(where.p);
}

static dx_rc load(dx_session *s, dx_err *err)
{
    const dx_settings *settings = &s->in->settings;
    const dx_beside beside = {.run = open_ahead, .ctx = s};

    return settings->watch ? dx_knowledge_load_lasting(&s->know, settings, err)
                           : dx_knowledge_load_beside(&s->know, settings,
                                                      may_open_ahead(s->in) ? &beside : NULL, err);
}

dx_rc dx_session_open(dx_session *s, dx_err *err)
{
    const dx_settings *settings = &s->in->settings;

    s->scan.settings = settings;
    if (check_arguments(s->in, err) != DX_OK ||
        dx_open_clock(settings, &s->scan.now_us, err) != DX_OK ||
        compile_server_from(s, err) != DX_OK || load(s, err) != DX_OK)
        return DX_FAIL;
    if (settings->log_format && !dx_formats_get(s->know.formats, dx_str_of(settings->log_format)))
        return unknown_log_format(s->know.formats, settings->log_format, err);
    s->scan.know = &s->know;
    s->scan.framing = (dx_framer_options){.encoding = settings->encoding,
                                          .format = settings->log_format,
                                          .server = dx_str_of(settings->server),
                                          .server_from = s->server_from};
    return DX_OK;
}

/* What the round before left behind. */
static void forget(dx_session *s)
{
    dx_scan_done(&s->scan);
    dx_store_close(s->scan.store);
    s->scan.store = NULL;
}

static dx_rc begin_round(dx_session *s, dx_err *err)
{
    if (s->ahead) { /* with the time of then */
        s->ahead = false;
        if (s->opened != DX_OK)
            *err = s->why;
        return s->opened;
    }
    forget(s);
    return dx_open_clock(s->scan.settings, &s->scan.now_us, err) == DX_OK ? open_store(s, err)
                                                                          : DX_FAIL;
}

static dx_rc end_round(dx_session *s, const char *const *paths, size_t n, dx_err *err)
{
    dx_scan *scan = &s->scan;

    /* Of a share that is not mounted just now nothing was read, and nothing is gone. */
    for (size_t i = 0; i < n; i++)
        if (exists(paths[i]) && dx_store_was_read(scan->store, dx_str_of(paths[i]), err) != DX_OK)
            return DX_FAIL;
    return dx_scan_end(scan, err) == DX_OK
               ? dx_agree_send(scan->store, scan->settings, &s->know, err)
               : DX_FAIL;
}

dx_rc dx_session_round(dx_session *s, const char *const *paths, size_t n, dx_report *out,
                       dx_err *err)
{
    dx_scan *scan = &s->scan;

    if (begin_round(s, err) != DX_OK || dx_scan_begin(scan, err) != DX_OK)
        return DX_FAIL;
    if (dx_scan_read(scan, paths, n, err) == DX_OK && dx_scan_report(scan, out, err) == DX_OK)
        return end_round(s, paths, n, err);
    if (err->kind == DX_E_CANCEL) {
        dx_err late = {0};
        scan->incomplete = true;
        if (dx_scan_end(scan, &late) != DX_OK)
            *err = late;
    }
    return DX_FAIL;
}

int dx_session_interrupted(const dx_session *s)
{
    const dx_scan *scan = &s->scan;
    const size_t logs = scan->progress.logs;
    const char *plural = logs == 1 ? "" : "s";
    dx_buf db = {0};

    if (logs == 0)
        dx_cli_say("interrupted before a log was read to its end");
    else if (dx_str_eq(scan->store_name, DX_LIT(":memory:")))
        dx_cli_say("interrupted after %zu log%s; nothing is kept", logs, plural);
    else {
        dx_cmdline_db(&db, dx_str_of(scan->settings->db));
        dx_cli_say("interrupted after %zu log%s, kept in %.*s; what judges them: setupdx "
                   "rediagnose%.*s",
                   logs, plural, DX_FMT(scan->store_name), DX_FMT(dx_buf_str(&db)));
        dx_buf_done(&db);
    }
    return dx_cli_exit_of(DX_E_CANCEL);
}

void dx_session_done(dx_session *s)
{
    forget(s);
    dx_regex_free(s->server_from);
    dx_knowledge_done(&s->know);
}
