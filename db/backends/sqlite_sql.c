/* Every statement of the backend, and how one is run. */
#include "db/backends/sqlite_sums.h"
#include "core/time.h"

static const char *const texts[SQ_COUNT_] = {
    [SQ_BEGIN] = "BEGIN IMMEDIATE",
    [SQ_COMMIT] = "COMMIT",
    [SQ_ROLLBACK] = "ROLLBACK",
    [SQ_VERSION] = "PRAGMA user_version",

    [SQ_SERVER_GET] = "SELECT id FROM server WHERE name = ?1",
    [SQ_SERVER_ADD] = "INSERT INTO server (name) VALUES (?1)",
    [SQ_TERM_GET] = "SELECT id FROM term WHERE text = ?1",
    [SQ_TERM_ADD] = "INSERT INTO term (text) VALUES (?1)",

    [SQ_PATTERN_GET] = "SELECT id FROM pattern WHERE text = ?1",
    [SQ_PATTERN_ADD] = "INSERT INTO pattern (text) VALUES (?1)",

    [SQ_RULESET_GET] = "SELECT id FROM ruleset WHERE digest = ?1",
    [SQ_RULESET_PUT] =
        "INSERT INTO ruleset (digest, version) VALUES (?1, ?2) ON CONFLICT (digest) DO UPDATE"
        " SET version = CASE excluded.version WHEN '' THEN version ELSE excluded.version END"
        " RETURNING id",
    [SQ_SCAN_ADD] = "INSERT INTO scan (began_us, ruleset, program) VALUES (?1, ?2, ?3)",
    [SQ_SCAN_END] = "UPDATE scan SET ended_us = ?2, complete = ?3 WHERE id = ?1",
    [SQ_SOURCE_ADD] =
        "INSERT OR IGNORE INTO source (path, member, format, encoding, bytes, bad_bytes, lines,"
        " digest, first_seen_us, scan) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [SQ_SOURCE_PUT] =
        "INSERT INTO source (path, member, format, encoding, bytes, bad_bytes, lines, digest,"
        " first_seen_us, scan) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        " ON CONFLICT (path, member) DO UPDATE SET format = excluded.format,"
        " encoding = excluded.encoding, bytes = excluded.bytes, bad_bytes = excluded.bad_bytes,"
        " lines = excluded.lines, digest = excluded.digest, scan = excluded.scan RETURNING id",
    [SQ_SIGHTING_ADD] =
        "INSERT INTO sighting (attempt, source, ordinal, parent, first_line, first_offset,"
        " first_seq, records, scan) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [SQ_SIGHTING_PUT] =
        "INSERT OR REPLACE INTO sighting (attempt, source, ordinal, parent, first_line,"
        " first_offset, first_seq, records, scan) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",

    [SQ_ATTEMPT_LAST] = "SELECT coalesce(max(id), 0) FROM attempt",
    [SQ_ATTEMPT_SAME] =
        "SELECT id, occurrence FROM attempt WHERE server = ?1 AND format = ?2 AND digest = ?3"
        " AND occurrence > ?4 ORDER BY occurrence LIMIT 1",
    [SQ_ATTEMPT_OCCURRENCE] = "SELECT coalesce(max(occurrence), -1) + 1 FROM attempt"
                              " WHERE server = ?1 AND format = ?2 AND digest = ?3",
    [SQ_ATTEMPT_BY_PLACE] =
        "SELECT attempt FROM sighting WHERE source = ?1 AND ordinal = ?2 AND attempt <= ?3"
        " ORDER BY scan DESC, attempt DESC LIMIT 64",
    [SQ_ATTEMPT_TRAIL] = "SELECT server, format, records, stride, marks, closed, began_us, lines"
                         " FROM attempt WHERE id = ?1",
    [SQ_ATTEMPT_TAIL] =
        "SELECT event.seq, event.at, event.line + event.more, evidence.text FROM event"
        " JOIN evidence ON evidence.id = event.evidence"
        " WHERE event.id BETWEEN ?1 AND ?2 AND event.seq >= ?3 ORDER BY event.id",
    [SQ_ATTEMPT_STALE] = "SELECT 1 FROM attempt JOIN scan AS then_ ON then_.id = attempt.read_scan"
                         " JOIN scan AS now_ ON now_.id = ?2 WHERE attempt.id = ?1"
                         " AND (then_.ruleset <> now_.ruleset OR then_.program <> now_.program)",
    [SQ_ATTEMPT_PUT] =
        "INSERT INTO attempt (id, server, format, digest, occurrence, records, stride, marks, top,"
        " outcome, outcome_line, outcome_text, code, opened, closed, began_us, ended_us, zone,"
        " lines, seqs, errors, warnings, facts, first_seen_us, first_scan, read_scan)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
        " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?25) ON CONFLICT (id) DO UPDATE SET"
        " server = excluded.server, digest = excluded.digest,"
        " occurrence = CASE digest WHEN excluded.digest THEN occurrence ELSE excluded.occurrence"
        " END, records = excluded.records,"
        " stride = excluded.stride, marks = excluded.marks, top = excluded.top,"
        " outcome = excluded.outcome, outcome_line = excluded.outcome_line,"
        " outcome_text = excluded.outcome_text, code = excluded.code, opened = excluded.opened,"
        " closed = excluded.closed, began_us = excluded.began_us, ended_us = excluded.ended_us,"
        " zone = excluded.zone, lines = excluded.lines, seqs = excluded.seqs,"
        " errors = excluded.errors, warnings = excluded.warnings, facts = excluded.facts,"
        " read_scan = excluded.read_scan",
    [SQ_ATTEMPT_ADD] =
        "INSERT INTO attempt (server, format, digest, occurrence, records, stride, marks, top,"
        " outcome, outcome_line, outcome_text, code, opened, closed, began_us, ended_us, zone,"
        " lines, seqs, errors, warnings, facts, first_seen_us, first_scan, read_scan)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
        " ?19, ?20, ?21, ?22, ?23, ?24, ?24)",

    [SQ_SIGNATURE_GET] = "SELECT id FROM signature WHERE name = ?1 AND base = ?2 AND polarity = ?3",
    [SQ_SIGNATURE_ADD] = "INSERT INTO signature (name, base, polarity) VALUES (?1, ?2, ?3)",
    [SQ_EVIDENCE_GET] = "SELECT id, text FROM evidence WHERE signature = ?1 AND hash = ?2",
    [SQ_EVIDENCE_ADD] =
        "INSERT OR IGNORE INTO evidence (signature, hash, text, pattern) VALUES (?1, ?2, ?3, ?4)",
    [SQ_FIELD_ADD] = "INSERT INTO field (evidence, ord, name, type, number, text)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SQ_EVENT_CUT] = "DELETE FROM event WHERE id BETWEEN ?1 AND ?2",

    [SQ_VERDICT_ADD] =
        "INSERT OR IGNORE INTO verdict (attempt, ruleset, scan, made_us) SELECT ?1, ?2, ?3, ?4"
        " WHERE EXISTS (SELECT 1 FROM attempt WHERE id = ?1)",
    [SQ_KEY_ADD] = "INSERT OR IGNORE INTO finding_key (key, first_seen_us) VALUES (?1, ?2)",
    [SQ_WORDING_GET] = "SELECT id, body FROM wording WHERE hash = ?1",
    [SQ_WORDING_ADD] = "INSERT INTO wording (hash, title, body) VALUES (?1, ?2, ?3)",
    [SQ_FINDING_ADD] =
        "INSERT INTO finding (attempt, ord, key, diagnosis, cause_class, confidence, state,"
        " state_why, wording, detail, begun_us)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [SQ_FINDING_EVIDENCE_ADD] = "INSERT INTO finding_evidence (finding, ord, event, points, step,"
                                " why) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SQ_UNDECIDED_ADD] = "INSERT INTO undecided (attempt, ord, key, question, candidates)"
                         " VALUES (?1, ?2, ?3, ?4, ?5)",
    [SQ_VERDICT_EVENT_ADD] = "INSERT INTO verdict_event (attempt, kind, item, ord, event)"
                             " VALUES (?1, ?2, ?3, ?4, ?5)",
    [SQ_STATE_SET] = "UPDATE finding SET state = ?3, begun_us = ?4, state_why = ?5"
                     " WHERE attempt = ?1 AND key = ?2 RETURNING id",

    /* A sighting that holds the whole attempt comes first: only its lines fit every event. */
    [SQ_CASE] =
        "SELECT server.name, format.text, attempt.digest, attempt.records, attempt.outcome,"
        " attempt.outcome_line, attempt.outcome_text, attempt.code, attempt.opened, attempt.closed,"
        " attempt.began_us, attempt.ended_us, zone.text, attempt.lines, attempt.seqs,"
        " attempt.errors, attempt.warnings, sighting.ordinal, sighting.parent, sighting.first_line,"
        " sighting.first_offset, sighting.first_seq, source.path, source.member,"
        " (SELECT ruleset.digest FROM scan JOIN ruleset ON ruleset.id = scan.ruleset"
        " WHERE scan.id = attempt.read_scan),"
        " (SELECT own.name FROM server AS own WHERE own.id = server.counts_as)"
        " FROM attempt JOIN server ON server.id = attempt.server"
        " JOIN term AS format ON format.id = attempt.format"
        " JOIN term AS zone ON zone.id = attempt.zone"
        " LEFT JOIN sighting ON sighting.attempt = attempt.id"
        " LEFT JOIN source ON source.id = sighting.source WHERE attempt.id = ?1"
        " ORDER BY sighting.records >= attempt.records DESC, sighting.scan = ?2 DESC,"
        " sighting.scan DESC, sighting.source LIMIT 1",
    [SQ_CASE_FACTS] =
        "SELECT name.text, fact.value, fact.line, how.text FROM attempt"
        " CROSS JOIN sq_facts(facts) AS fact CROSS JOIN term AS name ON name.id = fact.name"
        " CROSS JOIN term AS how ON how.id = fact.how WHERE attempt.id = ?1",
    [SQ_CASE_EVENTS] =
        "SELECT event.id, signature.name, signature.base, signature.polarity, event.seq, event.at,"
        " event.line, event.more, event.offset, event.time_us, event.level, evidence.text,"
        " evidence.id FROM event JOIN evidence ON evidence.id = event.evidence"
        " JOIN signature ON signature.id = evidence.signature"
        " WHERE event.id BETWEEN ?1 AND ?2 ORDER BY event.id",
    [SQ_CASE_FIELDS] =
        "SELECT term.text, field.type, field.text, field.number FROM field"
        " JOIN term ON term.id = field.name WHERE field.evidence = ?1 ORDER BY field.ord",
    [SQ_SERVER_ATTEMPTS] =
        "WITH own AS (SELECT coalesce(counts_as, id) AS id FROM server WHERE name = ?1)"
        " SELECT id FROM attempt WHERE server IN (SELECT id FROM own UNION ALL"
        " SELECT server.id FROM own CROSS JOIN server ON server.counts_as = own.id)"
        " ORDER BY coalesce(began_us, first_seen_us), id",
    [SQ_ALL_ATTEMPTS] = "SELECT id FROM attempt WHERE id > ?1 ORDER BY id",
};

sq_arg sq_time(int64_t us)
{
    return us == DX_NO_TIME ? SQ_NIL : SQ_I(us);
}

static int bind(sqlite3_stmt *q, int at, const sq_arg *arg)
{
    const char *p = arg->bytes.p ? arg->bytes.p : "";
    switch (arg->kind) {
    case SQ_NULL:
        return sqlite3_bind_null(q, at);
    case SQ_INT:
        return sqlite3_bind_int64(q, at, arg->number);
    case SQ_TEXT:
        return sqlite3_bind_text64(q, at, p, arg->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
    case SQ_BLOB:
        return sqlite3_bind_blob64(q, at, p, arg->bytes.n, SQLITE_STATIC);
    case SQ_ROWS:
        return sq_rows_bind(q, at, (const sq_rows *)(const void *)p);
    }
    return SQLITE_MISUSE;
}

int sq_bind(sqlite3_stmt *q, const sq_arg *args, size_t n)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < n && rc == SQLITE_OK; i++)
        rc = bind(q, (int)i + 1, &args[i]);
    return rc;
}

dx_rc sq_query_(sq_store *s, sqlite3_stmt **out, dx_err *err, sq_id id, const sq_arg *args,
                size_t n)
{
    sqlite3_stmt **q = &s->statement[id];
    if (!*q &&
        sqlite3_prepare_v3(s->db, texts[id], -1, SQLITE_PREPARE_PERSISTENT, q, NULL) != SQLITE_OK)
        return sq_fail(s, err);
    if (sq_bind(*q, args, n) != SQLITE_OK)
        return sq_fail(s, err);
    *out = *q;
    return DX_OK;
}

dx_rc sq_next(sq_store *s, sqlite3_stmt *q, dx_err *err)
{
    const int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW)
        return DX_OK;
    const dx_rc result = rc == SQLITE_DONE ? DX_END : sq_fail(s, err);
    sqlite3_reset(q);
    return result;
}

void sq_done(sqlite3_stmt *q)
{
    sqlite3_reset(q);
}

dx_rc sq_finish(sq_store *s, sqlite3_stmt *q, dx_err *err)
{
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        ;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_first(sq_store *s, sqlite3_stmt *q, int64_t *out, dx_err *err)
{
    const dx_rc rc = sq_next(s, q, err);
    if (rc != DX_OK)
        return rc;
    const bool null = sqlite3_column_type(q, 0) == SQLITE_NULL;
    const int64_t value = sqlite3_column_int64(q, 0);
    /* To its end: a change with RETURNING is only done then. */
    if (sq_finish(s, q, err))
        return DX_FAIL;
    if (null)
        return DX_END;
    *out = value;
    return DX_OK;
}

dx_rc sq_run_(sq_store *s, dx_err *err, sq_id id, const sq_arg *args, size_t n)
{
    sqlite3_stmt *q = NULL;
    return sq_query_(s, &q, err, id, args, n) ? DX_FAIL : sq_finish(s, q, err);
}

dx_rc sq_number_(sq_store *s, int64_t *out, dx_err *err, sq_id id, const sq_arg *args, size_t n)
{
    sqlite3_stmt *q = NULL;
    return sq_query_(s, &q, err, id, args, n) ? DX_FAIL : sq_first(s, q, out, err);
}

dx_rc sq_add_(sq_store *s, int64_t *id, dx_err *err, sq_id statement, const sq_arg *args, size_t n)
{
    if (sq_run_(s, err, statement, args, n))
        return DX_FAIL;
    *id = sqlite3_last_insert_rowid(s->db);
    return DX_OK;
}

dx_str sq_bytes(sqlite3_stmt *q, int column)
{
    const void *p = sqlite3_column_type(q, column) == SQLITE_BLOB
                        ? sqlite3_column_blob(q, column)
                        : (const void *)sqlite3_column_text(q, column);
    const int n = sqlite3_column_bytes(q, column);
    return n > 0 && p ? (dx_str){p, (size_t)n} : DX_NONE;
}

dx_rc sq_copy(sqlite3_stmt *q, int column, dx_arena *into, dx_str *out, dx_err *err)
{
    const dx_str text = sq_bytes(q, column);
    if (text.n) {
        const dx_str copy = dx_arena_copy(into, text);
        if (!copy.p)
            return dx_nomem(err);
        *out = copy;
        return DX_OK;
    }
    *out = DX_NONE;
    return DX_OK;
}

int64_t sq_time_at(sqlite3_stmt *q, int column)
{
    return sqlite3_column_type(q, column) == SQLITE_NULL ? DX_NO_TIME
                                                         : sqlite3_column_int64(q, column);
}

uint32_t sq_u32(int64_t v)
{
    if (v < 0)
        return 0;
    return v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

unsigned sq_word(sqlite3_stmt *q, int column, unsigned last)
{
    const uint32_t v = sq_u32(sqlite3_column_int64(q, column));
    return v > last ? last : v;
}

static void escape(dx_buf *out, unsigned char c, sq_quoting how)
{
    if (how == SQ_BRIEF && (c == '"' || c == '\\'))
        dx_buf_printf(out, "\\%c", (char)c);
    else
        dx_buf_printf(out, "\\u%04x", (unsigned)c);
}

void sq_quote(dx_buf *out, dx_str text, sq_quoting how)
{
    size_t from = 0;
    dx_buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        const unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        dx_buf_add(out, dx_str_slice(text, from, i));
        escape(out, c, how);
        from = i + 1;
    }
    dx_buf_add(out, dx_str_slice(text, from, text.n));
    dx_buf_char(out, '"');
}

void sq_put64(char out[8], uint64_t v)
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (char)(unsigned char)(v >> (8 * i));
}

uint64_t sq_get64(const char *p)
{
    uint64_t v = 0;
    for (unsigned i = 8; i-- > 0;)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static dx_rc word(sq_store *s, sq_topic topic, sq_id get, sq_id add, dx_str text, int64_t *id,
                  dx_err *err)
{
    const dx_hash128 key = dx_hash_of(text);
    sq_memory known;
    if (sq_recall(s, topic, key, &known)) {
        *id = known.a;
        return DX_OK;
    }
    dx_rc rc = sq_number(s, id, err, get, SQ_T(text));
    if (rc == DX_END)
        rc = sq_add(s, id, err, add, SQ_T(text));
    if (rc == DX_OK)
        sq_remember(s, topic, key, (sq_memory){*id, 0});
    return rc;
}

dx_rc sq_server(sq_store *s, dx_str name, int64_t *id, dx_err *err)
{
    return word(s, SQ_MEMO_SERVER, SQ_SERVER_GET, SQ_SERVER_ADD, name, id, err);
}

dx_rc sq_term(sq_store *s, dx_str text, int64_t *id, dx_err *err)
{
    return word(s, SQ_MEMO_TERM, SQ_TERM_GET, SQ_TERM_ADD, text, id, err);
}

dx_rc sq_pattern(sq_store *s, dx_str text, int64_t *id, dx_err *err)
{
    return word(s, SQ_MEMO_PATTERN, SQ_PATTERN_GET, SQ_PATTERN_ADD, text, id, err);
}

dx_rc sq_numbers(sq_store *s, sqlite3_stmt *q, dx_arena *into, int64_t **out, size_t *n,
                 dx_err *err)
{
    int64_t *list = NULL;
    size_t count = 0, cap = 0;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        if (!DX_PUSH(into, list, count, cap, sqlite3_column_int64(q, 0))) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    if (rc != DX_END)
        return DX_FAIL;
    *out = list;
    *n = count;
    return DX_OK;
}
