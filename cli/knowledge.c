#include "cli/knowledge.h"

#include <string.h>

#include "cli/cache.h"
#include "cli/places.h"
#include "cli/tell.h"
#include "core/os.h"
#include "core/os_thread.h"

/* How somebody wants it. */
typedef struct wish {
    const dx_settings *settings;
    const dx_paths *extra;   /* NULL: what is kept will do */
    const dx_beside *beside; /* or NULL */
    bool lasting;
} wish;

enum { RULE_FILE_LIMIT = 4 * 1024 * 1024 };

static const dx_yset nothing_found = {.newest_us = DX_NO_TIME};

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

static dx_rc add_file(dx_yset *set, const char *path, dx_str content, const dx_yroom *room,
                      dx_err *err)
{
    bool ok;
    dx_yfile *files = dx_arena_get(room->names, (set->n + 1) * sizeof *files);
    const dx_str kept = dx_arena_copy(room->names, dx_str_of(path));
    const dx_hash128 digest = chain(set->digest, content, &ok);
    const dx_str mine = room->trees ? dx_arena_copy(room->trees, content) : DX_NONE;

    if (!files || !kept.p || !ok || (room->trees && !mine.p))
        return dx_nomem(err);
    if (set->n)
        memcpy(files, set->file, set->n * sizeof *files);
    files[set->n++] =
        (dx_yfile){.path = kept, .name = dx_str_of(last_part(kept.p)), .content = mine};
    set->file = files;
    set->digest = digest;
    return DX_OK;
}

static dx_rc find_file(dx_yset *set, const char *path, const dx_file_info *info,
                       const dx_yroom *room, dx_err *err)
{
    dx_buf buf = {0};
    dx_rc rc = dx_os_read_file(path, RULE_FILE_LIMIT, &buf, err);

    if (rc == DX_OK)
        rc = add_file(set, path, dx_buf_str(&buf), room, err);
    dx_buf_done(&buf);
    if (rc == DX_OK && (set->n == 1 || info->modified_us > set->newest_us))
        set->newest_us = info->modified_us;
    return rc;
}

dx_rc dx_knowledge_find(dx_yset *set, const char *path, bool optional, const dx_yroom *room,
                        dx_err *err)
{
    dx_file_info info;

    if (dx_os_stat(path, &info, err) != DX_OK)
        return DX_FAIL;
    if (info.kind == DX_FILE_DIR)
        return dx_yset_find(set, path, optional, room, err);
    if (info.kind == DX_FILE_NONE && optional)
        return DX_OK;
    if (info.kind == DX_FILE_NONE)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no rules there: '%s' does not exist", path);
    return find_file(set, path, &info, room, err);
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
static bool is_known(const dx_yset *set, const char *path, const dx_yroom *room)
{
    dx_yset there = {0};
    dx_err ignored = {0};

    if (dx_knowledge_find(&there, path, false, room, &ignored) != DX_OK)
        return false;
    for (size_t i = 0; i < there.n; i++) {
        if (!dx_knowledge_file(set, there.file[i].path.p))
            return false;
    }
    return true;
}

/* As the home of somebody else is, when a service runs with it. */
static bool out_of_reach(const dx_rule_place *place, dx_err *why)
{
    dx_file_info info;

    return place->optional && dx_os_stat(place->path.p, &info, why) != DX_OK;
}

static dx_rc say_out_of_reach(const dx_settings *settings, dx_arena *into, dx_err *err)
{
    dx_rule_place *added;
    dx_err why;
    size_t n;

    if (dx_places_added(settings, into, &added, &n, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n && !settings->quiet; i++)
        if (out_of_reach(&added[i], &why))
            dx_cli_say("rules that may be there are left out: %s", why.text);
    return DX_OK;
}

static dx_rc find_all(dx_yset *set, const dx_settings *settings, const dx_yroom *room, dx_err *err)
{
    dx_places shipped;
    dx_rule_place *added;
    dx_err why;
    size_t n;

    if (!settings->no_default_rules &&
        (dx_places_shipped(&shipped, room->names, err) != DX_OK ||
         dx_knowledge_find(set, shipped.rules.p, false, room, err) != DX_OK ||
         dx_knowledge_find(set, shipped.formats.p, false, room, err) != DX_OK))
        return DX_FAIL;
    if (dx_places_added(settings, room->names, &added, &n, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        if (!out_of_reach(&added[i], &why) &&
            dx_knowledge_find(set, added[i].path.p, added[i].optional, room, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc find_extra(dx_yset *set, const char *const *extra, size_t n, const dx_yroom *room,
                        dx_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_known(set, extra[i], room) &&
            dx_knowledge_find(set, extra[i], false, room, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* Goes on after a fault in the formats, so that the faults in the rules are told as well. */
static dx_rc read_all(dx_knowledge *k, const dx_yroom *room, dx_err *err)
{
    dx_faults faults = {.on_fault = dx_cli_say_fault};

    if (dx_yset_parse(&k->set, room, &faults, err) != DX_OK)
        return DX_FAIL;
    const bool syntax = faults.n == 0;
    const bool formats =
        dx_formats_new_in(&k->formats, &k->set, room->texts, &faults, err) == DX_OK;
    if (!formats && err->kind != DX_E_RULE)
        return DX_FAIL;
    const bool rules = dx_rulebook_new_in(&k->book, &k->set, room->texts, &faults, err) == DX_OK;
    if (!rules && err->kind != DX_E_RULE)
        return DX_FAIL;
    if (syntax && formats && rules)
        return DX_OK;
    return dx_fail(err, DX_E_RULE, DX_NOWHERE, "%zu fault%s in the rules; nothing was read",
                   faults.n, faults.n == 1 ? "" : "s");
}

/* ---- the cache ---- */

/* What the image's root is. */
typedef struct kept {
    dx_formats *formats;
    dx_rulebook *book;
} kept;

/* The next run reads the files if this one cannot keep what they say. */
static void keep(const dx_knowledge *k, const dx_cache *cache, bool verbose)
{
    kept *root = dx_arena_get(dx_image_arena(k->image), sizeof *root);
    dx_err why;

    if (!root)
        return;
    *root = (kept){.formats = k->formats, .book = k->book};
    dx_formats_release(k->formats);
    dx_rulebook_release(k->book);
    dx_cache_tidy(cache, k->arena);
    if (dx_image_save(k->image, root, cache->key, cache->path.p, &why) != DX_OK && verbose)
        dx_cli_say("the rules are not kept for the next run: %s", why.text);
}

static dx_rc read_and_keep(dx_knowledge *k, const dx_cache *cache, bool verbose, dx_yroom *room,
                           dx_err *err)
{
    if (cache->path.n)
        k->image = dx_image_new(DX_CACHE_RULES);
    room->texts = k->image ? dx_image_arena(k->image) : k->arena;
    if (read_all(k, room, err) != DX_OK)
        return DX_FAIL;
    if (k->image)
        keep(k, cache, verbose);
    return DX_OK;
}

typedef struct checking {
    const dx_image *image;
    bool whole;
} checking;

static void look_through(void *ctx)
{
    checking *c = ctx;
    c->whole = dx_image_whole(c->image);
}

static bool is_whole(const dx_image *image, const dx_beside *beside)
{
    checking c = {.image = image};
    dx_thread *other = NULL;
    dx_err ignored;

    if (beside && dx_thread_start(&other, look_through, &c, &ignored) == DX_OK)
        beside->run(beside->ctx);
    else
        look_through(&c);
    dx_thread_join(other);
    return c.whole;
}

/* DX_END when it is not kept, or damaged. */
static dx_rc find_kept(dx_knowledge *k, const dx_cache *cache, const dx_beside *beside, void **root,
                       dx_err *err)
{
    const dx_rc rc = cache->path.n ? dx_image_find(&k->image, DX_CACHE_RULES, cache->path.p,
                                                   cache->key, k->lasting, root, err)
                                   : DX_END;

    if (rc != DX_OK || is_whole(k->image, beside))
        return rc;
    dx_image_free(k->image);
    k->image = NULL;
    return DX_END;
}

/* The files are read only for their digest. */
static dx_rc recall(dx_knowledge *k, const wish *w, const dx_yroom *room, dx_err *err)
{
    const dx_yroom passing = {.names = room->names};
    dx_cache cache;
    void *found;
    dx_rc rc = find_all(&k->set, w->settings, &passing, err);

    if (rc == DX_OK)
        rc = dx_cache_of(&cache, DX_CACHE_RULES, &k->set, k->arena, err);
    if (rc == DX_OK)
        rc = find_kept(k, &cache, w->beside, &found, err);
    if (rc != DX_OK)
        return rc;
    const kept *root = found;
    k->formats = root->formats;
    k->book = root->book;
    dx_formats_revive(k->formats);
    dx_rulebook_revive(k->book);
    return DX_OK;
}

/* The files may have changed since they were looked at: what is kept has the digest of what is read
 * now. */
static dx_rc read_anew(dx_knowledge *k, const dx_settings *settings, dx_yroom *room, dx_err *err)
{
    dx_cache cache = {.path = DX_NONE};

    k->set = nothing_found;
    if (find_all(&k->set, settings, room, err) != DX_OK ||
        (dx_cache_wanted(settings) &&
         dx_cache_of(&cache, DX_CACHE_RULES, &k->set, k->arena, err) != DX_OK))
        return DX_FAIL;
    return read_and_keep(k, &cache, settings->verbose > 0, room, err);
}

static dx_rc fetch(dx_knowledge *k, const wish *w, dx_yroom *room, dx_err *err)
{
    const dx_rc rc = dx_cache_wanted(w->settings) ? recall(k, w, room, err) : DX_END;

    /* One that cannot be read is as good as none. */
    return rc == DX_OK || (rc == DX_FAIL && err->kind != DX_E_IO)
               ? rc
               : read_anew(k, w->settings, room, err);
}

/* ---- the whole ---- */

/* The set as it is of use when its contents and nodes have gone. */
static bool forget_trees(dx_knowledge *k)
{
    dx_yfile *file = dx_arena_dup(k->arena, k->set.file, k->set.n * sizeof *file);

    for (size_t i = 0; file && i < k->set.n; i++) {
        file[i].content = DX_NONE;
        file[i].root = NULL;
    }
    k->set.file = file;
    return file != NULL;
}

/* A check wants no cache. */
static dx_rc check(dx_knowledge *k, const wish *w, dx_yroom *room, dx_err *err)
{
    const dx_cache none = {.path = DX_NONE};

    if (find_all(&k->set, w->settings, room, err) != DX_OK ||
        find_extra(&k->set, w->extra->p, w->extra->n, room, err) != DX_OK)
        return DX_FAIL;
    return read_and_keep(k, &none, false, room, err);
}

static dx_rc load(dx_knowledge *k, const wish *w, dx_yroom *room, dx_err *err)
{
    k->codes = dx_code_tables_new(dx_cache_wanted(w->settings), w->lasting);
    if (!room->names || !room->trees || !k->codes)
        return dx_nomem(err);
    if ((w->extra ? check(k, w, room, err) : fetch(k, w, room, err)) != DX_OK)
        return DX_FAIL;
    return forget_trees(k) ? DX_OK : dx_nomem(err);
}

static dx_rc load_whole(dx_knowledge *out, const wish *w, dx_err *err)
{
    dx_knowledge k = {.arena = dx_arena_new(0), .set = nothing_found, .lasting = w->lasting};
    dx_yroom room = {.names = k.arena, .trees = dx_arena_new(0), .texts = k.arena};
    dx_rc rc = k.arena ? say_out_of_reach(w->settings, k.arena, err) : DX_OK;

    rc = rc == DX_OK ? load(&k, w, &room, err) : rc;
    dx_arena_free(room.trees);
    if (rc == DX_OK)
        *out = k;
    else
        dx_knowledge_done(&k);
    return rc;
}

dx_rc dx_knowledge_load(dx_knowledge *out, const dx_settings *settings, dx_err *err)
{
    return load_whole(out, &(wish){.settings = settings}, err);
}

dx_rc dx_knowledge_load_lasting(dx_knowledge *out, const dx_settings *settings, dx_err *err)
{
    return load_whole(out, &(wish){.settings = settings, .lasting = true}, err);
}

dx_rc dx_knowledge_load_beside(dx_knowledge *out, const dx_settings *settings,
                               const dx_beside *beside, dx_err *err)
{
    return load_whole(out, &(wish){.settings = settings, .beside = beside}, err);
}

dx_rc dx_knowledge_check(dx_knowledge *out, const dx_settings *settings, const dx_paths *extra,
                         dx_err *err)
{
    return load_whole(out, &(wish){.settings = settings, .extra = extra}, err);
}

void dx_knowledge_done(dx_knowledge *k)
{
    if (k->book)
        dx_rulebook_release(k->book);
    if (k->formats)
        dx_formats_release(k->formats);
    dx_image_free(k->image);
    dx_code_tables_free(k->codes);
    dx_arena_free(k->arena);
    *k = (dx_knowledge){0};
}
