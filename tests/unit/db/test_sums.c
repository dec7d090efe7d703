/* The sums are those of the attempts at any moment, whatever happens to these. */
#include "fleet.h"

static void test_sums_follow_attempts_growth_and_verdicts(void **state)
{
    fx *f = *state;
    unsigned seed = 7;
    for (unsigned i = 0; i < 60; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    fleet_assert_sound(f);
    for (unsigned i = 0; i < 60; i += 3)
        fleet_put(f, i, 12 + fleet_roll(&seed, 6));
    fleet_assert_sound(f);
    for (int64_t id = 1; id <= 60; id++)
        fleet_judge(f, id, &seed);
    fleet_assert_sound(f);
    assert_int_equal(fx_ask(fx_db(f), "SELECT attempts FROM tally WHERE kind = 0 AND product = 0"
                                      " AND grain = 0"),
                     fx_count(f, "attempt"));
}

static void test_days_of_any_year_are_counted(void **state)
{
    fx *f = *state;
    fleet_put_far(f);
    fleet_assert_sound(f);
}

static void test_what_is_undone_is_not_counted(void **state)
{
    fx *f = *state;
    unsigned seed = 9;
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fleet_put(f, 1, 5);
    fx_log bad = fx_new(f->arena, "bad.log");
    fx_attempt(&bad, "EX1", "!x");
    fx_attempt(&bad, "EX2", "!y");
    bad.events[1].attempt = 9;
    assert_int_equal(fx_try(f, &bad), DX_FAIL);
    fleet_put(f, 2, 5);
    fleet_judge(f, f->ids[0], &seed);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    fleet_assert_sound(f);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fleet_put(f, 3, 5);
    dx_store_rollback(f->store);
    fleet_assert_sound(f);
    fleet_put(f, 3, 5);
    fleet_assert_sound(f);
    assert_int_equal(fx_count(f, "standing"), 3);
}

/* When the store itself fails in the middle of a log, its group goes, and the next one works. */
static void test_half_a_log_undoes_its_group(void **state)
{
    fx *f = *state;
    fleet_put(f, 1, 5);
    assert_int_equal(sqlite3_exec(fx_db(f),
                                  "CREATE TEMP TRIGGER full BEFORE INSERT ON main.sighting"
                                  " WHEN NEW.records = 7 BEGIN SELECT raise(ABORT, 'full'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fleet_put(f, 2, 5);
    fx_log l = fx_new(f->arena, "full.log");
    fx_attempt(&l, "EX1", "a b c d e f !g");
    assert_int_equal(fx_try(f, &l), DX_FAIL);
    assert_int_equal(fx_try(f, &l), DX_FAIL);
    fx_assert_mentions(&f->err, "had to undo");
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_FAIL);
    assert_int_equal(fx_count(f, "attempt"), 1);
    fleet_assert_sound(f);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fleet_put(f, 2, 5);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    assert_int_equal(fx_count(f, "attempt"), 2);
    fleet_assert_sound(f);
}

static void test_a_wrong_sum_is_found(void **state)
{
    static const char *const wrong[] = {"UPDATE tally SET servers = 9 WHERE grain = 2",
                                        "UPDATE tally_last SET servers = 9 WHERE grain = 3",
                                        "UPDATE tally_release SET last = 9 WHERE grain = 1",
                                        "UPDATE tally_site SET failures = 9 WHERE grain = 0",
                                        "DELETE FROM tally_each WHERE kind = 1",
                                        "DELETE FROM tally_day WHERE product = 0 AND kind = 1",
                                        "DELETE FROM tally_line WHERE product = 0 AND kind = 1",
                                        "UPDATE tally_line SET list = substr(list, 1, 5)",
                                        "UPDATE week_servers SET bits = X'ff'",
                                        "UPDATE week_things SET list = X'000101'"};
    fx *f = *state;
    fleet_put(f, 1, 5);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t faults = 0;
        assert_int_equal(sqlite3_exec(fx_db(f), "SAVEPOINT before", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(fx_db(f), wrong[i], NULL, NULL, NULL), SQLITE_OK);
        assert_true(sqlite3_changes(fx_db(f)) > 0);
        assert_int_equal(dx_store_check(f->store, fleet_print, NULL, &faults, &f->err), DX_OK);
        assert_int_equal(faults, 1);
        assert_int_equal(
            sqlite3_exec(fx_db(f), "ROLLBACK TO before; RELEASE before", NULL, NULL, NULL),
            SQLITE_OK);
    }
}

/* Of signatures, diagnoses and patterns days are shown as they follow from what servers told. */
static void test_sums_of_days_are_shown_of_everything(void **state)
{
    fx *f = *state;
    unsigned seed = 3;
    for (unsigned i = 0; i < 20; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    assert_true(fx_ask(fx_db(f), "SELECT count(*) FROM v_sums WHERE by = 'day'"
                                 " AND what = 'signature'") > 0);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM (SELECT what, id, product, of_product,"
                                      " sum(events) AS e, sum(attempts) AS a, sum(failures) AS f"
                                      " FROM v_sums WHERE by = 'day' GROUP BY 1, 2, 3, 4 EXCEPT"
                                      " SELECT what, id, product, of_product, events, attempts,"
                                      " failures FROM v_sums WHERE by = 'all')"),
                     0);
}

static void test_a_reference_that_leads_nowhere_is_found(void **state)
{
    fx *f = *state;
    fleet_put(f, 1, 5);
    assert_int_equal(sqlite3_exec(fx_db(f), "DELETE FROM evidence WHERE id = 1", NULL, NULL, NULL),
                     SQLITE_OK);
    size_t faults = 0;
    assert_int_equal(dx_store_check(f->store, fleet_print, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 1);
}

/* Other rules see less in a known log: what a verdict said about the rest goes. */
static void test_events_that_go_leave_nothing_behind(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "log");
    fx_attempt(&l, "EX1", "!a !b !c");
    fx_put(f, &l);
    const dx_case c = fx_case(f, f->ids[0]);
    const dx_event *left[] = {&c.events[1], &c.events[2]};
    const dx_evidence proof = {.why = DX_LIT("because"), .points = 50, .event = &c.events[2]};
    const dx_finding found = {.diagnosis = DX_LIT("mail.disk-full"),
                              .cause_class = DX_LIT("disk"),
                              .begun_us = DX_NO_TIME,
                              .key = "aaaa-bbbb",
                              .n_evidence = 1,
                              .evidence = &proof};
    const dx_verdict v = {
        .n_findings = 1, .findings = &found, .n_unexplained = 2, .unexplained = left};
    assert_int_equal(
        dx_store_put_verdict(f->store, f->scan, f->ids[0], DX_LIT("rules-1"), &v, &f->err), DX_OK);
    fx_scan(f, "rules-2");
    l.log.n_events = 2;
    fx_put(f, &l);
    assert_int_equal(fx_count(f, "event"), 2);
    assert_int_equal(fx_count(f, "verdict_event"), 1);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM finding_evidence WHERE event IS NULL"),
                     1);
    fleet_assert_sound(f);
    const dx_verdict nothing = {.n_findings = 0};
    assert_int_equal(
        dx_store_put_verdict(f->store, f->scan, f->ids[0], DX_LIT("rules-2"), &nothing, &f->err),
        DX_OK);
    assert_int_equal(fx_count(f, "finding") + fx_count(f, "finding_evidence"), 0);
    assert_int_equal(fx_count(f, "verdict_event"), 0);
    fleet_assert_sound(f);
}

static void alias(fx *f, const char *name, const char *canonical)
{
    if (dx_store_alias(f->store, dx_str_of(name), dx_str_of(canonical), DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void tag(fx *f, const char *server, const char *site)
{
    const dx_tagging t = {dx_str_of(server), DX_LIT("site"), dx_str_of(site)};
    if (dx_store_tag(f->store, &t, 1, DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void test_sums_follow_aliases_and_tags(void **state)
{
    fx *f = *state;
    unsigned seed = 3;
    tag(f, "EX1", "Berlin");
    for (unsigned i = 0; i < 30; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    tag(f, "EX2", "Paris");
    fleet_assert_sound(f);
    alias(f, "EX2", "EX1");
    fleet_assert_sound(f);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(DISTINCT server) FROM cell_list"), 3);
    for (unsigned i = 30; i < 40; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    tag(f, "EX1", "");
    fleet_assert_sound(f);
    alias(f, "EX2", "");
    tag(f, "EX1", "Rome");
    fleet_assert_sound(f);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(DISTINCT server) FROM cell_list"), 4);
    assert_int_equal(dx_store_alias(f->store, DX_LIT("EX1"), DX_LIT("EX1"), DX_NONE, &f->err),
                     DX_FAIL);
    alias(f, "EX3", "EX1");
    assert_int_equal(dx_store_alias(f->store, DX_LIT("EX1"), DX_LIT("EX2"), DX_NONE, &f->err),
                     DX_FAIL);
    fx_assert_mentions(&f->err, "has aliases itself");
    fleet_assert_sound(f);
}

static void assert_pattern(fx *f, const char *text, const char *want)
{
    dx_buf got = {0};
    (void)f;
    sq_pattern_of(dx_str_of(text), &got);
    fx_assert_str(dx_buf_str(&got), want);
    dx_buf_done(&got);
}

static void test_unknown_errors_of_one_kind_share_a_pattern(void **state)
{
    fx *f = *state;
    assert_pattern(f, "Cannot open C:\\Temp\\a.dll: error 32", "Cannot open <path>: error <n>");
    assert_pattern(f, "Product {6F8A1B2C-0000-1111-2222-333344445555}\n  failed with 0x80070643.",
                   "Product <guid> failed with <hex>.");
    assert_pattern(f, "version 10.0.17763.1 is older", "version <version> is older");
    assert_pattern(f, "host srv0042x said no", "host <name> said no");
    assert_pattern(f, "  ", "");
}

/* The fix cases and keys as they are, against those made anew from all attempts. */
static void assert_followed(fx *f)
{
    static const char cases[] = "SELECT * FROM fix_case";
    static const char keys[] = "SELECT key, attempts, first_us, last_us, last_finding, state, "
                               "server, product, diagnosis, again"
                               " FROM finding_key WHERE attempts > 0";
    sq_store *s = (sq_store *)f->store;
    char sql[700];
    int64_t server = 0;
    snprintf(sql, sizeof sql,
             "CREATE TEMP TABLE cases_were AS %s; CREATE TEMP TABLE keys_were AS %s;"
             " DELETE FROM fix_case; DELETE FROM fix_took",
             cases, keys);
    assert_int_equal(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
    while (sq_value(s, &server, &f->err, "SELECT min(server) FROM standing WHERE server > ?1",
                    SQ_I(server)) == DX_OK)
        assert_int_equal(sq_cases_of(s, server, &f->err), DX_OK);
    assert_int_equal(sq_keys_refresh_all(s, &f->err), DX_OK);
    assert_int_equal(sq_sums_flush(s, &f->err), DX_OK);
    snprintf(sql, sizeof sql,
             "SELECT (SELECT count(*) FROM (SELECT * FROM cases_were EXCEPT %s)) +"
             " (SELECT count(*) FROM (%s EXCEPT SELECT * FROM cases_were)) +"
             " (SELECT count(*) FROM (SELECT * FROM keys_were EXCEPT %s))",
             cases, cases, keys);
    assert_int_equal(fx_ask(s->db, sql), 0);
    assert_int_equal(
        sqlite3_exec(s->db, "DROP TABLE cases_were; DROP TABLE keys_were", NULL, NULL, NULL),
        SQLITE_OK);
}

static void put_grouped(fx *f, unsigned from, unsigned to, unsigned *seed)
{
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    for (unsigned i = from; i < to; i++) {
        fleet_put(f, i, 3 + fleet_roll(seed, 9));
        if (fleet_roll(seed, 3))
            fleet_judge(f, f->ids[0], seed);
    }
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
}

static void test_fix_cases_follow_in_any_order(void **state)
{
    fx *f = *state;
    unsigned seed = 11;
    dx_pruned gone;
    put_grouped(f, 0, 100, &seed);
    assert_followed(f);
    assert_true(fx_count(f, "fix_case") > 20);
    for (unsigned i = 100; i < 120; i++)
        put_grouped(f, i, i + 1, &seed);
    assert_followed(f);
    for (unsigned i = 0; i < 40; i += 3) /* logs that grow, and new verdicts */
        fleet_put(f, i, 12 + fleet_roll(&seed, 6));
    for (int64_t id = 1; id <= 60; id += 2)
        fleet_judge(f, id, &seed);
    assert_followed(f);
    alias(f, "EX2", "EX1");
    assert_followed(f);
    assert_int_equal(dx_store_prune(f->store, 200 * FLEET_DAY, &gone, &f->err), DX_OK);
    assert_true(gone.attempts > 10);
    assert_followed(f);
    alias(f, "EX2", "");
    fleet_assert_sound(f);
    assert_followed(f);
    fleet_assert_sound(f);
    size_t faults = 0;
    assert_int_equal(sqlite3_exec(fx_db(f),
                                  "UPDATE fix_took SET cases = cases + 1 WHERE span > 0;"
                                  "UPDATE inbox_sum SET findings = findings + 1 WHERE class = 4",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(dx_store_check(f->store, fleet_print, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 3);
}

static void test_a_sum_of_fix_cases_that_is_missing_is_found(void **state)
{
    fx *f = *state;
    unsigned seed = 11;
    size_t faults = 0;
    put_grouped(f, 0, 100, &seed);
    fleet_assert_sound(f);
    assert_int_equal(
        sqlite3_exec(fx_db(f), "DELETE FROM fix_took WHERE span < 0", NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(fx_db(f)) > 0);
    assert_int_equal(dx_store_check(f->store, fleet_print, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 1);
}

/* What is counted of a log when it comes is what is counted of it anew. */
static void test_a_new_attempt_counts_as_a_stored_one(void **state)
{
    static const char copy[] = "CREATE TEMP TABLE %s AS SELECT attempt, server, happened_us,"
                               " release.product, version, failed, code, of_product FROM standing"
                               " JOIN release ON release.id = release";
    fx *f = *state;
    sq_store *s = (sq_store *)f->store;
    char sql[300];
    for (unsigned i = 0; i < 60; i++)
        fleet_put(f, i, 8);
    const dx_field fields[] = {{DX_LIT("a"), DX_T_INT, DX_LIT("5"), 5},
                               {DX_LIT("b"), DX_T_CODE, DX_LIT("0"), 0},
                               {DX_LIT("c"), DX_T_HEX32, DX_LIT("0x80070643"), 0x80070643}};
    const char *const codes[] = {"", " 1603 ", "  ",
                                 "a text that is far too long to be a code of an installer"
                                 " that ends"};
    for (unsigned i = 0; i < 8; i++) {
        char path[40], text[40];
        snprintf(path, sizeof path, "coded-%u", i);
        snprintf(text, sizeof text, i % 2 ? "!x%u !y" : "!x%u z", i);
        fx_log l = fx_new(f->arena, path);
        dx_attempt *a = fx_attempt(&l, "EX1", text);
        a->outcome = DX_FAILED;
        a->code = dx_str_of(codes[i / 2]);
        l.events[0].polarity = DX_CONTEXT;
        for (size_t k = 0; k < l.log.n_events; k++) {
            l.events[k].fields = fields;
            l.events[k].n_fields = 3;
        }
        fx_put(f, &l);
    }
    snprintf(sql, sizeof sql, copy, "was");
    assert_int_equal(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sq_count_all(s, &f->err), DX_OK);
    snprintf(sql, sizeof sql, copy, "due");
    assert_int_equal(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        fx_ask(s->db, "SELECT count(*) FROM (SELECT * FROM was EXCEPT SELECT * FROM due)"), 0);
    assert_int_equal(fx_ask(s->db, "SELECT count(DISTINCT code) FROM due WHERE attempt > 60"), 2);
}

/* ---- what it costs ---- */

/* Steps of SQLite's machine since the last time. */
static long long steps(fx *f)
{
    long long sum = 0;
    for (sqlite3_stmt *q = NULL; (q = sqlite3_next_stmt(fx_db(f), q)) != NULL;)
        sum += sqlite3_stmt_status(q, SQLITE_STMTSTATUS_VM_STEP, 1);
    return sum;
}

/* One of three has a product of its own, one fails as others did, one is good. */
static void put_nameless(fx *f, unsigned i)
{
    char text[40], path[40];
    snprintf(text, sizeof text, "w%u !e%u", i, i % 7);
    snprintf(path, sizeof path, "nameless-%u", i);
    fx_log l = fx_new(f->arena, path);
    dx_attempt *a = fx_attempt(&l, "unknown", text);
    const dx_str product = i % 3 ? DX_LIT("Mail") : dx_arena_printf(f->arena, "Product %u", i);
    const dx_fact fact = {DX_LIT("product"), product, 0, DX_LIT("log")};
    a->facts = dx_arena_dup(f->arena, &fact, sizeof fact);
    a->n_facts = 1;
    a->began_us = (int64_t)(i * 7 % 400) * FLEET_DAY + i;
    a->outcome = i % 3 == 1 ? DX_FAILED : i % 3 == 2 ? DX_SUCCEEDED : DX_CUT_OFF;
    fx_put(f, &l);
}

static void judge_nameless(fx *f, int64_t id)
{
    const dx_case c = fx_case(f, id);
    const dx_evidence proof = {.why = DX_LIT("because"), .points = 50, .event = c.events};
    const dx_finding found = {.diagnosis = DX_LIT("mail.disk-full"),
                              .cause_class = DX_LIT("disk"),
                              .begun_us = DX_NO_TIME,
                              .key = "aaaa-bbbb",
                              .n_evidence = 1,
                              .evidence = &proof};
    const dx_verdict v = {.n_findings = c.attempt.outcome == DX_FAILED, .findings = &found};
    if (dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &v, &f->err))
        fail_msg("%s", f->err.text);
}

static long long cost_of_group(fx *f, unsigned from, unsigned n)
{
    dx_history past;
    (void)steps(f);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    for (unsigned i = from; i < from + n; i++) {
        put_nameless(f, i);
        judge_nameless(f, f->ids[0]);
    }
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(
            dx_store_history(f->store, DX_LIT("mail.disk-full"), DX_LIT("unknown"), &past, &f->err),
            DX_OK);
    return steps(f);
}

static void test_a_server_with_many_attempts_costs_no_more(void **state)
{
    fx *f = *state;
    cost_of_group(f, 0, 100); /* the words are new */
    const long long early = cost_of_group(f, 100, 100);
    for (unsigned from = 200; from < 900; from += 100)
        cost_of_group(f, from, 100);
    const long long late = cost_of_group(f, 900, 100);
    assert_true(early > 100000);
    if (late > early + early / 3)
        fail_msg("%lld steps became %lld", early, late);
    fleet_assert_sound(f);
    assert_followed(f);
}

/* One that has very many days is followed by other ways, also when they go again. */
static void test_a_crowd_shrinks_and_grows_again(void **state)
{
    fx *f = *state;
    dx_pruned gone;
    for (unsigned from = 0; from < 600; from += 150)
        cost_of_group(f, from, 150);
    assert_true(fx_count(f, "crowd") > 600);
    for (int64_t days = 100; days <= 500; days += 100) {
        assert_int_equal(dx_store_prune(f->store, days * FLEET_DAY, &gone, &f->err), DX_OK);
        assert_true(gone.attempts > 0 || days == 500);
        fleet_assert_sound(f);
    }
    assert_int_equal(fx_count(f, "attempt"), 0);
    assert_int_equal(fx_count(f, "crowd"), 0);
    assert_int_equal(fx_count(f, "tally") + fx_count(f, "tally_by") + fx_count(f, "cell_list"), 0);
    for (unsigned from = 0; from < 300; from += 100)
        cost_of_group(f, from, 100);
    fleet_assert_sound(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_sums_follow_attempts_growth_and_verdicts),
        fx_test(test_sums_follow_aliases_and_tags),
        fx_test(test_days_of_any_year_are_counted),
        fx_test(test_what_is_undone_is_not_counted),
        fx_test(test_fix_cases_follow_in_any_order),
        fx_test(test_a_sum_of_fix_cases_that_is_missing_is_found),
        fx_test(test_a_server_with_many_attempts_costs_no_more),
        fx_test(test_a_crowd_shrinks_and_grows_again),
        fx_test(test_half_a_log_undoes_its_group),
        fx_test(test_a_new_attempt_counts_as_a_stored_one),
        fx_test(test_a_wrong_sum_is_found),
        fx_test(test_sums_of_days_are_shown_of_everything),
        fx_test(test_a_reference_that_leads_nowhere_is_found),
        fx_test(test_events_that_go_leave_nothing_behind),
        fx_test(test_unknown_errors_of_one_kind_share_a_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
