/* What a server told as one list: what goes in comes out, by the program and by plain SQL, and
 * bytes of somebody else do no harm. */
#include "fleet.h"
#include "db/backends/sqlite_packs.h"

enum { MOST = 900, SERVER = 77 };

typedef struct list {
    sq_cell p[MOST];
    size_t n;
} list;

static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

/* Things with some days, of these some with several attempts. */
static list make(unsigned *seed, size_t n)
{
    list l = {.n = n};
    sq_cell c = {.server = SERVER, .what = SQ_WHAT(SQ_ALL, 0), .day = -3, .release = 1};
    for (size_t i = 0; i < n; i++) {
        if (roll(seed, 3) == 0) {
            c.what += roll(seed, 4) || c.what >= SQ_WHAT(SQ_PATTERN, 0) ? 1 + roll(seed, 3000)
                                                                        : 1 << SQ_KIND_SHIFT;
            c.day = 19000 + roll(seed, 700);
        }
        c.day += roll(seed, 30);
        c.release = roll(seed, 5) ? 1 + roll(seed, 300) : c.release + 1;
        c.attempts = roll(seed, 5) ? 1 : 1 + roll(seed, 70000);
        c.failures = roll(seed, (unsigned)c.attempts + 1);
        c.events = roll(seed, 5) ? roll(seed, 127) : roll(seed, 1000000);
        c.day += i && c.what == l.p[i - 1].what && c.day == l.p[i - 1].day &&
                 c.release <= l.p[i - 1].release;
        l.p[i] = c;
    }
    return l;
}

static void run(fx *f, const char *sql)
{
    if (sqlite3_exec(fx_db(f), sql, NULL, NULL, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(fx_db(f)));
}

static void assert_same(const sq_cell *a, const sq_cell *b)
{
    assert_int_equal(a->server, b->server);
    assert_int_equal(a->what, b->what);
    assert_int_equal(a->day, b->day);
    assert_int_equal(a->release, b->release);
    assert_int_equal(a->events, b->events);
    assert_int_equal(a->attempts, b->attempts);
    assert_int_equal(a->failures, b->failures);
}

static void test_what_is_packed_is_read(void **state)
{
    unsigned seed = 1;
    size_t packed = 0;
    (void)state;
    for (unsigned i = 0; i < 400; i++) {
        dx_buf bytes = {0};
        const list l = make(&seed, 1 + i % 250);
        if (sq_pack_cells(l.p, l.n, &bytes)) {
            sq_pack_reader r = sq_pack_of(SERVER, dx_buf_str(&bytes));
            for (size_t k = 0; k < l.n; k++) {
                assert_true(sq_pack_next(&r));
                assert_same(&r.now, &l.p[k]);
            }
            assert_false(sq_pack_next(&r));
            packed++;
        }
        dx_buf_done(&bytes);
    }
    assert_true(packed > 300);
}

static void test_one_attempt_takes_five_bytes(void **state)
{
    list l = {.n = SQ_CROWD};
    dx_buf bytes = {0};
    (void)state;
    for (size_t i = 0; i < l.n; i++)
        l.p[i] = (sq_cell){SERVER, 0, 20000 + (int64_t)i, 3, 126, 1, 1};
    assert_true(sq_pack_cells(l.p, l.n, &bytes));
    assert_int_equal(bytes.n, 4 + 5 + SQ_CROWD * 5);
    sq_pack_reader r = sq_pack_of(SERVER, dx_buf_str(&bytes));
    for (size_t i = 0; i < l.n; i++) {
        assert_true(sq_pack_next(&r));
        assert_same(&r.now, &l.p[i]);
    }
    assert_false(sq_pack_next(&r));
    dx_buf_done(&bytes);
}

static void test_what_no_list_holds_stays_in_rows(void **state)
{
    static const sq_cell no[][2] = {{{1, 0, 0, 1, 1, 1, 0}, {1, 0, 65536, 1, 1, 1, 0}},
                                    {{1, 0, 0, 1, 1, 1, 0}, {1, 0, 1, 65536, 1, 1, 0}},
                                    {{1, 0, 0, 1, 1, 1, 0}, {1, 0, 1, -1, 1, 1, 0}},
                                    {{1, 0, 0, 1, 1, 1, 0}, {1, 0, 1, 1, 1LL << 32, 1, 0}},
                                    {{1, 0, 0, 1, 1, 1, 0}, {1, 0, 1, 1, 1, 1LL << 32, 0}},
                                    {{1, 0, 0, 1, 1, 1, 0}, {1, 0, 1, 1, -1, 1, 0}},
                                    {{1, 0, -(1LL << 40), 1, 1, 1, 0}, {1, 0, 1, 1, 1, 1, 0}},
                                    {{1, 0, 0, 1, 1, 1, 0}, {1, 1LL << 32, 1, 1, 1, 1, 0}}};
    list many = {.n = MOST};
    dx_buf bytes = {0};
    (void)state;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        dx_buf_clear(&bytes);
        assert_false(sq_pack_cells(no[i], 2, &bytes));
    }
    for (size_t i = 0; i < many.n; i++)
        many.p[i] = (sq_cell){SERVER, (int64_t)i / 2, (int64_t)i % 2, 3, 1, 1, 1};
    dx_buf_clear(&bytes);
    assert_false(sq_pack_cells(many.p, many.n, &bytes));
    for (size_t i = 0; i < many.n; i++)
        many.p[i] = (sq_cell){SERVER, 0, (int64_t)i, 3, 1, 1, 1};
    dx_buf_clear(&bytes);
    assert_false(sq_pack_cells(many.p, SQ_CROWD + 1, &bytes));
    dx_buf_done(&bytes);
}

/* The view says what the program reads. */
static void test_plain_sql_reads_the_same(void **state)
{
    fx *f = *state;
    unsigned seed = 5;
    for (unsigned i = 0; i < 60; i++) {
        dx_buf bytes = {0};
        sqlite3_stmt *q = NULL;
        const list l = make(&seed, 1 + i);
        assert_true(sq_pack_cells(l.p, l.n, &bytes));
        assert_int_equal(sqlite3_prepare_v2(fx_db(f),
                                            "INSERT OR REPLACE INTO cell_pack VALUES (77, ?1)", -1,
                                            &q, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_bind_blob(q, 1, bytes.p, (int)bytes.n, SQLITE_STATIC), SQLITE_OK);
        assert_int_equal(sqlite3_step(q), SQLITE_DONE);
        sqlite3_finalize(q);
        assert_int_equal(sqlite3_prepare_v2(fx_db(f), "SELECT * FROM cell_list ORDER BY 1, 2, 3, 4",
                                            -1, &q, NULL),
                         SQLITE_OK);
        for (size_t k = 0; k < l.n; k++) {
            int64_t v[7];
            assert_int_equal(sqlite3_step(q), SQLITE_ROW);
            for (int c = 0; c < 7; c++)
                v[c] = sqlite3_column_int64(q, c);
            assert_same(&(sq_cell){v[0], v[1], v[2], v[3], v[4], v[5], v[6]}, &l.p[k]);
        }
        assert_int_equal(sqlite3_step(q), SQLITE_DONE);
        sqlite3_finalize(q);
        dx_buf_done(&bytes);
    }
}

static void test_bytes_of_somebody_else_do_no_harm(void **state)
{
    unsigned seed = 29;
    unsigned char bytes[64];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        const size_t n = roll(&seed, sizeof bytes);
        size_t read = 0;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (unsigned char)(roll(&seed, 4) ? roll(&seed, 4) : roll(&seed, 256));
        for (sq_pack_reader r = sq_pack_of(1, (dx_str){(char *)bytes, n}); sq_pack_next(&r);) {
            assert_true(r.now.what >= 0 && r.now.release >= 0 && r.now.events >= 0);
            assert_true(r.p <= bytes + n && ++read <= n / 5);
        }
    }
}

static size_t count_faults(fx *f)
{
    size_t faults = 0;
    assert_int_equal(dx_store_check(f->store, fleet_print, NULL, &faults, &f->err), DX_OK);
    return faults;
}

/* Nor is it written over: what it said counts in other sums. */
static void test_a_list_that_is_broken_off_is_told(void **state)
{
    static const char *const lists[] = {"substr(list, 1, 9)", "substr(list, 1, 12)",
                                        "substr(list, 1, 3)", "X''", "list || substr(list, 5)"};
    fx *f = *state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        fx_log l = fx_new(f->arena, "next.log");
        fx_attempt(&l, "EX1", dx_arena_printf(f->arena, "!next%zu day", i).p);
        fleet_put(f, 4, 5);
        run(f, "CREATE TABLE temp.was AS SELECT * FROM cell_pack");
        run(f,
            dx_arena_printf(f->arena, "UPDATE cell_pack SET list = CAST(%s AS BLOB)", lists[i]).p);
        assert_true(count_faults(f) > 0);
        assert_int_equal(fx_try(f, &l), DX_FAIL);
        fx_assert_mentions(&f->err, "is damaged: what server 1 told");
        run(f, "REPLACE INTO cell_pack SELECT * FROM temp.was; DROP TABLE temp.was");
        fleet_assert_sound(f);
        fx_put(f, &l);
        fleet_assert_sound(f);
    }
}

static void test_a_server_with_a_list_and_rows_is_told(void **state)
{
    fx *f = *state;
    fleet_put(f, 1, 9);
    fleet_put(f, 2, 9);
    run(f, "INSERT OR IGNORE INTO cell SELECT server, 0, 1, 1, 1, 1, 1 FROM cell_pack");
    assert_true(count_faults(f) > 0);
}

/* Told twice, with something behind its end, or with a thing that has no cells: the program would
 * count what such a list says, or lose what comes behind it. */
static void test_a_list_that_nobody_would_write_is_found(void **state)
{
    static const char *const lists[] = {"list || substr(list, 5)",
                                        "list || X'00'",
                                        "list || X'0000000900'",
                                        "substr(list, 1, 8) || X'02' || substr(list, 10, 5)"
                                        " || substr(list, 10)",
                                        "substr(list, 1, 3)",
                                        "X''"};
    fx *f = *state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        fx_put_text(f, "one.log", "!one two");
        run(f, "CREATE TABLE temp.was AS SELECT * FROM cell_pack");
        run(f,
            dx_arena_printf(f->arena, "UPDATE cell_pack SET list = CAST(%s AS BLOB)", lists[i]).p);
        if (!count_faults(f))
            fail_msg("nothing is wrong with %s", lists[i]);
        run(f, "REPLACE INTO cell_pack SELECT * FROM temp.was; DROP TABLE temp.was");
        fleet_assert_sound(f);
    }
}

/* ---- a list of which most stays ---- */

enum { KINDS = 10 };

/* A log of failures nobody had before, on a day. */
static void put_new(fx *f, unsigned i, int64_t day)
{
    char path[20], text[200] = "";
    snprintf(path, sizeof path, "new-%u.log", i);
    for (unsigned k = 0; k < KINDS; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s!e%u-%u", k ? " " : "", i, k);
    fx_log l = fx_new(f->arena, path);
    dx_attempt *a = fx_attempt(&l, "EX1", text);
    a->began_us = day * FLEET_DAY;
    a->outcome = i % 2 ? DX_FAILED : DX_SUCCEEDED;
    for (unsigned k = 0; k < KINDS; k++)
        l.events[k].signature = dx_arena_printf(f->arena, "test.new-%u-%u", i % 50, k);
    fx_put(f, &l);
}

/* Log by log, so that each adds to what is there: a day that comes in front of all others, things
 * between others, more of one that is there, until it is too long. */
static void test_a_list_grows_until_it_is_rows(void **state)
{
    fx *f = *state;
    unsigned i = 0;
    for (; fx_count(f, "cell") == 0; i++) {
        assert_true(i < 60);
        put_new(f, i * 7 % 50, 5 + i * 3 % 4);
        fleet_assert_sound(f);
    }
    assert_true(i > 30);
    assert_int_equal(fx_count(f, "cell_pack"), 0);
    put_new(f, 51, 3);
    fleet_assert_sound(f);
}

/* One thing on more and more days. */
static void test_a_list_grows_until_it_is_a_crowd(void **state)
{
    fx *f = *state;
    for (unsigned i = 0; i <= SQ_CROWD; i++) {
        char path[20];
        assert_int_equal(fx_count(f, "cell"), 0);
        snprintf(path, sizeof path, "day-%u.log", i);
        fx_log l = fx_new(f->arena, path);
        fx_attempt(&l, "EX1", dx_arena_printf(f->arena, "!e%u w", i).p)->began_us =
            (int64_t)(100 + i * 37 % 80) * FLEET_DAY;
        fx_put(f, &l);
        if (i % 8 == 0 || i + 3 > SQ_CROWD)
            fleet_assert_sound(f);
    }
    assert_int_equal(fx_count(f, "cell_pack"), 0);
    assert_true(fx_count(f, "crowd") > SQ_CROWD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_packed_is_read),
        cmocka_unit_test(test_one_attempt_takes_five_bytes),
        cmocka_unit_test(test_what_no_list_holds_stays_in_rows),
        cmocka_unit_test(test_bytes_of_somebody_else_do_no_harm),
        fx_test(test_plain_sql_reads_the_same),
        fx_test(test_a_list_that_is_broken_off_is_told),
        fx_test(test_a_server_with_a_list_and_rows_is_told),
        fx_test(test_a_list_that_nobody_would_write_is_found),
        fx_test(test_a_list_grows_until_it_is_rows),
        fx_test(test_a_list_grows_until_it_is_a_crowd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
