/* Where matches may begin, by where literals stand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "patterns/matcher_impl.h"

enum { PLACES = 8 };

/* "2-4 9-9" for a literal that matches begin at most so many characters before. */
static const char *windows(const char *text, const char *literal, uint32_t begins, size_t from)
{
    static char out[128];
    const dx_near near = {.begins = begins};
    dx_spot spot[PLACES];
    dx_spots all = {spot, 0};
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, literal)) != NULL && all.n < PLACES; at++)
        spot[all.n++] = (dx_spot){(size_t)(at - text), (size_t)(at - text), 0};
    dx_windows w = {
        .text = dx_str_of(text), .near = &near, .begins = begins, .all = &all, .end = all.n};
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

/* In a line of a megabyte all of it would be searched for each place that looks like a code. */
static void test_no_message_is_endless(void **state)
{
    enum { LONG = 200 * 1024, AT = 100 * 1024, MESSAGE = 16 * 1024 };
    const dx_near near = {.begins = DX_NEAR_ANYWHERE};
    dx_spot spot = {AT, AT, 0};
    const dx_spots all = {&spot, 1};
    char *text = malloc(LONG);
    dx_window in;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', LONG);
    memcpy(text + AT + MESSAGE - 1, "\xE2\x82\xAC", 3);
    const dx_str whole = {text, LONG}, part = {text, AT + MESSAGE};
    dx_windows w = {.text = whole,
                    .near = &near,
                    .begins = dx_reach_in(whole, near.begins),
                    .all = &all,
                    .end = 1};
    assert_true(dx_windows_next(&w, 0, &in));
    assert_int_equal(in.first, AT - MESSAGE);
    assert_int_equal(in.last, AT);
    assert_int_equal(in.text.n, AT + MESSAGE - 1); /* not within a character */
    assert_int_equal(dx_reach_in(whole, 300), 300);
    assert_int_equal(dx_reach_in(dx_str_slice(part, 0, 64 * 1024), near.begins), DX_NEAR_ANYWHERE);
    free(text);
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

/* ---- hints ---- */

/* The windows of one hint in "one two three" on lines 5, 6 and 8. */
static const char *windows_of_line(uint32_t line, uint32_t begins)
{
    static char out[128];
    static const dx_line_start start[] = {
        {.at = 0, .line = 5}, {.at = 4, .line = 6}, {.at = 8, .line = 8}};
    const dx_view view = {dx_str_of("one two three"), start, 3};
    const dx_near near = {.begins = begins};
    const dx_near *known[] = {&near, NULL};
    const dx_sought sought = {.near = known};
    const dx_hint hints[] = {{.id = 1, .line = line}, {.id = 0, .line = line}};
    const dx_record rec = {.hint = hints, .n_hints = 2, .hinted = true};
    dx_matcher m = {.sought = &sought, .scratch = dx_arena_new(0)};
    dx_spots all;
    dx_windows w;
    size_t n = 0, from = 0;

    assert_non_null(m.scratch);
    assert_true(dx_spots_of_hints(&m, &rec, &view, &all));
    dx_windows_of(&m, &all, view.text, 0, &w);
    out[0] = '\0';
    for (dx_window in; dx_windows_next(&w, from, &in); from = in.last + 1)
        n +=
            (size_t)snprintf(out + n, sizeof out - n, "%s%zu-%zu", n ? " " : "", in.first, in.last);
    dx_windows_of(&m, &all, view.text, 1, &w);
    assert_null(w.near); /* may begin anywhere */
    dx_arena_free(m.scratch);
    return out;
}

static void test_a_hint_stands_for_its_line(void **state)
{
    (void)state;
    assert_string_equal(windows_of_line(5, 0), "0-3");
    assert_string_equal(windows_of_line(6, 0), "3-7");
    assert_string_equal(windows_of_line(6, 2), "1-7");
    assert_string_equal(windows_of_line(7, 0), "3-7"); /* an empty line, and what was before */
    assert_string_equal(windows_of_line(8, 0), "7-12");
    assert_string_equal(windows_of_line(9, 0), ""); /* behind this reading */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches_begin_near_a_literal),
        cmocka_unit_test(test_no_message_is_endless),
        cmocka_unit_test(test_what_overlaps_is_one),
        cmocka_unit_test(test_what_was_passed_does_not_count),
        cmocka_unit_test(test_characters_are_counted_and_not_bytes),
        cmocka_unit_test(test_a_hint_stands_for_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
