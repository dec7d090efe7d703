#include "cli/cache.h"

#include <stdlib.h>
#include <string.h>

#include "cli/places.h"
#include "cli/version.h"
#include "core/os.h"
#include "core/os_memory.h"
#include "core/regex.h"

enum { KEPT = 8 }; /* files of a kind: several builds, several sets of rules */

static const char *const endings[] = {".rules", ".codes"};

bool dx_cache_wanted(const dx_settings *settings)
{
    const char *word = dx_os_env("SETUPDX_CACHE");
    return !settings->no_cache && !(word && strcmp(word, "off") == 0);
}

/* With its length, so that two texts never look like two others. */
static void add_text(dx_hasher *h, dx_str text)
{
    dx_hash_add_u64(h, text.n);
    dx_hash_add(h, text);
}

/* The content stands in the set's digest.  The library may have been changed below the program. */
static dx_rc key_of(dx_cache_kind kind, const dx_yset *set, dx_str build, dx_hash128 *out,
                    dx_err *err)
{
    char library[DX_REGEX_LIBRARY];
    dx_hasher *h = dx_hash_new();

    if (!h)
        return dx_nomem(err);
    dx_regex_library(library);
    add_text(h, dx_str_of(dx_version()));
    add_text(h, build);
    add_text(h, dx_str_of(library));
    add_text(h, dx_str_of(endings[kind]));
    dx_hash_add_u64(h, set->digest.hi);
    dx_hash_add_u64(h, set->digest.lo);
    for (size_t i = 0; i < set->n; i++) {
        add_text(h, set->file[i].path);
        dx_hash_add_u64(h, set->file[i].trouble.n != 0);
    }
    *out = dx_hash_get(h);
    dx_hash_free(h);
    return DX_OK;
}

dx_rc dx_cache_of(dx_cache *out, dx_cache_kind kind, const dx_yset *set, dx_arena *into,
                  dx_err *err)
{
    const dx_str build = dx_os_build_id();
    const dx_str folder = dx_places_cache(into);
    char hex[33];

    *out = (dx_cache){.kind = kind};
    if (!build.n || !folder.p || !dx_os_private_folder(folder.p))
        return DX_OK;
    if (key_of(kind, set, build, &out->key, err) != DX_OK)
        return DX_FAIL;
    dx_hash_hex(out->key, hex);
    out->path = dx_arena_printf(into, "%.*s/%s%s", DX_FMT(folder), hex, endings[kind]);
    return out->path.p ? DX_OK : dx_nomem(err);
}

/* ---- tidying ---- */

typedef struct old_file {
    dx_str path;
    int64_t modified_us;
} old_file;

static int latest_first(const void *a, const void *b)
{
    const old_file *x = a, *y = b;
    return (x->modified_us < y->modified_us) - (x->modified_us > y->modified_us);
}

/* What a killed run left behind ends in .tmp. */
static bool is_ours(dx_str name, const char *ending)
{
    return dx_str_ends(name, dx_str_of(ending)) ||
           (dx_str_find(name, dx_str_of(ending), 0) != SIZE_MAX &&
            dx_str_ends(name, DX_LIT(".tmp")));
}

void dx_cache_tidy(const dx_cache *cache, dx_arena *scratch)
{
    const char *slash = strrchr(cache->path.p, '/');
    const dx_str folder =
        dx_arena_copy(scratch, dx_str_slice(cache->path, 0, (size_t)(slash - cache->path.p)));
    dx_str *names;
    size_t n, kept = 0;
    dx_file_info info;
    dx_err ignored;

    if (!folder.p || dx_os_list(folder.p, scratch, &names, &n, &ignored) != DX_OK)
        return;
    old_file *files = dx_arena_get(scratch, n * sizeof *files);
    for (size_t i = 0; files && i < n; i++) {
        const dx_str path = dx_arena_printf(scratch, "%.*s/%.*s", DX_FMT(folder), DX_FMT(names[i]));
        if (is_ours(names[i], endings[cache->kind]) && path.p &&
            dx_os_stat(path.p, &info, &ignored) == DX_OK)
            files[kept++] = (old_file){path, info.modified_us};
    }
    if (kept >= KEPT)
        qsort(files, kept, sizeof *files, latest_first);
    for (size_t i = KEPT - 1; i < kept; i++)
        dx_os_remove(files[i].path.p);
}
