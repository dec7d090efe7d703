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

static void test_values_become_their_last_word(void **state)
{
    (void)state;
    gives("The file {m.file.name} is missing", "The file <name> is missing");
    gives("{a.code}{b.code}", "<code><code>");
    gives("{m.file|A file} is missing", "<file> is missing");
    gives("{m.file|}", "<file>");
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
        cmocka_unit_test(test_values_become_their_last_word),
        cmocka_unit_test(test_other_text_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
