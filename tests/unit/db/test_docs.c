#include "fixture.h"

static dx_str page(fx *f)
{
    dx_str text;
    if (dx_os_slurp(DX_SOURCE_DIR "/docs/store.md", 1 << 20, f->arena, &text, &f->err))
        fail_msg("%s", f->err.text);
    return text;
}

static void test_every_table_and_column_is_described(void **state)
{
    fx *f = *state;
    const dx_str text = page(f);
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(fx_db(f),
                                        "SELECT t.name, c.name FROM sqlite_schema AS t"
                                        " JOIN pragma_table_xinfo(t.name) AS c"
                                        " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
                                        -1, &q, NULL),
                     SQLITE_OK);
    int columns = 0;
    while (sqlite3_step(q) == SQLITE_ROW) {
        for (int i = 0; i < 2; i++) {
            const dx_str want =
                dx_arena_printf(f->arena, "`%s`", (const char *)sqlite3_column_text(q, i));
            if (dx_str_find(text, want, 0) == SIZE_MAX)
                fail_msg("docs/store.md does not describe %.*s", DX_FMT(want));
        }
        columns++;
    }
    sqlite3_finalize(q);
    assert_true(columns > 100);
}

static dx_str views_page(fx *f)
{
    dx_str text;
    if (dx_os_slurp(DX_SOURCE_DIR "/docs/views.md", 1 << 20, f->arena, &text, &f->err))
        fail_msg("%s", f->err.text);
    return text;
}

static void test_every_view_is_described_listed_and_works(void **state)
{
    fx *f = *state;
    const dx_str text = views_page(f);
    sqlite3_stmt *q = NULL;
    int views = 0;
    assert_int_equal(sqlite3_prepare_v2(fx_db(f),
                                        "SELECT v.name, c.name FROM sqlite_schema AS v"
                                        " JOIN pragma_table_info(v.name) AS c"
                                        " WHERE v.type = 'view' AND v.name LIKE 'v~_%' ESCAPE '~'",
                                        -1, &q, NULL),
                     SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        const char *view = (const char *)sqlite3_column_text(q, 0);
        assert_non_null(dx_named_query_find(dx_str_of(view)));
        for (int i = 0; i < 2; i++) {
            const dx_str want =
                dx_arena_printf(f->arena, "`%s`", (const char *)sqlite3_column_text(q, i));
            if (dx_str_find(text, want, 0) == SIZE_MAX)
                fail_msg("docs/views.md does not describe %.*s", DX_FMT(want));
        }
        views++;
    }
    sqlite3_finalize(q);
    assert_true(views > 80);
    for (const dx_named_query *n = dx_named_queries; n->name; n++) {
        dx_table t;
        const dx_str sql =
            n->sql ? dx_str_of(n->sql) : dx_arena_printf(f->arena, "SELECT * FROM %s", n->name);
        if (dx_store_sql(f->store, sql, NULL, f->arena, &t, &f->err))
            fail_msg("%s: %s", n->name, f->err.text);
    }
}

static void test_every_example_runs(void **state)
{
    fx *f = *state;
    const dx_str text = page(f);
    const size_t from = dx_str_find(text, DX_LIT("```sql\n"), 0);
    const size_t to = dx_str_find(text, DX_LIT("\n```"), from);
    assert_true(from < to && to < text.n);
    const dx_str sql = dx_arena_copy(f->arena, dx_str_slice(text, from + 7, to));
    assert_non_null(sql.p);
    if (sqlite3_exec(fx_db(f), sql.p, NULL, NULL, NULL))
        fail_msg("%s", sqlite3_errmsg(fx_db(f)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_every_table_and_column_is_described),
        fx_test(test_every_view_is_described_listed_and_works),
        fx_test(test_every_example_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
