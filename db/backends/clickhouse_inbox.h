/* The inbox of a shared store in the making: clickhouse_inbox*.c only. */
#ifndef DX_DB_CLICKHOUSE_INBOX_H
#define DX_DB_CLICKHOUSE_INBOX_H
#include "db/backends/clickhouse_load.h"
#include "db/backends/sqlite_inbox.h"

typedef struct ch_inbox {
    const dx_findings_query *q;
    sq_inbox_row *rows;
    size_t n, cap;
    int64_t standing[DX_STANDINGS];
    dx_arena *into;
} ch_inbox;

/* The moments of the attempts that show the keys that are shown. */
DX_CHECK dx_rc ch_inbox_weeks_of_keys(ch_job *l, const ch_inbox *x, dx_err *err);
/* Attempts and servers of each diagnosis by week: of all servers, or of those of the filter. */
DX_CHECK dx_rc ch_inbox_weeks_of_all(ch_job *l, const ch_inbox *x, dx_err *err);
DX_CHECK dx_rc ch_inbox_weeks_of_some(ch_job *l, const ch_inbox *x, dx_err *err);
#endif
