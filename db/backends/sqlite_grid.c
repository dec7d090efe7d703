/* Counts by thing and bucket, and sets of servers. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 256 };

static uint64_t hash_of(int64_t id, int64_t bucket)
{
    return (uint64_t)id ^ (uint64_t)bucket * 0xC2B2AE3D27D4EB4Fu;
}

typedef struct wanted {
    const sq_count *list;
    int64_t id, bucket;
} wanted;

static bool same(const void *ctx, size_t at)
{
    const wanted *w = ctx;
    return w->list[at].id == w->id && w->list[at].bucket == w->bucket;
}

static bool is_at(const sq_grid *g, size_t place, int64_t id, int64_t bucket)
{
    return place < g->n && g->p[place].id == id && g->p[place].bucket == bucket;
}

static size_t place_of(const sq_grid *g, int64_t id, int64_t bucket)
{
    return dx_hashed_find(&g->at, hash_of(id, bucket), same, &(wanted){g->p, id, bucket});
}

void sq_grid_close(sq_grid *g)
{
    free(g->p);
    dx_hashed_close(&g->at);
    *g = (sq_grid){0};
}

static bool make_room(sq_grid *g)
{
    if (g->n < g->cap)
        return true;
    const size_t cap = g->cap ? g->cap * 2 : FIRST_SIZE;
    sq_count *p = realloc(g->p, cap * sizeof *p);
    if (!p)
        return false;
    g->p = p;
    g->cap = cap;
    return true;
}

sq_count *sq_grid_at(sq_grid *g, int64_t id, int64_t bucket)
{
    if (is_at(g, g->next, id, bucket))
        return &g->p[g->next++];
    const size_t at = place_of(g, id, bucket);
    if (at != DX_HASHED_NONE) {
        g->next = at + 1;
        return &g->p[at];
    }
    if (!make_room(g) || !dx_hashed_add(&g->at, hash_of(id, bucket), g->n))
        return NULL;
    g->p[g->n] = (sq_count){.id = id, .bucket = bucket};
    return &g->p[g->n++];
}

const sq_count *sq_grid_find(const sq_grid *g, int64_t id, int64_t bucket)
{
    const size_t at = place_of(g, id, bucket);
    return at != DX_HASHED_NONE ? &g->p[at] : NULL;
}

void sq_count_add(sq_count *c, const dx_trend_cell *n, int64_t server)
{
    c->n.events += n->events;
    c->n.attempts += n->attempts;
    c->n.failures += n->failures;
    if (server && c->last_server != server) {
        c->n.servers++;
        c->last_server = server;
    }
}

bool sq_grid_add(sq_grid *g, int64_t id, int64_t bucket, const dx_trend_cell *n, int64_t server)
{
    sq_count *c = sq_grid_at(g, id, bucket);
    if (!c)
        return false;
    sq_count_add(c, n, server);
    if (!server)
        c->n.servers += n->servers;
    if (!is_at(g, g->whole, id, SQ_WHOLE)) {
        if (!(c = sq_grid_at(g, id, SQ_WHOLE)))
            return false;
        g->whole = (size_t)(c - g->p);
    }
    c = &g->p[g->whole];
    sq_count_add(c, n, server);
    return true;
}

bool sq_set_make(sq_set *set, dx_arena *into)
{
    set->bits = dx_arena_get(into, (set->n / 64 + 1) * sizeof *set->bits);
    return set->bits != NULL;
}

void sq_set_clear(sq_set *set)
{
    memset(set->bits, 0, (set->n / 64 + 1) * sizeof *set->bits);
}
