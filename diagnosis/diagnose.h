/* Events of one attempt on one server in, ranked diagnoses out.  Pure functions. */
#ifndef DX_DIAGNOSIS_DIAGNOSE_H
#define DX_DIAGNOSIS_DIAGNOSE_H
#include "core/arena.h"
#include "core/diagnosis.h"
#include "core/err.h"
#include "patterns/rulebook.h"

/* Weighs one attempt.  `others` are the other attempts of the same server in order of time (for
 * steps with `anywhere` or `inside`), may be NULL.  Everything in *out lives in `into`; events are
 * borrowed from the cases.  Deterministic: ties are broken by rule id.  Fails only when out of
 * memory, as the others here do. */
DX_CHECK dx_rc dx_diagnose(const dx_rulebook *book, const dx_case *subject, const dx_case *others,
                           size_t n_others, dx_arena *into, dx_verdict *out, dx_err *err);

/* What became of a finding: looks at what followed on the same server.  `history` holds the
 * server's attempts in order, with the finding's own at index `self`.  Sets state, state_why
 * (in `into`) and begun_us. */
DX_CHECK dx_rc dx_follow_up(const dx_rulebook *book, const dx_case *history, size_t n, size_t self,
                            dx_arena *into, dx_finding *finding, dx_err *err);

/* Which step or condition of a rule failed on an attempt, as sentences with points: the steps in
 * order, then the conditions; last, that the rule is not for an attempt that succeeded, or, when
 * all necessary steps held, that the points were too few.  *out and its texts live in `into`. */
typedef struct dx_trace {
    dx_str text;
    bool held;
    int points;            /* what it gives when it holds */
    const dx_event *event; /* what it saw, or what came nearest; NULL = nothing did */
} dx_trace;
DX_CHECK dx_rc dx_why_not(const dx_rulebook *book, const dx_rule *rule, const dx_case *subject,
                          dx_arena *into, const dx_trace **out, size_t *n, dx_err *err);
#endif
