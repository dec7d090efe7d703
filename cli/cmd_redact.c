#include <string.h>

#include "cli/open.h"
#include "cli/option_rows.h"
#include "cli/redaction.h"
#include "cli/session.h"
#include "cli/tell.h"
#include "cli/verdicts.h"
#include "core/os.h"
#include "redact/key.h"

enum { KEY_FILE_MAX = 64 * 1024, KEY_FILE_MIN = 16 };

/* ---- before anything is read ---- */

static dx_rc check_out(const dx_invocation *in, dx_err *err)
{
    const char *out = in->settings.out_folder;
    dx_file_info info;
    dx_str *names;
    size_t n = 0;

    if (out == NULL || *out == '\0')
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "where to? name a new folder: setupdx redact PATH -o OUT");
    if (dx_os_stat(out, &info, err) != DX_OK)
        return DX_FAIL;
    if (info.kind == DX_FILE_NONE)
        return DX_OK;
    if (info.kind != DX_FILE_DIR)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%s' is no folder: name a new one", out);
    if (dx_os_list(out, in->arena, &names, &n, err) != DX_OK)
        return DX_FAIL;
    return n == 0 ? DX_OK
                  : dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                            "the folder '%s' is not empty: copies go to a new one", out);
}

/* The copies must not be read as originals: the folder that will hold them is not below a path. */
static dx_rc check_apart(const dx_invocation *in, const char *path, dx_err *err)
{
    dx_file_info input, above;
    dx_str part = dx_str_of(in->settings.out_folder);

    if (strcmp(path, "-") == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "redact reads its logs more than once: name a file instead of '-'");
    if (dx_os_stat(path, &input, err) != DX_OK)
        return DX_FAIL;
    if (input.kind == DX_FILE_NONE)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "there is no file '%s'", path);
    while (part.n > 0) {
        const dx_str z = dx_arena_copy(in->arena, part);
        if (z.p == NULL)
            return dx_nomem(err);
        if (dx_os_stat(z.p, &above, err) != DX_OK)
            return DX_FAIL;
        if (above.kind == DX_FILE_DIR && above.device == input.device && above.inode == input.inode)
            return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                           "'%s' is inside of '%s', which is read: name a folder elsewhere",
                           in->settings.out_folder, path);
        while (part.n > 0 && part.p[--part.n] != '/')
            ;
    }
    return DX_OK;
}

static dx_rc check_arguments(const dx_invocation *in, dx_err *err)
{
    if (in->n_args == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "nothing to redact: name files or folders, and -o OUT");
    if (check_out(in, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < in->n_args; i++)
        if (check_apart(in, in->args[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc choose_key(const dx_invocation *in, unsigned char key[DX_REDACT_KEY], dx_err *err)
{
    dx_str bytes;

    if (in->settings.key_file == NULL)
        return dx_os_random(key, DX_REDACT_KEY, err);
    if (dx_os_slurp(in->settings.key_file, KEY_FILE_MAX, in->arena, &bytes, err) != DX_OK)
        return dx_context(err, "--key");
    if (bytes.n < KEY_FILE_MIN)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "--key: '%s' holds only %zu bytes; %d or more keep it from being guessed",
                       in->settings.key_file, bytes.n, KEY_FILE_MIN);
    dx_redact_key(bytes, key);
    return DX_OK;
}

static dx_rc prepare(dx_redaction *r, const dx_invocation *in, dx_knowledge *know, dx_err *err)
{
    unsigned char key[DX_REDACT_KEY];

    *r = (dx_redaction){.settings = &in->settings,
                        .paths = in->args,
                        .n_paths = in->n_args,
                        .out = in->settings.out_folder,
                        .know = know,
                        .arena = in->arena};
    if (check_arguments(in, err) != DX_OK || choose_key(in, key, err) != DX_OK ||
        dx_knowledge_load(know, &in->settings, err) != DX_OK ||
        dx_kinds_new(&r->kinds, err) != DX_OK)
        return DX_FAIL;
    return dx_values_new(&r->values, key, err);
}

/* ---- the same findings ---- */

static dx_rc verdicts_below(const dx_invocation *in, const char *const *paths, size_t n,
                            dx_verdicts *out, dx_err *err)
{
    dx_invocation quiet = *in;
    dx_session s = {.in = &quiet};
    dx_report report;

    quiet.settings.db = ":memory:";
    quiet.settings.quiet = true;
    quiet.settings.n_outputs = 0;
    quiet.args = paths;
    quiet.n_args = n;
    dx_rc rc = dx_session_open(&s, err);
    if (rc == DX_OK)
        rc = dx_session_round(&s, paths, n, &report, err);
    if (rc == DX_OK)
        rc = dx_verdicts_of(&report, in->arena, out, err);
    dx_session_done(&s);
    return rc;
}

static dx_rc compare_findings(const dx_redaction *r, const dx_invocation *in, dx_err *err)
{
    const char *const copies[] = {r->out};
    dx_verdicts before, after;
    int which;

    if (verdicts_below(in, in->args, in->n_args, &before, err) != DX_OK ||
        verdicts_below(in, copies, 1, &after, err) != DX_OK)
        return DX_FAIL;
    const dx_str line = dx_verdicts_differ(&before, &after, &which);
    if (line.p == NULL)
        return DX_OK;
    return dx_fail(err, DX_E_INPUT, DX_NOWHERE, "only the %s say: %.*s",
                   which ? "copies" : "originals", DX_FMT(line));
}

static dx_rc verify(const dx_redaction *r, const dx_invocation *in, dx_err *err)
{
    if (r->gaps > 0)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "%llu lines were too intricate to be searched for names to their end",
                       (unsigned long long)r->gaps);
    if (dx_redaction_verify(r, err) != DX_OK)
        return DX_FAIL;
    return r->n_files ? compare_findings(r, in, err) : DX_OK;
}

/* ---- the result ---- */

static dx_rc write_map(const dx_redaction *r, dx_err *err)
{
    dx_writer *w;
    dx_buf text = {0};
    dx_str original, replacement;

    for (size_t i = 0; i < dx_values_count(r->values); i++) {
        dx_values_get(r->values, i, &original, &replacement);
        dx_buf_printf(&text, "%.*s\t%.*s\n", DX_FMT(original), DX_FMT(replacement));
    }
    dx_rc rc = text.failed ? dx_nomem(err) : dx_writer_open(&w, r->settings->map_file, err);
    if (rc == DX_OK) {
        rc = dx_writer_put(w, dx_buf_str(&text), err);
        dx_err late = {0};
        const dx_rc closed = dx_writer_close(w, DX_NO_TIME, rc == DX_OK ? err : &late);
        rc = rc == DX_OK ? closed : rc;
    }
    dx_buf_done(&text);
    return rc;
}

static int tell_done(const dx_redaction *r)
{
    const size_t n = dx_values_count(r->values);
    dx_buf text = {0};

    dx_buf_printf(&text, "%zu log%s written to %s; %zu %s replaced.\n", r->n_files,
                  r->n_files == 1 ? "" : "s", r->out, n,
                  n == 1 ? "name, address or secret" : "names, addresses and secrets");
    if (r->settings->no_verify)
        dx_buf_add(&text, DX_LIT("Not verified.\n"));
    else
        dx_buf_add(&text,
                   DX_LIT("Verified: the copies give the same findings, and none of what was "
                          "replaced is left in them.\n"));
    if (r->damaged)
        dx_buf_printf(&text, "%zu could not be read, or not to the end.\n", r->damaged);
    dx_buf_add(&text, DX_LIT("Look at them before you give them away: a name in the middle of a "
                             "sentence is not known\nfor one.\n"));
    const int code = dx_stdout_end(&text, r->damaged ? DX_EXIT_INCOMPLETE : DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

static int give_up(dx_redaction *r, const dx_err *err, const char *why)
{
    dx_redaction_undo(r);
    if (why)
        dx_cli_say("%s, so nothing is kept in %s", why, r->out);
    return err->kind == DX_E_CANCEL ? dx_cli_exit_of(DX_E_CANCEL) : dx_cli_say_error(err);
}

static int redact(dx_redaction *r, const dx_invocation *in)
{
    dx_err err = {0};

    if (dx_redaction_learn(r, &err) != DX_OK || dx_redaction_write(r, &err) != DX_OK)
        return give_up(r, &err, NULL);
    if (!in->settings.no_verify && verify(r, in, &err) != DX_OK) {
        const int code = give_up(r, &err, "the copies did not pass the check");
        return code == DX_EXIT_INTERRUPTED ? code : DX_EXIT_RUNTIME;
    }
    if (in->settings.map_file && write_map(r, &err) != DX_OK)
        return give_up(r, &err, "the map could not be written");
    return tell_done(r);
}

static int run_command(const dx_invocation *in)
{
    dx_redaction r = {0};
    dx_knowledge know = {0};
    dx_err err = {0};

    dx_os_catch_interrupt();
    const int code =
        prepare(&r, in, &know, &err) == DX_OK ? redact(&r, in) : dx_cli_say_error(&err);
    dx_redaction_done(&r);
    dx_knowledge_done(&know);
    return code;
}

static const dx_option options[] = {
    {"output", 'o', "FOLDER", DX_OPT_TEXT, AT(out_folder), "@dir",
     "write the copies below this folder, which must be new or empty"},
    {"key", 0, "FILE", DX_OPT_TEXT, AT(key_file), "@file",
     "the same secret bytes give the same replacements; without it each run has others"},
    {"map", 0, "FILE", DX_OPT_TEXT, AT(map_file), "@file",
     "write what became what to this new file, for yourself"},
    {"no-verify", 0, NULL, DX_OPT_FLAG, AT(no_verify), NULL,
     "do not check the copies: quicker, and nobody knows whether something was left"},
    {"verify", 0, NULL, DX_OPT_FLAG, AT(verify), NULL, "check the copies (as is done anyway)"},
    OPT_ENCODING,
    OPT_LOG_FORMAT,
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_LIMIT_DEPTH,
    OPT_LIMIT_MEMBERS,
    OPT_LIMIT_BYTES,
    OPT_LIMIT_RATIO,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_redact = {
    .name = "redact",
    .arguments = "PATH...",
    .summary = "copy logs without the names of people and machines",
    .about =
        "Names of people, machines and domains, addresses, SIDs, keys and passwords become others\n"
        "of the same shape, the same ones in all files. Members of archives become plain files.\n"
        "The copies must then give the same findings, and hold none of the originals in any\n"
        "encoding; else they are removed. Look at them yourself before you give them away.\n\n"
        "Exit codes: 0 done, 2 wrong option, 3 done, but something could not be read,\n"
        "4 the copies did not pass and were removed, or could not be written, 130 interrupted.",
    .examples = "setupdx redact /mnt/logs -o /tmp/for-the-vendor\n"
                "setupdx redact server1.zip -o out --map names.txt\n"
                "setupdx redact --key our.key monday.log tuesday.log -o out\n",
    .options = options,
    .complete = "@file",
    .run = run_command,
};
