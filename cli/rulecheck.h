/* Runs what rules say of themselves: samples, cases, rivals.  Every failure is one fault with its
 * place; the checks go on to find more. */
#ifndef DX_CLI_RULECHECK_H
#define DX_CLI_RULECHECK_H
#include "cli/textrun.h"
#include "core/buf.h"
#include "patterns/literals.h"

typedef struct dx_rulecheck {
    const dx_knowledge *know;
    dx_matcher *matcher;
    dx_arena *scratch;           /* reset after each sample or case */
    const dx_yfile *const *only; /* files to check; NULL = all */
    size_t n_only;
    bool strict;
    dx_faults faults;
    size_t signatures, diagnoses, formats, samples, cases; /* done */
    bool *won;      /* for each rule, for each of its rivals: a case shows that it can win */
    size_t *won_at; /* where a rule's entries begin */
    int *best;      /* for each rule: the highest confidence it got in a case, -1 = never found */
} dx_rulecheck;

bool dx_rulecheck_wants(const dx_rulecheck *c, dx_place at);

/* DX_FAIL only when the check itself cannot go on (out of memory). */
DX_CHECK dx_rc dx_rulecheck_signature(dx_rulecheck *c, const dx_signature *sig, dx_err *err);
DX_CHECK dx_rc dx_rulecheck_format(dx_rulecheck *c, const dx_format *format, dx_err *err);
/* Also of rules in other files: their cases may show a rival winning. */
DX_CHECK dx_rc dx_rulecheck_rule(dx_rulecheck *c, const dx_rule *rule, dx_err *err);
/* Only runs the cases, to know what they reach. */
DX_CHECK dx_rc dx_rulecheck_reach(dx_rulecheck *c, const dx_rule *rule, dx_err *err);

/* What the cases of all rules show together: before, for each verdict, after all rules. */
DX_CHECK dx_rc dx_rulecheck_begin(dx_rulecheck *c, dx_arena *into, dx_err *err);
void dx_rulecheck_note(dx_rulecheck *c, const dx_verdict *verdict);
void dx_rulecheck_end(dx_rulecheck *c);

/* With --strict: what works and is unwise. */
DX_CHECK dx_rc dx_rulecheck_wise_signature(dx_rulecheck *c, const dx_signature *sig, dx_err *err);
void dx_rulecheck_wise_rule(dx_rulecheck *c, const dx_rule *rule);
/* Texts that show a value which a log may leave out, and do not say what stands there then. */
DX_CHECK dx_rc dx_rulecheck_texts(dx_rulecheck *c, const dx_rule *rule, dx_err *err);
/* With -v: what each signature is looked for by, a line for each. */
DX_CHECK dx_rc dx_rulecheck_literals(dx_rulecheck *c, dx_buf *out, dx_err *err);
/* "'the text', 'or this': rare". */
void dx_literals_tell(dx_buf *out, const dx_literals *l);
/* Whether the regex stays near-linear on long texts made from the signature's samples. */
DX_CHECK dx_rc dx_rulecheck_cost(dx_rulecheck *c, const dx_signature *sig, dx_err *err);
#endif
