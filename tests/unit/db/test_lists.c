/* Lists that lie in one value: of one that is damaged only the part before the fault is read, and
 * who looks whether a store is sound is told. */
#include "fleet.h"

static void test_facts_that_are_damaged_end_where_they_are(void **state)
{
    static const struct {
        const char *list;
        size_t n;
    } lists[] = {
        {"", 0},
        {"[]", 0},
        {"[[1,1,null,\"a\"],[1,1", 1},
        {"[[1,1,2,\"a\"],[1,1,-2,\"a\"]]", 2},
        {"[[1,1,null,\"\\u0061\"],[1,1,null,\"\\x\"]]", 1},
        {"[[1,1,null,\"a\"],[1,99999999999999999999,null,\"a\"]]", 1},
        {"[[1,1,null,\"a\"],[1,1,null,\"\\u00zz\"]]", 1},
        {"[[1,1,null,\"a\"],[1,1,null,\"\\u00\"\"]]", 1},
        {"{\"name\": 1}", 0},
    };
    fx *f = *state;
    const int64_t a = fx_put_text(f, "a.log", "start !one end");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "UPDATE attempt SET facts = '%s'", lists[i].list);
        assert_int_equal(sqlite3_exec(fx_db(f), sql, NULL, NULL, NULL), SQLITE_OK);
        const dx_case c = fx_case(f, a);
        assert_int_equal(c.attempt.n_facts, lists[i].n);
        for (size_t k = 0; k < c.attempt.n_facts; k++)
            fx_assert_str(c.attempt.facts[k].value, "a");
    }
}

/* Other tools read facts as rows. */
static void test_facts_are_rows_for_plain_sql(void **state)
{
    fx *f = *state;
    fx_log l = fx_new(f->arena, "a.log");
    dx_attempt *a = fx_attempt(&l, "EX1", "start !one end");
    const dx_fact facts[] = {
        {DX_LIT("product"), DX_LIT("say \"5.5\" C:\\x\n"), a->first_line + 1, DX_LIT("log")},
        {DX_LIT("user"), DX_LIT(""), 0, DX_LIT("option")},
    };
    a->facts = facts;
    a->n_facts = 2;
    fx_put(f, &l);
#define ROW "SELECT count(*) FROM fact JOIN term AS n ON n.id = name JOIN term AS h ON h.id = how"
    assert_int_equal(fx_count(f, "fact"), 2);
    assert_int_equal(fx_ask(fx_db(f), ROW " WHERE ord = 0 AND n.text = 'product' AND h.text = 'log'"
                                          " AND line = 1 AND attempt = 1"
                                          " AND value = 'say \"5.5\" C:\\x' || char(10)"),
                     1);
    assert_int_equal(fx_ask(fx_db(f), ROW " WHERE ord = 1 AND n.text = 'user' AND value = ''"
                                          " AND h.text = 'option' AND line IS NULL"),
                     1);
#undef ROW
}

static void put_all(fx *f)
{
    static const dx_event near = {.text = DX_LIT("what stands near"),
                                  .attempt = 1,
                                  .seq = 1,
                                  .line = 1,
                                  .last_line = 1,
                                  .polarity = DX_CONTEXT,
                                  .time_us = DX_NO_TIME};
    const dx_fact fact = {DX_LIT("product"), DX_LIT("a\0b\x7f\xff \"\\"), 3, DX_LIT("log")};
    fx_log l = fx_new(f->arena, "a.log");
    dx_attempt *a = fx_attempt(&l, "EX1", "start !one near");
    a->facts = dx_arena_dup(f->arena, &fact, sizeof fact);
    a->n_facts = 1;
    l.log.kept = dx_arena_dup(f->arena, &near, sizeof near);
    l.log.n_kept = 1;
    fx_put(f, &l);
    fx_put_text(f, "b.log", "another without facts");
}

static dx_rc gather(void *ctx, dx_str text, dx_err *err)
{
    (void)err;
    dx_buf_add(ctx, text);
    dx_buf_char(ctx, '\n');
    return DX_OK;
}

static void assert_told(fx *f, const char *change, const char *what)
{
    size_t faults = 0;
    dx_buf told = {0};
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    if (sqlite3_exec(fx_db(f), change, NULL, NULL, NULL))
        fail_msg("%s: %s", change, sqlite3_errmsg(fx_db(f)));
    assert_int_equal(dx_store_check(f->store, gather, &told, &faults, &f->err), DX_OK);
    dx_buf_char(&told, '\0');
    if (faults == 0 || !strstr(told.p, what))
        fail_msg("%s: '%s' is not told, but %s", change, what, told.p);
    dx_buf_done(&told);
    dx_store_rollback(f->store);
    fleet_assert_sound(f);
}

static void test_a_damaged_list_is_told(void **state)
{
    static const char near[] = "1 attempts whose records near a failure are damaged";
    static const char facts[] = "attempts whose facts are damaged";
    fx *f = *state;
    put_all(f);
    fleet_assert_sound(f);
    assert_told(f, "UPDATE kept SET list = X''", near);
    assert_told(f, "UPDATE kept SET list = substr(list, 1, length(list) - 1)", near);
    assert_told(f, "UPDATE kept SET list = CAST(list || X'01' AS BLOB)", near);
    assert_told(f, "UPDATE kept SET list = X'ffffffffffffffffffffff'", near);
    assert_told(f, "UPDATE attempt SET facts = ''", facts);
    assert_told(f, "UPDATE attempt SET facts = '[' WHERE id = 1", facts);
    assert_told(f, "UPDATE attempt SET facts = facts || ' ' WHERE id = 1", facts);
    assert_told(f, "UPDATE attempt SET facts = '[[1,1,null,\"a\"],[1,1' WHERE id = 1", facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_facts_that_are_damaged_end_where_they_are),
        fx_test(test_facts_are_rows_for_plain_sql),
        fx_test(test_a_damaged_list_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
