#include "db/backends/clickhouse_detail.h"
#include <string.h>

void ch_detail_text(dx_buf *out, dx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        const char c = text.p[i];
        const bool escaped = c == CH_ESCAPE || c == CH_RECORD || c == CH_FIELD;
        if (escaped)
            dx_buf_char(out, CH_ESCAPE);
        dx_buf_char(out, escaped ? (char)(c - CH_ESCAPE + 'd') : c);
    }
}

/* Adds all rows of a query as rows of this kind: their columns in order, numbers as text. */
static dx_rc add_rows(sq_store *s, sqlite3_stmt *q, char kind, dx_buf *out, dx_err *err)
{
    dx_rc rc;

    while ((rc = sq_next(s, q, err)) == DX_OK) {
        dx_buf_char(out, kind);
        dx_buf_char(out, CH_FIELD);
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            if (sqlite3_column_type(q, i) == SQLITE_INTEGER)
                dx_buf_printf(out, "%lld", (long long)sqlite3_column_int64(q, i));
            else
                ch_detail_text(out, sq_bytes(q, i));
            dx_buf_char(out, CH_FIELD);
        }
        dx_buf_char(out, CH_RECORD);
    }
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_str ch_detail_plain(dx_str text, dx_arena *into)
{
    if (!text.n || !memchr(text.p, CH_ESCAPE, text.n))
        return text;
    char *out = dx_arena_get(into, text.n);
    size_t n = 0;

    for (size_t i = 0; out && i < text.n; i++) {
        const bool escaped = text.p[i] == CH_ESCAPE && i + 1 < text.n;
        i += escaped;
        out[n++] = escaped ? (char)(text.p[i] - 'd' + CH_ESCAPE) : text.p[i];
    }
    return (dx_str){out, out ? n : 0};
}

dx_rc ch_detail_take(dx_str row, dx_arena *into, char *kind, dx_str f[CH_DETAIL_FIELDS],
                     dx_err *err)
{
    dx_str head;

    *kind = 0;
    if (!dx_str_next(&row, CH_FIELD, &head) || head.n != 1)
        return DX_OK;
    for (size_t i = 0; i < CH_DETAIL_FIELDS; i++) {
        if (!dx_str_next(&row, CH_FIELD, &f[i]))
            f[i] = DX_NONE;
        else if ((f[i] = ch_detail_plain(f[i], into)).p == NULL)
            return dx_nomem(err);
    }
    *kind = head.p[0];
    return DX_OK;
}

/* ---- of an attempt ---- */

dx_rc ch_detail_parts(sq_store *s, const ch_part *parts, size_t n, int64_t id, dx_buf *out,
                      dx_err *err)
{
    const sq_arg args[] = {SQ_I(id), SQ_I(sq_event_id(id, 0)),
                           SQ_I(sq_event_id(id, SQ_EVENT_MAX - 1))};

    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *q = NULL;
        if (sq_ask_(s, &q, err, parts[i].sql, args, sizeof args / sizeof *args) ||
            add_rows(s, q, parts[i].kind, out, err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* Its own line, its findings, which rules found them, unknown errors, and keys of what is
 * undecided. */
static const ch_part lists[] = {
    {'A', "SELECT attempt.ended_us, attempt.lines, attempt.code, path, member, first_line, errors,"
          " warnings FROM attempt LEFT JOIN sighting ON sighting.attempt = attempt.id"
          " LEFT JOIN source ON source.id = sighting.source WHERE attempt.id = ?1 AND ?2 < ?3"
          " ORDER BY sighting.records >= attempt.records DESC, sighting.scan DESC,"
          " sighting.source LIMIT 1"},
    {'F', "SELECT key, diagnosis.text, cause.text, title, confidence, state, begun_us"
          " FROM finding JOIN term AS diagnosis ON diagnosis.id = diagnosis"
          " JOIN term AS cause ON cause.id = cause_class"
          " JOIN wording ON wording.id = wording WHERE attempt = ?1 AND ?2 < ?3 ORDER BY ord"},
    {'K', "SELECT DISTINCT key_history.key, version, digest, at_us FROM finding"
          " JOIN key_history ON key_history.key = finding.key"
          " JOIN ruleset ON ruleset.id = key_history.ruleset WHERE attempt = ?1 AND ?2 < ?3"
          " ORDER BY 1, 4, 3"},
    {'U', "SELECT pattern.text, evidence.text, event.time_us FROM event"
          " JOIN evidence ON evidence.id = event.evidence"
          " JOIN pattern ON pattern.id = evidence.pattern"
          " WHERE ?1 AND event.id BETWEEN ?2 AND ?3 ORDER BY event.id"},
    {'V', "SELECT key FROM undecided WHERE attempt = ?1 AND ?2 < ?3 ORDER BY ord"},
};

dx_rc ch_detail_of(sq_store *s, int64_t id, dx_buf *out, dx_err *err)
{
    return ch_detail_parts(s, lists, sizeof lists / sizeof *lists, id, out, err);
}
