/* Events are found by what they say, whatever is written, written over, undone or taken away. */
#include "fleet.h"

enum { EVENTS = 3000, TEXTS = 700 };

/* A log with one attempt of very many events. */
static int64_t put_many(fx *f, unsigned shape, unsigned events, unsigned seed)
{
    fx_log l = fx_new(f->arena, dx_arena_printf(f->arena, "log-%u", shape).p);
    dx_buf text = {0};
    for (unsigned i = 0; i < events; i++)
        dx_buf_printf(&text, "%s!e%u", i ? " " : "", i ? fleet_roll(&seed, TEXTS) : 100000 + shape);
    dx_attempt *a = fx_attempt(&l, fleet_servers[shape % 4], text.p);
    a->began_us = (int64_t)shape * FLEET_DAY;
    dx_buf_done(&text);
    fx_put(f, &l);
    return f->ids[0];
}

static void put_fleet(fx *f, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        put_many(f, i, EVENTS, i);
}

static long long runs(const fx *f)
{
    return fx_ask(fx_db(f), "SELECT count(DISTINCT run) FROM evidence_event");
}

static long long waiting(const fx *f)
{
    return fx_ask(fx_db(f), "SELECT count(*) FROM event WHERE id >> 24 >"
                            " (SELECT coalesce(max(run), 0) FROM evidence_event)");
}

/* Of each evidence, against the events themselves. */
static void assert_finds(fx *f)
{
    sqlite3_stmt *q = NULL;
    sq_last *p = NULL;
    int64_t *want = NULL;
    size_t n = 0, m = 0, cap = 0, more = 0;
    fleet_assert_sound(f);
    assert_int_equal(sqlite3_prepare_v2(fx_db(f),
                                        "SELECT evidence.id, max(event.id) >> 24 FROM evidence"
                                        " LEFT JOIN event ON event.evidence = evidence.id"
                                        " GROUP BY evidence.id",
                                        -1, &q, NULL),
                     SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        const sq_last one = {.evidence = sqlite3_column_int64(q, 0), .attempt = -1};
        assert_true(DX_PUSH(f->arena, p, n, cap, one));
        assert_true(DX_PUSH(f->arena, want, m, more, sqlite3_column_int64(q, 1)));
    }
    sqlite3_finalize(q);
    if (sq_last_attempts((sq_store *)f->store, p, n, &f->err))
        fail_msg("%s", f->err.text);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(p[i].attempt, want[i]);
}

static void test_events_wait_until_there_are_enough_for_a_run(void **state)
{
    fx *f = *state;
    put_fleet(f, 0, 10);
    assert_int_equal(runs(f), 0);
    assert_finds(f);
    put_fleet(f, 10, 50);
    assert_int_equal(runs(f), 2);
    assert_in_range(waiting(f), 1, 65535);
    assert_finds(f);
}

/* Where the runs end does not depend on who wrote them. */
static void test_another_program_goes_on_where_one_ended(void **state)
{
    fx *f = *state;
    put_fleet(f, 0, 30);
    const long long last = fx_ask(fx_db(f), "SELECT max(run) FROM evidence_event");
    sq_runs_forget((sq_store *)f->store);
    put_fleet(f, 30, 50);
    assert_int_equal(runs(f), 2);
    assert_true(waiting(f) < 65536);
    assert_int_equal(fx_ask(fx_db(f), "SELECT min(run) FROM evidence_event"), last);
    assert_finds(f);
}

static void test_attempts_that_grow_take_their_place_along(void **state)
{
    fx *f = *state;
    put_fleet(f, 0, 30);
    const long long attempts = fx_count(f, "attempt"), events = fx_count(f, "event");
    put_many(f, 3, EVENTS + 40, 3); /* in a run */
    assert_true(f->seen[0]);
    put_many(f, 29, EVENTS + 40, 29); /* behind it */
    assert_true(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), attempts);
    assert_int_equal(fx_count(f, "event"), events + 80);
    assert_finds(f);
    put_fleet(f, 30, 50);
    assert_int_equal(runs(f), 2);
    assert_finds(f);
}

static void test_other_rules_find_other_events(void **state)
{
    fx *f = *state;
    put_fleet(f, 0, 30);
    const dx_case c = fx_case(f, 2);
    for (int i = 0; i < 2; i++) { /* fewer, and then all again */
        const size_t n = i ? c.n_events : c.n_events / 3;
        assert_int_equal(dx_store_put_events(f->store, &c, c.events, n, &f->err), DX_OK);
        assert_finds(f);
    }
}

static void test_what_is_undone_is_in_no_run(void **state)
{
    fx *f = *state;
    put_fleet(f, 0, 20);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    put_fleet(f, 20, 30);
    put_many(f, 4, EVENTS + 9, 4);
    assert_int_equal(runs(f), 1);
    dx_store_rollback(f->store);
    assert_int_equal(runs(f), 0);
    assert_finds(f);
    put_fleet(f, 20, 30);
    assert_int_equal(runs(f), 1);
    assert_finds(f);
}

/* A change that fails before it wrote anything costs nothing of its group. */
static void test_what_cannot_be_replaced_still_waits(void **state)
{
    fx *f = *state;
    put_fleet(f, 0, 10);
    const dx_case c = fx_case(f, 2);
    dx_event longer = c.events[0];
    longer.text = (dx_str){dx_arena_get(f->arena, 5000), 5000};
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    const int most = sqlite3_limit(fx_db(f), SQLITE_LIMIT_LENGTH, 4000);
    assert_int_equal(dx_store_put_events(f->store, &c, &longer, 1, &f->err), DX_FAIL);
    sqlite3_limit(fx_db(f), SQLITE_LIMIT_LENGTH, most);
    put_fleet(f, 10, 30);
    assert_int_equal(runs(f), 1);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    assert_finds(f);
}

static void prune(fx *f, int64_t before_day)
{
    dx_pruned done;
    if (dx_store_prune(f->store, before_day * FLEET_DAY, &done, &f->err))
        fail_msg("%s", f->err.text);
    assert_true(done.attempts > 0);
}

static void test_pruning_takes_events_out_of_their_runs(void **state)
{
    fx *f = *state;
    put_fleet(f, 0, 50);
    prune(f, 5);
    assert_int_equal(runs(f), 2);
    assert_finds(f);
    prune(f, 30); /* the first run and some of the second */
    assert_int_equal(runs(f), 1);
    assert_finds(f);
    put_fleet(f, 0, 30); /* they come back, under other numbers */
    assert_finds(f);
    prune(f, 50); /* all that is left */
    assert_int_equal(fx_count(f, "evidence_event"), 0);
    assert_int_equal(fx_count(f, "event"), 0);
    put_many(f, 60, 10, 1);
    assert_finds(f);
}

/* When the last attempts go, their numbers are given again. */
static void test_numbers_that_a_run_had_before_are_found_in_it(void **state)
{
    fx *f = *state;
    for (unsigned i = 0; i < 22; i++)
        put_many(f, 100 - i, EVENTS, i); /* the last number is the oldest */
    const long long last = fx_ask(fx_db(f), "SELECT max(run) FROM evidence_event");
    assert_int_equal(last, 22);
    prune(f, 81);
    put_many(f, 200, 50, 7);
    assert_true(f->ids[0] <= last);
    assert_int_equal(waiting(f), 0);
    assert_finds(f);
}

static void test_a_run_that_is_missing_or_wrong_is_told(void **state)
{
    fx *f = *state;
    static const char *const spoil[] = {
        "DELETE FROM evidence_event WHERE event = (SELECT max(event) FROM evidence_event)",
        "INSERT INTO evidence_event SELECT run, evidence, event + (1 << 20) FROM evidence_event"
        " LIMIT 1",
        "UPDATE evidence_event SET evidence = evidence + 1 WHERE event ="
        " (SELECT max(event) FROM evidence_event)"};
    put_fleet(f, 0, 25);
    for (size_t i = 0; i < sizeof spoil / sizeof *spoil; i++) {
        size_t faults = 0;
        assert_int_equal(sqlite3_exec(fx_db(f), "BEGIN", NULL, NULL, NULL), SQLITE_OK);
        if (sqlite3_exec(fx_db(f), spoil[i], NULL, NULL, NULL))
            fail_msg("%s", sqlite3_errmsg(fx_db(f)));
        assert_int_equal(dx_store_check(f->store, fleet_print, NULL, &faults, &f->err), DX_OK);
        assert_int_equal(faults, 1);
        assert_int_equal(sqlite3_exec(fx_db(f), "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    }
    assert_finds(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_events_wait_until_there_are_enough_for_a_run),
        fx_test(test_another_program_goes_on_where_one_ended),
        fx_test(test_attempts_that_grow_take_their_place_along),
        fx_test(test_other_rules_find_other_events),
        fx_test(test_what_is_undone_is_in_no_run),
        fx_test(test_what_cannot_be_replaced_still_waits),
        fx_test(test_pruning_takes_events_out_of_their_runs),
        fx_test(test_numbers_that_a_run_had_before_are_found_in_it),
        fx_test(test_a_run_that_is_missing_or_wrong_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
