/* The inside of hash*.c: what processors do differently. */
#ifndef DX_CORE_HASH_IMPL_H
#define DX_CORE_HASH_IMPL_H
#include "core/hash.h"

typedef void dx_hash_many(dx_str within, const dx_str *text, size_t n, uint64_t *out);
dx_hash_many *dx_hash_many_avx512(void); /* NULL when this processor has none */

/* Texts of thousands of bytes.  Only where dx_cpu_avx2() says that it may be called; NULL where it
 * was not compiled. */
typedef struct dx_hash_long {
    uint64_t (*hash64)(dx_str s, uint64_t seed);
    void (*add)(dx_hasher *h, dx_str s);
} dx_hash_long;
extern const dx_hash_long dx_hash_long_avx2;
#endif
