/* What changed in a local store since it was last sent goes to the shared one. */
#include "db/backends/clickhouse.h"
#include <stdio.h>
#include <stdlib.h>
#include "core/os.h"
#include "db/backends/clickhouse_content.h"
#include "db/backends/clickhouse_detail.h"
#include "db/backends/sqlite_trend.h"

enum { BATCH_ROWS = 100000, BATCH_BYTES = 48 << 20 };
enum { AGENT_BYTES = 16, DIGEST_BYTES = 16 };

typedef struct mark {
    int64_t attempt, hash; /* hash 0: it is gone */
} mark;

typedef struct push {
    sq_store *from;
    dx_clickhouse *to;
    dx_arena *arena;   /* of the whole push */
    dx_arena *scratch; /* of one attempt */
    dx_str agent;
    int64_t outlet, notes;
    int64_t scan; /* what later scans changed was not sent */
    uint64_t version;
    dx_buf row, content; /* of one attempt */
    size_t head;         /* bytes of `row` that say which attempt it is */
    dx_buf rows, contents, presences;
    dx_str server; /* of the last of `presences` */
    mark *marks;   /* of `rows` */
    size_t n_marks, cap_marks;
    ch_pushed *told;
} push;

/* 2n digits and a NUL. */
static void put_hex(char *to, const char *bytes, size_t n)
{
    *to = '\0';
    for (size_t i = 0; i < n; i++)
        snprintf(to + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
}

/* ---- who sends ---- */

/* Unless somebody else does so in the same moment: a page's answers share one spool. */
static dx_rc new_agent(push *p, dx_err *err)
{
    char bytes[AGENT_BYTES], hex[2 * AGENT_BYTES + 1];

    if (dx_os_random(bytes, sizeof bytes, err) != DX_OK)
        return DX_FAIL;
    put_hex(hex, bytes, sizeof bytes);
    return sq_do(p->from, err,
                 "INSERT INTO outlet (url, agent, notes) VALUES (?1, ?2, 0)"
                 " ON CONFLICT (url) DO NOTHING",
                 SQ_T(dx_str_of(dx_clickhouse_url(p->to))), SQ_T(dx_str_of(hex)));
}

static dx_rc find_outlet(push *p, dx_err *err)
{
    sqlite3_stmt *q = NULL;

    if (sq_ask(p->from, &q, err, "SELECT id, agent, notes, scan FROM outlet WHERE url = ?1",
               SQ_T(dx_str_of(dx_clickhouse_url(p->to)))))
        return DX_FAIL;
    dx_rc rc = sq_next(p->from, q, err);
    if (rc == DX_OK) {
        p->outlet = sqlite3_column_int64(q, 0);
        p->notes = sqlite3_column_int64(q, 2);
        p->scan = sqlite3_column_int64(q, 3);
        rc = sq_copy(q, 1, p->arena, &p->agent, err);
    }
    sq_done(q);
    return rc;
}

/* ---- one row ---- */

static void field(dx_buf *row, dx_str text)
{
    if (row->n)
        dx_buf_char(row, '\t');
    dx_clickhouse_value(row, text);
}

static void number(dx_buf *row, int64_t v)
{
    dx_buf_printf(row, "%s%lld", row->n ? "\t" : "", (long long)v);
}

/* kinds, names, events: what it counts as. */
static dx_rc add_things(push *p, const sq_account *a, dx_buf *row, dx_str *diagnosis, dx_str *title,
                        dx_err *err)
{
    sq_share *things;
    size_t n;
    dx_buf list[3] = {{0}};
    dx_rc rc = sq_account_things(a, p->scratch, &things, &n, err);

    for (size_t i = 0; rc == DX_OK && i < n; i++) {
        const sq_kind kind = (sq_kind)(things[i].what >> SQ_KIND_SHIFT);
        const int64_t id = SQ_WHAT_ID(things[i].what);
        const bool best = kind == SQ_DIAGNOSIS && id;
        dx_str name = DX_NONE;
        if (id)
            rc = sq_name(p->from, kind, id, p->scratch, best ? diagnosis : &name,
                         best ? title : NULL, err);
        dx_buf_printf(&list[0], "%s%d", i ? "," : "", (int)kind);
        dx_buf_add(&list[1], i ? DX_LIT(",") : DX_NONE);
        dx_clickhouse_literal(&list[1], best ? *diagnosis : name);
        dx_buf_printf(&list[2], "%s%lld", i ? "," : "", (long long)things[i].events);
    }
    for (size_t i = 0; i < 3; i++) {
        dx_buf_add(row, DX_LIT("\t["));
        dx_buf_add(row, dx_buf_str(&list[i]));
        dx_buf_char(row, ']');
        row->failed |= list[i].failed;
        dx_buf_done(&list[i]);
    }
    return rc;
}

/* What it is, and when and how it went; the columns of `attempt_columns`. */
static void add_head(push *p, sqlite3_stmt *q)
{
    char hex[2 * DIGEST_BYTES + 1];
    const dx_str digest = sq_bytes(q, 2);

    put_hex(hex, digest.p, digest.n < DIGEST_BYTES ? digest.n : DIGEST_BYTES);
    number(&p->row, 0);
    field(&p->row, sq_bytes(q, 0));
    field(&p->row, sq_bytes(q, 1));
    field(&p->row, dx_str_of(hex));
    number(&p->row, sqlite3_column_int64(q, 3));
    p->head = p->row.n;
    number(&p->row, sqlite3_column_int64(q, 4));
    number(&p->row, dx_day_of(sqlite3_column_int64(q, 4)));
    field(&p->row, sq_bytes(q, 5));
    field(&p->row, sq_bytes(q, 6));
    number(&p->row, sqlite3_column_int64(q, 7));
    number(&p->row, sqlite3_column_int64(q, 8));
}

static const char attempt_columns[] =
    "SELECT server.name, format.text, digest, occurrence, standing.happened_us, product.text,"
    " version.text, outcome, standing.failed FROM attempt"
    " JOIN standing ON standing.attempt = attempt.id"
    " JOIN server ON server.id = attempt.server JOIN term AS format ON format.id = format"
    " JOIN release ON release.id = standing.release"
    " JOIN term AS product ON product.id = release.product"
    " JOIN term AS version ON version.id = release.version WHERE attempt.id = ?1";

/* What the tables of the attempt say. */
static dx_rc add_attempt(push *p, int64_t id, dx_err *err)
{
    sqlite3_stmt *q = NULL;

    if (sq_ask(p->from, &q, err, attempt_columns, SQ_I(id)))
        return DX_FAIL;
    const dx_rc rc = sq_next(p->from, q, err);
    if (rc == DX_OK)
        add_head(p, q);
    sq_done(q);
    return rc;
}

/* The columns behind agent, id and version, which its hash is made of. */
static dx_rc add_columns(push *p, int64_t id, dx_err *err)
{
    sq_account a;
    dx_str diagnosis = DX_NONE, title = DX_NONE;
    dx_buf more = {0};

    if (sq_account_now(p->from, id, p->scratch, &a, err))
        return DX_FAIL;
    dx_rc rc = add_attempt(p, id, err);
    if (rc == DX_OK)
        rc = add_things(p, &a, &p->row, &diagnosis, &title, err);
    if (rc == DX_OK) {
        field(&p->row, diagnosis);
        field(&p->row, title);
        rc = ch_detail_of(p->from, id, &more, err);
        field(&p->row, dx_buf_str(&more));
    }
    dx_buf_done(&more);
    return rc == DX_OK && (p->row.failed || more.failed) ? dx_nomem(err) : rc;
}

/* ---- batches ---- */

static dx_rc remember(push *p, dx_err *err)
{
    dx_rc rc = sq_enter(p->from, err);

    if (rc != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; rc == DX_OK && i < p->n_marks; i++)
        rc = p->marks[i].hash
                 ? sq_do(p->from, err, "INSERT OR REPLACE INTO sent VALUES (?1, ?2, ?3)",
                         SQ_I(p->outlet), SQ_I(p->marks[i].attempt), SQ_I(p->marks[i].hash))
                 : sq_do(p->from, err, "DELETE FROM sent WHERE outlet = ?1 AND attempt = ?2",
                         SQ_I(p->outlet), SQ_I(p->marks[i].attempt));
    return sq_leave(p->from, rc, err);
}

static dx_rc send_rows(push *p, dx_str sql, const dx_buf *rows, dx_ch_trouble *trouble, dx_err *err)
{
    return ch_tables_make(p->to, trouble, err) == DX_OK ? ch_insert(p->to, sql, rows, trouble, err)
                                                        : DX_FAIL;
}

/* Who reads logs of a server, and contents first: whoever sees an attempt's row can tell it in
 * full, and knows who else may know something of its server. */
static dx_rc send_batch(push *p, dx_ch_trouble *trouble, dx_err *err)
{
    if (p->n_marks == 0)
        return DX_OK;
    if ((p->presences.n && send_rows(p, DX_LIT("INSERT INTO presence FORMAT TabSeparated"),
                                     &p->presences, trouble, err)) ||
        send_rows(p, DX_LIT("INSERT INTO content FORMAT TabSeparated"), &p->contents, trouble,
                  err) ||
        send_rows(p, DX_LIT("INSERT INTO attempt FORMAT TabSeparated"), &p->rows, trouble, err))
        return DX_FAIL;
    const dx_rc rc = remember(p, err);
    p->told->attempts += p->n_marks;
    p->n_marks = 0;
    dx_buf_clear(&p->rows);
    dx_buf_clear(&p->contents);
    dx_buf_clear(&p->presences);
    p->server = DX_NONE;
    return rc;
}

static void begin_row(const push *p, dx_buf *rows, int64_t attempt)
{
    dx_clickhouse_value(rows, p->agent);
    dx_buf_printf(rows, "\t%lld\t%llu\t", (long long)attempt, (unsigned long long)p->version);
}

/* Once for rows in a row. */
static dx_rc add_presence(push *p, dx_err *err)
{
    dx_str row = dx_buf_str(&p->row), gone, server;

    (void)dx_str_next(&row, '\t', &gone);
    (void)dx_str_next(&row, '\t', &server);
    if (server.n == 0 || dx_str_eq(server, p->server))
        return DX_OK;
    dx_buf_add(&p->presences, server);
    dx_buf_char(&p->presences, '\t');
    dx_clickhouse_value(&p->presences, p->agent);
    dx_buf_printf(&p->presences, "\t%llu\n", (unsigned long long)p->version);
    p->server = dx_arena_copy(p->arena, server);
    return p->server.p ? DX_OK : dx_nomem(err);
}

static dx_rc add_row(push *p, int64_t attempt, int64_t hash, dx_ch_trouble *trouble, dx_err *err)
{
    if (add_presence(p, err) != DX_OK)
        return DX_FAIL;
    begin_row(p, &p->rows, attempt);
    dx_buf_add(&p->rows, dx_buf_str(&p->row));
    dx_buf_char(&p->rows, '\n');
    begin_row(p, &p->contents, attempt);
    dx_buf_add(&p->contents, dx_str_slice(dx_buf_str(&p->row), 0, p->head));
    dx_buf_char(&p->contents, '\t');
    dx_clickhouse_value(&p->contents, dx_buf_str(&p->content));
    dx_buf_char(&p->contents, '\n');
    if (!DX_PUSH(p->arena, p->marks, p->n_marks, p->cap_marks, (mark){attempt, hash}))
        return dx_nomem(err);
    return p->n_marks >= BATCH_ROWS || p->rows.n + p->contents.n >= BATCH_BYTES
               ? send_batch(p, trouble, err)
               : DX_OK;
}

/* ---- all that changed ---- */

static dx_rc sent_hash(push *p, int64_t attempt, int64_t *hash, dx_err *err)
{
    *hash = 0;
    return sq_value(p->from, hash, err, "SELECT hash FROM sent WHERE outlet = ?1 AND attempt = ?2",
                    SQ_I(p->outlet), SQ_I(attempt)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

static dx_rc push_attempt(push *p, int64_t attempt, dx_ch_trouble *trouble, dx_err *err)
{
    int64_t before;

    dx_arena_reset(p->scratch);
    dx_buf_clear(&p->row);
    dx_buf_clear(&p->content);
    dx_rc rc = add_columns(p, attempt, err);
    if (rc == DX_END)
        return DX_OK; /* not counted yet */
    if (rc == DX_OK)
        rc = ch_content_of(p->from, attempt, &p->content, err);
    if (rc != DX_OK)
        return DX_FAIL;
    const uint64_t content = dx_hash64(dx_buf_str(&p->content), 0);
    const int64_t hash = (int64_t)(dx_hash64(dx_buf_str(&p->row), content) | 1);
    if (sent_hash(p, attempt, &before, err) != DX_OK)
        return DX_FAIL;
    return before == hash ? DX_OK : add_row(p, attempt, hash, trouble, err);
}

/* What was read or judged since then, and what else is of these servers, under any name: a later
 * attempt tells what became of the failures before it.  Nobody knows which servers logs without a
 * name are of, so their attempts say nothing about each other. */
static const char changed[] =
    "WITH touched (id) AS (SELECT id FROM attempt WHERE read_scan > ?1"
    " UNION SELECT attempt FROM verdict WHERE scan > ?1"
    " UNION SELECT attempt FROM sighting WHERE scan > ?1),"
    " machine (id) AS (SELECT DISTINCT coalesce(counts_as, server.id) FROM touched"
    " JOIN attempt ON attempt.id = touched.id JOIN server ON server.id = attempt.server"
    " WHERE name NOT IN ('', 'unknown'))"
    " SELECT id FROM touched UNION SELECT id FROM attempt WHERE server IN"
    " (SELECT id FROM machine UNION SELECT server.id FROM machine"
    " CROSS JOIN server ON counts_as = machine.id) ORDER BY 1";

static dx_rc push_attempts(push *p, int64_t scan, dx_ch_trouble *trouble, dx_err *err)
{
    const int64_t before = scan > 0 && scan <= p->scan ? scan - 1 : p->scan;
    sqlite3_stmt *q = NULL;
    int64_t *ids;
    size_t n;

    if ((scan == CH_PUSH_ALL
             ? sq_ask_(p->from, &q, err, "SELECT id FROM attempt ORDER BY id", NULL, 0)
             : sq_ask(p->from, &q, err, changed, SQ_I(before))) ||
        sq_numbers(p->from, q, p->arena, &ids, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (push_attempt(p, ids[i], trouble, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

/* Attempts that were sent and then pruned. */
static dx_rc push_gone(push *p, dx_ch_trouble *trouble, dx_err *err)
{
    static const char nothing[] = "1\t\t\t\t0", more[] = "\t0\t0\t\t\t0\t0\t[]\t[]\t[]\t\t\t";
    sqlite3_stmt *q = NULL;
    int64_t *ids;
    size_t n;

    if (sq_ask(p->from, &q, err,
               "SELECT attempt FROM sent WHERE outlet = ?1 AND attempt NOT IN"
               " (SELECT id FROM attempt) ORDER BY 1",
               SQ_I(p->outlet)) ||
        sq_numbers(p->from, q, p->arena, &ids, &n, err))
        return DX_FAIL;
    dx_buf_clear(&p->row);
    dx_buf_clear(&p->content);
    dx_buf_add(&p->row, dx_str_of(nothing));
    p->head = p->row.n;
    dx_buf_add(&p->row, dx_str_of(more));
    for (size_t i = 0; i < n; i++)
        if (add_row(p, ids[i], 0, trouble, err) != DX_OK)
            return DX_FAIL;
    return send_batch(p, trouble, err);
}

static void add_note(push *p, sqlite3_stmt *q)
{
    dx_buf_clear(&p->row);
    number(&p->row, sqlite3_column_int64(q, 1));
    number(&p->row, sqlite3_column_int64(q, 2));
    for (int i = 3; i < 7; i++)
        field(&p->row, sq_bytes(q, i));
    number(&p->row, sqlite3_column_int64(q, 7));
    dx_buf_printf(&p->row, "\t%llu\n", (unsigned long long)p->version);
    dx_buf_add(&p->rows, dx_buf_str(&p->row));
    p->rows.failed |= p->row.failed;
    p->told->notes++;
}

static dx_rc push_notes(push *p, dx_ch_trouble *trouble, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t last = p->notes;
    dx_rc rc;

    dx_buf_clear(&p->rows);
    if (sq_ask(p->from, &q, err,
               "SELECT id, at_us, kind, subject, what, ticket, who, until_us FROM note"
               " WHERE id > ?1 ORDER BY id",
               SQ_I(p->notes)))
        return DX_FAIL;
    while ((rc = sq_next(p->from, q, err)) == DX_OK) {
        last = sqlite3_column_int64(q, 0);
        add_note(p, q);
    }
    if (rc != DX_END || last == p->notes)
        return rc == DX_END ? DX_OK : DX_FAIL;
    rc = send_rows(p, DX_LIT("INSERT INTO note FORMAT TabSeparated"), &p->rows, trouble, err);
    return rc == DX_OK ? sq_do(p->from, err, "UPDATE outlet SET notes = ?2 WHERE id = ?1",
                               SQ_I(p->outlet), SQ_I(last))
                       : DX_FAIL;
}

/* A scan that did not end goes on elsewhere, or was killed: after a day nobody waits for it. */
static dx_rc last_scan(push *p, int64_t *out, dx_err *err)
{
    return sq_value(p->from, out, err,
                    "SELECT coalesce((SELECT min(id) - 1 FROM scan WHERE ended_us IS NULL"
                    " AND began_us > ?1), (SELECT max(id) FROM scan), 0)",
                    SQ_I(p->from->now_us - DX_DAY_US)) == DX_OK
               ? DX_OK
               : DX_FAIL;
}

static dx_rc remember_scan(push *p, int64_t last, dx_err *err)
{
    return last > p->scan ? sq_do(p->from, err, "UPDATE outlet SET scan = ?2 WHERE id = ?1",
                                  SQ_I(p->outlet), SQ_I(last))
                          : DX_OK;
}

static dx_rc push_all(push *p, int64_t scan, dx_ch_trouble *trouble, dx_err *err)
{
    int64_t last = 0;
    dx_rc rc = sq_sums_flush(p->from, err);

    if (rc == DX_OK)
        rc = find_outlet(p, err);
    if (rc == DX_END)
        rc = new_agent(p, err) == DX_OK ? find_outlet(p, err) : DX_FAIL;
    if (rc != DX_OK || last_scan(p, &last, err) != DX_OK)
        return DX_FAIL;
    if (push_attempts(p, scan, trouble, err) != DX_OK || push_gone(p, trouble, err) != DX_OK ||
        push_notes(p, trouble, err) != DX_OK)
        return DX_FAIL;
    return remember_scan(p, last, err);
}

dx_rc ch_push(sq_store *from, dx_clickhouse *to, int64_t scan, ch_pushed *out,
              dx_ch_trouble *trouble, dx_err *err)
{
    push p = {.from = from,
              .to = to,
              .arena = dx_arena_new(0),
              .scratch = dx_arena_new(0),
              .version = (uint64_t)dx_os_now_us(),
              .told = out};

    *out = (ch_pushed){0};
    *trouble = DX_CH_NONE;
    const dx_rc rc = p.arena && p.scratch ? push_all(&p, scan, trouble, err) : dx_nomem(err);
    out->left = rc == DX_OK ? 0 : p.n_marks;
    dx_buf_done(&p.row);
    dx_buf_done(&p.content);
    dx_buf_done(&p.rows);
    dx_buf_done(&p.contents);
    dx_buf_done(&p.presences);
    dx_arena_free(p.arena);
    dx_arena_free(p.scratch);
    return rc;
}
