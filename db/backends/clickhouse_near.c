/* One finding in full: all that is known of its server comes into a store in memory, which then
 * answers as one in a file would.  Only a store that is read asks for it; one that reads logs has
 * its own attempts in the spool. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/sqlite_trend.h"

/* ---- which servers ---- */

typedef struct near {
    dx_str key;     /* of a finding; or else */
    int64_t number; /* of an attempt, for all */
    int64_t id;     /* the latter's number here; 0: it is not there */
    dx_str f[4];    /* and what it is */
    ch_wish wish;
    dx_buf which;
    int64_t other_servers;
} near;

static dx_rc take_server(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    int64_t id;

    (void)ctx;
    return sq_server(l->into, f[0], &id, err) ||
                   sq_do(l->into, err, "INSERT INTO temp.near VALUES (?1)", SQ_I(id))
               ? DX_FAIL
               : DX_OK;
}

/* Keys stand in no text but by chance, and then a server too many is loaded. */
static dx_rc servers_of_key(ch_job *l, dx_str key, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT DISTINCT server FROM (SELECT * FROM attempt FINAL) WHERE gone = 0"
              " AND position(detail, ");
    dx_clickhouse_literal(&l->sql, key);
    ch_add(l, ") > 0 ORDER BY server");
    return ch_rows(l, 1, take_server, NULL, err);
}

static dx_rc ch_take_numbered(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    near *x = ctx;

    for (size_t i = 0; i < 4; i++)
        if (!(x->f[i] = dx_arena_copy(l->arena, f[i])).p)
            return dx_nomem(err);
    return take_server(l, NULL, f, err);
}

static dx_rc server_of_number(ch_job *l, near *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    dx_buf_printf(&l->sql,
                  "SELECT server, format, digest, occurrence FROM (SELECT * FROM attempt FINAL)"
                  " WHERE gone = 0 AND " CH_NUMBER " = %lld LIMIT 1",
                  (long long)x->number);
    return ch_rows(l, 4, ch_take_numbered, x, err);
}

dx_rc ch_near_add(ch_job *l, dx_buf *to, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    size_t n;

    dx_buf_clear(&l->sql);
    ch_add(l, " AND server IN (");
    if (sq_ask_(l->into, &q, err,
                "SELECT name FROM server WHERE coalesce(counts_as, id) IN"
                " (SELECT coalesce(counts_as, server.id) FROM temp.near"
                "  JOIN server ON server.id = near.id) ORDER BY name",
                NULL, 0) ||
        ch_add_names(l, q, &n, err))
        return DX_FAIL;
    ch_add(l, n ? ")" : "'')");
    dx_buf_clear(to);
    dx_buf_add(to, dx_buf_str(&l->sql));
    return to->failed || l->sql.failed ? dx_nomem(err) : DX_OK;
}

/* Which machines logs without a name are of nobody knows, and there may be very many: only those of
 * the logs in which the key stands tell anything of each other. */
static dx_rc add_unknown(ch_job *l, const near *x, dx_buf *to, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_rc rc;

    if (sq_ask(l->into, &q, err,
               "SELECT format.text, lower(hex(digest)), occurrence FROM attempt"
               " JOIN server ON server.id = server JOIN term AS format ON format.id = format"
               " JOIN sighting ON sighting.attempt = attempt.id WHERE name = 'unknown'"
               " AND source IN (SELECT source FROM sighting WHERE attempt IN"
               " (SELECT attempt FROM finding WHERE key = ?1 UNION"
               "  SELECT attempt FROM undecided WHERE key = ?1 UNION SELECT ?2))"
               " ORDER BY attempt.id",
               SQ_T(x->key), SQ_I(x->id)))
        return DX_FAIL;
    dx_buf_add(to, DX_LIT(" AND (server != 'unknown'"));
    while ((rc = sq_next(l->into, q, err)) == DX_OK) {
        dx_buf_add(to, DX_LIT(" OR (format = "));
        dx_clickhouse_literal(to, sq_bytes(q, 0));
        dx_buf_add(to, DX_LIT(" AND digest = "));
        dx_clickhouse_literal(to, sq_bytes(q, 1));
        dx_buf_printf(to, " AND occurrence = %lld)", (long long)sqlite3_column_int64(q, 2));
    }
    sq_done(q);
    dx_buf_char(to, ')');
    return rc == DX_FAIL ? DX_FAIL : to->failed ? dx_nomem(err) : DX_OK;
}

/* How many other servers have the diagnosis. */
static dx_rc count_others(ch_job *l, near *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT uniqExact(host) FROM (SELECT host, r[2] AS key, r[3] AS diagnosis FROM (");
    if (ch_add_findings(l, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")) WHERE diagnosis IN (SELECT diagnosis FROM (SELECT r[2] AS key,"
              " argMax(r[3], (us, of, place, ord)) AS diagnosis FROM (");
    if (ch_add_findings(l, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY key) WHERE key = ");
    dx_clickhouse_literal(&l->sql, x->key);
    ch_add(l, ")");
    return ch_rows(l, 1, ch_take_number, &x->other_servers, err);
}

dx_rc ch_near_make(ch_job *l, dx_err *err)
{
    return sq_do_(l->into, err, "CREATE TEMP TABLE near (id INTEGER NOT NULL)", NULL, 0);
}

static dx_rc load_near(ch_job *l, void *ctx, dx_err *err)
{
    near *x = ctx;

    x->wish = (ch_wish){.needs = CH_ATTEMPTS | CH_DETAILS | CH_BARE | CH_CASES | CH_KEYS};
    if (ch_near_make(l, err) != DX_OK ||
        sq_do_(l->into, err, "CREATE INDEX attempt_by_number ON attempt (top)", NULL, 0) != DX_OK ||
        (x->number ? server_of_number(l, x, err) : servers_of_key(l, x->key, err)) != DX_OK ||
        ch_near_add(l, &x->which, err) != DX_OK)
        return DX_FAIL;
    x->wish.which = dx_buf_str(&x->which);
    if (ch_load_wish(l, &x->wish, err) != DX_OK ||
        (x->f[0].p && ch_attempt_id(l->into, x->f, &x->id, err) == DX_FAIL) ||
        add_unknown(l, x, &x->which, err) != DX_OK ||
        ch_load_contents(l, dx_buf_str(&x->which), err) != DX_OK)
        return DX_FAIL;
    return x->number ? DX_OK : count_others(l, x, err);
}

/* ---- kept for the questions that follow ---- */

void ch_near_close(ch_store *s)
{
    dx_store_close(s->near);
    s->near = NULL;
}

static dx_rc near_of(ch_store *s, dx_str key, int64_t number, dx_err *err)
{
    near x = {.key = key, .number = number};
    ch_asked a;

    ch_near_close(s);
    const dx_rc rc = ch_ask_states(s, CH_NO_TAGS, load_near, &x, &a, err);
    dx_buf_done(&x.which);
    if (rc != DX_OK)
        return DX_FAIL;
    s->near = a.mem;
    s->near_partial = a.partial;
    s->near_others = x.other_servers - 1;
    return DX_OK;
}

/* What an older program sent, or nobody yet, has no content. */
static dx_rc has_content(ch_store *s, dx_str key, int64_t attempt, dx_err *err)
{
    int64_t top;
    const dx_rc rc = sq_value((sq_store *)s->near, &top, err,
                              "SELECT top FROM attempt WHERE id = ?1", SQ_I(attempt));

    return rc == DX_END ? dx_fail(err, DX_E_STORE, DX_NOWHERE,
                                  "what the attempt of %.*s holds was not sent: run 'setupdx db "
                                  "push' where its log was read",
                                  DX_FMT(key))
                        : rc;
}

dx_rc ch_key_attempt(dx_store *base, dx_str key, int64_t *attempt, dx_err *err)
{
    ch_store *s = (ch_store *)base;

    if (!base->read_only || s->scanning)
        return dx_store_key_attempt(s->spool, key, attempt, err);
    if (near_of(s, key, 0, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = dx_store_key_attempt(s->near, key, attempt, err);
    if (rc == DX_END && s->near_partial)
        return ch_may_be_away(key, err);
    return rc == DX_OK ? has_content(s, key, *attempt, err) : rc;
}

static dx_store *who_knows(const ch_store *s)
{
    return s->base.read_only && s->near ? s->near : s->spool;
}

/* By its number for all, which stands in `top`. */
static dx_rc find_near(ch_store *s, int64_t *attempt, dx_err *err)
{
    return s->near ? sq_value((sq_store *)s->near, attempt, err,
                              "SELECT id FROM attempt WHERE top = ?1", SQ_I(*attempt))
                   : DX_END;
}

dx_rc ch_read_case(dx_store *base, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                   dx_err *err)
{
    ch_store *s = (ch_store *)base;
    dx_rc rc = DX_OK;

    if (base->read_only && !s->near && attempt < CH_LEAST_NUMBER)
        rc = DX_END; /* nobody told it */
    if (base->read_only && attempt >= CH_LEAST_NUMBER) {
        rc = find_near(s, &attempt, err);
        if (rc == DX_END)
            rc = near_of(s, DX_LIT(""), attempt, err) == DX_OK ? find_near(s, &attempt, err)
                                                               : DX_FAIL;
    }
    if (rc == DX_END)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "the store has no attempt %lld, or nobody sent what it holds",
                       (long long)attempt);
    return rc == DX_OK ? dx_store_case(who_knows(s), attempt, scan, into, out, err) : DX_FAIL;
}

dx_rc ch_server_attempts(dx_store *base, dx_str server, dx_arena *into, int64_t **ids, size_t *n,
                         dx_err *err)
{
    return dx_store_server_attempts(who_knows((ch_store *)base), server, into, ids, n, err);
}

dx_rc ch_finding(dx_store *base, dx_str key, int64_t now_us, dx_arena *into, dx_finding_page *out,
                 dx_err *err)
{
    ch_store *s = (ch_store *)base;

    if (s->scanning)
        return dx_store_finding(s->spool, key, now_us, into, out, err);
    if (near_of(s, key, 0, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = dx_store_finding(s->near, key, now_us, into, out, err);
    if (rc == DX_OK && (ch_number_for_all((sq_store *)s->near, &out->finding.last_attempt, err) ||
                        ch_number_rows((sq_store *)s->near, into, &out->attempts, err)))
        rc = DX_FAIL;
    if (rc == DX_OK) {
        out->other_servers = s->near_others;
        out->attempts.partial = ch_partial_text(&(ch_asked){.partial = s->near_partial});
    }
    if (!base->read_only)
        ch_near_close(s);
    return rc;
}

/* ---- keys ---- */

typedef struct keys {
    dx_str beginning;
    dx_str *list;
    size_t n, cap;
    dx_arena *into;
} keys;

static dx_rc take_key(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    keys *x = ctx;
    const dx_str key = dx_arena_copy(x->into, f[0]);

    (void)l;
    return key.p && DX_PUSH(x->into, x->list, x->n, x->cap, key) ? DX_OK : dx_nomem(err);
}

/* A key has no byte behind 'f'. */
static dx_rc load_keys(ch_job *l, void *ctx, dx_err *err)
{
    static const ch_column columns[] = {
        {"arrayMap(x -> splitByChar('\\x1f', x)[2], arrayFilter(x -> substring(x, 1, 2) IN"
         " ('F\\x1f', 'V\\x1f'), splitByChar('\\x1e', detail)))",
         "known"}};
    keys *x = ctx;

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT DISTINCT key FROM (SELECT arrayJoin(known) AS key FROM (");
    if (ch_add_once(l, columns, 1, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")) WHERE key >= ");
    dx_clickhouse_literal(&l->sql, x->beginning);
    ch_add(l, " AND key < concat(");
    dx_clickhouse_literal(&l->sql, x->beginning);
    ch_add(l, ", 'g') ORDER BY key LIMIT 9");
    return ch_rows(l, 1, take_key, x, err);
}

static dx_rc load_ticket(ch_job *l, void *ctx, dx_err *err)
{
    keys *x = ctx;

    _Static_assert(DX_NOTE_RESOLVED == 1, "as the statement has it");
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT DISTINCT subject FROM note WHERE kind = 1 AND ticket <> '' AND "
              "lower(ticket) = lower(");
    dx_clickhouse_literal(&l->sql, x->beginning);
    ch_add(l, ") ORDER BY subject LIMIT 9");
    return ch_rows(l, 1, take_key, x, err);
}

static dx_rc look(ch_store *s, ch_load_fn *load, keys *x, dx_err *err)
{
    ch_asked a;

    if (ch_ask_with(s, CH_NO_TAGS, load, x, &a, err) != DX_OK)
        return DX_FAIL;
    dx_store_close(a.mem);
    return x->n == 0 && a.partial ? ch_may_be_away(x->beginning, err) : DX_OK;
}

typedef dx_rc find_fn(dx_store *s, dx_str word, dx_arena *into, dx_str **list, size_t *n,
                      dx_err *err);

/* In the spool while a scan fills it, else in the shared store. */
static dx_rc find(dx_store *base, keys *x, ch_load_fn *load, find_fn *in_spool, dx_str **list,
                  size_t *n, dx_err *err)
{
    ch_store *s = (ch_store *)base;

    if (!base->read_only || s->scanning)
        return in_spool(s->spool, x->beginning, x->into, list, n, err);
    if (look(s, load, x, err) != DX_OK)
        return DX_FAIL;
    *list = x->list;
    *n = x->n;
    return DX_OK;
}

dx_rc ch_find_keys(dx_store *base, dx_str beginning, dx_arena *into, dx_str **list, size_t *n,
                   dx_err *err)
{
    keys x = {.beginning = beginning, .into = into};

    return find(base, &x, load_keys, dx_store_find_keys, list, n, err);
}

dx_rc ch_find_ticket(dx_store *base, dx_str ticket, dx_arena *into, dx_str **list, size_t *n,
                     dx_err *err)
{
    keys x = {.beginning = ticket, .into = into};

    return find(base, &x, load_ticket, dx_store_find_ticket, list, n, err);
}

/* ---- what is known of a diagnosis ---- */

typedef struct history {
    dx_str diagnosis, server;
    dx_history *out;
} history;

static dx_rc take_history(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    history *x = ctx;

    (void)l;
    (void)err;
    *x->out = (dx_history){.servers = ch_number(f[0]),
                           .attempts = ch_number(f[1]),
                           .resolved = ch_number(f[2]),
                           .same_server = ch_number(f[3]),
                           .first_us = ch_number(f[1]) ? ch_number(f[4]) : DX_NO_TIME,
                           .last_us = ch_number(f[1]) ? ch_number(f[5]) : DX_NO_TIME};
    return DX_OK;
}

/* As sq_history has it: servers by the names that logs give them. */
static dx_rc load_history(ch_job *l, void *ctx, dx_err *err)
{
    static const ch_column columns[] = {{"happened_us", "us"}, {CH_FOUND, "found"}};
    history *x = ctx;

    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT count(), sum(n), countIf(last = 3), sumIf(n, own = ");
    dx_clickhouse_literal(&l->sql, x->server);
    ch_add(l, "), min(first_us), max(last_us) FROM (SELECT own, count() AS n, min(us) AS first_us,"
              " max(us) AS last_us, argMax(state, (us, of, place)) AS last FROM"
              " (SELECT own, us, of, place, arrayReduce('min', arrayMap(x ->"
              " toUInt8OrZero(splitByChar('\\x1f', x)[7]), shown)) AS state FROM"
              " (SELECT own, us, of, place, arrayFilter(x -> splitByChar('\\x1f', x)[3] = ");
    ch_add_detail_literal(l, x->diagnosis);
    ch_add(l, ", found) AS shown FROM (");
    if (ch_add_once(l, columns, sizeof columns / sizeof *columns, NULL, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")) WHERE length(shown) > 0) GROUP BY own)");
    return ch_rows(l, 6, take_history, x, err);
}

dx_rc ch_history(dx_store *base, dx_str diagnosis, dx_str server, dx_history *out, dx_err *err)
{
    ch_store *s = (ch_store *)base;
    history x = {diagnosis, server, out};
    ch_asked a;

    if (!base->read_only || s->scanning)
        return dx_store_history(s->spool, diagnosis, server, out, err);
    if (ch_ask_states(s, CH_NO_TAGS, load_history, &x, &a, err) != DX_OK)
        return DX_FAIL;
    dx_store_close(a.mem);
    return DX_OK;
}
