/* Where matches may begin, by where literals stand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "patterns/matcher_impl.h"

enum { PLACES = 8 };

/* "2-4 9-9" for a literal that matches begin at most so many characters before. */
static const char *windows(const char *text, const char *literal, uint32_t begins, size_t from)
{
    static char out[128];
    const dx_near near = {.begins = begins};
    dx_scan_hit hit[PLACES];
    dx_spots all = {hit, 0};
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, literal)) != NULL && all.n < PLACES; at++)
        hit[all.n++] = (dx_scan_hit){(size_t)(at - text), 0};
    dx_windows w = {.text = dx_str_of(text), .near = &near, .all = &all, .end = all.n};
    out[0] = '\0';
    for (dx_window in; dx_windows_next(&w, from, &in); from = in.last + 1)
        n +=
            (size_t)snprintf(out + n, sizeof out - n, "%s%zu-%zu", n ? " " : "", in.first, in.last);
    return out;
}

static void test_matches_begin_near_a_literal(void **state)
{
    (void)state;
    assert_string_equal(windows("none here", "x", 9, 0), "");
    assert_string_equal(windows("abcdexfghijkx", "x", 0, 0), "5-5 12-12");
    assert_string_equal(windows("abcdexfghijkx", "x", 2, 0), "3-5 10-12");
    assert_string_equal(windows("abx", "x", 9, 0), "0-2");
    assert_string_equal(windows("abcx", "x", DX_NEAR_ANYWHERE, 0), "0-3");
}

static void test_what_overlaps_is_one(void **state)
{
    (void)state;
    assert_string_equal(windows("abcxdexfghx", "x", 3, 0), "0-6 7-10");
    assert_string_equal(windows("abcxdexfghx", "x", 4, 0), "0-10");
    assert_string_equal(windows("xx", "x", 0, 0), "0-0 1-1");
}

static void test_what_was_passed_does_not_count(void **state)
{
    (void)state;
    assert_string_equal(windows("abcxdefghix", "x", 2, 3), "3-3 8-10");
    assert_string_equal(windows("abcxdefghix", "x", 2, 4), "8-10");
    assert_string_equal(windows("abcxdefghix", "x", 2, 9), "9-10");
    assert_string_equal(windows("abcxdefghix", "x", 2, 11), "");
}

/* Blanks do not count, and those before the first that does might belong to a match. */
static void test_characters_are_counted_and_not_bytes(void **state)
{
    (void)state;
    assert_string_equal(windows("abc d e x", "x", 2, 0), "3-8");
    assert_string_equal(windows("abc d\ne\n x", "x", 2, 0), "3-9");
    assert_string_equal(windows("ab\xc3\xa4\xe2\x82\xacx", "x", 2, 0), "2-7");
    assert_string_equal(windows("ab\xc3\xa4\xe2\x82\xacx", "x", 1, 0), "4-7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches_begin_near_a_literal),
        cmocka_unit_test(test_what_overlaps_is_one),
        cmocka_unit_test(test_what_was_passed_does_not_count),
        cmocka_unit_test(test_characters_are_counted_and_not_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
