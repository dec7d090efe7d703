/* Questions over many servers, and their answers: how often, since when, where it grows.
 * Answers are plain data in the asker's arena.  docs/trends.md says what each number counts. */
#ifndef DX_CORE_TREND_H
#define DX_CORE_TREND_H
#include <stdint.h>
#include "core/attempt.h"

/* What is counted.  An attempt counts for the diagnosis and the cause of its best finding, for its
 * one product and server, and for one code; a signature counts for each of its events. */
typedef enum dx_trend_of {
    DX_OF_SIGNATURE, /* of failures, and unknown errors */
    DX_OF_DIAGNOSIS,
    DX_OF_CAUSE,
    DX_OF_PRODUCT,
    DX_OF_SERVER,
    DX_OF_CODE
} dx_trend_of;
extern const char *const dx_trend_of_names[]; /* "signature", ... NULL-ended */

typedef enum dx_trend_by {
    DX_BY_DAY,
    DX_BY_WEEK, /* ISO weeks, UTC: "2026-W07" */
    DX_BY_MONTH,
    DX_BY_VERSION, /* of the product, "Product 1.2" */
    DX_BY_SITE     /* the tag "site" of the server; empty = none */
} dx_trend_by;
extern const char *const dx_trend_by_names[]; /* "day", ... NULL-ended */

typedef struct dx_tag {
    dx_str name, value; /* "site", "Berlin" */
} dx_tag;

/* Which attempts count; what is empty does not filter.  An attempt is at the time it began, else
 * when it was first read. */
typedef struct dx_trend_filter {
    int64_t since_us, until_us; /* since <= t < until; DX_NO_TIME = open */
    dx_str server;              /* a name or an alias */
    dx_str product;
    size_t n_tags;
    const dx_tag *tags; /* all must hold */
} dx_trend_filter;

typedef struct dx_trend_query {
    dx_trend_of of;
    dx_trend_by by;
    dx_trend_filter where;
    size_t top, skip; /* top 0 = 10; at most 1000.  skip: paging */
} dx_trend_query;

typedef struct dx_trend_cell {
    int64_t events;   /* failures and unknown errors told in logs; adds up to the total */
    int64_t attempts; /* adds up to the total, but not of signatures, of which one may show many */
    int64_t failures; /* attempts that failed; adds up like `attempts` */
    int64_t servers;  /* different ones; never adds up; -1 = not counted (of DX_LINE_REST) */
    int64_t base;     /* what `failures` is a share of: attempts of the line for product, server and
                       * the total, else all attempts of the bucket */
} dx_trend_cell;
/* failures / base, 0 without attempts. */
double dx_trend_rate(const dx_trend_cell *c);

typedef enum dx_line_kind {
    DX_LINE_ID,
    DX_LINE_REST,         /* those beyond `top` */
    DX_LINE_UNCLASSIFIED, /* failures (events, for signatures) that nobody knows; for product, all
                           * attempts whose logs name none */
    DX_LINE_NO_FAILURE,   /* attempts that neither failed nor have a finding */
    DX_LINE_TOTAL
} dx_line_kind;

typedef struct dx_trend_line {
    dx_line_kind kind;
    dx_str id;
    dx_str title; /* for people; the id when nothing better is known */
    dx_trend_cell all;
    const dx_trend_cell *cell; /* one per bucket */
} dx_trend_line;

typedef struct dx_trend_bucket {
    dx_str name;            /* "2026-02-11", "2026-W07", "2026-02", a version, a site */
    int64_t from_us, to_us; /* of time; DX_NO_TIME for versions and sites */
} dx_trend_bucket;

typedef struct dx_trend {
    int64_t since_us, until_us; /* the window, widened to whole buckets (weeks for versions and
                                 * sites); DX_NO_TIME when there is nothing */
    size_t n_buckets;           /* of time: all of the window, also empty ones */
    const dx_trend_bucket *buckets;
    size_t n_lines; /* ids by failures, events, id; then rest, unclassified, no failure: where
                     * there are any; the total is always the last */
    const dx_trend_line *lines;
    int64_t ids;    /* how many there are altogether */
    dx_str partial; /* why the answer is incomplete (a part of the store was away); empty = whole */
} dx_trend;

/* ---- lists ---- */

typedef enum dx_list_kind {
    DX_LIST_NEW,       /* first seen in the window */
    DX_LIST_REGRESSED, /* seen in the window after a verified fix, or after quiet weeks */
    DX_LIST_SPREADING, /* on more servers a week than before */
    DX_LIST_QUIET      /* servers that used to report and stopped */
} dx_list_kind;
extern const char *const dx_list_kind_names[]; /* "new", ... NULL-ended */

typedef struct dx_list_query {
    dx_list_kind kind;
    dx_trend_of of; /* signature, diagnosis, cause, product or code; not of QUIET */
    int64_t now_us; /* the window ends here */
    unsigned weeks; /* its length; 0 = new, regressed: 1; spreading: 6; quiet: 26 (how far back
                     * "used to" looks) */
    unsigned quiet; /* weeks without it; 0 = regressed: 8, quiet: 4 */
    dx_trend_filter where; /* without times; QUIET knows product and tags, too */
    size_t top, skip;      /* top 0 = 50; at most 1000 */
} dx_list_query;

typedef enum dx_again { DX_AGAIN_NOT, DX_AGAIN_AFTER_FIX, DX_AGAIN_AFTER_QUIET } dx_again;

typedef struct dx_list_row {
    dx_str id, title;                    /* the server's name of QUIET */
    int64_t first_us, last_us;           /* ever; last_us to the day, but of QUIET */
    int64_t attempts, failures, servers; /* in the window */
    dx_again again;                      /* of REGRESSED */
    int64_t before_us;    /* of REGRESSED: when a fix had been verified, or the day it was last seen
                           * before the quiet weeks; else DX_NO_TIME */
    double growth;        /* servers a week: mean of the window's second half by that of the first
                           * (at least 1); of SPREADING */
    size_t n_weeks;       /* of SPREADING and QUIET */
    const int64_t *weeks; /* servers a week (QUIET: attempts a week), oldest first */
} dx_list_row;

typedef struct dx_list {
    int64_t since_us, until_us; /* whole days; whole weeks of SPREADING and QUIET */
    size_t n; /* NEW, REGRESSED: by servers; SPREADING: by growth; QUIET: last seen last first */
    const dx_list_row *rows;
    int64_t all; /* rows without top and skip */
    dx_str partial;
} dx_list;

/* How fixing went.  A case: a diagnosis on a server, from its first failure until a later good
 * attempt of the same product there. */
typedef struct dx_fix_row {
    dx_str diagnosis, title;
    int64_t cases;     /* all that began in the window */
    int64_t begun;     /* a step of the fix was seen, or somebody resolved it */
    int64_t verified;  /* ended by a good attempt */
    int64_t failed;    /* times that the failure came again though a fix had been begun */
    int64_t median_us; /* from first failure to verified fix; DX_NO_TIME without any */
} dx_fix_row;

typedef struct dx_fixes {
    size_t n;
    const dx_fix_row *rows; /* by cases, then id */
    int64_t all;
    dx_str partial;
} dx_fixes;
#endif
