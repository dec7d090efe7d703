/* Writing how things spread over releases, servers and days (sqlite_spread.h): the changes of a
 * thing in a week are packed, and SQL adds them to what the row has. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>

typedef struct row {
    int64_t kind, week, id;
} row;

enum { COLUMNS = sizeof(row) / sizeof(int64_t), SOME = 512 };

static int by_key(const void *a, const void *b)
{
    const sq_spread_part *x = a, *y = b;
    const int64_t left[] = {x->kind, x->week, x->id, x->release, x->part.place};
    const int64_t right[] = {y->kind, y->week, y->id, y->release, y->part.place};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

static bool same_row(const sq_spread_part *a, const sq_spread_part *b)
{
    return a->kind == b->kind && a->week == b->week && a->id == b->id;
}

static bool same_list(const sq_spread_part *a, const sq_spread_part *b)
{
    return same_row(a, b) && a->release == b->release;
}

typedef struct batch {
    row rows[SOME];
    bool less[SOME];  /* takes something away */
    size_t end[SOME]; /* of each row's lists */
    dx_str bytes[SOME];
    size_t n;
    dx_buf weeks, list; /* of all rows; of one release */
} batch;

/* The list of a release from the parts at the beginning of many; how many these are.  Lists of
 * changes keep a part whose attempts stay the same. */
static size_t pack_list(const sq_spread_part *p, size_t n, bool *less, dx_buf *list)
{
    sq_packer to = {.out = list};
    size_t i = 0;
    while (i < n && same_list(p, &p[i])) {
        sq_part sum = p[i++].part;
        for (; i < n && same_list(p, &p[i]) && p[i].part.place == sum.place; i++)
            sq_part_add(&sum, &p[i].part);
        *less |= sum.attempts < 0;
        if (sum.events || sum.attempts || sum.failures)
            sq_pack(&to, &sum);
    }
    return i;
}

/* A row of the batch from the parts at the beginning of many; how many these are. */
static size_t pack_row(const sq_spread_part *p, size_t n, batch *b)
{
    const size_t from = b->weeks.n;
    sq_week_packer to = {.out = &b->weeks};
    size_t i = 0;
    b->rows[b->n] = (row){p->kind, p->week, p->id};
    b->less[b->n] = false;
    while (i < n && same_row(p, &p[i])) {
        const int64_t release = p[i].release;
        dx_buf_clear(&b->list);
        i += pack_list(p + i, n - i, &b->less[b->n], &b->list);
        sq_week_pack(&to, release, dx_buf_str(&b->list));
    }
    b->end[b->n] = b->weeks.n;
    b->n += b->weeks.n > from; /* else nothing changes */
    return i;
}

static dx_rc delete_empty(sq_store *s, const row *r, dx_err *err)
{
    return sq_do(s, err,
                 "DELETE FROM tally_by WHERE kind = ?1 AND week = ?2 AND id = ?3"
                 " AND length(spread) = 0",
                 SQ_I(r->kind), SQ_I(r->week), SQ_I(r->id));
}

static dx_rc write_batch(sq_store *s, batch *b, dx_err *err)
{
    if (b->weeks.failed || b->list.failed)
        return dx_nomem(err);
    for (size_t i = 0; i < b->n; i++) {
        const size_t from = i ? b->end[i - 1] : 0;
        b->bytes[i] = (dx_str){b->weeks.p + from, b->end[i] - from};
    }
    const sq_rows rows = {.p = &b->rows->kind, .n = b->n, .width = COLUMNS, .bytes = b->bytes};
    dx_rc rc = sq_rows_run(s,
                           "INSERT OR FAIL INTO tally_by SELECT a, b, c, bytes FROM sq_rows(?1)"
                           " WHERE 1 ON CONFLICT DO UPDATE"
                           " SET spread = dx_week_add(spread, excluded.spread)",
                           &rows, err);
    for (size_t i = 0; i < b->n && rc == DX_OK; i++)
        if (b->less[i])
            rc = delete_empty(s, &b->rows[i], err);
    return rc;
}

static dx_rc write_all(sq_store *s, const sq_spread_part *p, size_t n, batch *b, dx_err *err)
{
    for (size_t i = 0; i < n;) {
        b->n = 0;
        dx_buf_clear(&b->weeks);
        while (i < n && b->n < SOME)
            i += pack_row(p + i, n - i, b);
        if (write_batch(s, b, err))
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc sq_spreads_write(sq_store *s, sq_spread_part *p, size_t n, dx_err *err)
{
    batch *b = n ? calloc(1, sizeof *b) : NULL;
    if (!n)
        return DX_OK;
    if (!b)
        return dx_nomem(err);
    qsort(p, n, sizeof *p, by_key);
    const dx_rc rc = write_all(s, p, n, b, err);
    dx_buf_done(&b->weeks);
    dx_buf_done(&b->list);
    free(b);
    return rc;
}
