/* What is new, came again or spreads: the window's counts come here, and of the time before it only
 * what a list reads. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_quiet.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/clickhouse_trend.h"
#include "db/backends/sqlite_trend.h"

typedef struct list {
    const dx_list_query *q;
    int64_t since_us; /* of the window; DX_NO_TIME: the question will be refused */
    ch_quiet quiet;
    dx_trend_query trend; /* what counts in the window */
    ch_lines lines;       /* of it, on some servers */
} list;

enum { EVERY_LINE = 100000000 };

static bool of_some(const dx_list_query *q)
{
    return q->kind != DX_LIST_QUIET && (q->where.server.n || q->where.n_tags);
}

/* ---- before the window ---- */

static dx_rc put_day(ch_job *l, const int64_t key[3], dx_grain grain, int64_t day, dx_err *err)
{
    return sq_do(
        l->into, err, "INSERT OR IGNORE INTO tally VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0)",
        SQ_I(key[0]), SQ_I(key[1]), SQ_I(grain), SQ_I(dx_bucket_of(grain, day)), SQ_I(key[2]));
}

static dx_rc take_last(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    int64_t key[3] = {ch_number(f[0]), 0, 0};

    (void)ctx;
    if (ch_thing_id(l->into, (sq_kind)key[0], f[1], &key[2], err) != DX_OK)
        return DX_FAIL;
    return put_day(l, key, DX_GRAIN_WEEK, ch_number(f[2]), err);
}

/* The last day on which each thing was seen before the window's first week. */
static dx_rc load_before(ch_job *l, const list *x, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"}, {"kinds", "kinds"}, {"names", "names"}};
    const int64_t day = dx_day_of(x->since_us);

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT k, n, max(day) FROM (SELECT * FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") WHERE day < %lld) ARRAY JOIN kinds AS k, names AS n WHERE k IN (",
                  (long long)dx_bucket_day(DX_GRAIN_WEEK, dx_bucket_of(DX_GRAIN_WEEK, day)));
    for (unsigned k = 1; k < SQ_KINDS; k++)
        if (ch_kinds_of(x->q->of) >> k & 1)
            dx_buf_printf(&l->sql, "%u,", k);
    ch_add(l, "255) GROUP BY k, n ORDER BY k, n");
    return ch_rows(l, 3, take_last, NULL, err);
}

static dx_rc take_product(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    int64_t key[3] = {SQ_ALL, 0, 0};

    (void)ctx;
    return sq_term(l->into, f[0], &key[1], err) ||
                   put_day(l, key, DX_GRAIN_DAY, ch_number(f[1]), err)
               ? DX_FAIL
               : DX_OK;
}

/* The first day of each product. */
static dx_rc load_products(ch_job *l, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"}, {"product", "product"}};

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT product, min(day) FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY product ORDER BY product");
    return ch_rows(l, 2, take_product, NULL, err);
}

/* ---- after a fix ---- */

static dx_rc take_cases(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    dx_str began = f[3], ended = f[4], one;
    ch_spot spot = {0};
    int64_t diagnosis = 0, product = 0;

    (void)ctx;
    if (ch_spot_of(l->into, f[0], f[1], DX_LIT(""), &spot, err) ||
        sq_term(l->into, f[1], &product, err) ||
        sq_term(l->into, ch_detail_plain(f[2], l->scratch), &diagnosis, err))
        return DX_FAIL;
    while (began.n && dx_str_next(&began, ',', &one)) {
        const int64_t us = ch_number(one);
        const bool closed = ended.n && dx_str_next(&ended, ',', &one);
        if (sq_do(l->into, err, "INSERT OR IGNORE INTO fix_case VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)",
                  SQ_I(spot.server), SQ_I(product), SQ_I(diagnosis), SQ_I(us),
                  closed ? SQ_I(ch_number(one) - us) : SQ_NIL))
            return DX_FAIL;
    }
    return DX_OK;
}

/* Cases where one began in the window after another had ended. */
static dx_rc load_again(ch_job *l, const list *x, dx_err *err)
{
    const int64_t until = (dx_day_of(x->q->now_us) + 1) * DX_DAY_US;

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT host, product, diagnosis,"
              " arrayStringConcat(arrayMap(x -> toString(x), began), ','),"
              " arrayStringConcat(arrayMap(x -> toString(x), ended), ',') FROM (");
    if (ch_add_cases(l, NULL, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql,
                  ") WHERE length(began) > 1 AND arrayExists(x -> x >= %lld AND x < %lld, began)"
                  " ORDER BY host, product, diagnosis",
                  (long long)x->since_us, (long long)until);
    return ch_rows(l, 5, take_cases, NULL, err);
}

/* ---- counts ---- */

/* Days tell when something was seen last, and weeks where to look for that. */
static dx_rc tally(ch_job *l, const list *x, dx_str product, dx_err *err)
{
    const int64_t first = dx_day_of(x->since_us), today = dx_day_of(x->q->now_us);
    ch_tally t = {.grain = DX_GRAIN_DAY,
                  .kinds = ch_kinds_of(x->q->of),
                  .products = x->q->of == DX_OF_PRODUCT,
                  .product = product,
                  .window = {.from = first, .to = today},
                  .from = dx_bucket_day(DX_GRAIN_WEEK, dx_bucket_of(DX_GRAIN_WEEK, first))};

    t.no_wholes = x->q->kind == DX_LIST_SPREADING;
    if (ch_load_tally(l, &t, err) != DX_OK)
        return DX_FAIL;
    if (!t.no_wholes)
        return sq_do_(l->into, err,
                      "INSERT OR IGNORE INTO tally SELECT kind, product, 2, " SQ_SQL_WEEK(
                          "bucket") ", id, 0, 0, 0, 0 FROM tally WHERE grain = 3",
                      NULL, 0);
    t.grain = DX_GRAIN_WEEK;
    t.no_wholes = false;
    return ch_load_tally(l, &t, err);
}

/* When things were seen last is asked of all servers, also of a list of some of them. */
static dx_rc load_counts(ch_job *l, list *x, dx_err *err)
{
    const dx_trend_filter *w = &x->q->where;
    ch_spot spot;

    if (of_some(x->q) && ch_load_lines(l, &x->lines, err) != DX_OK)
        return DX_FAIL;
    if (tally(l, x, DX_LIT(""), err) != DX_OK || ch_load_titles(l, err) != DX_OK)
        return DX_FAIL;
    if (w->product.n == 0 || of_some(x->q))
        return DX_OK;
    return ch_spot_of(l->into, DX_LIT("unknown"), w->product, DX_LIT(""), &spot, err) ||
                   tally(l, x, w->product, err)
               ? DX_FAIL
               : DX_OK;
}

/* ---- the question ---- */

static dx_rc load_list(ch_job *l, void *ctx, dx_err *err)
{
    list *x = ctx;
    const bool again = x->q->kind == DX_LIST_REGRESSED;
    ch_wish wish = {.needs = CH_FIRSTS, .kinds = ch_kinds_of(x->q->of)};

    if (x->since_us == DX_NO_TIME)
        return DX_OK; /* the question will be refused */
    if (x->q->kind == DX_LIST_QUIET)
        return ch_load_quiet(l, &x->quiet, err);
    if (load_counts(l, x, err) != DX_OK || ch_load_wish(l, &wish, err) != DX_OK)
        return DX_FAIL;
    if (x->q->of == DX_OF_PRODUCT)
        return load_products(l, err);
    if (!again)
        return DX_OK;
    return load_before(l, x, err) || (x->q->of == DX_OF_DIAGNOSIS && load_again(l, x, err))
               ? DX_FAIL
               : DX_OK;
}

dx_rc ch_list(dx_store *s, const dx_list_query *q, dx_arena *into, dx_list *out, dx_err *err)
{
    list x = {.q = q,
              .since_us = sq_list_since(q),
              .quiet = {.q = q},
              .trend = {.of = q->of,
                        .by = q->kind == DX_LIST_SPREADING ? DX_BY_WEEK : DX_BY_DAY,
                        .where = q->where,
                        .top = EVERY_LINE},
              .lines = {.q = &x.trend, .into = into}};
    ch_asked a;

    x.trend.where.since_us = x.since_us;
    x.trend.where.until_us = (dx_day_of(q->now_us) + 1) * DX_DAY_US;

    if (ch_ask_with((ch_store *)s, (ch_tags){.of = &q->where}, load_list, &x, &a, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = sq_list_answer((sq_store *)a.mem, q, of_some(q) ? ch_gather_lines : NULL,
                                    &x.lines, into, out, err);
    if (rc == DX_OK)
        out->partial = ch_partial_text(&a);
    if (rc == DX_OK && q->kind == DX_LIST_QUIET)
        out->all = x.quiet.all;
    dx_store_close(a.mem);
    return rc;
}
