/* What all signatures of a book are looked for by: made once, shared by every matcher. */
#ifndef DX_PATTERNS_SOUGHT_H
#define DX_PATTERNS_SOUGHT_H
#include "core/near.h"
#include "core/scanner.h"
#include "patterns/rulebook.h"

typedef struct dx_sought {
    dx_scanner *scanner;        /* a literal's id is its signature's index */
    const bool *has_literal;    /* by signature: the scanner looks for it */
    const dx_near *const *near; /* by signature: what stands around its literals, or NULL */
    const uint32_t *always;     /* signatures without a literal: each record may hold them */
    size_t n_always;
} dx_sought;

/* Lives in `into`; `passing` is needed only now. */
DX_CHECK dx_rc dx_sought_make(dx_sought *out, const dx_signature *const *signatures, size_t n,
                              dx_arena *into, dx_arena *passing, dx_err *err);
const dx_sought *dx_rulebook_sought(const dx_rulebook *book);
#endif
