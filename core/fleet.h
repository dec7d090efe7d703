/* What a store knows of findings, attempts and servers, as lists for people to look through.
 * Plain data in the asker's arena. */
#ifndef DX_CORE_FLEET_H
#define DX_CORE_FLEET_H
#include "core/diagnosis.h"
#include "core/trend.h"

/* ---- findings ---- */

/* Where a finding (a failure on one server, by key) or a diagnosis (all of its findings) stands. */
typedef enum dx_standing {
    DX_STAND_NEW,       /* first seen in the last seven days */
    DX_STAND_KNOWN,     /* seen before, not mended */
    DX_STAND_REGRESSED, /* seen again after a verified fix, or after somebody resolved it last */
    DX_STAND_SILENCED,  /* its diagnosis is silenced now */
    DX_STAND_PENDING,   /* a fix was begun, or somebody resolved it; no good attempt yet */
    DX_STAND_VERIFIED   /* a later attempt of the same product on the same server succeeded */
} dx_standing;
extern const char *const dx_standing_names[]; /* "new", "known", ... "fix pending", "verified" */
enum { DX_STANDINGS = DX_STAND_VERIFIED + 1 };

enum { DX_SPARK_WEEKS = 12 };

typedef enum dx_finding_order {
    DX_ORDER_LAST,    /* last seen, newest first */
    DX_ORDER_SERVERS, /* most servers first (of diagnoses; findings: most attempts) */
    DX_ORDER_GROWTH,  /* servers in the last week against the one before (of diagnoses) */
    DX_ORDER_FIRST    /* first seen, newest first */
} dx_finding_order;

typedef struct dx_findings_query {
    bool by_diagnosis; /* one row a diagnosis, else one a key */
    int64_t now_us;
    unsigned standings;            /* set of 1u << dx_standing; 0 = all */
    dx_str diagnosis, cause_class; /* empty = any */
    dx_trend_filter where;         /* times: of the last time it was seen */
    dx_finding_order order;
    size_t top, skip; /* top 0 = 50; at most 1000 */
} dx_findings_query;

typedef struct dx_finding_row {
    dx_str key; /* empty by diagnosis */
    dx_str diagnosis, title, cause_class;
    dx_str server;  /* the only one, else empty */
    dx_str product; /* of the last attempt */
    dx_standing standing;
    dx_state state;                      /* of the last attempt that shows it */
    int confidence;                      /* the same attempt's */
    int64_t servers, attempts, findings; /* findings: keys */
    int64_t first_us, last_us;
    int64_t last_attempt;
    int64_t weeks[DX_SPARK_WEEKS]; /* attempts a week, oldest first; the last holds now_us */
} dx_finding_row;

typedef struct dx_findings {
    size_t n;
    const dx_finding_row *rows;
    int64_t all;                    /* rows without top and skip */
    int64_t standing[DX_STANDINGS]; /* how many of each, with every filter but `standings` */
    dx_str partial;
} dx_findings;

/* ---- attempts ---- */

typedef struct dx_attempt_row {
    int64_t id;
    dx_str server, product, version, format;
    dx_outcome outcome;
    bool failed;         /* its outcome says so, or there is none and something failed */
    int64_t happened_us; /* when it began, else when it was first read */
    int64_t ended_us;
    dx_str code;
    dx_str diagnosis, title, key; /* of its best finding; empty without one */
    int confidence;
    dx_state state;
    dx_str path, member; /* where it was seen last */
    uint32_t first_line, last_line;
} dx_attempt_row;

typedef struct dx_attempts_query {
    dx_str key, diagnosis; /* with this finding */
    dx_trend_filter where;
    bool failed_only;
    size_t top, skip; /* newest first; top 0 = 50, at most 1000 */
} dx_attempts_query;

typedef struct dx_attempts {
    size_t n;
    const dx_attempt_row *rows;
    int64_t all;
    dx_str partial;
} dx_attempts;

/* ---- decisions of people, and what rules said ---- */

typedef enum dx_note_kind {
    DX_NOTE_RULES,    /* a rule set found it first then */
    DX_NOTE_RESOLVED, /* `what` the fix, `ticket`, `by` */
    DX_NOTE_SILENCED, /* `what` the reason, until_us */
    DX_NOTE_UNSILENCED,
    DX_NOTE_ALIAS, /* `subject` now counts as `what` (empty: as itself again) */
    DX_NOTE_TAG    /* `subject` got `what`, "site=Berlin" */
} dx_note_kind;

/* One entry of a history, oldest first. */
typedef struct dx_note {
    dx_note_kind kind;
    int64_t at_us, until_us;          /* until_us: DX_NO_TIME when it does not apply */
    dx_str subject, what, ticket, by; /* RULES: `what` the version, `by` the digest */
} dx_note;

typedef struct dx_notes {
    size_t n;
    const dx_note *rows;
} dx_notes;

/* All about one key. */
typedef struct dx_finding_page {
    dx_finding_row finding;
    dx_attempts attempts; /* that show it, newest first, at most 200 */
    dx_notes notes;
    int64_t other_servers; /* with the same diagnosis */
} dx_finding_page;

/* ---- servers ---- */

typedef struct dx_server_product {
    dx_str product;
    size_t n_versions;
    const dx_str *versions; /* in the order they were first seen */
    dx_outcome last_outcome;
    bool last_failed;
    int64_t last_us;
    int64_t attempts, failures;
} dx_server_product;

typedef struct dx_server_row {
    dx_str name;
    int64_t first_us, last_us, attempts, failures;
    size_t n_aliases, n_tags, n_products;
    const dx_str *aliases;
    const dx_tag *tags;                /* by name */
    const dx_server_product *products; /* by name */
    dx_str partial;                    /* why something is missing, or empty */
} dx_server_row;

typedef struct dx_servers_query {
    dx_str contains;       /* in the name or an alias, case does not matter */
    dx_trend_filter where; /* times: of the last attempt */
    size_t top, skip;      /* by name; top 0 = 50, at most 1000 */
} dx_servers_query;

typedef struct dx_servers {
    size_t n;
    const dx_server_row *rows;
    int64_t all;
    dx_str partial;
} dx_servers;

/* Server by week. */
typedef struct dx_heat_query {
    int64_t now_us;        /* in the last week */
    unsigned weeks;        /* 0 = 12; at most 104 */
    dx_trend_filter where; /* without times */
    dx_str diagnosis;      /* count only attempts with it; empty = all */
    size_t top, skip;      /* most failures first; top 0 = 50, at most 1000 */
} dx_heat_query;

typedef struct dx_heat_cell {
    int64_t attempts, failures;
} dx_heat_cell;

typedef struct dx_heat_row {
    dx_str server, site;
    int64_t attempts, failures;
    const dx_heat_cell *cell; /* one a week */
} dx_heat_row;

typedef struct dx_heat {
    size_t n_weeks;
    const dx_trend_bucket *weeks;
    size_t n;
    const dx_heat_row *rows;
    int64_t all;
    dx_str partial;
} dx_heat;

/* ---- what was read ---- */

/* A format or an encoding, and how much was read in it. */
typedef struct dx_read_share {
    dx_str name;
    int64_t logs, lines, bytes, bad_bytes;
} dx_read_share;

typedef enum dx_log_doubt {
    DX_DOUBT_NONE,       /* every log */
    DX_DOUBT_BAD_BYTES,  /* bytes that are no text of its encoding */
    DX_DOUBT_NO_ATTEMPT, /* nothing in it is a run of an installer */
    DX_DOUBT_CUT_OFF,    /* an attempt in it stops before its end */
    DX_DOUBT_GAPS        /* its last scan was interrupted, left something out or hit a limit */
} dx_log_doubt;
enum { DX_DOUBTS = DX_DOUBT_GAPS + 1 };
extern const char *const dx_log_doubt_names[]; /* "all", "bad-bytes", ... NULL-ended */

typedef struct dx_log_row {
    dx_str path, member, format, encoding;
    int64_t lines, bytes, bad_bytes, attempts;
    int64_t last_us; /* when it was last read */
} dx_log_row;

typedef struct dx_coverage_query {
    dx_log_doubt doubt;
    size_t top, skip; /* the newest first; top 0 = 50, at most 1000 */
} dx_coverage_query;

typedef struct dx_coverage {
    int64_t logs[DX_DOUBTS]; /* how many, by doubt */
    int64_t scans, gapless;  /* scans, and those that read all that they were pointed at */
    size_t n_formats, n_encodings;
    const dx_read_share *formats, *encodings; /* most logs first; at most 100 */
    size_t n;
    const dx_log_row *rows; /* those of the doubt that was asked for */
} dx_coverage;

/* ---- what nobody knows ---- */

/* Unknown errors that differ only in numbers, names of files and the like. */
typedef struct dx_unknown_row {
    dx_str pattern; /* "Cannot open <path>: error <n>" */
    dx_str sample;  /* one text */
    int64_t events, attempts, servers;
    int64_t first_us, last_us;
    int64_t last_attempt; /* of those with the sample the one that was stored last */
} dx_unknown_row;

typedef struct dx_unknown_query {
    dx_trend_filter where; /* without server, product and tags */
    size_t top, skip;      /* most servers first; top 0 = 50, at most 1000 */
} dx_unknown_query;

typedef struct dx_unknowns {
    size_t n;
    const dx_unknown_row *rows;
    int64_t all;
    dx_str partial;
} dx_unknowns;
#endif
