/* One arena for all tests of a file. */
#ifndef DX_TESTS_CORE_ARENA_H
#define DX_TESTS_CORE_ARENA_H
#include "core/arena.h"

static dx_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dx_arena_new(0);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dx_arena_free(arena);
    return 0;
}
#endif
