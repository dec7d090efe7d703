/* What is to be told of a report, and in which order: the same for every format for people. */
#ifndef DX_REPORT_PLAN_H
#define DX_REPORT_PLAN_H
#include "report/report.h"

typedef enum dx_item_kind {
    DX_ITEM_FINDING,
    DX_ITEM_UNDECIDED,
    DX_ITEM_UNEXPLAINED, /* an attempt that failed, or may have, and nobody knows why */
    DX_ITEM_ENDING       /* an attempt of which there is nothing but its ending to tell */
} dx_item_kind;

typedef struct dx_item {
    dx_item_kind kind;
    unsigned rank;              /* the smaller the more urgent */
    size_t attempt, which;      /* report->attempts[attempt].verdict->findings[which] */
    const struct dx_item *same; /* the same failure in other attempts of the server, latest first */
    size_t n_same;
    size_t place; /* of the attempt in report->order */
} dx_item;

/* Items by urgency, then in the report's order.  Of a failure that came again only the latest is an
 * item. Everything lives in `into`. */
DX_CHECK dx_rc dx_report_plan(const dx_report *r, dx_arena *into, dx_item **out, size_t *n,
                              dx_err *err);

/* The key of the finding or open question that it is; else empty.  The report's own bytes. */
dx_str dx_item_key(const dx_report *r, const dx_item *item);
#endif
