/* The sieve: which bytes the few short grams have where. */
#include <stdlib.h>
#include "core/scanner_impl.h"

enum { BUCKETS = 8 };

static size_t list_grams(const dx_scanner *s, uint32_t list[DX_SCAN_FEW])
{
    size_t n = 0;

    for (; s != NULL; s = s->base)
        for (size_t i = 0; i < s->table[DX_SCAN_SHORT].n; i++) {
            if (n == DX_SCAN_FEW)
                return 0;
            list[n++] = (uint32_t)s->table[DX_SCAN_SHORT].entry[i].gram;
        }
    return n;
}

/* ---- dealing grams out to buckets ---- */

/* Multiples of 128. */
enum {
    PLACES = 4096,
    PLACES_WHOLE = 512 /* where a scanner is made for some heads of logs, not for a long one */
};

/* Texts of a log, and which halves of their bytes a gram has, or one of a bucket's: a bit for each.
 * Where the sieve knows whole bytes, both or none. */
typedef struct deal {
    uint8_t text[DX_SIEVE_GRAM][PLACES];
    uint8_t gram[DX_SCAN_FEW][PLACES], bucket[BUCKETS][PLACES];
    size_t places; /* of these */
    bool by_halves;
    unsigned passes[BUCKETS]; /* so many texts */
} deal;

static void take_texts(deal *d, dx_str log)
{
    const size_t step = (log.n - DX_SIEVE_GRAM) / d->places;

    for (size_t i = 0; i < d->places; i++)
        for (size_t k = 0; k < DX_SIEVE_GRAM; k++)
            d->text[k][i] = (unsigned char)log.p[i * step + k] | 0x20;
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
        for (size_t i = from; i < from + RUN; i++)
            run = (uint8_t)(run + ((bucket[i] | gram[i]) == UINT8_MAX));
        n += run;
    }
    return n;
}

static void add_to(deal *d, size_t gram, size_t bucket)
{
    const size_t n = d->places;

    for (size_t i = 0; i < n; i++)
        d->bucket[bucket][i] |= d->gram[gram][i];
}

static void count(deal *d, size_t bucket)
{
    d->passes[bucket] = passing(d->bucket[bucket], d->bucket[bucket], d->places);
}

static void fill(deal *d, const uint8_t *of, size_t n, size_t bucket)
{
    memset(d->bucket[bucket], 0, d->places);
    for (size_t k = 0; k < n; k++)
        if (of[k] == bucket)
            add_to(d, k, bucket);
    count(d, bucket);
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

static void deal_out(deal *d, const uint32_t *list, size_t n, uint8_t *bucket)
{
    enum { ROUNDS = 2 };

    for (size_t i = 0; i < n; i++) {
        mark(d, list[i], d->gram[i]);
        bucket[i] = BUCKETS;
    }
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < n; i++) {
            const size_t before = bucket[i];
            bucket[i] = BUCKETS;
            if (before < BUCKETS)
                fill(d, bucket, n, before);
            bucket[i] = cheapest(d, d->gram[i]);
            add_to(d, i, bucket[i]);
            count(d, bucket[i]);
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
    for (size_t i = 0; i < DX_SIEVE_GRAM; i++) {
        const unsigned byte = gram >> 8 * i & 0xFF;
        s->byte[i][byte % DX_SIEVE_BYTES] |= bucket;
        s->byte[i][(byte & ~0x20u) % DX_SIEVE_BYTES] |= bucket;
        s->low[i][byte % DX_SIEVE_NIBBLES] |= bucket;
        s->high[i][byte / DX_SIEVE_NIBBLES] |= bucket;
    }
}

void dx_scan_sieve_fill(dx_scanner *s, dx_str log)
{
    uint32_t list[DX_SCAN_FEW];
    uint8_t bucket[DX_SCAN_FEW];
    const size_t n = list_grams(s, list);

    s->sieve = (dx_scan_sieve){.used = n > 0};
    qsort(list, n, sizeof *list, by_value); /* what begins alike shares a bucket */
    for (size_t i = 0; i < n; i++)
        bucket[i] = (uint8_t)(i * BUCKETS / n);
    const size_t places = s->whole ? PLACES_WHOLE : PLACES;
    deal *d = log.n >= 2 * places ? calloc(1, sizeof *d) : NULL;
    if (d) {
        d->places = places;
        d->by_halves = s->steps->sift_by_halves;
        take_texts(d, log);
        deal_out(d, list, n, bucket);
        free(d);
    }
    for (size_t i = 0; i < n; i++)
        put(&s->sieve, list[i], (uint8_t)(1u << bucket[i]));
}
