/* Which of many literals occur in a text: one pass, however many literals.
 * Inside patterns/ only. */
#ifndef DX_PATTERNS_PREFILTER_H
#define DX_PATTERNS_PREFILTER_H
#include <stdint.h>
#include "core/err.h"
#include "core/str.h"

typedef struct dx_prefilter dx_prefilter; /* immutable */

/* Literals are lower case and at least 4 bytes; literal i has number ids[i]. */
DX_CHECK dx_rc dx_prefilter_new(dx_prefilter **out, const dx_str *literals, const uint32_t *ids,
                                size_t n, dx_err *err);
void dx_prefilter_free(dx_prefilter *f); /* NULL is fine */

/* Calls `hit` for each literal that begins before byte `limit` of the lower-case text, perhaps
 * more than once. */
typedef void dx_prefilter_hit(void *ctx, uint32_t id);
void dx_prefilter_run(const dx_prefilter *f, dx_str text, size_t limit, dx_prefilter_hit *hit,
                      void *ctx);
#endif
