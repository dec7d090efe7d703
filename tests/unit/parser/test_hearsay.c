/* Sentences that only talk of a message. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "parser/hearsay.h"

/* What is left of the text, each hushed byte as '\n'. */
static void assert_left(const char *text, const char *left)
{
    dx_regex_scratch *scratch = dx_regex_scratch_new();
    dx_arena *arena = dx_arena_new(0);
    dx_regex *rx;
    dx_err err;
    dx_view view = {.text = dx_str_of(text)};
    bool hushed;

    assert_non_null(arena);
    assert_non_null(scratch);
    assert_int_equal(dx_regex_new(&rx, DX_LIT("^If |is solved"), 0, NULL, &err), DX_OK);
    assert_true(dx_hearsay_hush(rx, scratch, arena, &view, &hushed));
    assert_int_equal(view.text.n, strlen(text));
    assert_memory_equal(view.text.p, left, view.text.n);
    assert_int_equal(hushed, strcmp(text, left) != 0);
    dx_arena_free(arena);
    dx_regex_free(rx);
    dx_regex_scratch_free(scratch);
}

static void test_a_sentence_ends_where_its_quotation_does(void **state)
{
    (void)state;
    assert_left("It broke. If a, b. It", "It broke. \n\n\n\n\n\n\n\n\nIt");
    assert_left("If \"A. B\" c. It", "\n\n\n\n\n\n\n\n\n\n\n\n\nIt");
    assert_left("All is well.", "All is well.");
}

static void test_a_mark_without_another_in_its_paragraph_quotes_nothing(void **state)
{
    (void)state;
    assert_left("A 3\" disk. It broke. B is solved.\nIs \"C\" so?",
                "A 3\" disk. It broke. \n\n\n\n\n\n\n\n\n\n\n\n\nIs \"C\" so?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sentence_ends_where_its_quotation_does),
        cmocka_unit_test(test_a_mark_without_another_in_its_paragraph_quotes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
