#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/arena.h"
#include "core/diagnosis.h"

static void gives(const char *title, const char *expected)
{
    dx_arena *arena = dx_arena_new(0);

    assert_non_null(arena);
    assert_true(dx_str_eq(dx_title_unfilled(dx_str_of(title), arena), dx_str_of(expected)));
    dx_arena_free(arena);
}

static void test_values_become_dots(void **state)
{
    (void)state;
    gives("{a.package} could not be removed", "… could not be removed");
    gives("{a.package} needs {a.need}, which is not there", "… needs …, which is not there");
    gives("{a.code}{b.code}", "…");
    gives("No source has the gem {g.gem}", "No source has the gem …");
}

static void test_words_of_the_rule_stand_for_a_value(void **state)
{
    (void)state;
    gives("{m.file|A file} is missing", "A file is missing");
    gives("The service {e.service|of the package} failed", "The service of the package failed");
    gives("The {m.kind|} file is missing", "The file is missing");
    gives("{m.file|}", "");
}

static void test_what_is_there_for_the_value_goes_with_it(void **state)
{
    (void)state;
    gives("It failed ({a.code})", "It failed");
    gives("It failed (step {a.step}, error {a.error}), and left {a.file}", "It failed, and left …");
    gives("It failed ({a.code|no code is given})", "It failed");
    gives("It (or another) needs {a.need}", "It (or another) needs …");
    gives("It stopped: {a.text}", "It stopped");
    gives("It stopped: {a.text|no details are given}", "It stopped");
    gives("It stopped: {a.text} is wrong", "It stopped: … is wrong");
    gives("{a.type}: {a.text}", "…");
    gives("It is (not {a.closed}", "It is (not …");
}

static void test_other_text_stays(void **state)
{
    (void)state;
    gives("", "");
    gives("No value at all", "No value at all");
    gives("A brace { that never ends", "A brace { that never ends");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_become_dots),
        cmocka_unit_test(test_words_of_the_rule_stand_for_a_value),
        cmocka_unit_test(test_what_is_there_for_the_value_goes_with_it),
        cmocka_unit_test(test_other_text_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
