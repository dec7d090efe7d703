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

void dx_scan_sieve_fill(dx_scanner *s)
{
    uint32_t list[DX_SCAN_FEW];
    const size_t n = list_grams(s, list);

    s->sieve = (dx_scan_sieve){.used = n > 0};
    qsort(list, n, sizeof *list, by_value); /* what begins alike shares a bucket */
    for (size_t i = 0; i < n; i++)
        put(&s->sieve, list[i], (uint8_t)(1u << i * BUCKETS / n));
}
