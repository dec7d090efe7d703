/* What people decided about findings: silences and resolutions, as a report tells them. */
#ifndef DX_CLI_DECIDE_H
#define DX_CLI_DECIDE_H
#include "cli/judge.h"

/* Gives findings that are not resolved the state DX_SAID_FIXED or DX_SILENCED, with a sentence that
 * says who decided it and why.  What is stored of them stays as it is. */
DX_CHECK dx_rc dx_decide(dx_store *store, int64_t now_us, dx_judged *const *judged, size_t n,
                         dx_arena *into, dx_err *err);
#endif
