/* Days, ISO weeks and months in UTC, as numbers that count on and as names. */
#ifndef DX_DB_CALENDAR_H
#define DX_DB_CALENDAR_H
#include "core/time.h"

typedef enum dx_grain { DX_GRAIN_ALL, DX_GRAIN_MONTH, DX_GRAIN_WEEK, DX_GRAIN_DAY } dx_grain;

/* Days since 1970-01-01; weeks such that week w has the Thursday 7 * w; 12 * year + month - 1. */
int64_t dx_bucket_of(dx_grain grain, int64_t day);
int64_t dx_day_of(int64_t us);
int64_t dx_bucket_day(dx_grain grain, int64_t bucket); /* its first day */
/* "2026-02-11", "2026-W07", "2026-02", "" */
void dx_bucket_name(dx_grain grain, int64_t bucket, char out[32]);

/* Weeks are kept as bits of numbers: the era holds DX_ERA_WEEKS of them. */
enum { DX_ERA_WEEKS = 60 };
int64_t dx_week_era(int64_t week);
int64_t dx_week_bit(int64_t week);
/* The bits of weeks from <= w <= to in an era. */
int64_t dx_week_mask(int64_t era, int64_t from, int64_t to);
#endif
