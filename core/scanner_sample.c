/* The steps of a scan in plain C. */
#include "core/scanner_impl.h"

/* A window over a break begins at most 14 bytes before it, and at the latest with the blank that it
 * may be: each of these places has a gram of the windows that begin up to a stride before it. */
const uint8_t dx_scan_lanes[DX_SCAN_CLASSES][DX_SCAN_LANES] = {
    [DX_SCAN_LONG] = {7, 0, 0, 0},
    [DX_SCAN_MIDDLE] = {7, 3, 0, 0},
    [DX_SCAN_BRIEF] = {3, 0, 0, 0},
    [DX_SCAN_SHORT] = {3, 2, 1, 0},
};

#define FOUR(way, before, i)                                                                       \
    way(before, i), way(before, (i) + 1), way(before, (i) + 2), way(before, (i) + 3)
#define PAIR(a, b, i)                                                                              \
    FOUR(DX_SCAN_LOOSE, a, i), FOUR(DX_SCAN_LOOSE, b, i), FOUR(DX_SCAN_TIGHT, a, i),               \
        FOUR(DX_SCAN_TIGHT, b, i)
#define QUAD(way, a, b, c, d, i) FOUR(way, a, i), FOUR(way, b, i), FOUR(way, c, i), FOUR(way, d, i)

const dx_scan_pick dx_scan_picks[DX_SCAN_CLASSES] = {
    [DX_SCAN_LONG] = {{PAIR(7, 0, 0), PAIR(7, 0, 0)}, {PAIR(7, 0, 4), PAIR(7, 0, 4)}},
    [DX_SCAN_MIDDLE] = {{QUAD(DX_SCAN_LOOSE, 7, 3, 0, 0, 0), QUAD(DX_SCAN_TIGHT, 7, 3, 0, 0, 0)},
                        {QUAD(DX_SCAN_LOOSE, 7, 3, 0, 0, 4), QUAD(DX_SCAN_TIGHT, 7, 3, 0, 0, 4)}},
    [DX_SCAN_BRIEF] = {{PAIR(3, 0, 0), PAIR(3, 0, 0)}, {0}},
    [DX_SCAN_SHORT] = {{QUAD(DX_SCAN_LOOSE, 3, 2, 1, 0, 0), QUAD(DX_SCAN_TIGHT, 3, 2, 1, 0, 0)},
                       {0}},
};

const uint8_t dx_scan_pick_short[16] = {FOUR(DX_SCAN_LOOSE, 3, 0), FOUR(DX_SCAN_LOOSE, 3, 4),
                                        FOUR(DX_SCAN_TIGHT, 3, 0), FOUR(DX_SCAN_TIGHT, 3, 4)};

uint64_t dx_scan_row_gram(const dx_scan_row *row, dx_scan_class c, unsigned lane)
{
    const int before = dx_scan_lanes[c][lane % DX_SCAN_LANES];
    char gram[DX_SCAN_SIDE];

    for (int i = 0; i < DX_SCAN_SIDE; i++) {
        const int at = lane < DX_SCAN_LANES ? DX_SCAN_LOOSE(before, i) : DX_SCAN_TIGHT(before, i);
        gram[i] = at == DX_SCAN_BLANK ? ' ' : row->text[at];
    }
    return dx_gram_at(gram, c);
}

static void sample_class(const dx_scan_table *t, dx_scan_class c, const char *p, size_t n,
                         dx_scan_found *out)
{
    const size_t step = dx_scan_shapes[c].stride;
    size_t found = 0;

    for (size_t i = 0; t->used && i < n; i += step)
        if (dx_table_may(t, dx_gram_at(p + i, c)))
            out->place[c][found++] = (uint16_t)i;
    out->n[c] = found;
}

/* Bytes of v below `limit` have their high bit set, and perhaps bytes behind such a one. */
static uint64_t below(uint64_t v, uint64_t limit)
{
    const uint64_t ones = 0x0101010101010101u;

    return (v - ones * limit) & ~v & ones * 0x80;
}

/* Is there a place among eight where a break may begin?  Says so too often. */
static bool may_break_soon(const char *p)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t v, next;

    memcpy(&v, p, sizeof v);
    memcpy(&next, p + 1, sizeof next);
    return (below(v, 0x20) | (below(v ^ ones * 0x20, 1) & below(next, 0x21)) |
            (below(v ^ ones * 0xE2, 1) & below(next ^ ones * 0x90, 1))) != 0;
}

static void sample_breaks(const char *p, size_t n, dx_scan_found *out)
{
    bool before = false;

    out->n_breaks = 0;
    for (size_t i = 0; i < n; i += 8) {
        if (!may_break_soon(p + i)) {
            before = false;
            continue;
        }
        for (size_t k = i; k < i + 8; k++) {
            const bool may = dx_scan_may_break(p + k);
            if (may && !before)
                out->breaks[out->n_breaks++] = (uint16_t)k;
            before = may;
        }
    }
}

static void sift(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t gram = (uint32_t)dx_gram_at(p + i, DX_SCAN_SHORT);
        if (dx_sieve_may(&s->sieve, gram) && s->sieve.rest[dx_sieve_rest(gram)])
            out->place[DX_SCAN_SHORT][found++] = (uint16_t)i;
    }
    out->n[DX_SCAN_SHORT] = found;
}

static void sample(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    for (dx_scan_class c = 0; c < DX_SCAN_CLASSES; c++)
        if (c == DX_SCAN_SHORT && s->sieve.used)
            sift(s, p, n, out);
        else
            sample_class(&s->table[c], c, p, n, out);
    if (!s->whole)
        sample_breaks(p, n, out);
}

static void stitch(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row, size_t n,
                   uint8_t *lanes)
{
    const dx_scan_table *t = &s->table[c];

    for (size_t k = 0; k < n; k++) {
        unsigned found = 0;
        for (unsigned i = 0; i < DX_SCAN_LANES; i++) {
            if (i > 0 && dx_scan_lanes[c][i] == dx_scan_lanes[c][i - 1])
                break;
            const unsigned tight = i + DX_SCAN_LANES;
            found |= (unsigned)dx_table_may(t, dx_scan_row_gram(&row[k], c, i)) << i;
            found |= (unsigned)dx_table_may(t, dx_scan_row_gram(&row[k], c, tight)) << tight;
        }
        lanes[k] = (uint8_t)found;
    }
}

static bool is_usual(const dx_scan_usual *u, const uint8_t *line)
{
    uint8_t outside[DX_USUAL_BYTES]; /* first all of them: a compiler does many at once */
    uint64_t any = 0, some;

    for (size_t i = 0; i < DX_USUAL_BYTES; i++)
        outside[i] = (uint8_t)(line[i] - u->low[i]) > u->span[i];
    for (size_t i = 0; i < DX_USUAL_BYTES; i += sizeof some) {
        memcpy(&some, outside + i, sizeof some);
        any |= some;
    }
    return any == 0 && u->may[line[u->next]];
}

static void know(const dx_scan_usual *u, const char *p, dx_scan_found *out)
{
    for (size_t i = 0; i < out->n_breaks; i++) {
        const size_t line = dx_scan_line_at(p, out->breaks[i]);
        out->usual[i] = p[line - 1] == '\n' && is_usual(u, (const uint8_t *)p + line);
    }
}

const dx_scan_steps dx_scan_portable = {sample, stitch, know, false};
