/* A signature or diagnosis by time or version from what is kept of it by itself (tally_line), when
 * the window reaches to the end: a row for 16 weeks, however many servers told of it. */
#include "db/backends/sqlite_trend.h"

enum { MOST_SPANS = 64 }; /* of more, few have the thing */

static int64_t span_of(int64_t day)
{
    return sq_server_span_of(dx_bucket_of(DX_GRAIN_WEEK, day));
}

/* Of its window something is kept by itself. */
static bool is_kept(const sq_job *j, sq_kind kind)
{
    return sq_alone(kind) && j->window.open && !j->sieve.some && !j->gathered && !j->s->told &&
           !j->s->few_sums && span_of(j->window.to) - span_of(j->window.from) < MOST_SPANS;
}

bool sq_kept_line(const sq_job *j)
{
    return sq_trend_by_line(j) && j->q->by != DX_BY_SITE && is_kept(j, j->kind);
}

bool sq_kept_servers(const sq_job *j, int64_t what, int64_t product)
{
    return is_kept(j, (sq_kind)(what >> SQ_KIND_SHIFT)) && product == j->sieve.product;
}

typedef struct kept {
    sq_job *j;
    dx_trend_cell *time; /* by bucket of time, where these are wanted */
    bool by_version;
    sq_grid versions;
    int64_t servers; /* of the window */
} kept;

/* Adds a list to what its days belong to: what was told, or different servers. */
static void add_days(kept *k, int64_t first, dx_str bytes, bool told)
{
    const sq_job *j = k->j;
    for (sq_spread list = sq_spread_of(bytes); sq_spread_next(&list);) {
        const int64_t day = first + list.now.place;
        if (day < j->window.from || day > j->window.to)
            continue;
        dx_trend_cell *to = k->time ? &k->time[dx_bucket_of(j->grain, day) - j->first] : NULL;
        if (told)
            sq_cell_add(to, &list.now);
        else if (to)
            to->servers += list.now.attempts;
        k->servers += told ? 0 : list.now.failures;
    }
}

static dx_rc add_version(kept *k, int64_t first, const sq_week *at, dx_err *err)
{
    const int64_t number = at->release - SQ_LINE_RELEASES;
    if (!sq_sieve_release(&k->j->sieve, number / 2))
        return DX_OK;
    sq_count *to = sq_grid_at(&k->versions, number / 2, 0);
    if (!to)
        return dx_nomem(err);
    for (sq_spread list = sq_spread_of(at->list); sq_spread_next(&list);) {
        const int64_t day = first + list.now.place;
        if (day < k->j->window.from || day > k->j->window.to)
            continue;
        if (number % 2)
            to->n.servers += list.now.attempts;
        else
            sq_cell_add(&to->n, &list.now);
    }
    return DX_OK;
}

/* Windows have whole buckets, by version whole weeks. */
static int64_t servers_list(const sq_job *j)
{
    static const int64_t lists[] = {[DX_GRAIN_ALL] = SQ_LINE_WEEKS,
                                    [DX_GRAIN_MONTH] = SQ_LINE_MONTHS,
                                    [DX_GRAIN_WEEK] = SQ_LINE_WEEKS,
                                    [DX_GRAIN_DAY] = SQ_LINE_SERVERS};
    return lists[j->grain];
}

static dx_rc add_row(kept *k, int64_t span, int64_t product, dx_str bytes, dx_err *err)
{
    const int64_t first = sq_line_first(span), servers = servers_list(k->j);
    const bool its = product == k->j->sieve.product;
    for (sq_week at = sq_week_of(bytes); sq_week_next(&at);) {
        if (its && at.release == servers)
            add_days(k, first, at.list, false);
        if (its && k->time && at.release == SQ_LINE_DAYS)
            add_days(k, first, at.list, true);
        if (k->by_version && at.release >= SQ_LINE_RELEASES && add_version(k, first, &at, err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* Its rows of a product, stretch by stretch. */
static dx_rc read_rows(kept *k, int64_t what, int64_t product, dx_err *err)
{
    int64_t spans[MOST_SPANS];
    sqlite3_stmt *q = NULL;
    sq_rows rows = {.p = spans, .width = 1};
    const int64_t to = span_of(k->j->window.to);
    for (int64_t span = span_of(k->j->window.from); span <= to; span++)
        spans[rows.n++] = span;
    if (sq_ask(k->j->s, &q, err,
               "SELECT span, list FROM sq_rows(?1) AS its CROSS JOIN tally_line AS t"
               " ON t.kind = ?2 AND t.span = its.a AND t.id = ?3 AND t.product = ?4",
               SQ_R(&rows), SQ_I(what >> SQ_KIND_SHIFT), SQ_I(SQ_WHAT_ID(what)), SQ_I(product)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(k->j->s, q, err)) == DX_OK)
        if ((rc = add_row(k, sqlite3_column_int64(q, 0), product, sq_bytes(q, 1), err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc put(sq_job *j, int64_t id, int64_t bucket, const dx_trend_cell *n, dx_err *err)
{
    if (!n->attempts && !n->events)
        return DX_OK;
    sq_count *c = sq_grid_at(&j->grid, id, bucket);
    if (!c)
        return dx_nomem(err);
    c->n = *n;
    return DX_OK;
}

static dx_rc put_all(const kept *k, int64_t id, dx_err *err)
{
    sq_count *whole = sq_grid_at(&k->j->grid, id, SQ_WHOLE);
    if (!whole)
        return dx_nomem(err);
    whole->n.servers = k->servers;
    for (int64_t i = 0; k->time && i < k->j->n_buckets; i++)
        if (put(k->j, id, k->j->first + i, &k->time[i], err))
            return DX_FAIL;
    for (size_t i = 0; i < k->versions.n; i++)
        if (put(k->j, id, k->versions.p[i].id, &k->versions.p[i].n, err))
            return DX_FAIL;
    return DX_OK;
}

/* Of a product, versions stand with those of all products, and different servers with its own. */
dx_rc sq_kept_line_read(sq_job *j, int64_t id, dx_err *err)
{
    kept k = {.j = j, .by_version = j->q->by == DX_BY_VERSION};
    const int64_t what = SQ_WHAT(j->kind, id);
    if (!k.by_version &&
        !(k.time = dx_arena_get(j->scratch, ((size_t)j->n_buckets + 1) * sizeof *k.time)))
        return dx_nomem(err);
    const dx_rc rc = read_rows(&k, what, j->sieve.product, err) ||
                             (k.by_version && j->sieve.product && read_rows(&k, what, 0, err)) ||
                             put_all(&k, id, err)
                         ? DX_FAIL
                         : DX_OK;
    sq_grid_close(&k.versions);
    return rc;
}

dx_rc sq_kept_servers_read(sq_job *j, int64_t what, int64_t *servers, dx_err *err)
{
    kept k = {.j = j};
    if (read_rows(&k, what, j->sieve.product, err))
        return DX_FAIL;
    *servers = k.servers;
    return DX_OK;
}
