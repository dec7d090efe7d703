/* One line of a trend from its packed lists: sums and different servers by version, site or bucket
 * of time, and in all of the window. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

enum { SLOTS = 7 }; /* the buckets of a week, and of the one before it, fall into different ones */

typedef struct line {
    sq_job *j;
    sq_grid *to;
    int64_t id;
    sq_set seen, part; /* servers: in all of the window, in the version in hand */
    dx_trend_cell whole;
} line;

static dx_rc put(line *l, int64_t bucket, const dx_trend_cell *n, dx_err *err)
{
    if (!n->attempts && !n->events)
        return DX_OK;
    sq_count *c = sq_grid_at(l->to, l->id, bucket);
    if (!c)
        return dx_nomem(err);
    c->n = *n;
    return DX_OK;
}

/* Of the whole only servers are counted as they come: the rest is the sum of its buckets. */
static dx_rc put_bucket(line *l, int64_t bucket, const dx_trend_cell *n, dx_err *err)
{
    l->whole.events += n->events;
    l->whole.attempts += n->attempts;
    l->whole.failures += n->failures;
    return put(l, bucket, n, err);
}

/* ---- by version ---- */

static void count_list(line *l, const sq_spread_row *row, dx_trend_cell *version)
{
    sq_mentions at = sq_mentions_of(row, &l->j->window);
    dx_trend_cell n = *version;
    int64_t servers = 0;
    while (sq_mentions_next(&at)) {
        sq_cell_add(&n, &at.list.now);
        if (!sq_set_add(&l->part, at.server))
            continue;
        n.servers++;
        servers += sq_set_add(&l->seen, at.server);
    }
    *version = n;
    l->whole.servers += servers;
}

static dx_rc by_version(line *l, const sq_spread_row *rows, size_t n, dx_err *err)
{
    if (!sq_set_make(&l->part, l->j->scratch))
        return dx_nomem(err);
    for (size_t i = 0; i < n;) {
        const int64_t release = rows[i].release;
        dx_trend_cell version = {0};
        sq_set_clear(&l->part);
        for (; i < n && rows[i].release == release; i++)
            count_list(l, &rows[i], &version);
        if (put_bucket(l, release, &version, err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- by site ---- */

static dx_rc by_site(line *l, const sq_spread_row *rows, size_t n, dx_err *err)
{
    const sq_sites *sites = &l->j->sites;
    if (sq_job_sites(l->j, err))
        return DX_FAIL;
    dx_trend_cell *site = dx_arena_get(l->j->scratch, (sites->n + 1) * sizeof *site);
    if (!site)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        sq_mentions at = sq_mentions_of(&rows[i], &l->j->window);
        while (sq_mentions_next(&at)) {
            dx_trend_cell *its = &site[sq_site_at(sites, at.server)];
            sq_cell_add(its, &at.list.now);
            its->servers += sq_set_add(&l->seen, at.server); /* a server has one site */
        }
    }
    for (size_t i = 0; i < sites->n; i++) {
        l->whole.servers += site[i].servers;
        if (put_bucket(l, sites->ids[i], &site[i], err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- by time ---- */

/* Few servers tell something on a day, so only the words of the set that they are in are cleared.
 */
typedef struct slot {
    int64_t bucket;
    sq_set seen;
    uint32_t *used; /* words of the set; there is room for all */
    size_t n_used;
    dx_trend_cell n;
} slot;

static bool slot_make(slot *s, size_t n_servers, dx_arena *into)
{
    *s = (slot){.bucket = INT64_MIN, .seen.n = n_servers};
    s->used = dx_arena_get(into, (n_servers / 64 + 1) * sizeof *s->used);
    return s->used && sq_set_make(&s->seen, into);
}

static inline int64_t slot_add(slot *s, int64_t server)
{
    if ((uint64_t)server < s->seen.n && !s->seen.bits[(size_t)server / 64])
        s->used[s->n_used++] = (uint32_t)(server / 64);
    return sq_set_add(&s->seen, server);
}

static void slot_clear(slot *s)
{
    for (size_t i = 0; i < s->n_used; i++)
        s->seen.bits[s->used[i]] = 0;
    s->n_used = 0;
}

static slot *slot_at(line *l, slot *slots, int64_t bucket, dx_err *err)
{
    slot *at = &slots[(size_t)((bucket % SLOTS + SLOTS) % SLOTS)];
    if (at->bucket == bucket)
        return at;
    if (put_bucket(l, at->bucket, &at->n, err))
        return NULL;
    at->bucket = bucket;
    at->n = (dx_trend_cell){0};
    slot_clear(at);
    return at;
}

/* Where the days of a week are counted: a week has a list for each release. */
typedef struct week_days {
    int64_t monday; /* INT64_MIN: of no week yet */
    slot *of[7];
} week_days;

static dx_rc find_days(line *l, const sq_spread_row *row, slot *slots, week_days *days, dx_err *err)
{
    const sq_mentions at = sq_mentions_of(row, &l->j->window);
    days->monday = row->monday;
    for (unsigned day = at.from; day <= at.to && day < 7; day++)
        if (!(days->of[day] = slot_at(l, slots, dx_bucket_of(l->j->grain, row->monday + day), err)))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc count_week(line *l, const sq_spread_row *row, slot *slots, week_days *days,
                        dx_err *err)
{
    sq_mentions at = sq_mentions_of(row, &l->j->window);
    if (days->monday != row->monday && find_days(l, row, slots, days, err))
        return DX_FAIL;
    while (sq_mentions_next(&at)) {
        slot *its = days->of[at.day];
        sq_cell_add(&its->n, &at.list.now);
        if (!slot_add(its, at.server))
            continue;
        its->n.servers++;
        l->whole.servers += sq_set_add(&l->seen, at.server);
    }
    return DX_OK;
}

/* Lists come week by week. */
static dx_rc by_bucket(line *l, const sq_spread_row *rows, size_t n, dx_err *err)
{
    slot slots[SLOTS];
    week_days days = {.monday = INT64_MIN};
    for (size_t i = 0; i < SLOTS; i++)
        if (!slot_make(&slots[i], l->seen.n, l->j->scratch))
            return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (count_week(l, &rows[i], slots, &days, err))
            return DX_FAIL;
    for (size_t i = 0; i < SLOTS; i++)
        if (put_bucket(l, slots[i].bucket, &slots[i].n, err))
            return DX_FAIL;
    return DX_OK;
}

/* ---- a line ---- */

static dx_rc count_line(sq_job *j, sq_grid *to, int64_t id, const sq_spread_row *rows, size_t n,
                        dx_err *err)
{
    line l = {.j = j, .to = to, .id = id};
    if (sq_server_count(j->s, &l.seen.n, err))
        return DX_FAIL;
    l.part.n = l.seen.n;
    if (!sq_set_make(&l.seen, j->scratch))
        return dx_nomem(err);
    const dx_rc rc = j->grain != DX_GRAIN_ALL    ? by_bucket(&l, rows, n, err)
                     : j->q->by == DX_BY_VERSION ? by_version(&l, rows, n, err)
                                                 : by_site(&l, rows, n, err);
    return rc == DX_OK ? put(&l, SQ_WHOLE, &l.whole, err) : DX_FAIL;
}

static int by_release(const void *a, const void *b)
{
    const int64_t x = ((const sq_spread_row *)a)->release, y = ((const sq_spread_row *)b)->release;
    return (x > y) - (x < y);
}

/* ---- rows by release: of few releases there are many, so each is put where it belongs ---- */

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Of each release how many rows it has (attempts). */
static bool count_rows(sq_grid *of, const sq_spread_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sq_count *c = sq_grid_at(of, rows[i].release, 0);
        if (!c)
            return false;
        c->n.attempts++;
    }
    return true;
}

/* And where its first one goes (events): releases ascend. */
static bool lay_out(sq_grid *of, dx_arena *scratch)
{
    int64_t *releases = dx_arena_get(scratch, (of->n + 1) * sizeof *releases), at = 0;
    if (!releases)
        return false;
    for (size_t i = 0; i < of->n; i++)
        releases[i] = of->p[i].id;
    qsort(releases, of->n, sizeof *releases, by_number);
    for (size_t i = 0; i < of->n; i++) {
        sq_count *c = sq_grid_at(of, releases[i], 0);
        c->n.events = at;
        at += c->n.attempts;
    }
    return true;
}

static dx_rc sort_by_release(sq_spread_row **rows, size_t n, dx_arena *scratch, dx_err *err)
{
    sq_grid of = {.n = 0};
    sq_spread_row *sorted = dx_arena_get(scratch, (n + 1) * sizeof *sorted);
    const bool ok = sorted && count_rows(&of, *rows, n) && lay_out(&of, scratch);
    for (size_t i = 0; ok && i < n; i++)
        sorted[sq_grid_at(&of, (*rows)[i].release, 0)->n.events++] = (*rows)[i];
    sq_grid_close(&of);
    *rows = sorted;
    return ok ? DX_OK : dx_nomem(err);
}

/* ---- lines ---- */

dx_rc sq_line_read(sq_job *j, sq_grid *to, int64_t what, int64_t id, dx_err *err)
{
    sq_spread_row *rows;
    size_t n;
    if (sq_job_rows(j, what, &rows, &n, err) ||
        (n && j->q->by == DX_BY_VERSION && sort_by_release(&rows, n, j->scratch, err)))
        return DX_FAIL;
    return count_line(j, to, id, rows, n, err);
}

static int64_t line_of(const sq_job *j, const sq_spread_row *row)
{
    return j->of_product ? row->product : row->id;
}

/* All of one follow each other, and in these all of a release. */
static int by_line(const void *a, const void *b)
{
    const sq_spread_row *x = a, *y = b;
    if (x->product != y->product)
        return x->product < y->product ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return by_release(x, y);
}

dx_rc sq_lines_read(sq_job *j, dx_err *err)
{
    sq_spread_row *rows;
    size_t n;
    const int64_t what = j->of_product ? SQ_WHAT(SQ_ALL, 0) : SQ_WHAT(j->kind, SQ_EVERY_ID);
    if (sq_job_rows(j, what, &rows, &n, err))
        return DX_FAIL;
    if (n)
        qsort(rows, n, sizeof *rows, by_line);
    for (size_t i = 0, k; i < n; i = k) {
        const int64_t id = line_of(j, &rows[i]);
        for (k = i + 1; k < n && line_of(j, &rows[k]) == id;)
            k++;
        if (count_line(j, &j->grid, id, rows + i, k - i, err))
            return DX_FAIL;
    }
    return DX_OK;
}
