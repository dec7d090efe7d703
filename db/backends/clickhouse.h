/* A store that many machines share: a ClickHouse server or cluster.  What is found is first kept in
 * a local SQLite store, the spool, by the very code that a store of one machine uses; what changed
 * there is sent on (clickhouse_push.c).  Questions over all servers fetch the rows they need into a
 * store in memory, which answers them (clickhouse_load.c): so both kinds of store give the same
 * answers.  Inside db/backends/ only. */
#ifndef DX_DB_CLICKHOUSE_H
#define DX_DB_CLICKHOUSE_H
#include "db/backends/clickhouse_http.h"
#include "db/backends/sqlite_sums.h"

/* ---- tables (clickhouse_tables.c) ---- */

/* Creates what is missing on the server that is spoken to. */
DX_CHECK dx_rc ch_tables_make(dx_clickhouse *c, dx_ch_trouble *trouble, dx_err *err);
/* The statements that do so, for a person who runs them on every shard. */
DX_CHECK dx_rc ch_tables_tell(const dx_clickhouse *c, dx_buf *out, dx_err *err);

/* ---- sending ---- */

typedef struct ch_pushed {
    uint64_t attempts, notes; /* sent now */
    uint64_t left;            /* not sent: the server is away */
} ch_pushed;

/* Sends every attempt and note of `from` that the server does not have as it is now.  Nothing is
 * remembered as sent before the server confirmed it, and sending twice changes nothing, so a push
 * that was cut off is simply made again. */
DX_CHECK dx_rc ch_push(sq_store *from, dx_clickhouse *to, ch_pushed *out, dx_ch_trouble *trouble,
                       dx_err *err);

/* Separators inside the column `detail`: they cannot stand in texts, which lose them. */
#define CH_FIELD  '\x1f'
#define CH_RECORD '\x1e'

/* ---- fetching ---- */

/* What a question reads; what it does not read is not fetched, or not made of what was fetched. */
enum {
    CH_COUNTS = 1,   /* cells, reaches and tallies of `kinds` */
    CH_FIRSTS = 2,   /* debuts of `kinds` */
    CH_SPANS = 4,    /* the first and the last moment of each server, in standing */
    CH_ATTEMPTS = 8, /* attempts with their findings; without it counts come summed up by day */
    CH_DETAILS = 16, /* and with their places, unknown errors, and rule sets that found a key */
    CH_CASES = 32,   /* fix cases, of attempts */
    CH_KEYS = 64     /* finding keys, of attempts and cases */
};

typedef struct ch_wish {
    unsigned needs;               /* set of the above */
    unsigned kinds;               /* set of 1u << sq_kind, beside SQ_ALL */
    const dx_trend_filter *where; /* may be NULL; times only bound counts that come by day */
    dx_str key;                   /* attempts that speak of this finding only; may be empty */
} ch_wish;

/* Fills `into`, an empty store in memory.  *partial: a shard was away. */
DX_CHECK dx_rc ch_load(dx_clickhouse *from, const ch_wish *wish, sq_store *into, bool *partial,
                       dx_err *err);
#endif
