/* SQL of other people over a shared store: which views it reads says what is fetched, and most of
 * them are added up by the servers of the cluster. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_inbox.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_query.h"
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

typedef dx_rc load_fn(ch_job *l, dx_err *err);
typedef dx_rc look_fn(ch_job *l, const ch_look *look, dx_err *err);

/* What neither loads nor looks is made of notes. */
static const struct {
    const char *name;
    bool tags, states;
    load_fn *load;
    look_fn *look; /* with what the query wants of it */
} views[] = {
    {"v_tags", true, false, NULL, NULL},
    {"v_decisions", true, false, NULL, NULL},
    {"v_servers", true, false, load_servers, NULL},
    {"v_daily", false, false, load_days, NULL},
    {"v_weekly", false, false, load_weeks, NULL},
    {"v_spreading", false, false, load_spreading, NULL},
    {"v_unknown", false, false, load_unknown, NULL},
    {"v_new", false, false, load_new, NULL},
    {"v_fixes", false, true, load_fixes, NULL},
    {"v_keys", false, true, load_keys, NULL},
    {"v_regressed", false, true, load_keys, NULL},
    {"v_attempts", false, false, NULL, ch_load_view_attempts},
    {"v_findings", false, true, NULL, ch_load_view_findings},
    {"v_sums", false, false, NULL, ch_load_view_sums},
};
enum { VIEWS = sizeof views / sizeof *views };

typedef struct question {
    bool tables; /* it reads tables, too */
    ch_look looks[VIEWS];
    dx_arena *arena;
} question;

dx_rc ch_too_many(const char *view, dx_err *err)
{
    return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                   "the query reads more than %d rows of %s, which are not fetched from a shared "
                   "store; narrow it with conditions like server = '...' or happened >= '...', "
                   "or ask v_sums, v_weekly or v_daily, where what is counted stands",
                   CH_MOST_ROWS, view);
}

static dx_rc load_rows(ch_job *l, const question *q, dx_err *err)
{
    for (size_t i = 0; i < VIEWS; i++) {
        if (!q->looks[i].planned)
            continue;
        if ((views[i].load && views[i].load(l, err) != DX_OK) ||
            (views[i].look && views[i].look(l, &q->looks[i], err) != DX_OK))
            return DX_FAIL;
    }
    return ch_sums_finish(l->into, 0, err);
}

/* SQL that reads tables needs all of them. */
static dx_rc load_all(ch_job *l, dx_err *err)
{
    enum { MOST_ATTEMPTS = 1000000 };
    ch_wish wish = {.kinds = (1u << SQ_KINDS) - 1,
                    .needs = CH_COUNTS | CH_FIRSTS | CH_ATTEMPTS | CH_DETAILS | CH_CASES | CH_KEYS};
    int64_t attempts = 0;

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT count() FROM (SELECT * FROM attempt FINAL) WHERE gone = 0");
    if (ch_rows(l, 1, ch_take_number, &attempts, err) != DX_OK)
        return DX_FAIL;
    if (attempts > MOST_ATTEMPTS)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "the query reads tables, for which all %lld attempts would be fetched from "
                       "the shared store, where %d are the most; ask the views whose names begin "
                       "with v_, or a store in a file",
                       (long long)attempts, MOST_ATTEMPTS);
    return ch_load_wish(l, &wish, err);
}

static dx_rc load_query(ch_job *l, void *ctx, dx_err *err)
{
    const question *q = ctx;

    return q->tables ? load_all(l, err) : load_rows(l, q, err);
}

/* What nobody sent cannot be asked for. */
static dx_rc without_logs(dx_store *mem, dx_err *err)
{
    sq_store *s = (sq_store *)mem;

    return sq_do_(s, err, "DROP VIEW v_coverage", NULL, 0) ||
                   sq_do_(s, err, "DROP VIEW v_unread", NULL, 0)
               ? DX_FAIL
               : DX_OK;
}

/* An empty store knows what a query reads. */
static dx_rc look_into(dx_store *empty, dx_str sql, question *q, dx_err *err)
{
    for (size_t i = 0; i < VIEWS; i++)
        q->looks[i].name = views[i].name;
    if (without_logs(empty, err) != DX_OK ||
        ch_look_put((sq_store *)empty, q->looks, VIEWS, q->arena, err) != DX_OK)
        return DX_FAIL;
    return ch_look_at((sq_store *)empty, q->looks, VIEWS, sql, &q->tables, err);
}

static dx_rc look(const ch_store *s, dx_str sql, question *q, dx_err *err)
{
    const dx_store_options options = {.now_us = s->now_us};
    dx_store *empty;

    if (dx_backend_sqlite.open(&empty, ":memory:", &options, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = look_into(empty, sql, q, err);
    dx_store_close(empty);
    return rc;
}

static dx_rc ask(ch_store *s, dx_str sql, const dx_sql_limits *limits, question *q, dx_arena *into,
                 dx_table *out, dx_err *err)
{
    ch_asked a;

    if (look(s, sql, q, err) != DX_OK)
        return DX_FAIL;
    ch_tags tags = {.all = q->tables};
    bool states = q->tables;
    for (size_t i = 0; i < VIEWS; i++) {
        tags.all |= views[i].tags && q->looks[i].planned;
        states |= views[i].states && q->looks[i].planned;
    }
    if ((states ? ch_ask_states : ch_ask_with)(s, tags, load_query, q, &a, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = without_logs(a.mem, err);
    if (rc == DX_OK)
        rc = dx_store_sql(a.mem, sql, limits, into, out, err);
    if (rc == DX_OK && a.partial)
        out->partial = ch_partial_text(&a);
    dx_store_close(a.mem);
    return rc;
}

dx_rc ch_sql(dx_store *base, dx_str sql, const dx_sql_limits *limits, dx_arena *into, dx_table *out,
             dx_err *err)
{
    question q = {.arena = dx_arena_new(0)};
    const dx_rc rc =
        q.arena ? ask((ch_store *)base, sql, limits, &q, into, out, err) : dx_nomem(err);

    dx_arena_free(q.arena);
    return rc;
}
