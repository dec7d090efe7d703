#include "cli/agree.h"
#include "cli/open.h"
#include "cli/option_rows.h"
#include "cli/places.h"
#include "cli/tell.h"
#include "core/os.h"

#ifdef DX_WEB
#include "cli/serve.h"
#include "cli/version.h"

enum { SECRET_FILE_LIMIT = 256 * 1024, TEND_MS = 1000 };

typedef struct session {
    const dx_invocation *in;
    dx_serve serve;
    dx_web_options options;
    dx_web *web;
} session;

static dx_rc read_text(const session *s, const char *path, dx_str *out, dx_err *err)
{
    if (path && dx_os_slurp(path, SECRET_FILE_LIMIT, s->in->arena, out, err) != DX_OK)
        return DX_FAIL;
    return DX_OK;
}

static dx_rc read_secrets(session *s, dx_err *err)
{
    const dx_settings *settings = &s->in->settings;
    dx_str cert = DX_NONE, key = DX_NONE, token = DX_NONE;

    if (read_text(s, settings->cert, &cert, err) != DX_OK ||
        read_text(s, settings->key, &key, err) != DX_OK ||
        read_text(s, settings->token_file, &token, err) != DX_OK)
        return DX_FAIL;
    s->options.cert = cert.p;
    s->options.key = key.p;
    s->options.token = dx_str_trim(token);
    if (settings->token_file && s->options.token.n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%s' holds no token", settings->token_file);
    return DX_OK;
}

static dx_rc find_store(session *s, dx_err *err)
{
    bool chosen;
    const dx_str where = dx_places_store(&s->in->settings, s->in->arena, &chosen);

    if (!where.p || dx_str_eq(where, DX_LIT(":memory:")))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "which store? Name its file with --db");
    s->serve.store = where.p;
    return DX_OK;
}

/* A store that cannot be shown is told now, not with each click of who opens the page; one that is
 * not there yet may come while the page is open. */
static dx_rc try_store(session *s, dx_err *err)
{
    const dx_store_options options = {.must_exist = true, .read_only = true};
    dx_file_info info = {.kind = DX_FILE_NONE};
    dx_store *store;
    dx_err ignored = {0};

    if (dx_store_open(&store, s->serve.store, &options, err) == DX_OK) {
        dx_store_close(store);
        return DX_OK;
    }
    if (err->kind == DX_E_USAGE || /* there will never be one */
        (dx_os_stat(s->serve.store, &info, &ignored) == DX_OK && info.kind != DX_FILE_NONE))
        return DX_FAIL;
    if (!s->in->settings.quiet)
        dx_cli_say("%s", err->text);
    return DX_OK;
}

/* The page works without the tables; it says that they are missing. */
static void load_tables(session *s)
{
    dx_faults faults = {.on_fault = dx_cli_say_fault};
    dx_err err = {0};

    if (dx_code_tables_load(s->serve.know.codes, &faults, &s->serve.codes, &err) != DX_OK)
        (void)dx_cli_say_error(&err);
}

static dx_rc prepare(session *s, dx_err *err)
{
    const dx_settings *settings = &s->in->settings;

    s->serve.settings = settings;
    s->serve.now_us = DX_NO_TIME;
    if ((settings->now || dx_os_env("SETUPDX_NOW")) &&
        dx_open_clock(settings, &s->serve.now_us, err) != DX_OK)
        return DX_FAIL;
    if (s->in->n_args > 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "serve takes no '%s'; --db names the store",
                       s->in->args[0]);
    if (find_store(s, err) != DX_OK || read_secrets(s, err) != DX_OK ||
        try_store(s, err) != DX_OK ||
        dx_knowledge_load_lasting(&s->serve.know, settings, err) != DX_OK)
        return DX_FAIL;
    load_tables(s);
    s->options.listen = settings->listen;
    s->options.store = s->serve.store;
    s->options.settler = dx_agree_settler(settings, &s->serve.know);
    s->options.names = settings->names.p;
    s->options.n_names = settings->names.n;
    s->options.now_us = s->serve.now_us;
    s->options.book = s->serve.know.book;
    s->options.codes = s->serve.codes;
    s->options.ruleset_us = s->serve.know.set.newest_us;
    s->options.program_version = dx_str_of(dx_version());
    s->options.service = dx_serve_service(&s->serve);
    return DX_OK;
}

static int run(session *s)
{
    dx_buf said = {0};
    dx_err err = {0};

    dx_os_catch_interrupt();
    dx_os_hold_interrupt();
    if (prepare(s, &err) != DX_OK || dx_web_start(&s->web, &s->options, &err) != DX_OK)
        return dx_cli_say_error(&err);
    dx_buf_printf(&said, "%.*s\n", DX_FMT(dx_web_url(s->web)));
    const int code = dx_stdout_end(&said, DX_EXIT_OK);
    dx_buf_done(&said);
    if (!s->in->settings.quiet)
        dx_cli_say("showing %s; Ctrl+C ends it", s->serve.store);
    while (code == DX_EXIT_OK && !dx_os_interrupted()) {
        dx_os_wait_interrupt(TEND_MS);
        dx_web_tend(s->web);
    }
    return code;
}

static int run_command(const dx_invocation *in)
{
    session s = {.in = in};
    const int code = run(&s);

    dx_web_stop(s.web);
    dx_knowledge_done(&s.serve.know);
    return code;
}
#else
static int run_command(const dx_invocation *in)
{
    (void)in;
    dx_cli_say("this setupdx was built without the helpdesk page (DX_WEB)");
    return DX_EXIT_USAGE;
}
#endif

static const dx_option options[] = {
    OPT_DB,
    {"listen", 0, "ADDRESS", DX_OPT_TEXT, AT(listen), NULL,
     "where to listen; beyond this computer only with TLS and a token [127.0.0.1:8384]"},
    {"name", 0, "HOST", DX_OPT_LIST, AT(names), NULL,
     "a host name under which browsers may call; may be repeated"},
    {"cert", 0, "FILE", DX_OPT_TEXT, AT(cert), "@file", "the certificate (PEM), for TLS"},
    {"key", 0, "FILE", DX_OPT_TEXT, AT(key), "@file", "its key (PEM)"},
    {"token-file", 0, "FILE", DX_OPT_TEXT, AT(token_file), "@file",
     "ask everyone for the token in this file"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_QUIET,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "show the store as a page for the helpdesk",
    .about = "Writes the page's address to standard output and serves it until Ctrl+C. Only this\n"
             "computer can reach it, unless --listen says otherwise; the store is only read, but\n"
             "for what people resolve, silence or upload. docs/api.md tells what programs can ask.",
    .examples = "setupdx serve --db site.db\n"
                "setupdx serve --db site.db --listen 127.0.0.1:9000\n"
                "setupdx serve --db site.db --listen 0.0.0.0:8443 --cert c.pem --key k.pem \\\n"
                "    --token-file token.txt --name helpdesk.example.com\n",
    .options = options,
    .run = run_command,
};
