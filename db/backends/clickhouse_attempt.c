/* Fetched attempts become rows of a store in memory. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_sums.h"

/* Rows that every attempt and verdict must point to. */
static dx_rc put_scan(sq_store *s, dx_err *err)
{
    return sq_do_(s, err, "INSERT OR IGNORE INTO term (id, text) VALUES (1, '')", NULL, 0) ||
                   sq_do_(s, err, "INSERT OR IGNORE INTO ruleset VALUES (1, '', '')", NULL, 0) ||
                   sq_do_(s, err, "INSERT OR IGNORE INTO scan VALUES (1, 0, 0, 1, 1, 1)", NULL, 0)
               ? DX_FAIL
               : DX_OK;
}

typedef struct attempt_row {
    int64_t id, server, format, occurrence, happened_us, ended_us, lines, errors, warnings;
    unsigned outcome;
    dx_str digest, code;
} attempt_row;

static dx_rc put_attempt(sq_store *s, const attempt_row *a, dx_err *err)
{
    return sq_do(s, err,
                 "INSERT INTO attempt (id, server, format, digest, occurrence, records, stride,"
                 " marks, outcome, outcome_text, code, opened, closed, began_us, ended_us, zone,"
                 " lines, seqs, errors, warnings, first_seen_us, first_scan, read_scan)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, 1, 1, x'', ?6, '', ?7, 0, 0, ?8, ?9, 1, ?10, 0, ?11,"
                 " ?12, ?8, 1, 1)",
                 SQ_I(a->id), SQ_I(a->server), SQ_I(a->format), SQ_B(a->digest),
                 SQ_I(a->occurrence), SQ_I(a->outcome), SQ_T(a->code), SQ_I(a->happened_us),
                 sq_time(a->ended_us), SQ_I(a->lines), SQ_I(a->errors), SQ_I(a->warnings));
}

static dx_rc put_place(sq_store *s, int64_t attempt, const dx_str *f, dx_err *err)
{
    int64_t source = 0;

    if (f[3].n == 0)
        return DX_OK;
    if (sq_value(s, &source, err,
                 "INSERT INTO source (path, member, format, encoding, bytes, bad_bytes, lines,"
                 " digest, first_seen_us, scan) VALUES (?1, ?2, 1, 1, 0, 0, 0, x'', 0, 1)"
                 " ON CONFLICT DO UPDATE SET scan = 1 RETURNING id",
                 SQ_T(f[3]), SQ_T(f[4])) != DX_OK)
        return DX_FAIL;
    return sq_do(s, err, "INSERT INTO sighting VALUES (?1, ?2, 1, 0, ?3, 0, 0, 1, 1)",
                 SQ_I(attempt), SQ_I(source), SQ_I(ch_number(f[5])));
}

static dx_rc wording(sq_store *s, dx_str title, int64_t *id, dx_err *err)
{
    return sq_value(s, id, err,
                    "INSERT INTO wording (hash, title, body) VALUES (?1, ?2, '{}')"
                    " ON CONFLICT DO UPDATE SET title = title RETURNING id",
                    SQ_I((int64_t)dx_hash64(title, 0)), SQ_T(title)) == DX_OK
               ? DX_OK
               : DX_FAIL;
}

static dx_rc put_finding(sq_store *s, int64_t attempt, int64_t ord, const dx_str *f, dx_err *err)
{
    int64_t diagnosis = 0, cause = 0, words = 0;

    if (sq_term(s, f[1], &diagnosis, err) || sq_term(s, f[2], &cause, err) ||
        wording(s, f[3], &words, err) ||
        sq_do(s, err, "INSERT OR IGNORE INTO verdict VALUES (?1, 1, 1, 0)", SQ_I(attempt)) ||
        sq_do(s, err,
              "INSERT INTO finding_key (key, first_seen_us, diagnosis) VALUES (?1, 0, ?2)"
              " ON CONFLICT DO NOTHING",
              SQ_T(f[0]), SQ_I(diagnosis)))
        return DX_FAIL;
    return sq_do(
        s, err,
        "INSERT INTO finding (attempt, ord, key, diagnosis, cause_class, confidence, state,"
        " state_why, wording, detail, begun_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '',"
        " ?8, '{}', ?9)",
        SQ_I(attempt), SQ_I(ord), SQ_T(f[0]), SQ_I(diagnosis), SQ_I(cause), SQ_I(ch_number(f[4])),
        SQ_I(ch_number(f[5])), SQ_I(words), f[6].n ? SQ_I(ch_number(f[6])) : SQ_NIL);
}

/* A text of a pattern. */
static dx_rc put_text(sq_store *s, dx_str pattern, dx_str text, int64_t *id, dx_err *err)
{
    int64_t signature = 0, of = 0;

    if (sq_value_(s, &signature, err,
                  "INSERT INTO signature (name, base, polarity) VALUES ('', '', 4)"
                  " ON CONFLICT DO UPDATE SET name = '' RETURNING id",
                  NULL, 0) != DX_OK ||
        sq_pattern(s, pattern, &of, err))
        return DX_FAIL;
    return sq_value(s, id, err,
                    "INSERT INTO evidence (signature, hash, text, pattern) VALUES (?1, ?2, ?3, ?4)"
                    " ON CONFLICT DO UPDATE SET pattern = ?4 RETURNING id",
                    SQ_I(signature), SQ_I((int64_t)dx_hash64(text, 0)), SQ_T(text),
                    SQ_I(of)) == DX_OK
               ? DX_OK
               : DX_FAIL;
}

/* One text for each pattern, and where it was last. */
static dx_rc put_unknown(sq_store *s, int64_t attempt, int64_t ord, const dx_str *f, dx_err *err)
{
    int64_t evidence = 0;

    if (put_text(s, f[0], f[1], &evidence, err) != DX_OK)
        return DX_FAIL;
    return sq_do(s, err,
                 "INSERT OR IGNORE INTO event (id, evidence, seq, at, line, more, offset, time_us,"
                 " level) VALUES (?1, ?2, 0, 0, 0, 0, 0, ?3, 0)",
                 SQ_I(sq_event_id(attempt, (size_t)ord)), SQ_I(evidence),
                 f[2].n ? SQ_I(ch_number(f[2])) : SQ_NIL);
}

/* Which rules found a key first. */
static dx_rc put_history(sq_store *s, const dx_str *f, dx_err *err)
{
    int64_t rules = 0;

    if (sq_value(s, &rules, err,
                 "INSERT INTO ruleset (digest, version) VALUES (?1, ?2)"
                 " ON CONFLICT DO UPDATE SET version = version RETURNING id",
                 SQ_T(f[2]), SQ_T(f[1])) != DX_OK)
        return DX_FAIL;
    return sq_do(s, err,
                 "INSERT INTO key_history VALUES (?1, ?2, ?3)"
                 " ON CONFLICT DO UPDATE SET at_us = min(at_us, ?3)",
                 SQ_T(f[0]), SQ_I(rules), SQ_I(ch_number(f[3])));
}

static dx_rc put_undecided(sq_store *s, int64_t attempt, int64_t ord, const dx_str *f, dx_err *err)
{
    return sq_do(s, err, "INSERT OR IGNORE INTO verdict VALUES (?1, 1, 1, 0)", SQ_I(attempt)) ||
                   sq_do(s, err, "INSERT INTO undecided VALUES (?1, ?2, ?3, 1, '[]')",
                         SQ_I(attempt), SQ_I(ord), SQ_T(f[0]))
               ? DX_FAIL
               : DX_OK;
}

static dx_rc put_detail(sq_store *s, attempt_row *a, unsigned needs, dx_str detail,
                        dx_arena *scratch, dx_err *err)
{
    dx_str record, f[CH_DETAIL_FIELDS];
    int64_t findings = 0, unknowns = 0, undecided = 0;
    dx_rc rc = DX_OK;
    char kind;

    while (rc == DX_OK && dx_str_next(&detail, CH_RECORD, &record)) {
        if (ch_detail_take(record, scratch, &kind, f, err) != DX_OK)
            return DX_FAIL;
        if (kind == 'A') {
            a->ended_us = f[0].n ? ch_number(f[0]) : DX_NO_TIME;
            a->lines = ch_number(f[1]);
            a->code = f[2].p ? f[2] : DX_LIT("");
            a->errors = ch_number(f[6]);
            a->warnings = ch_number(f[7]);
            rc = put_attempt(s, a, err) || put_place(s, a->id, f, err) ? DX_FAIL : DX_OK;
        } else if (kind == 'F') {
            rc = put_finding(s, a->id, findings++, f, err);
        } else if (kind == 'K') {
            rc = put_history(s, f, err);
        } else if (kind == 'U' && !(needs & CH_BARE)) {
            rc = put_unknown(s, a->id, unknowns++, f, err);
        } else if (kind == 'V') {
            rc = put_undecided(s, a->id, undecided++, f, err);
        }
    }
    return rc;
}

/* The cells of an attempt; its best diagnosis, cause and code as ids. */
static dx_rc put_things(sq_store *s, const ch_wish *wish, const dx_str *f, const ch_cell *at,
                        int64_t happened_us, int64_t best[SQ_KINDS], dx_arena *scratch, dx_err *err)
{
    dx_str kinds = f[9], names = f[10], events = f[11], kind, name, count;
    dx_rc rc = DX_OK;

    while (rc == DX_OK && dx_str_next(&kinds, ',', &kind)) {
        ch_cell cell = *at;
        const sq_kind k = (sq_kind)ch_number(kind);
        int64_t id = 0;
        if (!dx_str_next(&names, CH_RECORD, &name))
            name = DX_NONE;
        if (!dx_str_next(&events, ',', &count))
            count = DX_NONE;
        const bool wanted = k == SQ_ALL || wish->kinds & 1u << k;
        const bool held = k == SQ_DIAGNOSIS || k == SQ_CAUSE || k == SQ_CODE;
        if (k >= SQ_KINDS || (!wanted && !held))
            continue;
        rc = ch_thing_id(s, k, ch_detail_plain(name, scratch), &id, err);
        best[k] = id;
        cell.what = SQ_WHAT(k, id);
        cell.events = ch_number(count);
        if (rc == DX_OK && wanted && wish->needs & CH_COUNTS)
            rc = ch_add_cell(s, &cell, err);
        if (rc == DX_OK && wanted && wish->needs & CH_FIRSTS)
            rc = ch_add_first(s, cell.what, happened_us, err);
    }
    return rc;
}

static sq_arg or_null(int64_t id)
{
    return id ? SQ_I(id) : SQ_NIL;
}

static unsigned nibble(char c)
{
    return (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0') & 15;
}

/* A digest as it was before it travelled as text. */
static dx_str bytes_of(dx_str hex, char out[16])
{
    size_t n = 0;

    for (; n < 16 && 2 * n + 1 < hex.n; n++)
        out[n] = (char)(nibble(hex.p[2 * n]) << 4 | nibble(hex.p[2 * n + 1]));
    return (dx_str){out, n};
}

dx_rc ch_put_attempt(sq_store *s, const ch_wish *wish, int64_t id, const dx_str *f,
                     dx_arena *scratch, dx_err *err)
{
    ch_spot spot = {0};
    const bool failed = ch_number(f[8]) != 0;
    int64_t best[SQ_KINDS] = {0}, product = 0;
    char digest[16];
    attempt_row a = {.id = id,
                     .happened_us = ch_number(f[4]),
                     .ended_us = DX_NO_TIME,
                     .outcome = (unsigned)ch_number(f[7]),
                     .digest = bytes_of(f[2], digest),
                     .occurrence = ch_number(f[3])};

    if (put_scan(s, err) || ch_spot_of(s, f[0], f[5], f[6], &spot, err) ||
        sq_server(s, f[0], &a.server, err) || sq_term(s, f[1], &a.format, err) ||
        put_detail(s, &a, wish->needs, f[12], scratch, err))
        return DX_FAIL;
    const ch_cell at = {.server = spot.server,
                        .release = spot.release,
                        .day = dx_day_of(a.happened_us),
                        .attempts = 1,
                        .failures = failed};
    if (put_things(s, wish, f, &at, a.happened_us, best, scratch, err) ||
        sq_product_of(s, at.release, &product, err))
        return DX_FAIL;
    return sq_do(s, err, "INSERT INTO standing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                 SQ_I(id), SQ_I(at.server), SQ_I(a.happened_us), SQ_I(at.release), SQ_I(failed),
                 or_null(best[SQ_DIAGNOSIS]), or_null(best[SQ_CAUSE]), or_null(best[SQ_CODE]),
                 SQ_I(product));
}

dx_rc ch_attempt_id(sq_store *s, const dx_str f[4], int64_t *id, dx_err *err)
{
    char digest[16];

    return sq_value(s, id, err,
                    "SELECT attempt.id FROM attempt JOIN server ON server.id = server"
                    " JOIN term ON term.id = format WHERE name = ?1 AND term.text = ?2"
                    " AND digest = ?3 AND occurrence = ?4",
                    SQ_T(f[0]), SQ_T(f[1]), SQ_B(bytes_of(f[2], digest)), SQ_I(ch_number(f[3])));
}

/* An attempt that counts nowhere. */
static dx_rc put_bare(sq_store *s, dx_str server, attempt_row *a, dx_err *err)
{
    int64_t last = 0;

    a->code = DX_LIT("");
    a->ended_us = DX_NO_TIME;
    if (put_scan(s, err) || sq_server(s, server, &a->server, err) ||
        sq_term(s, DX_LIT(""), &a->format, err) ||
        sq_value_(s, &last, err, "SELECT coalesce(max(id), 0) FROM attempt", NULL, 0) != DX_OK)
        return DX_FAIL;
    a->id = a->occurrence = last + 1;
    return put_attempt(s, a, err);
}

static dx_rc put_number(sq_store *s, int64_t attempt, int64_t number, dx_err *err)
{
    return sq_do(s, err, "UPDATE attempt SET top = ?2 WHERE id = ?1", SQ_I(attempt), SQ_I(number));
}

dx_rc ch_put_bare_finding(sq_store *s, dx_str server, const dx_str f[7], int64_t number,
                          int64_t *id, dx_err *err)
{
    attempt_row a = {.digest = f[0]};

    if (put_bare(s, server, &a, err) || put_finding(s, a.id, 0, f, err))
        return DX_FAIL;
    *id = sqlite3_last_insert_rowid(s->db);
    return put_number(s, a.id, number, err);
}

dx_rc ch_put_sample(sq_store *s, dx_str pattern, dx_str text, int64_t number, dx_err *err)
{
    const dx_str f[] = {pattern, text, DX_NONE};
    attempt_row a = {.digest = pattern};

    return put_bare(s, DX_LIT(""), &a, err) || put_unknown(s, a.id, 0, f, err) ||
                   put_number(s, a.id, number, err)
               ? DX_FAIL
               : DX_OK;
}

/* It carries the finding that carries the title. */
dx_rc ch_put_title(sq_store *s, dx_str diagnosis, dx_str title, dx_err *err)
{
    const dx_str f[] = {diagnosis, diagnosis, DX_LIT(""), title, DX_LIT("0"), DX_LIT("0"), DX_NONE};
    attempt_row a = {.digest = diagnosis};

    return put_bare(s, DX_LIT(""), &a, err) || put_finding(s, a.id, 0, f, err) ? DX_FAIL : DX_OK;
}

dx_rc ch_put_moment(sq_store *s, dx_str server, const dx_str *f, int64_t us, dx_err *err)
{
    attempt_row a = {.happened_us = us, .digest = server};
    ch_spot spot = {0};

    if (ch_spot_of(s, server, DX_LIT(""), DX_LIT(""), &spot, err) || put_bare(s, server, &a, err) ||
        (f && put_finding(s, a.id, 0, f, err)))
        return DX_FAIL;
    return sq_do(s, err, "INSERT INTO standing VALUES (?1, ?2, ?3, ?4, 0, NULL, NULL, NULL, 0)",
                 SQ_I(a.id), SQ_I(spot.server), SQ_I(us), SQ_I(spot.release));
}
