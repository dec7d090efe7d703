/* Strangers' text, odd reports and writers that fail. */
#include "tests/unit/report/text.h"

static void test_hostile_text_cannot_act(void **state)
{
    static const char evil[] =
        "\x1b[2J\x1b]0;owned\x07 \xE2\x80\xAE"
        "gnp.exe \xC2\x9B"
        "31m \r\b "
        "\xFF\xFE \xE2\x80\xA8 \xED\xA0\x80 M\xC3\xBCller \xE6\x97\xA5\xE6\x9C\xAC";
    seed s;

    (void)state;
    seed_make(&s);
    const dx_str text = {evil, sizeof evil}; /* with its NUL */
    s.event[0].text = s.event[1].text = s.event[2].text = text;
    s.finding[0].title = s.finding[0].cause = s.finding[0].server = text;
    s.evidence[0].why = s.fix[0].act = s.fix[0].command = s.rival[0].tell = text;
    s.of.path = s.of.member = s.fact[0].value = s.source.path = s.source.skipped = text;
    s.of.attempt.zone = s.absent[0] = s.refs[0] = s.report.ruleset_version = text;
    s.source.damage = true;
    for (unsigned columns = 40; columns < 120; columns += 13) {
        char *ascii = text_of(&s.report, &(dx_style){.columns = columns});
        for (const char *c = ascii; *c; c++)
            assert_true((unsigned char)*c < 0x7F);
        char *unicode = text_of(&s.report, &(dx_style){.columns = columns, .unicode = true});
        assert_silent_on(unicode, "\xE2\x80\xAE");
        assert_says(unicode, "\\x1b[2J");
        free(ascii);
        free(unicode);
    }
}

static void test_a_megabyte_in_one_line_is_cut(void **state)
{
    const size_t n = 1u << 20;
    char *big = malloc(n);
    seed s;

    (void)state;
    assert_non_null(big);
    seed_make(&s);
    static const char *const fillers[] = {"x", "\xCC\x81", "a ", "\\", "\xE6\x97\xA5"};
    for (size_t k = 0; k < sizeof fillers / sizeof fillers[0]; k++) {
        const size_t step = strlen(fillers[k]);
        for (size_t i = 0; i < n; i++)
            big[i] = fillers[k][i % step];
        s.event[0].text = s.finding[0].title = s.finding[0].server = s.of.path =
            (dx_str){big, n - n % step};
        s.source.path = s.source.skipped = s.of.path;
        char *text = text_of(&s.report, &(dx_style){.unicode = true});
        assert_true(strlen(text) < 200000);
        free(text);
    }
    free(big);
}

static void test_absent_strings_and_empty_lists_are_fine(void **state)
{
    const dx_case of = {.attempt = {.began_us = DX_NO_TIME, .ended_us = DX_NO_TIME}};
    const dx_event event = {.time_us = DX_NO_TIME, .text = {NULL, 7}};
    const dx_event *unexplained[1] = {&event};
    const dx_finding finding = {.key = "1234-5678"};
    const dx_undecided undecided = {.key = ""};
    const dx_verdict verdict = {.n_findings = 1,
                                .n_undecided = 1,
                                .n_unexplained = 1,
                                .findings = &finding,
                                .undecided = &undecided,
                                .unexplained = unexplained};
    const dx_report_attempt attempt = {.of = &of, .verdict = &verdict};
    const dx_report r = {.n_attempts = 1, .attempts = &attempt};

    (void)state;
    char *text = text_of(&r, NULL);
    assert_says(text, "FAIL  unknown");
    free(text);
}

static void test_same_report_gives_the_same_bytes(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    char *first = text_of(&s.report, NULL), *second = text_of(&s.report, NULL);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void test_writer_that_fails_stops_each_format_at_once(void **state)
{
    enum { N = 2000 };
    static const char *const formats[] = {"text", "json", "ndjson"};
    dx_report_attempt *attempts = calloc(N, sizeof *attempts);
    seed s;

    (void)state;
    assert_non_null(attempts);
    seed_make(&s);
    for (size_t i = 0; i < N; i++)
        attempts[i] = s.attempt;
    s.report.attempts = attempts;
    s.report.n_attempts = N;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        catcher c = {.fail_at = 2};
        dx_report_attempt few = s.attempt;
        assert_int_equal(write_with(formats[i], &s.report, NULL, &c),
                         strcmp(formats[i], "text") ? DX_FAIL : DX_OK);
        assert_true(c.writes <= 2);
        dx_buf_done(&c.got);
        c = (catcher){.fail_at = 1};
        s.report.attempts = &few;
        s.report.n_attempts = 1;
        assert_int_equal(write_with(formats[i], &s.report, NULL, &c), DX_FAIL);
        assert_int_equal(c.writes, 1);
        dx_buf_done(&c.got);
        s.report.attempts = attempts;
        s.report.n_attempts = N;
    }
    free(attempts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_text_cannot_act),
        cmocka_unit_test(test_a_megabyte_in_one_line_is_cut),
        cmocka_unit_test(test_absent_strings_and_empty_lists_are_fine),
        cmocka_unit_test(test_same_report_gives_the_same_bytes),
        cmocka_unit_test(test_writer_that_fails_stops_each_format_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
