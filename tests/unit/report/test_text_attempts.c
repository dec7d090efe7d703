/* How several attempts are told together. */
#include "tests/unit/report/text.h"

static void test_same_failure_again_is_told_once_for_the_latest(void **state)
{
    seed s[3];
    dx_report_attempt attempts[3];

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        seed_make(&s[i]);
        s[i].of.attempt.ordinal = i + 1;
        s[i].of.attempt.first_line = 100 * i + 1;
        s[i].of.attempt.last_line = 100 * i + 90;
        s[i].of.attempt.began_us += i * INT64_C(3600000000);
    }
    char *text = text_of(gather(s, 3, attempts), NULL);
    assert_says(text, "Signs in attempt 3 of");
    assert_says(text,
                "Again in 3 attempts, the first of 2000-06-14 09:12 UTC, the last of 2000-06-14\n"
                "      11:12 UTC");
    assert_says(text, "Also  in attempt 2 (line 412), attempt 1 (line 412)");
    assert_null(strstr(strstr(text, "FAIL") + 1, "FAIL"));
    assert_says(text, "3 failed attempts on 1 of 1 server.");
    free(text);
}

static void test_what_is_told_in_the_same_words_is_told_once_whatever_its_key(void **state)
{
    seed s[3];
    dx_report_attempt attempts[3];

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        seed_make(&s[i]);
        s[i].of.attempt.ordinal = i + 1;
        s[i].of.attempt.began_us += i * INT64_C(3600000000);
        s[i].finding[0].key[0] = (char)('a' + i);
    }
    s[2].finding[0].cause = DX_LIT("Something else.");
    char *text = text_of(gather(s, 3, attempts), NULL);
    assert_says(text, "Again in 2 attempts");
    assert_says(text, "Also  in attempt 1 (line 412)");
    assert_says(text, "[key cf3c-19aa]");
    assert_says(text, "[key bf3c-19aa]");
    assert_null(strstr(text, "[key af3c-19aa]"));
    free(text);
}

static void test_failures_come_before_successes(void **state)
{
    seed s[2];
    dx_report_attempt attempts[2];

    (void)state;
    seed_make_plain(&s[0], DX_SUCCEEDED);
    seed_make(&s[1]);
    char *text = text_of(gather(s, 2, attempts), NULL);
    assert_int_equal(strncmp(text, "FAIL", 4), 0);
    assert_says(text, "\nOK    MAIL01  Exchange Server 5.5 SP3 succeeded");
    free(text);
}

static void test_many_successes_are_counted(void **state)
{
    enum { N = 30 };
    seed s;
    dx_report_attempt attempts[N];

    (void)state;
    seed_make_plain(&s, DX_SUCCEEDED);
    for (size_t i = 0; i < N; i++)
        attempts[i] = s.attempt;
    s.report.attempts = attempts;
    s.report.n_attempts = N;
    char *text = text_of(&s.report, NULL);
    assert_says(text, "      and 10 more: succeeded\n");
    free(text);
    text = text_of(&s.report, &(dx_style){.verbose = 1});
    assert_silent_on(text, "more: succeeded");
    free(text);
}

/* ---- more failures than are told at length ---- */

/* One failure on each of eight servers. */
enum { SERVERS = 8 };
typedef struct fleet {
    char server[SERVERS][16];
    seed s[SERVERS];
    dx_report_attempt attempts[SERVERS];
} fleet;

static void on_server(fleet *f, unsigned i, unsigned server)
{
    f->s[i].of.attempt.server = f->s[i].finding[0].server = dx_str_of(f->server[server]);
}

static void fleet_make(fleet *f)
{
    for (unsigned i = 0; i < SERVERS; i++) {
        seed_make(&f->s[i]);
        (void)snprintf(f->server[i], sizeof f->server[i], "SRV%u", i + 1);
        on_server(f, i, i);
    }
}

static char *text_of_fleet(fleet *f, const dx_style *style)
{
    return text_of(gather(f->s, SERVERS, f->attempts), style);
}

/* The last three fail for causes, and with keys, of their own. */
static void give_causes(fleet *f)
{
    for (unsigned i = 5; i < SERVERS; i++) {
        (void)snprintf(f->s[i].finding[0].key, sizeof f->s[i].finding[0].key, "7f3c-19a%u", i);
        f->s[i].finding[0].cause = dx_str_of(f->server[i]);
    }
}

static void test_more_than_five_failures_are_told_in_short(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\n7 more, in short (setupdx explain KEY tells one; --format json all):\n"
                      "FAIL  7 servers  The Internet Mail Service was set up ");
    assert_says(text,
                "\n      SRV2 [key 7f3c-19aa], SRV3 [key 7f3c-19aa], SRV4 [key 7f3c-19aa], 4");
    assert_null(strstr(text, "SRV5"));
    assert_null(strstr(strstr(text, "Do this") + 1, "Do this"));
    free(text);
    text = text_of_fleet(&f, &(dx_style){.verbose = 1});
    assert_says(
        text,
        "\n7 more, in short (setupdx explain KEY tells one; --format json all):\nFAIL  SRV2  ");
    assert_says(text, "SRV8");
    assert_says(text, "[key 7f3c-19aa]  mail01");
    free(text);
}

static void test_what_is_resolved_is_told_apart_from_what_still_fails(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    f.s[7].finding[0].state = DX_RESOLVED;
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\nFAIL  6 servers  ");
    assert_says(text, "\nOK    SRV8  resolved: ");
    free(text);
}

static void test_a_server_that_fails_for_two_causes_is_counted_once(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    on_server(&f, 7, 6);
    memcpy(f.s[7].finding[0].key, "7f3c-19ab", 10);
    f.s[7].finding[0].cause = DX_LIT("Another file is missing.");
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\nFAIL  6 servers  ");
    assert_says(text, "SRV4 [key 7f3c-19aa], 3");
    free(text);
}

static void test_causes_of_one_server_are_not_told_as_several_servers(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    give_causes(&f);
    for (unsigned i = 5; i < SERVERS; i++)
        on_server(&f, i, 6);
    for (unsigned i = 1; i < 4; i++)
        f.s[i].finding[0].diagnosis = f.s[i].of.attempt.server;
    char *text = text_of_fleet(&f, NULL);
    assert_silent_on(text, " servers  ");
    free(text);
}

static void test_five_diagnoses_are_told_at_length_and_three_in_short(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    give_causes(&f);
    for (unsigned i = 0; i < SERVERS; i++)
        f.s[i].finding[0].diagnosis = f.s[i].of.attempt.server;
    char *text = text_of_fleet(&f, NULL);
    assert_says(
        text,
        "\n3 more, in short (setupdx explain KEY tells one; --format json all):\nFAIL  SRV6  ");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_failure_again_is_told_once_for_the_latest),
        cmocka_unit_test(test_what_is_told_in_the_same_words_is_told_once_whatever_its_key),
        cmocka_unit_test(test_failures_come_before_successes),
        cmocka_unit_test(test_many_successes_are_counted),
        cmocka_unit_test(test_more_than_five_failures_are_told_in_short),
        cmocka_unit_test(test_what_is_resolved_is_told_apart_from_what_still_fails),
        cmocka_unit_test(test_a_server_that_fails_for_two_causes_is_counted_once),
        cmocka_unit_test(test_causes_of_one_server_are_not_told_as_several_servers),
        cmocka_unit_test(test_five_diagnoses_are_told_at_length_and_three_in_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
