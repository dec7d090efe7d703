/* Ids that were looked up before. */
#include "core/os_memory.h"
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

/* MOST, of a generation: 32 MB then.  Fewer than a store has texts, and each event asks SQLite. */
enum { FIRST_SIZE = 1024, MOST = 1 << 19 };

/* Half of what the processor fetches at once: most look-ups are of something that it does not have.
 * The topic stands in four bits of the key. */
typedef struct entry {
    dx_hash128 key; /* 0: free */
    sq_memory value;
} entry;

enum { TOPIC_SHIFT = 60, STALE = 15, LINE = 64 };
_Static_assert(sizeof(entry) == LINE / 2, "an entry");
_Static_assert(SQ_MEMO_DEBUT + 1 < STALE, "a topic has four bits");

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

static uint64_t topic_bits(unsigned topic)
{
    return (uint64_t)topic << TOPIC_SHIFT;
}

static dx_hash128 key_in(sq_topic topic, dx_hash128 key)
{
    key.hi = (key.hi & (topic_bits(1) - 1)) | topic_bits((unsigned)topic + 1);
    return key;
}

static bool is_free(const entry *e)
{
    return e->key.hi == 0;
}

static bool is_stale(const entry *e)
{
    return e->key.hi >> TOPIC_SHIFT == STALE;
}

static size_t place_of(const generation *m, dx_hash128 key)
{
    return (size_t)((key.lo ^ key.hi) * 0x9E3779B97F4A7C15u >> 32) & (m->size - 1);
}

static entry *entry_of(const generation *m, dx_hash128 key)
{
    size_t i = place_of(m, key);
    while (!is_free(&m->p[i]) && !dx_hash_eq(m->p[i].key, key))
        i = (i + 1) & (m->size - 1);
    return &m->p[i];
}

static const entry *known(const generation *m, dx_hash128 key)
{
    const entry *e = m->size ? entry_of(m, key) : NULL;
    return e && !is_free(e) ? e : NULL;
}

static bool grow(generation *m)
{
    const size_t size = m->size ? m->size * 2 : FIRST_SIZE;
    const size_t bytes = size * sizeof *m->p;
    const bool large = bytes >= DX_OS_LARGE_PAGE;
    generation new = {.size = size,
                      .p = aligned_alloc(large ? (size_t)DX_OS_LARGE_PAGE : LINE, bytes)};
    if (!new.p)
        return false;
    if (large)
        dx_os_in_large_pages(new.p, bytes);
    memset(new.p, 0, bytes);
    for (size_t i = 0; i < m->size; i++) {
        if (is_free(&m->p[i]) || is_stale(&m->p[i]))
            continue;
        *entry_of(&new, m->p[i].key) = m->p[i];
        new.n++;
    }
    free(m->p);
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
    entry *e = entry_of(m, key_in(topic, key));
    m->n += is_free(e);
    *e = (entry){key_in(topic, key), value};
}

bool sq_recall(sq_store *s, sq_topic topic, dx_hash128 key, sq_memory *out)
{
    const dx_hash128 full = key_in(topic, key);
    const entry *e = s->memo ? known(&s->memo->young, full) : NULL;
    if (e) {
        *out = e->value;
        return true;
    }
    if (!s->memo || !(e = known(&s->memo->old, full)))
        return false;
    *out = e->value;
    sq_remember(s, topic, key, *out);
    return true;
}

static void fetch(const generation *m, dx_hash128 key)
{
    if (m->size)
        __builtin_prefetch(&m->p[place_of(m, key)]);
}

void sq_foresee(const sq_store *s, sq_topic topic, dx_hash128 key)
{
    if (!s->memo)
        return;
    fetch(&s->memo->young, key_in(topic, key));
    fetch(&s->memo->old, key_in(topic, key));
}

static void forget_in(generation *m, dx_hash128 key)
{
    entry *e = m->size ? entry_of(m, key) : NULL;
    if (e && !is_free(e))
        e->key.hi = topic_bits(STALE);
}

void sq_forget_one(sq_store *s, sq_topic topic, dx_hash128 key)
{
    if (!s->memo)
        return;
    forget_in(&s->memo->young, key_in(topic, key));
    forget_in(&s->memo->old, key_in(topic, key));
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
    sq_runs_forget(s);
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
