/* From a key, or the beginning of one, to where it was seen. */
#include "db/backends/sqlite.h"

enum { MOST_KEYS = 9 };

dx_rc sq_find_keys(dx_store *base, dx_str beginning, dx_arena *into, dx_str **keys, size_t *n,
                   dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    dx_str *list = dx_arena_get(into, MOST_KEYS * sizeof *list);
    size_t found = 0;
    dx_rc rc;

    if (!list)
        return dx_nomem(err);
    /* A key has no byte behind 'f'. */
    if (sq_ask(s, &q, err,
               "SELECT key FROM finding_key WHERE key >= ?1 AND key < ?1 || 'g'"
               " UNION SELECT key FROM undecided WHERE key >= ?1 AND key < ?1 || 'g'"
               " ORDER BY 1 LIMIT 9",
               SQ_T(beginning)))
        return DX_FAIL;
    while ((rc = sq_next(s, q, err)) == DX_OK && found < MOST_KEYS)
        if (!(list[found++] = dx_arena_copy(into, sq_bytes(q, 0))).p) {
            rc = dx_nomem(err);
            break;
        }
    sq_done(q);
    if (rc == DX_FAIL)
        return DX_FAIL;
    *keys = list;
    *n = found;
    return DX_OK;
}

dx_rc sq_key_attempt(dx_store *base, dx_str key, int64_t *attempt, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;

    if (sq_ask(s, &q, err,
               "SELECT attempt FROM (SELECT attempt FROM finding WHERE key = ?1 UNION"
               " SELECT attempt FROM undecided WHERE key = ?1) LEFT JOIN standing"
               " USING (attempt) ORDER BY happened_us DESC, attempt DESC LIMIT 1",
               SQ_T(key)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc == DX_OK)
        *attempt = sqlite3_column_int64(q, 0);
    sq_done(q);
    return rc;
}
