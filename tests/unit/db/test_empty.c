/* A new store is a copy of one that was made with the program: it must be what the schema makes. */
#define _XOPEN_SOURCE 700
#include "folder.h"

/* All that a query gives, a row in a line. */
static void add_rows(fx *f, const char *sql, dx_buf *out)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(fx_db(f), sql, -1, &q, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(fx_db(f)));
    while (sqlite3_step(q) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(q); i++)
            dx_buf_printf(out, "%s|", (const char *)sqlite3_column_text(q, i));
        dx_buf_char(out, '\n');
    }
    sqlite3_finalize(q);
}

/* All that is in the store: what it is made of, and what the tables hold. */
static dx_buf whole(fx *f, const char *where)
{
    static const char *const pragmas[] = {"application_id", "user_version", "page_size",
                                          "encoding",       "auto_vacuum",  "integrity_check"};
    dx_buf out = {0}, rows = {0};
    fx_open(f, where);
    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++)
        add_rows(f, dx_arena_printf(f->arena, "PRAGMA %s", pragmas[i]).p, &out);
    add_rows(f, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid", &out);
    add_rows(f,
             "SELECT group_concat('SELECT ''' || name || ''', count(*) FROM ' || name,"
             " ' UNION ALL ') FROM sqlite_schema WHERE type = 'table'",
             &rows);
    assert_true(rows.n > 100);
    rows.p[rows.n - 2] = '\0';
    add_rows(f, rows.p, &out);
    dx_buf_done(&rows);
    dx_store_close(f->store);
    f->store = NULL;
    return out;
}

static void test_a_new_store_is_what_the_schema_makes(void **state)
{
    fx *f = *state;
    char made[160];
    snprintf(made, sizeof made, "%s/made.db", f->dir);
    folder_write(made, DX_LIT("")); /* an empty file is filled step by step */
    dx_buf wanted = whole(f, made), file = whole(f, f->path), memory = whole(f, ":memory:");
    assert_true(wanted.n > 10000);
    assert_string_equal(file.p, wanted.p);
    assert_string_equal(memory.p, wanted.p);
    dx_buf_done(&wanted);
    dx_buf_done(&file);
    dx_buf_done(&memory);
}

/* The file as it was made, before SQLite wrote to it. */
static void test_the_file_is_made_whole_and_alone(void **state)
{
    fx *f = *state;
    dx_str *names;
    size_t n;
    struct stat info;
    char mode[8] = "";
    const mode_t old = umask(027);
    sq_empty_file(f->path);
    umask(old);
    assert_int_equal(dx_os_list(f->dir, f->arena, &names, &n, &f->err), DX_OK);
    assert_int_equal(n, 1);
    fx_assert_str(names[0], "site.db");
    assert_int_equal(stat(f->path, &info), 0);
    snprintf(mode, sizeof mode, "%03o", (unsigned)info.st_mode & 0777);
    assert_string_equal(mode, "640");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(fx_ask(db, "PRAGMA user_version"), SQ_SCHEMA);
    assert_int_equal(fx_ask(db, "SELECT count(*) FROM pragma_journal_mode"
                                " WHERE journal_mode = 'wal'"),
                     1);
    sqlite3_close(db);
}

static void test_a_file_that_is_there_is_left_alone(void **state)
{
    fx *f = *state;
    dx_str now;
    folder_write(f->path, DX_LIT("mine"));
    sq_empty_file(f->path);
    assert_int_equal(dx_os_slurp(f->path, 100, f->arena, &now, &f->err), DX_OK);
    fx_assert_str(now, "mine");
}

/* Somebody removed the store, but not what SQLite kept beside it. */
static void test_what_an_earlier_store_left_is_not_taken_in(void **state)
{
    fx *f = *state;
    char path[160];
    dx_str log;
    snprintf(path, sizeof path, "%s-wal", f->path);
    fx_open(f, f->path);
    fx_put_text(f, "a.log", "start !one end");
    assert_int_equal(dx_os_slurp(path, 1 << 24, f->arena, &log, &f->err), DX_OK);
    assert_true(log.n > 4096);
    dx_store_close(f->store);
    assert_int_equal(remove(f->path), 0);
    folder_write(path, log);
    fx_open(f, f->path);
    assert_int_equal(fx_count(f, "attempt"), 0);
    assert_int_equal(fx_count(f, "scan"), 1);
    fx_put_text(f, "b.log", "start !two end");
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM pragma_integrity_check"
                                      " WHERE integrity_check = 'ok'"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(test_a_new_store_is_what_the_schema_makes),
        folder_test(test_the_file_is_made_whole_and_alone),
        folder_test(test_a_file_that_is_there_is_left_alone),
        folder_test(test_what_an_earlier_store_left_is_not_taken_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
