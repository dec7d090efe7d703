/* Ids that were looked up before. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 1024, MOST = 1 << 17 }; /* of a generation */

typedef struct entry {
    dx_hash128 key;
    sq_memory value;
    uint32_t topic; /* + 1; 0 = free */
    bool stale;
} entry;

typedef struct generation {
    entry *p;
    size_t n, size;
} generation;

/* What is asked for again moves on to the young ones; when these are too many, they are the old
 * ones, and what was old is forgotten. */
struct sq_memo {
    generation young, old;
};

dx_hash128 sq_key_of(int64_t number)
{
    return (dx_hash128){.hi = 0, .lo = (uint64_t)number};
}

static size_t place_of(const generation *m, sq_topic topic, dx_hash128 key)
{
    const uint64_t mixed = (key.lo ^ key.hi ^ (uint64_t)topic << 58) * 0x9E3779B97F4A7C15u;
    return (size_t)(mixed >> 32) & (m->size - 1);
}

static entry *entry_of(const generation *m, sq_topic topic, dx_hash128 key)
{
    size_t i = place_of(m, topic, key);
    while (m->p[i].topic && (m->p[i].topic != (uint32_t)topic + 1 || !dx_hash_eq(m->p[i].key, key)))
        i = (i + 1) & (m->size - 1);
    return &m->p[i];
}

static const entry *known(const generation *m, sq_topic topic, dx_hash128 key)
{
    const entry *e = m->size ? entry_of(m, topic, key) : NULL;
    return e && e->topic && !e->stale ? e : NULL;
}

static bool grow(generation *m)
{
    const generation old = *m;
    generation new = {.n = old.n, .size = old.size ? old.size * 2 : FIRST_SIZE};
    if (!(new.p = calloc(new.size, sizeof *new.p)))
        return false;
    for (size_t i = 0; i < old.size; i++)
        if (old.p[i].topic)
            *entry_of(&new, (sq_topic)(old.p[i].topic - 1), old.p[i].key) = old.p[i];
    free(old.p);
    *m = new;
    return true;
}

static void grow_old(struct sq_memo *m)
{
    free(m->old.p);
    m->old = m->young;
    m->young = (generation){0};
}

/* Out of memory only means that it is looked up again. */
void sq_remember(sq_store *s, sq_topic topic, dx_hash128 key, sq_memory value)
{
    if (!s->memo && !(s->memo = calloc(1, sizeof *s->memo)))
        return;
    if (s->memo->young.n >= MOST)
        grow_old(s->memo);
    generation *m = &s->memo->young;
    if (m->n * 2 >= m->size && !grow(m))
        return;
    entry *e = entry_of(m, topic, key);
    m->n += !e->topic;
    *e = (entry){key, value, (uint32_t)topic + 1, false};
}

bool sq_recall(sq_store *s, sq_topic topic, dx_hash128 key, sq_memory *out)
{
    const entry *e = s->memo ? known(&s->memo->young, topic, key) : NULL;
    if (e) {
        *out = e->value;
        return true;
    }
    if (!s->memo || !(e = known(&s->memo->old, topic, key)))
        return false;
    *out = e->value;
    sq_remember(s, topic, key, *out);
    return true;
}

void sq_foresee(const sq_store *s, sq_topic topic, dx_hash128 key)
{
    if (s->memo && s->memo->young.size)
        __builtin_prefetch(&s->memo->young.p[place_of(&s->memo->young, topic, key)]);
}

static void forget_in(generation *m, sq_topic topic, dx_hash128 key)
{
    if (m->size)
        entry_of(m, topic, key)->stale = true;
}

void sq_forget_one(sq_store *s, sq_topic topic, dx_hash128 key)
{
    if (!s->memo)
        return;
    forget_in(&s->memo->young, topic, key);
    forget_in(&s->memo->old, topic, key);
}

static void forget_all(generation *m)
{
    if (m->n)
        memset(m->p, 0, m->size * sizeof *m->p);
    m->n = 0;
}

void sq_forget(sq_store *s)
{
    sq_past_forget(s);
    sq_held_forget(s);
    if (!s->memo)
        return;
    forget_all(&s->memo->young);
    forget_all(&s->memo->old);
}

void sq_memo_close(sq_store *s)
{
    if (s->memo) {
        free(s->memo->young.p);
        free(s->memo->old.p);
    }
    free(s->memo);
    s->memo = NULL;
}
