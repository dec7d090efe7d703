#define _POSIX_C_SOURCE 200809L
#include "core/os.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/os_fail.h"

enum { FOLDER_MODE = 0700 };

static dx_file_kind kind_of(mode_t mode)
{
    if (S_ISREG(mode))
        return DX_FILE_PLAIN;
    return S_ISDIR(mode) ? DX_FILE_DIR : DX_FILE_OTHER;
}

dx_rc dx_os_stat(const char *path, dx_file_info *out, dx_err *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return dx_os_fail(err, "look at", path);
        *out = (dx_file_info){.kind = DX_FILE_NONE};
        return DX_OK;
    }
    *out = (dx_file_info){
        .kind = kind_of(st.st_mode),
        .size = st.st_size > 0 ? (uint64_t)st.st_size : 0,
        .modified_us = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000,
        .device = (uint64_t)st.st_dev,
        .inode = (uint64_t)st.st_ino,
    };
    return DX_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return dx_str_cmp(*(const dx_str *)a, *(const dx_str *)b);
}

static bool is_entry(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static dx_rc read_names(DIR *folder, const char *dir, dx_arena *into, dx_str **names, size_t *n,
                        dx_err *err)
{
    dx_str *list = NULL;
    size_t count = 0, cap = 0;
    for (;;) {
        errno = 0; /* the only way to tell the end from a failure */
        const struct dirent *entry = readdir(folder);
        if (!entry && errno)
            return dx_os_fail(err, "list folder", dir);
        if (!entry)
            break;
        if (!is_entry(entry->d_name))
            continue;
        const dx_str name = dx_arena_copy(into, dx_str_of(entry->d_name));
        if (!name.p || !DX_PUSH(into, list, count, cap, name))
            return dx_nomem(err);
    }
    if (count)
        qsort(list, count, sizeof *list, by_bytes);
    *names = list;
    *n = count;
    return DX_OK;
}

dx_rc dx_os_list(const char *dir, dx_arena *into, dx_str **names, size_t *n, dx_err *err)
{
    DIR *folder = opendir(dir);
    if (!folder)
        return dx_os_fail(err, "open folder", dir);
    const dx_rc rc = read_names(folder, dir, into, names, n, err);
    closedir(folder);
    return rc;
}

/* Makes one folder; one that is there already is fine. */
static dx_rc make_dir(const char *dir, dx_err *err)
{
    if (mkdir(dir, FOLDER_MODE) == 0)
        return DX_OK;
    const int why = errno;
    struct stat st;
    if (why == EEXIST && stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
        return DX_OK;
    errno = why;
    return dx_os_fail(err, "make folder", dir);
}

dx_rc dx_os_make_dirs(const char *dir, dx_err *err)
{
    char *path = strdup(dir);
    if (!path)
        return dx_nomem(err);
    dx_rc rc = DX_OK;
    for (char *slash = path + 1; rc == DX_OK && path[0] && (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        struct stat st;
        /* Asked first: a folder above may be one that we must not write to. */
        if (stat(path, &st) != 0)
            rc = make_dir(path, err);
        *slash = '/';
    }
    if (rc == DX_OK)
        rc = make_dir(path, err);
    free(path);
    return rc;
}
