/* The SQLite backend's inside: one connection, its prepared statements, and short ways to run
 * them.  Every value travels as a bound parameter. */
#ifndef DX_DB_SQLITE_H
#define DX_DB_SQLITE_H
#include <sqlite3.h>
#include "core/buf.h"
#include "core/hashed.h"
#include "db/backend.h"

typedef enum sq_id {
    SQ_BEGIN,
    SQ_COMMIT,
    SQ_ROLLBACK,
    SQ_VERSION,
    SQ_SERVER_GET,
    SQ_SERVER_ADD,
    SQ_TERM_GET,
    SQ_TERM_ADD,
    SQ_PATTERN_GET,
    SQ_PATTERN_ADD,
    SQ_RULESET_GET,
    SQ_RULESET_PUT,
    SQ_SCAN_ADD,
    SQ_SCAN_END,
    SQ_SOURCE_ADD,
    SQ_SOURCE_PUT,
    SQ_SIGHTING_ADD,
    SQ_SIGHTING_PUT,
    SQ_ATTEMPT_LAST,
    SQ_ATTEMPT_SAME,
    SQ_ATTEMPT_OCCURRENCE,
    SQ_ATTEMPT_BY_PLACE,
    SQ_ATTEMPT_TRAIL,
    SQ_ATTEMPT_TAIL,
    SQ_ATTEMPT_STALE,
    SQ_ATTEMPT_ADD,
    SQ_ATTEMPT_PUT,
    SQ_SIGNATURE_GET,
    SQ_SIGNATURE_ADD,
    SQ_EVIDENCE_GET,
    SQ_EVIDENCE_ADD,
    SQ_FIELD_ADD,
    SQ_EVENT_CUT,
    SQ_VERDICT_ADD,
    SQ_KEY_ADD,
    SQ_WORDING_GET,
    SQ_WORDING_ADD,
    SQ_FINDING_ADD,
    SQ_FINDING_EVIDENCE_ADD,
    SQ_UNDECIDED_ADD,
    SQ_VERDICT_EVENT_ADD,
    SQ_STATE_SET,
    SQ_CASE,
    SQ_CASE_FACTS,
    SQ_CASE_EVENTS,
    SQ_CASE_FIELDS,
    SQ_SERVER_ATTEMPTS,
    SQ_ALL_ATTEMPTS,
    SQ_COUNT_
} sq_id;

struct sq_asked;
struct sq_memo;
struct sq_past;
struct sq_held;
struct sq_cells;
struct sq_sums;
struct sq_touched;
struct sq_pendings;
struct sq_tail;
struct sq_beginnings;

typedef struct sq_store {
    dx_store base;
    sqlite3 *db;
    char *where; /* as given, for messages */
    int64_t now_us;
    int64_t data_version;               /* changes when somebody else writes */
    bool immutable;                     /* opened as a file that nobody changes */
    bool young;                         /* a file that was made when it was opened */
    bool grouped;                       /* between dx_store_begin and commit */
    bool looking;                       /* between dx_store_look and looked, in a transaction */
    bool broken;                        /* the group holds half a change and cannot be kept */
    int changes;                        /* rows changed when the change in hand began */
    int64_t last_attempt;               /* its id, in the transaction in hand; -1: not known */
    sqlite3_stmt *statement[SQ_COUNT_]; /* prepared at first use */
    struct sq_asked *asked;             /* those of sq_ask */
    size_t asked_n, asked_cap;
    dx_hashed asked_at;           /* by their texts */
    size_t kept_texts;            /* different ones that were put (sqlite_kept.c) */
    struct sq_memo *memo;         /* ids that were looked up (sqlite_memo.c) */
    struct sq_held *held;         /* what is certainly not stored (sqlite_absent.c) */
    struct sq_past *past;         /* what was told about diagnoses (sqlite_history.c) */
    struct sq_pendings *pendings; /* attempts that are not counted yet (sqlite_pending.c) */
    struct sq_sums *sums;         /* changes of sums that are not written yet (sqlite_waiting.c) */
    struct sq_cells *cells;       /* and what they follow from (sqlite_cells.c) */
    bool told;                    /* different servers of a window stand in temp.told */
    bool moved;                   /* servers went to other sites: sums by site are made anew */
    bool few_sums;                /* there are none but tally and tally_by (clickhouse_sums.c) */
    struct sq_touched *touched;   /* what follows from these (sqlite_touched.c) */
    struct sq_tail *tail;         /* events that no run has yet (sqlite_runs.c) */
    struct sq_beginnings *beginnings; /* keys that are not written yet (sqlite_beginnings.c) */
} sq_store;

/* One bound value. */
typedef struct sq_arg {
    enum { SQ_NULL, SQ_INT, SQ_TEXT, SQ_BLOB, SQ_ROWS } kind;
    int64_t number;
    dx_str bytes; /* must live until the statement is done */
} sq_arg;

#define SQ_I(x) ((sq_arg){.kind = SQ_INT, .number = (int64_t)(x)})
#define SQ_T(s) ((sq_arg){.kind = SQ_TEXT, .bytes = (s)})
#define SQ_B(s) ((sq_arg){.kind = SQ_BLOB, .bytes = (s)})
#define SQ_R(r) ((sq_arg){.kind = SQ_ROWS, .bytes = {(const char *)(r), 0}})
#define SQ_NIL  ((sq_arg){.kind = SQ_NULL})
sq_arg sq_time(int64_t us); /* DX_NO_TIME as NULL */

#define SQ_ARGS(...)                                                                               \
    (const sq_arg[]){__VA_ARGS__}, sizeof((const sq_arg[]){__VA_ARGS__}) / sizeof(sq_arg)

/* Starts a statement; sq_next steps it: DX_OK = a row, DX_END = done (and reset).  A statement
 * left before DX_END must be given to sq_done. */
#define sq_query(s, out, err, id, ...) sq_query_((s), (out), (err), (id), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_query_(sq_store *s, sqlite3_stmt **out, dx_err *err, sq_id id, const sq_arg *args,
                         size_t n);
DX_CHECK dx_rc sq_next(sq_store *s, sqlite3_stmt *q, dx_err *err);
void sq_done(sqlite3_stmt *q); /* NULL is fine */

/* Runs a statement that gives nothing back. */
#define sq_run(s, err, id, ...) sq_run_((s), (err), (id), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_run_(sq_store *s, dx_err *err, sq_id id, const sq_arg *args, size_t n);

/* First column of the first row; DX_END when there is no row or it is NULL. */
#define sq_number(s, out, err, id, ...) sq_number_((s), (out), (err), (id), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_number_(sq_store *s, int64_t *out, dx_err *err, sq_id id, const sq_arg *args,
                          size_t n);

/* Runs an INSERT and gives the id of its row.  RETURNING would do, at several times the cost. */
#define sq_add(s, out, err, id, ...) sq_add_((s), (out), (err), (id), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_add_(sq_store *s, int64_t *id, dx_err *err, sq_id statement, const sq_arg *args,
                       size_t n);

/* The same for a text that stands beside its code: a literal, whose address is its name.  A text
 * must not be run again before it is done. */
#define sq_ask(s, out, err, text, ...) sq_ask_((s), (out), (err), (text), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_ask_(sq_store *s, sqlite3_stmt **out, dx_err *err, const char *text,
                       const sq_arg *args, size_t n);
#define sq_do(s, err, text, ...) sq_do_((s), (err), (text), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_do_(sq_store *s, dx_err *err, const char *text, const sq_arg *args, size_t n);
#define sq_value(s, out, err, text, ...) sq_value_((s), (out), (err), (text), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_value_(sq_store *s, int64_t *out, dx_err *err, const char *text,
                         const sq_arg *args, size_t n);
/* The text in the first column of the first row; DX_END leaves *out alone: there is no row. */
#define sq_text(s, out, into, err, text, ...)                                                      \
    sq_text_((s), (out), (into), (err), (text), SQ_ARGS(__VA_ARGS__))
DX_CHECK dx_rc sq_text_(sq_store *s, dx_str *out, dx_arena *into, dx_err *err, const char *text,
                        const sq_arg *args, size_t n);
void sq_asked_close(sq_store *s);

/* Many rows of numbers in one statement, which reads them FROM sq_rows(?1) as columns a, b, c ...
 * and bytes (sqlite_rows.c). */
enum { SQ_ROW_COLUMNS = 9 };
#define SQ_ROW_NULL INT64_MIN /* as DX_NO_TIME is */

typedef struct sq_rows {
    const int64_t *p; /* one row after the other */
    size_t n, width;
    const dx_str *bytes; /* of each row; NULL: none */
    bool texts;          /* which are texts */
} sq_rows;

int sq_rows_register(sqlite3 *db); /* SQLite's codes */
/* What tables that SQL can read have in common.  The plan of one that takes what it reads as its
 * hidden column, SQLite's code: it cannot be read without. */
int sq_table_choose(sqlite3_index_info *info, int hidden);
int sq_table_forget(sqlite3_vtab *table); /* xDisconnect of one that has only its own memory */
int sq_rows_bind(sqlite3_stmt *q, int at, const sq_rows *rows);
DX_CHECK dx_rc sq_rows_run(sq_store *s, const char *text, const sq_rows *rows, dx_err *err);

/* What the ways above are made of. */
int sq_bind(sqlite3_stmt *q, const sq_arg *args, size_t n);
DX_CHECK dx_rc sq_finish(sq_store *s, sqlite3_stmt *q, dx_err *err); /* steps to the end */
DX_CHECK dx_rc sq_first(sq_store *s, sqlite3_stmt *q, int64_t *out, dx_err *err);

/* Columns.  What does not fit (a store that somebody else wrote) becomes the nearest value. */
dx_str sq_bytes(sqlite3_stmt *q, int column); /* borrowed until the next step */
dx_rc sq_copy(sqlite3_stmt *q, int column, dx_arena *into, dx_str *out, dx_err *err);
/* A column of numbers as a list in `into`. */
DX_CHECK dx_rc sq_numbers(sq_store *s, sqlite3_stmt *q, dx_arena *into, int64_t **out, size_t *n,
                          dx_err *err);
int64_t sq_time_at(sqlite3_stmt *q, int column);
uint32_t sq_u32(int64_t v);
unsigned sq_word(sqlite3_stmt *q, int column, unsigned last); /* an enum's value, 0..last */

/* A text as JSON.  Plain: what JSON does not take as it is stands by its number. */
typedef enum sq_quoting { SQ_PLAIN, SQ_BRIEF } sq_quoting;
void sq_quote(dx_buf *out, dx_str text, sq_quoting how);

/* Eight bytes, least significant first: a store may move between machines. */
void sq_put64(char out[8], uint64_t v);
uint64_t sq_get64(const char *p);

/* Raises what SQLite said about the last call, with what to do about it. */
dx_rc sq_fail(sq_store *s, dx_err *err);
dx_rc sq_fail_code(const char *where, int code, const char *message, dx_err *err);

/* One change, all or nothing: a transaction of its own, or a part of a group.  sq_leave keeps it
 * when rc is DX_OK, else undoes it, with its group when it wrote something; gives DX_OK or
 * DX_FAIL. */
DX_CHECK dx_rc sq_enter(sq_store *s, dx_err *err);
DX_CHECK dx_rc sq_leave(sq_store *s, dx_rc rc, dx_err *err);
DX_CHECK dx_rc sq_begin(dx_store *base, dx_err *err);
DX_CHECK dx_rc sq_commit(dx_store *base, dx_err *err);
void sq_rollback(dx_store *base);

/* Whether SQLite follows foreign keys and wipes what is deleted; not inside a transaction. */
DX_CHECK dx_rc sq_thorough(sq_store *s, bool on, dx_err *err);
DX_CHECK dx_rc sq_wiping(sq_store *s, bool on, dx_err *err); /* only the latter */

/* Ids of words, added when new. */
DX_CHECK dx_rc sq_server(sq_store *s, dx_str name, int64_t *id, dx_err *err);
DX_CHECK dx_rc sq_term(sq_store *s, dx_str text, int64_t *id, dx_err *err);
DX_CHECK dx_rc sq_pattern(sq_store *s, dx_str text, int64_t *id, dx_err *err);

/* ---- schema ---- */
#define SQ_SCHEMA      15         /* what this program writes */
#define SQ_APPLICATION 0x53445853 /* "SDXS" */
/* Of a store that has no tables yet; others stay as they are. */
#define SQ_PAGES "PRAGMA page_size = 8192;"
/* Makes an empty database a store, brings an older store up to date, refuses the rest. */
DX_CHECK dx_rc sq_schema_ready(sq_store *s, dx_err *err);
DX_CHECK dx_rc sq_schema_version(dx_store *base, int *version, dx_err *err);

/* Makes the file of a new store, whole or not at all; where that fails there is none, and SQLite
 * makes it. */
void sq_empty_file(const char *where);
/* The same in memory; false: the database is as it was. */
bool sq_empty_memory(sqlite3 *db);

/* ---- identity ---- */
typedef struct sq_new {
    const dx_attempt *attempt;
    const dx_event *const *event; /* its events, by seq, then at */
    size_t n_events;
    const dx_event *const *kept; /* records near failures, by seq */
    size_t n_kept;
    int64_t server, format;
} sq_new;

/* Record counts at which a stored attempt keeps its fingerprint, ascending. */
enum { SQ_MARKS = 130 };
size_t sq_mark_counts(uint64_t records, uint32_t stride, uint64_t out[SQ_MARKS]);
/* Fingerprint of the first `count` records, when the trail has it. */
bool sq_mark_at(const dx_trail *trail, uint64_t count, uint64_t *mark);
/* Key by which attempts of one server and format with the same beginning find each other; those of
 * a server lie side by side. */
int64_t sq_prefix_key(const sq_new *a, uint64_t mark);
/* Whether an attempt is found by its beginning of so many lines, a power of two: by the shortest
 * that it has, and by each whose number is a power of eight. */
bool sq_prefix_kept(const dx_trail *trail, uint64_t count);
/* The longest beginning that a grown copy surely shares, a power of two; 0 = there is none. */
uint64_t sq_top_count(const dx_trail *trail);

typedef enum sq_relation { SQ_STRANGER, SQ_GROWN, SQ_OLDER } sq_relation;

/* What a log's other attempts and its name say about which stored ones may be meant. */
typedef struct sq_scope {
    int64_t source; /* 0: nothing was read from there before */
    int64_t last;   /* attempts with greater ids were made from this very log */
    bool (*taken)(const void *ctx, int64_t id);
    const void *ctx;
} sq_scope;

/* The stored attempt that `a` continues (SQ_GROWN) or is an older copy of (SQ_OLDER). */
DX_CHECK dx_rc sq_related(sq_store *s, const sq_new *a, const sq_scope *scope, int64_t *id,
                          sq_relation *relation, dx_err *err);

/* ---- content ---- */
void sq_digest(const dx_attempt *a, char out[16]);
/* Writes an attempt with its facts and events; over the one with *id unless that is 0. */
DX_CHECK dx_rc sq_put_attempt(sq_store *s, int64_t scan, const sq_new *a, int64_t *id, dx_err *err);

/* An attempt's verdict goes, with all that it says. */
DX_CHECK dx_rc sq_clear_verdict(sq_store *s, int64_t attempt, dx_err *err);

/* The attempts of a log, or such as could be of one, without the log.  `fresh` (unless NULL): their
 * content was written; then known content is only replaced by what later rules read. */
DX_CHECK dx_rc sq_put_group(sq_store *s, int64_t scan, const dx_log *log, int64_t *ids, bool *seen,
                            bool *fresh, dx_err *err);

/* "file:PATH?OPTION" with the path's odd bytes escaped: a path must never act as a URI. */
void sq_uri_of(dx_buf *out, const char *path, const char *option);

/* ---- the operations of the backend ---- */
dx_rc sq_put_log(dx_store *base, int64_t scan, const dx_log *log, dx_stored *out, dx_err *err);
dx_rc sq_put_case_events(dx_store *base, const dx_case *of, const dx_event *events, size_t n,
                         dx_err *err);
dx_rc sq_put_verdict(dx_store *base, int64_t scan, int64_t attempt, dx_str ruleset_digest,
                     const dx_verdict *verdict, dx_err *err);
dx_rc sq_shows(dx_store *base, int64_t attempt, dx_str key, bool *out, dx_err *err);
dx_rc sq_set_state(dx_store *base, int64_t attempt, const dx_finding *now, dx_err *err);
dx_rc sq_read_case(dx_store *base, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                   dx_err *err);
dx_rc sq_read_brief(dx_store *base, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                    dx_err *err);
dx_rc sq_server_attempts(dx_store *base, dx_str server, dx_arena *into, int64_t **ids, size_t *n,
                         dx_err *err);
dx_rc sq_all_attempts(dx_store *base, dx_arena *into, int64_t **ids, size_t *n, dx_err *err);
void sq_past_forget(sq_store *s);
void sq_past_close(sq_store *s);
dx_rc sq_history(dx_store *base, dx_str diagnosis, dx_str server, dx_history *out, dx_err *err);
dx_rc sq_put_unread(dx_store *base, const dx_unread *u, dx_err *err);
dx_rc sq_was_read(dx_store *base, dx_str path, dx_err *err);
dx_rc sq_find_ticket(dx_store *base, dx_str ticket, dx_arena *into, dx_str **keys, size_t *n,
                     dx_err *err);
dx_rc sq_find_keys(dx_store *base, dx_str beginning, dx_arena *into, dx_str **keys, size_t *n,
                   dx_err *err);
dx_rc sq_key_attempt(dx_store *base, dx_str key, int64_t *attempt, dx_err *err);
dx_rc sq_check(dx_store *base, dx_line_fn *tell, void *ctx, size_t *faults, dx_err *err);
dx_rc sq_dump(dx_store *base, dx_line_fn *tell, void *ctx, dx_err *err);
dx_rc sq_snapshot(dx_store *base, const char *path, dx_err *err);
dx_rc sq_prune(dx_store *base, int64_t before_us, dx_pruned *out, dx_err *err);
dx_rc sq_merge(dx_store *base, const char *from, dx_arena *into, dx_merged *out, dx_err *err);
dx_rc sq_sql(dx_store *base, dx_str sql, const dx_sql_limits *limits, dx_arena *into, dx_table *out,
             dx_err *err);
dx_rc sq_stats(dx_store *base, dx_arena *into, dx_table *out, dx_err *err);
dx_rc sq_schema_lines(dx_store *base, dx_line_fn *tell, void *ctx, dx_err *err);

/* ---- what is certainly not stored (sqlite_absent.c) ---- */
/* By what attempts are looked for: their content, the key of their longest sure beginning, and
 * those of others that are kept. */
typedef enum sq_held_kind { SQ_HELD_CONTENT, SQ_HELD_TOP, SQ_HELD_PREFIX } sq_held_kind;
/* Before a log is put; `last`: the highest id of an attempt, or 0. */
void sq_held_ready(sq_store *s, int64_t last);
/* What is put is noted first under all keys, then as put. */
void sq_held_note(sq_store *s, sq_held_kind kind, uint64_t key);
void sq_held_put(sq_store *s, int64_t attempt);
/* No stored attempt has the key.  False: one may have it. */
bool sq_absent(const sq_store *s, sq_held_kind kind, uint64_t key);
void sq_held_forget(sq_store *s); /* a transaction is undone, or somebody else wrote */
uint64_t sq_content_key(int64_t server, int64_t format, dx_str digest);

/* ---- by what attempts are found (sqlite_beginnings.c) ---- */
/* The key of an attempt's longest sure beginning among those of all others. */
int64_t sq_top_key(int64_t prefix_key);
/* Another key of an attempt.  It waits. */
DX_CHECK dx_rc sq_beginning_add(sq_store *s, int64_t key, int64_t attempt, dx_err *err);
/* Before keys are looked for. */
DX_CHECK dx_rc sq_beginnings_ready(sq_store *s, const sq_rows *keys, dx_err *err);
/* Writes what waits; before every commit. */
DX_CHECK dx_rc sq_beginnings_flush(sq_store *s, dx_err *err);
void sq_beginnings_drop(sq_store *s); /* all that waits: the transaction is undone */
void sq_beginnings_close(sq_store *s);

/* An event's id: its attempt's, then its place in it. */
enum { SQ_EVENT_BITS = 24, SQ_EVENT_MAX = (1 << SQ_EVENT_BITS) - 1 };
int64_t sq_event_id(int64_t attempt, size_t index);

/* ---- events by evidence (sqlite_runs.c) ---- */
/* The number of the last run: events of later attempts wait, and are found in `event` alone. */
DX_CHECK dx_rc sq_runs_last(sq_store *s, int64_t *run, dx_err *err);
/* Before an attempt's events are replaced, or go. */
DX_CHECK dx_rc sq_runs_take(sq_store *s, int64_t attempt, dx_err *err);
/* Each event that is written, and then that its attempt has all of them. */
DX_CHECK dx_rc sq_runs_add(sq_store *s, int64_t evidence, int64_t event, dx_err *err);
DX_CHECK dx_rc sq_runs_put(sq_store *s, int64_t attempt, dx_err *err);
/* The attempts with the last stored events of evidences; 0 when there is none (sqlite_last.c). */
typedef struct sq_last {
    int64_t evidence, attempt;
} sq_last;
DX_CHECK dx_rc sq_last_attempts(sq_store *s, sq_last *p, size_t n, dx_err *err);
void sq_runs_forget(sq_store *s); /* a change or all is undone, or somebody else wrote */
void sq_runs_close(sq_store *s);
#endif
