#include "db/backends/clickhouse_sums.h"

int64_t ch_number(dx_str s)
{
    long long v = 0;

    return dx_str_to_i64(s, &v) ? v : 0;
}

/* ---- ids ---- */

static dx_rc release_of(sq_store *s, int64_t product, int64_t version, int64_t *id, dx_err *err)
{
    const dx_hash128 key = {.hi = (uint64_t)product, .lo = (uint64_t)version};
    sq_memory m;

    if (sq_recall(s, SQ_MEMO_RELEASE, key, &m)) {
        *id = m.a;
        return DX_OK;
    }
    if (sq_value(s, id, err,
                 "INSERT INTO release (product, version) VALUES (?1, ?2)"
                 " ON CONFLICT DO UPDATE SET product = product RETURNING id",
                 SQ_I(product), SQ_I(version)) != DX_OK)
        return DX_FAIL;
    sq_remember(s, SQ_MEMO_RELEASE, key, (sq_memory){*id, 0});
    return DX_OK;
}

dx_rc ch_spot_of(sq_store *s, dx_str server, dx_str product, dx_str release, ch_spot *out,
                 dx_err *err)
{
    int64_t own = 0, its = 0, version = 0;

    if (sq_server(s, server, &own, err) || sq_counts_as(s, own, &out->server, err) ||
        sq_term(s, product, &its, err) || sq_term(s, release, &version, err))
        return DX_FAIL;
    return release_of(s, its, version, &out->release, err);
}

dx_rc ch_thing_id(sq_store *s, sq_kind kind, dx_str name, int64_t *id, dx_err *err)
{
    *id = 0;
    if (kind == SQ_ALL || name.n == 0)
        return DX_OK;
    if (kind == SQ_PATTERN)
        return sq_pattern(s, name, id, err);
    if (kind != SQ_SIGNATURE)
        return sq_term(s, name, id, err);
    return sq_value(s, id, err,
                    "INSERT INTO signature (name, base, polarity) VALUES (?1, '', 0)"
                    " ON CONFLICT DO UPDATE SET polarity = 0 RETURNING id",
                    SQ_T(name));
}

dx_rc ch_add_cell(sq_store *s, const ch_cell *c, dx_err *err)
{
    return sq_do(s, err,
                 "INSERT INTO cell VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET"
                 " events = events + ?5, attempts = attempts + ?6, failures = failures + ?7",
                 SQ_I(c->server), SQ_I(c->what), SQ_I(c->day), SQ_I(c->release), SQ_I(c->events),
                 SQ_I(c->attempts), SQ_I(c->failures));
}

dx_rc ch_add_weeks(sq_store *s, const ch_cell *of, const dx_str lists[3], dx_err *err)
{
    dx_str list[] = {lists[0], lists[1], lists[2]}, one;

    while (list[0].n) {
        int64_t n[3] = {0};
        for (size_t i = 0; i < 3; i++)
            n[i] = dx_str_next(&list[i], ',', &one) ? ch_number(one) : 0;
        ch_cell cell = *of;
        cell.day = dx_bucket_day(DX_GRAIN_WEEK, n[0]);
        cell.attempts = n[1];
        cell.failures = n[2];
        if (n[1] && ch_add_cell(s, &cell, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc ch_add_first(sq_store *s, int64_t what, int64_t us, dx_err *err)
{
    return sq_do(s, err,
                 "INSERT INTO debut VALUES (?1, ?2) ON CONFLICT DO UPDATE"
                 " SET first_us = min(first_us, ?2)",
                 SQ_I(what), SQ_I(us));
}

/* ---- what follows from cells ---- */

typedef int64_t day_fn(int64_t day, int64_t grain);

static int64_t bucket(int64_t day, int64_t grain)
{
    return dx_bucket_of((dx_grain)grain, day);
}

static const struct {
    const char *name;
    day_fn *fn;
} functions[] = {{"dx_bucket", bucket}};

static void call(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    const size_t i = (size_t)(uintptr_t)sqlite3_user_data(ctx);

    (void)n;
    sqlite3_result_int64(ctx,
                         functions[i].fn(sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1])));
}

static dx_rc add_functions(sq_store *s, dx_err *err)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (sqlite3_create_function(s->db, functions[i].name, 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                    (void *)(uintptr_t)i, call, NULL, NULL) != SQLITE_OK)
            return sq_fail(s, err);
    return DX_OK;
}

static const char *const from_cells[] = {
    "INSERT INTO tally SELECT what >> 28, 0, grain, dx_bucket(day, grain), what & 268435455,"
    " sum(events), sum(attempts), sum(failures), count(DISTINCT server) FROM cell,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) GROUP BY what, grain, 4",
    "INSERT INTO tally SELECT what >> 28, product, grain, dx_bucket(day, grain), what & 268435455,"
    " sum(events), sum(attempts), sum(failures), count(DISTINCT server) FROM cell"
    " JOIN release ON release.id = cell.release,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " GROUP BY what, product, grain, 4",
    "INSERT INTO tally SELECT 7, 0, grain, dx_bucket(day, grain), 0, sum(events), sum(attempts),"
    " sum(failures), 0 FROM cell, (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " WHERE what > 268435456 AND what < 536870912 GROUP BY grain, 4",
    "INSERT INTO tally SELECT 7, product, grain, dx_bucket(day, grain), 0, sum(events),"
    " sum(attempts), sum(failures), 0 FROM cell JOIN release ON release.id = cell.release,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " WHERE what > 268435456 AND what < 536870912 GROUP BY product, grain, 4",
    "INSERT INTO tally_by SELECT what >> 28, dx_bucket(day, 2), what & 268435455,"
    " dx_week(release, server, day, events, attempts, failures) FROM cell GROUP BY what, 2",
    "INSERT INTO tally_by SELECT 7, dx_bucket(day, 2), 0,"
    " dx_week(release, server, day, events, attempts, failures) FROM cell"
    " WHERE what > 268435456 AND what < 536870912 GROUP BY 2",
};

static dx_rc fix_cases(sq_store *s, dx_err *err)
{
    int64_t server = -1;
    dx_rc rc;

    while ((rc = sq_value(s, &server, err, "SELECT min(server) FROM standing WHERE server > ?1",
                          SQ_I(server))) == DX_OK)
        if (sq_cases_of(s, server, err) != DX_OK)
            return DX_FAIL;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc add_up(sq_store *s, dx_err *err)
{
    if (add_functions(s, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < sizeof from_cells / sizeof *from_cells; i++)
        if (sq_do_(s, err, from_cells[i], NULL, 0) != DX_OK)
            return DX_FAIL;
    s->few_sums = true;
    return DX_OK;
}

dx_rc ch_sums_finish(sq_store *s, unsigned needs, dx_err *err)
{
    if ((needs & CH_COUNTS && add_up(s, err)) || (needs & CH_CASES && fix_cases(s, err)))
        return DX_FAIL;
    sq_touched_drop(s); /* all keys are looked at, or none */
    return needs & CH_KEYS ? sq_keys_refresh_all(s, err) : DX_OK;
}
