/* Which of many regexes a text's lines begin as, told for all of them at once. Inside parser/ only.
 */
#ifndef DX_PARSER_BEGINNINGS_H
#define DX_PARSER_BEGINNINGS_H
#include "core/arena.h"
#include "core/regex.h"

typedef struct dx_beginnings dx_beginnings;

/* Of n regexes, some of which may be NULL: those are never ruled out.  Lives in the arena; NULL
 * when out of memory. */
dx_beginnings *dx_beginnings_new(const dx_regex *const *list, size_t n, dx_arena *into);

/* By regex: false when none of the text's lines begins so that dx_regex_fits() would say yes of it
 * alone (bytes beyond ASCII are all alike).  In the arena; NULL when out of memory. */
bool *dx_beginnings_fit(const dx_beginnings *b, dx_str text, dx_arena *scratch);
#endif
