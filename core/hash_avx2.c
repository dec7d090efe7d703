/* XXH3 of long texts with AVX2: the library's own way, in a file that is compiled for it
 * (CMakeLists.txt), for half the instructions of what is there on every processor. */
#include "core/hash_impl.h"

#if defined(__AVX2__)
#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t hash64(dx_str s, uint64_t seed)
{
    return XXH3_64bits_withSeed(s.p, s.n, seed);
}

static void add(dx_hasher *h, dx_str s)
{
    (void)XXH3_128bits_update((XXH3_state_t *)(void *)h, s.p, s.n);
}

const dx_hash_long dx_hash_long_avx2 = {hash64, add};
#else
const dx_hash_long dx_hash_long_avx2 = {NULL, NULL};
#endif
