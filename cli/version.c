#include "cli/version.h"

#include <sqlite3.h>

#include "cli/knowledge.h"
#include "cli/open.h"
#include "cli/tell.h"
#include "cli/option_rows.h"
#include "parser/source.h"
#include "report/report.h"

const char *dx_version(void)
{
    return DX_VERSION;
}

static void add_age(dx_buf *out, int64_t newest_us, int64_t now_us)
{
    const int64_t days = (now_us - newest_us) / (86400 * INT64_C(1000000));
    dx_buf_printf(out, ", newest file %lld day%s old", days > 0 ? (long long)days : 0,
                  days == 1 ? "" : "s");
}

static void add_rules(dx_buf *out, const dx_knowledge *know, int64_t now_us)
{
    const dx_signature *const *signatures;
    const dx_rule *const *rules;
    const dx_format *const *formats;
    const dx_str version = dx_rulebook_version(know->book);
    char digest[33];

    dx_hash_hex(dx_rulebook_digest(know->book), digest);
    dx_buf_printf(out, "rules %.*s (digest %.8s", DX_FMT(version.n ? version : DX_LIT("unnamed")),
                  digest);
    if (know->set.newest_us != DX_NO_TIME)
        add_age(out, know->set.newest_us, now_us);
    dx_buf_printf(out, "), %zu signatures, %zu diagnoses, %zu formats",
                  dx_rulebook_signatures(know->book, &signatures),
                  dx_rulebook_rules(know->book, &rules), dx_formats_all(know->formats, &formats));
}

static void add_libraries(dx_buf *out)
{
    char pcre2[DX_REGEX_LIBRARY], archive[DX_SOURCE_LIBRARY];

    dx_regex_library(pcre2);
    dx_source_library(archive);
    dx_buf_printf(out, ", PCRE2 %s, SQLite %s, libarchive %s", pcre2, sqlite3_libversion(),
                  archive);
}

/* What was registered and read: the answer to "why does it not know my format?". */
static void add_details(dx_buf *out, const dx_knowledge *know)
{
    const dx_report_format *const *outputs;
    const dx_format *const *formats;
    const size_t n_outputs = dx_report_format_all(&outputs);
    const size_t n_formats = dx_formats_all(know->formats, &formats);

    dx_buf_add(out, DX_LIT("\nresult formats:\n"));
    for (size_t i = 0; i < n_outputs; i++)
        dx_buf_printf(out, "  %-28s %s\n", outputs[i]->name, outputs[i]->help);
    dx_buf_add(out, DX_LIT("log formats:\n"));
    for (size_t i = 0; i < n_formats; i++) {
        const dx_str slow = dx_format_why_slow(formats[i], know->arena);
        dx_buf_printf(out, "  %-28.*s %.*s\n", DX_FMT(dx_format_id(formats[i])),
                      DX_FMT(dx_format_title(formats[i])));
        if (slow.n > 0)
            dx_buf_printf(out, "  %-28s (each record is cut: %.*s)\n", "", DX_FMT(slow));
    }
    dx_buf_add(out, DX_LIT("rule files:\n"));
    for (size_t i = 0; i < know->set.n; i++)
        dx_buf_printf(out, "  %.*s\n", DX_FMT(know->set.file[i].path));
}

static int run_command(const dx_invocation *in)
{
    dx_knowledge know = {0};
    dx_buf text = {0};
    dx_err err = {0};
    int64_t now_us;
    int code = DX_EXIT_OK;

    if (dx_open_clock(&in->settings, &now_us, &err) != DX_OK)
        return dx_cli_say_error(&err);
    dx_buf_printf(&text, "setupdx %s, ", DX_VERSION);
    if (dx_knowledge_load(&know, &in->settings, &err) == DX_OK)
        add_rules(&text, &know, now_us);
    else {
        code = dx_cli_say_error(&err);
        dx_buf_add(&text, DX_LIT("no usable rules"));
    }
    add_libraries(&text);
    dx_buf_char(&text, '\n');
    if (in->settings.verbose && code == DX_EXIT_OK)
        add_details(&text, &know);
    code = dx_stdout_end(&text, code);
    dx_buf_done(&text);
    dx_knowledge_done(&know);
    return code;
}

static const dx_option options[] = {
    OPT_VERBOSE, OPT_RULES, OPT_NO_DEFAULT_RULES, OPT_NO_CACHE, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_version = {
    .name = "version",
    .arguments = "",
    .summary = "show the versions of all that takes part",
    .examples = "setupdx version\n"
                "setupdx version -v\n"
                "setupdx version --rules my-rules.yaml\n",
    .options = options,
    .run = run_command,
};
