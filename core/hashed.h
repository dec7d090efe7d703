/* Finds entries by key: the entries lie side by side in an array of the caller's, and a table
 * knows where each of them is.  So they can be walked in the order in which they came, and a larger
 * array moves no more than itself. */
#ifndef DX_CORE_HASHED_H
#define DX_CORE_HASHED_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dx_hashed_slot {
    uint32_t hash, entry; /* its place, from 1 on; 0: free */
} dx_hashed_slot;

/* All zero: an empty one. */
typedef struct dx_hashed {
    dx_hashed_slot *slot; /* as many as a power of two */
    size_t size, n;
} dx_hashed;

#define DX_HASHED_NONE SIZE_MAX

/* Is the entry at a place the one that is looked for?  ctx tells of both. */
typedef bool dx_hashed_same(const void *ctx, size_t place);

static inline uint32_t dx_hashed_hash(uint64_t key_hash)
{
    return (uint32_t)((key_hash * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
}

/* The place of an entry, or DX_HASHED_NONE.  Equal keys have equal hashes, which need not be good
 * ones.  Here, so that `same` becomes part of the caller's loop. */
static inline size_t dx_hashed_find(const dx_hashed *t, uint64_t key_hash, dx_hashed_same *same,
                                    const void *ctx)
{
    const uint32_t hash = dx_hashed_hash(key_hash);
    for (size_t i = hash & (t->size - 1); t->size && t->slot[i].entry; i = (i + 1) & (t->size - 1))
        if (t->slot[i].hash == hash && same(ctx, t->slot[i].entry - 1))
            return t->slot[i].entry - 1;
    return DX_HASHED_NONE;
}

/* Notes the place of an entry whose key is not in it yet; below 2^31.  False: no memory, and the
 * table is as it was. */
bool dx_hashed_add(dx_hashed *t, uint64_t key_hash, size_t place);
void dx_hashed_close(dx_hashed *t); /* an empty one again */
#endif
