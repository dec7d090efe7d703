/* Inside web/: a report as part of a screen. */
#ifndef DX_WEB_REPORT_VIEW_H
#define DX_WEB_REPORT_VIEW_H
#include "report/report.h"
#include "web/request.h"

typedef struct dx_view_request {
    const dx_request *q;
    dx_response *answer;
    dx_str key;    /* only this finding or open question; empty = all */
    bool sources;  /* what was read, too, and the summary */
    bool timeline; /* of the first attempt, where no card draws it */
    bool found;    /* made: something was shown */
} dx_view_request;

/* A dx_report_fn; ctx is a dx_view_request. */
DX_CHECK dx_rc dx_view_report(void *ctx, const dx_report *report, dx_err *err);
/* A dx_report_fn that writes `--format json`; ctx is a dx_response. */
DX_CHECK dx_rc dx_view_json(void *ctx, const dx_report *report, dx_err *err);

/* True when one more slow thing may begin; to be given back with dx_view_rest(). */
bool dx_view_slow(const dx_request *q, dx_response *a);
void dx_view_rest(const dx_request *q);
#endif
