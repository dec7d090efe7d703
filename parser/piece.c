#include "parser/piece.h"
#include <stdlib.h>
#include <string.h>
#include "core/bytes.h"
#include "parser/recall.h"
#include "parser/trail.h"

/* ---- lines ---- */

/* Room for `more`. */
static bool grow(void **list, size_t size, size_t n, size_t more, size_t *cap)
{
    void *p;

    if (n + more <= *cap)
        return true;
    p = realloc(*list, (n * 2 + more + 1024) * size);
    if (p == NULL)
        return false;
    *list = p;
    *cap = n * 2 + more + 1024;
    return true;
}

static bool room_for_lines(dx_piece *p, size_t more)
{
    size_t cap = p->cap_lines;

    return grow((void **)&p->begin, sizeof *p->begin, p->n_lines, more, &cap) &&
           grow((void **)&p->print, sizeof *p->print, p->n_lines, more, &p->cap_lines);
}

static bool add_line(dx_piece *p, const dx_line *line)
{
    if (!room_for_lines(p, 1))
        return false;
    p->begin[p->n_lines] =
        (uint32_t)(p->next.offset - p->first.offset) | (line->cut ? DX_PIECE_CUT : 0);
    p->print[p->n_lines++] = dx_line_print(line->text);
    p->next.offset += line->size;
    p->next.inside = line->cut ? p->next.inside + line->size : 0;
    p->next.number += !line->cut;
    return true;
}

enum { ENDS = 512 };

/* Where lines are listed another thread may have read before: what is in its cache takes long to
 * get, so that is asked for while something else is done. */
static void fetch_room(const dx_piece *p, size_t n)
{
    enum { LINE = 64 }; /* of a cache */

    for (size_t i = 0; i < n; i += LINE / sizeof *p->begin)
        __builtin_prefetch(p->begin + p->n_lines + i, 1);
    for (size_t i = 0; i < n; i += LINE / sizeof *p->print)
        __builtin_prefetch(p->print + p->n_lines + i, 1);
}

/* Whole lines, as many as end within the text and are not overlong; false when out of memory. */
static bool add_lines(dx_piece *p, size_t at)
{
    uint32_t end[ENDS];
    dx_str line[ENDS];
    uint64_t print[ENDS];
    const dx_str text = dx_str_slice(p->text, at, at + UINT32_MAX);
    const size_t ends = dx_find_bytes(text, '\n', end, ENDS);
    size_t n = 0, from = 0;

    for (; n < ends && at + from < p->until; from = end[n++] + 1) {
        const size_t size = end[n] + 1 - from;
        const bool crlf = size > 1 && text.p[end[n] - 1] == '\r';
        if (size + (n == 0 ? p->next.inside : 0) > DX_LINE_MAX)
            break;
        line[n] = (dx_str){text.p + from, size - 1 - crlf};
    }
    if (!room_for_lines(p, n))
        return false;
    fetch_room(p, n);
    dx_line_prints(p->text, line, n, print);
    for (size_t i = 0; i < n; i++)
        p->begin[p->n_lines + i] = (uint32_t)at + (i > 0 ? end[i - 1] + 1 : 0);
    if (n > 0)
        memcpy(p->print + p->n_lines, print, n * sizeof *print);
    p->n_lines += n;
    p->next.offset += from;
    p->next.number += (uint32_t)n;
    p->next.inside = n > 0 ? 0 : p->next.inside;
    return true;
}

static bool list_lines(dx_piece *p)
{
    const uint64_t begin = p->next.offset;
    size_t at = 0;
    dx_line line;

    while (at < p->until && at < DX_PIECE_MOST) {
        if (!add_lines(p, at))
            return false;
        const size_t now = (size_t)(p->next.offset - begin);
        if (now == at) {
            if (!dx_line_of(dx_str_slice(p->text, at, SIZE_MAX), '\n', p->next.inside, p->all,
                            &line))
                return true;
            if (!add_line(p, &line))
                return false;
        }
        at = (size_t)(p->next.offset - begin);
    }
    return true;
}

/* ---- places ---- */

static bool add_spot(dx_piece *p, uint64_t offset, uint32_t id)
{
    if (!grow((void **)&p->spot, sizeof *p->spot, p->n_spots, 1, &p->cap_spots))
        return false;
    p->spot[p->n_spots++] = (dx_piece_spot){offset, id};
    return true;
}

/* Bytes over which a record with a literal may be read on. */
enum { READ_ON = 4096 };

/* What must stand around the literal; NULL when nothing is certain. */
static const dx_near *near_of(const dx_quest *q, uint32_t id)
{
    const dx_near *near = q->base.near != NULL && id < q->base.n ? q->base.near[id] : NULL;

    return near != NULL && near->n > 0 ? near : NULL;
}

/* Whether it may be there as far as one can see who only knows the rest of this line: the record
 * may end with it. */
static bool may_hold(dx_piece *p, const dx_near *near, size_t at)
{
    dx_near_text text;

    if (!dx_vicinity_of(&p->around, at, 0, near->ahead, &text)) {
        p->starved = true;
        return true;
    }
    dx_vicinity_cut(&p->around, at, &text);
    return dx_near_holds(near, &text);
}

typedef enum company { GONE, ALONE, MISSING, THERE } company;

/* The next piece may take back what this one drops; there may be one even where all is in sight. */
static bool is_late(const dx_quest *q, const dx_piece *p, size_t at)
{
    const bool is_last = p->all && p->until >= p->text.n;

    return q->format->joins && !is_last && at + READ_ON > p->until;
}

/* What its line says by itself of a literal that is not there.  Gone: it cannot be, whatever stands
 * before it, and behind its line.  Alone: whatever stands around its line. */
static company alone_in(const dx_piece *p, const dx_near *near, size_t at, const dx_near_text *text)
{
    dx_near_text line = *text, rest = *text;

    dx_vicinity_line(&p->around, at, near->back, &line);
    if (dx_near_holds(near, &line))
        return MISSING;
    dx_vicinity_cut(&p->around, at, &rest);
    return dx_near_holds(near, &rest) ? ALONE : GONE;
}

/* Whether what must stand around the literal does, as far as that can be seen; `learns`: what its
 * line says by itself is worth knowing. */
static company company_of(const dx_quest *q, dx_piece *p, const dx_near *near, size_t at,
                          bool learns)
{
    dx_near_text text, rest;

    if (!dx_vicinity_of(&p->around, at, near->back, near->ahead, &text)) {
        p->starved = true;
        return THERE;
    }
    if (is_late(q, p, at)) {
        rest = text;
        dx_vicinity_cut(&p->around, at, &rest);
        return dx_near_holds(near, &rest) ? THERE : GONE;
    }
    return dx_near_holds(near, &text) ? THERE : learns ? alone_in(p, near, at, &text) : MISSING;
}

enum { BEGINS_MOST = 256 }; /* characters in which it pays to look for a line's beginning */

/* Whether a match that holds this literal may begin in a line before. */
static bool may_begin_before(dx_piece *p, const dx_near *near, size_t at)
{
    dx_near_text text;

    if (near->begins > BEGINS_MOST)
        return true;
    const size_t back = near->begins < near->back ? near->back : near->begins + 1;
    if (!dx_vicinity_of(&p->around, at, back, near->ahead, &text)) {
        p->starved = true;
        return true;
    }
    return !dx_vicinity_inside(&p->around, at, &text, dx_near_begins(near, &text));
}

/* The last n spots, of descending offsets, to their places among those before: a log may be made so
 * that they are many, again and again. */
static bool settle_last(dx_piece *p, size_t n)
{
    if (n == 0)
        return true;
    if (!grow((void **)&p->spot, sizeof *p->spot, p->n_spots, n, &p->cap_spots))
        return false;
    dx_piece_spot *const all = p->spot, *const last = all + p->n_spots;
    size_t before = p->n_spots - n, to = p->n_spots;

    memcpy(last, all + before, n * sizeof *last);
    for (size_t i = 0; i < n;) {
        const bool is_behind = before > 0 && all[before - 1].offset > last[i].offset;
        all[--to] = is_behind ? all[--before] : last[i++];
    }
    return true;
}

/* A match may hold its literal where its record goes on, and begin in one that has the same literal
 * by chance: those that were dropped just before count, too. */
static bool take_back(dx_piece *p, const dx_near *near, uint64_t begin, size_t i)
{
    dx_scan_hit *hit = p->hits.p;
    const uint32_t id = hit[i].id;
    const size_t n = p->n_spots;

    if (!may_begin_before(p, near, hit[i].at))
        return true;
    for (size_t k = i; k > 0 && hit[k - 1].at + READ_ON >= hit[i].at; k--) {
        if (hit[k - 1].id == (id | DX_HIT_KEPT))
            break;
        if ((hit[k - 1].id & ~(uint32_t)DX_HIT_ALONE) != id || !may_hold(p, near, hit[k - 1].at))
            continue;
        if (!add_spot(p, begin + hit[k - 1].at, id))
            return false;
    }
    hit[i].id |= DX_HIT_KEPT;
    return settle_last(p, p->n_spots - n);
}

/* Of the i-th hit; notes it there.  It may be known from where its line stood before. */
static company weigh(const dx_quest *q, dx_piece *p, const dx_near *near, size_t i, bool learns)
{
    static const uint32_t mark[] = {[GONE] = DX_HIT_GONE, [ALONE] = DX_HIT_ALONE, [THERE] = 0};
    const dx_scan_hit hit = p->hits.p[i];

    if (near == NULL)
        return THERE;
    const bool known = (hit.id & DX_HIT_ALONE) != 0;
    const company there = !known                  ? company_of(q, p, near, hit.at, learns)
                          : is_late(q, p, hit.at) ? THERE
                                                  : ALONE;
    p->hits.p[i].id = dx_hit_id(hit) | mark[there];
    return there;
}

static bool add_hits(const dx_quest *q, dx_piece *p, uint64_t begin, const dx_recall *recall)
{
    size_t line = 0;

    for (size_t i = 0; i < p->hits.n; i++) {
        const dx_scan_hit hit = {p->hits.p[i].at, dx_hit_id(p->hits.p[i])};
        const dx_near *near = near_of(q, hit.id);
        const bool learns = dx_recall_learns(recall, p, hit.at, &line);
        if (weigh(q, p, near, i, learns) != THERE)
            continue;
        if (!add_spot(p, begin + hit.at, hit.id < q->base.n ? hit.id : DX_SPOT_FORMAT) ||
            (near != NULL && q->format->joins && !take_back(p, near, begin, i)))
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

static int by_offset(const void *a, const void *b)
{
    const dx_piece_spot *x = a, *y = b;

    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Short literals, and what may stand amid one: a terminal's escapes, NULs. */
static bool add_brief(const dx_quest *q, dx_piece *p, size_t end, uint64_t begin)
{
    const dx_str text = dx_str_slice(p->text, 0, end);

    for (size_t at = 0; at < text.n; at++) {
        bool here = text.p[at] == '\x1b' ||
                    (text.p[at] == '\xe2' && is_here(DX_LIT("\xe2\x90\x80"), text, at));
        for (size_t i = 0; i < q->n_brief && !here; i++)
            here = is_here(q->brief[i], text, at);
        if (here && !add_spot(p, begin + at, DX_SPOT_FORMAT))
            return false;
    }
    if (p->n_spots > 0)
        qsort(p->spot, p->n_spots, sizeof *p->spot, by_offset);
    return true;
}

/* ---- scanning ---- */

static bool find_spots(const dx_quest *q, dx_piece *p, uint64_t begin, dx_stamper *stamper,
                       dx_recall *recall)
{
    const size_t end = (size_t)(p->next.offset - begin);

    dx_stamper_turn(stamper, q->format);
    const bool stamps = q->format->stamp != NULL;
    dx_scan_range range = {.text = p->text,
                           .until = end,
                           .margins = stamps ? dx_stamper_margins : NULL,
                           .ctx = stamper,
                           .usual = stamps ? dx_stamper_usual(stamper) : NULL,
                           .wanted = q->base.wanted,
                           .n_wanted = q->base.n};

    dx_vicinity_begin(&p->around, stamper, p->text, begin == 0, p->all);
    if (!dx_recall_begin(recall, q, p, &range) || !dx_scanner_run(q->scanner, &range, &p->hits) ||
        !dx_recall_merge(recall, p) || !add_hits(q, p, begin, recall))
        return false;
    dx_recall_learn(recall, p);
    return !p->starved && (q->n_brief == 0 || add_brief(q, p, end, begin));
}

void dx_piece_look(const dx_quest *q, dx_piece *p, dx_stamper *stamper, dx_recall *recall)
{
    const uint64_t begin = p->next.offset;

    p->first = p->next;
    p->n_lines = p->n_spots = 0;
    p->starved = false;
    p->starved = !list_lines(p) || (p->n_lines > 0 && !find_spots(q, p, begin, stamper, recall));
}

void dx_piece_done(dx_piece *p)
{
    dx_scan_hits_done(&p->hits);
    dx_vicinity_done(&p->around);
    free(p->begin);
    free(p->print);
    free(p->spot);
    free(p->own);
}
