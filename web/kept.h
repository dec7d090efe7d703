/* Inside web/: answers that are kept until the store changes, so that what many look at is made
 * once.  Safe for all threads. */
#ifndef DX_WEB_KEPT_H
#define DX_WEB_KEPT_H
#include "web/request.h"

typedef struct dx_kept dx_kept;

dx_kept *dx_kept_new(void);    /* NULL when out of memory */
void dx_kept_free(dx_kept *k); /* NULL is fine */

/* What tells one state of a store's files from another. */
uint64_t dx_kept_stamp(const char *store);
/* What tells one question from another; .p NULL when its answer is not kept. */
dx_str dx_kept_key(const dx_request *q);

/* A copy of the answer; false when there is none of this state, or it is a minute old. */
bool dx_kept_get(dx_kept *k, dx_str key, uint64_t stamp, dx_response *a);
void dx_kept_put(dx_kept *k, dx_str key, uint64_t stamp, const dx_response *a);
#endif
