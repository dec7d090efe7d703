/* Fetches what a question needs into an empty store in memory, where it is answered. */
#include "db/backends/clickhouse.h"
#include <stdlib.h>
#include <string.h>
#include "db/backends/clickhouse_sums.h"
#include "db/backends/sqlite_notes.h"
#include "db/backends/sqlite_trend.h"

enum { FETCH_S = 120, PULL_S = 5, NAMES_MAX = 5000, MARGIN_DAYS = 31, ROWS_MAX = 3000000 };

typedef struct load {
    dx_clickhouse *from;
    const ch_wish *wish;
    sq_store *into;
    dx_arena *arena;   /* of the whole load */
    dx_arena *scratch; /* of one row */
    dx_buf sql, body;
    unsigned timeout_s;
    bool partial;
} load;

/* ---- asking ---- */

/* When a shard is away the others answer, and the answer is said to be partial. */
static dx_rc fetch(load *l, dx_err *err)
{
    dx_ch_ask ask = {
        .sql = dx_buf_str(&l->sql), .timeout_s = l->timeout_s, .skip_away = l->partial};
    dx_ch_trouble trouble;

    if (l->sql.failed)
        return dx_nomem(err);
    dx_rc rc = dx_clickhouse_ask(l->from, &ask, &l->body, &trouble, err);
    if (rc == DX_OK || trouble != DX_CH_PARTIAL || l->partial)
        return rc;
    l->partial = ask.skip_away = true;
    return dx_clickhouse_ask(l->from, &ask, &l->body, &trouble, err);
}

static void add_names(load *l, sqlite3_stmt *q, size_t *n)
{
    dx_err ignored;

    while (sq_next(l->into, q, &ignored) == DX_OK) {
        if (++*n > 1)
            dx_buf_char(&l->sql, ',');
        dx_clickhouse_literal(&l->sql, sq_bytes(q, 0));
    }
}

/* Servers that can count as the one that is asked for, or that have the tags: as many as the notes
 * tell.  A filter only saves work here, for the question filters again. */
static dx_rc where_server(load *l, const dx_trend_filter *w, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    size_t n = 1;

    if (w->server.n == 0)
        return DX_OK;
    dx_buf_add(&l->sql, DX_LIT(" AND server IN ("));
    dx_clickhouse_literal(&l->sql, w->server);
    if (sq_ask(l->into, &q, err,
               "SELECT name FROM server WHERE coalesce(counts_as, id) ="
               " (SELECT coalesce(counts_as, id) FROM server WHERE name = ?1) ORDER BY name",
               SQ_T(w->server)))
        return DX_FAIL;
    add_names(l, q, &n);
    dx_buf_char(&l->sql, ')');
    return DX_OK;
}

static dx_rc where_tag(load *l, const dx_tag *tag, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t all = 0;
    size_t n = 0;

    if (sq_value(l->into, &all, err, "SELECT count(*) FROM tag") == DX_FAIL)
        return DX_FAIL;
    if (all > NAMES_MAX)
        return DX_OK;
    if (sq_ask(l->into, &q, err,
               "SELECT member.name FROM tag JOIN term AS name ON name.id = tag.name"
               " JOIN term AS value ON value.id = tag.value"
               " JOIN server AS member ON coalesce(member.counts_as, member.id) = tag.server"
               " WHERE name.text = ?1 AND value.text = ?2 ORDER BY 1",
               SQ_T(tag->name), SQ_T(tag->value)))
        return DX_FAIL;
    dx_buf_add(&l->sql, DX_LIT(" AND server IN ("));
    add_names(l, q, &n);
    dx_buf_add(&l->sql, n ? DX_LIT(")") : DX_LIT("'')"));
    return DX_OK;
}

/* Times are widened by a month, so that whole buckets are there. */
static dx_rc add_where(load *l, dx_err *err)
{
    const dx_trend_filter *w = l->wish->where;
    const bool by_day = !(l->wish->needs & CH_ATTEMPTS);

    dx_buf_add(&l->sql, DX_LIT(" WHERE gone = 0"));
    if (l->wish->key.n) {
        dx_buf_add(&l->sql, DX_LIT(" AND position(detail, "));
        dx_clickhouse_literal(&l->sql, l->wish->key);
        dx_buf_add(&l->sql, DX_LIT(") > 0"));
    }
    if (w == NULL)
        return DX_OK;
    if (by_day && w->since_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND day >= %lld", (long long)dx_day_of(w->since_us) - MARGIN_DAYS);
    if (by_day && w->until_us != DX_NO_TIME)
        dx_buf_printf(&l->sql, " AND day <= %lld", (long long)dx_day_of(w->until_us) + MARGIN_DAYS);
    if (w->product.n) {
        dx_buf_add(&l->sql, DX_LIT(" AND product = "));
        dx_clickhouse_literal(&l->sql, w->product);
    }
    if (where_server(l, w, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < w->n_tags; i++)
        if (where_tag(l, &w->tags[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

/* Each attempt once, as it is now: rows that were replaced are left out (FINAL), and what two
 * agents read of the same log is the same attempt.  What was sent last counts: its agent knows what
 * came after. */
static dx_rc add_some(load *l, const char *columns, bool all, dx_err *err)
{
    dx_buf_printf(&l->sql, "SELECT %s FROM (SELECT * FROM attempt FINAL)", columns);
    if (all)
        dx_buf_add(&l->sql, DX_LIT(" WHERE gone = 0"));
    else if (add_where(l, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(&l->sql,
               DX_LIT(" ORDER BY version DESC, agent, id LIMIT 1 BY server, format, digest,"
                      " occurrence"));
    return DX_OK;
}

static void add_kinds(load *l)
{
    dx_buf_add(&l->sql, DX_LIT(" WHERE k IN (0"));
    for (unsigned k = 1; k < SQ_KINDS; k++)
        if (l->wish->kinds & 1u << k)
            dx_buf_printf(&l->sql, ",%u", k);
    dx_buf_char(&l->sql, ')');
}

/* ---- notes ---- */

static dx_rc load_notes(load *l, dx_err *err)
{
    dx_str rest, f[7];
    int fresh = 0;

    dx_buf_clear(&l->sql);
    dx_buf_add(&l->sql, DX_LIT("SELECT DISTINCT at_us, kind, subject, what, ticket, who, until_us"
                               " FROM note ORDER BY at_us, kind, subject, what, ticket, who,"
                               " until_us FORMAT TabSeparated"));
    if (fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    while (dx_clickhouse_row(&rest, l->arena, f, 7)) {
        if (sq_do(l->into, err,
                  "INSERT OR IGNORE INTO note (at_us, kind, subject, what, ticket, who, until_us)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  SQ_I(ch_number(f[0])), SQ_I(ch_number(f[1])), SQ_T(f[2]), SQ_T(f[3]), SQ_T(f[4]),
                  SQ_T(f[5]), SQ_I(ch_number(f[6]))))
            return DX_FAIL;
        fresh += sqlite3_changes(l->into->db);
    }
    return fresh ? sq_notes_derive(l->into, l->arena, err) : DX_OK;
}

/* ---- sums ---- */

static dx_rc load_titles(load *l, dx_err *err)
{
    dx_str rest, f[2];

    dx_buf_clear(&l->sql);
    dx_buf_add(
        &l->sql,
        DX_LIT("SELECT diagnosis, title FROM (SELECT agent, id, version,"
               " diagnosis, title, gone FROM attempt FINAL) WHERE gone = 0 AND diagnosis != ''"
               " ORDER BY version DESC, agent DESC, id DESC LIMIT 1 BY diagnosis"
               " FORMAT TabSeparated"));
    if (fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    while (dx_clickhouse_row(&rest, l->arena, f, 2))
        if (ch_put_title(l->into, f[0], f[1], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

enum { CELL_FIELDS = 9 };

static dx_rc put_cell(load *l, const dx_str *f, dx_err *err)
{
    const sq_kind kind = (sq_kind)ch_number(f[1]);
    ch_spot spot = {0};
    int64_t id = 0;

    if (ch_spot_of(l->into, f[0], f[4], f[5], &spot, err) != DX_OK ||
        ch_thing_id(l->into, kind, f[2], &id, err) != DX_OK)
        return DX_FAIL;
    return ch_add_cell(l->into,
                       &(ch_cell){.server = spot.server,
                                  .release = spot.release,
                                  .what = SQ_WHAT(kind, id),
                                  .day = ch_number(f[3]),
                                  .events = ch_number(f[6]),
                                  .attempts = ch_number(f[7]),
                                  .failures = ch_number(f[8])},
                       err);
}

static dx_rc load_sums(load *l, dx_err *err)
{
    dx_str rest, f[CELL_FIELDS];

    dx_buf_clear(&l->sql);
    dx_buf_add(&l->sql, DX_LIT("SELECT server, k, n, day, product, release, sum(e), count(),"
                               " sum(failed) FROM ("));
    if (add_some(l, "server, day, product, release, failed, kinds, names, events", false, err) !=
        DX_OK)
        return DX_FAIL;
    dx_buf_add(&l->sql, DX_LIT(") ARRAY JOIN kinds AS k, names AS n, events AS e"));
    add_kinds(l);
    dx_buf_printf(&l->sql,
                  " GROUP BY server, k, n, day, product, release"
                  " ORDER BY server, product, release, k, n, day LIMIT %d FORMAT TabSeparated",
                  ROWS_MAX);
    if (fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    for (size_t n = 1;
         dx_arena_reset(l->scratch), dx_clickhouse_row(&rest, l->scratch, f, CELL_FIELDS); n++)
        if (put_cell(l, f, err) != DX_OK)
            return DX_FAIL;
    return load_titles(l, err);
}

/* When each thing was first seen, by anybody and at any time. */
static dx_rc load_firsts(load *l, dx_err *err)
{
    dx_str rest, f[3];

    dx_buf_clear(&l->sql);
    dx_buf_add(&l->sql, DX_LIT("SELECT k, n, min(happened_us) FROM ("));
    if (add_some(l, "happened_us, kinds, names", true, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(&l->sql, DX_LIT(") ARRAY JOIN kinds AS k, names AS n"));
    add_kinds(l);
    dx_buf_add(&l->sql, DX_LIT(" GROUP BY k, n ORDER BY k, n FORMAT TabSeparated"));
    if (fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    while (dx_arena_reset(l->scratch), dx_clickhouse_row(&rest, l->scratch, f, 3)) {
        const sq_kind kind = (sq_kind)ch_number(f[0]);
        int64_t id = 0;
        if (ch_thing_id(l->into, kind, f[1], &id, err) != DX_OK ||
            ch_add_first(l->into, SQ_WHAT(kind, id), ch_number(f[2]), err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc load_spans(load *l, dx_err *err)
{
    dx_str rest, f[3];

    dx_buf_clear(&l->sql);
    dx_buf_add(&l->sql, DX_LIT("SELECT server, min(happened_us), max(happened_us) FROM ("));
    if (add_some(l, "server, happened_us", true, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(&l->sql, DX_LIT(") GROUP BY server ORDER BY server FORMAT TabSeparated"));
    if (fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    while (dx_arena_reset(l->scratch), dx_clickhouse_row(&rest, l->scratch, f, 3))
        if (ch_put_moment(l->into, f[0], ch_number(f[1]), err) != DX_OK ||
            ch_put_moment(l->into, f[0], ch_number(f[2]), err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

/* ---- attempts ---- */

/* The same, in the order in which the agent that comes first read them. */
static dx_rc add_attempts(load *l, dx_err *err)
{
    static const char *const columns[] = {"happened_us", "product", "release", "outcome", "failed",
                                          "kinds",       "names",   "events",  "detail"};
    const char *detail = l->wish->needs & CH_DETAILS
                             ? "last_detail"
                             : "arrayStringConcat(arrayFilter(x -> substring(x, 1, 1) IN"
                               " ('A', 'F'), splitByChar('\\x1e', last_detail)), '\\x1e')";

    dx_buf_printf(&l->sql,
                  "SELECT server, format, digest, occurrence, last_happened_us, last_product,"
                  " last_release, last_outcome, last_failed,"
                  " arrayStringConcat(arrayMap(x -> toString(x), last_kinds), ','),"
                  " arrayStringConcat(arrayMap(x -> replaceAll(replaceAll(x, '\\x1d', '\\x1dd'),"
                  " '\\x1e', '\\x1de'), last_names), '\\x1e'),"
                  " arrayStringConcat(arrayMap(x -> toString(x), last_events), ','), %s"
                  " FROM (SELECT server, format, digest, occurrence, min(agent) AS of,"
                  " argMin(id, agent) AS place",
                  detail);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        dx_buf_printf(&l->sql, ", argMax(%s, version) AS last_%s", columns[i], columns[i]);
    dx_buf_add(&l->sql, DX_LIT(" FROM (SELECT * FROM attempt FINAL)"));
    if (add_where(l, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(&l->sql, DX_LIT(" GROUP BY server, format, digest, occurrence) ORDER BY of, place"
                               " FORMAT TabSeparated"));
    return DX_OK;
}

static dx_rc load_attempts(load *l, dx_err *err)
{
    dx_str rest, f[CH_ATTEMPT_FIELDS];

    dx_buf_clear(&l->sql);
    if (add_attempts(l, err) != DX_OK)
        return DX_FAIL;
    if (fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    for (int64_t id = 1;
         dx_arena_reset(l->scratch), dx_clickhouse_row(&rest, l->scratch, f, CH_ATTEMPT_FIELDS);
         id++)
        if (ch_put_attempt(l->into, l->wish, id, f, l->scratch, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc load_all(load *l, dx_err *err)
{
    const unsigned needs = l->wish->needs;

    if (load_notes(l, err) != DX_OK)
        return DX_FAIL;
    if (needs & CH_ATTEMPTS)
        return load_attempts(l, err) == DX_OK ? ch_sums_finish(l->into, needs, err) : DX_FAIL;
    if ((needs & CH_COUNTS && load_sums(l, err) != DX_OK) ||
        (needs & CH_FIRSTS && load_firsts(l, err) != DX_OK) ||
        (needs & CH_SPANS && load_spans(l, err) != DX_OK))
        return DX_FAIL;
    return ch_sums_finish(l->into, needs, err);
}

/* Into one transaction of `l.into`. */
static dx_rc load_into(load *l, dx_rc (*what)(load *l, dx_err *err), dx_err *err)
{
    l->arena = dx_arena_new(0);
    l->scratch = dx_arena_new(0);
    dx_rc rc = l->arena && l->scratch ? sq_enter(l->into, err) : dx_nomem(err);

    if (rc == DX_OK)
        rc = sq_leave(l->into, what(l, err), err);
    dx_buf_done(&l->sql);
    dx_buf_done(&l->body);
    dx_arena_free(l->arena);
    dx_arena_free(l->scratch);
    return rc;
}

dx_rc ch_load(dx_clickhouse *from, const ch_wish *wish, sq_store *into, bool *partial, dx_err *err)
{
    load l = {.from = from, .wish = wish, .into = into, .timeout_s = FETCH_S};
    const dx_rc rc = load_into(&l, load_all, err);

    *partial = l.partial;
    return rc;
}

/* What comes from there need not be sent there. */
static dx_rc pull_notes(load *l, dx_err *err)
{
    int64_t last = 0;

    if (sq_value(l->into, &last, err, "SELECT coalesce(max(id), 0) FROM note") == DX_FAIL ||
        load_notes(l, err) != DX_OK)
        return DX_FAIL;
    return sq_do(l->into, err,
                 "UPDATE outlet SET notes = (SELECT coalesce(max(id), 0) FROM note)"
                 " WHERE url = ?1 AND notes = ?2",
                 SQ_T(dx_str_of(dx_clickhouse_url(l->from))), SQ_I(last));
}

dx_rc ch_pull_notes(dx_clickhouse *from, sq_store *into, dx_err *err)
{
    load l = {.from = from, .into = into, .timeout_s = PULL_S};

    return load_into(&l, pull_notes, err);
}
