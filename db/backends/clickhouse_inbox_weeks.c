/* The weeks that rows of the inbox show. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_inbox.h"
#include "db/backends/clickhouse_sums.h"

static int64_t first_week(const ch_inbox *x)
{
    return dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(x->q->now_us)) - DX_SPARK_WEEKS + 1;
}

static dx_rc take_moment(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    (void)ctx;
    const dx_str finding[] = {f[0],        DX_LIT(""),  DX_LIT(""), DX_LIT(""),
                              DX_LIT("0"), DX_LIT("0"), DX_NONE};

    return ch_put_moment(l->into, f[1], finding, ch_number(f[2]), err);
}

/* The moments of each attempt that shows one of the keys. */
dx_rc ch_inbox_weeks_of_keys(ch_job *l, const ch_inbox *x, dx_err *err)
{
    if (x->n == 0)
        return DX_OK;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT r[2] AS key, host, us FROM (");
    if (ch_add_findings(l, &x->q->where, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") WHERE us >= %lld AND key IN (",
                  (long long)(dx_bucket_day(DX_GRAIN_WEEK, first_week(x)) * DX_DAY_US));
    for (size_t i = x->q->skip; i < x->n; i++) {
        dx_clickhouse_literal(&l->sql, dx_str_of(x->rows[i].last.key));
        dx_buf_char(&l->sql, ',');
    }
    ch_add(l, "'') GROUP BY key, host, us, of, place ORDER BY key, us, of, place");
    return ch_rows(l, 3, take_moment, NULL, err);
}

static dx_rc take_week(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    const int64_t *product = ctx;
    int64_t id = 0;

    if (ch_thing_id(l->into, SQ_DIAGNOSIS, f[0], &id, err) != DX_OK)
        return DX_FAIL;
    return sq_do(l->into, err, "INSERT INTO tally VALUES (2, ?1, 2, ?2, ?3, 0, ?4, 0, ?5)",
                 SQ_I(*product), SQ_I(ch_number(f[1])), SQ_I(id), SQ_I(ch_number(f[2])),
                 SQ_I(ch_number(f[3])));
}

/* How many attempts and servers had each diagnosis in a week: what tallies tell of all servers. */
dx_rc ch_inbox_weeks_of_all(ch_job *l, const ch_inbox *x, dx_err *err)
{
    static const ch_column columns[] = {
        {"day", "day"}, {"product", "product"}, {"kinds", "kinds"}, {"names", "names"}};
    const dx_str product = x->q->where.product;
    int64_t id = 0;

    if (product.n && sq_term(l->into, product, &id, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT n, " CH_WEEK " AS week, count(), uniqExact(host) FROM (SELECT * FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") WHERE day >= %lld",
                  (long long)dx_bucket_day(DX_GRAIN_WEEK, first_week(x)));
    if (product.n) {
        ch_add(l, " AND product = ");
        dx_clickhouse_literal(&l->sql, product);
    }
    dx_buf_printf(&l->sql,
                  ") ARRAY JOIN kinds AS k, names AS n WHERE k = %d AND n != ''"
                  " GROUP BY n, week ORDER BY n, week",
                  SQ_DIAGNOSIS);
    return ch_rows(l, 4, take_week, &id, err);
}

/* Of some servers the cells are added up, whatever their product. */
static dx_rc take_cell(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_spot spot = {0};
    int64_t id = 0;

    (void)ctx;
    if (ch_spot_of(l->into, f[0], DX_LIT(""), DX_LIT(""), &spot, err) ||
        ch_thing_id(l->into, SQ_DIAGNOSIS, f[1], &id, err))
        return DX_FAIL;
    return ch_add_cell(l->into,
                       &(ch_cell){.server = spot.server,
                                  .release = spot.release,
                                  .what = SQ_WHAT(SQ_DIAGNOSIS, id),
                                  .day = dx_bucket_day(DX_GRAIN_WEEK, ch_number(f[2])),
                                  .attempts = ch_number(f[3])},
                       err);
}

dx_rc ch_inbox_weeks_of_some(ch_job *l, const ch_inbox *x, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"}, {"kinds", "kinds"}, {"names", "names"}};

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT host, n, " CH_WEEK " AS week, count() FROM (SELECT * FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, &x->q->where, NULL, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql,
                  ") WHERE day >= %lld) ARRAY JOIN kinds AS k, names AS n WHERE k = %d AND n != ''"
                  " GROUP BY host, n, week ORDER BY host, n, week",
                  (long long)dx_bucket_day(DX_GRAIN_WEEK, first_week(x)), SQ_DIAGNOSIS);
    return ch_rows(l, 4, take_cell, NULL, err);
}
