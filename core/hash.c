#include "core/hash.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/cpu.h"
#include "core/hash_impl.h"

#define XXH_INLINE_ALL /* most texts are short: a call would cost as much as the work */
#include <xxhash.h>

static XXH3_state_t *state_of(dx_hasher *h)
{
    return (XXH3_state_t *)(void *)h;
}

static dx_hash128 from_library(XXH128_hash_t h)
{
    return (dx_hash128){.hi = h.high64, .lo = h.low64};
}

/* NULL: the usual way.  For short texts asking would cost more than it saves. */
static const dx_hash_long *long_way(dx_str s)
{
    enum { LONG = 2048 };

    return s.n >= LONG && dx_hash_long_avx2.hash64 != NULL && dx_cpu_avx2() ? &dx_hash_long_avx2
                                                                            : NULL;
}

uint64_t dx_hash64(dx_str s, uint64_t seed)
{
    const dx_hash_long *way = long_way(s);

    if (way != NULL)
        return way->hash64(s, seed);
    return XXH3_64bits_withSeed(s.p, s.n, seed);
}

void dx_hash64_many(dx_str within, const dx_str *text, size_t n, uint64_t *out)
{
    dx_hash_many *best = dx_hash_many_avx512();

    if (best != NULL) {
        best(within, text, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) /* mostly lines: a call for each would show */
        out[i] = XXH3_64bits_withSeed(text[i].p, text[i].n, 0);
}

dx_hash128 dx_hash_of(dx_str s)
{
    return from_library(XXH3_128bits(s.p, s.n));
}

dx_hasher *dx_hash_new(void)
{
    dx_hasher *h = (dx_hasher *)(void *)XXH3_createState();
    if (h)
        XXH3_128bits_reset(state_of(h));
    return h;
}

void dx_hash_add(dx_hasher *h, dx_str s)
{
    const dx_hash_long *way = long_way(s);

    if (way != NULL)
        way->add(h, s);
    else if (s.n)
        XXH3_128bits_update(state_of(h), s.p, s.n);
}

void dx_hash_add_u64(dx_hasher *h, uint64_t v)
{
    /* Least significant byte first, so that every machine gives the same. */
    char bytes[8];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(unsigned char)(v >> (8 * i));
    dx_hash_add(h, (dx_str){bytes, sizeof bytes});
}

dx_hash128 dx_hash_get(const dx_hasher *h)
{
    return from_library(XXH3_128bits_digest((const XXH3_state_t *)(const void *)h));
}

void dx_hash_free(dx_hasher *h)
{
    XXH3_freeState(state_of(h));
}

bool dx_hash_eq(dx_hash128 a, dx_hash128 b)
{
    return a.hi == b.hi && a.lo == b.lo;
}

void dx_hash_hex(dx_hash128 h, char out[33])
{
    snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, h.hi, h.lo);
}
