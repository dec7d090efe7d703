/* Changes of tallies and spreads wait in memory, since many attempts change the same pages, and are
 * written before the commit, with all else that waits. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

/* Side by side, and where each is: a change is as large as sixteen places. */
typedef struct sums_map {
    sq_delta *p;
    size_t n, cap;
    uint32_t *place; /* number of a change, from 1; 0 none */
    size_t size;
} sums_map;

struct sq_sums {
    sums_map waiting;
    sq_spread_part *parts;
    size_t n_parts, cap_parts;
    int64_t (*debut)[2]; /* a thing, and when it was seen */
    size_t n_debuts, cap_debuts;
    bool starved;
};

/* CHANGES: as many as an attempt usually makes. */
enum { FIRST_SIZE = 4096, FLUSH_AT = 400000, CHANGES = 40, SOME = 512 };

/* Days lie this side of 2^27, ids and products below 2^28. */
enum { BUCKET_BITS = 28, BUCKET_MASK = (1 << BUCKET_BITS) - 1, BUCKET_ZERO = 1 << 27 };
enum { PRODUCT_MASK = (1 << 28) - 1, GRAIN_SHIFT = BUCKET_BITS, PRODUCT_SHIFT = GRAIN_SHIFT + 2 };
enum { TALLY_KIND_SHIFT = PRODUCT_SHIFT + 28 };

sq_tally sq_tally_key(int64_t kind, int64_t product, int grain, int64_t bucket, int64_t id)
{
    return (sq_tally){(uint64_t)kind << TALLY_KIND_SHIFT | (uint64_t)product << PRODUCT_SHIFT |
                          (uint64_t)grain << GRAIN_SHIFT | (uint64_t)(bucket + BUCKET_ZERO),
                      (uint32_t)id};
}

static size_t place_of(const sums_map *m, const sq_tally *k)
{
    const uint64_t mixed = (k->where ^ (uint64_t)k->id << 32) * 0x9E3779B97F4A7C15u;
    size_t i = (size_t)(mixed >> 32 ^ mixed >> 13) & (m->size - 1);
    while (m->place[i] &&
           (m->p[m->place[i] - 1].key.where != k->where || m->p[m->place[i] - 1].key.id != k->id))
        i = (i + 1) & (m->size - 1);
    return i;
}

static void map_close(sums_map *m)
{
    free(m->p);
    free(m->place);
    *m = (sums_map){0};
}

/* Its memory stays: the next group makes as many changes. */
static void map_empty(sums_map *m)
{
    if (m->n)
        memset(m->place, 0, m->size * sizeof *m->place);
    m->n = 0;
}

static bool more_places(sums_map *m)
{
    const size_t size = m->size ? m->size * 2 : FIRST_SIZE;
    uint32_t *place = calloc(size, sizeof *place);
    if (!place)
        return false;
    free(m->place);
    m->place = place;
    m->size = size;
    for (size_t i = 0; i < m->n; i++)
        place[place_of(m, &m->p[i].key)] = (uint32_t)(i + 1);
    return true;
}

static bool more_changes(sums_map *m)
{
    const size_t cap = m->cap + m->cap / 2 + FIRST_SIZE / 2;
    sq_delta *p = realloc(m->p, cap * sizeof *p);
    if (!p)
        return false;
    m->p = p;
    m->cap = cap;
    return true;
}

static bool map_add(sums_map *m, const sq_delta *d)
{
    if ((m->n == m->cap && !more_changes(m)) || (m->n * 2 >= m->size && !more_places(m)))
        return false;
    const size_t at = place_of(m, &d->key);
    if (!m->place[at]) {
        m->p[m->n++] = (sq_delta){.key = d->key};
        m->place[at] = (uint32_t)m->n;
    }
    sq_delta *to = &m->p[m->place[at] - 1];
    to->events += d->events;
    to->attempts += d->attempts;
    to->failures += d->failures;
    to->servers += d->servers;
    return true;
}

struct sq_sums *sq_sums_of(sq_store *s)
{
    if (!s->sums)
        s->sums = calloc(1, sizeof *s->sums);
    return s->sums;
}

void sq_wait(struct sq_sums *w, const sq_delta *d)
{
    if (!map_add(&w->waiting, d))
        w->starved = true;
}

void sq_wait_part(struct sq_sums *w, const sq_spread_part *p)
{
    if (w->n_parts == w->cap_parts) {
        const size_t cap = w->cap_parts * 2 + FIRST_SIZE;
        sq_spread_part *more = realloc(w->parts, cap * sizeof *more);
        if (!more) {
            w->starved = true;
            return;
        }
        w->parts = more;
        w->cap_parts = cap;
    }
    w->parts[w->n_parts++] = *p;
}

bool sq_wait_debut(sq_store *s, int64_t what, int64_t us)
{
    struct sq_sums *w = sq_sums_of(s);
    if (!w)
        return false;
    if (w->n_debuts == w->cap_debuts) {
        const size_t cap = w->cap_debuts * 2 + FIRST_SIZE / 4;
        int64_t(*more)[2] = realloc(w->debut, cap * sizeof *more);
        if (!more)
            return false;
        w->debut = more;
        w->cap_debuts = cap;
    }
    w->debut[w->n_debuts][0] = what;
    w->debut[w->n_debuts++][1] = us;
    return true;
}

void sq_sums_drop(sq_store *s)
{
    sq_pending_drop(s);
    sq_cells_drop(s);
    sq_touched_drop(s);
    if (!s->sums)
        return;
    map_close(&s->sums->waiting);
    s->sums->n_parts = s->sums->n_debuts = 0;
    s->sums->starved = false;
}

void sq_sums_close(sq_store *s)
{
    sq_pending_close(s);
    sq_cells_close(s);
    sq_touched_close(s);
    if (!s->sums)
        return;
    map_close(&s->sums->waiting);
    free(s->sums->parts);
    free(s->sums->debut);
    free(s->sums);
    s->sums = NULL;
}

/* ---- writing it ---- */

static int by_key(const void *a, const void *b)
{
    const sq_tally *x = &((const sq_delta *)a)->key, *y = &((const sq_delta *)b)->key;
    if (x->where != y->where)
        return x->where < y->where ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

typedef struct row {
    int64_t kind, product, grain, bucket, id, events, attempts, failures, servers;
} row;
_Static_assert(sizeof(row) == SQ_ROW_COLUMNS * sizeof(int64_t), "a row of numbers");

static row row_of(const sq_delta *d)
{
    const uint64_t where = d->key.where;
    return (row){.kind = (int64_t)(where >> TALLY_KIND_SHIFT),
                 .product = (int64_t)(where >> PRODUCT_SHIFT & PRODUCT_MASK),
                 .grain = (int64_t)(where >> GRAIN_SHIFT & 3),
                 .bucket = (int64_t)(where & BUCKET_MASK) - BUCKET_ZERO,
                 .id = d->key.id,
                 .events = d->events,
                 .attempts = d->attempts,
                 .failures = d->failures,
                 .servers = d->servers};
}

/* Rows that say nothing any more. */
static dx_rc delete_empty(sq_store *s, const row *r, dx_err *err)
{
    return sq_do(s, err,
                 "DELETE FROM tally WHERE kind = ?1 AND product = ?2 AND grain = ?3"
                 " AND bucket = ?4 AND id = ?5 AND attempts = 0",
                 SQ_I(r->kind), SQ_I(r->product), SQ_I(r->grain), SQ_I(r->bucket), SQ_I(r->id));
}

/* The changes from *at on, at most SOME of them; nothing of one that changes nothing. */
static dx_rc write_some(sq_store *s, const sq_delta *p, size_t n, size_t *at, dx_err *err)
{
    row flat[SOME];
    sq_rows rows = {.p = &flat->kind, .width = SQ_ROW_COLUMNS};
    for (; *at < n && rows.n < SOME; ++*at)
        if (p[*at].events || p[*at].attempts || p[*at].failures || p[*at].servers)
            flat[rows.n++] = row_of(&p[*at]);
    dx_rc rc = sq_rows_run(s,
                           "INSERT OR FAIL INTO tally SELECT a, b, c, d, e, f, g, h, i"
                           " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE"
                           " SET events = events + excluded.events,"
                           " attempts = attempts + excluded.attempts,"
                           " failures = failures + excluded.failures,"
                           " servers = servers + excluded.servers",
                           &rows, err);
    for (size_t i = 0; i < rows.n && rc == DX_OK; i++)
        if (flat[i].attempts < 0)
            rc = delete_empty(s, &flat[i], err);
    return rc;
}

/* In the order of the table, so that each page is visited once. */
static dx_rc write_sums(sq_store *s, dx_err *err)
{
    sums_map *m = &s->sums->waiting;
    dx_rc rc = DX_OK;
    if (m->n > 0)
        qsort(m->p, m->n, sizeof *m->p, by_key);
    for (size_t at = 0; at < m->n && rc == DX_OK;)
        rc = write_some(s, m->p, m->n, &at, err);
    map_empty(m);
    return rc;
}

static dx_rc write_debuts(sq_store *s, struct sq_sums *w, dx_err *err)
{
    const sq_rows rows = {.p = w->debut ? w->debut[0] : NULL, .n = w->n_debuts, .width = 2};
    w->n_debuts = 0;
    return sq_rows_run(s,
                       "INSERT INTO debut SELECT a, b FROM sq_rows(?1) WHERE 1"
                       " ON CONFLICT DO UPDATE SET first_us = min(first_us, excluded.first_us)",
                       &rows, err);
}

static dx_rc flush_counted(sq_store *s, dx_err *err)
{
    struct sq_sums *w = s->sums;
    if (!w)
        return DX_OK;
    if (w->starved)
        return dx_nomem(err);
    if (write_sums(s, err) || write_debuts(s, w, err) ||
        sq_spreads_write(s, w->parts, w->n_parts, err))
        return DX_FAIL;
    w->n_parts = 0;
    return DX_OK;
}

static dx_rc flush_sums(sq_store *s, dx_err *err)
{
    return sq_pending_flush(s, err) || sq_cells_flush(s, err) || flush_counted(s, err) ? DX_FAIL
                                                                                       : DX_OK;
}

dx_rc sq_sums_flush(sq_store *s, dx_err *err)
{
    return flush_sums(s, err) || sq_touched_flush(s, err) ? DX_FAIL : DX_OK;
}

/* What follows from attempts walks over all that stand near them, so that is put off as long as it
 * can be. */
dx_rc sq_sums_ease(sq_store *s, dx_err *err)
{
    const size_t waiting = s->sums ? s->sums->waiting.n : 0;
    if (sq_touched_count(s) > FLUSH_AT)
        return sq_sums_flush(s, err);
    return waiting + sq_cells_count(s) + sq_pending_count(s) * CHANGES > FLUSH_AT
               ? flush_sums(s, err)
               : DX_OK;
}
