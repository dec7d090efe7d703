/* The list of quiet servers of a shared store: clickhouse_trends.c asks, clickhouse_quiet.c loads.
 */
#ifndef DX_DB_CLICKHOUSE_QUIET_H
#define DX_DB_CLICKHOUSE_QUIET_H
#include "db/backends/clickhouse_load.h"

typedef struct ch_quiet {
    const dx_list_query *q; /* that the store answers */
    int64_t all;            /* made: how many went quiet; those that are shown are in the store */
    dx_str *hosts;
    size_t n, cap;
} ch_quiet;
DX_CHECK dx_rc ch_load_quiet(ch_job *l, ch_quiet *x, dx_err *err);
#endif
