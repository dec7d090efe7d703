/* The inbox of a shared store: the servers find out how each key stands, count, and pick the rows
 * that are shown; only those come here, where they are told of as those of a store in a file. */
#include <stdlib.h>
#include <string.h>
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_inbox.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/sqlite_inbox.h"

/* ---- how a key stands ---- */

static dx_rc add_silenced(ch_job *l, int64_t now_us, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    size_t n = 0;

    ch_add(l, "diagnosis IN ('',");
    if (sq_ask(l->into, &q, err,
               "SELECT text FROM silence JOIN term ON term.id = diagnosis WHERE until_us > ?1"
               " ORDER BY text",
               SQ_I(now_us)) ||
        ch_add_names(l, q, &n, err))
        return DX_FAIL;
    if (n == 0)
        l->sql.n--;
    ch_add(l, ")");
    return DX_OK;
}

/* As sq_standing_of has it. */
static dx_rc add_standing(ch_job *l, int64_t now_us, dx_err *err)
{
    ch_add(l, "multiIf(");
    if (add_silenced(l, now_us, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql,
                  ", %d, state = %d, %d, if(told != 0, told < last_us, again), %d,"
                  " state != %d OR told != 0, %d, first_us >= %lld, %d, %d)",
                  DX_STAND_SILENCED, DX_RESOLVED, DX_STAND_VERIFIED, DX_STAND_REGRESSED, DX_OPEN,
                  DX_STAND_PENDING, (long long)(now_us - DX_WEEK_US), DX_STAND_NEW, DX_STAND_KNOWN);
    return DX_OK;
}

/* What the last attempt that shows a key tells of it, as read_seen has it. */
static dx_rc add_keys(ch_job *l, const dx_trend_filter *where, dx_err *err)
{
    ch_add(l, "SELECT key, attempts, first_us, t.1 AS last_us, t.2 AS host, t.3 AS product,"
              " t.4 AS diagnosis, t.5 AS cause, t.6 AS title, t.7 AS confidence, t.8 AS state,"
              " t.9 AS number"
              " FROM (SELECT r[2] AS key, uniqExact(of, place) AS attempts, min(us) AS first_us,"
              " argMax((us, host, product, r[3], r[4], r[5], toInt64OrZero(r[6]),"
              " toInt64OrZero(r[7]), number), (us, of, place, ord)) AS t FROM (");
    if (ch_add_findings(l, where, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY key)");
    return DX_OK;
}

/* One row a key, with all that the question asks of it. */
dx_rc ch_add_standings(ch_job *l, const dx_findings_query *q, dx_err *err)
{
    ch_add(l, "SELECT *, toUInt8(");
    if (add_standing(l, q->now_us, err) != DX_OK)
        return DX_FAIL;
    ch_add(l,
           ") AS standing FROM (SELECT key, attempts, first_us, last_us, host, product, diagnosis,"
           " cause, title, confidence, state, number, attempts > 1 AND"
           " arrayExists(x -> x > first_us AND x < last_us, ended) AS again, ");
    if (ch_add_resolved(l, "key", err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " AS told FROM (");
    if (add_keys(l, &q->where, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") AS k ALL LEFT JOIN (SELECT host, product, diagnosis, ended FROM (");
    if (ch_add_cases(l, &q->where, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")) AS c USING (host, product, diagnosis))");
    return DX_OK;
}

/* ---- which keys are asked for ---- */

/* Diagnoses whose newest attempt has the cause. */
static dx_rc add_of_cause(ch_job *l, dx_str cause, dx_err *err)
{
    ch_add(l, " AND diagnosis IN (SELECT d FROM (SELECT r[3] AS d,"
              " argMax(r[4], (of, place)) AS c FROM (");
    if (ch_add_findings(l, NULL, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") GROUP BY d) WHERE c = ");
    ch_add_detail_literal(l, cause);
    ch_add(l, ")");
    return DX_OK;
}

static dx_rc add_wanted(ch_job *l, const dx_findings_query *q, dx_err *err)
{
    const dx_trend_filter *w = &q->where;

    ch_add(l, " WHERE 1");
    if (q->diagnosis.n) {
        ch_add(l, " AND diagnosis = ");
        ch_add_detail_literal(l, q->diagnosis);
    }
    if (w->since_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND last_us >= %lld", (long long)w->since_us);
    if (w->until_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND last_us < %lld", (long long)w->until_us);
    if (w->product.n) {
        ch_add(l, " AND product = ");
        dx_clickhouse_literal(&l->sql, w->product);
    }
    return q->cause_class.n ? add_of_cause(l, q->cause_class, err) : DX_OK;
}

/* ---- rows ---- */

enum {
    KEY,
    DIAGNOSIS,
    STATE,
    AGAIN,
    LAST,
    FIRST,
    HOST,
    PRODUCT,
    ATTEMPTS,
    CAUSE,
    TITLE,
    CONFIDENCE,
    NUMBER,
    ALL_FIRST,
    ALL_ATTEMPTS,
    SERVERS,
    KEYS,
    STANDINGS,
    ROW_FIELDS
};

static dx_str plain(ch_job *l, dx_str text)
{
    return ch_detail_plain(text, l->scratch);
}

/* The finding that tells the words of a row. */
static dx_rc put_words(ch_job *l, const dx_str *f, const sq_inbox_key *k, dx_err *err)
{
    const dx_str finding[] = {f[KEY],
                              plain(l, f[DIAGNOSIS]),
                              plain(l, f[CAUSE]),
                              plain(l, f[TITLE]),
                              f[CONFIDENCE],
                              f[STATE],
                              DX_NONE};
    int64_t id = 0;

    if (ch_put_bare_finding(l->into, f[HOST], finding, ch_number(f[NUMBER]), &id, err) != DX_OK)
        return DX_FAIL;
    return sq_do(l->into, err,
                 "UPDATE finding_key SET last_finding = ?2, server = ?3, product = ?4,"
                 " diagnosis = ?5 WHERE key = ?1",
                 SQ_T(f[KEY]), SQ_I(id), SQ_I(k->server), SQ_I(k->product), SQ_I(k->diagnosis));
}

static dx_rc read_key(ch_job *l, const dx_str *f, sq_inbox_key *k, dx_err *err)
{
    ch_spot spot = {0};

    *k = (sq_inbox_key){.state = (dx_state)ch_number(f[STATE]),
                        .again = ch_number(f[AGAIN]) != 0,
                        .last_us = ch_number(f[LAST]),
                        .first_us = ch_number(f[FIRST]),
                        .attempts = ch_number(f[ATTEMPTS])};
    if ((unsigned)k->state > DX_RESOLVED)
        k->state = DX_OPEN;
    if (f[KEY].n)
        memcpy(k->key, f[KEY].p, f[KEY].n < SQ_KEY_BYTES ? f[KEY].n : SQ_KEY_BYTES - 1);
    if (ch_spot_of(l->into, f[HOST], f[PRODUCT], DX_LIT(""), &spot, err) ||
        sq_term(l->into, f[PRODUCT], &k->product, err) ||
        sq_term(l->into, plain(l, f[DIAGNOSIS]), &k->diagnosis, err))
        return DX_FAIL;
    k->server = spot.server;
    return DX_OK;
}

static dx_rc take_row(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_inbox *x = ctx;
    sq_inbox_row r = {.first_us = ch_number(f[ALL_FIRST]),
                      .attempts = ch_number(f[ALL_ATTEMPTS]),
                      .servers = ch_number(f[SERVERS]),
                      .keys = ch_number(f[KEYS]),
                      .standings = (unsigned)ch_number(f[STANDINGS])};

    if (read_key(l, f, &r.last, err) != DX_OK || put_words(l, f, &r.last, err) != DX_OK)
        return DX_FAIL;
    if (!x->q->by_diagnosis) {
        r.growth = r.attempts;
        while (r.standing < DX_STAND_VERIFIED && !(r.standings >> r.standing & 1))
            r.standing++;
    }
    return DX_PUSH(x->into, x->rows, x->n, x->cap, r) ? DX_OK : dx_nomem(err);
}

#define KEY_COLUMNS                                                                                \
    "key, diagnosis, state, again, last_us, first_us, host, product, attempts, cause, title,"      \
    " confidence, number"

/* How many keys stand in each way: in the totals of all, behind an empty line. */
static dx_rc take_counts(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    ch_inbox *x = ctx;
    dx_str counts = f[ROW_FIELDS], one;

    (void)l;
    (void)err;
    for (size_t i = 0; i < DX_STANDINGS && dx_str_next(&counts, ',', &one); i++)
        x->standing[i] = ch_number(one);
    return DX_OK;
}

/* Those that are not asked for come last, and are told only to count them. */
static dx_rc take_wanted(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    const ch_inbox *x = ctx;
    const unsigned standing = (unsigned)ch_number(f[STANDINGS]);

    return !x->q->standings || x->q->standings & standing ? take_row(l, ctx, f, err) : DX_OK;
}

static void add_counts(ch_job *l)
{
    ch_add(l, ", arrayStringConcat(arrayMap(x -> toString(x), [");
    for (unsigned i = 0; i < DX_STANDINGS; i++)
        dx_buf_printf(&l->sql, "%scountIf(standing = %u)", i ? ", " : "", i);
    ch_add(l, "]), ',')");
}

/* Only so many that none which is shown is missing. */
static dx_rc load_keys(ch_job *l, ch_inbox *x, dx_err *err)
{
    static const char *const orders[] = {[DX_ORDER_LAST] = "last_us",
                                         [DX_ORDER_SERVERS] = "attempts",
                                         [DX_ORDER_GROWTH] = "attempts",
                                         [DX_ORDER_FIRST] = "first_us"};
    const dx_findings_query *q = x->q;

    dx_buf_clear(&l->sql);
    ch_add(l,
           "SELECT " KEY_COLUMNS ", first_us, attempts, 1, 1, bitShiftLeft(toUInt8(1), standing)");
    add_counts(l);
    ch_add(l, " FROM (");
    if (ch_add_standings(l, x->q, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (add_wanted(l, q, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&l->sql,
                  " GROUP BY " KEY_COLUMNS ", standing WITH TOTALS ORDER BY"
                  " bitAnd(%u, bitShiftLeft(toUInt8(1), standing)) != 0 DESC, %s DESC,"
                  " last_us DESC, key LIMIT %zu",
                  q->standings ? q->standings : (1u << DX_STANDINGS) - 1, orders[q->order],
                  q->skip + (q->top ? q->top : 50));
    return ch_rows_and_totals(l, ROW_FIELDS + 1, take_wanted, take_counts, x, err);
}

/* Diagnoses are few: all of them. */
static dx_rc load_diagnoses(ch_job *l, ch_inbox *x, dx_err *err)
{
    dx_buf_clear(&l->sql);
    ch_add(
        l,
        "SELECT t.1, t.2, t.3, t.4, t.5, t.6, t.7, t.8, t.9, t.10, t.11, t.12, t.13, oldest, total,"
        " hosts, n, standings FROM (SELECT argMin((" KEY_COLUMNS "), (-last_us, key)) AS t,"
        " min(first_us) AS oldest, sum(attempts) AS total, uniqExact(host) AS hosts,"
        " count() AS n, groupBitOr(bitShiftLeft(toUInt8(1), standing)) AS standings FROM (");
    if (ch_add_standings(l, x->q, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    if (add_wanted(l, x->q, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " GROUP BY diagnosis) ORDER BY t.2");
    return ch_rows(l, ROW_FIELDS, take_row, x, err);
}

/* ---- the question ---- */

/* What a filter names is known, also when no row that is shown has it. */
static dx_rc put_filter(ch_job *l, const ch_inbox *x, dx_err *err)
{
    const dx_findings_query *q = x->q;
    const dx_str named[] = {q->diagnosis, q->cause_class};
    ch_spot spot;
    int64_t id, all = 0;

    for (size_t i = 0; i < DX_STANDINGS; i++)
        all += x->standing[i];
    if (all == 0)
        return DX_OK;
    for (size_t i = 0; i < 2; i++)
        if (named[i].n && sq_term(l->into, named[i], &id, err))
            return DX_FAIL;
    if ((q->where.server.n && sq_server(l->into, q->where.server, &id, err)) ||
        (q->where.product.n &&
         ch_spot_of(l->into, DX_LIT("unknown"), q->where.product, DX_LIT(""), &spot, err)))
        return DX_FAIL;
    return DX_OK;
}

static dx_rc load_inbox(ch_job *l, void *ctx, dx_err *err)
{
    ch_inbox *x = ctx;
    const bool some = x->q->where.server.n || x->q->where.n_tags;

    if (!x->q->by_diagnosis)
        return load_keys(l, x, err) || ch_inbox_weeks_of_keys(l, x, err) || put_filter(l, x, err)
                   ? DX_FAIL
                   : DX_OK;
    if (load_diagnoses(l, x, err) != DX_OK)
        return DX_FAIL;
    return (x->q->order == DX_ORDER_GROWTH || !some) && ch_inbox_weeks_of_all(l, x, err) != DX_OK
               ? DX_FAIL
           : some ? ch_inbox_weeks_of_some(l, x, err)
                  : DX_OK;
}

static dx_rc gather(sq_inbox *f, void *ctx, dx_err *err)
{
    const ch_inbox *x = ctx;

    for (size_t i = 0; i < x->n; i++)
        if (sq_inbox_put(f, &x->rows[i], err) != DX_OK)
            return DX_FAIL;
    if (x->q->by_diagnosis)
        return DX_OK;
    f->out.all = 0;
    for (unsigned i = 0; i < DX_STANDINGS; i++) {
        f->out.standing[i] = x->standing[i];
        if (!x->q->standings || x->q->standings >> i & 1)
            f->out.all += x->standing[i];
    }
    return DX_OK;
}

static dx_rc number_findings(sq_store *s, dx_arena *into, dx_findings *out, dx_err *err)
{
    out->rows = ch_numbered(s, into, out->rows, out->n, sizeof *out->rows,
                            offsetof(dx_finding_row, last_attempt), err);
    return out->rows ? DX_OK : DX_FAIL;
}

dx_rc ch_findings(dx_store *s, const dx_findings_query *q, dx_arena *into, dx_findings *out,
                  dx_err *err)
{
    ch_inbox x = {.q = q, .into = into};
    ch_asked a;

    if ((unsigned)q->order > DX_ORDER_FIRST || q->top > 1000)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most 1000 findings at a time");
    if (ch_ask_states((ch_store *)s, (ch_tags){.of = &q->where}, load_inbox, &x, &a, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = sq_inbox_answer((sq_store *)a.mem, q, gather, &x, into, out, err);
    if (rc == DX_OK)
        rc = number_findings((sq_store *)a.mem, into, out, err);
    if (rc == DX_OK)
        out->partial = ch_partial_text(&a);
    dx_store_close(a.mem);
    return rc;
}
