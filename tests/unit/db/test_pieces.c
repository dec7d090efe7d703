/* The log of writes in large pieces: SQLite's own files stand below, and fail where they are told
 * to. */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE   700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/backends/sqlite_pieces.h"

/* ---- files that fail ---- */

/* What the files below were asked for, and which writing into a log fails. */
typedef struct watch {
    sqlite3_vfs vfs;
    sqlite3_vfs *below;
    sqlite3_io_methods methods; /* of a log */
    const sqlite3_io_methods *real;
    int writes, fail_at, fail_with;
} watch;

static watch *the_watch(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find("watch");
    assert_non_null(vfs);
    return (watch *)vfs;
}

static int write_watched(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    watch *w = the_watch();
    if (++w->writes == w->fail_at)
        return w->fail_with;
    return w->real->xWrite(f, p, n, at);
}

static int open_watched(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *got)
{
    watch *w = (watch *)vfs;
    const int rc = w->below->xOpen(w->below, name, f, flags, got);
    if (rc != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
        return rc;
    w->real = f->pMethods;
    w->methods = *w->real;
    w->methods.xWrite = write_watched;
    f->pMethods = &w->methods;
    return rc;
}

static void register_watch(void)
{
    watch *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->below = sqlite3_vfs_find(NULL);
    w->vfs = *w->below;
    w->vfs.pNext = NULL;
    w->vfs.zName = "watch";
    w->vfs.xOpen = open_watched;
    assert_int_equal(sqlite3_vfs_register(&w->vfs, 1), SQLITE_OK);
}

/* ---- a database ---- */

static sqlite3 *open_by(const char *path, const char *vfs)
{
    sqlite3 *db = NULL;
    const int mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    assert_int_equal(sqlite3_open_v2(path, &db, mode, vfs), SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    const int64_t v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return v;
}

/* Pages of a transaction do not fit into memory, so they are written and read before it ends, and
 * written again where they stand. */
static sqlite3 *open_small(const char *path)
{
    const char *vfs = sq_pieces_vfs();
    assert_string_equal(vfs, "setupdx");
    sqlite3 *db = open_by(path, vfs);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = 10;"
            "PRAGMA wal_autocheckpoint = 300");
    return db;
}

static void make_table(sqlite3 *db)
{
    run(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)");
}

#define ADD_ROWS                                                                                   \
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"               \
    " INSERT INTO t (b) SELECT zeroblob(900 + i % 7) FROM n;"

static const char *const change[] = {ADD_ROWS, "UPDATE t SET b = zeroblob(300 + id % 900);",
                                     "DELETE FROM t WHERE id % 3 = 0;", ADD_ROWS,
                                     "CREATE INDEX IF NOT EXISTS by_b ON t (b);"};
enum { CHANGES = sizeof change / sizeof *change };

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

#define SUM      "SELECT count(*) * 1000003 + ifnull(sum(id * length(b)), 0) FROM t"
#define IS_WHOLE "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"

/* What stands in the files at this moment, as after a power cut. */
static void assert_in_the_files(const char *dir, int64_t sum)
{
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/a.db", dir);
    snprintf(to, sizeof to, "%s/copy.db", dir);
    copy_file(from, to);
    snprintf(from, sizeof from, "%s/a.db-wal", dir);
    snprintf(to, sizeof to, "%s/copy.db-wal", dir);
    copy_file(from, to);
    snprintf(to, sizeof to, "%s/copy.db", dir);
    sqlite3 *copy = open_by(to, "watch");
    assert_int_equal(ask(copy, SUM), sum);
    assert_int_equal(ask(copy, IS_WHOLE), 1);
    sqlite3_close(copy);
    assert_int_equal(unlink(to), 0);
}

static void test_committed_is_in_the_file_and_costs_few_writes(void **state)
{
    char dir[] = "/tmp/setupdx-pieces-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.db", dir);
    sqlite3 *db = open_small(path), *other = open_by(path, "watch");
    watch *w = the_watch();
    make_table(db);
    for (int i = 0; i < CHANGES; i++) {
        run(db, "BEGIN");
        run(db, change[i]);
        const int64_t within = ask(db, SUM);
        run(db, "COMMIT");
        assert_int_equal(ask(other, SUM), within);
        assert_in_the_files(dir, within);
    }
    run(db, "PRAGMA cache_size = 10000; PRAGMA wal_checkpoint");
    w->writes = 0;
    run(db, "UPDATE t SET b = zeroblob(1000)");
    assert_in_range(w->writes, 1, 40); /* of more than a hundred pages, by two writes each */
    assert_true(ask(db, "PRAGMA page_count") > 100);
    sqlite3_close(db);
    sqlite3_close(other);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static bool try(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Two changes in each transaction. */
static const char *first(int i)
{
    return change[i];
}

static const char *second(int i)
{
    return change[(i + 1) % CHANGES];
}

/* What each transaction makes of the rows, by its first change alone and by both. */
typedef struct sums {
    int64_t one[CHANGES], both[CHANGES];
} sums;

static sums sums_of_changes(const char *path)
{
    sums s;
    sqlite3 *db = open_small(path);
    make_table(db);
    for (int i = 0; i < CHANGES; i++) {
        run(db, "BEGIN");
        run(db, first(i));
        s.one[i] = ask(db, SUM);
        run(db, second(i));
        s.both[i] = ask(db, SUM);
        run(db, "COMMIT");
    }
    sqlite3_close(db);
    assert_int_equal(unlink(path), 0);
    return s;
}

/* All transactions until a writing fails, the fail_at-th; whether one did.  SQLite may undo the
 * change in hand alone: then the one before it holds, if it can be kept. */
static bool change_all(sqlite3 *db, const sums *due, int fail_at, int with)
{
    watch *w = the_watch();
    bool failed = false;
    w->writes = 0;
    w->fail_at = fail_at;
    w->fail_with = with;
    for (int i = 0; i < CHANGES && !failed; i++) {
        const bool begun = try(db, "BEGIN"), one = begun && try(db, first(i)),
                   both = one && !sqlite3_get_autocommit(db) && try(db, second(i)),
                   kept = !sqlite3_get_autocommit(db) && try(db, "COMMIT");
        if (!sqlite3_get_autocommit(db))
            run(db, "ROLLBACK");
        failed = !both || !kept;
        const int64_t before = i ? due->both[i - 1] : 0;
        assert_int_equal(ask(db, SUM), !kept || !one ? before : both ? due->both[i] : due->one[i]);
    }
    w->fail_at = 0;
    return failed;
}

static void test_what_could_not_be_written_is_undone(void **state)
{
    static const int how[] = {SQLITE_FULL, SQLITE_IOERR_WRITE};
    char dir[] = "/tmp/setupdx-pieces-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.db", dir);
    const sums due = sums_of_changes(path);
    for (size_t h = 0; h < 2; h++) {
        bool failed = true;
        int at = 1;
        for (; failed; at += 1 + at / 5) {
            sqlite3 *db = open_small(path);
            make_table(db);
            failed = change_all(db, &due, at, how[h]);
            run(db, ADD_ROWS);
            const int64_t sum = ask(db, SUM);
            assert_int_equal(ask(db, IS_WHOLE), 1);
            assert_in_the_files(dir, sum);
            sqlite3_close(db);
            assert_int_equal(unlink(path), 0);
        }
        assert_true(at > 60); /* many of them did fail */
    }
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_committed_is_in_the_file_and_costs_few_writes),
        cmocka_unit_test(test_what_could_not_be_written_is_undone),
    };
    register_watch();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
