#include "db/backends/clickhouse_look.h"
#include <stdlib.h>

typedef struct looked {
    sqlite3_vtab base;
    ch_look *of;
} looked;

/* ---- what a plan says ---- */

static bool bound_of(unsigned char op, ch_bound *out)
{
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        *out = CH_IS;
        return true;
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE:
        *out = CH_AT_LEAST;
        return true;
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE:
        *out = CH_AT_MOST;
        return true;
    default:
        return false;
    }
}

/* Only texts and whole numbers that stand in the query itself, compared byte by byte. */
static bool take_limit(sqlite3_index_info *info, int i, dx_arena *into, ch_limit *out)
{
    const struct sqlite3_index_constraint *c = &info->aConstraint[i];
    sqlite3_value *value = NULL;

    if (!c->usable || c->iColumn < 0 || !bound_of(c->op, &out->bound) ||
        sqlite3_vtab_rhs_value(info, i, &value) != SQLITE_OK || value == NULL)
        return false;
    out->column = c->iColumn;
    out->is_number = sqlite3_value_type(value) == SQLITE_INTEGER;
    out->number = out->is_number ? sqlite3_value_int64(value) : 0;
    out->text = DX_NONE;
    if (out->is_number)
        return true;
    if (sqlite3_value_type(value) != SQLITE_TEXT ||
        sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
        return false;
    const char *p = (const char *)sqlite3_value_text(value);
    out->text = dx_arena_copy(into, (dx_str){p, (size_t)sqlite3_value_bytes(value)});
    return p != NULL && out->text.p != NULL;
}

static bool same(const ch_limit *a, const ch_limit *b)
{
    return a->column == b->column && a->bound == b->bound && a->is_number == b->is_number &&
           a->number == b->number && dx_str_eq(a->text, b->text);
}

/* A view may stand in a query several times, and each way to plan one of them is tried: only what
 * is said each time holds for all rows that are read. */
static void keep_common(ch_look *of, const ch_limit *now, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < of->n; i++) {
        bool again = false;
        for (size_t k = 0; k < n; k++)
            again |= same(&of->limits[i], &now[k]);
        if (again)
            of->limits[kept++] = of->limits[i];
    }
    of->n = kept;
}

static int choose(sqlite3_vtab *table, sqlite3_index_info *info)
{
    ch_look *of = ((looked *)table)->of;
    ch_limit now[CH_LIMITS];
    size_t n = 0;

    /* What is made use of is planned without, too: so a condition that only says which rows of
     * another table go with the view's is found out. */
    for (int i = 0; i < info->nConstraint && n < CH_LIMITS; i++)
        if (take_limit(info, i, of->arena, &now[n]))
            info->aConstraintUsage[i].argvIndex = (int)++n;
    of->used |= info->colUsed;
    if (of->planned) {
        keep_common(of, now, n);
        return SQLITE_OK;
    }
    of->planned = true;
    of->n = n;
    for (size_t i = 0; i < n; i++)
        of->limits[i] = now[i];
    return SQLITE_OK;
}

/* ---- a table without rows ---- */

static int connect_table(sqlite3 *db, void *ctx, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error)
{
    ch_look *of = ctx;
    char *text = sqlite3_mprintf("CREATE TABLE looked (%.*s)", (int)of->columns.n, of->columns.p);
    looked *t = calloc(1, sizeof *t);

    (void)argc;
    (void)argv;
    (void)error;
    const int rc = text && t ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
    sqlite3_free(text);
    if (rc != SQLITE_OK) {
        free(t);
        return rc;
    }
    t->of = of;
    *out = &t->base;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    *out = calloc(1, sizeof **out);
    return *out ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                  sqlite3_value **argv)
{
    (void)cursor;
    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *cursor)
{
    (void)cursor;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
    (void)cursor;
    return 1;
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int i)
{
    (void)cursor;
    (void)i;
    sqlite3_result_null(out);
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
    (void)cursor;
    *id = 0;
    return SQLITE_OK;
}

static const sqlite3_module module = {.xCreate = connect_table,
                                      .xConnect = connect_table,
                                      .xBestIndex = choose,
                                      .xDisconnect = sq_table_forget,
                                      .xDestroy = sq_table_forget,
                                      .xOpen = open_cursor,
                                      .xClose = close_cursor,
                                      .xFilter = filter,
                                      .xNext = next,
                                      .xEof = at_end,
                                      .xColumn = column,
                                      .xRowid = row_id};

/* ---- in the place of views ---- */

static dx_rc name_columns(sq_store *empty, ch_look *look, dx_err *err)
{
    char *text = sqlite3_mprintf("SELECT * FROM %s", look->name);
    sqlite3_stmt *q = NULL;
    dx_buf names = {0};

    if (text == NULL || sqlite3_prepare_v2(empty->db, text, -1, &q, NULL) != SQLITE_OK) {
        sqlite3_free(text);
        return sq_fail(empty, err);
    }
    for (int i = 0; i < sqlite3_column_count(q); i++)
        dx_buf_printf(&names, "%s%s", i ? ", " : "", sqlite3_column_name(q, i));
    sqlite3_finalize(q);
    sqlite3_free(text);
    look->columns = dx_arena_copy(look->arena, dx_buf_str(&names));
    const bool failed = names.failed || look->columns.p == NULL;
    dx_buf_done(&names);
    return failed ? dx_nomem(err) : DX_OK;
}

static dx_rc put_one(sq_store *empty, ch_look *look, dx_err *err)
{
    char *text = sqlite3_mprintf("DROP VIEW %s; CREATE VIRTUAL TABLE %s USING look_%s", look->name,
                                 look->name, look->name);
    char *module_name = sqlite3_mprintf("look_%s", look->name);
    dx_rc rc = DX_OK;

    if (text == NULL || module_name == NULL)
        rc = dx_nomem(err);
    else if (sqlite3_create_module_v2(empty->db, module_name, &module, look, NULL) != SQLITE_OK ||
             sqlite3_exec(empty->db, text, NULL, NULL, NULL) != SQLITE_OK)
        rc = sq_fail(empty, err);
    sqlite3_free(text);
    sqlite3_free(module_name);
    return rc;
}

dx_rc ch_look_put(sq_store *empty, ch_look *looks, size_t n, dx_arena *arena, dx_err *err)
{
    for (size_t i = 0; i < n; i++) {
        looks[i].arena = arena;
        if (name_columns(empty, &looks[i], err) != DX_OK || put_one(empty, &looks[i], err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}
