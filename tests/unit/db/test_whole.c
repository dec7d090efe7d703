/* What was just stored is told without asking the store, as the store itself tells it. */
#include "db/manage.h"
#include "db/trends.h"
#include "fixture.h"

#define HOSTILE "a\"b\\c\x01\x1b[2J\r\n\xff\xfe'); DROP TABLE event;--\xe2\x80\xae\0end"

static const dx_str hostile = {HOSTILE, sizeof HOSTILE - 1};

static void assert_text(dx_str a, dx_str b)
{
    assert_int_equal(a.n, b.n);
    if (a.n)
        assert_memory_equal(a.p, b.p, a.n);
    assert_int_equal(a.p == NULL, b.p == NULL);
}

static void assert_event(const dx_event *a, const dx_event *b)
{
    assert_int_equal(a->id, b->id);
    assert_text(a->signature, b->signature);
    assert_text(a->base, b->base);
    assert_text(a->text, b->text);
    assert_int_equal(a->polarity, b->polarity);
    assert_int_equal(a->attempt, b->attempt);
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->last_line, b->last_line);
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->at, b->at);
    assert_int_equal(a->offset, b->offset);
    assert_int_equal(a->time_us, b->time_us);
    assert_int_equal(a->level, b->level);
    assert_int_equal(a->n_fields, b->n_fields);
    for (size_t i = 0; i < a->n_fields; i++) {
        assert_text(a->fields[i].name, b->fields[i].name);
        assert_text(a->fields[i].text, b->fields[i].text);
        assert_int_equal(a->fields[i].type, b->fields[i].type);
        assert_int_equal(a->fields[i].number, b->fields[i].number);
    }
}

static void assert_facts(const dx_attempt *a, const dx_attempt *b)
{
    assert_int_equal(a->n_facts, b->n_facts);
    for (size_t i = 0; i < a->n_facts; i++) {
        assert_text(a->facts[i].name, b->facts[i].name);
        assert_text(a->facts[i].value, b->facts[i].value);
        assert_text(a->facts[i].how, b->facts[i].how);
        assert_int_equal(a->facts[i].line, b->facts[i].line);
    }
}

static void assert_attempt(const dx_attempt *a, const dx_attempt *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->ordinal, b->ordinal);
    assert_int_equal(a->parent, b->parent);
    assert_text(a->server, b->server);
    assert_text(a->counts_as, b->counts_as);
    assert_text(a->format, b->format);
    assert_text(a->outcome_text, b->outcome_text);
    assert_text(a->code, b->code);
    assert_text(a->zone, b->zone);
    assert_int_equal(a->outcome, b->outcome);
    assert_int_equal(a->outcome_line, b->outcome_line);
    assert_int_equal(a->opened, b->opened);
    assert_int_equal(a->closed, b->closed);
    assert_int_equal(a->began_us, b->began_us);
    assert_int_equal(a->ended_us, b->ended_us);
    assert_int_equal(a->first_line, b->first_line);
    assert_int_equal(a->last_line, b->last_line);
    assert_int_equal(a->first_seq, b->first_seq);
    assert_int_equal(a->last_seq, b->last_seq);
    assert_int_equal(a->first_offset, b->first_offset);
    assert_int_equal(a->errors, b->errors);
    assert_int_equal(a->warnings, b->warnings);
    assert_int_equal(a->trail.records, b->trail.records);
    assert_int_equal(a->trail.n, b->trail.n);
    assert_true(dx_hash_eq(a->trail.digest, b->trail.digest));
    assert_facts(a, b);
}

/* Of all attempts of the log that was put last. */
static void assert_told_alike(fx *f, const fx_log *l)
{
    dx_case told[FX_MANY], read;
    assert_true(dx_cases_of_log(&l->log, f->stored, DX_LIT("rules-1"), f->arena, told));
    for (size_t i = 0; i < l->log.n_attempts; i++) {
        assert_true(f->stored[i].whole);
        assert_int_equal(dx_store_brief(f->store, f->ids[i], f->scan, f->arena, &read, &f->err),
                         DX_OK);
        assert_attempt(&told[i].attempt, &read.attempt);
        assert_text(told[i].path, read.path);
        assert_text(told[i].member, read.member);
        assert_text(told[i].read_by, read.read_by);
        assert_int_equal(told[i].n_kept, read.n_kept);
        assert_int_equal(told[i].n_events, read.n_events);
        for (size_t k = 0; k < read.n_events; k++)
            assert_event(&told[i].events[k], &read.events[k]);
    }
}

static const dx_field fields[] = {
    {DX_LIT("dll"), DX_T_WINPATH, DX_LIT("C:\\a.dll"), 0},
    {DX_LIT("code"), DX_T_CODE, DX_LIT("0xffffffff"), 4294967295},
    {DX_LIT("n"), DX_T_INT, DX_LIT("-9223372036854775808"), INT64_MIN},
    {DX_LIT("empty"), DX_T_TEXT, {"", 0}, 0},
    {DX_LIT("hostile"), DX_T_TEXT, {HOSTILE, sizeof HOSTILE - 1}, 0},
};

static void test_every_field_is_told_as_the_store_tells_it(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "dir/a.log");
    l.log.member = DX_LIT("in.zip!/a.log");
    fx_attempt(&l, "EX1", "first !one attempt !two here");
    dx_attempt *a = fx_attempt(&l, "EX2", "start !one copy !three end");
    fx_attempt(&l, "EX2", "nothing in it");
    const dx_fact facts[] = {
        {DX_LIT("product"), DX_LIT("Exchange 5.5"), a->first_line + 1, DX_LIT("log")},
        {DX_LIT("user"), hostile, 0, DX_LIT("option")},
        {DX_LIT("mode"), {"", 0}, a->first_line, DX_LIT("log")},
    };
    *a = (dx_attempt){.ordinal = 2,
                      .parent = 1,
                      .server = a->server,
                      .format = a->format,
                      .zone = DX_LIT("assumed UTC"),
                      .outcome = DX_FAILED,
                      .outcome_line = a->first_line + 3,
                      .outcome_text = hostile,
                      .code = {"", 0},
                      .opened = true,
                      .began_us = 5,
                      .ended_us = -6,
                      .first_line = a->first_line,
                      .first_seq = a->first_seq,
                      .first_offset = a->first_offset,
                      .last_line = a->last_line,
                      .last_seq = a->last_seq,
                      .trail = a->trail,
                      .facts = facts,
                      .n_facts = 3,
                      .errors = 7,
                      .warnings = 8};
    dx_event *e = &l.events[2];
    e->base = DX_LIT("a");
    e->polarity = DX_UNKNOWN;
    e->at = 77;
    e->last_line = e->line + 2;
    e->level = DX_LEVEL_WARNING;
    e->time_us = 990180000123456;
    e->text = hostile;
    e->fields = fields;
    e->n_fields = sizeof fields / sizeof *fields;
    fx_put(f, &l);
    assert_told_alike(f, &l);
}

static void put_text(fx *f, fx_log *l, const char *path, const char *server, const char *text)
{
    *l = fx_new(f->arena, path);
    fx_attempt(l, server, text);
    fx_put(f, l);
}

static void test_what_grew_is_told_as_it_is_now(void **state)
{
    fx *f = *state;
    fx_log l;
    put_text(f, &l, "a.log", "EX1", "a b c d !one e f");
    fx_scan(f, "rules-1");
    put_text(f, &l, "a.log", "EX1", "a b c d !one e f g h !two i");
    assert_true(f->seen[0]);
    assert_told_alike(f, &l);
}

static void test_what_other_rules_read_anew_is_told_as_it_is_now(void **state)
{
    fx *f = *state;
    fx_log l;
    put_text(f, &l, "a.log", "EX1", "a b !one");
    fx_scan(f, "rules-2");
    put_text(f, &l, "b.log", "EX1", "a b !one");
    dx_case told, read;
    assert_true(f->stored[0].whole);
    assert_true(dx_cases_of_log(&l.log, f->stored, DX_LIT("rules-2"), f->arena, &told));
    assert_int_equal(dx_store_brief(f->store, f->ids[0], f->scan, f->arena, &read, &f->err), DX_OK);
    assert_attempt(&told.attempt, &read.attempt);
    assert_text(told.path, read.path);
    assert_text(told.read_by, read.read_by);
}

static void test_what_the_store_tells_otherwise_is_not_whole(void **state)
{
    fx *f = *state;
    fx_log l;
    put_text(f, &l, "a.log", "EX1", "a b c d !one e f");
    put_text(f, &l, "b.log", "EX1", "a b c d !one e f"); /* known */
    assert_false(f->stored[0].whole);
    put_text(f, &l, "c.log", "EX1", "a b c d"); /* an older copy */
    assert_true(f->seen[0]);
    assert_false(f->stored[0].whole);
    assert_int_equal(dx_store_alias(f->store, DX_LIT("EX2"), DX_LIT("EX1"), DX_LIT("me"), &f->err),
                     DX_OK);
    put_text(f, &l, "d.log", "EX2", "x y !one"); /* under another name */
    assert_false(f->seen[0]);
    assert_false(f->stored[0].whole);
    put_text(f, &l, "e.log", "EX1", "z !one");
    assert_true(f->stored[0].whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_every_field_is_told_as_the_store_tells_it),
        fx_test(test_what_grew_is_told_as_it_is_now),
        fx_test(test_what_other_rules_read_anew_is_told_as_it_is_now),
        fx_test(test_what_the_store_tells_otherwise_is_not_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
