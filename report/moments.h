/* The moments of an attempt: signs, errors that nobody knows, harmless lines and the end. */
#ifndef DX_REPORT_MOMENTS_H
#define DX_REPORT_MOMENTS_H
#include "report/html_chart.h"
#include "report/words.h"

enum { DX_MOMENTS = DX_TIMELINE_MARKS };

typedef struct dx_moment {
    uint32_t line;
    int64_t time_us;
    dx_mark mark; /* its place on the axis is left to who draws it */
    dx_str text;
    const char *what; /* "sign", "no rule knows it", "harmless", or how it ended */
} dx_moment;

typedef struct dx_story {
    const dx_report *report;
    const dx_report_attempt *of;
    dx_moment p[DX_MOMENTS]; /* in the order of the log */
    size_t n, left_out;
    bool by_time; /* the clock is known for all of them and does not jump back */
} dx_story;

/* The signs of `f` have their numbers; without it, those of the first undecided group, else the
 * errors that nobody knows. */
void dx_story_tell(dx_story *out, const dx_report *r, const dx_report_attempt *a,
                   const dx_finding *f);
#endif
