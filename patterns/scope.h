/* What is looked for in logs of each format: made when a log of it comes first, and kept.  Inside
 * patterns/ only. */
#ifndef DX_PATTERNS_SCOPE_H
#define DX_PATTERNS_SCOPE_H
#include "patterns/sought.h"

typedef struct dx_scopes dx_scopes;

/* NULL when out of memory.  All of it is borrowed. */
dx_scopes *dx_scopes_new(const dx_sought *sought, const dx_signature *const *signatures, size_t n);
void dx_scopes_free(dx_scopes *s); /* NULL is fine */

/* False when a signature in the scope has no certain text, or memory is short; *out holds for the
 * others.  Where it takes little time it is a scanner of its own, and for a long log, of which
 * `log` is a piece, another that looks for what is rare in that: the first time that one asks so it
 * is made, and may be made in another thread; it is in use from the second time on. */
bool dx_scopes_ask(dx_scopes *s, dx_str format, dx_str log, dx_scan_subset *out);
/* The same for one record; *inside says for each signature whether it is in the scope.  Nothing is
 * made for the first few hundred: to look for all literals in a short text takes less.  False when
 * out of memory. */
DX_CHECK bool dx_scopes_ask_record(dx_scopes *s, dx_str format, dx_scan_subset *out,
                                   const bool **inside);
#endif
