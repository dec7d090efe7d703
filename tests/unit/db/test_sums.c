/* The sums are those of the attempts at any moment, whatever happens to these. */
#include "fixture.h"

static dx_rc print_line(void *ctx, dx_str text, dx_err *err)
{
    (void)ctx;
    (void)err;
    print_error("%.*s\n", DX_FMT(text));
    return DX_OK;
}

static void assert_sound(fx *f)
{
    size_t faults = 1;
    if (dx_store_check(f->store, print_line, NULL, &faults, &f->err))
        fail_msg("%s", f->err.text);
    assert_int_equal(faults, 0);
}

/* Small numbers that repeat from a seed. */
static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 16) % n;
}

static const char *const servers[] = {"EX1", "EX2", "EX3", "APP1"};
static const char *const products[] = {"Mail", "Mail", "Backup", ""};
static const char *const diagnoses[] = {"mail.disk-full", "mail.no-rights", "backup.vss"};

static const int64_t DAY_US = INT64_C(86400000000);

/* An attempt made of the numbers' luck; the same `shape` gives the same attempt. */
static void put_attempt(fx *f, unsigned shape, unsigned records)
{
    unsigned seed = shape;
    char text[400] = "", path[40];
    for (unsigned i = 0; i < records; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s%u-%u", i ? " " : "",
                 roll(&seed, 2) ? "!e" : "w", roll(&seed, 5), i == 0 ? shape : 0);
    snprintf(path, sizeof path, "log-%u", shape);
    fx_log l = fx_new(f->arena, path);
    dx_attempt *a = fx_attempt(&l, servers[shape % 4], text);
    const char *product = products[roll(&seed, 4)];
    dx_fact *facts = dx_arena_get(f->arena, 2 * sizeof *facts);
    facts[0] = (dx_fact){DX_LIT("product"), dx_str_of(product), 0, DX_LIT("log")};
    facts[1] = (dx_fact){DX_LIT("version"), roll(&seed, 2) ? DX_LIT("1.0") : DX_LIT("2.0"), 0,
                         DX_LIT("log")};
    a->facts = facts;
    a->n_facts = *product ? 2 : 0;
    a->began_us = ((int64_t)roll(&seed, 800) - 100) * DAY_US + 5;
    a->outcome = (dx_outcome)roll(&seed, 5);
    a->code = roll(&seed, 3) ? DX_LIT("1603") : DX_NONE;
    for (size_t i = 0; i < l.log.n_events; i++)
        if (roll(&seed, 3) == 0) {
            l.events[i].polarity = DX_UNKNOWN;
            l.events[i].signature = DX_NONE;
        }
    fx_put(f, &l);
}

static void judge(fx *f, int64_t id, unsigned *seed)
{
    dx_case c = fx_case(f, id);
    dx_finding found[2];
    const size_t n = c.n_events ? roll(seed, 3) : 0;
    const dx_evidence proof = {.why = DX_LIT("because"), .points = 50, .event = c.events};
    for (size_t i = 0; i < n; i++) {
        const unsigned which = roll(seed, 3);
        found[i] = (dx_finding){.diagnosis = dx_str_of(diagnoses[which]),
                                .cause_class = which == 1 ? DX_LIT("rights") : DX_LIT("disk"),
                                .title = DX_LIT("Something failed"),
                                .state = (dx_state)roll(seed, 4),
                                .begun_us = DX_NO_TIME,
                                .n_evidence = 1,
                                .evidence = &proof};
        snprintf(found[i].key, sizeof found[i].key, "%04x-%04x", which, (unsigned)id % 4);
    }
    const dx_event *left[] = {c.events};
    const dx_verdict v = {
        .n_findings = n, .findings = found, .n_unexplained = c.n_events && !n, .unexplained = left};
    if (dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &v, &f->err))
        fail_msg("%s", f->err.text);
}

static void test_sums_follow_attempts_growth_and_verdicts(void **state)
{
    fx *f = *state;
    unsigned seed = 7;
    for (unsigned i = 0; i < 60; i++) {
        put_attempt(f, i, 3 + roll(&seed, 9));
        judge(f, f->ids[0], &seed);
    }
    assert_sound(f);
    for (unsigned i = 0; i < 60; i += 3)
        put_attempt(f, i, 12 + roll(&seed, 6));
    assert_sound(f);
    for (int64_t id = 1; id <= 60; id++)
        judge(f, id, &seed);
    assert_sound(f);
    assert_int_equal(fx_ask(fx_db(f), "SELECT attempts FROM tally WHERE kind = 0 AND product = 0"
                                      " AND grain = 0"),
                     fx_count(f, "attempt"));
}

static void test_what_is_undone_is_not_counted(void **state)
{
    fx *f = *state;
    unsigned seed = 9;
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    put_attempt(f, 1, 5);
    fx_log bad = fx_new(f->arena, "bad.log");
    fx_attempt(&bad, "EX1", "!x");
    fx_attempt(&bad, "EX2", "!y");
    bad.events[1].attempt = 9;
    bad.log.attempts = bad.attempts;
    bad.log.events = bad.events;
    assert_int_equal(dx_store_put_log(f->store, f->scan, &bad.log, f->ids, f->seen, &f->err),
                     DX_FAIL);
    put_attempt(f, 2, 5);
    judge(f, f->ids[0], &seed);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    assert_sound(f);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    put_attempt(f, 3, 5);
    dx_store_rollback(f->store);
    assert_sound(f);
    put_attempt(f, 3, 5);
    assert_sound(f);
    assert_int_equal(fx_count(f, "standing"), 3);
}

static void test_a_wrong_sum_is_found(void **state)
{
    fx *f = *state;
    put_attempt(f, 1, 5);
    assert_int_equal(
        sqlite3_exec(fx_db(f), "UPDATE tally SET servers = 9 WHERE grain = 2", NULL, NULL, NULL),
        SQLITE_OK);
    size_t faults = 0;
    assert_int_equal(dx_store_check(f->store, print_line, NULL, &faults, &f->err), DX_OK);
    assert_int_equal(faults, 1);
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
        fx_test(test_what_is_undone_is_not_counted),
        fx_test(test_a_wrong_sum_is_found),
        fx_test(test_unknown_errors_of_one_kind_share_a_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
