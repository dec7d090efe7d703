/* A question's filter and window in the store's own numbers. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

/* ---- lists of ids ---- */

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* In an ascending list. */
static bool is_listed(const int64_t *list, size_t n, int64_t id)
{
    return n && bsearch(&id, list, n, sizeof *list, by_number);
}

bool sq_sieve_release(const sq_sieve *f, int64_t release)
{
    return !f->product || is_listed(f->releases, f->n_releases, release);
}

bool sq_sieve_server(const sq_sieve *f, int64_t server)
{
    return !f->some || is_listed(f->servers, f->n_servers, server);
}

/* ---- filters ---- */

dx_rc sq_term_known(sq_store *s, dx_str text, int64_t *id, dx_err *err)
{
    return sq_value(s, id, err, "SELECT id FROM term WHERE text = ?1", SQ_T(text));
}

/* Keeps those of the present servers that are in the list, or takes it when all were allowed. */
static dx_rc narrow(sq_sieve *f, int64_t *list, size_t n, dx_arena *into, dx_err *err)
{
    int64_t *kept = dx_arena_get(into, (n + 1) * sizeof *kept);
    size_t k = 0;
    if (!kept)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (sq_sieve_server(f, list[i]))
            kept[k++] = list[i];
    f->some = true;
    f->servers = kept;
    f->n_servers = k;
    f->nothing |= k == 0;
    return DX_OK;
}

static dx_rc keep_server(sq_store *s, dx_str name, dx_arena *into, sq_sieve *f, dx_err *err)
{
    int64_t id = 0;
    const dx_rc rc = sq_value(
        s, &id, err, "SELECT coalesce(counts_as, id) FROM server WHERE name = ?1", SQ_T(name));
    return rc == DX_FAIL ? DX_FAIL : narrow(f, &id, rc == DX_OK, into, err);
}

static dx_rc keep_tag(sq_store *s, const dx_tag *tag, dx_arena *into, sq_sieve *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t *list;
    size_t n;
    if (sq_ask(s, &q, err,
               "SELECT server FROM tag WHERE name = (SELECT id FROM term WHERE text = ?1)"
               " AND value = (SELECT id FROM term WHERE text = ?2) ORDER BY server",
               SQ_T(tag->name), SQ_T(tag->value)) ||
        sq_numbers(s, q, into, &list, &n, err))
        return DX_FAIL;
    return narrow(f, list, n, into, err);
}

static dx_rc keep_product(sq_store *s, dx_str product, dx_arena *into, sq_sieve *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t *list;
    const dx_rc rc = sq_term_known(s, product, &f->product, err);
    if (rc != DX_OK) {
        f->nothing = true;
        return rc == DX_END ? DX_OK : DX_FAIL;
    }
    if (sq_ask(s, &q, err, "SELECT id FROM release WHERE product = ?1 ORDER BY id",
               SQ_I(f->product)) ||
        sq_numbers(s, q, into, &list, &f->n_releases, err))
        return DX_FAIL;
    f->releases = list;
    f->nothing |= f->n_releases == 0;
    return DX_OK;
}

dx_rc sq_sieve_make(sq_store *s, const dx_trend_filter *where, dx_arena *into, sq_sieve *out,
                    dx_err *err)
{
    sq_sieve f = {.product = 0};
    if (where->server.n && keep_server(s, where->server, into, &f, err))
        return DX_FAIL;
    for (size_t i = 0; i < where->n_tags; i++)
        if (keep_tag(s, &where->tags[i], into, &f, err))
            return DX_FAIL;
    if (where->product.n && keep_product(s, where->product, into, &f, err))
        return DX_FAIL;
    *out = f;
    return DX_OK;
}

/* ---- the window ---- */

static dx_rc ends(sq_store *s, int64_t *first, int64_t *last, dx_err *err)
{
    *first = 0;
    *last = -1;
    if (sq_value(s, first, err,
                 "SELECT bucket FROM tally WHERE kind = 0 AND product = 0 AND grain = ?1"
                 " ORDER BY bucket LIMIT 1",
                 SQ_I(DX_GRAIN_DAY)) == DX_FAIL)
        return DX_FAIL;
    return sq_value(s, last, err,
                    "SELECT bucket FROM tally WHERE kind = 0 AND product = 0 AND grain = ?1"
                    " ORDER BY bucket DESC LIMIT 1",
                    SQ_I(DX_GRAIN_DAY)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

/* A log whose clock was wrong must not stretch the window into the next century. */
static int64_t sane_end(const sq_store *s, int64_t first, int64_t last)
{
    const int64_t soon = dx_day_of(s->now_us) + 7;
    return s->now_us > 0 && last > soon && first <= soon ? soon : last;
}

dx_rc sq_window_make(sq_store *s, const dx_trend_filter *where, dx_grain grain, int64_t most,
                     sq_window *out, dx_err *err)
{
    int64_t first, last;
    if (ends(s, &first, &last, err))
        return DX_FAIL;
    sq_window w = {.from = first, .to = sane_end(s, first, last)};
    if (where->since_us != DX_NO_TIME)
        w.from = dx_day_of(where->since_us);
    if (where->until_us != DX_NO_TIME)
        w.to = dx_day_of(where->until_us - 1);
    if (w.from <= w.to) {
        const int64_t b1 = dx_bucket_of(grain, w.to);
        int64_t b0 = dx_bucket_of(grain, w.from);
        if (b1 - b0 >= most && where->since_us != DX_NO_TIME)
            return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                           "the window holds %lld steps, at most %lld can be told apart; take "
                           "larger steps or a later beginning",
                           (long long)(b1 - b0 + 1), (long long)most);
        if (b1 - b0 >= most)
            b0 = b1 - most + 1;
        w.from = dx_bucket_day(grain, b0);
        w.to = dx_bucket_day(grain, b1 + 1) - 1;
    }
    w.open = w.to >= last;
    w.all = w.open && w.from <= first;
    *out = w;
    return DX_OK;
}

/* ---- names ---- */

/* Empty when nothing has that id. */
static dx_rc named(sq_store *s, const char *sql, int64_t id, dx_arena *into, dx_str *out,
                   dx_err *err)
{
    *out = DX_NONE;
    return sq_text_(s, out, into, err, sql, &SQ_I(id), 1) == DX_FAIL ? DX_FAIL : DX_OK;
}

dx_rc sq_term_text(sq_store *s, int64_t id, dx_arena *into, dx_str *out, dx_err *err)
{
    return named(s, "SELECT text FROM term WHERE id = ?1", id, into, out, err);
}

dx_rc sq_release_name(sq_store *s, int64_t release, dx_arena *into, dx_str *out, dx_err *err)
{
    return named(s,
                 "SELECT trim(product.text || ' ' || version.text) FROM release"
                 " JOIN term AS product ON product.id = product"
                 " JOIN term AS version ON version.id = version WHERE release.id = ?1",
                 release, into, out, err);
}

static const char *name_query(sq_kind kind)
{
    switch (kind) {
    case SQ_SIGNATURE:
        return "SELECT name FROM signature WHERE id = ?1";
    case SQ_PATTERN:
        return "SELECT text FROM pattern WHERE id = ?1";
    case SQ_SERVER:
        return "SELECT name FROM server WHERE id = ?1";
    case SQ_ALL:
    case SQ_DIAGNOSIS:
    case SQ_CAUSE:
    case SQ_CODE:
    case SQ_EACH_SIGNATURE:
    case SQ_KINDS:
        break;
    }
    return "SELECT text FROM term WHERE id = ?1";
}

dx_rc sq_name(sq_store *s, sq_kind kind, int64_t id, dx_arena *into, dx_str *name, dx_str *title,
              dx_err *err)
{
    if (named(s, name_query(kind), id, into, name, err))
        return DX_FAIL;
    if (!title)
        return DX_OK;
    *title = *name;
    /* The title that the last finding of a diagnosis had. */
    return kind == SQ_DIAGNOSIS &&
                   sq_text(s, title, into, err,
                           "SELECT title FROM finding JOIN wording ON wording.id = wording"
                           " WHERE diagnosis = ?1 ORDER BY attempt DESC LIMIT 1",
                           SQ_I(id)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

/* ---- sites ---- */

/* Servers come site by site. */
static bool put_site(sq_sites *sites, size_t *cap, int64_t server, int64_t site, dx_arena *into)
{
    if (sites->ids[sites->n - 1] != site && !DX_PUSH(into, sites->ids, sites->n, *cap, site))
        return false;
    if ((uint64_t)server < sites->n_servers)
        sites->of[server] = (uint32_t)(sites->n - 1);
    return true;
}

dx_rc sq_sites_read(sq_store *s, dx_arena *into, sq_sites *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    sq_sites sites = {.n = 0};
    size_t cap = 0;
    if (sq_server_count(s, &sites.n_servers, err))
        return DX_FAIL;
    sites.of = dx_arena_get(into, (sites.n_servers + 1) * sizeof *sites.of);
    if (!sites.of || !DX_PUSH(into, sites.ids, sites.n, cap, 0))
        return dx_nomem(err);
    if (sq_ask_(s, &q, err,
                "SELECT server, value FROM tag INDEXED BY tag_by_value"
                " WHERE name = (SELECT id FROM term WHERE text = 'site') ORDER BY value",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if (!put_site(&sites, &cap, sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1), into)) {
            rc = dx_nomem(err);
            break;
        }
    sq_done(q);
    *out = sites;
    return rc == DX_END ? DX_OK : DX_FAIL;
}
