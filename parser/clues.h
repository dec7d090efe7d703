/* Which clues of all formats may stand in a log's head: one pass tells, instead of a regex for
 * each. Inside parser/ only. */
#ifndef DX_PARSER_CLUES_H
#define DX_PARSER_CLUES_H
#include "core/arena.h"
#include "core/str.h"

struct dx_format;
typedef struct dx_clues dx_clues;

/* Numbers the clues and finds what is certain of each; NULL when out of memory.  Lives in the
 * arena, and owns memory outside of it from the first look to dx_clues_release(). */
dx_clues *dx_clues_new(struct dx_format *const *formats, size_t n, dx_arena *into);
void dx_clues_release(const dx_clues *c);

/* By number: false when the clue is certainly not in the text.  NULL: any may be.  `rival`: points
 * that a format is known to have, or 0.  Then there is no look for clues without which a format
 * may still be seen to have fewer, those that cost most: they may be there. */
const bool *dx_clues_look(const dx_clues *c, dx_str text, int rival, dx_arena *scratch);
#endif
