#include "db/backends/sqlite_changes.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 4096 };

static size_t first_place(const sq_changes *m, const sq_tally *k)
{
    const uint64_t mixed = (k->where ^ (uint64_t)k->id << 32) * 0x9E3779B97F4A7C15u;
    return (size_t)(mixed >> 32 ^ mixed >> 13) & (m->size - 1);
}

static size_t place_of(const sq_changes *m, const sq_tally *k)
{
    size_t i = first_place(m, k);
    while (m->place[i] &&
           (m->p[m->place[i] - 1].key.where != k->where || m->p[m->place[i] - 1].key.id != k->id))
        i = (i + 1) & (m->size - 1);
    return i;
}

static bool more_places(sq_changes *m)
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

static bool more_changes(sq_changes *m)
{
    const size_t cap = m->cap + m->cap / 2 + FIRST_SIZE / 2;
    sq_change *p = realloc(m->p, cap * sizeof *p);
    if (!p)
        return false;
    m->p = p;
    m->cap = cap;
    return true;
}

static bool add(sq_changes *m, const sq_change *c)
{
    if ((m->n == m->cap && !more_changes(m)) || (m->n * 2 >= m->size && !more_places(m)))
        return false;
    const size_t at = place_of(m, &c->key);
    if (!m->place[at]) {
        m->p[m->n++] = (sq_change){.key = c->key};
        m->place[at] = (uint32_t)m->n;
    }
    sq_change *to = &m->p[m->place[at] - 1];
    for (int i = 0; i < SQ_NUMBERS; i++)
        to->n[i] += c->n[i];
    return true;
}

/* Puts what is on its way into the list. */
static void arrive(sq_changes *m)
{
    for (size_t i = 0; i < m->n_coming && m->size; i++) {
        const uint32_t at = m->place[first_place(m, &m->coming[i].key)];
        if (at)
            __builtin_prefetch(&m->p[at - 1], 1);
    }
    for (size_t i = 0; i < m->n_coming; i++)
        if (!add(m, &m->coming[i]))
            m->starved = true;
    m->n_coming = 0;
}

void sq_changes_add(sq_changes *m, const sq_change *c)
{
    if (m->n_coming == SQ_ON_THE_WAY)
        arrive(m);
    m->coming[m->n_coming++] = *c;
    if (m->size)
        __builtin_prefetch(&m->place[first_place(m, &c->key)], 1);
}

static int by_key(const void *a, const void *b)
{
    const sq_tally *x = &((const sq_change *)a)->key, *y = &((const sq_change *)b)->key;
    if (x->where != y->where)
        return x->where < y->where ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

bool sq_changes_sort(sq_changes *m)
{
    arrive(m);
    if (m->n > 0)
        qsort(m->p, m->n, sizeof *m->p, by_key);
    return !m->starved;
}

void sq_changes_close(sq_changes *m)
{
    free(m->p);
    free(m->place);
    *m = (sq_changes){0};
}

void sq_changes_empty(sq_changes *m)
{
    if (m->n)
        memset(m->place, 0, m->size * sizeof *m->place);
    m->n = 0;
}

/* ---- what a change says ---- */

/* Days lie this side of 2^27, ids and products below 2^28. */
enum { BUCKET_BITS = 28, BUCKET_MASK = (1 << BUCKET_BITS) - 1, BUCKET_ZERO = 1 << 27 };
enum { PRODUCT_MASK = (1 << 28) - 1, GRAIN_SHIFT = BUCKET_BITS, PRODUCT_SHIFT = GRAIN_SHIFT + 2 };
enum { TALLY_KIND_SHIFT = PRODUCT_SHIFT + 28, KIND_MASK = 7, TABLE_SHIFT = TALLY_KIND_SHIFT + 3 };
_Static_assert(SQ_KINDS <= KIND_MASK + 1, "a kind has three bits");

sq_tally sq_tally_key(sq_sum_table table, int64_t kind, int64_t of, int grain, int64_t bucket,
                      int64_t id)
{
    return (sq_tally){(uint64_t)table << TABLE_SHIFT | (uint64_t)kind << TALLY_KIND_SHIFT |
                          (uint64_t)of << PRODUCT_SHIFT | (uint64_t)grain << GRAIN_SHIFT |
                          (uint64_t)(bucket + BUCKET_ZERO),
                      (uint32_t)id};
}

sq_change_row sq_change_as_row(const sq_change *c)
{
    const uint64_t where = c->key.where;
    return (sq_change_row){
        .kind = (int64_t)(where >> TALLY_KIND_SHIFT & KIND_MASK),
        .of = (int64_t)(where >> PRODUCT_SHIFT & PRODUCT_MASK),
        .grain = (int64_t)(where >> GRAIN_SHIFT & 3),
        .bucket = (int64_t)(where & BUCKET_MASK) - BUCKET_ZERO,
        .id = c->key.id,
        .n = {c->n[SQ_EVENTS], c->n[SQ_ATTEMPTS], c->n[SQ_FAILURES], c->n[SQ_SERVERS]}};
}

sq_sum_table sq_change_table(const sq_change *c)
{
    return (sq_sum_table)(c->key.where >> TABLE_SHIFT);
}
