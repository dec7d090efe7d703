/* Ids that were looked up before. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 1024, MOST = 1 << 18 };

typedef struct entry {
    dx_hash128 key;
    sq_memory value;
    uint32_t topic; /* + 1; 0 = free */
    bool stale;
} entry;

struct sq_memo {
    entry *p;
    size_t n, size;
};

dx_hash128 sq_key_of(int64_t number)
{
    return (dx_hash128){.hi = 0, .lo = (uint64_t)number};
}

static entry *entry_of(const struct sq_memo *m, sq_topic topic, dx_hash128 key)
{
    const uint64_t mixed = (key.lo ^ key.hi ^ (uint64_t)topic << 58) * 0x9E3779B97F4A7C15u;
    size_t i = (size_t)(mixed >> 32) & (m->size - 1);
    while (m->p[i].topic && (m->p[i].topic != (uint32_t)topic + 1 || !dx_hash_eq(m->p[i].key, key)))
        i = (i + 1) & (m->size - 1);
    return &m->p[i];
}

bool sq_recall(const sq_store *s, sq_topic topic, dx_hash128 key, sq_memory *out)
{
    if (!s->memo || !s->memo->size)
        return false;
    const entry *e = entry_of(s->memo, topic, key);
    if (!e->topic || e->stale)
        return false;
    *out = e->value;
    return true;
}

static bool grow(struct sq_memo *m)
{
    const struct sq_memo old = *m;
    struct sq_memo new = {.n = old.n, .size = old.size ? old.size * 2 : FIRST_SIZE};
    if (!(new.p = calloc(new.size, sizeof *new.p)))
        return false;
    for (size_t i = 0; i < old.size; i++)
        if (old.p[i].topic)
            *entry_of(&new, (sq_topic)(old.p[i].topic - 1), old.p[i].key) = old.p[i];
    free(old.p);
    *m = new;
    return true;
}

/* Out of memory only means that it is looked up again. */
void sq_remember(sq_store *s, sq_topic topic, dx_hash128 key, sq_memory value)
{
    if (!s->memo && !(s->memo = calloc(1, sizeof *s->memo)))
        return;
    struct sq_memo *m = s->memo;
    if (m->n >= MOST)
        sq_forget(s);
    if (m->n * 2 >= m->size && !grow(m))
        return;
    entry *e = entry_of(m, topic, key);
    m->n += !e->topic;
    *e = (entry){key, value, (uint32_t)topic + 1, false};
}

void sq_forget_one(sq_store *s, sq_topic topic, dx_hash128 key)
{
    if (s->memo && s->memo->size)
        entry_of(s->memo, topic, key)->stale = true;
}

void sq_forget(sq_store *s)
{
    sq_past_forget(s);
    if (s->memo && s->memo->n) {
        memset(s->memo->p, 0, s->memo->size * sizeof *s->memo->p);
        s->memo->n = 0;
    }
}

void sq_memo_close(sq_store *s)
{
    if (s->memo)
        free(s->memo->p);
    free(s->memo);
    s->memo = NULL;
}
