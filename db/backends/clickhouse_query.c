/* SQL of other people over a shared store: which views it reads says what is fetched, and most of
 * them are added up by the servers of the cluster. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_inbox.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"

/* ---- views of which only the rows come here ---- */

static dx_rc tallies(ch_job *l, ch_tally t, dx_err *err)
{
    t.window = (sq_window){.from = INT32_MIN, .to = INT32_MAX, .all = true};
    t.from = INT32_MIN;
    return ch_load_tally(l, &t, err);
}

static dx_rc load_days(ch_job *l, dx_err *err)
{
    return tallies(l, (ch_tally){.grain = DX_GRAIN_DAY, .no_wholes = true}, err);
}

static dx_rc load_weeks(ch_job *l, dx_err *err)
{
    return tallies(l, (ch_tally){.grain = DX_GRAIN_WEEK, .no_wholes = true}, err);
}

static dx_rc load_spreading(ch_job *l, dx_err *err)
{
    return tallies(
        l, (ch_tally){.grain = DX_GRAIN_WEEK, .kinds = 1u << SQ_DIAGNOSIS, .no_wholes = true}, err);
}

static dx_rc load_debuts(ch_job *l, unsigned kinds, dx_err *err)
{
    ch_wish wish = {.needs = CH_FIRSTS, .kinds = kinds};

    return ch_load_wish(l, &wish, err);
}

static dx_rc load_unknown(ch_job *l, dx_err *err)
{
    const ch_tally t = {.kinds = 1u << SQ_PATTERN, .no_buckets = true};

    return tallies(l, t, err) == DX_OK ? load_debuts(l, 1u << SQ_PATTERN, err) : DX_FAIL;
}

static dx_rc load_new(ch_job *l, dx_err *err)
{
    return load_debuts(l, 1u << SQ_SIGNATURE | 1u << SQ_DIAGNOSIS, err);
}

static dx_rc take_key(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_spot spot = {0};
    int64_t product = 0, diagnosis = 0;

    (void)ctx;
    if (ch_spot_of(l->into, f[1], f[2], DX_LIT(""), &spot, err) ||
        sq_term(l->into, f[2], &product, err) ||
        sq_term(l->into, ch_detail_plain(f[3], l->scratch), &diagnosis, err))
        return DX_FAIL;
    return sq_do(l->into, err,
                 "INSERT OR REPLACE INTO finding_key (key, first_seen_us, server, product,"
                 " diagnosis, attempts, first_us, last_us, state, again)"
                 " VALUES (?1, ?6, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                 SQ_T(f[0]), SQ_I(spot.server), SQ_I(product), SQ_I(diagnosis),
                 SQ_I(ch_number(f[4])), SQ_I(ch_number(f[5])), SQ_I(ch_number(f[6])),
                 SQ_I(ch_number(f[7])), SQ_I(ch_number(f[8])));
}

static dx_rc load_keys(ch_job *l, dx_err *err)
{
    const dx_findings_query all = {.where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}};

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT key, host, product, diagnosis, attempts, first_us, last_us, state, again"
              " FROM (");
    if (ch_add_standings(l, &all, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ORDER BY key");
    return ch_rows(l, 9, take_key, NULL, err);
}

static dx_rc take_server(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_spot spot = {0};

    (void)ctx;
    if (ch_spot_of(l->into, f[0], DX_LIT(""), DX_LIT(""), &spot, err) != DX_OK)
        return DX_FAIL;
    return sq_do(l->into, err, "INSERT INTO seen VALUES (?1, ?2, ?3, ?4, ?5)", SQ_I(spot.server),
                 SQ_I(ch_number(f[1])), SQ_I(ch_number(f[2])), SQ_I(ch_number(f[3])),
                 SQ_I(ch_number(f[4])));
}

/* A view takes the place of one that counts attempts. */
static dx_rc load_servers(ch_job *l, dx_err *err)
{
    static const ch_column columns[] = {{"happened_us", "us"}, {"failed", "failed"}};

    if (sq_do_(l->into, err, "DROP VIEW v_servers", NULL, 0) ||
        sq_do_(l->into, err,
               "CREATE TABLE seen (server INTEGER PRIMARY KEY, first_us, last_us, attempts,"
               " failures)",
               NULL, 0))
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT host, min(us), max(us), count(), sum(failed) FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY host ORDER BY host");
    if (ch_rows(l, 5, take_server, NULL, err) != DX_OK)
        return DX_FAIL;
    return sq_do_(
        l->into, err,
        "CREATE VIEW v_servers AS SELECT server.name AS server,"
        " (SELECT group_concat(other.name, ' ') FROM server AS other"
        "  WHERE other.counts_as = server.id) AS aliases,"
        " (SELECT term.text FROM tag JOIN term ON term.id = tag.value WHERE tag.server = server.id"
        "  AND tag.name = (SELECT id FROM term WHERE text = 'site')) AS site,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', first_us / 1000000, 'unixepoch') AS first_seen,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', last_us / 1000000, 'unixepoch') AS last_seen,"
        " coalesce(attempts, 0) AS attempts, coalesce(failures, 0) AS failures"
        " FROM server LEFT JOIN seen ON seen.server = server.id WHERE counts_as IS NULL",
        NULL, 0);
}

static dx_rc load_fixes(ch_job *l, dx_err *err)
{
    const dx_trend_filter all = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME};
    dx_fix_row *rows;
    size_t n;

    if (sq_do_(l->into, err, "DROP VIEW v_fixes", NULL, 0) ||
        sq_do_(l->into, err,
               "CREATE TABLE v_fixes (diagnosis, cases, begun, verified, failed, median_seconds)",
               NULL, 0) ||
        ch_load_fixes(l, &all, l->arena, &rows, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (sq_do(l->into, err, "INSERT INTO v_fixes VALUES (?1, ?2, ?3, ?4, ?5, ?6 / 1000000)",
                  SQ_T(rows[i].diagnosis), SQ_I(rows[i].cases), SQ_I(rows[i].begun),
                  SQ_I(rows[i].verified), SQ_I(rows[i].failed),
                  rows[i].verified ? SQ_I(rows[i].median_us) : SQ_NIL))
            return DX_FAIL;
    return DX_OK;
}

/* ---- what a query needs ---- */

/* Sums must not meet what they are made of. */
typedef enum source { NOTES, ROWS, ATTEMPTS, CELLS } source;

static const struct {
    const char *name;
    source from;
    bool tags;
    dx_rc (*load)(ch_job *l, dx_err *err); /* of ROWS */
} views[] = {
    {"v_tags", NOTES, true, NULL},
    {"v_decisions", NOTES, true, NULL},
    {"v_servers", ROWS, true, load_servers},
    {"v_daily", ROWS, false, load_days},
    {"v_weekly", ROWS, false, load_weeks},
    {"v_spreading", ROWS, false, load_spreading},
    {"v_unknown", ROWS, false, load_unknown},
    {"v_new", ROWS, false, load_new},
    {"v_fixes", ROWS, false, load_fixes},
    {"v_keys", ROWS, false, load_keys},
    {"v_regressed", ROWS, false, load_keys},
    {"v_attempts", ATTEMPTS, false, NULL},
    {"v_findings", ATTEMPTS, false, NULL},
    {"v_sums", CELLS, false, NULL},
};
enum { VIEWS = sizeof views / sizeof *views };

static dx_rc load_rows(ch_job *l, const sq_sql_reads *reads, dx_err *err)
{
    for (size_t i = 0; i < VIEWS; i++)
        if (reads->views >> i & 1 && views[i].load && views[i].load(l, err) != DX_OK)
            return DX_FAIL;
    return ch_sums_finish(l->into, 0, err);
}

static dx_rc load_query(ch_job *l, void *ctx, dx_err *err)
{
    const sq_sql_reads *reads = ctx;
    unsigned from = 0;
    ch_wish wish = {.kinds = (1u << SQ_KINDS) - 1};

    for (size_t i = 0; i < VIEWS; i++)
        if (reads->views >> i & 1)
            from |= 1u << views[i].from;
    from &= ~(1u << NOTES);
    if (reads->others || (from & (from - 1)) != 0)
        wish.needs = CH_COUNTS | CH_FIRSTS | CH_ATTEMPTS | CH_DETAILS | CH_CASES | CH_KEYS;
    else if (from == 1u << ATTEMPTS)
        wish.needs = CH_ATTEMPTS;
    else if (from == 1u << CELLS)
        wish.needs = CH_COUNTS;
    else
        return load_rows(l, reads, err);
    return ch_load_wish(l, &wish, err);
}

/* What nobody sent cannot be asked for. */
static dx_rc without_logs(dx_store *mem, dx_err *err)
{
    return sq_do_((sq_store *)mem, err, "DROP VIEW v_coverage", NULL, 0);
}

/* An empty store knows what a query reads. */
static dx_rc look(const ch_store *s, dx_str sql, sq_sql_reads *out, dx_err *err)
{
    const dx_store_options options = {.now_us = s->now_us};
    const char *names[VIEWS];
    dx_store *empty;

    for (size_t i = 0; i < VIEWS; i++)
        names[i] = views[i].name;
    if (dx_backend_sqlite.open(&empty, ":memory:", &options, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = without_logs(empty, err);
    if (rc == DX_OK)
        rc = sq_sql_look((sq_store *)empty, sql, names, VIEWS, out, err);
    dx_store_close(empty);
    return rc;
}

dx_rc ch_sql(dx_store *base, dx_str sql, const dx_sql_limits *limits, dx_arena *into, dx_table *out,
             dx_err *err)
{
    sq_sql_reads reads;
    ch_tags tags;
    ch_asked a;

    if (look((ch_store *)base, sql, &reads, err) != DX_OK)
        return DX_FAIL;
    tags = (ch_tags){.all = reads.others};
    for (size_t i = 0; i < VIEWS; i++)
        tags.all |= views[i].tags && reads.views >> i & 1;
    if (ch_ask_with((ch_store *)base, tags, load_query, &reads, &a, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = without_logs(a.mem, err);
    if (rc == DX_OK)
        rc = dx_store_sql(a.mem, sql, limits, into, out, err);
    if (rc == DX_OK && a.partial)
        out->partial = ch_partial_text(&a);
    dx_store_close(a.mem);
    return rc;
}
