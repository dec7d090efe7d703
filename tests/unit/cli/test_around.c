#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/around.h"
#include "tests/unit/core/scratch.h"

enum { MANY = 14 };

/* Attempts whose only error stands in line 2 of a log. */
typedef struct failures {
    dx_event event[MANY];
    const dx_event *list[MANY];
    dx_verdict verdict[MANY];
    dx_case of[MANY];
    dx_report_attempt attempt[MANY];
    char path[MANY][4096];
} failures;

static void add(failures *f, void **state, size_t i, const char *name, dx_outcome outcome)
{
    f->event[i] =
        (dx_event){.polarity = DX_UNKNOWN, .line = 2, .last_line = 2, .text = DX_LIT("two")};
    f->list[i] = &f->event[i];
    f->verdict[i] = (dx_verdict){.n_unexplained = 1, .unexplained = &f->list[i]};
    f->of[i] = (dx_case){
        .attempt.outcome = outcome,
        .path = dx_str_of(strcmp(name, "-") == 0 ? name : scratch_path(state, name, f->path[i]))};
    f->attempt[i] = (dx_report_attempt){.of = &f->of[i], .verdict = &f->verdict[i]};
}

static void look(failures *f, size_t n, dx_arena *into)
{
    dx_around_add(&(dx_around_options){0}, f->attempt, n, into);
}

static void test_a_log_that_cannot_be_read_again_costs_only_its_lines(void **state)
{
    dx_arena *into = dx_arena_new(0);
    failures *f = dx_arena_get(into, sizeof *f);
    char path[4096];

    scratch_write(state, "there.log", DX_LIT("one\ntwo\nthree\n"));
    scratch_write(state, "another.log", DX_LIT("eins\nzwei\ndrei\n"));
    scratch_write(state, "no.zip", DX_LIT("PK\003\004 this is no archive"));
    assert_int_equal(mkfifo(scratch_path(state, "pipe", path), 0600), 0);
    const char *const names[] = {"gone.log", "another.log", "-",        "pipe",
                                 ".",        "no.zip",      "there.log"};
    for (size_t i = 0; i < 7; i++)
        add(f, state, i, names[i], DX_FAILED);
    f->of[5].member = DX_LIT("there.log");
    look(f, 7, into);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(f->attempt[i].n_around, 0);
    assert_int_equal(f->attempt[6].n_around, 3);
    assert_true(f->attempt[6].around[1].own);
    assert_true(dx_str_eq(f->attempt[6].around[2].text, DX_LIT("three")));
    dx_arena_free(into);
}

static void test_failed_attempts_come_first_and_ten_are_enough(void **state)
{
    dx_arena *into = dx_arena_new(0);
    failures *f = dx_arena_get(into, sizeof *f);
    size_t shown = 0;

    scratch_write(state, "a.log", DX_LIT("one\ntwo\nthree\n"));
    for (size_t i = 0; i < MANY; i++)
        add(f, state, i, "a.log", i < 4 ? DX_UNDECIDED : DX_FAILED);
    look(f, MANY, into);
    for (size_t i = 0; i < MANY; i++)
        shown += f->attempt[i].n_around > 0;
    assert_int_equal(shown, DX_AROUND_MOST);
    assert_int_equal(f->attempt[3].n_around, 0);
    assert_int_equal(f->attempt[4].n_around, 3);
    assert_int_equal(f->attempt[MANY - 1].n_around, 3);
    dx_arena_free(into);
}

static void test_without_an_error_the_line_that_says_failed_is_shown(void **state)
{
    dx_arena *into = dx_arena_new(0);
    failures *f = dx_arena_get(into, sizeof *f);

    scratch_write(state, "a.log", DX_LIT("one\ntwo\nit failed\n"));
    add(f, state, 0, "a.log", DX_FAILED);
    f->verdict[0].n_unexplained = 0;
    f->of[0].attempt.outcome_line = 3;
    f->of[0].attempt.outcome_text = DX_LIT("it failed");
    look(f, 1, into);
    assert_int_equal(f->attempt[0].n_around, 3);
    assert_true(f->attempt[0].around[2].own);
    dx_arena_free(into);
}

static void test_a_success_and_a_finding_have_none(void **state)
{
    dx_arena *into = dx_arena_new(0);
    failures *f = dx_arena_get(into, sizeof *f);

    scratch_write(state, "a.log", DX_LIT("one\ntwo\nthree\n"));
    add(f, state, 0, "a.log", DX_SUCCEEDED);
    add(f, state, 1, "a.log", DX_FAILED);
    f->verdict[0].n_unexplained = 0;
    f->verdict[1].n_findings = 1;
    look(f, 2, into);
    assert_int_equal(f->attempt[0].n_around, 0);
    assert_int_equal(f->attempt[1].n_around, 0);
    dx_arena_free(into);
}

#define SCRATCH_TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_a_log_that_cannot_be_read_again_costs_only_its_lines),
        SCRATCH_TEST(test_failed_attempts_come_first_and_ten_are_enough),
        SCRATCH_TEST(test_without_an_error_the_line_that_says_failed_is_shown),
        SCRATCH_TEST(test_a_success_and_a_finding_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
