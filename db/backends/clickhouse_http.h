/* A ClickHouse server, spoken to over HTTP.  Inside db/ only. */
#ifndef DX_DB_CLICKHOUSE_HTTP_H
#define DX_DB_CLICKHOUSE_HTTP_H
#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

typedef struct dx_clickhouse dx_clickhouse; /* one connection, kept open; one thread at a time */

/* "clickhouse://host[:port]/database[?cluster=NAME]" (HTTP, port 8123) or "clickhouses://..."
 * (HTTPS, port 8443, the certificate is checked).  User and password never stand there, where
 * others could read them: they come from SETUPDX_CLICKHOUSE_USER and SETUPDX_CLICKHOUSE_PASSWORD,
 * or the password from the file that SETUPDX_CLICKHOUSE_PASSWORD_FILE names.  Whom to believe that
 * a certificate is right may stand in the file that SETUPDX_CLICKHOUSE_CA names.  How many seconds
 * a question may take may stand in SETUPDX_CLICKHOUSE_TIMEOUT.  DX_E_USAGE when one of these is
 * faulty. Nothing is sent yet. */
DX_CHECK dx_rc dx_clickhouse_open(dx_clickhouse **out, const char *url, dx_err *err);
void dx_clickhouse_close(dx_clickhouse *c); /* NULL is fine */
bool dx_clickhouse_is_url(const char *where);

dx_str dx_clickhouse_database(const dx_clickhouse *c); /* letters, digits and _ only */
dx_str dx_clickhouse_cluster(const dx_clickhouse *c);  /* the same; empty = one server */
const char *dx_clickhouse_url(const dx_clickhouse *c);

/* Whether tables were seen to be there over this connection; forgotten when a question fails. */
bool *dx_clickhouse_has_tables(dx_clickhouse *c);

typedef enum dx_ch_trouble {
    DX_CH_NONE,
    DX_CH_AWAY,    /* nobody answers: try again later */
    DX_CH_PARTIAL, /* a shard is away */
    DX_CH_REFUSED  /* the server understood and said no */
} dx_ch_trouble;

typedef struct dx_ch_ask {
    dx_str sql;
    dx_str data;        /* sent behind the statement (INSERT ... FORMAT ...); may be empty */
    bool skip_away;     /* answer without the shards that are away */
    bool wait_for_all;  /* an INSERT returns when every shard has its rows */
    bool silent;        /* nothing is asked for: INSERT, CREATE */
    bool of_hosts;      /* hosts may tell how it went there: CREATE */
    unsigned timeout_s; /* 0 = 60; from 60 on it is what the user says, if anything */
} dx_ch_ask;

/* The answer in *body (cleared first).  DX_E_STORE with what the server says; *trouble (may be
 * NULL) tells how to take it.  An error in the midst of an answer is found, too. */
DX_CHECK dx_rc dx_clickhouse_ask(dx_clickhouse *c, const dx_ch_ask *ask, dx_buf *body,
                                 dx_ch_trouble *trouble, dx_err *err);

/* Text as a literal, quotes included: the only way that text gets into a statement. */
void dx_clickhouse_literal(dx_buf *sql, dx_str text);
/* A value of a TabSeparated row. */
void dx_clickhouse_value(dx_buf *row, dx_str text);

/* How many fields the next line has; 0 at the end. */
size_t dx_clickhouse_fields(dx_str rest);
/* The next line of a TabSeparated answer, taken apart and without escapes, into `into`.  False at
 * the end; DX_E_STORE is not possible: a line with another number of fields gives DX_NONE for the
 * missing ones. */
bool dx_clickhouse_row(dx_str *rest, dx_arena *into, dx_str *field, size_t n);
#endif
