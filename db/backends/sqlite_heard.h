/* Which servers told something in a week (sqlite_heard.c). */
#ifndef DX_DB_SQLITE_HEARD_H
#define DX_DB_SQLITE_HEARD_H
#include "db/backends/sqlite.h"

typedef struct sq_heard_change {
    int64_t week, server, gain; /* 1: it told something there; -1: no more */
} sq_heard_change;

typedef struct sq_heard_changes {
    sq_heard_change *p;
    size_t n, cap;
} sq_heard_changes;

/* False when out of memory: the change is lost. */
bool sq_heard_wait(sq_heard_changes *to, int64_t week, int64_t server, int64_t gain);
/* Writes them, and forgets them. */
DX_CHECK dx_rc sq_heard_write(sq_store *s, sq_heard_changes *c, dx_err *err);

/* Sets of servers, n words each: those of any week, those of two or more and of none after them. */
typedef struct sq_heard {
    uint64_t *once, *quiet;
    size_t n;
} sq_heard;
/* From two empty sets: weeks from..until, and all that come after them. */
DX_CHECK dx_rc sq_heard_read(sq_store *s, int64_t from, int64_t until, sq_heard *h, dx_err *err);

/* What SQL can do with them: dx_bits(server % 8192), the bits of a group.  SQLite's codes. */
int sq_heard_register(sqlite3 *db);

/* The rows of week_servers that temp.each_cell makes: week, block, bits. */
#define SQ_HEARD_DUE(week)                                                                         \
    "SELECT week, server / 8192 AS block, dx_bits(server % 8192) FROM (SELECT DISTINCT " week      \
    " AS week, server FROM temp.each_cell WHERE what = 0) GROUP BY 1, 2"
#endif
