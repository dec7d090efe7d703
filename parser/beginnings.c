#include "parser/beginnings.h"
#include <string.h>
#include "core/bytes.h"

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

/* ---- lines ---- */

/* Most lines of a log begin as others do: of those that came last it is known already. */
enum { KNOWN_BITS = 6, KNOWN = 1 << KNOWN_BITS };
typedef struct known {
    uint64_t used; /* a bit for each */
    uint64_t key[KNOWN];
} known;

static bool is_known(known *k, uint64_t key)
{
    const unsigned at = (unsigned)(key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - KNOWN_BITS));
    const uint64_t bit = (uint64_t)1 << at;

    if ((k->used & bit) && k->key[at] == key)
        return true;
    k->used |= bit;
    k->key[at] = key;
    return false;
}

/* Those as which a line begins that has these bytes. */
static void add_begin(const dx_beginnings *b, dx_str begin, uint64_t *all)
{
    const uint64_t *with[DX_LINE_PLACES] = {NULL};

    for (size_t p = 0; p < DX_LINE_PLACES && p < begin.n; p++) {
        const unsigned char byte = (unsigned char)begin.p[p];
        with[p] = b->with[p] + (byte < BEYOND ? byte : BEYOND) * b->words;
    }
    for (size_t w = 0; w < b->words; w++) {
        uint64_t fit = UINT64_MAX;
        for (size_t p = 0; p < DX_LINE_PLACES; p++)
            fit &= b->any[p][w] | (with[p] != NULL ? with[p][w] : 0);
        all[w] |= fit;
    }
}

static void add_line(const dx_beginnings *b, dx_str text, size_t at, known *k, uint64_t *all)
{
    uint64_t key;

    if (at + sizeof key <= text.n) {
        memcpy(&key, text.p + at, sizeof key);
        if (!is_known(k, key))
            add_begin(b, (dx_str){text.p + at, sizeof key}, all);
    } else if (at < text.n) {
        add_begin(b, dx_str_slice(text, at, text.n), all);
    }
}

static void add_lines(const dx_beginnings *b, dx_str text, uint64_t *all)
{
    enum { ENDS = 512 }; /* of a log's head all, mostly */
    known k = {0};
    uint32_t end[ENDS];
    size_t n;

    add_line(b, text, 0, &k, all);
    for (size_t from = 0; from < text.n; from += n < ENDS ? text.n : end[ENDS - 1] + 1) {
        n = dx_find_bytes(dx_str_slice(text, from, SIZE_MAX), '\n', end, ENDS);
        for (size_t i = 0; i < n; i++)
            add_line(b, text, from + end[i] + 1, &k, all);
    }
}

bool *dx_beginnings_fit(const dx_beginnings *b, dx_str text, dx_arena *scratch)
{
    bool *fit = dx_arena_get(scratch, (b->n + 1) * sizeof *fit);
    uint64_t *all = dx_arena_get(scratch, (b->words + 1) * sizeof *all);

    if (!fit || !all)
        return NULL;
    if (text.n == 0 || memchr(text.p, '\r', text.n) != NULL) /* which may end a line, too */
        memset(all, 0xFF, b->words * sizeof *all);
    else
        add_lines(b, text, all);
    for (size_t i = 0; i < b->n; i++)
        fit[i] = all[i / BITS] >> i % BITS & 1;
    return fit;
}
