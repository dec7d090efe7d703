/* Many small allocations, one release.  Never frees a single block. */
#ifndef DX_CORE_ARENA_H
#define DX_CORE_ARENA_H
#include "core/err.h"
#include "core/str.h"

typedef struct dx_arena dx_arena;

dx_arena *dx_arena_new(size_t limit); /* bytes at most, 0: any number; NULL when out of memory */
/* Without a limit, for what mostly takes so many bytes and hardly more: takes these at once. */
dx_arena *dx_arena_new_for(size_t bytes);
/* Inside memory that the caller owns, zeroed and aligned for any type, and never outside of it. */
dx_arena *dx_arena_new_in(void *memory, size_t size); /* NULL when that is too small */
void dx_arena_free(dx_arena *a);                      /* NULL is fine */
void dx_arena_reset(dx_arena *a);                     /* forget the content, keep (some) memory */
size_t
dx_arena_extent(const dx_arena *a); /* of dx_arena_new_in(): bytes from `memory` to the end */

/* Zeroed, aligned for any type; NULL when over the limit or out of memory. */
void *dx_arena_get(dx_arena *a, size_t size);
void *dx_arena_room(dx_arena *a, size_t size); /* the same, but its content is indeterminate */
void *dx_arena_dup(dx_arena *a, const void *p, size_t size); /* the same with p's bytes in it */

/* A copy, and a text as of printf().  .p is NULL when over the limit or out of memory, and only
 * then: an empty text has one.  What they give is followed by a NUL byte, so .p may be handed to C
 * functions when the string holds no NUL itself. */
dx_str dx_arena_copy(dx_arena *a, dx_str s);
dx_str dx_arena_printf(dx_arena *a, const char *fmt, ...) DX_PRINTF(2, 3);

/* A growing array in an arena: DX_PUSH(arena, ptr, count, cap, value) keeps `count`
 * and `cap` (both size_t) and gives false when out of memory. */
#define DX_PUSH(a, ptr, count, cap, ...)                                                           \
    (dx_arena_grow_((a), (void *)&(ptr), (count), &(cap), sizeof *(ptr))                           \
         ? ((ptr)[(count)] = (__VA_ARGS__), (count)++, true)                                       \
         : false)
bool dx_arena_grow_(dx_arena *a, void *ptr, size_t count, size_t *cap, size_t size);

/* The same for an array that may become very large, and into which nothing points: it takes no more
 * memory than is used. */
#define DX_PUSH_MANY(a, ptr, count, cap, ...)                                                      \
    (dx_arena_grow_many_((a), (void *)&(ptr), (count), &(cap), sizeof *(ptr))                      \
         ? ((ptr)[(count)] = (__VA_ARGS__), (count)++, true)                                       \
         : false)
bool dx_arena_grow_many_(dx_arena *a, void *ptr, size_t count, size_t *cap, size_t size);
#endif
