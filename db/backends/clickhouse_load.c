/* Fetches what a question needs into an empty store in memory, where it is answered. */
#include "db/backends/clickhouse_content.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/clickhouse_trouble.h"
#include "db/backends/sqlite_notes.h"
#include "db/backends/sqlite_trend.h"

enum { FETCH_S = 120, PULL_S = 5 };

/* ---- asking ---- */

/* Tables are made when they are missed: who only reads, from a server that has them, changes
 * nothing there. */
static bool make_tables(ch_job *l)
{
    enum { UNKNOWN_TABLE = 60 };
    dx_ch_trouble trouble;
    dx_err ignored = {0};

    return ch_exception_code(dx_buf_str(&l->body)) == UNKNOWN_TABLE &&
           ch_tables_make(l->from, &trouble, &ignored) == DX_OK;
}

/* When a shard is away the others answer, and the answer is said to be partial. */
dx_rc ch_fetch(ch_job *l, dx_err *err)
{
    dx_ch_ask ask = {
        .sql = dx_buf_str(&l->sql), .timeout_s = l->timeout_s, .skip_away = l->partial};
    dx_ch_trouble trouble;

    if (l->sql.failed)
        return dx_nomem(err);
    dx_rc rc = dx_clickhouse_ask(l->from, &ask, &l->body, &trouble, err);
    if (rc != DX_OK && trouble == DX_CH_REFUSED && make_tables(l))
        rc = dx_clickhouse_ask(l->from, &ask, &l->body, &trouble, err);
    if (rc == DX_OK || trouble != DX_CH_PARTIAL || l->partial)
        return rc;
    l->partial = ask.skip_away = true;
    return dx_clickhouse_ask(l->from, &ask, &l->body, &trouble, err);
}

/* Rows up to the end, or to a line that is none. */
static dx_rc take_rows(ch_job *l, dx_str *rest, size_t n, ch_take_fn *take, void *ctx, dx_err *err)
{
    dx_str f[CH_MOST_FIELDS];

    while (dx_clickhouse_fields(*rest) == n) {
        dx_arena_reset(l->scratch);
        if (!dx_clickhouse_row(rest, l->scratch, f, n) || take(l, ctx, f, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc ch_rows_and_totals(ch_job *l, size_t n, ch_take_fn *take, ch_take_fn *totals, void *ctx,
                         dx_err *err)
{
    dx_str rest, line;

    dx_buf_add(&l->sql, DX_LIT(" FORMAT TabSeparated"));
    if (ch_fetch(l, err) != DX_OK)
        return DX_FAIL;
    rest = dx_buf_str(&l->body);
    if (take_rows(l, &rest, n, take, ctx, err) != DX_OK)
        return DX_FAIL;
    if (totals && rest.n && rest.p[0] == '\n' &&
        (!dx_str_next(&rest, '\n', &line) || take_rows(l, &rest, n, totals, ctx, err) != DX_OK))
        return DX_FAIL;
    return rest.n == 0 ? DX_OK : ch_say_strange(dx_clickhouse_url(l->from), err);
}

dx_rc ch_rows(ch_job *l, size_t n, ch_take_fn *take, void *ctx, dx_err *err)
{
    return ch_rows_and_totals(l, n, take, NULL, ctx, err);
}

dx_rc ch_take_number(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    int64_t *to = ctx;
    long long v;

    if (!dx_str_to_i64(f[0], &v))
        return ch_say_strange(dx_clickhouse_url(l->from), err);
    *to = v;
    return DX_OK;
}

/* Each attempt once, as ch_add_once has it. */
static void add_each(ch_job *l, const char *columns)
{
    dx_buf_printf(&l->sql,
                  "SELECT %s FROM (SELECT * FROM attempt FINAL) WHERE gone = 0"
                  " ORDER BY version DESC, agent, id LIMIT 1 BY server, format, digest, occurrence",
                  columns);
}

static void add_kinds(ch_job *l, const ch_wish *wish)
{
    dx_buf_add(&l->sql, DX_LIT(" WHERE k IN (0"));
    for (unsigned k = 1; k < SQ_KINDS; k++)
        if (wish->kinds & 1u << k)
            dx_buf_printf(&l->sql, ",%u", k);
    dx_buf_char(&l->sql, ')');
}

/* ---- notes ---- */

static dx_rc take_note(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    int *fresh = ctx;

    if (sq_do(l->into, err,
              "INSERT OR IGNORE INTO note (at_us, kind, subject, what, ticket, who, until_us)"
              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
              SQ_I(ch_number(f[0])), SQ_I(ch_number(f[1])), SQ_T(f[2]), SQ_T(f[3]), SQ_T(f[4]),
              SQ_T(f[5]), SQ_I(ch_number(f[6]))))
        return DX_FAIL;
    *fresh += sqlite3_changes(l->into->db);
    return DX_OK;
}

static void add_notes(ch_job *l)
{
    dx_buf_clear(&l->sql);
    dx_buf_add(&l->sql, DX_LIT("SELECT DISTINCT at_us, kind, subject, what, ticket, who, until_us"
                               " FROM note WHERE kind"));
}

static dx_rc take_notes(ch_job *l, dx_err *err)
{
    int fresh = 0;

    dx_buf_add(&l->sql, DX_LIT(" ORDER BY at_us, kind, subject, what, ticket, who, until_us"));
    if (ch_rows(l, 7, take_note, &fresh, err) != DX_OK)
        return DX_FAIL;
    return fresh ? sq_notes_derive(l->into, l->arena, err) : DX_OK;
}

static void add_tag(ch_job *l, dx_str name)
{
    ch_add(l, "startsWith(what, concat(");
    dx_clickhouse_literal(&l->sql, name);
    ch_add(l, ", '='))");
}

/* Of servers that ever had this value, under any name, all that was told of the tag; which of them
 * have it now comes out here. */
static dx_rc load_tag(ch_job *l, const dx_tag *tag, dx_err *err)
{
    static const char named[] = "(SELECT *, subject AS server FROM note WHERE kind = 5 AND ";

    _Static_assert(DX_NOTE_TAG == 5, "as the statement has it");
    dx_buf_clear(&l->sql);
    ch_add(l, "SELECT DISTINCT at_us, kind, subject, what, ticket, who, until_us FROM ");
    ch_add(l, named);
    add_tag(l, tag->name);
    ch_add(l, ") WHERE ");
    if (ch_add_host(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " IN (SELECT ");
    if (ch_add_host(l, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, " FROM ");
    ch_add(l, named);
    ch_add(l, "what = concat(");
    dx_clickhouse_literal(&l->sql, tag->name);
    ch_add(l, ", '=', ");
    dx_clickhouse_literal(&l->sql, tag->value);
    ch_add(l, ")))");
    return take_notes(l, err);
}

/* Aliases come before the tags of a filter, which count for servers. */
static dx_rc load_notes(ch_job *l, ch_tags tags, dx_err *err)
{
    add_notes(l);
    dx_buf_printf(&l->sql, " != %d", tags.all ? 0 : DX_NOTE_TAG);
    if (tags.sites) {
        dx_buf_printf(&l->sql, " OR (kind = %d AND ", DX_NOTE_TAG);
        add_tag(l, DX_LIT("site"));
        ch_add(l, ")");
    }
    if (tags.subject.n) {
        ch_add(l, " OR subject = ");
        dx_clickhouse_literal(&l->sql, tags.subject);
    }
    if (take_notes(l, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; tags.of && !tags.all && i < tags.of->n_tags; i++)
        if (load_tag(l, &tags.of->tags[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

/* The servers' own notes and those of their other names. */
dx_rc ch_load_tags_of(ch_job *l, const dx_str *hosts, size_t n, dx_err *err)
{
    if (n == 0)
        return DX_OK;
    add_notes(l);
    dx_buf_printf(&l->sql, " = %d AND subject", DX_NOTE_TAG);
    if (ch_add_hosts(l, hosts, n, err) != DX_OK)
        return DX_FAIL;
    return take_notes(l, err);
}

/* ---- sums ---- */

static dx_rc take_title(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    (void)ctx;
    return ch_put_title(l->into, f[0], f[1], err);
}

dx_rc ch_load_titles(ch_job *l, dx_err *err)
{
    dx_buf_clear(&l->sql);
    dx_buf_add(
        &l->sql,
        DX_LIT("SELECT diagnosis, title FROM (SELECT agent, id, version,"
               " diagnosis, title, gone FROM attempt FINAL) WHERE gone = 0 AND diagnosis != ''"
               " ORDER BY version DESC, agent DESC, id DESC LIMIT 1 BY diagnosis"));
    return ch_rows(l, 2, take_title, NULL, err);
}

static dx_rc take_first(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    const sq_kind kind = (sq_kind)ch_number(f[0]);
    int64_t id = 0;

    (void)ctx;
    if (ch_thing_id(l->into, kind, f[1], &id, err) != DX_OK)
        return DX_FAIL;
    return ch_add_first(l->into, SQ_WHAT(kind, id), ch_number(f[2]), err);
}

/* When each thing was first seen, by anybody and at any time. */
static dx_rc load_firsts(ch_job *l, const ch_wish *wish, dx_err *err)
{
    dx_buf_clear(&l->sql);
    dx_buf_add(&l->sql, DX_LIT("SELECT k, n, min(happened_us) FROM ("));
    add_each(l, "happened_us, kinds, names");
    dx_buf_add(&l->sql, DX_LIT(") ARRAY JOIN kinds AS k, names AS n"));
    add_kinds(l, wish);
    dx_buf_add(&l->sql, DX_LIT(" GROUP BY k, n ORDER BY k, n"));
    return ch_rows(l, 3, take_first, NULL, err);
}

/* ---- attempts ---- */

/* The same, in the order in which the agent that comes first read them. */
static void add_attempts(ch_job *l, const ch_wish *wish)
{
    static const char *const columns[] = {"happened_us", "product", "release", "outcome", "failed",
                                          "kinds",       "names",   "events",  "detail"};
    const char *detail = wish->needs & CH_DETAILS
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
    ch_add(l, " FROM ");
    ch_add_rows(l);
    ch_add(l, " WHERE gone = 0");
    if (wish->key.n) {
        ch_add(l, " AND position(detail, ");
        dx_clickhouse_literal(&l->sql, wish->key);
        ch_add(l, ") > 0");
    }
    dx_buf_add(&l->sql, wish->which);
    ch_add(l, " GROUP BY server, format, digest, occurrence) ORDER BY of, place");
}

typedef struct numbered {
    const ch_wish *wish;
    int64_t id;
} numbered;

static dx_rc take_attempt(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    numbered *n = ctx;

    return ch_put_attempt(l->into, n->wish, ++n->id, f, l->scratch, err);
}

static dx_rc load_attempts(ch_job *l, const ch_wish *wish, dx_err *err)
{
    numbered n = {.wish = wish};

    dx_buf_clear(&l->sql);
    add_attempts(l, wish);
    return ch_rows(l, CH_ATTEMPT_FIELDS, take_attempt, &n, err);
}

/* Its attempt is there, unless it was sent between the two questions. */
static dx_rc take_content(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    int64_t id = 0;

    (void)ctx;
    const dx_rc rc = ch_attempt_id(l->into, f, &id, err);
    return rc == DX_OK ? ch_content_put(l->into, id, ch_number(f[5]), f[4], l->scratch, err)
                       : (rc == DX_END ? DX_OK : DX_FAIL);
}

dx_rc ch_load_contents(ch_job *l, dx_str which, dx_err *err)
{
    dx_buf_clear(&l->sql);
    dx_buf_add(&l->sql,
               DX_LIT("SELECT server, format, digest, occurrence, argMax(body, version), " CH_NUMBER
                      " FROM (SELECT * FROM content FINAL) WHERE gone = 0"));
    dx_buf_add(&l->sql, which);
    dx_buf_add(&l->sql, DX_LIT(" GROUP BY server, format, digest, occurrence"));
    return ch_rows(l, 6, take_content, NULL, err);
}

dx_rc ch_load_wish(ch_job *l, void *ctx, dx_err *err)
{
    const ch_wish *wish = ctx;
    const unsigned needs = wish->needs;

    if (needs & CH_ATTEMPTS)
        return load_attempts(l, wish, err) == DX_OK ? ch_sums_finish(l->into, needs, err) : DX_FAIL;
    if (needs & CH_FIRSTS && load_firsts(l, wish, err) != DX_OK)
        return DX_FAIL;
    return ch_sums_finish(l->into, needs, err);
}

/* ---- loading ---- */

static dx_rc fill(ch_job *l, ch_tags tags, ch_load_fn *what, void *ctx, dx_err *err)
{
    return load_notes(l, tags, err) == DX_OK ? what(l, ctx, err) : DX_FAIL;
}

/* Into one transaction of `l->into`. */
static dx_rc load_into(ch_job *l, ch_tags tags, ch_load_fn *what, void *ctx, dx_err *err)
{
    l->arena = dx_arena_new(0);
    l->scratch = dx_arena_new(0);
    dx_rc rc = l->arena && l->scratch ? sq_enter(l->into, err) : dx_nomem(err);

    if (rc == DX_OK)
        rc = sq_leave(l->into, fill(l, tags, what, ctx, err), err);
    dx_buf_done(&l->sql);
    dx_buf_done(&l->body);
    dx_arena_free(l->arena);
    dx_arena_free(l->scratch);
    return rc;
}

dx_rc ch_load_with(dx_clickhouse *from, ch_tags tags, ch_load_fn *what, void *ctx, sq_store *into,
                   bool *partial, dx_err *err)
{
    ch_job l = {.from = from, .into = into, .timeout_s = FETCH_S};
    const dx_rc rc = load_into(&l, tags, what, ctx, err);

    *partial = l.partial;
    return rc;
}

/* What comes from there need not be sent there; `ctx` is the last note that was here before. */
static dx_rc pull_done(ch_job *l, void *ctx, dx_err *err)
{
    const int64_t *last = ctx;

    return sq_do(l->into, err,
                 "UPDATE outlet SET notes = (SELECT coalesce(max(id), 0) FROM note)"
                 " WHERE url = ?1 AND notes = ?2",
                 SQ_T(dx_str_of(dx_clickhouse_url(l->from))), SQ_I(*last));
}

dx_rc ch_pull_notes(dx_clickhouse *from, sq_store *into, dx_err *err)
{
    ch_job l = {.from = from, .into = into, .timeout_s = PULL_S};
    int64_t last = 0;

    if (sq_value_(into, &last, err, "SELECT coalesce(max(id), 0) FROM note", NULL, 0) == DX_FAIL)
        return DX_FAIL;
    return load_into(&l, CH_ALL_TAGS, pull_done, &last, err);
}
