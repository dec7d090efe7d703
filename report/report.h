/* What we say: one model, many formats.  docs/report.md and docs/report.schema.json. */
#ifndef DX_REPORT_REPORT_H
#define DX_REPORT_REPORT_H
#include "core/arena.h"
#include "core/buf.h"
#include "core/diagnosis.h"
#include "core/err.h"

/* A log that was read, or not. */
typedef struct dx_report_source {
    dx_str path, member, format, encoding, encoding_how;
    uint64_t bytes, bad_bytes;
    uint32_t lines, attempts;
    dx_str skipped; /* why it was not (wholly) read; empty = read */
    bool damage;    /* skipped, and it should have been readable */
    bool document;  /* no log by its format: no rule looked into it */
    size_t n_notes;
    const dx_str *notes;
} dx_report_source;

/* A number in a line that no rule explains, as it is most likely meant. */
typedef struct dx_report_code {
    dx_str text;                 /* as written */
    dx_str name, meaning, space; /* "ERROR_INSTALL_FAILURE", "...", "Windows Installer" */
    bool outcome;                /* says how it ended, never why */
    dx_str sure, first;          /* of a pasted text: how sure the reading is, what to do first */
    uint32_t line;
} dx_report_code;

/* One attempt with its verdict and what the store remembers. */
typedef struct dx_report_attempt {
    const dx_case *of;
    bool seen_before;
    const dx_verdict *verdict;
    const struct dx_report_history { /* beside verdict->findings */
        int64_t servers, attempts, resolved, same_server;
        int64_t first_us, last_us;
    } * history;
    /* For failures without a finding: what their codes mean, and the known failures whose messages
     * come nearest (confidence: per cent of common words; tell: the message that they know). */
    size_t n_codes, n_nearest;
    const dx_report_code *codes;
    const dx_rival *nearest;
    /* For some of them, too: the first error as it stands in the log (in of->path), between its
     * neighbours.  None when the log could not be looked at again. */
    size_t n_around;
    const dx_log_line *around;
} dx_report_attempt;

typedef struct dx_report { /* all borrowed */
    dx_str program_version;
    dx_str ruleset_version, ruleset_digest;
    int64_t ruleset_us; /* newest rule file, DX_NO_TIME unknown */
    int64_t now_us;
    dx_str store; /* path, or ":memory:" */
    dx_str db;    /* what names it on a command line; empty: it is the usual one */
    size_t n_asked;
    const char *const *asked; /* what somebody named to be read, as typed; may be none */
    bool complete;
    size_t n_sources, n_attempts, n_gaps;
    const dx_report_source *sources;
    const dx_report_attempt *attempts; /* in the order read */
    const size_t *order;               /* see dx_report_order(); NULL = as they stand */
    const struct dx_tries *tries;      /* tries.h; NULL: formats say nothing of it */
    const struct dx_report_gap {       /* a signature that hit a limit */
        dx_str signature, path;
        uint32_t line;
        uint64_t count;
    } * gaps;
    const struct dx_explanation *explanation; /* explanation.h; NULL for a scan */
    const struct dx_census
        *census; /* census.h; NULL, or all that is known of attempts and sources */
} dx_report;

/* The order in which findings are told: logs as they were read, in a log the attempt with the most
 * certain finding first.  n indices into attempts; NULL when out of memory. */
const size_t *dx_report_order(const dx_report_attempt *attempts, size_t n, dx_arena *into);

/* Numbers every format agrees on.  attempts = failed + undecided_cause + undecided_outcome +
 * resolved + silenced + cancelled + succeeded; docs/report.md says which attempt counts as what. */
typedef struct dx_totals {
    /* Sources; the damaged are among the skipped, and among them those that were read in part. */
    size_t read, skipped, damaged, partly;
    size_t unrelated; /* of those that were read: nothing of a setup is in them */
    size_t attempts, failed, succeeded, undecided_outcome;
    size_t unclear; /* of undecided_outcome: with errors that no rule knows */
    size_t undecided_cause, resolved, silenced, cancelled;
    size_t findings, undecided, unexplained; /* items of all verdicts */
    size_t servers, failed_servers;          /* 0 when out of memory */
} dx_totals;
dx_totals dx_report_totals(const dx_report *r);
/* The hash of the attempt's lines, written to `to`: the same whatever the file's name, encoding or
 * archive.  DX_NONE when it is not known. */
dx_str dx_report_digest(const dx_attempt *a, char to[33]);
/* It should have been readable, and some of it was. */
bool dx_report_read_in_part(const dx_report_source *s);

/* Each of them with the name that every format gives it, in a fixed order. */
typedef struct dx_named_total {
    const char *name;
    size_t n;
} dx_named_total;
enum { DX_TOTALS = 19 };
void dx_totals_named(const dx_totals *t, dx_named_total out[DX_TOTALS]);
/* True when the report shows a failure: a finding that is not resolved, something undecided, a
 * failed attempt, or a failure nobody explains. */
bool dx_report_failed(const dx_report *r);

/* Where bytes go: a file, a socket, a test's buffer.  What `write` fails with ends a format, which
 * fails so, too. */
typedef struct dx_out {
    dx_rc (*write)(void *ctx, dx_str bytes, dx_err *err);
    void *ctx;
} dx_out;

typedef struct dx_style {
    bool color;
    unsigned columns; /* 0 = 80 */
    unsigned verbose; /* 1: skipped files and notes, too */
    bool unicode;
} dx_style;

/* One .c file in report/formats/ defines one of these, named dx_report_format_<file name>. */
typedef struct dx_report_format {
    const char *name; /* "text", "json", "ndjson" */
    const char *mime;
    const char *help; /* one line */
    /* The whole report; `style` NULL: 80 columns, no colour, ASCII.  Fails when `out` does, or out
     * of memory: what was written by then is of no use. */
    dx_rc (*write)(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err);
} dx_report_format;

const dx_report_format *dx_report_format_get(const char *name); /* NULL = no such one */
/* How many there are; *out is good for ever. */
size_t dx_report_format_all(const dx_report_format *const **out);
#endif
