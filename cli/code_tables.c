#include "cli/code_tables.h"

#include <stdlib.h>

#include "cli/cache.h"
#include "cli/places.h"
#include "core/image.h"
#include "core/os_thread.h"
#include "core/time.h"

struct dx_code_tables {
    bool kept, lasting;
    dx_mutex *mutex; /* of all below */
    bool tried;      /* to read them */
    dx_arena *arena; /* where they are without an image */
    dx_image *image; /* or NULL */
    dx_codes *codes; /* NULL: not yet, or not to be had */
};

dx_code_tables *dx_code_tables_new(bool kept, bool lasting)
{
    dx_code_tables *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    *t = (dx_code_tables){.kept = kept, .lasting = lasting, .mutex = dx_mutex_new()};
    if (t->mutex)
        return t;
    free(t);
    return NULL;
}

void dx_code_tables_free(dx_code_tables *t)
{
    if (!t)
        return;
    dx_image_free(t->image);
    dx_arena_free(t->arena);
    dx_mutex_free(t->mutex);
    free(t);
}

/* ---- the cache ---- */

static dx_rc find_all(dx_yset *set, const dx_yroom *room, dx_err *err)
{
    dx_places shipped;

    *set = (dx_yset){.newest_us = DX_NO_TIME};
    if (dx_places_shipped(&shipped, room->names, err) != DX_OK)
        return DX_FAIL;
    return dx_yset_find(set, shipped.codes.p, false, room, err);
}

/* The files are read only for their digest.  Anything but DX_OK: there is nothing to be had. */
static dx_rc recall(dx_code_tables *t, dx_arena *names)
{
    const dx_yroom passing = {.names = names};
    dx_cache cache;
    dx_yset set;
    void *root;
    dx_err quiet;

    if (find_all(&set, &passing, &quiet) != DX_OK ||
        dx_cache_of(&cache, DX_CACHE_CODES, &set, names, &quiet) != DX_OK || !cache.path.n ||
        dx_image_find(&t->image, DX_CACHE_CODES, cache.path.p, cache.key, t->lasting, &root,
                      &quiet) != DX_OK)
        return DX_END;
    if (!dx_image_whole(t->image)) {
        dx_image_free(t->image);
        t->image = NULL;
        return DX_END;
    }
    t->codes = root;
    return DX_OK;
}

/* The next run reads the files if this one cannot keep what they say. */
static void keep(const dx_code_tables *t, const dx_cache *cache, dx_arena *scratch)
{
    dx_err quiet;

    dx_cache_tidy(cache, scratch);
    const dx_rc saved = dx_image_save(t->image, t->codes, cache->key, cache->path.p, &quiet);
    (void)saved;
}

/* ---- reading ---- */

/* A file that cannot be parsed costs its own codes only; then nothing is kept. */
static dx_rc read_anew(dx_code_tables *t, dx_yroom *room, dx_faults *faults, dx_err *err)
{
    dx_cache cache = {.path = DX_NONE};
    dx_yset set;

    if (find_all(&set, room, err) != DX_OK ||
        (t->kept && dx_cache_of(&cache, DX_CACHE_CODES, &set, room->names, err) != DX_OK))
        return DX_FAIL;
    if (cache.path.n)
        t->image = dx_image_new(DX_CACHE_CODES);
    room->texts = t->image ? dx_image_arena(t->image) : t->arena;
    if (dx_yset_parse(&set, room, faults, err) != DX_OK ||
        dx_codes_new_in(&t->codes, &set, room->texts, faults, err) != DX_OK)
        return DX_FAIL;
    if (t->image && faults->n == 0)
        keep(t, &cache, room->names);
    return DX_OK;
}

static dx_rc read_all(dx_code_tables *t, dx_faults *faults, dx_err *err)
{
    dx_yroom room = {.names = dx_arena_new(0), .trees = dx_arena_new(0)};
    dx_rc rc = DX_OK;

    t->arena = t->arena ? t->arena : dx_arena_new(0);
    if (!t->arena || !room.names || !room.trees)
        rc = dx_nomem(err);
    else if (!t->kept || recall(t, room.names) != DX_OK)
        rc = read_anew(t, &room, faults, err);
    dx_arena_free(room.trees);
    dx_arena_free(room.names);
    if (rc == DX_OK)
        return DX_OK;
    dx_image_free(t->image);
    t->image = NULL;
    return DX_FAIL;
}

static void drop(void *ctx, const dx_err *fault)
{
    (void)ctx;
    (void)fault;
}

const dx_codes *dx_code_tables_get(dx_code_tables *t)
{
    dx_faults faults = {drop, NULL, 0};
    dx_err quiet;

    dx_mutex_lock(t->mutex);
    if (!t->tried)
        t->codes = read_all(t, &faults, &quiet) == DX_OK ? t->codes : NULL;
    t->tried = true;
    const dx_codes *codes = t->codes;
    dx_mutex_unlock(t->mutex);
    return codes;
}

dx_rc dx_code_tables_load(dx_code_tables *t, dx_faults *faults, const dx_codes **out, dx_err *err)
{
    dx_mutex_lock(t->mutex);
    const dx_rc rc = t->codes ? DX_OK : read_all(t, faults, err);
    t->tried = true;
    if (rc == DX_OK)
        *out = t->codes;
    dx_mutex_unlock(t->mutex);
    return rc;
}
