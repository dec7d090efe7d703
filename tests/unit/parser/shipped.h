/* The formats that come with the program, and what is needed to search with them. */
#ifndef DX_TEST_PARSER_SHIPPED_H
#define DX_TEST_PARSER_SHIPPED_H
#include "core/regex.h"
#include "parser/format_impl.h"

typedef struct shipped {
    dx_arena *arena;
    dx_yset set;
    dx_formats *formats;
    dx_regex_scratch *rx;
} shipped;

/* 0 = fine; shipped_done is due in either case. */
static inline int shipped_read(shipped *s)
{
    dx_faults faults = {0};
    dx_err err = {0};

    *s = (shipped){.arena = dx_arena_new(0), .rx = dx_regex_scratch_new()};
    return dx_yset_add(&s->set, DX_SOURCE_DIR "/parser/formats", false, s->arena, &faults, &err) ==
                       DX_OK &&
                   dx_formats_new(&s->formats, &s->set, &faults, &err) == DX_OK
               ? 0
               : -1;
}

static inline void shipped_done(shipped *s)
{
    dx_formats_free(s->formats);
    dx_regex_scratch_free(s->rx);
    dx_arena_free(s->arena);
}
#endif
