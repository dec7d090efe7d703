/* The views of which a query's own words say what comes from the servers of the cluster. */
#ifndef DX_DB_CLICKHOUSE_QUERY_H
#define DX_DB_CLICKHOUSE_QUERY_H
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_look.h"

/* More rows of one view than this do not come here: the query is refused, and says what to do. */
enum { CH_MOST_ROWS = 3000000 };
dx_rc ch_too_many(const char *view, dx_err *err);

/* Each puts what the query reads of its view in the place of the view. */
DX_CHECK dx_rc ch_load_view_attempts(ch_job *l, const ch_look *look, dx_err *err);
DX_CHECK dx_rc ch_load_view_findings(ch_job *l, const ch_look *look, dx_err *err);
DX_CHECK dx_rc ch_load_view_sums(ch_job *l, const ch_look *look, dx_err *err);
#endif
