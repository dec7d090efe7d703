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

/* Where the clock of a log does what one should see before one trusts its times. */
enum { DX_PAUSES = 16, DX_GAP_LINES = 10 };
typedef struct dx_pause {
    bool back;              /* the clock went back, by more than a minute; else a gap: more than an
                             * hour passed within DX_GAP_LINES lines */
    uint32_t after, before; /* lines */
    int64_t from_us, to_us;
} dx_pause;

typedef struct dx_story {
    const dx_report *report;
    const dx_report_attempt *of;
    dx_moment p[DX_MOMENTS]; /* in the order of the log */
    size_t n, left_out;
    dx_pause pause[DX_PAUSES]; /* in the order of the log; more are not told */
    size_t n_pauses;
    bool by_time; /* the clock is known for all of them and does not jump back */
} dx_story;

/* The signs of `f` have their numbers; without it, those of the first undecided group, else the
 * errors that nobody knows. */
void dx_story_tell(dx_story *out, const dx_report *r, const dx_report_attempt *a,
                   const dx_finding *f);
#endif
