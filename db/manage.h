/* Looking after a store as a whole: is it sound, what is in it, handing it around. */
#ifndef DX_DB_MANAGE_H
#define DX_DB_MANAGE_H
#include "db/store.h"

/* Called for each line of a result; `text` is valid during the call only. */
typedef dx_rc dx_line_fn(void *ctx, dx_str text, dx_err *err);

/* Reads all of it: is the file whole, do references lead somewhere, are the sums those of the
 * attempts?  Tells each fault on a line; *faults counts them. */
DX_CHECK dx_rc dx_store_check(dx_store *s, dx_line_fn *tell, void *ctx, size_t *faults,
                              dx_err *err);
#endif
