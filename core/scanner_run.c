/* A pass over a text: plain stretches where they are. */
#include "core/scanner_pass_impl.h"

enum { AHEAD = 4096 /* bytes behind `until` in which a literal's window is looked for */ };

typedef dx_scan_pass pass;

/* ---- the pass ---- */

/* Whether n bytes stand in a line that is known; *k is one that does not end before. */
static bool is_known(const pass *p, size_t at, size_t n, size_t *k)
{
    const dx_scan_range *r = p->run.range;

    while (*k < r->n_known && r->known[*k].until <= at)
        ++*k;
    return *k < r->n_known && r->known[*k].from <= at && at + n <= r->known[*k].until;
}

static void look_up_all(pass *p, const char *bytes, size_t at, dx_scan_class c)
{
    const dx_scan_found *f = &p->found;
    size_t k = p->first_known;

    for (size_t i = 0; i < f->n[c]; i++) {
        const size_t place = at + f->place[c][i];
        if (place >= p->text.n || is_known(p, place, dx_scan_shapes[c].gram, &k))
            continue;
        dx_scan_meet(
            &p->meetings,
            &(dx_scan_candidate){.gram = dx_gram_at(bytes + (place - at), c), .at = place, .c = c});
    }
}

static void do_chunk(pass *p, const char *bytes, size_t n, size_t at)
{
    p->run.s->steps->sample(p->run.s, bytes, n, &p->found);
    (void)is_known(p, at, 0, &p->first_known);
    for (dx_scan_class c = 0; c < DX_SCAN_CLASSES; c++)
        look_up_all(p, bytes, at, c);
    if (!p->run.s->whole)
        dx_scan_breaks(p, n, at);
}

/* ---- known lines ---- */

/* Where a plain line's end begins. */
static size_t end_of(const pass *p, const dx_scan_part *line)
{
    const size_t end = line->until - 1;

    return end - (end > line->from && p->text.p[end - 1] == '\r');
}

/* Lists the line ends in n bytes if nothing else need be looked at there: all of them are known. */
static bool list_ends(pass *p, size_t at, size_t n)
{
    const dx_scan_range *r = p->run.range;
    size_t k = p->first_known, to = at;

    p->found.n_breaks = 0;
    for (; k < r->n_known && r->known[k].from <= to && r->known[k].plain && to < at + n; k++) {
        const size_t end = end_of(p, &r->known[k]);
        if (end >= at && end < at + n)
            p->found.breaks[p->found.n_breaks++] = (uint16_t)(end - at);
        to = r->known[k].until;
    }
    return to >= at + n;
}

/* A chunk in parts, so that those of known lines need not be sampled. */
static void do_parts(pass *p, size_t at)
{
    enum { PART = DX_SCAN_CHUNK / 4 };

    for (size_t end = at + DX_SCAN_CHUNK; at < end; at += PART) {
        (void)is_known(p, at, 0, &p->first_known);
        if (list_ends(p, at, PART))
            dx_scan_breaks(p, PART, at);
        else
            do_chunk(p, p->text.p + at, PART, at);
    }
}

/* ---- all of it ---- */

/* The end of the text, with room behind it. */
static void do_tail(pass *p, size_t at)
{
    const size_t n = p->text.n - at;
    const size_t blocks = (n + DX_SCAN_BLOCK - 1) / DX_SCAN_BLOCK * DX_SCAN_BLOCK;

    memcpy(p->tail, p->text.p + at, n);
    memset(p->tail + n, 0, blocks - n + DX_SCAN_SLACK);
    do_chunk(p, p->tail, blocks, at);
}

/* One block, of which a part is looked at again: behind it all blocks lie as the processor likes
 * it.  Gives where those begin. */
static size_t do_first(pass *p, size_t from)
{
    const size_t over = (uintptr_t)(p->text.p + from) % DX_SCAN_BLOCK;

    if (over == 0 || p->text.n - from < DX_SCAN_BLOCK + DX_SCAN_SLACK)
        return from;
    do_chunk(p, p->text.p + from, DX_SCAN_BLOCK, from);
    return from + DX_SCAN_BLOCK - over;
}

static void do_all(pass *p, size_t from, size_t end)
{
    for (size_t at = do_first(p, from); at < end; at += DX_SCAN_CHUNK) {
        if (p->text.n - at < DX_SCAN_CHUNK + DX_SCAN_SLACK) {
            if (p->text.n - at > DX_SCAN_CHUNK) {
                /* too short to be read past, too long for one tail */
                const size_t half = DX_SCAN_CHUNK / 2;
                do_chunk(p, p->text.p + at, half, at);
                at += half;
            }
            do_tail(p, at);
            return;
        }
        if (p->run.range->n_known > 0)
            do_parts(p, at);
        else
            do_chunk(p, p->text.p + at, DX_SCAN_CHUNK, at);
    }
}

bool dx_scanner_run(const dx_scanner *s, const dx_scan_range *range, dx_scan_hits *out)
{
    pass p;
    const size_t until = range->until < range->text.n ? range->until : range->text.n;
    const size_t end = range->text.n - until > AHEAD ? until + AHEAD : range->text.n;

    out->n = 0;
    if (range->from >= until)
        return true;
    p.run = (dx_scan_run){s, range, out, false};
    p.text = range->text;
    p.handled = p.begin[0] = range->from;
    p.n_begins = 1;
    p.n_sides = 1;
    p.side[0].n = 0;
    p.glue = false;
    p.rows.n = p.meetings.n = 0;
    p.first_known = 0;
    p.meetings.run = &p.run;
    do_all(&p, range->from, end);
    dx_scan_flush(&p);
    dx_scan_meet_all(&p.meetings);
    dx_scan_hits_sort(out);
    return !p.run.failed;
}
