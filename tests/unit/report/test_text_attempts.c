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
    assert_says(text, "OK    MAIL01  Exchange Server 5.5 SP3 succeeded (30 attempts)\n");
    free(text);
    text = text_of(&s.report, &(dx_style){.verbose = 1});
    assert_silent_on(text, "attempts)");
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

static void test_the_same_failure_of_many_servers_is_told_once(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    char *text = text_of_fleet(&f, NULL);
    assert_says(text,
                "\nAlso  on 7 other servers: SRV2 [key 7f3c-19aa], SRV3 [key 7f3c-19aa], SRV4");
    assert_says(text, ", 4 more (-v)\n");
    assert_null(strstr(text, "SRV5"));
    assert_null(strstr(text, "in short"));
    assert_null(strstr(strstr(text, "Do this") + 1, "Do this"));
    free(text);
    text = text_of_fleet(&f, &(dx_style){.verbose = 1});
    assert_says(text, "\n7 more, in short (--format json tells all):\nFAIL  SRV2  ");
    assert_says(text, "SRV8");
    assert_says(text, "[key 7f3c-19aa]  mail01");
    free(text);
}

static void test_a_block_says_when_the_others_name_different_things(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    f.s[6].finding[0].title = DX_LIT("The Internet Mail Service was set up otherwise");
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\nAlso  with other details on 7 other servers: SRV2 ");
    free(text);
}

static void test_failures_that_nobody_explains_are_alike_by_their_code(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    for (unsigned i = 0; i < SERVERS; i++) {
        f.s[i].verdict.n_findings = 0;
        f.s[i].of.attempt.outcome = DX_FAILED;
        f.s[i].of.attempt.code = i < 5 ? DX_LIT("1603") : DX_LIT("1612");
    }
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\nAlso  perhaps for other reasons on 4 other servers: SRV2 ");
    assert_says(text, "\nAlso  perhaps for other reasons on 2 other servers: SRV7 ");
    free(text);
}

static void test_what_is_resolved_is_told_apart_from_what_still_fails(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    f.s[7].finding[0].state = DX_RESOLVED;
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\nAlso  on 6 other servers: ");
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
    assert_says(text, "\nAlso  on 6 other servers: ");
    assert_says(text, ", 3 more (-v); 8 of them in all\n");
    free(text);
}

static void test_what_is_on_most_servers_is_told_first(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    give_causes(&f);
    for (unsigned i = 0; i < 3; i++) {
        f.s[i].finding[0].diagnosis = f.s[i].of.attempt.server;
        f.s[i].finding[0].title = DX_LIT("A failure of one server alone");
    }
    f.s[2].of.attempt.began_us += INT64_C(3600000000);
    char *text = text_of_fleet(&f, NULL);
    assert_int_equal(strncmp(text, "FAIL  SRV4  The Internet Mail", 29), 0);
    assert_says(text, "\nAlso  on 4 other servers: SRV5 ");
    /* Of those on one server each the latest. */
    assert_true(strstr(text, "FAIL  SRV3  ") < strstr(text, "FAIL  SRV1  "));
    free(text);
}

static void test_titles_that_name_different_things_share_their_beginning(void **state)
{
    static const char *const titles[] = {"The package of alpha cannot be read",
                                         "The package of beta cannot be read",
                                         "The package of gamma cannot be read"};
    fleet f;
    (void)state;
    fleet_make(&f);
    for (unsigned i = 0; i < 5; i++)
        f.s[i].finding[0].diagnosis = f.s[i].of.attempt.server;
    for (unsigned i = 0; i < 3; i++) {
        f.s[5 + i].finding[0].title = dx_str_of(titles[i]);
        f.s[5 + i].finding[0].state = DX_FIX_LEFT_OPEN;
    }
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\n3 more, in short (--format json tells all):\n");
    assert_says(text, "\nWARN  3 servers  install mode left on: The package of ...\n"
                      "      SRV6 [key 7f3c-19aa], SRV7 [key 7f3c-19aa], SRV8 [key 7f3c-19aa]\n");
    free(text);
}

enum { CAUSES = 500 };

static void test_a_report_of_500_causes_stays_within_a_few_screens(void **state)
{
    static seed s[CAUSES];
    static dx_report_attempt attempts[CAUSES];
    static char name[CAUSES][16];
    size_t lines = 0;

    (void)state;
    for (unsigned i = 0; i < CAUSES; i++) {
        seed_make(&s[i]);
        (void)snprintf(name[i], sizeof name[i], "cause%u", i);
        s[i].finding[0].diagnosis = s[i].finding[0].cause = dx_str_of(name[i]);
        s[i].of.attempt.server = s[i].finding[0].server = dx_str_of(name[i]);
    }
    dx_report r = *gather(s, CAUSES, attempts);
    r.store = r.db = DX_LIT("site.db");
    char *text = text_of(&r, NULL);
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    assert_in_range(lines, 100, 5 * 37 + 24 * 4 + 20);
    assert_says(text, "\n495 more, in short (--format json tells all, and one:\n"
                      "setupdx explain KEY --db site.db):\n");
    assert_says(text,
                "\n      and 471 more (-v names them; -v -f html -o FILE tells all at length)\n");
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

static void test_the_same_kind_on_one_server_is_told_with_its_keys(void **state)
{
    fleet f;
    (void)state;
    fleet_make(&f);
    give_causes(&f);
    for (unsigned i = 0; i < SERVERS; i++) {
        on_server(&f, i, 0);
        f.s[i].finding[0].key[0] = (char)('a' + i);
        f.s[i].finding[0].cause = dx_str_of(f.server[i]);
    }
    char *text = text_of_fleet(&f, NULL);
    assert_says(text, "\nAlso  7 more of this kind here: [key b");
    assert_says(text, ", 4 more (-v)\n");
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
    assert_says(text, "\n3 more, in short (--format json tells all):\nFAIL  SRV6  ");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_failure_again_is_told_once_for_the_latest),
        cmocka_unit_test(test_what_is_told_in_the_same_words_is_told_once_whatever_its_key),
        cmocka_unit_test(test_failures_come_before_successes),
        cmocka_unit_test(test_many_successes_are_counted),
        cmocka_unit_test(test_the_same_failure_of_many_servers_is_told_once),
        cmocka_unit_test(test_a_block_says_when_the_others_name_different_things),
        cmocka_unit_test(test_failures_that_nobody_explains_are_alike_by_their_code),
        cmocka_unit_test(test_what_is_resolved_is_told_apart_from_what_still_fails),
        cmocka_unit_test(test_a_server_that_fails_for_two_causes_is_counted_once),
        cmocka_unit_test(test_what_is_on_most_servers_is_told_first),
        cmocka_unit_test(test_titles_that_name_different_things_share_their_beginning),
        cmocka_unit_test(test_a_report_of_500_causes_stays_within_a_few_screens),
        cmocka_unit_test(test_causes_of_one_server_are_not_told_as_several_servers),
        cmocka_unit_test(test_the_same_kind_on_one_server_is_told_with_its_keys),
        cmocka_unit_test(test_five_diagnoses_are_told_at_length_and_three_in_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
