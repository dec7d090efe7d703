/* Stores of older schemas have all cells in rows. */
#include "db/backends/sqlite_packs.h"
#include <stdlib.h>

typedef struct filler {
    sq_store *s;
    sq_cell_list cells; /* of the server in hand */
    dx_buf list;
} filler;

static dx_rc pack(filler *f, dx_err *err)
{
    dx_buf_clear(&f->list);
    if (!f->cells.n || !sq_pack_cells(f->cells.p, f->cells.n, &f->list))
        return f->list.failed ? dx_nomem(err) : DX_OK;
    const dx_str list = dx_buf_str(&f->list);
    const sq_rows row = {.p = &f->cells.p->server, .n = 1, .width = 1, .bytes = &list};
    return f->list.failed
               ? dx_nomem(err)
               : sq_rows_run(f->s, "INSERT INTO cell_pack SELECT a, bytes FROM sq_rows(?1)", &row,
                             err);
}

static dx_rc pack_all(filler *f, sqlite3_stmt *q, dx_err *err)
{
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        const sq_cell c = sq_cell_of_row(q);
        const bool next = f->cells.n && f->cells.p->server != c.server;
        if (next && pack(f, err))
            return DX_FAIL;
        f->cells.n = next ? 0 : f->cells.n;
        if (sq_cell_push(&f->cells, &c, err))
            return DX_FAIL;
    }
    return rc == DX_END ? pack(f, err) : DX_FAIL;
}

dx_rc sq_packs_fill(sq_store *s, dx_err *err)
{
    filler f = {.s = s};
    sqlite3_stmt *q = NULL;
    dx_rc rc = sq_ask_(s, &q, err,
                       "SELECT " SQ_CELL_COLUMNS " FROM cell"
                       " ORDER BY server, what, day, release",
                       NULL, 0);
    if (rc == DX_OK)
        rc = pack_all(&f, q, err);
    sq_done(q);
    free(f.cells.p);
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
