#include "core/time.h"

enum { MOST_DAYS = 366 * 1000 };

static int64_t unit_us(char unit)
{
    switch (unit) {
    case 's':
        return DX_SECOND_US;
    case 'm':
        return INT64_C(60) * DX_SECOND_US;
    case 'h':
        return INT64_C(3600) * DX_SECOND_US;
    case 'd':
        return DX_DAY_US;
    case 'w':
        return DX_WEEK_US;
    default:
        return 0;
    }
}

static bool read_span(dx_str text, int64_t *us)
{
    const int64_t unit = text.n > 1 ? unit_us(text.p[text.n - 1]) : 0;
    int64_t number = 0;

    if (unit == 0)
        return false;
    for (size_t i = 0; i + 1 < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || number > MOST_DAYS * DX_DAY_US / unit)
            return false;
        number = number * 10 + (text.p[i] - '0');
    }
    if (number == 0 || number > MOST_DAYS * DX_DAY_US / unit)
        return false;
    *us = number * unit;
    return true;
}

static dx_rc read_when(const char *option, dx_str text, int64_t now_us, int sign, int64_t *us,
                       dx_err *err)
{
    int64_t span;

    if (dx_time_from_iso(text, us))
        return DX_OK;
    if (!read_span(text, &span))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "%s '%.*s' is no time: write 24h, 7d or 12w (%s now), 2026-11-01, or "
                       "2026-11-01T10:00:00Z",
                       option, DX_FMT(text), sign < 0 ? "before" : "from");
    *us = now_us + sign * span;
    return DX_OK;
}

dx_rc dx_when_past(const char *option, dx_str text, int64_t now_us, int64_t *us, dx_err *err)
{
    return read_when(option, text, now_us, -1, us, err);
}

dx_rc dx_when_coming(const char *option, dx_str text, int64_t now_us, int64_t *us, dx_err *err)
{
    return read_when(option, text, now_us, 1, us, err);
}
