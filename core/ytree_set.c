#include "core/ytree.h"

#include <stdlib.h>

#include "core/os.h"
#include "core/time.h"

enum { FOLDERS_DEEP = 32 };

/* The names found so far below one folder. */
typedef struct listing {
    dx_str *name; /* relative, with '/' */
    size_t n, cap;
    dx_arena *into;
    const char *dir;
} listing;

static dx_str join(dx_arena *into, dx_str left, dx_str right)
{
    if (left.n == 0)
        return right;
    return dx_arena_printf(into, "%.*s/%.*s", DX_FMT(left), DX_FMT(right));
}

static dx_rc collect(listing *all, dx_str below, unsigned depth, dx_err *err);

static dx_rc collect_entry(listing *all, dx_str below, dx_str entry, unsigned depth, dx_err *err)
{
    /* Hidden files are what editors and version control leave behind. */
    if (dx_str_starts(entry, DX_LIT(".")))
        return DX_OK;
    const dx_str name = join(all->into, below, entry);
    const dx_str path = join(all->into, dx_str_of(all->dir), name);
    dx_file_info info;
    if (!name.p || !path.p)
        return dx_nomem(err);
    if (dx_os_stat(path.p, &info, err) != DX_OK)
        return DX_FAIL;
    if (info.kind == DX_FILE_DIR)
        return collect(all, name, depth + 1, err);
    if (info.kind != DX_FILE_PLAIN || !dx_str_ends(entry, DX_LIT(".yaml")))
        return DX_OK;
    return DX_PUSH(all->into, all->name, all->n, all->cap, name) ? DX_OK : dx_nomem(err);
}

static dx_rc collect(listing *all, dx_str below, unsigned depth, dx_err *err)
{
    const dx_str path = below.n ? join(all->into, dx_str_of(all->dir), below) : dx_str_of(all->dir);
    if (!path.p)
        return dx_nomem(err);
    if (depth > FOLDERS_DEEP)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE, "'%s': folders nested over %d deep", all->dir,
                       FOLDERS_DEEP);
    dx_str *entry;
    size_t n;
    if (dx_os_list(path.p, all->into, &entry, &n, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        if (collect_entry(all, below, entry[i], depth, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* Chained file by file, so that it does not matter how many folders they came from. */
static bool add_digest(dx_yset *set, dx_str name, dx_str content)
{
    dx_hasher *h = dx_hash_new();
    if (!h)
        return false;
    dx_hash_add_u64(h, set->digest.hi);
    dx_hash_add_u64(h, set->digest.lo);
    dx_hash_add_u64(h, name.n);
    dx_hash_add(h, name);
    dx_hash_add(h, content);
    set->digest = dx_hash_get(h);
    dx_hash_free(h);
    return true;
}

/* Reads one file; `file` gets no root when its content is faulty. */
static dx_rc load(dx_yset *set, dx_yfile *file, dx_arena *into, dx_faults *faults, dx_err *err)
{
    dx_file_info info;
    if (dx_os_stat(file->path.p, &info, err) != DX_OK)
        return DX_FAIL;
    dx_str content;
    if (dx_os_slurp(file->path.p, DX_Y_BYTES_MAX, into, &content, err) != DX_OK) {
        if (err->kind != DX_E_LIMIT)
            return DX_FAIL;
        dx_fault(faults, (dx_place){.file = file->path.p}, "%s", err->text);
        return DX_OK;
    }
    if (!add_digest(set, file->name, content))
        return dx_nomem(err);
    if (set->newest_us == DX_NO_TIME || info.modified_us > set->newest_us)
        set->newest_us = info.modified_us;
    file->root = dx_ytree_parse(into, file->path.p, content, faults);
    return DX_OK;
}

static dx_rc load_all(dx_yset *set, const listing *all, dx_faults *faults, dx_err *err)
{
    dx_yset made = *set;
    if (made.n == 0)
        made.newest_us = DX_NO_TIME;
    dx_yfile *file = dx_arena_get(all->into, (set->n + all->n) * sizeof *file);
    if (!file)
        return dx_nomem(err);
    for (size_t i = 0; i < set->n; i++)
        file[i] = set->file[i];
    for (size_t i = 0; i < all->n; i++) {
        dx_yfile next = {.name = all->name[i]};
        next.path = join(all->into, dx_str_of(all->dir), next.name);
        if (!next.path.p)
            return dx_nomem(err);
        if (load(&made, &next, all->into, faults, err) != DX_OK)
            return DX_FAIL;
        if (next.root)
            file[made.n++] = next;
    }
    made.file = file;
    *set = made;
    return DX_OK;
}

dx_rc dx_yset_add(dx_yset *set, const char *dir, bool optional, dx_arena *into, dx_faults *faults,
                  dx_err *err)
{
    dx_file_info info;
    if (dx_os_stat(dir, &info, err) != DX_OK)
        return DX_FAIL;
    if (info.kind == DX_FILE_NONE && optional)
        return DX_OK;
    if (info.kind != DX_FILE_DIR)
        return dx_fail(err, DX_E_IO, DX_NOWHERE, "'%s' is not a folder", dir);
    listing all = {.into = into, .dir = dir};
    if (collect(&all, DX_NONE, 0, err) != DX_OK)
        return DX_FAIL;
    if (all.n)
        qsort(all.name, all.n, sizeof *all.name, dx_str_order);
    return load_all(set, &all, faults, err);
}
