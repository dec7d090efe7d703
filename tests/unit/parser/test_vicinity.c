/* The text around a place, without blanks, stamps and escapes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "parser/format_impl.h"
#include "parser/vicinity.h"

static const char piece[] = "10:00 One  Two\tThree\r\n"
                            "10:01 \x1b[31mfour\x1b[0m \xE2\x90\x80 five\n"
                            "\n"
                            "\xC3\xA4 and 10:02 so on\n";
static const char packed[] = "onetwothreefourfive\xC3\xA4"
                             "and10:02soon";

static dx_format *clocked(dx_arena *into)
{
    dx_format *f = dx_arena_get(into, sizeof *f);
    dx_regex *rx = NULL;
    dx_err err;

    assert_int_equal(dx_regex_in(&rx, into, DX_LIT("^\\d\\d:\\d\\d "), 0, NULL, &err), DX_OK);
    f->stamp = rx;
    return f;
}

/* Wherever one begins to ask: the same text, as much of it as was asked for. */
static void assert_around(dx_vicinity *v, dx_str log, const char *word, const char *all,
                          size_t back)
{
    for (size_t at = 0; (at = dx_str_find(log, dx_str_of(word), at)) != SIZE_MAX; at++) {
        dx_near_text got;
        assert_true(dx_vicinity_of(v, at, back, 8, &got));
        const size_t from = got.at < back ? got.at : back;
        const size_t n = got.text.n - got.at < 8 ? got.text.n - got.at : 8;
        assert_true(from == back || got.begins);
        assert_true(n == 8 || got.ends);
        const dx_str part = dx_str_slice(got.text, got.at - from, got.at + n);
        if (dx_str_find(dx_str_of(all), part, 0) == SIZE_MAX)
            fail_msg("'%.*s' is not in '%s'", DX_FMT(part), all);
        assert_true(from > 0 || back == 0 || got.at == 0);
    }
}

static void test_the_text_is_that_of_a_folded_record(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_format *format = clocked(arena);
    dx_stamper *stamper = dx_stamper_new();
    dx_vicinity v = {0};
    const dx_str log = {piece, sizeof piece - 1};
    dx_near_text got;

    dx_stamper_turn(stamper, format);
    dx_vicinity_begin(&v, stamper, log, true, true);
    assert_true(dx_vicinity_of(&v, 0, 100, 100, &got));
    assert_string_equal(packed, dx_arena_copy(arena, got.text).p);
    assert_true(got.begins && got.ends && got.wide && got.at == 0);
    assert_true(dx_vicinity_of(&v, (size_t)(strstr(piece, "five") - piece), 100, 100, &got));
    assert_true(dx_str_starts(dx_str_slice(got.text, got.at, SIZE_MAX), DX_LIT("five")));
    const size_t two = (size_t)(strstr(piece, "Two") - piece);
    assert_true(dx_vicinity_of(&v, two, 0, 100, &got));
    dx_vicinity_cut(&v, two, &got);
    assert_string_equal("twothree", dx_arena_copy(arena, got.text).p);
    assert_true(!got.begins && !got.ends && got.at == 0);
    dx_stamper_free(stamper);
    dx_vicinity_done(&v);
    dx_regex_release(format->stamp);
    dx_arena_free(arena);
}

/* "so on" has and10:02 before it in its line, and an umlaut. */
static void test_how_much_of_its_line_stands_before(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_format *format = clocked(arena);
    dx_stamper *stamper = dx_stamper_new();
    dx_vicinity v = {0};
    const size_t so = (size_t)(strstr(piece, "so on") - piece);
    const size_t two = (size_t)(strstr(piece, "Two") - piece);
    dx_near_text got;

    dx_stamper_turn(stamper, format);
    dx_vicinity_begin(&v, stamper, (dx_str){piece, sizeof piece - 1}, true, true);
    assert_true(dx_vicinity_of(&v, so, 20, 0, &got));
    assert_true(dx_vicinity_inside(&v, so, &got, 0));
    assert_true(dx_vicinity_inside(&v, so, &got, 8));
    assert_false(dx_vicinity_inside(&v, so, &got, 9));
    assert_false(dx_vicinity_inside(&v, so, &got, 1000));
    assert_true(dx_vicinity_of(&v, two, 20, 0, &got));
    assert_true(dx_vicinity_inside(&v, two, &got, 2));
    assert_false(dx_vicinity_inside(&v, two, &got, 3)); /* the stamp is none of it */
    dx_stamper_free(stamper);
    dx_vicinity_done(&v);
    dx_regex_release(format->stamp);
    dx_arena_free(arena);
}

static void test_far_places_are_reached_without_what_is_between(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_format *format = clocked(arena);
    dx_stamper *stamper = dx_stamper_new();
    dx_vicinity v = {0};
    dx_buf log = {0}, all = {0};

    for (int i = 0; i < 3000; i++) {
        dx_buf_printf(&log, "10:%02d Line %d,%sSAID\n", i % 60, i, i % 9 ? " " : "\n   ");
        dx_buf_printf(&all, "line%d,said", i);
    }
    dx_stamper_turn(stamper, format);
    dx_vicinity_begin(&v, stamper, dx_buf_str(&log), true, true);
    for (size_t back = 0; back < 30; back += 7) {
        assert_around(&v, dx_buf_str(&log), "SAID", all.p, back);
        assert_around(&v, dx_buf_str(&log), "Line 1", all.p, 0);
        assert_around(&v, dx_buf_str(&log), "Line 2999", all.p, back);
    }
    dx_buf_done(&log);
    dx_buf_done(&all);
    dx_stamper_free(stamper);
    dx_vicinity_done(&v);
    dx_regex_release(format->stamp);
    dx_arena_free(arena);
}

/* Blanks take most of the log: what is taken before a place is four bytes for each character at
 * least, whether the place is asked about first or behind all others. */
static void test_what_stands_before_does_not_depend_on_what_was_asked_before(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_format *format = clocked(arena);
    dx_stamper *stamper = dx_stamper_new();
    dx_vicinity v = {0};
    dx_buf log = {0};
    dx_near_text got;

    for (int i = 0; i < 3000; i++)
        dx_buf_printf(&log, "%*s\n", 60, "x");
    const size_t last = log.n - 2;
    dx_stamper_turn(stamper, format);
    for (int first = 0; first < 2; first++) {
        dx_vicinity_begin(&v, stamper, dx_buf_str(&log), true, true);
        for (size_t at = 59; first == 0 && at < last; at += 61)
            assert_true(dx_vicinity_of(&v, at, 0, 8, &got));
        assert_true(dx_vicinity_of(&v, last, 20, 8, &got));
        assert_true(got.at >= 80);
    }
    dx_buf_done(&log);
    dx_stamper_free(stamper);
    dx_vicinity_done(&v);
    dx_regex_release(format->stamp);
    dx_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_text_is_that_of_a_folded_record),
        cmocka_unit_test(test_how_much_of_its_line_stands_before),
        cmocka_unit_test(test_what_stands_before_does_not_depend_on_what_was_asked_before),
        cmocka_unit_test(test_far_places_are_reached_without_what_is_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
