/* Changes of sums, added up by what they change until they are written (sqlite_waiting.c). */
#ifndef DX_DB_SQLITE_CHANGES_H
#define DX_DB_SQLITE_CHANGES_H
#include "db/backends/sqlite_sums.h"

/* What the numbers of a change are: of most tables these, of fix cases how many of them have begun,
 * cases and failures, of findings attempts and findings.  Where COUNTED becomes 0 a row goes. */
enum { SQ_EVENTS, SQ_ATTEMPTS, SQ_FAILURES, SQ_SERVERS, SQ_NUMBERS, SQ_COUNTED = SQ_ATTEMPTS };

typedef struct sq_change {
    sq_tally key;
    int64_t n[SQ_NUMBERS];
} sq_change;

/* Changes on their way into the list: where each goes is fetched while others come, for the list is
 * larger than what the processor keeps. */
enum { SQ_ON_THE_WAY = 32 };

/* One change for each key, side by side, and where each is: a change is as large as twelve places.
 * All zero is empty; sq_changes_close() ends it. */
typedef struct sq_changes {
    sq_change *p;
    size_t n, cap;
    uint32_t *place; /* number of a change, from 1; 0 none */
    size_t size;
    sq_change coming[SQ_ON_THE_WAY];
    size_t n_coming;
    bool starved; /* a change was lost for want of memory */
} sq_changes;

/* Adds a change; out of memory shows in sq_changes_sort(). */
void sq_changes_add(sq_changes *m, const sq_change *c);
/* All that was added now lies in p[0..n), in the order of the tables; only sq_changes_empty() may
 * follow.  False when a change was lost. */
bool sq_changes_sort(sq_changes *m);
/* Forgets all changes and keeps the memory: the next group makes as many. */
void sq_changes_empty(sq_changes *m);
/* Forgets all changes and what was lost, and gives the memory back. */
void sq_changes_close(sq_changes *m);

/* A change as a row of numbers for sq_rows_run(): what sq_tally_key() put together, taken apart. */
typedef struct sq_change_row {
    int64_t kind, of, grain, bucket, id, n[SQ_NUMBERS];
} sq_change_row;
_Static_assert(sizeof(sq_change_row) == SQ_ROW_COLUMNS * sizeof(int64_t), "a row of numbers");

sq_change_row sq_change_as_row(const sq_change *c);
sq_sum_table sq_change_table(const sq_change *c);
#endif
