/* Counts by thing and bucket, and sets of servers. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 256 };

static sq_count *slot_of(sq_count *p, size_t size, int64_t id, int64_t bucket)
{
    const uint64_t mixed = ((uint64_t)id * 0x9E3779B97F4A7C15u) ^ ((uint64_t)bucket << 17) ^
                           (uint64_t)bucket * 0xC2B2AE3D27D4EB4Fu;
    size_t i = (size_t)(mixed ^ mixed >> 29) & (size - 1);
    while (p[i].used && (p[i].id != id || p[i].bucket != bucket))
        i = (i + 1) & (size - 1);
    return &p[i];
}

void sq_grid_close(sq_grid *g)
{
    free(g->p);
    *g = (sq_grid){0};
}

static bool grow(sq_grid *g)
{
    const size_t size = g->size ? g->size * 2 : FIRST_SIZE;
    sq_count *p = calloc(size, sizeof *p);
    if (!p)
        return false;
    for (size_t i = 0; i < g->size; i++)
        if (g->p[i].used)
            *slot_of(p, size, g->p[i].id, g->p[i].bucket) = g->p[i];
    free(g->p);
    g->p = p;
    g->size = size;
    return true;
}

sq_count *sq_grid_at(sq_grid *g, int64_t id, int64_t bucket)
{
    sq_count *c = g->size ? slot_of(g->p, g->size, id, bucket) : NULL;
    if (c && c->used)
        return c;
    if (g->n * 2 >= g->size) {
        if (!grow(g))
            return NULL;
        c = slot_of(g->p, g->size, id, bucket);
    }
    *c = (sq_count){.id = id, .bucket = bucket, .used = true};
    g->n++;
    return c;
}

const sq_count *sq_grid_find(const sq_grid *g, int64_t id, int64_t bucket)
{
    if (!g->size)
        return NULL;
    const sq_count *c = slot_of(g->p, g->size, id, bucket);
    return c->used ? c : NULL;
}

static void add(sq_count *c, const dx_trend_cell *n, int64_t server)
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
    add(c, n, server);
    if (!server)
        c->n.servers += n->servers;
    if (!(c = sq_grid_at(g, id, SQ_WHOLE)))
        return false;
    add(c, n, server);
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
