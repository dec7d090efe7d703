#include <string.h>

#include "report/explanation.h"
#include "report/text.h"

enum { MOST_FILES = 10 };

static void put(dx_teller *t, const char *label, unsigned hang)
{
    dx_tell(t, DX_PART_HEAD,
            (dx_para){.label = label, .tone = DX_TONE_BOLD, .hang = hang, .max_lines = 8});
    dx_tell_block(t);
}

static void put_blank(dx_teller *t)
{
    dx_buf_char(&t->sink.buf, '\n');
}

/* ---- what was read ---- */

static void say_source(dx_teller *t, const dx_report_source *s)
{
    dx_page_show_path(&t->page, &t->text, s->path);
    if (s->member.n > 0) {
        dx_say(t, "!");
        dx_page_show_path(&t->page, &t->text, s->member);
    }
}

typedef enum skip_kind { NO_LOG, UNREADABLE, IN_PART } skip_kind;

static skip_kind kind_of(const dx_report_source *s)
{
    return !s->damage ? NO_LOG : dx_report_read_in_part(s) ? IN_PART : UNREADABLE;
}

static void put_skipped(dx_teller *t, skip_kind kind, size_t most, const char *label)
{
    size_t n = 0;

    for (size_t i = 0; i < t->report->n_sources && dx_sink_poll(&t->sink); i++) {
        const dx_report_source *s = &t->report->sources[i];
        if (s->skipped.n == 0 || kind_of(s) != kind || n++ >= most)
            continue;
        say_source(t, s);
        dx_say(t, ": ");
        dx_say_log(t, s->skipped);
        put(t, label, 2);
    }
    if (n > most) {
        dx_buf_printf(&t->text, "%zu more (--format json)", n - most);
        put(t, label, 2);
    }
}

static void put_one_read(dx_teller *t, const dx_report_source *s)
{
    say_source(t, s);
    dx_say(t, ": ");
    dx_say_log(t, s->format.n > 0 ? s->format : DX_LIT("no known format"));
    dx_say(t, ", ");
    dx_say_log(t, s->encoding);
    if (s->encoding_how.n > 0) {
        dx_say(t, " (");
        dx_say_log(t, s->encoding_how);
        dx_say(t, ")");
    }
    dx_buf_printf(&t->text, ", %lu %s, %lu %s", (unsigned long)s->lines,
                  dx_plural(s->lines, "line", "lines"), (unsigned long)s->attempts,
                  dx_plural(s->attempts, "attempt", "attempts"));
    if (s->bad_bytes > 0)
        dx_buf_printf(&t->text, ", %llu undecodable bytes", (unsigned long long)s->bad_bytes);
    put(t, "Read:", 2);
    for (size_t i = 0; i < s->n_notes; i++) {
        dx_say_log(t, s->notes[i]);
        put(t, "  Note:", 4);
    }
}

/* What may have kept a pasted text from being understood. */
static void put_paste_notes(dx_teller *t)
{
    const dx_report_source *s = t->report->sources;

    for (size_t i = 0; i < s->n_notes; i++) {
        dx_say_log(t, s->notes[i]);
        put(t, "Note:", 2);
    }
}

static void put_sources(dx_teller *t)
{
    const bool verbose = t->verbose > 0;
    const size_t most = verbose ? SIZE_MAX : MOST_FILES;

    for (size_t i = 0; verbose && i < t->report->n_sources && dx_sink_poll(&t->sink); i++)
        if (t->report->sources[i].skipped.n == 0)
            put_one_read(t, &t->report->sources[i]);
    put_skipped(t, IN_PART, most, "Not whole:");
    put_skipped(t, UNREADABLE, most, "Could not read:");
    if (verbose)
        put_skipped(t, NO_LOG, SIZE_MAX, "Skipped:");
}

static void put_gaps(dx_teller *t)
{
    for (size_t i = 0; i < t->report->n_gaps; i++) {
        const struct dx_report_gap *gap = &t->report->gaps[i];
        dx_say_log(t, gap->signature);
        dx_buf_printf(&t->text, " gave up on %llu %s (limit against runaway matching), first in ",
                      (unsigned long long)gap->count,
                      dx_plural((size_t)gap->count, "record", "records"));
        dx_say_log(t, gap->path);
        dx_buf_printf(&t->text, ":%lu", (unsigned long)gap->line);
        put(t, "Not judged:", 2);
    }
}

/* ---- whose logs they are ---- */

enum { MANY_LOGS = 4 };

static dx_str folder_of(dx_str path)
{
    size_t n = path.n;

    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return dx_str_slice(path, 0, n);
}

/* Several folders of logs, and none says where it was written: then the folders may. */
static bool lacks_servers(const dx_report *r)
{
    size_t folders = 0;

    if (r->explanation || r->n_attempts < MANY_LOGS)
        return false;
    for (size_t i = 0; i < r->n_attempts; i++)
        if (dx_server_named(r->attempts[i].of->attempt.server))
            return false;
    for (size_t i = 1; i < r->n_sources && folders == 0; i++)
        folders += !dx_str_eq(folder_of(r->sources[i].path), folder_of(r->sources[0].path));
    return folders > 0;
}

static void put_server_hint(dx_teller *t)
{
    if (!lacks_servers(t->report))
        return;
    dx_say(t, "no log names its server, so all count as one; if their folders do, add "
              "--server-from '/(?<server>[^/]+)/[^/]+$'");
    put(t, "Servers:", 2);
}

/* ---- when there is nothing to tell ---- */

static bool is_nothing(const dx_report *r)
{
    for (size_t i = 0; i < r->n_attempts; i++)
        if (dx_report_ending(&r->attempts[i]) != DX_ENDED_SILENT || r->attempts[i].of->n_events > 0)
            return false;
    return true;
}

static bool has_read(const dx_report *r)
{
    for (size_t i = 0; i < r->n_sources; i++)
        if (r->sources[i].lines > 0)
            return true;
    return false;
}

/* Any text with stamps, or none at all, fits these: who reads them knows nothing of the text. */
static bool is_known_format(dx_str format)
{
    return format.n > 0 && !dx_str_eq(format, DX_LIT("log")) &&
           !dx_str_eq(format, DX_LIT("dialogs")) && !dx_str_eq(format, DX_LIT("kb-article"));
}

/* The log of a known tool that was read, holds an attempt and tells of no failure; or NULL. */
static const dx_report_source *uneventful(const dx_report *r)
{
    for (size_t i = 0; i < r->n_sources && is_nothing(r); i++) {
        const dx_report_source *s = &r->sources[i];
        if (s->attempts > 0 && !s->document && is_known_format(s->format))
            return s;
    }
    return NULL;
}

static void put_uneventful(dx_teller *t, const dx_report_source *s)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < t->report->n_sources; i++)
        lines += t->report->sources[i].lines;
    dx_buf_printf(&t->text, "in %llu %s read (", (unsigned long long)lines,
                  dx_plural(lines, "line that was", "lines that were"));
    dx_say_log(t, s->format);
    dx_say(t, t->report->n_sources > 1 ? " and others)" : ")");
    dx_say(t, "; they do not say how it ended. If it failed, another log tells.");
    put(t, "No failure", 2);
}

/* A name or a few lines may mislead: whoever knows better is told how to have it read. */
static void put_documents(dx_teller *t)
{
    const dx_report_source *s = t->report->sources, *end = s + t->report->n_sources;

    while (s < end && !s->document)
        s++;
    if (s == end)
        return;
    dx_say_log(t, s->path);
    dx_say(t, " was taken for no log (");
    dx_say_log(t, s->format);
    dx_say(t, "), and no rule looked into it: with --log-format dialogs they do");
    put(t, "  -", 4);
}

static void put_wanted(dx_teller *t)
{
    static const char *const wanted[] = {
        "the setup program's own log (Exchange: \"Exchange Server Setup.log\" in the root of the "
        "system drive; SQL Server: Setup Bootstrap\\Log)",
        "Windows Installer: MSI*.LOG in %TEMP%, or what msiexec /l*v wrote",
        "Windows: setupapi.log, setupapi.dev.log, Logs\\CBS\\CBS.log in the Windows folder, "
        "setupact.log and setuperr.log of the upgrade",
        "the text of the error message, typed or copied into a file",
        "of a code alone, 'setupdx explain CODE' says what it means",
    };
    uint64_t lines = 0;

    for (size_t i = 0; i < t->report->n_sources; i++)
        lines += t->report->sources[i].lines;
    dx_buf_printf(&t->text, "in %llu %s read. Any of these would help:", (unsigned long long)lines,
                  dx_plural(lines, "line that was", "lines that were"));
    put(t, "Nothing recognised", 2);
    put_documents(t);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        dx_say(t, wanted[i]);
        put(t, "  -", 4);
    }
}

/* ---- the next command ---- */

/* Safe to type: a code goes into a command line as the log wrote it. */
static bool is_code(dx_str code)
{
    if (code.n == 0 || code.n > 20 || !strchr("0123456789", code.p[0]))
        return false;
    for (size_t i = 0; i < code.n; i++)
        if (code.p[i] == '\0' || !strchr("0123456789abcdefABCDEFxX", code.p[i]))
            return false;
    return true;
}

/* The code that it ended with, or else the first whose meaning is told. */
static dx_str code_of(const dx_report_attempt *a)
{
    if (a->verdict->n_findings + a->verdict->n_undecided > 0)
        return DX_NONE;
    if (dx_report_ending(a) == DX_ENDED_FAILED && is_code(a->of->attempt.code))
        return a->of->attempt.code;
    return a->n_codes > 0 && is_code(a->codes[0].text) ? a->codes[0].text : DX_NONE;
}

static dx_str code_to_look_up(const dx_report *r)
{
    dx_str code = DX_NONE;

    for (size_t i = 0; code.n == 0 && i < r->n_attempts; i++)
        code = code_of(&r->attempts[i]);
    return code;
}

/* Somebody took it for a path. */
static dx_str code_that_was_asked(const dx_report *r)
{
    const dx_report_source *s = r->sources;
    const bool missing = r->n_sources == 1 && s->lines == 0 && s->damage;

    return missing && is_code(s->path) ? s->path : DX_NONE;
}

/* Somebody took a message for a path.  A log may have blanks in its name, too: one that is there,
 * or "Exchange Server Setup.log" with a slip in it. */
static bool message_was_asked(const dx_report *r)
{
    const dx_report_source *s = r->sources;
    size_t blanks = 0;

    if (r->n_sources != 1 || !dx_str_eq(s->skipped, DX_LIT("no such file or folder")) ||
        dx_str_iends(s->path, DX_LIT(".log")) || dx_str_iends(s->path, DX_LIT(".txt")))
        return false;
    for (size_t i = 0; i < s->path.n; i++) {
        if (strchr("/\\", s->path.p[i]))
            return false;
        blanks += s->path.p[i] == ' ';
    }
    return blanks >= 2;
}

/* All that somebody named, or a placeholder where they cannot be typed or are too many. */
static void say_asked(dx_teller *t)
{
    const dx_report *r = t->report;
    bool all = r->n_asked > 0;

    for (size_t i = 0; i < r->n_asked && all; i++) {
        const dx_str path = dx_str_of(r->asked[i]);
        dx_buf_add(&t->tail, i > 0 ? DX_LIT(" ") : DX_LIT(""));
        all = !dx_str_eq(path, DX_LIT("-")) && dx_say_path(t, path);
    }
    if (all)
        return;
    dx_buf_clear(&t->tail);
    if (r->n_asked > 1)
        dx_buf_printf(&t->text, "PATH... (the same %zu paths)", r->n_asked);
    else
        dx_say(t, "PATH");
}

/* From standard input, which cannot be read again. */
static bool is_paste(const dx_report *r)
{
    return r->n_sources == 1 && dx_str_eq(r->sources[0].path, DX_LIT("-"));
}

/* A failure that is kept can be asked about: its ticket, or what would decide. */
static void say_ask(dx_teller *t)
{
    dx_say(t, t->first_open ? "report " : "explain ");
    dx_say_log(t, t->first_key);
    if (t->first_open)
        dx_say(t, " --ticket markdown");
    dx_say_db(t);
}

static void put_next(dx_teller *t)
{
    const dx_str asked = code_that_was_asked(t->report);
    const dx_str code = asked.n > 0 ? asked : code_to_look_up(t->report);

    dx_say(t, "setupdx ");
    if (t->report->n_sources == 0) {
        dx_say(t, "scan PATH (a folder or file that holds logs; there was none)");
    } else if (message_was_asked(t->report)) {
        dx_say(t, "explain 'THAT MESSAGE' (scan takes paths)");
    } else if (is_nothing(t->report) && asked.n == 0 && !uneventful(t->report)) {
        dx_say(t, "scan PATH-OF-THE-SETUP-LOG");
    } else if (t->first_key.n > 0 && !dx_str_eq(t->report->store, DX_LIT(":memory:"))) {
        say_ask(t);
    } else if (code.n > 0) {
        dx_say(t, "code ");
        dx_say_log(t, code);
    } else if (is_paste(t->report) && t->first_key.n > 0) {
        dx_say(t, "report ");
        dx_say_log(t, t->first_key);
        dx_say(t, " --ticket markdown (when it is scanned without --db :memory:)");
    } else if (is_paste(t->report)) {
        dx_say(t, "scan PATH-OF-THE-SETUP-LOG (the log of the whole attempt tells more)");
    } else {
        dx_say(t, "scan --format json ");
        say_asked(t);
    }
    put(t, "Next:", 2);
}

static void close_explanation(dx_teller *t)
{
    const bool scanned = is_paste(t->report) && t->first_key.n > 0;

    if (t->report->explanation->next.n == 0 && !scanned)
        return;
    put_blank(t);
    if (t->report->explanation->next.n == 0) {
        put_next(t);
        return;
    }
    dx_say_log(t, t->report->explanation->next);
    put(t, "Next:", 2);
}

void dx_text_closing(dx_teller *t)
{
    if (t->report->explanation) {
        close_explanation(t);
        return;
    }
    if (t->report->n_attempts > 0)
        put_blank(t);
    dx_report_summary(t->report, &t->text);
    put(t, NULL, 0);
    put_sources(t);
    put_gaps(t);
    const dx_report_source *quiet = uneventful(t->report);
    if (quiet)
        put_uneventful(t, quiet);
    else if (is_nothing(t->report) && has_read(t->report))
        put_wanted(t);
    put_server_hint(t);
    if (t->verbose == 0 && is_paste(t->report) && t->first_key.n == 0)
        put_paste_notes(t);
    put_next(t);
}
