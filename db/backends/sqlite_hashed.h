/* Finds entries by key: the entries lie side by side in an array of the caller's, and a table
 * knows where each of them is.  So they can be walked in the order in which they came, and a larger
 * array moves no more than itself. */
#ifndef DX_DB_SQLITE_HASHED_H
#define DX_DB_SQLITE_HASHED_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sq_hashed_slot {
    uint32_t hash, entry; /* its place, from 1 on; 0: free */
} sq_hashed_slot;

/* All zero: an empty one. */
typedef struct sq_hashed {
    sq_hashed_slot *slot; /* as many as a power of two */
    size_t size, n;
} sq_hashed;

#define SQ_HASHED_NONE SIZE_MAX

/* Is the entry at a place the one that is looked for?  ctx tells of both. */
typedef bool sq_hashed_same(const void *ctx, size_t place);

static inline uint32_t sq_hashed_hash(uint64_t key_hash)
{
    return (uint32_t)((key_hash * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
}

/* The place of an entry, or SQ_HASHED_NONE.  Equal keys have equal hashes, which need not be good
 * ones.  Here, so that `same` becomes part of the caller's loop. */
static inline size_t sq_hashed_find(const sq_hashed *t, uint64_t key_hash, sq_hashed_same *same,
                                    const void *ctx)
{
    const uint32_t hash = sq_hashed_hash(key_hash);
    for (size_t i = hash & (t->size - 1); t->size && t->slot[i].entry; i = (i + 1) & (t->size - 1))
        if (t->slot[i].hash == hash && same(ctx, t->slot[i].entry - 1))
            return t->slot[i].entry - 1;
    return SQ_HASHED_NONE;
}

/* Notes the place of an entry whose key is not in it yet; below 2^31.  False: no memory, and the
 * table is as it was. */
bool sq_hashed_add(sq_hashed *t, uint64_t key_hash, size_t place);
void sq_hashed_close(sq_hashed *t); /* an empty one again */
#endif
