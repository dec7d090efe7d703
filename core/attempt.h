/* One run of one installer on one server, and the evidence that belongs to it. */
#ifndef DX_CORE_ATTEMPT_H
#define DX_CORE_ATTEMPT_H
#include "core/event.h"
#include "core/hash.h"

typedef enum dx_outcome {
    DX_UNDECIDED, /* the log does not say */
    DX_SUCCEEDED,
    DX_FAILED,
    DX_CANCELLED, /* by a person */
    DX_CUT_OFF    /* the log stops before the end that its format promises */
} dx_outcome;
extern const char *const dx_outcome_names[]; /* "undecided", ... NULL-ended */

/* How a product is known that does no more than install others, as a package manager. */
#define DX_HOW_TOOL "format of a tool"

/* One thing a log tells about its attempt.  Well-known names: server, product, version, os,
 * user, mode, command, edition, code, phase, package, log (a child's log file). */
typedef struct dx_fact {
    dx_str name, value;
    uint32_t line; /* where it was read; 0 when given by the caller or the path */
    dx_str how;    /* "log", "option", "path", "file name", "format", DX_HOW_TOOL */
} dx_fact;

/* A physical line of a log, without its line end; `own`: it belongs to what is shown, the others
 * stand around it. */
typedef struct dx_log_line {
    uint32_t number; /* in the log, from 1 */
    bool own;
    dx_str text; /* a long one is cut */
} dx_log_line;

/* Fingerprints of an attempt's growing content: mark[i] is the running hash after
 * (i + 1) * stride of its lines.  Lets a grown log be told from a new one. */
typedef struct dx_trail {
    const uint64_t *mark;
    size_t n;
    uint32_t stride;   /* a power of two */
    uint64_t records;  /* lines, up to the last that is not empty */
    dx_hash128 digest; /* over all lines that are not empty */
} dx_trail;

typedef struct dx_attempt {
    int64_t id;       /* in the store; 0 before it is stored */
    uint32_t ordinal; /* in its log, from 1 */
    uint32_t parent;  /* ordinal of the attempt that started this one, 0 = none */
    dx_str server;    /* "unknown" when nobody says */
    dx_str counts_as; /* the server of which that name is an alias in the store, or empty */
    dx_str format;    /* id of the log format */
    dx_outcome outcome;
    uint32_t outcome_line;
    dx_str outcome_text;        /* the line that says so, or why it is assumed */
    dx_str code;                /* outcome code as written, or empty */
    bool opened, closed;        /* its start and its end marker were seen */
    int64_t began_us, ended_us; /* of its first and last record with a time, or DX_NO_TIME */
    dx_str zone;                /* where the times' zone comes from: "log", "assumed UTC", "none" */
    uint32_t first_line, last_line;
    uint32_t first_seq, last_seq; /* the same lines: where its events' seq begin and end */
    uint64_t first_offset;
    size_t n_facts;
    const dx_fact *facts;
    uint64_t errors; /* records whose level says error */
    uint64_t warnings;
    dx_trail trail;
} dx_attempt;

/* The name that stands where nobody names the server. */
#define DX_NO_SERVER DX_LIT("unknown")
bool dx_server_named(dx_str server); /* it is another one, and not empty */

/* The server that it ran on, whatever name its log gives. */
dx_str dx_attempt_machine(const dx_attempt *a);

/* The first fact of that name, which lives as long as the attempt, or NULL; and its value, or
 * DX_NONE. */
const dx_fact *dx_attempt_find(const dx_attempt *a, const char *name);
dx_str dx_attempt_fact(const dx_attempt *a, const char *name);

/* Copies everything that it borrows into the arena; false when out of memory. */
bool dx_attempt_keep(dx_attempt *a, dx_arena *into);

/* An attempt with all that is known of it, in the order it happened. */
typedef struct dx_case {
    dx_attempt attempt;
    dx_str path, member; /* the log it was last seen in */
    dx_str read_by;      /* digest of the rules with which the log was read */
    size_t n_events;
    const dx_event *events;
    size_t n_kept;
    const dx_event *kept; /* records of failures and near them (no signature, the record's text), by
                           * seq: what new rules can be tried on beside unknown errors */
} dx_case;
#endif
