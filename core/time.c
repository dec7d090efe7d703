#include "core/time.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_US INT64_C(86400000000)

enum { MINUTES_PER_DAY = 24 * 60, FURTHEST_ZONE = 18 * 60, FULL_YEAR_PIVOT = 69 };

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};

/* Days from 1970-01-01.  Counted in years that begin in March, where the leap day is the last. */
static int64_t days_of(int year, int month, int day)
{
    const int64_t y = month > 2 ? year : year - 1;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t of_era = y - era * 400;
    const int64_t since_march = (month + 9) % 12;
    const int64_t of_year = (153 * since_march + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int month, int year)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* What is left to read, and what was read so far. */
typedef struct scan {
    dx_str text;
    dx_stamp made;
    bool month, day, twelve, half; /* seen */
    bool afternoon;
} scan;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip(scan *s, size_t n)
{
    s->text = dx_str_slice(s->text, n, s->text.n);
}

static bool take_number(scan *s, size_t least, size_t most, int *out)
{
    size_t n = 0;
    int value = 0;
    for (; n < most && n < s->text.n && is_digit(s->text.p[n]); n++)
        value = value * 10 + (s->text.p[n] - '0');
    if (n < least)
        return false;
    skip(s, n);
    *out = value;
    return true;
}

static bool take_fraction(scan *s, int *micro)
{
    int value = 0, unit = 100000;
    size_t n = 0;
    for (; n < s->text.n && is_digit(s->text.p[n]); n++, unit /= 10)
        value += (s->text.p[n] - '0') * unit;
    skip(s, n);
    *micro = value;
    return n > 0;
}

/* A word of the list, written out or as its first three letters; `which` counts from 0. */
static bool take_word(scan *s, const char *const *words, int n, int *which)
{
    for (int i = 0; i < n; i++) {
        const dx_str word = dx_str_of(words[i]);
        const bool whole = dx_str_istarts(s->text, word);
        if (!whole && !dx_str_istarts(s->text, dx_str_slice(word, 0, 3)))
            continue;
        skip(s, whole ? word.n : 3);
        *which = i;
        return true;
    }
    return false;
}

static bool take_half(scan *s)
{
    s->afternoon = dx_str_istarts(s->text, DX_LIT("PM"));
    s->half = s->afternoon || dx_str_istarts(s->text, DX_LIT("AM"));
    skip(s, 2);
    return s->half;
}

/* 1 or -1, or 0 when there is no sign. */
static int take_sign(scan *s)
{
    const char c = s->text.n ? s->text.p[0] : '\0';
    if (c != '+' && c != '-')
        return 0;
    skip(s, 1);
    return c == '+' ? 1 : -1;
}

static bool set_zone(scan *s, int minutes)
{
    s->made.zone_minutes = minutes;
    s->made.has |= DX_HAS_ZONE;
    return minutes >= -FURTHEST_ZONE && minutes <= FURTHEST_ZONE;
}

static bool take_zone(scan *s)
{
    if (dx_str_starts(s->text, DX_LIT("Z"))) {
        skip(s, 1);
        return set_zone(s, 0);
    }
    const int sign = take_sign(s);
    int hours, minutes = 0;
    if (!sign || !take_number(s, 2, 2, &hours))
        return false;
    const bool colon = dx_str_starts(s->text, DX_LIT(":"));
    skip(s, colon);
    if (!take_number(s, 2, 2, &minutes) && colon)
        return false;
    return minutes < 60 && set_zone(s, sign * (hours * 60 + minutes));
}

static bool take_bias(scan *s)
{
    const int sign = take_sign(s);
    int minutes;
    return sign && take_number(s, 1, 4, &minutes) && set_zone(s, -sign * minutes);
}

static bool in_range(int value, int low, int high)
{
    return value >= low && value <= high;
}

static bool take_year(scan *s, char letter)
{
    const size_t digits = letter == 'Y' ? 4 : 2;
    if (!take_number(s, digits, digits, &s->made.year))
        return false;
    if (letter == 'y')
        s->made.year += s->made.year >= FULL_YEAR_PIVOT ? 1900 : 2000;
    s->made.has |= DX_HAS_YEAR;
    return s->made.year > 0;
}

static bool take_month(scan *s, char letter)
{
    s->month = true;
    if (letter == 'm')
        return take_number(s, 1, 2, &s->made.month) && in_range(s->made.month, 1, 12);
    if (!take_word(s, months, 12, &s->made.month))
        return false;
    s->made.month++;
    return true;
}

static bool take_hour(scan *s, char letter)
{
    s->twelve = letter == 'I';
    s->made.has |= DX_HAS_TIME;
    return take_number(s, 1, 2, &s->made.hour) &&
           in_range(s->made.hour, s->twelve, s->twelve ? 12 : 23);
}

/* One %-letter. */
static bool take_part(scan *s, char letter)
{
    int weekday;
    switch (letter) {
    case 'Y':
    case 'y':
        return take_year(s, letter);
    case 'm':
    case 'b':
        return take_month(s, letter);
    case 'd':
        s->day = true;
        return take_number(s, 1, 2, &s->made.day) && in_range(s->made.day, 1, 31);
    case 'H':
    case 'I':
        return take_hour(s, letter);
    case 'M':
        return take_number(s, 1, 2, &s->made.minute) && s->made.minute < 60;
    case 'S': /* 60 is a leap second */
        return take_number(s, 1, 2, &s->made.second) && s->made.second <= 60;
    case 'f':
        return take_fraction(s, &s->made.micro);
    case 'p':
        return take_half(s);
    case 'a':
        return take_word(s, weekdays, 7, &weekday);
    case 'z':
        return take_zone(s);
    case 'Z':
        return take_bias(s);
    default:
        return false;
    }
}

static bool take_literal(scan *s, char wanted)
{
    if (s->text.n == 0 || s->text.p[0] != wanted)
        return false;
    skip(s, 1);
    return true;
}

static bool take_blanks(scan *s)
{
    if (!take_literal(s, ' '))
        return false;
    while (take_literal(s, ' ')) {
    }
    return true;
}

/* Takes the layout's next item; *at moves behind it. */
static bool take_item(scan *s, dx_str layout, size_t *at)
{
    const char c = layout.p[(*at)++];
    if (c == ' ')
        return take_blanks(s);
    if (c != '%')
        return take_literal(s, c);
    const char letter = *at < layout.n ? layout.p[(*at)++] : '\0';
    if (letter == '%')
        return take_literal(s, '%');
    if (letter != '?')
        return take_part(s, letter);
    const bool any = s->text.n > 0;
    skip(s, 1);
    return any;
}

/* Settles what only the whole stamp can tell; false when the parts contradict each other. */
static bool settle(scan *s)
{
    dx_stamp *made = &s->made;
    if (s->twelve && s->half)
        made->hour = made->hour % 12 + (s->afternoon ? 12 : 0);
    if (!s->month || !s->day)
        return true;
    made->has |= DX_HAS_DATE;
    const int year = made->has & DX_HAS_YEAR ? made->year : 2000; /* February may have 29 */
    return made->day <= days_in(made->month, year);
}

bool dx_time_scan(dx_str layout, dx_str text, dx_stamp *out)
{
    const bool open = dx_str_ends(layout, DX_LIT("%*"));
    if (open)
        layout.n -= 2;
    scan s = {.text = text};
    for (size_t at = 0; at < layout.n;) {
        if (!take_item(&s, layout, &at))
            return false;
    }
    if ((s.text.n > 0 && !open) || !settle(&s))
        return false;
    *out = s.made;
    return true;
}

static bool is_possible(const dx_stamp *s)
{
    return in_range(s->year, 1, 9999) && in_range(s->month, 1, 12) &&
           in_range(s->day, 1, days_in(s->month, s->year)) && in_range(s->hour, 0, 23) &&
           in_range(s->minute, 0, 59) && in_range(s->second, 0, 60) &&
           in_range(s->micro, 0, 999999) &&
           in_range(s->zone_minutes, -MINUTES_PER_DAY, MINUTES_PER_DAY);
}

/* The stamp with what it lacks taken from base, which may be NULL. */
static dx_stamp complete(const dx_stamp *s, const dx_stamp *base)
{
    dx_stamp whole = *s;
    const unsigned borrowed = base ? base->has & ~s->has : 0;
    if (borrowed & DX_HAS_YEAR)
        whole.year = base->year;
    if (borrowed & DX_HAS_DATE) {
        whole.month = base->month;
        whole.day = base->day;
    }
    if (borrowed & DX_HAS_ZONE)
        whole.zone_minutes = base->zone_minutes;
    whole.has |= borrowed & ~(unsigned)DX_HAS_TIME;
    return whole;
}

int64_t dx_time_of(const dx_stamp *s, const dx_stamp *base)
{
    const unsigned needs = DX_HAS_YEAR | DX_HAS_DATE | DX_HAS_TIME;
    const dx_stamp whole = complete(s, base);
    if ((whole.has & needs) != needs || !is_possible(&whole))
        return DX_NO_TIME;
    const int zone = whole.has & DX_HAS_ZONE ? whole.zone_minutes : 0;
    const int64_t minutes = whole.hour * 60 + whole.minute - zone;
    const int64_t seconds = minutes * 60 + whole.second;
    return days_of(whole.year, whole.month, whole.day) * DAY_US + seconds * 1000000 + whole.micro;
}

int64_t dx_time_of_unix(int64_t seconds, int64_t nanoseconds)
{
    const int64_t most = INT64_MAX / 1000000 - 1;
    return seconds > most || seconds < -most ? DX_NO_TIME : seconds * 1000000 + nanoseconds / 1000;
}

/* A moment split into what a clock in UTC shows. */
typedef struct clock_face {
    int64_t year;
    unsigned month, day, hour, minute, second, micro;
} clock_face;

static clock_face face_of(int64_t us)
{
    int64_t days = us / DAY_US, rest = us % DAY_US;
    if (rest < 0) {
        rest += DAY_US;
        days--;
    }
    const int64_t from_era = days + 719468; /* since 0000-03-01 */
    const int64_t era = (from_era >= 0 ? from_era : from_era - 146096) / 146097;
    const int64_t d = from_era - era * 146097;
    const int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    const int64_t of_year = d - (365 * y + y / 4 - y / 100);
    const int64_t since_march = (5 * of_year + 2) / 153;
    const unsigned month = (unsigned)(since_march < 10 ? since_march + 3 : since_march - 9);
    return (clock_face){
        .year = y + era * 400 + (month <= 2),
        .month = month,
        .day = (unsigned)(of_year - (153 * since_march + 2) / 5 + 1),
        .hour = (unsigned)(rest / 3600000000),
        .minute = (unsigned)(rest / 60000000 % 60),
        .second = (unsigned)(rest / 1000000 % 60),
        .micro = (unsigned)(rest % 1000000),
    };
}

void dx_time_iso(int64_t us, char out[32])
{
    const clock_face c = face_of(us);
    out[0] = '\0';
    if (us == DX_NO_TIME)
        return;
    char fraction[12] = "";
    if (c.micro)
        snprintf(fraction, sizeof fraction, ".%06u", c.micro);
    snprintf(out, 32, "%04" PRId64 "-%02u-%02uT%02u:%02u:%02u%sZ", c.year, c.month, c.day, c.hour,
             c.minute, c.second, fraction);
}

void dx_time_short(int64_t us, char out[32])
{
    const clock_face c = face_of(us);
    out[0] = '\0';
    if (us != DX_NO_TIME)
        snprintf(out, 32, "%04" PRId64 "-%02u-%02u %02u:%02u", c.year, c.month, c.day, c.hour,
                 c.minute);
}

/* The time of day after the date; nothing is midnight. */
static bool scan_clock(dx_str text, dx_stamp *out)
{
    static const char *const layouts[] = {"%H:%M",      "%H:%M%z",     "%H:%M:%S",
                                          "%H:%M:%S%z", "%H:%M:%S.%f", "%H:%M:%S.%f%z"};
    *out = (dx_stamp){.has = DX_HAS_TIME};
    if (!text.p)
        return true;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        if (dx_time_scan(dx_str_of(layouts[i]), text, out))
            return true;
    }
    return false;
}

bool dx_time_from_iso(dx_str text, int64_t *us)
{
    const char between = dx_str_find(text, DX_LIT("T"), 0) != SIZE_MAX ? 'T' : ' ';
    dx_str clock = text, day;
    dx_stamp date, time;
    if (!dx_str_next(&clock, between, &day) || !dx_time_scan(DX_LIT("%Y-%m-%d"), day, &date) ||
        !scan_clock(clock, &time))
        return false;
    const int64_t moment = dx_time_of(&time, &date);
    if (moment == DX_NO_TIME)
        return false;
    *us = moment;
    return true;
}
