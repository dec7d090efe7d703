/* What we remember: scans, logs, attempts, their evidence and findings.  Schema: docs/store.md. */
#ifndef DX_DB_STORE_H
#define DX_DB_STORE_H
#include "core/arena.h"
#include "core/buf.h"
#include "core/diagnosis.h"
#include "core/err.h"

typedef struct dx_store dx_store;

/* Judges attempts, which no store does itself.  `settle` is given `with`, a store in memory that
 * has all that is known of these servers, and sets the states of their findings there by all of it.
 */
typedef struct dx_settler {
    dx_rc (*settle)(const void *ctx, dx_store *with, const dx_str *servers, size_t n, dx_err *err);
    const void *ctx;
} dx_settler;

typedef struct dx_store_options {
    bool read_only;   /* writing fails with DX_E_STORE */
    bool must_exist;  /* a missing one is DX_E_STORE instead of made */
    int64_t now_us;   /* the clock; dx_os_now_us() or what --now says */
    unsigned wait_ms; /* for a lock; 0 = 5000 */
    /* For a store that many machines share, when it is only read: what none of them has settled yet
     * (dx_store_settle()) is settled for each answer.  Without it states are told as they were
     * sent. */
    dx_settler settler;
    bool make_folder; /* a missing one, too, as for a place that nobody typed */
} dx_store_options;

/* `where` is a file's path, ":memory:", or a URL that a backend knows.  Creates the file when
 * missing; migrates an older schema in one transaction; refuses a newer one.
 * DX_E_STORE: damaged, locked, no database, too new, disk full: each with what to do. */
DX_CHECK dx_rc dx_store_open(dx_store **out, const char *where, const dx_store_options *options,
                             dx_err *err);
void dx_store_close(dx_store *s); /* NULL is fine */

/* Adds such a name as others may see it.  User and password belong into no address: where one has
 * them all the same, what stands before "@" or behind "?" is left out. */
void dx_store_show(dx_buf *to, dx_str where);

/* ---- writing ---- */

typedef struct dx_scan_info {
    dx_str ruleset_digest, ruleset_version, program_version;
} dx_scan_info;

/* What is put from now on is of this scan: *scan names it.  The texts are copied. */
DX_CHECK dx_rc dx_store_begin_scan(dx_store *s, const dx_scan_info *info, int64_t *scan,
                                   dx_err *err);
/* complete: nothing of it was interrupted. */
DX_CHECK dx_rc dx_store_end_scan(dx_store *s, int64_t scan, bool complete, dx_err *err);

/* One log with all that was found in it. */
typedef struct dx_log {
    dx_str path, member, format, encoding;
    uint64_t bytes, bad_bytes;
    uint32_t lines;
    dx_hash128 digest;
    size_t n_attempts, n_events;
    const dx_attempt *attempts; /* by ordinal */
    const dx_event *events;     /* by seq, then at; `attempt` says which they belong to */
    size_t n_kept;
    const dx_event *kept; /* records of failures and near them, by seq; see dx_case */
} dx_log;

/* What became of one attempt of a log. */
typedef struct dx_stored {
    int64_t id;          /* the store's */
    int64_t first_event; /* the id of its first event; those of the others follow, in their order */
    bool seen;           /* it was known before */
    bool whole;          /* it is stored as it stands in this log: dx_cases_of_log() */
} dx_stored;

/* One transaction: all of the log or nothing.  An attempt that is already stored (same server,
 * format and content, whatever its path, encoding or archive) adds nothing; one that grew adds its
 * tail and updates its row; an older, shorter copy of a stored one adds nothing.
 * out[i] says what became of attempts[i]. */
DX_CHECK dx_rc dx_store_put_log(dx_store *s, int64_t scan, const dx_log *log, dx_stored *out,
                                dx_err *err);

/* A log that could not be read, or not to its end. */
typedef struct dx_unread {
    dx_str path, member; /* the member may be empty */
    dx_str server;       /* "unknown" when nothing tells */
    dx_str why;
    bool partly; /* what could be read is stored */
} dx_unread;
/* Takes the place of what was put of the same path and member, but for a server that was known. */
DX_CHECK dx_rc dx_store_put_unread(dx_store *s, const dx_unread *u, dx_err *err);
/* To be said when all of a file or folder was looked at.  Forgets what was put by
 * dx_store_put_unread() of it, or of what is below it, before now and not again: it can be read by
 * now, or is gone. */
DX_CHECK dx_rc dx_store_was_read(dx_store *s, dx_str path, dx_err *err);

/* out[i] becomes what dx_store_brief() gives of attempts[i] in the scan that put the log (`read_by`
 * is the digest of its rules), without asking the store; only where it is whole, and as long as
 * that scan has met the attempt in no other log.  Lives in `into`, but for the ids of signatures
 * and the names of fields, which are borrowed as the log borrows them from the rules, and
 * `read_by`.  False when out of memory. */
bool dx_cases_of_log(const dx_log *log, const dx_stored *stored, dx_str read_by, dx_arena *into,
                     dx_case *out);
/* Gives a case that dx_cases_of_log() made, before its log was stored and as if it were whole, the
 * ids that it got then. */
void dx_case_number(dx_case *c, const dx_stored *stored);

/* Replaces the events of a stored attempt, as dx_store_case gave it (lines and the like as there),
 * because new rules saw more in what was kept.  One transaction; its verdict is to be made anew. */
DX_CHECK dx_rc dx_store_put_events(dx_store *s, const dx_case *of, const dx_event *events, size_t n,
                                   dx_err *err);

/* Replaces the findings of one attempt (one transaction).  A key keeps its first-seen date. */
DX_CHECK dx_rc dx_store_put_verdict(dx_store *s, int64_t scan, int64_t attempt,
                                    dx_str ruleset_digest, const dx_verdict *verdict, dx_err *err);
/* Keeps what became of a finding of this attempt (by its key: state, why, and when its fix was
 * begun), for later attempts may have changed it. */
DX_CHECK dx_rc dx_store_set_state(dx_store *s, int64_t attempt, const dx_finding *now, dx_err *err);
/* Whether the attempt has a finding of this key: other rules may have judged it. */
DX_CHECK dx_rc dx_store_shows(dx_store *s, int64_t attempt, dx_str key, bool *out, dx_err *err);

/* Groups many writes into one transaction for speed.  A write that fails before it changed anything
 * leaves the group as it was; after that, commit undoes the whole group and fails. */
DX_CHECK dx_rc dx_store_begin(dx_store *s, dx_err *err);
DX_CHECK dx_rc dx_store_commit(dx_store *s, dx_err *err);
void dx_store_rollback(dx_store *s); /* undoes the group; nothing happens when there is none */

/* ---- reading: everything given lives in `into` ---- */

/* What is asked for between these two is read as of one moment, and costs less; nothing may be
 * written in between.  After a failure of the first the second is not due. */
DX_CHECK dx_rc dx_store_look(dx_store *s, dx_err *err);
void dx_store_looked(dx_store *s);

/* An attempt with its events in the order of its log (clocks jump, lines do not), with the path and
 * lines of the sighting in this scan (0: none) when there is one, else the latest sighting.
 * DX_E_STORE when there is no such attempt. */
DX_CHECK dx_rc dx_store_case(dx_store *s, int64_t attempt, int64_t scan, dx_arena *into,
                             dx_case *out, dx_err *err);

/* The same without what is kept for new rules, which takes as long to read as all the rest. */
DX_CHECK dx_rc dx_store_brief(dx_store *s, int64_t attempt, int64_t scan, dx_arena *into,
                              dx_case *out, dx_err *err);

/* All attempts of a server under all of its names, in order of time (those without: of first
 * sighting, log, ordinal). */
DX_CHECK dx_rc dx_store_server_attempts(dx_store *s, dx_str server, dx_arena *into, int64_t **ids,
                                        size_t *n, dx_err *err);
/* Ids of all attempts, ascending; for rediagnose. */
DX_CHECK dx_rc dx_store_all_attempts(dx_store *s, dx_arena *into, int64_t **ids, size_t *n,
                                     dx_err *err);

/* What the store knows about a diagnosis elsewhere and before. */
typedef struct dx_history {
    int64_t servers, attempts; /* with this diagnosis, all time */
    int64_t resolved;          /* servers where the last one is resolved */
    int64_t first_us, last_us; /* when it happened (or was first scanned, for logs without times) */
    int64_t same_server;       /* attempts on this server */
} dx_history;
/* All 0, and DX_NO_TIME, when the diagnosis was never put. */
DX_CHECK dx_rc dx_store_history(dx_store *s, dx_str diagnosis, dx_str server, dx_history *out,
                                dx_err *err);

/* Of the tables (docs/store.md). */
DX_CHECK dx_rc dx_store_schema_version(dx_store *s, int *version, dx_err *err);
#endif
