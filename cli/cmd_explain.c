#include <string.h>

#include "cli/inquiry.h"
#include "cli/option_rows.h"
#include "cli/output.h"
#include "cli/stdin.h"
#include "cli/tell.h"
#include "cli/typed_key.h"
#include "core/os.h"
#include "report/cmdline.h"

enum { FILE_LIMIT = 16 * 1024 * 1024 };

/* ---- what was asked ---- */

static dx_rc take_file(const dx_inquiry *q, const char *path, dx_str *text, dx_str *name,
                       dx_err *err)
{
    *name = dx_str_of(path);
    return dx_os_slurp(path, FILE_LIMIT, q->in->arena, text, err);
}

static dx_file_kind kind_of(const char *path)
{
    dx_file_info info;
    dx_err ignored = {0};

    return dx_os_stat(path, &info, &ignored) == DX_OK ? info.kind : DX_FILE_NONE;
}

static bool is_file(const char *path)
{
    return kind_of(path) == DX_FILE_PLAIN;
}

static dx_rc no_text(const dx_inquiry *q, dx_err *err)
{
    const char *asked = q->in->args[0];

    if (strcmp(asked, "-") == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "nothing came from standard input: paste the message and end with Ctrl+D");
    if (is_file(asked))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "the file '%s' is empty", asked);
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "the text to explain is empty");
}

static dx_rc check_meant(const dx_inquiry *q, dx_err *err)
{
    const char *asked = q->in->args[0];

    if (q->in->n_args == 1 && kind_of(asked) == DX_FILE_DIR)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%s' is a folder: setupdx scan %.*s", asked,
                       DX_FMT(dx_cmdline_word(q->in->arena, dx_str_of(asked), "PATH")));
    if (q->in->n_args == 1 && !is_file(asked) && dx_rulebook_rule(q->know.book, dx_str_of(asked)))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%s' is a diagnosis: setupdx rules show %s tells of it", asked, asked);
    return DX_OK;
}

/* Nothing is known of a single word that a path may be: then it was meant as one. */
static void say_no_file(const dx_inquiry *q)
{
    const char *asked = q->in->args[0];

    if (q->in->n_args == 1 && !strchr(asked, ' ') && strpbrk(asked, "./\\") &&
        kind_of(asked) == DX_FILE_NONE)
        dx_cli_say("there is no file '%s', so it was read as a text", asked);
}

/* A file of that name, standard input, or the words themselves. */
static dx_rc take_text(const dx_inquiry *q, dx_str *text, dx_str *name, dx_err *err)
{
    const dx_invocation *in = q->in;
    dx_str words = DX_LIT("");

    *name = DX_LIT("pasted text");
    if (in->n_args == 1 && strcmp(in->args[0], "-") == 0)
        return dx_stdin_text(in->arena, text, err);
    if (in->n_args == 1 && is_file(in->args[0]))
        return take_file(q, in->args[0], text, name, err);
    for (size_t i = 0; i < in->n_args && words.p; i++)
        words = dx_arena_printf(in->arena, "%.*s%s%s", DX_FMT(words), i ? " " : "", in->args[i]);
    if (!words.p)
        return dx_nomem(err);
    *text = words;
    return DX_OK;
}

/* ---- answering ---- */

static dx_rc answer(dx_inquiry *q, dx_report *out, dx_err *err)
{
    dx_str text, name;

    if (q->in->n_args == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "explain what? Give a text in quotes, a file, '-' for standard input, or a "
                       "finding's key");
    const dx_str key = dx_typed_key(dx_str_of(q->in->args[0]), q->in->arena);
    if (q->in->n_args == 1 && key.p && !is_file(q->in->args[0]))
        return dx_inquiry_finding(q, key, out, err);
    if (check_meant(q, err) != DX_OK)
        return DX_FAIL;
    if (take_text(q, &text, &name, err) != DX_OK)
        return DX_FAIL;
    if (dx_str_trim(text).n == 0)
        return no_text(q, err);
    return dx_explain_text(&q->ask, text, name, out, err);
}

static int run(dx_inquiry *q)
{
    const dx_settings *settings = &q->in->settings;
    dx_report report;
    dx_err err = {0};

    if (dx_output_check(&dx_render_report, settings, q->in->args, q->in->n_args, &err) != DX_OK ||
        dx_inquiry_open(q, &err) != DX_OK || answer(q, &report, &err) != DX_OK ||
        dx_output_write(&dx_render_report, settings, &report, &err) != DX_OK)
        return dx_cli_say_error(&err);
    if (dx_explain_knows(&report))
        return DX_EXIT_OK;
    say_no_file(q);
    return DX_EXIT_FAILURE_FOUND;
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
    OPT_FORMAT,
    OPT_OUTPUT,
    {"why-not", 0, "RULE", DX_OPT_TEXT, AT(why_not), "@rule",
     "also say which step or condition of this diagnosis did not hold"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_COLOR,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_explain = {
    .name = "explain",
    .arguments = "FINDING|FILE|TEXT|-",
    .summary = "say what a pasted message or a finding means, and what to do",
    .about =
        "Takes a dialog, an e-mail with quotes and signature, lines that a picture reader broke,\n"
        "a stack trace, a piece of a log, or one code; nothing of it is stored. A finding is "
        "named\n"
        "by its key as reports print it, or by a beginning that only it has: 7f3c-.\n\n"
        "Exit codes: 0 something is known of it, 1 nothing is, 2 wrong option, 4 run-time error.",
    .examples = "setupdx explain 'The specified module could not be found. ID no: 0xc002007e'\n"
                "setupdx explain - < mail.txt\n"
                "setupdx explain 7f3c-19aa --db site.db\n"
                "setupdx explain mail.txt --why-not exch55.cdonts-missing\n",
    .options = options,
    .complete = "@file",
    .run = run_command,
};
