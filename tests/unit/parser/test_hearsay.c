/* Sentences that only talk of a message. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "parser/hearsay.h"

/* What is left of the text, each hushed byte as '\n'. */
static void assert_left_before(const char *text, const char *next, const char *left)
{
    dx_regex_scratch *scratch = dx_regex_scratch_new();
    dx_arena *arena = dx_arena_new(0);
    dx_regex *talk, *denial;
    dx_err err;
    dx_view view = {.text = dx_str_of(text)};
    bool hushed;

    assert_non_null(arena);
    assert_non_null(scratch);
    assert_int_equal(dx_regex_new(&talk, DX_LIT("^If |is solved"), 0, NULL, &err), DX_OK);
    assert_int_equal(dx_regex_new(&denial, DX_LIT("^It works\\.$"), 0, NULL, &err), DX_OK);
    const dx_hearsay how = {talk, denial};
    assert_true(dx_hearsay_hush(&how, dx_str_of(next), scratch, arena, &view, &hushed));
    assert_int_equal(view.text.n, strlen(text));
    assert_memory_equal(view.text.p, left, view.text.n);
    assert_int_equal(hushed, strcmp(text, left) != 0);
    dx_arena_free(arena);
    dx_regex_free(talk);
    dx_regex_free(denial);
    dx_regex_scratch_free(scratch);
}

static void assert_left(const char *text, const char *left)
{
    assert_left_before(text, "", left);
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

static void test_a_denial_takes_back_its_paragraph_or_the_one_before(void **state)
{
    (void)state;
    assert_left("A\nB. C. It works. D", "A\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nD");
    assert_left("A\nB. C\nIt works. D\nE", "A\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nD\nE");
    assert_left("A. It works not. B", "A. It works not. B");
    assert_left_before("A\nB. C", "It works. D", "A\n\n\n\n\n");
    assert_left_before("A\nB. C", "D. It works.", "A\nB. C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sentence_ends_where_its_quotation_does),
        cmocka_unit_test(test_a_denial_takes_back_its_paragraph_or_the_one_before),
        cmocka_unit_test(test_a_mark_without_another_in_its_paragraph_quotes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
