/* Regexes that are searched where something stands that they cannot match without. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "parser/sift.h"

static const char *const patterns[] = {
    "(?:ERROR|FATAL)(?:: | - )|(?<=^|^ )[Ee]rror \\d{2,}[:.]|\\w{1,60}Exception: ",
    "(?m)^Setup (?:was |has )?failed|(?<=\\w)\\.\\w{1,30}Exception\\b",
    "begins .*? with (?:a word|nothing)|(?=[^\\n]{0,40}later word)and \\w+",
    "\\w{1,60}Exception|no word of it is (?:certain|sure)\\d*",
    "\\d{4}|Setup failed", /* of the first branch nothing is certain */
};
static const char *const words[] = {"ERROR: ",
                                    "FATAL - ",
                                    "Error 17. ",
                                    "An.OddException: ",
                                    "\nSetup failed",
                                    "begins ",
                                    " with a ",
                                    "word ",
                                    "nothing ",
                                    "and so ",
                                    "later word ",
                                    "\n",
                                    "x ",
                                    "1234 ",
                                    "no word of it is ",
                                    "certain",
                                    "ERROR ",
                                    "\xc3\xa4 "};

enum { PATTERNS = sizeof patterns / sizeof *patterns, WORDS = sizeof words / sizeof *words };

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Mostly of one word, so that texts differ in what they lack. */
static void make_text(dx_buf *text, uint32_t *state)
{
    const uint32_t n = 10 + next(state) % 300, usual = next(state) % WORDS;
    const uint32_t rare = 1 + next(state) % 60;

    dx_buf_clear(text);
    for (uint32_t i = 0; i < n; i++)
        dx_buf_add(text, dx_str_of(words[next(state) % rare ? usual : next(state) % WORDS]));
}

static void test_it_finds_what_a_search_finds(void **state)
{
    dx_sifts *all = dx_sifts_new();
    dx_regex_scratch *scratch = dx_regex_scratch_new();
    dx_buf text = {0};
    uint32_t seed = 7, found = 0;
    dx_err err;

    (void)state;
    for (size_t p = 0; p < PATTERNS; p++) {
        dx_regex *rx = NULL;
        assert_int_equal(dx_regex_new(&rx, dx_str_of(patterns[p]), DX_RX_WITHIN, NULL, &err),
                         DX_OK);
        for (int i = 0; i < 2000; i++) {
            dx_span plain = {0, 0}, sifted = {0, 0};
            make_text(&text, &seed);
            const dx_str s = dx_buf_str(&text);
            const dx_rx one = dx_regex_find(rx, scratch, s, 0, &plain, 1);
            const dx_rx other = dx_sifts_find(all, rx, scratch, s, &sifted, 1);
            found += one == DX_RX_YES;
            if (one != other || (one == DX_RX_YES && memcmp(&plain, &sifted, sizeof plain) != 0))
                fail_msg("%s in '%s'", patterns[p], text.p);
            if (dx_sifts_has(all, rx, scratch, s) != (one == DX_RX_YES))
                fail_msg("whether %s is in '%s'", patterns[p], text.p);
        }
        assert_true(dx_sifts_find(NULL, rx, scratch, DX_LIT("ERROR: "), NULL, 0) != DX_RX_LIMIT);
        dx_sifts_free(all); /* it knows a regex by its address */
        all = dx_sifts_new();
        dx_regex_free(rx);
    }
    assert_true(found > PATTERNS * 200 && found < PATTERNS * 1800);
    dx_buf_done(&text);
    dx_regex_scratch_free(scratch);
    dx_sifts_free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_it_finds_what_a_search_finds)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
