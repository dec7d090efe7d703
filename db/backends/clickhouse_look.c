#include "db/backends/clickhouse_look.h"
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

typedef struct looked {
    sqlite3_vtab base;
    ch_look *of;
} looked;

/* ---- what a plan says ---- */

static bool bound_of(unsigned char op, ch_bound *out)
{
    static const struct {
        unsigned char op;
        ch_bound bound;
    } bounds[] = {
        {SQLITE_INDEX_CONSTRAINT_EQ, CH_IS},       {SQLITE_INDEX_CONSTRAINT_NE, CH_IS_NOT},
        {SQLITE_INDEX_CONSTRAINT_GT, CH_AT_LEAST}, {SQLITE_INDEX_CONSTRAINT_GE, CH_AT_LEAST},
        {SQLITE_INDEX_CONSTRAINT_LT, CH_AT_MOST},  {SQLITE_INDEX_CONSTRAINT_LE, CH_AT_MOST},
        {SQLITE_INDEX_CONSTRAINT_ISNULL, CH_NONE}, {SQLITE_INDEX_CONSTRAINT_ISNOTNULL, CH_SOME}};

    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        if (bounds[i].op == op) {
            *out = bounds[i].bound;
            return true;
        }
    return false;
}

/* Texts and whole numbers only. */
static bool take_value(sqlite3_value *from, dx_arena *into, ch_value *to)
{
    *to = (ch_value){.is_number = sqlite3_value_type(from) == SQLITE_INTEGER};
    if (to->is_number) {
        to->number = sqlite3_value_int64(from);
        return true;
    }
    if (sqlite3_value_type(from) != SQLITE_TEXT)
        return false;
    const char *p = (const char *)sqlite3_value_text(from);
    to->text = dx_arena_copy(into, (dx_str){p, (size_t)sqlite3_value_bytes(from)});
    return p != NULL && to->text.p != NULL;
}

/* Values that stand in the query itself, compared byte by byte; those of a list come when the query
 * begins to run. */
static bool take_limit(sqlite3_index_info *info, int i, dx_arena *into, ch_limit *out)
{
    const struct sqlite3_index_constraint *c = &info->aConstraint[i];
    sqlite3_value *value = NULL;
    ch_value one;

    if (!c->usable || c->iColumn < 0 || !bound_of(c->op, &out->bound))
        return false;
    out->column = c->iColumn;
    out->values = NULL;
    out->n = 0;
    if (out->bound == CH_NONE || out->bound == CH_SOME)
        return true;
    if (sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
        return false;
    if (out->bound == CH_IS && sqlite3_vtab_in(info, i, 1))
        return true;
    if (sqlite3_vtab_rhs_value(info, i, &value) != SQLITE_OK || value == NULL ||
        !take_value(value, into, &one))
        return false;
    out->values = dx_arena_dup(into, &one, sizeof one);
    out->n = 1;
    return out->values != NULL;
}

static bool same_value(const ch_value *a, const ch_value *b)
{
    return a->is_number == b->is_number && a->number == b->number && dx_str_eq(a->text, b->text);
}

/* Lists have no values yet. */
static bool same(const ch_limit *a, const ch_limit *b)
{
    return a->column == b->column && a->bound == b->bound && a->n == b->n &&
           (a->n == 0 || same_value(a->values, b->values));
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

/* Of each condition a letter for its column where it has a list, for filter(). */
static char *write_lists(const ch_limit *now, size_t n)
{
    char *text = sqlite3_malloc64(n + 1);

    for (size_t i = 0; text && i < n; i++)
        text[i] = now[i].bound == CH_IS && now[i].n == 0 ? (char)('0' + now[i].column) : ' ';
    if (text)
        text[n] = '\0';
    return text;
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
    info->idxStr = write_lists(now, n);
    info->needToFreeIdxStr = 1;
    if (info->idxStr == NULL)
        return SQLITE_NOMEM;
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

/* ---- lists ---- */

/* Nothing is equal to NULL; false where the values are not all texts or all numbers. */
static bool take_list(sqlite3_value *list, dx_arena *into, ch_limit *to)
{
    ch_value *values = NULL;
    size_t n = 0, cap = 0;
    sqlite3_value *one = NULL;

    for (int rc = sqlite3_vtab_in_first(list, &one); rc == SQLITE_OK && one;
         rc = sqlite3_vtab_in_next(list, &one)) {
        ch_value v;
        if (sqlite3_value_type(one) == SQLITE_NULL)
            continue;
        if (!take_value(one, into, &v) || (n && v.is_number != values[0].is_number) ||
            !DX_PUSH(into, values, n, cap, v))
            return false;
    }
    to->values = values;
    to->n = n;
    return true;
}

static void take_lists(ch_look *of, const char *lists, int argc, sqlite3_value **argv)
{
    for (int i = 0; lists && i < argc && lists[i]; i++) {
        bool taken = lists[i] == ' ';
        for (size_t k = 0; k < of->n && !taken; k++) {
            ch_limit *l = &of->limits[k];
            if (l->bound == CH_IS && l->n == 0 && l->column == lists[i] - '0')
                taken = !take_list(argv[i], of->arena, l) || l->n > 0;
        }
    }
}

/* Lists that did not come tell nothing.  Where a join keeps rows without a partner, SQLite (3.40)
 * tells a view of "<>" and "IS NOT NULL" also when they only say which partners its rows have. */
static void drop_vague(ch_look *of, bool outer)
{
    size_t kept = 0;

    for (size_t i = 0; i < of->n; i++) {
        const ch_bound bound = of->limits[i].bound;
        const bool vague = bound == CH_IS ? of->limits[i].n == 0
                                          : outer && (bound == CH_IS_NOT || bound == CH_SOME);
        if (!vague)
            of->limits[kept++] = of->limits[i];
    }
    of->n = kept;
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
    (void)number;
    take_lists(((looked *)cursor->pVtab)->of, text, argc, argv);
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

/* ---- a query ---- */

dx_rc ch_look_at(sq_store *empty, ch_look *looks, size_t n, dx_str sql, bool *tables, dx_err *err)
{
    dx_buf plain = {0};

    ch_look_plainly(&plain, sql);
    const dx_rc rc =
        plain.failed ? dx_nomem(err) : sq_sql_look(empty, dx_buf_str(&plain), tables, err);
    dx_buf_done(&plain);
    for (size_t i = 0; i < n; i++)
        drop_vague(&looks[i], ch_look_outer(sql));
    return rc;
}
