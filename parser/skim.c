#include "parser/skim.h"
#include <stdlib.h>
#include <string.h>
#include "parser/trail.h"

enum { CHUNK = 256 * 1024, BEHIND = 4096 };

/* ---- what is looked for ---- */

static dx_rc make_scanner(dx_skim *s, dx_arena *keep, dx_err *err)
{
    dx_scan_literal *all = dx_arena_get(keep, (s->seek.n + 1) * sizeof *all);
    size_t n = 0;

    s->brief = dx_arena_get(keep, (s->seek.n + 1) * sizeof *s->brief);
    if (all == NULL || s->brief == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < s->seek.n; i++)
        if (s->seek.literal[i].n >= DX_SCAN_LEAST)
            all[n++] = (dx_scan_literal){s->seek.literal[i], UINT32_MAX};
        else
            s->brief[s->n_brief++] = s->seek.literal[i];
    return dx_scanner_new(&s->scanner, s->base.scanner, all, n, err);
}

dx_rc dx_skim_new(dx_skim **out, const dx_format *format, const dx_scan_subset *base,
                  dx_arena *keep, dx_err *err)
{
    dx_skim *s = calloc(1, sizeof *s);

    if (s == NULL || !dx_seek_of(format, keep, &s->seek)) {
        free(s);
        return dx_nomem(err);
    }
    if (s->seek.why_not.n > 0) {
        free(s);
        return DX_OK;
    }
    s->base = *base;
    if (make_scanner(s, keep, err) != DX_OK) {
        dx_skim_free(s);
        return DX_FAIL;
    }
    *out = s;
    return DX_OK;
}

void dx_skim_free(dx_skim *s)
{
    if (s == NULL)
        return;
    dx_scanner_free(s->scanner);
    dx_scan_hits_done(&s->hits);
    free(s->line);
    free(s->spot);
    free(s);
}

/* ---- following the cursor ---- */

static void begin_anew(dx_skim *s, const dx_lines *l)
{
    s->n = s->first = s->n_spots = s->next_spot = 0;
    s->until = dx_lines_offset(l);
    s->next = (dx_skim_line){.inside = dx_lines_inside(l), .number = dx_lines_number(l)};
}

void dx_skim_follow(dx_skim *s, const dx_lines *l)
{
    const uint64_t cursor = dx_lines_offset(l);

    while (s->next_spot < s->n_spots && s->spot[s->next_spot] < cursor)
        s->next_spot++;
    if (cursor >= s->until) {
        begin_anew(s, l);
        return;
    }
    while (s->line[s->first].offset < cursor)
        s->first++;
}

uint64_t dx_skim_spot(const dx_skim *s)
{
    return s->next_spot < s->n_spots ? s->spot[s->next_spot] : UINT64_MAX;
}

size_t dx_skim_find(const dx_skim *s, uint64_t offset)
{
    size_t low = s->first, high = s->n;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (s->line[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- looking ahead ---- */

/* Room for `more` at the end of a list of which the first `*done` are no longer needed. */
static bool make_room(void **list, size_t size, size_t *n, size_t *done, size_t *cap, size_t more)
{
    char *p = *list;

    if (*n > *done)
        memmove(p, p + *done * size, (*n - *done) * size);
    *n -= *done;
    *done = 0;
    if (*n + more <= *cap)
        return true;
    p = realloc(p, (*n + more) * 2 * size);
    if (p == NULL)
        return false;
    *list = p;
    *cap = (*n + more) * 2;
    return true;
}

/* The next line, that begins at this offset. */
static bool add_line(dx_skim *s, uint64_t offset, const dx_line *line)
{
    if (s->n == s->cap &&
        !make_room((void **)&s->line, sizeof *s->line, &s->n, &s->first, &s->cap, 4096))
        return false;
    s->next.offset = offset;
    s->next.print = dx_line_print(line->text);
    s->next.cut = line->cut;
    s->line[s->n++] = s->next;
    s->next.inside = line->cut ? s->next.inside + line->size : 0;
    s->next.number += !line->cut;
    return true;
}

/* Lists the lines that begin before `limit` bytes behind the cursor and are whole; gives where they
 * end. */
static bool list_lines(dx_skim *s, const dx_lines *l, size_t from, size_t limit, size_t *end)
{
    const uint64_t cursor = dx_lines_offset(l);
    dx_line line;

    while (from < limit && dx_lines_at(l, from, s->next.inside, &line)) {
        if (!add_line(s, cursor + from, &line))
            return false;
        from += line.size;
    }
    *end = from;
    return true;
}

/* ---- places ---- */

static bool add_spot(dx_skim *s, uint64_t offset)
{
    if (s->n_spots == s->cap_spots && !make_room((void **)&s->spot, sizeof *s->spot, &s->n_spots,
                                                 &s->next_spot, &s->cap_spots, 256))
        return false;
    s->spot[s->n_spots++] = offset;
    return true;
}

static bool add_hits(dx_skim *s, uint64_t base)
{
    size_t last = SIZE_MAX;

    for (size_t i = 0; i < s->hits.n; i++) {
        const dx_scan_hit *hit = &s->hits.p[i];
        if (hit->at == last || (hit->id < s->base.n && !s->base.wanted[hit->id]))
            continue;
        last = hit->at;
        if (!add_spot(s, base + last))
            return false;
    }
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool is_here(dx_str literal, dx_str text, size_t at)
{
    for (size_t i = 0; i < literal.n; i++)
        if (at + i >= text.n || lower(text.p[at + i]) != literal.p[i])
            return false;
    return true;
}

/* Also where a terminal's escapes or NULs may stand amid a literal. */
static bool add_brief(dx_skim *s, dx_str text, uint64_t base)
{
    for (size_t at = 0; at < text.n; at++) {
        bool here = text.p[at] == '\x1b' ||
                    (text.p[at] == '\xe2' && is_here(DX_LIT("\xe2\x90\x80"), text, at));
        for (size_t i = 0; i < s->n_brief && !here; i++)
            here = is_here(s->brief[i], text, at);
        if (here && !add_spot(s, base + at))
            return false;
    }
    return true;
}

static int by_offset(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static bool scan(dx_skim *s, const dx_lines *l, size_t from, size_t end)
{
    const dx_str text = dx_str_slice(dx_lines_ahead(l), from, SIZE_MAX);
    const dx_scan_range range = {
        .text = text, .until = end - from, .margins = s->margins, .ctx = s->margins_ctx};

    if (!dx_scanner_run(s->scanner, &range, &s->hits) || !add_hits(s, s->until))
        return false;
    if (s->n_brief == 0)
        return true;
    if (!add_brief(s, dx_str_slice(text, 0, end - from), s->until))
        return false;
    if (s->n_spots > s->next_spot)
        qsort(s->spot + s->next_spot, s->n_spots - s->next_spot, sizeof *s->spot, by_offset);
    return true;
}

dx_rc dx_skim_more(dx_skim *s, dx_lines *l, dx_err *err)
{
    const size_t from = (size_t)(s->until - dx_lines_offset(l));
    size_t end = from;

    for (size_t want = from + CHUNK + BEHIND; end == from; want *= 2) {
        if (dx_lines_need(l, want, err) != DX_OK)
            return DX_FAIL;
        const size_t have = dx_lines_ahead(l).n;
        if (have == from)
            return DX_END;
        const size_t limit = dx_lines_all(l) ? have : have - BEHIND;
        if (limit > from && !list_lines(s, l, from, limit, &end))
            return dx_nomem(err);
    }
    if (!scan(s, l, from, end))
        return dx_nomem(err);
    s->until = dx_lines_offset(l) + end;
    return DX_OK;
}
