/* What an attempt is weighed with: all that is known of its server. */
#ifndef DX_CLI_LINEAGE_H
#define DX_CLI_LINEAGE_H
#include "cli/judge.h"

/* All attempts of one server in order of time; wanted[i] is the caller's entry, or NULL.  Made of
 * the memory of a judge's arena, but for the scratch. */
typedef struct dx_lineage {
    dx_case *cases;
    dx_judged **wanted;
    dx_verdict *earlier; /* of those that are not wanted */
    dx_arena *scratch;   /* for these, to be freed; or NULL */
    size_t n;
} dx_lineage;

/* Puts those together that share a history, unless they are already. */
void dx_lineage_sort(dx_judged **list, size_t n);
/* Of the same server, as far as anybody knows. */
bool dx_lineage_shared(const dx_judged *x, const dx_judged *y);
/* Only those of its log are surely of its server. */
bool dx_lineage_of_log_alone(const dx_judged *x);

/* The history of a group of those that share one, which is put in another order.  What there is of
 * *out after a failure is to be let go as well. */
DX_CHECK dx_rc dx_lineage_of(const dx_judge *j, dx_judged **group, size_t n, dx_lineage *out,
                             dx_err *err);
/* The same of a server of which nobody wants an attempt. */
DX_CHECK dx_rc dx_lineage_of_server(const dx_judge *j, dx_str server, dx_lineage *out, dx_err *err);
/* Those before and behind one attempt that stand nearest to it, which is cases[*self]; *out and
 * *self stay as they are when it is not in the store any more. */
DX_CHECK dx_rc dx_lineage_around(const dx_judge *j, const dx_judged *attempt, dx_lineage *out,
                                 size_t *self, dx_err *err);

size_t dx_lineage_wanted(const dx_lineage *h); /* how many */
#endif
