/* The same failure in several attempts of one server, which people want to read once: it has the
 * same key, or would be told in the same words. */
#ifndef DX_REPORT_TRIES_H
#define DX_REPORT_TRIES_H
#include "core/buf.h"
#include "report/report.h"

typedef enum dx_try_kind { DX_TRY_FINDING, DX_TRY_UNDECIDED } dx_try_kind;

/* One of them: report->attempts[attempt].verdict->findings[which], or ->undecided[which]. */
typedef struct dx_try {
    size_t attempt, which;
} dx_try;

/* Finds what n attempts have in common; NULL when out of memory. */
typedef struct dx_tries dx_tries;
const dx_tries *dx_tries_new(const dx_report_attempt *attempts, size_t n, dx_arena *into);

/* When the failure came several times and `it` is the latest: all that show it, the oldest first
 * (no time counts as the oldest), `it` last.  Else 0, also when `all` is NULL. */
size_t dx_tries_of(const dx_tries *all, const dx_report *r, dx_try_kind kind, dx_try it,
                   const dx_try **out);
/* The latest that shows the failure, with which formats for people tell it; `it` itself when it is.
 */
dx_try dx_tries_latest(const dx_tries *all, const dx_report *r, dx_try_kind kind, dx_try it);

/* Of more a document that is to stay short says but how many they are, beside the latest. */
enum { DX_TRIES_SHOWN = 20 };

/* The line of its first sign; 0 when it has none. */
uint32_t dx_try_line(const dx_report *r, dx_try_kind kind, dx_try it);

/* "in 3 attempts, the first of 2014-02-17 14:11 UTC, the last of 2014-02-18 10:21 UTC" */
void dx_tries_say(dx_buf *out, size_t n, const dx_attempt *first, const dx_attempt *last);
#endif
