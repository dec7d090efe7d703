/* Finds entries by key: the entries lie side by side in an array of the caller's, and a table
 * knows where each of them is.  So they can be walked in the order in which they came, and a larger
 * array moves no more than itself. */
#ifndef DX_CORE_HASHED_H
#define DX_CORE_HASHED_H
#include <stdint.h>
#include <string.h>
#include "core/arena.h"
#include "core/hash.h"

typedef struct dx_hashed_slot {
    uint32_t hash, entry; /* its place, from 1 on; 0: free */
} dx_hashed_slot;

/* All zero: an empty one.  With an arena its memory is the arena's, and a table that grows leaves
 * the smaller one there; else it is the table's own, until dx_hashed_close(). */
typedef struct dx_hashed {
    dx_arena *arena;
    dx_hashed_slot *slot; /* as many as a power of two, and never more than half of them taken */
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

typedef struct dx_hashed_number {
    const char *first;
    size_t stride;
    uint64_t number;
} dx_hashed_number;

static inline bool dx_hashed_is_number(const void *ctx, size_t place)
{
    const dx_hashed_number *w = ctx;
    uint64_t number;
    memcpy(&number, w->first + place * w->stride, sizeof number);
    return number == w->number;
}

/* The same where the key is a number of eight bytes, which is its own hash: `first` is that of the
 * first entry (never read while there is none), and from one to the next it is `stride` bytes. */
static inline size_t dx_hashed_find_number(const dx_hashed *t, uint64_t number, const void *first,
                                           size_t stride)
{
    const dx_hashed_number wanted = {first, stride, number};
    return dx_hashed_find(t, number, dx_hashed_is_number, &wanted);
}

typedef struct dx_hashed_text {
    const char *first;
    size_t stride;
    dx_str text;
} dx_hashed_text;

static inline bool dx_hashed_is_text(const void *ctx, size_t place)
{
    const dx_hashed_text *w = ctx;
    dx_str text;
    memcpy(&text, w->first + place * w->stride, sizeof text);
    return dx_str_eq(text, w->text);
}

/* The same where it is a dx_str, and dx_hash64(text, 0) its hash. */
static inline size_t dx_hashed_find_text(const dx_hashed *t, dx_str text, const void *first,
                                         size_t stride)
{
    const dx_hashed_text wanted = {first, stride, text};
    return dx_hashed_find(t, dx_hash64(text, 0), dx_hashed_is_text, &wanted);
}

/* Notes the place of an entry whose key is not in it yet; below 2^31.  False: no memory, and the
 * table is as it was. */
bool dx_hashed_add(dx_hashed *t, uint64_t key_hash, size_t place);
void dx_hashed_empty(dx_hashed *t); /* forgets all entries and keeps its memory */
void dx_hashed_close(dx_hashed *t); /* an empty one again; of an arena's it frees nothing */
#endif
