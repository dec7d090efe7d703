#include "parser/seen.h"
#include <stdlib.h>
#include <string.h>

enum {
    LINES = 1 << 16,
    SLOTS = 2 * LINES,
    FINDS = 1 << 18,
    BYTES = 1 << 22, /* of their texts */
    PROBES = 32
};

typedef struct entry {
    uint64_t print;
    uint32_t text, find; /* where they begin */
    uint16_t n_text, n_finds;
} entry;

struct dx_seen {
    uint32_t slot[SLOTS]; /* number of a line, from 1; 0: none */
    entry line[LINES];
    dx_seen_find find[FINDS];
    char text[BYTES];
    size_t n_lines, n_finds, n_bytes;
};

dx_seen *dx_seen_new(void)
{
    dx_seen *s = malloc(sizeof *s);

    if (s != NULL)
        dx_seen_clear(s);
    return s;
}

void dx_seen_free(dx_seen *s)
{
    free(s);
}

void dx_seen_clear(dx_seen *s)
{
    memset(s->slot, 0, sizeof s->slot);
    s->n_lines = s->n_finds = s->n_bytes = 0;
}

static bool is_line(const dx_seen *s, const entry *e, dx_str line, uint64_t print)
{
    return e->print == print && e->n_text == line.n &&
           memcmp(s->text + e->text, line.p, line.n) == 0;
}

/* That of the line, or a free one; or the last that was asked, for a log may be made so that all
 * its lines begin to look at the same place. */
static size_t slot_of(const dx_seen *s, dx_str line, uint64_t print)
{
    size_t i = (size_t)print % SLOTS;

    for (int k = 1; k < PROBES && s->slot[i] != 0; k++) {
        if (is_line(s, &s->line[s->slot[i] - 1], line, print))
            break;
        i = (i + 1) % SLOTS;
    }
    return i;
}

bool dx_seen_get(const dx_seen *s, dx_str line, uint64_t print, dx_seen_line *out)
{
    const uint32_t number = s->slot[slot_of(s, line, print)];

    if (number == 0 || !is_line(s, &s->line[number - 1], line, print))
        return false;
    const entry *e = &s->line[number - 1];
    *out = (dx_seen_line){s->find + e->find, e->n_finds};
    return true;
}

void dx_seen_expect(const dx_seen *s, uint64_t print)
{
    __builtin_prefetch(&s->slot[print % SLOTS]);
}

void dx_seen_expect_soon(const dx_seen *s, uint64_t print)
{
    const uint32_t number = s->slot[print % SLOTS];

    if (number == 0)
        return;
    __builtin_prefetch(s->text + s->line[number - 1].text);
    __builtin_prefetch(s->find + s->line[number - 1].find);
}

static bool is_full(const dx_seen *s, size_t bytes, size_t finds)
{
    return s->n_lines == LINES || s->n_bytes + bytes > BYTES || s->n_finds + finds > FINDS;
}

void dx_seen_learn(dx_seen *s, dx_str line, uint64_t print, const dx_scan_find *find, size_t n,
                   size_t base)
{
    if (line.n > DX_SEEN_LINE_MOST || n > DX_SEEN_LINE_MOST)
        return;
    if (is_full(s, line.n, n))
        dx_seen_clear(s);
    const size_t slot = slot_of(s, line, print);
    if (s->slot[slot] != 0)
        return;
    s->line[s->n_lines++] =
        (entry){print, (uint32_t)s->n_bytes, (uint32_t)s->n_finds, (uint16_t)line.n, (uint16_t)n};
    s->slot[slot] = (uint32_t)s->n_lines;
    memcpy(s->text + s->n_bytes, line.p, line.n);
    s->n_bytes += line.n;
    for (size_t i = 0; i < n; i++)
        s->find[s->n_finds++] = (dx_seen_find){find[i].which, (uint16_t)(find[i].at - base),
                                               find[i].mid, find[i].depth};
}
