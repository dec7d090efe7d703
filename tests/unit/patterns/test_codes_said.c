/* Sentences of messages whose number was not copied. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "patterns/codes/said.h"

typedef struct fixture {
    dx_arena *arena;
    dx_codes *codes;
} fixture;

static int load(void **state)
{
    static fixture f;
    static const char yaml[] = "codes:\n  - space: a\n    title: A\n    likely: 5\n    said: |\n"
                               "      1706 No valid source could be found\n"
                               "\n"
                               "      # narrower first\n"
                               "      1936 An error occurred in * The signature\n"
                               "      1935 An error occurred in\n"
                               "      1904 Module * failed to register\n";
    dx_faults faults = {0};
    dx_err err = {0};

    f.arena = dx_arena_new(0);
    const dx_yfile file = {.path = DX_LIT("a.yaml"),
                           .name = DX_LIT("a.yaml"),
                           .root = dx_ytree_parse(f.arena, "a.yaml", dx_str_of(yaml), &faults)};
    const dx_yset set = {.file = &file, .n = 1};
    *state = &f;
    return dx_codes_new(&f.codes, &set, &faults, &err) == DX_OK ? 0 : -1;
}

static int unload(void **state)
{
    fixture *f = *state;

    dx_codes_free(f->codes);
    dx_arena_free(f->arena);
    return 0;
}

/* NULL: nothing is put anywhere. */
static void assert_numbered(fixture *f, const char *text, const char *expected)
{
    dx_numbered got;
    dx_err err = {0};

    assert_int_equal(dx_codes_number(f->codes, dx_str_of(text), f->arena, &got, &err), DX_OK);
    assert_int_equal(got.text.n > 0, expected != NULL);
    if (expected)
        assert_true(dx_str_eq(got.text, dx_str_of(expected)));
}

static void test_the_number_is_put_before_its_sentence(void **state)
{
    assert_numbered(*state, "Hello,\nno valid SOURCE could be found for X.",
                    "Hello,\nError 1706. no valid SOURCE could be found for X.");
    assert_numbered(*state, "Module C:\\a.ocx failed to register. No valid source could be found",
                    "Error 1904. Module C:\\a.ocx failed to register. Error 1706. No valid source "
                    "could be found");
}

static void test_a_number_that_stands_there_is_left_alone(void **state)
{
    assert_numbered(*state, "Error 1706. No valid source could be found", NULL);
    assert_numbered(*state, "Error 1706.No valid source could be found", NULL);
    assert_numbered(*state, "(1706) \"No valid source could be found\"", NULL);
}

static void test_of_two_messages_for_one_sentence_the_first_counts(void **state)
{
    assert_numbered(*state, "An error occurred in X. The signature is bad",
                    "Error 1936. An error occurred in X. The signature is bad");
    assert_numbered(*state, "An error occurred in X.", "Error 1935. An error occurred in X.");
}

static void test_what_only_looks_alike_is_no_message(void **state)
{
    assert_numbered(*state, "", NULL);
    assert_numbered(*state, "No valid source", NULL);
    assert_numbered(*state, "AModule a failed to register", NULL);
    assert_numbered(*state, "Module a.ocx\nfailed to register", NULL);
    assert_numbered(*state, "Module a.ocx was registered", NULL);
}

static void test_the_beginning_of_a_sentence_said_on_and_on_takes_no_time(void **state)
{
    enum { TIMES = 200000 };
    static const char word[] = "Module ";
    const size_t n = sizeof word - 1;
    char *text = calloc(TIMES + 1, n);

    assert_non_null(text);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(text + i * n, word, n);
    assert_numbered(*state, text, NULL); /* its square would not end here */
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_number_is_put_before_its_sentence),
        cmocka_unit_test(test_a_number_that_stands_there_is_left_alone),
        cmocka_unit_test(test_of_two_messages_for_one_sentence_the_first_counts),
        cmocka_unit_test(test_what_only_looks_alike_is_no_message),
        cmocka_unit_test(test_the_beginning_of_a_sentence_said_on_and_on_takes_no_time),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
