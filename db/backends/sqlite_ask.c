/* Statements that stand beside the code that needs them: each is prepared once and found again
 * by the address of its text. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

struct sq_asked {
    uint64_t text; /* where a literal stands */
    sqlite3_stmt *statement;
};

static bool make_room(sq_store *s)
{
    if (s->asked_n < s->asked_cap)
        return true;
    const size_t cap = s->asked_cap ? s->asked_cap * 2 : 64;
    struct sq_asked *p = realloc(s->asked, cap * sizeof *p);
    if (!p)
        return false;
    s->asked = p;
    s->asked_cap = cap;
    return true;
}

static dx_rc prepare(sq_store *s, const char *text, sqlite3_stmt **out, dx_err *err)
{
    if (!make_room(s))
        return dx_nomem(err);
    if (sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return sq_fail(s, err);
    if (!dx_hashed_add(&s->asked_at, (uintptr_t)text, s->asked_n)) {
        sqlite3_finalize(*out);
        return dx_nomem(err);
    }
    s->asked[s->asked_n++] = (struct sq_asked){(uintptr_t)text, *out};
    return DX_OK;
}

dx_rc sq_ask_(sq_store *s, sqlite3_stmt **out, dx_err *err, const char *text, const sq_arg *args,
              size_t n)
{
    const size_t at =
        dx_hashed_find_number(&s->asked_at, (uintptr_t)text, s->asked, sizeof *s->asked);
    sqlite3_stmt *q = at != DX_HASHED_NONE ? s->asked[at].statement : NULL;
    if (!q && prepare(s, text, &q, err))
        return DX_FAIL;
    if (sq_bind(q, args, n) != SQLITE_OK)
        return sq_fail(s, err);
    *out = q;
    return DX_OK;
}

dx_rc sq_do_(sq_store *s, dx_err *err, const char *text, const sq_arg *args, size_t n)
{
    sqlite3_stmt *q = NULL;
    return sq_ask_(s, &q, err, text, args, n) ? DX_FAIL : sq_finish(s, q, err);
}

dx_rc sq_value_(sq_store *s, int64_t *out, dx_err *err, const char *text, const sq_arg *args,
                size_t n)
{
    sqlite3_stmt *q = NULL;
    return sq_ask_(s, &q, err, text, args, n) ? DX_FAIL : sq_first(s, q, out, err);
}

dx_rc sq_text_(sq_store *s, dx_str *out, dx_arena *into, dx_err *err, const char *text,
               const sq_arg *args, size_t n)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(s, &q, err, text, args, n))
        return DX_FAIL;
    dx_rc rc = sq_next(s, q, err);
    if (rc == DX_OK)
        rc = sq_copy(q, 0, into, out, err);
    sq_done(q);
    return rc;
}

void sq_asked_close(sq_store *s)
{
    for (size_t i = 0; i < s->asked_n; i++)
        sqlite3_finalize(s->asked[i].statement);
    free(s->asked);
    s->asked = NULL;
    s->asked_n = s->asked_cap = 0;
    dx_hashed_close(&s->asked_at);
}
