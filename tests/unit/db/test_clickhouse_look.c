#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "db/backends/clickhouse_look.h"
#include "db/backends/sqlite_trend.h"

enum { KEYS, DAILY, SUMS, SERVERS, N };

typedef struct fx {
    dx_store *store;
    dx_arena *arena;
    ch_look looks[N];
    dx_err err;
} fx;

static int set_up(void **state)
{
    static fx f;

    f = (fx){.looks = {{.name = "v_keys"},
                       {.name = "v_daily"},
                       {.name = "v_sums"},
                       {.name = "v_servers"}},
             .arena = dx_arena_new(0)};
    if (!f.arena || dx_backend_sqlite.open(&f.store, ":memory:", NULL, &f.err) != DX_OK)
        return -1;
    *state = &f;
    return ch_look_put((sq_store *)f.store, f.looks, N, f.arena, &f.err) == DX_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    fx *f = *state;

    dx_store_close(f->store);
    dx_arena_free(f->arena);
    return 0;
}

static dx_rc plan(fx *f, const char *sql, bool *tables)
{
    for (size_t i = 0; i < N; i++) {
        f->looks[i].planned = false;
        f->looks[i].used = f->looks[i].n = 0;
    }
    return ch_look_at((sq_store *)f->store, f->looks, N, dx_str_of(sql), tables, &f->err);
}

static void test_what_a_query_reads_is_known_beforehand(void **state)
{
    static const struct {
        const char *sql;
        unsigned views;
        bool tables;
    } rows[] = {
        {"SELECT day FROM v_daily", 2, false},
        {"SELECT key, site FROM v_keys JOIN v_servers USING (server)", 9, false},
        {"SELECT count(*) FROM v_keys JOIN v_servers USING (server)", 9, false},
        {"SELECT id, failures FROM v_sums WHERE what = 'code' AND by = 'all'", 4, false},
        {"SELECT key FROM v_keys WHERE state <> 'resolved' ORDER BY last_seen", 1, false},
        {"WITH x AS (SELECT day FROM v_daily) SELECT * FROM x", 2, false},
        {"WITH server AS (SELECT day FROM v_daily) SELECT * FROM server ORDER BY 1", 2, false},
        {"SELECT 1", 0, false},
        {"VALUES (1), (2)", 0, false},
        {"SELECT name FROM server", 0, true},
        {"SELECT count(*) FROM server", 0, true},
        {"SELECT day FROM v_daily, TALLY", 2, true},
        {"SELECT count(*) FROM v_keys JOIN finding_key USING (key)", 1, true},
        {"SELECT day FROM v_daily WHERE EXISTS (SELECT 1 FROM (\"tally\"))", 2, true},
        {"WITH v_daily AS (SELECT * FROM standing) SELECT attempt FROM v_daily", 0, true},
        {"SELECT v_keys.name FROM (SELECT name FROM server) AS v_keys", 0, true},
        {"SELECT attempts FROM v_fixes, v_daily", 2, true},
        {"SELECT name FROM sqlite_schema", 0, true},
    };
    fx *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool tables;
        unsigned views = 0;
        assert_int_equal(plan(f, rows[i].sql, &tables), DX_OK);
        for (unsigned k = 0; k < N; k++)
            views |= (unsigned)f->looks[k].planned << k;
        if (views != rows[i].views || tables != rows[i].tables)
            fail_msg("'%s' reads %x, %d", rows[i].sql, views, tables);
    }
}

static void test_what_may_not_be_asked_is_refused(void **state)
{
    static const char *const bad[] = {"DELETE FROM note",        "SELECT x FROM v_daily",
                                      "SELECT day FROM v_dayly", "SELECT 1; SELECT 2",
                                      "DROP TABLE v_daily",      ""};
    fx *f = *state;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bool tables;
        if (plan(f, bad[i], &tables) != DX_FAIL || f->err.kind != DX_E_USAGE)
            fail_msg("'%s' was not refused", bad[i]);
    }
}

/* "what='code' by='week'", with < and > for the other bounds. */
static void write_limits(const ch_look *look, dx_buf *out)
{
    static const char *const names[] = {"what", "id", "by", "bucket", "product", "of_product"};
    static const char *const bounds[] = {
        [CH_IS] = "=",      [CH_IS_NOT] = "!",   [CH_AT_LEAST] = ">",
        [CH_AT_MOST] = "<", [CH_NONE] = " none", [CH_SOME] = " some"};

    for (size_t i = 0; i < look->n; i++) {
        const ch_limit *l = &look->limits[i];
        dx_buf_printf(out, "%s%s%s", i ? " " : "", names[l->column], bounds[l->bound]);
        for (size_t k = 0; k < l->n; k++) {
            const ch_value *v = &l->values[k];
            if (k)
                dx_buf_char(out, ',');
            if (v->is_number)
                dx_buf_printf(out, "%lld", (long long)v->number);
            else
                dx_buf_printf(out, "'%.*s'", DX_FMT(v->text));
        }
    }
}

static void test_only_what_holds_for_every_row_is_a_limit(void **state)
{
    static const struct {
        const char *sql, *limits;
    } rows[] = {
        {"SELECT * FROM v_sums", ""},
        {"SELECT * FROM v_sums WHERE what = 'code' AND 'week' = by", "what='code' by='week'"},
        {"SELECT * FROM v_sums WHERE of_product = 0 AND bucket >= '2026' AND bucket < '2027'",
         "of_product=0 bucket>'2026' bucket<'2027'"},
        {"SELECT * FROM v_sums WHERE what = 'code' OR by = 'week'", ""},
        {"SELECT * FROM v_sums WHERE what <> 'code' AND of_product != 1",
         "of_product!1 what!'code'"},
        {"SELECT * FROM v_sums WHERE what IS NOT 'code' AND id IS NULL AND product NOT NULL",
         "id none product some"},
        {"SELECT * FROM v_sums WHERE of_product", "of_product!0"},
        {"SELECT * FROM v_sums AS s WHERE s.of_product AND what = 'all' ORDER BY 1",
         "what='all' of_product!0"},
        {"SELECT * FROM v_sums WHERE NOT of_product GROUP BY what", "of_product=0"},
        {"SELECT * FROM v_sums WHERE -- of_product\n of_product /* not */;", "of_product!0"},
        {"SELECT * FROM v_sums WHERE of_product OR what = 'all'", ""},
        {"SELECT * FROM v_sums WHERE id BETWEEN 'a' AND of_product", ""},
        {"SELECT * FROM v_sums WHERE id = ' AND of_product ' AND what = 'all'",
         "id=' AND of_product ' what='all'"},
        {"SELECT * FROM v_daily LEFT JOIN v_sums ON of_product", ""},
        {"SELECT * FROM v_daily LEFT JOIN v_sums ON bucket = day WHERE NOT of_product", ""},
        {"SELECT * FROM v_sums LEFT JOIN v_daily ON of_product", ""},
        {"SELECT * FROM v_sums LEFT JOIN v_daily ON id <> 'x' AND product NOT NULL", ""},
        {"SELECT * FROM v_daily RIGHT JOIN v_sums ON id <> 'x' AND product NOT NULL", ""},
        {"SELECT * FROM v_sums JOIN v_daily ON id <> 'LEFT JOIN'", "id!'LEFT JOIN'"},
        {"SELECT * FROM v_daily LEFT JOIN v_sums ON bucket = day WHERE id IS NULL", ""},
        {"SELECT * FROM v_daily LEFT JOIN v_sums ON bucket = day WHERE id IS NOT 'x'", ""},
        {"SELECT * FROM v_sums WHERE what = 'co' || 'de'", ""},
        {"SELECT * FROM v_sums WHERE what = id", ""},
        {"SELECT * FROM v_sums WHERE what IN ('code', 'cause')", "what='cause','code'"},
        {"SELECT * FROM v_sums WHERE what IN ('code', NULL) AND of_product IN (0, 1)",
         "what='code' of_product=0,1"},
        {"SELECT * FROM v_sums WHERE what = 'code' OR what = 'cause'", ""},
        {"SELECT * FROM v_sums WHERE what IN ('a', 'b') AND what IN ('b', 'c')",
         "what='a','b' what='b','c'"},
        {"SELECT * FROM v_sums WHERE what IN (VALUES ('code'), ('cause'))", "what='cause','code'"},
        {"SELECT * FROM v_sums WHERE what NOT IN ('code', 'cause')", ""},
        {"SELECT * FROM v_sums WHERE what IN ('code', 7)", ""},
        {"SELECT * FROM v_sums WHERE what IN ('code', product)", ""},
        {"SELECT * FROM v_sums WHERE (what COLLATE NOCASE) IN ('code', 'cause')", ""},
        {"SELECT * FROM v_sums WHERE what IN (SELECT day FROM v_daily)", ""},
        {"SELECT * FROM v_sums WHERE bucket IN (date(), '2026')", ""},
        {"SELECT * FROM v_sums, (VALUES ('a'), ('b')) WHERE what IN (column1, 'c')", ""},
        {"WITH RECURSIVE t(n) AS (SELECT 'a' UNION ALL SELECT n || 'a' FROM t, v_sums WHERE"
         " what IN (n, 'c')) SELECT * FROM t LIMIT 3",
         ""},
        {"SELECT (SELECT count(*) FROM v_sums WHERE what IN (column1, 'c')) FROM"
         " (VALUES ('a'), ('b'))",
         ""},
        {"SELECT * FROM (VALUES ('a'), ('b')) LEFT JOIN v_sums ON what IN (column1, 'c')", ""},
        {"WITH t(n) AS (SELECT 'a' UNION SELECT (SELECT id FROM v_sums WHERE what IN (n, 'c'))"
         " FROM t WHERE n IS NOT NULL) SELECT * FROM t",
         ""},
        {"SELECT column1 FROM (VALUES ('a'), ('b')) WHERE EXISTS (SELECT 1 FROM v_sums WHERE what"
         " IN (column1, 'c')) LIMIT 1",
         ""},
        {"SELECT (SELECT count(*) FROM v_sums WHERE what IN (SELECT column1 UNION ALL SELECT 'c'))"
         " FROM (VALUES ('a'), ('b'))",
         ""},
        {"SELECT * FROM (VALUES ('a'), ('b')) LEFT JOIN v_sums ON what IN (SELECT column1 UNION ALL"
         " SELECT 'c')",
         ""},
        {"SELECT max(failures) FROM v_sums WHERE what IN ('code', 'cause')", "what='cause','code'"},
        {"SELECT id FROM v_sums WHERE what IN ('code', 'cause') GROUP BY id ORDER BY 1 LIMIT 1",
         "what='cause','code'"},
        {"SELECT * FROM v_sums JOIN v_daily ON bucket = day WHERE what IN ('code', 'cause')", ""},
        {"SELECT * FROM v_sums WHERE what = 'CODE' COLLATE NOCASE", ""},
        {"SELECT * FROM v_sums AS a JOIN v_sums AS b USING (id) WHERE a.what = 'code'", ""},
        {"SELECT * FROM v_sums AS a JOIN v_sums AS b USING (id) WHERE a.what = 'code' AND"
         " b.what = 'code' AND a.by = 'day' AND b.by = 'week'",
         "what='code'"},
        {"SELECT (SELECT count(*) FROM v_sums WHERE by = 'day'), (SELECT 1 FROM v_sums)", ""},
        {"SELECT * FROM v_sums WHERE what = 'code' UNION ALL SELECT * FROM v_sums WHERE by = 'day'",
         ""},
        {"SELECT * FROM v_daily LEFT JOIN v_sums ON bucket = day AND by = 'day'", "by='day'"},
        {"SELECT * FROM v_daily LEFT JOIN v_sums ON bucket = day WHERE coalesce(by, '') = ''", ""},
        {"SELECT * FROM v_sums LEFT JOIN v_daily ON bucket = day AND by = 'day'", ""},
        {"SELECT * FROM v_sums LEFT JOIN v_daily ON bucket = day AND by = 'day' WHERE what = 'all'",
         "what='all'"},
        {"SELECT * FROM v_sums LEFT JOIN v_daily ON by = 'day'", ""},
        {"SELECT * FROM v_daily RIGHT JOIN v_sums ON bucket = day AND by = 'day'", ""},
        {"SELECT * FROM v_daily FULL JOIN v_sums ON bucket = day AND by = 'day'", ""},
        {"SELECT * FROM v_daily JOIN v_sums ON bucket = day AND by = 'day'", "by='day'"},
        {"SELECT (SELECT count(*) FROM v_daily WHERE by = 'day') FROM v_sums", ""},
        {"SELECT * FROM v_daily WHERE day IN (SELECT bucket FROM v_sums WHERE by = 'day')",
         "by='day'"},
        {"SELECT * FROM v_daily WHERE EXISTS (SELECT 1 FROM v_sums WHERE bucket = day AND"
         " by = 'day')",
         "by='day'"},
    };
    fx *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dx_buf said = {0};
        bool tables;
        assert_int_equal(plan(f, rows[i].sql, &tables), DX_OK);
        write_limits(&f->looks[SUMS], &said);
        if (!dx_str_eq(dx_buf_str(&said), dx_str_of(rows[i].limits)))
            fail_msg("'%s' has the limits \"%.*s\"", rows[i].sql, DX_FMT(dx_buf_str(&said)));
        dx_buf_done(&said);
    }
}

static void test_columns_that_are_read_are_known(void **state)
{
    static const struct {
        const char *sql;
        uint64_t used;
    } rows[] = {{"SELECT count(*) FROM v_daily", 0},
                {"SELECT day FROM v_daily WHERE failures > 3", 1 | 4},
                {"SELECT max(servers) FROM v_daily", 8},
                {"SELECT * FROM v_daily", 31},
                {"SELECT day FROM v_daily UNION SELECT events FROM v_daily", 1 | 16}};
    fx *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool tables;
        assert_int_equal(plan(f, rows[i].sql, &tables), DX_OK);
        if (f->looks[DAILY].used != rows[i].used)
            fail_msg("'%s' reads the columns %llx", rows[i].sql,
                     (unsigned long long)f->looks[DAILY].used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_query_reads_is_known_beforehand),
        cmocka_unit_test(test_what_may_not_be_asked_is_refused),
        cmocka_unit_test(test_only_what_holds_for_every_row_is_a_limit),
        cmocka_unit_test(test_columns_that_are_read_are_known),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
