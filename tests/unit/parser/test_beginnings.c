#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "parser/beginnings.h"

enum { MANY = 150 }; /* more than two words of bits */

static const char *const patterns[] = {
    "^\\[\\d\\d/", "^(?:Info|Error): ", "^ *MSI", "anywhere", "^.x", "^abcdef", "^a?",
};
enum { PATTERNS = sizeof patterns / sizeof *patterns };

static const char *const texts[] = {
    "",    "\n",         "[01/02\n",  "x\n[0a\nInfo: y", "Error", "  MSI\n",
    "abc", "abxd\nxbcd", "a\rabcdef", "\xC3\xA9x\n",     "[0",    "\nabcd",
};

/* Each pattern at several numbers, and numbers without one. */
static void test_all_are_told_as_each_by_itself(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_regex *list[MANY] = {NULL};
    dx_regex *rx[PATTERNS];
    size_t out = 0, in = 0;
    dx_err err;
    (void)state;

    for (size_t i = 0; i < PATTERNS; i++)
        assert_int_equal(dx_regex_new(&rx[i], dx_str_of(patterns[i]), DX_RX_MULTILINE, NULL, &err),
                         DX_OK);
    for (size_t i = 0; i < MANY; i++)
        list[i] = i % (PATTERNS + 1) < PATTERNS ? rx[i % (PATTERNS + 1)] : NULL;
    const dx_beginnings *b = dx_beginnings_new(list, MANY, arena);
    assert_non_null(b);
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        const dx_regex_lines lines = dx_regex_first_of_lines(dx_str_of(texts[t]));
        bool fit[MANY];
        dx_beginnings_fit(b, &lines, fit);
        for (size_t i = 0; i < MANY; i++) {
            assert_int_equal(fit[i], !list[i] || dx_regex_fits(list[i], &lines));
            *(fit[i] ? &in : &out) += 1;
        }
    }
    assert_true(out > 100 && in > 100);
    for (size_t i = 0; i < PATTERNS; i++)
        dx_regex_free(rx[i]);
    dx_arena_free(arena);
}

static void test_none_is_fine(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_regex_lines lines = dx_regex_first_of_lines(DX_LIT("x"));
    const dx_beginnings *b = dx_beginnings_new(NULL, 0, arena);
    bool fit[1] = {true};
    (void)state;

    assert_non_null(b);
    dx_beginnings_fit(b, &lines, fit);
    assert_true(fit[0]);
    dx_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_are_told_as_each_by_itself),
        cmocka_unit_test(test_none_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
