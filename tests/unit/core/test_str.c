#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"

#define assert_str(actual, wanted)                                                                 \
    do {                                                                                           \
        const dx_str got_ = (actual);                                                              \
        assert_int_equal(got_.n, sizeof(wanted) - 1);                                              \
        assert_true(got_.n == 0 || memcmp(got_.p, wanted, sizeof(wanted) - 1) == 0);               \
    } while (0)

static void test_a_null_pointer_is_an_absent_string(void **state)
{
    (void)state;
    assert_null(dx_str_of(NULL).p);
    assert_non_null(dx_str_of("").p);
    assert_int_equal(dx_str_of("abc").n, 3);
}

static void test_absent_and_empty_compare_equal(void **state)
{
    (void)state;
    assert_true(dx_str_eq(DX_NONE, DX_LIT("")));
    assert_true(dx_str_ieq(DX_NONE, DX_NONE));
    assert_int_equal(dx_str_cmp(DX_NONE, DX_LIT("")), 0);
    assert_true(dx_str_starts(DX_NONE, DX_NONE));
    assert_true(dx_str_ends(DX_NONE, DX_NONE));
}

static void test_equality_sees_nul_bytes(void **state)
{
    (void)state;
    assert_true(dx_str_eq(DX_LIT("a\0b"), DX_LIT("a\0b")));
    assert_false(dx_str_eq(DX_LIT("a\0b"), DX_LIT("a\0c")));
}

static void test_case_is_ignored_for_ascii_only(void **state)
{
    (void)state;
    assert_true(dx_str_ieq(DX_LIT("CDO.dll"), DX_LIT("cdo.DLL")));
    assert_false(dx_str_ieq(DX_LIT("\xc3\x84"), DX_LIT("\xc3\xa4")));
    assert_false(dx_str_ieq(DX_LIT("["), DX_LIT("{"))); /* 0x20 apart, no letters */
    assert_false(dx_str_ieq(DX_LIT("@"), DX_LIT("`")));
}

static void test_order_is_by_bytes_and_a_prefix_comes_first(void **state)
{
    (void)state;
    assert_true(dx_str_cmp(DX_LIT("ab"), DX_LIT("abc")) < 0);
    assert_true(dx_str_cmp(DX_LIT("b"), DX_LIT("abc")) > 0);
    assert_true(dx_str_cmp(DX_LIT("\xff"), DX_LIT("a")) > 0);
    assert_int_equal(dx_str_cmp(DX_LIT("abc"), DX_LIT("abc")), 0);
}

static void test_strings_can_be_sorted(void **state)
{
    (void)state;
    dx_str list[] = {DX_LIT("b"), DX_LIT("ab"), DX_NONE, DX_LIT("a")};
    qsort(list, 4, sizeof list[0], dx_str_order);
    assert_str(list[0], "");
    assert_str(list[1], "a");
    assert_str(list[3], "b");
}

static void test_starts_and_ends_are_found(void **state)
{
    (void)state;
    assert_true(dx_str_starts(DX_LIT("setup.log"), DX_LIT("setup")));
    assert_false(dx_str_starts(DX_LIT("set"), DX_LIT("setup")));
    assert_false(dx_str_starts(DX_LIT("Setup"), DX_LIT("setup")));
    assert_true(dx_str_istarts(DX_LIT("Setup"), DX_LIT("sETUP")));
    assert_true(dx_str_ends(DX_LIT("setup.log"), DX_LIT(".log")));
    assert_false(dx_str_ends(DX_LIT("log"), DX_LIT(".log")));
    assert_true(dx_str_iends(DX_LIT("SETUP.LOG"), DX_LIT(".log")));
    assert_false(dx_str_iends(DX_LIT("SETUP.LOG"), DX_LIT(".txt")));
}

static void test_find_gives_the_first_place_from_an_offset(void **state)
{
    (void)state;
    const dx_str s = DX_LIT("abcabc");
    assert_int_equal(dx_str_find(s, DX_LIT("bc"), 0), 1);
    assert_int_equal(dx_str_find(s, DX_LIT("bc"), 2), 4);
    assert_true(dx_str_find(s, DX_LIT("bc"), 5) == SIZE_MAX);
    assert_true(dx_str_find(s, DX_LIT("bd"), 0) == SIZE_MAX);
    assert_int_equal(dx_str_find(s, DX_LIT("abcabc"), 0), 0);
    assert_true(dx_str_find(s, DX_LIT("abcabcd"), 0) == SIZE_MAX);
    assert_int_equal(dx_str_find(DX_LIT("aab"), DX_LIT("ab"), 0), 1);
}

static void test_find_takes_any_offset(void **state)
{
    (void)state;
    assert_true(dx_str_find(DX_LIT("abc"), DX_LIT("a"), SIZE_MAX) == SIZE_MAX);
    assert_true(dx_str_ifind(DX_LIT("abc"), DX_LIT("a"), 4) == SIZE_MAX);
    assert_int_equal(dx_str_find(DX_LIT("abc"), DX_NONE, 3), 3);
    assert_true(dx_str_find(DX_NONE, DX_LIT("a"), 0) == SIZE_MAX);
    assert_true(dx_str_ifind(DX_NONE, DX_LIT("a"), 0) == SIZE_MAX);
    assert_int_equal(dx_str_find(DX_NONE, DX_NONE, 0), 0);
}

static void test_find_without_case(void **state)
{
    (void)state;
    assert_int_equal(dx_str_ifind(DX_LIT("The SERVICE did"), DX_LIT("service"), 0), 4);
    assert_true(dx_str_ifind(DX_LIT("The SERVIC"), DX_LIT("service"), 0) == SIZE_MAX);
    assert_int_equal(dx_str_ifind(DX_LIT("aAbB"), DX_LIT("B"), 3), 3);
}

static void test_trim_takes_blanks_from_both_ends_only(void **state)
{
    (void)state;
    assert_str(dx_str_trim(DX_LIT(" \t a b \r\n")), "a b");
    assert_str(dx_str_trim(DX_LIT(" \t\r\n")), "");
    assert_str(dx_str_trim(DX_LIT("")), "");
    assert_null(dx_str_trim(DX_NONE).p);
}

static void test_slice_is_clamped(void **state)
{
    (void)state;
    const dx_str s = DX_LIT("abcdef");
    assert_str(dx_str_slice(s, 1, 3), "bc");
    assert_str(dx_str_slice(s, 4, SIZE_MAX), "ef");
    assert_str(dx_str_slice(s, 5, 2), "");
    assert_str(dx_str_slice(s, SIZE_MAX, SIZE_MAX), "");
    assert_null(dx_str_slice(DX_NONE, 1, 2).p);
}

static void test_next_gives_each_piece_and_then_ends(void **state)
{
    (void)state;
    dx_str rest = DX_LIT("a,,b"), piece;
    assert_true(dx_str_next(&rest, ',', &piece));
    assert_str(piece, "a");
    assert_true(dx_str_next(&rest, ',', &piece));
    assert_str(piece, "");
    assert_true(dx_str_next(&rest, ',', &piece));
    assert_str(piece, "b");
    assert_false(dx_str_next(&rest, ',', &piece));
}

static void test_next_gives_an_empty_last_piece(void **state)
{
    (void)state;
    dx_str rest = DX_LIT("a,"), piece;
    assert_true(dx_str_next(&rest, ',', &piece));
    assert_true(dx_str_next(&rest, ',', &piece));
    assert_str(piece, "");
    assert_false(dx_str_next(&rest, ',', &piece));
    rest = DX_LIT("");
    assert_true(dx_str_next(&rest, ',', &piece));
    assert_false(dx_str_next(&rest, ',', &piece));
}

static void test_glob_matches_like_a_shell(void **state)
{
    (void)state;
    static const struct {
        dx_str s, pattern;
        bool fits;
    } cases[] = {
        {DX_LIT("setup.log"), DX_LIT("*.log"), true},
        {DX_LIT("SETUP.LOG"), DX_LIT("setup.*"), true},
        {DX_LIT("setup.log"), DX_LIT("setup"), false},
        {DX_LIT("abcabd"), DX_LIT("*abd"), true},
        {DX_LIT("a"), DX_LIT("?"), true},
        {DX_LIT(""), DX_LIT("?"), false},
        {DX_LIT(""), DX_LIT("*"), true},
        {DX_LIT(""), DX_LIT(""), true},
        {DX_LIT("x"), DX_LIT(""), false},
        {DX_LIT("abc"), DX_LIT("a*?c*"), true},
        {DX_LIT("ac"), DX_LIT("a*?c*"), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(dx_str_glob(cases[i].s, cases[i].pattern), cases[i].fits);
}

static void test_glob_is_quick_on_hostile_patterns(void **state)
{
    (void)state;
    static char text[20000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = 'a';
    assert_false(dx_str_glob((dx_str){text, sizeof text}, DX_LIT("*a*a*a*a*a*a*a*a*a*a*a*a*b")));
}

static void test_numbers_are_decimal_or_hex(void **state)
{
    (void)state;
    long long n = 7;
    assert_true(dx_str_to_i64(DX_LIT("0"), &n) && n == 0);
    assert_true(dx_str_to_i64(DX_LIT("-12"), &n) && n == -12);
    assert_true(dx_str_to_i64(DX_LIT("+12"), &n) && n == 12);
    assert_true(dx_str_to_i64(DX_LIT("0xC002007e"), &n) && n == 0xC002007E);
    assert_true(dx_str_to_i64(DX_LIT("-0"), &n) && n == 0);
}

static void test_numbers_stop_at_the_limits(void **state)
{
    (void)state;
    long long n = 7;
    assert_true(dx_str_to_i64(DX_LIT("9223372036854775807"), &n) && n == LLONG_MAX);
    assert_true(dx_str_to_i64(DX_LIT("-9223372036854775808"), &n) && n == LLONG_MIN);
    assert_true(dx_str_to_i64(DX_LIT("0x7fffffffffffffff"), &n) && n == LLONG_MAX);
    n = 7;
    assert_false(dx_str_to_i64(DX_LIT("9223372036854775808"), &n));
    assert_false(dx_str_to_i64(DX_LIT("-9223372036854775809"), &n));
    assert_false(dx_str_to_i64(DX_LIT("0x8000000000000000"), &n));
    assert_false(dx_str_to_i64(DX_LIT("99999999999999999999999"), &n));
    assert_int_equal(n, 7);
}

static void test_anything_else_is_no_number(void **state)
{
    (void)state;
    static const dx_str bad[] = {DX_LIT(""),    DX_LIT("-"),   DX_LIT("0x"),  DX_LIT("12 "),
                                 DX_LIT(" 12"), DX_LIT("1.5"), DX_LIT("12x"), DX_LIT("0xg"),
                                 DX_LIT("--1"), DX_LIT("1\0")};
    long long n = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(dx_str_to_i64(bad[i], &n));
    assert_false(dx_str_to_i64(DX_NONE, &n));
    assert_int_equal(n, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_null_pointer_is_an_absent_string),
        cmocka_unit_test(test_absent_and_empty_compare_equal),
        cmocka_unit_test(test_equality_sees_nul_bytes),
        cmocka_unit_test(test_case_is_ignored_for_ascii_only),
        cmocka_unit_test(test_order_is_by_bytes_and_a_prefix_comes_first),
        cmocka_unit_test(test_strings_can_be_sorted),
        cmocka_unit_test(test_starts_and_ends_are_found),
        cmocka_unit_test(test_find_gives_the_first_place_from_an_offset),
        cmocka_unit_test(test_find_takes_any_offset),
        cmocka_unit_test(test_find_without_case),
        cmocka_unit_test(test_trim_takes_blanks_from_both_ends_only),
        cmocka_unit_test(test_slice_is_clamped),
        cmocka_unit_test(test_next_gives_each_piece_and_then_ends),
        cmocka_unit_test(test_next_gives_an_empty_last_piece),
        cmocka_unit_test(test_glob_matches_like_a_shell),
        cmocka_unit_test(test_glob_is_quick_on_hostile_patterns),
        cmocka_unit_test(test_numbers_are_decimal_or_hex),
        cmocka_unit_test(test_numbers_stop_at_the_limits),
        cmocka_unit_test(test_anything_else_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
