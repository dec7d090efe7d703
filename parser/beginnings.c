#include "parser/beginnings.h"

/* Bytes beyond ASCII are all alike. */
enum { BEYOND = 128, BYTES, BITS = 64 };

/* A set of regexes is a row of words, a bit for each. */
struct dx_beginnings {
    size_t n, words;
    uint64_t *any[DX_LINE_PLACES];  /* those that may have any byte at the place, or none */
    uint64_t *with[DX_LINE_PLACES]; /* a row for each byte: those that may have it there */
};

static size_t list_bytes(const dx_regex_bytes *set, uint8_t out[BYTES])
{
    size_t n = 0;

    for (size_t k = 0; k < BEYOND / 64; k++)
        for (uint64_t left = set->has[k]; left != 0; left &= left - 1)
            out[n++] = (uint8_t)(k * 64 + (size_t)__builtin_ctzll(left));
    if ((set->has[2] | set->has[3]) != 0)
        out[n++] = BEYOND;
    return n;
}

static void add(dx_beginnings *b, size_t i, const dx_regex *rx)
{
    const uint64_t bit = (uint64_t)1 << i % BITS;
    size_t known = 0;
    const dx_regex_bytes *first = rx ? dx_regex_first(rx, &known) : NULL;
    uint8_t byte[BYTES];

    for (size_t p = 0; p < DX_LINE_PLACES; p++) {
        const size_t n = p < known ? list_bytes(&first[p], byte) : 0;
        for (size_t k = 0; k < n; k++)
            b->with[p][byte[k] * b->words + i / BITS] |= bit;
        if (p >= known)
            b->any[p][i / BITS] |= bit;
    }
}

dx_beginnings *dx_beginnings_new(const dx_regex *const *list, size_t n, dx_arena *into)
{
    dx_beginnings *b = dx_arena_get(into, sizeof *b);

    if (!b)
        return NULL;
    b->n = n;
    b->words = (n + BITS - 1) / BITS;
    for (size_t p = 0; p < DX_LINE_PLACES; p++) {
        b->any[p] = dx_arena_get(into, (b->words + 1) * sizeof(uint64_t));
        b->with[p] = dx_arena_get(into, (b->words + 1) * BYTES * sizeof(uint64_t));
        if (!b->any[p] || !b->with[p])
            return NULL;
    }
    for (size_t i = 0; i < n; i++)
        add(b, i, list[i]);
    return b;
}

void dx_beginnings_fit(const dx_beginnings *b, const dx_regex_lines *lines, bool *fit)
{
    uint8_t byte[DX_LINE_PLACES][BYTES];
    size_t n[DX_LINE_PLACES];

    for (size_t p = 0; p < DX_LINE_PLACES; p++)
        n[p] = list_bytes(&lines->at[p], byte[p]);
    for (size_t w = 0; w < b->words; w++) {
        uint64_t all = UINT64_MAX;
        for (size_t p = 0; p < DX_LINE_PLACES; p++) {
            uint64_t some = b->any[p][w];
            for (size_t i = 0; i < n[p]; i++)
                some |= b->with[p][byte[p][i] * b->words + w];
            all &= some;
        }
        for (size_t i = w * BITS; i < b->n && i < (w + 1) * BITS; i++)
            fit[i] = all >> i % BITS & 1;
    }
}
