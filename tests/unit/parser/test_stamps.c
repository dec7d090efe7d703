#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "parser/stamps.h"

static int64_t at(const char *iso)
{
    int64_t us;
    assert_true(dx_time_from_iso(dx_str_of(iso), &us));
    return us;
}

static int64_t read(dx_clock *c, const char *date, const char *time)
{
    return dx_clock_learn(c, dx_str_of(date), dx_str_of(time), DX_NONE);
}

static const dx_str month_first[] = {
    {"%m/%d/%Y %H:%M:%S", 17}, {"%d/%m/%Y %H:%M:%S", 17}, {"%Y-%m-%d %H:%M:%S", 17}};
static const dx_format either = {.layouts = month_first, .n_layouts = 3};

static void test_a_stamp_is_read_by_the_first_layout_that_fits(void **state)
{
    dx_clock c = {.format = &either, .modified_us = DX_NO_TIME};
    (void)state;
    assert_int_equal(read(&c, "2001-05-18", "10:00:00"), at("2001-05-18T10:00:00Z"));
    assert_true(c.saw_any);
    assert_false(c.ambiguous);
    assert_false(dx_clock_decided(&c)); /* there is no other order with the year first */
    assert_true(dx_str_eq(dx_clock_layout(&c), month_first[2]));
}

static void test_what_no_layout_reads_has_no_time_and_rules_nothing_out(void **state)
{
    dx_clock c = {.format = &either, .modified_us = DX_NO_TIME};
    (void)state;
    assert_int_equal(read(&c, "yesterday", "noon"), DX_NO_TIME);
    assert_int_equal(read(&c, "13/13/2001", "10:00:00"), DX_NO_TIME);
    assert_int_equal(read(&c, "", ""), DX_NO_TIME);
    assert_int_equal(c.dead, 0);
    assert_false(c.saw_any);
    assert_int_equal(read(&c, "18/05/2001", "10:00:00"), at("2001-05-18T10:00:00Z"));
}

static void test_a_stamp_longer_than_any_layout_has_no_time(void **state)
{
    dx_clock c = {.format = &either, .modified_us = DX_NO_TIME};
    char longer[400];
    (void)state;
    memset(longer, '1', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(read(&c, longer, "10:00:00"), DX_NO_TIME);
}

static void test_day_and_month_stay_doubtful_until_a_stamp_decides(void **state)
{
    dx_clock c = {.format = &either, .modified_us = DX_NO_TIME};
    (void)state;
    assert_int_equal(read(&c, "05/05/2001", "10:00:00"), at("2001-05-05T10:00:00Z"));
    assert_false(c.ambiguous);
    assert_int_equal(read(&c, "01/02/2001", "10:00:00"), at("2001-01-02T10:00:00Z"));
    assert_true(c.ambiguous);
    read(&c, "06/06/2001", "10:00:00"); /* the same either way: the doubt remains */
    assert_true(c.ambiguous);
    assert_false(dx_clock_decided(&c));
    read(&c, "01/20/2001", "10:00:00");
    assert_false(c.ambiguous);
    assert_true(dx_clock_decided(&c));
    assert_false(c.turned);
    assert_int_equal(read(&c, "03/04/2001", "10:00:00"), at("2001-03-04T10:00:00Z"));
    assert_false(c.ambiguous);
}

static void test_a_late_decision_against_the_first_layout_is_remembered(void **state)
{
    dx_clock c = {.format = &either, .modified_us = DX_NO_TIME};
    (void)state;
    read(&c, "01/02/2001", "10:00:00");
    assert_int_equal(read(&c, "20/02/2001", "10:00:00"), at("2001-02-20T10:00:00Z"));
    assert_true(c.turned);
    assert_false(c.ambiguous);
    assert_int_equal(read(&c, "01/02/2001", "10:00:00"), at("2001-02-01T10:00:00Z"));
}

static void test_a_clear_first_stamp_leaves_no_doubt(void **state)
{
    dx_clock c = {.format = &either, .modified_us = DX_NO_TIME};
    (void)state;
    read(&c, "20/02/2001", "10:00:00");
    read(&c, "01/02/2001", "10:00:00");
    assert_true(dx_clock_decided(&c));
    assert_false(c.ambiguous);
    assert_false(c.turned);
}

static void test_a_missing_year_is_the_last_one_that_is_not_after_the_file(void **state)
{
    static const dx_str layouts[] = {{"%b %d %H:%M:%S", 14}};
    static const dx_format syslog = {.layouts = layouts, .n_layouts = 1};
    dx_clock c = {.format = &syslog, .modified_us = at("2001-05-18T10:00:00Z")};
    dx_clock nobody_knows = {.format = &syslog, .modified_us = DX_NO_TIME};
    (void)state;
    assert_int_equal(read(&c, "May 18", "09:00:00"), at("2001-05-18T09:00:00Z"));
    assert_int_equal(read(&c, "Jan 2", "09:00:00"), at("2001-01-02T09:00:00Z"));
    assert_int_equal(read(&c, "May 19", "09:00:00"), at("2000-05-19T09:00:00Z"));
    assert_int_equal(read(&c, "Dec 31", "23:59:59"), at("2000-12-31T23:59:59Z"));
    assert_int_equal(read(&nobody_knows, "May 18", "09:00:00"), DX_NO_TIME);
}

static void test_the_zone_is_the_logs_the_formats_or_assumed(void **state)
{
    static const dx_str layouts[] = {{"%Y-%m-%d %H:%M:%S", 17}, {"%Y-%m-%d %H:%M:%S %z", 20}};
    static const dx_format local = {.layouts = layouts, .n_layouts = 2};
    static const dx_format utc = {.layouts = layouts, .n_layouts = 2, .utc = true};
    dx_clock a = {.format = &local, .modified_us = DX_NO_TIME};
    dx_clock b = {.format = &utc, .modified_us = DX_NO_TIME};
    (void)state;
    read(&a, "2001-05-18", "10:00:00");
    assert_true(dx_str_eq(dx_clock_zone(&a), DX_LIT("assumed UTC")));
    assert_true(dx_str_eq(dx_clock_zone(&b), DX_LIT("format")));
    a = (dx_clock){.format = &local, .modified_us = DX_NO_TIME};
    assert_int_equal(dx_clock_learn(&a, DX_LIT("2001-05-18"), DX_LIT("10:00:00"), DX_LIT("+02:00")),
                     at("2001-05-18T08:00:00Z"));
    assert_true(dx_str_eq(dx_clock_zone(&a), DX_LIT("log")));
}

static void test_date_and_time_may_stand_in_one_group(void **state)
{
    dx_clock c = {.format = &either, .modified_us = DX_NO_TIME};
    (void)state;
    assert_int_equal(read(&c, "", "2001-05-18 10:00:00"), at("2001-05-18T10:00:00Z"));
}

static void test_a_format_without_layouts_has_no_times(void **state)
{
    static const dx_format none = {0};
    dx_clock c = {.format = &none, .modified_us = DX_NO_TIME};
    (void)state;
    assert_int_equal(read(&c, "2001-05-18", "10:00:00"), DX_NO_TIME);
    assert_int_equal(dx_clock_layout(&c).n, 0);
}

static uint64_t rnd(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % below;
}

/* Two clocks, one of which never takes the short cut. */
static void test_what_is_settled_stays_as_it_is(void **state)
{
    static const char *const dates[] = {"01/02/2001", "05/05/2001", "13/02/2001", "02/13/2001",
                                        "2001-05-18", "13/13/2001", "",           "soon"};
    static const char *const times[] = {"10:00:00", "25:00:00", "", "10:00:00 +0200"};
    uint64_t seed = 7;
    size_t settled = 0;
    (void)state;

    for (size_t log = 0; log < 400; log++) {
        dx_clock one = {.format = &either, .modified_us = DX_NO_TIME}, other = one;
        for (size_t i = 0; i < 12; i++) {
            const char *date = dates[rnd(&seed, 8)], *time = times[rnd(&seed, 4)];
            other.settled = false;
            assert_int_equal(read(&one, date, time), read(&other, date, time));
            settled += one.settled;
        }
        other.settled = one.settled;
        assert_memory_equal(&one, &other, sizeof one);
    }
    assert_true(settled > 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stamp_is_read_by_the_first_layout_that_fits),
        cmocka_unit_test(test_what_no_layout_reads_has_no_time_and_rules_nothing_out),
        cmocka_unit_test(test_a_stamp_longer_than_any_layout_has_no_time),
        cmocka_unit_test(test_day_and_month_stay_doubtful_until_a_stamp_decides),
        cmocka_unit_test(test_a_late_decision_against_the_first_layout_is_remembered),
        cmocka_unit_test(test_a_clear_first_stamp_leaves_no_doubt),
        cmocka_unit_test(test_a_missing_year_is_the_last_one_that_is_not_after_the_file),
        cmocka_unit_test(test_the_zone_is_the_logs_the_formats_or_assumed),
        cmocka_unit_test(test_date_and_time_may_stand_in_one_group),
        cmocka_unit_test(test_what_is_settled_stays_as_it_is),
        cmocka_unit_test(test_a_format_without_layouts_has_no_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
