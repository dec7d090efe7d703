#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "parser/beginnings.h"

enum { MANY = 150 }; /* more than two words of bits */

static const char *const patterns[] = {
    "^\\[\\d\\d/", "^(?:Info|Error): ", "^ *MSI", "anywhere", "^.x", "^abcdef", "^a?",
};
enum { PATTERNS = sizeof patterns / sizeof *patterns };

static const char *const texts[] = {
    "",
    "\n",
    "[01/02\n",
    "x\n[0a\nInfo: y",
    "Error",
    "  MSI\n",
    "abc",
    "abxd\nxbcd",
    "a\rabcdef",
    "\xC3\xA9x\n",
    "[0",
    "\nabcd",
    "[01/\n[02:\nx\n[0\n",
    "Inxx\nabfo:\nInxx\n",
};

/* Of each line alone; where a return may end one, of all. */
static bool fits(const dx_regex *rx, dx_str text)
{
    bool any = text.n == 0;

    if (memchr(text.p, '\r', text.n) != NULL)
        return true;
    for (size_t at = 0; at < text.n; at = dx_str_find(text, DX_LIT("\n"), at) + 1) {
        /* the bytes behind its beginning, but none that begins another line */
        const dx_str begin = dx_str_slice(text, at, at + DX_LINE_PLACES);
        dx_regex_lines lines;
        memset(&lines, 0, sizeof lines);
        for (size_t i = 0; i < begin.n; i++)
            lines.at[i].has[(unsigned char)begin.p[i] / 64] |= UINT64_C(1)
                                                               << (unsigned char)begin.p[i] % 64;
        any |= !rx || dx_regex_fits(rx, &lines);
        if (dx_str_find(text, DX_LIT("\n"), at) >= text.n)
            break;
    }
    return any;
}

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
        const bool *fit = dx_beginnings_fit(b, dx_str_of(texts[t]), arena);
        assert_non_null(fit);
        for (size_t i = 0; i < MANY; i++) {
            assert_int_equal(fit[i], fits(list[i], dx_str_of(texts[t])));
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
    const dx_beginnings *b = dx_beginnings_new(NULL, 0, arena);
    (void)state;

    assert_non_null(b);
    assert_non_null(dx_beginnings_fit(b, DX_LIT("x"), arena));
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
