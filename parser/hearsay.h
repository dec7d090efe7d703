/* Sentences that only speak of a message: "If you see ..., restart", "... is solved".  Inside
 * parser/ only. */
#ifndef DX_PARSER_HEARSAY_H
#define DX_PARSER_HEARSAY_H
#include "core/record.h"
#include "core/regex.h"

/* They are no evidence: each of their bytes becomes an end of a paragraph, so that all others stay
 * where they are and no regex reads across.  rx is searched in each sentence; NULL: there are none.
 * The new text lives in `into`.  *hushed tells whether there was one; false when out of memory. */
DX_CHECK bool dx_hearsay_hush(const dx_regex *rx, dx_regex_scratch *scratch, dx_arena *into,
                              dx_view *view, bool *hushed);
#endif
