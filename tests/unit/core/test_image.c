#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/image.h"
#include "core/os_memory.h"
#include "tests/unit/core/scratch.h"

typedef struct chained {
    struct chained *next;
    dx_str word;
} chained;

static const dx_hash128 key = {1, 2};

/* Under some sanitizers the place belongs to somebody else: then nothing is kept, and that is all
 * there is to test. */
static bool is_possible(void)
{
    dx_image *image = dx_image_new(0);
    dx_image_free(image);
    if (!image)
        print_message("skipped: the place of images is not free here\n");
    return image != NULL;
}

static void save_chain(const char *path)
{
    dx_image *image = dx_image_new(0);
    dx_err err = {0};
    chained *first = NULL;

    assert_non_null(image);
    for (size_t i = 0; i < 1000; i++) {
        chained *next = dx_arena_get(dx_image_arena(image), sizeof *next);
        *next = (chained){first, dx_arena_printf(dx_image_arena(image), "word %zu", i)};
        first = next;
    }
    assert_int_equal(dx_image_save(image, first, key, path, &err), DX_OK);
    dx_image_free(image);
}

/* DX_END when it is damaged, too. */
static dx_rc load_whole(dx_image **out, const char *path, dx_hash128 wanted, bool lasting,
                        void **root, dx_err *err)
{
    dx_image *found = NULL;
    const dx_rc rc = dx_image_find(&found, 0, path, wanted, lasting, root, err);

    *out = NULL;
    if (rc != DX_OK)
        return rc;
    if (!dx_image_whole(found)) {
        dx_image_free(found);
        return DX_END;
    }
    *out = found;
    return DX_OK;
}

/* Both ways say the same. */
static dx_rc load(const char *path, dx_hash128 wanted)
{
    dx_image *image = NULL;
    void *root;
    dx_err err = {0};
    const dx_rc mapped = load_whole(&image, path, wanted, false, &root, &err);
    dx_image_free(image);
    image = NULL;
    const dx_rc copied = load_whole(&image, path, wanted, true, &root, &err);
    dx_image_free(image);
    assert_int_equal(mapped, copied);
    return mapped;
}

static void check_chain(const chained *root)
{
    size_t i = 1000;

    for (const chained *l = root; l; l = l->next) {
        char word[32];
        snprintf(word, sizeof word, "word %zu", --i);
        assert_true(dx_str_eq(l->word, dx_str_of(word)));
    }
    assert_int_equal(i, 0);
}

static void test_pointers_are_true_when_it_is_read_again(void **state)
{
    char path[4096];
    dx_image *image;
    dx_err err = {0};
    void *root;

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    for (int lasting = 0; lasting < 2; lasting++) {
        assert_int_equal(load_whole(&image, path, key, lasting, &root, &err), DX_OK);
        check_chain(root);
        dx_image_free(image);
    }
}

/* One that is there is removed, replaced, and written to by those who use it. */
static void test_a_mapped_one_lives_on_when_its_file_goes(void **state)
{
    char path[4096];
    dx_image *image;
    dx_err err = {0};
    void *root;

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    assert_int_equal(load_whole(&image, path, key, false, &root, &err), DX_OK);
    assert_int_equal(dx_os_write_private(path, DX_LIT("another"), &err), DX_OK);
    check_chain(root);
    assert_int_equal(unlink(path), 0);
    check_chain(root);
    dx_image_free(image);
}

static void test_what_is_written_to_one_stays_there(void **state)
{
    char path[4096];
    dx_image *image;
    dx_err err = {0};
    void *root;

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    for (int lasting = 0; lasting < 2; lasting++) {
        assert_int_equal(load_whole(&image, path, key, lasting, &root, &err), DX_OK);
        ((chained *)root)->word = DX_LIT("changed");
        dx_image_free(image);
    }
    assert_int_equal(load_whole(&image, path, key, false, &root, &err), DX_OK);
    check_chain(root);
    dx_image_free(image);
}

/* A program that runs for long is not harmed by somebody who cleans by cutting files. */
static void test_a_lasting_one_needs_no_file(void **state)
{
    char path[4096];
    dx_image *image;
    dx_err err = {0};
    void *root;

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    assert_int_equal(load_whole(&image, path, key, true, &root, &err), DX_OK);
    assert_int_equal(truncate(path, 0), 0);
    check_chain(root);
    dx_image_free(image);
}

static void test_another_key_finds_nothing(void **state)
{
    char path[4096];

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    assert_int_equal(load(path, (dx_hash128){1, 3}), DX_END);
    assert_int_equal(load(scratch_path(state, "nothing", path), key), DX_END);
    assert_int_equal(load(*state, key), DX_END);
}

static void test_one_changed_byte_is_noticed(void **state)
{
    char path[4096], hurt[4096];
    dx_arena *a = dx_arena_new(0);
    dx_err err = {0};
    dx_str whole;

    if (!is_possible()) {
        dx_arena_free(a);
        return;
    }
    save_chain(scratch_path(state, "image", path));
    assert_int_equal(dx_os_slurp(path, 1 << 20, a, &whole, &err), DX_OK);
    scratch_path(state, "hurt", hurt);
    for (size_t at = 0; at < whole.n; at += at < 64 ? 1 : 1001) {
        char *copy = dx_arena_dup(a, whole.p, whole.n);
        copy[at] = (char)(copy[at] ^ 16);
        assert_int_equal(dx_os_write_private(hurt, (dx_str){copy, whole.n}, &err), DX_OK);
        assert_int_equal(load(hurt, key), DX_END);
    }
    for (size_t n = 0; n < whole.n; n = n * 2 + 7) {
        assert_int_equal(dx_os_write_private(hurt, dx_str_slice(whole, 0, n), &err), DX_OK);
        assert_int_equal(load(hurt, key), DX_END);
    }
    dx_arena_free(a);
}

/* It may be found before that is asked. */
static void test_whether_one_is_whole_is_asked_for_itself(void **state)
{
    char path[4096];
    dx_arena *a = dx_arena_new(0);
    dx_image *image;
    dx_err err = {0};
    dx_str file;
    void *root;

    for (int hurt = 0; is_possible() && hurt < 2; hurt++) {
        save_chain(scratch_path(state, "image", path));
        assert_int_equal(dx_os_slurp(path, 1 << 20, a, &file, &err), DX_OK);
        char *copy = dx_arena_dup(a, file.p, file.n);
        copy[file.n - 9] = (char)(copy[file.n - 9] ^ hurt);
        assert_int_equal(dx_os_write_private(path, (dx_str){copy, file.n}, &err), DX_OK);
        assert_int_equal(dx_image_find(&image, 0, path, key, false, &root, &err), DX_OK);
        assert_int_equal(dx_image_whole(image), !hurt);
        if (!hurt)
            check_chain(root);
        dx_image_free(image);
    }
    dx_arena_free(a);
}

static void test_what_others_can_write_is_not_read(void **state)
{
    char path[4096], other[4096];

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    assert_int_equal(load(path, key), DX_OK);
    assert_int_equal(chmod(path, 0620), 0);
    assert_int_equal(load(path, key), DX_END);
    assert_int_equal(chmod(path, 0602), 0);
    assert_int_equal(load(path, key), DX_END);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(symlink(path, scratch_path(state, "link", other)), 0);
    assert_int_equal(load(other, key), DX_END);
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 12345, 12345), 0);
        assert_int_equal(load(path, key), DX_END);
    }
}

static void test_two_at_a_time_are_one_too_many(void **state)
{
    char path[4096];

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    dx_image *first = dx_image_new(0);
    assert_non_null(first);
    assert_null(dx_image_new(0));
    assert_int_equal(load(path, key), DX_END);
    dx_image_free(first);
    assert_int_equal(load(path, key), DX_OK);
}

static void test_each_place_has_its_own(void **state)
{
    char path[4096];
    dx_err err = {0};
    dx_image *there, *image;
    void *root;

    if (!is_possible())
        return;
    save_chain(scratch_path(state, "image", path));
    assert_int_equal(dx_image_find(&image, 1, path, key, false, &root, &err), DX_END);
    there = dx_image_new(1);
    assert_non_null(there);
    assert_int_equal(load_whole(&image, path, key, false, &root, &err), DX_OK);
    check_chain(root);
    dx_image_free(image);
    dx_image_free(there);
}

static void test_a_folder_is_private_when_nobody_else_writes_there(void **state)
{
    char path[4096];

    assert_true(dx_os_private_folder(scratch_path(state, "a/b", path)));
    assert_int_equal(chmod(path, 0770), 0);
    assert_false(dx_os_private_folder(path));
    scratch_write(state, "file", DX_LIT("x"));
    assert_false(dx_os_private_folder(scratch_path(state, "file", path)));
    assert_false(dx_os_private_folder(scratch_path(state, "file/below", path)));
    if (geteuid() == 0) {
        assert_int_equal(chown(*state, 12345, 12345), 0);
        assert_false(dx_os_private_folder(scratch_path(state, "c", path)));
        assert_int_equal(chown(*state, 0, 0), 0);
    }
}

static void test_the_program_knows_its_build(void **state)
{
    (void)state;
    const dx_str id = dx_os_build_id();
    assert_int_equal(id.n, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pointers_are_true_when_it_is_read_again,
                                        scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_a_mapped_one_lives_on_when_its_file_goes,
                                        scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_written_to_one_stays_there, scratch_set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_a_lasting_one_needs_no_file, scratch_set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_another_key_finds_nothing, scratch_set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_one_changed_byte_is_noticed, scratch_set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_whether_one_is_whole_is_asked_for_itself,
                                        scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_what_others_can_write_is_not_read, scratch_set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_two_at_a_time_are_one_too_many, scratch_set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_each_place_has_its_own, scratch_set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_is_private_when_nobody_else_writes_there,
                                        scratch_set_up, scratch_tear_down),
        cmocka_unit_test(test_the_program_knows_its_build),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
