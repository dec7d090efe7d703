/* How fixing went: the servers of the cluster walk through the attempts of each product on each
 * server, and only what comes of it for each diagnosis comes here. */
#include <stdlib.h>
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"

typedef struct fixes {
    const dx_trend_filter *where;
    dx_fix_row *rows;
    size_t n, cap;
    dx_arena *into;
} fixes;

/* A time that is none. */
#define NONE "toInt64(-9223372036854775807)"

/* Of each product on a server its attempts in order of time, each with its diagnoses and when the
 * fixes of these were begun. */
static dx_rc add_walks(ch_job *l, const dx_trend_filter *w, dx_err *err)
{
    static const ch_column columns[] = {
        {"happened_us", "us"},
        {"product", "product"},
        {"outcome = 1", "good"},
        {"arrayMap(x -> splitByChar('\\x1f', x), " CH_FOUND ")", "found"}};

    ch_add(l, "SELECT host, product, arraySort(groupArray((us, of, place, good, shown, begun)))"
              " AS walk, groupUniqArrayArray(shown) AS every FROM (SELECT host, product, us, of,"
              " place, good, arrayMap(x -> x[3], found) AS shown,"
              " arrayMap((b, s, at) -> multiIf(b != '', toInt64OrZero(b), s IN ('1', '2'), us,"
              " at != 0 AND at >= us, at, " NONE "), arrayMap(x -> x[8], found),"
              " arrayMap(x -> x[7], found), arrayMap(x -> ");
    if (ch_add_resolved(l, "x[2]", err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ", found)) AS begun FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, w, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (w->product.n) {
        ch_add(l, " WHERE product = ");
        dx_clickhouse_literal(&l->sql, w->product);
    }
    ch_add(l, ") GROUP BY host, product HAVING length(every) > 0");
    return DX_OK;
}

/* Of each diagnosis on a server and product: where its cases begin and end, and of each attempt
 * that shows it the time, the number of its case, and when a fix was begun. */
static dx_rc add_cases(ch_job *l, const dx_trend_filter *w, dx_err *err)
{
    ch_add(l, "SELECT diagnosis,"
              " arrayFilter((a, b, c) -> b AND NOT c, times, bad, was) AS begins,"
              " arrayFilter((a, b, c) -> c AND NOT b, times, bad, was) AS ends,"
              " arrayFilter(x -> x.4, arrayMap((a, b, c, d) -> (a, b, c, d), times,"
              " arrayCumSum(arrayMap((b, c) -> b AND NOT c, bad, was)), begun, bad)) AS held"
              " FROM (SELECT diagnosis, arrayMap(x -> x.1, steps) AS times,"
              " arrayMap(x -> has(x.5, diagnosis), steps) AS bad,"
              " arrayPushFront(arrayPopBack(arrayMap(x -> has(x.5, diagnosis), steps)), 0) AS was,"
              " arrayMap(x -> arrayElement(arrayPushFront(arrayFilter((b, d) -> d = diagnosis AND"
              " b != " NONE ", x.6, x.5), " NONE "), -1), steps) AS begun"
              " FROM (SELECT diagnosis, arrayFilter(x -> x.4 OR has(x.5, diagnosis), walk) AS steps"
              " FROM (");
    if (add_walks(l, w, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN every AS diagnosis" CH_APART "))");
    return DX_OK;
}

/* A fix that was begun failed when the diagnosis is seen again at or after that, before another is
 * begun.  So of a case only these moments matter: those at which one was begun, and the last. */
static dx_rc add_tries(ch_job *l, const dx_trend_filter *w, dx_err *err)
{
    ch_add(l, "SELECT diagnosis, begins, ends, arrayMap(x -> x.2, tries) AS of,"
              " arrayMap(x -> x.3 != " NONE ", tries) AS begun,"
              " arrayMap((x, n, t) -> x.3 != " NONE " AND x.2 = n AND t >= x.3, tries,"
              " arrayPushBack(arrayPopFront(arrayMap(x -> x.2, tries)), 0),"
              " arrayPushBack(arrayPopFront(arrayMap(x -> x.1, tries)), 0)) AS failed"
              " FROM (SELECT diagnosis, begins, ends,"
              " arrayFilter((x, n) -> x.3 != " NONE " OR x.2 != n, held,"
              " arrayPushBack(arrayPopFront(arrayMap(x -> x.2, held)), 0)) AS tries FROM (");
    if (add_cases(l, w, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, "))");
    return DX_OK;
}

/* Of cases that begin at one moment the first is known. */
static dx_rc add_rows(ch_job *l, const dx_trend_filter *w, dx_err *err)
{
    ch_add(l, "SELECT diagnosis, count(), sum(was_begun), sum(ended != " NONE ") AS verified,"
              " sum(fails), arraySort(groupArrayIf(ended - began, ended != " NONE
              "))[intDiv(verified + 1, 2)] FROM (SELECT diagnosis, began, ended,"
              " arrayExists((c, b) -> c = k AND b, of, begun) AS was_begun,"
              " arraySum((c, f) -> c = k AND f, of, failed) AS fails FROM (");
    if (add_tries(l, w, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN begins AS began, arrayResize(ends, length(begins), " NONE ") AS ended,"
              " arrayPushFront(arrayPopBack(begins), " NONE ") AS before,"
              " arrayEnumerate(begins) AS k WHERE began != before");
    if (w->since_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND began >= %lld", (long long)w->since_us);
    if (w->until_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND began < %lld", (long long)w->until_us);
    ch_add(l, ") GROUP BY diagnosis");
    return DX_OK;
}

static dx_rc take_row(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    fixes *x = ctx;
    dx_fix_row r = {.cases = ch_number(f[1]),
                    .begun = ch_number(f[2]),
                    .verified = ch_number(f[3]),
                    .failed = ch_number(f[4])};

    r.median_us = r.verified ? ch_number(f[5]) : DX_NO_TIME;
    r.diagnosis = r.title = dx_arena_copy(x->into, ch_detail_plain(f[0], l->scratch));
    return r.diagnosis.p && DX_PUSH(x->into, x->rows, x->n, x->cap, r) ? DX_OK : dx_nomem(err);
}

static dx_rc take_title(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    fixes *x = ctx;
    const dx_str diagnosis = ch_detail_plain(f[0], l->scratch);

    for (size_t i = 0; i < x->n; i++)
        if (dx_str_eq(x->rows[i].diagnosis, diagnosis) &&
            !(x->rows[i].title = dx_arena_copy(x->into, ch_detail_plain(f[1], l->scratch))).p)
            return dx_nomem(err);
    return DX_OK;
}

/* The title that the last finding of a diagnosis had, anywhere. */
static dx_rc load_titles(ch_job *l, fixes *x, dx_err *err)
{
    if (x->n == 0)
        return DX_OK;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT r[3] AS d, argMax(r[5], (of, place, ord)) FROM (");
    if (ch_add_findings(l, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") WHERE d IN (");
    for (size_t i = 0; i < x->n; i++) {
        ch_add(l, i ? "," : "");
        ch_add_detail_literal(l, x->rows[i].diagnosis);
    }
    ch_add(l, ") GROUP BY d ORDER BY d");
    return ch_rows(l, 2, take_title, x, err);
}

dx_rc ch_load_fixes(ch_job *l, const dx_trend_filter *where, dx_arena *into, dx_fix_row **rows,
                    size_t *n, dx_err *err)
{
    fixes x = {.into = into};

    dx_buf_clear(&l->sql);
    if (add_rows(l, where, err) != DX_OK || ch_rows(l, 6, take_row, &x, err) != DX_OK ||
        load_titles(l, &x, err) != DX_OK)
        return DX_FAIL;
    *rows = x.rows;
    *n = x.n;
    return DX_OK;
}

static dx_rc load_fixes(ch_job *l, void *ctx, dx_err *err)
{
    fixes *x = ctx;

    return ch_load_fixes(l, x->where, x->into, &x->rows, &x->n, err);
}

dx_rc ch_fixes(dx_store *s, const dx_trend_filter *q, dx_arena *into, dx_fixes *out, dx_err *err)
{
    fixes x = {.where = q, .into = into};
    ch_asked a;

    if (ch_ask_states((ch_store *)s, (ch_tags){.of = q}, load_fixes, &x, &a, err) != DX_OK)
        return DX_FAIL;
    dx_store_close(a.mem);
    if (x.n)
        qsort(x.rows, x.n, sizeof *x.rows, sq_by_cases);
    *out =
        (dx_fixes){.n = x.n, .rows = x.rows, .all = (int64_t)x.n, .partial = ch_partial_text(&a)};
    return DX_OK;
}
