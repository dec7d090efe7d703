/* From a key, the beginning of one, or a ticket, to where it was seen. */
#include "db/backends/sqlite.h"

enum { MOST_KEYS = 9 };

/* Texts of the first column, MOST_KEYS of them. */
static dx_rc read_keys(sq_store *s, sqlite3_stmt *q, dx_arena *into, dx_str **keys, size_t *n,
                       dx_err *err)
{
    dx_str *list = dx_arena_get(into, MOST_KEYS * sizeof *list);
    size_t found = 0;
    dx_rc rc = list ? DX_OK : dx_nomem(err);

    while (rc == DX_OK && found < MOST_KEYS && (rc = sq_next(s, q, err)) == DX_OK)
        if (!(list[found++] = dx_arena_copy(into, sq_bytes(q, 0))).p)
            rc = dx_nomem(err);
    sq_done(q);
    if (rc == DX_FAIL)
        return DX_FAIL;
    *keys = list;
    *n = found;
    return DX_OK;
}

dx_rc sq_find_keys(dx_store *base, dx_str beginning, dx_arena *into, dx_str **keys, size_t *n,
                   dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;

    /* A key has no byte behind 'f'. */
    if (sq_ask(s, &q, err,
               "SELECT key FROM finding_key WHERE key >= ?1 AND key < ?1 || 'g'"
               " UNION SELECT key FROM undecided WHERE key >= ?1 AND key < ?1 || 'g'"
               " ORDER BY 1 LIMIT 9",
               SQ_T(beginning)))
        return DX_FAIL;
    return read_keys(s, q, into, keys, n, err);
}

dx_rc sq_find_ticket(dx_store *base, dx_str ticket, dx_arena *into, dx_str **keys, size_t *n,
                     dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;

    _Static_assert(DX_NOTE_RESOLVED == 1, "as the statement has it");
    if (sq_ask(s, &q, err,
               "SELECT DISTINCT subject FROM note WHERE kind = 1 AND ticket = ?1 COLLATE NOCASE"
               " AND ticket <> '' ORDER BY 1 LIMIT 9",
               SQ_T(ticket)))
        return DX_FAIL;
    return read_keys(s, q, into, keys, n, err);
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
