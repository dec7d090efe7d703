/* The tables of a shared store.  One row an attempt: all that lists and sums read travels with it,
 * so that a row is always whole; what it holds beside that stands in `content`, which lists never
 * read. Rows are replaced by newer ones of the same agent and attempt. */
#include "db/backends/clickhouse.h"

static const struct {
    const char *name, *columns, *order, *shard;
} tables[] = {
    {"attempt",
     "agent String, id Int64, version UInt64, gone UInt8, server String, format String,"
     " digest String, occurrence Int64, happened_us Int64, day Int64, product String,"
     " release String, outcome UInt8, failed UInt8, kinds Array(UInt8), names Array(String),"
     " events Array(Int64), diagnosis String, title String, detail String",
     "(agent, id)", "cityHash64(agent, id)"},
    {"content",
     "agent String, id Int64, version UInt64, gone UInt8, server String, format String,"
     " digest String, occurrence Int64, body String",
     "(agent, id)", "cityHash64(agent, id)"},
    {"presence", "server String, agent String, version UInt64", "(server, agent)",
     "cityHash64(server)"},
    {"agreement", "host String, print UInt64, version UInt64", "host", "cityHash64(host)"},
    {"note",
     "at_us Int64, kind UInt8, subject String, what String, ticket String, who String,"
     " until_us Int64, version UInt64",
     "(subject, kind, at_us, what, ticket, who, until_us)", "cityHash64(subject)"},
};

enum { TABLES = sizeof tables / sizeof *tables };

/* With a cluster the rows lie in NAME_local of each shard, and NAME speaks for all of them. */
static void add_local(const dx_clickhouse *c, size_t i, bool copies, dx_buf *sql)
{
    dx_buf_printf(sql,
                  "CREATE TABLE IF NOT EXISTS %s%s (%s) ENGINE = %sReplacingMergeTree(version)"
                  " ORDER BY %s",
                  tables[i].name, dx_clickhouse_cluster(c).n ? "_local" : "", tables[i].columns,
                  copies ? "Replicated" : "", tables[i].order);
}

static void add_distributed(const dx_clickhouse *c, size_t i, dx_buf *sql)
{
    dx_buf_printf(sql,
                  "CREATE TABLE IF NOT EXISTS %s AS %s_local"
                  " ENGINE = Distributed(%.*s, %.*s, %s_local, %s)",
                  tables[i].name, tables[i].name, DX_FMT(dx_clickhouse_cluster(c)),
                  DX_FMT(dx_clickhouse_database(c)), tables[i].name, tables[i].shard);
}

static dx_rc run(dx_clickhouse *c, dx_buf *sql, dx_ch_trouble *trouble, dx_err *err)
{
    const dx_ch_ask ask = {.sql = dx_buf_str(sql), .silent = true, .of_hosts = true};
    dx_buf body = {0};
    const dx_rc rc = sql->failed ? dx_nomem(err) : dx_clickhouse_ask(c, &ask, &body, trouble, err);

    dx_buf_done(&body);
    dx_buf_clear(sql);
    return rc;
}

/* A replicated database makes each table on all its hosts, and what is in it is copied only where
 * the table's engine says so, too.  Who may not look has another one, as far as is known. */
static dx_rc has_copies(dx_clickhouse *c, bool *out, dx_ch_trouble *trouble, dx_err *err)
{
    dx_buf sql = {0}, body = {0};

    dx_buf_printf(&sql, "SELECT engine FROM system.databases WHERE name = '%.*s'",
                  DX_FMT(dx_clickhouse_database(c)));
    dx_rc rc = sql.failed ? dx_nomem(err)
                          : dx_clickhouse_ask(c, &(dx_ch_ask){.sql = dx_buf_str(&sql)}, &body,
                                              trouble, err);
    *out = rc == DX_OK && dx_str_eq(dx_str_trim(dx_buf_str(&body)), DX_LIT("Replicated"));
    if (rc == DX_FAIL && *trouble == DX_CH_REFUSED)
        rc = DX_OK;
    dx_buf_done(&sql);
    dx_buf_done(&body);
    return rc;
}

dx_rc ch_tables_make(dx_clickhouse *c, dx_ch_trouble *trouble, dx_err *err)
{
    dx_buf sql = {0};
    bool copies = false;

    if (*dx_clickhouse_has_tables(c))
        return DX_OK;
    dx_rc rc = has_copies(c, &copies, trouble, err);
    for (size_t i = 0; i < TABLES && rc == DX_OK; i++) {
        add_local(c, i, copies, &sql);
        rc = run(c, &sql, trouble, err);
        if (rc != DX_OK || dx_clickhouse_cluster(c).n == 0)
            continue;
        add_distributed(c, i, &sql);
        rc = run(c, &sql, trouble, err);
    }
    dx_buf_done(&sql);
    *dx_clickhouse_has_tables(c) = rc == DX_OK;
    return rc;
}

dx_rc ch_insert(dx_clickhouse *c, dx_str sql, const dx_buf *rows, dx_ch_trouble *trouble,
                dx_err *err)
{
    enum { INSERT_S = 300 };
    const dx_ch_ask ask = {.sql = sql,
                           .data = dx_buf_str(rows),
                           .wait_for_all = true,
                           .silent = true,
                           .timeout_s = INSERT_S};
    dx_buf body = {0};

    if (rows->failed)
        return dx_nomem(err);
    if (rows->n == 0)
        return DX_OK;
    const dx_rc rc = dx_clickhouse_ask(c, &ask, &body, trouble, err);
    dx_buf_done(&body);
    return rc;
}

dx_rc ch_tables_tell(const dx_clickhouse *c, dx_buf *out, dx_err *err)
{
    for (size_t i = 0; i < TABLES; i++) {
        add_local(c, i, false, out);
        dx_buf_add(out, DX_LIT(";\n"));
        if (dx_clickhouse_cluster(c).n) {
            add_distributed(c, i, out);
            dx_buf_add(out, DX_LIT(";\n"));
        }
    }
    return out->failed ? dx_nomem(err) : DX_OK;
}
