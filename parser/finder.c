/* Walks folders in byte order, each real file or folder once. */
#include "parser/finder.h"
#include <stdlib.h>
#include "core/buf.h"
#include "core/hashed.h"
#include "core/time.h"
#include "parser/sniff.h"
#include "parser/stream.h"

/* A folder that is being walked; `below` is the one that holds it. */
typedef struct folder {
    struct folder *below;
    dx_arena *arena;
    dx_str path;
    dx_str *name;
    size_t n, i;
} folder;

typedef struct identity {
    uint64_t device, inode;
} identity;

enum { STORE_FILES = 4 };

struct dx_finder {
    identity store[STORE_FILES];
    size_t n_store;
    dx_arena *arena; /* the paths and `seen` */
    const char **path;
    size_t n, i;
    folder *top;
    dx_buf now; /* the path at hand */
    bool asked;
    identity *seen;
    size_t n_seen, cap_seen;
    dx_hashed seen_at;
    dx_skip_fn *fn;
    void *ctx;
    dx_finder_each *each; /* or NULL */
    void *each_ctx;
};

static dx_skips skips_of(const dx_finder *f)
{
    return (dx_skips){f->fn, f->ctx, dx_buf_str(&f->now), f->asked};
}

static void tell(const dx_finder *f, const dx_err *why)
{
    const dx_skips skips = skips_of(f);
    dx_skips_tell(&skips, DX_NONE, true, why);
}

static void tell_not_a_log(const dx_finder *f, const char *what)
{
    const dx_skips skips = skips_of(f);
    dx_skips_tell_not_a_log(&skips, DX_NONE, what);
}

typedef struct wanted {
    const identity *list;
    identity id;
} wanted;

static bool same(const void *ctx, size_t place)
{
    const wanted *w = ctx;
    return w->list[place].device == w->id.device && w->list[place].inode == w->id.inode;
}

/* Remembers a file; *again when it was there before.  A system without identities has zeros. */
static dx_rc remember(dx_finder *f, const dx_file_info *info, bool *again, dx_err *err)
{
    const identity id = {info->device, info->inode};
    *again = false;
    if (!id.device && !id.inode)
        return DX_OK;
    const uint64_t hash = id.inode ^ (id.device << 32);
    *again = dx_hashed_find(&f->seen_at, hash, same, &(wanted){f->seen, id}) != DX_HASHED_NONE;
    return *again || (DX_PUSH_MANY(f->arena, f->seen, f->n_seen, f->cap_seen, id) &&
                      dx_hashed_add(&f->seen_at, hash, f->n_seen - 1))
               ? DX_OK
               : dx_nomem(err);
}

static void pop(dx_finder *f)
{
    folder *gone = f->top;
    f->top = gone->below;
    dx_arena_free(gone->arena);
    free(gone);
}

static dx_rc push(dx_finder *f, dx_err *err)
{
    folder *top = calloc(1, sizeof *top);
    if (!top)
        return dx_nomem(err);
    top->below = f->top;
    f->top = top;
    top->arena = dx_arena_new(0);
    if (top->arena)
        top->path = dx_arena_copy(top->arena, dx_buf_str(&f->now));
    if (!top->path.p) {
        pop(f);
        return dx_nomem(err);
    }
    dx_err why;
    if (dx_os_list(top->path.p, top->arena, &top->name, &top->n, &why) == DX_OK)
        return DX_OK;
    pop(f);
    if (dx_err_ends_walk(&why)) {
        *err = why;
        return DX_FAIL;
    }
    tell(f, &why);
    return DX_OK;
}

/* Makes the next path; DX_END when there is none. */
static dx_rc step(dx_finder *f, dx_err *err)
{
    while (f->top && f->top->i == f->top->n)
        pop(f);
    if (!f->top && f->i == f->n)
        return DX_END;
    f->asked = !f->top;
    dx_buf_clear(&f->now);
    if (f->asked) {
        dx_buf_add(&f->now, dx_str_of(f->path[f->i++]));
    } else {
        dx_buf_add(&f->now, f->top->path);
        if (!dx_str_ends(f->top->path, DX_LIT("/")))
            dx_buf_char(&f->now, '/');
        dx_buf_add(&f->now, f->top->name[f->top->i++]);
    }
    return f->now.failed ? dx_nomem(err) : DX_OK;
}

static bool is_of_store(const dx_finder *f, const dx_file_info *info)
{
    for (size_t i = 0; i < f->n_store; i++)
        if (f->store[i].device == info->device && f->store[i].inode == info->inode)
            return true;
    return false;
}

dx_rc dx_finder_leave_out(dx_finder *f, const char *store, dx_err *err)
{
    static const char *const suffixes[STORE_FILES] = {"", "-wal", "-shm", "-journal"};
    dx_file_info info;
    dx_buf path = {0};
    dx_rc rc = DX_OK;

    f->n_store = 0;
    for (size_t i = 0; i < STORE_FILES && rc == DX_OK; i++) {
        dx_buf_clear(&path);
        dx_buf_printf(&path, "%s%s", store, suffixes[i]);
        rc = path.failed ? dx_nomem(err) : dx_os_stat(path.p, &info, err);
        if (rc == DX_OK && info.kind == DX_FILE_PLAIN && (info.device || info.inode))
            f->store[f->n_store++] = (identity){info.device, info.inode};
    }
    dx_buf_done(&path);
    return rc;
}

/* Decides what becomes of the path at hand; *use when the caller should open it. */
static dx_rc judge(dx_finder *f, const dx_file_info *info, bool *use, dx_err *err)
{
    bool again = false;
    switch (info->kind) {
    case DX_FILE_NONE: {
        dx_err why;
        (void)dx_fail(&why, DX_E_IO, DX_NOWHERE,
                      f->asked ? "no such file or folder" : "a link that leads nowhere");
        tell(f, &why);
        return DX_OK;
    }
    case DX_FILE_OTHER:
        *use = f->asked;
        if (!f->asked)
            tell_not_a_log(f, "a device, pipe or socket");
        return DX_OK;
    case DX_FILE_PLAIN:
    case DX_FILE_DIR:
        break;
    }
    if (is_of_store(f, info)) {
        tell_not_a_log(f, "the store that is written to");
        return DX_OK;
    }
    if (remember(f, info, &again, err) == DX_FAIL)
        return DX_FAIL;
    if (again) {
        f->asked = false; /* whoever names a file twice has it read: nothing is missing */
        tell_not_a_log(f, "read already, under another name or as asked before");
        return DX_OK;
    }
    *use = info->kind == DX_FILE_PLAIN;
    return *use ? DX_OK : push(f, err);
}

static dx_rc look(dx_finder *f, dx_found *found, bool *use, dx_err *err)
{
    dx_err why;
    *found = (dx_found){.path = f->now.p, .asked = f->asked};
    found->info.modified_us = DX_NO_TIME;
    found->info.kind = DX_FILE_OTHER;
    if (f->asked && dx_str_eq(dx_buf_str(&f->now), DX_LIT("-"))) {
        *use = true;
        return DX_OK;
    }
    if (dx_os_stat(f->now.p, &found->info, &why) == DX_OK)
        return judge(f, &found->info, use, err);
    if (dx_err_ends_walk(&why)) {
        *err = why;
        return DX_FAIL;
    }
    tell(f, &why);
    return DX_OK;
}

void dx_finder_tell_each(dx_finder *f, dx_finder_each *each, void *ctx)
{
    f->each = each;
    f->each_ctx = ctx;
}

dx_rc dx_finder_next(dx_finder *f, dx_found *out, dx_err *err)
{
    bool use = false;
    dx_found found;
    while (!use) {
        if (dx_check_interrupt(err) == DX_FAIL || (f->each && f->each(f->each_ctx, err) != DX_OK))
            return DX_FAIL;
        const dx_rc rc = step(f, err);
        if (rc != DX_OK)
            return rc;
        if (look(f, &found, &use, err) == DX_FAIL)
            return DX_FAIL;
    }
    *out = found;
    return DX_OK;
}

static bool copy_paths(dx_finder *f, const char *const *paths, size_t n)
{
    f->arena = dx_arena_new(0);
    if (!f->arena)
        return false;
    f->path = dx_arena_get(f->arena, (n + 1) * sizeof *f->path);
    if (!f->path)
        return false;
    for (; f->n < n; f->n++) {
        f->path[f->n] = dx_arena_copy(f->arena, dx_str_of(paths[f->n])).p;
        if (!f->path[f->n])
            return false;
    }
    return true;
}

dx_rc dx_finder_open(dx_finder **out, const char *const *paths, size_t n, dx_skip_fn *fn, void *ctx,
                     dx_err *err)
{
    dx_finder *f = calloc(1, sizeof *f);
    if (!f)
        return dx_nomem(err);
    f->fn = fn;
    f->ctx = ctx;
    if (!copy_paths(f, paths, n)) {
        dx_finder_close(f);
        return dx_nomem(err);
    }
    *out = f;
    return DX_OK;
}

void dx_finder_close(dx_finder *f)
{
    if (!f)
        return;
    while (f->top)
        pop(f);
    dx_buf_done(&f->now);
    dx_arena_free(f->arena);
    dx_hashed_close(&f->seen_at);
    free(f);
}

bool dx_found_is_packed(const dx_found *file)
{
    char head[DX_SNIFF_BYTES];
    dx_file *f = NULL;
    dx_err ignored; /* whoever reads the file meets the same */
    size_t n = 0, got = 0;
    dx_rc rc = dx_file_open(&f, file->path, &ignored);

    do {
        if (rc == DX_OK)
            rc = dx_file_read(f, head + n, sizeof head - n, &got, &ignored);
        n += rc == DX_OK ? got : 0;
    } while (rc == DX_OK && got > 0 && n < sizeof head);
    dx_file_close(f);
    return rc == DX_OK && dx_sniff((dx_str){head, n}).packing != DX_PACKED_NOT;
}
