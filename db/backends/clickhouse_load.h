/* Fetching at work: what the files share that fill a store in memory with what a question reads
 * (clickhouse_load.c), and how they say what they want (clickhouse_sql.c). */
#ifndef DX_DB_CLICKHOUSE_LOAD_H
#define DX_DB_CLICKHOUSE_LOAD_H
#include "db/backends/clickhouse.h"
#include "db/backends/sqlite_trend.h"

typedef struct ch_job {
    dx_clickhouse *from;
    sq_store *into;
    dx_arena *arena;   /* of the whole load */
    dx_arena *scratch; /* of one row */
    dx_buf sql, body;
    const ch_settled *settled; /* NULL: rows are told as they were sent */
    unsigned timeout_s;
    bool partial; /* a shard was away */
} ch_job;

/* Asks `sql`; the answer stands in `body`. */
DX_CHECK dx_rc ch_fetch(ch_job *l, dx_err *err);

/* What is done with a row's fields, which live until the next one. */
typedef dx_rc ch_take_fn(ch_job *l, void *ctx, const dx_str *f, dx_err *err);
enum { CH_MOST_FIELDS = 24 };
/* Asks `sql` with FORMAT TabSeparated added, and takes its rows of n fields. */
DX_CHECK dx_rc ch_rows(ch_job *l, size_t n, ch_take_fn *take, void *ctx, dx_err *err);

/* The same of a question WITH TOTALS: a row of them comes behind, when there are any. */
DX_CHECK dx_rc ch_rows_and_totals(ch_job *l, size_t n, ch_take_fn *take, ch_take_fn *totals,
                                  void *ctx, dx_err *err);

/* Takes the first field as a number; `ctx` is an int64_t. */
dx_rc ch_take_number(ch_job *l, void *ctx, const dx_str *f, dx_err *err);

/* ---- words of a question, added to `sql`; notes must have been loaded ---- */

/* Behind ARRAY JOIN: what is computed of its rows stays outside.  Without their analyzer (the
 * default up to 24.2) current engines lift what no row needs out of there, functions of x among it,
 * and then take those of two levels for one (code 352). No answer has so many rows. */
#define CH_APART " LIMIT 1000000000000"

void ch_add(ch_job *l, const char *text);
/* The columns of an attempt's row but the last, its `detail`. */
#define CH_ROW_HEAD                                                                                \
    "agent, id, version, gone, server, format, digest, occurrence, happened_us, day, product,"     \
    " release, outcome, failed, kinds, names, events, diagnosis, title"
/* "(SELECT ...)" of all rows of attempts, without those that were replaced; what l->settled holds
 * is told as it is there. */
void ch_add_rows(ch_job *l);
/* " AND server IN (...)": those that a filter names, by name and by tag. */
DX_CHECK dx_rc ch_add_servers(ch_job *l, const dx_trend_filter *w, dx_err *err);
/* "'a','b'" of the first column of a query of `into`; *n how many. */
DX_CHECK dx_rc ch_add_names(ch_job *l, sqlite3_stmt *q, size_t *n, dx_err *err);
/* " IN (...)" of these servers under all of their names. */
DX_CHECK dx_rc ch_add_hosts(ch_job *l, const dx_str *hosts, size_t n, dx_err *err);
/* How many rows there are up to the end of a page. */
size_t ch_shown(size_t top, size_t skip);
/* The week of the column `day`, as sums count them. */
#define CH_WEEK "toInt64(floor((day + 3) / 7))"
/* The same of its month: years begin in March here.  Other names come along. */
#define CH_MONTH                                                                                   \
    "toInt64(floor((day + 719468) / 146097)) AS era, day + 719468 - era * 146097 AS of_era,"       \
    " intDiv(of_era - intDiv(of_era, 1460) + intDiv(of_era, 36524) - intDiv(of_era, 146096), 365)" \
    " AS year, of_era - (365 * year + intDiv(year, 4) - intDiv(year, 100)) AS of_year,"            \
    " 12 * (400 * era + year) + 2 + intDiv(5 * of_year + 2, 153)"

/* By which others may ask for an attempt: the same for all, and greater than any number that an
 * answer gives it for itself. */
#define CH_NUMBER                                                                                  \
    "toInt64(4503599627370496 + bitAnd(cityHash64(server, format, digest, occurrence),"            \
    " 4503599627370495))"
#define CH_LEAST_NUMBER (INT64_C(1) << 52)
/* An answer's own number of an attempt becomes the one for all. */
DX_CHECK dx_rc ch_number_for_all(sq_store *s, int64_t *attempt, dx_err *err);
/* The same in n rows of `size` bytes, which have theirs at `at`: in a copy, NULL when that fails.
 */
void *ch_numbered(sq_store *s, dx_arena *into, const void *rows, size_t n, size_t size, size_t at,
                  dx_err *err);

/* A column of an attempt, and the name that it gets. */
typedef struct ch_column {
    const char *is, *name;
} ch_column;
/* "SELECT ..." of each attempt once, as it was sent last: host, of and place (which order attempts
 * as they are numbered when all are fetched), its identity (own, format, digest, occurrence) and
 * number, and these columns; `where` and `days` may be NULL.  Of two rows of one attempt that lie
 * more than a month apart, one may be left out when it is not within a month of `days`. */
DX_CHECK dx_rc ch_add_once(ch_job *l, const ch_column *columns, size_t n,
                           const dx_trend_filter *where, const sq_window *days, dx_err *err);
/* The same of all attempts of these servers. */
DX_CHECK dx_rc ch_add_once_of(ch_job *l, const ch_column *columns, size_t n, const dx_str *hosts,
                              size_t n_hosts, dx_err *err);
/* The server under whose name `server` counts. */
DX_CHECK dx_rc ch_add_host(ch_job *l, dx_err *err);
/* "SELECT ..." of each finding: host, of, place, number, us, product, ord, and r, an array of
 * texts: */
enum { CH_KEY = 2, CH_DIAGNOSIS, CH_CAUSE, CH_TITLE, CH_CONFIDENCE, CH_STATE, CH_BEGUN };
DX_CHECK dx_rc ch_add_findings(ch_job *l, const dx_trend_filter *where, dx_err *err);
/* The findings of an attempt as such arrays, still with their separators. */
#define CH_FOUND "arrayFilter(x -> substring(x, 1, 2) = 'F\\x1f', splitByChar('\\x1e', detail))"
/* "SELECT ..." of each diagnosis on a server and product: host, product, diagnosis, and two arrays:
 * when its cases `began`, and when they `ended`, which has one less while the last is open. */
DX_CHECK dx_rc ch_add_cases(ch_job *l, const dx_trend_filter *where, dx_err *err);
/* The site of `host`, empty without one; tags must have been loaded. */
DX_CHECK dx_rc ch_add_site(ch_job *l, dx_err *err);
/* When somebody resolved a key, or 0; `key` is an expression. */
DX_CHECK dx_rc ch_add_resolved(ch_job *l, const char *key, dx_err *err);
/* A text as it stands within a finding. */
void ch_add_detail_literal(ch_job *l, dx_str text);

/* ---- attempts (clickhouse_lists.c) ---- */
/* Rows get their numbers for all. */
DX_CHECK dx_rc ch_number_rows(sq_store *s, dx_arena *into, dx_attempts *out, dx_err *err);

/* ---- sums over all servers (clickhouse_tally.c) ---- */
/* The days of a window; its open ends are where the data ends. */
DX_CHECK dx_rc ch_window_of(ch_job *l, const dx_trend_filter *where, dx_grain grain, int64_t most,
                            sq_window *out, dx_err *err);
typedef struct ch_tally {
    dx_grain grain;     /* of the buckets: weeks or days */
    unsigned kinds;     /* as in ch_wish, beside SQ_ALL */
    bool products;      /* and all attempts by product */
    bool no_wholes;     /* buckets only, */
    bool no_buckets;    /* or none */
    dx_str product;     /* only of this one; empty: of all */
    sq_window window;   /* of the wholes, with their different servers */
    int64_t from;       /* buckets may begin earlier */
    int64_t product_id; /* made */
} ch_tally;
/* Tallies of the buckets, and of the window as that of all time; what is different in the window
 * stands in temp.told. */
DX_CHECK dx_rc ch_load_tally(ch_job *l, ch_tally *t, dx_err *err);

/* ---- how fixing went (clickhouse_fixes.c) ---- */
/* Rows in no order. */
DX_CHECK dx_rc ch_load_fixes(ch_job *l, const dx_trend_filter *where, dx_arena *into,
                             dx_fix_row **rows, size_t *n, dx_err *err);

/* ---- filling ---- */

typedef dx_rc ch_load_fn(ch_job *l, void *ctx, dx_err *err);
/* Which tags are fetched before anything else, with all other decisions: they are many, and few
 * questions read them. */
typedef struct ch_tags {
    bool all;
    bool sites;                /* those named "site" */
    const dx_trend_filter *of; /* those that it names; may be NULL */
    dx_str subject;            /* those of this server; may be empty */
} ch_tags;
#define CH_NO_TAGS  ((ch_tags){.all = false})
#define CH_ALL_TAGS ((ch_tags){.all = true})
/* Fills `into`, an empty store in memory, in one transaction.  *partial: a shard was away. */
DX_CHECK dx_rc ch_load_with(dx_clickhouse *from, ch_tags tags, ch_load_fn *what, void *ctx,
                            sq_store *into, bool *partial, dx_err *err);
/* The contents of attempts that were loaded; `which` adds to the condition. */
DX_CHECK dx_rc ch_load_contents(ch_job *l, dx_str which, dx_err *err);
/* The titles by which diagnoses are shown when none of their attempts are loaded. */
DX_CHECK dx_rc ch_load_titles(ch_job *l, dx_err *err);
/* The tags of servers, by the names that count. */
DX_CHECK dx_rc ch_load_tags_of(ch_job *l, const dx_str *hosts, size_t n, dx_err *err);
/* A question's store in memory. */
typedef struct ch_asked {
    dx_store *mem;
    bool partial;
} ch_asked;
/* Sends what waits, and fills a->mem, which the caller closes. */
DX_CHECK dx_rc ch_ask_with(ch_store *s, ch_tags tags, ch_load_fn *what, void *ctx, ch_asked *a,
                           dx_err *err);
/* The same of a question that tells what became of findings, which are settled before. */
DX_CHECK dx_rc ch_ask_states(ch_store *s, ch_tags tags, ch_load_fn *what, void *ctx, ch_asked *a,
                             dx_err *err);
dx_str ch_partial_text(const ch_asked *a); /* empty when nothing is missing */
/* DX_FAIL where there is no answer that could be labelled. */
dx_rc ch_may_be_away(dx_str what, dx_err *err);

/* What is counted for lines of this kind, as in ch_wish. */
unsigned ch_kinds_of(dx_trend_of of);
/* ---- all of some servers (clickhouse_near.c) ---- */
/* A table temp.near for the ids of servers. */
DX_CHECK dx_rc ch_near_make(ch_job *l, dx_err *err);
/* " AND server IN (...)" of these under all of their names, into `to`. */
DX_CHECK dx_rc ch_near_add(ch_job *l, dx_buf *to, dx_err *err);

/* By what a question needs: `ctx` is a ch_wish. */
dx_rc ch_load_wish(ch_job *l, void *ctx, dx_err *err);
#endif
