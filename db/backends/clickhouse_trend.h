/* The lines of a trend of a shared store, also for lists of some servers. */
#ifndef DX_DB_CLICKHOUSE_TREND_H
#define DX_DB_CLICKHOUSE_TREND_H
#include "db/backends/clickhouse_load.h"
#include "db/backends/sqlite_trend.h"

typedef struct ch_sum {
    int part;           /* of the total, of a line, or of all lines with a name */
    int64_t id, bucket; /* in the store in memory */
    dx_trend_cell n;
} ch_sum;

typedef struct ch_lines {
    const dx_trend_query *q;
    dx_arena *into;   /* of the sums */
    sq_window window; /* made, as all that follows */
    int64_t lines;    /* that have a name, not only those that are shown */
    dx_str *shown;    /* and what has no name */
    size_t n_shown, cap_shown;
    ch_sum *sums;
    size_t n, cap;
} ch_lines;

/* Makes the sums of the lines that are shown; one that will be refused has none. */
DX_CHECK dx_rc ch_load_lines(ch_job *l, ch_lines *x, dx_err *err);
/* Puts them into the grids of an answer: an sq_trend_gather of a ch_lines. */
dx_rc ch_gather_lines(sq_job *j, void *ctx, dx_err *err);
#endif
