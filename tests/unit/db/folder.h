/* Stores in files: a folder for each test, with a path for a store in it; removed with all that is
 * in it.  Include after _XOPEN_SOURCE is defined as 700. */
#ifndef DX_TEST_DB_FOLDER_H
#define DX_TEST_DB_FOLDER_H
#include "fixture.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static inline int folder_set_up(void **state)
{
    fx *f = calloc(1, sizeof *f);
    if (!f || !(f->arena = dx_arena_new(0)))
        return -1;
    snprintf(f->dir, sizeof f->dir, "/tmp/setupdx-store-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/site.db", f->dir);
    *state = f;
    return 0;
}

static inline int folder_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

/* A folder that cannot be removed is a fault: a store left something open or protected. */
static inline int folder_tear_down(void **state)
{
    fx *f = *state;
    dx_store_close(f->store);
    chmod(f->dir, 0700);
    const int rc = nftw(f->dir, folder_remove, 8, FTW_DEPTH | FTW_PHYS);
    dx_arena_free(f->arena);
    free(f);
    return rc;
}

static inline void folder_write(const char *path, dx_str content)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content.p, 1, content.n, file), content.n);
    assert_int_equal(fclose(file), 0);
}

#define folder_test(name) cmocka_unit_test_setup_teardown(name, folder_set_up, folder_tear_down)
#endif
