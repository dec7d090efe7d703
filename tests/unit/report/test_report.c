#include "tests/unit/report/fixture.h"

#include "report/judge.h"
#include "report/words.h"

static void test_registry_knows_each_format_of_the_folder(void **state)
{
    const dx_report_format *const *all;

    (void)state;
    assert_int_equal(dx_report_format_all(&all), 9);
    for (size_t i = 0; i < 9; i++) {
        assert_ptr_equal(dx_report_format_get(all[i]->name), all[i]);
        assert_non_null(all[i]->mime);
        assert_non_null(all[i]->help);
    }
    assert_null(dx_report_format_get("xml"));
    assert_null(dx_report_format_get(""));
    assert_null(dx_report_format_get(NULL));
}

static void test_open_finding_is_a_failure_until_it_is_resolved(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    assert_true(dx_report_failed(&s.report));
    s.finding[0].state = DX_FIX_LEFT_OPEN;
    assert_true(dx_report_failed(&s.report));
    s.finding[0].state = DX_RESOLVED;
    assert_false(dx_report_failed(&s.report));
    assert_int_equal(dx_report_totals(&s.report).resolved, 1);
}

static void test_failed_attempt_is_a_failure_without_a_diagnosis(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_FAILED);
    assert_true(dx_report_failed(&s.report));
    assert_int_equal(dx_report_totals(&s.report).failed, 1);
}

static void test_succeeded_attempt_fails_only_on_a_known_failure(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_SUCCEEDED);
    assert_false(dx_report_failed(&s.report));
    s.verdict.n_unexplained = 1;
    s.event[2].polarity = DX_UNKNOWN;
    assert_false(dx_report_failed(&s.report));
    s.event[2].polarity = DX_FAILURE;
    assert_true(dx_report_failed(&s.report));
}

static void test_unknown_error_counts_when_nobody_knows_the_outcome(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_UNDECIDED);
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_SILENT);
    assert_false(dx_report_failed(&s.report));
    s.verdict.n_unexplained = 1;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_UNCLEAR);
    assert_true(dx_report_failed(&s.report));
    s.of.attempt.outcome = DX_CUT_OFF;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_UNCLEAR);
    s.of.attempt.outcome = DX_CANCELLED;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_CANCELLED);
}

static void test_only_what_a_person_stopped_is_cancelled(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    s.verdict.n_unexplained = 0;
    s.of.attempt.outcome = DX_CANCELLED;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_FAILED);
    s.finding[0].cause_class = DX_LIT("user-cancelled");
    s.finding[0].confidence = 66;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_CANCELLED);
    assert_string_equal(dx_finding_word(&s.attempt, &s.finding[0]).word, "WARN");
    assert_false(dx_report_failed(&s.report));
    s.of.attempt.outcome = DX_UNDECIDED;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_FAILED);
    s.finding[0].confidence = 90;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_CANCELLED);
    s.of.attempt.outcome = DX_FAILED;
    assert_int_equal(dx_report_ending(&s.attempt), DX_ENDED_FAILED);
    assert_string_equal(dx_finding_word(&s.attempt, &s.finding[0]).word, "FAIL");
}

static void test_totals_count_servers_once_and_classes_add_up(void **state)
{
    seed s[5];
    dx_report_attempt attempts[5];
    dx_totals t;
    dx_rival candidates[2] = {{.id = DX_LIT("a")}, {.id = DX_LIT("b")}};
    const dx_event *events[1] = {&s[1].event[0]};

    (void)state;
    seed_make(&s[0]);
    seed_make_undecided(&s[1], candidates, events);
    seed_make_plain(&s[2], DX_SUCCEEDED);
    seed_make_plain(&s[3], DX_CUT_OFF);
    seed_make_plain(&s[4], DX_CANCELLED);
    s[2].of.attempt.server = DX_LIT("MAIL02");
    for (size_t i = 0; i < 5; i++)
        attempts[i] = s[i].attempt;
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = 5;
    t = dx_report_totals(&s[0].report);
    assert_int_equal(t.servers, 2);
    assert_int_equal(t.failed_servers, 1);
    assert_int_equal(t.attempts, 5);
    assert_int_equal(t.failed + t.undecided_cause + t.undecided_outcome + t.resolved + t.cancelled +
                         t.succeeded,
                     5);
    assert_int_equal(t.undecided_cause, 1);
    assert_int_equal(t.findings, 1);
    assert_int_equal(t.undecided, 1);
    assert_int_equal(t.unexplained, 1);
}

static void test_summary_names_what_was_not_read(void **state)
{
    seed s;
    dx_report_source sources[3] = {{.path = DX_LIT("a")},
                                   {.path = DX_LIT("b"), .skipped = DX_LIT("no log")},
                                   {.path = DX_LIT("c"), .skipped = DX_LIT("cut"), .damage = true}};
    dx_buf text = {0};

    (void)state;
    seed_make(&s);
    s.report.sources = sources;
    s.report.n_sources = 3;
    s.report.complete = false;
    dx_report_summary(&s.report, &text);
    assert_string_equal(text.p,
                        "1 failed attempt on 1 of 1 server. Read 1 of 3 files (2 skipped; 1 of "
                        "them could not be read). The result is incomplete.");
    dx_buf_done(&text);
}

static void test_empty_report_is_no_failure_and_says_so(void **state)
{
    const dx_report empty = {.complete = true};
    dx_buf text = {0};

    (void)state;
    assert_false(dx_report_failed(&empty));
    dx_report_summary(&empty, &text);
    assert_string_equal(text.p, "No setup attempt was recognised. Read 0 of 0 files.");
    dx_buf_done(&text);
}

static void test_event_is_located_in_the_attempt_it_came_from(void **state)
{
    seed s[2];
    dx_report_attempt attempts[2];
    const dx_event stranger = {0};

    (void)state;
    seed_make(&s[0]);
    seed_make(&s[1]);
    attempts[0] = s[0].attempt;
    attempts[1] = s[1].attempt;
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = 2;
    assert_ptr_equal(dx_report_locate(&s[0].report, &attempts[0], &s[0].event[2]), &s[0].of);
    assert_ptr_equal(dx_report_locate(&s[0].report, &attempts[0], &s[1].event[0]), &s[1].of);
    assert_null(dx_report_locate(&s[0].report, &attempts[0], &stranger));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry_knows_each_format_of_the_folder),
        cmocka_unit_test(test_open_finding_is_a_failure_until_it_is_resolved),
        cmocka_unit_test(test_failed_attempt_is_a_failure_without_a_diagnosis),
        cmocka_unit_test(test_succeeded_attempt_fails_only_on_a_known_failure),
        cmocka_unit_test(test_unknown_error_counts_when_nobody_knows_the_outcome),
        cmocka_unit_test(test_only_what_a_person_stopped_is_cancelled),
        cmocka_unit_test(test_totals_count_servers_once_and_classes_add_up),
        cmocka_unit_test(test_summary_names_what_was_not_read),
        cmocka_unit_test(test_empty_report_is_no_failure_and_says_so),
        cmocka_unit_test(test_event_is_located_in_the_attempt_it_came_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
