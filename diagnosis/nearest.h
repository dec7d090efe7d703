/* The known failures whose messages come nearest to one that no rule explains. */
#ifndef DX_DIAGNOSIS_NEAREST_H
#define DX_DIAGNOSIS_NEAREST_H
#include "core/arena.h"
#include "core/diagnosis.h"
#include "patterns/rulebook.h"

enum { DX_NEAREST_MOST = 2 };

/* The words of what a rule book's signatures know, each text taken apart when a log of its format
 * comes first.  Of one thread. */
typedef struct dx_known dx_known;
dx_known *dx_known_new(const dx_rulebook *book, dx_arena *into); /* NULL when out of memory */

/* Compares the words of `events` with the samples of every signature that a diagnosis looks for
 * in logs of this format.  Gives at most DX_NEAREST_MOST diagnoses, best first: `confidence` is
 * the share of common words in per cent (never below 30), `tell` quotes the message that the
 * diagnosis knows, `differs` lists words that only this message has.  Everything lives in `into`.
 * Fails only when out of memory. */
DX_CHECK dx_rc dx_nearest(dx_known *known, dx_str format, const dx_event *const *events, size_t n,
                          dx_arena *into, const dx_rival **out, size_t *n_out, dx_err *err);
#endif
