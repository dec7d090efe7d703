#include "db/backends/clickhouse_sums.h"
#include <string.h>

int64_t ch_number(dx_str s)
{
    long long v = 0;

    return dx_str_to_i64(s, &v) ? v : 0;
}

/* ---- ids ---- */

static dx_rc release_of(sq_store *s, int64_t product, int64_t version, int64_t *id, dx_err *err)
{
    const dx_hash128 key = {.hi = (uint64_t)product, .lo = (uint64_t)version};
    sq_memory m;

    if (sq_recall(s, SQ_MEMO_RELEASE, key, &m)) {
        *id = m.a;
        return DX_OK;
    }
    if (sq_value(s, id, err,
                 "INSERT INTO release (product, version) VALUES (?1, ?2)"
                 " ON CONFLICT DO UPDATE SET product = product RETURNING id",
                 SQ_I(product), SQ_I(version)) != DX_OK)
        return DX_FAIL;
    sq_remember(s, SQ_MEMO_RELEASE, key, (sq_memory){*id, 0});
    return DX_OK;
}

dx_rc ch_spot_of(sq_store *s, dx_str server, dx_str product, dx_str release, ch_spot *out,
                 dx_err *err)
{
    int64_t own = 0, its = 0, version = 0;

    if (sq_server(s, server, &own, err) || sq_counts_as(s, own, &out->server, err) ||
        sq_term(s, product, &its, err) || sq_term(s, release, &version, err))
        return DX_FAIL;
    return release_of(s, its, version, &out->release, err);
}

dx_rc ch_thing_id(sq_store *s, sq_kind kind, dx_str name, int64_t *id, dx_err *err)
{
    *id = 0;
    if (kind == SQ_ALL || name.n == 0)
        return DX_OK;
    if (kind == SQ_PATTERN)
        return sq_pattern(s, name, id, err);
    if (kind != SQ_SIGNATURE)
        return sq_term(s, name, id, err);
    return sq_value(s, id, err,
                    "INSERT INTO signature (name, base, polarity) VALUES (?1, '', 0)"
                    " ON CONFLICT DO UPDATE SET polarity = 0 RETURNING id",
                    SQ_T(name));
}

dx_rc ch_add_cell(sq_store *s, const ch_cell *c, dx_err *err)
{
    return sq_do(s, err,
                 "INSERT INTO cell VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET"
                 " events = events + ?5, attempts = attempts + ?6, failures = failures + ?7",
                 SQ_I(c->server), SQ_I(c->what), SQ_I(c->day), SQ_I(c->release), SQ_I(c->events),
                 SQ_I(c->attempts), SQ_I(c->failures));
}

dx_rc ch_add_first(sq_store *s, int64_t what, int64_t us, dx_err *err)
{
    return sq_do(s, err,
                 "INSERT INTO debut VALUES (?1, ?2) ON CONFLICT DO UPDATE"
                 " SET first_us = min(first_us, ?2)",
                 SQ_I(what), SQ_I(us));
}

/* ---- attempts ---- */

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

dx_rc ch_put_sample(sq_store *s, dx_str pattern, dx_str text, dx_err *err)
{
    int64_t id;

    return put_text(s, pattern, text, &id, err);
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

enum { DETAIL_FIELDS = 8 };

dx_str ch_without_escapes(dx_str text, dx_arena *into)
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

/* "A", "F", "K" or "U" and its fields. */
static dx_rc take_record(dx_str record, dx_arena *into, char *kind, dx_str f[DETAIL_FIELDS],
                         dx_err *err)
{
    dx_str head;

    *kind = 0;
    if (!dx_str_next(&record, CH_FIELD, &head) || head.n != 1)
        return DX_OK;
    for (size_t i = 0; i < DETAIL_FIELDS; i++) {
        if (!dx_str_next(&record, CH_FIELD, &f[i]))
            f[i] = DX_NONE;
        else if ((f[i] = ch_without_escapes(f[i], into)).p == NULL)
            return dx_nomem(err);
    }
    *kind = head.p[0];
    return DX_OK;
}

static dx_rc put_detail(sq_store *s, attempt_row *a, dx_str detail, dx_arena *scratch, dx_err *err)
{
    dx_str record, f[DETAIL_FIELDS];
    int64_t findings = 0, unknowns = 0;
    dx_rc rc = DX_OK;
    char kind;

    while (rc == DX_OK && dx_str_next(&detail, CH_RECORD, &record)) {
        if (take_record(record, scratch, &kind, f, err) != DX_OK)
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
        } else if (kind == 'U') {
            rc = put_unknown(s, a->id, unknowns++, f, err);
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
        rc = ch_thing_id(s, k, ch_without_escapes(name, scratch), &id, err);
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

dx_rc ch_put_attempt(sq_store *s, const ch_wish *wish, int64_t id, const dx_str *f,
                     dx_arena *scratch, dx_err *err)
{
    ch_spot spot = {0};
    const bool failed = ch_number(f[8]) != 0;
    attempt_row a = {.id = id,
                     .happened_us = ch_number(f[4]),
                     .ended_us = DX_NO_TIME,
                     .outcome = (unsigned)ch_number(f[7]),
                     .digest = f[2],
                     .occurrence = ch_number(f[3])};
    int64_t best[SQ_KINDS] = {0}, product = 0;

    if (put_scan(s, err) || ch_spot_of(s, f[0], f[5], f[6], &spot, err) ||
        sq_server(s, f[0], &a.server, err) || sq_term(s, f[1], &a.format, err) ||
        put_detail(s, &a, f[12], scratch, err))
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

dx_rc ch_put_bare_finding(sq_store *s, dx_str server, const dx_str f[7], int64_t *id, dx_err *err)
{
    attempt_row a = {.digest = f[0]};

    if (put_bare(s, server, &a, err) || put_finding(s, a.id, 0, f, err))
        return DX_FAIL;
    *id = sqlite3_last_insert_rowid(s->db);
    return DX_OK;
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

/* ---- what follows from cells ---- */

typedef int64_t day_fn(int64_t day, int64_t grain);

static int64_t bucket(int64_t day, int64_t grain)
{
    return dx_bucket_of((dx_grain)grain, day);
}

static int64_t era(int64_t day, int64_t grain)
{
    return dx_week_era(dx_bucket_of((dx_grain)grain, day));
}

static int64_t bit(int64_t day, int64_t grain)
{
    return dx_week_bit(dx_bucket_of((dx_grain)grain, day));
}

static const struct {
    const char *name;
    day_fn *fn;
} functions[] = {{"dx_bucket", bucket}, {"dx_era", era}, {"dx_bit", bit}};

static void call(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    const size_t i = (size_t)(uintptr_t)sqlite3_user_data(ctx);

    (void)n;
    sqlite3_result_int64(ctx,
                         functions[i].fn(sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1])));
}

static dx_rc add_functions(sq_store *s, dx_err *err)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (sqlite3_create_function(s->db, functions[i].name, 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                    (void *)(uintptr_t)i, call, NULL, NULL) != SQLITE_OK)
            return sq_fail(s, err);
    return DX_OK;
}

/* kind 6 counts servers by all of their attempts. */
static const char *const from_cells[] = {
    "INSERT INTO reach SELECT what, release, server, dx_era(day, 2), sum(DISTINCT dx_bit(day, 2))"
    " FROM cell GROUP BY 1, 2, 3, 4",
    "INSERT INTO reach SELECT what, -product, server, dx_era(day, 2), sum(DISTINCT dx_bit(day, 2))"
    " FROM cell JOIN release ON release.id = cell.release GROUP BY 1, 2, 3, 4",
    "INSERT INTO reach SELECT what, 0, server, dx_era(day, 2), sum(DISTINCT dx_bit(day, 2))"
    " FROM cell GROUP BY 1, 3, 4",
    "INSERT INTO tally SELECT what >> 28, 0, grain, dx_bucket(day, grain), what & 268435455,"
    " sum(events), sum(attempts), sum(failures), count(DISTINCT server) FROM cell,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) GROUP BY what, grain, 4",
    "INSERT INTO tally SELECT what >> 28, product, grain, dx_bucket(day, grain), what & 268435455,"
    " sum(events), sum(attempts), sum(failures), count(DISTINCT server) FROM cell"
    " JOIN release ON release.id = cell.release,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " GROUP BY what, product, grain, 4",
    "INSERT INTO tally SELECT 6, 0, grain, dx_bucket(day, grain), server, sum(events),"
    " sum(attempts), sum(failures), 1 FROM cell,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " WHERE what = 0 GROUP BY server, grain, 4",
    "INSERT INTO tally SELECT 6, product, grain, dx_bucket(day, grain), server, sum(events),"
    " sum(attempts), sum(failures), 1 FROM cell JOIN release ON release.id = cell.release,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " WHERE what = 0 GROUP BY server, product, grain, 4",
    "INSERT INTO tally SELECT 7, 0, grain, dx_bucket(day, grain), 0, sum(events), sum(attempts),"
    " sum(failures), 0 FROM cell, (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " WHERE what > 268435456 AND what < 536870912 GROUP BY grain, 4",
    "INSERT INTO tally SELECT 7, product, grain, dx_bucket(day, grain), 0, sum(events),"
    " sum(attempts), sum(failures), 0 FROM cell JOIN release ON release.id = cell.release,"
    " (SELECT 0 AS grain UNION SELECT 1 UNION SELECT 2 UNION SELECT 3)"
    " WHERE what > 268435456 AND what < 536870912 GROUP BY product, grain, 4",
    "INSERT INTO tally_by SELECT 7, 0, 0, release, 0, dx_bucket(day, 2), sum(events),"
    " sum(attempts), sum(failures) FROM cell WHERE what > 268435456 AND what < 536870912"
    " GROUP BY release, 6",
    "INSERT INTO tally_by SELECT 7, 1, 0, coalesce(value, 0), product, dx_bucket(day, 2),"
    " sum(events), sum(attempts), sum(failures) FROM cell"
    " JOIN release ON release.id = cell.release LEFT JOIN tag ON tag.server = cell.server"
    " AND tag.name = (SELECT id FROM term WHERE text = 'site')"
    " WHERE what > 268435456 AND what < 536870912 GROUP BY coalesce(value, 0), product, 6",
    "INSERT INTO tally_by SELECT what >> 28, 0, what & 268435455, release, 0, dx_bucket(day, 2),"
    " sum(events), sum(attempts), sum(failures) FROM cell GROUP BY what, release, 6",
    "INSERT INTO tally_by SELECT what >> 28, 1, what & 268435455, coalesce(value, 0), product,"
    " dx_bucket(day, 2), sum(events), sum(attempts), sum(failures) FROM cell"
    " JOIN release ON release.id = cell.release LEFT JOIN tag ON tag.server = cell.server"
    " AND tag.name = (SELECT id FROM term WHERE text = 'site')"
    " GROUP BY what, coalesce(value, 0), product, 6",
};

static dx_rc fix_cases(sq_store *s, dx_err *err)
{
    int64_t server = -1;
    dx_rc rc;

    while ((rc = sq_value(s, &server, err, "SELECT min(server) FROM standing WHERE server > ?1",
                          SQ_I(server))) == DX_OK)
        if (sq_cases_of(s, server, err) != DX_OK)
            return DX_FAIL;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc add_up(sq_store *s, dx_err *err)
{
    if (add_functions(s, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < sizeof from_cells / sizeof *from_cells; i++)
        if (sq_do_(s, err, from_cells[i], NULL, 0) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

dx_rc ch_sums_finish(sq_store *s, unsigned needs, dx_err *err)
{
    if ((needs & CH_COUNTS && add_up(s, err)) || (needs & CH_CASES && fix_cases(s, err)))
        return DX_FAIL;
    sq_touched_drop(s); /* all keys are looked at, or none */
    return needs & CH_KEYS ? sq_keys_refresh_all(s, err) : DX_OK;
}
