/* The inventory of a shared store: the servers of the cluster find those that are listed, and add
 * up what each product did there. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"

enum { MOST_ROWS = 1000 };

/* A server that is told of; its names and tags stand in the store in memory. */
typedef struct listed {
    dx_str host;
    dx_server_product *products;
    size_t n, cap;
    int64_t first_us;
} listed;

typedef struct servers {
    const dx_servers_query *q; /* or */
    dx_str name;               /* of one server */
    int64_t all;
    listed *p;
    size_t n, cap;
    dx_arena *into;
} servers;

/* ---- which servers ---- */

/* Names that only people told of: those of aliases and tags. */
static dx_rc add_told(ch_job *l, dx_err *err)
{
    static const char rest[] = " AS server, toInt64(0) AS us, '' AS product, 0 AS seen";
    const size_t before = l->sql.n;
    sqlite3_stmt *q = NULL;
    size_t n;

    ch_add(l, " UNION ALL SELECT arrayJoin([");
    if (sq_ask_(l->into, &q, err, "SELECT name FROM server ORDER BY name", NULL, 0) ||
        ch_add_names(l, q, &n, err))
        return DX_FAIL;
    ch_add(l, "])");
    ch_add(l, rest);
    if (n == 0)
        l->sql.n = before;
    ch_add(l, " UNION ALL SELECT DISTINCT subject");
    ch_add(l, rest);
    dx_buf_printf(&l->sql, " FROM note WHERE kind = %d", DX_NOTE_TAG);
    return DX_OK;
}

static void add_having(ch_job *l, const dx_servers_query *q)
{
    const dx_trend_filter *w = &q->where;

    if (q->contains.n) {
        ch_add(l, " AND max(positionCaseInsensitive(server, ");
        dx_clickhouse_literal(&l->sql, q->contains);
        ch_add(l, ")) > 0");
    }
    if (w->product.n) {
        ch_add(l, " AND countIf(seen AND product = ");
        dx_clickhouse_literal(&l->sql, w->product);
        ch_add(l, ") > 0");
    }
    if (w->since_us != DX_NO_TIME || w->until_us != DX_NO_TIME)
        ch_add(l, " AND sum(seen) > 0");
    if (w->since_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND maxIf(us, seen) >= %lld", (long long)w->since_us);
    if (w->until_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND maxIf(us, seen) < %lld", (long long)w->until_us);
}

/* A server is told of by any of its names, and filtered by all of its attempts. */
static dx_rc add_hosts(ch_job *l, const dx_servers_query *q, dx_err *err)
{
    static const ch_column columns[] = {{"happened_us", "us"}, {"product", "product"}};
    const dx_trend_filter *w = &q->where;

    ch_add(l, "SELECT ");
    if (ch_add_host(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " AS host FROM (SELECT own AS server, us, product, 1 AS seen FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, w, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (add_told(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") WHERE 1");
    if (ch_add_servers(l, w, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " GROUP BY host HAVING 1");
    add_having(l, q);
    return DX_OK;
}

static dx_rc add_server(servers *x, dx_str host, dx_err *err)
{
    const listed one = {.host = dx_arena_copy(x->into, host), .first_us = DX_NO_TIME};

    return one.host.p && DX_PUSH(x->into, x->p, x->n, x->cap, one) ? DX_OK : dx_nomem(err);
}

static dx_rc take_host(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    int64_t id;

    return sq_server(l->into, f[0], &id, err) == DX_OK ? add_server(ctx, f[0], err) : DX_FAIL;
}

static dx_rc load_hosts(ch_job *l, servers *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT count() FROM (");
    if (add_hosts(l, x->q, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (ch_rows(l, 1, ch_take_number, &x->all, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    if (add_hosts(l, x->q, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql, " ORDER BY host LIMIT %zu, %zu", x->q->skip, ch_shown(x->q->top, 0));
    return ch_rows(l, 1, take_host, x, err);
}

/* ---- what they did ---- */

static dx_rc put_versions(servers *x, dx_server_product *p, dx_str list, dx_arena *scratch,
                          dx_err *err)
{
    dx_str *versions = NULL, one;
    size_t cap = 0;

    while (list.n && dx_str_next(&list, CH_RECORD, &one)) {
        const dx_str version = dx_arena_copy(x->into, ch_detail_plain(one, scratch));
        if (!version.p || !DX_PUSH(x->into, versions, p->n_versions, cap, version))
            return dx_nomem(err);
    }
    p->versions = versions;
    return DX_OK;
}

/* host, product, attempts, failures, first, last, outcome and failed of the last, versions */
enum { PRODUCT_FIELDS = 9 };

static dx_rc take_product(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    servers *x = ctx;
    listed *of = NULL;
    int64_t id;
    const int64_t first_us = ch_number(f[4]), outcome = ch_number(f[6]);
    dx_server_product p = {.product = dx_arena_copy(x->into, f[1]),
                           .attempts = ch_number(f[2]),
                           .failures = ch_number(f[3]),
                           .last_us = ch_number(f[5]),
                           .last_failed = ch_number(f[7]) != 0};

    p.last_outcome = outcome >= 0 && outcome <= DX_CUT_OFF ? (dx_outcome)outcome : DX_UNDECIDED;
    for (size_t i = 0; i < x->n; i++)
        if (dx_str_eq(x->p[i].host, f[0]))
            of = &x->p[i];
    if (of == NULL)
        return DX_OK;
    if (of->first_us == DX_NO_TIME || first_us < of->first_us)
        of->first_us = first_us;
    if (!p.product.p)
        return dx_nomem(err);
    if (sq_server(l->into, f[0], &id, err) || put_versions(x, &p, f[8], l->scratch, err))
        return DX_FAIL;
    return DX_PUSH(x->into, of->products, of->n, of->cap, p) ? DX_OK : dx_nomem(err);
}

/* Versions in the order in which they were first seen. */
static dx_rc load_products(ch_job *l, servers *x, dx_err *err)
{
    static const ch_column columns[] = {{"happened_us", "us"},
                                        {"product", "product"},
                                        {"release", "release"},
                                        {"outcome", "outcome"},
                                        {"failed", "failed"}};
    dx_str *hosts = dx_arena_get(l->arena, (x->n + 1) * sizeof *hosts);

    if (!hosts)
        return dx_nomem(err);
    if (x->n == 0)
        return DX_OK;
    for (size_t i = 0; i < x->n; i++)
        hosts[i] = x->p[i].host;
    if (ch_load_tags_of(l, hosts, x->n, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT host, product, sum(c), sum(f), min(born.1), argMax(last.1, at) AS last_us,"
              " argMax(last.2, at), argMax(last.3, at), arrayStringConcat(arrayMap(x ->"
              " replaceAll(replaceAll(x.2, '\\x1d', '\\x1dd'), '\\x1e', '\\x1de'),"
              " arraySort(groupArrayIf((born, release), release != ''))), '\\x1e')"
              " FROM (SELECT host, product, release, count() AS c, sum(failed) AS f,"
              " min((us, of, place)) AS born, max((us, of, place)) AS at,"
              " argMax((us, outcome, failed), (us, of, place)) AS last FROM (");
    if (ch_add_once_of(l, columns, sizeof columns / sizeof *columns, hosts, x->n, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY host, product, release) GROUP BY host, product ORDER BY host, product");
    return ch_rows(l, PRODUCT_FIELDS, take_product, x, err);
}

static dx_rc load_servers(ch_job *l, void *ctx, dx_err *err)
{
    return load_hosts(l, ctx, err) || load_products(l, ctx, err) ? DX_FAIL : DX_OK;
}

/* ---- answers ---- */

/* By any of its names. */
static dx_rc load_server(ch_job *l, void *ctx, dx_err *err)
{
    servers *x = ctx;
    dx_str own = x->name;
    const dx_rc rc = sq_text(l->into, &own, l->arena, err,
                             "SELECT own.name FROM server"
                             " JOIN server AS own ON own.id = server.counts_as"
                             " WHERE server.name = ?1",
                             SQ_T(x->name));

    return rc == DX_FAIL || add_server(x, own, err) || load_products(l, x, err) ? DX_FAIL : DX_OK;
}

/* DX_END: nobody told of it. */
static dx_rc tell(const ch_asked *a, const listed *of, dx_arena *into, dx_server_row *out,
                  dx_err *err)
{
    const dx_rc rc = dx_store_server(a->mem, of->host, into, out, err);

    if (rc != DX_OK)
        return rc;
    out->products = of->products;
    out->n_products = of->n;
    out->first_us = of->first_us;
    for (size_t i = 0; i < of->n; i++) {
        out->attempts += of->products[i].attempts;
        out->failures += of->products[i].failures;
        if (out->last_us == DX_NO_TIME || of->products[i].last_us > out->last_us)
            out->last_us = of->products[i].last_us;
    }
    return DX_OK;
}

static dx_rc tell_all(const ch_asked *a, const servers *x, dx_servers *out, dx_err *err)
{
    dx_server_row *rows = dx_arena_get(x->into, (x->n + 1) * sizeof *rows);

    if (!rows)
        return dx_nomem(err);
    for (size_t i = 0; i < x->n; i++)
        if (tell(a, &x->p[i], x->into, &rows[i], err) != DX_OK)
            return DX_FAIL;
    *out = (dx_servers){.n = x->n, .rows = rows, .all = x->all, .partial = ch_partial_text(a)};
    return DX_OK;
}

dx_rc ch_servers(dx_store *s, const dx_servers_query *q, dx_arena *into, dx_servers *out,
                 dx_err *err)
{
    servers x = {.q = q, .into = into};
    ch_asked a;

    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d servers at a time", MOST_ROWS);
    if (ch_ask_with((ch_store *)s, (ch_tags){.of = &q->where}, load_servers, &x, &a, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = tell_all(&a, &x, out, err);
    dx_store_close(a.mem);
    return rc;
}

dx_rc ch_server(dx_store *s, dx_str name, dx_arena *into, dx_server_row *out, dx_err *err)
{
    servers x = {.name = name, .into = into};
    ch_asked a;

    if (ch_ask_with((ch_store *)s, CH_NO_TAGS, load_server, &x, &a, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = tell(&a, &x.p[0], into, out, err);
    if (rc == DX_OK)
        out->partial = ch_partial_text(&a);
    else if (rc == DX_END && a.partial)
        rc = ch_may_be_away(name, err);
    dx_store_close(a.mem);
    return rc;
}
