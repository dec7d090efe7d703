/* What servers told is packed up to a bound and lies in rows beyond it: wherever it lies, and
 * however often it goes from one to the other, all sums are those of the attempts there are. */
#define _XOPEN_SOURCE 700
#include "fleet.h"
#include "folder.h"
#include "db/backends/sqlite_packs.h"

enum { SERVERS = 4, SHAPES = 900, PATTERNS = 26 * 26, LAST_DAY = 200 };

static const char *const names[SERVERS] = {"EX1", "EX2", "EX3", "EX4"};

/* Most on neighbouring days, on both sides of 1970; some centuries away, which no list holds beside
 * them, and some in between. */
static int64_t day_of(unsigned *own)
{
    const unsigned kind = fleet_roll(own, 400);
    const int64_t near = (int64_t)fleet_roll(own, LAST_DAY) - 60;
    return kind == 0 ? near - 100000 : kind == 1 ? near + 90000 : kind < 5 ? near + 30000 : near;
}

/* The first server tells little, the last one very much. */
static unsigned server_of(unsigned shape)
{
    const unsigned at = shape % 16;
    return at < 1 ? 0 : at < 3 ? 1 : at < 7 ? 2 : 3;
}

static char *words_of(unsigned shape, unsigned records, char *text, size_t size)
{
    size_t n = (size_t)snprintf(text, size, "s%u", shape);
    for (unsigned i = 0, own = shape; i < records; i++) {
        const unsigned word = fleet_roll(&own, PATTERNS);
        n += (size_t)snprintf(text + n, size - n, " !say%c%c", (char)('a' + word / 26),
                              (char)('a' + word % 26));
    }
    return text;
}

/* The same shape is the same attempt, maybe longer or read by rules that see less. */
static dx_rc try_shape(fx *f, unsigned *seed)
{
    static const char *const versions[] = {"1.0", "1.1", "2.0", "3.5"};
    const unsigned shape = fleet_roll(seed, SHAPES);
    unsigned own = shape * 2654435761u + 1;
    char text[200];
    fx_log l = fx_new(f->arena, dx_arena_printf(f->arena, "log-%u", shape).p);
    dx_attempt *a = fx_attempt(&l, names[server_of(shape)],
                               words_of(shape, 1 + fleet_roll(seed, 4), text, sizeof text));
    const dx_fact facts[] = {
        {DX_LIT("product"), fleet_roll(&own, 3) ? DX_LIT("Mail") : DX_LIT("Backup"), 0,
         DX_LIT("log")},
        {DX_LIT("version"), dx_str_of(versions[fleet_roll(&own, 4)]), 0, DX_LIT("log")}};
    a->facts = dx_arena_dup(f->arena, facts, sizeof facts);
    a->n_facts = fleet_roll(&own, 5) ? 2 : 0;
    a->began_us = day_of(&own) * FLEET_DAY + 7;
    a->outcome = fleet_roll(seed, 2) ? DX_SUCCEEDED : DX_FAILED;
    a->code = fleet_roll(&own, 3) ? DX_LIT("1603") : DX_NONE;
    for (size_t i = 0; i < l.log.n_events; i++)
        if (fleet_roll(&own, 2)) {
            l.events[i].polarity = DX_UNKNOWN;
            l.events[i].signature = DX_NONE;
        }
    return fx_try(f, &l);
}

static void put_shape(fx *f, unsigned *seed)
{
    if (try_shape(f, seed))
        fail_msg("%s", f->err.text);
    if (fleet_roll(seed, 3) == 0)
        fleet_judge(f, f->ids[0], seed);
}

static void put_some(fx *f, unsigned *seed)
{
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    for (unsigned n = 1 + fleet_roll(seed, 60); n; n--) {
        put_shape(f, seed);
        if (fleet_roll(seed, 30) == 0) /* as when much waits */
            assert_int_equal(sq_sums_flush((sq_store *)f->store, &f->err), DX_OK);
    }
    if (fleet_roll(seed, 20) == 0)
        dx_store_rollback(f->store);
    else
        assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
}

/* Now and then nearly all goes. */
static void prune(fx *f, unsigned *seed)
{
    dx_pruned gone;
    const int64_t day = fleet_roll(seed, 4) ? (int64_t)fleet_roll(seed, LAST_DAY) - 60
                                            : 29900 + (int64_t)fleet_roll(seed, LAST_DAY);
    if (dx_store_prune(f->store, day * FLEET_DAY, &gone, &f->err))
        fail_msg("%s", f->err.text);
}

static void alias(fx *f, unsigned *seed)
{
    const dx_str name = dx_str_of(names[1 + fleet_roll(seed, SERVERS - 1)]);
    const dx_str as = fleet_roll(seed, 3) ? DX_NONE : DX_LIT("EX1");
    if (dx_store_alias(f->store, name, as, DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void tag(fx *f, unsigned *seed)
{
    const dx_tagging t = {dx_str_of(names[fleet_roll(seed, SERVERS)]), DX_LIT("site"),
                          fleet_roll(seed, 2) ? DX_LIT("Rome") : DX_NONE};
    if (dx_store_tag(f->store, &t, 1, DX_LIT("me"), &f->err))
        fail_msg("%s", f->err.text);
}

static void merge(fx *f, unsigned *seed)
{
    fx other = {.arena = f->arena};
    dx_merged done;
    fx_open(&other, f->path);
    for (unsigned i = fleet_roll(seed, 4); i < 4; i++)
        put_some(&other, seed);
    dx_store_close(other.store);
    if (dx_store_merge(f->store, f->path, f->arena, &done, &f->err))
        fail_msg("%s", f->err.text);
    assert_int_equal(remove(f->path), 0);
}

static void happen(fx *f, unsigned *seed)
{
    const unsigned what = fleet_roll(seed, 24);
    if (what < 2)
        prune(f, seed);
    else if (what < 4)
        alias(f, seed);
    else if (what < 5)
        tag(f, seed);
    else if (what < 6)
        merge(f, seed);
    else if (what < 7)
        fx_scan(f, fleet_roll(seed, 2) ? "rules-1" : "rules-2");
    else
        put_some(f, seed);
}

/* ---- what the program reads is what plain SQL does ---- */

static dx_rc add_up(void *ctx, const sq_cell *c, dx_err *err)
{
    int64_t *sum = ctx;
    (void)err;
    *sum += 1 + c->server * 3 + c->what * 5 + c->day * 7 + c->release * 11 + c->events * 13 +
            c->attempts * 17 + c->failures * 19;
    return DX_OK;
}

static void assert_read(fx *f, unsigned round)
{
    int64_t servers[SERVERS + 1], sum = 0;
    for (size_t i = 0; i <= SERVERS; i++)
        servers[i] = (int64_t)i;
    const sq_cells_asked q = {.servers = servers,
                              .n = SERVERS + 1,
                              .from = -100020,
                              .to = 90100,
                              .what = {{0, 0}, {1, INT64_C(1) << 31}},
                              .n_what = 2};
    if (sq_cells_read((sq_store *)f->store, &q, add_up, &sum, &f->err))
        fail_msg("%s", f->err.text);
    if (sum != fx_ask(fx_db(f), "SELECT coalesce(sum(1 + server * 3 + what * 5 + day * 7 +"
                                " release * 11 + events * 13 + attempts * 17 + failures * 19), 0)"
                                " FROM cell_list WHERE day BETWEEN -100020 AND 90100"))
        fail_msg("round %u: cells are read that are not those of the list", round);
}

typedef struct crossings {
    unsigned up, down; /* servers that came to have rows, and lists again */
} crossings;

static void look_where(fx *f, bool rows[SERVERS + 1], crossings *n)
{
    for (unsigned i = 1; i <= SERVERS; i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SELECT EXISTS (SELECT 1 FROM cell WHERE server = %u)", i);
        const bool now = fx_ask(fx_db(f), sql);
        n->up += now && !rows[i];
        n->down += !now && rows[i];
        rows[i] = now;
    }
}

static void follow(fx *f, unsigned seed, unsigned rounds, crossings *n)
{
    bool rows[SERVERS + 1] = {false};
    fx_open(f, ":memory:");
    for (unsigned i = 1; i <= rounds; i++) {
        happen(f, &seed);
        assert_read(f, i);
        look_where(f, rows, n);
        if (i % 8 == 0 || i == rounds)
            fleet_assert_sound(f);
        if (i % 16 == 0)
            dx_arena_reset(f->arena);
    }
    dx_store_close(f->store);
    f->store = NULL;
    dx_arena_reset(f->arena);
}

static void test_sums_are_right_on_both_sides_of_the_bound(void **state)
{
    const char *more = getenv("BOUNDS_SEEDS"); /* for a longer search */
    const int to = more ? atoi(more) : 2;
    crossings n = {0, 0};
    assert_true(to > 0);
    for (unsigned seed = 1; seed <= (unsigned)to; seed++)
        follow(*state, seed * 2654435761u, 80, &n);
    assert_true(n.up > 4 && n.down > 1);
}

/* ---- lists of somebody else ---- */

static void run(fx *f, const char *sql)
{
    if (sqlite3_exec(fx_db(f), sql, NULL, NULL, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(fx_db(f)));
}

/* A byte is another one, some may be missing, or come twice. */
static void damage_one(fx *f, unsigned *seed)
{
    const unsigned at = 1 + fleet_roll(seed, 60), byte = fleet_roll(seed, 256);
    const unsigned next = at + fleet_roll(seed, 4) % 3;
    run(f, dx_arena_printf(f->arena,
                           "UPDATE cell_pack SET list = CAST(substr(list, 1, %u) || X'%02x' ||"
                           " substr(list, %u) AS BLOB) WHERE server = (SELECT server FROM cell_pack"
                           " LIMIT 1 OFFSET %u)",
                           at, byte, next + 1, fleet_roll(seed, SERVERS))
               .p);
}

/* Either is an answer; neither reads beyond a list. */
static void ask_all(fx *f)
{
    const dx_tag rome = {DX_LIT("site"), DX_LIT("Rome")};
    for (int of = DX_OF_SIGNATURE; of <= DX_OF_CODE; of++)
        for (int by = DX_BY_DAY; by <= DX_BY_SITE; by++) {
            dx_trend_query q = {.of = (dx_trend_of)of,
                                .by = (dx_trend_by)by,
                                .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME},
                                .top = 5};
            dx_trend t;
            if (dx_store_trend(f->store, &q, f->arena, &t, &f->err))
                fx_assert_mentions(&f->err, "is damaged");
            q.where.n_tags = 1;
            q.where.tags = &rome;
            if (dx_store_trend(f->store, &q, f->arena, &t, &f->err))
                fx_assert_mentions(&f->err, "is damaged");
        }
}

static bool put_group(fx *f, unsigned *seed)
{
    dx_rc rc = dx_store_begin(f->store, &f->err);
    for (unsigned n = 0; n < 8 && rc == DX_OK; n++)
        rc = try_shape(f, seed);
    if (rc == DX_OK)
        rc = dx_store_commit(f->store, &f->err);
    if (rc == DX_OK)
        return true;
    dx_store_rollback(f->store);
    fx_assert_mentions(&f->err, "is damaged");
    return false;
}

static void test_damaged_lists_are_asked_and_written_without_harm(void **state)
{
    fx *f = *state;
    unsigned seed = 77, done = 0, refused = 0;
    fx_open(f, ":memory:");
    assert_true(put_group(f, &seed));
    for (unsigned i = 0; i < 100; i++) {
        run(f, "CREATE TABLE temp.was AS SELECT * FROM cell_pack");
        damage_one(f, &seed);
        ask_all(f);
        const bool put = put_group(f, &seed);
        done += put;
        refused += !put;
        run(f, put ? "DROP TABLE temp.was"
                   : "DELETE FROM cell_pack; INSERT INTO cell_pack SELECT * FROM temp.was;"
                     "DROP TABLE temp.was");
        dx_arena_reset(f->arena);
    }
    assert_true(done > 3 && refused > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(test_sums_are_right_on_both_sides_of_the_bound),
        folder_test(test_damaged_lists_are_asked_and_written_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
