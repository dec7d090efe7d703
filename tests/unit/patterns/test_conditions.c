/* What `where` and `if` accept. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "patterns/rulebook.h"

static dx_regex_scratch *scratch(void **state)
{
    return *state;
}

static int open_scratch(void **state)
{
    *state = dx_regex_scratch_new();
    return *state == NULL;
}

static int close_scratch(void **state)
{
    dx_regex_scratch_free(*state);
    return 0;
}

static bool fits_text(void **state, const char *value, const char *text)
{
    const dx_str values[] = {DX_LIT("something else"), dx_str_of(value)};
    const dx_test test = {.n_values = 2, .values = values};
    return dx_test_value(&test, true, dx_str_of(text), false, 0, scratch(state));
}

static bool fits_number(void **state, const char *value, int64_t number)
{
    const dx_str values[] = {dx_str_of(value)};
    const dx_test test = {.n_values = 1, .values = values};
    return dx_test_value(&test, true, DX_LIT("?"), true, number, scratch(state));
}

static void test_case_of_letters_and_kind_of_slash_do_not_matter(void **state)
{
    assert_true(fits_text(state, "CDO.ins", "cdo.INS"));
    assert_true(fits_text(state, "c:/winnt/system32", "C:\\WINNT\\system32"));
    assert_false(fits_text(state, "cdo.ins", "cdo.inst"));
    assert_false(fits_text(state, "", "x"));
}

static void test_numbers_compare_by_value(void **state)
{
    assert_true(fits_number(state, "0x7e", 126));
    assert_true(fits_number(state, "126", 126));
    assert_false(fits_number(state, "126", 127));
    assert_true(fits_text(state, "0x10", "16"));
    assert_false(fits_text(state, "0x10", "16a"));
}

static void test_a_negative_code_is_its_unsigned_self(void **state)
{
    assert_true(fits_number(state, "-2147024891", 0x80070005));
    assert_true(fits_number(state, "0x80070005", -2147024891));
    assert_false(fits_number(state, "-1", 0x7fffffff));
}

static void test_negation_turns_a_known_value_only(void **state)
{
    const dx_str values[] = {DX_LIT("a"), DX_LIT("b")};
    const dx_test test = {.negate = true, .n_values = 2, .values = values};
    assert_true(dx_test_value(&test, true, DX_LIT("c"), false, 0, scratch(state)));
    assert_false(dx_test_value(&test, true, DX_LIT("B"), false, 0, scratch(state)));
    assert_false(dx_test_value(&test, false, DX_NONE, false, 0, scratch(state)));
}

static void test_absence_can_be_asked_for(void **state)
{
    const dx_test absent = {.absent = true}, present = {.absent = true, .negate = true};
    assert_true(dx_test_value(&absent, false, DX_NONE, false, 0, scratch(state)));
    assert_false(dx_test_value(&absent, true, DX_LIT("x"), false, 0, scratch(state)));
    assert_true(dx_test_value(&present, true, DX_LIT("x"), false, 0, scratch(state)));
    assert_false(dx_test_value(&present, false, DX_NONE, false, 0, scratch(state)));
}

static void test_regex_is_searched(void **state)
{
    dx_regex *rx = NULL;
    dx_err err = {0};
    assert_int_equal(dx_regex_new(&rx, DX_LIT("\\\\home\\\\[^\\\\]+$"), DX_RX_CASELESS, NULL, &err),
                     DX_OK);
    const dx_test test = {.pattern = rx}, not_test = {.pattern = rx, .negate = true};
    const dx_str mine = DX_LIT("c:\\HOME\\ann"), ours = DX_LIT("c:\\spool");
    assert_true(dx_test_value(&test, true, mine, false, 0, scratch(state)));
    assert_false(dx_test_value(&test, true, ours, false, 0, scratch(state)));
    assert_false(dx_test_value(&test, false, DX_NONE, false, 0, scratch(state)));
    assert_false(dx_test_value(&not_test, true, mine, false, 0, scratch(state)));
    assert_true(dx_test_value(&not_test, true, ours, false, 0, scratch(state)));
    dx_regex_free(rx);
}

/* Nobody knows whether it matches, so it counts neither way. */
static void test_regex_that_gives_up_holds_for_nobody(void **state)
{
    dx_regex *rx = NULL;
    dx_err err = {0};
    char text[4000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = 'a';
    text[sizeof text - 1] = '!';
    assert_int_equal(dx_regex_new(&rx, DX_LIT("^(?:a|a|aa)+$"), 0, NULL, &err), DX_OK);
    const dx_test test = {.pattern = rx}, not_test = {.pattern = rx, .negate = true};
    const dx_str hard = {text, sizeof text};
    assert_false(dx_test_value(&test, true, hard, false, 0, scratch(state)));
    assert_false(dx_test_value(&not_test, true, hard, false, 0, scratch(state)));
    dx_regex_free(rx);
}

static void test_all_conditions_on_an_event_must_hold(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_field fields[] = {{.name = DX_LIT("file"),
                                .type = DX_T_WINPATH,
                                .text = DX_LIT("C:\\EXCHSRVR\\bin\\cdo.ins")},
                               {.name = DX_LIT("code"),
                                .type = DX_T_HEX32,
                                .text = DX_LIT("c002007e"),
                                .number = 0xc002007e}};
    const dx_event event = {.n_fields = 2, .fields = fields};
    const dx_str name = DX_LIT("cdo.ins"), low = DX_LIT("126"), other = DX_LIT("0xc0020002");
    const dx_test all[] = {
        {.path = DX_LIT("file.name"), .n_values = 1, .values = &name},
        {.path = DX_LIT("code.low16"), .n_values = 1, .values = &low},
        {.path = DX_LIT("line"), .absent = true},
        {.path = DX_LIT("code"), .n_values = 1, .values = &other},
    };
    const dx_tests none = {0}, three = {.p = all, .n = 3}, four = {.p = all, .n = 4};
    assert_true(dx_tests_hold(&none, &event, scratch(state), arena));
    assert_true(dx_tests_hold(&three, &event, scratch(state), arena));
    assert_false(dx_tests_hold(&four, &event, scratch(state), arena));
    dx_arena_free(arena);
}

#define WITH_SCRATCH(f) cmocka_unit_test_setup_teardown(f, open_scratch, close_scratch)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SCRATCH(test_case_of_letters_and_kind_of_slash_do_not_matter),
        WITH_SCRATCH(test_numbers_compare_by_value),
        WITH_SCRATCH(test_a_negative_code_is_its_unsigned_self),
        WITH_SCRATCH(test_negation_turns_a_known_value_only),
        WITH_SCRATCH(test_absence_can_be_asked_for),
        WITH_SCRATCH(test_regex_is_searched),
        WITH_SCRATCH(test_regex_that_gives_up_holds_for_nobody),
        WITH_SCRATCH(test_all_conditions_on_an_event_must_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
