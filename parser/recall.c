#include "parser/recall.h"
#include <stdlib.h>
#include <string.h>

enum {
    LINE_LEAST = 12,   /* bytes of one that is worth asking for */
    HARD = 128,        /* a piece is when one literal or more is met in so many bytes */
    TRIED = 1 << 17,   /* lines after which it is decided whether this pays: */
    OF_WHICH = 8,      /* of so many one at least is known */
    REST_PIECES = 256, /* or so many pieces are passed */
    AHEAD = 16,        /* lines that the processor is told of before they are asked for */
    SOON = 6
};

enum { FRESH, KNOWN };

void dx_recall_done(dx_recall *r)
{
    dx_seen_free(r->seen);
    dx_scan_hits_done(&r->hits);
    dx_scan_finds_done(&r->finds);
    free(r->state);
    free(r->known);
    *r = (dx_recall){0};
}

static bool make_room(dx_recall *r, size_t lines)
{
    if (lines <= r->cap_state)
        return true;
    uint8_t *state = realloc(r->state, 2 * lines);
    if (state != NULL)
        r->state = state;
    dx_scan_part *known = realloc(r->known, 2 * lines * sizeof *known);
    if (known != NULL)
        r->known = known;
    if (state == NULL || known == NULL)
        return false;
    r->cap_state = 2 * lines;
    return true;
}

/* ---- what is known ---- */

/* The i-th line with its end. */
static dx_scan_part part_of(const dx_piece *p, size_t i)
{
    return (dx_scan_part){dx_piece_begin(p, i), dx_piece_begin(p, i + 1), false};
}

/* It is no part of a line. */
static bool is_line(const dx_piece *p, size_t i)
{
    const bool goes_on = i > 0 ? (p->begin[i - 1] & DX_PIECE_CUT) != 0 : p->first.inside > 0;

    return !goes_on && (p->begin[i] & DX_PIECE_CUT) == 0;
}

static bool is_fit(const dx_piece *p, size_t i, dx_scan_part part)
{
    const size_t n = part.until - part.from;

    return n >= LINE_LEAST && n <= DX_SEEN_LINE_MOST && is_line(p, i) &&
           p->text.p[part.until - 1] == '\n';
}

/* A letter, a digit or a sign of ASCII: nothing that folding knows. */
static bool is_plain(char c)
{
    return c > ' ' && c < 0x7F;
}

static bool is_other(char c, char expected)
{
    return expected != '\0' && is_plain(c) && (c >= 'A' && c <= 'Z' ? c | 32 : c) != expected;
}

/* What stands before its line or behind is not what the literal has there. */
static bool is_apart(const dx_scan_range *range, dx_scan_part line, const dx_seen_find *f)
{
    const dx_str text = range->text;
    const size_t end = line.from > 1 && text.p[line.from - 2] == '\r' ? 2 : 1;

    return (line.until < text.n && is_other(text.p[line.until], f->behind)) ||
           (line.from > end && is_other(text.p[line.from - end - 1], f->before));
}

static bool ask(dx_recall *r, const dx_piece *p, size_t i, dx_scan_part part,
                const dx_scan_range *range)
{
    dx_seen_line line;

    if (!is_fit(p, i, part) ||
        !dx_seen_get(r->seen, dx_str_slice(p->text, part.from, part.until), p->print[i], &line))
        return true;
    r->state[i] = KNOWN;
    part.plain = line.plain;
    r->known[r->n_known++] = part;
    for (size_t k = 0; k < line.n; k++) {
        const dx_seen_find f = line.find[k];
        const dx_scan_find find = {part.from + f.at, f.which, f.mid, f.depth, 0, 0};
        if (!(f.depth > 0 && r->simple && is_apart(range, part, &f)) &&
            !dx_scanner_find_again(r->quest->scanner, range, &find, &r->hits))
            return false;
    }
    return true;
}

static int order(const dx_scan_hit *x, const dx_scan_hit *y)
{
    const uint32_t a = dx_hit_id(*x), b = dx_hit_id(*y);

    return x->at != y->at ? (x->at < y->at ? -1 : 1) : a < b ? -1 : a > b;
}

/* They are in order, but for a few that begin in the line before.  None is left twice. */
static void sort(dx_scan_hits *h)
{
    size_t n = 0;

    for (size_t i = 1; i < h->n; i++) {
        const dx_scan_hit hit = h->p[i];
        size_t k = i;
        for (; k > 0 && order(&h->p[k - 1], &hit) > 0; k--)
            h->p[k] = h->p[k - 1];
        h->p[k] = hit;
    }
    for (size_t i = 0; i < h->n; i++)
        if (n == 0 || order(&h->p[n - 1], &h->p[i]) != 0)
            h->p[n++] = h->p[i];
    h->n = n;
}

static bool begin_with(dx_recall *r, const dx_quest *q)
{
    if (r->quest != q) {
        r->quest = q;
        r->on = false;
        if (r->seen != NULL)
            dx_seen_clear(r->seen);
    }
    if (r->on && r->seen == NULL)
        r->seen = dx_seen_new();
    return !r->on || r->seen != NULL;
}

bool dx_recall_begin(dx_recall *r, const dx_quest *q, const dx_piece *p, dx_scan_range *range)
{
    r->hits.n = r->finds.n = r->n_known = 0;
    if (!begin_with(r, q))
        return false;
    if (!r->on)
        return true;
    if (!make_room(r, p->n_lines))
        return false;
    memset(r->state, FRESH, p->n_lines);
    r->simple = range->margins == NULL && memchr(p->text.p, '\x1b', p->text.n) == NULL;
    for (size_t i = 0; i < p->n_lines; i++) {
        if (i + AHEAD < p->n_lines) {
            dx_seen_expect(r->seen, p->print[i + AHEAD]);
            dx_seen_expect_soon(r->seen, p->print[i + SOON]);
        }
        if (!ask(r, p, i, part_of(p, i), range))
            return false;
    }
    sort(&r->hits);
    r->asked += p->n_lines;
    r->found += r->n_known;
    range->known = r->known;
    range->n_known = r->n_known;
    range->finds = &r->finds;
    return true;
}

/* ---- all that is there ---- */

bool dx_recall_merge(dx_recall *r, dx_piece *p)
{
    const dx_scan_hits old = r->hits, found = p->hits;
    size_t i = 0, k = 0;
    dx_scan_hits all = {0};

    if (old.n == 0)
        return true;
    while (i < old.n || k < found.n) {
        const int which = i == old.n ? 1 : k == found.n ? -1 : order(&old.p[i], &found.p[k]);
        if (!dx_scan_hits_add(&all, which <= 0 ? old.p[i] : found.p[k])) {
            dx_scan_hits_done(&all);
            return false;
        }
        i += which <= 0;
        k += which >= 0;
    }
    dx_scan_hits_done(&p->hits);
    p->hits = all;
    return true;
}

/* ---- what is new ---- */

static int by_place(const void *a, const void *b)
{
    const dx_scan_find *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->which != y->which)
        return x->which < y->which ? -1 : 1;
    return x->depth != y->depth ? x->depth - y->depth : x->mid - y->mid;
}

/* In order, and none twice. */
static void sort_finds(dx_scan_finds *f)
{
    size_t n = 0;

    if (f->n > 1)
        qsort(f->p, f->n, sizeof *f->p, by_place);
    for (size_t i = 0; i < f->n; i++)
        if (n == 0 || by_place(&f->p[n - 1], &f->p[i]) != 0)
            f->p[n++] = f->p[i];
    f->n = n;
}

/* What is known of the hit that is the find, if there is one; *hit passes those before. */
static uint32_t marks_of(const dx_piece *p, const dx_scan_find *find, size_t *hit)
{
    const dx_scan_hits *all = &p->hits;

    while (*hit < all->n && all->p[*hit].at < find->at)
        ++*hit;
    for (size_t k = *hit; find->depth == 0 && k < all->n && all->p[k].at == find->at; k++)
        if (dx_hit_id(all->p[k]) == find->which)
            return find->which ^ all->p[k].id;
    return 0;
}

/* Without those that are gone. */
static void mark_finds(dx_scan_finds *f, const dx_piece *p)
{
    size_t n = 0, hit = 0;

    for (size_t i = 0; i < f->n; i++) {
        const uint32_t marks = marks_of(p, &f->p[i], &hit);
        if ((marks & DX_HIT_GONE) != 0)
            continue;
        f->p[n] = f->p[i];
        f->p[n++].which |= marks & DX_HIT_ALONE;
    }
    f->n = n;
}

bool dx_recall_learns(const dx_recall *r, const dx_piece *p, size_t at, size_t *line)
{
    if (!r->on)
        return false;
    while (*line + 1 < p->n_lines && dx_piece_begin(p, *line + 1) <= at)
        ++*line;
    return r->state[*line] == FRESH;
}

/* What must stand around the line for those of its finds that are not there by it alone. */
static void expect(dx_recall *r, const dx_piece *p, dx_scan_part line, size_t from, size_t to)
{
    const dx_str text = dx_str_slice(p->text, line.from, line.until);

    for (size_t i = from; i < to; i++)
        if (r->finds.p[i].depth > 0)
            dx_scanner_expect(r->quest->scanner, text, line.from, &r->finds.p[i]);
}

static void learn(dx_recall *r, const dx_piece *p)
{
    const dx_scan_finds *f = &r->finds;

    sort_finds(&r->finds);
    mark_finds(&r->finds, p);
    for (size_t i = 0, k = 0; i < p->n_lines; i++) {
        const dx_scan_part part = part_of(p, i);
        while (k < f->n && f->p[k].at < part.from)
            k++;
        const size_t first = k;
        while (k < f->n && f->p[k].at < part.until)
            k++;
        if (r->state[i] != FRESH || !is_fit(p, i, part))
            continue;
        expect(r, p, part, first, k);
        dx_seen_learn(r->seen, dx_str_slice(p->text, part.from, part.until), p->print[i],
                      f->p + first, k - first, part.from);
    }
}

static void decide(dx_recall *r, const dx_piece *p)
{
    r->rest -= r->rest > 0;
    if (r->asked >= TRIED) {
        r->rest = r->found * OF_WHICH < r->asked ? REST_PIECES : 0;
        r->asked = r->found = 0;
    }
    r->on = r->rest == 0 && p->hits.n * HARD > p->next.offset - p->first.offset;
}

void dx_recall_learn(dx_recall *r, const dx_piece *p)
{
    if (r->on)
        learn(r, p);
    decide(r, p);
}
