#include "fixture.h"
#include "db/trends.h"
#include "db/manage.h"

#define HOSTILE "a\"b\\c\x01\x1b[2J\r\n\xff\xfe'); DROP TABLE event;--\xe2\x80\xae\0end"

static const dx_str hostile = {HOSTILE, sizeof HOSTILE - 1};

static void assert_same(dx_str got, dx_str want)
{
    assert_int_equal(got.n, want.n);
    assert_memory_equal(got.p, want.p, want.n);
}

static void test_case_gives_back_every_field_of_an_attempt(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "dir/a.log");
    l.log.member = DX_LIT("in.zip!/a.log");
    fx_attempt(&l, "EX1", "some other attempt");
    dx_attempt *a = fx_attempt(&l, "EX1", "start !one copy end");
    const dx_fact facts[] = {
        {DX_LIT("product"), DX_LIT("Exchange 5.5"), a->first_line + 1, DX_LIT("log")},
        {DX_LIT("server"), DX_LIT("EX1"), 0, DX_LIT("option")},
        {DX_LIT("user"), hostile, a->first_line, DX_LIT("log")},
    };
    a->parent = 1;
    a->outcome = DX_FAILED;
    a->outcome_line = a->first_line + 3;
    a->outcome_text = hostile;
    a->code = DX_LIT("0xC1030B06");
    a->opened = true;
    a->began_us = 5;
    a->ended_us = -6;
    a->zone = DX_LIT("assumed UTC");
    a->facts = facts;
    a->n_facts = 3;
    a->errors = 7;
    a->warnings = 8;
    fx_put(f, &l);

    const dx_case c = fx_case(f, f->ids[1]);
    const dx_attempt *got = &c.attempt;
    fx_assert_str(c.path, "dir/a.log");
    fx_assert_str(c.member, "in.zip!/a.log");
    fx_assert_str(got->server, "EX1");
    fx_assert_str(got->format, "plain");
    fx_assert_str(got->zone, "assumed UTC");
    fx_assert_str(got->code, "0xC1030B06");
    assert_same(got->outcome_text, hostile);
    assert_int_equal(got->id, f->ids[1]);
    assert_int_equal(got->ordinal, 2);
    assert_int_equal(got->parent, 1);
    assert_int_equal(got->outcome, DX_FAILED);
    assert_int_equal(got->outcome_line, a->outcome_line);
    assert_true(got->opened);
    assert_false(got->closed);
    assert_int_equal(got->began_us, 5);
    assert_int_equal(got->ended_us, -6);
    assert_int_equal(got->first_line, 4);
    assert_int_equal(got->last_line, 7);
    assert_int_equal(got->first_seq, a->first_seq);
    assert_int_equal(got->last_seq, a->last_seq);
    assert_int_equal(got->first_offset, a->first_offset);
    assert_int_equal(got->errors, 7);
    assert_int_equal(got->warnings, 8);
    assert_int_equal(got->trail.records, 4);
    assert_true(dx_hash_eq(got->trail.digest, a->trail.digest));
    assert_int_equal(got->n_facts, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_same(got->facts[i].name, facts[i].name);
        assert_same(got->facts[i].value, facts[i].value);
        assert_same(got->facts[i].how, facts[i].how);
        assert_int_equal(got->facts[i].line, facts[i].line);
    }
}

static void test_case_gives_back_every_field_of_an_event(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "a.log");
    fx_attempt(&l, "EX1", "first attempt here");
    fx_attempt(&l, "EX1", "start !one copy end");
    const dx_field fields[] = {
        {DX_LIT("dll"), DX_T_WINPATH, hostile, 0},
        {DX_LIT("code"), DX_T_CODE, DX_LIT("0xffffffff"), 4294967295},
        {DX_LIT("n"), DX_T_INT, DX_LIT("-9223372036854775808"), INT64_MIN},
        {DX_LIT("empty"), DX_T_TEXT, DX_NONE, 0},
    };
    const dx_event e = {.signature = DX_LIT("a.b"),
                        .base = DX_LIT("a"),
                        .polarity = DX_HARMLESS,
                        .attempt = 2,
                        .line = 6,
                        .last_line = 8,
                        .seq = 5,
                        .at = 77,
                        .offset = 123456789012,
                        .time_us = 990180000123456,
                        .level = DX_LEVEL_WARNING,
                        .text = hostile,
                        .n_fields = 4,
                        .fields = fields};
    l.events[0] = e;
    fx_put(f, &l);

    const dx_case c = fx_case(f, f->ids[1]);
    assert_int_equal(c.n_events, 1);
    const dx_event *got = c.events;
    assert_int_not_equal(got->id, 0);
    fx_assert_str(got->signature, "a.b");
    fx_assert_str(got->base, "a");
    assert_int_equal(got->polarity, DX_HARMLESS);
    assert_int_equal(got->attempt, 2);
    assert_int_equal(got->line, 6);
    assert_int_equal(got->last_line, 8);
    assert_int_equal(got->seq, 5);
    assert_int_equal(got->at, 77);
    assert_int_equal(got->offset, 123456789012);
    assert_int_equal(got->time_us, 990180000123456);
    assert_int_equal(got->level, DX_LEVEL_WARNING);
    assert_same(got->text, hostile);
    assert_int_equal(got->n_fields, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_same(got->fields[i].name, fields[i].name);
        assert_int_equal(got->fields[i].type, fields[i].type);
        assert_int_equal(got->fields[i].text.n, fields[i].text.n);
        if (fields[i].text.n)
            assert_same(got->fields[i].text, fields[i].text);
        assert_int_equal(got->fields[i].number, fields[i].number);
    }
}

static void test_same_text_with_other_fields_is_other_evidence(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "a.log");
    fx_attempt(&l, "EX1", "!same !same !same");
    const dx_field one = {DX_LIT("n"), DX_T_INT, DX_LIT("1"), 1};
    const dx_field two = {DX_LIT("n"), DX_T_INT, DX_LIT("1"), 2};
    l.events[0].fields = &one;
    l.events[1].fields = &two;
    l.events[2].fields = &one;
    l.events[0].n_fields = l.events[1].n_fields = l.events[2].n_fields = 1;
    fx_put(f, &l);
    assert_int_equal(fx_count(f, "evidence"), 2);
    const dx_case c = fx_case(f, f->ids[0]);
    assert_int_equal(c.events[0].fields[0].number, 1);
    assert_int_equal(c.events[1].fields[0].number, 2);
    assert_int_equal(c.events[2].fields[0].number, 1);
}

static void test_lines_are_those_of_the_copy_in_this_scan(void **state)
{
    fx *f = *state;
    const int64_t first_scan = f->scan;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    fx_scan(f, "rules-1");
    fx_log copy = fx_new(f->arena, "b.log");
    fx_attempt(&copy, "EX1", "other things before");
    fx_attempt(&copy, "EX1", "start !one end");
    fx_put(f, &copy);
    assert_int_equal(f->ids[1], id);
    dx_case c = fx_case(f, id);
    fx_assert_str(c.path, "b.log");
    assert_int_equal(c.attempt.ordinal, 2);
    assert_int_equal(c.events[0].line, 5);
    assert_int_equal(c.events[0].seq, 5);
    f->scan = first_scan;
    c = fx_case(f, id);
    fx_assert_str(c.path, "a.log");
    assert_int_equal(c.events[0].line, 2);
}

static void test_another_scan_gives_the_latest_copy(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    fx_scan(f, "rules-1");
    fx_put_text(f, "b.log", "start !one end");
    fx_scan(f, "rules-1");
    fx_assert_str(fx_case(f, id).path, "b.log");
}

static void assert_order(fx *f, const int64_t *times, size_t n, const char *want)
{
    fx_log l = fx_new(f->arena, want);
    fx_attempt(&l, "EX1", "!a !b !c !d");
    for (size_t i = 0; i < n; i++)
        l.events[i].time_us = times[i];
    fx_put(f, &l);
    const dx_case c = fx_case(f, f->ids[0]);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(c.events[i].text.p[1], want[i]);
}

static void test_events_come_in_the_order_of_the_log_whatever_its_clock(void **state)
{
    assert_order(*state, (const int64_t[]){40, 30, 20, 10}, 4, "abcd");
}

static void test_events_without_times_come_in_order_of_position(void **state)
{
    assert_order(*state, (const int64_t[]){DX_NO_TIME, DX_NO_TIME, DX_NO_TIME, DX_NO_TIME}, 4,
                 "abcd");
}

static void test_attempts_of_a_server_come_in_order_of_time(void **state)
{
    fx *f = *state;
    static const int64_t began[] = {300, 100, 200};
    int64_t id[3], *ids;
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        fx_log l = fx_new(f->arena, "a.log");
        fx_attempt(&l, "EX1", i == 0 ? "a" : i == 1 ? "b" : "c")->began_us = began[i];
        fx_put(f, &l);
        id[i] = f->ids[0];
    }
    fx_log other = fx_new(f->arena, "z.log");
    fx_attempt(&other, "EX2", "a");
    fx_put(f, &other);
    assert_int_equal(dx_store_server_attempts(f->store, DX_LIT("EX1"), f->arena, &ids, &n, &f->err),
                     DX_OK);
    assert_int_equal(n, 3);
    assert_int_equal(ids[0], id[1]);
    assert_int_equal(ids[1], id[2]);
    assert_int_equal(ids[2], id[0]);
    assert_int_equal(
        dx_store_server_attempts(f->store, DX_LIT("nobody"), f->arena, &ids, &n, &f->err), DX_OK);
    assert_int_equal(n, 0);
    assert_int_equal(dx_store_all_attempts(f->store, f->arena, &ids, &n, &f->err), DX_OK);
    assert_int_equal(n, 4);
    assert_true(ids[0] < ids[1] && ids[1] < ids[2] && ids[2] < ids[3]);
}

static void test_a_server_has_the_attempts_of_all_its_names(void **state)
{
    fx *f = *state;
    static const char *const names[] = {"EX1", "ex1.contoso.com", "EX2"};
    int64_t id[3], *ids;
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        fx_log l = fx_new(f->arena, names[i]);
        fx_attempt(&l, names[i], i == 0 ? "a" : i == 1 ? "b" : "c")->began_us = 10 - i;
        fx_put(f, &l);
        id[i] = f->ids[0];
    }
    assert_int_equal(
        dx_store_alias(f->store, DX_LIT("ex1.contoso.com"), DX_LIT("EX1"), DX_LIT("me"), &f->err),
        DX_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            dx_store_server_attempts(f->store, dx_str_of(names[i]), f->arena, &ids, &n, &f->err),
            DX_OK);
        assert_int_equal(n, 2);
        assert_int_equal(ids[0], id[1]);
        assert_int_equal(ids[1], id[0]);
    }
    const dx_case alias = fx_case(f, id[1]), own = fx_case(f, id[0]);
    fx_assert_str(alias.attempt.server, "ex1.contoso.com");
    fx_assert_str(dx_attempt_machine(&alias.attempt), "EX1");
    fx_assert_str(dx_attempt_machine(&own.attempt), "EX1");
}

static void test_attempts_without_times_come_as_they_were_first_seen(void **state)
{
    fx *f = *state;
    int64_t *ids;
    size_t n = 0;
    fx_log l = fx_new(f->arena, "a.log");
    fx_attempt(&l, "EX1", "z");
    fx_attempt(&l, "EX1", "a");
    fx_put(f, &l);
    assert_int_equal(dx_store_server_attempts(f->store, DX_LIT("EX1"), f->arena, &ids, &n, &f->err),
                     DX_OK);
    assert_int_equal(n, 2);
    assert_int_equal(ids[0], f->ids[0]);
    assert_int_equal(ids[1], f->ids[1]);
}

static void test_unknown_attempt_is_a_failure(void **state)
{
    fx *f = *state;
    dx_case c = {.n_events = 42};
    static const int64_t ids[] = {0, 99, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_int_equal(dx_store_case(f->store, ids[i], 0, f->arena, &c, &f->err), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_STORE);
    assert_int_equal(c.n_events, 42);
}

static void test_case_without_memory_is_a_failure(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one !two !three end");
    dx_case c;
    for (size_t limit = 1; limit < 400; limit += 7) {
        dx_arena *small = dx_arena_new(limit);
        assert_non_null(small);
        assert_int_equal(dx_store_case(f->store, id, 0, small, &c, &f->err), DX_FAIL);
        assert_int_equal(f->err.kind, DX_E_NOMEM);
        dx_arena_free(small);
    }
    assert_int_equal(fx_case(f, id).n_events, 3);
}

static void test_forged_numbers_stay_within_their_words(void **state)
{
    fx *f = *state;
    const int64_t id = fx_put_text(f, "a.log", "start !one end");
    static const char forge[] =
        "UPDATE signature SET polarity = 99; UPDATE attempt SET outcome = -5, marks = x'00',"
        " digest = x'01', stride = 3, records = -1; UPDATE event SET level = 77, line = 1 << 62,"
        " more = -1, time_us = 1; UPDATE sighting SET first_line = -9, first_seq = 1 << 40";
    assert_int_equal(sqlite3_exec(fx_db(f), forge, NULL, NULL, NULL), SQLITE_OK);
    const dx_case c = fx_case(f, id);
    assert_int_equal(c.events[0].polarity, DX_UNKNOWN);
    assert_int_equal(c.events[0].level, DX_LEVEL_ERROR);
    assert_int_equal(c.events[0].line, 0);
    assert_int_equal(c.attempt.outcome, DX_UNDECIDED);
    fx_put_text(f, "a.log", "start !one end"); /* compares with the forged fingerprints */
}

/* What the store remembers from before it was opened is found in its tables alone. */
static void forget(fx *f)
{
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    dx_store_rollback(f->store);
}

static void test_another_text_may_have_the_same_hash(void **state)
{
    fx *f = *state;
    const int64_t a = fx_put_text(f, "a.log", "start !one end");
    const char other[] = "UPDATE evidence SET text = 'another'";
    assert_int_equal(sqlite3_exec(fx_db(f), other, NULL, NULL, NULL), SQLITE_OK);
    forget(f);
    const int64_t b = fx_put_text(f, "b.log", "begin !one end");
    forget(f);
    const int64_t c = fx_put_text(f, "c.log", "again !one end");
    fx_assert_str(fx_case(f, a).events[0].text, "another");
    fx_assert_str(fx_case(f, b).events[0].text, fx_case(f, c).events[0].text.p);
    assert_false(dx_str_eq(fx_case(f, b).events[0].text, DX_LIT("another")));
    assert_int_equal(fx_count(f, "evidence"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_case_gives_back_every_field_of_an_attempt),
        fx_test(test_case_gives_back_every_field_of_an_event),
        fx_test(test_same_text_with_other_fields_is_other_evidence),
        fx_test(test_lines_are_those_of_the_copy_in_this_scan),
        fx_test(test_another_scan_gives_the_latest_copy),
        fx_test(test_events_come_in_the_order_of_the_log_whatever_its_clock),
        fx_test(test_events_without_times_come_in_order_of_position),
        fx_test(test_attempts_of_a_server_come_in_order_of_time),
        fx_test(test_attempts_without_times_come_as_they_were_first_seen),
        fx_test(test_a_server_has_the_attempts_of_all_its_names),
        fx_test(test_unknown_attempt_is_a_failure),
        fx_test(test_case_without_memory_is_a_failure),
        fx_test(test_another_text_may_have_the_same_hash),
        fx_test(test_forged_numbers_stay_within_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
