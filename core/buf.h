/* A growing run of bytes that remembers that it failed, so that callers check once. */
#ifndef DX_CORE_BUF_H
#define DX_CORE_BUF_H
#include "core/err.h"
#include "core/str.h"

typedef struct dx_buf {
    char *p; /* NUL-terminated after any successful add */
    size_t n, cap;
    bool failed; /* out of memory: content is incomplete */
} dx_buf;        /* zero-initialise; release with dx_buf_done */

void dx_buf_done(dx_buf *b);  /* frees, zeroes; a zeroed one is fine */
void dx_buf_clear(dx_buf *b); /* keeps the memory */
/* Makes room, so that so many bytes more can be added without looking for memory; false, and the
 * buffer has failed, when there is none. */
bool dx_buf_reserve(dx_buf *b, size_t more);
/* At the end.  Out of memory shows in `failed`; from then on nothing is added. */
void dx_buf_add(dx_buf *b, dx_str s);
void dx_buf_char(dx_buf *b, char c);
void dx_buf_printf(dx_buf *b, const char *fmt, ...) DX_PRINTF(2, 3);
dx_str dx_buf_str(const dx_buf *b); /* what was added; borrowed until the next change */
#endif
