/* By what attempts are found again (attempt_prefix): keys of a group of logs wait and are written
 * in their order, for each that is written alone goes to another place of the table. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

enum { MOST = 1 << 16, FIRST = 1024 };

typedef struct pair {
    int64_t key, attempt; /* as a row of the statement below */
} pair;

struct sq_beginnings {
    pair *p;
    size_t n, cap;
    dx_hashed by_key; /* the first of each key */
};

static struct sq_beginnings *beginnings_of(sq_store *s)
{
    if (!s->beginnings)
        s->beginnings = calloc(1, sizeof *s->beginnings);
    return s->beginnings;
}

static bool make_room(struct sq_beginnings *b)
{
    if (b->n < b->cap)
        return true;
    const size_t cap = b->cap ? b->cap * 2 : FIRST;
    pair *p = realloc(b->p, cap * sizeof *p);
    if (!p)
        return false;
    b->p = p;
    b->cap = cap;
    return true;
}

static bool waits(const struct sq_beginnings *b, int64_t key)
{
    return dx_hashed_find_number(&b->by_key, (uint64_t)key, &b->p->key, sizeof *b->p) !=
           DX_HASHED_NONE;
}

dx_rc sq_beginning_add(sq_store *s, int64_t key, int64_t attempt, dx_err *err)
{
    struct sq_beginnings *b = beginnings_of(s);
    if (b && b->n >= MOST && sq_beginnings_flush(s, err))
        return DX_FAIL;
    if (!b || !make_room(b))
        return dx_nomem(err);
    if (!waits(b, key) && !dx_hashed_add(&b->by_key, (uint64_t)key, b->n))
        return dx_nomem(err);
    b->p[b->n++] = (pair){key, attempt};
    return DX_OK;
}

dx_rc sq_beginnings_ready(sq_store *s, const sq_rows *keys, dx_err *err)
{
    struct sq_beginnings *b = s->beginnings;
    bool any = false;
    for (size_t i = 0; b && b->n && i < keys->n && !any; i++)
        any = waits(b, keys->p[i]);
    return any ? sq_beginnings_flush(s, err) : DX_OK;
}

static int by_key(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key)
                            : (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

dx_rc sq_beginnings_flush(sq_store *s, dx_err *err)
{
    struct sq_beginnings *b = s->beginnings;
    if (!b || !b->n)
        return DX_OK;
    qsort(b->p, b->n, sizeof *b->p, by_key);
    const sq_rows rows = {.p = &b->p->key, .n = b->n, .width = 2};
    sq_beginnings_drop(s);
    return sq_rows_run(s, "INSERT OR IGNORE INTO attempt_prefix SELECT a, b FROM sq_rows(?1)",
                       &rows, err);
}

void sq_beginnings_drop(sq_store *s)
{
    struct sq_beginnings *b = s->beginnings;
    if (!b || !b->n)
        return;
    b->n = 0;
    dx_hashed_empty(&b->by_key);
}

void sq_beginnings_close(sq_store *s)
{
    if (s->beginnings) {
        dx_hashed_close(&s->beginnings->by_key);
        free(s->beginnings->p);
    }
    free(s->beginnings);
    s->beginnings = NULL;
}
