#include "db/backends/sqlite_lists.h"
#include <stdlib.h>
#include <string.h>

typedef struct table {
    sqlite3_vtab base;
    const sq_list_table *of;
} table;

typedef struct cursor {
    sqlite3_vtab_cursor base;
    char *bytes; /* what is read */
    dx_str left;
    dx_buf scratch;
    sq_arg row[SQ_LIST_COLUMNS];
    bool more;
    int64_t at;
} cursor;

static int connect_table(sqlite3 *db, void *ctx, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error)
{
    const sq_list_table *of = ctx;
    (void)argc;
    (void)argv;
    (void)error;
    const int rc = sqlite3_declare_vtab(db, of->declared);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    table *t = calloc(1, sizeof *t);
    if (!t)
        return SQLITE_NOMEM;
    t->of = of;
    *out = &t->base;
    return SQLITE_OK;
}

static int choose(sqlite3_vtab *base, sqlite3_index_info *info)
{
    return sq_table_choose(info, ((const table *)base)->of->columns);
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    (void)base;
    cursor *c = calloc(1, sizeof *c);
    *out = c ? &c->base : NULL;
    return c ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    cursor *c = (cursor *)base;
    dx_buf_done(&c->scratch);
    free(c->bytes);
    free(c);
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    cursor *c = (cursor *)base;
    c->more = ((const table *)base->pVtab)->of->next(&c->left, &c->scratch, c->row);
    c->at++;
    return c->scratch.failed ? SQLITE_NOMEM : SQLITE_OK;
}

/* The value lives no longer than the call. */
static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc,
                  sqlite3_value **argv)
{
    cursor *c = (cursor *)base;
    (void)number;
    (void)text;
    const void *given = argc ? sqlite3_value_blob(argv[0]) : NULL;
    const size_t n = given ? (size_t)sqlite3_value_bytes(argv[0]) : 0;
    free(c->bytes);
    c->bytes = n ? malloc(n) : NULL;
    if (n && !c->bytes)
        return SQLITE_NOMEM;
    if (n)
        memcpy(c->bytes, given, n);
    c->left = (dx_str){c->bytes, n};
    c->at = -1;
    return next(base);
}

static int at_end(sqlite3_vtab_cursor *base)
{
    return !((const cursor *)base)->more;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *out, int i)
{
    if (i >= ((const table *)base->pVtab)->of->columns)
        return SQLITE_OK; /* nobody asks for the list itself */
    const sq_arg *v = &((const cursor *)base)->row[i];
    if (v->kind == SQ_INT)
        sqlite3_result_int64(out, v->number);
    else if (v->kind == SQ_TEXT)
        sqlite3_result_text64(out, v->bytes.n ? v->bytes.p : "", v->bytes.n, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id)
{
    *id = ((const cursor *)base)->at;
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

int sq_lists_register(sqlite3 *db)
{
    static const sq_list_table *const tables[] = {&sq_kept_table, &sq_facts_table};
    int rc = SQLITE_OK;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && rc == SQLITE_OK; i++)
        rc = sqlite3_create_module_v2(db, tables[i]->name, &module, (void *)(uintptr_t)tables[i],
                                      NULL);
    return rc;
}
