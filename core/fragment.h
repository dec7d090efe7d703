/* Literals that a regex cannot match without: what is looked for before it is tried. */
#ifndef DX_CORE_FRAGMENT_H
#define DX_CORE_FRAGMENT_H
#include "core/arena.h"
#include "core/str.h"

enum { DX_FRAGMENTS_MOST = 40, DX_FRAGMENT_LEAST = 4 };

/* One of these (lower case, at least DX_FRAGMENT_LEAST bytes without blanks at the ends) is in
 * every match. n == 0: none is certain.  Letters that are not ASCII stand as they were written. */
typedef struct dx_fragments {
    dx_str p[DX_FRAGMENTS_MOST];
    size_t n;
    size_t least; /* bytes of the shortest */
} dx_fragments;

/* The longest there are, copied into `into`; none as well when the pattern uses what is not
 * understood here, or when out of memory. */
dx_fragments dx_fragments_of(dx_str pattern, dx_arena *into);
/* The same, but shorter ones where every other line of a setup log holds the longest, and they
 * stand before it. */
dx_fragments dx_fragments_telling(dx_str pattern, dx_arena *into);
/* The same for whatever text a match stands in: what the pattern only looks at ahead counts, too.
 * Fragments of `least` bytes or more, blanks at their ends not counted. */
dx_fragments dx_fragments_around(dx_str pattern, size_t least, dx_arena *into);

#endif
