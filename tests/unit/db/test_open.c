#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE   700
#include "folder.h"

#include <sys/wait.h>

static void sql(const char *path, const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, NULL))
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void make_store(fx *f)
{
    fx_open(f, f->path);
    fx_put_text(f, "a.log", "start !one end");
    dx_store_close(f->store);
    f->store = NULL;
}

static void assert_refused(fx *f, const dx_store_options *options, const char *why)
{
    dx_store *store = NULL;
    assert_int_equal(dx_store_open(&store, f->path, options, &f->err), DX_FAIL);
    assert_null(store);
    assert_int_equal(f->err.kind, DX_E_STORE);
    fx_assert_mentions(&f->err, f->path);
    fx_assert_mentions(&f->err, why);
}

static const dx_store_options writing = {.now_us = FX_NOW, .wait_ms = 20};
static const dx_store_options reading = {.now_us = FX_NOW, .wait_ms = 20, .read_only = true};

static void test_store_is_made(void **state)
{
    fx *f = *state;
    int version = 0;
    snprintf(f->path, sizeof f->path, "%s/site.db", f->dir);
    fx_open(f, f->path);
    assert_int_equal(dx_store_schema_version(f->store, &version, &f->err), DX_OK);
    assert_int_equal(version, SQ_SCHEMA);
    assert_int_equal(fx_ask(fx_db(f), "PRAGMA application_id"), SQ_APPLICATION);
    assert_int_equal(fx_ask(fx_db(f), "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

static void test_a_folder_is_made_only_where_nobody_typed_it(void **state)
{
    fx *f = *state;
    dx_store_options options = writing;
    dx_file_info info = {0};
    char folder[sizeof f->path];
    snprintf(f->path, sizeof f->path, "%s/a/b/site.db", f->dir);
    snprintf(folder, sizeof folder, "%s/a", f->dir);
    dx_store *store = NULL;
    assert_int_equal(dx_store_open(&store, f->path, &options, &f->err), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_STORE);
    fx_assert_mentions(&f->err, "/a/b' for a new store");
    assert_int_equal(dx_os_stat(folder, &info, &f->err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_NONE);
    options.make_folder = true;
    assert_int_equal(dx_store_open(&f->store, f->path, &options, &f->err), DX_OK);
}

static void test_content_is_there_after_reopening(void **state)
{
    fx *f = *state;
    make_store(f);
    fx_open(f, f->path);
    fx_put_text(f, "a.log", "start !one end");
    assert_true(f->seen[0]);
    assert_int_equal(fx_count(f, "event"), 1);
}

/* Closing may write statistics, when the log of writes is so long that it goes into the file. */
static void test_a_long_log_of_writes_is_gone_when_the_store_is_closed(void **state)
{
    fx *f = *state;
    sqlite3 *reader;
    char wal[sizeof f->path + 8];
    dx_file_info info;
    make_store(f);
    fx_open(f, f->path);
    assert_int_equal(sqlite3_open(f->path, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM attempt", NULL, NULL, NULL),
                     SQLITE_OK);
    fx_put_text(f, "b.log", "start !two end");
    assert_int_equal(sqlite3_exec(fx_db(f),
                                  "INSERT INTO pattern (text) VALUES (hex(zeroblob(40000000)))",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(reader);
    dx_store_close(f->store);
    f->store = NULL;
    snprintf(wal, sizeof wal, "%s-wal", f->path);
    assert_int_equal(dx_os_stat(wal, &info, &f->err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_NONE);
}

/* What was not there when we looked last may be there now. */
static void test_what_another_program_stored_meanwhile_is_known(void **state)
{
    fx *f = *state;
    fx other = {.arena = f->arena};
    fx_open(f, f->path);
    fx_put_text(f, "a.log", "start !one end");
    fx_open(&other, f->path);
    const int64_t id = fx_put_text(&other, "b.log", "begin !two copy");
    assert_int_equal(fx_put_text(f, "c.log", "begin !two copy !three end"), id);
    assert_true(f->seen[0]);
    assert_int_equal(fx_put_text(f, "d.log", "begin !two copy !three end"), id);
    assert_int_equal(fx_count(f, "attempt"), 2);
    dx_store_close(other.store);
}

static void test_odd_file_name_is_only_a_name(void **state)
{
    fx *f = *state;
    snprintf(f->path, sizeof f->path, "/%s/odd #?%%41;'.db", f->dir);
    make_store(f);
    struct stat info;
    assert_int_equal(stat(f->path, &info), 0);
}

static void test_missing_store_is_not_made_for_a_reader(void **state)
{
    fx *f = *state;
    const dx_store_options must = {.must_exist = true};
    assert_refused(f, &must, "there is no store");
    assert_refused(f, &reading, "there is no store");
    struct stat info;
    assert_int_not_equal(stat(f->path, &info), 0);
}

static void test_folder_is_no_store(void **state)
{
    fx *f = *state;
    assert_int_equal(mkdir(f->path, 0700), 0);
    assert_refused(f, &writing, "is a folder");
    rmdir(f->path);
}

static void test_file_that_is_no_database_is_refused_and_left_alone(void **state)
{
    fx *f = *state;
    static const char text[] = "Starting setup of Exchange Server. This is a log and no database, "
                               "and it is long enough to be read as the header of one.\r\n";
    folder_write(f->path, (dx_str){text, sizeof text - 1});
    assert_refused(f, &writing, "no SQLite database");
    dx_str now;
    assert_int_equal(dx_os_slurp(f->path, 1000, f->arena, &now, &f->err), DX_OK);
    fx_assert_str(now, text);
}

static void test_other_database_is_refused_and_left_alone(void **state)
{
    fx *f = *state;
    sql(f->path, "CREATE TABLE mine (x)");
    assert_refused(f, &writing, "is an SQLite database but not a setupdx store");
    assert_refused(f, &reading, "is an SQLite database but not a setupdx store");
    sql(f->path, "INSERT INTO mine VALUES (1)");
}

static void test_newer_schema_is_refused(void **state)
{
    fx *f = *state;
    make_store(f);
    sql(f->path, "PRAGMA user_version = 99");
    assert_refused(f, &writing, "newer setupdx (schema 99");
}

static void test_empty_file_becomes_a_store_but_not_for_a_reader(void **state)
{
    fx *f = *state;
    folder_write(f->path, DX_LIT(""));
    assert_refused(f, &reading, "is empty");
    make_store(f);
}

static void test_damaged_store_is_told(void **state)
{
    fx *f = *state;
    make_store(f);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    const long long page = fx_ask(db, "SELECT rootpage FROM sqlite_schema WHERE name = 'ruleset'");
    const long long size = fx_ask(db, "PRAGMA page_size");
    sqlite3_close(db);
    FILE *file = fopen(f->path, "r+b");
    assert_non_null(file);
    char junk[512];
    memset(junk, 0xA5, sizeof junk);
    assert_int_equal(fseek(file, (long)((page - 1) * size), SEEK_SET), 0);
    assert_int_equal(fwrite(junk, 1, sizeof junk, file), sizeof junk);
    fclose(file);
    assert_int_equal(dx_store_open(&f->store, f->path, &writing, &f->err), DX_OK);
    const dx_scan_info scan = {DX_LIT("r"), DX_LIT("1"), DX_LIT("t")};
    assert_int_equal(dx_store_begin_scan(f->store, &scan, &f->scan, &f->err), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_STORE);
    fx_assert_mentions(&f->err, "is damaged; restore a copy");
}

static void test_cut_off_store_is_told(void **state)
{
    fx *f = *state;
    make_store(f);
    assert_int_equal(truncate(f->path, 5000), 0);
    assert_refused(f, &writing, "is damaged");
}

static void test_reader_cannot_write(void **state)
{
    fx *f = *state;
    make_store(f);
    assert_int_equal(dx_store_open(&f->store, f->path, &reading, &f->err), DX_OK);
    const dx_scan_info scan = {DX_LIT("r"), DX_LIT("1"), DX_LIT("t")};
    assert_int_equal(dx_store_begin_scan(f->store, &scan, &f->scan, &f->err), DX_FAIL);
    fx_assert_mentions(&f->err, "for reading only");
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_FAIL);
    assert_int_equal(fx_case(f, 1).n_events, 1);
}

/* Runs `act` as a user who is not the administrator, to whom permissions apply; 0 = fine. */
static int as_nobody(int (*act)(fx *f), fx *f)
{
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(9);
        _exit(act(f));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static int write_to_protected(fx *f)
{
    const dx_scan_info scan = {DX_LIT("r"), DX_LIT("1"), DX_LIT("t")};
    if (dx_store_open(&f->store, f->path, &writing, &f->err) == DX_OK &&
        dx_store_begin_scan(f->store, &scan, &f->scan, &f->err) == DX_OK)
        return 1;
    return f->err.kind == DX_E_STORE && strstr(f->err.text, "cannot be written") ? 0 : 2;
}

static int read_protected(fx *f)
{
    dx_case c;
    if (dx_store_open(&f->store, f->path, &reading, &f->err))
        return 1;
    const dx_rc rc = dx_store_case(f->store, 1, 0, f->arena, &c, &f->err);
    dx_store_close(f->store);
    return rc == DX_OK && c.n_events == 1 ? 0 : 2;
}

static void test_protected_file_can_be_read_but_not_written(void **state)
{
    fx *f = *state;
    make_store(f);
    assert_int_equal(chmod(f->path, 0444), 0);
    assert_int_equal(chmod(f->dir, 0555), 0);
    assert_int_equal(as_nobody(write_to_protected, f), 0);
    assert_int_equal(as_nobody(read_protected, f), 0);
}

static void test_locked_store_is_told(void **state)
{
    fx *f = *state;
    make_store(f);
    fx_open(f, f->path);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_STORE);
    fx_assert_mentions(&f->err, "locked by another program; wait until it is done, or use --db");
    fx_log l = fx_new(f->arena, "b.log");
    fx_attempt(&l, "EX1", "start !two end");
    assert_int_equal(fx_try(f, &l), DX_FAIL);
    fx_assert_mentions(&f->err, "locked");
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    fx_put(f, &l);
    assert_int_equal(fx_count(f, "attempt"), 2);
}

static void test_full_disk_is_told_and_loses_nothing(void **state)
{
    fx *f = *state;
    make_store(f);
    fx_open(f, f->path);
    char limit[80];
    snprintf(limit, sizeof limit, "PRAGMA max_page_count = %lld",
             fx_ask(fx_db(f), "PRAGMA page_count") + 2);
    assert_int_equal(sqlite3_exec(fx_db(f), limit, NULL, NULL, NULL), SQLITE_OK);
    fx_log l = fx_new(f->arena, "big.log");
    fx_attempt(&l, "EX1", "!a !b !c !d");
    char big[2000];
    memset(big, 'x', sizeof big);
    for (size_t i = 0; i < 4; i++) {
        big[0] = (char)('a' + i);
        l.events[i].text = dx_arena_copy(f->arena, (dx_str){big, sizeof big});
    }
    dx_rc rc = DX_OK;
    for (int i = 0; i < 20 && rc == DX_OK; i++) {
        l.attempts[0].trail.digest.lo = (uint64_t)i;
        l.attempts[0].trail.n = 0;
        l.events[0].signature = dx_arena_printf(f->arena, "s%d", i);
        l.events[1].signature = l.events[2].signature = l.events[0].signature;
        rc = fx_try(f, &l);
    }
    assert_int_equal(rc, DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_STORE);
    fx_assert_mentions(&f->err, "no space left for the store");
    assert_int_equal(fx_case(f, 1).n_events, 1);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM pragma_integrity_check"
                                      " WHERE integrity_check = 'ok'"),
                     1);
}

static void test_log_of_writes_goes_into_the_file_as_it_grows(void **state)
{
    fx *f = *state;
    char name[200];
    dx_file_info info = {0};
    fx_open(f, f->path);
    snprintf(name, sizeof name, "%s-wal", f->path);
    assert_int_equal(sqlite3_exec(fx_db(f), "CREATE TABLE big (b)", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < 100; i++) /* MB */
        assert_int_equal(
            sqlite3_exec(fx_db(f), "INSERT INTO big VALUES (zeroblob(1000000))", NULL, NULL, NULL),
            SQLITE_OK);
    assert_int_equal(dx_os_stat(f->path, &info, &f->err), DX_OK);
    assert_true(info.size > 60 << 20);
    assert_int_equal(dx_os_stat(name, &info, &f->err), DX_OK);
    assert_true(info.size < 70 << 20);
}

static void test_group_is_kept_or_undone_as_a_whole(void **state)
{
    fx *f = *state;
    fx_open(f, f->path);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fx_put_text(f, "a.log", "!one");
    fx_put_text(f, "b.log", "!two");
    dx_store_rollback(f->store);
    assert_int_equal(fx_count(f, "attempt"), 0);
    assert_int_equal(dx_store_begin(f->store, &f->err), DX_OK);
    fx_put_text(f, "a.log", "!one");
    fx_log bad = fx_new(f->arena, "bad.log");
    fx_attempt(&bad, "EX1", "!x");
    bad.events[0].attempt = 9;
    assert_int_equal(fx_try(f, &bad), DX_FAIL);
    fx_put_text(f, "b.log", "!two");
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_OK);
    assert_int_equal(fx_count(f, "attempt"), 2);
    assert_int_equal(fx_count(f, "source"), 2);
    assert_int_equal(dx_store_commit(f->store, &f->err), DX_FAIL);
    dx_store_rollback(f->store); /* of nothing: no harm */
}

static void test_unknown_kind_of_store_is_refused(void **state)
{
    fx *f = *state;
    assert_int_equal(dx_store_open(&f->store, "gopher://x/y", &writing, &f->err), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_USAGE);
    assert_int_equal(dx_store_open(&f->store, "", &writing, &f->err), DX_FAIL);
    assert_int_equal(f->err.kind, DX_E_USAGE);
    assert_null(f->store);
    dx_store_close(NULL);
}

static void test_scan_is_opened_and_closed(void **state)
{
    fx *f = *state;
    fx_open(f, f->path);
    assert_int_equal(dx_store_end_scan(f->store, f->scan, true, &f->err), DX_OK);
    assert_int_equal(fx_ask(fx_db(f), "SELECT complete FROM scan"), 1);
    fx_scan(f, "rules-1");
    assert_int_equal(fx_count(f, "scan"), 2);
    assert_int_equal(fx_count(f, "ruleset"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(test_store_is_made),
        folder_test(test_a_folder_is_made_only_where_nobody_typed_it),
        folder_test(test_content_is_there_after_reopening),
        folder_test(test_a_long_log_of_writes_is_gone_when_the_store_is_closed),
        folder_test(test_what_another_program_stored_meanwhile_is_known),
        folder_test(test_odd_file_name_is_only_a_name),
        folder_test(test_missing_store_is_not_made_for_a_reader),
        folder_test(test_folder_is_no_store),
        folder_test(test_file_that_is_no_database_is_refused_and_left_alone),
        folder_test(test_other_database_is_refused_and_left_alone),
        folder_test(test_newer_schema_is_refused),
        folder_test(test_empty_file_becomes_a_store_but_not_for_a_reader),
        folder_test(test_damaged_store_is_told),
        folder_test(test_cut_off_store_is_told),
        folder_test(test_reader_cannot_write),
        folder_test(test_protected_file_can_be_read_but_not_written),
        folder_test(test_locked_store_is_told),
        folder_test(test_full_disk_is_told_and_loses_nothing),
        folder_test(test_log_of_writes_goes_into_the_file_as_it_grows),
        folder_test(test_group_is_kept_or_undone_as_a_whole),
        folder_test(test_unknown_kind_of_store_is_refused),
        folder_test(test_scan_is_opened_and_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
