#include "cli/reading.h"

/* What a log of some hundred lines takes in which nothing is found, most of it fingerprints: many
 * such wait for the store. */
enum { USUAL = 6000 };

dx_reading *dx_reading_new(void)
{
    dx_arena *arena = dx_arena_new_for(USUAL);
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

dx_str dx_reading_why(dx_str text, dx_str path, dx_arena *into)
{
    const size_t at = path.n ? dx_str_find(text, path, 1) : SIZE_MAX;
    const size_t end = at + path.n;

    if (at == SIZE_MAX || text.p[at - 1] != '\'' || end >= text.n || text.p[end] != '\'')
        return dx_arena_copy(into, text);
    return dx_arena_printf(into, "%.*sit%.*s", (int)(at - 1), text.p, (int)(text.n - end - 1),
                           text.p + end + 1);
}

dx_reading *dx_reading_of_skip(const dx_skip *skip)
{
    dx_reading *r = dx_reading_new();
    if (!r)
        return NULL;
    r->gap = skip->damage || skip->asked;
    r->source = (dx_report_source){
        .path = dx_arena_copy(r->arena, skip->path),
        .member = dx_arena_copy(r->arena, skip->member),
        .skipped = dx_reading_why(dx_str_of(skip->why.text), skip->path, r->arena),
        .damage = skip->damage || skip->asked};
    if (r->source.path.p && r->source.member.p && r->source.skipped.p)
        return r;
    dx_reading_free(r);
    return NULL;
}
