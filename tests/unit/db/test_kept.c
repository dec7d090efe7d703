/* Records near a failure that are kept with it. */
#include "fixture.h"
#include "db/manage.h"

static dx_rc ignore_line(void *ctx, dx_str text, dx_err *err)
{
    (void)ctx;
    (void)text;
    (void)err;
    return DX_OK;
}

static dx_event near_by(uint32_t line, const char *text)
{
    return (dx_event){.polarity = DX_CONTEXT,
                      .attempt = 1,
                      .line = line,
                      .last_line = line + 1,
                      .seq = line,
                      .offset = line * 10,
                      .time_us = DX_NO_TIME,
                      .level = DX_LEVEL_WARNING,
                      .text = dx_str_of(text)};
}

static int64_t put_with_near(fx *f, const char *path, const char *words, const dx_event *near,
                             size_t n)
{
    fx_log l = fx_new(f->arena, path);
    fx_attempt(&l, "EX1", words);
    l.log.kept = near;
    l.log.n_kept = n;
    fx_put(f, &l);
    return f->ids[0];
}

static void test_records_near_a_failure_come_back_and_share_their_texts(void **state)
{
    fx *f = *state;
    const dx_event near[] = {near_by(1, "begin of it"), near_by(2, "told twice"),
                             near_by(4, "told twice")};
    const int64_t a = put_with_near(f, "a.log", "start near !one near", near, 3);
    const int64_t b = put_with_near(f, "b.log", "other near !one near", near, 2);
    const dx_case c = fx_case(f, a);
    assert_int_equal(c.n_kept, 3);
    fx_assert_str(c.kept[0].text, "begin of it");
    fx_assert_str(c.kept[1].text, "told twice");
    fx_assert_str(c.kept[2].text, "told twice");
    assert_int_equal(c.kept[1].line, 2);
    assert_int_equal(c.kept[1].last_line, 3);
    assert_int_equal(c.kept[1].level, DX_LEVEL_WARNING);
    assert_int_equal(c.kept[1].time_us, DX_NO_TIME);
    assert_int_equal(c.kept[1].polarity, DX_CONTEXT);
    const dx_case other = fx_case(f, b);
    assert_int_equal(other.n_kept, 2);
    fx_assert_str(other.kept[0].text, "begin of it");
    fx_assert_str(other.kept[1].text, "told twice");
    assert_int_equal(fx_count(f, "evidence"), 3); /* these two, and the failure */

    dx_case brief;
    assert_int_equal(dx_store_brief(f->store, a, f->scan, f->arena, &brief, &f->err), DX_OK);
    assert_int_equal(brief.n_kept, 0);
    assert_int_equal(brief.n_events, c.n_events);
    fx_assert_str(brief.events[0].text, c.events[0].text.p);
    fx_assert_str(brief.path, "a.log");
}

/* Of very many texts those that come once stand with their attempt. */
static void
test_very_many_texts_near_failures_come_back_and_are_shared_when_they_come_again(void **state)
{
    enum { MANY = 1500, FIRST = 1024 };
    fx *f = *state;
    dx_event *near = dx_arena_get(f->arena, MANY * sizeof *near);
    for (uint32_t i = 0; i < MANY; i++) {
        near[i] = near_by(i + 1, dx_arena_printf(f->arena, "text number %u", i).p);
        near[i].time_us = i % 2 ? DX_NO_TIME : -(int64_t)i;
    }
    int64_t id[3];
    for (size_t k = 0; k < 3; k++) {
        static const char *const words[] = {"a !one x", "b !one y", "c !one z"};
        static const char *const paths[] = {"a.log", "b.log", "c.log"};
        id[k] = put_with_near(f, paths[k], words[k], near, MANY);
        assert_int_equal(fx_count(f, "evidence"), 1 + (k ? MANY : FIRST));
    }
    for (size_t k = 0; k < 3; k++) {
        const dx_case c = fx_case(f, id[k]);
        assert_int_equal(c.n_kept, MANY);
        for (size_t i = 0; i < MANY; i++) {
            fx_assert_str(c.kept[i].text, near[i].text.p);
            assert_int_equal(c.kept[i].time_us, near[i].time_us);
            assert_int_equal(c.kept[i].seq, near[i].seq);
            assert_int_equal(c.kept[i].offset, near[i].offset);
        }
    }
    size_t faults = 1;
    assert_int_equal(dx_store_check(f->store, ignore_line, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 0);
}

/* A store may come from somebody else. */
static void test_lists_that_are_damaged_end_where_they_are(void **state)
{
    static const struct {
        const char *list;
        size_t n;
    } lists[] = {
        {"x''", 0},
        {"x'020204020006016102'", 1},     /* the second one breaks off */
        {"x'0202040200067f61'", 0},       /* more text than there is */
        {"x'ffffffffffffffffffffff'", 0}, /* a number without an end */
        {"x'02020402000601610202040200feffffffffffffffff010161'", 2},
    };
    fx *f = *state;
    const dx_event near[] = {near_by(1, "begin of it")};
    const int64_t a = put_with_near(f, "a.log", "start near !one near", near, 1);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "UPDATE kept SET list = %s", lists[i].list);
        assert_int_equal(sqlite3_exec(fx_db(f), sql, NULL, NULL, NULL), SQLITE_OK);
        const dx_case c = fx_case(f, a);
        assert_int_equal(c.n_kept, lists[i].n);
        for (size_t k = 0; k < c.n_kept; k++)
            fx_assert_str(c.kept[k].text, "a");
        if (c.n_kept == 2)
            assert_int_equal(c.kept[1].level, DX_LEVEL_ERROR); /* the nearest one that there is */
    }
}

static void test_texts_near_a_failure_live_as_long_as_it_does(void **state)
{
    fx *f = *state;
    size_t faults = 1;
    dx_pruned gone;
    const dx_event near[] = {near_by(1, "the first"), near_by(2, "of them both")};
    fx_log l = fx_new(f->arena, "a.log");
    fx_attempt(&l, "EX1", "start near !one near")->began_us = 5;
    l.log.kept = near;
    l.log.n_kept = 2;
    fx_put(f, &l);
    const int64_t b = put_with_near(f, "b.log", "other near !two near", near + 1, 1);
    assert_int_equal(dx_store_prune(f->store, 6, &gone, &f->err), DX_OK);
    assert_int_equal(gone.attempts, 1);
    fx_assert_str(fx_case(f, b).kept[0].text, "of them both");
    assert_int_equal(fx_count(f, "evidence"), 2);
    assert_int_equal(dx_store_check(f->store, ignore_line, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_records_near_a_failure_come_back_and_share_their_texts),
        fx_test(test_very_many_texts_near_failures_come_back_and_are_shared_when_they_come_again),
        fx_test(test_lists_that_are_damaged_end_where_they_are),
        fx_test(test_texts_near_a_failure_live_as_long_as_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
