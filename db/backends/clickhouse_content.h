/* What an attempt holds, for those who judge it or tell it in full: its facts, events and kept
 * records.  It travels in a table of its own, which lists never read.  Inside db/backends/ only. */
#ifndef DX_DB_CLICKHOUSE_CONTENT_H
#define DX_DB_CLICKHOUSE_CONTENT_H
#include "db/backends/sqlite.h"

/* Adds the content of a stored attempt as a text (clickhouse_detail.h). */
DX_CHECK dx_rc ch_content_of(sq_store *s, int64_t attempt, dx_buf *out, dx_err *err);
/* Gives it to an attempt of a store in memory that was fetched without it, and its number for all,
 * which tells in attempt.top that the content is there. */
DX_CHECK dx_rc ch_content_put(sq_store *s, int64_t attempt, int64_t number, dx_str content,
                              dx_arena *scratch, dx_err *err);
#endif
