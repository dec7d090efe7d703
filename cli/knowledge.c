#include "cli/knowledge.h"

#include <string.h>

#include "cli/places.h"
#include "cli/tell.h"
#include "core/os.h"

enum { RULE_FILE_LIMIT = 4 * 1024 * 1024 };

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The order of files decides the digest, so it is chained like a folder's. */
static dx_hash128 chain(dx_hash128 before, dx_str content, bool *ok)
{
    dx_hasher *h = dx_hash_new();
    *ok = h != NULL;
    if (!h)
        return before;
    dx_hash_add_u64(h, before.hi);
    dx_hash_add_u64(h, before.lo);
    dx_hash_add(h, content);
    const dx_hash128 after = dx_hash_get(h);
    dx_hash_free(h);
    return after;
}

static dx_rc add_file(dx_yset *set, const char *path, const dx_file_info *info, dx_arena *into,
                      dx_faults *faults, dx_err *err)
{
    dx_str content;
    bool ok;

    if (dx_os_slurp(path, RULE_FILE_LIMIT, into, &content, err) != DX_OK)
        return DX_FAIL;
    dx_yfile *files = dx_arena_get(into, (set->n + 1) * sizeof *files);
    const dx_str kept = dx_arena_copy(into, dx_str_of(path));
    const dx_hash128 digest = chain(set->digest, content, &ok);
    if (!files || !kept.p || !ok)
        return dx_nomem(err);
    if (set->n)
        memcpy(files, set->file, set->n * sizeof *files);
    const dx_ynode *root = dx_ytree_parse(into, kept.p, content, faults);
    if (!root)
        return DX_OK; /* its faults are told */
    files[set->n] = (dx_yfile){.path = kept, .name = dx_str_of(last_part(kept.p)), .root = root};
    if (set->n == 0 || info->modified_us > set->newest_us)
        set->newest_us = info->modified_us;
    set->file = files;
    set->n++;
    set->digest = digest;
    return DX_OK;
}

dx_rc dx_knowledge_add(dx_yset *set, const char *path, bool optional, dx_arena *into,
                       dx_faults *faults, dx_err *err)
{
    dx_file_info info;

    if (dx_os_stat(path, &info, err) != DX_OK)
        return DX_FAIL;
    if (info.kind == DX_FILE_DIR)
        return dx_yset_add(set, path, optional, into, faults, err);
    if (info.kind == DX_FILE_NONE && optional)
        return DX_OK;
    if (info.kind == DX_FILE_NONE)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no rules there: '%s' does not exist", path);
    return add_file(set, path, &info, into, faults, err);
}

const dx_yfile *dx_knowledge_file(const dx_yset *set, const char *path)
{
    dx_file_info wanted, info;
    dx_err ignored = {0};

    if (dx_os_stat(path, &wanted, &ignored) != DX_OK)
        return NULL;
    for (size_t i = 0; i < set->n; i++) {
        if (dx_os_stat(set->file[i].path.p, &info, &ignored) == DX_OK &&
            info.device == wanted.device && info.inode == wanted.inode)
            return &set->file[i];
    }
    return NULL;
}

/* True when every file below `path` is in the set already. */
static bool is_known(const dx_yset *set, const char *path, dx_arena *into)
{
    dx_yset there = {0};
    dx_faults faults = {0};
    dx_err ignored = {0};

    if (dx_knowledge_add(&there, path, false, into, &faults, &ignored) != DX_OK)
        return false;
    for (size_t i = 0; i < there.n; i++) {
        if (!dx_knowledge_file(set, there.file[i].path.p))
            return false;
    }
    return true;
}

static dx_rc add_all(dx_knowledge *k, const dx_settings *settings, const char *const *extra,
                     size_t n_extra, dx_faults *faults, dx_err *err)
{
    dx_places shipped;
    dx_rule_place *added;
    size_t n;

    if (!settings->no_default_rules &&
        (dx_places_shipped(&shipped, k->arena, err) != DX_OK ||
         dx_knowledge_add(&k->set, shipped.rules.p, false, k->arena, faults, err) != DX_OK ||
         dx_knowledge_add(&k->set, shipped.formats.p, false, k->arena, faults, err) != DX_OK))
        return DX_FAIL;
    if (dx_places_added(settings, k->arena, &added, &n, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        if (dx_knowledge_add(&k->set, added[i].path.p, added[i].optional, k->arena, faults, err) !=
            DX_OK)
            return DX_FAIL;
    }
    for (size_t i = 0; i < n_extra; i++) {
        if (!is_known(&k->set, extra[i], k->arena) &&
            dx_knowledge_add(&k->set, extra[i], false, k->arena, faults, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* Goes on after a fault in the formats, so that the faults in the rules are told as well. */
static dx_rc read_all(dx_knowledge *k, dx_faults *faults, dx_err *err)
{
    const bool syntax = faults->n == 0;
    const bool formats = dx_formats_new(&k->formats, &k->set, faults, err) == DX_OK;
    if (!formats && err->kind != DX_E_RULE)
        return DX_FAIL;
    const bool rules = dx_rulebook_new(&k->book, &k->set, faults, err) == DX_OK;
    if (!rules && err->kind != DX_E_RULE)
        return DX_FAIL;
    if (syntax && formats && rules)
        return DX_OK;
    return dx_fail(err, DX_E_RULE, DX_NOWHERE, "%zu fault%s in the rules; nothing was read",
                   faults->n, faults->n == 1 ? "" : "s");
}

dx_rc dx_knowledge_load(dx_knowledge *out, const dx_settings *settings, const char *const *extra,
                        size_t n_extra, dx_err *err)
{
    dx_knowledge k = {.arena = dx_arena_new(0), .set.newest_us = DX_NO_TIME};
    dx_faults faults = {.on_fault = dx_cli_say_fault};

    if (!k.arena)
        return dx_nomem(err);
    if (add_all(&k, settings, extra, n_extra, &faults, err) != DX_OK ||
        read_all(&k, &faults, err) != DX_OK) {
        dx_knowledge_done(&k);
        return DX_FAIL;
    }
    *out = k;
    return DX_OK;
}

void dx_knowledge_done(dx_knowledge *k)
{
    dx_rulebook_free(k->book);
    dx_formats_free(k->formats);
    dx_arena_free(k->arena);
    *k = (dx_knowledge){0};
}
