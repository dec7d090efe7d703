/* The inbox: findings by key or by diagnosis, and where each stands. */
#include "db/backends/sqlite_notes.h"
#include <stdlib.h>
#include <string.h>

enum { TOP = 50, MOST_ROWS = 1000, KEY_BYTES = 40 };

/* One row of the index that tells all about a key. */
typedef struct key_row {
    char key[KEY_BYTES];
    int64_t diagnosis, first_us, last_us, server, product, attempts;
    dx_state state;
    bool again;
    dx_standing standing;
} key_row;

/* One row of the answer in the making. */
typedef struct row {
    key_row last; /* of a diagnosis: the key that was seen last */
    int64_t first_us, attempts, servers, keys;
    int64_t growth;
    unsigned standings; /* which its keys have */
    dx_standing standing;
} row;

typedef struct find_job {
    sq_store *s;
    const dx_findings_query *q;
    dx_arena *into, *scratch;
    sq_sieve sieve;
    int64_t diagnosis; /* wanted; 0 = any, -1 = none fits */
    sq_grid silenced;  /* by diagnosis */
    sq_grid servers;   /* by diagnosis and server */
    sq_grid causes;    /* cause by diagnosis, as events */
    int64_t cause;
    dx_silence *silences;
    struct resolved {
        dx_str key;
        int64_t at_us;
    } * resolved;
    size_t n_resolved, cap_resolved;
    row *p;
    size_t n, cap;
    row group; /* in hand, by diagnosis */
    bool has_group;
    dx_findings out;
} find_job;

/* ---- what people decided ---- */

static int by_key(const void *a, const void *b)
{
    return dx_str_cmp(((const struct resolved *)a)->key, ((const struct resolved *)b)->key);
}

static dx_rc load_resolved(find_job *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(f->s, &q, err, "SELECT key, at_us FROM resolution ORDER BY key", NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        struct resolved one = {.at_us = sqlite3_column_int64(q, 1)};
        rc = sq_copy(q, 0, f->scratch, &one.key, err);
        if (rc == DX_OK && !DX_PUSH(f->scratch, f->resolved, f->n_resolved, f->cap_resolved, one))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc load_silenced(find_job *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err, "SELECT diagnosis FROM silence WHERE until_us > ?1",
               SQ_I(f->q->now_us)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK)
        if (!sq_grid_at(&f->silenced, sqlite3_column_int64(q, 0), 0)) {
            rc = dx_nomem(err);
            break;
        }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_standing standing_of(const find_job *f, const key_row *k)
{
    const struct resolved want = {.key = dx_str_of(k->key)};
    const struct resolved *r =
        f->n_resolved ? bsearch(&want, f->resolved, f->n_resolved, sizeof want, by_key) : NULL;
    if (sq_grid_find(&f->silenced, k->diagnosis, 0))
        return DX_STAND_SILENCED;
    if (k->state == DX_RESOLVED)
        return DX_STAND_VERIFIED;
    if (k->again || (r && r->at_us < k->last_us))
        return DX_STAND_REGRESSED;
    if (k->state != DX_OPEN || r)
        return DX_STAND_PENDING;
    return k->first_us >= f->q->now_us - DX_WEEK_US ? DX_STAND_NEW : DX_STAND_KNOWN;
}

/* What weighs most among the keys of a diagnosis. */
static dx_standing standing_of_group(const find_job *f, const row *g)
{
    static const dx_standing order[] = {DX_STAND_SILENCED, DX_STAND_REGRESSED, DX_STAND_NEW,
                                        DX_STAND_KNOWN, DX_STAND_PENDING};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!(g->standings >> order[i] & 1))
            continue;
        /* New on a server is known when it was seen elsewhere before. */
        const bool known = order[i] == DX_STAND_NEW && g->first_us < f->q->now_us - DX_WEEK_US;
        return known ? DX_STAND_KNOWN : order[i];
    }
    return DX_STAND_VERIFIED;
}

/* ---- rows in order ---- */

static int by_order(const find_job *f, const row *a, const row *b)
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
static void sort_rows(const find_job *f, row *p, row *spare, size_t n)
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

static bool sort_all(find_job *f)
{
    row *spare = malloc((f->n / 2 + 1) * sizeof *spare);
    if (!spare)
        return false;
    sort_rows(f, f->p, spare, f->n);
    free(spare);
    return true;
}

/* Only those that can be shown are kept: every so often the rest is dropped. */
static dx_rc add_row(find_job *f, const row *r, dx_err *err)
{
    const size_t shown = f->q->skip + (f->q->top ? f->q->top : TOP);
    f->out.standing[r->standing]++;
    if (f->q->standings && !(f->q->standings >> r->standing & 1))
        return DX_OK;
    f->out.all++;
    if (!DX_PUSH(f->scratch, f->p, f->n, f->cap, *r))
        return dx_nomem(err);
    if (f->n < 4 * shown + 4096)
        return DX_OK;
    if (!sort_all(f))
        return dx_nomem(err);
    f->n = shown;
    return DX_OK;
}

/* ---- reading keys ---- */

static dx_rc growth_of(find_job *f, row *g, dx_err *err)
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

static dx_rc close_group(find_job *f, dx_err *err)
{
    if (!f->has_group)
        return DX_OK;
    f->has_group = false;
    f->group.standing = standing_of_group(f, &f->group);
    if (f->q->order == DX_ORDER_GROWTH && growth_of(f, &f->group, err))
        return DX_FAIL;
    return add_row(f, &f->group, err);
}

static dx_rc into_group(find_job *f, const key_row *k, dx_err *err)
{
    row *g = &f->group;
    if (f->has_group && g->last.diagnosis != k->diagnosis && close_group(f, err))
        return DX_FAIL;
    if (!f->has_group) {
        *g = (row){.last = *k, .first_us = k->first_us};
        f->has_group = true;
    }
    const size_t before = f->servers.n;
    if (!sq_grid_at(&f->servers, k->diagnosis, k->server))
        return dx_nomem(err);
    g->servers += f->servers.n > before;
    g->attempts += k->attempts;
    g->keys++;
    g->standings |= 1u << k->standing;
    g->first_us = k->first_us < g->first_us ? k->first_us : g->first_us;
    if (k->last_us > g->last.last_us ||
        (k->last_us == g->last.last_us && strcmp(k->key, g->last.key) < 0))
        g->last = *k;
    return DX_OK;
}

static dx_rc cause_of(find_job *f, int64_t diagnosis, int64_t *cause, dx_err *err)
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

static dx_rc wanted(find_job *f, const key_row *k, bool *out, dx_err *err)
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

static void read_key(sqlite3_stmt *q, key_row *k)
{
    const dx_str key = sq_bytes(q, 0);
    const size_t n = key.n < KEY_BYTES ? key.n : KEY_BYTES - 1;
    *k = (key_row){.diagnosis = sqlite3_column_int64(q, 1),
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

static dx_rc take_key(find_job *f, key_row *k, dx_err *err)
{
    bool in;
    if (wanted(f, k, &in, err))
        return DX_FAIL;
    if (!in)
        return DX_OK;
    k->standing = standing_of(f, k);
    if (f->q->by_diagnosis)
        return into_group(f, k, err);
    const row one = {.last = *k,
                     .first_us = k->first_us,
                     .attempts = k->attempts,
                     .servers = 1,
                     .keys = 1,
                     .growth = k->attempts,
                     .standing = k->standing};
    return add_row(f, &one, err);
}

static dx_rc read_keys(find_job *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err,
               "SELECT key, diagnosis, state, again, last_us, first_us, server, product, attempts"
               " FROM finding_key INDEXED BY finding_key_by_diagnosis"
               " WHERE attempts > 0 AND (?1 = 0 OR diagnosis = ?1) ORDER BY diagnosis",
               SQ_I(f->diagnosis)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        key_row k;
        read_key(q, &k);
        if ((rc = take_key(f, &k, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? close_group(f, err) : DX_FAIL;
}

/* ---- what a row tells ---- */

static dx_rc fill_texts(find_job *f, const row *r, dx_finding_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err,
               "SELECT wording.title, cause.text, finding.confidence, finding.attempt, server.name,"
               " product.text, diagnosis.text FROM finding_key"
               " JOIN finding ON finding.id = last_finding"
               " JOIN wording ON wording.id = wording"
               " JOIN term AS cause ON cause.id = finding.cause_class"
               " JOIN server ON server.id = finding_key.server"
               " JOIN term AS product ON product.id = finding_key.product"
               " JOIN term AS diagnosis ON diagnosis.id = finding_key.diagnosis"
               " WHERE finding_key.key = ?1",
               SQ_T(dx_str_of(r->last.key))))
        return DX_FAIL;
    dx_rc rc = sq_next(f->s, q, err);
    if (rc == DX_OK) {
        out->confidence = (int)sq_word(q, 2, 99);
        out->last_attempt = sqlite3_column_int64(q, 3);
        if (sq_copy(q, 0, f->into, &out->title, err) ||
            sq_copy(q, 1, f->into, &out->cause_class, err) ||
            sq_copy(q, 5, f->into, &out->product, err) ||
            sq_copy(q, 6, f->into, &out->diagnosis, err) ||
            (r->servers == 1 && sq_copy(q, 4, f->into, &out->server, err)))
            rc = DX_FAIL;
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* Adds rows of (day or time, attempts) to the weeks. */
static dx_rc add_weeks(find_job *f, sqlite3_stmt *q, int64_t unit_us, dx_finding_row *out,
                       dx_err *err)
{
    const int64_t last = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(f->q->now_us));
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        const int64_t day =
            unit_us ? sqlite3_column_int64(q, 0) : dx_day_of(sqlite3_column_int64(q, 0));
        const int64_t at = DX_SPARK_WEEKS - 1 - (last - dx_bucket_of(DX_GRAIN_WEEK, day));
        if (at >= 0 && at < DX_SPARK_WEEKS)
            out->weeks[at] += sqlite3_column_int64(q, 1);
    }
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc weeks_of_key(find_job *f, const row *r, dx_finding_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err,
               "SELECT happened_us, 1 FROM (SELECT DISTINCT attempt FROM finding WHERE key = ?1)"
               " AS f JOIN standing ON standing.attempt = f.attempt",
               SQ_T(dx_str_of(r->last.key))))
        return DX_FAIL;
    return add_weeks(f, q, 0, out, err);
}

static dx_rc weeks_of_diagnosis(find_job *f, const row *r, dx_finding_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const int64_t now = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(f->q->now_us));
    const int64_t from = dx_bucket_day(DX_GRAIN_WEEK, now - DX_SPARK_WEEKS + 1);
    if (!f->sieve.some) {
        for (int64_t w = 0; w < DX_SPARK_WEEKS; w++)
            if (sq_value(f->s, &out->weeks[w], err,
                         "SELECT attempts FROM tally WHERE kind = 2 AND product = ?1 AND grain = 2"
                         " AND bucket = ?2 AND id = ?3",
                         SQ_I(f->sieve.product), SQ_I(now - DX_SPARK_WEEKS + 1 + w),
                         SQ_I(r->last.diagnosis)) == DX_FAIL)
                return DX_FAIL;
        return DX_OK;
    }
    for (size_t i = 0; i < f->sieve.n_servers; i++)
        if (sq_ask(f->s, &q, err,
                   "SELECT day, attempts FROM cell WHERE server = ?1 AND what = ?2 AND day >= ?3",
                   SQ_I(f->sieve.servers[i]), SQ_I(SQ_WHAT(SQ_DIAGNOSIS, r->last.diagnosis)),
                   SQ_I(from)) ||
            add_weeks(f, q, 1, out, err))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc fill_row(find_job *f, const row *r, dx_finding_row *out, dx_err *err)
{
    out->standing = r->standing;
    out->state = r->last.state;
    out->servers = r->servers;
    out->attempts = r->attempts;
    out->findings = r->keys;
    out->first_us = r->first_us;
    out->last_us = r->last.last_us;
    if (!f->q->by_diagnosis) {
        out->key = dx_arena_copy(f->into, dx_str_of(r->last.key));
        if (!out->key.p)
            return dx_nomem(err);
    }
    if (fill_texts(f, r, out, err))
        return DX_FAIL;
    return f->q->by_diagnosis ? weeks_of_diagnosis(f, r, out, err) : weeks_of_key(f, r, out, err);
}

/* ---- the question ---- */

static dx_rc known_or_none(find_job *f, dx_str text, int64_t *id, dx_err *err)
{
    if (!text.n)
        return DX_OK;
    const dx_rc rc = sq_term_known(f->s, text, id, err);
    f->sieve.nothing |= rc == DX_END;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc find(find_job *f, dx_err *err)
{
    if (sq_sums_flush(f->s, err) || sq_sieve_make(f->s, &f->q->where, f->scratch, &f->sieve, err) ||
        known_or_none(f, f->q->diagnosis, &f->diagnosis, err) ||
        known_or_none(f, f->q->cause_class, &f->cause, err) || load_resolved(f, err) ||
        load_silenced(f, err) || (!f->sieve.nothing && read_keys(f, err)))
        return DX_FAIL;
    if (!sort_all(f))
        return dx_nomem(err);
    const size_t skip = f->q->skip < f->n ? f->q->skip : f->n;
    const size_t top = f->q->top ? f->q->top : TOP, n = f->n - skip < top ? f->n - skip : top;
    dx_finding_row *rows = dx_arena_get(f->into, (n + 1) * sizeof *rows);
    if (!rows)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (fill_row(f, &f->p[skip + i], &rows[i], err))
            return DX_FAIL;
    f->out.rows = rows;
    f->out.n = n;
    return DX_OK;
}

dx_rc sq_findings(dx_store *base, const dx_findings_query *q, dx_arena *into, dx_findings *out,
                  dx_err *err)
{
    find_job f = {.s = (sq_store *)base, .q = q, .into = into, .scratch = dx_arena_new(0)};
    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d findings at a time", MOST_ROWS);
    if (!f.scratch)
        return dx_nomem(err);
    const dx_rc rc = find(&f, err);
    if (rc == DX_OK)
        *out = f.out;
    sq_grid_close(&f.silenced);
    sq_grid_close(&f.servers);
    sq_grid_close(&f.causes);
    dx_arena_free(f.scratch);
    return rc;
}

/* ---- one of them ---- */

static dx_rc key_row_of(find_job *f, dx_str key, row *out, dx_err *err)
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
    key_row k;
    read_key(q, &k);
    sq_done(q);
    k.standing = standing_of(f, &k);
    *out = (row){.last = k,
                 .first_us = k.first_us,
                 .attempts = k.attempts,
                 .servers = 1,
                 .keys = 1,
                 .standing = k.standing};
    return DX_OK;
}

static dx_rc page(find_job *f, dx_str key, dx_finding_page *out, dx_err *err)
{
    const dx_attempts_query attempts = {
        .key = key, .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}, .top = 200};
    row r;
    if (sq_sums_flush(f->s, err) || load_resolved(f, err) || load_silenced(f, err))
        return DX_FAIL;
    const dx_rc rc = key_row_of(f, key, &r, err);
    if (rc != DX_OK)
        return rc;
    if (fill_row(f, &r, &out->finding, err) ||
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
    find_job f = {.s = (sq_store *)base, .q = &q, .into = into, .scratch = dx_arena_new(0)};
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
