#include "fixture.h"

/* A failed attempt and what came after it on the same server. */
typedef struct history {
    fixture f;
    story s[3];
    dx_case told[3];
    dx_finding finding;
} history;

static void history_begin(history *h)
{
    fixture_open(&h->f, NULL);
    for (uint32_t i = 0; i < 3; i++)
        story_begin(&h->s[i], &h->f, "EX1", i + 1);
    story_reg(&h->s[0], USER_DLL);
    story_ins(&h->s[0]);
}

static void history_follow(history *h, size_t n)
{
    dx_err err = {0};
    const dx_verdict v = judge(&h->s[0]);
    assert_int_equal(v.n_findings, 1);
    h->finding = v.findings[0];
    for (size_t i = 0; i < n; i++)
        h->told[i] = h->s[i].told;
    assert_int_equal(dx_follow_up(h->f.book, h->told, n, 0, h->f.arena, &h->finding, &err), DX_OK);
}

static dx_event *mode(story *s, const char *signature)
{
    return story_say(s, signature, NULL, DX_CONTEXT);
}

static void test_nothing_after_it_leaves_a_finding_open(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    history_follow(&h, 1);
    assert_int_equal(h.finding.state, DX_OPEN);
    assert_int_equal(h.finding.state_why.n, 0);
    fixture_close(&h.f);
}

static void test_a_success_under_another_name_of_the_server_resolves(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    h.s[1].told.attempt.server = DX_LIT("ex1.contoso.com");
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_OPEN);
    h.s[1].told.attempt.counts_as = DX_LIT("EX1");
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_RESOLVED);
    fixture_close(&h.f);
}

static void test_a_later_success_resolves(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    h.s[1].told.attempt.began_us = INT64_C(961000000000000);
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_RESOLVED);
    assert_text(h.finding.state_why,
                "EX1: a later attempt (2000-06-14 16:26) succeeded without this failure.");
    fixture_close(&h.f);
}

static void test_a_success_elsewhere_or_of_another_product_resolves_nothing(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    h.s[1].told.attempt.server = DX_LIT("EX2");
    h.s[2].told.attempt.outcome = DX_SUCCEEDED;
    story_fact(&h.s[0], "product", "Exchange 5.5");
    story_fact(&h.s[2], "product", "SQL Server 7.0");
    history_follow(&h, 3);
    assert_int_equal(h.finding.state, DX_OPEN);
    fixture_close(&h.f);
}

static void test_products_are_compared_without_case(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    h.s[1].told.attempt.format = DX_LIT("another-log");
    story_fact(&h.s[0], "product", "Exchange 5.5");
    story_fact(&h.s[1], "product", "EXCHANGE 5.5");
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_RESOLVED);
    fixture_close(&h.f);
}

static void test_a_success_that_shows_the_failure_again_resolves_nothing(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    story_reg(&h.s[1], USER_DLL);
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_OPEN);
    fixture_close(&h.f);
}

static void test_the_first_step_of_the_fix_begins_it(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    mode(&h.s[0], "t.install-mode");
    history_follow(&h, 1);
    assert_int_equal(h.finding.state, DX_FIX_BEGUN);
    assert_text(h.finding.state_why, "EX1: \"Install mode was entered\" was seen, but the setup "
                                     "was not seen to run again.");
    fixture_close(&h.f);
}

static void test_a_mode_before_the_failure_is_no_fix(void **state)
{
    history h;
    (void)state;
    fixture_open(&h.f, NULL);
    for (uint32_t i = 0; i < 3; i++)
        story_begin(&h.s[i], &h.f, "EX1", i + 1);
    mode(&h.s[0], "t.install-mode");
    story_reg(&h.s[0], USER_DLL);
    history_follow(&h, 1);
    assert_int_equal(h.finding.state, DX_OPEN);
    fixture_close(&h.f);
}

static void test_both_steps_without_a_new_run_are_still_only_begun(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    mode(&h.s[0], "t.install-mode")->time_us = INT64_C(961000000000000);
    mode(&h.s[0], "t.execute-mode");
    history_follow(&h, 1);
    assert_int_equal(h.finding.state, DX_FIX_BEGUN);
    assert_text(h.finding.state_why,
                "EX1: \"Install mode was entered\" (2000-06-14 16:26) and then \"Execute mode was "
                "entered\" was seen, but the setup was not seen to run again.");
    fixture_close(&h.f);
}

static void test_a_run_after_the_begin_without_its_end_is_left_open(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    mode(&h.s[0], "t.install-mode");
    h.s[1].told.attempt.outcome = DX_FAILED;
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_FIX_LEFT_OPEN);
    assert_holds(h.finding.state_why, "never followed by \"Execute mode was entered\"");
    assert_holds(h.finding.state_why, "Enter \"change user /execute\".");
    fixture_close(&h.f);
}

static void test_left_open_wins_over_resolved(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    mode(&h.s[0], "t.install-mode");
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_FIX_LEFT_OPEN);
    assert_holds(h.finding.state_why, "a setup ran and succeeded. Enter");
    fixture_close(&h.f);
}

static void test_a_begin_in_the_log_of_the_success_is_left_open_too(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    mode(&h.s[1], "t.install-mode");
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    h.s[1].told.attempt.outcome_line = 99;
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_FIX_LEFT_OPEN);
    fixture_close(&h.f);
}

static void test_begin_success_end_is_resolved(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    mode(&h.s[0], "t.install-mode");
    h.s[1].told.attempt.outcome = DX_SUCCEEDED;
    mode(&h.s[2], "t.execute-mode");
    history_follow(&h, 3);
    assert_int_equal(h.finding.state, DX_RESOLVED);
    assert_text(h.finding.state_why, "EX1: after \"Install mode was entered\" a later attempt "
                                     "succeeded without this failure.");
    fixture_close(&h.f);
}

static void test_a_fix_that_did_not_help_says_so(void **state)
{
    history h;
    (void)state;
    history_begin(&h);
    mode(&h.s[0], "t.install-mode");
    mode(&h.s[0], "t.execute-mode");
    story_reg(&h.s[1], USER_DLL);
    history_follow(&h, 2);
    assert_int_equal(h.finding.state, DX_FIX_BEGUN);
    assert_holds(h.finding.state_why, "the last attempt shows the same failure again.");
    fixture_close(&h.f);
}

static void test_events_read_again_are_the_same_events(void **state)
{
    history h;
    dx_err err = {0};
    (void)state;
    history_begin(&h);
    mode(&h.s[0], "t.install-mode");
    history_follow(&h, 1);
    static dx_event again[64];
    memcpy(again, h.s[0].event, sizeof again);
    h.told[0].events = again;
    h.finding.state = DX_OPEN;
    assert_int_equal(dx_follow_up(h.f.book, h.told, 1, 0, h.f.arena, &h.finding, &err), DX_OK);
    assert_int_equal(h.finding.state, DX_FIX_BEGUN);
    fixture_close(&h.f);
}

static void test_a_finding_of_a_rule_that_is_gone_keeps_its_state(void **state)
{
    history h;
    dx_err err = {0};
    (void)state;
    history_begin(&h);
    history_follow(&h, 1);
    h.finding.diagnosis = DX_LIT("t.gone");
    h.finding.state = DX_RESOLVED;
    assert_int_equal(dx_follow_up(h.f.book, h.told, 1, 0, h.f.arena, &h.finding, &err), DX_OK);
    assert_int_equal(h.finding.state, DX_RESOLVED);
    fixture_close(&h.f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_after_it_leaves_a_finding_open),
        cmocka_unit_test(test_a_later_success_resolves),
        cmocka_unit_test(test_a_success_under_another_name_of_the_server_resolves),
        cmocka_unit_test(test_a_success_elsewhere_or_of_another_product_resolves_nothing),
        cmocka_unit_test(test_products_are_compared_without_case),
        cmocka_unit_test(test_a_success_that_shows_the_failure_again_resolves_nothing),
        cmocka_unit_test(test_the_first_step_of_the_fix_begins_it),
        cmocka_unit_test(test_a_mode_before_the_failure_is_no_fix),
        cmocka_unit_test(test_both_steps_without_a_new_run_are_still_only_begun),
        cmocka_unit_test(test_a_run_after_the_begin_without_its_end_is_left_open),
        cmocka_unit_test(test_left_open_wins_over_resolved),
        cmocka_unit_test(test_a_begin_in_the_log_of_the_success_is_left_open_too),
        cmocka_unit_test(test_begin_success_end_is_resolved),
        cmocka_unit_test(test_a_fix_that_did_not_help_says_so),
        cmocka_unit_test(test_events_read_again_are_the_same_events),
        cmocka_unit_test(test_a_finding_of_a_rule_that_is_gone_keeps_its_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
