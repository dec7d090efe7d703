/* What searching may cost: limits, counted steps, and what is kept of earlier searches. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "tests/unit/core/regex.h"

static void test_explosive_patterns_end_at_a_limit(void **state)
{
    (void)state;
    char subject[5001];
    memset(subject, 'a', 5000);
    subject[5000] = '!';
    const dx_str s = {subject, sizeof subject};
    assert_int_equal(find("(a+)+$", 0, s, NULL), DX_RX_LIMIT);
    assert_int_equal(find("^(a|aa)+$", 0, s, NULL), DX_RX_LIMIT);
    /* and without JIT, where other limits count */
    assert_int_equal(find("(*NO_JIT)(a+)+$", 0, s, NULL), DX_RX_LIMIT);
}

static void test_deep_recursion_ends_at_a_limit(void **state)
{
    (void)state;
    const size_t n = 4 << 20;
    char *subject = malloc(n);
    assert_non_null(subject);
    memset(subject, '(', n);
    const dx_str s = {subject, n};
    assert_int_equal(find("^(\\((?1)*\\))$", 0, s, NULL), DX_RX_LIMIT);
    assert_int_equal(find("(*NO_JIT)^(\\((?1)*\\))$", 0, s, NULL), DX_RX_LIMIT);
    free(subject);
}

static void test_a_limit_does_not_spoil_the_scratch(void **state)
{
    (void)state;
    test_explosive_patterns_end_at_a_limit(state);
    assert_int_equal(find("a", 0, DX_LIT("a"), NULL), DX_RX_YES);
}

static void test_a_pattern_cannot_raise_the_limits(void **state)
{
    (void)state;
    char subject[61];
    memset(subject, 'a', 60);
    subject[60] = '!';
    const dx_str s = {subject, sizeof subject};
    assert_int_equal(find("(*LIMIT_MATCH=4000000000)(a+)+$", 0, s, NULL), DX_RX_LIMIT);
}

/* What a regex finds that was often searched for, if `worn`, or never before. */
static dx_rx find_worn(const char *pattern, bool worn, dx_str subject, dx_span *hit)
{
    static const char usual[4096] = "a usual text";
    dx_regex *rx = compiled(dx_str_of(pattern), 0);

    for (int i = 0; worn && i < 20; i++)
        (void)dx_regex_find(rx, scratch, (dx_str){usual, sizeof usual}, 0, NULL, 0);
    const dx_rx found = dx_regex_find(rx, scratch, subject, 0, hit, 1);
    dx_regex_free(rx);
    return found;
}

static void test_what_is_found_does_not_depend_on_earlier_searches(void **state)
{
    static const char *const patterns[] = {
        "(a+)+$",
        "^(a|aa)+$",
        "^(a(?1)?!?)$",
        "^(a(b)?(c)?(d)?(e)?(f)?(g)?(h)?(i)?(j)?(k)?(l)?(m)?(n)?(o)?(p)?(?1)?!?)$",
        "(?:(?!a!).)+?!",
        "a{900}!",
    };
    char text[6000];

    (void)state;
    memset(text, 'a', sizeof text);
    for (size_t n = 1; n < sizeof text; n += 1 + n / 3) {
        text[n] = '!';
        for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
            dx_span first = {1, 0}, late = {1, 0};
            const dx_str s = {text, n + 1};
            assert_int_equal(find_worn(patterns[i], false, s, &first),
                             find_worn(patterns[i], true, s, &late));
            assert_true(first.from == late.from && first.to == late.to);
        }
        text[n] = 'a';
    }
}

/* Steps that it takes to find nothing in n times "ab ". */
static uint64_t steps_of(const char *pattern, size_t n)
{
    dx_regex *rx = compiled(dx_str_of(pattern), DX_RX_COUNTED);
    const uint64_t limit = UINT64_MAX;
    uint64_t left = limit;
    char *text = malloc(3 * n);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + 3 * i, "ab ", 3);
    assert_int_equal(dx_regex_find_counted(rx, scratch, (dx_str){text, 3 * n}, 0, NULL, 0, &left),
                     DX_RX_NO);
    dx_regex_free(rx);
    free(text);
    return limit - left;
}

static void test_steps_grow_as_the_pattern_makes_them(void **state)
{
    static const char *const linear[] = {"ab [x]", "\\w+[x]", "ab .{0,20}?[x]", "(?:a|b| )[x]"};
    static const char *const worse[] = {"ab .*[x]", "ab.*?[x]", "[ab ]+[x]"};
    (void)state;
    for (size_t i = 0; i < sizeof linear / sizeof *linear; i++)
        assert_in_range(steps_of(linear[i], 2000) * 10 / steps_of(linear[i], 1000), 15, 22);
    for (size_t i = 0; i < sizeof worse / sizeof *worse; i++)
        assert_in_range(steps_of(worse[i], 2000) * 10 / steps_of(worse[i], 1000), 35, 45);
}

static void test_counting_finds_the_same_and_ends_when_nothing_is_left(void **state)
{
    (void)state;
    dx_regex *rx = compiled(DX_LIT("(?<a>a+)b"), DX_RX_COUNTED);
    dx_span g[2];
    uint64_t left = 1000;
    assert_int_equal(dx_regex_find_counted(rx, scratch, DX_LIT("xaab"), 0, g, 2, &left), DX_RX_YES);
    assert_int_equal(g[1].from, 1);
    assert_int_equal(g[1].to, 3);
    assert_in_range(left, 900, 999);
    left = 3;
    assert_int_equal(dx_regex_find_counted(rx, scratch, DX_LIT("xaaaaaaab"), 0, g, 2, &left),
                     DX_RX_LIMIT);
    assert_int_equal(left, 0);
    /* The scratch is as before. */
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("xaaaaaaab"), 0, g, 2), DX_RX_YES);
    dx_regex_free(rx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explosive_patterns_end_at_a_limit),
        cmocka_unit_test(test_deep_recursion_ends_at_a_limit),
        cmocka_unit_test(test_a_limit_does_not_spoil_the_scratch),
        cmocka_unit_test(test_a_pattern_cannot_raise_the_limits),
        cmocka_unit_test(test_what_is_found_does_not_depend_on_earlier_searches),
        cmocka_unit_test(test_steps_grow_as_the_pattern_makes_them),
        cmocka_unit_test(test_counting_finds_the_same_and_ends_when_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
