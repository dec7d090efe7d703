/* What is looked for in logs of each format: made when a log of it comes first, and kept.  Inside
 * patterns/ only. */
#ifndef DX_PATTERNS_SCOPE_H
#define DX_PATTERNS_SCOPE_H
#include "patterns/sought.h"

typedef struct dx_scopes dx_scopes;

/* NULL when out of memory.  All of it is borrowed. */
dx_scopes *dx_scopes_new(const dx_sought *sought, const dx_signature *const *signatures, size_t n);
void dx_scopes_free(dx_scopes *s); /* NULL is fine */

/* What to look for in a log of this format, in *out.  False when a signature in the scope has no
 * certain text, or memory is short; *out holds for the others.  It is a scanner of the format's own
 * where that takes little time to make.  For a long log `log` is a piece of it, and what is rare
 * there is looked for: the first call with a piece makes that scanner (perhaps in another thread),
 * the second and all later ones give it. */
bool dx_scopes_ask(dx_scopes *s, dx_str format, dx_str log, dx_scan_subset *out);
/* The same for one record; (*inside)[i] says whether signature i is in the scope.  For the first
 * few hundred records no scanner is made: to look for all literals in short texts takes less. False
 * when out of memory. */
DX_CHECK bool dx_scopes_ask_record(dx_scopes *s, dx_str format, dx_scan_subset *out,
                                   const bool **inside);
#endif
