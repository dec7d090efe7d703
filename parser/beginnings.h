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

/* fit[i] (of n) is what dx_regex_fits() says of the i-th regex, or true where bytes beyond ASCII
 * are told apart. */
void dx_beginnings_fit(const dx_beginnings *b, const dx_regex_lines *lines, bool *fit);
#endif
