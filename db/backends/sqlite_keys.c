/* Findings over time: when a key was seen and how it stands. */
#include "db/backends/sqlite_sums.h"

/* What its findings tell about a key. */
typedef struct seen {
    int64_t attempts, first_us;
    struct {
        int64_t finding, state, diagnosis, server, product, us, attempt;
    } last;
    bool again;
} seen;

static dx_rc read_seen(sq_store *s, dx_str key, seen *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT finding.id, finding.state, finding.diagnosis, standing.server, of_product,"
               " happened_us, standing.attempt FROM finding"
               " CROSS JOIN standing ON standing.attempt = finding.attempt"
               " WHERE finding.key = ?1 ORDER BY happened_us, standing.attempt, finding.id",
               SQ_T(key)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t attempt = sqlite3_column_int64(q, 6);
        if (!out->attempts)
            out->first_us = sqlite3_column_int64(q, 5);
        out->attempts += !out->attempts || attempt != out->last.attempt;
        out->last.finding = sqlite3_column_int64(q, 0);
        out->last.state = sqlite3_column_int64(q, 1);
        out->last.diagnosis = sqlite3_column_int64(q, 2);
        out->last.server = sqlite3_column_int64(q, 3);
        out->last.product = sqlite3_column_int64(q, 4);
        out->last.us = sqlite3_column_int64(q, 5);
        out->last.attempt = attempt;
    }
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* A key was mended when a good attempt of its product came later, which ended a fix case of its
 * diagnosis; seen after that, it came again. */
static dx_rc look_again(sq_store *s, seen *k, dx_err *err)
{
    int64_t one;
    if (k->attempts < 2)
        return DX_OK;
    const dx_rc rc = sq_value(s, &one, err,
                              "SELECT 1 FROM fix_case WHERE server = ?1 AND product = ?2"
                              " AND diagnosis = ?3 AND began_us + took_us > ?4"
                              " AND began_us + took_us < ?5 LIMIT 1",
                              SQ_I(k->last.server), SQ_I(k->last.product), SQ_I(k->last.diagnosis),
                              SQ_I(k->first_us), SQ_I(k->last.us));
    k->again = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

typedef struct stored {
    sq_inbox_part part;
    int64_t first_us, product;
} stored;

/* As it is, with nulls as 0. */
static dx_rc read_stored(sq_store *s, dx_str key, stored *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT attempts, diagnosis, server, state, again, first_us, product"
               " FROM finding_key WHERE key = ?1",
               SQ_T(key)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc == DX_OK)
        *out = (stored){{sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                         sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 3),
                         sqlite3_column_int64(q, 4) != 0},
                        sqlite3_column_int64(q, 5),
                        sqlite3_column_int64(q, 6)};
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* Indexes of columns that stay the same stay, too, if these are not set. */
static dx_rc write_seen(sq_store *s, dx_str key, const stored *was, const seen *k, dx_err *err)
{
    const bool same = was->part.attempts && was->first_us == k->first_us &&
                      was->part.server == k->last.server && was->product == k->last.product &&
                      was->part.diagnosis == k->last.diagnosis;
    if (!k->attempts) /* it keeps its date, and its diagnosis */
        return sq_do(s, err,
                     "UPDATE finding_key SET attempts = 0, first_us = NULL, last_us = NULL,"
                     " last_finding = NULL, state = 0, server = NULL, product = NULL, again = 0"
                     " WHERE key = ?1",
                     SQ_T(key));
    if (same)
        return sq_do(s, err,
                     "UPDATE finding_key SET attempts = ?2, last_us = ?3, last_finding = ?4,"
                     " state = ?5, again = ?6 WHERE key = ?1",
                     SQ_T(key), SQ_I(k->attempts), SQ_I(k->last.us), SQ_I(k->last.finding),
                     SQ_I(k->last.state), SQ_I(k->again));
    return sq_do(s, err,
                 "UPDATE finding_key SET attempts = ?2, first_us = ?3, last_us = ?4,"
                 " last_finding = ?5, state = ?6, server = ?7, product = ?8, diagnosis = ?9,"
                 " again = ?10 WHERE key = ?1",
                 SQ_T(key), SQ_I(k->attempts), SQ_I(k->first_us), SQ_I(k->last.us),
                 SQ_I(k->last.finding), SQ_I(k->last.state), SQ_I(k->last.server),
                 SQ_I(k->last.product), SQ_I(k->last.diagnosis), SQ_I(k->again));
}

dx_rc sq_key_refresh(sq_store *s, dx_str key, dx_err *err)
{
    seen k = {.attempts = 0};
    stored was = {.first_us = 0};
    if (read_stored(s, key, &was, err) || read_seen(s, key, &k, err) || look_again(s, &k, err) ||
        write_seen(s, key, &was, &k, err))
        return DX_FAIL;
    const sq_inbox_part now = {k.attempts, k.last.diagnosis, k.last.server, k.last.state, k.again};
    return sq_inbox_change(s, key, &was.part, &now, err);
}

dx_rc sq_keys_refresh_all(sq_store *s, dx_err *err)
{
    dx_arena *into = dx_arena_new(0);
    sqlite3_stmt *q = NULL;
    dx_str *keys = NULL;
    size_t n = 0, cap = 0;
    if (!into)
        return dx_nomem(err);
    dx_rc rc = sq_ask_(s, &q, err, "SELECT key FROM finding_key ORDER BY key", NULL, 0);
    while (rc == DX_OK && (rc = sq_next(s, q, err)) == DX_OK) {
        dx_str key;
        rc = sq_copy(q, 0, into, &key, err);
        if (rc == DX_OK && !DX_PUSH(into, keys, n, cap, key))
            rc = dx_nomem(err);
    }
    sq_done(q);
    rc = rc == DX_END ? DX_OK : DX_FAIL;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = sq_key_refresh(s, keys[i], err);
    dx_arena_free(into);
    return rc;
}
