#include "fixture.h"

typedef struct made {
    dx_evidence evidence[2];
    dx_finding finding;
    dx_verdict verdict;
} made;

static const dx_fix_step fix[] = {
    {DX_LIT("Switch to \"install\" mode"), DX_LIT("change user /install"), DX_NONE, DX_NONE}};
static const dx_rival rivals[] = {{DX_LIT("b"), DX_LIT("B"), DX_LIT("look"), 10, DX_NONE}};
static const dx_str words[] = {DX_LIT("KB Q263072")};

static void make(made *m, const dx_case *c, const char *key, dx_state state)
{
    *m = (made){.finding = {.diagnosis = DX_LIT("test.diagnosis"),
                            .title = DX_LIT("It failed\x01"),
                            .cause_class = DX_LIT("environment"),
                            .confidence = 93,
                            .state = state,
                            .state_why = DX_LIT("because"),
                            .n_fix = 1,
                            .fix = fix,
                            .n_refs = 1,
                            .refs = words,
                            .n_rivals = 1,
                            .rivals = rivals,
                            .n_absent = 1,
                            .absent = words}};
    m->evidence[0] = (dx_evidence){DX_LIT("reg"), DX_LIT("it says so"), 50, &c->events[0]};
    m->evidence[1] = (dx_evidence){DX_NONE, DX_LIT("nothing denies it"), -3, NULL};
    memcpy(m->finding.key, key, 10);
    m->finding.evidence = m->evidence;
    m->finding.n_evidence = 2;
    m->verdict = (dx_verdict){.findings = &m->finding, .n_findings = 1};
}

static void judge(fx *f, int64_t attempt, const char *key, dx_state state)
{
    made m;
    const dx_case c = fx_case(f, attempt);
    make(&m, &c, key, state);
    assert_int_equal(
        dx_store_put_verdict(f->store, f->scan, attempt, DX_LIT("rules-1"), &m.verdict, &f->err),
        DX_OK);
}

static int64_t put_at(fx *f, const char *server, const char *text, int64_t began_us)
{
    fx_log l = fx_new(f->arena, text);
    fx_attempt(&l, server, text)->began_us = began_us;
    fx_put(f, &l);
    return f->ids[0];
}

static dx_history ask(fx *f, const char *diagnosis, const char *server)
{
    dx_history h;
    assert_int_equal(
        dx_store_history(f->store, dx_str_of(diagnosis), dx_str_of(server), &h, &f->err), DX_OK);
    return h;
}

static void test_finding_is_kept_with_its_ledger(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    judge(f, id, "7f3c-19aa", DX_OPEN);
    sqlite3 *db = fx_db(f);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM finding_list WHERE key = '7f3c-19aa' AND"
                                " diagnosis = 'test.diagnosis' AND cause_class = 'environment'"
                                " AND confidence = 93 AND server = 'EX1'"
                                " AND title = 'It failed' || char(1)"),
                     1);
    assert_int_equal(fx_ask(db, "SELECT sum(points) FROM finding_evidence"), 47);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM finding_evidence WHERE event IS NULL"), 1);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM wording WHERE"
                                " json_extract(body, '$.fix[0].act') ="
                                " 'Switch to \"install\" mode'"
                                " AND json_extract(body, '$.refs[0]') = 'KB Q263072'"),
                     1);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM finding WHERE"
                                " json_extract(detail, '$.rivals[0].confidence') = 10"
                                " AND json_extract(detail, '$.absent[0]') = 'KB Q263072'"),
                     1);
}

static void test_new_verdict_replaces_the_old_one(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    for (int i = 0; i < 3; i++)
        judge(f, id, "7f3c-19aa", DX_OPEN);
    assert_int_equal(fx_count(f, "finding"), 1);
    assert_int_equal(fx_count(f, "finding_evidence"), 2);
    assert_int_equal(fx_count(f, "wording"), 1);
    const dx_verdict none = {.n_findings = 0};
    assert_int_equal(dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &none, &f->err),
                     DX_OK);
    assert_int_equal(fx_count(f, "finding"), 0);
    assert_int_equal(fx_count(f, "finding_evidence"), 0);
    assert_int_equal(fx_count(f, "verdict"), 1);
}

/* Of the first verdict nothing follows, but of one that takes back what another said. */
static void test_a_verdict_that_says_nothing_may_come_first_and_last(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    const dx_verdict none = {.n_findings = 0};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &none, &f->err), DX_OK);
        assert_int_equal(fx_count(f, "verdict"), 1);
        assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM standing"
                                          " WHERE diagnosis IS NOT NULL"),
                         0);
        judge(f, id, "7f3c-19aa", DX_OPEN);
        assert_int_equal(fx_count(f, "verdict"), 1);
        assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM standing JOIN finding"
                                          " ON finding.attempt = standing.attempt"
                                          " AND finding.diagnosis = standing.diagnosis"
                                          " AND finding.cause_class = standing.cause"),
                         1);
    }
}

static void test_key_keeps_its_first_seen_date(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    judge(f, id, "7f3c-19aa", DX_OPEN);
    const dx_verdict none = {.n_findings = 0};
    assert_int_equal(dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &none, &f->err),
                     DX_OK);
    ((sq_store *)f->store)->now_us = FX_NOW + 5;
    judge(f, id, "7f3c-19aa", DX_OPEN);
    judge(f, fx_put_text(f, "b.log", "!other"), "0000-0001", DX_OPEN);
    assert_int_equal(fx_ask(fx_db(f), "SELECT first_seen_us FROM finding_list"
                                      " WHERE key = '7f3c-19aa'"),
                     FX_NOW);
    assert_int_equal(fx_ask(fx_db(f), "SELECT first_seen_us FROM finding_list"
                                      " WHERE key = '0000-0001'"),
                     FX_NOW + 5);
}

static void test_undecided_unexplained_and_harmless_events_are_kept(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "!one !two !three");
    const dx_case c = fx_case(f, id);
    const dx_event *const events[] = {&c.events[0], &c.events[1], &c.events[2]};
    const dx_undecided undecided = {.key = "1111-2222",
                                    .n_events = 2,
                                    .events = events,
                                    .n_candidates = 1,
                                    .candidates = rivals,
                                    .question = DX_LIT("which?")};
    const dx_verdict v = {.n_undecided = 1,
                          .undecided = &undecided,
                          .n_unexplained = 1,
                          .unexplained = events + 2,
                          .n_harmless = 1,
                          .harmless = events + 1};
    assert_int_equal(dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &v, &f->err),
                     DX_OK);
    sqlite3 *db = fx_db(f);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM undecided JOIN term ON term.id = question"
                                " WHERE key = '1111-2222' AND text = 'which?'"
                                " AND json_extract(candidates, '$[0].tell') = 'look'"),
                     1);
    assert_int_equal(fx_ask(db, "SELECT sum(kind = 0) * 100 + sum(kind = 1) * 10 + sum(kind = 2)"
                                " FROM verdict_event"),
                     211);
    assert_int_equal(fx_count(f, "verdict_event"), 4);
}

static void test_evidence_that_was_never_stored_is_refused(void **state)
{
    fx *f = *state;
    made m;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    const dx_event stray = {.id = 0};
    const dx_case c = fx_case(f, id);
    judge(f, id, "7f3c-19aa", DX_OPEN);
    make(&m, &c, "0000-0001", DX_OPEN);
    m.evidence[0].event = &stray;
    assert_int_equal(
        dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &m.verdict, &f->err),
        DX_FAIL);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM finding WHERE key = '7f3c-19aa'"), 1);
}

static void test_verdict_on_an_unknown_attempt_is_refused(void **state)
{
    fx *f = *state;
    const dx_verdict none = {.n_findings = 0};
    assert_int_equal(dx_store_put_verdict(f->store, f->scan, 99, DX_LIT("rules-1"), &none, &f->err),
                     DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_STORE);
}

static void test_state_of_a_finding_may_change(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    judge(f, id, "7f3c-19aa", DX_OPEN);
    dx_finding now = {.key = "7f3c-19aa",
                      .state = DX_RESOLVED,
                      .state_why = DX_LIT("it went well later"),
                      .begun_us = DX_NO_TIME};
    assert_int_equal(dx_store_set_state(f->store, id, &now, &f->err), DX_OK);
    assert_int_equal(fx_ask(fx_db(f), "SELECT state FROM finding"), DX_RESOLVED);
    assert_int_equal(fx_ask(fx_db(f), "SELECT state_why = 'it went well later' FROM finding"), 1);
    now.state_why = DX_LIT("EX1: it went well later");
    assert_int_equal(dx_store_set_state(f->store, id, &now, &f->err), DX_OK);
    assert_int_equal(fx_ask(fx_db(f), "SELECT state_why LIKE 'EX1%' FROM finding"), 1);
    memcpy(now.key, "none", sizeof "none");
    assert_int_equal(dx_store_set_state(f->store, id, &now, &f->err), DX_FAIL);
    fx_assert_mentions(&f->err, "no finding 'none'");
}

static void test_findings_survive_the_growth_of_their_attempt(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    judge(f, id, "7f3c-19aa", DX_OPEN);
    fx_put_text(f, "a.log", "start !one end !two");
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM finding_evidence AS f JOIN event"
                                      " ON event.id = f.event JOIN evidence AS v"
                                      " ON v.id = event.evidence WHERE v.text = '!one'"),
                     1);
}

static void judge_cancelled(fx *f, int64_t attempt, int confidence)
{
    made m;
    const dx_case c = fx_case(f, attempt);
    make(&m, &c, "7f3c-19aa", DX_OPEN);
    m.finding.cause_class = DX_LIT("user-cancelled");
    m.finding.confidence = confidence;
    assert_int_equal(
        dx_store_put_verdict(f->store, f->scan, attempt, DX_LIT("rules-1"), &m.verdict, &f->err),
        DX_OK);
}

static dx_rc tell_fault(void *ctx, dx_str line, dx_err *err)
{
    (void)ctx;
    (void)err;
    fail_msg("%.*s", DX_FMT(line));
    return DX_OK;
}

static void assert_failed(fx *f, int failed)
{
    size_t faults;
    assert_int_equal(fx_ask(fx_db(f), "SELECT failed FROM standing"), failed);
    assert_int_equal(dx_store_check(f->store, tell_fault, NULL, &faults, &f->err), DX_OK);
}

static void test_a_cancellation_is_a_failure_only_while_it_is_not_certain(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one");
    judge(f, id, "7f3c-19aa", DX_OPEN);
    assert_failed(f, 1);
    judge_cancelled(f, id, 93);
    assert_failed(f, 0);
    judge_cancelled(f, id, 84);
    assert_failed(f, 1);
    judge_cancelled(f, id, 85);
    assert_int_equal(fx_put_text(f, "a.log", "start !one and two"), id);
    assert_failed(f, 0);
}

static void test_history_counts_servers_and_attempts(void **state)
{
    fx *f = *state;
    judge(f, put_at(f, "EX1", "!a", 100), "0000-0001", DX_RESOLVED);
    judge(f, put_at(f, "EX1", "!b", 300), "0000-0002", DX_OPEN);
    judge(f, put_at(f, "EX2", "!c", 200), "0000-0003", DX_RESOLVED);
    judge(f, put_at(f, "EX2", "!d", 150), "0000-0004", DX_OPEN);
    judge(f, put_at(f, "EX3", "!e", DX_NO_TIME), "0000-0005", DX_OPEN);
    put_at(f, "EX4", "!f", 50);
    const dx_history h = ask(f, "test.diagnosis", "EX1");
    assert_int_equal(h.servers, 3);
    assert_int_equal(h.attempts, 5);
    assert_int_equal(h.resolved, 1);
    assert_int_equal(h.same_server, 2);
    assert_int_equal(h.first_us, 100);
    assert_int_equal(h.last_us, FX_NOW);
}

static void test_history_of_the_unknown_is_empty(void **state)
{
    fx *f = *state;
    const dx_history h = ask(f, "never heard of", "EX1");
    assert_int_equal(h.servers, 0);
    assert_int_equal(h.attempts, 0);
    assert_int_equal(h.resolved, 0);
    assert_int_equal(h.same_server, 0);
    assert_int_equal(h.first_us, DX_NO_TIME);
    assert_int_equal(h.last_us, DX_NO_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_finding_is_kept_with_its_ledger),
        fx_test(test_new_verdict_replaces_the_old_one),
        fx_test(test_a_verdict_that_says_nothing_may_come_first_and_last),
        fx_test(test_key_keeps_its_first_seen_date),
        fx_test(test_undecided_unexplained_and_harmless_events_are_kept),
        fx_test(test_evidence_that_was_never_stored_is_refused),
        fx_test(test_verdict_on_an_unknown_attempt_is_refused),
        fx_test(test_state_of_a_finding_may_change),
        fx_test(test_findings_survive_the_growth_of_their_attempt),
        fx_test(test_a_cancellation_is_a_failure_only_while_it_is_not_certain),
        fx_test(test_history_counts_servers_and_attempts),
        fx_test(test_history_of_the_unknown_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
