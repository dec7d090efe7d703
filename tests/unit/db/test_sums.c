/* The sums are those of the attempts at any moment, whatever happens to these. */
#include "fleet.h"

static void test_sums_follow_attempts_growth_and_verdicts(void **state)
{
    fx *f = *state;
    unsigned seed = 7;
    for (unsigned i = 0; i < 60; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    fleet_assert_sound(f);
    for (unsigned i = 0; i < 60; i += 3)
        fleet_put(f, i, 12 + fleet_roll(&seed, 6));
    fleet_assert_sound(f);
    for (int64_t id = 1; id <= 60; id++)
        fleet_judge(f, id, &seed);
    fleet_assert_sound(f);
    assert_int_equal(fx_ask(fx_db(f), "SELECT attempts FROM tally WHERE kind = 0 AND product = 0"
                                      " AND grain = 0"),
                     fx_count(f, "attempt"));
}

static void test_what_is_undone_is_not_counted(void **state)
{
    fx *f = *state;
    unsigned seed = 9;
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fleet_put(f, 1, 5);
    fx_log bad = fx_new(f->arena, "bad.log");
    fx_attempt(&bad, "EX1", "!x");
    fx_attempt(&bad, "EX2", "!y");
    bad.events[1].attempt = 9;
    bad.log.attempts = bad.attempts;
    bad.log.events = bad.events;
    assert_int_equal(dx_store_put_log(f->store, f->scan, &bad.log, f->ids, f->seen, &f->err),
                     DX_FAIL);
    fleet_put(f, 2, 5);
    fleet_judge(f, f->ids[0], &seed);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    fleet_assert_sound(f);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fleet_put(f, 3, 5);
    dx_store_rollback(f->store);
    fleet_assert_sound(f);
    fleet_put(f, 3, 5);
    fleet_assert_sound(f);
    assert_int_equal(fx_count(f, "standing"), 3);
}

static void test_a_wrong_sum_is_found(void **state)
{
    fx *f = *state;
    fleet_put(f, 1, 5);
    assert_int_equal(
        sqlite3_exec(fx_db(f), "UPDATE tally SET servers = 9 WHERE grain = 2", NULL, NULL, NULL),
        SQLITE_OK);
    size_t faults = 0;
    assert_int_equal(dx_store_check(f->store, fleet_print, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 1);
}

static void alias(fx *f, const char *name, const char *canonical)
{
    if (dx_store_alias(f->store, dx_str_of(name), dx_str_of(canonical), DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void tag(fx *f, const char *server, const char *site)
{
    const dx_tagging t = {dx_str_of(server), DX_LIT("site"), dx_str_of(site)};
    if (dx_store_tag(f->store, &t, 1, DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void test_sums_follow_aliases_and_tags(void **state)
{
    fx *f = *state;
    unsigned seed = 3;
    tag(f, "EX1", "Berlin");
    for (unsigned i = 0; i < 30; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    tag(f, "EX2", "Paris");
    fleet_assert_sound(f);
    alias(f, "EX2", "EX1");
    fleet_assert_sound(f);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(DISTINCT server) FROM cell"), 3);
    for (unsigned i = 30; i < 40; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    tag(f, "EX1", "");
    fleet_assert_sound(f);
    alias(f, "EX2", "");
    tag(f, "EX1", "Rome");
    fleet_assert_sound(f);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(DISTINCT server) FROM cell"), 4);
    assert_int_equal(dx_store_alias(f->store, DX_LIT("EX1"), DX_LIT("EX1"), DX_NONE, &f->err),
                     DX_FAIL);
    alias(f, "EX3", "EX1");
    assert_int_equal(dx_store_alias(f->store, DX_LIT("EX1"), DX_LIT("EX2"), DX_NONE, &f->err),
                     DX_FAIL);
    fx_assert_mentions(&f->err, "has aliases itself");
    fleet_assert_sound(f);
}

static void assert_pattern(fx *f, const char *text, const char *want)
{
    dx_buf got = {0};
    (void)f;
    sq_pattern_of(dx_str_of(text), &got);
    fx_assert_str(dx_buf_str(&got), want);
    dx_buf_done(&got);
}

static void test_unknown_errors_of_one_kind_share_a_pattern(void **state)
{
    fx *f = *state;
    assert_pattern(f, "Cannot open C:\\Temp\\a.dll: error 32", "Cannot open <path>: error <n>");
    assert_pattern(f, "Product {6F8A1B2C-0000-1111-2222-333344445555}\n  failed with 0x80070643.",
                   "Product <guid> failed with <hex>.");
    assert_pattern(f, "version 10.0.17763.1 is older", "version <version> is older");
    assert_pattern(f, "host srv0042x said no", "host <name> said no");
    assert_pattern(f, "  ", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_sums_follow_attempts_growth_and_verdicts),
        fx_test(test_sums_follow_aliases_and_tags),
        fx_test(test_what_is_undone_is_not_counted),
        fx_test(test_a_wrong_sum_is_found),
        fx_test(test_unknown_errors_of_one_kind_share_a_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
