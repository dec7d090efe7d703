/* Statements that stand beside the code that needs them: each is prepared once and found again
 * by the address of its text. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

struct sq_asked {
    const char *text; /* a literal */
    sqlite3_stmt *statement;
};

static struct sq_asked *slot_of(struct sq_asked *p, size_t size, const char *text)
{
    size_t i = (size_t)((uintptr_t)text * 0x9E3779B97F4A7C15u >> 32) & (size - 1);
    while (p[i].text && p[i].text != text)
        i = (i + 1) & (size - 1);
    return &p[i];
}

static bool grow(sq_store *s)
{
    const size_t size = s->asked_size ? s->asked_size * 2 : 64;
    struct sq_asked *p = calloc(size, sizeof *p);
    if (!p)
        return false;
    for (size_t i = 0; i < s->asked_size; i++)
        if (s->asked[i].text)
            *slot_of(p, size, s->asked[i].text) = s->asked[i];
    free(s->asked);
    s->asked = p;
    s->asked_size = size;
    return true;
}

dx_rc sq_ask_(sq_store *s, sqlite3_stmt **out, dx_err *err, const char *text, const sq_arg *args,
              size_t n)
{
    if (s->asked_n * 2 >= s->asked_size && !grow(s))
        return dx_nomem(err);
    struct sq_asked *slot = slot_of(s->asked, s->asked_size, text);
    if (!slot->text) {
        if (sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, &slot->statement,
                               NULL) != SQLITE_OK)
            return sq_fail(s, err);
        slot->text = text;
        s->asked_n++;
    }
    if (sq_bind(slot->statement, args, n) != SQLITE_OK)
        return sq_fail(s, err);
    *out = slot->statement;
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

void sq_asked_close(sq_store *s)
{
    for (size_t i = 0; i < s->asked_size; i++)
        sqlite3_finalize(s->asked[i].statement);
    free(s->asked);
    s->asked = NULL;
    s->asked_size = s->asked_n = 0;
}
