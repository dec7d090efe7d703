#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/pattern.h"

static void assert_loose(const char *pattern, const char *wanted)
{
    dx_buf out = {0};
    dx_pattern_loosen(&out, dx_str_of(pattern));
    assert_false(out.failed);
    assert_string_equal(out.p, wanted);
    dx_buf_done(&out);
}

static void test_blank_may_be_a_paragraph_end(void **state)
{
    (void)state;
    assert_loose("a b", "a[ \n]b");
    assert_loose(" ?x", "[ \n]?x");
}

static void test_blank_in_a_class_stays(void **state)
{
    (void)state;
    assert_loose("[a b] c", "[a b][ \n]c");
    assert_loose("[]a b] ", "[]a b][ \n]");
    assert_loose("[^] b] ", "[^] b][ \n]");
    assert_loose("[[:alpha:] b] ", "[[:alpha:] b][ \n]");
    assert_loose("[\\] b] ", "[\\] b][ \n]");
}

static void test_escaped_and_quoted_blanks_stay(void **state)
{
    (void)state;
    assert_loose("a\\ b", "a\\ b");
    assert_loose("\\\\ b", "\\\\[ \n]b");
    assert_loose("\\Qa b\\E c", "\\Qa b\\E[ \n]c");
}

static void test_damaged_patterns_end_where_they_end(void **state)
{
    (void)state;
    assert_loose("a\\", "a\\");
    assert_loose("[a b", "[a b");
    assert_loose("[a\\", "[a\\");
    assert_loose("[[:a b", "[[:a b");
    assert_loose("\\Qa b", "\\Qa b");
}

static void test_offsets_lead_back_to_the_pattern(void **state)
{
    (void)state;
    const dx_str p = DX_LIT("ab c[ ]d");
    assert_int_equal(dx_pattern_origin(p, 0), 0);
    assert_int_equal(dx_pattern_origin(p, 1), 1);
    for (size_t i = 2; i < 6; i++)
        assert_int_equal(dx_pattern_origin(p, i), 2);
    assert_int_equal(dx_pattern_origin(p, 6), 3);
    assert_int_equal(dx_pattern_origin(p, 8), 5);
    assert_int_equal(dx_pattern_origin(p, 10), 7);
    assert_int_equal(dx_pattern_origin(p, 99), p.n);
}

static void assert_opener(const char *pattern, const char *wanted)
{
    dx_buf out = {0};
    dx_pattern_opener(&out, dx_str_of(pattern));
    const dx_str got = dx_buf_str(&out);
    assert_int_equal(got.n, dx_str_of(wanted).n);
    if (got.n > 0)
        assert_memory_equal(got.p, wanted, got.n);
    dx_buf_done(&out);
}

static void test_opener_is_the_literal_begin_in_lower_case(void **state)
{
    (void)state;
    assert_opener("Self registration of (?:the DLL )?x", "self registration of");
    assert_opener("^\\bSetup", "setup");
    assert_opener("C:\\\\Setup\\.exe [a-z]", "c:\\setup.exe");
}

static void test_opener_ends_before_what_may_differ(void **state)
{
    (void)state;
    assert_opener("Processing file:? x", "processing file");
    assert_opener("abc+", "ab");
    assert_opener("abc{2}", "ab");
    assert_opener("abc*", "ab");
    assert_opener("ab.c", "ab");
    assert_opener("ab\\d", "ab");
    assert_opener("ab$", "ab");
    assert_opener("\xc3\x84rger", "");
    assert_opener("ab\xc3\xa4", "ab");
}

static void test_alternatives_have_no_opener(void **state)
{
    (void)state;
    assert_opener("this one|that one", "");
    assert_opener("this (?:one|two)", "this");
    assert_opener("this [|] one", "this");
    assert_opener("this \\| one", "this | one");
    assert_opener("", "");
}

static void test_a_beginning_that_takes_anything_is_wild(void **state)
{
    static const char *const wild[] = {".*x",        "^.+?x", "(?<a>.{3,})x",
                                       "(?:(.*)y)x", "\\N*x", "[^\"]+x"};
    static const char *const tame[] = {"x.*",   ".{1,9}x", ".x",    "[^ ]+x",    "\\.*x",
                                       "[.]*x", "(?=.*)x", "\\S+x", "(?<!.*y)x", ""};
    (void)state;
    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++)
        assert_true(dx_pattern_begins_wild(dx_str_of(wild[i])));
    for (size_t i = 0; i < sizeof tame / sizeof *tame; i++)
        assert_false(dx_pattern_begins_wild(dx_str_of(tame[i])));
}

static void test_an_end_that_takes_anything_is_wild(void **state)
{
    static const char *const wild[] = {"x.*",        "x.+?$",  "x(?: for (?<a>.*))?",
                                       "x[^\n]{2,}", "x\\N++", "x.*+)*$"};
    static const char *const tame[] = {"x.*y", "x.{1,9}", "x.?",      "x[^\\s]+", "x\\.*", "x[^ ]*",
                                       ".*x",  "",        "x.*(?=y)", "x.*\\b",   "x{",    "x[^"};
    (void)state;
    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++)
        assert_true(dx_pattern_ends_wild(dx_str_of(wild[i])));
    for (size_t i = 0; i < sizeof tame / sizeof *tame; i++)
        assert_false(dx_pattern_ends_wild(dx_str_of(tame[i])));
}

static void test_a_group_is_set_where_no_match_can_do_without(void **state)
{
    static const char *const always[] = {"a(?<x>b)",
                                         "(?:c(?<x>b))+",
                                         "(?|a(?<x>b)|c(?<x>d))",
                                         "(?P<x>\\d{1,9})?+(?<x>b)",
                                         "(?<x>a|b)|(?<x>\\.)",
                                         "(?<y>(?<x>[)?]{2}))",
                                         "(?=(?<x>b)).",
                                         "(?i)(?<x>b){1,2}",
                                         "(?<=a)(?<x>b)",
                                         "(?i:(?<x>[^\n]))*?(?'x'b)",
                                         "\\Q(\\E(?<x>b)"};
    static const char *const not_always[] = {
        "a",           "a(?<x>b)?",       "(?:(?<x>b))*", "(?<x>a)|b",    "(?:(?<x>a)|b)",
        "(?!(?<x>b))", "(?<x>b){0,2}",    "(?<x>b*)",     "(?<x>|b)",     "(?<x>^\\b(?:a?))",
        "(?<xx>b)",    "\\(?<x>b\\)",     "[(?<x>b)]",    "(?<!(?<x>b))", "(?<x>",
        "(?<x",        "(?(1)(?<x>b)|c)", "(?<x>b)?+",    "(?<x>b){,3}",  ""};
    (void)state;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        assert_true(dx_pattern_sets(dx_str_of(always[i]), DX_LIT("x")));
    for (size_t i = 0; i < sizeof not_always / sizeof *not_always; i++)
        assert_false(dx_pattern_sets(dx_str_of(not_always[i]), DX_LIT("x")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blank_may_be_a_paragraph_end),
        cmocka_unit_test(test_blank_in_a_class_stays),
        cmocka_unit_test(test_escaped_and_quoted_blanks_stay),
        cmocka_unit_test(test_damaged_patterns_end_where_they_end),
        cmocka_unit_test(test_offsets_lead_back_to_the_pattern),
        cmocka_unit_test(test_opener_is_the_literal_begin_in_lower_case),
        cmocka_unit_test(test_opener_ends_before_what_may_differ),
        cmocka_unit_test(test_alternatives_have_no_opener),
        cmocka_unit_test(test_a_beginning_that_takes_anything_is_wild),
        cmocka_unit_test(test_an_end_that_takes_anything_is_wild),
        cmocka_unit_test(test_a_group_is_set_where_no_match_can_do_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
