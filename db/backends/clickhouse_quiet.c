/* Servers that went quiet: the servers of the cluster find them, and only those that are shown come
 * here. */
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_quiet.h"
#include "db/backends/clickhouse_sums.h"

/* Of each server that went quiet its last moment, and its weeks, attempts and failures as lists. */
static dx_rc add_quiet(ch_job *l, const ch_quiet *x, dx_err *err)
{
    static const ch_column columns[] = {
        {"happened_us", "us"}, {"day", "day"}, {"product", "product"}, {"failed", "failed"}};
    const dx_trend_filter *w = &x->q->where;
    const int64_t from = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(sq_list_since(x->q)));
    const int64_t until =
        dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(x->q->now_us)) - sq_list_quiet_weeks(x->q);
    const sq_window days = {.from = dx_bucket_day(DX_GRAIN_WEEK, from), .to = INT32_MAX};

    ch_add(l,
           "SELECT host, max(u) AS last_us, groupArray(week) AS weeks, groupArray(c) AS attempts,"
           " groupArray(f) AS failures FROM (SELECT host, " CH_WEEK " AS week, max(us) AS u,"
           " countIf(mine) AS c, sumIf(failed, mine) AS f FROM (SELECT *, ");
    ch_add(l, w->product.n ? "product = " : "1");
    if (w->product.n)
        dx_clickhouse_literal(&l->sql, w->product);
    ch_add(l, " AS mine FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, w, &days, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql,
                  ")) WHERE day >= %lld GROUP BY host, week) GROUP BY host"
                  " HAVING maxIf(week, c > 0) <= %lld AND countIf(c > 0) > 1",
                  (long long)days.from, (long long)until);
    return DX_OK;
}

static dx_rc take_quiet(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_quiet *x = ctx;
    const dx_str host = dx_arena_copy(l->arena, f[0]);
    ch_spot spot = {0};

    if (!host.p || !DX_PUSH(l->arena, x->hosts, x->n, x->cap, host))
        return dx_nomem(err);
    if (ch_put_moment(l->into, host, NULL, ch_number(f[1]), err) ||
        ch_spot_of(l->into, host, x->q->where.product, DX_LIT(""), &spot, err))
        return DX_FAIL;
    const ch_cell cell = {.server = spot.server, .release = spot.release};
    return ch_add_weeks(l->into, &cell, f + 2, err);
}

static dx_rc take_first(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    (void)ctx;
    return ch_put_moment(l->into, f[0], NULL, ch_number(f[1]), err);
}

/* That may be long ago, so only of those that are shown. */
static dx_rc load_firsts(ch_job *l, const ch_quiet *x, dx_err *err)
{
    static const ch_column columns[] = {{"happened_us", "us"}};

    if (x->n == 0)
        return DX_OK;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT host, min(us) FROM (");
    if (ch_add_once_of(l, columns, 1, x->hosts, x->n, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY host ORDER BY host");
    return ch_rows(l, 2, take_first, NULL, err);
}

dx_rc ch_load_quiet(ch_job *l, ch_quiet *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT count() FROM (");
    if (add_quiet(l, x, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (ch_rows(l, 1, ch_take_number, &x->all, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT host, last_us");
    for (size_t i = 0; i < 3; i++)
        dx_buf_printf(&l->sql, ", arrayStringConcat(arrayMap(x -> toString(x), %s), ',')",
                      (const char *const[]){"weeks", "attempts", "failures"}[i]);
    ch_add(l, " FROM (");
    if (add_quiet(l, x, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") ORDER BY last_us DESC, host LIMIT %zu",
                  ch_shown(x->q->top, x->q->skip));
    if (ch_rows(l, 5, take_quiet, x, err) != DX_OK || load_firsts(l, x, err) != DX_OK)
        return DX_FAIL;
    return ch_sums_finish(l->into, CH_COUNTS, err);
}
