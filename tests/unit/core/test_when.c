#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/time.h"

static const int64_t NOW = INT64_C(1795341600) * 1000000; /* 2026-11-22T10:00:00Z */

static void assert_past(const char *text, const char *wanted)
{
    char iso[32];
    int64_t us;
    dx_err err = {0};
    if (dx_when_past("--since", dx_str_of(text), NOW, &us, &err) != DX_OK)
        fail_msg("%s", err.text);
    dx_time_iso(us, iso);
    assert_string_equal(iso, wanted);
}

static void test_moments_are_dates_times_and_spans(void **state)
{
    (void)state;
    assert_past("24h", "2026-11-21T10:00:00Z");
    assert_past("90m", "2026-11-22T08:30:00Z");
    assert_past("7d", "2026-11-15T10:00:00Z");
    assert_past("12w", "2026-08-30T10:00:00Z");
    assert_past("2026-11-01", "2026-11-01T00:00:00Z");
    assert_past("2026-11-01T10:00:00+02:00", "2026-11-01T08:00:00Z");
    assert_past("2026-11-01 10:00", "2026-11-01T10:00:00Z");
}

static void test_spans_go_forward_where_something_is_to_come(void **state)
{
    (void)state;
    int64_t us;
    dx_err err = {0};
    assert_int_equal(dx_when_coming("--until", DX_LIT("2d"), NOW, &us, &err), DX_OK);
    assert_true(us == NOW + 2 * DX_DAY_US);
}

static void test_what_is_no_time_is_refused_with_an_example(void **state)
{
    static const char *const wrong[] = {"",
                                        "7",
                                        "d",
                                        "7 d",
                                        "-7d",
                                        "0d",
                                        "1.5h",
                                        "7dd",
                                        "0x7d",
                                        "7D",
                                        "2026-13-01",
                                        "yesterday",
                                        "99999999999999w",
                                        "9223372036854775807w"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t us = 4711;
        dx_err err = {0};
        if (dx_when_past("--since", dx_str_of(wrong[i]), NOW, &us, &err) == DX_OK)
            fail_msg("'%s' is taken for a time", wrong[i]);
        assert_true(us == 4711);
        assert_int_equal(err.kind, DX_E_USAGE);
        assert_non_null(strstr(err.text, "--since"));
        assert_non_null(strstr(err.text, "12w"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments_are_dates_times_and_spans),
        cmocka_unit_test(test_spans_go_forward_where_something_is_to_come),
        cmocka_unit_test(test_what_is_no_time_is_refused_with_an_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
