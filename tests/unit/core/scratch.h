/* A folder of its own for each test; removed with all that is in it.  Include after
 * _XOPEN_SOURCE is defined as 700. */
#ifndef DX_TESTS_CORE_SCRATCH_H
#define DX_TESTS_CORE_SCRATCH_H
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/os.h"

static int scratch_set_up(void **state)
{
    char *dir = malloc(64);
    if (!dir)
        return -1;
    snprintf(dir, 64, "/tmp/setupdx-test-XXXXXX");
    *state = dir;
    return mkdtemp(dir) ? 0 : -1;
}

static int scratch_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static int scratch_tear_down(void **state)
{
    const int rc = nftw(*state, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return rc;
}

/* The path of `name` in the test's folder, in `out`. */
static const char *scratch_path(void **state, const char *name, char out[4096])
{
    const char *dir = *state;
    snprintf(out, 4096, "%s/%s", dir, name);
    return out;
}

/* Writes a file there, with the folders above it. */
static void scratch_write(void **state, const char *name, dx_str content)
{
    char path[4096];
    dx_err err = {0};
    scratch_path(state, name, path);
    for (char *slash = path + 1; *slash; slash++) {
        if (*slash != '/')
            continue;
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    if (dx_os_write_file(path, content, &err) != DX_OK)
        fail_msg("%s", err.text);
}
#endif
