/* Looking after a store as a whole: is it sound, what is in it, asking it in SQL, handing it
 * around. */
#ifndef DX_DB_MANAGE_H
#define DX_DB_MANAGE_H
#include "db/store.h"

/* Called for each line of a result; `text` is valid during the call only.  What it fails with ends
 * the operation, which fails so, too. */
typedef dx_rc dx_line_fn(void *ctx, dx_str text, dx_err *err);

/* Reads all of it: is the file whole, do references lead somewhere, are the sums those of the
 * attempts?  Tells each fault on a line; *faults counts them. */
DX_CHECK dx_rc dx_store_check(dx_store *s, dx_line_fn *tell, void *ctx, size_t *faults,
                              dx_err *err);

/* Everything that is known of attempts, findings and decisions, as lines in an order of their own:
 * the same whatever the order, paths, times and ids by which it came in.  docs/store.md, "Dump". */
DX_CHECK dx_rc dx_store_dump(dx_store *s, dx_line_fn *tell, void *ctx, dx_err *err);

/* A copy in one file, with no other file beside it: to hand around, to open where nothing may be
 * written.  DX_E_USAGE when `path` is there already. */
DX_CHECK dx_rc dx_store_snapshot(dx_store *s, const char *path, dx_err *err);

typedef struct dx_pruned {
    int64_t attempts, events, findings, sources;
} dx_pruned;
/* Removes the attempts that happened before a moment, and what only they needed.  When something
 * was first seen, and what people decided, stays.  One transaction. */
DX_CHECK dx_rc dx_store_prune(dx_store *s, int64_t before_us, dx_pruned *out, dx_err *err);

typedef struct dx_merged {
    int64_t attempts; /* that were new here */
    int64_t known;    /* that were here already, perhaps shorter or longer */
    size_t n_judge;   /* attempts of servers about which each store knew what the other did not: */
    int64_t *judge;   /* what they mean must be judged anew */
} dx_merged;
/* Adds all that another store (a file of the same kind) holds.  In what order stores are put
 * together, and how often, makes no difference.  One transaction; `judge` lives in `into`. */
DX_CHECK dx_rc dx_store_merge(dx_store *s, const char *from, dx_arena *into, dx_merged *out,
                              dx_err *err);

/* ---- SQL ---- */

typedef enum dx_sql_kind {
    DX_SQL_NULL,
    DX_SQL_INT,
    DX_SQL_REAL,
    DX_SQL_TEXT,
    DX_SQL_BLOB
} dx_sql_kind;

typedef struct dx_sql_value {
    dx_sql_kind kind;
    int64_t number;
    double real;
    dx_str bytes; /* of texts and blobs */
} dx_sql_value;

typedef struct dx_table {
    size_t n_columns, n_rows;
    const dx_str *columns;
    const dx_sql_value *const *rows;
    bool more;      /* the limit of rows cut it off */
    dx_str partial; /* why something is missing, or empty */
} dx_table;

typedef struct dx_sql_limits {
    size_t rows; /* given at most; 0 = 10,000 */
    unsigned ms; /* taken at most; 0 = 10,000 */
} dx_sql_limits;

/* One SELECT (or WITH, or VALUES); `limits` NULL: the usual ones, the table lives in `into`.  It
 * can read and nothing else: DX_E_USAGE for any other statement or a faulty one, DX_E_LIMIT when it
 * takes too long. */
DX_CHECK dx_rc dx_store_sql(dx_store *s, dx_str sql, const dx_sql_limits *limits, dx_arena *into,
                            dx_table *out, dx_err *err);

/* Queries by name, and the views they and others may ask. */
typedef struct dx_named_query {
    const char *name, *about;
    const char *sql; /* NULL: a view */
} dx_named_query;
extern const dx_named_query dx_named_queries[];         /* ends with a NULL name */
const dx_named_query *dx_named_query_find(dx_str name); /* NULL when there is none */

/* Rows and bytes of each table and index, largest first, in `into`. */
DX_CHECK dx_rc dx_store_stats(dx_store *s, dx_arena *into, dx_table *out, dx_err *err);
/* The statements that make such a store, without its content. */
DX_CHECK dx_rc dx_store_schema(dx_store *s, dx_line_fn *tell, void *ctx, dx_err *err);

/* What a store that only collects for another one has passed on. */
typedef struct dx_sent {
    uint64_t attempts, notes; /* passed on now */
    bool away;                /* the other one does not answer: the rest waits ... */
    const char *waits_in;     /* ... in this file; borrowed from the store */
} dx_sent;

/* The file on disk that is written to; NULL when there is none.  Nobody else may open it in this
 * process: see dx_finder_leave_out(). */
const char *dx_store_file(const dx_store *s);

/* Passes on what waits, and does nothing where nothing can wait.  DX_END: the other store is away;
 * what waits is safe and goes with the next call (err tells why). */
DX_CHECK dx_rc dx_store_send(dx_store *s, dx_sent *out, dx_err *err);

/* In a store that many machines share: follows up the findings of those servers whose logs several
 * machines read and of which something was sent since the last time, and keeps what became of them
 * in the store.  Nothing is done where there are none, where a part of the store does not answer,
 * or in a store that has one writer. */
DX_CHECK dx_rc dx_store_settle(dx_store *s, const dx_settler *by, dx_err *err);

/* Sends to a clickhouse:// or clickhouses:// store all that it has not, or has in another state.
 * May be repeated without harm, also after it was cut off. */
DX_CHECK dx_rc dx_store_push(dx_store *from, const char *url, dx_sent *out, dx_err *err);
#endif
