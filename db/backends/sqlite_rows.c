/* Rows of numbers as a table that SQL can read: one statement then writes very many rows, at a
 * fraction of what a statement for each would cost.  The rows come as a bound pointer, which no SQL
 * can make up. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

/* The column of bytes, and the one that takes the pointer. */
enum { BYTES = SQ_ROW_COLUMNS, HIDDEN };

static const char *const pointer_type = "sq_rows";

typedef struct cursor {
    sqlite3_vtab_cursor base;
    const sq_rows *rows;
    size_t at;
} cursor;

static int connect_table(sqlite3 *db, void *ctx, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error)
{
    (void)ctx;
    (void)argc;
    (void)argv;
    (void)error;
    const int rc = sqlite3_declare_vtab(
        db, "CREATE TABLE rows (a, b, c, d, e, f, g, h, i, bytes, given HIDDEN)");
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    *out = calloc(1, sizeof **out);
    return *out ? SQLITE_OK : SQLITE_NOMEM;
}

int sq_table_forget(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

int sq_table_choose(sqlite3_index_info *info, int hidden)
{
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != hidden || !info->aConstraint[i].usable ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        info->estimatedCost = 1;
        return SQLITE_OK;
    }
    return SQLITE_CONSTRAINT;
}

static int choose(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    return sq_table_choose(info, HIDDEN);
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    cursor *c = calloc(1, sizeof *c);
    *out = c ? &c->base : NULL;
    return c ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    free(base);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc,
                  sqlite3_value **argv)
{
    cursor *c = (cursor *)base;
    (void)number;
    (void)text;
    c->rows = argc ? sqlite3_value_pointer(argv[0], pointer_type) : NULL;
    c->at = 0;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    ((cursor *)base)->at++;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
    const cursor *c = (const cursor *)base;
    return !c->rows || c->at >= c->rows->n;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *out, int i)
{
    const cursor *c = (const cursor *)base;
    const size_t width = c->rows->width, at = (size_t)i;
    if (i == BYTES && c->rows->bytes) {
        const dx_str bytes = c->rows->bytes[c->at];
        const char *p = bytes.p ? bytes.p : "";
        if (c->rows->texts)
            sqlite3_result_text64(out, p, bytes.n, SQLITE_STATIC, SQLITE_UTF8);
        else
            sqlite3_result_blob64(out, p, bytes.n, SQLITE_STATIC);
        return SQLITE_OK;
    }
    const int64_t value = at < width ? c->rows->p[c->at * width + at] : SQ_ROW_NULL;
    if (value != SQ_ROW_NULL)
        sqlite3_result_int64(out, value);
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id)
{
    *id = (sqlite3_int64)((cursor *)base)->at;
    return SQLITE_OK;
}

static const sqlite3_module module = {.xConnect = connect_table,
                                      .xBestIndex = choose,
                                      .xDisconnect = sq_table_forget,
                                      .xOpen = open_cursor,
                                      .xClose = close_cursor,
                                      .xFilter = filter,
                                      .xNext = next,
                                      .xEof = at_end,
                                      .xColumn = column,
                                      .xRowid = row_id};

int sq_rows_register(sqlite3 *db)
{
    return sqlite3_create_module_v2(db, "sq_rows", &module, NULL, NULL);
}

int sq_rows_bind(sqlite3_stmt *q, int at, const sq_rows *rows)
{
    return sqlite3_bind_pointer(q, at, (void *)(uintptr_t)rows, pointer_type, NULL);
}

dx_rc sq_rows_run(sq_store *s, const char *text, const sq_rows *rows, dx_err *err)
{
    const sq_arg arg = SQ_R(rows);
    return rows->n ? sq_do_(s, err, text, &arg, 1) : DX_OK;
}
