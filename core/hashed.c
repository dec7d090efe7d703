#include "core/hashed.h"
#include <stdlib.h>

enum { FIRST_SIZE = 16 };

static void put(dx_hashed *t, dx_hashed_slot s)
{
    size_t i = s.hash & (t->size - 1);
    while (t->slot[i].entry)
        i = (i + 1) & (t->size - 1);
    t->slot[i] = s;
}

static dx_hashed_slot *slots(const dx_hashed *t, size_t size)
{
    return t->arena ? dx_arena_get(t->arena, size * sizeof *t->slot)
                    : calloc(size, sizeof *t->slot);
}

static bool grow(dx_hashed *t)
{
    const size_t size = t->size ? t->size * 2 : FIRST_SIZE;
    dx_hashed more = {.arena = t->arena, .slot = slots(t, size), .size = size, .n = t->n};
    if (!more.slot)
        return false;
    for (size_t i = 0; i < t->size; i++)
        if (t->slot[i].entry)
            put(&more, t->slot[i]);
    if (!t->arena)
        free(t->slot);
    *t = more;
    return true;
}

bool dx_hashed_add(dx_hashed *t, uint64_t key_hash, size_t place)
{
    if (place >= INT32_MAX || (t->n * 2 >= t->size && !grow(t)))
        return false;
    put(t, (dx_hashed_slot){dx_hashed_hash(key_hash), (uint32_t)place + 1});
    t->n++;
    return true;
}

void dx_hashed_empty(dx_hashed *t)
{
    if (t->n)
        memset(t->slot, 0, t->size * sizeof *t->slot);
    t->n = 0;
}

void dx_hashed_close(dx_hashed *t)
{
    if (!t->arena)
        free(t->slot);
    *t = (dx_hashed){0};
}
