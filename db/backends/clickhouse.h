/* A store that many machines share: a ClickHouse server or cluster.  What is found is first kept in
 * a local SQLite store, the spool, by the very code that a store of one machine uses; what changed
 * there is sent on (clickhouse_push.c).  Questions over all servers fetch the rows they need into a
 * store in memory, which answers them (clickhouse_load.c): so both kinds of store give the same
 * answers.  Inside db/backends/ only. */
#ifndef DX_DB_CLICKHOUSE_H
#define DX_DB_CLICKHOUSE_H
#include "db/backends/clickhouse_http.h"
#include "db/backends/sqlite_sums.h"

/* What no sender settled yet, as it is for who asks (clickhouse_settle.c). */
typedef struct ch_settled {
    uint64_t print;       /* of what it was made from; 0: of nothing */
    bool made;            /* all parts of the store told what they know */
    dx_buf rows, details; /* literals with commas: the rows, and how they are told */
} ch_settled;

typedef struct ch_store {
    dx_store base;
    dx_clickhouse *http;
    dx_store *spool;
    int64_t now_us;
    int64_t scan;  /* the last that was begun here, or 0 */
    bool scanning; /* logs are read: what is asked now must not wait for the server */
    /* Of the finding that was asked for last (clickhouse_near.c); NULL: of none. */
    dx_store *near;
    bool near_partial;
    int64_t near_others; /* servers that have its diagnosis, too */
    dx_settler settler;  /* of who only asks */
    ch_settled settled;
} ch_store;

/* What waits is sent; DX_END: the server is away. */
DX_CHECK dx_rc ch_send(dx_store *base, dx_sent *out, dx_err *err);

/* ---- answers (clickhouse_answers.c): operations of the backend ---- */
dx_rc ch_trend(dx_store *s, const dx_trend_query *q, dx_arena *into, dx_trend *out, dx_err *err);
dx_rc ch_list(dx_store *s, const dx_list_query *q, dx_arena *into, dx_list *out, dx_err *err);
dx_rc ch_fixes(dx_store *s, const dx_trend_filter *q, dx_arena *into, dx_fixes *out, dx_err *err);
dx_rc ch_findings(dx_store *s, const dx_findings_query *q, dx_arena *into, dx_findings *out,
                  dx_err *err);
dx_rc ch_finding(dx_store *base, dx_str key, int64_t now_us, dx_arena *into, dx_finding_page *out,
                 dx_err *err);
dx_rc ch_attempts(dx_store *s, const dx_attempts_query *q, dx_arena *into, dx_attempts *out,
                  dx_err *err);
dx_rc ch_servers(dx_store *s, const dx_servers_query *q, dx_arena *into, dx_servers *out,
                 dx_err *err);
dx_rc ch_server(dx_store *s, dx_str name, dx_arena *into, dx_server_row *out, dx_err *err);
dx_rc ch_heat(dx_store *s, const dx_heat_query *q, dx_arena *into, dx_heat *out, dx_err *err);
dx_rc ch_unknowns(dx_store *s, const dx_unknown_query *q, dx_arena *into, dx_unknowns *out,
                  dx_err *err);
dx_rc ch_silences(dx_store *s, int64_t now_us, dx_arena *into, dx_silence **out, size_t *n,
                  dx_err *err);
dx_rc ch_notes(dx_store *s, dx_str subject, dx_arena *into, dx_notes *out, dx_err *err);
dx_rc ch_resolve(dx_store *s, const dx_resolution *r, dx_err *err);
dx_rc ch_sql(dx_store *base, dx_str sql, const dx_sql_limits *limits, dx_arena *into, dx_table *out,
             dx_err *err);

/* ---- one finding, and what is told of it (clickhouse_near.c) ---- */
dx_rc ch_find_ticket(dx_store *base, dx_str ticket, dx_arena *into, dx_str **list, size_t *n,
                     dx_err *err);
dx_rc ch_find_keys(dx_store *base, dx_str beginning, dx_arena *into, dx_str **list, size_t *n,
                   dx_err *err);
dx_rc ch_key_attempt(dx_store *base, dx_str key, int64_t *attempt, dx_err *err);
dx_rc ch_read_case(dx_store *base, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                   dx_err *err);
dx_rc ch_server_attempts(dx_store *base, dx_str server, dx_arena *into, int64_t **ids, size_t *n,
                         dx_err *err);
dx_rc ch_history(dx_store *base, dx_str diagnosis, dx_str server, dx_history *out, dx_err *err);
void ch_near_close(ch_store *s);

/* ---- servers of which several machines know something (clickhouse_settle.c) ---- */
dx_rc ch_settle(dx_store *base, const dx_settler *by, dx_err *err);
void ch_settled_done(ch_settled *of);

/* ---- tables (clickhouse_tables.c) ---- */

/* Creates what is missing on the server that is spoken to. */
DX_CHECK dx_rc ch_tables_make(dx_clickhouse *c, dx_ch_trouble *trouble, dx_err *err);
/* Sends `rows` for "INSERT INTO ... FORMAT TabSeparated" and waits until every shard has them; no
 * rows are no question.  `trouble` as for dx_clickhouse_ask(). */
DX_CHECK dx_rc ch_insert(dx_clickhouse *c, dx_str sql, const dx_buf *rows, dx_ch_trouble *trouble,
                         dx_err *err);
/* The statements that do so, for a person who runs them on every shard. */
DX_CHECK dx_rc ch_tables_tell(const dx_clickhouse *c, dx_buf *out, dx_err *err);

/* ---- sending ---- */

typedef struct ch_pushed {
    uint64_t attempts, notes; /* sent now */
    uint64_t left;            /* not sent: the server is away */
} ch_pushed;

/* Sends every attempt and note of `from` that the server does not have as it is now.  Nothing is
 * remembered as sent before the server confirmed it, and sending twice changes nothing, so a push
 * that was cut off is simply made again.  Only attempts that may have changed since the last push
 * are looked at: `scan` (0: none) and later ones changed them; with CH_PUSH_ALL all of them. */
#define CH_PUSH_ALL ((int64_t)-1)
DX_CHECK dx_rc ch_push(sq_store *from, dx_clickhouse *to, int64_t scan, ch_pushed *out,
                       dx_ch_trouble *trouble, dx_err *err);

/* ---- fetching ---- */

/* What a question reads; what it does not read is not fetched, or not made of what was fetched. */
enum {
    CH_COUNTS = 1,   /* cells, tallies and spreads of `kinds` */
    CH_FIRSTS = 2,   /* debuts of `kinds` */
    CH_ATTEMPTS = 4, /* attempts with their findings; without it counts come summed up by day */
    CH_DETAILS = 8,  /* and with their places, unknown errors, and rule sets that found a key */
    CH_CASES = 16,   /* fix cases, of attempts */
    CH_KEYS = 32,    /* finding keys, of attempts and cases */
    CH_BARE = 64     /* details without unknown errors, which come with the contents */
};

typedef struct ch_wish {
    unsigned needs; /* set of the above */
    unsigned kinds; /* set of 1u << sq_kind, beside SQ_ALL */
    dx_str key;     /* attempts that speak of this finding only; may be empty */
    dx_str which;   /* of attempts, more words of the condition; may be empty */
} ch_wish;

/* Adds to a local store what everybody decided, when the server tells it within some seconds. */
DX_CHECK dx_rc ch_pull_notes(dx_clickhouse *from, sq_store *into, dx_err *err);
#endif
