/* The inbox in the making: what its rows are made of, and the jobs that fill them. */
#ifndef DX_DB_SQLITE_INBOX_H
#define DX_DB_SQLITE_INBOX_H
#include "db/backends/sqlite_notes.h"

enum { SQ_KEY_BYTES = 40 };

/* One row of the index that tells all about a key. */
typedef struct sq_inbox_key {
    char key[SQ_KEY_BYTES];
    int64_t diagnosis, first_us, last_us, server, product, attempts;
    dx_state state;
    bool again;
    dx_standing standing;
} sq_inbox_key;

/* One row of the answer in the making. */
typedef struct sq_inbox_row {
    sq_inbox_key last; /* of a diagnosis: the key that was seen last */
    int64_t first_us, attempts, servers, keys;
    int64_t growth;
    unsigned standings; /* which its keys have */
    dx_standing standing;
} sq_inbox_row;

typedef struct sq_inbox {
    sq_store *s;
    const dx_findings_query *q;
    dx_arena *into, *scratch;
    sq_sieve sieve;
    int64_t diagnosis; /* wanted; 0 = any, -1 = none fits */
    sq_grid silenced;  /* by diagnosis */
    int64_t *counted;  /* by server: the diagnosis whose group counted it last */
    size_t n_counted;
    sq_grid causes; /* cause by diagnosis, as events */
    int64_t cause;
    struct sq_resolved {
        dx_str key;
        int64_t at_us;
    } * resolved;
    size_t n_resolved, cap_resolved;
    sq_inbox_row *p;
    size_t n, cap;
    size_t sorted; /* so many are in order, and what comes behind the last of them is not shown */
    sq_inbox_row group; /* in hand, by diagnosis */
    bool has_group;
    dx_findings out;
} sq_inbox;

/* What people decided (sqlite_standing.c): read once, then told of a key or of a diagnosis. */
DX_CHECK dx_rc sq_inbox_decisions(sq_inbox *f, dx_err *err);
dx_standing sq_standing_of(const sq_inbox *f, const sq_inbox_key *k);
dx_standing sq_standing_of_group(const sq_inbox *f, const sq_inbox_row *g);

/* Of a statement that gives key, diagnosis, state, again, last_us, first_us, server, product and
 * attempts; `standing` is left. */
void sq_inbox_key_at(sqlite3_stmt *q, sq_inbox_key *k);
/* A key with attempts, and where it stands; DX_END: there is none. */
DX_CHECK dx_rc sq_inbox_key_of(sq_inbox *f, dx_str key, sq_inbox_key *k, dx_err *err);
sq_inbox_row sq_inbox_row_of(const sq_inbox_key *k); /* `standing` is that of the key */

/* The inbox of all findings from what is kept (sqlite_inbox_kept.c): is this question one of these,
 * and its rows, by key at least the first `shown` in order. */
bool sq_inbox_is_kept(const dx_findings_query *q);
DX_CHECK dx_rc sq_inbox_kept(sq_inbox *f, size_t shown, dx_err *err);

/* How an answer comes to its rows: as sq_inbox_put takes them, one a key or one a diagnosis. */
typedef dx_rc sq_inbox_gather(sq_inbox *f, void *ctx, dx_err *err);
/* Adds a row with its counts; of a diagnosis it finds out how it stands. */
DX_CHECK dx_rc sq_inbox_put(sq_inbox *f, const sq_inbox_row *r, dx_err *err);
/* The answer of these rows, in order; what is shown of them is in the store. */
DX_CHECK dx_rc sq_inbox_answer(sq_store *s, const dx_findings_query *q, sq_inbox_gather *gather,
                               void *ctx, dx_arena *into, dx_findings *out, dx_err *err);

/* All that an answer shows of a row (sqlite_inbox_row.c). */
DX_CHECK dx_rc sq_inbox_fill(sq_inbox *f, const sq_inbox_row *r, dx_finding_row *out, dx_err *err);
#endif
