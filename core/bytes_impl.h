/* The inside of bytes*.c: what processors do differently.  Each step may stop early, at a place
 * where plain C can go on. */
#ifndef DX_CORE_BYTES_IMPL_H
#define DX_CORE_BYTES_IMPL_H
#include "core/bytes.h"

/* Bytes of s that were looked at; adds to *n, which is at most `most` then. */
typedef size_t dx_byte_find(dx_str s, char c, uint32_t *at, size_t most, size_t *n);

typedef struct dx_byte_steps {
    /* Bytes of 0x01..0x7F. */
    size_t (*ascii)(dx_str s);
    /* Bytes that are certainly well-formed; ends between characters. */
    size_t (*utf8)(dx_str s);
    /* Units turned. */
    size_t (*utf16)(dx_str raw, bool big_endian, char *out);
    dx_byte_find *find;
} dx_byte_steps;
const dx_byte_steps *dx_bytes_avx2(void); /* NULL when this processor has none */
dx_byte_find *dx_find_avx512(void);       /* the same */
#endif
