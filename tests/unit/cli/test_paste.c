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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_code_alone_is_one_with_or_without_its_label, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_letters_are_read_as_digits_only_where_a_number_is_meant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hyphens_at_line_ends_are_tried_both_ways, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
