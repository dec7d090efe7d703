/* Signatures that a text nearly carries: their literal occurs, their regex does not match. */
#ifndef DX_PATTERNS_NEARLY_H
#define DX_PATTERNS_NEARLY_H
#include "patterns/matcher.h"

typedef struct dx_near_miss {
    const dx_signature *signature;
    size_t pieces; /* of its regex that match, from the first on */
    dx_str stops;  /* the text where the next piece was wanted, cut; borrowed from the records */
} dx_near_miss;

/* `folded` are the views of the records, `events` what was found in them: signatures of these are
 * no near misses.  By id; *out lives in `into`.  Fails only when out of memory. */
DX_CHECK dx_rc dx_nearly(const dx_rulebook *book, const dx_str *folded, size_t n_folded,
                         dx_events events, dx_arena *into, dx_near_miss **out, size_t *n,
                         dx_err *err);
#endif
