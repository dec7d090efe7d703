/* What a signature or diagnosis told by itself, in stretches of 16 weeks (tally_line): as many
 * numbers as days, weeks, months and releases, however many servers there are.  Changes wait with
 * those of other sums and are written like these. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>

enum { ANY, OF_PRODUCT, SCOPES, OF_RELEASE = SCOPES, SOME = 512, FIRST_CHANGES = 4096 };
/* A row is a kind, a stretch and an id, a place in it a product, a list and a day. */
enum { SPAN_ZERO = 1 << 23, SPAN_MASK = (1 << 24) - 1, SPAN_SHIFT = SQ_KIND_SHIFT };
enum { KIND_SHIFT = SPAN_SHIFT + 24, LIST_SHIFT = 7, PRODUCT_SHIFT = 36 };
#define LIST_MASK  ((UINT64_C(1) << (PRODUCT_SHIFT - LIST_SHIFT)) - 1)
#define PLACE_MASK ((UINT64_C(1) << LIST_SHIFT) - 1)
_Static_assert(7 * SQ_SERVER_WEEKS <= 1 << LIST_SHIFT, "a day of a stretch has seven bits");

/* ---- what changes ---- */

static void add(sq_line_changes *to, const sq_line_change *c)
{
    if (to->n == to->cap) {
        const size_t cap = to->cap * 2 + FIRST_CHANGES;
        sq_line_change *more = realloc(to->p, cap * sizeof *more);
        if (!more) {
            to->starved = true;
            return;
        }
        to->p = more;
        to->cap = cap;
    }
    to->p[to->n++] = *c;
}

/* One thing of one product (0: all), where its changes go. */
typedef struct line {
    sq_line_changes *to;
    int64_t what, product;
} line;

static void change(const line *l, int64_t list, int64_t day, const sq_part *n)
{
    const int64_t span = sq_server_span_of(dx_bucket_of(DX_GRAIN_WEEK, day));
    const int64_t place = day - sq_line_first(span);
    if (!n->events && !n->attempts && !n->failures)
        return;
    add(l->to, &(sq_line_change){.row = (uint64_t)(l->what >> SQ_KIND_SHIFT) << KIND_SHIFT |
                                        (uint64_t)(span + SPAN_ZERO) << SPAN_SHIFT |
                                        (uint64_t)SQ_WHAT_ID(l->what),
                                 .at = (uint64_t)l->product << PRODUCT_SHIFT |
                                       (uint64_t)list << LIST_SHIFT | (uint64_t)place,
                                 .events = n->events,
                                 .attempts = n->attempts,
                                 .failures = n->failures});
}

/* Where a day of each grain stands. */
static int64_t stand(int grain, int64_t day)
{
    return dx_bucket_day((dx_grain)grain, dx_bucket_of((dx_grain)grain, day));
}

/* By time, with different servers, and those that told of it for the last time. */
static void change_times(const line *l, const sq_day *d, const int64_t servers[], sq_latest last)
{
    static const int lists[] = {[DX_GRAIN_MONTH] = SQ_LINE_MONTHS,
                                [DX_GRAIN_WEEK] = SQ_LINE_WEEKS,
                                [DX_GRAIN_DAY] = SQ_LINE_SERVERS};
    change(l, SQ_LINE_DAYS, d->was.day,
           &(sq_part){0, d->change.events, d->change.attempts, d->change.failures});
    for (int g = DX_GRAIN_MONTH; g <= DX_GRAIN_DAY; g++) {
        const int64_t here = stand(g, d->was.day);
        const int64_t before = last.gain && last.before ? stand(g, last.day) : here;
        const int64_t gain = last.before && before == here ? 0 : last.gain;
        change(l, lists[g], here, &(sq_part){.attempts = servers[g], .failures = gain});
        if (before != here)
            change(l, lists[g], before, &(sq_part){.failures = -last.gain});
    }
}

static void change_releases(const line *l, const sq_day *d, sq_latest last)
{
    const int64_t list = SQ_LINE_RELEASES + 2 * d->was.release;
    const int64_t here = stand(DX_GRAIN_WEEK, d->was.day);
    change(l, list, here, &(sq_part){0, d->change.events, d->change.attempts, d->change.failures});
    change(l, list + 1, here, &(sq_part){.attempts = last.gain});
    if (last.gain && last.before)
        change(l, list + 1, stand(DX_GRAIN_WEEK, last.day), &(sq_part){.attempts = -last.gain});
}

void sq_sum_line(sq_line_changes *to, const sq_day *d, int64_t servers[2][DX_GRAIN_DAY + 1],
                 const sq_latest last[3])
{
    for (int k = ANY; k < SCOPES; k++) {
        const line l = {to, d->was.what, k == ANY ? 0 : d->product};
        change_times(&l, d, servers[k], last[k]);
        if (k == ANY)
            change_releases(&l, d, last[OF_RELEASE]);
    }
}

/* ---- writing it ---- */

typedef struct row {
    int64_t kind, span, id, product;
} row;

enum { COLUMNS = sizeof(row) / sizeof(int64_t) };

static row row_of(const sq_line_change *c)
{
    return (row){.kind = (int64_t)(c->row >> KIND_SHIFT),
                 .span = (int64_t)(c->row >> SPAN_SHIFT & SPAN_MASK) - SPAN_ZERO,
                 .id = SQ_WHAT_ID((int64_t)c->row),
                 .product = (int64_t)(c->at >> PRODUCT_SHIFT)};
}

static int64_t list_of(const sq_line_change *c)
{
    return (int64_t)(c->at >> LIST_SHIFT & LIST_MASK);
}

static int by_key(const void *a, const void *b)
{
    const sq_line_change *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static bool same_row(const sq_line_change *a, const sq_line_change *b)
{
    return a->row == b->row && a->at >> PRODUCT_SHIFT == b->at >> PRODUCT_SHIFT;
}

typedef struct batch {
    row rows[SOME];
    bool less[SOME]; /* something may be gone */
    size_t end[SOME];
    dx_str bytes[SOME];
    size_t n;
    dx_buf lists, list; /* of all rows; one of a row */
} batch;

/* The list at the front of n; how many changes make it up. */
static size_t pack_list(const sq_line_change *p, size_t n, bool *less, dx_buf *list)
{
    sq_packer to = {.out = list};
    size_t i = 0;
    while (i < n && p[i].row == p->row && p[i].at >> LIST_SHIFT == p->at >> LIST_SHIFT) {
        const uint64_t at = p[i].at;
        sq_part sum = {.place = (int64_t)(at & PLACE_MASK)};
        for (; i < n && p[i].row == p->row && p[i].at == at; i++)
            sq_part_add(&sum, &(sq_part){0, p[i].events, p[i].attempts, p[i].failures});
        *less |= sum.attempts < 0 && list_of(p) < SQ_LINE_RELEASES;
        if (sum.events || sum.attempts || sum.failures)
            sq_pack(&to, &sum);
    }
    return i;
}

static size_t pack_row(const sq_line_change *p, size_t n, batch *b)
{
    const size_t from = b->lists.n;
    sq_week_packer to = {.out = &b->lists};
    size_t i = 0;
    b->rows[b->n] = row_of(p);
    b->less[b->n] = false;
    while (i < n && same_row(p, &p[i])) {
        const int64_t list = list_of(&p[i]);
        dx_buf_clear(&b->list);
        i += pack_list(p + i, n - i, &b->less[b->n], &b->list);
        sq_week_pack(&to, list, dx_buf_str(&b->list));
    }
    b->end[b->n] = b->lists.n;
    b->n += b->lists.n > from; /* else nothing changes */
    return i;
}

static dx_rc delete_empty(sq_store *s, const row *r, dx_err *err)
{
    return sq_do(s, err,
                 "DELETE FROM tally_line WHERE kind = ?1 AND span = ?2 AND id = ?3"
                 " AND product = ?4 AND length(list) = 0",
                 SQ_I(r->kind), SQ_I(r->span), SQ_I(r->id), SQ_I(r->product));
}

static dx_rc write_batch(sq_store *s, batch *b, dx_err *err)
{
    if (b->lists.failed || b->list.failed)
        return dx_nomem(err);
    for (size_t i = 0; i < b->n; i++) {
        const size_t from = i ? b->end[i - 1] : 0;
        b->bytes[i] = (dx_str){b->lists.p + from, b->end[i] - from};
    }
    const sq_rows rows = {.p = &b->rows->kind, .n = b->n, .width = COLUMNS, .bytes = b->bytes};
    dx_rc rc = sq_rows_run(s,
                           "INSERT OR FAIL INTO tally_line SELECT a, b, c, d, bytes"
                           " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE"
                           " SET list = dx_week_add(list, excluded.list)",
                           &rows, err);
    for (size_t i = 0; i < b->n && rc == DX_OK; i++)
        if (b->less[i])
            rc = delete_empty(s, &b->rows[i], err);
    return rc;
}

static dx_rc write_all(sq_store *s, const sq_line_changes *c, batch *b, dx_err *err)
{
    for (size_t i = 0; i < c->n;) {
        b->n = 0;
        dx_buf_clear(&b->lists);
        while (i < c->n && b->n < SOME)
            i += pack_row(c->p + i, c->n - i, b);
        if (write_batch(s, b, err))
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc sq_lines_write(sq_store *s, sq_line_changes *c, dx_err *err)
{
    if (c->starved)
        return dx_nomem(err);
    if (!c->n)
        return DX_OK;
    batch *b = calloc(1, sizeof *b);
    if (!b)
        return dx_nomem(err);
    qsort(c->p, c->n, sizeof *c->p, by_key);
    const dx_rc rc = write_all(s, c, b, err);
    dx_buf_done(&b->lists);
    dx_buf_done(&b->list);
    free(b);
    c->n = 0;
    return rc;
}
