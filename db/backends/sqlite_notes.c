/* What people decide.  Every decision is a note that stays; aliases, tags, silences and resolutions
 * are what the latest notes say, so that stores can be put together in any order. */
#include "db/backends/sqlite_notes.h"
#include <string.h>

dx_rc sq_note_add(sq_store *s, const dx_note *n, dx_err *err)
{
    return sq_do(s, err,
                 "INSERT OR IGNORE INTO note (at_us, kind, subject, what, ticket, who, until_us)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                 SQ_I(n->at_us), SQ_I(n->kind), SQ_T(n->subject), SQ_T(n->what), SQ_T(n->ticket),
                 SQ_T(n->by), SQ_I(n->until_us == DX_NO_TIME ? 0 : n->until_us));
}

/* ---- lists ---- */

dx_rc sq_read_rows(sq_store *s, sqlite3_stmt *q, sq_read_row *read, size_t size, dx_arena *into,
                   void *out, size_t *n, dx_err *err)
{
    char *list = NULL;
    size_t count = 0, cap = 0;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        rc = dx_arena_grow_(into, &list, count, &cap, size)
                 ? read(q, into, list + count * size, err)
                 : dx_nomem(err);
        if (rc != DX_OK)
            break;
        count++;
    }
    sq_done(q);
    if (rc != DX_END)
        return DX_FAIL;
    memcpy(out, &list, sizeof list);
    *n = count;
    return DX_OK;
}

static dx_rc read_text(sqlite3_stmt *q, dx_arena *into, void *out, dx_err *err)
{
    return sq_copy(q, 0, into, out, err);
}

/* ---- tags ---- */

/* The latest note of each tag, the server's own before those of its aliases; none when it took the
 * tag away. */
#define TAGS_NOW                                                                                   \
    "WITH told AS (SELECT substr(what, 1, instr(what, '=') - 1) AS name,"                          \
    "   substr(what, instr(what, '=') + 1) AS value, row_number() OVER ("                          \
    "   PARTITION BY substr(what, 1, instr(what, '=') - 1)"                                        \
    "   ORDER BY subject = (SELECT name FROM server WHERE id = ?1) DESC, at_us DESC, what DESC)"   \
    "   AS n"                                                                                      \
    "   FROM note WHERE kind = 5 AND subject IN (SELECT name FROM server WHERE id = ?1"            \
    "   AND counts_as IS NULL UNION ALL SELECT name FROM server WHERE counts_as = ?1))"            \
    " SELECT name, value FROM told WHERE n = 1 AND value <> '' ORDER BY name"

static dx_rc write_tag(sq_store *s, int64_t server, sqlite3_stmt *q, dx_err *err)
{
    int64_t name = 0, value = 0;
    if (sq_term(s, sq_bytes(q, 0), &name, err) || sq_term(s, sq_bytes(q, 1), &value, err))
        return DX_FAIL;
    return sq_do(s, err, "INSERT INTO tag VALUES (?1, ?2, ?3)", SQ_I(server), SQ_I(name),
                 SQ_I(value));
}

dx_rc sq_tags_derive(sq_store *s, int64_t server, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t was = 0, site = 0;
    if (sq_site(s, server, &was, err) ||
        sq_do(s, err, "DELETE FROM tag WHERE server = ?1", SQ_I(server)) ||
        sq_ask(s, &q, err, TAGS_NOW, SQ_I(server)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if ((rc = write_tag(s, server, q, err)) != DX_OK)
            break;
    sq_done(q);
    if (rc != DX_END)
        return DX_FAIL;
    sq_forget_one(s, SQ_MEMO_SITE, sq_key_of(server));
    if (sq_site(s, server, &site, err))
        return DX_FAIL;
    s->moved |= site != was;
    return DX_OK;
}

static dx_rc put_tag(sq_store *s, const dx_tagging *t, dx_str by, dx_buf *what, dx_err *err)
{
    dx_buf_clear(what);
    dx_buf_printf(what, "%.*s=%.*s", DX_FMT(t->name), DX_FMT(t->value));
    if (what->failed)
        return dx_nomem(err);
    const dx_note note = {.kind = DX_NOTE_TAG,
                          .at_us = s->now_us,
                          .until_us = DX_NO_TIME,
                          .subject = t->server,
                          .what = dx_buf_str(what),
                          .by = by};
    /* Of two notes of one moment the last given counts. */
    if (sq_do(s, err,
              "DELETE FROM note WHERE subject = ?1 AND kind = 5 AND at_us = ?2"
              " AND substr(what, 1, instr(what, '=') - 1) = ?3",
              SQ_T(t->server), SQ_I(s->now_us), SQ_T(t->name)))
        return DX_FAIL;
    return sq_note_add(s, &note, err);
}

static dx_rc check_tag(const dx_tagging *t, dx_err *err)
{
    if (!t->server.n || !t->name.n)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "a tag needs a server and a name");
    if (dx_str_find(t->name, DX_LIT("="), 0) != SIZE_MAX)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "a tag's name holds no '=': '%.*s'",
                       DX_FMT(t->name));
    return DX_OK;
}

static dx_rc put_tags(sq_store *s, const dx_tagging *rows, size_t n, dx_str by, dx_buf *what,
                      dx_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (check_tag(&rows[i], err) || put_tag(s, &rows[i], by, what, err))
            return DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        int64_t server = 0, as = 0;
        if (i && dx_str_eq(rows[i].server, rows[i - 1].server))
            continue;
        if (sq_server(s, rows[i].server, &server, err) || sq_counts_as(s, server, &as, err) ||
            sq_tags_derive(s, as, err))
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc sq_tag(dx_store *base, const dx_tagging *rows, size_t n, dx_str by, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    dx_buf what = {0};
    if (sq_enter(s, err))
        return DX_FAIL;
    const dx_rc rc = sq_leave(s, put_tags(s, rows, n, by, &what, err), err);
    dx_buf_done(&what);
    return rc;
}

/* ---- resolutions and silences ---- */

/* A fix that somebody began counts in the cases of its diagnosis. */
static dx_rc touch_key_places(sq_store *s, dx_str key, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT server, of_product, happened_us FROM finding"
               " JOIN standing ON standing.attempt = finding.attempt WHERE key = ?1",
               SQ_T(key)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const sq_place at = {sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                             sqlite3_column_int64(q, 2)};
        if ((rc = sq_touch_place(s, &at, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* The latest note of each key. */
#define RESOLVED                                                                                   \
    "SELECT subject, at_us, what, ticket, who FROM (SELECT *, row_number() OVER ("                 \
    " PARTITION BY subject ORDER BY at_us DESC, what DESC, ticket DESC, who DESC) AS n"            \
    " FROM note WHERE kind = 1) WHERE n = 1"

static dx_rc derive_resolutions(sq_store *s, dx_arena *scratch, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_str *keys = NULL;
    size_t n = 0;
    if (sq_ask_(s, &q, err,
                "SELECT subject FROM (" RESOLVED ") AS now LEFT JOIN resolution AS was"
                " ON was.key = subject WHERE was.at_us IS NOT now.at_us ORDER BY 1",
                NULL, 0) ||
        sq_read_rows(s, q, read_text, sizeof *keys, scratch, &keys, &n, err) ||
        sq_do_(s, err, "DELETE FROM resolution", NULL, 0) ||
        sq_do_(s, err, "INSERT INTO resolution " RESOLVED, NULL, 0))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (touch_key_places(s, keys[i], err))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc put_resolution(sq_store *s, const dx_resolution *r, dx_err *err)
{
    int64_t server = 0;
    const dx_note note = {.kind = DX_NOTE_RESOLVED,
                          .at_us = s->now_us,
                          .until_us = DX_NO_TIME,
                          .subject = r->key,
                          .what = r->fix,
                          .ticket = r->ticket,
                          .by = r->by};
    const dx_rc rc =
        sq_value(s, &server, err, "SELECT server FROM finding_key WHERE key = ?1 AND attempts > 0",
                 SQ_T(r->key));
    if (rc == DX_END)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no finding has the key '%.*s'",
                       DX_FMT(r->key));
    if (rc == DX_FAIL || sq_note_add(s, &note, err) ||
        sq_do(s, err, "INSERT OR REPLACE INTO resolution VALUES (?1, ?2, ?3, ?4, ?5)", SQ_T(r->key),
              SQ_I(s->now_us), SQ_T(r->fix), SQ_T(r->ticket), SQ_T(r->by)))
        return DX_FAIL;
    return touch_key_places(s, r->key, err);
}

dx_rc sq_resolve(dx_store *base, const dx_resolution *r, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    return sq_enter(s, err) ? DX_FAIL : sq_leave(s, put_resolution(s, r, err), err);
}

static dx_rc derive_silence(sq_store *s, dx_str diagnosis, dx_err *err)
{
    int64_t id = 0;
    if (sq_term(s, diagnosis, &id, err) ||
        sq_do(s, err, "DELETE FROM silence WHERE diagnosis = ?1", SQ_I(id)))
        return DX_FAIL;
    return sq_do(
        s, err,
        "INSERT INTO silence SELECT ?1, at_us, until_us, what, who FROM (SELECT * FROM note"
        " WHERE kind IN (2, 3) AND subject = ?2"
        " ORDER BY at_us DESC, kind DESC, until_us DESC, what DESC, who DESC LIMIT 1)"
        " WHERE kind = 2",
        SQ_I(id), SQ_T(diagnosis));
}

static dx_rc silences_derive(sq_store *s, dx_arena *scratch, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_str *list = NULL;
    size_t n = 0;
    if (sq_ask_(s, &q, err, "SELECT DISTINCT subject FROM note WHERE kind IN (2, 3)", NULL, 0))
        return DX_FAIL;
    dx_rc rc = sq_read_rows(s, q, read_text, sizeof *list, scratch, &list, &n, err);
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = derive_silence(s, list[i], err);
    return rc;
}

static dx_rc put_silence(sq_store *s, dx_str diagnosis, int64_t until_us, dx_str reason, dx_str by,
                         dx_err *err)
{
    const dx_note note = {.kind = until_us == DX_NO_TIME ? DX_NOTE_UNSILENCED : DX_NOTE_SILENCED,
                          .at_us = s->now_us,
                          .until_us = until_us,
                          .subject = diagnosis,
                          .what = reason,
                          .by = by};
    return sq_note_add(s, &note, err) || derive_silence(s, diagnosis, err) ? DX_FAIL : DX_OK;
}

dx_rc sq_silence(dx_store *base, dx_str diagnosis, int64_t until_us, dx_str reason, dx_str by,
                 dx_err *err)
{
    sq_store *s = (sq_store *)base;
    if (!diagnosis.n)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "which diagnosis should be silent?");
    if (until_us != DX_NO_TIME && until_us <= s->now_us)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "a silence must end after now");
    if (sq_enter(s, err))
        return DX_FAIL;
    return sq_leave(s, put_silence(s, diagnosis, until_us, reason, by, err), err);
}

static dx_rc read_silence(sqlite3_stmt *q, dx_arena *into, void *one, dx_err *err)
{
    dx_silence *out = one;
    out->at_us = sqlite3_column_int64(q, 1);
    out->until_us = sqlite3_column_int64(q, 2);
    if (sq_copy(q, 0, into, &out->diagnosis, err) || sq_copy(q, 3, into, &out->reason, err))
        return DX_FAIL;
    return sq_copy(q, 4, into, &out->by, err);
}

dx_rc sq_silences(dx_store *base, int64_t now_us, dx_arena *into, dx_silence **out, size_t *n,
                  dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT term.text, at_us, until_us, reason, who FROM silence"
               " JOIN term ON term.id = diagnosis WHERE until_us > ?1 ORDER BY term.text",
               SQ_I(now_us)))
        return DX_FAIL;
    return sq_read_rows(s, q, read_silence, sizeof **out, into, out, n, err);
}

/* ---- history ---- */

static dx_rc read_note(sqlite3_stmt *q, dx_arena *into, void *one, dx_err *err)
{
    dx_note *out = one;
    out->at_us = sqlite3_column_int64(q, 0);
    out->kind = (dx_note_kind)sq_word(q, 1, DX_NOTE_TAG);
    out->until_us = sqlite3_column_int64(q, 6) ? sqlite3_column_int64(q, 6) : DX_NO_TIME;
    if (sq_copy(q, 2, into, &out->subject, err) || sq_copy(q, 3, into, &out->what, err) ||
        sq_copy(q, 4, into, &out->ticket, err))
        return DX_FAIL;
    return sq_copy(q, 5, into, &out->by, err);
}

dx_rc sq_notes(dx_store *base, dx_str subject, dx_arena *into, dx_notes *out, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    dx_note *list = NULL;
    size_t n = 0;
    if (sq_ask(s, &q, err,
               "SELECT at_us, kind, subject, what, ticket, who, until_us FROM note"
               " WHERE subject = ?1 UNION ALL SELECT at_us, 0, key, version, '', digest, 0"
               " FROM key_history JOIN ruleset ON ruleset.id = ruleset WHERE key = ?1"
               " ORDER BY 1, 2, 4, 6",
               SQ_T(subject)))
        return DX_FAIL;
    if (sq_read_rows(s, q, read_note, sizeof *list, into, &list, &n, err))
        return DX_FAIL;
    *out = (dx_notes){n, list};
    return DX_OK;
}

/* ---- all of it, after notes of another store came in ---- */

dx_rc sq_notes_derive(sq_store *s, dx_arena *scratch, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t *ids;
    size_t n;
    /* A tag may be the only thing told of a server; one that is an alias now has none. */
    if (sq_do_(s, err,
               "INSERT OR IGNORE INTO server (name) SELECT subject FROM note"
               " WHERE kind IN (4, 5) ORDER BY 1",
               NULL, 0) ||
        sq_aliases_derive(s, scratch, err) || derive_resolutions(s, scratch, err) ||
        silences_derive(s, scratch, err) ||
        sq_ask_(s, &q, err,
                "SELECT coalesce(counts_as, id) FROM server WHERE EXISTS (SELECT 1"
                " FROM note WHERE subject = name AND kind = 5) UNION SELECT server FROM tag",
                NULL, 0) ||
        sq_numbers(s, q, scratch, &ids, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (sq_tags_derive(s, ids[i], err))
            return DX_FAIL;
    return DX_OK;
}
