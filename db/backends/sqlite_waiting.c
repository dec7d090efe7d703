/* Changes of tallies wait in memory, since many attempts change the same pages, and are written
 * before the commit, with all else that waits. */
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
    bool starved;
};

/* CHANGES: as many as an attempt usually makes. */
enum { FIRST_SIZE = 4096, FLUSH_AT = 400000, CHANGES = 40, SOME = 512 };

static uint64_t mix(const sq_sum_key *k)
{
    return dx_hash64((dx_str){(const char *)k, sizeof *k}, 0);
}

static size_t place_of(const sums_map *m, const sq_sum_key *k)
{
    size_t i = (size_t)mix(k) & (m->size - 1);
    while (m->place[i] && memcmp(&m->p[m->place[i] - 1].key, k, sizeof *k) != 0)
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

void sq_sums_drop(sq_store *s)
{
    sq_pending_drop(s);
    sq_reach_drop(s);
    sq_touched_drop(s);
    if (!s->sums)
        return;
    map_close(&s->sums->waiting);
    s->sums->starved = false;
}

void sq_sums_close(sq_store *s)
{
    sq_pending_close(s);
    sq_reach_close(s);
    sq_touched_close(s);
    if (!s->sums)
        return;
    map_close(&s->sums->waiting);
    free(s->sums);
    s->sums = NULL;
}

/* ---- writing it ---- */

static int by_key(const void *a, const void *b)
{
    const int32_t *x = (const int32_t *)&((const sq_delta *)a)->key;
    const int32_t *y = (const int32_t *)&((const sq_delta *)b)->key;
    for (size_t i = 0; i < sizeof(sq_sum_key) / sizeof *x; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

/* Rows that say nothing any more. */
static dx_rc delete_empty(sq_store *s, const sq_delta *d, dx_err *err)
{
    const sq_sum_key *k = &d->key;
    const sq_arg key[] = {SQ_I(k->kind), SQ_I(k->k[0]), SQ_I(k->k[1]),
                          SQ_I(k->k[2]), SQ_I(k->k[3]), SQ_I(k->k[4])};
    if (k->table == SQ_TALLY)
        return sq_do_(s, err,
                      "DELETE FROM tally WHERE kind = ?1 AND product = ?2 AND grain = ?3"
                      " AND bucket = ?4 AND id = ?5 AND attempts = 0",
                      key, 5);
    return sq_do_(s, err,
                  "DELETE FROM tally_by WHERE kind = ?1 AND part = ?2 AND id = ?3 AND of = ?4"
                  " AND product = ?5 AND week = ?6 AND attempts = 0",
                  key, 6);
}

static const char *const into[] = {
    [SQ_TALLY] = "INSERT OR FAIL INTO tally SELECT a, b, c, d, e, f, g, h, i FROM sq_rows(?1)"
                 " WHERE 1 ON CONFLICT DO UPDATE SET events = events + excluded.events,"
                 " attempts = attempts + excluded.attempts,"
                 " failures = failures + excluded.failures, servers = servers + excluded.servers",
    [SQ_TALLY_BY] = "INSERT OR FAIL INTO tally_by SELECT a, b, c, d, e, f, g, h, i FROM sq_rows(?1)"
                    " WHERE 1 ON CONFLICT DO UPDATE SET events = events + excluded.events,"
                    " attempts = attempts + excluded.attempts,"
                    " failures = failures + excluded.failures"};

/* A row as its table has it; nothing when it changes nothing. */
static size_t spell(const sq_delta *d, int64_t *out)
{
    const sq_sum_key *k = &d->key;
    const size_t n_key = k->table == SQ_TALLY ? 4 : 5;
    size_t n = 0;
    if (!d->events && !d->attempts && !d->failures && !d->servers)
        return 0;
    out[n++] = k->kind;
    for (size_t i = 0; i < n_key; i++)
        out[n++] = k->k[i];
    out[n++] = d->events;
    out[n++] = d->attempts;
    out[n++] = d->failures;
    if (k->table == SQ_TALLY)
        out[n++] = d->servers;
    return n;
}

/* The changes from *at on that belong to one table, at most SOME of them. */
static dx_rc write_some(sq_store *s, const sq_delta *p, size_t n, size_t *at, dx_err *err)
{
    const size_t first = *at;
    int64_t flat[SOME * SQ_ROW_COLUMNS];
    sq_rows rows = {flat, 0, SQ_ROW_COLUMNS};
    for (; *at < n && p[*at].key.table == p[first].key.table && rows.n < SOME; ++*at)
        rows.n += spell(&p[*at], flat + rows.n * SQ_ROW_COLUMNS) != 0;
    dx_rc rc = sq_rows_run(s, into[p[first].key.table], &rows, err);
    for (size_t i = first; i < *at && rc == DX_OK; i++)
        if (p[i].attempts < 0)
            rc = delete_empty(s, &p[i], err);
    return rc;
}

/* In the order of the tables, so that each page is visited once. */
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

bool sq_sums_many(const sq_store *s)
{
    return (s->sums ? s->sums->waiting.n : 0) + sq_reach_count(s) + sq_touched_count(s) +
               sq_pending_count(s) * CHANGES >
           FLUSH_AT;
}

static dx_rc flush_counted(sq_store *s, dx_err *err)
{
    if (s->sums) {
        if (s->sums->starved)
            return dx_nomem(err);
        if (write_sums(s, err))
            return DX_FAIL;
    }
    return sq_reach_flush(s, err);
}

dx_rc sq_sums_flush(sq_store *s, dx_err *err)
{
    return sq_pending_flush(s, err) || flush_counted(s, err) || sq_touched_flush(s, err) ? DX_FAIL
                                                                                         : DX_OK;
}
