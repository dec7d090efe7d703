#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/alike.h"

typedef struct expectation {
    const char *pattern, *alike, *apart; /* pairs of bytes */
} expectation;

static void test_bytes_are_alike_unless_the_pattern_tells_them_apart(void **state)
{
    static const expectation list[] = {
        {"^\\[\\d+\\] ",
         "09"
         "ab"
         "yz"
         "AZ",
         "0a"
         "aA"
         "[]"
         "[("
         " \t"
         "_a"},
        {"[A-F0-9]{4,8}x",
         "09"
         "48"
         "AF"
         "GZ"
         "af"
         "gy",
         "AG"
         "ax"
         "xX"
         "ag"},
        {"[--\\]]",
         "09"
         "AZ"
         "az"
         "./"
         ":;",
         "-,"
         "Za"
         "]^"},
        {"(?<level3>ERROR)",
         "39"
         "yz",
         "EA"
         "ea"
         "RO"},
        {"a{3}b{", "39",
         "a{"
         "ab"
         "bc"},
        {"[^]\\n]x",
         "09"
         "[(",
         "]("
         "x["},
        {"3", "01", "30"},
        {"[\\.-9]",
         "04"
         ":;",
         "/:"
         "9:"
         ".-"},
        {".*",
         "ab"
         "09"
         "!#",
         "\n\t"
         "\r "},
    };
    (void)state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        uint8_t number[DX_ALIKE_BYTES];
        assert_true(dx_pattern_alike(dx_str_of(list[i].pattern), number));
        for (const char *p = list[i].alike; *p; p += 2)
            if (number[(int)p[0]] != number[(int)p[1]])
                fail_msg("%s tells %c and %c apart", list[i].pattern, p[0], p[1]);
        for (const char *p = list[i].apart; *p; p += 2)
            if (number[(int)p[0]] == number[(int)p[1]])
                fail_msg("%s takes %c for %c", list[i].pattern, p[0], p[1]);
    }
}

static void test_what_is_not_understood_is_refused(void **state)
{
    static const char *const list[] = {
        "(a)\\1",    "\\p{L}", "(?R)", "(?x)a b",  "[[:alpha:]]", "\\Qa\\E",  "(*UTF)a",
        "(?(1)a|b)", "\\x41",  "a\\K", "\xC3\xA9", "(?&name)",    "(?P<n>a)b"};
    (void)state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        uint8_t number[DX_ALIKE_BYTES];
        if (dx_pattern_alike(dx_str_of(list[i]), number))
            fail_msg("%s is said to be understood", list[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_are_alike_unless_the_pattern_tells_them_apart),
        cmocka_unit_test(test_what_is_not_understood_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
