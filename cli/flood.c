#include "cli/flood.h"

#include <stdlib.h>

#include "core/hashed.h"

/* As many as are kept, with their texts. */
typedef struct half {
    dx_arena *texts;
    dx_event *list; /* DX_FLOOD_LAST */
    size_t n;
} half;

typedef struct kind {
    uint64_t signature; /* where the rule book has its name: the same text has the same place */
    unsigned n;
} kind;

/* The older half is full or empty; when the newer is full the older one is forgotten. */
struct dx_flood {
    half half[2];
    unsigned newer;
    uint64_t dropped;
    unsigned early;
    dx_arena *own; /* the lists and kinds */
    kind *kinds;
    size_t n_kinds, cap_kinds;
    dx_hashed at; /* of kinds, by signature */
};

static bool make(dx_flood *f)
{
    f->own = dx_arena_new(0);
    for (unsigned i = 0; f->own && i < 2; i++) {
        f->half[i].texts = dx_arena_new(0);
        f->half[i].list = dx_arena_get(f->own, DX_FLOOD_LAST * sizeof(dx_event));
        if (!f->half[i].texts || !f->half[i].list)
            return false;
    }
    f->at.arena = f->own;
    return f->own != NULL;
}

dx_flood *dx_flood_new(void)
{
    dx_flood *f = calloc(1, sizeof *f);

    if (f && make(f))
        return f;
    dx_flood_free(f);
    return NULL;
}

void dx_flood_free(dx_flood *f)
{
    if (!f)
        return;
    dx_arena_free(f->half[0].texts);
    dx_arena_free(f->half[1].texts);
    dx_arena_free(f->own);
    free(f);
}

/* ---- kinds ---- */

/* NULL when out of memory. */
static kind *kind_of(dx_flood *f, const char *signature)
{
    const uint64_t key = (uintptr_t)signature;
    const size_t at = dx_hashed_find_number(&f->at, key, f->kinds, sizeof *f->kinds);

    if (at != DX_HASHED_NONE)
        return &f->kinds[at];
    return DX_PUSH(f->own, f->kinds, f->n_kinds, f->cap_kinds, (kind){.signature = key}) &&
                   dx_hashed_add(&f->at, key, f->n_kinds - 1)
               ? &f->kinds[f->n_kinds - 1]
               : NULL;
}

static bool count(dx_flood *f, const dx_event *e, bool *early)
{
    kind *k = kind_of(f, e->signature.p);

    if (!k)
        return false;
    *early = k->n < DX_FLOOD_KIND && f->early < DX_FLOOD_EARLY;
    k->n += *early;
    f->early += *early;
    return true;
}

/* ---- the last ---- */

static half *room(dx_flood *f)
{
    if (f->half[f->newer].n < DX_FLOOD_LAST)
        return &f->half[f->newer];
    f->newer = 1 - f->newer;
    half *h = &f->half[f->newer];
    f->dropped += h->n;
    h->n = 0;
    dx_arena_reset(h->texts);
    return h;
}

bool dx_flood_add(dx_flood *f, const dx_event *e, bool *early)
{
    if (!count(f, e, early))
        return false;
    if (*early)
        return true;
    half *h = room(f);
    dx_event *kept = &h->list[h->n];
    *kept = *e;
    if (!dx_event_keep(kept, h->texts))
        return false;
    h->n++;
    return true;
}

/* Of both halves. */
static size_t held(const dx_flood *f)
{
    return f->half[0].n + f->half[1].n;
}

size_t dx_flood_count(const dx_flood *f)
{
    return held(f) < DX_FLOOD_LAST ? held(f) : DX_FLOOD_LAST;
}

uint64_t dx_flood_lost(const dx_flood *f)
{
    return f->dropped + held(f) - dx_flood_count(f);
}

const dx_event *dx_flood_at(const dx_flood *f, size_t i)
{
    const half *older = &f->half[1 - f->newer], *newer = &f->half[f->newer];
    const size_t at = held(f) - dx_flood_count(f) + i;

    return at < older->n ? &older->list[at] : &newer->list[at - older->n];
}
