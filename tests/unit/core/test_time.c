#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/time.h"

static void assert_moment(const char *layout, const char *text, const char *wanted)
{
    dx_stamp s;
    char iso[32];
    if (!dx_time_scan(dx_str_of(layout), dx_str_of(text), &s))
        fail_msg("'%s' does not read '%s'", layout, text);
    dx_time_iso(dx_time_of(&s, NULL), iso);
    assert_string_equal(iso, wanted);
}

static void assert_refused(const char *layout, const char *text)
{
    dx_stamp s = {.year = 4711};
    if (dx_time_scan(dx_str_of(layout), dx_str_of(text), &s))
        fail_msg("'%s' reads '%s'", layout, text);
    assert_int_equal(s.year, 4711);
}

static void test_the_stamps_of_real_installers_are_read(void **state)
{
    (void)state;
    assert_moment("%Y-%m-%d %H:%M:%S", "2001-05-18 10:00:00", "2001-05-18T10:00:00Z");
    assert_moment("%Y-%m-%d, %H:%M:%S", "2024-01-31, 23:59:59", "2024-01-31T23:59:59Z");
    assert_moment("%m/%d/%y %H:%M:%S", "5/8/97 7:05:09", "1997-05-08T07:05:09Z");
    assert_moment("[%m/%d/%Y %H:%M:%S.%f] ", "[11/22/2026 08:01:02.0034] ",
                  "2026-11-22T08:01:02.003400Z");
    assert_moment("%a %b %d %H:%M:%S %Y", "Fri May  8 10:00:00 1998", "1998-05-08T10:00:00Z");
    assert_moment("", "", ""); /* nothing said: no moment */
    assert_moment("%m-%d-%Y %H:%M:%S.%f%Z", "05-18-2001 10:00:01.123+240",
                  "2001-05-18T14:00:01.123000Z");
    assert_moment("%Y-%m-%dT%H:%M:%S%z", "2024-03-01T01:00:00+02:00", "2024-02-29T23:00:00Z");
    assert_moment("%H:%M:%S %d%?%m%?%Y", "10:11:12 24.12.1999", "1999-12-24T10:11:12Z");
    assert_moment("%Y%% %m %d %H", "2000% 1 2 3", "2000-01-02T03:00:00Z");
}

static void test_hours_of_twelve_know_noon_and_midnight(void **state)
{
    (void)state;
    assert_moment("%m/%d/%Y %I:%M %p", "1/1/2000 12:00 AM", "2000-01-01T00:00:00Z");
    assert_moment("%m/%d/%Y %I:%M %p", "1/1/2000 12:00 pm", "2000-01-01T12:00:00Z");
    assert_moment("%m/%d/%Y %I:%M %p", "1/1/2000 11:59 PM", "2000-01-01T23:59:00Z");
    assert_refused("%m/%d/%Y %I:%M %p", "1/1/2000 13:00 PM");
    assert_refused("%m/%d/%Y %I:%M %p", "1/1/2000 0:00 AM");
    assert_refused("%m/%d/%Y %I:%M %p", "1/1/2000 1:00 XM");
}

static void test_two_digit_years_turn_at_69(void **state)
{
    (void)state;
    assert_moment("%y-%m-%d %H", "69-01-01 0", "1969-01-01T00:00:00Z");
    assert_moment("%y-%m-%d %H", "68-01-01 0", "2068-01-01T00:00:00Z");
}

static void test_month_names_are_short_or_long(void **state)
{
    (void)state;
    assert_moment("%d %b %Y %H", "1 september 2000 0", "2000-09-01T00:00:00Z");
    assert_moment("%d %b %Y %H", "1 SEP 2000 0", "2000-09-01T00:00:00Z");
    assert_moment("%a, %d %b %Y %H", "Wednesday, 1 May 2002 0", "2002-05-01T00:00:00Z");
    assert_refused("%d %b %Y %H", "1 Xyz 2000 0");
    assert_refused("%d %b %Y %H", "1 Se");
}

static void test_zones_are_read_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *text;
        int minutes;
    } cases[] = {
        {"%z", "Z", 0},       {"%z", "+02", 120}, {"%z", "-0330", -210}, {"%z", "+05:45", 345},
        {"%Z", "+240", -240}, {"%Z", "-60", 60},  {"%Z", "+000", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dx_stamp s;
        assert_true(dx_time_scan(dx_str_of(cases[i].layout), dx_str_of(cases[i].text), &s));
        assert_int_equal(s.zone_minutes, cases[i].minutes);
        assert_int_equal(s.has, DX_HAS_ZONE);
    }
    assert_refused("%z", "02:00");
    assert_refused("%z", "+2");
    assert_refused("%z", "+02:");
    assert_refused("%z", "+02:60");
    assert_refused("%z", "+19:00");
    assert_refused("%Z", "240");
    assert_refused("%Z", "+9999");
}

static void test_values_out_of_range_are_refused(void **state)
{
    (void)state;
    assert_refused("%Y-%m-%d", "2000-13-01");
    assert_refused("%Y-%m-%d", "2000-00-01");
    assert_refused("%Y-%m-%d", "2000-04-31");
    assert_refused("%Y-%m-%d", "2001-02-29");
    assert_refused("%Y-%m-%d", "1900-02-29");
    assert_refused("%Y-%m-%d", "0000-01-01");
    assert_refused("%H:%M:%S", "24:00:00");
    assert_refused("%H:%M:%S", "10:60:00");
    assert_refused("%H:%M:%S", "10:00:61");
    assert_moment("%Y-%m-%d %H", "2000-02-29 0", "2000-02-29T00:00:00Z");
}

static void test_the_whole_text_must_fit(void **state)
{
    (void)state;
    assert_refused("%Y-%m-%d", "2000-01-01x");
    assert_refused("%Y-%m-%d", "2000-01-");
    assert_refused("%Y-%m-%d", "");
    assert_refused("%Y", "200");
    assert_refused("%?", "");
    assert_refused("%Q", "1");
    assert_refused("%", "1");
    assert_refused(" ", "x");
    dx_stamp s;
    assert_true(dx_time_scan(DX_LIT("%Y-%m-%d%*"), DX_LIT("2000-01-01 and more"), &s));
    assert_int_equal(s.has, DX_HAS_YEAR | DX_HAS_DATE);
    assert_false(dx_time_scan(DX_LIT("%Y"), DX_NONE, &s));
}

static void test_fractions_of_any_length_are_cut_to_microseconds(void **state)
{
    (void)state;
    dx_stamp s;
    assert_true(dx_time_scan(DX_LIT("%f"), DX_LIT("5"), &s) && s.micro == 500000);
    assert_true(dx_time_scan(DX_LIT("%f"), DX_LIT("000001"), &s) && s.micro == 1);
    assert_true(dx_time_scan(DX_LIT("%f"), DX_LIT("99999999999999999999"), &s));
    assert_int_equal(s.micro, 999999);
    assert_refused("%f", "");
}

static void test_what_a_stamp_lacks_comes_from_the_base(void **state)
{
    (void)state;
    dx_stamp date, clock, both;
    char iso[32];
    assert_true(dx_time_scan(DX_LIT("%Y-%m-%d %z"), DX_LIT("2001-05-18 +02"), &date));
    assert_true(dx_time_scan(DX_LIT("%H:%M"), DX_LIT("10:30"), &clock));
    dx_time_iso(dx_time_of(&clock, &date), iso);
    assert_string_equal(iso, "2001-05-18T08:30:00Z");
    assert_true(dx_time_of(&clock, NULL) == DX_NO_TIME);
    assert_true(dx_time_of(&date, &clock) == DX_NO_TIME); /* a time of day is never borrowed */
    assert_true(dx_time_scan(DX_LIT("%m-%d %H:%M"), DX_LIT("06-01 09:00"), &both));
    assert_true(dx_time_of(&both, NULL) == DX_NO_TIME);
    dx_time_iso(dx_time_of(&both, &date), iso);
    assert_string_equal(iso, "2001-06-01T07:00:00Z");
}

static void test_a_leap_day_needs_a_leap_year(void **state)
{
    (void)state;
    dx_stamp s;
    const dx_stamp leap = {.year = 2004, .has = DX_HAS_YEAR};
    const dx_stamp common = {.year = 2005, .has = DX_HAS_YEAR};
    assert_true(dx_time_scan(DX_LIT("%m-%d %H"), DX_LIT("02-29 0"), &s));
    assert_true(dx_time_of(&s, &leap) != DX_NO_TIME);
    assert_true(dx_time_of(&s, &common) == DX_NO_TIME);
}

static void test_impossible_stamps_have_no_moment(void **state)
{
    (void)state;
    const unsigned all = DX_HAS_YEAR | DX_HAS_DATE | DX_HAS_TIME;
    const dx_stamp bad[] = {
        {.year = 2000, .month = 13, .day = 1, .has = all},
        {.year = 2000, .month = 0, .day = 1, .has = all},
        {.year = 2000, .month = 2, .day = 30, .has = all},
        {.year = 0, .month = 1, .day = 1, .has = all},
        {.year = 2000, .month = 1, .day = 1, .hour = -1, .has = all},
        {.year = 2000, .month = 1, .day = 1, .micro = 1000000, .has = all},
        {.year = 2000, .month = 1, .day = 1, .zone_minutes = INT32_MIN, .has = all | DX_HAS_ZONE},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_true(dx_time_of(&bad[i], NULL) == DX_NO_TIME);
}

static void test_days_follow_each_other_through_the_centuries(void **state)
{
    (void)state;
    int64_t last = 0;
    for (int year = 1; year <= 9999; year += year % 100 < 98 ? 7 : 1) {
        const unsigned all = DX_HAS_YEAR | DX_HAS_DATE | DX_HAS_TIME;
        const dx_stamp eve = {.year = year, .month = 12, .day = 31, .has = all};
        const dx_stamp day = {.year = year + 1, .month = 1, .day = 1, .has = all};
        last = dx_time_of(&eve, NULL);
        if (year < 9999)
            assert_true(dx_time_of(&day, NULL) - last == INT64_C(86400000000));
    }
    assert_true(last > 0);
}

static void test_printing_covers_every_moment(void **state)
{
    (void)state;
    char text[32];
    dx_time_iso(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    dx_time_iso(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
    dx_time_iso(INT64_MAX, text);
    assert_string_equal(text, "294247-01-10T04:00:54.775807Z");
    dx_time_iso(INT64_MIN + 1, text);
    assert_string_equal(text, "-290308-12-21T19:59:05.224193Z");
    dx_time_iso(DX_NO_TIME, text);
    assert_string_equal(text, "");
    dx_time_short(INT64_C(990180000000000), text);
    assert_string_equal(text, "2001-05-18 10:00");
    dx_time_short(DX_NO_TIME, text);
    assert_string_equal(text, "");
}

static void test_options_take_iso_dates_and_times(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"2026-11-22", "2026-11-22T00:00:00Z"},
        {"2026-11-22T10:00", "2026-11-22T10:00:00Z"},
        {"2026-11-22 10:00", "2026-11-22T10:00:00Z"},
        {"2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"},
        {"2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500000Z"},
        {"2026-11-22T10:00:00+02:00", "2026-11-22T08:00:00Z"},
        {"2026-11-22T10:00Z", "2026-11-22T10:00:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t us;
        char iso[32];
        assert_true(dx_time_from_iso(dx_str_of(cases[i].text), &us));
        dx_time_iso(us, iso);
        assert_string_equal(iso, cases[i].wanted);
    }
}

static void test_options_refuse_anything_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-11",
                                      "22.11.2026",
                                      "2026-11-31",
                                      "2026-11-22T",
                                      "2026-11-22T25:00",
                                      "T10:00",
                                      "yesterday",
                                      "2026-11-22 10:00:00 Z"};
    int64_t us = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (dx_time_from_iso(dx_str_of(bad[i]), &us))
            fail_msg("'%s' was taken", bad[i]);
    }
    assert_false(dx_time_from_iso(DX_NONE, &us));
    assert_int_equal(us, 7);
}

static void test_file_times_too_far_away_are_none(void **state)
{
    (void)state;
    assert_int_equal(dx_time_of_unix(0, 0), 0);
    assert_int_equal(dx_time_of_unix(-1, 999999999), -1);
    assert_int_equal(dx_time_of_unix(990000000, 1500), INT64_C(990000000000001));
    assert_true(dx_time_of_unix(INT64_MAX, 0) == DX_NO_TIME);
    assert_true(dx_time_of_unix(INT64_MIN, 0) == DX_NO_TIME);
    assert_true(dx_time_of_unix(INT64_MAX / 1000000, 999999999) == DX_NO_TIME);
    assert_true(dx_time_of_unix(INT64_MAX / 1000000 - 1, 999999999) != DX_NO_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_stamps_of_real_installers_are_read),
        cmocka_unit_test(test_hours_of_twelve_know_noon_and_midnight),
        cmocka_unit_test(test_two_digit_years_turn_at_69),
        cmocka_unit_test(test_month_names_are_short_or_long),
        cmocka_unit_test(test_zones_are_read_as_written),
        cmocka_unit_test(test_values_out_of_range_are_refused),
        cmocka_unit_test(test_the_whole_text_must_fit),
        cmocka_unit_test(test_fractions_of_any_length_are_cut_to_microseconds),
        cmocka_unit_test(test_what_a_stamp_lacks_comes_from_the_base),
        cmocka_unit_test(test_a_leap_day_needs_a_leap_year),
        cmocka_unit_test(test_impossible_stamps_have_no_moment),
        cmocka_unit_test(test_days_follow_each_other_through_the_centuries),
        cmocka_unit_test(test_printing_covers_every_moment),
        cmocka_unit_test(test_file_times_too_far_away_are_none),
        cmocka_unit_test(test_options_take_iso_dates_and_times),
        cmocka_unit_test(test_options_refuse_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
