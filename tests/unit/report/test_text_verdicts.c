/* How a verdict reads that is no finding. */
#include "tests/unit/report/text.h"

static void test_undecided_names_the_causes_and_the_question(void **state)
{
    const dx_rival candidates[2] = {
        {DX_LIT("a"), DX_LIT("execute mode"), DX_LIT("a per-user folder"), 40, DX_NONE},
        {DX_LIT("b"), DX_LIT("a missing proxy DLL"), DX_LIT("a join of a site"), 40, DX_NONE}};
    seed s;
    const dx_event *events[1] = {&s.event[1]};

    (void)state;
    seed_make_undecided(&s, candidates, events);
    char *text = text_of(&s.report, NULL);
    assert_says(text, "????  MAIL01  cannot decide between execute mode and a missing proxy DLL");
    assert_says(text, "\nTo decide: Send the setup log of the whole attempt.");
    assert_says(text, "\nEither: execute mode (40 of 99). To tell: a per-user folder");
    assert_says(text, "\nOr: a missing proxy DLL (40 of 99). To tell: a join of a site");
    assert_says(text, "  [1] Processing file");
    free(text);
}

static void test_a_refused_second_start_is_told_as_such(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_UNDECIDED);
    s.fact[1] = (dx_fact){DX_LIT("refused"), DX_LIT("a second start"), 402, DX_LIT("log")};
    char *text = text_of(&s.report, NULL);
    assert_says(text,
                "WARN  MAIL01  Exchange Server 5.5: a second start, refused beside the one that");
    assert_silent_on(text, "does not say how it ended");
    free(text);
}

static void test_unexplained_failure_shows_its_end_and_decisive_lines(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_FAILED);
    s.verdict.n_unexplained = 1;
    s.of.attempt.code = DX_LIT("0x80070643");
    char *text = text_of(&s.report, NULL);
    assert_says(text, "FAIL  MAIL01  Exchange Server 5.5 SP3 failed, no rule knows why\n");
    assert_says(text, "\nEnd   Setup ended with errors. (code 0x80070643)\n"
                      "      mail01/Exchange Server Setup.log:431\n");
    assert_says(text, "  [1] Error: setup gives up  mail01/Exchange Server Setup.log:430\n");
    assert_says(text, "Next: setupdx code 0x80070643\n");
    free(text);
}

static void test_known_failures_are_shown_before_unknown_errors(void **state)
{
    static dx_event events[20];
    const dx_event *unexplained[20];
    seed s;

    (void)state;
    seed_make_plain(&s, DX_FAILED);
    for (unsigned i = 0; i < 20; i++) {
        events[i] = s.event[2];
        events[i].line = 1000 + i;
        events[i].polarity = i == 19 ? DX_FAILURE : DX_UNKNOWN;
        unexplained[i] = &events[i];
    }
    s.of.n_events = 0;
    s.verdict.unexplained = unexplained;
    s.verdict.n_unexplained = 20;
    char *text = text_of(&s.report, NULL);
    assert_says(text, ":1003\n");
    assert_silent_on(text, ":1004\n");
    assert_says(text, ":1019\n");
    assert_says(text, "15 more lines that look like errors");
    free(text);
}

static void test_code_that_is_no_code_is_not_typed_into_a_command(void **state)
{
    static const char *const codes[] = {"0x1; rm -rf /", "$(reboot)", "-1", "0\x1b[2J", ""};
    seed s;

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        seed_make_plain(&s, DX_FAILED);
        s.of.attempt.code = dx_str_of(codes[i]);
        char *text = text_of(&s.report, NULL);
        assert_says(text, "Next: setupdx scan --format json PATH\n");
        free(text);
    }
}

static void test_later_success_is_told(void **state)
{
    seed s[2];
    dx_report_attempt attempts[2];

    (void)state;
    seed_make_plain(&s[0], DX_FAILED);
    seed_make_plain(&s[1], DX_SUCCEEDED);
    s[1].of.attempt.ordinal = 3;
    char *text = text_of(gather(s, 2, attempts), NULL);
    assert_says(text, "\nState a later attempt succeeded: attempt 3");
    free(text);
}

static void test_harmless_lines_are_told_with_a_success(void **state)
{
    const dx_event *harmless[14] = {0};
    seed s;

    (void)state;
    seed_make_plain(&s, DX_SUCCEEDED);
    s.verdict.harmless = harmless;
    s.verdict.n_harmless = 14;
    char *text = text_of(&s.report, NULL);
    assert_says(text,
                "OK    MAIL01  Exchange Server 5.5 SP3 succeeded, 14 lines look like errors,");
    assert_says(text, " 14\n      explained");
    free(text);
}

static void test_log_that_stops_early_is_no_success(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_CUT_OFF);
    char *text = text_of(&s.report, NULL);
    assert_says(text, "????  MAIL01  Exchange Server 5.5 SP3: the log stops before the end");
    assert_says(text, "No certain failure on 1 server, 1 without a known outcome.");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_undecided_names_the_causes_and_the_question),
        cmocka_unit_test(test_a_refused_second_start_is_told_as_such),
        cmocka_unit_test(test_unexplained_failure_shows_its_end_and_decisive_lines),
        cmocka_unit_test(test_known_failures_are_shown_before_unknown_errors),
        cmocka_unit_test(test_code_that_is_no_code_is_not_typed_into_a_command),
        cmocka_unit_test(test_later_success_is_told),
        cmocka_unit_test(test_harmless_lines_are_told_with_a_success),
        cmocka_unit_test(test_log_that_stops_early_is_no_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
