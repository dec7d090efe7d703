#include "db/calendar.h"
#include <inttypes.h>
#include <stdio.h>

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

typedef struct civil {
    int64_t year;
    int month, day; /* from 1 */
} civil;

/* Years begin in March here, so that a leap day is the last of its year. */
static civil civil_of(int64_t day)
{
    const int64_t shifted = day + 719468, era = floor_div(shifted, 146097);
    const int64_t doe = shifted - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    const int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (civil){yoe + era * 400 + (month <= 2), month, (int)(doy - (153 * mp + 2) / 5 + 1)};
}

static int64_t day_of_civil(int64_t year, int month, int day)
{
    const int64_t y = month <= 2 ? year - 1 : year, era = floor_div(y, 400), yoe = y - era * 400;
    const int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int64_t dx_day_of(int64_t us)
{
    return floor_div(us, DX_DAY_US);
}

int64_t dx_bucket_of(dx_grain grain, int64_t day)
{
    switch (grain) {
    case DX_GRAIN_ALL:
        return 0;
    case DX_GRAIN_MONTH: {
        const civil c = civil_of(day);
        return c.year * 12 + c.month - 1;
    }
    case DX_GRAIN_WEEK:
        return floor_div(day + 3, 7);
    case DX_GRAIN_DAY:
        return day;
    }
    return 0;
}

int64_t dx_bucket_day(dx_grain grain, int64_t bucket)
{
    switch (grain) {
    case DX_GRAIN_ALL:
        return 0;
    case DX_GRAIN_MONTH:
        return day_of_civil(floor_div(bucket, 12), (int)(bucket - floor_div(bucket, 12) * 12) + 1,
                            1);
    case DX_GRAIN_WEEK:
        return bucket * 7 - 3;
    case DX_GRAIN_DAY:
        return bucket;
    }
    return 0;
}

void dx_bucket_name(dx_grain grain, int64_t bucket, char out[32])
{
    /* A week belongs to the year of its Thursday. */
    const civil c = civil_of(grain == DX_GRAIN_WEEK ? bucket * 7 : dx_bucket_day(grain, bucket));
    out[0] = '\0';
    switch (grain) {
    case DX_GRAIN_ALL:
        return;
    case DX_GRAIN_MONTH:
        snprintf(out, 32, "%04" PRId64 "-%02d", c.year, c.month);
        return;
    case DX_GRAIN_WEEK:
        snprintf(out, 32, "%04" PRId64 "-W%02u", c.year,
                 (unsigned)((bucket * 7 - day_of_civil(c.year, 1, 1)) / 7 + 1) % 100u);
        return;
    case DX_GRAIN_DAY:
        snprintf(out, 32, "%04" PRId64 "-%02d-%02d", c.year, c.month, c.day);
        return;
    }
}
