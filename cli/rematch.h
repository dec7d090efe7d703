/* New rules on what a store kept of an attempt: errors that nobody knew, records of
 * failures and near them. */
#ifndef DX_CLI_REMATCH_H
#define DX_CLI_REMATCH_H
#include "cli/knowledge.h"
#include "core/attempt.h"
#include "patterns/matcher.h"

typedef struct dx_rematch {
    const dx_knowledge *know;
    dx_matcher *matcher;
    dx_arena *scratch; /* reset freely */
} dx_rematch;

/* Events that the rules see now: *n is 0 when they see no more than before.  What is known stays as
 * it is; an unknown error that is known now is replaced, and a record may give more.  In `into`. */
DX_CHECK dx_rc dx_rematch_case(const dx_rematch *m, const dx_case *c, dx_arena *into,
                               dx_event **events, size_t *n, dx_err *err);
#endif
