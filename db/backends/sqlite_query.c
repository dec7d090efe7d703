/* SQL of other people: it may read, for a while, and nothing else. */
#include "db/backends/sqlite_notes.h"
#include "core/os.h"
#include <string.h>

enum { ROWS = 10000, MILLISECONDS = 10000, VALUE_BYTES = 16 << 20, STEPS = 1000 };

/* ---- fences ---- */

typedef struct fence {
    sq_store *s;
    int64_t deadline_us;
    int length;
    bool late;
    bool moody; /* the query calls what tells another thing each time */
} fence;

static bool is_moody(const char *function)
{
    static const char *const names[] = {
        "random",       "randomblob", "changes",           "total_changes", "last_insert_rowid",
        "date",         "time",       "datetime",          "julianday",     "unixepoch",
        "strftime",     "timediff",   "current_timestamp", "current_date",  "current_time",
        "sqlite_offset"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sqlite3_stricmp(function, names[i]) == 0)
            return true;
    return false;
}

static int may_only_read(void *ctx, int action, const char *a, const char *b, const char *db,
                         const char *trigger)
{
    fence *f = ctx;

    (void)a;
    (void)db;
    (void)trigger;
    if (action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE)
        return SQLITE_OK;
    /* Ours are for what the program itself wrote. */
    if (action == SQLITE_FUNCTION && b && strcmp(b, "load_extension") != 0 &&
        strncmp(b, "dx_", 3) != 0) {
        f->moody |= is_moody(b);
        return SQLITE_OK;
    }
    return SQLITE_DENY;
}

static int time_is_up(void *ctx)
{
    fence *f = ctx;
    f->late = dx_os_now_us() > f->deadline_us;
    return f->late || dx_os_interrupted();
}

static void put_up(fence *f, const dx_sql_limits *limits)
{
    const unsigned ms = limits->ms ? limits->ms : MILLISECONDS;
    f->deadline_us = dx_os_now_us() + (int64_t)ms * 1000;
    f->length = sqlite3_limit(f->s->db, SQLITE_LIMIT_LENGTH, VALUE_BYTES);
    sqlite3_set_authorizer(f->s->db, may_only_read, f);
    sqlite3_progress_handler(f->s->db, STEPS, time_is_up, f);
}

static void take_down(fence *f)
{
    sqlite3_progress_handler(f->s->db, 0, NULL, NULL);
    sqlite3_set_authorizer(f->s->db, NULL, NULL);
    sqlite3_limit(f->s->db, SQLITE_LIMIT_LENGTH, f->length);
}

static dx_rc said(const fence *f, dx_err *err)
{
    const int code = sqlite3_errcode(f->s->db) & 0xff;
    const char *words = sqlite3_errmsg(f->s->db);
    if (f->late)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "the query took too long; ask for less, or give it more time");
    if (code == SQLITE_INTERRUPT)
        return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
    if (code == SQLITE_AUTH)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "a query may only read: SELECT, WITH or VALUES");
    if (code == SQLITE_ERROR || code == SQLITE_TOOBIG)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "the query is faulty: %s%s", words,
                       strstr(words, "no such column") ? " (texts stand in 'single quotes')" : "");
    return sq_fail(f->s, err);
}

/* ---- one statement ---- */

static dx_rc prepare(const fence *f, dx_str sql, sqlite3_stmt **out, dx_err *err)
{
    const char *tail = NULL;
    sqlite3_stmt *more = NULL;
    if (sql.n > 1000000)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "a query has at most a million bytes");
    if (sqlite3_prepare_v2(f->s->db, sql.p ? sql.p : "", (int)sql.n, out, &tail) != SQLITE_OK)
        return said(f, err);
    if (!*out)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "the query is empty");
    const size_t used = (size_t)(tail - sql.p);
    const int rest = sqlite3_prepare_v2(f->s->db, tail, (int)(sql.n - used), &more, NULL);
    const bool second = more != NULL || rest != SQLITE_OK;
    sqlite3_finalize(more);
    if (second)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "one query at a time");
    if (!sqlite3_stmt_readonly(*out) || sqlite3_column_count(*out) == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "a query may only read: SELECT, WITH or VALUES");
    return DX_OK;
}

static dx_rc read_value(sqlite3_stmt *q, int column, dx_arena *into, dx_sql_value *v, dx_err *err)
{
    switch (sqlite3_column_type(q, column)) {
    case SQLITE_INTEGER:
        *v = (dx_sql_value){.kind = DX_SQL_INT, .number = sqlite3_column_int64(q, column)};
        return DX_OK;
    case SQLITE_FLOAT:
        *v = (dx_sql_value){.kind = DX_SQL_REAL, .real = sqlite3_column_double(q, column)};
        return DX_OK;
    case SQLITE_TEXT:
        v->kind = DX_SQL_TEXT;
        return sq_copy(q, column, into, &v->bytes, err);
    case SQLITE_BLOB:
        v->kind = DX_SQL_BLOB;
        return sq_copy(q, column, into, &v->bytes, err);
    default:
        v->kind = DX_SQL_NULL;
        return DX_OK;
    }
}

static dx_rc read_head(sqlite3_stmt *q, dx_arena *into, dx_table *t, dx_err *err)
{
    t->n_columns = (size_t)sqlite3_column_count(q);
    dx_str *names = dx_arena_get(into, (t->n_columns + 1) * sizeof *names);
    if (!names)
        return dx_nomem(err);
    for (size_t i = 0; i < t->n_columns; i++) {
        names[i] = dx_arena_copy(into, dx_str_of(sqlite3_column_name(q, (int)i)));
        if (!names[i].p)
            return dx_nomem(err);
    }
    t->columns = names;
    return DX_OK;
}

static dx_rc read_rows(const fence *f, sqlite3_stmt *q, size_t limit, dx_arena *into, dx_table *t,
                       dx_err *err)
{
    const dx_sql_value **rows = NULL;
    size_t cap = 0;
    int rc;
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        if (t->n_rows == limit) {
            t->more = true;
            break;
        }
        dx_sql_value *row = dx_arena_get(into, (t->n_columns + 1) * sizeof *row);
        if (!row)
            return dx_nomem(err);
        for (size_t i = 0; i < t->n_columns; i++)
            if (read_value(q, (int)i, into, &row[i], err))
                return DX_FAIL;
        if (!DX_PUSH(into, rows, t->n_rows, cap, row))
            return dx_nomem(err);
    }
    t->rows = rows;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? DX_OK : said(f, err);
}

dx_rc sq_sql(dx_store *base, dx_str sql, const dx_sql_limits *limits, dx_arena *into, dx_table *out,
             dx_err *err)
{
    static const dx_sql_limits usual = {0};
    fence f = {.s = (sq_store *)base};
    sqlite3_stmt *q = NULL;
    dx_table t = {.n_rows = 0};
    const dx_sql_limits *l = limits ? limits : &usual;
    if (sq_sums_flush(f.s, err))
        return DX_FAIL;
    put_up(&f, l);
    dx_rc rc = prepare(&f, sql, &q, err);
    if (rc == DX_OK)
        rc = read_head(q, into, &t, err);
    if (rc == DX_OK)
        rc = read_rows(&f, q, l->rows ? l->rows : ROWS, into, &t, err);
    sqlite3_finalize(q);
    take_down(&f);
    if (rc == DX_OK)
        *out = t;
    return rc;
}

/* ---- what a query reads ---- */

enum { LISTS = 32 };

typedef struct opened {
    bool tables;
    int views;
    bool changing;   /* a view may be told another list each time */
    int kept[LISTS]; /* cursors of lists that are made once, whoever asks how often */
    size_t n_kept;
} opened;

static bool is_kept(const opened *o, int cursor)
{
    for (size_t i = 0; i < o->n_kept; i++)
        if (o->kept[i] == cursor)
            return true;
    return false;
}

/* `once`: the step before says that this one is done once. */
static void look_at_step(opened *o, sqlite3_stmt *q, dx_str step, bool once)
{
    enum {
        CURSOR = 2,
        DATABASE = 4, /* of EXPLAIN */
        OURS = 2      /* 0 is the file, 1 is for temporary tables; what follows the query made */
    };
    const int cursor = sqlite3_column_int(q, CURSOR);

    o->tables |= dx_str_eq(step, DX_LIT("OpenRead")) && sqlite3_column_int(q, DATABASE) < OURS;
    o->views += dx_str_eq(step, DX_LIT("VOpen"));
    o->changing |= dx_str_eq(step, DX_LIT("VInitIn")) && !is_kept(o, cursor);
    if (once && o->n_kept < LISTS && dx_str_eq(step, DX_LIT("OpenEphemeral")))
        o->kept[o->n_kept++] = cursor;
}

/* What opens a table stands in the program that SQLite makes of the query; not everything that is
 * read is told to an authorizer (a column that two tables share is not). */
static opened opens(sqlite3 *db, dx_str sql)
{
    enum { STEP = 1 }; /* of EXPLAIN */
    char *text = sqlite3_mprintf("EXPLAIN %.*s", (int)sql.n, sql.p);
    sqlite3_stmt *q = NULL;
    opened o = {.tables = text == NULL || sqlite3_prepare_v2(db, text, -1, &q, NULL) != SQLITE_OK};
    bool once = false;

    while (!o.tables && sqlite3_step(q) == SQLITE_ROW) {
        const dx_str step = sq_bytes(q, STEP);
        look_at_step(&o, q, step, once);
        once = dx_str_eq(step, DX_LIT("Once"));
    }
    sqlite3_finalize(q);
    sqlite3_free(text);
    return o;
}

dx_rc sq_sql_look(sq_store *s, dx_str sql, bool *tables, dx_err *err)
{
    static const dx_sql_limits short_time = {.ms = 1000};
    fence f = {.s = s};
    sqlite3_stmt *q = NULL;
    put_up(&f, &short_time);
    const dx_rc rc = prepare(&f, sql, &q, err);
    const bool steady = rc == DX_OK && !f.moody;
    *tables = false;
    if (rc == DX_OK) {
        sqlite3_set_authorizer(s->db, NULL, NULL); /* EXPLAIN is no reading */
        const opened o = opens(s->db, sql);
        *tables = o.tables;
        if (steady && !o.tables && !o.changing && o.views == 1)
            (void)sqlite3_step(q);
    }
    sqlite3_finalize(q);
    take_down(&f);
    return rc;
}

/* ---- about the store ---- */

dx_rc sq_stats(dx_store *base, dx_arena *into, dx_table *out, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    dx_table t = {.n_rows = 0};
    fence f = {.s = s};
    if (sq_ask_(
            s, &q, err,
            "SELECT name, iif(name IN (SELECT name FROM sqlite_schema WHERE type = 'index'),"
            " 'index', 'table') AS kind,"
            " sum(iif(pagetype = 'leaf', ncell, 0)) AS entries,"
            " sum(pgsize) AS bytes, round(100.0 * sum(unused) / sum(pgsize), 1) AS unused_percent"
            " FROM dbstat GROUP BY name ORDER BY bytes DESC, name",
            NULL, 0))
        return DX_FAIL;
    dx_rc rc = read_head(q, into, &t, err);
    if (rc == DX_OK)
        rc = read_rows(&f, q, SIZE_MAX, into, &t, err);
    sq_done(q);
    if (rc == DX_OK)
        *out = t;
    return rc;
}

dx_rc sq_schema_lines(dx_store *base, dx_line_fn *tell, void *ctx, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    if (sq_ask_(s, &q, err,
                "SELECT 'PRAGMA user_version = ' || user_version || ';' FROM pragma_user_version"
                " UNION ALL SELECT * FROM (SELECT sql || ';' FROM sqlite_schema"
                " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid)",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if ((rc = tell(ctx, sq_bytes(q, 0), err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- a copy ---- */

dx_rc sq_snapshot(dx_store *base, const char *path, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    dx_file_info info = {0};
    sqlite3 *copy = NULL;
    if (dx_os_stat(path, &info, err))
        return DX_FAIL;
    if (info.kind != DX_FILE_NONE)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%s' is there already; name a new file", path);
    if (sq_sums_flush(s, err))
        return DX_FAIL;
    if (sq_do(s, err, "VACUUM INTO ?1", SQ_T(dx_str_of(path)))) {
        /* What SQLite says is about the copy, of which half is of no use. */
        const int why = sqlite3_errcode(s->db);
        dx_os_remove(path);
        return why == SQLITE_FULL
                   ? dx_fail(err, DX_E_STORE, DX_NOWHERE, "no space left for the copy '%s'", path)
               : why == SQLITE_CANTOPEN
                   ? dx_fail(err, DX_E_STORE, DX_NOWHERE,
                             "cannot make the copy '%s'; check that its folder exists and may be "
                             "used",
                             path)
                   : dx_context(err, "writing '%s'", path);
    }
    /* Without a write-ahead log, the file needs no other one and no place to write. */
    int rc = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE; PRAGMA optimize", NULL, NULL, NULL);
    const dx_rc result =
        rc == SQLITE_OK ? DX_OK : sq_fail_code(path, rc, sqlite3_errmsg(copy), err);
    sqlite3_close(copy);
    return result;
}
