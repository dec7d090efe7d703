/* What questions of a shared store are made of. */
#include <string.h>
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"

void ch_add(ch_job *l, const char *text)
{
    dx_buf_add(&l->sql, dx_str_of(text));
}

dx_rc ch_add_names(ch_job *l, sqlite3_stmt *q, size_t *n, dx_err *err)
{
    dx_rc rc;

    *n = 0;
    while ((rc = sq_next(l->into, q, err)) == DX_OK) {
        if ((*n)++)
            dx_buf_char(&l->sql, ',');
        dx_clickhouse_literal(&l->sql, sq_bytes(q, 0));
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

size_t ch_shown(size_t top, size_t skip)
{
    enum { TOP = 50 };

    return skip + (top ? top : TOP);
}

/* ---- servers ---- */

dx_rc ch_add_hosts(ch_job *l, const dx_str *hosts, size_t n, dx_err *err)
{
    ch_add(l, " IN (");
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *q = NULL;
        size_t names;
        if (i)
            dx_buf_char(&l->sql, ',');
        if (sq_ask(l->into, &q, err,
                   "SELECT ?1 UNION SELECT alias.name FROM server"
                   " JOIN server AS alias ON alias.counts_as = server.id"
                   " WHERE server.name = ?1 ORDER BY 1",
                   SQ_T(hosts[i])) ||
            ch_add_names(l, q, &names, err))
            return DX_FAIL;
    }
    ch_add(l, n ? ")" : "'')");
    return DX_OK;
}

/* As many as the notes tell, and the name itself, of which they may tell nothing. */
static dx_rc where_server(ch_job *l, dx_str server, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    size_t n;

    ch_add(l, " AND server IN (");
    if (sq_ask(l->into, &q, err,
               "SELECT ?1 UNION SELECT name FROM server WHERE coalesce(counts_as, id) ="
               " (SELECT coalesce(counts_as, id) FROM server WHERE name = ?1) ORDER BY 1",
               SQ_T(server)) ||
        ch_add_names(l, q, &n, err))
        return DX_FAIL;
    dx_buf_char(&l->sql, ')');
    return DX_OK;
}

static dx_rc where_tag(ch_job *l, const dx_tag *tag, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    size_t n = 0;

    ch_add(l, " AND server IN (");
    if (sq_ask(l->into, &q, err,
               "SELECT member.name FROM tag JOIN term AS name ON name.id = tag.name"
               " JOIN term AS value ON value.id = tag.value"
               " JOIN server AS member ON coalesce(member.counts_as, member.id) = tag.server"
               " WHERE name.text = ?1 AND value.text = ?2 ORDER BY 1",
               SQ_T(tag->name), SQ_T(tag->value)) ||
        ch_add_names(l, q, &n, err))
        return DX_FAIL;
    ch_add(l, n ? ")" : "'')");
    return DX_OK;
}

dx_rc ch_add_servers(ch_job *l, const dx_trend_filter *w, dx_err *err)
{
    if (w->server.n && where_server(l, w->server, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < w->n_tags; i++)
        if (where_tag(l, &w->tags[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

/* "transform(WHAT, [...], [...], OTHERWISE)" of two lists that belong together, or only OTHERWISE.
 */
static dx_rc add_transform(ch_job *l, const char *what, const char *const lists[2],
                           const char *otherwise, dx_err *err)
{
    const size_t before = l->sql.n;
    size_t n = 0;

    dx_buf_printf(&l->sql, "transform(%s", what);
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *q = NULL;
        ch_add(l, ", [");
        if (sq_ask_(l->into, &q, err, lists[i], NULL, 0) || ch_add_names(l, q, &n, err))
            return DX_FAIL;
        dx_buf_char(&l->sql, ']');
    }
    if (n == 0)
        l->sql.n = before;
    dx_buf_printf(&l->sql, n ? ", %s)" : "%s", otherwise);
    return DX_OK;
}

dx_rc ch_add_host(ch_job *l, dx_err *err)
{
    static const char *const lists[] = {
        "SELECT name FROM server WHERE counts_as IS NOT NULL ORDER BY id",
        "SELECT own.name FROM server JOIN server AS own ON own.id = server.counts_as"
        " ORDER BY server.id",
    };

    return add_transform(l, "server", lists, "server", err);
}

#define SITES                                                                                      \
    " FROM tag JOIN server ON server.id = tag.server JOIN term ON term.id = tag.value"             \
    " WHERE tag.name = (SELECT id FROM term WHERE text = 'site') ORDER BY server.id"

dx_rc ch_add_site(ch_job *l, dx_err *err)
{
    static const char *const lists[] = {"SELECT server.name" SITES, "SELECT term.text" SITES};

    return add_transform(l, "host", lists, "''", err);
}

/* ---- attempts ---- */

/* A row that was sent again since is another one, and told as it was sent. */
void ch_add_rows(ch_job *l)
{
    if (!l->settled) {
        ch_add(l, "(SELECT * FROM attempt FINAL)");
        return;
    }
    ch_add(l, "(SELECT " CH_ROW_HEAD ", transform(concat(agent, ' ', toString(id), ' ',"
              " toString(version)), [");
    dx_buf_add(&l->sql, dx_buf_str(&l->settled->rows));
    ch_add(l, "], [");
    dx_buf_add(&l->sql, dx_buf_str(&l->settled->details));
    ch_add(l, "], detail) AS detail FROM (SELECT * FROM attempt FINAL))");
}

/* Rows that were replaced are left out (FINAL), and what two agents read of the same log is the
 * same attempt.  What was sent last counts: its agent knows what came after. */
static dx_rc begin_once(ch_job *l, const ch_column *columns, size_t n, dx_err *err)
{
    ch_add(l, "SELECT ");
    if (ch_add_host(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " AS host, of, place, server AS own, format, digest, occurrence, " CH_NUMBER
              " AS number");
    for (size_t i = 0; i < n; i++)
        dx_buf_printf(&l->sql, ", w.%zu AS %s", i + 1, columns[i].name);
    ch_add(l, " FROM (SELECT server, format, digest, occurrence, min(agent) AS of,"
              " argMin(id, agent) AS place, argMax(tuple(");
    for (size_t i = 0; i < n; i++)
        dx_buf_printf(&l->sql, "%s%s", i ? ", " : "", columns[i].is);
    ch_add(l, "), version) AS w FROM ");
    ch_add_rows(l);
    ch_add(l, " WHERE gone = 0");
    return DX_OK;
}

static void end_once(ch_job *l)
{
    ch_add(l, " GROUP BY server, format, digest, occurrence)");
}

dx_rc ch_add_once(ch_job *l, const ch_column *columns, size_t n, const dx_trend_filter *where,
                  const sq_window *days, dx_err *err)
{
    enum { MARGIN = 31 };

    if (begin_once(l, columns, n, err) != DX_OK)
        return DX_FAIL;
    if (days)
        dx_buf_printf(&l->sql, " AND day >= %lld AND day <= %lld", (long long)days->from - MARGIN,
                      (long long)days->to + MARGIN);
    if (where && ch_add_servers(l, where, err) != DX_OK)
        return DX_FAIL;
    end_once(l);
    return DX_OK;
}

dx_rc ch_add_once_of(ch_job *l, const ch_column *columns, size_t n, const dx_str *hosts,
                     size_t n_hosts, dx_err *err)
{
    if (begin_once(l, columns, n, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " AND server");
    if (ch_add_hosts(l, hosts, n_hosts, err) != DX_OK)
        return DX_FAIL;
    end_once(l);
    return DX_OK;
}

/* ---- findings ---- */

dx_rc ch_add_findings(ch_job *l, const dx_trend_filter *where, dx_err *err)
{
    static const ch_column columns[] = {
        {"happened_us", "us"}, {"product", "product"}, {CH_FOUND, "found"}};

    ch_add(
        l,
        "SELECT host, of, place, number, us, product, ord, splitByChar('\\x1f', rec) AS r FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, where, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN found AS rec, arrayEnumerate(found) AS ord");
    return DX_OK;
}

/* As sq_cases_of walks: a case begins with the first attempt that shows the diagnosis, and ends
 * with the next good one that does not.  Of cases that begin at one moment the first is known. */
dx_rc ch_add_cases(ch_job *l, const dx_trend_filter *where, dx_err *err)
{
    static const ch_column columns[] = {
        {"happened_us", "us"},
        {"product", "product"},
        {"outcome = 1", "good"},
        {"arrayMap(x -> splitByChar('\\x1f', x)[3], " CH_FOUND ")", "shown"}};

    ch_add(l, "SELECT host, product, diagnosis,"
              " arrayFilter((a, b) -> a != b, begins, arrayPushFront(arrayPopBack(begins),"
              " toInt64(-9223372036854775807))) AS began,"
              " arrayFilter((e, a, b) -> a != b AND e != -9223372036854775807,"
              " arrayResize(ends, length(begins), toInt64(-9223372036854775807)), begins,"
              " arrayPushFront(arrayPopBack(begins), toInt64(-9223372036854775807))) AS ended"
              " FROM (SELECT host, product, diagnosis,"
              " arrayFilter((a, b, c) -> b AND NOT c, times, bad, was) AS begins,"
              " arrayFilter((a, b, c) -> c AND NOT b, times, bad, was) AS ends"
              " FROM (SELECT host, product, diagnosis, arrayMap(x -> x.1, steps) AS times,"
              " arrayMap(x -> has(x.5, diagnosis), steps) AS bad,"
              " arrayPushFront(arrayPopBack(arrayMap(x -> has(x.5, diagnosis), steps)), 0) AS was"
              " FROM (SELECT host, product, diagnosis,"
              " arrayFilter(x -> x.4 OR has(x.5, diagnosis), walk) AS steps"
              " FROM (SELECT host, product, arraySort(groupArray((us, of, place, good, shown)))"
              " AS walk, groupUniqArrayArray(shown) AS every FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, where, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(
        l,
        ") GROUP BY host, product HAVING length(every) > 0) ARRAY JOIN every AS diagnosis" CH_APART
        ")))");
    return DX_OK;
}

dx_rc ch_add_resolved(ch_job *l, const char *key, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const size_t before = l->sql.n;
    size_t n = 0;

    dx_buf_printf(&l->sql, "transform(%s, [", key);
    if (sq_ask_(l->into, &q, err, "SELECT key FROM resolution ORDER BY key", NULL, 0) ||
        ch_add_names(l, q, &n, err))
        return DX_FAIL;
    ch_add(l, "], [");
    if (sq_ask_(l->into, &q, err, "SELECT 'toInt64(' || at_us || ')' FROM resolution ORDER BY key",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    for (size_t i = 0; (rc = sq_next(l->into, q, err)) == DX_OK; i++) {
        dx_buf_add(&l->sql, i ? DX_LIT(",") : DX_NONE);
        dx_buf_add(&l->sql, sq_bytes(q, 0));
    }
    ch_add(l, "], toInt64(0))");
    if (n == 0) {
        l->sql.n = before;
        ch_add(l, "toInt64(0)");
    }
    return rc == DX_END ? DX_OK : DX_FAIL;
}

void ch_add_detail_literal(ch_job *l, dx_str text)
{
    dx_buf inner = {0};

    ch_detail_text(&inner, text);
    dx_clickhouse_literal(&l->sql, dx_buf_str(&inner));
    l->sql.failed |= inner.failed;
    dx_buf_done(&inner);
}

dx_rc ch_number_for_all(sq_store *s, int64_t *attempt, dx_err *err)
{
    int64_t number = *attempt;
    const dx_rc rc =
        sq_value(s, &number, err, "SELECT top FROM attempt WHERE id = ?1", SQ_I(*attempt));

    *attempt = number;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

void *ch_numbered(sq_store *s, dx_arena *into, const void *rows, size_t n, size_t size, size_t at,
                  dx_err *err)
{
    char *copy = dx_arena_get(into, n * size + 1); /* never NULL for no rows */

    if (!copy) {
        dx_nomem(err);
        return NULL;
    }
    if (n > 0)
        memcpy(copy, rows, n * size);
    for (size_t i = 0; i < n; i++)
        if (ch_number_for_all(s, (int64_t *)(copy + i * size + at), err) != DX_OK)
            return NULL;
    return copy;
}
