#include "cli/flood.h"

#include <stdlib.h>

/* As many as are kept, with their texts. */
typedef struct half {
    dx_arena *texts;
    dx_event *list; /* DX_FLOOD_LAST */
    size_t n;
} half;

typedef struct kind {
    const char *signature; /* the rule book's own: the same text has the same place */
    unsigned n;
} kind;

/* The older half is full or empty; when the newer is full the older one is forgotten. */
struct dx_flood {
    half half[2];
    unsigned newer;
    uint64_t dropped;
    unsigned early;
    dx_arena *own; /* the lists and kinds */
    kind *kinds;   /* open addressing; a power of two, never more than half full */
    size_t n_kinds, size;
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
    f->size = 64;
    return f->own && (f->kinds = dx_arena_get(f->own, f->size * sizeof *f->kinds)) != NULL;
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

static kind *place_of(kind *kinds, size_t size, const char *signature)
{
    size_t at = (size_t)(((uintptr_t)signature >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 32);

    while (kinds[at &= size - 1].signature && kinds[at].signature != signature)
        at++;
    return &kinds[at];
}

static bool grow(dx_flood *f)
{
    const size_t size = 2 * f->size;
    kind *kinds = dx_arena_get(f->own, size * sizeof *kinds);

    if (!kinds)
        return false;
    for (size_t i = 0; i < f->size; i++)
        if (f->kinds[i].signature)
            *place_of(kinds, size, f->kinds[i].signature) = f->kinds[i];
    f->kinds = kinds;
    f->size = size;
    return true;
}

static bool count(dx_flood *f, const dx_event *e, bool *early)
{
    kind *k = place_of(f->kinds, f->size, e->signature.p);

    *early = k->n < DX_FLOOD_KIND && f->early < DX_FLOOD_EARLY;
    k->n += *early;
    f->early += *early;
    if (k->signature)
        return true;
    k->signature = e->signature.p;
    return 2 * ++f->n_kinds < f->size || grow(f);
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
