/* Trends by time over all servers: the servers add up, and only the sums come here. */
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/sqlite_trend.h"

/* ---- where the data ends ---- */

static dx_rc take_ends(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    (void)ctx;
    for (size_t i = 0; i < 2; i++)
        if (sq_do(l->into, err, "INSERT OR IGNORE INTO tally VALUES (0, 0, ?1, ?2, 0, 0, 0, 0, 0)",
                  SQ_I(DX_GRAIN_DAY), SQ_I(ch_number(f[i]))))
            return DX_FAIL;
    return DX_OK;
}

dx_rc ch_window_of(ch_job *l, const dx_trend_filter *where, dx_grain grain, sq_window *out,
                   dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"}};

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT min(day), max(day) FROM (");
    if (ch_add_once(l, columns, 1, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") HAVING count() > 0");
    if (ch_rows(l, 2, take_ends, NULL, err) != DX_OK)
        return DX_FAIL;
    return sq_window_make(l->into, where, grain, out, err);
}

/* ---- sums ---- */

typedef struct summing {
    const ch_tally *t;
    bool by_product; /* the name is a product's */
    bool whole;      /* no buckets: all of the window */
} summing;

/* What is added up: kind, name, events, attempts, failures, servers, bucket. */
enum { KIND, NAME, EVENTS, ATTEMPTS, FAILURES, SERVERS, BUCKET };

static dx_rc put_told(ch_job *l, int64_t what, int64_t product, const dx_str *f, dx_err *err)
{
    return sq_do(l->into, err, "INSERT OR REPLACE INTO temp.told VALUES (?1, ?2, ?3)", SQ_I(what),
                 SQ_I(product), SQ_I(ch_number(f[SERVERS])));
}

static dx_rc take_sum(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    const summing *x = ctx;
    const sq_kind kind = (sq_kind)ch_number(f[KIND]);
    const dx_grain grain = x->whole ? DX_GRAIN_ALL : x->t->grain;
    int64_t id = 0, product = x->t->product_id;
    ch_spot spot;

    if (x->by_product ? ch_spot_of(l->into, DX_LIT("unknown"), f[NAME], DX_LIT(""), &spot, err) ||
                            sq_term(l->into, f[NAME], &product, err)
                      : ch_thing_id(l->into, kind, f[NAME], &id, err) != DX_OK)
        return DX_FAIL;
    if (x->whole && put_told(l, SQ_WHAT(kind, id), product, f, err) != DX_OK)
        return DX_FAIL;
    return sq_do(l->into, err,
                 "INSERT OR REPLACE INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                 SQ_I(kind), SQ_I(product), SQ_I(grain), SQ_I(x->whole ? 0 : ch_number(f[BUCKET])),
                 SQ_I(id), SQ_I(ch_number(f[EVENTS])), SQ_I(ch_number(f[ATTEMPTS])),
                 SQ_I(ch_number(f[FAILURES])), SQ_I(ch_number(f[SERVERS])));
}

static void add_bucket(ch_job *l, dx_grain grain)
{
    switch (grain) {
    case DX_GRAIN_ALL:
        break;
    case DX_GRAIN_MONTH:
        ch_add(l, ", toYear(toDate(day)) * 12 + toMonth(toDate(day)) - 1 AS bucket");
        break;
    case DX_GRAIN_WEEK:
        ch_add(l, ", " CH_WEEK " AS bucket");
        break;
    case DX_GRAIN_DAY:
        ch_add(l, ", day AS bucket");
        break;
    }
}

static dx_rc sum_up(ch_job *l, const summing *x, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"},       {"product", "product"},
                                        {"failed", "failed"}, {"kinds", "kinds"},
                                        {"names", "names"},   {"events", "events"}};
    const ch_tally *t = x->t;

    const sq_window days = {x->whole ? t->window.from : t->from, t->window.to, false};

    dx_buf_clear(&l->sql);
    dx_buf_printf(&l->sql, "SELECT k, %s AS name, sum(e), count(), sum(failed), uniqExact(host)",
                  x->by_product ? "product" : "n");
    add_bucket(l, x->whole ? DX_GRAIN_ALL : t->grain);
    ch_add(l, " FROM (SELECT * FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, &days, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") WHERE day >= %lld AND day <= %lld", (long long)days.from,
                  (long long)days.to);
    if (t->product.n) {
        ch_add(l, " AND product = ");
        dx_clickhouse_literal(&l->sql, t->product);
    }
    ch_add(l, ") ARRAY JOIN kinds AS k, names AS n, events AS e WHERE k IN (0");
    for (unsigned k = 1; k < SQ_KINDS && !x->by_product; k++)
        if (t->kinds >> k & 1)
            dx_buf_printf(&l->sql, ",%u", k);
    ch_add(l, x->whole ? ") GROUP BY k, name ORDER BY k, name"
                       : ") GROUP BY k, name, bucket ORDER BY k, name, bucket");
    return ch_rows(l, x->whole ? BUCKET : BUCKET + 1, take_sum, (void *)(uintptr_t)x, err);
}

dx_rc ch_load_tally(ch_job *l, ch_tally *t, dx_err *err)
{
    t->product_id = 0;
    if ((t->product.n && sq_term(l->into, t->product, &t->product_id, err)) ||
        sq_do_(l->into, err,
               "CREATE TEMP TABLE IF NOT EXISTS told (what INTEGER NOT NULL,"
               " product INTEGER NOT NULL, servers INTEGER NOT NULL, PRIMARY KEY (what, product))",
               NULL, 0))
        return DX_FAIL;
    l->into->told = true;
    for (unsigned i = 0; i < 4; i++) {
        const summing x = {.t = t, .by_product = i >= 2, .whole = i & 1};
        if ((i < 2 || t->products) && !(x.whole && t->no_wholes) && sum_up(l, &x, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- trends ---- */

typedef struct trend {
    const dx_trend_query *q;
    ch_wish wish; /* when the servers cannot add up */
} trend;

/* Servers and signatures are added up from parts of the window, and versions and sites by more than
 * time.  A month is that of a date, which ends in 2105. */
static bool adds_up(const dx_trend_query *q)
{
    return (q->of == DX_OF_DIAGNOSIS || q->of == DX_OF_CAUSE || q->of == DX_OF_PRODUCT ||
            q->of == DX_OF_CODE) &&
           (q->by == DX_BY_DAY || q->by == DX_BY_WEEK || q->by == DX_BY_MONTH) &&
           q->where.server.n == 0 && q->where.n_tags == 0;
}

static dx_grain grain_of(dx_trend_by by)
{
    return by == DX_BY_DAY ? DX_GRAIN_DAY : by == DX_BY_WEEK ? DX_GRAIN_WEEK : DX_GRAIN_MONTH;
}

static dx_rc load_trend(ch_job *l, void *ctx, dx_err *err)
{
    enum { LAST_DAY = 49000 };
    trend *x = ctx;
    ch_tally t = {.grain = grain_of(x->q->by),
                  .kinds = ch_kinds_of(x->q->of),
                  .products = x->q->of == DX_OF_PRODUCT,
                  .product = x->q->where.product};
    ch_spot spot;

    if (!adds_up(x->q))
        return ch_load_wish(l, &x->wish, err);
    if (ch_window_of(l, &x->q->where, t.grain, &t.window, err) != DX_OK)
        return DX_FAIL;
    if (t.window.from < 0 || t.window.to > LAST_DAY)
        return sq_do_(l->into, err, "DELETE FROM tally", NULL, 0) || ch_load_wish(l, &x->wish, err)
                   ? DX_FAIL
                   : DX_OK;
    t.from = t.window.from;
    if (ch_load_tally(l, &t, err) != DX_OK || ch_load_titles(l, err) != DX_OK)
        return DX_FAIL;
    int64_t any = 0;
    const dx_rc rc = sq_value_(l->into, &any, err, "SELECT 1 FROM temp.told LIMIT 1", NULL, 0);
    if (rc != DX_OK || !t.product.n)
        return rc == DX_FAIL ? DX_FAIL : DX_OK;
    return ch_spot_of(l->into, DX_LIT("unknown"), t.product, DX_LIT(""), &spot, err);
}

dx_rc ch_trend(dx_store *s, const dx_trend_query *q, dx_arena *into, dx_trend *out, dx_err *err)
{
    trend x = {.q = q,
               .wish = {.needs = CH_COUNTS, .kinds = ch_kinds_of(q->of), .where = &q->where}};
    const bool tags = q->where.n_tags || q->by == DX_BY_SITE;
    ch_asked a;

    if (ch_ask_with((ch_store *)s, tags ? CH_ALL_TAGS : CH_NO_TAGS, load_trend, &x, &a, err) !=
        DX_OK)
        return DX_FAIL;
    const dx_rc rc = dx_store_trend(a.mem, q, into, out, err);
    if (rc == DX_OK)
        out->partial = ch_partial_text(&a);
    dx_store_close(a.mem);
    return rc;
}
