#include "db/backends/clickhouse_content.h"
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/sqlite_lists.h"

/* ---- as a text ---- */

static const ch_part parts[] = {
    {'A', "SELECT records, stride, outcome_line, outcome_text, opened, closed, attempt.began_us, "
          "zone.text,"
          " seqs, first_seen_us, ruleset.digest, ruleset.version FROM attempt"
          " JOIN term AS zone ON zone.id = zone JOIN scan ON scan.id = read_scan"
          " JOIN ruleset ON ruleset.id = ruleset WHERE attempt.id = ?1 AND ?2 < ?3"},
    {'S', "SELECT ordinal, parent, first_offset, first_seq FROM sighting"
          " JOIN attempt ON attempt.id = attempt WHERE attempt = ?1 AND ?2 < ?3"
          " ORDER BY sighting.records >= attempt.records DESC, sighting.scan DESC,"
          " sighting.source LIMIT 1"},
    {'F', "SELECT name.text, value, line, how.text FROM attempt CROSS JOIN sq_facts(facts) AS fact"
          " CROSS JOIN term AS name ON name.id = fact.name"
          " CROSS JOIN term AS how ON how.id = fact.how WHERE attempt.id = ?1 AND ?2 < ?3"},
    {'E', "SELECT event.id & 16777215, name, base, polarity, seq, at, line, more, offset, time_us,"
          " level, text FROM event JOIN evidence ON evidence.id = evidence"
          " JOIN signature ON signature.id = signature WHERE ?1 AND event.id BETWEEN ?2 AND ?3"
          " ORDER BY event.id"},
    {'D', "SELECT event.id & 16777215, field.ord, term.text, type, field.text, number FROM event"
          " JOIN field ON field.evidence = event.evidence JOIN term ON term.id = field.name"
          " WHERE ?1 AND event.id BETWEEN ?2 AND ?3 ORDER BY event.id, field.ord"},
    {'K', "SELECT seq, line, more, offset, time_us, level, coalesce(one.text, evidence.text)"
          " FROM kept CROSS JOIN sq_kept(list) AS one"
          " LEFT JOIN evidence ON evidence.id = one.evidence WHERE attempt = ?1 AND ?2 < ?3"},
};

dx_rc ch_content_of(sq_store *s, int64_t attempt, dx_buf *out, dx_err *err)
{
    return ch_detail_parts(s, parts, sizeof parts / sizeof *parts, attempt, out, err);
}

/* ---- and back ---- */

static sq_arg number_of(dx_str f)
{
    return f.n ? SQ_I(ch_number(f)) : SQ_NIL;
}

static dx_rc read_by(sq_store *s, const dx_str *f, int64_t *scan, dx_err *err)
{
    int64_t rules = 0;

    if (sq_value(s, &rules, err,
                 "INSERT INTO ruleset (digest, version) VALUES (?1, ?2)"
                 " ON CONFLICT DO UPDATE SET version = version RETURNING id",
                 SQ_T(f[10]), SQ_T(f[11])) != DX_OK)
        return DX_FAIL;
    const dx_rc rc =
        sq_value(s, scan, err, "SELECT id FROM scan WHERE ruleset = ?1 LIMIT 1", SQ_I(rules));
    if (rc != DX_END)
        return rc;
    return sq_value(s, scan, err,
                    "INSERT INTO scan (began_us, ended_us, complete, ruleset, program)"
                    " VALUES (0, 0, 1, ?1, 1) RETURNING id",
                    SQ_I(rules));
}

static dx_rc put_row(sq_store *s, int64_t attempt, const dx_str *f, dx_err *err)
{
    int64_t zone = 0, scan = 0;

    if (sq_term(s, f[7], &zone, err) || read_by(s, f, &scan, err))
        return DX_FAIL;
    return sq_do(s, err,
                 "UPDATE attempt SET records = ?2, stride = ?3, outcome_line = ?4,"
                 " outcome_text = ?5, opened = ?6, closed = ?7, began_us = ?8, zone = ?9,"
                 " seqs = ?10, first_seen_us = ?11, read_scan = ?12 WHERE id = ?1",
                 SQ_I(attempt), number_of(f[0]), number_of(f[1]), number_of(f[2]), SQ_T(f[3]),
                 number_of(f[4]), number_of(f[5]), number_of(f[6]), SQ_I(zone), number_of(f[8]),
                 number_of(f[9]), SQ_I(scan));
}

static dx_rc put_sighting(sq_store *s, int64_t attempt, const dx_str *f, dx_err *err)
{
    return sq_do(s, err,
                 "UPDATE sighting SET ordinal = ?2, parent = ?3, first_offset = ?4, first_seq = ?5,"
                 " records = (SELECT records FROM attempt WHERE id = ?1) WHERE attempt = ?1",
                 SQ_I(attempt), number_of(f[0]), number_of(f[1]), number_of(f[2]), number_of(f[3]));
}

static int64_t number_or(dx_str f, int64_t otherwise)
{
    return f.n ? ch_number(f) : otherwise;
}

/* They come one by one. */
static dx_rc put_fact(sq_store *s, int64_t attempt, const dx_str *f, dx_err *err)
{
    sq_fact fact = {.line = number_or(f[2], SQ_ROW_NULL), .value = f[1]};
    dx_buf one = {0};

    if (sq_term(s, f[0], &fact.name, err) || sq_term(s, f[3], &fact.how, err))
        return DX_FAIL;
    sq_fact_pack(&one, &fact);
    const dx_rc rc = one.failed
                         ? dx_nomem(err)
                         : sq_do(s, err,
                                 "UPDATE attempt SET facts = CASE facts WHEN '[]' THEN '[' ELSE"
                                 " substr(facts, 1, length(facts) - 1) || ',' END || ?2 || ']'"
                                 " WHERE id = ?1",
                                 SQ_I(attempt), SQ_T(dx_buf_str(&one)));
    dx_buf_done(&one);
    return rc;
}

/* Each event has a text of its own, so that its fields need not be compared. */
static dx_rc put_event(sq_store *s, int64_t attempt, const dx_str *f, dx_err *err)
{
    const int64_t id = sq_event_id(attempt, (size_t)ch_number(f[0]));
    int64_t signature = 0;

    if (sq_value(s, &signature, err,
                 "INSERT INTO signature (name, base, polarity) VALUES (?1, ?2, ?3)"
                 " ON CONFLICT DO UPDATE SET name = name RETURNING id",
                 SQ_T(f[1]), SQ_T(f[2]), number_of(f[3])) != DX_OK ||
        sq_do(s, err, "INSERT INTO evidence (id, signature, hash, text) VALUES (?1, ?2, ?1, ?3)",
              SQ_I(id), SQ_I(signature), SQ_T(f[11])))
        return DX_FAIL;
    return sq_do(s, err,
                 "INSERT INTO event (id, evidence, seq, at, line, more, offset, time_us, level)"
                 " VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                 SQ_I(id), number_of(f[4]), number_of(f[5]), number_of(f[6]), number_of(f[7]),
                 number_of(f[8]), number_of(f[9]), number_of(f[10]));
}

static dx_rc put_field(sq_store *s, int64_t attempt, const dx_str *f, dx_err *err)
{
    int64_t name = 0;

    if (sq_term(s, f[2], &name, err))
        return DX_FAIL;
    return sq_do(s, err, "INSERT INTO field VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                 SQ_I(sq_event_id(attempt, (size_t)ch_number(f[0]))), number_of(f[1]), SQ_I(name),
                 number_of(f[3]), SQ_T(f[4]), number_of(f[5]));
}

static dx_rc put_kept(sq_store *s, int64_t attempt, const dx_str *f, dx_err *err)
{
    dx_buf one = {0};

    sq_kept_pack(&one, &(sq_kept){.seq = number_or(f[0], 0),
                                  .line = number_or(f[1], 0),
                                  .more = number_or(f[2], 0),
                                  .offset = number_or(f[3], 0),
                                  .time_us = number_or(f[4], DX_NO_TIME),
                                  .level = number_or(f[5], 0),
                                  .text = f[6]});
    const dx_rc rc =
        one.failed ? dx_nomem(err)
                   : sq_do(s, err,
                           "INSERT INTO kept (attempt, list) VALUES (?1, ?2) ON CONFLICT (attempt)"
                           " DO UPDATE SET list = CAST(list || excluded.list AS BLOB)",
                           SQ_I(attempt), SQ_B(dx_buf_str(&one)));
    dx_buf_done(&one);
    return rc;
}

static dx_rc put_part(sq_store *s, int64_t attempt, char kind, const dx_str *f, dx_err *err)
{
    switch (kind) {
    case 'A':
        return put_row(s, attempt, f, err);
    case 'S':
        return put_sighting(s, attempt, f, err);
    case 'F':
        return put_fact(s, attempt, f, err);
    case 'E':
        return put_event(s, attempt, f, err);
    case 'D':
        return put_field(s, attempt, f, err);
    case 'K':
        return put_kept(s, attempt, f, err);
    default:
        return DX_OK; /* of a later version */
    }
}

dx_rc ch_content_put(sq_store *s, int64_t attempt, int64_t number, dx_str content,
                     dx_arena *scratch, dx_err *err)
{
    dx_str row, f[CH_DETAIL_FIELDS];
    char kind;

    while (content.n && dx_str_next(&content, CH_RECORD, &row))
        if (ch_detail_take(row, scratch, &kind, f, err) != DX_OK ||
            put_part(s, attempt, kind, f, err) != DX_OK)
            return DX_FAIL;
    return sq_do(s, err, "UPDATE attempt SET top = ?2 WHERE id = ?1", SQ_I(attempt), SQ_I(number));
}
