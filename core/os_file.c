#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE   700
#include "core/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/os_memory.h"
#include "core/time.h"

enum {
    PIECE = 256 * 1024,
    PASSED = 64 * 1024, /* of a file that is passed over */
    NAME_TRIES = 100,
    FILE_MODE = 0666,
    NEW_MODE = 0644,
    PRIVATE_MODE = 0600,
    FOLDER_MODE = 0700,
    OTHERS_WRITE = 0022,
    MODE_BITS = 07777
};

struct dx_file {
    int fd;
    bool own;   /* to be closed */
    char *name; /* for error texts */
};

/* Raises DX_E_IO from errno: "cannot open 'x': No such file or directory". */
static dx_rc os_fail(dx_err *err, const char *verb, const char *path)
{
    const int why = errno;
    char reason[128];
    if (strerror_r(why, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", why);
    (void)dx_fail(err, DX_E_IO, DX_NOWHERE, "cannot %s '%s': %s", verb, path, reason);
    if (err)
        err->os = why;
    return DX_FAIL;
}

dx_rc dx_file_open(dx_file **out, const char *path, dx_err *err)
{
    const bool standard = strcmp(path, "-") == 0;
    const int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return os_fail(err, "open", path);
    dx_file *f = calloc(1, sizeof *f);
    char *name = strdup(standard ? "standard input" : path);
    if (!f || !name) {
        free(name);
        free(f);
        if (!standard)
            close(fd);
        return dx_nomem(err);
    }
    *f = (dx_file){.fd = fd, .own = !standard, .name = name};
    *out = f;
    return DX_OK;
}

dx_rc dx_file_read(dx_file *f, void *buf, size_t cap, size_t *got, dx_err *err)
{
    for (;;) {
        const ssize_t n = read(f->fd, buf, cap);
        if (n >= 0) {
            *got = (size_t)n;
            return DX_OK;
        }
        if (errno != EINTR)
            return os_fail(err, "read", f->name);
        if (dx_os_interrupted())
            return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
    }
}

void dx_file_close(dx_file *f)
{
    if (!f)
        return;
    if (f->own)
        close(f->fd);
    free(f->name);
    free(f);
}

/* The end of a file is seen by asking for one byte more. */
static size_t first_piece(const dx_file *f, size_t limit)
{
    struct stat st;
    if (fstat(f->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return PIECE;
    const uint64_t size = (uint64_t)st.st_size;
    return (size < limit ? (size_t)size : limit) + 1;
}

static dx_rc fail_too_large(const dx_file *f, size_t limit, dx_err *err)
{
    return dx_fail(err, DX_E_LIMIT, DX_NOWHERE, "'%s' is larger than %zu bytes", f->name, limit);
}

/* Reads to the end, one piece past the limit at most. */
static dx_rc read_all(dx_file *f, size_t limit, dx_buf *into, dx_err *err)
{
    for (size_t room = first_piece(f, limit), got;; room -= got) {
        if (room == 0)
            room = PIECE;
        if (!dx_buf_reserve(into, room))
            return dx_nomem(err);
        if (dx_file_read(f, into->p + into->n, room, &got, err) != DX_OK)
            return DX_FAIL;
        into->n += got;
        into->p[into->n] = '\0';
        if (got == 0)
            return DX_OK;
        if (into->n > limit)
            return fail_too_large(f, limit, err);
    }
}

dx_rc dx_os_read_file(const char *path, size_t limit, dx_buf *into, dx_err *err)
{
    dx_file *f;
    if (dx_file_open(&f, path, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(into);
    const dx_rc rc = read_all(f, limit, into, err);
    dx_file_close(f);
    return rc;
}

static dx_rc pass_all(dx_file *f, size_t limit, dx_buf *room, void (*take)(void *ctx, dx_str piece),
                      void *ctx, dx_err *err)
{
    size_t all = 0, got = PASSED;

    if (!dx_buf_reserve(room, PASSED))
        return dx_nomem(err);
    for (; got > 0; all += got) {
        if (dx_file_read(f, room->p, PASSED, &got, err) != DX_OK)
            return DX_FAIL;
        if (all + got > limit)
            return fail_too_large(f, limit, err);
        take(ctx, (dx_str){room->p, got});
    }
    return DX_OK;
}

dx_rc dx_os_pass_file(const char *path, size_t limit, dx_buf *room,
                      void (*take)(void *ctx, dx_str piece), void *ctx, dx_err *err)
{
    dx_file *f;
    if (dx_file_open(&f, path, err) != DX_OK)
        return DX_FAIL;
    dx_buf_clear(room);
    const dx_rc rc = pass_all(f, limit, room, take, ctx, err);
    dx_file_close(f);
    return rc;
}

dx_rc dx_os_slurp(const char *path, size_t limit, dx_arena *into, dx_str *out, dx_err *err)
{
    dx_buf content = {0};
    dx_rc rc = dx_os_read_file(path, limit, &content, err);
    if (rc == DX_OK) {
        const dx_str copy = dx_arena_copy(into, dx_buf_str(&content));
        if (copy.p)
            *out = copy;
        else
            rc = dx_nomem(err);
    }
    dx_buf_done(&content);
    return rc;
}

static bool write_all(int fd, dx_str content)
{
    while (content.n) {
        const ssize_t n = write(fd, content.p, content.n);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            content = dx_str_slice(content, (size_t)n, content.n);
    }
    return true;
}

/* A new file beside `path` that nobody else has; -1 with errno otherwise. */
static int open_beside(const char *path, mode_t mode, dx_buf *name)
{
    for (unsigned i = 0; i < NAME_TRIES; i++) {
        dx_buf_clear(name);
        dx_buf_printf(name, "%s.%ld-%u.tmp", path, (long)getpid(), i);
        if (name->failed) {
            errno = ENOMEM;
            return -1;
        }
        const int fd = open(name->p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* Closes fd in any case; errno tells why when false. */
static bool finish(int fd, dx_str content, const struct stat *old)
{
    bool good = write_all(fd, content) && fsync(fd) == 0 &&
                (!old || fchmod(fd, old->st_mode & MODE_BITS) == 0);
    const int why = errno;
    if (close(fd) != 0 && good)
        return false;
    errno = why;
    return good;
}

static dx_rc replace(const char *path, dx_str content, const struct stat *old, dx_err *err)
{
    dx_buf name = {0};
    dx_rc rc = DX_OK;
    const int fd = open_beside(path, FILE_MODE, &name);
    if (fd < 0) {
        rc = os_fail(err, "write", path);
    } else if (!finish(fd, content, old) || rename(name.p, path) != 0) {
        rc = os_fail(err, "write", path);
        unlink(name.p);
    }
    dx_buf_done(&name);
    return rc;
}

/* A device or pipe cannot be replaced, only written to. */
static dx_rc write_in_place(const char *path, dx_str content, dx_err *err)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return os_fail(err, "write", path);
    const bool good = write_all(fd, content);
    const dx_rc rc = good ? DX_OK : os_fail(err, "write", path);
    close(fd);
    return rc;
}

dx_rc dx_os_write_file(const char *path, dx_str content, dx_err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return replace(path, content, NULL, err);
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return os_fail(err, "write", path);
    }
    if (!S_ISREG(st.st_mode))
        return write_in_place(path, content, err);
    /* Behind a link the file is replaced, not the link. */
    char *real = realpath(path, NULL);
    const dx_rc rc = real ? replace(real, content, &st, err) : os_fail(err, "write", path);
    free(real);
    return rc;
}

dx_rc dx_os_write_new(const char *path, dx_str content, dx_err *err)
{
    dx_buf name = {0};
    const int fd = open_beside(path, NEW_MODE, &name);
    const bool made = fd >= 0 && finish(fd, content, NULL);
    const bool good = made && link(name.p, path) == 0;
    const int why = errno;

    if (fd >= 0)
        unlink(name.p);
    dx_buf_done(&name);
    if (good || (made && why == EEXIST))
        return good ? DX_OK : DX_END;
    errno = why;
    return os_fail(err, "write", path);
}

void dx_os_remove(const char *path)
{
    (void)remove(path);
}

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
            return os_fail(err, "look at", path);
        *out = (dx_file_info){.kind = DX_FILE_NONE};
        return DX_OK;
    }
    *out = (dx_file_info){
        .kind = kind_of(st.st_mode),
        .size = st.st_size > 0 ? (uint64_t)st.st_size : 0,
        .modified_us = dx_time_of_unix(st.st_mtim.tv_sec, st.st_mtim.tv_nsec),
        .device = (uint64_t)st.st_dev,
        .inode = (uint64_t)st.st_ino,
    };
    return DX_OK;
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
            return os_fail(err, "list", dir);
        if (!entry)
            break;
        if (!is_entry(entry->d_name))
            continue;
        const dx_str name = dx_arena_copy(into, dx_str_of(entry->d_name));
        if (!name.p || !DX_PUSH(into, list, count, cap, name))
            return dx_nomem(err);
    }
    if (count)
        qsort(list, count, sizeof *list, dx_str_order);
    *names = list;
    *n = count;
    return DX_OK;
}

dx_rc dx_os_list(const char *dir, dx_arena *into, dx_str **names, size_t *n, dx_err *err)
{
    DIR *folder = opendir(dir);
    if (!folder)
        return os_fail(err, "open", dir);
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
    return os_fail(err, "make folder", dir);
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

/* ---- files of this user alone ---- */

static bool is_private(const struct stat *st)
{
    return st->st_uid == geteuid() && (st->st_mode & OTHERS_WRITE) == 0;
}

dx_rc dx_os_open_private(dx_file **out, const char *path, dx_err *err)
{
    struct stat st;
    /* What is no plain file is not waited for. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return DX_END;
    dx_file *f = calloc(1, sizeof *f);
    char *name = strdup(path);
    const bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_private(&st);
    if (!good || !f || !name) {
        free(name);
        free(f);
        close(fd);
        return good ? dx_nomem(err) : DX_END;
    }
    *f = (dx_file){.fd = fd, .own = true, .name = name};
    *out = f;
    return DX_OK;
}

int dx_os_handle(const dx_file *f)
{
    return f->fd;
}

/* Without fsync: what a crash damages is known by its checksum and made again. */
dx_rc dx_os_write_private(const char *path, dx_str content, dx_err *err)
{
    dx_buf name = {0};
    const int fd = open_beside(path, PRIVATE_MODE, &name);
    bool good = fd >= 0 && write_all(fd, content);

    if (fd >= 0 && close(fd) != 0)
        good = false;
    good = good && rename(name.p, path) == 0;
    const dx_rc rc = good ? DX_OK : os_fail(err, "write", path);
    if (!good && fd >= 0)
        unlink(name.p);
    dx_buf_done(&name);
    return rc;
}

/* Whose is what is to be made: asks the nearest folder above that is there. */
static bool may_make(const char *dir)
{
    char *path = strdup(dir);
    struct stat st;
    char *slash;

    if (!path)
        return false;
    while ((slash = strrchr(path, '/')) != NULL && slash != path) {
        *slash = '\0';
        if (stat(path, &st) == 0)
            break;
    }
    const bool mine = slash && slash != path && st.st_uid == geteuid();
    free(path);
    return mine;
}

bool dx_os_private_folder(const char *dir)
{
    struct stat st;
    dx_err ignored;

    if (stat(dir, &st) == 0)
        return S_ISDIR(st.st_mode) && is_private(&st);
    return errno == ENOENT && may_make(dir) && dx_os_make_dirs(dir, &ignored) == DX_OK &&
           stat(dir, &st) == 0 && S_ISDIR(st.st_mode) && is_private(&st);
}
