/* Moments: parsing what logs print, and printing what people and programs read. */
#ifndef DX_CORE_TIME_H
#define DX_CORE_TIME_H
#include <stdint.h>
#include "core/err.h"
#include "core/str.h"

/* Microseconds since 1970-01-01 00:00 UTC. */
#define DX_NO_TIME INT64_MIN

/* What one stamp said.  `has` tells which parts were there. */
typedef struct dx_stamp {
    int year, month, day, hour, minute, second, micro;
    int zone_minutes; /* east of UTC */
    unsigned has;     /* DX_HAS_* */
} dx_stamp;
enum { DX_HAS_YEAR = 1, DX_HAS_DATE = 2 /* month and day */, DX_HAS_TIME = 4, DX_HAS_ZONE = 8 };

/* Reads `text` by `layout`; false when it does not fit or a value is out of range.
 *   %Y year (4 digits)  %y year (2 digits, 69 = 1969, 68 = 2068)  %m %d %H %M %S (1-2 digits)
 *   %I hour of 12 with %p AM/PM   %f fraction (any length, read as a decimal fraction)
 *   %b month name (English, short or long)  %a weekday name (skipped)
 *   %z +hh:mm, +hhmm, -hh, Z      %Z signed minutes (CMTrace: "+240" = 240 minutes WEST of UTC,
 *                                 as SMS writes its bias; so zone_minutes = -240)
 *   %? any one byte   %% a percent sign   one blank = one or more blanks; others literal.
 * Parts that the layout does not name are 0; text after the layout's end is an error unless layout
 * ends in %*. */
bool dx_time_scan(dx_str layout, dx_str text, dx_stamp *out);

/* The moment; missing year/date/zone are taken from `base` (its zone 0 = UTC).
 * DX_NO_TIME when date or time is still missing or impossible (month 13). */
int64_t dx_time_of(const dx_stamp *s, const dx_stamp *base);

/* The moment that a file system or an archive tells in seconds since 1970; DX_NO_TIME when it is
 * too far away to be told. */
int64_t dx_time_of_unix(int64_t seconds, int64_t nanoseconds);

/* "2001-05-18T10:00:00Z", with ".123456" when there are microseconds; empty for DX_NO_TIME. */
void dx_time_iso(int64_t us, char out[32]);
/* "2001-05-18 10:00" in UTC, for people; empty for DX_NO_TIME. */
void dx_time_short(int64_t us, char out[32]);
/* Reads ISO dates and times as options take them (2026-11-22, 2026-11-22T10:00:00Z). */
bool dx_time_from_iso(dx_str text, int64_t *us);

/* ---- times as people type them in options, the same everywhere (when.c) ---- */

enum { DX_SECOND_US = 1000000 };
#define DX_DAY_US  (INT64_C(86400) * DX_SECOND_US)
#define DX_WEEK_US (7 * DX_DAY_US)

/* A moment: a date or time as dx_time_from_iso() reads it ("2026-11-01" is midnight UTC), or a
 * length of time before now, or after now: a whole number above 0, at most 1000 years, and s, m
 * (minutes), h, d or w ("90m", "24h", "12w").  DX_E_USAGE names the option and shows how to
 * write it. */
DX_CHECK dx_rc dx_when_past(const char *option, dx_str text, int64_t now_us, int64_t *us,
                            dx_err *err);
DX_CHECK dx_rc dx_when_coming(const char *option, dx_str text, int64_t now_us, int64_t *us,
                              dx_err *err);
#endif
