/* Servers of which several machines know something, and what became of them.
 *
 * `presence` tells who reads logs of a server.  `agreement` keeps for each such server a print of
 * what it was made from: the identities of its attempts and the versions of their rows, added up.
 * Whatever is sent later changes it, so whoever sends last sees all of it, and two who send at once
 * disturb nothing: the print that is kept is that of what was read. */
#include "db/backends/clickhouse_agree.h"
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH_HOSTS = 200, HEAD_FIELDS = 8 };

typedef struct apart {
    dx_str after;
    dx_str *hosts;
    size_t n, cap;
    dx_arena *into;
    dx_buf which;
} apart;

/* ---- servers of which several machines know something ---- */

static dx_rc take_host(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    apart *x = ctx;
    const dx_str host = dx_arena_copy(x->into, f[0]);
    int64_t id;

    if (!host.p || !DX_PUSH(x->into, x->hosts, x->n, x->cap, host))
        return dx_nomem(err);
    return sq_server(l->into, host, &id, err) ||
                   sq_do(l->into, err, "INSERT INTO temp.near VALUES (?1)", SQ_I(id)) ||
                   sq_do(l->into, err, "INSERT INTO temp.apart VALUES (?1, ?2)", SQ_I(id),
                         SQ_T(f[1]))
               ? DX_FAIL
               : DX_OK;
}

/* Names of servers whose logs several machines read. */
static dx_rc add_shared(ch_job *l, dx_err *err)
{
    ch_add(l, "SELECT host FROM (SELECT DISTINCT ");
    if (ch_add_host(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " AS host, agent FROM presence WHERE server NOT IN ('', 'unknown'))"
              " GROUP BY host HAVING count() > 1");
    return DX_OK;
}

/* Mostly there are none, and then nothing else is looked at. */
static dx_rc count_shared(ch_job *l, int64_t *n, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT count() FROM (");
    if (add_shared(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    return ch_rows(l, 1, ch_take_number, n, err);
}

/* "SELECT host, print ..." of those that changed since. */
static dx_rc add_changed(ch_job *l, dx_err *err)
{
    ch_add(l, "SELECT host, toString(print) FROM (SELECT host, sum(p) AS print,"
              " groupUniqArrayArray(agents) AS who FROM (SELECT ");
    if (ch_add_host(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " AS host, groupUniqArray(agent) AS agents, max(version) + toUInt64(occurrence) +"
              " reinterpretAsUInt64(unhex(substring(digest, 1, 16))) AS p"
              " FROM (SELECT * FROM attempt FINAL) WHERE gone = 0 AND ");
    if (ch_add_host(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " GLOBAL IN (");
    if (add_shared(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY server, format, digest, occurrence) GROUP BY host HAVING length(who) > 1)"
              " AS a ALL LEFT JOIN (SELECT host, argMax(print, version) AS agreed FROM agreement"
              " GROUP BY host) AS b USING (host) WHERE print != agreed");
    return DX_OK;
}

/* Begins the question after those that changed; DX_END: nothing is shared. */
static dx_rc begin_changed(ch_job *l, dx_err *err)
{
    int64_t shared = 0;

    if (count_shared(l, &shared, err) != DX_OK)
        return DX_FAIL;
    if (shared == 0)
        return DX_END;
    dx_buf_clear(&l->sql);
    return add_changed(l, err);
}

static dx_rc find_hosts(ch_job *l, apart *x, dx_err *err)
{
    const dx_rc rc = begin_changed(l, err);
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    ch_add(l, " AND host > ");
    dx_clickhouse_literal(&l->sql, x->after);
    dx_buf_printf(&l->sql, " ORDER BY host LIMIT %d", BATCH_HOSTS);
    return ch_rows(l, 2, take_host, x, err);
}

static dx_rc add_print(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    uint64_t *print = ctx;

    (void)l;
    (void)err;
    *print = dx_hash64(f[1], dx_hash64(f[0], *print)) | 1;
    return DX_OK;
}

dx_rc ch_unsettled(ch_job *l, uint64_t *print, dx_err *err)
{
    *print = 0;
    const dx_rc rc = begin_changed(l, err);
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    ch_add(l, " ORDER BY host");
    return ch_rows(l, 2, add_print, print, err);
}

/* ---- their rows as they were sent ---- */

/* The rest of a row behind n fields. */
static dx_str behind(dx_str row, size_t n)
{
    dx_str field;

    while (n-- > 0)
        (void)dx_str_next(&row, '\t', &field);
    return row;
}

static dx_rc keep_row(ch_job *l, dx_str row, dx_err *err)
{
    dx_str f[HEAD_FIELDS], head = row;
    int64_t id = 0;

    if (!dx_clickhouse_row(&head, l->scratch, f, HEAD_FIELDS))
        return DX_OK;
    const dx_rc rc = ch_attempt_id(l->into, f + 4, &id, err);
    return rc == DX_OK
               ? sq_do(l->into, err, "INSERT INTO temp.raw VALUES (?1, ?2)", SQ_I(id), SQ_B(row))
               : (rc == DX_END ? DX_OK : DX_FAIL);
}

static dx_rc keep_rows(ch_job *l, dx_str which, dx_err *err)
{
    dx_str rest, row;

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT " CH_ROW_HEAD ", detail FROM (SELECT * FROM attempt FINAL) WHERE gone = 0");
    dx_buf_add(&l->sql, which);
    ch_add(l, " ORDER BY version DESC, agent, id LIMIT 1 BY server, format, digest, occurrence"
              " FORMAT TabSeparated");
    if (ch_fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    while (dx_arena_reset(l->scratch), rest.n && dx_str_next(&rest, '\n', &row))
        if (keep_row(l, row, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc load_apart(ch_job *l, void *ctx, dx_err *err)
{
    static const char *const tables[] = {
        "CREATE TEMP TABLE apart (id INTEGER PRIMARY KEY, print TEXT NOT NULL)",
        "CREATE TEMP TABLE raw (attempt INTEGER PRIMARY KEY, row BLOB NOT NULL)"};
    apart *x = ctx;

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (sq_do_(l->into, err, tables[i], NULL, 0) != DX_OK)
            return DX_FAIL;
    if (ch_near_make(l, err) != DX_OK || find_hosts(l, x, err) != DX_OK ||
        ch_near_add(l, &x->which, err) != DX_OK)
        return DX_FAIL;
    if (x->n == 0)
        return DX_OK;
    ch_wish wish = {.needs = CH_ATTEMPTS | CH_DETAILS | CH_BARE, .which = dx_buf_str(&x->which)};
    return ch_load_wish(l, &wish, err) || ch_load_contents(l, wish.which, err) ||
                   keep_rows(l, wish.which, err)
               ? DX_FAIL
               : DX_OK;
}

dx_rc ch_apart(ch_store *s, dx_str after, dx_arena *into, dx_store **with, dx_str **servers,
               size_t *n, dx_err *err)
{
    apart x = {.after = after, .into = into};
    ch_asked a;
    const dx_rc rc = ch_ask_with(s, CH_NO_TAGS, load_apart, &x, &a, err);

    dx_buf_done(&x.which);
    if (rc != DX_OK)
        return DX_FAIL;
    *servers = x.hosts;
    *n = x.n;
    /* Without a part of what is known nothing can be said of it. */
    if (x.n == 0 || a.partial) {
        dx_store_close(a.mem);
        return DX_END;
    }
    *with = a.mem;
    return DX_OK;
}

/* ---- what changed goes back ---- */

typedef struct agree {
    sq_store *s; /* what was judged */
    dx_arena *scratch;
    dx_buf detail;
    dx_buf *rows, *prints; /* what is to be sent */
    int64_t version;
} agree;

/* A finding with its state as it is now. */
static dx_rc renew(agree *x, int64_t attempt, int64_t ord, dx_str row, bool *changed, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_str field, before = row;

    if (sq_ask(x->s, &q, err, "SELECT state, begun_us FROM finding WHERE attempt = ?1 AND ord = ?2",
               SQ_I(attempt), SQ_I(ord)))
        return DX_FAIL;
    const dx_rc rc = sq_next(x->s, q, err);
    if (rc != DX_OK) {
        dx_buf_add(&x->detail, row);
        return rc == DX_END ? DX_OK : DX_FAIL;
    }
    const size_t from = x->detail.n;
    for (size_t i = 0; i < 6 && dx_str_next(&row, CH_FIELD, &field); i++) {
        dx_buf_add(&x->detail, field);
        dx_buf_char(&x->detail, CH_FIELD);
    }
    dx_buf_printf(&x->detail, "%lld%c", (long long)sqlite3_column_int64(q, 0), CH_FIELD);
    if (sqlite3_column_type(q, 1) != SQLITE_NULL)
        dx_buf_printf(&x->detail, "%lld", (long long)sqlite3_column_int64(q, 1));
    dx_buf_char(&x->detail, CH_FIELD);
    sq_done(q);
    *changed |= !dx_str_eq(dx_str_slice(dx_buf_str(&x->detail), from, x->detail.n), before);
    return DX_OK;
}

static dx_rc renew_all(agree *x, int64_t attempt, dx_str detail, bool *changed, dx_err *err)
{
    dx_str row;
    int64_t findings = 0;

    dx_buf_clear(&x->detail);
    while (detail.n && dx_str_next(&detail, CH_RECORD, &row)) {
        if (row.n && row.p[0] != 'F')
            dx_buf_add(&x->detail, row);
        else if (row.n && renew(x, attempt, findings++, row, changed, err) != DX_OK)
            return DX_FAIL;
        dx_buf_char(&x->detail, CH_RECORD);
    }
    return x->detail.failed ? dx_nomem(err) : DX_OK;
}

/* The same row, one version later. */
static dx_rc send_back(agree *x, int64_t attempt, dx_str row, bool *changed, dx_err *err)
{
    enum { VERSION = 2, DETAIL = 19 };
    const dx_str old = behind(row, DETAIL);
    dx_str detail = old, text = DX_NONE, f[3], head = row;

    *changed = false;
    if (!dx_clickhouse_row(&detail, x->scratch, &text, 1) ||
        renew_all(x, attempt, text, changed, err) != DX_OK || !*changed)
        return *changed ? DX_FAIL : DX_OK;
    for (size_t i = 0; i < 3; i++)
        (void)dx_str_next(&head, '\t', &f[i]);
    dx_buf_printf(x->rows, "%.*s\t%.*s\t%llu\t%.*s", DX_FMT(f[0]), DX_FMT(f[1]),
                  (unsigned long long)ch_number(f[VERSION]) + 1, (int)(head.n - old.n), head.p);
    dx_clickhouse_value(x->rows, dx_buf_str(&x->detail));
    dx_buf_char(x->rows, '\n');
    return x->rows->failed ? dx_nomem(err) : DX_OK;
}

/* All of a server, unless of some attempt nobody sent what it holds. */
static dx_rc agree_on(agree *x, int64_t host, uint64_t print, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_rc rc;

    if (sq_ask(x->s, &q, err,
               "SELECT raw.attempt, row FROM temp.raw JOIN attempt ON attempt.id = raw.attempt"
               " JOIN server ON server.id = server WHERE coalesce(counts_as, server.id) = ?1"
               " AND NOT EXISTS (SELECT 1 FROM attempt AS other JOIN server AS name"
               "  ON name.id = other.server WHERE coalesce(name.counts_as, name.id) = ?1"
               "  AND other.top IS NULL) ORDER BY 1",
               SQ_I(host)))
        return DX_FAIL;
    while ((rc = sq_next(x->s, q, err)) == DX_OK) {
        bool changed;
        dx_arena_reset(x->scratch);
        rc = send_back(x, sqlite3_column_int64(q, 0), sq_bytes(q, 1), &changed, err);
        if (rc != DX_OK)
            break;
        print += changed;
    }
    sq_done(q);
    if (rc != DX_END)
        return DX_FAIL;
    dx_buf_printf(x->prints, "%llu\t%lld\n", (unsigned long long)print, (long long)x->version);
    return DX_OK;
}

static dx_rc agree_all(agree *x, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_rc rc;

    if (sq_ask_(x->s, &q, err,
                "SELECT apart.id, name, print FROM temp.apart JOIN server USING (id) ORDER BY name",
                NULL, 0))
        return DX_FAIL;
    while ((rc = sq_next(x->s, q, err)) == DX_OK) {
        const dx_str text = sq_bytes(q, 2);
        char print[24] = "";
        memcpy(print, text.p, text.n < sizeof print ? text.n : sizeof print - 1);
        dx_clickhouse_value(x->prints, sq_bytes(q, 1));
        dx_buf_char(x->prints, '\t');
        rc = agree_on(x, sqlite3_column_int64(q, 0), strtoull(print, NULL, 10), err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc ch_agreed(dx_store *with, int64_t now_us, dx_buf *rows, dx_buf *prints, dx_err *err)
{
    agree x = {.s = (sq_store *)with,
               .scratch = dx_arena_new(0),
               .rows = rows,
               .prints = prints,
               .version = now_us};
    const dx_rc rc = x.scratch ? agree_all(&x, err) : dx_nomem(err);

    dx_buf_done(&x.detail);
    dx_arena_free(x.scratch);
    return rc == DX_OK && (rows->failed || prints->failed) ? dx_nomem(err) : rc;
}
