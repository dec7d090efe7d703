/* Whatever happens to attempts, in whatever order and however grouped: fix cases and findings are
 * always those that follow from all attempts there are, as walked through here in the simplest way.
 */
#define _XOPEN_SOURCE 700
#include "folder.h"
#include "standings.h"

/* ---- the simplest way ---- */

enum { MANY = 4096 };

typedef struct told {
    int64_t server, product, attempt, us, outcome, diagnosis, begun_us;
} told;

typedef struct fix_row {
    int64_t server, product, diagnosis, began_us, took_us; /* took_us: -1 = open */
    int64_t begun, failed;
    int64_t seen, tries_us; /* on the way: the attempt that showed it last, the try that is on */
} fix_row;

static size_t read_told(sqlite3 *db, told *out)
{
    static const char sql[] =
        "SELECT s.server, of_product, s.attempt, happened_us, outcome, coalesce(f.diagnosis, 0),"
        " coalesce(f.begun_us, iif(f.state IN (1, 2), happened_us, NULL), (SELECT at_us"
        "  FROM resolution AS r WHERE r.key = f.key AND r.at_us >= happened_us), -1)"
        " FROM standing AS s JOIN attempt AS a ON a.id = s.attempt"
        " LEFT JOIN finding AS f ON f.attempt = a.id ORDER BY 1, 2, 4, 3, ord";
    sqlite3_stmt *q = NULL;
    size_t n = 0;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        int64_t *column = &out[n].server;
        for (int i = 0; i < 7; i++)
            column[i] = sqlite3_column_int64(q, i);
        assert_true(++n < MANY);
    }
    sqlite3_finalize(q);
    return n;
}

static bool same_install(const told *a, const fix_row *b)
{
    return a->server == b->server && a->product == b->product;
}

static void fail_at(const told *t, fix_row *rows, size_t *n)
{
    size_t i = *n;
    while (i && !(same_install(t, &rows[i - 1]) && rows[i - 1].diagnosis == t->diagnosis &&
                  rows[i - 1].took_us < 0))
        i--;
    fix_row *c = i ? &rows[i - 1] : &rows[(*n)++];
    if (!i)
        *c = (fix_row){t->server, t->product, t->diagnosis, t->us, -1, 0, 0, t->attempt, -1};
    if (c->tries_us >= 0 && c->tries_us <= t->us && c->seen != t->attempt) {
        c->failed++;
        c->tries_us = -1;
    }
    c->seen = t->attempt;
    if (t->begun_us >= 0) {
        c->begun = 1;
        c->tries_us = t->begun_us;
    }
}

static void succeed_at(const told *t, fix_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same_install(t, &rows[i]) && rows[i].took_us < 0 && rows[i].seen != t->attempt)
            rows[i].took_us = t->us - rows[i].began_us;
}

static size_t due_cases(sqlite3 *db, fix_row *rows)
{
    static told all[MANY];
    const size_t n_told = read_told(db, all);
    size_t n = 0;
    for (size_t i = 0; i < n_told; i++) {
        if (all[i].diagnosis)
            fail_at(&all[i], rows, &n);
        const bool whole = i + 1 == n_told || all[i + 1].attempt != all[i].attempt;
        if (whole && all[i].outcome == DX_SUCCEEDED)
            succeed_at(&all[i], rows, n);
    }
    return n;
}

static const fix_row *find_case(const fix_row *rows, size_t n, const fix_row *like)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].server == like->server && rows[i].product == like->product &&
            rows[i].diagnosis == like->diagnosis && rows[i].began_us == like->began_us)
            return &rows[i];
    return NULL;
}

/* Of two cases with one beginning the first is told of. */
static size_t told_of(const fix_row *rows, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += find_case(rows, n, &rows[i]) == &rows[i];
    return sum;
}

static void assert_cases(sqlite3 *db, unsigned round)
{
    static fix_row due[MANY];
    const size_t n = due_cases(db, due);
    size_t n_rows = 0;
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT server, product, diagnosis, began_us,"
                                        " coalesce(took_us, -1), begun, failed FROM fix_case",
                                        -1, &q, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(q) == SQLITE_ROW; n_rows++) {
        fix_row is = {.server = 0};
        int64_t *column = &is.server;
        for (int i = 0; i < 7; i++)
            column[i] = sqlite3_column_int64(q, i);
        const fix_row *want = find_case(due, n, &is);
        if (!want || want->took_us != is.took_us || want->begun != is.begun ||
            want->failed != is.failed)
            fail_msg("round %u: a fix case of server %lld that is not due: began %lld, took %lld,"
                     " begun %lld, failed %lld",
                     round, (long long)is.server, (long long)is.began_us, (long long)is.took_us,
                     (long long)is.begun, (long long)is.failed);
    }
    sqlite3_finalize(q);
    if (n_rows != told_of(due, n))
        fail_msg("round %u: %zu fix cases, not %zu", round, n_rows, told_of(due, n));
}

/* What its findings say of each key that is shown; the fix cases must be right. */
static void assert_keys(sqlite3 *db, unsigned round)
{
    static const char wrong[] =
        "WITH shown AS (SELECT key, f.id, f.state, f.diagnosis, s.server, of_product, happened_us,"
        " count(*) OVER (PARTITION BY key) AS n, row_number() OVER (PARTITION BY key"
        "  ORDER BY happened_us DESC, s.attempt DESC, f.id DESC) AS back,"
        " min(happened_us) OVER (PARTITION BY key) AS first_us, (SELECT"
        "  count(DISTINCT g.attempt) FROM finding AS g WHERE g.key = f.key) AS attempts"
        " FROM finding AS f JOIN standing AS s ON s.attempt = f.attempt),"
        " due AS (SELECT key, attempts, first_us, happened_us, id, state, server, of_product,"
        "  diagnosis, attempts > 1 AND EXISTS (SELECT 1 FROM fix_case AS c WHERE"
        "   c.server = shown.server AND c.product = of_product AND c.diagnosis = shown.diagnosis"
        "   AND began_us + took_us > first_us AND began_us + took_us < happened_us)"
        "  FROM shown WHERE back = 1),"
        " kept AS (SELECT key, attempts, first_us, last_us, last_finding, state, server, product,"
        "  diagnosis, again FROM finding_key WHERE attempts > 0)"
        " SELECT (SELECT count(*) FROM (SELECT * FROM due EXCEPT SELECT * FROM kept))"
        " + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM due))";
    const long long n = fx_ask(db, wrong);
    if (n)
        fail_msg("round %u: %lld keys that are not those of their findings", round, n);
}

/* What v_sums makes of days of diagnoses, which are not kept as rows. */
static void assert_days(sqlite3 *db, unsigned round)
{
#define DIAGNOSED(product, split)                                                                  \
    "SELECT (SELECT text FROM term WHERE id = diagnosis) AS id,"                                   \
    " date(happened_us / 1000000, 'unixepoch') AS bucket, " product " AS product, " split          \
    " AS of_product, count(*), sum(failed), count(DISTINCT server) FROM standing"                  \
    " WHERE diagnosis IS NOT NULL GROUP BY 1, 2, 3"
    static const char wrong[] = "WITH due AS (" DIAGNOSED("NULL", "0") " UNION ALL " DIAGNOSED(
        "(SELECT text FROM term WHERE id = of_product)",
        "1") "), kept AS (SELECT id, bucket, product, of_product, attempts, failures, servers"
             " FROM v_sums WHERE what = 'diagnosis' AND by = 'day' AND id IS NOT NULL)"
             " SELECT (SELECT count(*) FROM (SELECT * FROM due EXCEPT SELECT * FROM kept))"
             " + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM due))";
    const long long n = fx_ask(db, wrong);
    if (n)
        fail_msg("round %u: %lld days that are not those of their attempts", round, n);
}

/* ---- what happens ---- */

enum { SERVERS = 3, MOMENTS = 14 };

static const char *const names[SERVERS] = {"EX1", "EX2", "EX3"};

static int64_t pick_moment(unsigned *seed)
{
    return ((int64_t)fleet_roll(seed, MOMENTS) + 1) * FLEET_DAY;
}

static const dx_str rules[] = {{"rules-1", 7}, {"rules-2", 7}};

/* A log of the numbers' luck; it may be one that is known, shorter or longer or read otherwise. */
static void put_any(fx *f, unsigned *seed, unsigned shapes)
{
    const unsigned shape = fleet_roll(seed, shapes), records = 2 + fleet_roll(seed, 3);
    char text[200] = "", path[40];
    unsigned own = shape * 7919 + 1;
    for (unsigned i = 0; i < records; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s!e%u-%u", i ? " " : "", shape,
                 i);
    snprintf(path, sizeof path, "log-%u", shape);
    fx_log l = fx_new(f->arena, path);
    dx_attempt *a = fx_attempt(&l, names[shape % SERVERS], text);
    const dx_fact product = {DX_LIT("product"),
                             fleet_roll(&own, 3) ? DX_LIT("Mail") : DX_LIT("Backup"), 0,
                             DX_LIT("log")};
    a->facts = dx_arena_dup(f->arena, &product, sizeof product);
    a->n_facts = 1;
    a->began_us = pick_moment(&own) + (int64_t)fleet_roll(&own, 2);
    if (fleet_roll(&own, 12) == 0)
        a->began_us = DX_NO_TIME;
    a->outcome = fleet_roll(seed, 2) ? DX_SUCCEEDED : DX_FAILED;
    if (fleet_roll(seed, 8) == 0)
        l.log.n_events = 1; /* other rules see less */
    if (fleet_roll(seed, 4) == 0)
        a->outcome = fleet_roll(seed, 2) ? DX_UNDECIDED : DX_CUT_OFF;
    fx_put(f, &l);
}

static int64_t pick_attempt(fx *f, unsigned *seed)
{
    const long long n = fx_count(f, "attempt");
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT id FROM attempt ORDER BY id LIMIT 1 OFFSET %u",
             n ? fleet_roll(seed, (unsigned)n) : 0);
    return n ? fx_ask(fx_db(f), sql) : 0;
}

/* A diagnosis has two keys on each server, whatever the product. */
static void judge_any(fx *f, unsigned *seed)
{
    const int64_t id = pick_attempt(f, seed);
    dx_finding found[3];
    if (!id)
        return;
    const dx_case c = fx_case(f, id);
    const unsigned n = c.n_events ? fleet_roll(seed, 5) % 4 : 0;
    const dx_evidence proof = {.why = DX_LIT("because"), .points = 50, .event = c.events};
    for (unsigned i = 0; i < n; i++) {
        const unsigned which = fleet_roll(seed, 3);
        found[i] = (dx_finding){.diagnosis = dx_str_of(fleet_diagnoses[which]),
                                .cause_class = which == 1 ? DX_LIT("rights") : DX_LIT("disk"),
                                .title = DX_LIT("Something failed"),
                                .state = (dx_state)fleet_roll(seed, 4),
                                .begun_us = fleet_roll(seed, 4) ? DX_NO_TIME : pick_moment(seed),
                                .n_evidence = 1,
                                .evidence = &proof};
        snprintf(found[i].key, sizeof found[i].key, "%04x-%c%c%c%u", which, c.attempt.server.p[0],
                 c.attempt.server.p[1], c.attempt.server.p[2], fleet_roll(seed, 2));
    }
    const dx_event *left[] = {c.events};
    const bool unexplained = c.n_events && fleet_roll(seed, 3) == 0;
    const dx_verdict v = {
        .n_findings = n, .findings = found, .n_unexplained = unexplained, .unexplained = left};
    if (dx_store_put_verdict(f->store, f->scan, id, rules[fleet_roll(seed, 2)], &v, &f->err))
        fail_msg("%s", f->err.text);
}

static bool pick_key(fx *f, unsigned *seed, int64_t *attempt, char key[10])
{
    sqlite3_stmt *q = NULL;
    const long long n = fx_count(f, "finding");
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT attempt, key FROM finding ORDER BY 1, 2 LIMIT 1 OFFSET %u",
             n ? fleet_roll(seed, (unsigned)n) : 0);
    if (!n)
        return false;
    assert_int_equal(sqlite3_prepare_v2(fx_db(f), sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    *attempt = sqlite3_column_int64(q, 0);
    snprintf(key, 10, "%s", (const char *)sqlite3_column_text(q, 1));
    sqlite3_finalize(q);
    return true;
}

static void set_any_state(fx *f, unsigned *seed)
{
    dx_finding now = {.state = (dx_state)fleet_roll(seed, 4), .state_why = DX_LIT("so")};
    int64_t attempt;
    now.begun_us = fleet_roll(seed, 2) ? DX_NO_TIME : pick_moment(seed);
    if (pick_key(f, seed, &attempt, now.key) &&
        dx_store_set_state(f->store, attempt, &now, &f->err))
        fail_msg("%s", f->err.text);
}

/* ---- what people decide, and what befalls a whole store; a transaction each ---- */

static void resolve_any(fx *f, unsigned *seed)
{
    int64_t attempt;
    char key[10];
    sq_store *s = (sq_store *)f->store;
    if (!pick_key(f, seed, &attempt, key))
        return;
    s->now_us = pick_moment(seed);
    const dx_resolution r = {dx_str_of(key), DX_LIT("more room"), DX_NONE, DX_LIT("me")};
    if (dx_store_resolve(f->store, &r, &f->err))
        fail_msg("%s", f->err.text);
    s->now_us = FX_NOW;
}

/* Decisions of one moment are told apart by their reasons; some end before others begin. */
static void silence_any(fx *f, unsigned *seed)
{
    sq_store *s = (sq_store *)f->store;
    s->now_us = pick_moment(seed);
    const int64_t until =
        fleet_roll(seed, 3) ? s->now_us + (1 + fleet_roll(seed, 9)) * FLEET_DAY : DX_NO_TIME;
    const dx_str reason = dx_arena_printf(f->arena, "reason %u", fleet_roll(seed, 3));
    if (dx_store_silence(f->store, dx_str_of(fleet_diagnoses[fleet_roll(seed, 3)]), until, reason,
                         DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
    s->now_us = FX_NOW;
}

static void alias_any(fx *f, unsigned *seed)
{
    const dx_str name = dx_str_of(names[1 + fleet_roll(seed, 2)]);
    const dx_str as = fleet_roll(seed, 2) ? DX_LIT("EX1") : DX_NONE;
    if (dx_store_alias(f->store, name, as, DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void tag_any(fx *f, unsigned *seed)
{
    const dx_tagging t = {dx_str_of(names[fleet_roll(seed, SERVERS)]), DX_LIT("site"),
                          fleet_roll(seed, 2) ? DX_LIT("Rome") : DX_NONE};
    if (dx_store_tag(f->store, &t, 1, DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void prune_any(fx *f, unsigned *seed)
{
    dx_pruned gone;
    if (dx_store_prune(f->store, pick_moment(seed), &gone, &f->err))
        fail_msg("%s", f->err.text);
}

static void group_of(fx *f, unsigned *seed, unsigned shapes)
{
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    for (unsigned n = 1 + fleet_roll(seed, 6); n; n--) {
        const unsigned what = fleet_roll(seed, 10);
        if (what < 4)
            put_any(f, seed, shapes);
        else if (what < 9)
            judge_any(f, seed);
        else
            set_any_state(f, seed);
        if (fleet_roll(seed, 8) == 0) /* as when much waits */
            assert_int_equal(sq_sums_flush((sq_store *)f->store, &f->err), DX_OK);
    }
    if (fleet_roll(seed, 20) == 0)
        dx_store_rollback(f->store);
    else
        assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
}

/* Another store, with some of the same logs, other verdicts and decisions of its own. */
static void merge_any(fx *f, unsigned *seed, unsigned shapes)
{
    fx other = {.arena = f->arena};
    dx_merged done;
    const unsigned groups = 2 + fleet_roll(seed, 4);
    fx_open(&other, f->path);
    fx_scan(&other, fleet_roll(seed, 2) ? "rules-1" : "rules-2");
    for (unsigned i = 0; i < groups; i++)
        group_of(&other, seed, shapes);
    resolve_any(&other, seed);
    if (fleet_roll(seed, 2))
        alias_any(&other, seed);
    for (unsigned n = fleet_roll(seed, 3); n; n--)
        silence_any(&other, seed);
    if (fleet_roll(seed, 3) == 0)
        prune_any(&other, seed);
    dx_store_close(other.store);
    if (dx_store_merge(f->store, f->path, f->arena, &done, &f->err))
        fail_msg("%s", f->err.text);
    assert_int_equal(remove(f->path), 0);
}

static void happen(fx *f, unsigned *seed, unsigned shapes)
{
    const unsigned what = fleet_roll(seed, 40);
    if (what < 3)
        resolve_any(f, seed);
    else if (what < 5)
        alias_any(f, seed);
    else if (what < 6)
        tag_any(f, seed);
    else if (what < 7)
        prune_any(f, seed);
    else if (what < 8)
        merge_any(f, seed, shapes);
    else if (what < 10)
        fx_scan(f, fleet_roll(seed, 2) ? "rules-1" : "rules-2");
    else if (what < 13)
        silence_any(f, seed);
    else
        group_of(f, seed, shapes);
}

/* Few logs meet again and again; many make long histories. */
static void follow(fx *f, unsigned seed, unsigned rounds, unsigned shapes)
{
    fx_open(f, ":memory:");
    for (unsigned i = 1; i <= rounds; i++) {
        happen(f, &seed, shapes);
        assert_cases(fx_db(f), i);
        assert_keys(fx_db(f), i);
        assert_days(fx_db(f), i);
        standings_assert(f, pick_moment(&seed) + FLEET_DAY / 2, i);
        if (i % 16 == 0 || i == rounds)
            fleet_assert_sound(f);
    }
    dx_store_close(f->store);
    f->store = NULL;
    dx_arena_reset(f->arena);
}

static void test_cases_and_keys_are_those_of_all_attempts(void **state)
{
    const char *more = getenv("FOLLOW_SEEDS"); /* for a longer search */
    const int to = more ? atoi(more) : 12;
    assert_true(to > 0);
    for (unsigned seed = 1; seed <= (unsigned)to; seed++)
        follow(*state, seed * 2654435761u, 120, seed % 2 ? 12 : 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(test_cases_and_keys_are_those_of_all_attempts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
