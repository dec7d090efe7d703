#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/err.h"
#include "core/utf.h"

static dx_rc fail_here(dx_err *err)
{
    return dx_fail(err, DX_E_INPUT, ((dx_place){"a.log", 3, 7}), "odd byte count %d", 5);
}

static void test_fail_fills_the_error(void **state)
{
    (void)state;
    dx_err err = {.os = 5};
    assert_int_equal(fail_here(&err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_INPUT);
    assert_string_equal(err.text, "odd byte count 5");
    assert_string_equal(err.at.file, "a.log");
    assert_int_equal(err.at.line, 3);
    assert_int_equal(err.os, 0);
    assert_non_null(strstr(err.c_file, "test_err.c"));
    assert_true(err.c_line > 0);
}

static void test_nobody_has_to_want_the_error(void **state)
{
    (void)state;
    assert_int_equal(fail_here(NULL), DX_FAIL);
    assert_int_equal(dx_context(NULL, "x"), DX_FAIL);
    dx_fault(NULL, DX_NOWHERE, "x");
}

static void test_the_old_text_may_be_part_of_the_new(void **state)
{
    (void)state;
    dx_err err;
    (void)dx_fail(&err, DX_E_IO, DX_NOWHERE, "inner");
    (void)dx_fail(&err, DX_E_STORE, DX_NOWHERE, "outer (%s)", err.text);
    assert_string_equal(err.text, "outer (inner)");
}

static void test_context_goes_before_the_text(void **state)
{
    (void)state;
    dx_err err;
    (void)fail_here(&err);
    assert_int_equal(dx_context(&err, "decoding %s", "UTF-16"), DX_FAIL);
    assert_int_equal(dx_context(&err, "scanning 'a.zip'"), DX_FAIL);
    assert_string_equal(err.text, "scanning 'a.zip': decoding UTF-16: odd byte count 5");
    assert_int_equal(err.kind, DX_E_INPUT);
    assert_int_equal(err.at.line, 3);
}

/* Text of n characters that need three bytes each, after `lead` single ones. */
static void fill(char *out, size_t lead, size_t n)
{
    memset(out, 'a', lead);
    for (size_t i = 0; i < n; i++)
        memcpy(out + lead + 3 * i, "\xe2\x82\xac", 3);
    out[lead + 3 * n] = '\0';
}

static void test_long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    char text[2000];
    for (size_t lead = 0; lead < 6; lead++) {
        dx_err err;
        fill(text, lead, 600);
        (void)dx_fail(&err, DX_E_RULE, DX_NOWHERE, "%s", text);
        assert_true(dx_utf_valid(dx_str_of(err.text)));
        assert_true(strlen(err.text) >= sizeof err.text - 4);
        (void)dx_context(&err, "%.*s", (int)lead, "bbbbbb");
        assert_true(dx_utf_valid(dx_str_of(err.text)));
        (void)dx_context(&err, "%s", text);
        assert_true(dx_utf_valid(dx_str_of(err.text)));
        assert_true(strlen(err.text) < sizeof err.text);
    }
}

static void test_format_shows_what_is_known_of_the_place(void **state)
{
    (void)state;
    static const struct {
        dx_place at;
        const char *wanted;
    } cases[] = {
        {{"a.yaml", 14, 5}, "a.yaml:14:5: bad"},
        {{"a.yaml", 14, 0}, "a.yaml:14: bad"},
        {{"a.yaml", 0, 5}, "a.yaml: bad"},
        {{NULL, 14, 5}, "14:5: bad"},
        {{NULL, 0, 0}, "bad"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dx_err err = {.at = cases[i].at, .text = "bad"};
        char out[64];
        dx_err_format(&err, out, sizeof out);
        assert_string_equal(out, cases[i].wanted);
    }
}

static void test_format_fits_any_room(void **state)
{
    (void)state;
    const dx_err err = {.at = {"a.yaml", 1, 1}, .text = "x\xe2\x82\xac"};
    char out[32];
    for (size_t cap = 1; cap <= sizeof out; cap++) {
        memset(out, '#', sizeof out);
        dx_err_format(&err, out, cap);
        assert_non_null(memchr(out, '\0', cap));
        assert_true(dx_utf_valid(dx_str_of(out)));
    }
    dx_err_format(&err, NULL, 0);
}

static void remember(void *ctx, const dx_err *fault)
{
    *(dx_err *)ctx = *fault;
}

static void test_faults_are_counted_and_handed_on(void **state)
{
    (void)state;
    dx_err last = {0};
    dx_faults faults = {remember, &last, 0};
    dx_fault(&faults, (dx_place){"r.yaml", 2, 3}, "unknown key '%s'", "x");
    assert_int_equal(faults.n, 1);
    assert_int_equal(last.kind, DX_E_RULE);
    assert_int_equal(last.at.col, 3);
    assert_string_equal(last.text, "unknown key 'x'");
    dx_faults counted = {0};
    dx_fault(&counted, DX_NOWHERE, "x");
    dx_fault(&counted, DX_NOWHERE, "y");
    assert_int_equal(counted.n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail_fills_the_error),
        cmocka_unit_test(test_nobody_has_to_want_the_error),
        cmocka_unit_test(test_the_old_text_may_be_part_of_the_new),
        cmocka_unit_test(test_context_goes_before_the_text),
        cmocka_unit_test(test_long_texts_are_cut_between_characters),
        cmocka_unit_test(test_format_shows_what_is_known_of_the_place),
        cmocka_unit_test(test_format_fits_any_room),
        cmocka_unit_test(test_faults_are_counted_and_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
