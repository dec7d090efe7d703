/* Every literal is entered under its rarest run of four bytes; a text is asked at every position
 * whether such a run may begin there (one bit), and only then compared. */
#include "patterns/prefilter.h"
#include <stdlib.h>
#include <string.h>

enum { GRAM = 4, BITS = 17 };

typedef struct entry {
    dx_str literal;
    uint32_t id;
    uint32_t at; /* where the run stands in the literal */
    uint32_t gram;
    uint32_t next; /* in its chain, from 1; 0 = end */
} entry;

struct dx_prefilter {
    uint64_t bit[(1u << BITS) / 64];
    entry *entry;
    size_t n;
    uint32_t *head; /* chains by hash, from 1 */
    size_t mask;
};

static uint32_t load(const char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return v;
}

static uint32_t hash(uint32_t gram)
{
    return gram * 0x9E3779B1u;
}

/* How common a byte is in setup logs: vowels and blanks are everywhere. */
static unsigned commonness(char c)
{
    static const char order[] = " etaoinrs0lcdup1mfh2gw\\.:b3v";
    const char *p = strchr(order, c);

    return c != 0 && p != NULL ? (unsigned)(sizeof order - (size_t)(p - order)) : 1;
}

static uint32_t rarest(dx_str s)
{
    uint32_t best = 0;
    unsigned least = ~0u;

    for (size_t i = 0; i + GRAM <= s.n; i++) {
        unsigned sum = 0;
        for (size_t k = 0; k < GRAM; k++)
            sum += commonness(s.p[i + k]);
        if (sum < least) {
            least = sum;
            best = (uint32_t)i;
        }
    }
    return best;
}

static void enter(dx_prefilter *f, size_t i)
{
    entry *e = &f->entry[i];
    uint32_t h = hash(e->gram);

    f->bit[h >> (32 - BITS) >> 6] |= (uint64_t)1 << (h >> (32 - BITS) & 63);
    e->next = f->head[h & f->mask];
    f->head[h & f->mask] = (uint32_t)i + 1;
}

dx_rc dx_prefilter_new(dx_prefilter **out, const dx_str *literals, const uint32_t *ids, size_t n,
                       dx_err *err)
{
    dx_prefilter *f = calloc(1, sizeof *f);
    size_t size = 64;

    while (size < n * 2)
        size *= 2;
    if (f == NULL || (f->entry = calloc(n ? n : 1, sizeof *f->entry)) == NULL ||
        (f->head = calloc(size, sizeof *f->head)) == NULL) {
        dx_prefilter_free(f);
        return dx_nomem(err);
    }
    f->mask = size - 1;
    f->n = n;
    for (size_t i = 0; i < n; i++) {
        uint32_t at = rarest(literals[i]);
        f->entry[i] = (entry){literals[i], ids[i], at, load(literals[i].p + at), 0};
        enter(f, i);
    }
    *out = f;
    return DX_OK;
}

void dx_prefilter_free(dx_prefilter *f)
{
    if (f == NULL)
        return;
    free(f->entry);
    free(f->head);
    free(f);
}

static void compare(const dx_prefilter *f, dx_str text, size_t at, uint32_t gram, size_t limit,
                    dx_prefilter_hit *hit, void *ctx)
{
    for (uint32_t i = f->head[hash(gram) & f->mask]; i != 0; i = f->entry[i - 1].next) {
        const entry *e = &f->entry[i - 1];
        size_t from = at - e->at;
        if (e->gram == gram && at >= e->at && from < limit && from + e->literal.n <= text.n &&
            memcmp(text.p + from, e->literal.p, e->literal.n) == 0)
            hit(ctx, e->id);
    }
}

void dx_prefilter_run(const dx_prefilter *f, dx_str text, size_t limit, dx_prefilter_hit *hit,
                      void *ctx)
{
    for (size_t i = 0; i + GRAM <= text.n; i++) {
        uint32_t gram = load(text.p + i);
        uint32_t h = hash(gram) >> (32 - BITS);
        if (f->bit[h >> 6] >> (h & 63) & 1)
            compare(f, text, i, gram, limit, hit, ctx);
    }
}
