/* Servers that count under another name. */
#include "db/backends/sqlite_notes.h"

static dx_rc attempts_of(sq_store *s, int64_t server, dx_arena *into, int64_t **ids, size_t *n,
                         dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err, "SELECT id FROM attempt WHERE server = ?1 ORDER BY id", SQ_I(server)))
        return DX_FAIL;
    return sq_numbers(s, q, into, ids, n, err);
}

/* All attempts under a name count elsewhere now. */
static dx_rc move_attempts(sq_store *s, int64_t server, int64_t as, dx_arena *scratch, dx_err *err)
{
    int64_t *ids;
    size_t n;
    if (attempts_of(s, server, scratch, &ids, &n, err) ||
        sq_do(s, err, "UPDATE server SET counts_as = ?2 WHERE id = ?1", SQ_I(server),
              as == server ? SQ_NIL : SQ_I(as)))
        return DX_FAIL;
    sq_forget(s);
    for (size_t i = 0; i < n; i++) {
        sq_account was;
        if (sq_account_now(s, ids[i], scratch, &was, err) ||
            sq_recount(s, ids[i], &was, NULL, scratch, err) || sq_sums_ease(s, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc set_alias(sq_store *s, int64_t server, int64_t as, dx_arena *scratch, dx_err *err)
{
    int64_t now = 0;
    if (sq_value(s, &now, err, "SELECT coalesce(counts_as, id) FROM server WHERE id = ?1",
                 SQ_I(server)) != DX_OK)
        return DX_FAIL;
    if (now == as)
        return DX_OK;
    return move_attempts(s, server, as, scratch, err);
}

static dx_rc check_alias(sq_store *s, int64_t server, int64_t as, dx_str name, dx_str canonical,
                         dx_err *err)
{
    int64_t one;
    if (server == as)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%.*s' cannot be an alias of itself",
                       DX_FMT(name));
    dx_rc rc = sq_value(s, &one, err,
                        "SELECT 1 FROM server WHERE id = ?1 AND counts_as IS NOT NULL", SQ_I(as));
    if (rc == DX_OK)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%.*s' is itself an alias; name the server it stands for",
                       DX_FMT(canonical));
    if (rc == DX_FAIL)
        return DX_FAIL;
    rc = sq_value(s, &one, err, "SELECT 1 FROM server WHERE counts_as = ?1 LIMIT 1", SQ_I(server));
    if (rc == DX_OK)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%.*s' has aliases itself; let those stand for '%.*s' first", DX_FMT(name),
                       DX_FMT(canonical));
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc put_alias(sq_store *s, dx_str name, dx_str canonical, dx_str by, dx_arena *scratch,
                       dx_err *err)
{
    int64_t server = 0, as = 0, before = 0;
    const dx_note note = {.kind = DX_NOTE_ALIAS,
                          .at_us = s->now_us,
                          .until_us = DX_NO_TIME,
                          .subject = name,
                          .what = canonical,
                          .by = by};
    if (sq_server(s, name, &server, err) || sq_counts_as(s, server, &before, err))
        return DX_FAIL;
    as = server;
    if (canonical.n &&
        (sq_server(s, canonical, &as, err) || check_alias(s, server, as, name, canonical, err)))
        return DX_FAIL;
    if (sq_note_add(s, &note, err) || set_alias(s, server, as, scratch, err))
        return DX_FAIL;
    /* What was told of the one holds for the other. */
    return sq_tags_derive(s, server, err) || sq_tags_derive(s, as, err) ||
                   sq_tags_derive(s, before, err)
               ? DX_FAIL
               : DX_OK;
}

dx_rc sq_alias(dx_store *base, dx_str name, dx_str canonical, dx_str by, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    if (!name.n)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "an alias needs the name of a server");
    dx_arena *scratch = dx_arena_new(0);
    if (!scratch)
        return dx_nomem(err);
    dx_rc rc = sq_enter(s, err);
    if (rc == DX_OK)
        rc = sq_leave(s, put_alias(s, name, canonical, by, scratch, err), err);
    dx_arena_free(scratch);
    return rc;
}

/* ---- what the notes of several stores tell together ---- */

typedef struct told {
    dx_str name, as;
} told;

static dx_rc read_told(sqlite3_stmt *q, dx_arena *into, void *one, dx_err *err)
{
    told *out = one;
    return sq_copy(q, 0, into, &out->name, err) || sq_copy(q, 1, into, &out->as, err) ? DX_FAIL
                                                                                      : DX_OK;
}

static dx_rc aliases_told(sq_store *s, dx_arena *scratch, told **out, size_t *n, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(s, &q, err,
                "SELECT subject, what FROM (SELECT *, row_number() OVER (PARTITION BY subject"
                " ORDER BY at_us DESC, what DESC, who DESC) AS n FROM note WHERE kind = 4)"
                " WHERE n = 1 ORDER BY subject",
                NULL, 0))
        return DX_FAIL;
    return sq_read_rows(s, q, read_told, sizeof **out, scratch, out, n, err);
}

/* Follows what two stores told together: a chain leads to its end, a circle to its least name. */
static dx_str end_of(const told *list, size_t n, dx_str name)
{
    dx_str at = name, least = name;
    for (size_t hops = 0; hops <= n; hops++) {
        size_t i = 0;
        while (i < n && !dx_str_eq(list[i].name, at))
            i++;
        if (i == n || !list[i].as.n)
            return at;
        at = list[i].as;
        if (dx_str_cmp(at, least) < 0)
            least = at;
    }
    return least;
}

dx_rc sq_aliases_derive(sq_store *s, dx_arena *scratch, dx_err *err)
{
    told *list = NULL;
    size_t n = 0;
    if (aliases_told(s, scratch, &list, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        int64_t server = 0, as = 0;
        if (sq_server(s, list[i].name, &server, err) ||
            sq_server(s, end_of(list, n, list[i].name), &as, err) ||
            set_alias(s, server, as, scratch, err))
            return DX_FAIL;
    }
    return DX_OK;
}
