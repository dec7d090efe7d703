#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/diagnosis.h"
#include "tests/unit/core/arena.h"

#define FIELD(n, t, x, v)                                                                          \
    {                                                                                              \
        .name = DX_LIT(n), .type = (t), .text = DX_LIT(x), .number = (v)                           \
    }

static const dx_field fields[] = {
    FIELD("dll", DX_T_WINPATH, "C:\\WINNT\\System32\\cdo.dll", 0),
    FIELD("code", DX_T_HEX32, "0xC002007E", 0xC002007E),
    FIELD("exit", DX_T_CODE, "-2147024891", 0x80070005),
    FIELD("line", DX_T_INT, "0017", 17),
    FIELD("service", DX_T_TEXT, "MSExchangeIS", 0),
    FIELD("empty", DX_T_TEXT, "", 0),
};
static const dx_event event = {.n_fields = sizeof fields / sizeof fields[0], .fields = fields};

static void assert_text(const dx_event *e, const char *path, const char *wanted)
{
    dx_str text;
    int64_t number;
    bool is_number;
    if (!dx_event_part(e, dx_str_of(path), arena, &text, &number, &is_number))
        fail_msg("there is no %s", path);
    assert_int_equal(text.n, dx_str_of(wanted).n);
    assert_memory_equal(text.p, wanted, text.n);
    assert_false(is_number);
}

static void assert_number(const char *path, const char *text_wanted, int64_t wanted)
{
    dx_str text;
    int64_t number;
    bool is_number;
    if (!dx_event_part(&event, dx_str_of(path), arena, &text, &number, &is_number))
        fail_msg("there is no %s", path);
    assert_true(dx_str_eq(text, dx_str_of(text_wanted)));
    assert_int_equal(number, wanted);
    assert_true(is_number);
}

static void assert_none(const dx_event *e, const char *path)
{
    dx_str text = DX_LIT("untouched");
    int64_t number = 7;
    bool is_number = true;
    if (dx_event_part(e, dx_str_of(path), arena, &text, &number, &is_number))
        fail_msg("there is a %s", path);
    assert_true(dx_str_eq(text, DX_LIT("untouched")));
    assert_int_equal(number, 7);
}

static void test_fields_are_found_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(dx_event_field(&event, DX_LIT("code")), &fields[1]);
    assert_null(dx_event_field(&event, DX_LIT("cod")));
    assert_null(dx_event_field(&event, DX_LIT("CODE")));
    assert_null(dx_event_field(&(dx_event){0}, DX_LIT("code")));
}

static void test_whole_fields_come_as_written(void **state)
{
    (void)state;
    assert_text(&event, "service", "MSExchangeIS");
    assert_text(&event, "empty", "");
    assert_text(&event, "dll", "C:\\WINNT\\System32\\cdo.dll");
    assert_number("code", "0xC002007E", 0xC002007E);
    assert_number("exit", "-2147024891", 0x80070005);
    assert_number("line", "0017", 17);
}

static void test_codes_have_the_parts_of_an_hresult(void **state)
{
    (void)state;
    assert_number("code.low16", "126", 126);
    assert_number("code.facility", "2", 2);
    assert_number("code.severity", "3", 3);
    assert_text(&event, "code.hex", "0xc002007e");
    assert_number("exit.low16", "5", 5);
    assert_number("exit.facility", "7", 7);
    assert_number("exit.severity", "2", 2);
    assert_text(&event, "exit.hex", "0x80070005");
}

static void test_paths_have_parts(void **state)
{
    (void)state;
    assert_text(&event, "dll.dir", "C:\\WINNT\\System32");
    assert_text(&event, "dll.name", "cdo.dll");
    assert_text(&event, "dll.stem", "cdo");
    assert_text(&event, "dll.ext", "dll");
    assert_text(&event, "dll.drive", "C:");
}

static void test_odd_paths_are_split_sensibly(void **state)
{
    (void)state;
    static const struct {
        const char *path, *dir, *name, *stem, *ext, *drive;
    } cases[] = {
        {"C:/a/b.txt", "C:/a", "b.txt", "b", "txt", "C:"},
        {"C:\\b.txt", "C:", "b.txt", "b", "txt", "C:"},
        {"C:b.txt", "C:", "b.txt", "b", "txt", "C:"},
        {"b.txt", NULL, "b.txt", "b", "txt", NULL},
        {"a\\\\b", "a", "b", "b", NULL, NULL},
        {"\\b", "\\", "b", "b", NULL, NULL},
        {"\\\\srv\\share\\b.c.d", "\\\\srv\\share", "b.c.d", "b.c", "d", NULL},
        {"C:\\a\\", "C:\\a", NULL, NULL, NULL, "C:"},
        {".profile", NULL, ".profile", ".profile", NULL, NULL},
        {"b.", NULL, "b.", "b", NULL, NULL},
        {"1:b", NULL, "1:b", "1:b", NULL, NULL},
        {"", NULL, NULL, NULL, NULL, NULL},
    };
    static const char *const paths[] = {"f.dir", "f.name", "f.stem", "f.ext", "f.drive"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const dx_field f = {DX_LIT("f"), DX_T_WINPATH, dx_str_of(cases[i].path), 0};
        const dx_event e = {.n_fields = 1, .fields = &f};
        const char *const wanted[] = {cases[i].dir, cases[i].name, cases[i].stem, cases[i].ext,
                                      cases[i].drive};
        for (size_t k = 0; k < 5; k++) {
            if (wanted[k])
                assert_text(&e, paths[k], wanted[k]);
            else
                assert_none(&e, paths[k]);
        }
    }
}

static void test_parts_that_a_type_lacks_are_absent(void **state)
{
    (void)state;
    static const char *const bad[] = {"dll.low16", "code.dir",  "service.name", "line.low16",
                                      "dll.",      "dll.xyz",   "nobody",       "nobody.dir",
                                      "",          "dll.dir.x", ".dir"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_none(&event, bad[i]);
}

static void test_a_full_arena_is_an_absent_part(void **state)
{
    (void)state;
    dx_arena_free(arena);
    arena = dx_arena_new(1);
    assert_none(&event, "code.low16");
    assert_none(&event, "code.hex");
    assert_text(&event, "dll.dir", "C:\\WINNT\\System32"); /* a slice needs no memory */
}

static void test_facts_are_found_by_name_and_the_first_counts(void **state)
{
    (void)state;
    const dx_fact facts[] = {
        {.name = DX_LIT("server"), .value = DX_LIT("ALPHA")},
        {.name = DX_LIT("os"), .value = DX_LIT("NT 4.0")},
        {.name = DX_LIT("server"), .value = DX_LIT("BETA")},
    };
    const dx_attempt a = {.n_facts = 3, .facts = facts};
    assert_true(dx_str_eq(dx_attempt_fact(&a, "server"), DX_LIT("ALPHA")));
    assert_null(dx_attempt_fact(&a, "user").p);
    assert_null(dx_attempt_fact(&(dx_attempt){0}, "server").p);
}

static void test_certainty_has_words_for_points(void **state)
{
    (void)state;
    static const struct {
        int points;
        dx_certainty wanted;
    } cases[] = {
        {-50, DX_DOUBTFUL}, {0, DX_DOUBTFUL},        {29, DX_DOUBTFUL},
        {30, DX_POSSIBLE},  {59, DX_POSSIBLE},       {60, DX_LIKELY},
        {84, DX_LIKELY},    {85, DX_ALMOST_CERTAIN}, {99, DX_ALMOST_CERTAIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(dx_certainty_of(cases[i].points), cases[i].wanted);
}

static size_t count(const char *const *names)
{
    size_t n = 0;
    while (names[n])
        n++;
    return n;
}

static void test_each_enum_value_has_its_word(void **state)
{
    (void)state;
    assert_int_equal(count(dx_level_names), DX_LEVEL_ERROR + 1);
    assert_int_equal(count(dx_type_names), DX_T_VERSION + 1);
    assert_int_equal(count(dx_polarity_names), DX_UNKNOWN + 1);
    assert_int_equal(count(dx_outcome_names), DX_CUT_OFF + 1);
    assert_int_equal(count(dx_state_names), DX_SILENCED + 1);
    assert_int_equal(count(dx_certainty_names), DX_ALMOST_CERTAIN + 1);
    assert_string_equal(dx_polarity_names[DX_HARMLESS], "harmless");
    assert_string_equal(dx_type_names[DX_T_WINPATH], "winpath");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_found_by_name),
        cmocka_unit_test_setup_teardown(test_whole_fields_come_as_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_codes_have_the_parts_of_an_hresult, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_paths_have_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_odd_paths_are_split_sensibly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parts_that_a_type_lacks_are_absent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_full_arena_is_an_absent_part, set_up, tear_down),
        cmocka_unit_test(test_facts_are_found_by_name_and_the_first_counts),
        cmocka_unit_test(test_certainty_has_words_for_points),
        cmocka_unit_test(test_each_enum_value_has_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
