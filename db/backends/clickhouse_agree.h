/* Several machines may read logs of one server, and what one of them reads later tells what became
 * of failures that another one found.  Here such servers are looked for: all that is known of them
 * comes into a store in memory, where their findings are followed up as in a store that read
 * everything, and what changed becomes rows in the place of those that were sent. */
#ifndef DX_DB_CLICKHOUSE_AGREE_H
#define DX_DB_CLICKHOUSE_AGREE_H
#include "db/backends/clickhouse_load.h"

/* A print of the servers of which something was sent since their findings were followed up the last
 * time; 0: there are none. */
DX_CHECK dx_rc ch_unsettled(ch_job *l, uint64_t *print, dx_err *err);

/* Some of these servers, behind `after` in order.  *with becomes a store with all that is known of
 * them, which the caller closes.  DX_END: there are none, or a part of the store does not answer,
 * without which nothing can be said of them. */
DX_CHECK dx_rc ch_apart(ch_store *s, dx_str after, dx_arena *into, dx_store **with,
                        dx_str **servers, size_t *n, dx_err *err);

/* Of such a store, after its findings were followed up: the rows of `attempt` whose findings have
 * other states now, each one version later, and those of `agreement`, at this moment. */
DX_CHECK dx_rc ch_agreed(dx_store *with, int64_t now_us, dx_buf *rows, dx_buf *prints, dx_err *err);
#endif
