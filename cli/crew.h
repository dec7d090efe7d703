/* Threads that share out what is done for many attempts, each apart from the others. */
#ifndef DX_CLI_CREW_H
#define DX_CLI_CREW_H
#include "core/arena.h"
#include "core/err.h"

/* How many threads help the calling one, and an arena for each: what it makes lives there. */
typedef struct dx_crew {
    unsigned n;
    dx_arena *const *into;
} dx_crew;

/* The members of a crew are numbered; the last is the calling thread, whose number is `n`. */
typedef dx_rc dx_crew_fn(void *ctx, unsigned member, size_t from, size_t to, dx_err *err);

/* Has `part` called for all of [0, n), a stretch at a time, from several threads at once; few are
 * not worth it, and without a crew (NULL) all is done by the calling thread, when it ends the work.
 * Until then only the others are at it.  *out is to be given to one of the other two; `ctx` is not
 * the caller's until then, nor are the crew's arenas. */
typedef struct dx_crew_work dx_crew_work;
DX_CHECK dx_rc dx_crew_begin(dx_crew_work **out, const dx_crew *crew, size_t n, dx_crew_fn *part,
                             void *ctx, dx_err *err);
/* Helps, and waits; NULL is fine.  Gives the first error, in the order of the stretches; others may
 * have been made all the same. */
DX_CHECK dx_rc dx_crew_end(dx_crew_work *w, dx_err *err);
void dx_crew_drop(dx_crew_work *w); /* what was not begun is not done; NULL is fine */
#endif
