/* The inside of near*.c. */
#ifndef DX_CORE_NEAR_IMPL_H
#define DX_CORE_NEAR_IMPL_H
#include "core/near.h"

enum {
    DX_NEAR_RUN = 200, /* bytes of a certain text at most: what is longer is two */
    DX_NEAR_TEXT = 24, /* bytes that are worth looking for where a text may be in several places */
    DX_NEAR_CHOICES = 16, /* of a clause */
    DX_NEAR_LEAST = 2,    /* bytes of a choice ... */
    DX_NEAR_JUST = 8,     /* ... or of places where it may stand, at most */
    DX_NEAR_CLASSES = 16, /* in a run */
    DX_NEAR_ENDLESS = 1 << 20
};

/* ASCII characters in lower case. */
typedef struct dx_near_set {
    uint64_t has[2];
} dx_near_set;

/* Characters from where a segment begins, without blanks.  What no bound is known for begins a new
 * segment.  Of one chain both ends add up from one place to the next, so the distance between two
 * is that of their ends; what is looked at ahead is another chain. */
typedef struct dx_near_place {
    uint32_t segment, chain, low, high;
    bool begun; /* the segment begins where the match does, of those that have no literal before */
} dx_near_place;

typedef struct dx_near_found {
    dx_str text; /* as in a choice */
    dx_near_place place;
    uint32_t
        id; /* of the run, if it is one from its beginning on, also in several branches; or 0 */
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

/* Where in a match a literal stands: n bytes at byte `at` of a run, behind so many characters. */
typedef struct dx_near_anchor {
    dx_near_found run;
    uint32_t at, characters;
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
    uint32_t run_id;
    struct {
        size_t at;
        dx_near_set set;
    } class[DX_NEAR_CLASSES]; /* of the run */
    size_t n_classes;
    bool wide; /* the run has characters that are not ASCII */
    dx_near_clauses found;
    dx_near_anchor **anchors;
    size_t *n_anchors, *cap_anchors;
    uint64_t had; /* by literal: each match has it up to here */
    bool covered; /* each match holds one of the literals at an anchor */
    bool lost;    /* something that is not understood, or no memory */
    unsigned depth;
} dx_near_reader;

/* near_class.c: "[a-f]", "\\d" as a set; false when more than printable ASCII may be meant. */
bool dx_near_class(dx_str class, dx_near_set *out);
bool dx_near_escape(char letter, dx_near_set *out);
bool dx_near_has(const dx_near_set *set, char c);
void dx_near_add(dx_near_set *set, char c);
/* What stands for it in a choice. */
char dx_near_code(const dx_near_set *set);
/* Whether a code stands for this character. */
bool dx_near_member(char code, char c);

/* near_run.c: goes on with a run, or begins one. */
void dx_near_put(dx_near_reader *r, char c);
void dx_near_put_class(dx_near_reader *r, const dx_near_set *set);
void dx_near_put_wide(dx_near_reader *r, dx_str character);
void dx_near_end_run(dx_near_reader *r);
/* So many characters more. */
void dx_near_move_on(dx_near_reader *r, uint64_t least, uint64_t most);
/* What comes behind may stand anywhere. */
void dx_near_break_off(dx_near_reader *r);

/* near_read.c: from `at` to the end of the pattern. */
void dx_near_read(dx_near_reader *r);
/* A literal as a reader wants it; DX_NONE when out of memory. */
dx_str dx_near_packed(dx_str s, dx_arena *into);
/* How much it tells that one of them is there. */
size_t dx_near_worth(const dx_near_draft *d);
#endif
