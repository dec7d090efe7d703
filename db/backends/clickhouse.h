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

typedef struct ch_wish {
    const dx_trend_filter *where; /* may be NULL */
    bool sums_only;               /* counts by day; else the attempts themselves */
    unsigned kinds;               /* set of 1u << sq_kind, with sums_only */
} ch_wish;

/* Fills `into`, an empty store in memory.  *partial: a shard was away. */
DX_CHECK dx_rc ch_load(dx_clickhouse *from, const ch_wish *wish, sq_store *into, bool *partial,
                       dx_err *err);
#endif
