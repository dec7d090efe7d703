/* Where in a reading of a record literals stand, and where, therefore, matches may begin. */
#include <stdlib.h>
#include "core/utf.h"
#include "patterns/matcher_impl.h"

/* A text as dx_near_holds() wants it, made when it is first asked for. */
typedef struct packing {
    dx_buf *into;
    dx_str of;
    bool made, wide;
    size_t seen, at; /* bytes of `of`, and of what they gave */
} packing;

static bool is_blank(char c)
{
    return c == ' ' || c == '\n';
}

static void pack(packing *p)
{
    dx_buf_clear(p->into);
    if (!dx_buf_reserve(p->into, p->of.n))
        return;
    for (size_t i = 0; i < p->of.n; i++) {
        const char c = p->of.p[i];
        p->into->p[p->into->n] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
        p->into->n += !is_blank(c);
        p->wide |= (unsigned char)c >= 0x80;
    }
    p->made = true;
}

/* Whether what must stand around the literal is there; hits come in the order of the text. */
static bool holds(packing *p, const dx_near *near, size_t at, const dx_near_text *known)
{
    dx_near_text in = *known;

    if (near->n == 0)
        return true;
    if (!p->made)
        pack(p);
    for (; p->seen < at; p->seen++)
        p->at += !is_blank(p->of.p[p->seen]);
    in.text = dx_buf_str(p->into);
    in.at = p->at;
    in.wide = p->wide;
    return dx_near_holds(near, &in);
}

bool dx_spots_look(dx_matcher *m, const dx_scan_range *range, const dx_near_text *known)
{
    packing p = {.into = &m->packed, .of = range->text};
    size_t n = 0;

    if (!dx_scanner_run(m->here.scanner, range, &m->hits))
        return false;
    for (size_t i = 0; i < m->hits.n; i++) {
        const dx_scan_hit hit = m->hits.p[i];
        const dx_near *near = m->sought->near[hit.id];
        if (near == NULL || holds(&p, near, hit.at, known))
            m->hits.p[n++] = hit;
    }
    m->hits.n = n;
    return !m->packed.failed;
}

/* ---- kept for the search ---- */

static int by_signature(const void *a, const void *b)
{
    const dx_spot *x = a, *y = b;

    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

bool dx_spots_keep(dx_matcher *m, dx_spots *out)
{
    *out = (dx_spots){dx_arena_get(m->scratch, m->hits.n * sizeof *out->p), 0};
    if (out->p == NULL)
        return false;
    for (size_t i = 0; i < m->hits.n; i++) {
        const dx_scan_hit hit = m->hits.p[i];
        if (m->sought->near[hit.id] != NULL)
            out->p[out->n++] = (dx_spot){hit.at, hit.at, hit.id};
    }
    qsort(out->p, out->n, sizeof *out->p, by_signature);
    return true;
}

/* ---- from hints ---- */

size_t dx_view_line(const dx_view *view, uint32_t line)
{
    size_t low = 0, high = view->n_starts;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (view->start[middle].line <= line)
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool dx_spots_of_hints(dx_matcher *m, const dx_record *rec, const dx_view *view, dx_spots *out)
{
    *out = (dx_spots){dx_arena_get(m->scratch, rec->n_hints * sizeof *out->p), 0};
    if (out->p == NULL)
        return false;
    for (size_t i = 0; i < rec->n_hints && view->n_starts > 0; i++) {
        const dx_hint hint = rec->hint[i];
        const size_t k = dx_view_line(view, hint.line);
        const bool is_last = k + 1 == view->n_starts;
        const size_t end = is_last ? view->text.n : view->start[k + 1].at;
        const bool beyond = is_last && view->start[k].line != hint.line;
        if (m->sought->near[hint.id] != NULL && !beyond && view->start[k].at < end)
            out->p[out->n++] = (dx_spot){view->start[k].at, end - 1, hint.id};
    }
    qsort(out->p, out->n, sizeof *out->p, by_signature);
    return true;
}

static size_t first_of(const dx_spots *all, uint32_t id)
{
    size_t low = 0, high = all->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (all->p[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void dx_windows_of(const dx_matcher *m, const dx_spots *all, dx_str text, uint32_t id,
                   dx_windows *out)
{
    *out = (dx_windows){.text = text, .near = all != NULL ? m->sought->near[id] : NULL};
    if (out->near == NULL)
        return;
    out->begins = dx_reach_in(text, out->near->begins);
    out->at = first_of(all, id);
    out->end = first_of(all, id + 1);
    out->all = all;
}

/* ---- windows ---- */

/* Bytes of a text in which no message is as long, and characters of a message. */
enum { ENDLESS = 64 * 1024, MESSAGE = 16 * 1024 };

uint32_t dx_reach_in(dx_str text, uint32_t characters)
{
    return text.n > ENDLESS && characters > MESSAGE ? MESSAGE : characters;
}

bool dx_windows_next(dx_windows *w, size_t from, dx_window *out)
{
    if (w->near == NULL) {
        *out = (dx_window){from, w->text.n, w->text};
        return from <= w->text.n;
    }
    const dx_spot *spot = w->all->p;
    while (w->at < w->end && spot[w->at].last < from)
        w->at++;
    if (w->at == w->end)
        return false;
    size_t i = w->at;
    out->first = dx_near_before(w->text, spot[i].at > from ? spot[i].at : from, w->begins, from);
    for (out->last = spot[i].last;
         i + 1 < w->end && spot[i + 1].at <= out->last + (uint64_t)w->begins; i++)
        out->last = spot[i + 1].last;
    out->text = w->text.n > ENDLESS ? dx_utf_prefix(w->text, out->last + MESSAGE) : w->text;
    return true;
}
