#include "cli/reading.h"

dx_reading *dx_reading_new(void)
{
    dx_arena *arena = dx_arena_new(0);
    dx_reading *r = arena ? dx_arena_get(arena, sizeof *r) : NULL;

    if (r)
        r->arena = arena;
    else
        dx_arena_free(arena);
    return r;
}

void dx_reading_free(dx_reading *r)
{
    if (r)
        dx_arena_free(r->arena);
}

dx_reading *dx_reading_of_skip(const dx_skip *skip)
{
    dx_reading *r = dx_reading_new();
    if (!r)
        return NULL;
    r->gap = skip->damage || skip->asked;
    r->source = (dx_report_source){.path = dx_arena_copy(r->arena, skip->path),
                                   .member = dx_arena_copy(r->arena, skip->member),
                                   .skipped = dx_arena_copy(r->arena, dx_str_of(skip->why.text)),
                                   .damage = skip->damage || skip->asked};
    if (r->source.path.p && r->source.member.p && r->source.skipped.p)
        return r;
    dx_reading_free(r);
    return NULL;
}
