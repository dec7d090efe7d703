/* The inbox: findings by key or by diagnosis, and where each stands. */
#include "db/backends/sqlite_inbox.h"
#include <stdlib.h>
#include <string.h>

enum { TOP = 50, MOST_ROWS = 1000 };

/* ---- rows in order ---- */

static int by_order(const sq_inbox *f, const sq_inbox_row *a, const sq_inbox_row *b)
{
    int64_t x = a->last.last_us, y = b->last.last_us;
    if (f->q->order == DX_ORDER_FIRST)
        x = a->first_us, y = b->first_us;
    if (f->q->order == DX_ORDER_SERVERS)
        x = f->q->by_diagnosis ? a->servers : a->attempts,
        y = f->q->by_diagnosis ? b->servers : b->attempts;
    if (f->q->order == DX_ORDER_GROWTH)
        x = a->growth, y = b->growth;
    if (x != y)
        return x > y ? -1 : 1;
    return a->last.last_us != b->last.last_us ? (a->last.last_us > b->last.last_us ? -1 : 1)
                                              : strcmp(a->last.key, b->last.key);
}

/* Merge sort, so that the order may ask the job. */
static void sort_rows(const sq_inbox *f, sq_inbox_row *p, sq_inbox_row *spare, size_t n)
{
    if (n < 2)
        return;
    const size_t half = n / 2;
    sort_rows(f, p, spare, half);
    sort_rows(f, p + half, spare, n - half);
    memcpy(spare, p, half * sizeof *p);
    size_t i = 0, k = half, to = 0;
    while (i < half && k < n)
        p[to++] = by_order(f, &p[k], &spare[i]) < 0 ? p[k++] : spare[i++];
    while (i < half)
        p[to++] = spare[i++];
}

static bool sort_all(sq_inbox *f)
{
    sq_inbox_row *spare = malloc((f->n / 2 + 1) * sizeof *spare);
    if (!spare)
        return false;
    sort_rows(f, f->p, spare, f->n);
    free(spare);
    return true;
}

/* Only those that can be shown are kept: every so often the rest is dropped, and then what comes
 * behind the last one that is left is never kept. */
static dx_rc add_row(sq_inbox *f, const sq_inbox_row *r, dx_err *err)
{
    const size_t shown = f->q->skip + (f->q->top ? f->q->top : TOP);
    f->out.standing[r->standing]++;
    if (f->q->standings && !(f->q->standings >> r->standing & 1))
        return DX_OK;
    f->out.all++;
    if (f->sorted && by_order(f, r, &f->p[f->sorted - 1]) > 0)
        return DX_OK;
    if (!DX_PUSH(f->scratch, f->p, f->n, f->cap, *r))
        return dx_nomem(err);
    if (f->n < 4 * shown + 4096)
        return DX_OK;
    if (!sort_all(f))
        return dx_nomem(err);
    f->n = f->sorted = shown;
    return DX_OK;
}

/* ---- reading keys ---- */

static dx_rc growth_of(sq_inbox *f, sq_inbox_row *g, dx_err *err)
{
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(f->q->now_us));
    for (int64_t back = 0; back < 2; back++) {
        int64_t servers = 0;
        if (sq_value(f->s, &servers, err,
                     "SELECT servers FROM tally WHERE kind = 2 AND product = ?3 AND grain = 2"
                     " AND bucket = ?1 AND id = ?2",
                     SQ_I(week - back), SQ_I(g->last.diagnosis), SQ_I(f->sieve.product)) == DX_FAIL)
            return DX_FAIL;
        g->growth += back ? -servers : servers;
    }
    return DX_OK;
}

dx_rc sq_inbox_put(sq_inbox *f, const sq_inbox_row *r, dx_err *err)
{
    sq_inbox_row row = *r;
    if (!f->q->by_diagnosis)
        return add_row(f, r, err);
    row.standing = sq_standing_of_group(f, r);
    if (f->q->order == DX_ORDER_GROWTH && growth_of(f, &row, err))
        return DX_FAIL;
    return add_row(f, &row, err);
}

static dx_rc close_group(sq_inbox *f, dx_err *err)
{
    if (!f->has_group)
        return DX_OK;
    f->has_group = false;
    return sq_inbox_put(f, &f->group, err);
}

static dx_rc into_group(sq_inbox *f, const sq_inbox_key *k, dx_err *err)
{
    sq_inbox_row *g = &f->group;
    if (f->has_group && g->last.diagnosis != k->diagnosis && close_group(f, err))
        return DX_FAIL;
    if (!f->has_group) {
        *g = (sq_inbox_row){.last = *k, .first_us = k->first_us};
        f->has_group = true;
    }
    if ((uint64_t)k->server < f->n_counted) {
        g->servers += f->counted[k->server] != k->diagnosis;
        f->counted[k->server] = k->diagnosis;
    }
    g->attempts += k->attempts;
    g->keys++;
    g->standings |= 1u << k->standing;
    g->first_us = k->first_us < g->first_us ? k->first_us : g->first_us;
    if (k->last_us > g->last.last_us ||
        (k->last_us == g->last.last_us && strcmp(k->key, g->last.key) < 0))
        g->last = *k;
    return DX_OK;
}

static dx_rc cause_of(sq_inbox *f, int64_t diagnosis, int64_t *cause, dx_err *err)
{
    const size_t before = f->causes.n;
    sq_count *c = sq_grid_at(&f->causes, diagnosis, 0);
    if (!c)
        return dx_nomem(err);
    if (f->causes.n > before &&
        sq_value(f->s, &c->n.events, err,
                 "SELECT cause_class FROM finding WHERE diagnosis = ?1 ORDER BY attempt DESC"
                 " LIMIT 1",
                 SQ_I(diagnosis)) == DX_FAIL)
        return DX_FAIL;
    *cause = c->n.events;
    return DX_OK;
}

static dx_rc wanted(sq_inbox *f, const sq_inbox_key *k, bool *out, dx_err *err)
{
    const dx_trend_filter *w = &f->q->where;
    int64_t cause = 0;
    *out = (!f->diagnosis || k->diagnosis == f->diagnosis) &&
           (w->since_us == DX_NO_TIME || k->last_us >= w->since_us) &&
           (w->until_us == DX_NO_TIME || k->last_us < w->until_us) &&
           (!f->sieve.product || k->product == f->sieve.product) &&
           sq_sieve_server(&f->sieve, k->server);
    if (!*out || !f->q->cause_class.n)
        return DX_OK;
    if (cause_of(f, k->diagnosis, &cause, err))
        return DX_FAIL;
    *out = cause == f->cause;
    return DX_OK;
}

void sq_inbox_key_at(sqlite3_stmt *q, sq_inbox_key *k)
{
    const dx_str key = sq_bytes(q, 0);
    const size_t n = key.n < SQ_KEY_BYTES ? key.n : SQ_KEY_BYTES - 1;
    *k = (sq_inbox_key){.diagnosis = sqlite3_column_int64(q, 1),
                        .state = (dx_state)sq_word(q, 2, DX_RESOLVED),
                        .again = sqlite3_column_int(q, 3) != 0,
                        .last_us = sqlite3_column_int64(q, 4),
                        .first_us = sqlite3_column_int64(q, 5),
                        .server = sqlite3_column_int64(q, 6),
                        .product = sqlite3_column_int64(q, 7),
                        .attempts = sqlite3_column_int64(q, 8)};
    if (n)
        memcpy(k->key, key.p, n);
}

sq_inbox_row sq_inbox_row_of(const sq_inbox_key *k)
{
    return (sq_inbox_row){.last = *k,
                          .first_us = k->first_us,
                          .attempts = k->attempts,
                          .servers = 1,
                          .keys = 1,
                          .growth = k->attempts,
                          .standing = k->standing};
}

static dx_rc take_key(sq_inbox *f, sq_inbox_key *k, dx_err *err)
{
    bool in;
    if (wanted(f, k, &in, err))
        return DX_FAIL;
    if (!in)
        return DX_OK;
    k->standing = sq_standing_of(f, k);
    if (f->q->by_diagnosis)
        return into_group(f, k, err);
    const sq_inbox_row one = sq_inbox_row_of(k);
    return sq_inbox_put(f, &one, err);
}

static dx_rc read_keys(sq_inbox *f, void *ctx, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    (void)ctx;
    if (sq_inbox_is_kept(f->q))
        return sq_inbox_kept(f, f->q->skip + (f->q->top ? f->q->top : TOP), err);
    if (sq_server_count(f->s, &f->n_counted, err))
        return DX_FAIL;
    if (!(f->counted = dx_arena_get(f->scratch, (f->n_counted + 1) * sizeof *f->counted)))
        return dx_nomem(err);
    if (sq_ask(f->s, &q, err,
               "SELECT key, diagnosis, state, again, last_us, first_us, server, product, attempts"
               " FROM finding_key INDEXED BY finding_key_by_diagnosis"
               " WHERE attempts > 0 AND (?1 = 0 OR diagnosis = ?1) ORDER BY diagnosis",
               SQ_I(f->diagnosis)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        sq_inbox_key k;
        sq_inbox_key_at(q, &k);
        if ((rc = take_key(f, &k, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? close_group(f, err) : DX_FAIL;
}

/* ---- the question ---- */

static dx_rc known_or_none(sq_inbox *f, dx_str text, int64_t *id, dx_err *err)
{
    if (!text.n)
        return DX_OK;
    const dx_rc rc = sq_term_known(f->s, text, id, err);
    f->sieve.nothing |= rc == DX_END;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc find(sq_inbox *f, sq_inbox_gather *gather, void *ctx, dx_err *err)
{
    if (sq_sums_flush(f->s, err) || sq_sieve_make(f->s, &f->q->where, f->scratch, &f->sieve, err) ||
        known_or_none(f, f->q->diagnosis, &f->diagnosis, err) ||
        known_or_none(f, f->q->cause_class, &f->cause, err) || sq_inbox_decisions(f, err) ||
        (!f->sieve.nothing && gather(f, ctx, err)))
        return DX_FAIL;
    if (!sort_all(f))
        return dx_nomem(err);
    const size_t skip = f->q->skip < f->n ? f->q->skip : f->n;
    const size_t top = f->q->top ? f->q->top : TOP, n = f->n - skip < top ? f->n - skip : top;
    dx_finding_row *rows = dx_arena_get(f->into, (n + 1) * sizeof *rows);
    if (!rows)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (sq_inbox_fill(f, &f->p[skip + i], &rows[i], err))
            return DX_FAIL;
    f->out.rows = rows;
    f->out.n = n;
    return DX_OK;
}

dx_rc sq_inbox_answer(sq_store *s, const dx_findings_query *q, sq_inbox_gather *gather, void *ctx,
                      dx_arena *into, dx_findings *out, dx_err *err)
{
    sq_inbox f = {.s = s, .q = q, .into = into, .scratch = dx_arena_new(0)};
    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d findings at a time", MOST_ROWS);
    if (!f.scratch)
        return dx_nomem(err);
    const dx_rc rc = find(&f, gather, ctx, err);
    if (rc == DX_OK)
        *out = f.out;
    sq_grid_close(&f.silenced);
    sq_grid_close(&f.causes);
    dx_arena_free(f.scratch);
    return rc;
}

dx_rc sq_findings(dx_store *base, const dx_findings_query *q, dx_arena *into, dx_findings *out,
                  dx_err *err)
{
    return sq_inbox_answer((sq_store *)base, q, read_keys, NULL, into, out, err);
}

/* ---- one of them ---- */

dx_rc sq_inbox_key_of(sq_inbox *f, dx_str key, sq_inbox_key *k, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err,
               "SELECT key, diagnosis, state, again, last_us, first_us, server, product, attempts"
               " FROM finding_key WHERE key = ?1 AND attempts > 0",
               SQ_T(key)))
        return DX_FAIL;
    const dx_rc rc = sq_next(f->s, q, err);
    if (rc != DX_OK)
        return rc;
    sq_inbox_key_at(q, k);
    sq_done(q);
    k->standing = sq_standing_of(f, k);
    return DX_OK;
}

static dx_rc page(sq_inbox *f, dx_str key, dx_finding_page *out, dx_err *err)
{
    const dx_attempts_query attempts = {
        .key = key, .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}, .top = 200};
    sq_inbox_row r;
    if (sq_sums_flush(f->s, err) || sq_inbox_decisions(f, err))
        return DX_FAIL;
    sq_inbox_key k;
    const dx_rc rc = sq_inbox_key_of(f, key, &k, err);
    if (rc != DX_OK)
        return rc;
    r = sq_inbox_row_of(&k);
    if (sq_inbox_fill(f, &r, &out->finding, err) ||
        sq_attempts(&f->s->base, &attempts, f->into, &out->attempts, err) ||
        sq_notes(&f->s->base, key, f->into, &out->notes, err) ||
        sq_value(f->s, &out->other_servers, err,
                 "SELECT count(DISTINCT server) - 1 FROM finding_key WHERE diagnosis = ?1"
                 " AND attempts > 0",
                 SQ_I(r.last.diagnosis)) == DX_FAIL)
        return DX_FAIL;
    return DX_OK;
}

dx_rc sq_finding(dx_store *base, dx_str key, int64_t now_us, dx_arena *into, dx_finding_page *out,
                 dx_err *err)
{
    const dx_findings_query q = {.now_us = now_us};
    sq_inbox f = {.s = (sq_store *)base, .q = &q, .into = into, .scratch = dx_arena_new(0)};
    dx_finding_page found = {.other_servers = 0};
    if (!f.scratch)
        return dx_nomem(err);
    const dx_rc rc = page(&f, key, &found, err);
    if (rc == DX_OK)
        *out = found;
    sq_grid_close(&f.silenced);
    dx_arena_free(f.scratch);
    return rc;
}
