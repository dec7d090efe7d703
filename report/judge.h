/* What a report comes to, for every format alike: how each attempt ended, the summary, places. */
#ifndef DX_REPORT_JUDGE_H
#define DX_REPORT_JUDGE_H
#include "report/report.h"

/* Every attempt is in exactly one of these. */
typedef enum dx_ending {
    DX_ENDED_FAILED,    /* a failure that is not resolved */
    DX_ENDED_UNDECIDED, /* a failure with several possible causes */
    DX_ENDED_UNCLEAR,   /* the outcome is not known and errors are there that no rule knows */
    DX_ENDED_RESOLVED,  /* failed, and a later attempt succeeded, or somebody says it is fixed */
    DX_ENDED_SILENCED,  /* failed, and all that is not resolved is silenced */
    DX_ENDED_CANCELLED, /* a person stopped it, and nothing else is found */
    DX_ENDED_CUT_OFF,   /* the log stops early, no failure before that */
    DX_ENDED_SILENT,    /* the log does not say, no failure in it */
    DX_ENDED_SUCCEEDED
} dx_ending;
enum { DX_ENDINGS = DX_ENDED_SUCCEEDED + 1 };
extern const char *const dx_ending_names[]; /* "failed", ... NULL-ended */

dx_ending dx_report_ending(const dx_report_attempt *a); /* docs/report.md says which when */
/* The finding still stands, and says that a person stopped the attempt (dx_cause_stopped()): that
 * is no failure. */
bool dx_report_stopped(const dx_report_attempt *a, const dx_finding *f);

/* The attempt inside r->attempts[attempt] (of the same log) whose failure is known and explains
 * that this one failed; NULL when there is none. */
const dx_report_attempt *dx_report_because(const dx_report *r, size_t attempt);

/* One event among many unexplained: a failure that a signature knows, or an unknown error in an
 * attempt that neither succeeded nor was cancelled. */
bool dx_report_counts(const dx_report_attempt *a, const dx_event *e);

/* The case an event of an attempt's verdict comes from (steps may look at other attempts);
 * NULL when it is not in the report. */
const dx_case *dx_report_locate(const dx_report *r, const dx_report_attempt *a, const dx_event *e);

/* Adds the sentence that sums the report up; the same in every format.  *out has failed when there
 * was no memory for the totals. */
void dx_report_summary(const dx_report *r, dx_buf *out);

/* The key of a finding as text, and an empty one as empty. */
dx_str dx_key_str(const char key[10]);

/* `one` when n is 1, else `many`: "failure", "failures". */
const char *dx_plural(size_t n, const char *one, const char *many);
#endif
