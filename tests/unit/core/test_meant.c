#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/str.h"

#include <limits.h>

#include <string.h>

static void test_distance_counts_edits(void **state)
{
    (void)state;
    assert_int_equal(dx_str_distance(DX_LIT("contain"), DX_LIT("contains")), 1);
    assert_int_equal(dx_str_distance(DX_LIT("kitten"), DX_LIT("sitting")), 3);
    assert_int_equal(dx_str_distance(DX_LIT("ABC"), DX_LIT("abc")), 0);
    assert_int_equal(dx_str_distance(DX_LIT(""), DX_LIT("abc")), 3);
    assert_int_equal(dx_str_distance(DX_LIT("abc"), DX_NONE), 3);
    assert_int_equal(dx_str_distance(DX_NONE, DX_NONE), 0);
}

static void test_distance_of_long_strings_is_far(void **state)
{
    (void)state;
    char text[65];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = 'a';
    assert_int_equal(dx_str_distance((dx_str){text, 64}, (dx_str){text, 64}), 0);
    assert_true(dx_str_distance((dx_str){text, 65}, (dx_str){text, 64}) > 1000);
}

static void test_a_swap_of_neighbours_is_one_edit(void **state)
{
    (void)state;
    assert_int_equal(dx_str_distance(DX_LIT("sacn"), DX_LIT("scan")), 1);
    assert_int_equal(dx_str_distance(DX_LIT("scna"), DX_LIT("scan")), 1);
    assert_int_equal(dx_str_distance(DX_LIT("acsn"), DX_LIT("scan")), 2);
    assert_int_equal(dx_str_distance(DX_LIT("ba"), DX_LIT("AB")), 1);
    assert_int_equal(dx_str_distance(DX_LIT("abcdefgh"), DX_LIT("badcfehg")), 4);
}

static void test_the_nearest_word_is_near(void **state)
{
    (void)state;
    const dx_str words[] = {DX_LIT("exch55.selfreg-failed"), DX_LIT("exch55.setup-failed"),
                            DX_LIT("os")};
    assert_true(dx_str_eq(dx_meant_of(DX_LIT("exch55.selfreg-faild"), words, 3), words[0]));
    assert_null(dx_meant_of(DX_LIT("xs"), words, 3).p);
    assert_null(dx_meant_of(DX_LIT("exch"), words, 3).p);
    assert_null(dx_meant_of(DX_LIT("os"), words, 0).p);
}

static void test_a_bound_keeps_farther_words_away(void **state)
{
    (void)state;
    dx_meant n = dx_meant_by(DX_LIT("trend foo"), 3);
    dx_meant_see(&n, DX_LIT("trend new"));
    assert_null(n.word.p);
    dx_meant_see(&n, DX_LIT("trend fop"));
    dx_meant_see(&n, DX_LIT("trend for"));
    assert_true(dx_str_eq(n.word, DX_LIT("trend fop")));
    assert_int_equal(n.edits, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance_counts_edits),
        cmocka_unit_test(test_distance_of_long_strings_is_far),
        cmocka_unit_test(test_a_swap_of_neighbours_is_one_edit),
        cmocka_unit_test(test_the_nearest_word_is_near),
        cmocka_unit_test(test_a_bound_keeps_farther_words_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
