/* The inventory of servers, and the map of servers by week. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

enum { TOP = 50, MOST_ROWS = 1000, WEEKS = 12, MOST_WEEKS = 104 };

typedef struct server_ref {
    int64_t id;
    dx_str name;
    int64_t failures, attempts;
} server_ref;

typedef struct servers_job {
    sq_store *s;
    dx_arena *into, *scratch;
    sq_sieve sieve;
    server_ref *p;
    size_t n, cap;
} servers_job;

static int by_name(const void *a, const void *b)
{
    return dx_str_cmp(((const server_ref *)a)->name, ((const server_ref *)b)->name);
}

/* ---- one server ---- */

static dx_rc read_strings(servers_job *j, sqlite3_stmt *q, const dx_str **out, size_t *n,
                          dx_err *err)
{
    dx_str *list = NULL;
    size_t cap = 0;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        dx_str one;
        rc = sq_copy(q, 0, j->into, &one, err);
        if (rc == DX_OK && !DX_PUSH(j->into, list, *n, cap, one))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    *out = list;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc read_tags(servers_job *j, int64_t id, dx_server_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_tag *list = NULL;
    size_t cap = 0;
    if (sq_ask(j->s, &q, err,
               "SELECT name.text, value.text FROM tag JOIN term AS name ON name.id = name"
               " JOIN term AS value ON value.id = value WHERE server = ?1 ORDER BY 1",
               SQ_I(id)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        dx_tag one;
        if (sq_copy(q, 0, j->into, &one.name, err) || sq_copy(q, 1, j->into, &one.value, err) ||
            (!DX_PUSH(j->into, list, out->n_tags, cap, one) && dx_nomem(err))) {
            rc = DX_FAIL;
            break;
        }
    }
    sq_done(q);
    out->tags = list;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* Rows by product and time: the last row of a product is its last attempt. */
typedef struct product_walk {
    dx_server_product *list;
    size_t n, cap, cap_versions;
    dx_str *versions; /* of the product in hand */
} product_walk;

static dx_rc walk_product(servers_job *j, product_walk *w, sqlite3_stmt *q, dx_err *err)
{
    const dx_str product = sq_bytes(q, 0), version = sq_bytes(q, 1);
    dx_server_product *p = w->n ? &w->list[w->n - 1] : NULL;
    if (!p || !dx_str_eq(p->product, product)) {
        dx_server_product fresh = {.attempts = 0};
        w->versions = NULL;
        w->cap_versions = 0;
        if (sq_copy(q, 0, j->into, &fresh.product, err))
            return DX_FAIL;
        if (!DX_PUSH(j->into, w->list, w->n, w->cap, fresh))
            return dx_nomem(err);
        p = &w->list[w->n - 1];
    }
    p->attempts++;
    p->failures += sqlite3_column_int(q, 4) != 0;
    p->last_failed = sqlite3_column_int(q, 4) != 0;
    p->last_us = sqlite3_column_int64(q, 2);
    p->last_outcome = (dx_outcome)sq_word(q, 3, DX_CUT_OFF);
    for (size_t i = 0; i < p->n_versions; i++)
        if (dx_str_eq(w->versions[i], version))
            return DX_OK;
    dx_str copy;
    if (!version.n)
        return DX_OK;
    if (sq_copy(q, 1, j->into, &copy, err))
        return DX_FAIL;
    if (!DX_PUSH(j->into, w->versions, p->n_versions, w->cap_versions, copy))
        return dx_nomem(err);
    p->versions = w->versions;
    return DX_OK;
}

static dx_rc read_products(servers_job *j, int64_t id, dx_server_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    product_walk w = {.n = 0};
    if (sq_ask(j->s, &q, err,
               "SELECT product.text, version.text, happened_us, outcome, failed FROM standing"
               " JOIN attempt ON attempt.id = standing.attempt"
               " JOIN release ON release.id = standing.release"
               " JOIN term AS product ON product.id = product"
               " JOIN term AS version ON version.id = version WHERE standing.server = ?1"
               " ORDER BY product.text, happened_us, standing.attempt",
               SQ_I(id)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        if ((rc = walk_product(j, &w, q, err)) != DX_OK)
            break;
    sq_done(q);
    out->products = w.list;
    out->n_products = w.n;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static void sum_products(dx_server_row *r)
{
    for (size_t i = 0; i < r->n_products; i++) {
        r->attempts += r->products[i].attempts;
        r->failures += r->products[i].failures;
        if (r->last_us == DX_NO_TIME || r->products[i].last_us > r->last_us)
            r->last_us = r->products[i].last_us;
    }
}

static dx_rc fill_server(servers_job *j, int64_t id, dx_server_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    *out = (dx_server_row){.first_us = DX_NO_TIME, .last_us = DX_NO_TIME};
    if (sq_name(j->s, SQ_SERVER, id, j->into, &out->name, NULL, err) ||
        sq_ask(j->s, &q, err, "SELECT name FROM server WHERE counts_as = ?1 ORDER BY name",
               SQ_I(id)) ||
        read_strings(j, q, &out->aliases, &out->n_aliases, err) || read_tags(j, id, out, err) ||
        read_products(j, id, out, err) ||
        sq_value(j->s, &out->first_us, err,
                 "SELECT min(happened_us) FROM standing WHERE server = ?1", SQ_I(id)) == DX_FAIL)
        return DX_FAIL;
    sum_products(out);
    return DX_OK;
}

dx_rc sq_server_row(dx_store *base, dx_str name, dx_arena *into, dx_server_row *out, dx_err *err)
{
    servers_job j = {.s = (sq_store *)base, .into = into};
    dx_server_row row;
    int64_t id = 0;
    if (sq_sums_flush(j.s, err))
        return DX_FAIL;
    const dx_rc rc = sq_value(
        j.s, &id, err, "SELECT coalesce(counts_as, id) FROM server WHERE name = ?1", SQ_T(name));
    if (rc != DX_OK)
        return rc;
    if (fill_server(&j, id, &row, err))
        return DX_FAIL;
    *out = row;
    return DX_OK;
}

/* ---- all servers ---- */

static dx_rc fits(servers_job *j, const dx_servers_query *q, int64_t id, bool *out, dx_err *err)
{
    int64_t last = DX_NO_TIME, one;
    *out = sq_sieve_server(&j->sieve, id);
    if (*out && (q->where.since_us != DX_NO_TIME || q->where.until_us != DX_NO_TIME)) {
        if (sq_value(j->s, &last, err, "SELECT max(happened_us) FROM standing WHERE server = ?1",
                     SQ_I(id)) == DX_FAIL)
            return DX_FAIL;
        *out = last != DX_NO_TIME &&
               (q->where.since_us == DX_NO_TIME || last >= q->where.since_us) &&
               (q->where.until_us == DX_NO_TIME || last < q->where.until_us);
    }
    if (!*out || !j->sieve.product)
        return DX_OK;
    const dx_rc rc = sq_value(j->s, &one, err,
                              "SELECT 1 FROM standing WHERE server = ?1 AND of_product = ?2"
                              " LIMIT 1",
                              SQ_I(id), SQ_I(j->sieve.product));
    *out = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc find_servers(servers_job *j, const dx_servers_query *q, dx_err *err)
{
    sqlite3_stmt *st = NULL;
    /* An alias leads to its server, whose name stands for both. */
    if (sq_ask_(j->s, &st, err,
                "SELECT self.id, self.name, server.name FROM server"
                " JOIN server AS self ON self.id = coalesce(server.counts_as, server.id)"
                " ORDER BY self.name, self.id, server.name",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, st, err)) == DX_OK) {
        server_ref r = {.id = sqlite3_column_int64(st, 0)};
        bool in;
        if ((j->n && j->p[j->n - 1].id == r.id) ||
            (q->contains.n && dx_str_ifind(sq_bytes(st, 2), q->contains, 0) == SIZE_MAX))
            continue;
        if ((rc = fits(j, q, r.id, &in, err)) != DX_OK)
            break;
        if (in && !DX_PUSH(j->scratch, j->p, j->n, j->cap, r)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(st);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc list_servers(servers_job *j, const dx_servers_query *q, dx_servers *out, dx_err *err)
{
    const size_t top = q->top ? q->top : TOP;
    if (sq_sums_flush(j->s, err) || sq_sieve_make(j->s, &q->where, j->scratch, &j->sieve, err) ||
        (!j->sieve.nothing && find_servers(j, q, err)))
        return DX_FAIL;
    const size_t skip = q->skip < j->n ? q->skip : j->n;
    const size_t n = j->n - skip < top ? j->n - skip : top;
    dx_server_row *rows = dx_arena_get(j->into, (n + 1) * sizeof *rows);
    if (!rows)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (fill_server(j, j->p[skip + i].id, &rows[i], err))
            return DX_FAIL;
    *out = (dx_servers){.n = n, .rows = rows, .all = (int64_t)j->n};
    return DX_OK;
}

dx_rc sq_servers(dx_store *base, const dx_servers_query *q, dx_arena *into, dx_servers *out,
                 dx_err *err)
{
    servers_job j = {.s = (sq_store *)base, .into = into, .scratch = dx_arena_new(0)};
    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d servers at a time", MOST_ROWS);
    if (!j.scratch)
        return dx_nomem(err);
    const dx_rc rc = list_servers(&j, q, out, err);
    dx_arena_free(j.scratch);
    return rc;
}

/* ---- servers by week ---- */

typedef struct heat_job {
    servers_job base;
    const dx_heat_query *q;
    int64_t first, n_weeks;
    sq_spread_row *lists;
    size_t n_lists, n_front; /* n_front: so many servers are in order */
    dx_trend_cell *sum;      /* by server */
    uint32_t *shown;         /* by server: its row of the map, from 1 on; 0: none */
    size_t n_servers;
    dx_heat_cell *cells; /* of all rows */
} heat_job;

/* Of all attempts, or of those with a diagnosis. */
static dx_rc heat_what(heat_job *h, int64_t *what, dx_err *err)
{
    int64_t diagnosis = 0;
    *what = SQ_WHAT(SQ_ALL, 0);
    if (!h->q->diagnosis.n)
        return DX_OK;
    const dx_rc rc = sq_term_known(h->base.s, h->q->diagnosis, &diagnosis, err);
    *what = SQ_WHAT(SQ_DIAGNOSIS, diagnosis);
    return rc;
}

static void sum_list(heat_job *h, const sq_spread_row *list)
{
    sq_mentions at = sq_mentions_of(list, NULL);
    while (sq_mentions_next(&at))
        if ((uint64_t)at.server < h->n_servers)
            sq_cell_add(&h->sum[at.server], &at.list.now);
}

static dx_rc heat_read(heat_job *h, dx_err *err)
{
    int64_t what;
    size_t n = 0;
    dx_rc rc = heat_what(h, &what, err);
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    const sq_window weeks = {.from = h->first, .to = h->first + h->n_weeks - 1};
    rc = sq_spread_rows(h->base.s, what, &weeks, NULL, h->base.scratch, &h->lists, &n, err);
    for (size_t i = 0; i < n && rc == DX_OK; i++) {
        if (!sq_sieve_release(&h->base.sieve, h->lists[i].release))
            continue;
        sum_list(h, &h->lists[i]);
        h->lists[h->n_lists++] = h->lists[i];
    }
    return rc;
}

static int hotter(const void *a, const void *b)
{
    const server_ref *x = a, *y = b;
    if (x->failures != y->failures)
        return x->failures > y->failures ? -1 : 1;
    if (x->attempts != y->attempts)
        return x->attempts > y->attempts ? -1 : 1;
    return 0;
}

static int hottest(const void *a, const void *b)
{
    const int order = hotter(a, b);
    return order ? order : by_name(a, b);
}

static dx_rc heat_rank(heat_job *h, size_t shown, dx_err *err)
{
    servers_job *j = &h->base;
    for (size_t i = 0; i < h->n_servers; i++) {
        const server_ref r = {(int64_t)i, DX_NONE, h->sum[i].failures, h->sum[i].attempts};
        if (r.attempts && sq_sieve_server(&j->sieve, r.id) &&
            !DX_PUSH(j->scratch, j->p, j->n, j->cap, r))
            return dx_nomem(err);
    }
    h->n_front = sq_sort_front(j->p, j->n, sizeof *j->p, shown, hotter);
    return DX_OK;
}

static dx_rc read_names(servers_job *j, server_ref *p, size_t n, dx_err *err)
{
    const sq_rows ids = {.p = &p->id, .n = n, .width = sizeof *p / sizeof(int64_t)};
    sqlite3_stmt *q = NULL;
    if (sq_ask(j->s, &q, err, "SELECT (SELECT name FROM server WHERE id = a) FROM sq_rows(?1)",
               SQ_R(&ids)))
        return DX_FAIL;
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        if ((rc = sq_next(j->s, q, err)) == DX_OK)
            rc = sq_copy(q, 0, j->into, &p[i].name, err);
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* Names decide among equals, so beyond the page they are only read where equals meet its edges. */
static dx_rc heat_names(heat_job *h, size_t from, size_t until, dx_err *err)
{
    servers_job *j = &h->base;
    const size_t end = until;
    if (from == until)
        return DX_OK;
    while (until < h->n_front && hotter(&j->p[until - 1], &j->p[until]) == 0)
        until++;
    while (from > 0 && hotter(&j->p[from - 1], &j->p[from]) == 0)
        from--;
    if (read_names(j, j->p + from, until - from, err))
        return DX_FAIL;
    sq_sort_front(j->p + from, until - from, sizeof *j->p, end - from, hottest);
    return DX_OK;
}

static dx_rc heat_row(heat_job *h, const server_ref *r, size_t at, dx_heat_row *out, dx_err *err)
{
    int64_t site;
    h->shown[r->id] = (uint32_t)at + 1;
    *out = (dx_heat_row){.server = r->name,
                         .attempts = r->attempts,
                         .failures = r->failures,
                         .cell = h->cells + at * (size_t)h->n_weeks};
    if (sq_site(h->base.s, r->id, &site, err))
        return DX_FAIL;
    return site ? sq_term_text(h->base.s, site, h->base.into, &out->site, err) : DX_OK;
}

/* Servers that are shown are few, so their weeks are read when it is known which these are. */
static void heat_cells(heat_job *h)
{
    for (size_t i = 0; i < h->n_lists; i++) {
        const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, h->lists[i].monday) - h->first;
        sq_mentions at = sq_mentions_of(&h->lists[i], NULL);
        while (sq_mentions_next(&at)) {
            const uint32_t row = (uint64_t)at.server < h->n_servers ? h->shown[at.server] : 0;
            if (!row)
                continue;
            dx_heat_cell *cell = &h->cells[(int64_t)(row - 1) * h->n_weeks + week];
            cell->attempts += at.list.now.attempts;
            cell->failures += at.list.now.failures;
        }
    }
}

static dx_rc heat_weeks(heat_job *h, dx_heat *out, dx_err *err)
{
    dx_trend_bucket *weeks = dx_arena_get(h->base.into, (size_t)h->n_weeks * sizeof *weeks);
    if (!weeks)
        return dx_nomem(err);
    for (int64_t i = 0; i < h->n_weeks; i++) {
        char name[32];
        dx_bucket_name(DX_GRAIN_WEEK, h->first + i, name);
        weeks[i] = (dx_trend_bucket){dx_arena_copy(h->base.into, dx_str_of(name)),
                                     dx_bucket_day(DX_GRAIN_WEEK, h->first + i) * DX_DAY_US,
                                     dx_bucket_day(DX_GRAIN_WEEK, h->first + i + 1) * DX_DAY_US};
        if (!weeks[i].name.p)
            return dx_nomem(err);
    }
    out->weeks = weeks;
    out->n_weeks = (size_t)h->n_weeks;
    return DX_OK;
}

static dx_rc heat_room(heat_job *h, dx_err *err)
{
    if (sq_server_count(h->base.s, &h->n_servers, err))
        return DX_FAIL;
    h->sum = dx_arena_get(h->base.scratch, (h->n_servers + 1) * sizeof *h->sum);
    h->shown = dx_arena_get(h->base.scratch, (h->n_servers + 1) * sizeof *h->shown);
    return h->sum && h->shown ? DX_OK : dx_nomem(err);
}

static dx_rc heat(heat_job *h, dx_heat *out, dx_err *err)
{
    servers_job *j = &h->base;
    const size_t top = h->q->top ? h->q->top : TOP;
    if (sq_sums_flush(j->s, err) || sq_sieve_make(j->s, &h->q->where, j->scratch, &j->sieve, err) ||
        heat_weeks(h, out, err))
        return DX_FAIL;
    if (heat_room(h, err) || (!j->sieve.nothing && heat_read(h, err)) ||
        heat_rank(h, h->q->skip < SIZE_MAX - top ? h->q->skip + top : 0, err))
        return DX_FAIL;
    const size_t skip = h->q->skip < j->n ? h->q->skip : j->n;
    const size_t n = j->n - skip < top ? j->n - skip : top;
    dx_heat_row *rows = dx_arena_get(j->into, (n + 1) * sizeof *rows);
    h->cells = dx_arena_get(j->into, (n + 1) * (size_t)h->n_weeks * sizeof *h->cells);
    if (!rows || !h->cells)
        return dx_nomem(err);
    if (heat_names(h, skip, skip + n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (heat_row(h, &j->p[skip + i], i, &rows[i], err))
            return DX_FAIL;
    heat_cells(h);
    out->rows = rows;
    out->n = n;
    out->all = (int64_t)j->n;
    return DX_OK;
}

dx_rc sq_heat(dx_store *base, const dx_heat_query *q, dx_arena *into, dx_heat *out, dx_err *err)
{
    dx_heat answer = {.n = 0};
    heat_job h = {.base = {.s = (sq_store *)base, .into = into},
                  .q = q,
                  .n_weeks = q->weeks ? q->weeks : WEEKS};
    if (h.n_weeks > MOST_WEEKS || q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "a map shows at most %d servers and %d weeks",
                       MOST_ROWS, MOST_WEEKS);
    h.first = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(q->now_us)) - h.n_weeks + 1;
    if (!(h.base.scratch = dx_arena_new(0)))
        return dx_nomem(err);
    const dx_rc rc = heat(&h, &answer, err);
    if (rc == DX_OK)
        *out = answer;
    dx_arena_free(h.base.scratch);
    return rc;
}
