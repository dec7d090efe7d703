#include "redact/set.h"
#include "core/hash.h"

static size_t slot_of(const dx_set *s, dx_str text)
{
    size_t i = (size_t)dx_hash64(text, 0) & (s->n_slots - 1);

    while (s->slot[i] && !dx_str_eq(s->text[s->slot[i] - 1], text))
        i = (i + 1) & (s->n_slots - 1);
    return i;
}

static bool grow(dx_set *s, dx_arena *arena)
{
    const size_t n_slots = s->n_slots ? s->n_slots * 2 : 64;
    uint32_t *slot = dx_arena_get(arena, n_slots * sizeof *slot);

    if (slot == NULL)
        return false;
    s->slot = slot;
    s->n_slots = n_slots;
    for (size_t i = 0; i < s->n; i++)
        s->slot[slot_of(s, s->text[i])] = (uint32_t)i + 1;
    return true;
}

int dx_set_add(dx_set *s, dx_arena *arena, dx_str text)
{
    if ((s->n + 1) * 2 > s->n_slots && !grow(s, arena))
        return DX_SET_FULL;
    const size_t at = slot_of(s, text);
    if (s->slot[at])
        return DX_SET_OLD;
    const dx_str copy = dx_arena_copy(arena, text);
    if (copy.p == NULL || !DX_PUSH(arena, s->text, s->n, s->cap, copy))
        return DX_SET_FULL;
    s->slot[at] = (uint32_t)s->n;
    return DX_SET_NEW;
}

size_t dx_set_at(const dx_set *s, dx_str text)
{
    return s->n_slots ? (size_t)s->slot[slot_of(s, text)] - 1 : SIZE_MAX;
}

bool dx_set_has(const dx_set *s, dx_str text)
{
    return dx_set_at(s, text) != SIZE_MAX;
}
