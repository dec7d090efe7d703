/* Memory runs out once, at each place where our own code asks for it, one after the other: what was
 * to be stored is there or it is not, the store can be used, and all works the second time. */
#include "db/trends.h"
#include "fixture.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include "tests/failing_malloc.h"

static unsigned long fail_in; /* the so-maniest time from now on fails; 0: none */
static bool spared;           /* SQLite asks, which asks ten times as often */

static bool fails(void)
{
    return !spared && fail_in > 0 && --fail_in == 0;
}

static sqlite3_mem_methods usual;

static void *spared_malloc(int n)
{
    spared = true;
    void *p = usual.xMalloc(n);
    spared = false;
    return p;
}

static void *spared_realloc(void *old, int n)
{
    spared = true;
    void *p = usual.xRealloc(old, n);
    spared = false;
    return p;
}

static int spare_sqlite(void **state)
{
    (void)state;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual) != SQLITE_OK)
        return -1;
    sqlite3_mem_methods ours = usual;
    ours.xMalloc = spared_malloc;
    ours.xRealloc = spared_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK ? 0 : -1;
}

/* One attempt and what is found of it, in one transaction. */
static dx_rc store_all(fx *f, fx_log *l)
{
    dx_case c;
    dx_finding finding = {.diagnosis = DX_LIT("test.diagnosis"),
                          .title = DX_LIT("It failed"),
                          .cause_class = DX_LIT("environment"),
                          .key = "7f3c-19aa",
                          .confidence = 93};
    dx_verdict verdict = {.findings = &finding, .n_findings = 1};
    dx_evidence evidence = {DX_NONE, DX_LIT("it says so"), 50, NULL};

    if (fx_try(f, l) != DX_OK ||
        dx_store_case(f->store, f->ids[0], f->scan, f->arena, &c, &f->err) != DX_OK)
        return DX_FAIL;
    evidence.event = &c.events[0];
    finding.evidence = &evidence;
    finding.n_evidence = 1;
    return dx_store_put_verdict(f->store, f->scan, f->ids[0], DX_LIT("rules-1"), &verdict, &f->err);
}

static dx_rc store_in_one(fx *f, fx_log *l)
{
    if (dx_store_begin(f->store, &f->err) != DX_OK)
        return DX_FAIL;
    if (store_all(f, l) == DX_OK && dx_store_commit(f->store, &f->err) == DX_OK)
        return DX_OK;
    dx_store_rollback(f->store);
    return DX_FAIL;
}

static dx_rc ask(fx *f)
{
    const dx_trend_query q = {.of = DX_OF_DIAGNOSIS,
                              .by = DX_BY_WEEK,
                              .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME},
                              .top = 10};
    dx_trend trend;
    return dx_store_trend(f->store, &q, f->arena, &trend, &f->err);
}

/* False when memory was asked for less often. */
static bool fail_at(unsigned long n)
{
    fx f = {.arena = dx_arena_new(0)};
    fx_open(&f, ":memory:");
    fx_log l = fx_new(f.arena, "a.log");
    fx_attempt(&l, "EX1", "start !one end")->began_us = (int64_t)FX_DATE * 1000000;

    fail_in = n;
    const dx_rc stored = store_in_one(&f, &l);
    const dx_rc asked = stored == DX_OK ? ask(&f) : DX_OK;
    const bool met = fail_in == 0;
    fail_in = 0;

    if (!met && (stored != DX_OK || asked != DX_OK))
        fail_msg("%s", f.err.text);
    assert_int_equal(fx_count(&f, "attempt"), stored == DX_OK);
    assert_int_equal(fx_count(&f, "finding"), stored == DX_OK);
    if (store_in_one(&f, &l) != DX_OK || ask(&f) != DX_OK)
        fail_msg("after the failure at %lu: %s", n, f.err.text);
    assert_int_equal(fx_count(&f, "attempt"), 1);
    assert_int_equal(fx_count(&f, "finding"), 1);
    dx_store_close(f.store);
    dx_arena_free(f.arena);
    return met;
}

static void test_a_store_survives_that_memory_runs_out(void **state)
{
    unsigned long n = 1;

    (void)state;
    while (fail_at(n))
        n++;
    assert_true(n > 20);
}

#else

static int spare_sqlite(void **state)
{
    (void)state;
    return 0;
}

static void test_a_store_survives_that_memory_runs_out(void **state)
{
    (void)state;
    print_message("nobody can stand before the malloc() of this build\n");
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_store_survives_that_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, spare_sqlite, NULL);
}
