/* Days, ISO weeks and months in UTC, as numbers that count on and as names. */
#ifndef DX_DB_CALENDAR_H
#define DX_DB_CALENDAR_H
#include "core/time.h"

typedef enum dx_grain { DX_GRAIN_ALL, DX_GRAIN_MONTH, DX_GRAIN_WEEK, DX_GRAIN_DAY } dx_grain;

/* The number of the bucket that holds a day (days since 1970-01-01): for DAY the day itself, for
 * WEEK w the week whose Thursday is day 7 * w, for MONTH 12 * year + month - 1, for ALL 0. */
int64_t dx_bucket_of(dx_grain grain, int64_t day);
int64_t dx_day_of(int64_t us); /* the day of a moment, in microseconds since 1970 */
int64_t dx_bucket_day(dx_grain grain, int64_t bucket); /* its first day */
/* "2026-02-11", "2026-W07", "2026-02", and an empty text for ALL. */
void dx_bucket_name(dx_grain grain, int64_t bucket, char out[32]);
#endif
