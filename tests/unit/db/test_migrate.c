/* A store of an older schema becomes one of today, in one step, with all its sums. */
#define _XOPEN_SOURCE 700
#include "fleet.h"
#include "db/backends/sqlite_lists.h"

#include <unistd.h>

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* The columns that it had, from a store of today.  Two tables were something else before version 7,
 * or are gone; today's follow from others.  Before version 13 records near a failure had rows of
 * their own, and cells were all in one table. */
static void copy_tables(sqlite3 *db, int version)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(
                         db,
                         "SELECT printf('INSERT INTO main.%s (%s) SELECT %s FROM today.%s', t.name,"
                         " group_concat(c.name), group_concat(c.name),"
                         " iif(t.name = 'cell' AND ?2 < 13, 'cell_list', t.name))"
                         " FROM main.sqlite_schema AS t, pragma_table_info(t.name) AS c"
                         " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
                         " AND (?1 OR t.name NOT IN ('reach', 'tally_by'))"
                         " AND (?2 >= 13 OR t.name <> 'kept') GROUP BY t.name",
                         -1, &q, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_bind_int(q, 1, version >= 7), SQLITE_OK);
    assert_int_equal(sqlite3_bind_int(q, 2, version), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW)
        run(db, (const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
}

/* Before version 4 each had its text. */
static void unpack_kept(sqlite3 *db, int version)
{
#define ROWS                                                                                       \
    " FROM today.kept CROSS JOIN sq_kept(list) AS one LEFT JOIN today.evidence"                    \
    " ON evidence.id = one.evidence"
    assert_int_equal(sq_lists_register(db), SQLITE_OK);
    if (version > 1 && version < 4)
        run(db, "INSERT INTO main.kept (attempt, seq, line, more, offset, time_us, level, text)"
                " SELECT attempt, seq, line, more, offset, time_us, level,"
                " coalesce(one.text, evidence.text)" ROWS);
    if (version >= 4 && version < 13)
        run(db, "INSERT INTO main.kept (attempt, seq, line, more, offset, time_us, level, text,"
                " evidence) SELECT attempt, seq, line, more, offset, time_us, level,"
                " coalesce(one.text, ''), one.evidence" ROWS);
#undef ROWS
}

static void make_schema(fx *f, sqlite3 *db, int version)
{
    static const struct {
        int version;
        const char *file;
    } parts[] = {{1, "schema.sql"},         {2, "schema2.sql"},
                 {2, "views.sql"},          {3, "schema3.sql"},
                 {4, "schema4.sql"},        {5, "schema5.sql"},
                 {6, "schema6.sql"},        {7, "schema7.sql"},
                 {8, "schema8.sql"},        {9, "schema9.sql"},
                 {10, "schema10.sql"},      {11, "schema11.sql"},
                 {12, "schema12.sql"},      {13, "schema13_attempts.sql"},
                 {13, "schema13_sums.sql"}, {14, "schema14_unread.sql"},
                 {14, "schema14_sums.sql"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char path[300];
        dx_str sql;
        if (parts[i].version > version)
            continue;
        snprintf(path, sizeof path, DX_SOURCE_DIR "/db/%s", parts[i].file);
        if (dx_os_slurp(path, 1 << 20, f->arena, &sql, &f->err))
            fail_msg("%s", f->err.text);
        run(db, sql.p);
    }
    if (version >= 13)
        run(db, "DROP TABLE kept_rows; DROP TABLE fact_rows");
}

/* Rows of single things on single days, as all versions from 2 to 11 had them. */
static void add_days(sqlite3 *db)
{
#define DAYS(product, from)                                                                        \
    "INSERT INTO tally SELECT what >> 28, " product ", 3, day, what & 268435455, sum(events),"     \
    " sum(attempts), sum(failures), count(DISTINCT server) FROM " from                             \
    " WHERE what >> 28 IN (1, 2, 5) GROUP BY what, day, 2"
    run(db, DAYS("0", "cell"));
    run(db, DAYS("product", "cell JOIN release ON release.id = cell.release"));
    assert_true(fx_ask(db, "SELECT count(*) FROM tally WHERE grain = 3 AND kind = 1") > 0);
}

static void make_old(fx *f, const char *today, const char *old, int version)
{
    sqlite3 *db;
    char sql[200];
    assert_int_equal(sqlite3_open(old, &db), SQLITE_OK);
    make_schema(f, db, version);
    snprintf(sql, sizeof sql, "ATTACH '%s' AS today", today);
    run(db, sql);
    copy_tables(db, version);
    unpack_kept(db, version);
    if (version < 13) /* the longest beginning was found by an index */
        run(db,
            "DELETE FROM main.attempt_prefix WHERE EXISTS (SELECT 1 FROM main.attempt WHERE id ="
            " attempt AND key = (top | 24253932965) - (top & 24253932965))");
    if (version > 1 && version < 12)
        add_days(db);
    if (version > 1 && version < 6) /* sums of servers */
        run(db, "INSERT INTO tally VALUES (6, 0, 0, 0, 1, 7, 7, 7, 1), (6, 1, 3, 20000, 1, 7, 7, "
                "7, 1)");
    /* Only the low bits of a key were ever the same before version 5. */
    if (version < 5)
        run(db, "UPDATE attempt_prefix SET key = (key & 68719476735) | (5 << 50)");
    if (version < 5)
        run(db, "UPDATE attempt SET top = (top & 68719476735) | (5 << 50) WHERE top IS NOT NULL");
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             SQ_APPLICATION, version);
    run(db, sql);
    sqlite3_close(db);
}

static dx_rc gather(void *ctx, dx_str text, dx_err *err)
{
    (void)err;
    dx_buf_add(ctx, text);
    dx_buf_char(ctx, '\n');
    return DX_OK;
}

static void dump(fx *f, dx_buf *out)
{
    if (dx_store_dump(f->store, gather, out, &f->err))
        fail_msg("%s", f->err.text);
}

static void put_near(fx *f, const char *path, const char *words)
{
    const dx_event all[] = {{.text = DX_LIT("begin"), .attempt = 1, .seq = 1, .line = 1},
                            {.text = DX_LIT("what stands near"), .attempt = 1, .seq = 2, .line = 2},
                            {.text = DX_LIT("and behind"), .attempt = 1, .seq = 3, .line = 3}};
    dx_event *near = dx_arena_dup(f->arena, all, sizeof all);
    for (size_t i = 0; i < 3; i++) {
        near[i].polarity = DX_CONTEXT;
        near[i].last_line = near[i].line + 1;
        near[i].time_us = i ? FX_DATE : DX_NO_TIME;
    }
    fx_log l = fx_new(f->arena, path);
    fx_attempt(&l, "EX1", words);
    l.log.kept = near;
    l.log.n_kept = 3;
    fx_put(f, &l);
}

/* As far as plain SQL can tell: it ends texts at a zero byte. */
static void put_odd_facts(fx *f)
{
    const dx_str value[] = {DX_LIT(""), DX_LIT("\"\\]],[[\\u0041"), DX_LIT("\x01\n\x7f\xff\xc3("),
                            dx_arena_printf(f->arena, "%070000d\"", 7)};
    enum { N = sizeof value / sizeof *value };
    dx_fact facts[N];
    fx_log l = fx_new(f->arena, "odd.log");
    dx_attempt *a = fx_attempt(&l, "EX1", "odd !facts");
    for (uint32_t i = 0; i < N; i++)
        facts[i] =
            (dx_fact){DX_LIT("path"), value[i], i % 2 ? a->first_line + i : 0, DX_LIT("log")};
    a->facts = dx_arena_dup(f->arena, facts, sizeof facts);
    a->n_facts = N;
    fx_put(f, &l);
}

/* Version 1 kept nothing near a failure. */
static void make_today(fx *f, const char *path, bool near)
{
    unsigned seed = 5;
    fx_open(f, path);
    for (unsigned i = 0; i < 40; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    put_odd_facts(f);
    fx_put_text(f, "grows.log", "one two three four");
    fx_put_text(f, "shrinks.log", "five six seven eight nine");
    if (near)
        put_near(f, "near.log", "these !are near");
    if (near)
        put_near(f, "near2.log", "those !are near");
}

/* Attempts find each other by their beginnings, wherever they are read next. */
static void assert_known_again(fx *f)
{
    const long long attempts = fx_count(f, "attempt");
    fx_put_text(f, "elsewhere.log", "one two three four more lines of it");
    assert_true(f->seen[0]);
    fx_put_text(f, "older.log", "five six seven eight");
    assert_true(f->seen[0]);
    assert_int_equal(fx_count(f, "attempt"), attempts);
    fleet_assert_sound(f);
}

static void assert_migrates(fx *f, int from)
{
    char today[100], old[100];
    dx_buf before = {0}, after = {0};
    dx_store_close(f->store);
    snprintf(today, sizeof today, "%s/today.db", f->dir);
    snprintf(old, sizeof old, "%s/old.db", f->dir);
    make_today(f, today, from > 1);
    if (from > 1)
        fleet_put_far(f);
    dump(f, &before);
    assert_true(from == 1 || strstr(before.p, "what stands near"));
    const long long cells = fx_count(f, "cell_list"), patterns = fx_count(f, "pattern");
    dx_store_close(f->store);
    make_old(f, today, old, from);
    const dx_store_options reading = {.read_only = true};
    assert_int_equal(dx_store_open(&f->store, old, &reading, &f->err), DX_FAIL);
    fx_assert_mentions(&f->err, "older schema");
    fx_open(f, old);
    int version = 0;
    assert_int_equal(dx_store_schema_version(f->store, &version, &f->err), DX_OK);
    assert_int_equal(version, SQ_SCHEMA);
    fleet_assert_sound(f);
    assert_int_equal(fx_count(f, "cell_list"), cells);
    assert_int_equal(fx_count(f, "cell"), 0); /* none has many */
    assert_int_equal(fx_count(f, "pattern"), patterns);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM standing JOIN release"
                                      " ON release.id = release WHERE of_product <> product"),
                     0);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM tally WHERE grain = 3 AND kind = 1"),
                     0);
    dump(f, &after);
    assert_string_equal(before.p, after.p);
    assert_known_again(f);
    dx_buf_done(&before);
    dx_buf_done(&after);
    assert_int_equal(remove(today), 0);
}

static void test_a_store_of_version_1_is_counted_when_it_is_opened(void **state)
{
    assert_migrates(*state, 1);
}

static void test_a_store_of_version_2_gets_what_is_new(void **state)
{
    assert_migrates(*state, 2);
}

static void test_a_store_of_version_3_shares_texts(void **state)
{
    assert_migrates(*state, 3);
}

static void test_a_store_of_version_4_is_laid_out_anew(void **state)
{
    assert_migrates(*state, 4);
}

static void test_a_store_that_lacks_a_part_is_refused_with_advice(void **state)
{
    fx *f = *state;
    char path[100];
    sqlite3 *db;
    dx_store_close(f->store);
    f->store = NULL;
    snprintf(path, sizeof path, "%s/old.db", f->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    make_schema(f, db, 2);
    run(db, "PRAGMA application_id = 1396987987; PRAGMA user_version = 2; DROP TABLE evidence");
    sqlite3_close(db);
    assert_int_equal(dx_store_open(&f->store, path, NULL, &f->err), DX_FAIL);
    fx_assert_mentions(&f->err, "no such table");
    fx_assert_mentions(&f->err, "scan the logs with --db into another file");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK); /* and left as it was */
    assert_int_equal(fx_ask(db, "PRAGMA user_version"), 2);
    sqlite3_close(db);
}

static void test_a_store_of_version_5_packs_where_things_are(void **state)
{
    assert_migrates(*state, 5);
}

static void test_a_store_of_version_6_packs_releases_together(void **state)
{
    assert_migrates(*state, 6);
}

/* More than a block of 4,096 attempts. */
static void put_crowd(fx *f)
{
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    for (int i = 0; i < 4200; i++)
        fx_put_text(f, dx_arena_printf(f->arena, "%d.log", i).p,
                    dx_arena_printf(f->arena, "begin%d !e%d end", i, i % 50).p);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
}

static void test_a_store_of_version_7_gets_runs_of_events(void **state)
{
    fx *f = *state;
    char today[100], old[100];
    snprintf(today, sizeof today, "%s/today.db", f->dir);
    snprintf(old, sizeof old, "%s/old.db", f->dir);
    dx_store_close(f->store);
    fx_open(f, today);
    put_crowd(f);
    assert_int_equal(fx_count(f, "evidence_event"), 0);
    dx_store_close(f->store);
    make_old(f, today, old, 7);
    fx_open(f, old);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM evidence_event WHERE run = 4095"),
                     4095);
    fleet_assert_sound(f);
    assert_int_equal(remove(today), 0);
}

static void test_a_store_of_version_7_gets_what_is_new(void **state)
{
    assert_migrates(*state, 7);
}

static void test_a_store_of_version_8_knows_where_servers_were_last(void **state)
{
    assert_migrates(*state, 8);
}

static void test_a_store_of_version_9_adds_fix_cases_up(void **state)
{
    assert_migrates(*state, 9);
}

static void test_a_store_of_version_10_adds_findings_up(void **state)
{
    assert_migrates(*state, 10);
}

static void test_a_store_of_version_11_packs_days(void **state)
{
    assert_migrates(*state, 11);
}

static void test_a_store_of_version_12_packs_attempts_and_servers(void **state)
{
    assert_migrates(*state, 12);
}

static void test_a_store_of_version_13_gets_views(void **state)
{
    assert_migrates(*state, 13);
}

static void test_a_store_of_version_14_keeps_lines(void **state)
{
    assert_migrates(*state, 14);
}

static void test_a_step_that_fails_leaves_all_as_it_was(void **state)
{
    fx *f = *state;
    char today[100], old[100];
    sqlite3 *db;
    snprintf(today, sizeof today, "%s/today.db", f->dir);
    snprintf(old, sizeof old, "%s/old.db", f->dir);
    dx_store_close(f->store);
    make_today(f, today, true);
    dx_store_close(f->store);
    f->store = NULL;
    make_old(f, today, old, 12);
    assert_int_equal(sqlite3_open(old, &db), SQLITE_OK);
    run(db, "ALTER TABLE attempt ADD COLUMN facts INTEGER"); /* in the way of what comes late in the
                                                                step */
    sqlite3_close(db);
    assert_int_equal(dx_store_open(&f->store, old, NULL, &f->err), DX_FAIL);
    fx_assert_mentions(&f->err, "duplicate column");
    assert_int_equal(sqlite3_open(old, &db), SQLITE_OK);
    assert_int_equal(fx_ask(db, "PRAGMA user_version"), 12);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM kept WHERE seq >= 0"), 6);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM sqlite_schema WHERE name IN ('fact',"
                                " 'attempt_by_top') AND type IN ('table', 'index')"),
                     2);
    run(db, "ALTER TABLE attempt DROP COLUMN facts");
    sqlite3_close(db);
    fx_open(f, old);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM kept"), 2);
    fleet_assert_sound(f);
    dx_store_close(f->store);
    f->store = NULL;
    assert_int_equal(remove(today), 0);
}

/* A server with very many keeps its rows. */
static void test_a_store_of_version_12_keeps_crowds(void **state)
{
    fx *f = *state;
    char today[100], old[100];
    snprintf(today, sizeof today, "%s/today.db", f->dir);
    snprintf(old, sizeof old, "%s/old.db", f->dir);
    dx_store_close(f->store);
    fx_open(f, today);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    for (unsigned i = 0; i < 320; i++)
        fleet_put(f, i, 4);
    fx_log l = fx_new(f->arena, "other.log");
    fx_attempt(&l, "OTHER", "!one two");
    fx_put(f, &l);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    const long long cells = fx_count(f, "cell"), all = fx_count(f, "cell_list");
    assert_true(cells > 4 * SQ_CROWD && fx_count(f, "cell_pack") == 1);
    dx_store_close(f->store);
    make_old(f, today, old, 12);
    fx_open(f, old);
    assert_int_equal(fx_count(f, "cell"), cells);
    assert_int_equal(fx_count(f, "cell_list"), all);
    assert_int_equal(fx_count(f, "cell_pack"), 1);
    fleet_assert_sound(f);
    assert_int_equal(remove(today), 0);
}

static int setup(void **state)
{
    if (fx_setup(state))
        return -1;
    fx *f = *state;
    snprintf(f->dir, sizeof f->dir, "/tmp/setupdx-migrate-XXXXXX");
    return mkdtemp(f->dir) ? 0 : -1;
}

static int teardown(void **state)
{
    fx *f = *state;
    static const char *const names[] = {"old.db", "today.db", "old.db-wal", "old.db-shm"};
    char path[200];
    dx_store_close(f->store);
    f->store = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", f->dir, names[i]);
        remove(path);
    }
    rmdir(f->dir);
    return fx_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_store_of_version_1_is_counted_when_it_is_opened,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_2_gets_what_is_new, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_that_lacks_a_part_is_refused_with_advice,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_3_shares_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_4_is_laid_out_anew, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_5_packs_where_things_are, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_6_packs_releases_together, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_7_gets_runs_of_events, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_7_gets_what_is_new, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_8_knows_where_servers_were_last,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_9_adds_fix_cases_up, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_10_adds_findings_up, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_11_packs_days, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_12_packs_attempts_and_servers,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_13_gets_views, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_14_keeps_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_step_that_fails_leaves_all_as_it_was, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_store_of_version_12_keeps_crowds, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
