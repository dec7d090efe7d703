/* v_sums of a shared store: the servers add up the kinds, products and stretches of time that a
 * query says it wants, and its rows come here. */
#include "db/backends/clickhouse_query.h"
#include "db/backends/clickhouse_sums.h"

/* Columns of the view. */
enum { WHAT, ID, BY, BUCKET, PRODUCT, OF_PRODUCT };

/* By their numbers in a store. */
static const char *const kinds[] = {
    [SQ_ALL] = "all",      [SQ_SIGNATURE] = "signature", [SQ_DIAGNOSIS] = "diagnosis",
    [SQ_CAUSE] = "cause",  [SQ_CODE] = "code",           [SQ_PATTERN] = "pattern",
    [SQ_SERVER] = "server"};
static const char *const grains[] = {[DX_GRAIN_ALL] = "all",
                                     [DX_GRAIN_MONTH] = "month",
                                     [DX_GRAIN_WEEK] = "week",
                                     [DX_GRAIN_DAY] = "day"};
enum { KINDS = sizeof kinds / sizeof *kinds, GRAINS = sizeof grains / sizeof *grains };

/* What is wanted: sets of the above, and of 1 (all products together) and 2 (each). */
typedef struct wanted {
    unsigned kinds, grains, splits;
    const dx_str *id, *product; /* NULL: any */
    int64_t rows;
} wanted;

/* ---- what a query wants ---- */

static unsigned named(const char *const *names, size_t n, dx_str name)
{
    for (size_t i = 0; i < n; i++)
        if (dx_str_eq(dx_str_of(names[i]), name))
            return 1u << i;
    return 0;
}

/* No text is a number. */
static unsigned all_named(const char *const *names, size_t n, const ch_limit *of)
{
    unsigned set = 0;

    for (size_t i = 0; i < of->n; i++)
        set |= of->values[i].is_number ? 0 : named(names, n, of->values[i].text);
    return of->bound == CH_IS_NOT ? ~set : set;
}

static unsigned splits_of(const ch_limit *of)
{
    unsigned set = 0;

    for (size_t i = 0; i < of->n; i++)
        set |= of->values[i].number == 0 ? 1 : of->values[i].number == 1 ? 2 : 0;
    return of->bound == CH_IS_NOT ? ~set : set;
}

static wanted wanted_by(const ch_look *look)
{
    wanted w = {.kinds = (1u << KINDS) - 1, .grains = (1u << GRAINS) - 1, .splits = 3};

    for (size_t i = 0; i < look->n; i++) {
        const ch_limit *of = &look->limits[i];
        if (of->bound != CH_IS && of->bound != CH_IS_NOT)
            continue;
        const bool one_text = of->bound == CH_IS && of->n == 1 && !of->values[0].is_number;
        if (of->column == OF_PRODUCT && of->values[0].is_number)
            w.splits &= splits_of(of);
        if (of->column == WHAT)
            w.kinds &= all_named(kinds, KINDS, of);
        else if (of->column == BY)
            w.grains &= all_named(grains, GRAINS, of);
        else if (of->column == ID && one_text)
            w.id = &of->values[0].text;
        else if (of->column == PRODUCT && one_text)
            w.product = &of->values[0].text;
    }
    if (w.product)
        w.splits &= 2;
    return w;
}

static void add_set(ch_job *l, unsigned set)
{
    const char *between = "[";

    for (unsigned i = 0; set >> i; i++)
        if (set >> i & 1) {
            dx_buf_printf(&l->sql, "%s%u", between, i);
            between = ",";
        }
    dx_buf_char(&l->sql, ']');
}

static void add_same(ch_job *l, const char *name, const dx_str *text)
{
    if (text == NULL)
        return;
    dx_buf_printf(&l->sql, " AND %s = ", name);
    dx_clickhouse_literal(&l->sql, *text);
}

static dx_rc count(wanted *w, dx_err *err)
{
    return ++w->rows > CH_MOST_ROWS ? ch_too_many("v_sums", err) : DX_OK;
}

/* ---- of all servers ---- */

/* split, kind, name, product, grain, bucket, events, attempts, failures, servers */
enum { SUM_FIELDS = 10 };

static dx_rc take_sum(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    const sq_kind kind = (sq_kind)ch_number(f[1]);
    int64_t id = 0, product = 0;
    ch_spot spot;

    if (count(ctx, err) != DX_OK || ch_thing_id(l->into, kind, f[2], &id, err) != DX_OK ||
        (ch_number(f[0]) && (ch_spot_of(l->into, DX_LIT("unknown"), f[3], DX_LIT(""), &spot, err) ||
                             sq_term(l->into, f[3], &product, err))))
        return DX_FAIL;
    return sq_do(
        l->into, err, "INSERT OR REPLACE INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        SQ_I(kind), SQ_I(product), SQ_I(ch_number(f[4])), SQ_I(ch_number(f[5])), SQ_I(id),
        SQ_I(ch_number(f[6])), SQ_I(ch_number(f[7])), SQ_I(ch_number(f[8])), SQ_I(ch_number(f[9])));
}

static dx_rc load_tallies(ch_job *l, wanted *w, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"},       {"product", "product"},
                                        {"failed", "failed"}, {"kinds", "kinds"},
                                        {"names", "names"},   {"events", "events"}};

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT split, k, n, if(split = 1, product, '') AS p, grain, multiIf(grain = 0,"
              " toInt64(0), grain = 1, toInt64(month), grain = 2, week, day) AS bucket, sum(e),"
              " count(), sum(failed), uniqExact(host) FROM (SELECT *, arrayJoin(");
    add_set(l, w->grains);
    ch_add(l, ") AS grain FROM (SELECT *, arrayJoin(");
    add_set(l, w->splits);
    ch_add(l, ") AS split FROM (SELECT host, product, failed, day, " CH_WEEK " AS week, " CH_MONTH
              " AS month, k, n, e FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN kinds AS k, names AS n, events AS e WHERE has(");
    add_set(l, w->kinds);
    ch_add(l, ", k)");
    add_same(l, "n", w->id);
    add_same(l, "product", w->product);
    dx_buf_printf(&l->sql,
                  "))) GROUP BY split, k, n, p, grain, bucket"
                  " ORDER BY split, k, n, p, grain, bucket LIMIT %d",
                  CH_MOST_ROWS + 1);
    return ch_rows(l, SUM_FIELDS, take_sum, w, err);
}

/* ---- of each ---- */

/* server, product, day, events, attempts, failures */
enum { CELL_FIELDS = 6 };

static dx_rc take_cell(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_spot spot = {0};

    if (count(ctx, err) != DX_OK ||
        ch_spot_of(l->into, f[0], f[1], DX_LIT(""), &spot, err) != DX_OK)
        return DX_FAIL;
    const ch_cell cell = {.server = spot.server,
                          .release = spot.release,
                          .what = SQ_WHAT(SQ_ALL, 0),
                          .day = ch_number(f[2]),
                          .events = ch_number(f[3]),
                          .attempts = ch_number(f[4]),
                          .failures = ch_number(f[5])};
    return ch_add_cell(l->into, &cell, err);
}

/* The view makes its rows of servers from their days, of which the first of each bucket is enough.
 */
static dx_rc load_servers(ch_job *l, wanted *w, dx_err *err)
{
    static const ch_column columns[] = {{"day", "day"},
                                        {"product", "product"},
                                        {"failed", "failed"},
                                        {"events[indexOf(kinds, 0)]", "e"}};

    dx_buf_clear(&l->sql);
    dx_buf_printf(&l->sql, "SELECT host, %s AS p, %s AS first, sum(e), count(), sum(failed) FROM (",
                  w->splits & 2 ? "product" : "''",
                  w->grains == 1u << DX_GRAIN_ALL    ? "toInt64(0)"
                  : w->grains == 1u << DX_GRAIN_WEEK ? "7 * " CH_WEEK " - 3"
                                                     : "day");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") WHERE 1");
    add_same(l, "host", w->id);
    add_same(l, "product", w->product);
    dx_buf_printf(&l->sql, " GROUP BY host, p, first ORDER BY host, p, first LIMIT %d",
                  CH_MOST_ROWS + 1);
    return ch_rows(l, CELL_FIELDS, take_cell, w, err);
}

/* Nothing is asked of servers where no row can be wanted. */
dx_rc ch_load_view_sums(ch_job *l, const ch_look *look, dx_err *err)
{
    wanted w = wanted_by(look);
    const unsigned each = 1u << SQ_SERVER;

    if (!w.grains || !w.splits)
        return DX_OK;
    if (w.kinds & each && load_servers(l, &w, err) != DX_OK)
        return DX_FAIL;
    w.kinds &= ~each;
    return w.kinds ? load_tallies(l, &w, err) : DX_OK;
}
