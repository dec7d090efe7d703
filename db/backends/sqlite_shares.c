/* Sums of what every trend adds up - all attempts, causes, codes, all signatures together - by
 * release and by site, and where each server told of it for the last time: the different servers of
 * a window that reaches to the end are those that did so in it. */
#include <stdlib.h>
#include "db/backends/sqlite_trend.h"

enum { ANY, OF_PRODUCT, OF_RELEASE };

static void buckets_of(int64_t week, int64_t out[SQ_SHARE_GRAINS])
{
    out[SQ_BY_ALL] = 0;
    out[SQ_BY_ERA] = sq_era_of(week);
    out[SQ_BY_WEEK] = week;
}

/* Adds to a sum by release or site in each stretch of time. */
static void add_share(struct sq_sums *w, sq_sum_table table, int64_t what, int64_t of, int64_t week,
                      const sq_delta *n)
{
    int64_t at[SQ_SHARE_GRAINS];
    buckets_of(week, at);
    for (int g = 0; g < SQ_SHARE_GRAINS; g++) {
        sq_delta d = *n;
        d.key = sq_tally_key(table, what >> SQ_KIND_SHIFT, of, g, at[g], SQ_WHAT_ID(what));
        sq_wait(w, &d);
    }
}

static int64_t week_of(int64_t day)
{
    return dx_bucket_of(DX_GRAIN_WEEK, day);
}

static sq_delta change_of(const sq_day *d)
{
    return (sq_delta){
        .events = d->change.events, .attempts = d->change.attempts, .failures = d->change.failures};
}

/* A server that told for the last time on this day did so on another day before. */
static void move_share(struct sq_sums *w, sq_sum_table table, const sq_day *d, int64_t what,
                       int64_t of, const sq_latest *last)
{
    sq_delta n = change_of(d);
    n.servers = last->gain;
    add_share(w, table, what, of, week_of(d->was.day), &n);
    if (last->gain && last->before)
        add_share(w, table, what, of, week_of(last->day), &(sq_delta){.servers = -last->gain});
}

static void add_last(struct sq_sums *w, const sq_day *d, int64_t product, int64_t day, int64_t n)
{
    for (int g = DX_GRAIN_MONTH; g <= DX_GRAIN_DAY; g++)
        sq_wait(w, &(sq_delta){.key = sq_tally_key(SQ_IN_LAST, d->was.what >> SQ_KIND_SHIFT,
                                                   product, g, dx_bucket_of((dx_grain)g, day),
                                                   SQ_WHAT_ID(d->was.what)),
                               .servers = n});
}

/* What the server told in all. */
static void add_server(struct sq_sums *w, const sq_day *d)
{
    sq_delta n = change_of(d);
    const int64_t server = d->was.server, block = server / SQ_SERVER_BLOCK;
    n.key = sq_tally_key(SQ_IN_SERVERS, 0, block, SQ_SERVER_ALL, 0, server);
    sq_wait(w, &n);
    n.key = sq_tally_key(SQ_IN_SERVERS, 0, block, SQ_SERVER_SPAN,
                         sq_server_span_of(week_of(d->was.day)), server);
    sq_wait(w, &n);
}

static dx_rc sums_and_site(sq_store *s, const sq_day *d, struct sq_sums **sums, int64_t *site,
                           dx_err *err)
{
    *sums = sq_sums_of(s);
    return *sums ? sq_site(s, d->was.server, site, err) : dx_nomem(err);
}

dx_rc sq_sum_shares(sq_store *s, const sq_day *d, const sq_latest last[3], dx_err *err)
{
    struct sq_sums *w;
    int64_t site;
    if (sums_and_site(s, d, &w, &site, err))
        return DX_FAIL;
    for (int k = ANY; k <= OF_PRODUCT; k++) {
        const int64_t product = k == ANY ? 0 : d->product;
        if (last[k].gain)
            add_last(w, d, product, d->was.day, last[k].gain);
        if (last[k].gain && last[k].before)
            add_last(w, d, product, last[k].day, -last[k].gain);
    }
    move_share(w, SQ_IN_RELEASE, d, d->was.what, d->was.release, &last[OF_RELEASE]);
    move_share(w, SQ_IN_SITE, d, d->was.what, site, &last[ANY]);
    if (d->was.what == SQ_WHAT(SQ_ALL, 0)) {
        move_share(w, SQ_IN_SITE, d, SQ_WHAT(SQ_PRODUCT, d->product), site, &last[OF_PRODUCT]);
        add_server(w, d);
    }
    return DX_OK;
}

dx_rc sq_sum_each(sq_store *s, const sq_day *d, dx_err *err)
{
    const sq_delta n = change_of(d);
    const int64_t each = SQ_WHAT(SQ_EACH_SIGNATURE, 0);
    struct sq_sums *w;
    int64_t site;
    if (sums_and_site(s, d, &w, &site, err))
        return DX_FAIL;
    add_share(w, SQ_IN_RELEASE, each, d->was.release, week_of(d->was.day), &n);
    add_share(w, SQ_IN_SITE, each, site, week_of(d->was.day), &n);
    return DX_OK;
}

/* ---- all sites anew ---- */

typedef struct sites_job {
    sq_store *s;
    struct sq_sums *sums;
    sq_sites sites;
    sq_delta *site; /* of the week in hand, by site */
    int64_t *last;  /* the last week of each server, from 1970 on; INT64_MIN: none */
    size_t n_servers;
} sites_job;

static int by_thing(const void *a, const void *b)
{
    const sq_spread_row *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->monday > y->monday) - (x->monday < y->monday);
}

static void count_row(sites_job *j, const sq_spread_row *row, int64_t week)
{
    sq_mentions at = sq_mentions_of(row, NULL);
    while (sq_mentions_next(&at)) {
        sq_delta *site = &j->site[sq_site_at(&j->sites, at.server)];
        site->events += at.list.now.events;
        site->attempts += at.list.now.attempts;
        site->failures += at.list.now.failures;
        if ((uint64_t)at.server < j->n_servers)
            j->last[at.server] = week;
    }
}

static void close_week(sites_job *j, int64_t what, int64_t week)
{
    for (size_t i = 0; i < j->sites.n; i++) {
        if (j->site[i].attempts)
            add_share(j->sums, SQ_IN_SITE, what, j->sites.ids[i], week, &j->site[i]);
        j->site[i] = (sq_delta){.events = 0};
    }
}

static void close_thing(sites_job *j, int64_t what)
{
    for (size_t i = 0; i < j->n_servers; i++) {
        if (j->last[i] != INT64_MIN && what >> SQ_KIND_SHIFT != SQ_EACH_SIGNATURE)
            add_share(j->sums, SQ_IN_SITE, what, j->sites.ids[sq_site_at(&j->sites, (int64_t)i)],
                      j->last[i], &(sq_delta){.servers = 1});
        j->last[i] = INT64_MIN;
    }
}

/* Of a product is what all attempts with its releases told. */
static dx_rc read_kind(sites_job *j, sq_kind kind, dx_arena *scratch, sq_spread_row **rows,
                       size_t *n, dx_err *err)
{
    const bool product = kind == SQ_PRODUCT;
    const sq_window all = {.from = INT64_MIN, .to = INT64_MAX};
    if (sq_spread_rows(j->s, SQ_WHAT(product ? SQ_ALL : kind, SQ_EVERY_ID), &all, NULL, scratch,
                       rows, n, err))
        return DX_FAIL;
    for (size_t i = 0; i < *n && product; i++)
        if (sq_product_of(j->s, (*rows)[i].release, &(*rows)[i].id, err))
            return DX_FAIL;
    return DX_OK;
}

/* Thing by thing, week by week. */
static dx_rc sum_kind(sites_job *j, sq_kind kind, dx_arena *scratch, dx_err *err)
{
    sq_spread_row *rows;
    size_t n;
    if (read_kind(j, kind, scratch, &rows, &n, err))
        return DX_FAIL;
    if (n)
        qsort(rows, n, sizeof *rows, by_thing);
    for (size_t i = 0; i < n; i++) {
        const int64_t week = week_of(rows[i].monday), what = SQ_WHAT(kind, rows[i].id);
        const bool same = i + 1 < n && rows[i + 1].id == rows[i].id;
        count_row(j, &rows[i], week);
        if (!same || rows[i + 1].monday != rows[i].monday)
            close_week(j, what, week);
        if (!same)
            close_thing(j, what);
    }
    return DX_OK;
}

static dx_rc sum_sites(sites_job *j, dx_arena *scratch, dx_err *err)
{
    static const sq_kind kinds[] = {SQ_ALL, SQ_CAUSE, SQ_CODE, SQ_PRODUCT, SQ_EACH_SIGNATURE};
    if (sq_sites_read(j->s, scratch, &j->sites, err) || sq_server_count(j->s, &j->n_servers, err) ||
        sq_do_(j->s, err, "DELETE FROM tally_site", NULL, 0))
        return DX_FAIL;
    j->site = dx_arena_get(scratch, (j->sites.n + 1) * sizeof *j->site);
    j->last = dx_arena_get(scratch, (j->n_servers + 1) * sizeof *j->last);
    if (!j->site || !j->last)
        return dx_nomem(err);
    for (size_t i = 0; i < j->n_servers; i++)
        j->last[i] = INT64_MIN;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (sum_kind(j, kinds[i], scratch, err))
            return DX_FAIL;
    return DX_OK;
}

dx_rc sq_sites_sum(sq_store *s, dx_err *err)
{
    sites_job j = {.s = s, .sums = sq_sums_of(s)};
    dx_arena *scratch = dx_arena_new(0);
    if (!scratch || !j.sums) {
        dx_arena_free(scratch);
        return dx_nomem(err);
    }
    const dx_rc rc = sum_sites(&j, scratch, err);
    dx_arena_free(scratch);
    return rc;
}
