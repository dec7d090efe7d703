#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/utf.h"

static void test_characters_of_each_length_are_read(void **state)
{
    (void)state;
    const dx_str s = DX_LIT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    size_t at = 0;
    assert_int_equal(dx_utf_next(s, &at), 'a');
    assert_int_equal(dx_utf_next(s, &at), 0xE9);
    assert_int_equal(dx_utf_next(s, &at), 0x20AC);
    assert_int_equal(dx_utf_next(s, &at), 0x1F600);
    assert_int_equal(at, s.n);
}

static void test_every_code_point_survives_writing_and_reading(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        if (code == 0xD800)
            code = 0xE000;
        char bytes[4];
        const size_t n = dx_utf_put(code, bytes);
        size_t at = 0;
        if (dx_utf_next((dx_str){bytes, n}, &at) != code || at != n)
            fail_msg("U+%04X", (unsigned)code);
    }
}

static void test_what_is_no_character_is_written_as_the_replacement(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0xD800, 0xDFFF, 0x110000, 0xFFFFFFFF};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char bytes[4];
        assert_int_equal(dx_utf_put(bad[i], bytes), 3);
        assert_memory_equal(bytes, "\xef\xbf\xbd", 3);
    }
}

static void test_invalid_bytes_cost_one_replacement_each(void **state)
{
    (void)state;
    static const dx_str bad[] = {
        DX_LIT("\x80"),             /* a tail alone */
        DX_LIT("\xc3"),             /* cut off */
        DX_LIT("\xe2\x82"),         /* cut off */
        DX_LIT("\xc0\xaf"),         /* overlong */
        DX_LIT("\xc1\xbf"),         /* overlong */
        DX_LIT("\xe0\x9f\xbf"),     /* overlong */
        DX_LIT("\xf0\x8f\xbf\xbf"), /* overlong */
        DX_LIT("\xed\xa0\x80"),     /* surrogate */
        DX_LIT("\xf4\x90\x80\x80"), /* over U+10FFFF */
        DX_LIT("\xf5\x80\x80\x80"),
        DX_LIT("\xff"),
        DX_LIT("\xfe"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(dx_utf_valid(bad[i]));
        size_t at = 0, steps = 0;
        for (; at < bad[i].n; steps++)
            assert_int_equal(dx_utf_next(bad[i], &at), DX_REPLACEMENT);
        assert_int_equal(steps, bad[i].n);
    }
}

static void test_valid_text_is_valid(void **state)
{
    (void)state;
    assert_true(dx_utf_valid(DX_NONE));
    assert_true(dx_utf_valid(DX_LIT("a\0b")));
    assert_true(dx_utf_valid(DX_LIT("\xef\xbf\xbd"))); /* a replacement that someone wrote */
    assert_true(dx_utf_valid(DX_LIT("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf")));
    assert_false(dx_utf_valid(DX_LIT("good then \xe2\x82")));
}

static void test_width_knows_combining_and_wide(void **state)
{
    (void)state;
    assert_int_equal(dx_utf_width('a'), 1);
    assert_int_equal(dx_utf_width(0xE9), 1);
    assert_int_equal(dx_utf_width(0x301), 0);   /* combining acute */
    assert_int_equal(dx_utf_width(0x200D), 0);  /* joiner */
    assert_int_equal(dx_utf_width(0xFE0F), 0);  /* variation selector */
    assert_int_equal(dx_utf_width(0x1B), 0);    /* escape */
    assert_int_equal(dx_utf_width(0x4E2D), 2);  /* Han */
    assert_int_equal(dx_utf_width(0xAC00), 2);  /* Hangul */
    assert_int_equal(dx_utf_width(0xFF21), 2);  /* full-width A */
    assert_int_equal(dx_utf_width(0xFF71), 1);  /* half-width katakana */
    assert_int_equal(dx_utf_width(0x1F600), 2); /* emoji */
    assert_int_equal(dx_utf_width(0x20000), 2);
    assert_int_equal(dx_utf_width(0x10FFFF), 1);
    assert_int_equal(dx_utf_width(0xFFFFFFFF), 1);
}

static void test_columns_add_up(void **state)
{
    (void)state;
    assert_int_equal(dx_utf_columns(DX_LIT("ab\xe4\xb8\xad"
                                           "e\xcc\x81")),
                     5);
    assert_int_equal(dx_utf_columns(DX_NONE), 0);
}

static void test_cut_never_splits_a_character(void **state)
{
    (void)state;
    const dx_str s = DX_LIT("a\xe4\xb8\xad"
                            "e\xcc\x81"
                            "f");
    assert_int_equal(dx_utf_cut(s, 0).n, 0);
    assert_int_equal(dx_utf_cut(s, 1).n, 1);
    assert_int_equal(dx_utf_cut(s, 2).n, 1); /* the wide one needs two */
    assert_int_equal(dx_utf_cut(s, 3).n, 4);
    assert_int_equal(dx_utf_cut(s, 4).n, 7); /* with its accent */
    assert_int_equal(dx_utf_cut(s, 99).n, s.n);
}

static void assert_visible(dx_str s, bool keep_lines, const char *wanted)
{
    dx_buf out = {0};
    dx_utf_visible(&out, s, keep_lines);
    assert_string_equal(dx_buf_str(&out).p, wanted);
    dx_buf_done(&out);
}

static void test_printable_text_passes_unchanged(void **state)
{
    (void)state;
    assert_visible(DX_LIT("C:\\WINNT \xc3\xa4 \xe4\xb8\xad"), false,
                   "C:\\WINNT \xc3\xa4 \xe4\xb8\xad");
    assert_visible(DX_NONE, false, "");
}

static void test_controls_cannot_reach_a_terminal(void **state)
{
    (void)state;
    assert_visible(DX_LIT("\x1b[31m"), false, "\\x1b[31m");
    assert_visible(DX_LIT("a\0b\x7f"), false, "a\\x00b\\x7f");
    assert_visible(DX_LIT("\xc2\x9b"
                          "2J"),
                   false, "\\x9b2J"); /* C1, as UTF-8 */
    assert_visible(DX_LIT("\x9b"
                          "2J"),
                   false, "\\x9b2J"); /* C1, as a bare byte */
    assert_visible(DX_LIT("a\tb"), false, "a b");
    assert_visible(DX_LIT("a\rb"), true, "a\\x0db"); /* would overwrite the line */
}

static void test_invisible_characters_are_named(void **state)
{
    (void)state;
    assert_visible(DX_LIT("\xe2\x80\xae"
                          "exe.txt"),
                   false, "\\u{202e}exe.txt");
    assert_visible(DX_LIT("a\xe2\x80\x8b"
                          "b"),
                   false, "a\\u{200b}b");
    assert_visible(DX_LIT("\xe2\x81\xa6"), false, "\\u{2066}");
    assert_visible(DX_LIT("\xef\xbb\xbf"), false, "\\u{feff}");
    assert_visible(DX_LIT("\xf3\xa0\x81\x81"), false, "\\u{e0041}");
}

static void test_line_ends_are_kept_or_named(void **state)
{
    (void)state;
    assert_visible(DX_LIT("a\nb\r\nc"), true, "a\nb\nc");
    assert_visible(DX_LIT("a\nb\r\nc"), false, "a\\nb\\nc");
}

static void test_a_prefix_ends_between_characters(void **state)
{
    const dx_str s = DX_LIT("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z");
    static const size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        assert_int_equal(dx_utf_prefix(s, i).n, ends[i]);
    /* No character has more than three bytes behind its first. */
    assert_int_equal(dx_utf_prefix(DX_LIT("\x80\x80\x80\x80\x80\x80\x80\x80"), 6).n, 3);
    assert_int_equal(dx_utf_prefix(DX_NONE, 5).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters_of_each_length_are_read),
        cmocka_unit_test(test_every_code_point_survives_writing_and_reading),
        cmocka_unit_test(test_what_is_no_character_is_written_as_the_replacement),
        cmocka_unit_test(test_invalid_bytes_cost_one_replacement_each),
        cmocka_unit_test(test_valid_text_is_valid),
        cmocka_unit_test(test_width_knows_combining_and_wide),
        cmocka_unit_test(test_columns_add_up),
        cmocka_unit_test(test_cut_never_splits_a_character),
        cmocka_unit_test(test_printable_text_passes_unchanged),
        cmocka_unit_test(test_controls_cannot_reach_a_terminal),
        cmocka_unit_test(test_invisible_characters_are_named),
        cmocka_unit_test(test_line_ends_are_kept_or_named),
        cmocka_unit_test(test_a_prefix_ends_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
