#include "core/hashed.h"
#include <stdlib.h>

enum { FIRST_SIZE = 64 };

static void put(dx_hashed *t, dx_hashed_slot s)
{
    size_t i = s.hash & (t->size - 1);
    while (t->slot[i].entry)
        i = (i + 1) & (t->size - 1);
    t->slot[i] = s;
}

static bool grow(dx_hashed *t)
{
    dx_hashed more = {.size = t->size ? t->size * 2 : FIRST_SIZE, .n = t->n};
    more.slot = calloc(more.size, sizeof *more.slot);
    if (!more.slot)
        return false;
    for (size_t i = 0; i < t->size; i++)
        if (t->slot[i].entry)
            put(&more, t->slot[i]);
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

void dx_hashed_close(dx_hashed *t)
{
    free(t->slot);
    *t = (dx_hashed){0};
}
