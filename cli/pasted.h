/* A message that somebody pastes into a scan's standard input. */
#ifndef DX_CLI_PASTED_H
#define DX_CLI_PASTED_H
#include "cli/explain.h"
#include "cli/session.h"

typedef struct dx_pasted {
    dx_str bytes; /* what came first; NULL: nobody asked for standard input alone */
    bool all;     /* there is no more */
    bool alone;   /* nothing else is scanned */
    dx_report told;
    dx_str instead; /* what was read in their place */
} dx_pasted;

/* Reads what may be a paste, when "-" is to be scanned, and has the scan read what can
 * best be understood of it.  For an open session, before its round.  Fails as reading does, and
 * when out of memory. */
DX_CHECK dx_rc dx_pasted_take(dx_session *s, dx_pasted *out, dx_err *err);

/* The same for a message that is at hand: `bytes` and `all` are given.  What a scan should read is
 * `instead`, or, where that is empty, `bytes`. */
DX_CHECK dx_rc dx_pasted_read(const dx_explain *ask, dx_pasted *p, dx_err *err);

/* Adds to the scan's report how the paste was read, when not as it stands, and what is known of it
 * when no rule knows it.  Fails only when out of memory. */
DX_CHECK dx_rc dx_pasted_tell(const dx_pasted *p, dx_arena *into, dx_report *report, dx_err *err);
#endif
