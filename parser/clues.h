/* Which clues of all formats may stand in a log's head: one pass tells, instead of a regex for
 * each. Inside parser/ only. */
#ifndef DX_PARSER_CLUES_H
#define DX_PARSER_CLUES_H
#include "core/arena.h"
#include "core/fragment.h"
#include "core/regex.h"
#include "core/str.h"

struct dx_format;
typedef struct dx_clues dx_clues;

/* Numbers the clues and finds what is certain of each; NULL when out of memory.  Lives in the
 * arena, and owns memory outside of it from the first look to dx_clues_release(). */
dx_clues *dx_clues_new(struct dx_format *const *formats, size_t n, dx_arena *into);
void dx_clues_release(const dx_clues *c);
/* When they were read back from an image (core/image.h), before anything else. */
void dx_clues_revive(dx_clues *c);

/* What is looked for before a clue is tried: one of these is in every text that it is in.  n == 0:
 * nothing is certain of it, so it is tried wherever a line may begin as it does; or `line` is NULL,
 * or there is no memory.  The texts live in the arena. */
dx_fragments dx_clues_certain(const dx_regex *line, dx_arena *into);

/* Points that a format is known to have in the text; NULL and 0 when there is none. */
typedef struct dx_rival_format {
    const struct dx_format *format;
    int points;
} dx_rival_format;

/* By number: false when no line of the text begins as the clue does, or `name` (of the file) is
 * not what the clue is.  NULL when out of memory. */
const bool *dx_clues_fit(const dx_clues *c, dx_str name, dx_str text, dx_arena *scratch);

/* By number: false when the clue is certainly not in the text, true when it may be.  `fit` is what
 * dx_clues_fit() gave.  NULL: any may be (also when `fit` is NULL, or out of memory).
 * Only what matters is looked for; all else counts as "may be":
 * - With a rival's points, clues that cost most for theirs are left out, as long as all of a format
 *   that are left out are worth fewer points together than the rival has.
 * - With a rival's format, so are clues with which no line begins, neither of this log nor of those
 *   before that had this rival: that is remembered for all threads.  Of clues with which lines of
 * this log alone begin a few are left out, too, before a new set is made. */
const bool *dx_clues_look(const dx_clues *c, dx_str text, const bool *fit,
                          const dx_rival_format *rival, dx_arena *scratch);
/* The formats, by their place among those that were given, that may have `least` points (more than
 * none) by the clues that `seen` (of dx_clues_look()) leaves: ascending, room for all; gives how
 * many. */
size_t dx_clues_formats(const dx_clues *c, const bool *seen, int least, uint32_t *format);
size_t dx_clues_looks(const dx_clues *c); /* so much is remembered: sets of clues, 8 at most */
/* Of these so many are looked for the quicker way (dx_scanner_new_whole()). */
size_t dx_clues_quick_looks(const dx_clues *c);
#endif
