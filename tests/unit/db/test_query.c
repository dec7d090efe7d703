/* SQL of other people: it reads, and nothing else. */
#include "db/backends/sqlite_trend.h"
#include "fleet.h"

static dx_rc ask(fx *f, const char *sql, const dx_sql_limits *limits, dx_table *t)
{
    return dx_store_sql(f->store, dx_str_of(sql), limits, f->arena, t, &f->err);
}

static void test_values_come_as_they_are(void **state)
{
    fx *f = *state;
    dx_table t;
    assert_int_equal(ask(f, "SELECT 1 AS n, 2.5, 'a' || char(9), x'00ff', NULL; -- end", NULL, &t),
                     DX_OK);
    assert_int_equal(t.n_rows, 1);
    assert_int_equal(t.n_columns, 5);
    fx_assert_str(t.columns[0], "n");
    assert_int_equal(t.rows[0][0].number, 1);
    assert_true(t.rows[0][1].real == 2.5);
    fx_assert_str(t.rows[0][2].bytes, "a\t");
    assert_int_equal(t.rows[0][3].bytes.n, 2);
    assert_int_equal(t.rows[0][4].kind, DX_SQL_NULL);
}

static void test_nothing_but_reading_is_allowed(void **state)
{
    fx *f = *state;
    static const char *const bad[] = {
        "DELETE FROM attempt",
        "INSERT INTO server (name) VALUES ('x') RETURNING id",
        "DROP TABLE event",
        "CREATE TEMP TABLE x (y)",
        "ATTACH '/tmp/x.db' AS x",
        "PRAGMA user_version = 9",
        "PRAGMA user_version",
        "VACUUM INTO '/tmp/x.db'",
        "BEGIN",
        "SELECT load_extension('x')",
        "SELECT dx_week_add(x'00', x'00')",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE event",
        "",
        "SELEKT",
        "SELECT * FROM nowhere",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dx_table t;
        if (ask(f, bad[i], NULL, &t) != DX_FAIL || f->err.kind != DX_E_USAGE)
            fail_msg("'%s' was not refused", bad[i]);
    }
    fleet_put(f, 1, 5);
    fleet_assert_sound(f);
}

static void test_rows_and_time_have_limits(void **state)
{
    fx *f = *state;
    dx_table t;
    static const char endless[] =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    assert_int_equal(ask(f, endless, &(dx_sql_limits){.rows = 3}, &t), DX_OK);
    assert_int_equal(t.n_rows, 3);
    assert_true(t.more);
    static const char counted[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                                  " SELECT count(*) FROM n";
    assert_int_equal(ask(f, counted, &(dx_sql_limits){.ms = 50}, &t), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_LIMIT);
    assert_int_equal(ask(f, "SELECT length(zeroblob(100000000))", NULL, &t), DX_FAIL);
    assert_int_equal(ask(f, "SELECT count(*) FROM attempt", NULL, &t), DX_OK);
    fleet_put(f, 1, 5); /* the fences are down again */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_values_come_as_they_are),
        fx_test(test_nothing_but_reading_is_allowed),
        fx_test(test_rows_and_time_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
