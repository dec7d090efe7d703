/* Findings over time: when a key was seen and how it stands. */
#include "db/backends/sqlite_sums.h"

/* A key was mended when a good attempt of its product came later, which ended a fix case of its
 * diagnosis; seen after that, it came again. */
dx_rc sq_key_refresh(sq_store *s, dx_str key, dx_err *err)
{
    return sq_do(
        s, err,
        "WITH seen AS (SELECT finding.id AS id, finding.state AS state, finding.diagnosis,"
        "   standing.server, standing.of_product AS product, happened_us AS us, standing.attempt "
        "AS attempt"
        "   FROM finding CROSS JOIN standing ON standing.attempt = finding.attempt"
        "   WHERE finding.key = ?1),"
        " latest AS (SELECT * FROM seen ORDER BY us DESC, attempt DESC, id DESC LIMIT 1)"
        " UPDATE finding_key SET attempts = (SELECT count(DISTINCT attempt) FROM seen),"
        " first_us = (SELECT min(us) FROM seen), last_us = (SELECT us FROM latest),"
        " last_finding = (SELECT id FROM latest), state = coalesce((SELECT state FROM latest), 0),"
        " server = (SELECT server FROM latest), product = (SELECT product FROM latest),"
        " diagnosis = coalesce((SELECT diagnosis FROM latest), diagnosis),"
        " again = EXISTS (SELECT 1 FROM latest CROSS JOIN fix_case AS c ON c.server = latest.server"
        "   AND c.product = latest.product AND c.diagnosis = latest.diagnosis"
        "   WHERE c.began_us + c.took_us > (SELECT min(us) FROM seen)"
        "   AND c.began_us + c.took_us < latest.us)"
        " WHERE key = ?1",
        SQ_T(key));
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
