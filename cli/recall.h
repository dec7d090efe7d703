/* From what is stored to a report. */
#ifndef DX_CLI_RECALL_H
#define DX_CLI_RECALL_H
#include "cli/judge.h"
#include "cli/knowledge.h"
#include "report/report.h"

/* One attempt of a report, with what the store remembers of its findings; borrows from `judged`. */
DX_CHECK dx_rc dx_recall(dx_store *store, const dx_judged *judged, dx_arena *into,
                         dx_report_attempt *out, dx_err *err);

/* The report of one stored attempt, weighed with these rules; nothing is written.  The caller
 * fills in the head (versions, clock, store).  DX_E_USAGE: there is no such attempt. */
DX_CHECK dx_rc dx_recall_attempt(dx_store *store, const dx_knowledge *know, int64_t attempt,
                                 dx_arena *into, dx_report *out, dx_err *err);
#endif
