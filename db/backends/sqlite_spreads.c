/* Writing how things spread over servers and days (sqlite_spread.h): the changes of a thing, week
 * and release are packed, and SQL adds them to what the row has. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>

typedef struct row {
    int64_t kind, week, id, release, events, attempts, failures;
} row;

enum { COLUMNS = sizeof(row) / sizeof(int64_t), KEY = 4, SOME = 512 };

static int by_key(const void *a, const void *b)
{
    const sq_spread_part *x = a, *y = b;
    const int64_t left[] = {x->kind, x->week, x->id, x->release, x->part.place};
    const int64_t right[] = {y->kind, y->week, y->id, y->release, y->part.place};
    for (size_t i = 0; i <= KEY; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

static bool same_row(const sq_spread_part *a, const sq_spread_part *b)
{
    return a->kind == b->kind && a->week == b->week && a->id == b->id && a->release == b->release;
}

static void add_to(sq_part *to, const sq_part *more)
{
    to->events += more->events;
    to->attempts += more->attempts;
    to->failures += more->failures;
}

/* One row from the parts at the beginning of a list; how many these are.  Lists of changes keep a
 * part whose attempts stay the same. */
static size_t pack_row(const sq_spread_part *p, size_t n, row *out, dx_buf *list)
{
    sq_packer to = {.out = list};
    size_t i = 0;
    *out = (row){p->kind, p->week, p->id, p->release, 0, 0, 0};
    while (i < n && same_row(p, &p[i])) {
        sq_part sum = p[i++].part;
        for (; i < n && same_row(p, &p[i]) && p[i].part.place == sum.place; i++)
            add_to(&sum, &p[i].part);
        out->events += sum.events;
        out->attempts += sum.attempts;
        out->failures += sum.failures;
        if (sum.events || sum.attempts || sum.failures)
            sq_pack(&to, &sum);
    }
    return i;
}

typedef struct batch {
    row rows[SOME];
    size_t end[SOME]; /* of each row's list */
    dx_str bytes[SOME];
    size_t n;
    dx_buf lists;
} batch;

static dx_rc delete_empty(sq_store *s, const row *r, dx_err *err)
{
    return sq_do(s, err,
                 "DELETE FROM tally_by WHERE kind = ?1 AND week = ?2 AND id = ?3 AND release = ?4"
                 " AND attempts = 0",
                 SQ_I(r->kind), SQ_I(r->week), SQ_I(r->id), SQ_I(r->release));
}

static dx_rc write_batch(sq_store *s, batch *b, dx_err *err)
{
    if (b->lists.failed)
        return dx_nomem(err);
    for (size_t i = 0; i < b->n; i++) {
        const size_t from = i ? b->end[i - 1] : 0;
        b->bytes[i] = (dx_str){b->lists.p + from, b->end[i] - from};
    }
    const sq_rows rows = {.p = &b->rows->kind, .n = b->n, .width = COLUMNS, .bytes = b->bytes};
    dx_rc rc = sq_rows_run(s,
                           "INSERT OR FAIL INTO tally_by SELECT a, b, c, d, e, f, g, bytes"
                           " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE"
                           " SET events = events + excluded.events,"
                           " attempts = attempts + excluded.attempts,"
                           " failures = failures + excluded.failures,"
                           " spread = dx_spread_add(spread, excluded.spread)",
                           &rows, err);
    for (size_t i = 0; i < b->n && rc == DX_OK; i++)
        if (b->rows[i].attempts < 0)
            rc = delete_empty(s, &b->rows[i], err);
    return rc;
}

static dx_rc write_all(sq_store *s, const sq_spread_part *p, size_t n, batch *b, dx_err *err)
{
    for (size_t i = 0; i < n;) {
        b->n = 0;
        dx_buf_clear(&b->lists);
        while (i < n && b->n < SOME) {
            const size_t from = b->lists.n;
            i += pack_row(p + i, n - i, &b->rows[b->n], &b->lists);
            b->end[b->n] = b->lists.n;
            b->n += b->lists.n > from; /* else nothing changes */
        }
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
    dx_buf_done(&b->lists);
    free(b);
    return rc;
}
