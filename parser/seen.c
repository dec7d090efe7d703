#include "parser/seen.h"
#include <stdlib.h>
#include <string.h>

enum {
    LINES = 1 << 16,
    SLOTS = 2 * LINES,
    ROOM = 6 << 20, /* bytes of their texts, and of what was found in each, behind it */
    PROBES = 32
};

typedef struct entry {
    uint64_t print;
    uint32_t text; /* where it begins */
    uint16_t n_text;
    uint16_t n_finds : 15, plain : 1;
} entry;

struct dx_seen {
    entry slot[SLOTS]; /* without a text: free */
    _Alignas(dx_seen_find) char room[ROOM];
    size_t n_lines, n_bytes;
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
    s->n_lines = s->n_bytes = 0;
}

static bool is_line(const dx_seen *s, const entry *e, dx_str line, uint64_t print)
{
    return e->print == print && e->n_text == line.n &&
           memcmp(s->room + e->text, line.p, line.n) == 0;
}

/* That of the line, or a free one; or the last that was asked, for a log may be made so that all
 * its lines begin to look at the same place. */
static size_t slot_of(const dx_seen *s, dx_str line, uint64_t print)
{
    size_t i = (size_t)print % SLOTS;

    for (int k = 1; k < PROBES && s->slot[i].n_text != 0; k++) {
        if (is_line(s, &s->slot[i], line, print))
            break;
        i = (i + 1) % SLOTS;
    }
    return i;
}

static size_t aligned(size_t n)
{
    enum { MOST = _Alignof(dx_seen_find) - 1 };

    return (n + MOST) & ~(size_t)MOST;
}

bool dx_seen_get(const dx_seen *s, dx_str line, uint64_t print, dx_seen_line *out)
{
    const entry *e = &s->slot[slot_of(s, line, print)];

    if (e->n_text == 0 || !is_line(s, e, line, print))
        return false;
    *out = (dx_seen_line){(const dx_seen_find *)(s->room + e->text + aligned(e->n_text)),
                          e->n_finds, e->plain};
    return true;
}

void dx_seen_expect(const dx_seen *s, uint64_t print)
{
    __builtin_prefetch(&s->slot[print % SLOTS]);
}

void dx_seen_expect_soon(const dx_seen *s, uint64_t print)
{
    const entry *e = &s->slot[print % SLOTS];

    __builtin_prefetch(s->room + e->text);
    __builtin_prefetch(s->room + e->text + aligned(e->n_text));
}

void dx_seen_learn(dx_seen *s, dx_str line, uint64_t print, const dx_scan_find *find, size_t n,
                   size_t base)
{
    const size_t text = aligned(line.n), size = text + n * sizeof(dx_seen_find);

    if (line.n == 0 || line.n > DX_SEEN_LINE_MOST || n > DX_SEEN_LINE_MOST)
        return;
    if (s->n_lines == LINES || s->n_bytes + size > ROOM)
        dx_seen_clear(s);
    entry *e = &s->slot[slot_of(s, line, print)];
    if (e->n_text != 0)
        return;
    *e = (entry){print, (uint32_t)s->n_bytes, (uint16_t)line.n, (uint16_t)n & 0x7FFF,
                 dx_scan_is_plain(line)};
    memcpy(s->room + e->text, line.p, line.n);
    dx_seen_find *to = (dx_seen_find *)(s->room + e->text + text);
    for (size_t i = 0; i < n; i++)
        to[i] = (dx_seen_find){find[i].which,  (uint16_t)(find[i].at - base),
                               find[i].mid,    find[i].depth,
                               find[i].before, find[i].behind};
    s->n_bytes += size;
    s->n_lines++;
}
