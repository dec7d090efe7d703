/* What is certainly not stored: of a store that had no attempts when this program began to put
 * some, all that there is was put here. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

enum { BITS = 23, WORD = 64 };

struct sq_held {
    int64_t last; /* attempt that was put; one behind it is somebody else's */
    bool all;     /* what is not noted is not there */
    uint64_t *bits;
};

static void give_up(struct sq_held *h)
{
    free(h->bits);
    *h = (struct sq_held){.last = -1};
}

/* Out of memory only means that the store is asked. */
static struct sq_held *begin(sq_store *s, int64_t last)
{
    struct sq_held *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->last = last;
    h->bits = last ? NULL : calloc(((size_t)1 << BITS) / WORD, sizeof *h->bits);
    h->all = h->bits != NULL;
    return s->held = h;
}

void sq_held_ready(sq_store *s, int64_t last)
{
    struct sq_held *h = s->held ? s->held : begin(s, last);
    if (h && h->last != last)
        give_up(h);
}

/* Two bits for each. */
static void places_of(sq_held_kind kind, uint64_t key, uint64_t at[2])
{
    const uint64_t mixed = (key ^ (uint64_t)kind << 62) * 0x9E3779B97F4A7C15u;
    const uint64_t again = (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9u;
    at[0] = mixed >> (WORD - BITS);
    at[1] = again >> (WORD - BITS);
}

void sq_held_note(sq_store *s, sq_held_kind kind, uint64_t key)
{
    uint64_t at[2];
    if (!s->held || !s->held->all)
        return;
    places_of(kind, key, at);
    for (size_t i = 0; i < 2; i++)
        s->held->bits[at[i] / WORD] |= (uint64_t)1 << at[i] % WORD;
}

void sq_held_put(sq_store *s, int64_t attempt)
{
    if (s->held && s->held->all && attempt > s->held->last)
        s->held->last = attempt;
}

bool sq_absent(const sq_store *s, sq_held_kind kind, uint64_t key)
{
    uint64_t at[2];
    if (!s->held || !s->held->all)
        return false;
    places_of(kind, key, at);
    for (size_t i = 0; i < 2; i++)
        if (!(s->held->bits[at[i] / WORD] >> at[i] % WORD & 1))
            return true;
    return false;
}

void sq_held_forget(sq_store *s)
{
    if (s->held)
        give_up(s->held);
    free(s->held);
    s->held = NULL;
}
