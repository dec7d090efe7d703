/* What one source and one attempt add to the numbers of a report. */
#ifndef DX_REPORT_TOTALS_H
#define DX_REPORT_TOTALS_H
#include "report/judge.h"
#include "report/report.h"

typedef struct dx_counted {
    uint32_t findings, undecided, unexplained;
    uint8_t ending; /* a dx_ending */
} dx_counted;

dx_counted dx_counted_of(const dx_report_attempt *a);
/* Servers are counted by the caller. */
/* Not `add`: takes it away again. */
void dx_count_add(dx_totals *t, const dx_counted *numbers, bool add);
void dx_count_source(dx_totals *t, const dx_report_source *s);
#endif
