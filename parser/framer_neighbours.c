/* The records around the one that was given out last, cut again from the text around the cursor:
 * where nobody looked for anything, they were never cut before. */
#include "core/utf.h"
#include "parser/framer_impl.h"

/* How far is looked, in lines and bytes as they were written; their line ends and quote marks must
 * not make a difference. */
enum { REACH_LINES = 48, REACH_BYTES = 4096 };

/* Lines that make a record, while it is gathered; places are seen from the cursor. */
typedef struct piece {
    ptrdiff_t from;
    size_t bytes;
    uint32_t line, n_lines;
} piece;

typedef struct reach {
    dx_framer *f;
    ptrdiff_t from, until;
    uint32_t line; /* the first */
    bool in_step;  /* it is known where a record begins */
    bool bare;     /* the line before ended so */
    piece found[DX_NEIGHBOURS_BEFORE];
    size_t n, most; /* of which the last `most` stay, or the first */
    bool first;
} reach;

/* ---- lines to records ---- */

static void close_piece(reach *r, const piece *p)
{
    if (p->n_lines == 0 || (r->first && r->n >= r->most))
        return;
    r->found[r->n++ % r->most] = *p;
}

static void add_line(piece *p, const dx_line *raw)
{
    p->bytes += raw->size;
    p->n_lines++;
}

/* As the framer would have cut them. */
static void cut_pieces(reach *r)
{
    piece now = {.from = r->from};
    dx_line raw;
    dx_cut_line cut;
    uint32_t line = r->line;
    bool bare = r->bare;

    for (ptrdiff_t at = r->from; at < r->until && dx_lines_near(r->f->lines, at, &raw);
         at += (ptrdiff_t)raw.size, line++, bare = raw.bare) {
        dx_framer_read_line(r->f, &raw, &cut);
        const bool goes_on = dx_framer_goes_on(r->f, &cut, bare);
        if (goes_on && now.n_lines > 0) {
            add_line(&now, &raw);
            continue;
        }
        close_piece(r, &now);
        now = (piece){.from = at, .line = line};
        r->in_step |= !goes_on;
        if (r->in_step && !cut.empty)
            add_line(&now, &raw);
    }
    close_piece(r, &now);
}

/* ---- how far ---- */

/* Whether one more line is within reach. */
static bool reaches(reach *r, const dx_line *raw, size_t *bytes)
{
    dx_cut_line cut;

    if (raw->cut)
        return false;
    dx_framer_read_line(r->f, raw, &cut);
    *bytes += cut.raw.n;
    return *bytes <= REACH_BYTES;
}

static void reach_back(reach *r, const dx_record *rec, ptrdiff_t begin, uint32_t known)
{
    const uint32_t run = dx_tracker_run(r->f->tracker);
    const uint32_t first = run > known ? run : known + 1;
    size_t bytes = 0;
    dx_line raw;

    r->from = r->until = begin;
    r->line = rec->line;
    for (size_t i = 0; i < REACH_LINES && r->line > first; i++) {
        if (!dx_lines_before(r->f->lines, r->from, &raw) || !reaches(r, &raw, &bytes) ||
            r->from - (ptrdiff_t)raw.size < begin - DX_LINES_KEPT)
            break;
        r->from -= (ptrdiff_t)raw.size;
        r->line--;
    }
    r->in_step = r->line == first;
    r->bare = dx_lines_before(r->f->lines, r->from, &raw) && raw.bare;
}

static void reach_on(reach *r, const dx_record *rec)
{
    size_t bytes = 0;
    dx_line raw;

    r->line = rec->line + rec->n_lines;
    for (size_t i = 0; i < REACH_LINES; i++) {
        if (!dx_lines_near(r->f->lines, r->until, &raw) || !reaches(r, &raw, &bytes) ||
            r->until + (ptrdiff_t)raw.size > DX_FRAMER_AHEAD)
            break;
        r->until += (ptrdiff_t)raw.size;
    }
    r->bare = dx_lines_before(r->f->lines, 0, &raw) && raw.bare;
}

/* ---- what they say ---- */

static bool look_at(reach *r, const dx_record *rec, size_t i, dx_record *out, bool *turns)
{
    const piece *p = &r->found[i];
    dx_glance seen;

    if (!dx_framer_glance(r->f, p->from, p->bytes, p->n_lines, &seen))
        return false;
    const uint64_t cursor = dx_lines_offset(r->f->lines);
    *out = (dx_record){.offset = cursor + (uint64_t)p->from,
                       .line = p->line,
                       .n_lines = p->n_lines,
                       .seq = p->line,
                       .attempt = rec->attempt,
                       .time_us = seen.time_us,
                       .level = seen.level,
                       .text = dx_utf_prefix(dx_str_trim(seen.text), DX_NEIGHBOURS_BYTES)};
    *turns = seen.turns;
    if (r->first)
        *turns |= dx_tracker_turns(r->f->tracker, seen.view.text, r->f->rx);
    return true;
}

static dx_rc look_back(reach *r, const dx_record *rec, dx_neighbours *out, dx_err *err)
{
    const size_t n = r->n < r->most ? r->n : r->most;
    dx_record seen;
    bool turns;

    for (size_t i = r->n - n; i < r->n; i++) {
        if (!look_at(r, rec, i % r->most, &seen, &turns))
            return dx_nomem(err);
        if (turns)
            out->n = 0;
        else if (seen.text.n > 0)
            out->p[out->n++] = seen;
    }
    return DX_OK;
}

static dx_rc look_on(reach *r, const dx_record *rec, dx_neighbours *out, dx_err *err)
{
    dx_record seen;
    bool turns;

    for (size_t i = 0; i < r->n; i++) {
        if (!look_at(r, rec, i, &seen, &turns))
            return dx_nomem(err);
        if (turns)
            return DX_OK;
        if (seen.text.n > 0)
            out->p[out->n++] = seen;
    }
    return DX_OK;
}

dx_rc dx_framer_neighbours(dx_framer *f, const dx_record *rec, uint32_t known, dx_neighbours *out,
                           dx_err *err)
{
    reach before = {.f = f, .most = DX_NEIGHBOURS_BEFORE};
    reach after = {.f = f, .most = DX_NEIGHBOURS_AFTER, .first = true};

    out->n = 0;
    reach_back(&before, rec, -(ptrdiff_t)(dx_lines_offset(f->lines) - rec->offset), known);
    cut_pieces(&before);
    if (look_back(&before, rec, out, err) != DX_OK)
        return DX_FAIL;
    if (f->part > 0 || !dx_tracker_goes_on(f->tracker))
        return DX_OK;
    reach_on(&after, rec);
    cut_pieces(&after);
    return look_on(&after, rec, out, err);
}
