/* A list of cells is the first of its days (four bytes), then things with their cells.  A thing is
 * what it is (four bytes) and how many cells follow (one).  A cell is the days since the first
 * (two), the release (two) and a byte: twice the events of one attempt, and one more when it
 * failed, or 255, behind which stand events, attempts and failures (four each).  Numbers have their
 * highest byte first. */
#include "db/backends/sqlite_packs.h"
#include <stdlib.h>

enum { HEAD = 4, THING = 5, CELL = 5, LONG_CELL = 17, LONG = 255 };
_Static_assert(SQ_CROWD <= 255, "a thing has so many cells at most");
#define DAY_ZERO (INT64_C(1) << 31)

/* ---- cells side by side ---- */

enum { FIRST_SIZE = 256 };

dx_rc sq_cell_push(sq_cell_list *to, const sq_cell *c, dx_err *err)
{
    if (to->n == to->cap) {
        const size_t cap = to->cap ? to->cap * 2 : FIRST_SIZE;
        sq_cell *p = realloc(to->p, cap * sizeof *p);
        if (!p)
            return dx_nomem(err);
        to->p = p;
        to->cap = cap;
    }
    to->p[to->n++] = *c;
    return DX_OK;
}

int sq_cell_order(const void *a, const void *b)
{
    const sq_cell *x = a, *y = b;
    const int64_t left[] = {x->server, x->what, x->day, x->release};
    const int64_t right[] = {y->server, y->what, y->day, y->release};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

sq_cell sq_cell_of_row(sqlite3_stmt *q)
{
    return (sq_cell){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                     sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 3),
                     sqlite3_column_int64(q, 4), sqlite3_column_int64(q, 5),
                     sqlite3_column_int64(q, 6)};
}

/* ---- bytes ---- */

static bool in_bytes(int64_t v, unsigned bytes)
{
    return v >= 0 && (uint64_t)v >> 8 * bytes == 0;
}

static unsigned char *put(unsigned char *p, int64_t v, unsigned bytes)
{
    for (unsigned i = bytes; i-- > 0;)
        *p++ = (unsigned char)((uint64_t)v >> 8 * i);
    return p;
}

static int64_t get(const unsigned char *p, unsigned bytes)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

/* ---- writing ---- */

static void add(dx_buf *out, const unsigned char *bytes, size_t n)
{
    dx_buf_add(out, (dx_str){(const char *)bytes, n});
}

static bool pack_thing(const sq_cell *p, size_t n, dx_buf *out)
{
    unsigned char bytes[THING];
    if (!in_bytes(p->what, 4))
        return false;
    *put(bytes, p->what, 4) = (unsigned char)n;
    add(out, bytes, sizeof bytes);
    return true;
}

static bool pack_cell(const sq_cell *c, int64_t first_day, dx_buf *out)
{
    unsigned char bytes[LONG_CELL], *to;
    const bool one = c->attempts == 1 && in_bytes(c->failures * 2, 1) && c->failures < 2 &&
                     c->events >= 0 && c->events < LONG / 2;
    if (!in_bytes(c->day - first_day, 2) || !in_bytes(c->release, 2))
        return false;
    to = put(put(bytes, c->day - first_day, 2), c->release, 2);
    *to++ = (unsigned char)(one ? c->events * 2 + c->failures : LONG);
    if (one) {
        add(out, bytes, CELL);
        return true;
    }
    if (!in_bytes(c->events, 4) || !in_bytes(c->attempts, 4) || !in_bytes(c->failures, 4))
        return false;
    put(put(put(to, c->events, 4), c->attempts, 4), c->failures, 4);
    add(out, bytes, LONG_CELL);
    return true;
}

static bool pack_head(const sq_cell *p, size_t n, int64_t *first_day, dx_buf *out)
{
    unsigned char bytes[HEAD];
    *first_day = p->day;
    for (size_t i = 1; i < n; i++)
        *first_day = p[i].day < *first_day ? p[i].day : *first_day;
    if (*first_day < -DAY_ZERO || *first_day >= DAY_ZERO)
        return false;
    put(bytes, *first_day + DAY_ZERO, HEAD);
    add(out, bytes, sizeof bytes);
    return true;
}

bool sq_pack_add_thing(const sq_cell *p, size_t n, int64_t first_day, dx_buf *out)
{
    if (n > SQ_CROWD || !pack_thing(p, n, out))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!pack_cell(&p[i], first_day, out))
            return false;
    return out->n <= SQ_PACK_MOST;
}

bool sq_pack_cells(const sq_cell *p, size_t n, dx_buf *out)
{
    int64_t first_day;
    if (!n || !pack_head(p, n, &first_day, out))
        return n == 0;
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i + 1; k < n && p[k].what == p[i].what;)
            k++;
        if (!sq_pack_add_thing(&p[i], k - i, first_day, out))
            return false;
    }
    return true;
}

/* ---- reading ---- */

sq_pack_reader sq_pack_of(int64_t server, dx_str list)
{
    sq_pack_reader r = {.now.server = server, .left = 1};
    if (list.n < HEAD)
        return r;
    r.left = 0;
    r.p = (const unsigned char *)list.p + HEAD;
    r.end = (const unsigned char *)list.p + list.n;
    r.first_day = get(r.p - HEAD, HEAD) - DAY_ZERO;
    return r;
}

sq_pack_reader sq_pack_of_thing(const sq_pack_reader *list, dx_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    return (sq_pack_reader){.now.server = list->now.server,
                            .p = p,
                            .end = p ? p + bytes.n : p,
                            .first_day = list->first_day};
}

bool sq_pack_next_thing(sq_pack_reader *r, sq_pack_thing *out)
{
    if (r->left || r->end - r->p < THING || !r->p[4])
        return false;
    const unsigned char *p = r->p + THING;
    for (unsigned n = r->p[4]; n; n--) {
        if (r->end - p < CELL || (p[4] == LONG && r->end - p < LONG_CELL))
            return false;
        p += p[4] == LONG ? LONG_CELL : CELL;
    }
    *out = (sq_pack_thing){get(r->p, 4), {(const char *)r->p, (size_t)(p - r->p)}};
    r->p = p;
    return true;
}

static bool next_thing(sq_pack_reader *r)
{
    while (!r->left && r->end - r->p >= THING) {
        r->now.what = get(r->p, 4);
        r->left = r->p[4];
        r->p += THING;
    }
    return r->left > 0;
}

bool sq_pack_next(sq_pack_reader *r)
{
    if (!next_thing(r) || r->end - r->p < CELL)
        return false;
    const bool is_long = r->p[4] == LONG;
    if (is_long && r->end - r->p < LONG_CELL)
        return false;
    r->now.day = r->first_day + get(r->p, 2);
    r->now.release = get(r->p + 2, 2);
    r->now.events = is_long ? get(r->p + CELL, 4) : r->p[4] >> 1;
    r->now.attempts = is_long ? get(r->p + CELL + 4, 4) : 1;
    r->now.failures = is_long ? get(r->p + CELL + 8, 4) : r->p[4] & 1;
    r->p += is_long ? LONG_CELL : CELL;
    r->left--;
    return true;
}

static bool is_asked(const sq_cells_asked *q, int64_t what)
{
    for (size_t i = 0; i < q->n_what; i++)
        if (what >= q->what[i].from && what <= q->what[i].to)
            return true;
    return false;
}

/* Passes cells of other days; false when none of the thing is left, or what is left is none. */
static bool pass_days(sq_pack_reader *r, const sq_cells_asked *q)
{
    for (; r->left && r->end - r->p >= CELL; r->left--) {
        const int64_t day = r->first_day + get(r->p, 2);
        const int size = r->p[4] == LONG ? LONG_CELL : CELL;
        if (day >= q->from && day <= q->to)
            return true;
        if (r->end - r->p < size)
            return false;
        r->p += size;
    }
    return false;
}

bool sq_pack_next_asked(sq_pack_reader *r, const sq_cells_asked *q)
{
    sq_pack_thing other;
    while (!pass_days(r, q)) {
        if (r->left || r->end - r->p < THING)
            return false;
        const int64_t what = get(r->p, 4);
        if (what > q->what[q->n_what - 1].to) {
            r->p = r->end;
            return false;
        }
        if (is_asked(q, what))
            (void)next_thing(r);
        else if (!sq_pack_next_thing(r, &other))
            return false;
    }
    return sq_pack_next(r);
}

dx_rc sq_pack_damaged(const sq_store *s, int64_t server, dx_err *err)
{
    return dx_fail(
        err, DX_E_STORE, DX_NOWHERE,
        "the store '%s' is damaged: what server %lld told; 'setupdx db merge FILE --into "
        "NEW' makes a new one of its attempts, with sums of their own",
        s->where, (long long)server);
}

dx_rc sq_pack_end(const sq_store *s, const sq_pack_reader *r, dx_err *err)
{
    return r->left || r->p != r->end ? sq_pack_damaged(s, r->now.server, err) : DX_OK;
}

bool sq_pack_is_whole(dx_str list)
{
    enum { MOST = SQ_PACK_MOST / CELL };
    sq_cell *p = list.n <= SQ_PACK_MOST ? malloc(MOST * sizeof *p) : NULL;
    dx_buf again = {0};
    size_t n = 0;
    bool whole = p != NULL;
    for (sq_pack_reader r = sq_pack_of(0, list); whole && sq_pack_next(&r);) {
        whole = n < MOST && (!n || sq_cell_order(&p[n - 1], &r.now) < 0);
        if (whole)
            p[n++] = r.now;
    }
    whole = whole && n && sq_pack_cells(p, n, &again) && dx_str_eq(dx_buf_str(&again), list);
    dx_buf_done(&again);
    free(p);
    return whole;
}
