/* What can still be said of a failure that no rule explains: what its codes mean, and which known
 * failures come nearest. */
#ifndef DX_CLI_HINTS_H
#define DX_CLI_HINTS_H
#include "cli/crew.h"
#include "cli/knowledge.h"
#include "report/explanation.h"

/* A failure and no finding. */
bool dx_needs_hints(const dx_report_attempt *a);

/* Fills codes and nearest of those attempts that need them, which live in `into`.  The code tables
 * are read only when one does; a fault in them costs the hints, not the report. */
DX_CHECK dx_rc dx_hints_add(const dx_knowledge *know, dx_report_attempt *attempts, size_t n,
                            dx_arena *into, dx_err *err);

/* The same of one attempt at a time, in any thread of a crew (NULL: there is but one).  What is
 * filled in lives in that member's arena, and for the last member in `into`, as the hints
 * themselves do. */
typedef struct dx_hints dx_hints;
/* NULL when out of memory. */
dx_hints *dx_hints_new(const dx_knowledge *know, const dx_crew *crew, dx_arena *into);
DX_CHECK dx_rc dx_hints_find(dx_hints *all, unsigned member, dx_report_attempt *a, dx_err *err);
void dx_hints_done(dx_hints *all); /* NULL is fine */

/* What a text of a person says to those who know codes: every code in it, at most 12, read in the
 * light of what stands around it; `alone`: it is nothing but a code, and each meaning counts.
 * `unknown`: no rule knows it, so the known failures whose messages come nearest are wanted, too;
 * `advise`: no finding says what to do, so each code is told with how sure it is and a first step.
 */
typedef struct dx_hints_text {
    dx_str text;
    dx_str respelt; /* with misprints mended, to be compared with known failures; may be empty */
    bool alone, unknown, advise;
} dx_hints_text;
DX_CHECK dx_rc dx_hints_of_text(const dx_knowledge *know, const dx_hints_text *asked,
                                dx_arena *into, struct dx_explanation *out, dx_err *err);
#endif
