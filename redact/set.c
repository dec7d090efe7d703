#include "redact/set.h"

int dx_set_add(dx_set *s, dx_arena *arena, dx_str text)
{
    if (dx_set_has(s, text))
        return DX_SET_OLD;
    const dx_str copy = dx_arena_copy(arena, text);
    s->at.arena = arena;
    return copy.p != NULL && DX_PUSH(arena, s->text, s->n, s->cap, copy) &&
                   dx_hashed_add(&s->at, dx_hash64(copy, 0), s->n - 1)
               ? DX_SET_NEW
               : DX_SET_FULL;
}

size_t dx_set_at(const dx_set *s, dx_str text)
{
    return dx_hashed_find_text(&s->at, text, s->text, sizeof *s->text);
}

bool dx_set_has(const dx_set *s, dx_str text)
{
    return dx_set_at(s, text) != DX_HASHED_NONE;
}
