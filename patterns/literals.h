/* What a signature is looked for by, before its regex is tried. */
#ifndef DX_PATTERNS_LITERALS_H
#define DX_PATTERNS_LITERALS_H
#include "core/fragment.h"
#include "patterns/rulebook.h"

/* One of the texts is in every record where the signature's match begins, or where that record goes
 * on.  n == 0: none is certain, so that the regex is tried on every record. */
typedef struct dx_literals {
    dx_str text[DX_FRAGMENTS_MOST + 1]; /* lower case */
    size_t n;
    double per_megabyte; /* how often setup logs hold one of them, about */
} dx_literals;

/* Chosen by how rare they are.  False when out of memory. */
DX_CHECK bool dx_literals_of(const dx_signature *sig, dx_arena *into, dx_literals *out);
#endif
