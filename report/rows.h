/* The facts of a report as flat rows, for formats that are tables: each fact is one row of one
 * kind, and no kind is left out.  docs/report.md lists kinds and columns. */
#ifndef DX_REPORT_ROWS_H
#define DX_REPORT_ROWS_H
#include "report/report.h"

/* X(kind, name as a metric, whether `number` is a quantity, what it is) */
#define DX_ROW_KINDS(X)                                                                            \
    X(REPORT, "report", false, "a property of the whole report")                                   \
    X(TOTAL, "figure", true, "a number that sums the report up")                                   \
    X(SOURCE, "source_lines", true, "lines of a log that was read")                                \
    X(SOURCE_BYTES, "source_bytes", true, "bytes of a log that was read")                          \
    X(SOURCE_BAD_BYTES, "source_undecodable_bytes", true, "bytes that could not be decoded")       \
    X(NOTE, "note", false, "what was guessed or repaired while a log was read")                    \
    X(SKIPPED, "skipped", true, "a file that was not read; 1 when it should have been readable")   \
    X(GAP, "gap_records", true, "records that a signature could not be judged on")                 \
    X(ATTEMPT, "attempt", false, "an attempt and what class it is in")                             \
    X(OUTCOME, "outcome", false, "what the log says of its end")                                   \
    X(BECAUSE, "because_attempt", true, "the attempt inside this one that made it fail")           \
    X(DIGEST, "attempt_digest", false, "hash of the attempt's lines")                              \
    X(ERRORS, "attempt_errors", true, "records whose own level says error")                        \
    X(WARNINGS, "attempt_warnings", true, "records whose own level says warning")                  \
    X(HARMLESS, "attempt_harmless", true, "lines that look like errors and are none")              \
    X(FACT, "fact", false, "what the log says of the attempt")                                     \
    X(CODE, "code_outcome", true, "a code in the lines; 1 when it is an outcome and no cause")     \
    X(NEAREST, "nearest_percent", true, "a known failure that comes near, by common words")        \
    X(AROUND, "around_own", true, "a line around the first error; 1 when it is part of it")        \
    X(FINDING, "finding_confidence", true, "a diagnosis and how certain it is, 0 to 99")           \
    X(CAUSE, "cause", false, "why it failed")                                                      \
    X(APPLIES, "applies", false, "what the diagnosis is about")                                    \
    X(FIX, "fix", false, "a step of the remedy")                                                   \
    X(SEE, "fix_see", false, "what success of a step looks like")                                  \
    X(UNDO, "fix_undo", false, "how to take a step back")                                          \
    X(EVIDENCE, "evidence_points", true, "a sign and the points that it gives")                    \
    X(FIELD, "field", false, "a value in a sign")                                                  \
    X(RIVAL, "rival_confidence", true, "what else it could be, 0 to 99")                           \
    X(NOT_SEEN, "not_seen", false, "what would have made it more certain")                         \
    X(REFERENCE, "reference", false, "an article")                                                 \
    X(HISTORY, "history_attempts", true, "attempts with this diagnosis in the store")              \
    X(HISTORY_SERVERS, "history_servers", true, "servers with this diagnosis in the store")        \
    X(HISTORY_RESOLVED, "history_resolved_servers", true,                                          \
      "of these, servers where it is resolved")                                                    \
    X(HISTORY_SAME, "history_same_server", true, "attempts with this diagnosis on this server")    \
    X(UNDECIDED, "undecided_candidates", true, "signs that several causes could explain")          \
    X(TOLD_WITH, "told_with", true, "the attempt that shows the same and is told in its place")    \
    X(TRY, "try_attempt", true, "an attempt that shows the same failure")                          \
    X(CANDIDATE, "candidate_confidence", true, "one of several possible causes, 0 to 99")          \
    X(UNEXPLAINED, "unexplained", false, "a failure or error that no rule explains")

typedef enum dx_row_kind {
#define DX_ROW_ENUM(name, metric, number, help) DX_ROW_##name,
    DX_ROW_KINDS(DX_ROW_ENUM)
#undef DX_ROW_ENUM
        DX_ROW_KIND_COUNT
} dx_row_kind;

/* What does not apply is empty, 0 or DX_NO_TIME; what means what is in docs/report.md. */
typedef struct dx_row {
    dx_row_kind kind;
    dx_str server;
    size_t attempt; /* number in the report, from 1 */
    dx_str key;     /* of the finding or the undecided group it belongs to */
    size_t n;       /* which of its kind there, from 1 */
    dx_str id, title, value;
    int64_t number;
    dx_str file, member;
    uint32_t line;
    int64_t time_us;
    dx_str text;
} dx_row;

/* False: enough. */
typedef bool dx_row_fn(void *ctx, const dx_row *row);

/* Rows of the whole in a fixed order: report, sources, gaps, then attempt by attempt as read.
 * False when out of memory. */
bool dx_report_rows(const dx_report *r, dx_row_fn *fn, void *ctx);

typedef struct dx_row_kind_info {
    const char *name;   /* "finding" */
    const char *metric; /* "finding_confidence" */
    bool quantity;
    const char *help;
} dx_row_kind_info;
extern const dx_row_kind_info dx_row_kinds[]; /* by dx_row_kind */
#endif
