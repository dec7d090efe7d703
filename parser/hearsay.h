/* Sentences that only speak of a message: "If you see ..., restart", "... is solved".  Inside
 * parser/ only. */
#ifndef DX_PARSER_HEARSAY_H
#define DX_PARSER_HEARSAY_H
#include "core/record.h"
#include "core/regex.h"

/* Searched in each sentence; NULL: there are none. */
typedef struct dx_hearsay {
    const dx_regex *talk;
    const dx_regex *denial; /* "This no longer happens.": of what stands before it in its paragraph
                               or, when it begins one, in the paragraph before */
} dx_hearsay;

/* Neither they nor what they deny are evidence: each of these bytes becomes an end of a paragraph,
 * so that all others stay where they are and no regex reads across.  next: the text that follows in
 * a paragraph of its own.  The new text lives in `into`.  *hushed tells whether there was such a
 * sentence; false when out of memory.  how may be NULL. */
DX_CHECK bool dx_hearsay_hush(const dx_hearsay *how, dx_str next, dx_regex_scratch *scratch,
                              dx_arena *into, dx_view *view, bool *hushed);
#endif
