/* Which bytes of a literal are looked for: those that are rarest in what setups write, and that
 * fewest other literals have. */
#include <stdlib.h>
#include <string.h>
#include "core/scanner_impl.h"

enum {
    COMMON_BITS = 15,
    OWN_BITS = 18,
    SEEN_BITS = 19,
    STANDS_BITS = 21,
    /* What a gram costs, in times a megabyte of our samples has it: */
    SHARE = 1,  /* each other literal that has it, too */
    SEEN = 16,  /* each time that it stands in the log at hand, of which a piece was seen; */
    OTHERS = 4, /* then what is in our samples, and in other literals, says as much less */
    /* A long literal that would be met so often is sifted, if that meets half as much at most, and
     * as long as no more are sifted than this. */
    COMMON = 64,
    SIFTED_MOST = 32
};

/* ---- what setups write ---- */

/* How often a megabyte holds these four bytes, about. */
static unsigned times_of_four(const char *p)
{
    const uint32_t h = dx_gram_hash(dx_gram_at(p, DX_SCAN_SHORT)) >> (32 - COMMON_BITS);
    const unsigned level = (unsigned)(dx_gram_commonness[h / 16] >> h % 16 * 4 & 15);

    return level == 0 ? 0 : 1u << (level - 1);
}

/* ---- what the literals share ---- */

typedef struct shares {
    uint8_t n[1 << OWN_BITS];      /* literals that have a gram, by hash */
    uint16_t seen[1 << SEEN_BITS]; /* times that a log has it, by hash */
    /* Three bits of a word for each long gram of the log: that none of eight grams is there is said
     * too seldom by `seen`, where others have the same hash. */
    uint32_t stands[1 << (STANDS_BITS - 5)];
    bool
        saw; /* a log; else `seen` is not set, nor is `stands`, which only plans made before need */
} shares;

static uint8_t *share_of(shares *s, const char *p, dx_scan_class c)
{
    return &s->n[dx_gram_hash(dx_gram_at(p, c)) >> (32 - OWN_BITS)];
}

static uint16_t *seen_of(shares *s, const char *p, dx_scan_class c)
{
    return &s->seen[dx_gram_hash(dx_gram_at(p, c)) >> (32 - SEEN_BITS)];
}

static uint32_t *word_of(shares *s, uint32_t hash)
{
    return &s->stands[hash >> (37 - STANDS_BITS)];
}

static bool stands(shares *s, const char *p)
{
    const uint32_t hash = dx_gram_hash(dx_gram_at(p, DX_SCAN_LONG)), bits = dx_gram_bits(hash);

    return (*word_of(s, hash) & bits) == bits;
}

static void see_grams(shares *s, dx_str text, dx_scan_class c)
{
    for (size_t at = 0; at + 8 <= text.n; at++) {
        uint16_t *seen = seen_of(s, text.p + at, c);
        *seen += *seen < UINT16_MAX;
    }
}

static void see_standing(shares *s, dx_str text)
{
    memset(s->stands, 0, sizeof s->stands);
    for (size_t at = 0; at + 8 <= text.n; at++) {
        const uint32_t hash = dx_gram_hash(dx_gram_at(text.p + at, DX_SCAN_LONG));
        *word_of(s, hash) |= dx_gram_bits(hash);
    }
}

/* Grams of four bytes; and of eight, where literals are looked for by these. */
static void see(shares *s, dx_str text, bool eight, bool standing)
{
    s->saw = text.n > 0;
    if (!s->saw)
        return;
    memset(s->seen, 0, sizeof s->seen);
    see_grams(s, text, DX_SCAN_SHORT);
    if (eight)
        see_grams(s, text, DX_SCAN_LONG);
    if (standing)
        see_standing(s, text);
}

/* By malloc(), and set as a whole: a page of calloc() that is read before it is written to stops
 * other threads when it is. */
static shares *new_shares(const dx_scan_literal *literals, size_t n, bool few)
{
    shares *s = malloc(sizeof *s);

    if (s != NULL)
        memset(s->n, 0, sizeof s->n);
    for (size_t i = 0; s != NULL && i < n; i++) {
        const dx_str text = literals[i].text;
        const dx_scan_class c = dx_scan_class_of(text, few);
        for (size_t at = 0; at + dx_scan_shapes[c].gram <= text.n; at++) {
            uint8_t *share = share_of(s, text.p + at, c);
            *share += *share < UINT8_MAX;
        }
    }
    return s;
}

/* ---- choosing ---- */

enum { LONGEST = DX_SCAN_MOST };

/* A gram is no more common than the rarest four bytes in it. */
static unsigned rarest(const unsigned *four, size_t n)
{
    unsigned least = four[0];

    for (size_t i = 1; i < n; i++)
        least = four[i] < least ? four[i] : least;
    return least;
}

/* What looking for each gram of the literal costs; gives how many there are. */
static size_t weigh(dx_str literal, dx_scan_class c, shares *own, unsigned cost[LONGEST])
{
    unsigned four[LONGEST];
    size_t n = 0;

    for (size_t i = 0; i + 4 <= literal.n; i++)
        four[i] = times_of_four(literal.p + i);
    for (; n + dx_scan_shapes[c].gram <= literal.n; n++) {
        cost[n] = rarest(four + n, dx_scan_shapes[c].gram - 3u);
        if (own == NULL)
            continue;
        const unsigned share = *share_of(own, literal.p + n, c);
        cost[n] += SHARE * (share > 0 ? share - 1 : 0);
        if (own->saw)
            cost[n] = cost[n] / OTHERS + SEEN * *seen_of(own, literal.p + n, c);
    }
    return n;
}

static size_t cheapest(const unsigned *cost, size_t n, size_t stride, unsigned *sum)
{
    size_t best = 0;

    *sum = ~0u;
    for (size_t at = 0; at + stride <= n; at++) {
        unsigned all = 0;
        for (size_t k = 0; k < stride; k++)
            all += cost[at + k];
        if (all < *sum) {
            *sum = all;
            best = at;
        }
    }
    return best;
}

/* Without `own` what literals share counts for nothing. */
static dx_scan_plan plan_of(dx_str literal, dx_scan_class c, shares *own, unsigned *times)
{
    unsigned cost[LONGEST];
    const size_t n = weigh(literal, c, own, cost);
    const size_t from = cheapest(cost, n, dx_scan_shapes[c].stride, times);

    *times /= dx_scan_shapes[c].stride; /* for that often a text is asked */
    return (dx_scan_plan){(uint8_t)c, (uint8_t)from};
}

dx_str dx_scan_rarest(dx_str literal, double *per_megabyte)
{
    unsigned cost[LONGEST], sum;
    const dx_str text = dx_str_slice(dx_str_trim(literal), 0, DX_SCAN_MOST);

    if (text.n < DX_SCAN_LEAST)
        return DX_NONE;
    const dx_scan_class c = dx_scan_class_of(text, false);
    const size_t n = weigh(text, c, NULL, cost);
    const size_t at = cheapest(cost, n, dx_scan_shapes[c].stride, &sum);
    *per_megabyte = (double)sum / dx_scan_shapes[c].stride;
    return dx_str_slice(text, at, at + dx_scan_shapes[c].window);
}

size_t dx_scan_count_short(const dx_scanner *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        n += dx_scan_class_of(s->literal[i].text, true) == DX_SCAN_SHORT;
    for (const dx_scanner *base = s->base; base != NULL; base = base->base)
        n += base->table[DX_SCAN_SHORT].n;
    return n;
}

/* The plan for a long literal that is made of common words, if another is better. */
static bool sift(dx_str literal, shares *own, dx_scan_plan *plan, unsigned times)
{
    unsigned sifted;

    if (plan->c != DX_SCAN_LONG || times < COMMON)
        return false;
    const dx_scan_plan other = plan_of(literal, DX_SCAN_SHORT, own, &sifted);
    if (sifted * 2 > times)
        return false;
    *plan = other;
    return true;
}

/* None of what is looked for stands in the log: by far most plans of thousands. */
static bool is_unseen(dx_str literal, dx_scan_plan plan, shares *own)
{
    if (plan.c != DX_SCAN_LONG)
        return false;
    for (size_t k = 0; k < dx_scan_shapes[DX_SCAN_LONG].stride; k++)
        if (stands(own, literal.p + plan.from + k))
            return false;
    return true;
}

/* The cheapest four bytes in a word. */
static dx_scan_plan plan_of_word(dx_str literal, shares *own)
{
    dx_scan_plan best = {.c = DX_SCAN_SHORT};
    unsigned cost[LONGEST], least = ~0u;
    const size_t n = weigh(literal, DX_SCAN_SHORT, own, cost);

    for (size_t i = 0; i < n; i++)
        if (cost[i] < least && memchr(literal.p + i, ' ', DX_SIEVE_GRAM) == NULL) {
            least = cost[i];
            best.from = (uint8_t)i;
        }
    return best;
}

static void plan_one(const dx_scanner *s, dx_str text, shares *own, size_t *room,
                     dx_scan_plan *plan)
{
    unsigned times;

    if (s->whole) {
        *plan = plan_of_word(text, own);
        return;
    }
    *plan = plan_of(text, dx_scan_class_of(text, s->few), own, &times);
    if (*room > 0)
        *room -= sift(text, own, plan, times);
}

bool dx_scan_plan_all(const dx_scanner *s, dx_str sample, const dx_scan_plan *before,
                      dx_scan_plan *plan)
{
    shares *own = s->n > 1 ? new_shares(s->literal, s->n, s->few) : NULL;
    const size_t n_short = dx_scan_count_short(s);
    size_t room = 0;

    if (s->n > 1 && own == NULL)
        return false;
    if (own != NULL)
        see(own, sample, !s->whole, before != NULL);
    const bool saw = own != NULL && own->saw;
    if (saw && s->few && n_short < SIFTED_MOST)
        room = SIFTED_MOST - n_short;
    for (size_t i = 0; i < s->n; i++)
        if (saw && before != NULL && is_unseen(s->literal[i].text, before[i], own))
            plan[i] = before[i];
        else
            plan_one(s, s->literal[i].text, own, &room, &plan[i]);
    free(own);
    return true;
}
