/* What to ask whoever sent a text of which nothing is known. */
#ifndef DX_CLI_QUESTIONS_H
#define DX_CLI_QUESTIONS_H
#include "core/arena.h"

/* Only what the text does not say itself; product: it names one.  *out: the questions, in `into`.
 * Gives how many; SIZE_MAX when out of memory. */
size_t dx_questions_of(dx_str text, bool product, dx_arena *into, const dx_str **out);
#endif
