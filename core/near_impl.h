/* The inside of near*.c. */
#ifndef DX_CORE_NEAR_IMPL_H
#define DX_CORE_NEAR_IMPL_H
#include "core/near.h"

enum {
    DX_NEAR_RUN = 200,    /* bytes of a certain text at most: what is longer is two */
    DX_NEAR_TEXT = 24,    /* bytes that are worth looking for */
    DX_NEAR_CHOICES = 16, /* of a clause */
    DX_NEAR_LEAST = 2     /* bytes of a choice */
};

/* Characters from where a segment begins, without blanks.  What no bound is known for begins a new
 * segment. */
typedef struct dx_near_place {
    uint32_t segment, low, high;
} dx_near_place;

typedef struct dx_near_found {
    dx_str text; /* lower case, without blanks */
    dx_near_place place;
} dx_near_found;

/* One of them is in each match. */
typedef struct dx_near_draft {
    dx_near_found p[DX_NEAR_CHOICES];
    size_t n;
} dx_near_draft;

typedef struct dx_near_clauses {
    dx_near_draft *p;
    size_t n, cap;
} dx_near_clauses;

/* Where in a match a literal stands: n bytes at byte `at` of a run. */
typedef struct dx_near_anchor {
    dx_near_found run;
    uint32_t at;
    size_t n;
} dx_near_anchor;

typedef struct dx_near_reader {
    dx_str pattern;
    size_t at;
    dx_arena *passing;
    const dx_str *literals; /* lower case, without blanks */
    size_t n_literals;
    dx_near_place now;
    uint32_t *segments; /* how many were begun */
    char run[DX_NEAR_RUN];
    size_t n_run;
    dx_near_place run_at;
    dx_near_clauses found;
    dx_near_anchor **anchors;
    size_t *n_anchors, *cap_anchors;
    bool covered; /* each match holds one of the literals at an anchor */
    bool lost;    /* something that is not understood, or no memory */
    unsigned depth;
} dx_near_reader;

/* From `at` to the end of the pattern. */
void dx_near_read(dx_near_reader *r);
/* Where the branch ends that begins here: at "|", ")" or the end. */
size_t dx_near_branch_end(dx_str pattern, size_t at);
/* A literal as a reader wants it; DX_NONE when out of memory. */
dx_str dx_near_packed(dx_str s, dx_arena *into);
/* How much it tells that one of them is there. */
size_t dx_near_worth(const dx_near_draft *d);
#endif
