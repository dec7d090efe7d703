/* The weeks in which things were on servers, as far as this transaction looked at them: read once,
 * changed in memory, written before the commit.  They say without a search whether a server was
 * counted before. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

/* One row of the table, or a place where there may be one. */
typedef struct reach {
    sq_reach_key key;
    int64_t era, weeks, was; /* was: in the table */
    uint32_t next;           /* of the same key; index + 1, 0 = none */
} reach;

struct sq_reaches {
    reach *p;
    size_t n, cap;
    uint32_t *slot; /* the first of a key; index + 1, 0 = free */
    size_t size, used;
};

enum { FIRST_SIZE = 1024 };

#define NO_ERA INT64_MIN /* a row that holds nothing yet */

/* ---- memory ---- */

static struct sq_reaches *reaches_of(sq_store *s)
{
    if (!s->reaches)
        s->reaches = calloc(1, sizeof *s->reaches);
    return s->reaches;
}

static uint32_t *slot_of(const struct sq_reaches *r, const sq_reach_key *key)
{
    const uint64_t hash = dx_hash64((dx_str){(const char *)key, sizeof *key}, 0);
    size_t i = (size_t)hash & (r->size - 1);
    while (r->slot[i] && memcmp(&r->p[r->slot[i] - 1].key, key, sizeof *key) != 0)
        i = (i + 1) & (r->size - 1);
    return &r->slot[i];
}

static bool grow_slots(struct sq_reaches *r)
{
    const size_t size = r->size ? r->size * 2 : FIRST_SIZE;
    uint32_t *const old = r->slot;
    const size_t old_size = r->size;
    uint32_t *new = calloc(size, sizeof *new);
    if (!new)
        return false;
    r->slot = new;
    r->size = size;
    for (size_t i = 0; i < old_size; i++)
        if (old[i])
            *slot_of(r, &r->p[old[i] - 1].key) = old[i];
    free(old);
    return true;
}

/* Adds a row behind the first of its key; its index + 1, 0 = no memory. */
static uint32_t add_row(struct sq_reaches *r, const reach *row)
{
    if (r->used * 2 >= r->size && !grow_slots(r))
        return 0;
    if (r->n == r->cap) {
        const size_t cap = r->cap ? r->cap * 2 : FIRST_SIZE;
        reach *p = realloc(r->p, cap * sizeof *p);
        if (!p)
            return 0;
        r->p = p;
        r->cap = cap;
    }
    uint32_t *slot = slot_of(r, &row->key);
    r->p[r->n++] = *row;
    if (*slot) {
        reach *first = &r->p[*slot - 1];
        r->p[r->n - 1].next = first->next;
        first->next = (uint32_t)r->n;
    } else {
        *slot = (uint32_t)r->n;
        r->used++;
    }
    return (uint32_t)r->n;
}

/* ---- reading ---- */

static dx_rc load_rows(sq_store *s, const sq_reach_key *key, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT era, weeks FROM reach WHERE what = ?1 AND release = ?2 AND server = ?3",
               SQ_I(key->what), SQ_I(key->release), SQ_I(key->server)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t weeks = sqlite3_column_int64(q, 1);
        const reach row = {*key, sqlite3_column_int64(q, 0), weeks, weeks, 0};
        if (!add_row(s->reaches, &row)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* The first row of a key; `fresh`: the table surely has none. */
static dx_rc find(sq_store *s, const sq_reach_key *key, bool fresh, uint32_t *first, dx_err *err)
{
    struct sq_reaches *r = reaches_of(s);
    if (!r || (!r->size && !grow_slots(r)))
        return dx_nomem(err);
    *first = *slot_of(r, key);
    if (*first)
        return DX_OK;
    if (!fresh && load_rows(s, key, err))
        return DX_FAIL;
    *first = *slot_of(r, key);
    if (*first)
        return DX_OK;
    const reach none = {*key, NO_ERA, 0, 0, 0};
    *first = add_row(r, &none);
    return *first ? DX_OK : dx_nomem(err);
}

dx_rc sq_reach_look(sq_store *s, const sq_reach_key *key, bool fresh, sq_weeks *out, dx_err *err)
{
    uint32_t at = 0;
    *out = (sq_weeks){.first = 0};
    if (find(s, key, fresh, &at, err))
        return DX_FAIL;
    out->first = at;
    for (; at; at = s->reaches->p[at - 1].next) {
        out->any |= s->reaches->p[at - 1].weeks != 0;
        out->stored |= s->reaches->p[at - 1].was != 0;
    }
    return DX_OK;
}

bool sq_reach_has(const sq_store *s, const sq_weeks *weeks, int64_t from, int64_t to)
{
    for (uint32_t at = weeks->first; at; at = s->reaches->p[at - 1].next) {
        const reach *row = &s->reaches->p[at - 1];
        if (row->weeks && row->weeks & dx_week_mask(row->era, from, to))
            return true;
    }
    return false;
}

/* ---- changing ---- */

dx_rc sq_reach_set(sq_store *s, const sq_weeks *weeks, int64_t week, bool on, dx_err *err)
{
    struct sq_reaches *r = s->reaches;
    const int64_t era = dx_week_era(week), bit = dx_week_bit(week);
    uint32_t at = weeks->first;
    while (at && r->p[at - 1].era != era && r->p[at - 1].era != NO_ERA)
        at = r->p[at - 1].next;
    if (!at) {
        const reach row = {r->p[weeks->first - 1].key, era, 0, 0, 0};
        at = add_row(r, &row);
    }
    if (!at)
        return dx_nomem(err);
    reach *row = &r->p[at - 1];
    row->era = era;
    row->weeks = on ? row->weeks | bit : row->weeks & ~bit;
    return DX_OK;
}

void sq_reach_drop(sq_store *s)
{
    struct sq_reaches *r = s->reaches;
    if (!r)
        return;
    r->n = r->used = 0;
    if (r->size)
        memset(r->slot, 0, r->size * sizeof *r->slot);
}

void sq_reach_close(sq_store *s)
{
    if (!s->reaches)
        return;
    free(s->reaches->p);
    free(s->reaches->slot);
    free(s->reaches);
    s->reaches = NULL;
}

size_t sq_reach_count(const sq_store *s)
{
    return s->reaches ? s->reaches->n : 0;
}

/* ---- writing ---- */

static int in_table_order(const void *a, const void *b)
{
    const reach *x = a, *y = b;
    const int64_t left[] = {x->key.what, x->key.release, x->key.server, x->era};
    const int64_t right[] = {y->key.what, y->key.release, y->key.server, y->era};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

static dx_rc delete_row(sq_store *s, const reach *row, dx_err *err)
{
    return sq_do(
        s, err, "DELETE FROM reach WHERE what = ?1 AND release = ?2 AND server = ?3 AND era = ?4",
        SQ_I(row->key.what), SQ_I(row->key.release), SQ_I(row->key.server), SQ_I(row->era));
}

/* Those that are new, or that are not. */
static dx_rc write_rows(sq_store *s, const reach *p, size_t n, bool new, dx_err *err)
{
    int64_t *flat = malloc((n + 1) * 5 * sizeof *flat);
    sq_rows rows = {flat, 0, 5};
    if (!flat)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        int64_t *to = flat + rows.n * 5;
        if (!p[i].weeks || !p[i].was != new)
            continue;
        to[0] = p[i].key.what;
        to[1] = p[i].key.release;
        to[2] = p[i].key.server;
        to[3] = p[i].era;
        to[4] = p[i].weeks;
        rows.n++;
    }
    const dx_rc rc =
        new ? sq_rows_run(s, "INSERT OR FAIL INTO reach SELECT a, b, c, d, e FROM sq_rows(?1)",
                          &rows, err)
            : sq_rows_run(s, "INSERT OR REPLACE INTO reach SELECT a, b, c, d, e FROM sq_rows(?1)",
                          &rows, err);
    free(flat);
    return rc;
}

dx_rc sq_reach_flush(sq_store *s, dx_err *err)
{
    struct sq_reaches *r = s->reaches;
    size_t n = 0;
    for (size_t i = 0; r && i < r->n; i++)
        if (r->p[i].weeks != r->p[i].was)
            r->p[n++] = r->p[i];
    if (n)
        qsort(r->p, n, sizeof *r->p, in_table_order);
    dx_rc rc = n && (write_rows(s, r->p, n, true, err) || write_rows(s, r->p, n, false, err))
                   ? DX_FAIL
                   : DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        if (!r->p[i].weeks)
            rc = delete_row(s, &r->p[i], err);
    sq_reach_drop(s);
    return rc;
}
