/* What is taken off or mended in a text that somebody pasted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/paste.h"

static int set_up(void **state)
{
    *state = dx_arena_new(0);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    dx_arena_free(*state);
    return 0;
}

static dx_paste paste(void **state, const char *text)
{
    dx_paste out;
    dx_err err = {0};

    assert_int_equal(dx_paste_read(dx_str_of(text), *state, &out, &err), DX_OK);
    return out;
}

static void assert_text(dx_str is, const char *wanted)
{
    assert_string_equal(is.p, wanted);
}

static void test_a_code_alone_is_one_with_or_without_its_label(void **state)
{
    static const char *const codes[] = {"1603\n", "Error 1603", "error code: 1603\n",
                                        "Fehler 1603"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const dx_paste p = paste(state, codes[i]);
        assert_int_equal(p.kind, DX_PASTE_CODE);
        assert_true(dx_str_eq(dx_str_trim(p.text), DX_LIT("1603")));
    }
    assert_int_equal(paste(state, "error 1603 in setup").kind, DX_PASTE_TEXT);
    assert_int_equal(paste(state, "Installing 1603").kind, DX_PASTE_TEXT);
}

static void test_letters_are_read_as_digits_only_where_a_number_is_meant(void **state)
{
    assert_text(paste(state, "hr 0x8OO7OOO5").text, "hr 0x80070005\n");
    assert_text(paste(state, "Error l402. Could").text, "Error 1402. Could\n");
    assert_text(paste(state, "see KB5O34441").text, "see KB5034441\n");
    assert_true(paste(state, "Error l402. Could").mended);
    assert_text(paste(state, "error loIl ocr").text, "error loIl ocr\n");
    assert_text(paste(state, "code 12OK done").text, "code 12OK done\n");
}

static void test_hyphens_at_line_ends_are_tried_both_ways(void **state)
{
    const dx_paste p = paste(state, "The instal-\nlation of a read-\nonly file\n");

    assert_true(p.parted);
    assert_text(dx_arena_copy(*state, dx_str_trim(p.joined)),
                "The instal- lation of a read- only file");
    assert_text(dx_arena_copy(*state, dx_str_trim(p.whole)), "The installation of a readonly file");
    assert_false(paste(state, "a list -\nof C-\nDrives\n").parted);
}

static void test_codes_that_a_line_end_parts_are_put_together(void **state)
{
    const dx_paste p = paste(state, "It failed with 0x8007\n0643 at the end\n");

    assert_true(p.parted);
    assert_text(dx_arena_copy(*state, dx_str_trim(p.whole)),
                "It failed with 0x80070643 at the end");
    assert_text(dx_arena_copy(*state, dx_str_trim(p.joined)),
                "It failed with 0x8007 0643 at the end");
    assert_false(paste(state, "It failed with 0x80070643\n12 files\n").parted);
}

static void test_endings_of_libraries_are_read_from_what_they_look_like(void **state)
{
    assert_text(paste(state, "VCRUNTIME140.DII is missing").text, "VCRUNTIME140.DLL is missing\n");
    assert_text(paste(state, "contoso.dIl, a.dll").text, "contoso.dll, a.dll\n");
    assert_text(paste(state, "see contoso.diff").text, "see contoso.diff\n");
}

static void test_signs_of_other_keyboards_become_plain(void **state)
{
    assert_text(paste(state, "setup: 0\xC3\x97"
                             "80070005 came")
                    .text,
                "setup: 0x80070005 came\n");
    assert_text(paste(state, "setup: \xEF\xBC\x91\xEF\xBC\x96 came").text, "setup: 16 came\n");
    assert_text(paste(state, "setup: \xD9\xA1\xD9\xA6 came").text, "setup: 16 came\n");
    assert_text(paste(state, "setup: \xE2\x88\x92"
                             "214 came")
                    .text,
                "setup: -214 came\n");
    assert_text(paste(state, "2 \xC3\x97 3 \xE2\x80\x93 \xC3\xA4").text,
                "2 \xC3\x97 3 - \xC3\xA4\n");
}

static void test_what_a_word_processor_set_becomes_what_was_typed(void **state)
{
    assert_text(paste(state, "\u2018a\u2019 \u201Cb\u201D \u201Ec\u201C").text,
                "'a' \"b\" \"c\"\n");
    assert_text(paste(state, "Windows\u00A0Installer\u202F: Copying\u2026").text,
                "Windows Installer : Copying...\n");
    assert_text(paste(state, "\"the \u201Ca\u201D\" \u201Cb\u201D").text, "\"the 'a'\" \"b\"\n");
    assert_text(paste(state, "soft\u00ADware, zero\u200Bwidth").text, "software, zerowidth\n");
    assert_text(paste(state, "tool \u2013force \u2014all \u2013y 3\u20134").text,
                "tool --force --all -y 3-4\n");
    assert_text(paste(state, "Reader \u2014 Error \u2013 1603").text, "Reader -- Error - 1603\n");
}

static void test_entities_become_their_signs(void **state)
{
    assert_text(paste(state, "&quot;a&quot; &lt;b&gt; it&#39;s &#x27;c&#X27; d&nbsp;e").text,
                "\"a\" <b> it's 'c' d e\n");
    assert_text(paste(state, "a&#10;b &ndash; &rsquo;").text, "a b - '\n");
    assert_text(paste(state, "a && b; &what; &#; &#xD800; &#1114112; &").text,
                "a && b; &what; &#; &#xD800; &#1114112; &\n");
}

static void test_backslashes_of_markdown_go_and_those_of_paths_stay(void **state)
{
    assert_text(paste(state, "Error 1603\\. in C:\\\\Temp\\\\a\\_b").text,
                "Error 1603. in C:\\Temp\\a_b\n");
    assert_text(paste(state, "in C:\\.cache\\a\\_b").text, "in C:\\.cache\\a\\_b\n");
    assert_text(paste(state, "\\\\server\\share").text, "\\\\server\\share\n");
    assert_text(paste(state, "C:\\\\Temp").text, "C:\\\\Temp\n");
}

static void test_letters_with_blanks_between_are_words_again(void **state)
{
    const dx_paste p = paste(state, "STDOUT: A n o t h e r   v e r s i o n   o f   t h i\n"
                                    "s   i s\n  i n s t a l l e d .     O K\n");

    assert_true(p.unspaced);
    assert_text(dx_arena_copy(*state, dx_str_trim(p.text)),
                "STDOUT: Another version of this is installed. OK");
    assert_false(paste(state, "Drives C D E F G are full, and A is not there").unspaced);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_code_alone_is_one_with_or_without_its_label, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_letters_are_read_as_digits_only_where_a_number_is_meant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hyphens_at_line_ends_are_tried_both_ways, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_codes_that_a_line_end_parts_are_put_together, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_endings_of_libraries_are_read_from_what_they_look_like,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_signs_of_other_keyboards_become_plain, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_what_a_word_processor_set_becomes_what_was_typed,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_entities_become_their_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_backslashes_of_markdown_go_and_those_of_paths_stay,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_letters_with_blanks_between_are_words_again, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
