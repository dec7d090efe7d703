#include "tests/unit/report/fixture.h"

#include <stdio.h>

#include "report/census.h"
#include "report/judge.h"

/* An attempt by its id, with what it comes to. */
typedef struct told {
    dx_case of;
    dx_finding finding;
    dx_verdict verdict;
    dx_report_attempt attempt;
} told;

static void tell(told *t, int64_t id, const char *server, dx_outcome outcome)
{
    *t = (told){.of.attempt = {.id = id, .server = dx_str_of(server), .outcome = outcome}};
    t->attempt = (dx_report_attempt){.of = &t->of, .verdict = &t->verdict};
}

static void find(told *t, dx_state state)
{
    t->finding = (dx_finding){.state = state};
    t->verdict = (dx_verdict){.n_findings = 1, .findings = &t->finding};
}

static int make(void **state)
{
    *state = dx_census_new();
    return *state ? 0 : -1;
}

static int drop(void **state)
{
    dx_census_free(*state);
    return 0;
}

static void test_counts_what_a_report_of_all_counts(void **state)
{
    enum { N = 1000 };
    static told all[N];
    static dx_report_attempt attempts[N];
    size_t succeeded = 0, resolved = 0, findings = 0;
    for (int i = 0; i < N; i++) {
        static const char *const servers[] = {"EX1", "EX2", "EX3", "EX4", "", "SQL1", "SQL2"};
        tell(&all[i], i + 1, servers[i % 7], i % 7 == 3 ? DX_SUCCEEDED : DX_FAILED);
        if (i % 3 == 0 && i % 7 != 3)
            find(&all[i], i % 2 ? DX_OPEN : DX_RESOLVED);
        succeeded += i % 7 == 3;
        findings += i % 3 == 0 && i % 7 != 3;
        resolved += i % 6 == 0 && i % 7 != 3;
        all[i].attempt.seen_before = i % 5 == 0;
        attempts[i] = all[i].attempt;
        assert_true(dx_census_attempt(*state, &attempts[i]));
    }
    const dx_report_source sources[] = {{.lines = 3},
                                        {.skipped = DX_LIT("too large"), .damage = true}};
    for (size_t i = 0; i < 2; i++)
        assert_true(dx_census_source(*state, &sources[i]));
    const dx_report report = {
        .n_attempts = N, .attempts = attempts, .n_sources = 2, .sources = sources};
    const dx_totals want = dx_report_totals(&report), is = dx_census_totals(*state);
    assert_memory_equal(&is, &want, sizeof want);
    assert_int_equal(want.attempts, N);
    assert_int_equal(want.succeeded, succeeded);
    assert_int_equal(want.resolved, resolved);
    assert_int_equal(want.failed, N - succeeded - resolved);
    assert_int_equal(want.findings, findings);
    assert_int_equal(want.read, 1);
    assert_int_equal(want.damaged, 1);
    assert_int_equal(want.servers, 7);
    assert_int_equal(want.failed_servers, 6);
    assert_int_equal(dx_census_new_attempts(*state), N - N / 5);
}

static void test_the_first_unread_sources_are_named(void **state)
{
    char why[20], path[20];
    size_t n;
    for (int i = 0; i < DX_CENSUS_UNREAD + 5; i++) {
        snprintf(why, sizeof why, "why %d", i);
        snprintf(path, sizeof path, "log %d", i);
        const dx_report_source read = {.path = dx_str_of(path), .lines = 1};
        const dx_report_source no_log = {.path = dx_str_of(path), .skipped = dx_str_of("picture")};
        const dx_report_source bad = {.path = dx_str_of(path),
                                      .member = i % 2 ? dx_str_of("in.log") : DX_NONE,
                                      .skipped = dx_str_of(why),
                                      .damage = true,
                                      .lines = (uint32_t)i};
        assert_true(dx_census_source(*state, &read));
        assert_true(dx_census_source(*state, &no_log));
        assert_true(dx_census_source(*state, &bad));
    }
    const dx_report_source *unread = dx_census_unread(*state, &n);
    assert_int_equal(n, DX_CENSUS_UNREAD);
    assert_true(dx_str_eq(unread[3].path, DX_LIT("log 3")));
    assert_true(dx_str_eq(unread[3].member, DX_LIT("in.log")));
    assert_true(dx_str_eq(unread[3].skipped, DX_LIT("why 3")));
    assert_int_equal(unread[3].lines, 3);
    assert_int_equal(unread[2].member.n, 0);
    assert_int_equal(dx_census_totals(*state).damaged, DX_CENSUS_UNREAD + 5);
}

static void test_an_attempt_counts_as_it_was_last(void **state)
{
    told t;
    tell(&t, 7, "EX1", DX_FAILED);
    find(&t, DX_OPEN);
    assert_false(dx_census_knows(*state, 7));
    assert_true(dx_census_attempt(*state, &t.attempt));
    assert_true(dx_census_knows(*state, 7));
    assert_int_equal(dx_census_totals(*state).failed, 1);
    assert_int_equal(dx_census_totals(*state).failed_servers, 1);
    find(&t, DX_RESOLVED);
    t.attempt.seen_before = true;
    assert_true(dx_census_attempt(*state, &t.attempt));
    const dx_totals is = dx_census_totals(*state);
    assert_int_equal(is.attempts, 1);
    assert_int_equal(is.failed, 0);
    assert_int_equal(is.resolved, 1);
    assert_int_equal(is.findings, 1);
    assert_int_equal(is.servers, 1);
    assert_int_equal(is.failed_servers, 0);
    assert_int_equal(dx_census_new_attempts(*state), 1);
}

static void test_attempts_without_an_id_are_all_counted(void **state)
{
    told t;

    tell(&t, 0, "EX1", DX_FAILED);
    for (int i = 0; i < 3; i++) {
        assert_false(dx_census_knows(*state, 0));
        assert_true(dx_census_attempt(*state, &t.attempt));
    }
    assert_int_equal(dx_census_totals(*state).failed, 3);
    assert_int_equal(dx_census_totals(*state).failed_servers, 1);
}

static void test_a_report_with_a_census_tells_its_numbers(void **state)
{
    told t;
    tell(&t, 1, "EX1", DX_SUCCEEDED);
    assert_true(dx_census_attempt(*state, &t.attempt));
    const dx_report report = {.census = *state};
    assert_int_equal(dx_report_totals(&report).succeeded, 1);
    assert_false(dx_report_failed(&report));
    tell(&t, 2, "EX1", DX_FAILED);
    assert_true(dx_census_attempt(*state, &t.attempt));
    assert_true(dx_report_failed(&report));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_counts_what_a_report_of_all_counts),
        TEST(test_the_first_unread_sources_are_named),
        TEST(test_an_attempt_counts_as_it_was_last),
        TEST(test_attempts_without_an_id_are_all_counted),
        TEST(test_a_report_with_a_census_tells_its_numbers),
    };
    return cmocka_run_group_tests_name("report/census", tests, NULL, NULL);
}
