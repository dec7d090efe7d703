/* Answers to "what is this?": a pasted text, or a finding of the store. */
#ifndef DX_CLI_EXPLAIN_H
#define DX_CLI_EXPLAIN_H
#include "cli/knowledge.h"
#include "db/trends.h"
#include "report/explanation.h"

typedef struct dx_explain {
    const dx_knowledge *know;
    dx_arena *into; /* everything that is given lives here */
    int64_t now_us;
    const char *why_not; /* id of a rule, or NULL */
    const char *db;      /* what --db said, for commands to type next; NULL = nothing */
} dx_explain;

/* `bytes` in any encoding; `name` stands for a path in the report.  Nothing is stored.
 * DX_E_USAGE: there is no rule of the id. */
DX_CHECK dx_rc dx_explain_text(const dx_explain *q, dx_str bytes, dx_str name, dx_report *out,
                               dx_err *err);

/* The same; *instead is what a scan should read in place of `bytes`, in UTF-8, where one of the
 * readings says more than they do as they stand; else empty. */
DX_CHECK dx_rc dx_explain_paste(const dx_explain *q, dx_str bytes, dx_str name, dx_report *out,
                                dx_str *instead, dx_err *err);

/* The finding or undecided group with this key as the latest attempt shows it; current rules judge
 * it anew, the store is only read. DX_END: no such key. */
DX_CHECK dx_rc dx_explain_finding(const dx_explain *q, dx_store *store, dx_str store_name,
                                  dx_str key, dx_report *out, dx_err *err);

/* True when the report says something: a finding, candidates, a code that is known. */
bool dx_explain_knows(const dx_report *r);

/* ---- inside ---- */

/* A report without attempts. */
dx_report dx_explain_report(const dx_explain *q, struct dx_explanation *explanation);
/* Why the rule that was asked for does or does not apply to a case; nothing when none was. */
DX_CHECK dx_rc dx_explain_checks(const dx_explain *q, const dx_case *of,
                                 struct dx_explanation *explanation, dx_err *err);
#endif
