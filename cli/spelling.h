/* Words that a hasty hand or a picture reader got wrong, put back into those that known messages
 * have.  A guess: for texts in which nothing is recognised as they stand. */
#ifndef DX_CLI_SPELLING_H
#define DX_CLI_SPELLING_H
#include "core/arena.h"
#include "patterns/rulebook.h"

typedef struct dx_respelt {
    dx_str was, now; /* "includeincomplete", "include incomplete" */
} dx_respelt;

typedef struct dx_spelling {
    dx_str text; /* empty: no word was changed */
    size_t n;    /* each change once, in the order of the text */
    const dx_respelt *changes;
} dx_spelling;

/* Changes words of four letters or more that no sample of a signature for dialogs has: letters
 * taken for others that look like them, one letter too many, too few, wrong or in the wrong place,
 * blanks that are missing; only where one known word alone comes in question.  Numbers, paths and
 * names with digits stay.  Everything lives in `into`; fails only when out of memory. */
DX_CHECK dx_rc dx_spell(const dx_rulebook *book, dx_str text, dx_arena *into, dx_spelling *out,
                        dx_err *err);
#endif
