/* Cells of some servers, from their lists or, of those that have very many, from rows. */
#include "db/backends/sqlite_packs.h"

typedef struct reading {
    sq_store *s;
    const sq_cells_asked *q;
    sq_cell_fn *each;
    void *ctx;
} reading;

static dx_rc read_list(const reading *r, int64_t server, dx_str list, dx_err *err)
{
    sq_pack_reader at = sq_pack_of(server, list);
    while (sq_pack_next_asked(&at, r->q))
        if (r->each(r->ctx, &at.now, err))
            return DX_FAIL;
    return sq_pack_end(r->s, &at, err);
}

#define ROWS "SELECT " SQ_CELL_COLUMNS " FROM cell WHERE server = ?1"

static dx_rc read_rows(const reading *r, int64_t server, size_t which, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const int64_t from = r->q->what[which].from, to = r->q->what[which].to;
    const sq_arg args[] = {SQ_I(server), SQ_I(r->q->from), SQ_I(r->q->to), SQ_I(from), SQ_I(to)};
    /* Of one thing the days lie together. */
    if (from == to
            ? sq_ask_(r->s, &q, err, ROWS " AND what = ?4 AND day BETWEEN ?2 AND ?3", args, 4)
            : sq_ask_(r->s, &q, err,
                      ROWS " AND what BETWEEN ?4 AND ?5 AND day BETWEEN ?2 AND ?3"
                           " ORDER BY what, day, release",
                      args, 5))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(r->s, q, err)) == DX_OK) {
        const sq_cell c = sq_cell_of_row(q);
        if (r->each(r->ctx, &c, err)) {
            rc = DX_FAIL;
            break;
        }
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_cells_in_rows(sq_store *s, bool *any, dx_err *err)
{
    int64_t one;
    const dx_rc rc = sq_value_(s, &one, err, "SELECT 1 FROM cell LIMIT 1", NULL, 0);
    *any = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc read_server(const reading *r, sqlite3_stmt *q, bool rows, dx_err *err)
{
    const int64_t server = sqlite3_column_int64(q, 0);
    if (sqlite3_column_type(q, 1) != SQLITE_NULL)
        return read_list(r, server, sq_bytes(q, 1), err);
    for (size_t i = 0; i < r->q->n_what && rows; i++)
        if (read_rows(r, server, i, err))
            return DX_FAIL;
    return DX_OK;
}

dx_rc sq_cells_read(sq_store *s, const sq_cells_asked *asked, sq_cell_fn *each, void *ctx,
                    dx_err *err)
{
    const reading r = {s, asked, each, ctx};
    const sq_rows servers = {.p = asked->servers, .n = asked->n, .width = 1};
    sqlite3_stmt *q = NULL;
    bool rows;
    if (sq_cells_in_rows(s, &rows, err) ||
        sq_ask(s, &q, err,
               "SELECT a, list FROM sq_rows(?1) AS one LEFT JOIN cell_pack"
               " ON cell_pack.server = one.a",
               SQ_R(&servers)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if (read_server(&r, q, rows, err)) {
            rc = DX_FAIL;
            break;
        }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}
