/* Changes of tallies and spreads wait in memory, since many attempts change the same pages, and are
 * written before the commit, with all else that waits. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

/* What the numbers of a change are: of most tables these, of fix cases how many of them have begun,
 * cases and failures, of findings attempts and findings.  Where COUNTED becomes 0 a row goes. */
enum { EVENTS, ATTEMPTS, FAILURES, SERVERS, NUMBERS, COUNTED = ATTEMPTS };

typedef struct change {
    sq_tally key;
    int64_t n[NUMBERS];
} change;

/* Side by side, and where each is: a change is as large as twelve places. */
typedef struct sums_map {
    change *p;
    size_t n, cap;
    uint32_t *place; /* number of a change, from 1; 0 none */
    size_t size;
} sums_map;

/* Changes on their way into the map: where each goes is fetched while others come, for the map is
 * larger than what the processor keeps. */
enum { ON_THE_WAY = 32 };
typedef struct sums_queue {
    change p[ON_THE_WAY];
    size_t n;
} sums_queue;

struct sq_sums {
    sums_map waiting;
    sums_queue coming;
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

static size_t first_place(const sums_map *m, const sq_tally *k)
{
    const uint64_t mixed = (k->where ^ (uint64_t)k->id << 32) * 0x9E3779B97F4A7C15u;
    return (size_t)(mixed >> 32 ^ mixed >> 13) & (m->size - 1);
}

static size_t place_of(const sums_map *m, const sq_tally *k)
{
    size_t i = first_place(m, k);
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
    change *p = realloc(m->p, cap * sizeof *p);
    if (!p)
        return false;
    m->p = p;
    m->cap = cap;
    return true;
}

static bool map_add(sums_map *m, const change *c)
{
    if ((m->n == m->cap && !more_changes(m)) || (m->n * 2 >= m->size && !more_places(m)))
        return false;
    const size_t at = place_of(m, &c->key);
    if (!m->place[at]) {
        m->p[m->n++] = (change){.key = c->key};
        m->place[at] = (uint32_t)m->n;
    }
    change *to = &m->p[m->place[at] - 1];
    for (int i = 0; i < NUMBERS; i++)
        to->n[i] += c->n[i];
    return true;
}

struct sq_sums *sq_sums_of(sq_store *s)
{
    if (!s->sums)
        s->sums = calloc(1, sizeof *s->sums);
    return s->sums;
}

/* Puts what is on its way into the map. */
static void arrive(struct sq_sums *w)
{
    const sums_map *m = &w->waiting;
    for (size_t i = 0; i < w->coming.n && m->size; i++) {
        const uint32_t at = m->place[first_place(m, &w->coming.p[i].key)];
        if (at)
            __builtin_prefetch(&m->p[at - 1], 1);
    }
    for (size_t i = 0; i < w->coming.n; i++)
        if (!map_add(&w->waiting, &w->coming.p[i]))
            w->starved = true;
    w->coming.n = 0;
}

static void keep(struct sq_sums *w, const change *c)
{
    if (w->coming.n == ON_THE_WAY)
        arrive(w);
    w->coming.p[w->coming.n++] = *c;
    if (w->waiting.size)
        __builtin_prefetch(&w->waiting.place[first_place(&w->waiting, &c->key)], 1);
}

void sq_wait(struct sq_sums *w, const sq_delta *d)
{
    keep(w, &(change){d->key, {d->events, d->attempts, d->failures, d->servers}});
}

void sq_wait_fix(struct sq_sums *w, const sq_fix_delta *d)
{
    keep(w, &(change){sq_tally_key(SQ_IN_FIXES, 0, 0, 0, d->span, d->diagnosis),
                      {d->begun, d->cases, d->failed}});
}

void sq_wait_inbox(struct sq_sums *w, const sq_inbox_delta *d)
{
    keep(w, &(change){sq_tally_key(SQ_IN_INBOX, 0, 0, 0, d->class, d->diagnosis),
                      {d->attempts, d->findings}});
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
    s->moved = false;
    if (!s->sums)
        return;
    map_close(&s->sums->waiting);
    s->sums->coming.n = 0;
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
    const sq_tally *x = &((const change *)a)->key, *y = &((const change *)b)->key;
    if (x->where != y->where)
        return x->where < y->where ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

typedef struct row {
    int64_t kind, of, grain, bucket, id, n[NUMBERS];
} row;
_Static_assert(sizeof(row) == SQ_ROW_COLUMNS * sizeof(int64_t), "a row of numbers");

static row row_of(const change *c)
{
    const uint64_t where = c->key.where;
    return (row){.kind = (int64_t)(where >> TALLY_KIND_SHIFT & KIND_MASK),
                 .of = (int64_t)(where >> PRODUCT_SHIFT & PRODUCT_MASK),
                 .grain = (int64_t)(where >> GRAIN_SHIFT & 3),
                 .bucket = (int64_t)(where & BUCKET_MASK) - BUCKET_ZERO,
                 .id = c->key.id,
                 .n = {c->n[EVENTS], c->n[ATTEMPTS], c->n[FAILURES], c->n[SERVERS]}};
}

#define SUMS                                                                                       \
    " events = events + excluded.events, attempts = attempts + excluded.attempts,"                 \
    " failures = failures + excluded.failures, "

/* Of each table: how changes are added to it, and how a row goes that says nothing any more. */
static const struct {
    const char *add, *clear;
} tables[] = {
    [SQ_IN_TALLY] = {"INSERT OR FAIL INTO tally SELECT a, b, c, d, e, f, g, h, i"
                     " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE SET" SUMS
                     " servers = servers + excluded.servers",
                     "DELETE FROM tally WHERE kind = ?1 AND product = ?2 AND grain = ?3"
                     " AND bucket = ?4 AND id = ?5 AND attempts = 0"},
    [SQ_IN_LAST] = {"INSERT OR FAIL INTO tally_last SELECT a, b, c, d, e, i FROM sq_rows(?1)"
                    " WHERE 1 ON CONFLICT DO UPDATE SET servers = servers + excluded.servers",
                    "DELETE FROM tally_last WHERE kind = ?1 AND product = ?2 AND grain = ?3"
                    " AND bucket = ?4 AND id = ?5 AND servers = 0"},
    [SQ_IN_RELEASE] = {"INSERT OR FAIL INTO tally_release SELECT a, c, d, e, b, f, g, h, i"
                       " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE SET" SUMS
                       " last = last + excluded.last",
                       "DELETE FROM tally_release WHERE kind = ?1 AND release = ?2 AND grain = ?3"
                       " AND bucket = ?4 AND id = ?5 AND attempts = 0"},
    [SQ_IN_SITE] = {"INSERT OR FAIL INTO tally_site SELECT a, c, d, e, b, f, g, h, i"
                    " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE SET" SUMS
                    " last = last + excluded.last",
                    "DELETE FROM tally_site WHERE kind = ?1 AND site = ?2 AND grain = ?3"
                    " AND bucket = ?4 AND id = ?5 AND attempts = 0"},
    [SQ_IN_FIXES] = {"INSERT OR FAIL INTO fix_took SELECT e, d, g, f, h FROM sq_rows(?1) WHERE 1"
                     " ON CONFLICT DO UPDATE SET cases = cases + excluded.cases,"
                     " begun = begun + excluded.begun, failed = failed + excluded.failed",
                     "DELETE FROM fix_took WHERE span = ?4 AND diagnosis = ?5 AND cases = 0"},
    [SQ_IN_INBOX] = {"INSERT OR FAIL INTO inbox_sum SELECT e, d, g, f FROM sq_rows(?1) WHERE 1"
                     " ON CONFLICT DO UPDATE SET findings = findings + excluded.findings,"
                     " attempts = attempts + excluded.attempts",
                     "DELETE FROM inbox_sum WHERE class = ?4 AND diagnosis = ?5 AND findings = 0"}};

static dx_rc delete_empty(sq_store *s, sq_sum_table table, const row *r, dx_err *err)
{
    const sq_arg key[] = {SQ_I(r->kind), SQ_I(r->of), SQ_I(r->grain), SQ_I(r->bucket), SQ_I(r->id)};
    return sq_do_(s, err, tables[table].clear, key, sizeof key / sizeof *key);
}

static sq_sum_table table_of(const change *c)
{
    return (sq_sum_table)(c->key.where >> TABLE_SHIFT);
}

static bool changes(const change *c)
{
    return c->n[EVENTS] || c->n[ATTEMPTS] || c->n[FAILURES] || c->n[SERVERS];
}

/* The changes of one table from *at on, at most SOME of them; nothing of one that changes nothing.
 */
static dx_rc write_some(sq_store *s, const change *p, size_t n, size_t *at, dx_err *err)
{
    row flat[SOME];
    sq_rows rows = {.p = &flat->kind, .width = SQ_ROW_COLUMNS};
    const sq_sum_table table = table_of(&p[*at]);
    for (; *at < n && rows.n < SOME && table_of(&p[*at]) == table; ++*at)
        if (changes(&p[*at]))
            flat[rows.n++] = row_of(&p[*at]);
    dx_rc rc = sq_rows_run(s, tables[table].add, &rows, err);
    for (size_t i = 0; i < rows.n && rc == DX_OK; i++)
        if (flat[i].n[COUNTED] < 0 || (table == SQ_IN_LAST && flat[i].n[SERVERS] < 0))
            rc = delete_empty(s, table, &flat[i], err);
    return rc;
}

/* ---- lists ---- */

/* What a table of lists has as its key: kind, grain or product, bucket; of servers grain, bucket,
 * block. */
typedef struct list_row {
    int64_t a, b, c;
} list_row;

/* Of each: how a list is added to it, and how one goes that says nothing any more. */
static const struct {
    const char *add, *clear;
} list_tables[] = {
    {"INSERT OR FAIL INTO tally_each SELECT a, b, c, bytes FROM sq_rows(?1)"
     " WHERE 1 ON CONFLICT DO UPDATE SET list = dx_week_add(list, excluded.list)",
     "DELETE FROM tally_each WHERE kind = ?1 AND grain = ?2 AND bucket = ?3 AND length(list) = 0"},
    {"INSERT OR FAIL INTO tally_day SELECT a, b, c, bytes FROM sq_rows(?1)"
     " WHERE 1 ON CONFLICT DO UPDATE SET list = dx_week_add(list, excluded.list)",
     "DELETE FROM tally_day WHERE kind = ?1 AND product = ?2 AND day = ?3 AND length(list) = 0"},
    {"INSERT OR FAIL INTO tally_server SELECT a, b, c, bytes FROM sq_rows(?1)"
     " WHERE 1 ON CONFLICT DO UPDATE SET list = dx_week_add(list, excluded.list)",
     "DELETE FROM tally_server WHERE grain = ?1 AND bucket = ?2 AND block = ?3"
     " AND length(list) = 0"}};

static list_row key_of(const change *c, size_t *table)
{
    const row r = row_of(c);
    *table = table_of(c) == SQ_IN_DAY ? 1 : table_of(c) == SQ_IN_SERVERS ? 2 : 0;
    return *table == 2 ? (list_row){r.grain, r.bucket, r.of}
                       : (list_row){r.kind, *table ? r.of : r.grain, r.bucket};
}

/* What is in order by how often it was has its months and weeks in lists beside their rows. */
static bool is_listed(const change *c)
{
    const row r = row_of(c);
    if (table_of(c) >= SQ_IN_DAY)
        return true;
    return table_of(c) == SQ_IN_TALLY && (r.kind == SQ_SIGNATURE || r.kind == SQ_DIAGNOSIS) &&
           !r.of && (r.grain == DX_GRAIN_MONTH || r.grain == DX_GRAIN_WEEK);
}

/* The changes at the front of n that are of one list. */
static size_t pack_each(const change *p, size_t n, dx_buf *list, bool *less)
{
    sq_packer to = {.out = list};
    size_t i = 0;
    *less = false;
    for (; i < n && p[i].key.where == p->key.where; i++) {
        const sq_part part = {p[i].key.id, p[i].n[EVENTS], p[i].n[ATTEMPTS], p[i].n[FAILURES]};
        *less |= part.attempts < 0;
        if (part.events || part.attempts || part.failures)
            sq_pack(&to, &part);
    }
    return i;
}

static dx_rc write_list(sq_store *s, const change *of, bool less, dx_buf *list, dx_buf *packed,
                        dx_err *err)
{
    size_t table;
    const list_row at = key_of(of, &table);
    sq_week_packer to = {.out = packed};
    dx_buf_clear(packed);
    sq_week_pack(&to, 0, dx_buf_str(list));
    if (list->failed || packed->failed)
        return dx_nomem(err);
    const dx_str bytes = dx_buf_str(packed);
    const sq_rows rows = {.p = &at.a, .n = bytes.n > 0, .width = 3, .bytes = &bytes};
    const sq_arg key[] = {SQ_I(at.a), SQ_I(at.b), SQ_I(at.c)};
    if (sq_rows_run(s, list_tables[table].add, &rows, err))
        return DX_FAIL;
    return less ? sq_do_(s, err, list_tables[table].clear, key, sizeof key / sizeof *key) : DX_OK;
}

static dx_rc write_lists(sq_store *s, const change *p, size_t n, dx_err *err)
{
    dx_buf list = {0}, packed = {0};
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK;) {
        const change *first = &p[i];
        bool less;
        if (!is_listed(first)) {
            i++;
            continue;
        }
        dx_buf_clear(&list);
        i += pack_each(first, n - i, &list, &less);
        rc = write_list(s, first, less, &list, &packed, err);
    }
    dx_buf_done(&list);
    dx_buf_done(&packed);
    return rc;
}

/* In the order of the table, so that each page is visited once. */
static dx_rc write_sums(sq_store *s, dx_err *err)
{
    sums_map *m = &s->sums->waiting;
    dx_rc rc = DX_OK;
    if (m->n > 0)
        qsort(m->p, m->n, sizeof *m->p, by_key);
    for (size_t at = 0; at < m->n && table_of(&m->p[at]) < SQ_IN_DAY && rc == DX_OK;)
        rc = write_some(s, m->p, m->n, &at, err);
    if (rc == DX_OK)
        rc = write_lists(s, m->p, m->n, err);
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
    arrive(w);
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

/* From what the lists say, so all else must be written. */
static dx_rc flush_sites(sq_store *s, dx_err *err)
{
    if (!s->moved)
        return DX_OK;
    s->moved = false;
    return sq_sites_sum(s, err) || flush_counted(s, err) ? DX_FAIL : DX_OK;
}

/* Fix cases that are looked at change sums of their own. */
dx_rc sq_sums_flush(sq_store *s, dx_err *err)
{
    return flush_sums(s, err) || flush_sites(s, err) || sq_touched_flush(s, err) ||
                   flush_counted(s, err)
               ? DX_FAIL
               : DX_OK;
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
