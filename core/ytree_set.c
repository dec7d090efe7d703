#include "core/ytree.h"

#include <stdlib.h>
#include <string.h>

#include "core/os.h"
#include "core/time.h"

enum { FOLDERS_DEEP = 32 };

typedef struct found {
    dx_str name; /* relative, with '/' */
    int64_t modified_us;
} found;

/* What was found so far below one folder. */
typedef struct listing {
    found *file;
    size_t n, cap;
    dx_arena *into;
    const char *dir;
} listing;

static dx_str join(dx_arena *into, dx_str left, dx_str right)
{
    if (left.n == 0)
        return right;
    char *p = dx_arena_get(into, left.n + right.n + 2);
    if (!p)
        return DX_NONE;
    memcpy(p, left.p, left.n);
    p[left.n] = '/';
    memcpy(p + left.n + 1, right.p, right.n);
    return (dx_str){p, left.n + right.n + 1};
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
    return DX_PUSH(all->into, all->file, all->n, all->cap, ((found){name, info.modified_us}))
               ? DX_OK
               : dx_nomem(err);
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

/* Chained file by file, so that it does not matter how many folders they came from: the content
 * follows.  NULL when out of memory. */
static dx_hasher *begin_digest(const dx_yset *set, dx_str name)
{
    dx_hasher *h = dx_hash_new();
    if (!h)
        return NULL;
    dx_hash_add_u64(h, set->digest.hi);
    dx_hash_add_u64(h, set->digest.lo);
    dx_hash_add_u64(h, name.n);
    dx_hash_add(h, name);
    return h;
}

/* One that is too large is a fault of its own, to be told with the others'. */
static dx_rc note_trouble(dx_yfile *file, dx_arena *into, dx_err *err)
{
    if (err->kind != DX_E_LIMIT)
        return DX_FAIL;
    file->trouble = dx_arena_copy(into, dx_str_of(err->text));
    return file->trouble.p ? DX_OK : dx_nomem(err);
}

static dx_rc read_whole(const dx_yfile *file, dx_hasher *h, dx_buf *buf, dx_err *err)
{
    if (dx_os_read_file(file->path.p, DX_Y_BYTES_MAX, buf, err) != DX_OK)
        return DX_FAIL;
    dx_hash_add(h, dx_buf_str(buf));
    return DX_OK;
}

static void add_piece(void *hasher, dx_str piece)
{
    dx_hash_add(hasher, piece);
}

static dx_rc load(dx_yset *set, dx_yfile *file, const dx_yroom *room, dx_buf *buf, dx_err *err)
{
    dx_hasher *h = begin_digest(set, file->name);
    if (!h)
        return dx_nomem(err);
    dx_rc rc = room->trees ? read_whole(file, h, buf, err)
                           : dx_os_pass_file(file->path.p, DX_Y_BYTES_MAX, buf, add_piece, h, err);
    if (rc == DX_OK) {
        set->digest = dx_hash_get(h);
        if (room->trees && !(file->content = dx_arena_copy(room->trees, dx_buf_str(buf))).p)
            rc = dx_nomem(err);
    } else {
        rc = note_trouble(file, room->names, err);
    }
    dx_hash_free(h);
    return rc;
}

static dx_rc load_all(dx_yset *set, const listing *all, const dx_yroom *room, dx_buf *buf,
                      dx_err *err)
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
        dx_yfile next = {.name = all->file[i].name};
        next.path = join(all->into, dx_str_of(all->dir), next.name);
        if (!next.path.p)
            return dx_nomem(err);
        if (load(&made, &next, room, buf, err) != DX_OK)
            return DX_FAIL;
        if (made.newest_us == DX_NO_TIME || all->file[i].modified_us > made.newest_us)
            made.newest_us = all->file[i].modified_us;
        file[made.n++] = next;
    }
    made.file = file;
    *set = made;
    return DX_OK;
}

dx_rc dx_yset_find(dx_yset *set, const char *dir, bool optional, const dx_yroom *room, dx_err *err)
{
    dx_file_info info;
    if (dx_os_stat(dir, &info, err) != DX_OK)
        return DX_FAIL;
    if (info.kind == DX_FILE_NONE && optional)
        return DX_OK;
    if (info.kind != DX_FILE_DIR)
        return dx_fail(err, DX_E_IO, DX_NOWHERE, "'%s' is not a folder", dir);
    listing all = {.into = room->names, .dir = dir};
    if (collect(&all, DX_NONE, 0, err) != DX_OK)
        return DX_FAIL;
    if (all.n)
        qsort(all.file, all.n, sizeof *all.file, dx_str_order); /* the name comes first */
    dx_buf buf = {0};
    const dx_rc rc = load_all(set, &all, room, &buf, err);
    dx_buf_done(&buf);
    return rc;
}

/* No root after a fault. */
static dx_rc parse(dx_yfile *file, const dx_yroom *room, dx_faults *faults, dx_err *err)
{
    const char *path = file->path.p;

    if (room->texts != room->names)
        path = dx_arena_copy(room->texts, file->path).p;
    if (!path)
        return dx_nomem(err);
    if (file->trouble.n)
        dx_fault(faults, (dx_place){.file = path}, "%.*s", DX_FMT(file->trouble));
    else
        file->root = dx_ytree_parse_in(room, path, file->content, faults);
    return DX_OK;
}

dx_rc dx_yset_parse(dx_yset *set, const dx_yroom *room, dx_faults *faults, dx_err *err)
{
    dx_yfile *file = dx_arena_dup(room->names, set->file, set->n * sizeof *file);
    size_t kept = 0;

    if (!file)
        return dx_nomem(err);
    for (size_t i = 0; i < set->n; i++) {
        if (!file[i].root && parse(&file[i], room, faults, err) != DX_OK)
            return DX_FAIL;
        if (file[i].root)
            file[kept++] = file[i];
    }
    set->file = file;
    set->n = kept;
    return DX_OK;
}

dx_rc dx_yset_add(dx_yset *set, const char *dir, bool optional, dx_arena *into, dx_faults *faults,
                  dx_err *err)
{
    const dx_yroom room = {into, into, into};
    dx_yset made = *set;
    if (dx_yset_find(&made, dir, optional, &room, err) != DX_OK ||
        dx_yset_parse(&made, &room, faults, err) != DX_OK)
        return DX_FAIL;
    *set = made;
    return DX_OK;
}
