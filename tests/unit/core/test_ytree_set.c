#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "core/time.h"
#include "core/ytree.h"
#include "tests/unit/core/scratch.h"

static dx_yset added(dx_arena *a, const char *dir)
{
    dx_yset set = {0};
    dx_faults faults = {0};
    dx_err err = {0};
    if (dx_yset_add(&set, dir, false, a, &faults, &err) != DX_OK)
        fail_msg("%s", err.text);
    assert_int_equal(faults.n, 0);
    return set;
}

static void test_all_yaml_files_below_a_folder_are_read_by_name(void **state)
{
    static const char *const wanted[] = {"a.yaml", "a/b.yaml", "a/c/d.yaml", "b.yaml"};
    dx_arena *a = dx_arena_new(0);
    for (size_t i = 0; i < 4; i++)
        scratch_write(state, wanted[3 - i], DX_LIT("k: v\n"));
    scratch_write(state, "a/readme.md", DX_LIT("no: yaml: here"));
    scratch_write(state, "a/b.yaml~", DX_LIT("[[["));
    scratch_write(state, ".hidden.yaml", DX_LIT("[[["));
    scratch_write(state, ".git/x.yaml", DX_LIT("[[["));
    const dx_yset set = added(a, *state);
    assert_int_equal(set.n, 4);
    for (size_t i = 0; i < 4; i++) {
        char path[4096];
        assert_true(dx_str_eq(set.file[i].name, dx_str_of(wanted[i])));
        assert_string_equal(set.file[i].path.p, scratch_path(state, wanted[i], path));
        assert_ptr_equal(set.file[i].root->at.file, set.file[i].path.p);
        assert_non_null(dx_y_get(set.file[i].root, "k"));
    }
    assert_true(set.newest_us > 0);
    dx_arena_free(a);
}

static void test_a_second_folder_comes_after_the_first(void **state)
{
    char one[4096], two[4096];
    dx_arena *a = dx_arena_new(0);
    dx_faults faults = {0};
    dx_err err;
    scratch_write(state, "1/z.yaml", DX_LIT("k: 1\n"));
    scratch_write(state, "2/a.yaml", DX_LIT("k: 2\n"));
    dx_yset set = added(a, scratch_path(state, "1", one));
    const dx_hash128 first = set.digest;
    assert_int_equal(dx_yset_add(&set, scratch_path(state, "2", two), false, a, &faults, &err),
                     DX_OK);
    assert_int_equal(set.n, 2);
    assert_true(dx_str_eq(set.file[0].name, DX_LIT("z.yaml")));
    assert_true(dx_str_eq(set.file[1].name, DX_LIT("a.yaml")));
    assert_false(dx_hash_eq(first, set.digest));
    dx_arena_free(a);
}

static dx_hash128 digest_of(void **state, const char *dir)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    const dx_hash128 digest = added(a, scratch_path(state, dir, path)).digest;
    dx_arena_free(a);
    return digest;
}

static void test_the_digest_knows_names_and_contents_but_not_the_folder(void **state)
{
    scratch_write(state, "1/a.yaml", DX_LIT("k: 1\n"));
    scratch_write(state, "1/b.yaml", DX_LIT("k: 2\n"));
    scratch_write(state, "2/b.yaml", DX_LIT("k: 2\n"));
    scratch_write(state, "2/a.yaml", DX_LIT("k: 1\n"));
    scratch_write(state, "content/a.yaml", DX_LIT("k: 1\n"));
    scratch_write(state, "content/b.yaml", DX_LIT("k: 3\n"));
    scratch_write(state, "name/a.yaml", DX_LIT("k: 1\n"));
    scratch_write(state, "name/c.yaml", DX_LIT("k: 2\n"));
    const dx_hash128 digest = digest_of(state, "1");
    assert_true(dx_hash_eq(digest, digest_of(state, "2")));
    assert_false(dx_hash_eq(digest, digest_of(state, "content")));
    assert_false(dx_hash_eq(digest, digest_of(state, "name")));
}

static void test_the_digest_needs_no_contents(void **state)
{
    dx_arena *a = dx_arena_new(0);
    dx_yset found = {0};
    dx_err err;
    scratch_write(state, "a.yaml", DX_LIT("a longer file: than the next\n"));
    scratch_write(state, "b.yaml", DX_LIT("k: v\n"));
    const dx_yset wanted = added(a, *state);
    const dx_yroom room = {.names = a};
    assert_int_equal(dx_yset_find(&found, *state, false, &room, &err), DX_OK);
    assert_true(dx_hash_eq(found.digest, wanted.digest));
    assert_int_equal(found.n, 2);
    assert_int_equal(found.newest_us, wanted.newest_us);
    assert_true(dx_str_eq(found.file[1].path, wanted.file[1].path));
    assert_null(found.file[0].content.p);
    dx_arena_free(a);
}

static void test_an_optional_folder_may_be_missing(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    dx_yset set = {0};
    dx_faults faults = {0};
    dx_err err = {0};
    scratch_path(state, "none", path);
    assert_int_equal(dx_yset_add(&set, path, true, a, &faults, &err), DX_OK);
    assert_int_equal(set.n, 0);
    assert_int_equal(dx_yset_add(&set, path, false, a, &faults, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_IO);
    assert_non_null(strstr(err.text, path));
    scratch_write(state, "file", DX_LIT(""));
    scratch_path(state, "file", path);
    assert_int_equal(dx_yset_add(&set, path, true, a, &faults, &err), DX_FAIL);
    dx_arena_free(a);
}

static void test_an_empty_folder_has_no_newest_file(void **state)
{
    dx_arena *a = dx_arena_new(0);
    const dx_yset set = added(a, *state);
    assert_int_equal(set.n, 0);
    assert_true(set.newest_us == DX_NO_TIME);
    dx_arena_free(a);
}

static void test_faulty_files_are_counted_and_left_out(void **state)
{
    dx_arena *a = dx_arena_new(0);
    dx_yset set = {0};
    dx_faults faults = {0};
    dx_err err;
    static char large[DX_Y_BYTES_MAX + 1];
    memset(large, '#', sizeof large);
    scratch_write(state, "bad.yaml", DX_LIT("a: [\n"));
    scratch_write(state, "empty.yaml", DX_LIT(""));
    scratch_write(state, "good.yaml", DX_LIT("a: b\n"));
    scratch_write(state, "large.yaml", (dx_str){large, sizeof large});
    assert_int_equal(dx_yset_add(&set, *state, false, a, &faults, &err), DX_OK);
    assert_int_equal(faults.n, 3);
    assert_int_equal(set.n, 1);
    assert_true(dx_str_eq(set.file[0].name, DX_LIT("good.yaml")));
    dx_arena_free(a);
}

static void test_folders_that_contain_themselves_end_at_a_limit(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    dx_yset set = {0};
    dx_faults faults = {0};
    dx_err err;
    assert_int_equal(symlink(".", scratch_path(state, "again", path)), 0);
    assert_int_equal(dx_yset_add(&set, *state, false, a, &faults, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    assert_int_equal(set.n, 0);
    dx_arena_free(a);
}

static void test_links_to_nothing_are_passed_over(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    assert_int_equal(symlink("none", scratch_path(state, "dead.yaml", path)), 0);
    assert_int_equal(added(a, *state).n, 0);
    dx_arena_free(a);
}

static void test_without_memory_the_set_stays_as_it_was(void **state)
{
    scratch_write(state, "a.yaml", DX_LIT("a: b\n"));
    for (size_t limit = 1; limit < 400; limit += 13) {
        dx_arena *a = dx_arena_new(limit);
        dx_yset set = {0};
        dx_faults faults = {0};
        dx_err err;
        const dx_rc rc = dx_yset_add(&set, *state, false, a, &faults, &err);
        assert_true(rc == DX_FAIL || faults.n > 0);
        assert_int_equal(set.n, 0);
        dx_arena_free(a);
    }
}

#define SCRATCH_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRATCH_TEST(test_all_yaml_files_below_a_folder_are_read_by_name),
        SCRATCH_TEST(test_a_second_folder_comes_after_the_first),
        SCRATCH_TEST(test_the_digest_knows_names_and_contents_but_not_the_folder),
        SCRATCH_TEST(test_the_digest_needs_no_contents),
        SCRATCH_TEST(test_an_optional_folder_may_be_missing),
        SCRATCH_TEST(test_an_empty_folder_has_no_newest_file),
        SCRATCH_TEST(test_faulty_files_are_counted_and_left_out),
        SCRATCH_TEST(test_folders_that_contain_themselves_end_at_a_limit),
        SCRATCH_TEST(test_links_to_nothing_are_passed_over),
        SCRATCH_TEST(test_without_memory_the_set_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
