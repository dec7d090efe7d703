/* Which servers told something in a week, one bit each (week_servers): to find those that stopped,
 * a week of 20,000 servers is 2.5 KB, however much they told. */
#include "db/backends/sqlite_heard.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 8192, BLOCK_BYTES = BLOCK / 8, FIRST_CHANGES = 1024 };

/* ---- writing ---- */

bool sq_heard_wait(sq_heard_changes *to, int64_t week, int64_t server, int64_t gain)
{
    if (to->n == to->cap) {
        const size_t cap = to->cap * 2 + FIRST_CHANGES;
        sq_heard_change *more = realloc(to->p, cap * sizeof *more);
        if (!more)
            return false;
        to->p = more;
        to->cap = cap;
    }
    to->p[to->n++] = (sq_heard_change){week, server, gain};
    return true;
}

static int by_place(const void *a, const void *b)
{
    const sq_heard_change *x = a, *y = b;
    if (x->week != y->week)
        return x->week < y->week ? -1 : 1;
    return (x->server > y->server) - (x->server < y->server);
}

static bool same_block(const sq_heard_change *a, const sq_heard_change *b)
{
    return a->week == b->week && a->server / BLOCK == b->server / BLOCK;
}

static dx_rc read_block(sq_store *s, int64_t week, int64_t block, unsigned char *bits, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    memset(bits, 0, BLOCK_BYTES);
    if (sq_ask(s, &q, err, "SELECT bits FROM week_servers WHERE week = ?1 AND block = ?2",
               SQ_I(week), SQ_I(block)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    const dx_str old = rc == DX_OK ? sq_bytes(q, 0) : DX_NONE;
    if (old.n)
        memcpy(bits, old.p, old.n < BLOCK_BYTES ? old.n : BLOCK_BYTES);
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static size_t used(const unsigned char *bits)
{
    size_t n = BLOCK_BYTES;
    while (n && !bits[n - 1])
        n--;
    return n;
}

static dx_rc write_block(sq_store *s, int64_t week, int64_t block, const unsigned char *bits,
                         dx_err *err)
{
    const size_t n = used(bits);
    return n ? sq_do(s, err, "INSERT OR REPLACE INTO week_servers VALUES (?1, ?2, ?3)", SQ_I(week),
                     SQ_I(block), SQ_B(((dx_str){(const char *)bits, n})))
             : sq_do(s, err, "DELETE FROM week_servers WHERE week = ?1 AND block = ?2", SQ_I(week),
                     SQ_I(block));
}

/* The changes at the front of n that are of one block. */
static dx_rc change_block(sq_store *s, const sq_heard_change *p, size_t n, size_t *done,
                          dx_err *err)
{
    unsigned char bits[BLOCK_BYTES];
    const int64_t block = p->server / BLOCK;
    if (read_block(s, p->week, block, bits, err))
        return DX_FAIL;
    for (*done = 0; *done < n && same_block(p, &p[*done]);) {
        const int64_t server = p[*done].server;
        int64_t gain = 0;
        for (; *done < n && same_block(p, &p[*done]) && p[*done].server == server; ++*done)
            gain += p[*done].gain;
        const size_t at = (size_t)(server % BLOCK);
        if (gain > 0)
            bits[at / 8] |= (unsigned char)(1u << at % 8);
        else if (gain < 0)
            bits[at / 8] &= (unsigned char)~(1u << at % 8);
    }
    return write_block(s, p->week, block, bits, err);
}

dx_rc sq_heard_write(sq_store *s, sq_heard_changes *c, dx_err *err)
{
    if (c->n)
        qsort(c->p, c->n, sizeof *c->p, by_place);
    for (size_t i = 0, n = 0; i < c->n; i += n)
        if (change_block(s, c->p + i, c->n - i, &n, err))
            return DX_FAIL;
    c->n = 0;
    return DX_OK;
}

/* ---- reading ---- */

/* Whole words at once: there are as many of them as there are servers in 64. */
static uint64_t word_at(const unsigned char *p, size_t n)
{
    uint64_t v = 0;
    if (n >= sizeof v) {
        for (size_t i = 0; i < sizeof v; i++)
            v |= (uint64_t)p[i] << 8 * i;
        return v;
    }
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

static void add_block(sq_heard *h, int64_t week, int64_t block, dx_str bytes, int64_t until)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    const size_t first = (size_t)block * (BLOCK / 64);
    for (size_t i = 0; i < bytes.n; i += 8) {
        const size_t at = first + i / 8;
        if (at >= h->n)
            return;
        const uint64_t v = word_at(p + i, bytes.n - i);
        if (week > until) {
            h->quiet[at] &= ~v;
        } else {
            h->quiet[at] |= h->once[at] & v;
            h->once[at] |= v;
        }
    }
}

dx_rc sq_heard_read(sq_store *s, int64_t from, int64_t until, sq_heard *h, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT week, block, bits FROM week_servers WHERE week >= ?1 ORDER BY week, block",
               SQ_I(from)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        add_block(h, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1), sq_bytes(q, 2), until);
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- in SQL ---- */

typedef struct group {
    unsigned char *bits;
} group;

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    group *g = sqlite3_aggregate_context(ctx, sizeof *g);
    const int64_t at = sqlite3_value_int64(v[0]);
    (void)n;
    if (g && !g->bits)
        g->bits = calloc(1, BLOCK_BYTES);
    if (!g || !g->bits)
        sqlite3_result_error_nomem(ctx);
    else if (at >= 0 && at < BLOCK)
        g->bits[at / 8] |= (unsigned char)(1u << at % 8);
}

static void finish(sqlite3_context *ctx)
{
    group *g = sqlite3_aggregate_context(ctx, 0);
    if (!g || !g->bits)
        return;
    sqlite3_result_blob64(ctx, g->bits, used(g->bits), SQLITE_TRANSIENT);
    free(g->bits);
}

int sq_heard_register(sqlite3 *db)
{
    return sqlite3_create_function(db, "dx_bits", 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                   NULL, step, finish);
}
