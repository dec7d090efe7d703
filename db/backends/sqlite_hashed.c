#include "db/backends/sqlite_hashed.h"
#include <stdlib.h>

enum { FIRST_SIZE = 64 };

static void put(sq_hashed *t, sq_hashed_slot s)
{
    size_t i = s.hash & (t->size - 1);
    while (t->slot[i].entry)
        i = (i + 1) & (t->size - 1);
    t->slot[i] = s;
}

static bool grow(sq_hashed *t)
{
    sq_hashed more = {.size = t->size ? t->size * 2 : FIRST_SIZE, .n = t->n};
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

bool sq_hashed_add(sq_hashed *t, uint64_t key_hash, size_t place)
{
    if (place >= INT32_MAX || (t->n * 2 >= t->size && !grow(t)))
        return false;
    put(t, (sq_hashed_slot){sq_hashed_hash(key_hash), (uint32_t)place + 1});
    t->n++;
    return true;
}

void sq_hashed_close(sq_hashed *t)
{
    free(t->slot);
    *t = (sq_hashed){0};
}
