/* Fingerprints of content (XXH3, 64 and 128 bits): identity of logs, evidence and rule sets.
 * Not a defence against forged input; see docs/decisions/0003-hash.md. */
#ifndef DX_CORE_HASH_H
#define DX_CORE_HASH_H
#include <stdint.h>
#include "core/str.h"

typedef struct dx_hash128 {
    uint64_t hi, lo;
} dx_hash128;

/* Of one text; another seed gives another hash. */
uint64_t dx_hash64(dx_str s, uint64_t seed);
/* out[i] becomes dx_hash64(text[i], 0): sooner, when most have some ten to two hundred bytes.  They
 * must lie in `within`, for bytes around them are read, too. */
void dx_hash64_many(dx_str within, const dx_str *text, size_t n, uint64_t *out);
dx_hash128 dx_hash_of(dx_str s); /* 128 bits of one text */

/* Running fingerprint: dx_hash_new, add..., dx_hash_get (may go on adding), free. */
typedef struct dx_hasher dx_hasher;
dx_hasher *dx_hash_new(void); /* NULL when out of memory */
/* Where one text ends and the next begins leaves no trace: callers that need it add lengths. */
void dx_hash_add(dx_hasher *h, dx_str s);
void dx_hash_add_u64(dx_hasher *h, uint64_t v);
dx_hash128 dx_hash_get(const dx_hasher *h);
void dx_hash_free(dx_hasher *h); /* NULL is fine */

bool dx_hash_eq(dx_hash128 a, dx_hash128 b);
void dx_hash_hex(dx_hash128 h, char out[33]); /* lower case, NUL-terminated */
#endif
