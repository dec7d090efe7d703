/* How one attempt changes the sums. */
#include "db/backends/sqlite_sums.h"

enum { ANY, OF_PRODUCT, SCOPES, OF_RELEASE = SCOPES, GRAINS = DX_GRAIN_DAY + 1 };

dx_rc sq_product_of(sq_store *s, int64_t release, int64_t *product, dx_err *err)
{
    sq_memory m;
    if (sq_recall(s, SQ_MEMO_PRODUCT, sq_key_of(release), &m)) {
        *product = m.a;
        return DX_OK;
    }
    if (sq_value(s, product, err, "SELECT product FROM release WHERE id = ?1", SQ_I(release)) !=
        DX_OK)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: release %lld",
                       s->where, (long long)release);
    sq_remember(s, SQ_MEMO_PRODUCT, sq_key_of(release), (sq_memory){*product, 0});
    return DX_OK;
}

dx_rc sq_note_debut(sq_store *s, const sq_spot *at, int64_t what, dx_err *err)
{
    sq_memory m;
    const dx_hash128 key = sq_key_of(what);
    if (sq_recall(s, SQ_MEMO_DEBUT, key, &m) && m.a <= at->happened_us)
        return DX_OK;
    sq_remember(s, SQ_MEMO_DEBUT, key, (sq_memory){at->happened_us, 0});
    return sq_wait_debut(s, what, at->happened_us) ? DX_OK : dx_nomem(err);
}

dx_rc sq_sum(sq_store *s, const sq_spot *at, int64_t what, int64_t events, int sign, dx_err *err)
{
    const sq_cell change = {at->server,    what, dx_day_of(at->happened_us), at->release,
                            sign * events, sign, at->failed ? sign : 0};
    if (sq_cell_wait(s, &change, err))
        return DX_FAIL;
    return sign > 0 ? sq_note_debut(s, at, what, err) : DX_OK;
}

/* ---- what follows from a cell ---- */

/* The bucket of each grain that a day lies in, and that bucket's first and last day. */
typedef struct buckets {
    int64_t of[GRAINS], from[GRAINS], to[GRAINS];
} buckets;

static buckets buckets_of(int64_t day)
{
    buckets b = {.from = {INT64_MIN}, .to = {INT64_MAX}};
    for (int g = DX_GRAIN_MONTH; g < GRAINS; g++) {
        b.of[g] = dx_bucket_of((dx_grain)g, day);
        b.from[g] = dx_bucket_day((dx_grain)g, b.of[g]);
        b.to[g] = dx_bucket_day((dx_grain)g, b.of[g] + 1) - 1;
    }
    return b;
}

static bool fits(const sq_day *d, const sq_day *like, int scope)
{
    return d->on && (scope == ANY || (scope == OF_PRODUCT && d->product == like->product) ||
                     (scope == OF_RELEASE && d->was.release == like->was.release));
}

/* The days next to one at which the server had the thing, too; NULL: none. */
typedef struct beside {
    const sq_day *before, *after;
} beside;

static beside look_beside(const sq_run *r, size_t at, int scope)
{
    const sq_day *d = &r->p[at];
    size_t before = at, after = at + 1;
    while (before > 0 && !fits(&r->p[before - 1], d, scope))
        before--;
    while (after < r->n && !fits(&r->p[after], d, scope))
        after++;
    return (beside){before > 0 ? &r->p[before - 1] : NULL, after < r->n ? &r->p[after] : NULL};
}

/* The buckets in which no other day of the server has the thing gain or lose a server. */
static void count_servers(const sq_day *d, const beside *n, const buckets *b, int64_t out[GRAINS])
{
    const int64_t gain = (int64_t)d->has - d->on;
    for (int g = 0; g < GRAINS; g++) {
        const bool other = (n->before && n->before->was.day >= b->from[g]) ||
                           (n->after && n->after->was.day <= b->to[g]);
        out[g] = other ? 0 : gain;
    }
}

/* What comes behind stays the last. */
static sq_latest latest_of(const sq_day *d, const beside *n)
{
    if (n->after)
        return (sq_latest){.gain = 0};
    return (sq_latest){.gain = (int64_t)d->has - d->on,
                       .before = n->before != NULL,
                       .day = n->before ? n->before->was.day : 0};
}

static void add_tallies(struct sq_sums *w, const sq_day *d, const buckets *b,
                        int64_t servers[SCOPES][GRAINS], int64_t kind, int64_t id)
{
    for (int k = 0; k < SCOPES; k++)
        for (int g = 0; g < GRAINS; g++) {
            const bool packed = g == DX_GRAIN_DAY && sq_packed_by_day(kind);
            const sq_sum_table table = packed ? SQ_IN_DAY : SQ_IN_TALLY;
            sq_wait(w, &(sq_delta){
                           .key = sq_tally_key(table, kind, k ? d->product : 0, g, b->of[g], id),
                           .events = d->change.events,
                           .attempts = d->change.attempts,
                           .failures = d->change.failures,
                           .servers = servers && !packed ? servers[k][g] : 0});
        }
}

static void add_part(struct sq_sums *w, const sq_day *d, const buckets *b, int64_t kind, int64_t id)
{
    sq_wait_part(
        w, &(sq_spread_part){.kind = kind,
                             .week = b->of[DX_GRAIN_WEEK],
                             .id = id,
                             .release = d->was.release,
                             .part = {sq_part_place(d->was.server, d->was.day), d->change.events,
                                      d->change.attempts, d->change.failures}});
}

static dx_rc sum_day(sq_store *s, struct sq_sums *w, sq_run *r, size_t at, dx_err *err)
{
    sq_day *d = &r->p[at];
    const buckets b = buckets_of(d->was.day);
    const int64_t kind = d->was.what >> SQ_KIND_SHIFT, id = SQ_WHAT_ID(d->was.what);
    const bool few = sq_few(kind), alone = sq_alone(kind);
    int64_t servers[SCOPES][GRAINS] = {{0}};
    sq_latest last[SCOPES + 1] = {{0}};
    for (int k = 0; k < SCOPES + (few || alone) && d->had != d->has; k++) {
        const beside next_to = look_beside(r, at, k);
        last[k] = latest_of(d, &next_to);
        if (k < SCOPES)
            count_servers(d, &next_to, &b, servers[k]);
    }
    d->on = d->has;
    add_tallies(w, d, &b, servers, kind, id);
    add_part(w, d, &b, kind, id);
    if (d->was.what == SQ_WHAT(SQ_ALL, 0) && servers[ANY][DX_GRAIN_WEEK])
        sq_wait_heard(w, b.of[DX_GRAIN_WEEK], d->was.server, servers[ANY][DX_GRAIN_WEEK]);
    if (alone)
        sq_sum_line(sq_lines_waiting(w), d, servers, last);
    if (kind == SQ_SIGNATURE && id) {
        add_tallies(w, d, &b, NULL, SQ_EACH_SIGNATURE, 0);
        add_part(w, d, &b, SQ_EACH_SIGNATURE, 0);
        return sq_sum_each(s, d, err);
    }
    return few ? sq_sum_shares(s, d, last, err) : DX_OK;
}

/* Day by day, so that of two new days in a week only one makes a new server. */
dx_rc sq_sum_run(sq_store *s, sq_run *run, dx_err *err)
{
    struct sq_sums *w = sq_sums_of(s);
    if (!w)
        return dx_nomem(err);
    for (size_t i = 0; i < run->n; i++)
        if (run->p[i].changes && sum_day(s, w, run, i, err))
            return DX_FAIL;
    return DX_OK;
}
