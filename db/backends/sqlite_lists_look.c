/* Are lists whole?  Reading one ends where it is broken, without a word; here it is told. */
#include "db/backends/sqlite_lists.h"
#include "db/backends/sqlite_packs.h"

static bool cells_are_whole(dx_str list, dx_buf *scratch)
{
    (void)scratch;
    return sq_pack_is_whole(list);
}

/* What the rows of a list leave of it. */
static dx_str rest_of(const sq_list_table *of, dx_str list, dx_buf *scratch)
{
    sq_arg row[SQ_LIST_COLUMNS];
    dx_str left = list, before = list;
    while (of->next(&left, scratch, row))
        before = left;
    return before;
}

static bool kept_is_whole(dx_str list, dx_buf *scratch)
{
    return list.n && !rest_of(&sq_kept_table, list, scratch).n;
}

static bool facts_are_whole(dx_str list, dx_buf *scratch)
{
    return dx_str_eq(list, DX_LIT("[]")) ||
           (list.n > 2 && dx_str_eq(rest_of(&sq_facts_table, list, scratch), DX_LIT("]")));
}

static dx_rc count(sq_store *s, const char *lists, bool is_whole(dx_str, dx_buf *), int64_t *n,
                   dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_buf scratch = {0};
    *n = 0;
    dx_rc rc = sq_ask_(s, &q, err, lists, NULL, 0);
    while (rc == DX_OK && (rc = sq_next(s, q, err)) == DX_OK)
        *n += !is_whole(sq_bytes(q, 0), &scratch);
    sq_done(q);
    dx_buf_done(&scratch);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_lists_look(sq_store *s, sq_broken_lists *out, dx_err *err)
{
    return count(s, "SELECT list FROM cell_pack", cells_are_whole, &out->cells, err) ||
                   count(s, "SELECT list FROM kept", kept_is_whole, &out->kept, err) ||
                   count(s, "SELECT facts FROM attempt", facts_are_whole, &out->facts, err)
               ? DX_FAIL
               : DX_OK;
}
