/* Regexes that are searched where something stands that they cannot match without. */
#include "core/scanner.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "parser/seek.h"
#include "parser/sift.h"
#include "tests/unit/parser/shipped.h"

static const char *const patterns[] = {
    "(?:ERROR|FATAL)(?:: | - )|(?<=^|^ )[Ee]rror \\d{2,}[:.]|\\w{1,60}Exception: ",
    "(?m)^Setup (?:was |has )?failed|(?<=\\w)\\.\\w{1,30}Exception\\b",
    "begins .*? with (?:a word|nothing)|(?=[^\\n]{0,40}later word)and \\w+",
    "\\w{1,60}Exception|no word of it is (?:certain|sure)\\d*",
    "(?i)setup (?:was )?FAILED|(?:(?:error|fatal) - |(?:word is|later WORD)|odd[a-z]{0,9}: )",
    "(?:(?:ERROR|FATAL)(?:: | - )|(?i:later|certain) ?(?:x|word)|^x{1,9} begins)",
    "(word|begins|nothing) .{0,40}\\1|ERROR .{1,20} (?<what>word) .{1,20} \\k<what>",
    "(?:(?i)WORD x|Fatal - )|n(?i)OTHING w", /* flags go on behind a branch */
    "\\d{4}|Setup failed",                   /* of the first branch nothing is certain */
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

/* ---- the formats that come with the program ---- */

enum { TOO_COMMON = 10000 }; /* times a megabyte of setup logs */

static size_t n_faults;

/* A line of a gigabyte is searched in no time only for what is known by its words. */
static void check(dx_str format, const char *what, const dx_regex *rx)
{
    dx_sift_reach reach;

    assert_true(dx_sift_reach_of(rx, &reach));
    const char *const fault = reach.starts     ? NULL
                              : !reach.sifted  ? "one of its branches has no certain text"
                              : !reach.bounded ? "nothing bounds what stands before its texts"
                              : reach.per_megabyte > TOO_COMMON ? "its texts are common"
                                                                : NULL;
    if (fault == NULL)
        return;
    n_faults++;
    print_error("%.*s, %s: %s (%.0f): %.*s\n", DX_FMT(format), what, fault, reach.per_megabyte,
                DX_FMT(dx_regex_pattern(rx)));
}

static void check_if_any(dx_str format, const char *what, const dx_regex *rx)
{
    if (rx != NULL)
        check(format, what, rx);
}

static void check_markers(dx_str format, const char *what, const dx_markers *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (!all->p[i].on_name)
            check(format, what, all->p[i].rx);
}

static void test_what_is_looked_for_in_long_texts_has_rare_words(void **state)
{
    const dx_format *const *all;
    shipped in;

    (void)state;
    assert_int_equal(shipped_read(&in), 0);
    const size_t n = dx_formats_all(in.formats, &all);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < all[i]->n_level_lines; k++)
            check(all[i]->id, "level line", all[i]->level_lines[k].rx);
        check_if_any(all[i]->id, "advice", all[i]->advice_from);
        check_if_any(all[i]->id, "advice's end", all[i]->advice_until);
        check_markers(all[i]->id, "end", &all[i]->ends);
        check_markers(all[i]->id, "outcome", &all[i]->outcomes);
        check_markers(all[i]->id, "fact", &all[i]->facts);
    }
    assert_true(n > 100);
    shipped_done(&in);
    assert_int_equal(n_faults, 0);
}

/* Text that no other format takes may be of any length, and what is too short for the scanner is
 * looked for byte by byte. */
static void test_nothing_short_is_looked_for_where_all_else_failed(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_format *const *all;
    dx_seek seek;
    shipped in;

    (void)state;
    assert_int_equal(shipped_read(&in), 0);
    const size_t n = dx_formats_all(in.formats, &all);
    for (size_t i = 0; i < n; i++) {
        if (!dx_str_eq(all[i]->id, DX_LIT("dialogs")))
            continue;
        assert_true(dx_seek_of(all[i], arena, &seek));
        assert_true(seek.n > 0);
        for (size_t k = 0; k < seek.n; k++)
            if (seek.literal[k].n < DX_SCAN_LEAST)
                fail_msg("%.*s looks for '%.*s'", DX_FMT(all[i]->id), DX_FMT(seek.literal[k]));
    }
    dx_arena_free(arena);
    shipped_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_short_is_looked_for_where_all_else_failed),
        cmocka_unit_test(test_it_finds_what_a_search_finds),
        cmocka_unit_test(test_what_is_looked_for_in_long_texts_has_rare_words)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
