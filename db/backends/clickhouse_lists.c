/* Lists of which a page is shown: the servers count and pick its rows, and only what is told of
 * those comes here. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/sqlite_trend.h"

enum { MOST_ROWS = 1000 };

/* ---- attempts ---- */

typedef struct attempts {
    const dx_attempts_query *q;
    int64_t all;
    dx_buf which; /* the identities of those that are shown */
    struct shown {
        dx_str f[4];
        int64_t number;
    } * p;
    size_t n, cap;
} attempts;

static void add_shows(ch_job *l, const dx_attempts_query *q)
{
    if (!q->key.n && !q->diagnosis.n)
        return;
    ch_add(l, " AND arrayExists((a, b) -> 1");
    if (q->key.n) {
        ch_add(l, " AND a = ");
        dx_clickhouse_literal(&l->sql, q->key);
    }
    if (q->diagnosis.n) {
        ch_add(l, " AND b = ");
        ch_add_detail_literal(l, q->diagnosis);
    }
    ch_add(l, ", found_keys, found_diagnoses)");
}

/* Of each attempt that is asked for its identity, and what it is ordered by. */
static dx_rc add_attempts(ch_job *l, const dx_attempts_query *q, dx_err *err)
{
    static const ch_column columns[] = {
        {"happened_us", "us"},
        {"product", "product"},
        {"failed", "failed"},
        {"arrayMap(x -> splitByChar('\\x1f', x)[2], " CH_FOUND ")", "found_keys"},
        {"arrayMap(x -> splitByChar('\\x1f', x)[3], " CH_FOUND ")", "found_diagnoses"}};
    const dx_trend_filter *w = &q->where;

    ch_add(l, "SELECT own, format, digest, occurrence, number, us, of, place FROM (");
    if (ch_add_once(l, columns, q->key.n || q->diagnosis.n ? 5 : 3, w, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") WHERE 1");
    add_shows(l, q);
    if (w->product.n) {
        ch_add(l, " AND product = ");
        dx_clickhouse_literal(&l->sql, w->product);
    }
    if (w->since_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND us >= %lld", (long long)w->since_us);
    if (w->until_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND us < %lld", (long long)w->until_us);
    if (q->failed_only)
        ch_add(l, " AND failed");
    return DX_OK;
}

static dx_rc take_identity(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    attempts *x = ctx;
    struct shown one = {.number = ch_number(f[4])};

    for (size_t i = 0; i < 4; i++)
        if (!(one.f[i] = dx_arena_copy(l->arena, f[i])).p)
            return dx_nomem(err);
    if (!DX_PUSH(l->arena, x->p, x->n, x->cap, one))
        return dx_nomem(err);
    dx_buf_add(&x->which, x->n > 1 ? DX_LIT(",(") : DX_LIT("("));
    for (size_t i = 0; i < 3; i++) {
        dx_clickhouse_literal(&x->which, f[i]);
        dx_buf_char(&x->which, ',');
    }
    dx_buf_printf(&x->which, "%lld)", (long long)ch_number(f[3]));
    return DX_OK;
}

static dx_rc count_attempts(ch_job *l, attempts *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT count() FROM (");
    if (add_attempts(l, x->q, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    return ch_rows(l, 1, ch_take_number, &x->all, err);
}

static dx_rc pick_attempts(ch_job *l, attempts *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT own, format, digest, occurrence, number FROM (");
    if (add_attempts(l, x->q, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") ORDER BY us DESC, of DESC, place DESC LIMIT %zu",
                  ch_shown(x->q->top, x->q->skip));
    dx_buf_add(&x->which, DX_LIT(" AND (server, format, digest, occurrence) IN ("));
    if (ch_rows(l, 5, take_identity, x, err) != DX_OK)
        return DX_FAIL;
    dx_buf_char(&x->which, ')');
    return x->which.failed ? dx_nomem(err) : DX_OK;
}

static dx_rc load_attempts(ch_job *l, void *ctx, dx_err *err)
{
    attempts *x = ctx;

    if (count_attempts(l, x, err) != DX_OK || pick_attempts(l, x, err) != DX_OK)
        return DX_FAIL;
    ch_wish wish = {.needs = CH_ATTEMPTS | CH_DETAILS, .which = dx_buf_str(&x->which)};
    if (x->n && ch_load_wish(l, &wish, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < x->n; i++) {
        int64_t id = 0;
        if (ch_attempt_id(l->into, x->p[i].f, &id, err) == DX_FAIL ||
            sq_do(l->into, err, "UPDATE attempt SET top = ?2 WHERE id = ?1", SQ_I(id),
                  SQ_I(x->p[i].number)))
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc ch_number_rows(sq_store *s, dx_arena *into, dx_attempts *out, dx_err *err)
{
    out->rows = ch_numbered(s, into, out->rows, out->n, sizeof *out->rows,
                            offsetof(dx_attempt_row, id), err);
    return out->rows ? DX_OK : DX_FAIL;
}

dx_rc ch_attempts(dx_store *s, const dx_attempts_query *q, dx_arena *into, dx_attempts *out,
                  dx_err *err)
{
    attempts x = {.q = q};
    ch_asked a;

    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d attempts at a time", MOST_ROWS);
    dx_rc rc = ch_ask_states((ch_store *)s, (ch_tags){.of = &q->where}, load_attempts, &x, &a, err);
    dx_buf_done(&x.which);
    if (rc != DX_OK)
        return DX_FAIL;
    rc = dx_store_attempts(a.mem, q, into, out, err);
    if (rc == DX_OK)
        rc = ch_number_rows((sq_store *)a.mem, into, out, err);
    if (rc == DX_OK) {
        out->all = x.all;
        out->partial = ch_partial_text(&a);
    }
    dx_store_close(a.mem);
    return rc;
}

/* ---- servers by week ---- */

typedef struct heat {
    const dx_heat_query *q;
    int64_t all;
    dx_str *hosts;
    size_t n, cap;
} heat;

/* Of each server and week what counts. */
static dx_rc add_heat(ch_job *l, const dx_heat_query *q, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"},
                                        {"product", "product"},
                                        {"failed", "failed"},
                                        {"kinds", "kinds"},
                                        {"names", "names"}};
    const int64_t last = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(q->now_us));
    const int64_t first = last - (q->weeks ? q->weeks : 12) + 1;
    const sq_window days = {.from = dx_bucket_day(DX_GRAIN_WEEK, first),
                            .to = dx_bucket_day(DX_GRAIN_WEEK, last + 1) - 1};

    ch_add(l, "SELECT host, " CH_WEEK " AS week, count() AS c, sum(failed) AS f FROM (");
    if (ch_add_once(l, columns, q->diagnosis.n ? 5 : 3, &q->where, &days, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") WHERE day >= %lld AND day <= %lld", (long long)days.from,
                  (long long)days.to);
    if (q->where.product.n) {
        ch_add(l, " AND product = ");
        dx_clickhouse_literal(&l->sql, q->where.product);
    }
    if (q->diagnosis.n) {
        dx_buf_printf(&l->sql, " AND arrayExists((k, n) -> k = %d AND n = ", SQ_DIAGNOSIS);
        dx_clickhouse_literal(&l->sql, q->diagnosis);
        ch_add(l, ", kinds, names)");
    }
    ch_add(l, " GROUP BY host, week");
    return DX_OK;
}

/* A server, and its weeks, attempts and failures as lists. */
static dx_rc take_server(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    heat *x = ctx;
    const dx_str host = dx_arena_copy(l->arena, f[0]);
    const sq_kind kind = x->q->diagnosis.n ? SQ_DIAGNOSIS : SQ_ALL;
    ch_spot spot = {0};
    int64_t id = 0;

    if (!host.p || !DX_PUSH(l->arena, x->hosts, x->n, x->cap, host))
        return dx_nomem(err);
    if (ch_spot_of(l->into, host, x->q->where.product, DX_LIT(""), &spot, err) ||
        ch_thing_id(l->into, kind, x->q->diagnosis, &id, err))
        return DX_FAIL;
    const ch_cell cell = {
        .server = spot.server, .release = spot.release, .what = SQ_WHAT(kind, id)};
    return ch_add_weeks(l->into, &cell, f + 1, err);
}

static dx_rc load_heat(ch_job *l, void *ctx, dx_err *err)
{
    heat *x = ctx;

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT uniqExact(host) FROM (");
    if (add_heat(l, x->q, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (ch_rows(l, 1, ch_take_number, &x->all, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT host, arrayStringConcat(arrayMap(x -> toString(x), groupArray(week)), ','),"
              " arrayStringConcat(arrayMap(x -> toString(x), groupArray(c)), ','),"
              " arrayStringConcat(arrayMap(x -> toString(x), groupArray(f)), ',') FROM (");
    if (add_heat(l, x->q, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") GROUP BY host ORDER BY sum(f) DESC, sum(c) DESC, host LIMIT %zu",
                  ch_shown(x->q->top, x->q->skip));
    if (ch_rows(l, 4, take_server, x, err) != DX_OK ||
        ch_load_tags_of(l, x->hosts, x->n, err) != DX_OK)
        return DX_FAIL;
    return ch_sums_finish(l->into, CH_COUNTS, err);
}

dx_rc ch_heat(dx_store *s, const dx_heat_query *q, dx_arena *into, dx_heat *out, dx_err *err)
{
    heat x = {.q = q};
    ch_asked a;

    if (q->weeks > 104 || q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "a map shows at most %d servers and %d weeks",
                       MOST_ROWS, 104);
    if (ch_ask_with((ch_store *)s, (ch_tags){.of = &q->where}, load_heat, &x, &a, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = dx_store_heat(a.mem, q, into, out, err);
    if (rc == DX_OK) {
        out->all = x.all;
        out->partial = ch_partial_text(&a);
    }
    dx_store_close(a.mem);
    return rc;
}

/* ---- unknown errors ---- */

typedef struct unknowns {
    const dx_unknown_query *q;
    int64_t all;
    sq_unknown_ref *refs;
    size_t n, cap;
    dx_arena *into;
} unknowns;

/* Each pattern with its counts in the window, and where it was first and last at any time. */
static dx_rc add_patterns(ch_job *l, const sq_window *w, dx_err *err)
{
    static const ch_column columns[] = {{"happened_us", "us"},
                                        {"day", "day"},
                                        {"kinds", "kinds"},
                                        {"names", "names"},
                                        {"events", "events"}};

    dx_buf_printf(&l->sql,
                  "SELECT n, uniqExactIf(host, inside) AS servers, countIf(inside) AS c,"
                  " sumIf(e, inside) AS ev, min(us) AS first_us, max(day) AS last_day,"
                  " min((of, place, i)) AS born"
                  " FROM (SELECT *, day >= %lld AND day <= %lld AS inside FROM (",
                  (long long)w->from, (long long)w->to);
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql,
                  ")) ARRAY JOIN kinds AS k, names AS n, events AS e, arrayEnumerate(kinds) AS i"
                  " WHERE k = %d GROUP BY n HAVING c > 0",
                  SQ_PATTERN);
    return DX_OK;
}

static dx_rc put_day(ch_job *l, int64_t id, dx_grain grain, int64_t day, dx_err *err)
{
    return sq_do(l->into, err, "INSERT INTO tally VALUES (5, 0, ?1, ?2, ?3, 0, 0, 0, 0)",
                 SQ_I(grain), SQ_I(dx_bucket_of(grain, day)), SQ_I(id));
}

static dx_rc take_pattern(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    unknowns *x = ctx;
    sq_unknown_ref r = {
        .servers = ch_number(f[1]), .attempts = ch_number(f[2]), .events = ch_number(f[3])};
    const int64_t last = ch_number(f[5]);

    if (ch_thing_id(l->into, SQ_PATTERN, f[0], &r.id, err) ||
        ch_add_first(l->into, SQ_WHAT(SQ_PATTERN, r.id), ch_number(f[4]), err) ||
        put_day(l, r.id, DX_GRAIN_WEEK, last, err) || put_day(l, r.id, DX_GRAIN_DAY, last, err))
        return DX_FAIL;
    return DX_PUSH(x->into, x->refs, x->n, x->cap, r) ? DX_OK : dx_nomem(err);
}

static dx_rc take_sample(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    (void)ctx;
    return ch_put_sample(l->into, ch_detail_plain(f[0], l->scratch),
                         ch_detail_plain(f[1], l->scratch), ch_number(f[2]), err);
}

/* Of each pattern that is shown the text that came last of those that were new. */
static dx_rc load_samples(ch_job *l, const unknowns *x, dx_err *err)
{
    static const ch_column columns[] = {
        {"arrayFilter(x -> substring(x, 1, 2) = 'U\\x1f', splitByChar('\\x1e', detail))", "told"}};

    if (x->n <= x->q->skip)
        return DX_OK;
    dx_buf_clear(&l->sql);
    ch_add(l,
           "SELECT p, v.1, v.2 FROM (SELECT p, argMax((t, seen), born) AS v FROM (SELECT r[2] AS p,"
           " r[3] AS t, min((of, place, i)) AS born, argMax(number, (if(r[4] = '',"
           " toInt64(-9223372036854775807), toInt64OrZero(r[4])), of, place, i)) AS seen FROM"
           " (SELECT of, place, number, i, splitByChar('\\x1f', rec) AS r FROM (");
    if (ch_add_once(l, columns, 1, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN told AS rec, arrayEnumerate(told) AS i) WHERE p IN (");
    for (size_t i = x->q->skip; i < x->n; i++) {
        dx_str name;
        if (sq_name(l->into, SQ_PATTERN, x->refs[i].id, l->arena, &name, NULL, err) != DX_OK)
            return DX_FAIL;
        if (i > x->q->skip)
            dx_buf_char(&l->sql, ',');
        ch_add_detail_literal(l, name);
    }
    ch_add(l, ") GROUP BY p, t) GROUP BY p)");
    return ch_rows(l, 3, take_sample, NULL, err);
}

static dx_rc load_unknowns(ch_job *l, void *ctx, dx_err *err)
{
    unknowns *x = ctx;
    const dx_trend_filter *where = &x->q->where;
    sq_window w = {.from = INT32_MIN, .to = INT32_MAX};

    if ((where->since_us != DX_NO_TIME || where->until_us != DX_NO_TIME) &&
        ch_window_of(l, where, DX_GRAIN_DAY, SQ_MOST_BUCKETS, &w, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT count() FROM (");
    if (add_patterns(l, &w, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (ch_rows(l, 1, ch_take_number, &x->all, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT n, servers, c, ev, first_us, last_day FROM (");
    if (add_patterns(l, &w, err) != DX_OK)
        return DX_FAIL;
    /* Their numbers are to be in the order in which they were first seen. */
    dx_buf_printf(&l->sql, ") ORDER BY servers DESC, c DESC, ev DESC, born LIMIT %zu",
                  ch_shown(x->q->top, x->q->skip));
    return ch_rows(l, 6, take_pattern, x, err) || load_samples(l, x, err) ? DX_FAIL : DX_OK;
}

static dx_rc gather(sq_unknown_job *j, void *ctx, dx_err *err)
{
    const unknowns *x = ctx;

    for (size_t i = 0; i < x->n; i++)
        if (sq_unknown_put(j, x->refs[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc number_unknowns(sq_store *s, dx_arena *into, dx_unknowns *out, dx_err *err)
{
    out->rows = ch_numbered(s, into, out->rows, out->n, sizeof *out->rows,
                            offsetof(dx_unknown_row, last_attempt), err);
    return out->rows ? DX_OK : DX_FAIL;
}

dx_rc ch_unknowns(dx_store *s, const dx_unknown_query *q, dx_arena *into, dx_unknowns *out,
                  dx_err *err)
{
    unknowns x = {.q = q, .into = into};
    ch_asked a;

    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d patterns at a time", MOST_ROWS);
    if (ch_ask_with((ch_store *)s, CH_NO_TAGS, load_unknowns, &x, &a, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = sq_unknown_answer((sq_store *)a.mem, q, gather, &x, into, out, err);
    if (rc == DX_OK)
        rc = number_unknowns((sq_store *)a.mem, into, out, err);
    if (rc == DX_OK) {
        out->all = x.all;
        out->partial = ch_partial_text(&a);
    }
    dx_store_close(a.mem);
    return rc;
}
