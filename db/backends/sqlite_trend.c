/* A trend: reads the numbers, picks the lines, and makes everything add up to the total. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

enum { TOP = 10, MOST_LINES = 1000 };

/* ---- the question ---- */

static const struct {
    sq_kind kind;
    bool of_product;
} kinds[] = {[DX_OF_SIGNATURE] = {SQ_SIGNATURE, false}, [DX_OF_DIAGNOSIS] = {SQ_DIAGNOSIS, false},
             [DX_OF_CAUSE] = {SQ_CAUSE, false},         [DX_OF_PRODUCT] = {SQ_ALL, true},
             [DX_OF_SERVER] = {SQ_SERVER, false},       [DX_OF_CODE] = {SQ_CODE, false}};

static dx_grain grain_of(dx_trend_by by)
{
    switch (by) {
    case DX_BY_DAY:
        return DX_GRAIN_DAY;
    case DX_BY_WEEK:
        return DX_GRAIN_WEEK;
    case DX_BY_MONTH:
        return DX_GRAIN_MONTH;
    case DX_BY_VERSION:
    case DX_BY_SITE:
        break;
    }
    return DX_GRAIN_ALL;
}

dx_grain sq_trend_grain(dx_trend_by by)
{
    return by == DX_BY_VERSION || by == DX_BY_SITE ? DX_GRAIN_WEEK : grain_of(by);
}

int64_t sq_trend_most(dx_trend_by by)
{
    return grain_of(by) == DX_GRAIN_ALL ? SQ_ANY_BUCKETS : SQ_MOST_BUCKETS;
}

dx_rc sq_job_prepare(sq_job *j, dx_err *err)
{
    const dx_trend_query *q = j->q;
    j->kind = kinds[q->of].kind;
    j->of_product = kinds[q->of].of_product;
    j->grain = grain_of(q->by);
    if (sq_sieve_make(j->s, &q->where, j->scratch, &j->sieve, err) ||
        sq_window_make(j->s, &q->where, sq_trend_grain(q->by), sq_trend_most(q->by), &j->window,
                       err))
        return DX_FAIL;
    if (j->grain != DX_GRAIN_ALL && j->window.from <= j->window.to) {
        j->first = dx_bucket_of(j->grain, j->window.from);
        j->n_buckets = dx_bucket_of(j->grain, j->window.to) - j->first + 1;
    }
    return DX_OK;
}

/* ---- which lines ---- */

typedef struct named {
    int64_t id;
    dx_str name, title;
    dx_trend_cell n;
} named;

static int by_counts(const named *a, const named *b)
{
    if (a->n.failures != b->n.failures)
        return a->n.failures > b->n.failures ? -1 : 1;
    if (a->n.events != b->n.events)
        return a->n.events > b->n.events ? -1 : 1;
    if (a->n.attempts != b->n.attempts)
        return a->n.attempts > b->n.attempts ? -1 : 1;
    return 0;
}

static int by_counts_only(const void *a, const void *b)
{
    return by_counts(a, b);
}

static int by_counts_and_name(const void *a, const void *b)
{
    const int order = by_counts(a, b);
    return order ? order : dx_str_cmp(((const named *)a)->name, ((const named *)b)->name);
}

/* The line of what has no id, or -1 when every attempt has one. */
static dx_rc without_id(sq_job *j, int64_t *id, dx_err *err)
{
    *id = j->kind == SQ_SERVER ? -1 : 0;
    if (!j->of_product)
        return DX_OK;
    *id = -1;
    return sq_term_known(j->s, DX_LIT(""), id, err) == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc all_servers(sq_job *j, named **out, size_t *n, dx_err *err)
{
    named *list = dx_arena_get(j->scratch, (j->n_servers + 1) * sizeof *list);
    if (!list)
        return dx_nomem(err);
    *n = 0;
    for (size_t i = 0; i < j->n_servers; i++)
        if (j->servers[i].attempts)
            list[(*n)++] = (named){.id = (int64_t)i, .n = j->servers[i]};
    *out = list;
    return DX_OK;
}

static dx_rc candidates(sq_job *j, int64_t without, named **out, size_t *n, dx_err *err)
{
    named *list = NULL;
    size_t count = 0, cap = 0;
    if (j->servers)
        return all_servers(j, out, n, err);
    for (size_t i = 0; i < j->grid.n; i++) {
        const sq_count *c = &j->grid.p[i];
        if (c->bucket != SQ_WHOLE || c->id == without)
            continue;
        if (!DX_PUSH(j->scratch, list, count, cap, (named){.id = c->id, .n = c->n}))
            return dx_nomem(err);
    }
    *out = list;
    *n = count;
    return DX_OK;
}

/* Names decide among equals, so they are only read where equals meet the edge of the list. */
static dx_rc pick(sq_job *j, named *list, size_t n, named **out, size_t *n_out, dx_err *err)
{
    const size_t top = j->q->top ? j->q->top : TOP, skip = j->q->skip < n ? j->q->skip : n;
    const size_t upto = n - skip < top ? n : skip + top;
    const sq_kind kind = j->of_product ? SQ_ALL : j->kind;
    size_t end, begin = skip;
    end = sq_sort_front(list, n, sizeof *list, upto, by_counts_only);
    while (begin && begin < n && by_counts(&list[begin - 1], &list[skip]) == 0)
        begin--;
    for (size_t i = begin; i < end; i++)
        if (sq_name(j->s, kind, list[i].id, j->into, &list[i].name, NULL, err))
            return DX_FAIL;
    if (end > begin)
        qsort(list + begin, end - begin, sizeof *list, by_counts_and_name);
    for (size_t i = skip; i < upto; i++)
        if (sq_name(j->s, kind, list[i].id, j->into, &list[i].name, &list[i].title, err))
            return DX_FAIL;
    *out = list + skip;
    *n_out = upto - skip;
    return DX_OK;
}

/* ---- lines ---- */

static dx_trend_cell cell_of(const sq_grid *g, int64_t id, int64_t bucket)
{
    const sq_count *c = sq_grid_find(g, id, bucket);
    return c ? c->n : (dx_trend_cell){0};
}

typedef struct lines {
    dx_trend_line *p;
    dx_trend_cell **cell; /* those of p[i], to be written to */
    size_t n;
} lines;

static dx_rc add_line(sq_job *j, lines *l, const sq_grid *g, int64_t id, dx_trend_line line,
                      dx_err *err)
{
    dx_trend_cell *cell = dx_arena_get(j->into, ((size_t)j->n_buckets + 1) * sizeof *cell);
    if (!cell)
        return dx_nomem(err);
    for (int64_t i = 0; i < j->n_buckets; i++)
        cell[i] = cell_of(g, id, j->bucket_ids[i]);
    line.all = cell_of(g, id, SQ_WHOLE);
    line.cell = cell;
    l->cell[l->n] = cell;
    l->p[l->n++] = line;
    return DX_OK;
}

/* From the tally of all time when the window is all of it. */
dx_rc sq_job_servers(sq_job *j, sq_grid *g, sq_kind kind, int64_t id, dx_err *err)
{
    const bool total = g == &j->total, product = !total && j->of_product;
    if (sq_trend_counted(j, total) || !sq_grid_find(g, id, SQ_WHOLE))
        return DX_OK;
    const int64_t its = product ? id : j->sieve.product, what_id = product ? 0 : id;
    if (!j->window.all)
        return sq_trend_servers(j, g, SQ_WHAT(kind, what_id), its, id, err);
    sq_count *whole = sq_grid_at(g, id, SQ_WHOLE);
    return sq_value(j->s, &whole->n.servers, err,
                    "SELECT servers FROM tally WHERE kind = ?1 AND product = ?2 AND grain = 0"
                    " AND bucket = 0 AND id = ?3",
                    SQ_I(kind), SQ_I(its), SQ_I(what_id)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

static void subtract(dx_trend_cell *a, const dx_trend_cell *b)
{
    a->events -= b->events;
    a->attempts -= b->attempts;
    a->failures -= b->failures;
}

/* A line that is what the total has beyond all the others (`from` on). */
static dx_rc add_remainder(sq_job *j, lines *l, dx_line_kind kind, const dx_trend_line *total,
                           const dx_trend_cell *known, dx_err *err)
{
    dx_trend_cell *cell = dx_arena_get(j->into, ((size_t)j->n_buckets + 1) * sizeof *cell);
    dx_trend_line line = {.kind = kind, .all = total->all, .cell = cell};
    if (!cell)
        return dx_nomem(err);
    subtract(&line.all, &known[j->n_buckets]);
    line.all.servers = -1;
    for (int64_t i = 0; i < j->n_buckets; i++) {
        cell[i] = total->cell[i];
        subtract(&cell[i], &known[i]);
        cell[i].servers = -1;
    }
    if (line.all.attempts > 0 || line.all.events > 0) {
        l->cell[l->n] = cell;
        l->p[l->n++] = line;
    }
    return DX_OK;
}

static void sum_into(dx_trend_cell *a, const dx_trend_cell *b)
{
    a->events += b->events;
    a->attempts += b->attempts;
    a->failures += b->failures;
}

/* Sums of the lines so far, by bucket and then of the whole. */
static dx_trend_cell *sum_lines(sq_job *j, const lines *l)
{
    dx_trend_cell *sum = dx_arena_get(j->scratch, ((size_t)j->n_buckets + 1) * sizeof *sum);
    for (size_t k = 0; sum && k < l->n; k++) {
        for (int64_t i = 0; i < j->n_buckets; i++)
            sum_into(&sum[i], &l->p[k].cell[i]);
        sum_into(&sum[j->n_buckets], &l->p[k].all);
    }
    return sum;
}

static int64_t bucket_index(const sq_job *j, int64_t bucket)
{
    if (bucket == SQ_WHOLE)
        return j->n_buckets;
    if (j->grain != DX_GRAIN_ALL)
        return bucket - j->first;
    for (int64_t i = 0; i < j->n_buckets; i++)
        if (j->bucket_ids[i] == bucket)
            return i;
    return -1;
}

/* All ids together: what the line of the rest has, when the ids shown are taken away. */
static dx_rc sum_ids(sq_job *j, int64_t without, dx_trend_line *out, dx_err *err)
{
    dx_trend_cell *sum = dx_arena_get(j->scratch, ((size_t)j->n_buckets + 1) * sizeof *sum);
    if (!sum)
        return dx_nomem(err);
    for (size_t i = 0; i < j->grid.n; i++) {
        const sq_count *c = &j->grid.p[i];
        const int64_t at = c->id != without ? bucket_index(j, c->bucket) : -1;
        if (at >= 0 && at <= j->n_buckets)
            sum_into(&sum[at], &c->n);
    }
    out->cell = sum;
    out->all = sum[j->n_buckets];
    return DX_OK;
}

/* The same, where it was added up when it was stored. */
static dx_rc sum_each(sq_job *j, dx_trend_line *out, dx_err *err)
{
    dx_trend_cell *sum = dx_arena_get(j->scratch, ((size_t)j->n_buckets + 1) * sizeof *sum);
    if (!sum)
        return dx_nomem(err);
    for (int64_t i = 0; i < j->n_buckets; i++)
        sum[i] = cell_of(&j->each, 0, j->bucket_ids[i]);
    out->cell = sum;
    out->all = cell_of(&j->each, 0, SQ_WHOLE);
    return DX_OK;
}

static dx_rc add_rest(sq_job *j, lines *l, int64_t without, const dx_trend_line *total, dx_err *err)
{
    dx_trend_line ids = *total; /* every attempt has a server */
    const dx_trend_cell *known = sum_lines(j, l);
    if (!known)
        return dx_nomem(err);
    if (j->kind != SQ_SERVER &&
        (j->gathered || sq_trend_by_line(j) ? sum_each(j, &ids, err)
                                            : sum_ids(j, without, &ids, err)))
        return DX_FAIL;
    return add_remainder(j, l, DX_LINE_REST, &ids, known, err);
}

static dx_rc add_ids(sq_job *j, lines *l, const named *ids, size_t n, dx_err *err)
{
    const sq_kind kind = j->of_product ? SQ_ALL : j->kind;
    for (size_t i = 0; i < n; i++) {
        const dx_trend_line line = {.kind = DX_LINE_ID, .id = ids[i].name, .title = ids[i].title};
        if (sq_trend_line(j, ids[i].id, err))
            return DX_FAIL;
        if (sq_job_servers(j, &j->grid, kind, ids[i].id, err) ||
            add_line(j, l, &j->grid, ids[i].id, line, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc add_others(sq_job *j, lines *l, int64_t without, dx_trend_line *total, dx_err *err)
{
    const sq_kind kind = j->of_product ? SQ_ALL : j->kind;
    if (add_rest(j, l, without, total, err))
        return DX_FAIL;
    if (without >= 0 && sq_grid_find(&j->grid, without, SQ_WHOLE)) {
        const dx_trend_line line = {.kind = DX_LINE_UNCLASSIFIED};
        if (sq_trend_line(j, without, err) || sq_job_servers(j, &j->grid, kind, without, err) ||
            add_line(j, l, &j->grid, without, line, err))
            return DX_FAIL;
    }
    if (j->kind == SQ_SERVER || j->kind == SQ_SIGNATURE || j->of_product)
        return DX_OK;
    const dx_trend_cell *known = sum_lines(j, l);
    return known ? add_remainder(j, l, DX_LINE_NO_FAILURE, total, known, err) : dx_nomem(err);
}

/* What failures are a share of. */
static void set_bases(const sq_job *j, lines *l)
{
    const bool own = j->kind == SQ_SERVER || j->of_product;
    const dx_trend_line *total = &l->p[l->n - 1];
    for (size_t k = 0; k < l->n; k++) {
        dx_trend_line *line = &l->p[k];
        line->all.base = own ? line->all.attempts : total->all.attempts;
        for (int64_t i = 0; i < j->n_buckets; i++)
            l->cell[k][i].base = own ? line->cell[i].attempts : total->cell[i].attempts;
    }
}

static dx_rc add_lines(sq_job *j, lines *l, dx_trend *out, dx_err *err)
{
    int64_t without;
    named *list, *ids;
    size_t n, n_ids;
    lines total = {.n = 0};
    if (without_id(j, &without, err) || candidates(j, without, &list, &n, err) ||
        pick(j, list, n, &ids, &n_ids, err))
        return DX_FAIL;
    total.p = dx_arena_get(j->scratch, sizeof *total.p);
    total.cell = dx_arena_get(j->scratch, sizeof *total.cell);
    l->p = dx_arena_get(j->into, (n_ids + 4) * sizeof *l->p);
    l->cell = dx_arena_get(j->scratch, (n_ids + 4) * sizeof *l->cell);
    if (!total.p || !total.cell || !l->p || !l->cell)
        return dx_nomem(err);
    if (add_line(j, &total, &j->total, 0, (dx_trend_line){.kind = DX_LINE_TOTAL}, err) ||
        add_ids(j, l, ids, n_ids, err) || add_others(j, l, without, total.p, err))
        return DX_FAIL;
    l->cell[l->n] = total.cell[0];
    l->p[l->n++] = total.p[0];
    out->ids = (int64_t)n;
    return DX_OK;
}

static dx_rc answer(sq_job *j, dx_trend *out, dx_err *err)
{
    lines l = {.n = 0};
    if (sq_job_servers(j, &j->total, SQ_ALL, 0, err) || sq_trend_buckets(j, out, err) ||
        add_lines(j, &l, out, err))
        return DX_FAIL;
    set_bases(j, &l);
    out->lines = l.p;
    out->n_lines = l.n;
    return DX_OK;
}

void sq_job_close(sq_job *j)
{
    sq_grid_close(&j->grid);
    sq_grid_close(&j->total);
    sq_grid_close(&j->each);
    dx_arena_free(j->scratch);
}

static dx_rc ask(sq_job *j, sq_trend_gather *gather, void *ctx, dx_trend *out, dx_err *err)
{
    dx_trend t = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME};
    if (sq_sums_flush(j->s, err) || sq_job_prepare(j, err) ||
        (gather ? gather(j, ctx, err) : sq_trend_read(j, err)) || answer(j, &t, err))
        return DX_FAIL;
    if (j->window.from <= j->window.to) {
        t.since_us = j->window.from * DX_DAY_US;
        t.until_us = (j->window.to + 1) * DX_DAY_US;
    }
    *out = t;
    return DX_OK;
}

dx_rc sq_trend_answer(sq_store *s, const dx_trend_query *q, sq_trend_gather *gather, void *ctx,
                      dx_arena *into, dx_trend *out, dx_err *err)
{
    sq_job j = {.s = s, .q = q, .into = into, .gathered = gather != NULL};
    if ((unsigned)q->of > DX_OF_CODE || (unsigned)q->by > DX_BY_SITE || q->top > MOST_LINES)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "a trend shows at most %d lines", MOST_LINES);
    if (!(j.scratch = dx_arena_new(0)))
        return dx_nomem(err);
    const dx_rc rc = ask(&j, gather, ctx, out, err);
    sq_job_close(&j);
    return rc;
}

dx_rc sq_trend(dx_store *base, const dx_trend_query *q, dx_arena *into, dx_trend *out, dx_err *err)
{
    return sq_trend_answer((sq_store *)base, q, NULL, NULL, into, out, err);
}
