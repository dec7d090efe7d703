#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* getrandom() */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/os.h"
#include "core/time.h"

enum { OWNER_ONLY = 0600 };

struct dx_writer {
    int fd;
    char path[];
};

static dx_rc failed(dx_err *err, const char *path, int why)
{
    const dx_rc rc =
        dx_fail(err, DX_E_IO, DX_NOWHERE, "cannot write '%s': %s", path, strerror(why));
    err->os = why;
    return rc;
}

dx_rc dx_writer_open(dx_writer **out, const char *path, dx_err *err)
{
    const size_t n = strlen(path) + 1;
    dx_writer *w = malloc(sizeof *w + n);

    if (w == NULL)
        return dx_nomem(err);
    memcpy(w->path, path, n);
    w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, OWNER_ONLY);
    if (w->fd < 0) {
        const int why = errno;
        free(w);
        return failed(err, path, why);
    }
    *out = w;
    return DX_OK;
}

dx_rc dx_writer_put(dx_writer *w, dx_str bytes, dx_err *err)
{
    while (bytes.n) {
        const ssize_t n = write(w->fd, bytes.p, bytes.n);
        if (n < 0 && errno != EINTR)
            return failed(err, w->path, errno);
        if (n > 0)
            bytes = dx_str_slice(bytes, (size_t)n, bytes.n);
    }
    return DX_OK;
}

static void set_time(int fd, int64_t modified_us)
{
    const struct timespec at = {.tv_sec = (time_t)(modified_us / 1000000),
                                .tv_nsec = (long)(modified_us % 1000000) * 1000};
    const struct timespec both[2] = {at, at};

    if (modified_us >= 0) /* DX_NO_TIME is the least number there is */
        (void)futimens(fd, both);
}

dx_rc dx_writer_close(dx_writer *w, int64_t modified_us, dx_err *err)
{
    set_time(w->fd, modified_us);
    const bool good = close(w->fd) == 0;
    const dx_rc rc = good ? DX_OK : failed(err, w->path, errno);
    free(w);
    return rc;
}

void dx_writer_drop(dx_writer *w)
{
    if (w == NULL)
        return;
    close(w->fd);
    unlink(w->path);
    free(w);
}

dx_rc dx_os_random(void *bytes, size_t n, dx_err *err)
{
    char *p = bytes;

    while (n > 0) {
        const ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno != EINTR)
            return dx_fail(err, DX_E_IO, DX_NOWHERE, "the system gives no random numbers: %s",
                           strerror(errno));
        p += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return DX_OK;
}
