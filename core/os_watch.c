#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* d_type */
#include "core/os.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"

enum {
    ROOM = 64 * 1024,
    TOLD = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_ATTRIB,
    WANTED = TOLD | IN_MOVED_FROM | IN_ONLYDIR | IN_EXCL_UNLINK
};

typedef struct folder {
    int number;     /* inotify's */
    unsigned stamp; /* of the dx_watch_add() that saw it last: loops of links end there */
    char *path;
} folder;

struct dx_watch {
    int fd;
    unsigned stamp;
    folder *folders; /* by number, ascending */
    size_t n_folders, cap_folders;
    char **blind; /* folders that the system's limit keeps from being watched, in byte order */
    size_t n_blind, cap_blind;
    dx_buf path; /* of the change in hand */
    size_t from, until;
    /* inotify wants its events aligned */
    _Alignas(struct inotify_event) char events[ROOM];
};

static dx_rc os_fail(dx_err *err, const char *what, const char *path)
{
    const int why = errno;
    (void)dx_fail(err, DX_E_IO, DX_NOWHERE, "cannot watch '%s': %s: %s", path, what, strerror(why));
    err->os = why;
    return DX_FAIL;
}

dx_rc dx_watch_open(dx_watch **out, dx_err *err)
{
    dx_watch *w = calloc(1, sizeof *w);

    if (!w)
        return dx_nomem(err);
    w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->fd < 0) {
        free(w);
        return errno == EMFILE
                   ? dx_fail(
                         err, DX_E_LIMIT, DX_NOWHERE,
                         "cannot watch folders: the system lets one user have no more programs "
                         "that watch: raise it with 'sysctl fs.inotify.max_user_instances=1024'")
                   : os_fail(err, "inotify", "folders");
    }
    *out = w;
    return DX_OK;
}

void dx_watch_close(dx_watch *w)
{
    if (!w)
        return;
    close(w->fd);
    for (size_t i = 0; i < w->n_folders; i++)
        free(w->folders[i].path);
    free(w->folders);
    for (size_t i = 0; i < w->n_blind; i++)
        free(w->blind[i]);
    free(w->blind);
    dx_buf_done(&w->path);
    free(w);
}

/* ---- the folders by number ---- */

/* Where it is, or where it belongs. */
static size_t place_of(const dx_watch *w, int number)
{
    size_t from = 0, until = w->n_folders;

    while (from < until) {
        const size_t middle = from + (until - from) / 2;
        if (w->folders[middle].number < number)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static folder *find(const dx_watch *w, int number)
{
    const size_t at = place_of(w, number);
    return at < w->n_folders && w->folders[at].number == number ? &w->folders[at] : NULL;
}

static void drop(dx_watch *w, folder *f)
{
    free(f->path);
    memmove(f, f + 1, (size_t)(w->folders + w->n_folders - f - 1) * sizeof *f);
    w->n_folders--;
}

static bool insert(dx_watch *w, folder made)
{
    if (w->n_folders == w->cap_folders) {
        const size_t cap = w->cap_folders ? w->cap_folders * 2 : 64;
        folder *grown = realloc(w->folders, cap * sizeof *grown);
        if (!grown)
            return false;
        w->folders = grown;
        w->cap_folders = cap;
    }
    folder *at = w->folders + place_of(w, made.number);
    memmove(at + 1, at, (size_t)(w->folders + w->n_folders - at) * sizeof *at);
    *at = made;
    w->n_folders++;
    return true;
}

/* Notes the folder under the path that it has now.  *known: it was seen by this very add. */
static dx_rc remember(dx_watch *w, int number, const char *path, bool *known, dx_err *err)
{
    folder *old = find(w, number);
    char *copy;

    *known = old && old->stamp == w->stamp;
    if (*known)
        return DX_OK;
    copy = strdup(path);
    if (!copy)
        return dx_nomem(err);
    if (old) {
        free(old->path);
        old->path = copy;
        old->stamp = w->stamp;
        return DX_OK;
    }
    if (insert(w, (folder){.number = number, .stamp = w->stamp, .path = copy}))
        return DX_OK;
    free(copy);
    return dx_nomem(err);
}

/* ---- what cannot be watched ---- */

/* Where it is, or where it belongs: mostly at the end, for folders come in their order. */
static size_t blind_place(const dx_watch *w, const char *path)
{
    size_t from = 0, until = w->n_blind;

    if (until > 0 && strcmp(w->blind[until - 1], path) < 0)
        return until;
    while (from < until) {
        const size_t middle = from + (until - from) / 2;
        if (strcmp(w->blind[middle], path) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static bool room_for_blind(dx_watch *w)
{
    if (w->n_blind < w->cap_blind)
        return true;
    const size_t cap = w->cap_blind ? w->cap_blind * 2 : 64;
    char **grown = realloc(w->blind, cap * sizeof *grown);
    if (!grown)
        return false;
    w->blind = grown;
    w->cap_blind = cap;
    return true;
}

static dx_rc leave_blind(dx_watch *w, const char *path, dx_err *err)
{
    const size_t place = blind_place(w, path);

    if (place < w->n_blind && strcmp(w->blind[place], path) == 0)
        return DX_OK;
    char *copy = strdup(path);
    if (!copy || !room_for_blind(w)) {
        free(copy);
        return dx_nomem(err);
    }
    char **at = w->blind + place;
    memmove(at + 1, at, (w->n_blind - place) * sizeof *at);
    *at = copy;
    w->n_blind++;
    return DX_OK;
}

size_t dx_watch_blind(const dx_watch *w, const char *const **out)
{
    *out = (const char *const *)w->blind;
    return w->n_blind;
}

/* ---- adding ---- */

static dx_rc add_tree(dx_watch *w, const char *path, dx_err *err);

static dx_rc add_below(dx_watch *w, const char *path, dx_arena *scratch, dx_err *err)
{
    dx_str *names;
    size_t n;

    if (dx_os_list(path, scratch, &names, &n, err) != DX_OK)
        return DX_OK; /* gone, or not ours to read: the scan says so */
    for (size_t i = 0; i < n; i++) {
        const dx_str child = dx_arena_printf(scratch, "%s/%.*s", path, DX_FMT(names[i]));
        dx_file_info info;
        dx_err ignored = {0};
        if (!child.p)
            return dx_nomem(err);
        if (dx_os_stat(child.p, &info, &ignored) == DX_OK && info.kind == DX_FILE_DIR &&
            add_tree(w, child.p, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc add_tree(dx_watch *w, const char *path, dx_err *err)
{
    const int number = inotify_add_watch(w->fd, path, WANTED);
    bool known;

    if (number < 0) {
        if (errno == ENOSPC)
            return leave_blind(w, path, err);
        /* Gone since it was listed, or not readable: no reason to stop watching the others. */
        return errno == ENOMEM ? dx_nomem(err) : DX_OK;
    }
    if (remember(w, number, path, &known, err) != DX_OK)
        return DX_FAIL;
    if (known)
        return DX_OK;
    dx_arena *scratch = dx_arena_new(0);
    if (!scratch)
        return dx_nomem(err);
    const dx_rc rc = add_below(w, path, scratch, err);
    dx_arena_free(scratch);
    return rc;
}

dx_rc dx_watch_add(dx_watch *w, const char *path, dx_err *err)
{
    dx_file_info info;

    if (dx_os_stat(path, &info, err) != DX_OK)
        return DX_FAIL;
    if (info.kind != DX_FILE_DIR)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       info.kind == DX_FILE_NONE
                           ? "there is no folder '%s' to watch"
                           : "'%s' is no folder: watch the folder that holds it",
                       path);
    w->stamp++;
    return add_tree(w, path, err);
}

dx_rc dx_watch_again(dx_watch *w, dx_err *err)
{
    char **const blind = w->blind;
    const size_t n = w->n_blind;
    dx_rc rc = DX_OK;

    w->blind = NULL;
    w->n_blind = w->cap_blind = 0;
    w->stamp++;
    for (size_t i = 0; i < n; i++) {
        if (rc == DX_OK)
            rc = add_tree(w, blind[i], err);
        free(blind[i]);
    }
    free(blind);
    return rc;
}

/* ---- changes ---- */

static bool is_below(const char *path, dx_str top)
{
    return dx_str_starts(dx_str_of(path), top) && (path[top.n] == '\0' || path[top.n] == '/');
}

/* A folder that went elsewhere: what happens there is not for us, until it comes back. */
static void forget_tree(dx_watch *w, dx_str top)
{
    for (size_t i = w->n_folders; i-- > 0;) {
        if (!is_below(w->folders[i].path, top))
            continue;
        (void)inotify_rm_watch(w->fd, w->folders[i].number);
        drop(w, &w->folders[i]);
    }
}

/* DX_CHANGE_NONE: nothing that anybody wants to know. */
static dx_rc tell(dx_watch *w, const struct inotify_event *e, dx_change *out, dx_err *err)
{
    folder *f = e->mask & IN_Q_OVERFLOW ? NULL : find(w, e->wd);

    *out = (dx_change){.kind = e->mask & IN_Q_OVERFLOW ? DX_CHANGE_LOST : DX_CHANGE_NONE};
    if (!f)
        return DX_OK;
    if (e->mask & IN_IGNORED) {
        drop(w, f);
        return DX_OK;
    }
    if (e->len == 0)
        return DX_OK;
    dx_buf_clear(&w->path);
    dx_buf_printf(&w->path, "%s/%s", f->path, e->name);
    if (w->path.failed)
        return dx_nomem(err);
    if (e->mask & IN_ISDIR) {
        if (e->mask & IN_MOVED_FROM)
            forget_tree(w, dx_buf_str(&w->path));
        if (!(e->mask & (IN_CREATE | IN_MOVED_TO)))
            return DX_OK;
        w->stamp++;
        /* Watched first and told then: what is written in between is seen by one or the other. */
        if (add_tree(w, w->path.p, err) != DX_OK)
            return DX_FAIL;
        *out = (dx_change){.kind = DX_CHANGE_FOLDER, .path = w->path.p};
    } else if (e->mask & TOLD) {
        *out = (dx_change){.kind = DX_CHANGE_FILE, .path = w->path.p};
    }
    return DX_OK;
}

/* Next event of those that were read; false when all are told. */
static bool take(dx_watch *w, const struct inotify_event **out)
{
    if (w->from >= w->until)
        return false;
    const struct inotify_event *e = (const void *)(w->events + w->from);
    w->from += sizeof *e + e->len;
    *out = e;
    return true;
}

/* Waits and reads; *got is false when there is nothing. */
static dx_rc refill(dx_watch *w, int wait_ms, bool *got, dx_err *err)
{
    struct pollfd poll_one = {.fd = w->fd, .events = POLLIN};

    *got = false;
    if (dx_os_interrupted() || poll(&poll_one, 1, wait_ms) <= 0)
        return DX_OK; /* the time is over, or a signal came */
    const ssize_t n = read(w->fd, w->events, sizeof w->events);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? DX_OK : os_fail(err, "reading changes", "it");
    w->from = 0;
    w->until = (size_t)n;
    *got = true;
    return DX_OK;
}

dx_rc dx_watch_next(dx_watch *w, int wait_ms, dx_change *out, dx_err *err)
{
    const struct inotify_event *e;
    dx_change made = {0};
    bool got = true;

    while (made.kind == DX_CHANGE_NONE && got) {
        if (take(w, &e)) {
            if (tell(w, e, &made, err) != DX_OK)
                return DX_FAIL;
        } else if (refill(w, wait_ms, &got, err) != DX_OK) {
            return DX_FAIL;
        }
    }
    *out = made;
    return DX_OK;
}
