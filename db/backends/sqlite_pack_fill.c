/* Stores of older schemas have all cells in rows. */
#include "db/backends/sqlite_packs.h"
#include <stdlib.h>

typedef struct filler {
    sq_store *s;
    sq_cell *p; /* of the server in hand */
    size_t n, cap;
    dx_buf list;
} filler;

enum { FIRST_SIZE = 1024 };

static dx_rc push(filler *f, const sq_cell *c, dx_err *err)
{
    if (f->n == f->cap) {
        const size_t cap = f->cap * 2 + FIRST_SIZE;
        sq_cell *more = realloc(f->p, cap * sizeof *more);
        if (!more)
            return dx_nomem(err);
        f->p = more;
        f->cap = cap;
    }
    f->p[f->n++] = *c;
    return DX_OK;
}

static dx_rc pack(filler *f, dx_err *err)
{
    dx_buf_clear(&f->list);
    if (!f->n || !sq_pack_cells(f->p, f->n, &f->list))
        return f->list.failed ? dx_nomem(err) : DX_OK;
    const dx_str list = dx_buf_str(&f->list);
    const sq_rows row = {.p = &f->p->server, .n = 1, .width = 1, .bytes = &list};
    return f->list.failed
               ? dx_nomem(err)
               : sq_rows_run(f->s, "INSERT INTO cell_pack SELECT a, bytes FROM sq_rows(?1)", &row,
                             err);
}

static dx_rc pack_all(filler *f, sqlite3_stmt *q, dx_err *err)
{
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        const sq_cell c = {sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                           sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 3),
                           sqlite3_column_int64(q, 4), sqlite3_column_int64(q, 5),
                           sqlite3_column_int64(q, 6)};
        const bool next = f->n && f->p->server != c.server;
        if (next && pack(f, err))
            return DX_FAIL;
        f->n = next ? 0 : f->n;
        if (push(f, &c, err))
            return DX_FAIL;
    }
    return rc == DX_END ? pack(f, err) : DX_FAIL;
}

dx_rc sq_packs_fill(sq_store *s, dx_err *err)
{
    filler f = {.s = s};
    sqlite3_stmt *q = NULL;
    dx_rc rc = sq_ask_(s, &q, err,
                       "SELECT server, what, day, release, events, attempts, failures FROM cell"
                       " ORDER BY server, what, day, release",
                       NULL, 0);
    if (rc == DX_OK)
        rc = pack_all(&f, q, err);
    sq_done(q);
    free(f.p);
    dx_buf_done(&f.list);
    return rc ||
                   sq_do_(s, err, "DELETE FROM cell WHERE server IN (SELECT server FROM cell_pack)",
                          NULL, 0) ||
                   sq_do_(s, err,
                          "DELETE FROM crowd WHERE server IN (SELECT server FROM cell_pack)", NULL,
                          0)
               ? DX_FAIL
               : DX_OK;
}
