#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/core/scratch.h"

static dx_str slurp(const char *path, dx_arena *into)
{
    dx_err err = {0};
    dx_str content = DX_NONE;
    if (dx_os_slurp(path, 1 << 20, into, &content, &err) != DX_OK)
        fail_msg("%s", err.text);
    return content;
}

static void test_stat_tells_files_folders_and_nothing_apart(void **state)
{
    char path[4096];
    dx_file_info info;
    dx_err err;
    scratch_write(state, "a.log", DX_LIT("12345"));
    assert_int_equal(dx_os_stat(scratch_path(state, "a.log", path), &info, &err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_PLAIN);
    assert_int_equal(info.size, 5);
    assert_true(info.inode != 0);
    const int64_t age = dx_os_now_us() - info.modified_us;
    assert_true(age > -INT64_C(2000000) && age < INT64_C(60000000));
    assert_int_equal(dx_os_stat(*state, &info, &err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_DIR);
    assert_int_equal(dx_os_stat("/dev/null", &info, &err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_OTHER);
    assert_int_equal(dx_os_stat(scratch_path(state, "b.log", path), &info, &err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_NONE);
    assert_int_equal(dx_os_stat(scratch_path(state, "a.log/b", path), &info, &err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_NONE);
}

static void test_stat_follows_links_and_a_loop_is_a_failure(void **state)
{
    char path[4096];
    dx_file_info info = {.size = 7};
    dx_err err;
    scratch_write(state, "a.log", DX_LIT("12345"));
    assert_int_equal(symlink("a.log", scratch_path(state, "link", path)), 0);
    assert_int_equal(dx_os_stat(path, &info, &err), DX_OK);
    assert_int_equal(info.kind, DX_FILE_PLAIN);
    assert_int_equal(symlink("loop", scratch_path(state, "loop", path)), 0);
    info.size = 7;
    assert_int_equal(dx_os_stat(path, &info, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_IO);
    assert_int_equal(err.os, ELOOP);
    assert_int_equal(info.size, 7);
}

static void test_a_folder_is_listed_in_order_of_bytes(void **state)
{
    static const char *const wanted[] = {".hidden", "B", "a", "b", "\xc3\xa4"};
    dx_arena *a = dx_arena_new(0);
    dx_err err;
    dx_str *names;
    size_t n;
    for (size_t i = 5; i-- > 0;)
        scratch_write(state, wanted[i], DX_LIT(""));
    assert_int_equal(dx_os_list(*state, a, &names, &n, &err), DX_OK);
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(names[i].p, wanted[i]);
    dx_arena_free(a);
}

static void test_listing_reports_what_is_wrong(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(10);
    dx_err err;
    dx_str *names = NULL;
    size_t n = 7;
    assert_int_equal(dx_os_list(scratch_path(state, "none", path), a, &names, &n, &err), DX_FAIL);
    assert_non_null(strstr(err.text, "cannot open '")); /* "it" may stand for the name */
    assert_int_equal(err.os, ENOENT);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(dx_os_list(*state, a, &names, &n, &err), DX_OK);
    assert_int_equal(n, 0);
    n = 7;
    scratch_write(state, "a-name-that-is-too-long-for-the-arena", DX_LIT(""));
    assert_int_equal(dx_os_list(*state, a, &names, &n, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_NOMEM);
    assert_int_equal(n, 7);
    dx_arena_free(a);
}

static void test_files_are_read_in_pieces_to_the_end(void **state)
{
    char path[4096], buf[4];
    dx_file *f;
    dx_err err;
    size_t got;
    scratch_write(state, "a.log", DX_LIT("abc\0efghij"));
    assert_int_equal(dx_file_open(&f, scratch_path(state, "a.log", path), &err), DX_OK);
    assert_int_equal(dx_file_read(f, buf, 4, &got, &err), DX_OK);
    assert_int_equal(got, 4);
    assert_memory_equal(buf, "abc", 4);
    assert_int_equal(dx_file_read(f, buf, 4, &got, &err), DX_OK);
    assert_int_equal(dx_file_read(f, buf, 4, &got, &err), DX_OK);
    assert_int_equal(got, 2);
    assert_int_equal(dx_file_read(f, buf, 4, &got, &err), DX_OK);
    assert_int_equal(got, 0);
    dx_file_close(f);
    dx_file_close(NULL);
}

static void test_opening_and_reading_failures_name_the_file(void **state)
{
    char path[4096], buf[4];
    dx_file *f = NULL;
    dx_err err;
    size_t got = 7;
    assert_int_equal(dx_file_open(&f, scratch_path(state, "none", path), &err), DX_FAIL);
    assert_null(f);
    assert_int_equal(err.kind, DX_E_IO);
    assert_int_equal(err.os, ENOENT);
    assert_non_null(strstr(err.text, "none"));
    assert_int_equal(dx_file_open(&f, *state, &err), DX_OK);
    assert_int_equal(dx_file_read(f, buf, 4, &got, &err), DX_FAIL);
    assert_int_equal(err.os, EISDIR);
    assert_int_equal(got, 7);
    dx_file_close(f);
}

static void test_a_dash_is_standard_input(void **state)
{
    (void)state;
    int ends[2];
    const int saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    dx_arena *a = dx_arena_new(0);
    assert_true(dx_str_eq(slurp("-", a), DX_LIT("piped")));
    assert_true(fcntl(STDIN_FILENO, F_GETFD) != -1); /* stays open */
    dx_arena_free(a);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void test_slurp_stops_at_its_limit(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    dx_err err;
    dx_str s = DX_NONE;
    scratch_write(state, "a.log", DX_LIT("12345"));
    scratch_path(state, "a.log", path);
    assert_int_equal(dx_os_slurp(path, 5, a, &s, &err), DX_OK);
    assert_string_equal(s.p, "12345");
    s = DX_NONE;
    assert_int_equal(dx_os_slurp(path, 4, a, &s, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    assert_null(s.p);
    assert_int_equal(dx_os_slurp("/dev/zero", 1 << 20, a, &s, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    assert_int_equal(dx_os_slurp("/dev/null", 0, a, &s, &err), DX_OK);
    assert_string_equal(s.p, "");
    dx_arena_free(a);
}

static void test_writing_replaces_the_whole_and_leaves_nothing_beside(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    dx_err err;
    dx_str *names;
    size_t n;
    scratch_write(state, "r.html", DX_LIT("a long first version"));
    scratch_path(state, "r.html", path);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(dx_os_write_file(path, DX_LIT("second"), &err), DX_OK);
    assert_true(dx_str_eq(slurp(path, a), DX_LIT("second")));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_equal(dx_os_list(*state, a, &names, &n, &err), DX_OK);
    assert_int_equal(n, 1);
    dx_arena_free(a);
}

static void test_a_buffer_serves_one_file_after_the_other(void **state)
{
    char path[4096];
    dx_err err;
    dx_buf b = {0};
    scratch_write(state, "a.log", DX_LIT("the longer one"));
    scratch_write(state, "b.log", DX_LIT("short"));
    assert_int_equal(dx_os_read_file(scratch_path(state, "a.log", path), 99, &b, &err), DX_OK);
    assert_string_equal(b.p, "the longer one");
    assert_int_equal(dx_os_read_file(scratch_path(state, "b.log", path), 99, &b, &err), DX_OK);
    assert_int_equal(b.n, 5);
    assert_string_equal(b.p, "short");
    assert_int_equal(dx_os_read_file(path, 4, &b, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    assert_int_equal(dx_os_read_file(path, 5, &b, &err), DX_OK);
    assert_string_equal(b.p, "short");
    dx_buf_done(&b);
}

static void add_to(void *ctx, dx_str piece)
{
    dx_buf_add(ctx, piece);
}

static void test_pieces_of_a_file_are_all_of_it(void **state)
{
    enum { SIZE = 200000 }; /* some pieces, and a part of one */
    char path[4096], text[100];
    dx_err err, other;
    dx_buf whole = {0}, got = {0}, room = {0};

    for (int i = 0; whole.n < SIZE; i++)
        dx_buf_add(&whole, (dx_str){text, (size_t)snprintf(text, sizeof text, "line %d\n", i)});
    scratch_write(state, "a.log", dx_buf_str(&whole));
    scratch_path(state, "a.log", path);
    assert_int_equal(dx_os_pass_file(path, whole.n, &room, add_to, &got, &err), DX_OK);
    assert_true(dx_str_eq(dx_buf_str(&got), dx_buf_str(&whole)));
    assert_true(room.cap < SIZE);
    assert_int_equal(dx_os_pass_file(path, whole.n - 1, &room, add_to, &got, &err), DX_FAIL);
    assert_int_equal(dx_os_read_file(path, whole.n - 1, &got, &other), DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    assert_string_equal(err.text, other.text);
    dx_buf_clear(&got);
    scratch_write(state, "empty.log", DX_NONE);
    scratch_path(state, "empty.log", path);
    assert_int_equal(dx_os_pass_file(path, 0, &room, add_to, &got, &err), DX_OK);
    assert_int_equal(got.n, 0);
    scratch_path(state, "nothing.log", path);
    assert_int_equal(dx_os_pass_file(path, 9, &room, add_to, &got, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_IO);
    dx_buf_done(&whole);
    dx_buf_done(&got);
    dx_buf_done(&room);
}

static void test_a_new_file_never_replaces_one(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    dx_err err;
    dx_str *names;
    size_t n;
    scratch_path(state, "new.db", path);
    assert_int_equal(dx_os_write_new(path, DX_LIT("first"), &err), DX_OK);
    assert_int_equal(dx_os_write_new(path, DX_LIT("second"), &err), DX_END);
    assert_true(dx_str_eq(slurp(path, a), DX_LIT("first")));
    assert_int_equal(dx_os_list(*state, a, &names, &n, &err), DX_OK);
    assert_int_equal(n, 1);
    scratch_path(state, "none/new.db", path);
    assert_int_equal(dx_os_write_new(path, DX_LIT("third"), &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_IO);
    dx_arena_free(a);
}

/* What others left beside it is no file of that name. */
static void test_a_new_file_without_a_free_name_beside_it_fails(void **state)
{
    char path[4096], name[64];
    dx_err err;
    for (unsigned i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "full.db.%ld-%u.tmp", (long)getpid(), i);
        scratch_write(state, name, DX_LIT(""));
    }
    scratch_path(state, "full.db", path);
    assert_int_equal(dx_os_write_new(path, DX_LIT("first"), &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_IO);
}

static void test_writing_through_a_link_keeps_the_link(void **state)
{
    char path[4096], target[4096];
    dx_arena *a = dx_arena_new(0);
    dx_err err;
    struct stat st;
    scratch_write(state, "real.txt", DX_LIT("old"));
    assert_int_equal(symlink("real.txt", scratch_path(state, "link.txt", path)), 0);
    assert_int_equal(dx_os_write_file(path, DX_LIT("new"), &err), DX_OK);
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_true(dx_str_eq(slurp(scratch_path(state, "real.txt", target), a), DX_LIT("new")));
    dx_arena_free(a);
}

static void test_writing_reports_what_is_wrong(void **state)
{
    char path[4096];
    dx_err err;
    assert_int_equal(dx_os_write_file(*state, DX_LIT("x"), &err), DX_FAIL);
    assert_int_equal(err.os, EISDIR);
    assert_int_equal(dx_os_write_file(scratch_path(state, "no/x", path), DX_LIT("x"), &err),
                     DX_FAIL);
    assert_int_equal(err.os, ENOENT);
    assert_int_equal(dx_os_write_file("/dev/null", DX_LIT("x"), &err), DX_OK);
    struct stat st;
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(dx_os_write_file("/dev/full", DX_LIT("x"), &err), DX_FAIL);
        assert_int_equal(err.os, ENOSPC);
    }
}

static void test_folders_are_made_with_all_above_them(void **state)
{
    char path[4096];
    dx_err err;
    struct stat st;
    scratch_path(state, "a//b/c/", path);
    assert_int_equal(dx_os_make_dirs(path, &err), DX_OK);
    assert_int_equal(dx_os_make_dirs(path, &err), DX_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(dx_os_make_dirs("/", &err), DX_OK);
    assert_int_equal(dx_os_make_dirs(".", &err), DX_OK);
}

static void test_a_file_in_the_way_is_reported(void **state)
{
    char path[4096];
    dx_err err;
    scratch_write(state, "f", DX_LIT(""));
    assert_int_equal(dx_os_make_dirs(scratch_path(state, "f", path), &err), DX_FAIL);
    assert_int_equal(err.os, EEXIST);
    assert_int_equal(dx_os_make_dirs(scratch_path(state, "f/g", path), &err), DX_FAIL);
    assert_int_equal(err.os, ENOTDIR);
    assert_int_equal(dx_os_make_dirs("", &err), DX_FAIL);
}

static void test_an_empty_variable_is_unset(void **state)
{
    (void)state;
    setenv("SETUPDX_TEST", "", 1);
    assert_null(dx_os_env("SETUPDX_TEST"));
    setenv("SETUPDX_TEST", "x", 1);
    assert_string_equal(dx_os_env("SETUPDX_TEST"), "x");
    unsetenv("SETUPDX_TEST");
    assert_null(dx_os_env("SETUPDX_TEST"));
}

static void test_the_machine_answers(void **state)
{
    char dir[PATH_MAX], tiny[2], path[4096];
    assert_true(dx_os_now_us() > INT64_C(1500000000000000));
    assert_true(dx_os_cpus() >= 1);
    assert_true(dx_os_program_dir(dir, sizeof dir));
    assert_int_equal(dir[0], '/');
    assert_int_equal(access(dir, X_OK), 0);
    assert_false(dx_os_program_dir(tiny, sizeof tiny));
    scratch_write(state, "f", DX_LIT(""));
    const int fd = open(scratch_path(state, "f", path), O_RDONLY);
    assert_false(dx_os_is_tty(fd));
    assert_int_equal(dx_os_tty_columns(fd), 0);
    close(fd);
}

static void test_a_broken_pipe_is_an_error_not_a_death(void **state)
{
    (void)state;
    int ends[2];
    dx_os_ignore_broken_pipe();
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    close(ends[1]);
}

/* In a process of its own, because the flag stays up.  Gives how that process ended. */
static int in_child(void (*run)(void))
{
    int status = 0;
    const pid_t pid = fork();
    if (pid == 0) {
        run();
        _exit(99);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void interrupt_once(void)
{
    dx_os_catch_interrupt();
    if (dx_os_interrupted() != 0)
        _exit(1);
    raise(SIGINT);
    _exit(dx_os_interrupted() == SIGINT ? 42 : 2);
}

static void interrupt_twice(void)
{
    dx_os_catch_interrupt();
    raise(SIGINT);
    raise(SIGTERM);
}

/* A reader that waits for input gives up; the alarm ends a hanging test. */
static void interrupt_a_read(void)
{
    int ends[2];
    dx_file *f;
    dx_err err = {0};
    char buf[1];
    size_t got;
    alarm(10);
    dx_os_catch_interrupt();
    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) != STDIN_FILENO ||
        dx_file_open(&f, "-", &err) != DX_OK)
        _exit(1);
    const pid_t parent = getpid();
    if (fork() == 0) {
        const struct timespec pause = {.tv_nsec = 100000000};
        nanosleep(&pause, NULL);
        kill(parent, SIGINT);
        _exit(0);
    }
    const dx_rc rc = dx_file_read(f, buf, 1, &got, &err);
    _exit(rc == DX_FAIL && err.kind == DX_E_CANCEL ? 42 : 2);
}

static void test_the_first_interrupt_raises_a_flag(void **state)
{
    (void)state;
    const int status = in_child(interrupt_once);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
    assert_int_equal(dx_os_interrupted(), 0);
}

static void test_the_second_interrupt_kills(void **state)
{
    (void)state;
    const int status = in_child(interrupt_twice);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void test_an_interrupt_ends_a_waiting_read(void **state)
{
    (void)state;
    const int status = in_child(interrupt_a_read);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
}

#define SCRATCH_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_stat_tells_files_folders_and_nothing_apart),
        SCRATCH_TEST(test_stat_follows_links_and_a_loop_is_a_failure),
        SCRATCH_TEST(test_a_folder_is_listed_in_order_of_bytes),
        SCRATCH_TEST(test_listing_reports_what_is_wrong),
        SCRATCH_TEST(test_files_are_read_in_pieces_to_the_end),
        SCRATCH_TEST(test_opening_and_reading_failures_name_the_file),
        cmocka_unit_test(test_a_dash_is_standard_input),
        SCRATCH_TEST(test_slurp_stops_at_its_limit),
        SCRATCH_TEST(test_writing_replaces_the_whole_and_leaves_nothing_beside),
        SCRATCH_TEST(test_a_buffer_serves_one_file_after_the_other),
        SCRATCH_TEST(test_pieces_of_a_file_are_all_of_it),
        SCRATCH_TEST(test_a_new_file_never_replaces_one),
        SCRATCH_TEST(test_a_new_file_without_a_free_name_beside_it_fails),
        SCRATCH_TEST(test_writing_through_a_link_keeps_the_link),
        SCRATCH_TEST(test_writing_reports_what_is_wrong),
        SCRATCH_TEST(test_folders_are_made_with_all_above_them),
        SCRATCH_TEST(test_a_file_in_the_way_is_reported),
        cmocka_unit_test(test_an_empty_variable_is_unset),
        SCRATCH_TEST(test_the_machine_answers),
        cmocka_unit_test(test_a_broken_pipe_is_an_error_not_a_death),
        cmocka_unit_test(test_the_first_interrupt_raises_a_flag),
        cmocka_unit_test(test_the_second_interrupt_kills),
        cmocka_unit_test(test_an_interrupt_ends_a_waiting_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
