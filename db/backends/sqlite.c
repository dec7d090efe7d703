/* A store in an SQLite file: opening, closing, and what its errors mean. */
#include "db/backends/sqlite_heard.h"
#include "db/backends/sqlite_lists.h"
#include "db/backends/sqlite_notes.h"
#include <stdlib.h>
#include <string.h>
#include "core/os.h"

enum { DEFAULT_WAIT_MS = 5000, YOUNG_CHANGES = 250000 /* rows */ };
enum { LOG_PAGES = 8000, LOG_SHARE = 4 /* of the pages of the file */ };

/* ---- errors ---- */

/* What to do about each of SQLite's primary codes; the text is a format for the store's name. */
static const struct {
    int code;
    const char *text;
} advice[] = {
    {SQLITE_BUSY, "the store '%s' is locked by another program; wait until it is done, or use "
                  "--db with another file"},
    {SQLITE_LOCKED, "the store '%s' is locked by another program; wait until it is done, or use "
                    "--db with another file"},
    {SQLITE_FULL, "no space left for the store '%s'; free some or use --db with a file on another "
                  "disk; what was stored before is intact"},
    {SQLITE_CORRUPT, "the store '%s' is damaged; restore a copy of it, or move it away and scan "
                     "the logs again"},
    {SQLITE_NOTADB, "'%s' is no SQLite database, so it cannot be a store; use --db with another "
                    "file"},
    {SQLITE_READONLY, "the store '%s' cannot be written; check its permissions or use --db with "
                      "another file"},
    {SQLITE_PERM, "the store '%s' cannot be used; check its permissions"},
    {SQLITE_AUTH, "the store '%s' cannot be used; check its permissions"},
    {SQLITE_IOERR,
     "reading or writing the store '%s' failed; check its disk; what was stored before "
     "is intact"},
    {SQLITE_CANTOPEN, "cannot open the store '%s'; check that its folder exists and may be used"},
};

dx_rc sq_fail_code(const char *where, int code, const char *message, dx_err *err)
{
    const int primary = code & 0xff;
    if (primary == SQLITE_NOMEM)
        return dx_nomem(err);
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++) {
        if (advice[i].code != primary)
            continue;
        (void)dx_fail(err, DX_E_STORE, DX_NOWHERE, "%s", message);
        return dx_context(err, advice[i].text, where);
    }
    const char *lacks = primary == SQLITE_ERROR && strstr(message, "no such ") != NULL
                            ? "; it lacks a part, so it is damaged or was not made by a released "
                              "setupdx: keep it aside and scan the logs with --db into another file"
                            : "";
    return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' cannot be used: %s%s", where,
                   message, lacks);
}

dx_rc sq_fail(sq_store *s, dx_err *err)
{
    return sq_fail_code(s->where, sqlite3_errcode(s->db), sqlite3_errmsg(s->db), err);
}

/* ---- settings ---- */

/* What is written refers to rows that were just written or looked up, so checking every reference
 * would only cost; so would wiping what moves between pages.  Where other stores are taken in, what
 * refers to a row goes along with it; where much is deleted, what is gone is gone. */
#define NO_WIPING "PRAGMA secure_delete = OFF;"
#define WIPING    "PRAGMA secure_delete = ON;"
#define HASTY     "PRAGMA foreign_keys = OFF;" NO_WIPING
#define THOROUGH  "PRAGMA foreign_keys = ON;" WIPING

static dx_rc set(sq_store *s, const char *pragmas, dx_err *err)
{
    return sqlite3_exec(s->db, pragmas, NULL, NULL, NULL) == SQLITE_OK ? DX_OK : sq_fail(s, err);
}

dx_rc sq_thorough(sq_store *s, bool on, dx_err *err)
{
    return set(s, on ? THOROUGH : HASTY, err);
}

dx_rc sq_wiping(sq_store *s, bool on, dx_err *err)
{
    return set(s, on ? WIPING : NO_WIPING, err);
}

/* ---- opening ---- */

static bool sq_knows(const char *where)
{
    return strstr(where, "://") == NULL;
}

static bool is_in_memory(const sq_store *s)
{
    return strcmp(s->where, ":memory:") == 0;
}

/* SQLite's statistics take as long as a twentieth of filling a store does, and a store that was
 * just made is asked as fast without, as long as it is small; one that nobody opens again needs
 * none. */
static void tell_statistics(sq_store *s)
{
    if (!s->db || s->base.read_only || is_in_memory(s) ||
        (s->young && sqlite3_total_changes(s->db) < YOUNG_CHANGES))
        return;
    if (sqlite3_get_autocommit(s->db))
        sqlite3_exec(s->db, "PRAGMA optimize", NULL, NULL, NULL);
}

static void sq_close(dx_store *base)
{
    sq_store *s = (sq_store *)base;
    tell_statistics(s); /* asks the store something, when its log of writes is long */
    for (size_t i = 0; i < SQ_COUNT_; i++)
        sqlite3_finalize(s->statement[i]);
    sq_asked_close(s);
    sq_memo_close(s);
    sq_past_close(s);
    sq_held_forget(s);
    sq_sums_close(s);
    sq_runs_close(s);
    sq_beginnings_close(s);
    sqlite3_close(s->db);
    free(s->where);
    free(s);
}

/* A path that somebody typed may be mistyped: there a new store would be found by nobody. */
static dx_rc have_folder(const char *dir, bool make, dx_err *err)
{
    dx_file_info info = {0};
    if (make)
        return dx_os_make_dirs(dir, err);
    if (dx_os_stat(dir, &info, err))
        return DX_FAIL;
    return info.kind == DX_FILE_DIR
               ? DX_OK
               : dx_fail(err, DX_E_STORE, DX_NOWHERE,
                         "there is no folder '%s' for a new store: check the path, or make the "
                         "folder",
                         dir);
}

/* The folder of a new store. */
static dx_rc see_to_folder(const char *where, bool make, dx_err *err)
{
    const char *slash = strrchr(where, '/');
    if (!slash || slash == where)
        return DX_OK;
    dx_buf dir = {0};
    dx_buf_add(&dir, (dx_str){where, (size_t)(slash - where)});
    const dx_rc rc = dir.failed ? dx_nomem(err) : have_folder(dir.p, make, err);
    dx_buf_done(&dir);
    return rc;
}

static dx_rc check_file(sq_store *s, const dx_store_options *o, dx_err *err)
{
    const char *where = s->where;
    dx_file_info info = {0};
    if (dx_os_stat(where, &info, err))
        return DX_FAIL;
    switch (info.kind) {
    case DX_FILE_NONE:
        if (o->must_exist || o->read_only)
            return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                           "there is no store '%s'; scan logs with --db to make one", where);
        if (see_to_folder(where, o->make_folder, err))
            return DX_FAIL;
        sq_empty_file(where);
        s->young = true;
        return DX_OK;
    case DX_FILE_DIR:
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "'%s' is a folder; the store is a file: use --db with a file's name", where);
    case DX_FILE_OTHER:
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "'%s' is no plain file; use --db with another name", where);
    case DX_FILE_PLAIN:
        break;
    }
    return DX_OK;
}

void sq_uri_of(dx_buf *out, const char *path, const char *option)
{
    dx_buf_printf(out, *path == '/' ? "file://" : "file:");
    for (const char *c = path; *c; c++) {
        const bool odd = *c == '%' || *c == '?' || *c == '#';
        if (odd)
            dx_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
        else
            dx_buf_char(out, *c);
    }
    dx_buf_printf(out, "?%s", option);
}

static int connect(sq_store *s, const char *option)
{
    /* One thread at a time uses a store, so SQLite need not lock against others. */
    const int mode =
        SQLITE_OPEN_NOMUTEX |
        (s->base.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (is_in_memory(s))
        return sqlite3_open_v2(s->where, &s->db, mode, NULL);
    dx_buf uri = {0};
    sq_uri_of(&uri, s->where, option);
    const int rc =
        uri.failed ? SQLITE_NOMEM : sqlite3_open_v2(uri.p, &s->db, mode | SQLITE_OPEN_URI, NULL);
    dx_buf_done(&uri);
    return rc;
}

/* A store in a folder that may not be written: SQLite cannot put its lock files beside it.  When
 * no log of unfinished writes lies there either, the file is complete and can be read as it is. */
static int connect_reader(sq_store *s)
{
    int rc = connect(s, "mode=ro");
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(s->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    if ((rc & 0xff) != SQLITE_CANTOPEN && (rc & 0xff) != SQLITE_READONLY)
        return rc;
    dx_buf wal = {0};
    dx_buf_printf(&wal, "%s-wal", s->where);
    dx_file_info info = {0};
    dx_err ignored;
    const bool complete =
        !wal.failed && !dx_os_stat(wal.p, &info, &ignored) && info.kind == DX_FILE_NONE;
    dx_buf_done(&wal);
    if (!complete)
        return rc;
    sqlite3_close(s->db);
    s->db = NULL;
    s->immutable = true;
    return connect(s, "mode=ro&immutable=1");
}

/* Of the pages of its log of writes SQLite puts each into the store's file once.  So the longer the
 * log may grow, the fewer are put there several times; it grows with the store, to a share of it.
 */
static int put_log_into_file(void *ctx, sqlite3 *db, const char *name, int pages)
{
    dx_err ignored;
    int64_t all = 0;
    if (pages >= LOG_PAGES &&
        (sq_value_(ctx, &all, &ignored, "PRAGMA page_count", NULL, 0) != DX_OK ||
         pages >= all / LOG_SHARE))
        sqlite3_wal_checkpoint(db, name);
    return SQLITE_OK; /* where others are in its way, it is done after a later change */
}

static int settle(sq_store *s, const dx_store_options *o)
{
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    /* Else a statement that might use an index of some rows is prepared anew when it is bound. */
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    if (sq_rows_register(s->db) != SQLITE_OK || sq_week_register(s->db) != SQLITE_OK ||
        sq_heard_register(s->db) != SQLITE_OK || sq_lists_register(s->db) != SQLITE_OK)
        return SQLITE_NOMEM;
    sqlite3_wal_hook(s->db, put_log_into_file, s);
    sqlite3_busy_timeout(s->db, o->wait_ms ? (int)(o->wait_ms & 0x7fffffff) : DEFAULT_WAIT_MS);
    return sqlite3_exec(s->db,
                        HASTY SQ_PAGES "PRAGMA cell_size_check = ON;"
                                       "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144;"
                                       "PRAGMA journal_size_limit = 268435456;"
                                       "PRAGMA temp_store = MEMORY",
                        NULL, NULL, NULL);
}

static dx_rc open_file(sq_store *s, const dx_store_options *o, dx_err *err)
{
    const bool memory = is_in_memory(s);
    if (!memory && check_file(s, o, err))
        return DX_FAIL;
    const int rc = o->read_only && !memory ? connect_reader(s) : connect(s, "mode=rwc");
    if (!s->db)
        return dx_nomem(err);
    if (rc != SQLITE_OK || settle(s, o) != SQLITE_OK)
        return sq_fail(s, err);
    if (memory)
        (void)sq_empty_memory(s->db);
    if (sq_schema_ready(s, err))
        return DX_FAIL;
    /* Only now: a file that turns out not to be ours is left exactly as it was. */
    if (!memory && !o->read_only &&
        sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) != SQLITE_OK)
        return sq_fail(s, err);
    return DX_OK;
}

static dx_rc sq_open(dx_store **out, const char *where, const dx_store_options *options,
                     dx_err *err)
{
    static const dx_store_options defaults = {0};
    /* SQLite would lock at each allocation, only to count it; holds from its first use on. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    const dx_store_options *o = options ? options : &defaults;
    const size_t size = strlen(where) + 1;
    sq_store *s = calloc(1, sizeof *s);
    if (!s || !(s->where = malloc(size))) {
        free(s);
        return dx_nomem(err);
    }
    memcpy(s->where, where, size);
    s->base = (dx_store){&dx_backend_sqlite, o->read_only && strcmp(where, ":memory:") != 0};
    s->now_us = o->now_us;
    if (open_file(s, o, err)) {
        sq_close(&s->base);
        return DX_FAIL;
    }
    *out = &s->base;
    return DX_OK;
}

/* ---- scans ---- */

static dx_rc sq_begin_scan(dx_store *base, const dx_scan_info *info, int64_t *scan, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    int64_t ruleset = 0, program = 0;
    if (sq_enter(s, err))
        return DX_FAIL;
    dx_rc rc = sq_number(s, &ruleset, err, SQ_RULESET_PUT, SQ_T(info->ruleset_digest),
                         SQ_T(info->ruleset_version));
    if (rc == DX_OK)
        rc = sq_term(s, info->program_version, &program, err);
    if (rc == DX_OK)
        rc = sq_add(s, scan, err, SQ_SCAN_ADD, sq_time(s->now_us), SQ_I(ruleset), SQ_I(program));
    return sq_leave(s, rc, err);
}

static dx_rc sq_end_scan(dx_store *base, int64_t scan, bool complete, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    return sq_run(s, err, SQ_SCAN_END, SQ_I(scan), sq_time(s->now_us), SQ_I(complete));
}

/* ---- questions ---- */

/* All statements of an answer see the store at one moment, and its file is locked once instead of
 * thousands of times.  In an open transaction both hold already. */
static dx_rc look(sq_store *s, bool *own, dx_err *err)
{
    *own = sqlite3_get_autocommit(s->db) != 0;
    return *own ? sq_do_(s, err, "BEGIN", NULL, 0) : DX_OK;
}

static dx_rc looked(sq_store *s, bool own, dx_rc rc, dx_err *err)
{
    dx_err ignored;
    if (!own || sqlite3_get_autocommit(s->db))
        return rc;
    const dx_rc ended = sq_run_(s, rc == DX_OK ? err : &ignored, SQ_COMMIT, NULL, 0);
    return rc == DX_OK ? ended : rc;
}

static dx_rc sq_look(dx_store *base, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    return look(s, &s->looking, err);
}

static void sq_looked(dx_store *base)
{
    sq_store *s = (sq_store *)base;
    dx_err ignored;
    const dx_rc ended = looked(s, s->looking, DX_OK, &ignored);
    (void)ended; /* nothing was changed */
    s->looking = false;
}

#define AT_ONE_MOMENT(name, query, answer)                                                         \
    static dx_rc ask_##name(dx_store *s, const query *q, dx_arena *into, answer *out, dx_err *err) \
    {                                                                                              \
        bool own;                                                                                  \
        if (look((sq_store *)s, &own, err) != DX_OK)                                               \
            return DX_FAIL;                                                                        \
        return looked((sq_store *)s, own, sq_##name(s, q, into, out, err), err);                   \
    }

AT_ONE_MOMENT(trend, dx_trend_query, dx_trend)
AT_ONE_MOMENT(list, dx_list_query, dx_list)
AT_ONE_MOMENT(fixes, dx_trend_filter, dx_fixes)
AT_ONE_MOMENT(findings, dx_findings_query, dx_findings)
AT_ONE_MOMENT(attempts, dx_attempts_query, dx_attempts)
AT_ONE_MOMENT(servers, dx_servers_query, dx_servers)
AT_ONE_MOMENT(heat, dx_heat_query, dx_heat)
AT_ONE_MOMENT(unknowns, dx_unknown_query, dx_unknowns)
AT_ONE_MOMENT(coverage, dx_coverage_query, dx_coverage)

static dx_rc ask_finding(dx_store *s, dx_str key, int64_t now_us, dx_arena *into,
                         dx_finding_page *out, dx_err *err)
{
    bool own;
    if (look((sq_store *)s, &own, err) != DX_OK)
        return DX_FAIL;
    return looked((sq_store *)s, own, sq_finding(s, key, now_us, into, out, err), err);
}

static dx_rc ask_server(dx_store *s, dx_str name, dx_arena *into, dx_server_row *out, dx_err *err)
{
    bool own;
    if (look((sq_store *)s, &own, err) != DX_OK)
        return DX_FAIL;
    return looked((sq_store *)s, own, sq_server_row(s, name, into, out, err), err);
}

static const char *sq_file(const dx_store *s)
{
    const char *where = ((const sq_store *)s)->where;

    return strcmp(where, ":memory:") == 0 ? NULL : where;
}

const dx_backend dx_backend_sqlite = {
    .knows = sq_knows,
    .file = sq_file,
    .open = sq_open,
    .close = sq_close,
    .begin_scan = sq_begin_scan,
    .end_scan = sq_end_scan,
    .put_log = sq_put_log,
    .put_unread = sq_put_unread,
    .was_read = sq_was_read,
    .put_events = sq_put_case_events,
    .put_verdict = sq_put_verdict,
    .set_state = sq_set_state,
    .shows = sq_shows,
    .begin = sq_begin,
    .commit = sq_commit,
    .rollback = sq_rollback,
    .look = sq_look,
    .looked = sq_looked,
    .read_case = sq_read_case,
    .read_brief = sq_read_brief,
    .server_attempts = sq_server_attempts,
    .all_attempts = sq_all_attempts,
    .history = sq_history,
    .schema_version = sq_schema_version,
    .trend = ask_trend,
    .list = ask_list,
    .fixes = ask_fixes,
    .findings = ask_findings,
    .finding = ask_finding,
    .find_keys = sq_find_keys,
    .find_ticket = sq_find_ticket,
    .key_attempt = sq_key_attempt,
    .attempts = ask_attempts,
    .servers = ask_servers,
    .server = ask_server,
    .heat = ask_heat,
    .unknowns = ask_unknowns,
    .coverage = ask_coverage,
    .alias = sq_alias,
    .tag = sq_tag,
    .resolve = sq_resolve,
    .silence = sq_silence,
    .silences = sq_silences,
    .notes = sq_notes,
    .check = sq_check,
    .dump = sq_dump,
    .snapshot = sq_snapshot,
    .prune = sq_prune,
    .merge = sq_merge,
    .sql = sq_sql,
    .stats = sq_stats,
    .schema = sq_schema_lines,
};
