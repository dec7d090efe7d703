/* Changes of tallies wait in memory, since many attempts change the same pages, and are written
 * before the commit, with all else that waits. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

typedef struct sums_map {
    sq_delta *p;
    bool *used;
    size_t n, size;
} sums_map;

struct sq_sums {
    sums_map waiting;
    sq_delta *journal; /* since the mark */
    size_t n_journal, cap_journal;
    bool starved, marked;
};

enum { FIRST_SIZE = 4096, FLUSH_AT = 400000 };

static uint64_t mix(const sq_sum_key *k)
{
    return dx_hash64((dx_str){(const char *)k, sizeof *k}, 0);
}

static size_t slot_of(const sums_map *m, const sq_sum_key *k)
{
    size_t i = (size_t)mix(k) & (m->size - 1);
    while (m->used[i] && memcmp(&m->p[i].key, k, sizeof *k) != 0)
        i = (i + 1) & (m->size - 1);
    return i;
}

static void map_close(sums_map *m)
{
    free(m->p);
    free(m->used);
    *m = (sums_map){0};
}

static bool map_grow(sums_map *m)
{
    sums_map new = {.n = m->n, .size = m->size ? m->size * 2 : FIRST_SIZE};
    new.p = malloc(new.size * sizeof *new.p);
    new.used = calloc(new.size, sizeof *new.used);
    if (!new.p || !new.used) {
        map_close(&new);
        return false;
    }
    for (size_t i = 0; i < m->size; i++) {
        if (!m->used[i])
            continue;
        const size_t at = slot_of(&new, &m->p[i].key);
        new.p[at] = m->p[i];
        new.used[at] = true;
    }
    map_close(m);
    *m = new;
    return true;
}

static bool map_add(sums_map *m, const sq_delta *d, int sign)
{
    if (m->n * 2 >= m->size && !map_grow(m))
        return false;
    const size_t at = slot_of(m, &d->key);
    if (!m->used[at]) {
        m->used[at] = true;
        m->p[at] = (sq_delta){.key = d->key};
        m->n++;
    }
    sq_delta *to = &m->p[at];
    to->events += sign * d->events;
    to->attempts += sign * d->attempts;
    to->failures += sign * d->failures;
    to->servers += sign * d->servers;
    return true;
}

struct sq_sums *sq_sums_of(sq_store *s)
{
    if (!s->sums)
        s->sums = calloc(1, sizeof *s->sums);
    return s->sums;
}

static bool journal(struct sq_sums *w, const sq_delta *d)
{
    if (w->n_journal == w->cap_journal) {
        const size_t cap = w->cap_journal ? w->cap_journal * 2 : 256;
        sq_delta *p = realloc(w->journal, cap * sizeof *p);
        if (!p)
            return false;
        w->journal = p;
        w->cap_journal = cap;
    }
    w->journal[w->n_journal++] = *d;
    return true;
}

void sq_wait(struct sq_sums *w, const sq_delta *d)
{
    if (!map_add(&w->waiting, d, 1) || (w->marked && !journal(w, d)))
        w->starved = true;
}

void sq_sums_mark(sq_store *s)
{
    struct sq_sums *w = sq_sums_of(s); /* without memory, the first sum fails */
    if (!w)
        return;
    w->n_journal = 0;
    w->marked = s->grouped;
    sq_reach_mark(s);
}

void sq_sums_undo(sq_store *s)
{
    for (size_t i = s->sums ? s->sums->n_journal : 0; i-- > 0;)
        if (!map_add(&s->sums->waiting, &s->sums->journal[i], -1))
            s->sums->starved = true;
    sq_reach_undo(s);
    sq_sums_mark(s);
}

void sq_sums_drop(sq_store *s)
{
    sq_reach_drop(s);
    sq_touched_drop(s);
    if (!s->sums)
        return;
    map_close(&s->sums->waiting);
    s->sums->n_journal = 0;
    s->sums->starved = false;
}

void sq_sums_close(sq_store *s)
{
    sq_reach_close(s);
    sq_touched_close(s);
    if (!s->sums)
        return;
    map_close(&s->sums->waiting);
    free(s->sums->journal);
    free(s->sums);
    s->sums = NULL;
}

/* ---- writing it ---- */

static int by_key(const void *a, const void *b)
{
    const int64_t *x = (const int64_t *)&((const sq_delta *)a)->key;
    const int64_t *y = (const int64_t *)&((const sq_delta *)b)->key;
    for (size_t i = 0; i < sizeof(sq_sum_key) / sizeof *x; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static dx_rc write_tally(sq_store *s, const sq_delta *d, dx_err *err)
{
    const sq_sum_key *k = &d->key;
    if (sq_do(s, err,
              "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
              " ON CONFLICT DO UPDATE SET events = events + ?6, attempts = attempts + ?7,"
              " failures = failures + ?8, servers = servers + ?9",
              SQ_I(k->kind), SQ_I(k->k[0]), SQ_I(k->k[1]), SQ_I(k->k[2]), SQ_I(k->k[3]),
              SQ_I(d->events), SQ_I(d->attempts), SQ_I(d->failures), SQ_I(d->servers)))
        return DX_FAIL;
    if (d->attempts >= 0)
        return DX_OK;
    return sq_do(s, err,
                 "DELETE FROM tally WHERE kind = ?1 AND product = ?2 AND grain = ?3"
                 " AND bucket = ?4 AND id = ?5 AND attempts = 0",
                 SQ_I(k->kind), SQ_I(k->k[0]), SQ_I(k->k[1]), SQ_I(k->k[2]), SQ_I(k->k[3]));
}

static dx_rc write_tally_by(sq_store *s, const sq_delta *d, dx_err *err)
{
    const sq_sum_key *k = &d->key;
    if (sq_do(s, err,
              "INSERT INTO tally_by VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
              " ON CONFLICT DO UPDATE SET events = events + ?7, attempts = attempts + ?8,"
              " failures = failures + ?9",
              SQ_I(k->kind), SQ_I(k->k[0]), SQ_I(k->k[1]), SQ_I(k->k[2]), SQ_I(k->k[3]),
              SQ_I(k->k[4]), SQ_I(d->events), SQ_I(d->attempts), SQ_I(d->failures)))
        return DX_FAIL;
    if (d->attempts >= 0)
        return DX_OK;
    return sq_do(s, err,
                 "DELETE FROM tally_by WHERE kind = ?1 AND part = ?2 AND id = ?3 AND of = ?4"
                 " AND product = ?5 AND week = ?6 AND attempts = 0",
                 SQ_I(k->kind), SQ_I(k->k[0]), SQ_I(k->k[1]), SQ_I(k->k[2]), SQ_I(k->k[3]),
                 SQ_I(k->k[4]));
}

/* In the order of the tables, so that each page is visited once. */
static size_t sort_waiting(sums_map *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->size; i++)
        if (m->used[i])
            m->p[n++] = m->p[i];
    if (n)
        qsort(m->p, n, sizeof *m->p, by_key);
    return n;
}

static dx_rc write_sums(sq_store *s, dx_err *err)
{
    static dx_rc (*const write[])(sq_store *, const sq_delta *, dx_err *) = {
        [SQ_TALLY] = write_tally, [SQ_TALLY_BY] = write_tally_by};
    sums_map *m = &s->sums->waiting;
    const size_t n = sort_waiting(m);
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK; i++) {
        const sq_delta *d = &m->p[i];
        if (d->events || d->attempts || d->failures || d->servers)
            rc = write[d->key.table](s, d, err);
    }
    map_close(m);
    return rc;
}

bool sq_sums_many(const sq_store *s)
{
    return (s->sums ? s->sums->waiting.n : 0) + sq_reach_count(s) + sq_touched_count(s) > FLUSH_AT;
}

dx_rc sq_sums_flush(sq_store *s, dx_err *err)
{
    if (s->sums) {
        s->sums->n_journal = 0;
        if (s->sums->starved)
            return dx_nomem(err);
        if (write_sums(s, err))
            return DX_FAIL;
    }
    return sq_reach_flush(s, err) || sq_touched_flush(s, err) ? DX_FAIL : DX_OK;
}
