/* The sieve: which bytes the few short grams have where. */
#include <stdlib.h>
#include "core/scanner_impl.h"

enum { BUCKETS = 8 };

static size_t list_grams(const dx_scanner *s, uint32_t list[DX_SIEVE_MOST])
{
    size_t n = 0;

    for (; s != NULL; s = s->base)
        for (size_t i = 0; i < s->table[DX_SCAN_SHORT].n; i++) {
            if (n == DX_SIEVE_MOST)
                return 0;
            list[n++] = (uint32_t)s->table[DX_SCAN_SHORT].entry[i].gram;
        }
    return n;
}

/* ---- dealing grams out to buckets ---- */

enum {
    PLACES = 4096,
    PLACES_WHOLE = 1024, /* where a scanner is made for some heads of logs, not for a long one */
    HEAD = 32 * 1024,    /* bytes of it */
    OF_WHICH = 24        /* of so many one at most may pass a sieve of more than few grams */
};

/* Texts of a log, and which halves of their bytes a gram has, or one of a bucket's: a bit for each.
 * Where the sieve knows whole bytes, both or none. */
typedef struct deal {
    uint8_t text[DX_SIEVE_GRAM][PLACES];
    uint8_t gram[PLACES], bucket[BUCKETS][PLACES];
    size_t places; /* of these */
    bool by_halves;
    dx_str log;               /* of which they are */
    uint16_t at[HEAD + 1];    /* places in it */
    unsigned passes[BUCKETS]; /* so many texts */
} deal;

static void take_text(deal *d, size_t i, size_t at)
{
    for (size_t k = 0; k < DX_SIEVE_GRAM; k++)
        d->text[k][i] = (unsigned char)d->log.p[at + k] | 0x20;
}

static void take_texts(deal *d, dx_str log)
{
    const size_t step = (log.n - DX_SIEVE_GRAM) / d->places;

    d->log = log;
    for (size_t i = 0; i < d->places; i++)
        take_text(d, i, i * step);
}

/* Which bytes let a text pass if all grams were in one bucket. */
typedef struct likely {
    bool byte[DX_SIEVE_GRAM][UINT8_MAX + 1];
} likely;

static bool is_likely(const likely *l, const char *p)
{
    bool may = true;

    for (size_t k = 0; k < DX_SIEVE_GRAM; k++)
        may &= l->byte[k][(unsigned char)p[k] | 0x20];
    return may;
}

static void learn_bytes(const deal *d, const uint32_t *list, size_t n, likely *out)
{
    const unsigned low = d->by_halves ? DX_SIEVE_NIBBLES - 1 : DX_SIEVE_BYTES - 1;
    const unsigned high = d->by_halves ? UINT8_MAX - low : low;
    bool has_low[UINT8_MAX + 1], has_high[UINT8_MAX + 1];

    for (size_t k = 0; k < DX_SIEVE_GRAM; k++) {
        memset(has_low, 0, sizeof has_low);
        memset(has_high, 0, sizeof has_high);
        for (size_t i = 0; i < n; i++) {
            has_low[list[i] >> 8 * k & low] = true;
            has_high[list[i] >> 8 * k & high] = true;
        }
        for (unsigned byte = 0; byte <= UINT8_MAX; byte++)
            out->byte[k][byte] = has_low[byte & low] && has_high[byte & high];
    }
}

/* Of few texts nearly all could pass no bucket, however grams are dealt out, and tell nothing:
 * takes those that could instead. */
static void take_likely(deal *d, const uint32_t *list, size_t n)
{
    const size_t last = d->log.n - DX_SIEVE_GRAM < HEAD ? d->log.n - DX_SIEVE_GRAM : HEAD;
    likely l;
    size_t all = 0, taken = 0;

    learn_bytes(d, list, n, &l);
    for (size_t at = 0; at < last; at++) {
        d->at[all] = (uint16_t)at;
        all += is_likely(&l, d->log.p + at);
    }
    const size_t step = all / d->places + 1;
    for (size_t i = 0; i < all; i += step)
        take_text(d, taken++, d->at[i]);
    d->places = taken > 0 ? taken : d->places;
}

/* Sets the bit where the text has the byte, as far as these bits of it tell. */
static void mark_byte(const uint8_t *restrict text, size_t n, uint8_t byte, uint8_t bits,
                      uint8_t bit, uint8_t *restrict has)
{
    for (size_t i = 0; i < n; i++)
        has[i] |= ((text[i] ^ byte) & bits) == 0 ? bit : 0;
}

static void mark(deal *d, uint32_t gram, uint8_t has[PLACES])
{
    const uint8_t low = d->by_halves ? DX_SIEVE_NIBBLES - 1 : DX_SIEVE_BYTES - 1;
    const uint8_t high = d->by_halves ? (uint8_t)~low : low;

    memset(has, 0, d->places);
    for (size_t k = 0; k < DX_SIEVE_GRAM; k++) {
        const uint8_t byte = gram >> 8 * k & 0xFF;
        mark_byte(d->text[k], d->places, byte, low, (uint8_t)(1u << k), has);
        mark_byte(d->text[k], d->places, byte, high, (uint8_t)(1u << (k + 4)), has);
    }
}

/* How many texts the bucket lets pass, and would with the gram.  In runs whose number fits into a
 * byte, so that compilers do many bytes at once. */
static unsigned passing(const uint8_t *bucket, const uint8_t *gram, size_t places)
{
    enum { RUN = 128 };
    unsigned n = 0;

    for (size_t from = 0; from < places; from += RUN) {
        uint8_t run = 0;
        for (size_t i = from; i < (places - from < RUN ? places : from + RUN); i++)
            run = (uint8_t)(run + ((bucket[i] | gram[i]) == UINT8_MAX));
        n += run;
    }
    return n;
}

/* The gram in hand. */
static void add_to(deal *d, size_t bucket)
{
    const size_t n = d->places;

    for (size_t i = 0; i < n; i++)
        d->bucket[bucket][i] |= d->gram[i];
    d->passes[bucket] = passing(d->bucket[bucket], d->bucket[bucket], n);
}

static uint8_t cheapest(const deal *d, const uint8_t *gram)
{
    unsigned least = ~0u;
    size_t best = 0;

    for (size_t b = 0; b < BUCKETS; b++) {
        const unsigned more = passing(d->bucket[b], gram, d->places) - d->passes[b];
        if (more < least) {
            least = more;
            best = b;
        }
    }
    return (uint8_t)best;
}

/* Once: to deal each out anew, now that all others are there, changes next to nothing. */
static void deal_out(deal *d, const uint32_t *list, size_t n, uint8_t *bucket)
{
    if (d->places < PLACES)
        take_likely(d, list, n);
    for (size_t i = 0; i < n; i++) {
        mark(d, list[i], d->gram);
        bucket[i] = cheapest(d, d->gram);
        add_to(d, bucket[i]);
    }
}

static int by_value(const void *a, const void *b)
{
    const uint32_t x = __builtin_bswap32(*(const uint32_t *)a);
    const uint32_t y = __builtin_bswap32(*(const uint32_t *)b);

    return x < y ? -1 : x > y;
}

static void put(dx_scan_sieve *s, uint32_t gram, uint8_t bucket)
{
    s->rest[dx_sieve_rest(gram)] = 1;
    for (size_t i = 0; i < DX_SIEVE_GRAM; i++) {
        const unsigned byte = gram >> 8 * i & 0xFF;
        s->byte[i][byte % DX_SIEVE_BYTES] |= bucket;
        s->byte[i][(byte & ~0x20u) % DX_SIEVE_BYTES] |= bucket;
        s->low[i][byte % DX_SIEVE_NIBBLES] |= bucket;
        s->high[i][byte / DX_SIEVE_NIBBLES] |= bucket;
    }
}

/* Dealt out by what the log has.  False, and nothing was done: there is too little of it. */
static bool deal_by(const dx_scanner *s, dx_str log, const uint32_t *list, size_t n,
                    uint8_t *bucket, size_t *passed)
{
    const size_t places = s->whole ? PLACES_WHOLE : PLACES;
    deal *d = log.n >= 2 * places ? calloc(1, sizeof *d) : NULL;

    if (d == NULL)
        return false;
    d->places = places;
    d->by_halves = s->steps->sift_by_halves;
    take_texts(d, log);
    deal_out(d, list, n, bucket);
    *passed = 0;
    for (size_t b = 0; b < BUCKETS; b++)
        *passed += passing(d->bucket[b], d->bucket[b], places);
    free(d);
    return true;
}

/* Else each bucket has too many of the halves. */
static bool may_pay(const dx_scanner *s, size_t n)
{
    return n > 0 && (n <= DX_SCAN_FEW || !s->steps->sift_by_halves);
}

/* What lets much pass costs more than the table that it stands in front of. */
static bool pays(size_t n, size_t passed)
{
    return n <= DX_SCAN_FEW || passed * OF_WHICH <= PLACES;
}

void dx_scan_sieve_fill(dx_scanner *s, dx_str log)
{
    uint32_t list[DX_SIEVE_MOST];
    uint8_t bucket[DX_SIEVE_MOST];
    const size_t n = list_grams(s, list);
    size_t passed = PLACES;

    s->sieve = (dx_scan_sieve){.used = false};
    if (!may_pay(s, n))
        return;
    qsort(list, n, sizeof *list, by_value); /* what begins alike shares a bucket */
    if (!deal_by(s, log, list, n, bucket, &passed))
        for (size_t i = 0; i < n; i++)
            bucket[i] = (uint8_t)(i * BUCKETS / n);
    s->sieve = (dx_scan_sieve){.used = pays(n, passed)};
    for (size_t i = 0; s->sieve.used && i < n; i++)
        put(&s->sieve, list[i], (uint8_t)(1u << bucket[i]));
}
