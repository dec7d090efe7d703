/* Every trend question against the same question asked of the attempts and events themselves. */
#include "fleet.h"

/* One row per attempt and thing, with every bucket it falls into. */
static const char base[] =
    "CREATE TEMP TABLE thing (of, id, attempt, events);"
    "INSERT INTO thing SELECT 0, iif(polarity = 4, '', signature.name), event.id >> 24, count(*)"
    "  FROM event JOIN evidence ON evidence.id = event.evidence"
    "  JOIN signature ON signature.id = evidence.signature WHERE polarity IN (0, 4) GROUP BY 2, 3;"
    "CREATE TEMP TABLE told AS SELECT event.id >> 24 AS attempt, count(*) AS n FROM event"
    "  JOIN evidence ON evidence.id = event.evidence"
    "  JOIN signature ON signature.id = evidence.signature WHERE polarity IN (0, 4) GROUP BY 1;"
    "CREATE TEMP VIEW one AS SELECT standing.*, coalesce(n, 0) AS events, server.name AS name,"
    "  p.text AS product, trim(p.text || ' ' || v.text) AS version,"
    "  coalesce((SELECT text FROM tag JOIN term ON term.id = value WHERE tag.server ="
    "   standing.server AND tag.name = (SELECT id FROM term WHERE text = 'site')), '') AS site,"
    "  (happened_us + 8640000000000000) / 86400000000 - 100000 AS day FROM standing"
    "  LEFT JOIN told ON told.attempt = standing.attempt JOIN server ON server.id = standing.server"
    "  JOIN release ON release.id = release JOIN term AS p ON p.id = release.product"
    "  JOIN term AS v ON v.id = release.version;"
    "INSERT INTO thing SELECT 1, coalesce((SELECT text FROM term WHERE id = diagnosis), ''),"
    "  attempt, events FROM one WHERE failed OR diagnosis IS NOT NULL;"
    "INSERT INTO thing SELECT 2, coalesce((SELECT text FROM term WHERE id = cause), ''),"
    "  attempt, events FROM one WHERE failed OR diagnosis IS NOT NULL;"
    "INSERT INTO thing SELECT 3, product, attempt, events FROM one;"
    "INSERT INTO thing SELECT 4, name, attempt, events FROM one;"
    "INSERT INTO thing SELECT 5, coalesce((SELECT text FROM term WHERE id = code), ''),"
    "  attempt, events FROM one WHERE failed;"
    "INSERT INTO thing SELECT 9, '', attempt, events FROM one;"
    "CREATE TEMP TABLE flat AS SELECT of, id, thing.attempt, thing.events, failed, server, name,"
    "  product, version, site, day, date(day * 86400, 'unixepoch') AS d,"
    "  strftime('%Y-%m', day * 86400, 'unixepoch') AS m,"
    "  strftime('%Y', ((day + 7000003) / 7 - 1000000) * 604800, 'unixepoch') || printf('-W%02d',"
    "  (strftime('%j', ((day + 7000003) / 7 - 1000000) * 604800, 'unixepoch') - 1) / 7 + 1) AS w"
    "  FROM thing JOIN one ON one.attempt = thing.attempt";

static const char *const column[] = {"d", "w", "m", "version", "site"};

static void assert_cell(fx *f, const dx_trend_query *q, const dx_trend *t,
                        const dx_trend_line *line, const dx_trend_cell *cell, const char *bucket)
{
    char sql[900];
    const dx_str server = q->where.server, product = q->where.product;
    const bool tagged = q->where.n_tags != 0;
    snprintf(sql, sizeof sql,
             "SELECT coalesce(sum(events), 0) || ' ' || count(*) || ' ' ||"
             " coalesce(sum(failed), 0) || ' ' || count(DISTINCT server) FROM flat WHERE of = %d"
             " AND id = ?1 AND day >= %lld AND day < %lld AND (?2 = '' OR name = ?2) AND"
             " (?3 = '' OR product = ?3) AND (?4 = '' OR site = ?4) AND (?5 IS NULL OR %s = ?5)",
             line->kind == DX_LINE_TOTAL ? 9 : (int)q->of, (long long)(t->since_us / FLEET_DAY),
             (long long)(t->until_us / FLEET_DAY), column[q->by]);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(fx_db(f), sql, -1, &stmt, NULL))
        fail_msg("%s", sqlite3_errmsg(fx_db(f)));
    const dx_str id = line->kind == DX_LINE_ID ? line->id : DX_LIT("");
    sqlite3_bind_text(stmt, 1, id.n ? id.p : "", (int)id.n, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, server.n ? server.p : "", (int)server.n, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, product.n ? product.p : "", (int)product.n, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 4, tagged ? q->where.tags->value.p : "",
                      tagged ? (int)q->where.tags->value.n : 0, SQLITE_STATIC);
    if (bucket)
        sqlite3_bind_text(stmt, 5, bucket, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    char got[100];
    snprintf(got, sizeof got, "%lld %lld %lld %lld", (long long)cell->events,
             (long long)cell->attempts, (long long)cell->failures, (long long)cell->servers);
    if (strcmp(got, (const char *)sqlite3_column_text(stmt, 0)) != 0)
        fail_msg("%s by %s, '%.*s' in %s: got %s, want %s", dx_trend_of_names[q->of],
                 dx_trend_by_names[q->by], DX_FMT(line->id), bucket ? bucket : "all", got,
                 (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
}

static void assert_adds_up(const dx_trend *t, const dx_trend_query *q)
{
    const dx_trend_line *total = &t->lines[t->n_lines - 1];
    assert_int_equal(total->kind, DX_LINE_TOTAL);
    for (size_t b = 0; b <= t->n_buckets; b++) {
        dx_trend_cell sum = {0};
        for (size_t i = 0; i + 1 < t->n_lines; i++) {
            const dx_trend_cell *c = b < t->n_buckets ? &t->lines[i].cell[b] : &t->lines[i].all;
            sum.events += c->events;
            sum.attempts += c->attempts;
            sum.failures += c->failures;
        }
        const dx_trend_cell *want = b < t->n_buckets ? &total->cell[b] : &total->all;
        if (sum.events != want->events)
            fail_msg("%s by %s: %lld of %lld events", dx_trend_of_names[q->of],
                     dx_trend_by_names[q->by], (long long)sum.events, (long long)want->events);
        if (q->of == DX_OF_SIGNATURE)
            continue;
        assert_int_equal(sum.attempts, want->attempts);
        assert_int_equal(sum.failures, want->failures);
    }
}

static dx_trend ask(fx *f, const dx_trend_query *q)
{
    dx_trend t;
    if (dx_store_trend(f->store, q, f->arena, &t, &f->err))
        fail_msg("%s", f->err.text);
    assert_true(sqlite3_get_autocommit(fx_db(f)));
    return t;
}

static void assert_answer(fx *f, const dx_trend_query *q)
{
    const dx_trend t = ask(f, q);
    assert_adds_up(&t, q);
    for (size_t i = 0; i < t.n_lines; i++) {
        const dx_trend_line *line = &t.lines[i];
        if (line->kind == DX_LINE_REST || line->kind == DX_LINE_NO_FAILURE)
            continue;
        assert_cell(f, q, &t, line, &line->all, NULL);
        for (size_t b = 0; b < t.n_buckets; b++)
            if (line->cell[b].attempts || (i + b) % 11 == 0) {
                const dx_str name = dx_arena_copy(f->arena, t.buckets[b].name);
                assert_cell(f, q, &t, line, &line->cell[b], name.n ? name.p : "");
            }
    }
}

static void assert_all_by(fx *f, dx_trend_query q)
{
    for (int of = DX_OF_SIGNATURE; of <= DX_OF_CODE; of++)
        for (int by = DX_BY_DAY; by <= DX_BY_SITE; by++) {
            q.of = (dx_trend_of)of;
            q.by = (dx_trend_by)by;
            assert_answer(f, &q);
        }
}

static void make_fleet(fx *f)
{
    unsigned seed = 11;
    ((sq_store *)f->store)->now_us = 900 * FLEET_DAY;
    const dx_tagging tags[] = {{DX_LIT("EX1"), DX_LIT("site"), DX_LIT("Berlin")},
                               {DX_LIT("EX2"), DX_LIT("site"), DX_LIT("Paris")},
                               {DX_LIT("APP1"), DX_LIT("site"), DX_LIT("Berlin")}};
    for (unsigned i = 0; i < 80; i++) {
        fleet_put(f, i, 3 + fleet_roll(&seed, 9));
        fleet_judge(f, f->ids[0], &seed);
    }
    assert_int_equal(dx_store_tag(f->store, tags, 3, DX_LIT("me"), &f->err), DX_OK);
    if (sqlite3_exec(fx_db(f), base, NULL, NULL, NULL))
        fail_msg("%s", sqlite3_errmsg(fx_db(f)));
}

static void test_answers_are_those_of_the_attempts(void **state)
{
    fx *f = *state;
    make_fleet(f);
    dx_trend_query q = {.where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}, .top = 2};
    assert_all_by(f, q);
    q.where.since_us = 100 * FLEET_DAY;
    assert_all_by(f, q);
    q.where.product = DX_LIT("Mail");
    assert_all_by(f, q);
    q.where.product = DX_NONE;
    q.where.until_us = 400 * FLEET_DAY + 5;
    q.skip = 1;
    assert_all_by(f, q);
    q.where.product = DX_LIT("Mail");
    assert_all_by(f, q);
    q.where.server = DX_LIT("EX1");
    assert_all_by(f, q);
    const dx_tag berlin = {DX_LIT("site"), DX_LIT("Berlin")};
    q.where = (dx_trend_filter){
        .since_us = DX_NO_TIME, .until_us = 600 * FLEET_DAY, .n_tags = 1, .tags = &berlin};
    q.skip = 0;
    q.top = 10;
    assert_all_by(f, q);
    q.where.product = DX_LIT("Backup");
    assert_all_by(f, q);
}

static void test_nothing_is_an_answer_too(void **state)
{
    fx *f = *state;
    dx_trend_query q = {.where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}};
    dx_trend t = ask(f, &q);
    assert_int_equal(t.n_lines, 1);
    assert_int_equal(t.n_buckets, 0);
    make_fleet(f);
    q.where.server = DX_LIT("nobody");
    t = ask(f, &q);
    assert_int_equal(t.n_lines, 1);
    assert_int_equal(t.lines[0].all.attempts, 0);
    q = (dx_trend_query){.by = DX_BY_DAY, .where = {.since_us = 0, .until_us = 5000 * FLEET_DAY}};
    assert_int_equal(dx_store_trend(f->store, &q, f->arena, &t, &f->err), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_LIMIT);
    q.by = DX_BY_VERSION; /* has no steps */
    assert_answer(f, &q);
    assert_true(sqlite3_get_autocommit(fx_db(f))); /* or writers would have to wait */
}

static void test_weeks_are_those_of_iso_8601(void **state)
{
    (void)state;
    static const struct {
        int64_t day;
        const char *week, *month;
    } some[] = {{0, "1970-W01", "1970-01"},     {-4, "1969-W52", "1969-12"},
                {-3, "1970-W01", "1969-12"},    {17167, "2016-W52", "2017-01"},
                {20453, "2026-W01", "2025-12"}, {18627, "2020-W53", "2020-12"},
                {11016, "2000-W09", "2000-02"}};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        char name[32];
        dx_bucket_name(DX_GRAIN_WEEK, dx_bucket_of(DX_GRAIN_WEEK, some[i].day), name);
        assert_string_equal(name, some[i].week);
        dx_bucket_name(DX_GRAIN_MONTH, dx_bucket_of(DX_GRAIN_MONTH, some[i].day), name);
        assert_string_equal(name, some[i].month);
        const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, some[i].day);
        assert_true(dx_bucket_day(DX_GRAIN_WEEK, week) <= some[i].day);
        assert_true(some[i].day < dx_bucket_day(DX_GRAIN_WEEK, week + 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_answers_are_those_of_the_attempts),
        fx_test(test_nothing_is_an_answer_too),
        cmocka_unit_test(test_weeks_are_those_of_iso_8601),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
