#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE   700
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOGS = 300, ROUNDS = 6 };

static void put_numbered(fx *f, int i)
{
    char path[32], text[200];
    snprintf(path, sizeof path, "%d.log", i);
    snprintf(text, sizeof text, "start%d !a%d copy !b%d more !c !d end", i, i, i);
    fx_put_text(f, path, text);
}

/* Stores logs until it is killed. */
static void child(const char *path, int ready)
{
    fx f = {.arena = dx_arena_new(0)};
    fx_open(&f, path);
    for (int i = 0;; i++) {
        put_numbered(&f, i % LOGS);
        if (i == 3 && write(ready, "x", 1) != 1)
            _exit(1);
    }
}

static void kill_in_the_middle(const char *path, long wait_us)
{
    int ends[2];
    char byte;
    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    if (pid == 0)
        child(path, ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    nanosleep(&(struct timespec){.tv_nsec = wait_us * 1000}, NULL);
    assert_int_equal(kill(pid, SIGKILL), 0);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    close(ends[0]);
}

static void assert_whole(const fx *f)
{
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM pragma_integrity_check"
                                      " WHERE integrity_check = 'ok'"),
                     1);
    assert_int_equal(fx_count(f, "pragma_foreign_key_check"), 0);
    /* No attempt without all of its events. */
    assert_int_equal(fx_count(f, "event"), 4 * fx_count(f, "attempt"));
}

static void test_killed_writer_leaves_whole_attempts_and_a_rescan_completes(void **state)
{
    (void)state;
    char dir[] = "/tmp/setupdx-crash-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/site.db", dir);
    fx f = {.arena = dx_arena_new(0)};
    for (int round = 0; round < ROUNDS; round++) {
        kill_in_the_middle(path, 1700L * round * round);
        fx_open(&f, path);
        assert_whole(&f);
        dx_store_close(f.store);
    }
    fx_open(&f, path);
    for (int i = 0; i < LOGS; i++)
        put_numbered(&f, i);
    assert_whole(&f);
    assert_int_equal(fx_count(&f, "attempt"), LOGS);
    dx_store_close(f.store);
    dx_arena_free(f.arena);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

/* Opens the same new store as the others and puts the same logs; 0 = fine. */
static int rush(const char *path)
{
    fx f = {.arena = dx_arena_new(0)};
    const dx_store_options options = {.now_us = FX_NOW, .wait_ms = 20000};
    const dx_scan_info info = {DX_LIT("rules-1"), DX_LIT("1"), DX_LIT("test 1")};
    if (dx_store_open(&f.store, path, &options, &f.err) ||
        dx_store_begin_scan(f.store, &info, &f.scan, &f.err)) {
        fprintf(stderr, "%s\n", f.err.text);
        return 1;
    }
    for (int i = 0; i < 40; i++)
        put_numbered(&f, i);
    dx_store_close(f.store);
    dx_arena_free(f.arena);
    return 0;
}

static void test_writers_at_the_same_time_store_each_attempt_once(void **state)
{
    (void)state;
    char dir[] = "/tmp/setupdx-crash-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/site.db", dir);
    pid_t pid[4];
    for (size_t i = 0; i < 4; i++)
        if ((pid[i] = fork()) == 0)
            _exit(rush(path));
    for (size_t i = 0; i < 4; i++) {
        int status = 0;
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_int_equal(status, 0);
    }
    fx f = {.arena = dx_arena_new(0)};
    fx_open(&f, path);
    assert_whole(&f);
    assert_int_equal(fx_count(&f, "attempt"), 40);
    dx_store_close(f.store);
    dx_arena_free(f.arena);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writers_at_the_same_time_store_each_attempt_once),
        cmocka_unit_test(test_killed_writer_leaves_whole_attempts_and_a_rescan_completes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
