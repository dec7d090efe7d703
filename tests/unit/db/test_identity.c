#include "fixture.h"

static void test_rescan_adds_nothing(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one copy !two end");
    assert_false(f->seen[0]);
    fx_scan(f, "rules-1");
    assert_int_equal(fx_put_text(f, "a.log", "start !one copy !two end"), id);
    assert_true(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), 1);
    assert_int_equal(fx_count(f, "event"), 2);
    assert_int_equal(fx_count(f, "evidence"), 2);
    assert_int_equal(fx_count(f, "source"), 1);
    assert_int_equal(fx_count(f, "sighting"), 1);
}

static void test_same_content_under_another_name_and_encoding_is_the_same_attempt(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    fx_log copy = fx_new(f->arena, "logs.zip");
    copy.log.member = DX_LIT("old/a.log");
    copy.log.encoding = DX_LIT("utf-16le");
    copy.line = 40;
    copy.seq = 40;
    fx_attempt(&copy, "EX1", "start !one end");
    fx_put(f, &copy);
    assert_int_equal(f->ids[0], id);
    assert_true(f->seen[0]);
    assert_int_equal(fx_count(f, "event"), 1);
    assert_int_equal(fx_count(f, "sighting"), 2);
}

static void test_same_content_on_another_server_is_another_attempt(void **state)
{
    fx *f = *state;
    fx_put_text(f, "a.log", "start !one end");
    fx_log l = fx_new(f->arena, "b.log");
    fx_attempt(&l, "EX2", "start !one end");
    fx_put(f, &l);
    assert_false(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), 2);
    assert_int_equal(fx_count(f, "evidence"), 1);
}

static void test_same_content_in_another_format_is_another_attempt(void **state)
{
    fx *f = *state;
    fx_put_text(f, "a.log", "start !one end");
    fx_log l = fx_new(f->arena, "a.log");
    l.format = "other";
    fx_attempt(&l, "EX1", "start !one end");
    fx_put(f, &l);
    assert_false(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), 2);
}

static void test_grown_log_adds_its_tail_and_keeps_ids(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one copy");
    const int64_t event = fx_case(f, id).events[0].id;
    assert_int_equal(fx_put_text(f, "a.log", "start !one copy !two end"), id);
    assert_true(f->seen[0]);
    const dx_case c = fx_case(f, id);
    assert_int_equal(c.n_events, 2);
    assert_int_equal(c.events[0].id, event);
    fx_assert_str(c.events[1].text, "!two");
    assert_int_equal(c.attempt.trail.records, 5);
    assert_int_equal(fx_count(f, "attempt"), 1);
    assert_int_equal(fx_count(f, "event"), 2);
}

static void test_growth_is_seen_at_every_length(void **state)
{
    fx *f = *state;
    char text[600] = "w0";
    const int64_t id = fx_put_text(f, "0.log", text);
    for (int i = 1; i < 100; i++) {
        char word[8], path[16];
        snprintf(word, sizeof word, i % 7 ? " w%d" : " !%d", i);
        strcat(text, word);
        snprintf(path, sizeof path, "%d.log", i);
        assert_int_equal(fx_put_text(f, path, text), id);
    }
    assert_int_equal(fx_count(f, "attempt"), 1);
    assert_int_equal(fx_count(f, "event"), 14);
}

static void test_every_older_copy_adds_nothing(void **state)
{
    fx *f = *state;
    char text[600] = "";
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), i % 7 ? "%sw%d" : "%s!%d",
                 i ? " " : "", i);
    const int64_t id = fx_put_text(f, "a.log", text);
    for (char *end = strrchr(text, ' '); end; end = strrchr(text, ' ')) {
        *end = '\0';
        assert_int_equal(fx_put_text(f, "old.log", text), id);
        assert_true(f->seen[0]);
    }
    assert_int_equal(fx_count(f, "attempt"), 1);
    assert_int_equal(fx_case(f, id).n_events, 15);
}

static void test_lines_come_from_a_copy_that_has_them_all(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one copy !two end");
    fx_scan(f, "rules-1");
    assert_int_equal(fx_put_text(f, "old.log", "start !one"), id);
    const dx_case c = fx_case(f, id);
    fx_assert_str(c.path, "a.log");
    assert_int_equal(c.events[1].line, 4);
}

static void test_another_ending_is_another_attempt(void **state)
{
    fx *f = *state;
    fx_put_text(f, "a.log", "start copy !one");
    fx_put_text(f, "a.log", "start copy !two end");
    assert_false(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), 2);
    assert_int_equal(fx_count(f, "event"), 2);
}

static void test_shorter_attempt_with_an_event_of_its_own_is_no_older_copy(void **state)
{
    fx *f = *state;
    fx_put_text(f, "a.log", "a b c d e f g");
    fx_put_text(f, "b.log", "a b c d e !own");
    assert_false(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), 2);
}

static void test_complete_shorter_attempt_is_no_older_copy(void **state)
{
    fx *f = *state;
    fx_put_text(f, "a.log", "a b c d e f g");
    fx_log l = fx_new(f->arena, "b.log");
    l.closed = true;
    fx_attempt(&l, "EX1", "a b c d e other");
    fx_put(f, &l);
    assert_false(f->seen[0]);
}

static void test_identical_attempts_of_one_log_are_two(void **state)
{
    fx *f = *state;
    for (int round = 0; round < 2; round++) {
        fx_log l = fx_new(f->arena, "a.log");
        fx_attempt(&l, "EX1", "start !one end");
        fx_attempt(&l, "EX1", "start !one end");
        fx_put(f, &l);
        assert_int_not_equal(f->ids[0], f->ids[1]);
        assert_int_equal(f->seen[0], round);
        assert_int_equal(f->seen[1], round);
        assert_int_equal(fx_count(f, "attempt"), 2);
        assert_int_equal(fx_count(f, "event"), 2);
        assert_int_equal(fx_case(f, f->ids[1]).events[0].line, 5);
    }
}

static void test_attempts_of_one_log_are_never_merged_with_each_other(void **state)
{
    fx *f = *state;
    int64_t first[3];
    for (int round = 0; round < 2; round++) {
        fx_log l = fx_new(f->arena, "a.log");
        fx_attempt(&l, "EX1", "start copy");
        fx_attempt(&l, "EX1", "start copy !one end");
        fx_attempt(&l, "EX1", "start copy !one");
        fx_put(f, &l);
        if (!round)
            memcpy(first, f->ids, sizeof first);
        assert_memory_equal(first, f->ids, sizeof first);
        assert_int_equal(fx_count(f, "attempt"), 3);
    }
}

static void test_last_of_identical_attempts_may_grow(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "a.log");
    fx_attempt(&l, "EX1", "start !one end");
    fx_attempt(&l, "EX1", "start !one");
    fx_put(f, &l);
    const int64_t second = f->ids[1];
    fx_log more = fx_new(f->arena, "a.log");
    fx_attempt(&more, "EX1", "start !one end");
    fx_attempt(&more, "EX1", "start !one end");
    fx_put(f, &more);
    assert_int_equal(f->ids[1], second);
    assert_int_equal(fx_count(f, "attempt"), 2);
    assert_int_equal(fx_ask(fx_db(f), "SELECT max(occurrence) FROM attempt"), 1);
}

static int64_t put_dated(fx *f, const char *text)
{
    fx_log l = fx_new(f->arena, "a.log");
    l.dated = true;
    fx_attempt(&l, "EX1", text);
    fx_put(f, &l);
    return f->ids[0];
}

static void test_last_record_may_have_been_read_half_written(void **state)
{
    fx *f = *state;
    const int64_t id = put_dated(f, "start copy !one !tw");
    assert_int_equal(put_dated(f, "start copy !one !two"), id);
    assert_int_equal(put_dated(f, "start copy !one !two end"), id);
    assert_int_equal(put_dated(f, "start copy !one !t"), id);
    const dx_case c = fx_case(f, id);
    assert_int_equal(c.n_events, 2);
    fx_assert_str(c.events[1].text, "!two");
}

static void test_half_written_first_record_grows_under_the_same_name(void **state)
{
    fx *f = *state;
    const int64_t id = put_dated(f, "!sta");
    assert_int_equal(put_dated(f, "!start copy end"), id);
    assert_int_equal(fx_count(f, "event"), 1);
}

static char *long_text(dx_arena *arena, int records)
{
    char *text = dx_arena_get(arena, (size_t)records * 8 + 1), *p = text;
    assert_non_null(text);
    for (int i = 0; i < records; i++)
        p += sprintf(p, i % 1000 == 999 ? "%s!%d" : "%sw%d", i ? " " : "", i);
    return text;
}

static void test_long_logs_grow_although_their_fingerprints_thin_out(void **state)
{
    fx *f = *state;
    static const int records[] = {3, 1003, 4095, 4097, 9999, 10001, 70001};
    const int64_t id = fx_put_text(f, "a.log", long_text(f->arena, 2));
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        assert_int_equal(fx_put_text(f, "b.log", long_text(f->arena, records[i])), id);
    assert_int_equal(fx_count(f, "event"), 70);
    for (size_t i = 1; i < sizeof records / sizeof *records; i++)
        assert_int_equal(fx_put_text(f, "c.log", long_text(f->arena, records[i])), id);
    assert_int_equal(fx_count(f, "attempt"), 1);
}

static void test_other_rules_read_the_known_attempt_anew(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    fx_log l = fx_new(f->arena, "a.log");
    fx_attempt(&l, "EX1", "start !one end");
    l.events[0].signature = DX_LIT("test.better");
    fx_scan(f, "rules-2");
    fx_put(f, &l);
    assert_int_equal(f->ids[0], id);
    assert_true(f->seen[0]);
    fx_assert_str(fx_case(f, id).events[0].signature, "test.better");
    assert_int_equal(fx_count(f, "event"), 1);
}

static void test_attempts_without_fingerprints_are_known_by_their_digest(void **state)
{
    fx *f = *state;
    for (int round = 0; round < 2; round++) {
        fx_log l = fx_new(f->arena, "a.log");
        dx_attempt *a = fx_attempt(&l, "EX1", "start !one end");
        a->trail.n = 0;
        a->trail.stride = 0;
        fx_put(f, &l);
        assert_int_equal(f->seen[0], round);
    }
}

static void test_empty_log_is_stored_once(void **state)
{
    fx *f = *state;
    for (int round = 0; round < 2; round++) {
        fx_log l = fx_new(f->arena, "empty.log");
        dx_attempt *a = fx_attempt(&l, "unknown", "x");
        a->trail = (dx_trail){.stride = 1};
        fx_put(f, &l);
        assert_int_equal(f->seen[0], round);
    }
    assert_int_equal(fx_count(f, "attempt"), 1);
}

static void test_log_without_attempts_is_a_source(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "none.log");
    l.log.format = DX_LIT("plain");
    fx_put(f, &l);
    assert_int_equal(fx_count(f, "source"), 1);
}

static void test_event_of_no_attempt_is_refused_and_nothing_stays(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "a.log");
    fx_attempt(&l, "EX1", "start !one");
    l.events[0].attempt = 2;
    f->stored[0].id = -7;
    assert_int_equal(fx_try(f, &l), DX_FAIL);
    assert_int_equal(f->stored[0].id, -7);
    assert_int_equal(fx_count(f, "source"), 0);
}

/* What the first logs of a group put is found by those behind them, and an attempt that grows is no
 * longer found by what it was. */
static void test_attempts_grow_within_a_group(void **state)
{
    static const char *const words[] = {"one two three !four", "one two three !four five",
                                        "one two three !four five six seven eight nine ten"};
    fx *f = *state;
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fx_put_text(f, "other.log", "one other !thing");
    for (size_t i = 0; i < 3; i++) {
        fx_put_text(f, dx_arena_printf(f->arena, "%zu.log", i).p, words[i]);
        assert_int_equal(f->seen[0], i > 0);
    }
    fx_put_text(f, "older.log", "one two three !four five six");
    assert_true(f->seen[0]);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    assert_int_equal(fx_count(f, "attempt"), 2);
    /* 1 and 8 lines, and the longest that is sure. */
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM attempt_prefix WHERE attempt = 2"), 3);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM attempt_prefix WHERE attempt = 1"), 2);
}

static dx_rc no_line(void *ctx, dx_str line, dx_err *err)
{
    (void)ctx;
    (void)line;
    (void)err;
    return DX_OK;
}

static void test_a_beginning_that_is_missing_is_a_fault(void **state)
{
    fx *f = *state;
    size_t faults = 1;
    fx_put_text(f, "a.log", "one two !three four");
    assert_int_equal(dx_store_check(f->store, no_line, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 0);
    const char gone[] = "DELETE FROM attempt_prefix";
    assert_int_equal(sqlite3_exec(fx_db(f), gone, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(dx_store_check(f->store, no_line, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 1);
}

/* A group that is undone leaves no beginnings behind for the next one. */
static void test_a_group_that_is_undone_leaves_no_beginnings(void **state)
{
    fx *f = *state;
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fx_put_text(f, "a.log", "one two !three four");
    dx_store_rollback(f->store);
    fx_put_text(f, "b.log", "other words !are here");
    assert_false(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), 1);
    assert_int_equal(fx_count(f, "attempt_prefix"), 2);
}

/* The store is asked for everything, as one that others filled before. */
static int set_up_asking(void **state)
{
    if (fx_setup(state))
        return -1;
    sq_held_ready((sq_store *)((fx *)*state)->store, 1);
    return 0;
}

int main(void)
{
    struct CMUnitTest tests[] = {
        fx_test(test_rescan_adds_nothing),
        fx_test(test_same_content_under_another_name_and_encoding_is_the_same_attempt),
        fx_test(test_same_content_on_another_server_is_another_attempt),
        fx_test(test_same_content_in_another_format_is_another_attempt),
        fx_test(test_grown_log_adds_its_tail_and_keeps_ids),
        fx_test(test_growth_is_seen_at_every_length),
        fx_test(test_attempts_grow_within_a_group),
        fx_test(test_a_beginning_that_is_missing_is_a_fault),
        fx_test(test_a_group_that_is_undone_leaves_no_beginnings),
        fx_test(test_every_older_copy_adds_nothing),
        fx_test(test_lines_come_from_a_copy_that_has_them_all),
        fx_test(test_another_ending_is_another_attempt),
        fx_test(test_shorter_attempt_with_an_event_of_its_own_is_no_older_copy),
        fx_test(test_complete_shorter_attempt_is_no_older_copy),
        fx_test(test_identical_attempts_of_one_log_are_two),
        fx_test(test_attempts_of_one_log_are_never_merged_with_each_other),
        fx_test(test_last_of_identical_attempts_may_grow),
        fx_test(test_last_record_may_have_been_read_half_written),
        fx_test(test_half_written_first_record_grows_under_the_same_name),
        fx_test(test_long_logs_grow_although_their_fingerprints_thin_out),
        fx_test(test_other_rules_read_the_known_attempt_anew),
        fx_test(test_attempts_without_fingerprints_are_known_by_their_digest),
        fx_test(test_empty_log_is_stored_once),
        fx_test(test_log_without_attempts_is_a_source),
        fx_test(test_event_of_no_attempt_is_refused_and_nothing_stays),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tests[i].setup_func = set_up_asking;
    return failed + cmocka_run_group_tests_name("asking", tests, NULL, NULL);
}
