/* The inside of hash*.c: what processors do differently. */
#ifndef DX_CORE_HASH_IMPL_H
#define DX_CORE_HASH_IMPL_H
#include "core/hash.h"

typedef void dx_hash_many(dx_str within, const dx_str *text, size_t n, uint64_t *out);
dx_hash_many *dx_hash_many_avx512(void); /* NULL when this processor has none */
#endif
