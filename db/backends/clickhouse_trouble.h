/* What keeps a ClickHouse server from answering, in words that say what to do.  Inside db/ only. */
#ifndef DX_DB_CLICKHOUSE_TROUBLE_H
#define DX_DB_CLICKHOUSE_TROUBLE_H
#include "db/backends/clickhouse_http.h"

/* An exception in an answer that had begun well: where its text begins, SIZE_MAX when there is
 * none. It stands at the beginning of a line, as no row does. */
size_t ch_exception_at(dx_str body);
/* The code that an exception names first; 0: it is none. */
int ch_exception_code(dx_str said);

/* The server said no: raises what it said with what to do about it. */
DX_CHECK dx_rc ch_say_refused(const char *url, long status, dx_str said, dx_ch_trouble *trouble,
                              dx_err *err);
/* No answer came: `code` is curl's and `why` its text; seconds: how long it may have taken. */
DX_CHECK dx_rc ch_say_silent(const char *url, int code, const char *why, unsigned seconds,
                             dx_ch_trouble *trouble, dx_err *err);
/* What came is no answer of a ClickHouse server. */
DX_CHECK dx_rc ch_say_strange(const char *url, dx_err *err);
#endif
