#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "scratch.h"

enum { SOON_MS = 2000 };

static dx_watch *watch_of(void **state)
{
    dx_watch *w;
    dx_err err = {0};
    if (dx_watch_open(&w, &err) != DX_OK || dx_watch_add(w, *state, &err) != DX_OK)
        fail_msg("%s", err.text);
    return w;
}

/* Skips changes of other kinds: one write tells several. */
static void assert_told(dx_watch *w, void **state, dx_change_kind kind, const char *name)
{
    char path[4096];
    dx_change change;
    dx_err err = {0};
    scratch_path(state, name, path);
    do {
        if (dx_watch_next(w, SOON_MS, &change, &err) != DX_OK)
            fail_msg("%s", err.text);
        if (change.kind == DX_CHANGE_NONE)
            fail_msg("nobody told of %s", path);
    } while (change.kind != kind || strcmp(change.path, path) != 0);
}

static void assert_silent(dx_watch *w)
{
    dx_change change;
    dx_err err = {0};
    assert_int_equal(dx_watch_next(w, 0, &change, &err), DX_OK);
    assert_int_equal(change.kind, DX_CHANGE_NONE);
}

static void drain(dx_watch *w)
{
    dx_change change;
    dx_err err = {0};
    do
        assert_int_equal(dx_watch_next(w, 0, &change, &err), DX_OK);
    while (change.kind != DX_CHANGE_NONE);
}

static void append(void **state, const char *name, const char *text)
{
    char path[4096];
    FILE *f = fopen(scratch_path(state, name, path), "a");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void move(void **state, const char *from, const char *to)
{
    char a[4096], b[4096];
    assert_int_equal(rename(scratch_path(state, from, a), scratch_path(state, to, b)), 0);
}

static void test_files_that_are_made_written_and_renamed_are_told(void **state)
{
    scratch_write(state, "deep/er/old.log", DX_LIT("1\n"));
    dx_watch *w = watch_of(state);
    assert_silent(w);
    append(state, "deep/er/old.log", "2\n");
    assert_told(w, state, DX_CHANGE_FILE, "deep/er/old.log");
    append(state, "new.log", "1\n");
    assert_told(w, state, DX_CHANGE_FILE, "new.log");
    move(state, "new.log", "deep/new.log.1");
    assert_told(w, state, DX_CHANGE_FILE, "deep/new.log.1");
    dx_watch_close(w);
}

static void test_new_folders_are_told_and_watched(void **state)
{
    dx_watch *w = watch_of(state);
    scratch_write(state, "a/b/c.log", DX_LIT("1\n"));
    assert_told(w, state, DX_CHANGE_FOLDER, "a");
    drain(w);
    append(state, "a/b/c.log", "2\n");
    assert_told(w, state, DX_CHANGE_FILE, "a/b/c.log");
    dx_watch_close(w);
}

static void test_a_renamed_folder_is_known_by_its_new_name(void **state)
{
    scratch_write(state, "a/b/c.log", DX_LIT("1\n"));
    dx_watch *w = watch_of(state);
    move(state, "a", "z");
    assert_told(w, state, DX_CHANGE_FOLDER, "z");
    drain(w);
    append(state, "z/b/c.log", "2\n");
    assert_told(w, state, DX_CHANGE_FILE, "z/b/c.log");
    dx_watch_close(w);
}

static void test_loops_of_links_end(void **state)
{
    char path[4096];
    scratch_write(state, "a/b/c.log", DX_LIT("1\n"));
    assert_int_equal(symlink("..", scratch_path(state, "a/b/up", path)), 0);
    dx_watch *w = watch_of(state);
    append(state, "a/b/c.log", "2\n");
    dx_change change;
    dx_err err = {0};
    assert_int_equal(dx_watch_next(w, SOON_MS, &change, &err), DX_OK);
    assert_int_equal(change.kind, DX_CHANGE_FILE);
    dx_watch_close(w);
}

static void test_only_folders_can_be_watched(void **state)
{
    char path[4096];
    dx_watch *w = watch_of(state);
    dx_err err = {0};
    scratch_write(state, "c.log", DX_LIT("1\n"));
    assert_int_equal(dx_watch_add(w, scratch_path(state, "c.log", path), &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
    assert_int_equal(dx_watch_add(w, scratch_path(state, "none", path), &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
    dx_watch_close(w);
}

int main(void)
{
#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_set_up, scratch_tear_down)
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(test_files_that_are_made_written_and_renamed_are_told),
        IN_SCRATCH(test_new_folders_are_told_and_watched),
        IN_SCRATCH(test_a_renamed_folder_is_known_by_its_new_name),
        IN_SCRATCH(test_loops_of_links_end),
        IN_SCRATCH(test_only_folders_can_be_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
