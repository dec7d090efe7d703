#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cli/collect.h"
#include "cli/flood.h"

static int make_arena(void **state)
{
    *state = dx_arena_new(0);
    return *state ? 0 : -1;
}

static int free_arena(void **state)
{
    dx_arena_free(*state);
    return 0;
}

static dx_record error_record(uint32_t line, uint32_t attempt, const char *text)
{
    return (dx_record){.line = line,
                       .n_lines = 1,
                       .seq = line,
                       .attempt = attempt,
                       .level = DX_LEVEL_ERROR,
                       .time_us = DX_NO_TIME,
                       .text = dx_str_of(text)};
}

static void add(dx_collect *c, dx_record rec, dx_events found)
{
    dx_err err = {0};
    assert_int_equal(dx_collect_add(c, &rec, found, &err), DX_OK);
}

static void finish(dx_collect *c, size_t n_attempts)
{
    dx_err err = {0};
    assert_int_equal(dx_collect_finish(c, n_attempts, &err), DX_OK);
}

static void test_keeps_the_first_and_last_unknown_errors(void **state)
{
    dx_collect c = {.into = *state};
    for (uint32_t line = 1; line <= 100; line++) {
        char text[32];
        snprintf(text, sizeof text, "error %u", (unsigned)line);
        add(&c, error_record(line, 1, text), (dx_events){0});
    }
    finish(&c, 1);
    assert_int_equal(c.n, DX_UNKNOWN_FIRST + DX_UNKNOWN_LAST);
    assert_int_equal(c.events[0].line, 1);
    assert_int_equal(c.events[DX_UNKNOWN_FIRST - 1].line, DX_UNKNOWN_FIRST);
    for (uint32_t i = 0; i < DX_UNKNOWN_LAST; i++)
        assert_int_equal(c.events[DX_UNKNOWN_FIRST + i].line, 96 + i);
    assert_true(dx_str_eq(c.events[c.n - 1].text, DX_LIT("error 100")));
    assert_int_equal(c.events[c.n - 1].polarity, DX_UNKNOWN);
}

static void test_counts_unknown_errors_for_each_attempt(void **state)
{
    dx_collect c = {.into = *state};
    for (uint32_t line = 1; line <= 60; line++)
        add(&c, error_record(line, 1 + line % 2, "bad"), (dx_events){0});
    finish(&c, 2);
    assert_int_equal(c.n, 2 * (DX_UNKNOWN_FIRST + DX_UNKNOWN_LAST));
    for (size_t i = 1; i < c.n; i++)
        assert_true(c.events[i - 1].seq < c.events[i].seq);
}

static void test_an_error_that_a_rule_knows_is_not_unknown(void **state)
{
    const dx_event known = {
        .signature = DX_LIT("a.b"), .attempt = 1, .line = 1, .last_line = 3, .seq = 1};
    dx_collect c = {.into = *state};
    add(&c, error_record(1, 1, "first line of three"), (dx_events){.p = &known, .n = 1});
    add(&c, error_record(2, 1, "second"), (dx_events){0});
    add(&c, error_record(3, 1, "third"), (dx_events){0});
    add(&c, error_record(4, 1, "another error"), (dx_events){0});
    finish(&c, 1);
    assert_int_equal(c.n, 2);
    assert_true(dx_str_eq(c.events[0].signature, DX_LIT("a.b")));
    assert_int_equal(c.events[1].line, 4);
}

static void test_only_errors_are_kept(void **state)
{
    dx_collect c = {.into = *state};
    dx_record rec = error_record(1, 1, "just a warning");
    rec.level = DX_LEVEL_WARNING;
    add(&c, rec, (dx_events){0});
    add(&c, error_record(2, 1, "   "), (dx_events){0});
    finish(&c, 1);
    assert_int_equal(c.n, 0);
}

static void test_long_texts_are_cut_between_characters(void **state)
{
    static char text[DX_UNKNOWN_BYTES + 100];
    dx_collect c = {.into = *state};
    memset(text, 'x', sizeof text - 1);
    memcpy(text + DX_UNKNOWN_BYTES - 1, "\xC3\xA4", 2); /* the limit is inside it */
    for (uint32_t line = 1; line <= DX_UNKNOWN_FIRST + 1; line++)
        add(&c, error_record(line, 1, text), (dx_events){0});
    finish(&c, 1);
    assert_int_equal(c.events[0].text.n, DX_UNKNOWN_BYTES - 1);
    assert_int_equal(c.events[c.n - 1].text.n, DX_UNKNOWN_BYTES - 1);
}

static void test_events_of_no_attempt_are_dropped(void **state)
{
    dx_collect c = {.into = *state};
    add(&c, error_record(1, 0, "before everything"), (dx_events){0});
    add(&c, error_record(2, 1, "inside"), (dx_events){0});
    add(&c, error_record(3, 2, "of an attempt that never was"), (dx_events){0});
    finish(&c, 1);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.events[0].line, 2);
}

/* A message of attempt 1. */
static dx_event known_at(uint32_t line, dx_str signature)
{
    return (dx_event){.signature = signature,
                      .polarity = DX_FAILURE,
                      .attempt = 1,
                      .line = line,
                      .last_line = line,
                      .seq = line};
}

static void test_of_a_flood_the_first_a_few_of_each_kind_and_the_last_are_kept(void **state)
{
    const dx_str common = DX_LIT("a.common"), rare = DX_LIT("a.rare");
    const uint32_t lines = DX_EVENTS_FIRST + 20000, rare_line = DX_EVENTS_FIRST + 5000;
    dx_collect c = {.into = *state};
    for (uint32_t line = 1; line <= lines; line++) {
        const dx_record rec = error_record(line, 1, "known");
        dx_arena *room = dx_collect_room(&c, &rec);
        dx_event e = known_at(line, line == rare_line ? rare : common);
        e.text = dx_arena_printf(room, "message %u", (unsigned)line);
        assert_non_null(e.text.p);
        add(&c, rec, (dx_events){.p = &e, .n = 1});
    }
    finish(&c, 1);
    const size_t early = DX_EVENTS_FIRST + DX_FLOOD_KIND;
    assert_int_equal(c.n, early + 1 + DX_FLOOD_LAST);
    assert_int_equal(dx_collect_lost(&c, 1), lines - c.n);
    assert_int_equal(dx_collect_lost(&c, 0), 0); /* of an attempt that does not stand */
    dx_collect_done(&c);
    for (size_t i = 0; i < early; i++)
        assert_int_equal(c.events[i].line, i + 1);
    assert_int_equal(c.events[early].line, rare_line);
    for (size_t i = 0; i < DX_FLOOD_LAST; i++) {
        char text[32];
        const uint32_t line = lines - DX_FLOOD_LAST + 1 + (uint32_t)i;
        snprintf(text, sizeof text, "message %u", (unsigned)line);
        assert_int_equal(c.events[early + 1 + i].line, line);
        assert_true(dx_str_eq(c.events[early + 1 + i].text, dx_str_of(text)));
    }
}

static void test_a_flood_of_many_kinds_is_bounded_too(void **state)
{
    static char ids[DX_FLOOD_EARLY + 1000][8];
    const size_t kinds = sizeof ids / sizeof *ids;
    dx_collect c = {.into = *state};
    uint32_t line = 1;
    for (; line <= DX_EVENTS_FIRST; line++) {
        const dx_event e = known_at(line, DX_LIT("a.b"));
        add(&c, error_record(line, 1, "known"), (dx_events){.p = &e, .n = 1});
    }
    for (size_t i = 0; i < 2 * kinds; i++, line++) {
        snprintf(ids[i % kinds], sizeof *ids, "k%zu", i % kinds);
        const dx_event e = known_at(line, dx_str_of(ids[i % kinds]));
        add(&c, error_record(line, 1, "known"), (dx_events){.p = &e, .n = 1});
    }
    finish(&c, 1);
    assert_int_equal(c.n, DX_EVENTS_FIRST + DX_FLOOD_EARLY + DX_FLOOD_LAST);
    assert_int_equal(c.events[c.n - 1].line, line - 1);
    assert_int_equal(dx_collect_lost(&c, 1), 2 * kinds - DX_FLOOD_EARLY - DX_FLOOD_LAST);
    dx_collect_done(&c);
}

static void test_floods_of_many_attempts_end_in_a_limit(void **state)
{
    static dx_event flood[1000];
    dx_collect c = {.into = *state};
    dx_err err = {0};
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < 1000; i++)
        flood[i] = (dx_event){.signature = DX_LIT("a.b"), .line = 7, .seq = 7};
    for (uint32_t i = 0; rc == DX_OK && i < 1000; i++) {
        const dx_record rec = error_record(7, 1 + i / 20, "flood");
        for (size_t k = 0; k < 1000; k++)
            flood[k].attempt = rec.attempt;
        rc = dx_collect_add(&c, &rec, (dx_events){.p = flood, .n = 1000}, &err);
    }
    assert_int_equal(rc, DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    finish(&c, 50);
    assert_int_equal(c.n, DX_EVENTS_MAX);
    dx_collect_done(&c);
}

static void test_running_out_of_memory_is_told(void **state)
{
    (void)state;
    dx_arena *small = dx_arena_new(64);
    dx_collect c = {.into = small};
    const dx_record rec = error_record(1, 1, "no room for this");
    dx_err err = {0};
    assert_int_equal(dx_collect_add(&c, &rec, (dx_events){0}, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_NOMEM);
    dx_arena_free(small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_keeps_the_first_and_last_unknown_errors),
        TEST(test_counts_unknown_errors_for_each_attempt),
        TEST(test_an_error_that_a_rule_knows_is_not_unknown),
        TEST(test_only_errors_are_kept),
        TEST(test_long_texts_are_cut_between_characters),
        TEST(test_events_of_no_attempt_are_dropped),
        TEST(test_of_a_flood_the_first_a_few_of_each_kind_and_the_last_are_kept),
        TEST(test_a_flood_of_many_kinds_is_bounded_too),
        TEST(test_floods_of_many_attempts_end_in_a_limit),
        TEST(test_running_out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
