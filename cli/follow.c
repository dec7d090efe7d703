#include "cli/follow.h"

#include <stdlib.h>
#include <string.h>

#include "cli/tell.h"
#include "core/os.h"

enum {
    TICK_MS = 500,     /* a signal is noticed after so long at the latest */
    QUIET_MS = 400,    /* a file that was just written will soon be written again */
    MOST_MS = 5000,    /* but one that never rests is read so often */
    PAUSE = 4,         /* a round that took t is followed by a rest of so many t */
    MOST_PATHS = 4096, /* more that changed: everything is read again */
    RETRY_MS = 10000,  /* after the store could not be written */
    LOOK_MS = 10000,   /* between two looks into folders that cannot be watched */
    MOST_FAILURES = 6
};

typedef struct follow {
    dx_session *s;
    dx_watch *watch;
    dx_arena *changed; /* reset with each round */
    const char **paths;
    size_t n_paths, cap_paths;
    bool all;         /* what changed is not known in full */
    int64_t first_us; /* when the first of these changes came; 0 = nothing changed */
    int64_t rest_us;  /* no round before this moment */
    int64_t look_us;  /* no look into what cannot be watched before this one */
    bool told_blind;
    unsigned failures; /* rounds in a row that could not write the store */
} follow;

/* ---- the store may lie among the logs ---- */

static bool same_file(const dx_file_info *a, const dx_file_info *b)
{
    return a->kind != DX_FILE_NONE && b->kind != DX_FILE_NONE && a->device == b->device &&
           a->inode == b->inode;
}

static dx_str base_name(dx_str path)
{
    for (size_t i = path.n; i-- > 0;) {
        if (path.p[i] == '/')
            return dx_str_slice(path, i + 1, path.n);
    }
    return path;
}

/* Reading the store after each write to it would never end. */
static bool is_own(const follow *f, const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    const dx_str store = f->s->scan.store_name;
    dx_file_info file, other;
    dx_err ignored = {0};
    dx_buf name = {0};
    bool found = false;

    if (!dx_str_starts(base_name(dx_str_of(path)), base_name(store)) ||
        dx_os_stat(path, &file, &ignored) != DX_OK)
        return false;
    for (size_t i = 0; !found && i < sizeof tails / sizeof *tails; i++) {
        dx_buf_clear(&name);
        dx_buf_printf(&name, "%.*s%s", DX_FMT(store), tails[i]);
        found = !name.failed && dx_os_stat(name.p, &other, &ignored) == DX_OK &&
                same_file(&other, &file);
    }
    dx_buf_done(&name);
    return found;
}

/* ---- what changed ---- */

static void forget(follow *f)
{
    dx_arena_reset(f->changed);
    f->paths = NULL;
    f->n_paths = f->cap_paths = 0;
    f->all = false;
    f->first_us = 0;
}

/* Everything is to be read again. */
static void want_all(follow *f)
{
    forget(f);
    f->all = true;
    f->first_us = dx_os_now_us();
}

static dx_rc note(follow *f, const dx_change *change, dx_err *err)
{
    if (f->first_us == 0)
        f->first_us = dx_os_now_us();
    if (f->all)
        return DX_OK;
    if (change->kind == DX_CHANGE_LOST || f->n_paths == MOST_PATHS) {
        want_all(f);
        return DX_OK;
    }
    const dx_str path = dx_str_of(change->path);
    /* A log that is being written says so again and again. */
    for (size_t i = f->n_paths; i-- > 0 && i + 16 > f->n_paths;) {
        if (dx_str_eq(dx_str_of(f->paths[i]), path))
            return DX_OK;
    }
    const dx_str copy = dx_arena_copy(f->changed, path);
    return copy.p && DX_PUSH(f->changed, f->paths, f->n_paths, f->cap_paths, copy.p)
               ? DX_OK
               : dx_nomem(err);
}

static void tell_blind(size_t n)
{
    dx_cli_say("%zu folder%s cannot be watched and %s read again every %d seconds: the system lets "
               "one user watch no more; raise it with 'sysctl fs.inotify.max_user_watches=524288'",
               n, n == 1 ? "" : "s", n == 1 ? "is" : "are", LOOK_MS / 1000);
}

/* Folders that the system does not let us watch may have changed.  They are watched again first and
 * read then, as all others. */
static dx_rc look_into_blind(follow *f, dx_err *err)
{
    const char *const *blind;
    const size_t n = dx_watch_blind(f->watch, &blind);
    const int64_t now = dx_os_now_us();

    if (n > 0 && !f->told_blind) {
        tell_blind(n);
        f->told_blind = true;
        f->look_us = now + LOOK_MS * INT64_C(1000);
    }
    if (n == 0 || now < f->look_us || now < f->rest_us)
        return DX_OK;
    f->look_us = now + LOOK_MS * INT64_C(1000);
    for (size_t i = 0; i < n; i++)
        if (note(f, &(dx_change){.kind = DX_CHANGE_FOLDER, .path = blind[i]}, err) != DX_OK)
            return DX_FAIL;
    return dx_watch_again(f->watch, err);
}

/* Gathers changes until they rest, or for long enough; returns early after a signal. */
static dx_rc gather(follow *f, dx_err *err)
{
    int64_t last_us = 0;

    while (!dx_os_interrupted()) {
        if (look_into_blind(f, err) != DX_OK)
            return DX_FAIL;
        const int64_t now = dx_os_now_us();
        const bool quiet = now - last_us >= QUIET_MS * INT64_C(1000);
        const bool long_enough = now - f->first_us >= MOST_MS * INT64_C(1000);
        if (f->first_us && now >= f->rest_us && (quiet || long_enough))
            return DX_OK;
        dx_change change;
        if (dx_watch_next(f->watch, f->first_us ? QUIET_MS : TICK_MS, &change, err) != DX_OK)
            return DX_FAIL;
        if (change.kind == DX_CHANGE_NONE ||
            (change.kind == DX_CHANGE_FILE && is_own(f, change.path)))
            continue;
        last_us = dx_os_now_us();
        if (note(f, &change, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- what is worth reading ---- */

static bool is_below(const char *path, const char *folder)
{
    const size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* In byte order, but what is in a folder comes right behind it. */
static int by_tree(const void *a, const void *b)
{
    const unsigned char *x = *(const void *const *)a, *y = *(const void *const *)b;

    for (; *x && *x == *y; x++)
        y++;
    const int from = *x == '/' ? 1 : *x ? *x + 1 : 0, to = *y == '/' ? 1 : *y ? *y + 1 : 0;
    return from - to;
}

/* Leaves each path that is still there once; not those in a folder that is read whole anyway. */
static void choose(follow *f)
{
    const char *folder = NULL, *last = NULL;
    const size_t n = f->n_paths;

    f->n_paths = 0;
    if (n)
        qsort(f->paths, n, sizeof *f->paths, by_tree);
    for (size_t i = 0; i < n; i++) {
        const char *path = f->paths[i];
        dx_file_info info;
        dx_err ignored = {0};
        if ((last && strcmp(path, last) == 0) || (folder && is_below(path, folder)) ||
            dx_os_stat(path, &info, &ignored) != DX_OK || info.kind == DX_FILE_NONE)
            continue;
        last = f->paths[f->n_paths++] = path;
        if (info.kind == DX_FILE_DIR)
            folder = path;
    }
}

/* ---- a round ---- */

/* Others may hold the store for a while, or the disk may be full until somebody looks. */
static dx_rc try_later(follow *f, dx_err *err)
{
    if (err->kind != DX_E_STORE || ++f->failures == MOST_FAILURES)
        return DX_FAIL;
    (void)dx_cli_say_error(err);
    dx_cli_say("the logs are read again in %d seconds", RETRY_MS / 1000);
    *err = (dx_err){0};
    want_all(f);
    f->rest_us = dx_os_now_us() + RETRY_MS * INT64_C(1000);
    return DX_OK;
}

static dx_rc read_round(follow *f, dx_follow_told *told, void *ctx, dx_err *err)
{
    const dx_invocation *in = f->s->in;
    const int64_t began_us = dx_os_now_us();
    dx_report report;

    choose(f);
    const bool all = f->all;
    if (!all && f->n_paths == 0) {
        forget(f);
        return DX_OK;
    }
    const dx_rc rc = all ? dx_session_round(f->s, in->args, in->n_args, &report, err)
                         : dx_session_round(f->s, f->paths, f->n_paths, &report, err);
    if (rc != DX_OK)
        return err->kind == DX_E_CANCEL ? DX_FAIL : try_later(f, err);
    const int64_t now_us = dx_os_now_us();
    f->rest_us = now_us + PAUSE * (now_us - began_us);
    f->failures = 0;
    forget(f);
    const dx_totals totals = dx_report_totals(&report);
    return totals.attempts + totals.damaged > 0 ? told(ctx, &report, err) : DX_OK;
}

static dx_rc run(follow *f, dx_follow_told *told, void *ctx, dx_err *err)
{
    const dx_invocation *in = f->s->in;

    for (size_t i = 0; i < in->n_args; i++) {
        if (dx_watch_add(f->watch, in->args[i], err) != DX_OK)
            return DX_FAIL;
    }
    /* Watched first, read then: what is written meanwhile is read again. */
    for (want_all(f); !dx_os_interrupted();) {
        if (read_round(f, told, ctx, err) != DX_OK || gather(f, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc dx_follow(dx_session *s, dx_follow_told *told, void *ctx, dx_err *err)
{
    follow f = {.s = s, .changed = dx_arena_new(0)};
    dx_rc rc = f.changed ? dx_watch_open(&f.watch, err) : dx_nomem(err);

    if (rc == DX_OK)
        rc = run(&f, told, ctx, err);
    dx_watch_close(f.watch);
    dx_arena_free(f.changed);
    /* The signal that ends a watch is no failure; what was half read is read at the next start. */
    return rc != DX_OK && err->kind == DX_E_CANCEL ? DX_OK : rc;
}
