/* What a server told, packed into one row (cell_pack): so its cells are read and written in one go,
 * and lie on one page.  A server with very many, or that is a crowd, has them as rows of `cell`,
 * and none here. */
#ifndef DX_DB_SQLITE_PACKS_H
#define DX_DB_SQLITE_PACKS_H
#include "db/backends/sqlite_sums.h"

/* ---- cells side by side (sqlite_pack.c) ---- */

typedef struct sq_cell_list {
    sq_cell *p; /* by malloc */
    size_t n, cap;
} sq_cell_list;
DX_CHECK dx_rc sq_cell_push(sq_cell_list *to, const sq_cell *c, dx_err *err);
/* For qsort: the order of the table. */
int sq_cell_order(const void *a, const void *b);
/* A row that begins with SQ_CELL_COLUMNS. */
#define SQ_CELL_COLUMNS "server, what, day, release, events, attempts, failures"
sq_cell sq_cell_of_row(sqlite3_stmt *q);

/* ---- the lists (sqlite_pack.c); plain SQL reads them, too: the view cell_list ---- */

/* Longer ones would be dearer to write as a whole than a page for each row. */
enum { SQ_PACK_MOST = 4000 };

/* The cells of a server by thing, day and release, into a list that was empty.  False: they are
 * rather rows, for there are very many, in all or (SQ_CROWD) of one thing, or numbers that no list
 * has (days 180 years apart).
 * out->failed shows want of memory. */
bool sq_pack_cells(const sq_cell *p, size_t n, dx_buf *out);

/* Cells that are asked for (sqlite_pack_read.c): of some servers (ascending), days and things. */
typedef struct sq_cells_asked {
    const int64_t *servers;
    size_t n;
    int64_t from, to; /* days, both inclusive */
    struct {
        int64_t from, to; /* both inclusive */
    } what[2];            /* ascending */
    size_t n_what;
} sq_cells_asked;

/* A list that is read, cell by cell. */
typedef struct sq_pack_reader {
    sq_cell now;
    const unsigned char *p, *end;
    int64_t first_day;
    unsigned left; /* cells of the thing in hand */
} sq_pack_reader;
sq_pack_reader sq_pack_of(int64_t server, dx_str list); /* which must live as long */
/* Of the cells of a thing of that list. */
sq_pack_reader sq_pack_of_thing(const sq_pack_reader *list, dx_str bytes);
/* False behind the last one, and where the bytes are no such list. */
bool sq_pack_next(sq_pack_reader *r);
/* The next one of these; others are passed, and none behind the last thing is looked at. */
bool sq_pack_next_asked(sq_pack_reader *r, const sq_cells_asked *q);
/* Behind the last one: DX_E_STORE when something is left that is no cell. */
DX_CHECK dx_rc sq_pack_end(const sq_store *s, const sq_pack_reader *r, dx_err *err);
dx_rc sq_pack_damaged(const sq_store *s, int64_t server, dx_err *err); /* fails so */
/* A thing with its cells, as it lies in a list. */
typedef struct sq_pack_thing {
    int64_t what;
    dx_str bytes;
} sq_pack_thing;
/* Of a reader that is between two things.  False behind the last one, and where the bytes are none.
 */
bool sq_pack_next_thing(sq_pack_reader *r, sq_pack_thing *out);
/* Adds cells of one thing to a list that begins with that day; false as sq_pack_cells. */
bool sq_pack_add_thing(const sq_cell *p, size_t n, int64_t first_day, dx_buf *out);
/* Is it just what sq_pack_cells makes of what is read from it?  False also for want of memory. */
bool sq_pack_is_whole(dx_str list);

/* ---- in the store ---- */

/* Writes changes (sqlite_pack_write.c) that are in the order of the table, and sq_sum_run of each
 * server and thing. Those of servers whose cells are rows stay at the front of `p`, *n of them. */
DX_CHECK dx_rc sq_packs_write(sq_store *s, sq_cell *p, size_t *n, dx_err *err);
/* Packs what lies in rows, of a store of an older schema. */
DX_CHECK dx_rc sq_packs_fill(sq_store *s, dx_err *err);

typedef dx_rc sq_cell_fn(void *ctx, const sq_cell *c, dx_err *err);
/* Each of them, wherever it lies, by server, thing, day and release. */
DX_CHECK dx_rc sq_cells_read(sq_store *s, const sq_cells_asked *q, sq_cell_fn *each, void *ctx,
                             dx_err *err);
/* Does any server have its cells in rows? */
DX_CHECK dx_rc sq_cells_in_rows(sq_store *s, bool *any, dx_err *err);
#endif
