/* After a scan with --profile: what each signature's regex cost. */
#ifndef DX_CLI_PROFILE_H
#define DX_CLI_PROFILE_H
#include "core/arena.h"
#include "patterns/cost.h"
#include "patterns/rulebook.h"

/* One for each signature of the book, all zero; NULL when out of memory. */
dx_cost *dx_profile_new(const dx_rulebook *book, dx_arena *into);
/* A table on standard error, the dearest first.  False when out of memory. */
bool dx_profile_tell(const dx_rulebook *book, dx_cost *by_signature);
#endif
