/* Sums over all servers by time, for lists: the servers add up, and only the sums come here. */
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

dx_rc ch_window_of(ch_job *l, const dx_trend_filter *where, dx_grain grain, int64_t most,
                   sq_window *out, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"}};

    if (where->since_us != DX_NO_TIME && where->until_us != DX_NO_TIME)
        return sq_window_make(l->into, where, grain, most, out, err); /* wherever that is */
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT min(day), max(day) FROM (");
    if (ch_add_once(l, columns, 1, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") HAVING count() > 0");
    if (ch_rows(l, 2, take_ends, NULL, err) != DX_OK)
        return DX_FAIL;
    return sq_window_make(l->into, where, grain, most, out, err);
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

static dx_rc sum_up(ch_job *l, const summing *x, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"},       {"product", "product"},
                                        {"failed", "failed"}, {"kinds", "kinds"},
                                        {"names", "names"},   {"events", "events"}};
    const ch_tally *t = x->t;

    const sq_window days = {.from = x->whole ? t->window.from : t->from, .to = t->window.to};

    dx_buf_clear(&l->sql);
    dx_buf_printf(&l->sql, "SELECT k, %s AS name, sum(e), count(), sum(failed), uniqExact(host)",
                  x->by_product ? "product" : "n");
    if (!x->whole)
        ch_add(l, t->grain == DX_GRAIN_WEEK ? ", " CH_WEEK " AS bucket" : ", day AS bucket");
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
        const bool left_out = x.whole ? t->no_wholes : t->no_buckets;
        if ((i < 2 || t->products) && !left_out && sum_up(l, &x, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}
