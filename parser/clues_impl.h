/* What clues*.c share. */
#ifndef DX_PARSER_CLUES_IMPL_H
#define DX_PARSER_CLUES_IMPL_H
#include <stdatomic.h>

#include "core/scanner.h"
#include "parser/beginnings.h"
#include "parser/clues.h"
#include "parser/format_impl.h"

enum { DX_CLUE_RIVALS = 40, DX_CLUE_PARTS = 3 };

/* What is looked for when a rival has so many points. */
typedef struct dx_clue_choice {
    dx_scanner *scanner[DX_CLUE_PARTS]; /* each for some of the texts */
    size_t n;
    bool in_parts; /* the quicker way: few texts, of which no word is torn */
    bool *open;    /* by number: no look for it, and it may be there */
} dx_clue_choice;

/* What is asked of all clues for each log lies side by side. */
typedef struct dx_named_clue {
    dx_str name; /* of the file */
    uint32_t number;
} dx_named_clue;

typedef struct dx_clue_worth {
    uint32_t format; /* in the order in which they were given */
    int points;
} dx_clue_worth;

struct dx_clues {
    size_t n; /* clues */
    dx_scan_literal *literal;
    size_t n_literals, cap_literals;
    bool *always;          /* by number: nothing is certain of it */
    bool *wordless;        /* the same, or a text of it has no word (dx_scan_has_word()) */
    size_t *cost;          /* by number: of looking for it */
    const dx_regex **line; /* by number */
    dx_clue_worth *worth;  /* by number */
    dx_named_clue *named;
    size_t n_named, cap_named;
    dx_beginnings *begin; /* of `line` */
    dx_format *const *format;
    size_t n_formats;
    const dx_regex **part; /* of clues */
    size_t n_parts, cap_parts;
    dx_clue_choice all;                /* what is looked for when there is no rival */
    _Atomic(dx_clue_choice *) *choice; /* DX_CLUE_RIVALS; made by the first that needs it */
    struct dx_clue_looks *looks;
};

/* Room in the arena for what is learned of logs; NULL when out of memory. */
struct dx_clue_looks *dx_clues_new_looks(dx_arena *into);
#endif
