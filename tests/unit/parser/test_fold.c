#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/utf.h"
#include "parser/fold.h"

enum { LINES = 32 };

typedef struct folded {
    dx_arena *arena;
    dx_view view;
    bool any_full;
} folded;

/* Takes the lines from a text. */
static size_t split(const char *text, dx_fold_line *line)
{
    dx_str rest = dx_str_of(text), piece;
    size_t n = 0;
    while (dx_str_next(&rest, '\n', &piece)) {
        assert_true(n < LINES);
        line[n] = (dx_fold_line){piece, (uint32_t)n + 1};
        n++;
    }
    return n;
}

static folded fold(const char *text, dx_fold_how how)
{
    folded f = {.arena = dx_arena_new(0)};
    dx_fold_line line[LINES];
    const size_t n = split(text, line);
    assert_true(dx_fold(line, n, how, f.arena, &f.view, &f.any_full));
    assert_true(dx_utf_valid(f.view.text));
    for (size_t i = 0; i < f.view.n_starts; i++)
        assert_true(f.view.start[i].at <= f.view.text.n);
    return f;
}

static void assert_folds(const char *text, dx_fold_how how, const char *wanted)
{
    folded f = fold(text, how);
    if (!dx_str_eq(f.view.text, dx_str_of(wanted)))
        fail_msg("'%.*s' instead of '%s'", DX_FMT(f.view.text), wanted);
    dx_arena_free(f.arena);
}

static void test_runs_of_blanks_and_line_ends_are_one_blank(void **state)
{
    const dx_fold_how plain = {0};
    (void)state;
    assert_folds("", plain, "");
    assert_folds("  a \t b\v\f\rc  ", plain, "a b c");
    assert_folds("one\ntwo", plain, "one two");
    assert_folds("one  \n\t two \n", plain, "one two");
    assert_folds("\xE2\x90\x80one\xE2\x90\x80\xE2\x90\x80two\xE2\x90\x80\n\xE2\x90\x80\nthree",
                 plain, "one two\nthree"); /* NULs */
}

static void test_an_empty_line_ends_a_paragraph(void **state)
{
    const dx_fold_how plain = {0}, loose = {.loose = true};
    (void)state;
    assert_folds("\n \none\n\n \t\n\ntwo\nthree\n\n", plain, "one\ntwo three");
    assert_folds("\n \none\n\n \t\n\ntwo\nthree\n\n", loose, "one two three");
    assert_folds("\n\n \n", plain, "");
}

static void test_each_line_is_found_again_by_its_start(void **state)
{
    folded f = fold("first\n\n  second x\nthird", (dx_fold_how){0});
    (void)state;
    assert_int_equal(f.view.n_starts, 3);
    assert_int_equal(f.view.start[0].at, 0);
    assert_int_equal(f.view.start[0].line, 1);
    assert_int_equal(f.view.start[1].at, 6);
    assert_int_equal(f.view.start[1].line, 3);
    assert_int_equal(f.view.start[2].at, 15);
    assert_int_equal(f.view.start[2].line, 4);
    assert_memory_equal(f.view.text.p + 15, "third", 5);
    dx_arena_free(f.arena);
}

static void test_a_line_that_leaves_nothing_has_no_start(void **state)
{
    const char *const texts[] = {"one\n\x1b[0m", "one\n\v\n\f", "\x1b[0m\n\v"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        folded f = fold(texts[i], (dx_fold_how){0});
        assert_int_equal(f.view.n_starts, f.view.text.n ? 1 : 0);
        dx_arena_free(f.arena);
    }
}

static void test_tight_joins_full_lines_with_nothing(void **state)
{
    const dx_fold_how tight = {.tight = true};
    (void)state;
    assert_folds("abcdefghijklmnop\nqrs", tight, "abcdefghijklmnopqrs");
    assert_folds("abcdefghijklmnop\n  qrs", tight, "abcdefghijklmnop qrs");
    assert_folds("abcdefghijklmno\nqrs", tight, "abcdefghijklmno qrs"); /* nobody cuts at 15 */
    assert_folds("abcdefghijklmnop\nshort\nend", tight, "abcdefghijklmnopshort end");
    assert_folds("abcdefghijklmnop\n\nqrs", tight, "abcdefghijklmnop\nqrs");
    assert_folds("abcdefghijklmnop\nqrs\nt", (dx_fold_how){.tight = true, .width = 40},
                 "abcdefghijklmnop qrs t");
}

#define TEN   "abcdefghi-"
#define FORTY TEN TEN TEN TEN

/* A person wrote wider lines above them. */
static void test_lines_as_wide_as_a_console_are_full_beside_wider_ones(void **state)
{
    const dx_fold_how tight = {.tight = true};
    (void)state;
    assert_folds(FORTY FORTY TEN "\nshort\n" FORTY FORTY "\nend", tight,
                 FORTY FORTY TEN "short " FORTY FORTY "end");
    assert_folds(FORTY FORTY FORTY TEN "\n" FORTY FORTY FORTY "\nend", tight,
                 FORTY FORTY FORTY TEN FORTY FORTY FORTY "end");
    assert_folds(FORTY FORTY TEN "\nshort\n" FORTY TEN TEN "\nend", tight,
                 FORTY FORTY TEN "short " FORTY TEN TEN " end");
    assert_folds(FORTY FORTY "\nend", (dx_fold_how){.tight = true, .width = 40},
                 FORTY FORTY " end");
}

static void test_full_and_widest_lines_are_marked_in_every_reading(void **state)
{
    folded f = fold("abcdefghijklmnop\nqrs\ntuv", (dx_fold_how){.widest = 16});
    (void)state;
    assert_true(f.any_full);
    assert_false(f.view.start[0].full);
    assert_true(f.view.start[1].full);
    assert_true(f.view.start[1].widest);
    assert_false(f.view.start[2].full);
    dx_arena_free(f.arena);
    f = fold("abcdefghijklmnop\nqrs", (dx_fold_how){.widest = 20});
    assert_true(f.view.start[1].full);
    assert_false(f.view.start[1].widest);
    dx_arena_free(f.arena);
    f = fold("short\nlines\nonly", (dx_fold_how){0});
    assert_false(f.any_full);
    dx_arena_free(f.arena);
}

static void test_columns_count_characters_and_tab_stops(void **state)
{
    (void)state;
    assert_int_equal(dx_fold_columns(DX_LIT("")), 0);
    assert_int_equal(dx_fold_columns(DX_LIT("abc")), 3);
    assert_int_equal(dx_fold_columns(DX_LIT("\tabc")), 11);
    assert_int_equal(dx_fold_columns(DX_LIT("1234567\tx")), 9);
    assert_int_equal(dx_fold_columns(DX_LIT("12345678\tx")), 17);
    assert_int_equal(dx_fold_columns(DX_LIT("\xC3\xA4\xE2\x82\xAC")), 2);
}

/* Escape sequences vanish; what only begins like one must not take a character apart. */
static void test_terminal_sequences_vanish_and_characters_stay_whole(void **state)
{
    const dx_fold_how plain = {0};
    (void)state;
    assert_folds("\x1b[1;31mred\x1b[0m text", plain, "red text");
    assert_folds("a\x1b(b", plain, "ab");
    assert_folds("a\x1b(B\x1b[mb", plain, "ab");
    assert_folds("a\x1b", plain, "a");
    assert_folds("a\x1b[", plain, "a");
    assert_folds("a\x1b\xC3\xA4z", plain, "a\xC3\xA4z");
    assert_folds("a\x1b[\xC3\xA4z", plain, "a\xC3\xA4z");
    assert_folds("a\x1b[12\xC3\xA4z", plain, "a12\xC3\xA4z");
    assert_folds("\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1m", plain,
                 "1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1m");
}

/* Where a line is plain its columns are its bytes. */
static dx_fold_widths measure(const char *text)
{
    dx_fold_line line[LINES];
    size_t columns[LINES];
    const size_t n = split(text, line);
    const dx_fold_widths counted = dx_fold_measure(line, n, DX_NONE, columns);
    size_t of_text[LINES];
    const dx_fold_widths known = dx_fold_measure(line, n, dx_str_of(text), of_text);

    assert_int_equal(known.widest, counted.widest);
    assert_int_equal(known.hard, counted.hard);
    assert_memory_equal(of_text, columns, n * sizeof *columns);
    return counted;
}

static size_t widest(const char *text)
{
    return measure(text).widest;
}

static void test_the_widest_line_counts_when_it_is_not_alone(void **state)
{
    (void)state;
    assert_int_equal(widest(""), 0);
    assert_int_equal(widest("abcdefghijklmnopq\nabc"), 0);
    assert_int_equal(widest("abcdefghijklmnopq\nabc\n\xC3\xA4jklmnopqabcdefgh"), 17);
    assert_int_equal(widest("abc\ndef"), 0);
}

static size_t hard_width(const char *text)
{
    return measure(text).hard;
}

static void test_text_cut_mid_word_shows_its_column(void **state)
{
    (void)state;
    assert_int_equal(hard_width("The quick brown fox \n"
                                "jumps over the lazy \n"
                                "dog while the cat is\n"
                                " looking out of the w\n"),
                     0); /* one line is longer */
    assert_int_equal(hard_width("Registration of the \n"
                                "server has not been \n"
                                "completed because th\n"
                                "e account of the ser\n"
                                "vice does not exist.\n"
                                "Ask an administrator\n"),
                     20);
    assert_int_equal(hard_width("Words wrapped between\n"
                                "blanks never end with\n"
                                "any blank as the cut.\n"
                                "ones are known to do.\n"),
                     0);
    assert_int_equal(hard_width("tiny\nline\nends\nhere\n"), 0);
    assert_int_equal(hard_width(""), 0);
}

static void test_no_memory_is_told(void **state)
{
    dx_arena *small = dx_arena_new(16);
    dx_fold_line line = {DX_LIT("a text that does not fit into sixteen bytes"), 1};
    dx_view view = {.n_starts = 7};
    bool any_full;
    (void)state;
    assert_false(dx_fold(&line, 1, (dx_fold_how){0}, small, &view, &any_full));
    assert_int_equal(view.n_starts, 7);
    dx_arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_of_blanks_and_line_ends_are_one_blank),
        cmocka_unit_test(test_an_empty_line_ends_a_paragraph),
        cmocka_unit_test(test_each_line_is_found_again_by_its_start),
        cmocka_unit_test(test_a_line_that_leaves_nothing_has_no_start),
        cmocka_unit_test(test_tight_joins_full_lines_with_nothing),
        cmocka_unit_test(test_lines_as_wide_as_a_console_are_full_beside_wider_ones),
        cmocka_unit_test(test_full_and_widest_lines_are_marked_in_every_reading),
        cmocka_unit_test(test_columns_count_characters_and_tab_stops),
        cmocka_unit_test(test_terminal_sequences_vanish_and_characters_stay_whole),
        cmocka_unit_test(test_the_widest_line_counts_when_it_is_not_alone),
        cmocka_unit_test(test_text_cut_mid_word_shows_its_column),
        cmocka_unit_test(test_no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
