/* The inbox of a shared store in the making, and what views of findings take from it. */
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

/* "SELECT ..." of each key: key, attempts, first_us, last_us, host, product, diagnosis, cause,
 * title, confidence, state, number, again, told (when it was resolved, or 0) and standing. */
DX_CHECK dx_rc ch_add_standings(ch_job *l, const dx_findings_query *q, dx_err *err);
/* The moments of the attempts that show the keys that are shown. */
DX_CHECK dx_rc ch_inbox_weeks_of_keys(ch_job *l, const ch_inbox *x, dx_err *err);
/* Attempts and servers of each diagnosis by week: of all servers, or of those of the filter. */
DX_CHECK dx_rc ch_inbox_weeks_of_all(ch_job *l, const ch_inbox *x, dx_err *err);
DX_CHECK dx_rc ch_inbox_weeks_of_some(ch_job *l, const ch_inbox *x, dx_err *err);
#endif
