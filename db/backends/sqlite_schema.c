/* The schema: made when the file is empty, migrated step by step when it is older. */
#include "db/backends/sqlite_lists.h"
#include "db/backends/sqlite_packs.h"
#include "db/backends/sqlite_steps.h"
#include "db/backends/sqlite_sums.h"

/* The stored numbers of these words are part of the schema. */
_Static_assert(DX_T_HEX32 == 2 && DX_T_CODE == 3 && DX_T_VERSION == 6, "field.type");
_Static_assert(DX_FAILURE == 0 && DX_UNKNOWN == 4, "signature.polarity");
_Static_assert(DX_LEVEL_NONE == 0 && DX_LEVEL_ERROR == 4, "event.level");
_Static_assert(DX_UNDECIDED == 0 && DX_CUT_OFF == 4, "attempt.outcome");
_Static_assert(DX_OPEN == 0 && DX_RESOLVED == 3, "finding.state");

/* Version 2 gives unknown errors their patterns and counts what is there. */
static dx_rc fill_patterns(sq_store *s, dx_err *err)
{
    dx_buf text = {0};
    int64_t id = 0;
    dx_rc rc = DX_OK;
    while (rc == DX_OK) {
        sqlite3_stmt *q = NULL;
        rc = sq_ask(s, &q, err,
                    "SELECT evidence.id, text FROM evidence JOIN signature"
                    " ON signature.id = evidence.signature"
                    " WHERE polarity = 4 AND evidence.id > ?1 ORDER BY evidence.id LIMIT 1",
                    SQ_I(id));
        if (rc != DX_OK || (rc = sq_next(s, q, err)) != DX_OK)
            break;
        id = sqlite3_column_int64(q, 0);
        sq_pattern_of(sq_bytes(q, 1), &text);
        sq_done(q);
        int64_t pattern = 0;
        rc = text.failed ? dx_nomem(err) : sq_pattern(s, dx_buf_str(&text), &pattern, err);
        if (rc == DX_OK)
            rc = sq_do(s, err, "UPDATE evidence SET pattern = ?2 WHERE id = ?1", SQ_I(id),
                       SQ_I(pattern));
    }
    dx_buf_done(&text);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc fill_history(sq_store *s, dx_err *err)
{
    return sq_do_(s, err,
                  "INSERT OR IGNORE INTO key_history SELECT finding.key, verdict.ruleset,"
                  " min(verdict.made_us) FROM finding JOIN verdict"
                  " ON verdict.attempt = finding.attempt GROUP BY 1, 2",
                  NULL, 0);
}

/* Versions 6 and 7 pack what cells say. */
static dx_rc fill_spreads(sq_store *s, dx_err *err)
{
    return sq_do_(
        s, err,
        "INSERT INTO tally_by"
        " SELECT what >> 28, " SQ_SQL_WEEK(
            "day") ", what & 268435455,"
                   " dx_week(release, server, day, events, attempts, failures)"
                   " FROM cell GROUP BY 1, 2, 3"
                   " UNION ALL SELECT 7, " SQ_SQL_WEEK(
                       "day") ", 0,"
                              " dx_week(release, server, day, events, attempts, failures)"
                              " FROM cell WHERE what > 268435456 AND what < 536870912 GROUP BY 2",
        NULL, 0);
}

/* Version 9 packs what tallies say. */
static dx_rc fill_lists(sq_store *s, dx_err *err)
{
    return sq_do_(s, err,
                  "INSERT INTO tally_each SELECT kind, grain, bucket,"
                  " dx_week(0, id / 7, id % 7 - 3, events, attempts, failures) FROM tally"
                  " WHERE kind IN (1, 2) AND product = 0 AND grain IN (1, 2) GROUP BY 1, 2, 3",
                  NULL, 0);
}

/* Version 12 packs what tallies say of days. */
static dx_rc fill_days(sq_store *s, dx_err *err)
{
    return sq_do_(s, err,
                  "INSERT INTO tally_day SELECT kind, product, bucket,"
                  " dx_week(0, id / 7, id % 7 - 3, events, attempts, failures) FROM tally"
                  " WHERE kind IN (1, 2, 5) AND grain = 3 GROUP BY 1, 2, 3",
                  NULL, 0) ||
                   sq_do_(s, err, "DELETE FROM tally WHERE kind IN (1, 2, 5) AND grain = 3", NULL,
                          0)
               ? DX_FAIL
               : DX_OK;
}

/* Version 13 adds servers up, and products by site; then it packs what servers told. */
static dx_rc fill_servers(sq_store *s, dx_err *err)
{
    if (sq_do_(s, err,
               "INSERT INTO tally_server SELECT grain, bucket, server / 1024,"
               " dx_week(0, server / 7, server % 7 - 3, events, attempts, failures) FROM"
               " (SELECT 0 AS grain, 0 AS bucket, server, events, attempts, failures FROM cell"
               " WHERE what = 0 UNION ALL"
               " SELECT 1, (" SQ_SQL_WEEK(
                   "day") " + 16000000) / 16 - 1000000, server, events,"
                          " attempts, failures FROM cell WHERE what = 0) GROUP BY 1, 2, 3",
               NULL, 0) ||
        sq_packs_fill(s, err))
        return DX_FAIL;
    s->moved = true;
    return sq_sums_flush(s, err);
}

static dx_rc fill(sq_store *s, int64_t version, dx_err *err)
{
    if (!version) /* an empty store has nothing to fill in */
        return DX_OK;
    if (version < 13 && (sq_kept_gather(s, err) || sq_facts_gather(s, err)))
        return DX_FAIL;
    if (version == 1)
        return fill_patterns(s, err) || fill_history(s, err) ? DX_FAIL : sq_count_all(s, err);
    return (version < 7 && fill_spreads(s, err)) || (version < 9 && fill_lists(s, err)) ||
                   (version < 10 && sq_fixes_sum(s, err)) || (version < 12 && fill_days(s, err)) ||
                   (version < 13 && fill_servers(s, err)) || sq_lines_fill(s, err)
               ? DX_FAIL
               : DX_OK;
}

static dx_rc pragma(sq_store *s, const char *sql, int64_t *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK)
        return sq_fail(s, err);
    const bool row = sqlite3_step(q) == SQLITE_ROW;
    if (row)
        *out = sqlite3_column_int64(q, 0);
    else
        (void)sq_fail(s, err);
    sqlite3_finalize(q);
    return row ? DX_OK : DX_FAIL;
}

/* The version of the store, 0 for an empty file; refuses what is no store or is too new. */
static dx_rc identify(sq_store *s, int64_t *version, dx_err *err)
{
    int64_t application = 0, found = 0, objects = 0;
    if (pragma(s, "SELECT count(*) FROM sqlite_schema", &objects, err) ||
        pragma(s, "PRAGMA application_id", &application, err) ||
        pragma(s, "PRAGMA user_version", &found, err))
        return DX_FAIL;
    const bool empty = objects == 0 && application == 0 && found == 0;
    if (!empty && (application != SQ_APPLICATION || found < 1))
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "'%s' is an SQLite database but not a setupdx store; use --db with another "
                       "file",
                       s->where);
    if (found > SQ_SCHEMA)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "the store '%s' was written by a newer setupdx (schema %lld, this one knows "
                       "%d); use that program or --db with another file",
                       s->where, (long long)found, SQ_SCHEMA);
    *version = found;
    return DX_OK;
}

static dx_rc migrate(sq_store *s, dx_err *err)
{
    int64_t version = 0;
    /* Again, now that nobody else can be doing the same. */
    if (identify(s, &version, err))
        return DX_FAIL;
    for (int64_t v = version; v < SQ_SCHEMA; v++)
        if (sqlite3_exec(s->db, sq_steps[v], NULL, NULL, NULL) != SQLITE_OK)
            return sq_fail(s, err);
    if (fill(s, version, err))
        return DX_FAIL;
    if (version < 13 && sqlite3_exec(s->db, sq_left_over, NULL, NULL, NULL) != SQLITE_OK)
        return sq_fail(s, err);
    char *sql = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d",
                                SQ_APPLICATION, SQ_SCHEMA);
    if (!sql)
        return dx_nomem(err);
    const int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    return rc == SQLITE_OK ? DX_OK : sq_fail(s, err);
}

dx_rc sq_schema_ready(sq_store *s, dx_err *err)
{
    int64_t version = 0;
    if (identify(s, &version, err))
        return DX_FAIL;
    if (version == SQ_SCHEMA)
        return DX_OK;
    if (s->base.read_only && version)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "the store '%s' has an older schema (%lld, this setupdx has %d); 'setupdx "
                       "rediagnose --db FILE' brings it up to date",
                       s->where, (long long)version, SQ_SCHEMA);
    if (s->base.read_only)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "'%s' is empty: it is no store yet; scan logs with --db first", s->where);
    if (sq_enter(s, err))
        return DX_FAIL;
    return sq_leave(s, migrate(s, err), err);
}

dx_rc sq_schema_version(dx_store *base, int *version, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    int64_t v = 0;
    if (sq_number_(s, &v, err, SQ_VERSION, NULL, 0))
        return DX_FAIL;
    *version = (int)v;
    return DX_OK;
}
