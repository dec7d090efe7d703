/* What tells who and where in a text: patterns by kind, from redact/kinds.yaml. */
#ifndef DX_REDACT_KINDS_H
#define DX_REDACT_KINDS_H
#include "core/ytree.h"
#include "redact/values.h"

typedef struct dx_kinds dx_kinds; /* immutable */

/* What is built in.  DX_E_RULE when it is faulty, with a place. */
DX_CHECK dx_rc dx_kinds_new(dx_kinds **out, dx_err *err);
void dx_kinds_free(dx_kinds *k); /* NULL is fine */

/* Tells `values` which words are ordinary.  Before learning. */
DX_CHECK dx_rc dx_kinds_ordinary(const dx_kinds *k, dx_values *values, dx_err *err);
/* Adds to `values` all that the patterns find in the lines of a text (valid UTF-8).  *gaps counts
 * searches that hit a limit: something may have been missed there. */
DX_CHECK dx_rc dx_kinds_learn(const dx_kinds *k, dx_str text, dx_values *values, uint64_t *gaps,
                              dx_err *err);
/* A name that is known from elsewhere: "person", "host" or "domain" as in kinds.yaml. */
DX_CHECK dx_rc dx_kinds_name(const dx_kinds *k, const char *what, dx_str text, dx_values *values,
                             dx_err *err);
#endif
