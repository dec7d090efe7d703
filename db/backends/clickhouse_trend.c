/* A trend of a shared store: the servers of the cluster add up and pick the lines that are shown;
 * only the numbers of those come here. */
#include <stdio.h>
#include "db/backends/clickhouse_sums.h"
#include "db/backends/clickhouse_trend.h"

/* What is added up: all attempts, those of a line, those of all lines that have a name. */
enum { PART_TOTAL, PART_LINE, PART_EACH };

/* ---- what an attempt counts as ---- */

static sq_kind kind_of(dx_trend_of of)
{
    static const sq_kind kinds[] = {
        [DX_OF_SIGNATURE] = SQ_SIGNATURE, [DX_OF_DIAGNOSIS] = SQ_DIAGNOSIS,
        [DX_OF_CAUSE] = SQ_CAUSE,         [DX_OF_PRODUCT] = SQ_ALL,
        [DX_OF_SERVER] = SQ_SERVER,       [DX_OF_CODE] = SQ_CODE};

    return kinds[of];
}

/* The bucket as two texts: a number and nothing, a product and its version, a site and nothing. */
static dx_rc add_bucket(ch_job *l, dx_trend_by by, dx_err *err)
{
    switch (by) {
    case DX_BY_DAY:
        ch_add(l, "toString(day) AS b1, '' AS b2");
        break;
    case DX_BY_WEEK:
        ch_add(l, "toString(" CH_WEEK ") AS b1, '' AS b2");
        break;
    case DX_BY_MONTH:
        ch_add(l, CH_MONTH " AS month, toString(month) AS b1, '' AS b2");
        break;
    case DX_BY_VERSION:
        ch_add(l, "product AS b1, release AS b2");
        break;
    case DX_BY_SITE:
        if (ch_add_site(l, err) != DX_OK)
            return DX_FAIL;
        ch_add(l, " AS b1, '' AS b2");
        break;
    }
    return DX_OK;
}

/* Attempts of the window, each with what it counts as: `things`, and their events in `counts`. */
static dx_rc add_attempts(ch_job *l, const ch_lines *x, dx_err *err)
{
    const sq_kind kind = kind_of(x->q->of);
    const dx_trend_filter *w = &x->q->where;
    char things[96], counts[96];

    snprintf(things, sizeof things, "arrayFilter((n, k) -> k = %d, names, kinds)", kind);
    snprintf(counts, sizeof counts, "arrayFilter((e, k) -> k = %d, events, kinds)", kind);
    const ch_column columns[] = {{"day", "day"},
                                 {"product", "product"},
                                 {"release", "release"},
                                 {"failed", "failed"},
                                 {"events[indexOf(kinds, 0)]", "all_events"},
                                 {things, "named"},
                                 {counts, "counted"}};

    ch_add(l, "SELECT host, failed, all_events, ");
    ch_add(l, x->q->of == DX_OF_SERVER    ? "[host] AS things, [all_events] AS counts, "
              : x->q->of == DX_OF_PRODUCT ? "[product] AS things, [all_events] AS counts, "
                                          : "named AS things, counted AS counts, ");
    if (add_bucket(l, x->q->by, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, w, &x->window, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, ") WHERE day >= %lld AND day <= %lld", (long long)x->window.from,
                  (long long)x->window.to);
    if (w->product.n) {
        ch_add(l, " AND product = ");
        dx_clickhouse_literal(&l->sql, w->product);
    }
    return DX_OK;
}

/* ---- which lines, and their wholes ---- */

static dx_rc put_sum(ch_lines *x, ch_sum s, const dx_str *f, dx_err *err)
{
    s.n = (dx_trend_cell){.events = ch_number(f[0]),
                          .attempts = ch_number(f[1]),
                          .failures = ch_number(f[2]),
                          .servers = ch_number(f[3])};
    if ((unsigned)s.part > PART_EACH)
        return DX_OK;
    return DX_PUSH(x->into, x->sums, x->n, x->cap, s) ? DX_OK : dx_nomem(err);
}

static dx_rc line_id(ch_job *l, const ch_lines *x, dx_str name, int64_t *id, dx_err *err)
{
    const sq_kind kind = kind_of(x->q->of);
    ch_spot spot = {0};

    if (kind == SQ_SERVER) {
        const dx_rc rc = ch_spot_of(l->into, name, DX_LIT(""), DX_LIT(""), &spot, err);
        *id = spot.server;
        return rc;
    }
    return kind == SQ_ALL ? sq_term(l->into, name, id, err)
                          : ch_thing_id(l->into, kind, name, id, err);
}

static dx_rc take_whole(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_lines *x = ctx;
    ch_sum s = {.part = (int)ch_number(f[0]), .bucket = SQ_WHOLE};

    if (s.part == PART_TOTAL)
        x->lines = ch_number(f[6]);
    else {
        const dx_str name = dx_arena_copy(l->arena, f[1]);
        if (!name.p || !DX_PUSH(l->arena, x->shown, x->n_shown, x->cap_shown, name))
            return dx_nomem(err);
        if (line_id(l, x, name, &s.id, err) != DX_OK)
            return DX_FAIL;
    }
    return put_sum(x, s, f + 2, err);
}

static dx_rc load_wholes(ch_job *l, ch_lines *x, dx_err *err)
{
    enum { TOP = 10, OTHERS = 2 };
    const size_t n = x->q->skip + (x->q->top ? x->q->top : TOP);

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT part, thing, sum(e) AS es, count() AS c, sum(failed) AS f, uniqExact(host),"
              " uniqExactArray(seen) FROM (");
    if (add_attempts(l, x, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN arrayPushFront(arrayMap(x -> 1, things), 0) AS part,"
              " arrayPushFront(things, '') AS thing, arrayPushFront(counts, all_events) AS e,"
              " arrayPushFront(arrayMap(x -> emptyArrayString(), things),"
              " arrayFilter(x -> x != '', things)) AS seen GROUP BY part, thing");
    dx_buf_printf(&l->sql, " ORDER BY part, thing != '', f DESC, es DESC, c DESC, thing LIMIT %zu",
                  n + OTHERS);
    return ch_rows(l, 7, take_whole, x, err);
}

/* ---- buckets ---- */

static dx_rc bucket_id(ch_job *l, const ch_lines *x, const dx_str b[2], int64_t *id, dx_err *err)
{
    ch_spot spot = {0};
    dx_rc rc = DX_OK;

    switch (x->q->by) {
    case DX_BY_DAY:
    case DX_BY_WEEK:
    case DX_BY_MONTH:
        *id = ch_number(b[0]);
        break;
    case DX_BY_VERSION:
        rc = ch_spot_of(l->into, DX_LIT("unknown"), b[0], b[1], &spot, err);
        *id = spot.release;
        break;
    case DX_BY_SITE:
        *id = 0;
        rc = b[0].n ? sq_term(l->into, b[0], id, err) : DX_OK;
        break;
    }
    return rc;
}

static dx_rc take_cell(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_lines *x = ctx;
    ch_sum s = {.part = (int)ch_number(f[0])};

    if ((s.part == PART_LINE && line_id(l, x, f[1], &s.id, err) != DX_OK) ||
        bucket_id(l, x, f + 2, &s.bucket, err) != DX_OK)
        return DX_FAIL;
    return put_sum(x, s, f + 4, err);
}

static dx_rc load_cells(ch_job *l, ch_lines *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT part, if(part = 1, thing, '') AS line, b1, b2, sum(e), count(), sum(failed),"
              " uniqExact(host) FROM (");
    if (add_attempts(l, x, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN arrayConcat([0], arrayMap(x -> 1, things), arrayMap(x -> 2, things))"
              " AS part, arrayConcat([''], things, things) AS thing,"
              " arrayConcat([all_events], counts, counts) AS e"
              " WHERE part = 0 OR (part = 2 AND thing != '') OR (part = 1 AND thing IN (");
    for (size_t i = 0; i < x->n_shown; i++) {
        dx_clickhouse_literal(&l->sql, x->shown[i]);
        dx_buf_char(&l->sql, ',');
    }
    ch_add(l, "'')) GROUP BY part, line, b1, b2 ORDER BY part, line, b1, b2");
    return ch_rows(l, 8, take_cell, x, err);
}

/* ---- the question ---- */

dx_rc ch_load_lines(ch_job *l, ch_lines *x, dx_err *err)
{
    if ((unsigned)x->q->of > DX_OF_CODE || (unsigned)x->q->by > DX_BY_SITE)
        return DX_OK; /* the question will be refused */
    if (ch_window_of(l, &x->q->where, sq_trend_grain(x->q->by), sq_trend_most(x->q->by), &x->window,
                     err) != DX_OK)
        return DX_FAIL;
    if (x->window.from > x->window.to)
        return DX_OK;
    return load_wholes(l, x, err) || load_cells(l, x, err) ? DX_FAIL : DX_OK;
}

static dx_rc load_trend(ch_job *l, void *ctx, dx_err *err)
{
    ch_lines *x = ctx;

    if (ch_load_lines(l, x, err) != DX_OK)
        return DX_FAIL;
    return x->q->of == DX_OF_DIAGNOSIS ? ch_load_titles(l, err) : DX_OK;
}

dx_rc ch_gather_lines(sq_job *j, void *ctx, dx_err *err)
{
    const ch_lines *x = ctx;

    for (size_t i = 0; i < x->n; i++) {
        const ch_sum *s = &x->sums[i];
        if (s->part == PART_EACH && !sq_grid_add(&j->each, 0, s->bucket, &s->n, 0))
            return dx_nomem(err);
        if (s->part == PART_EACH)
            continue;
        sq_count *to = sq_grid_at(s->part == PART_TOTAL ? &j->total : &j->grid, s->id, s->bucket);
        if (!to)
            return dx_nomem(err);
        to->n = s->n;
    }
    return DX_OK;
}

dx_rc ch_trend(dx_store *s, const dx_trend_query *q, dx_arena *into, dx_trend *out, dx_err *err)
{
    ch_lines x = {.q = q, .into = into};
    const ch_tags tags = {.sites = q->by == DX_BY_SITE, .of = &q->where};
    ch_asked a;

    if (ch_ask_with((ch_store *)s, tags, load_trend, &x, &a, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = sq_trend_answer((sq_store *)a.mem, q, ch_gather_lines, &x, into, out, err);
    if (rc == DX_OK) {
        out->ids = x.lines;
        out->partial = ch_partial_text(&a);
    }
    dx_store_close(a.mem);
    return rc;
}
