/* What follows from many attempts of one transaction is looked at once, before the commit: fix
 * cases around places, and keys of findings. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>

struct sq_touched {
    sq_place *place;
    size_t n_places, cap_places;
    sq_end *end; /* of cases around these */
    size_t n_ends, cap_ends;
    dx_arena *texts; /* of the keys */
    dx_str *key;
    size_t n_keys, cap_keys;
};

/* With its arena, or not at all. */
static struct sq_touched *touched_of(sq_store *s)
{
    if (s->touched)
        return s->touched;
    struct sq_touched *made = calloc(1, sizeof *made);
    if (made && !(made->texts = dx_arena_new(0))) {
        free(made);
        return NULL;
    }
    return s->touched = made;
}

static bool same_place(const sq_place *a, const sq_place *b)
{
    return a->server == b->server && a->product == b->product && a->us == b->us;
}

/* Room for one more of `size` bytes; NULL: no memory. */
static void *room(void *p, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return p;
    const size_t more = *cap ? *cap * 2 : 64;
    void *new = realloc(p, more * size);
    if (new)
        *cap = more;
    return new;
}

dx_rc sq_touch_place(sq_store *s, const sq_place *at, dx_err *err)
{
    struct sq_touched *t = touched_of(s);
    if (!t)
        return dx_nomem(err);
    if (t->n_places && same_place(&t->place[t->n_places - 1], at))
        return DX_OK;
    sq_place *p = room(t->place, t->n_places, &t->cap_places, sizeof *p);
    if (!p)
        return dx_nomem(err);
    t->place = p;
    p[t->n_places++] = *at;
    return DX_OK;
}

dx_rc sq_touch_key(sq_store *s, dx_str key, dx_err *err)
{
    struct sq_touched *t = touched_of(s);
    if (!t)
        return dx_nomem(err);
    if (t->n_keys && dx_str_eq(t->key[t->n_keys - 1], key))
        return DX_OK;
    dx_str *p = room(t->key, t->n_keys, &t->cap_keys, sizeof *p);
    if (!p)
        return dx_nomem(err);
    t->key = p;
    p[t->n_keys] = dx_arena_copy(t->texts, key);
    if (!p[t->n_keys].p)
        return dx_nomem(err);
    t->n_keys++;
    return DX_OK;
}

/* The keys that a query gives, which it ends. */
static dx_rc touch_rows(sq_store *s, sqlite3_stmt *q, dx_err *err)
{
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if ((rc = sq_touch_key(s, sq_bytes(q, 0), err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_touch_keys_of(sq_store *s, int64_t attempt, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err, "SELECT key FROM finding WHERE attempt = ?1", SQ_I(attempt)))
        return DX_FAIL;
    return touch_rows(s, q, err);
}

dx_rc sq_touch_end(sq_store *s, const sq_end *end, dx_err *err)
{
    struct sq_touched *t = touched_of(s);
    sq_end *p = t ? room(t->end, t->n_ends, &t->cap_ends, sizeof *p) : NULL;
    if (!p)
        return dx_nomem(err);
    t->end = p;
    p[t->n_ends++] = *end;
    return DX_OK;
}

size_t sq_touched_count(const sq_store *s)
{
    return s->touched ? s->touched->n_places + s->touched->n_keys : 0;
}

void sq_touched_drop(sq_store *s)
{
    struct sq_touched *t = s->touched;
    if (!t)
        return;
    t->n_places = t->n_ends = t->n_keys = 0;
    dx_arena_reset(t->texts);
}

void sq_touched_close(sq_store *s)
{
    if (!s->touched)
        return;
    dx_arena_free(s->touched->texts);
    free(s->touched->place);
    free(s->touched->end);
    free(s->touched->key);
    free(s->touched);
    s->touched = NULL;
}

/* ---- looking ---- */

static int by_place(const void *a, const void *b)
{
    const sq_place *x = a, *y = b;
    if (x->server != y->server)
        return x->server < y->server ? -1 : 1;
    if (x->product != y->product)
        return x->product < y->product ? -1 : 1;
    return (x->us > y->us) - (x->us < y->us); /* DX_NO_TIME comes first */
}

static dx_rc flush_places(sq_store *s, struct sq_touched *t, dx_err *err)
{
    int64_t until = DX_NO_TIME;
    if (t->n_places)
        qsort(t->place, t->n_places, sizeof *t->place, by_place);
    for (size_t i = 0; i < t->n_places; i++) {
        const sq_place *at = &t->place[i];
        const bool goes_on = i && at->server == at[-1].server && at->product == at[-1].product;
        if (!(goes_on && at->us < until) && sq_cases_around(s, at, &until, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static int by_end(const void *a, const void *b)
{
    const sq_end *x = a, *y = b;
    if (x->server != y->server)
        return x->server < y->server ? -1 : 1;
    if (x->product != y->product)
        return x->product < y->product ? -1 : 1;
    if (x->diagnosis != y->diagnosis)
        return x->diagnosis < y->diagnosis ? -1 : 1;
    return (x->us > y->us) - (x->us < y->us);
}

/* Whether a failure came again follows from the cases that ended before it was seen last, also from
 * those of other keys, and from ends long after it was seen first. */
static dx_rc touch_keys_behind(sq_store *s, const sq_end *end, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT key FROM finding_key INDEXED BY finding_key_by_server"
               " WHERE diagnosis = ?1 AND server = ?2 AND attempts > 0 AND product = ?3"
               " AND attempts > 1 AND last_us > ?4",
               SQ_I(end->diagnosis), SQ_I(end->server), SQ_I(end->product), SQ_I(end->us)))
        return DX_FAIL;
    return touch_rows(s, q, err);
}

/* Of each diagnosis of a product on a server the first end is enough. */
static dx_rc flush_ends(sq_store *s, struct sq_touched *t, dx_err *err)
{
    if (t->n_ends)
        qsort(t->end, t->n_ends, sizeof *t->end, by_end);
    for (size_t i = 0; i < t->n_ends; i++) {
        const sq_end *end = &t->end[i];
        const bool goes_on = i && end->server == end[-1].server &&
                             end->product == end[-1].product && end->diagnosis == end[-1].diagnosis;
        if (!goes_on && touch_keys_behind(s, end, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc flush_keys(sq_store *s, struct sq_touched *t, dx_err *err)
{
    if (t->n_keys)
        qsort(t->key, t->n_keys, sizeof *t->key, dx_str_order);
    for (size_t i = 0; i < t->n_keys; i++)
        if ((i == 0 || !dx_str_eq(t->key[i], t->key[i - 1])) && sq_key_refresh(s, t->key[i], err))
            return DX_FAIL;
    return DX_OK;
}

dx_rc sq_touched_flush(sq_store *s, dx_err *err)
{
    struct sq_touched *t = s->touched;
    if (!t)
        return DX_OK;
    const dx_rc rc =
        flush_places(s, t, err) || flush_ends(s, t, err) || flush_keys(s, t, err) ? DX_FAIL : DX_OK;
    sq_touched_drop(s);
    return rc;
}
