/* What a scan says, boiled down to lines that can be compared with those of another scan. */
#ifndef DX_CLI_VERDICTS_H
#define DX_CLI_VERDICTS_H
#include "report/report.h"

/* One line for each attempt: format, outcome, findings with their certainty, what is undecided and
 * unexplained; no names, places or keys.  Sorted, so that files may have other names. */
typedef struct dx_verdicts {
    dx_str *line;
    size_t n;
} dx_verdicts;

/* The lines live in `into`.  Fails only when out of memory. */
DX_CHECK dx_rc dx_verdicts_of(const dx_report *report, dx_arena *into, dx_verdicts *out,
                              dx_err *err);
/* The first line that only one of them has, or DX_NONE; *which is 0 or 1. */
dx_str dx_verdicts_differ(const dx_verdicts *a, const dx_verdicts *b, int *which);
#endif
