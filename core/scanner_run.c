/* A pass over a text: plain stretches where they are, what stands around breaks stitched. */
#include "core/scanner_impl.h"

enum {
    SIDES = 12,   /* ways to read what stands before a break */
    AHEAD = 4096, /* bytes behind `until` in which a literal's window is looked for */
    PLACES = DX_MARGINS + 1
};

typedef struct side {
    char p[DX_SCAN_SIDE];
    uint8_t n;
} side;

/* Rows wait until there are many, so that the processor need not switch to and fro. */
typedef struct waiting {
    dx_scan_row row[DX_SCAN_ROWS];
    size_t at[DX_SCAN_ROWS]; /* of the row's second part in the text */
    bool easy[DX_SCAN_ROWS]; /* there is no other way to read what stands before it */
    size_t n;
} waiting;

typedef struct pass {
    dx_scan_run run;
    dx_str text;
    size_t handled;   /* breaks before this place are done */
    side side[SIDES]; /* what stood before the last break */
    size_t n_sides;   /* 0: the bytes before `plain`, of which there are enough */
    size_t plain;
    bool glue;            /* the last break may stand for nothing */
    size_t begin[PLACES]; /* where the text behind the last break may begin */
    size_t n_begins;
    size_t usual_begin; /* of the chunk's usual lines: what is usual may change */
    size_t first_known; /* of the known lines, the first that does not end before the chunk */
    waiting rows;
    dx_scan_meetings meetings;
    dx_scan_found found;
    char tail[DX_SCAN_CHUNK + 2 * DX_SCAN_SLACK];
} pass;

/* ---- rows ---- */

static void look_at_row(pass *p, size_t i, dx_scan_class c, unsigned found)
{
    const dx_scan_row *row = &p->rows.row[i];

    for (; found != 0; found &= found - 1) {
        const unsigned lane = (unsigned)__builtin_ctz(found);
        const unsigned before = dx_scan_lanes[c][lane % DX_SCAN_LANES];
        const bool blank = lane < DX_SCAN_LANES;
        dx_scan_candidate may = {.gram = dx_scan_row_gram(row, c, lane),
                                 .at = p->rows.at[i],
                                 .shift = (uint8_t)(before + blank),
                                 .c = c,
                                 .stitched = true,
                                 .loose = before + blank == 0,
                                 .n_before =
                                     p->rows.easy[i] ? (uint8_t)(DX_SCAN_SIDE - before) : 0};
        if (c == DX_SCAN_SHORT && !dx_table_may(&p->run.s->table[c], may.gram))
            continue; /* a sieve let it pass */
        memcpy(may.before, row->text, sizeof may.before);
        dx_scan_meet(&p->meetings, &may);
    }
}

/* Of by far most rows no lane was found. */
static void look_at_rows(pass *p, dx_scan_class c, const uint8_t found[DX_SCAN_ROWS])
{
    for (size_t i = 0; i < p->rows.n; i += 8) {
        if (dx_scan_eight((const char *)found + i) == 0)
            continue;
        for (size_t k = i; k < i + 8 && k < p->rows.n; k++)
            look_at_row(p, k, c, found[k]);
    }
}

static void flush_rows(pass *p)
{
    enum { AT_ONCE = 4 }; /* rows that a processor looks at, at most, be they in use or not */
    uint8_t found[DX_SCAN_ROWS] = {0};
    const size_t unused = (DX_SCAN_ROWS - p->rows.n) % AT_ONCE;

    memset(p->rows.row + p->rows.n, 0, unused * sizeof *p->rows.row);
    for (dx_scan_class c = 0; c < DX_SCAN_CLASSES; c++) {
        if (!p->run.s->table[c].used || p->rows.n == 0)
            continue;
        p->run.s->steps->stitch(p->run.s, c, p->rows.row, p->rows.n, found);
        look_at_rows(p, c, found);
    }
    p->rows.n = 0;
}

/* ---- breaks ---- */

static side whole_side(const pass *p, size_t end)
{
    side s = {.n = DX_SCAN_SIDE};

    memcpy(s.p, p->text.p + end - DX_SCAN_SIDE, DX_SCAN_SIDE);
    return s;
}

/* `before`, the last break as a blank or as nothing, and text[from, to), which is short. */
static side joined(const pass *p, const side *before, bool blank, size_t from, size_t to)
{
    char all[2 * DX_SCAN_SIDE + 1];
    size_t n = before->n;
    side s;

    memcpy(all, before->p, n);
    if (blank && n > 0 && all[n - 1] != ' ')
        all[n++] = ' ';
    memcpy(all + n, p->text.p + from, to - from);
    n += to - from;
    s.n = (uint8_t)(n < DX_SCAN_SIDE ? n : DX_SCAN_SIDE);
    memcpy(s.p, all + n - s.n, s.n);
    return s;
}

static void add_side(side *all, size_t *n, side one)
{
    for (size_t i = 0; i < *n; i++)
        if (all[i].n == one.n && memcmp(all[i].p, one.p, one.n) == 0)
            return;
    if (*n < SIDES)
        all[(*n)++] = one;
}

/* What may stand before the break at `end`: mostly its last bytes as they are.  The first way is
 * always that which reads margins as margins and breaks as blanks. */
static size_t find_sides(const pass *p, size_t end, side all[SIDES])
{
    size_t n = 0;

    for (size_t g = 0; g < p->n_begins; g++) {
        const size_t from = p->begin[g];
        if (from + DX_SCAN_SIDE <= end) {
            add_side(all, &n, whole_side(p, end));
            continue;
        }
        for (size_t k = 0; from <= end && k < p->n_sides * (p->glue ? 2 : 1); k++)
            add_side(all, &n, joined(p, &p->side[k % p->n_sides], k < p->n_sides, from, end));
    }
    return n;
}

/* Where the text behind the break begins: behind a margin, or behind its blanks. */
static void find_begins(pass *p, const dx_break *b)
{
    uint8_t place[DX_MARGINS];
    const size_t n = b->newline ? dx_scan_places(p->run.range, b->line, place) : 0;

    p->n_begins = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t at = b->line + place[i];
        if (at >= p->text.n)
            continue;
        const dx_break behind = dx_scan_break(p->text, at);
        p->begin[p->n_begins++] = behind.newline && at > b->end ? at : behind.end;
    }
    if (p->n_begins == 0)
        p->begin[p->n_begins++] = b->end;
}

static dx_scan_row *next_row(pass *p, size_t second, bool easy)
{
    if (p->rows.n == DX_SCAN_ROWS)
        flush_rows(p);
    p->rows.at[p->rows.n] = second;
    p->rows.easy[p->rows.n] = easy;
    return &p->rows.row[p->rows.n++];
}

static void add_row(pass *p, const side *s, size_t second)
{
    dx_scan_row *row = next_row(p, second, false);
    const dx_str behind = dx_str_slice(p->text, second, second + DX_SCAN_SIDE);

    memset(row, 0, sizeof *row);
    memcpy(row->text + DX_SCAN_SIDE - s->n, s->p, s->n);
    memcpy(row->text + DX_SCAN_SIDE, behind.p, behind.n);
}

/* What stands before the break is long enough to be taken as it is: by far most breaks. */
static bool is_easy(const pass *p, size_t from)
{
    return p->n_begins == 1 && p->begin[0] + DX_SCAN_SIDE <= from;
}

static void add_easy_row(pass *p, size_t from, size_t second)
{
    const char *const text = p->text.p;

    if (second + DX_SCAN_SIDE > p->text.n) {
        const side before = whole_side(p, from);
        if (second < p->text.n)
            add_row(p, &before, second);
        return;
    }
    dx_scan_row *row = next_row(p, second, true);
    memcpy(row->text, text + from - DX_SCAN_SIDE, DX_SCAN_SIDE);
    memcpy(row->text + DX_SCAN_SIDE, text + second, DX_SCAN_SIDE);
}

static void handle_easy_break(pass *p, size_t from, const dx_break *b)
{
    p->n_sides = 0;
    p->plain = from;
    find_begins(p, b);
    for (size_t k = 0; k < p->n_begins; k++)
        add_easy_row(p, from, p->begin[k]);
}

static void add_rows(pass *p, const side *sides, size_t n, size_t second)
{
    for (size_t i = 0; second < p->text.n && i < n; i++)
        add_row(p, &sides[i], second);
}

/* A line that ends where its margin does, or amid the blanks there, says nothing: what stood before
 * it still stands before what comes. */
static void pass_empty_line(pass *p, size_t from, const dx_break *b)
{
    for (size_t k = 0; b->newline && k < p->n_begins; k++)
        if (p->begin[k] > from && p->begin[k] <= b->end)
            p->begin[k] = from;
}

/* A break amid a margin: what stands before the margin is still to meet what stands behind. */
static bool in_margin(pass *p, const side *sides, size_t n, size_t from, size_t end)
{
    size_t kept = 0;

    for (size_t k = 0; k < p->n_begins; k++)
        kept += p->begin[k] > from;
    if (kept == 0)
        return false;
    for (size_t k = 0; k < p->n_begins; k++)
        if (p->begin[k] <= from)
            p->begin[k] = end;
    add_rows(p, sides, n, end);
    return true;
}

static void handle_other_break(pass *p, size_t from, const dx_break *b)
{
    side sides[SIDES];

    if (p->n_sides == 0)
        p->side[p->n_sides++] = whole_side(p, p->plain);
    pass_empty_line(p, from, b);
    const size_t n = find_sides(p, from, sides);
    if (in_margin(p, sides, n, from, b->end))
        return;
    find_begins(p, b);
    for (size_t k = 0; k < p->n_begins; k++)
        add_rows(p, sides, n, p->begin[k]);
    memcpy(p->side, sides, n * sizeof *sides);
    p->n_sides = n;
    p->glue = b->newline || !b->blank;
}

static void handle_break(pass *p, size_t from, const dx_break *b)
{
    if (!is_easy(p, from)) {
        handle_other_break(p, from, b);
        return;
    }
    handle_easy_break(p, from, b);
    p->glue = b->newline || !b->blank;
}

/* The text before the break at `at` was taken as it is, and that of `line` begins at `second`. */
static void go_behind(pass *p, size_t at, size_t line, size_t second)
{
    p->n_sides = 0;
    p->plain = at;
    p->begin[0] = second;
    p->glue = true;
    p->handled = line;
}

/* From the i-th break of the chunk at `at` on all ends of lines that are long enough to be taken as
 * they are, before such as look as most do; gives the first break that is none. */
static size_t handle_usual_ends(pass *p, size_t at, size_t i)
{
    const char *const text = p->text.p;
    const dx_scan_found *f = &p->found;
    size_t end = p->plain, line = p->handled, second = p->begin[0];
    const size_t first = i;

    for (; i < f->n_breaks && f->usual[i] && p->n_begins == 1; i++) {
        const size_t here = at + f->breaks[i], next = dx_scan_line_at(text, here);
        const size_t begin = next + p->usual_begin;
        if (here < line || second + DX_SCAN_SIDE > here || text[here - 1] == ' ' ||
            !dx_is_plain(text[next]) || !dx_is_plain(text[begin]))
            break;
        dx_scan_row *row = next_row(p, begin, true);
        memcpy(row->text, text + here - DX_SCAN_SIDE, DX_SCAN_SIDE);
        memcpy(row->text + DX_SCAN_SIDE, text + begin, DX_SCAN_SIDE);
        end = here;
        line = next;
        second = begin;
    }
    if (i > first)
        go_behind(p, end, line, second);
    return i;
}

/* By far most breaks: a line ends that is long enough to be taken as it is, and the next has one
 * margin or none.  False, and nothing was done: it is another one. */
static bool handle_line_end(pass *p, size_t at)
{
    const char *const text = p->text.p;
    const size_t line = dx_scan_line_at(text, at);
    uint8_t place[DX_MARGINS];

    if (!is_easy(p, at) || line + DX_MARGIN_MOST + DX_SCAN_SIDE > p->text.n ||
        text[line - 1] != '\n' || text[at - 1] == ' ' || !dx_is_plain(text[line]))
        return false;
    const size_t n = dx_scan_places(p->run.range, line, place);
    const size_t second = n > 0 ? line + place[0] : line;
    if (n > 1 || !dx_is_plain(text[second]))
        return false;
    add_easy_row(p, at, second);
    go_behind(p, at, line, second);
    return true;
}

/* All breaks from here on that only control characters part. */
static void handle_breaks(pass *p, size_t at)
{
    if (at < p->handled || at >= p->text.n || handle_line_end(p, at))
        return;
    while (at > p->handled && p->text.p[at - 1] == ' ')
        at--;
    do {
        const dx_break b = dx_scan_break(p->text, at);
        if (b.end > at)
            handle_break(p, at, &b);
        at = b.end > at ? b.end : at + 1;
    } while (at + 1 < p->text.n && dx_scan_may_break(p->text.p + at));
    p->handled = at;
}

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

/* Which breaks in the chunk are ends of lines before usual ones. */
static void know_lines(pass *p, size_t at, size_t n)
{
    const dx_scan_usual *const usual = p->run.range->usual;

    if (usual == NULL || at + n + DX_SCAN_USUAL_SLACK > p->text.n) {
        memset(p->found.usual, 0, p->found.n_breaks * sizeof *p->found.usual);
        return;
    }
    p->usual_begin = usual->begin;
    p->run.s->steps->know(usual, p->text.p + at, &p->found);
}

/* Those that were found in n bytes. */
static void handle_all_breaks(pass *p, size_t n, size_t at)
{
    const dx_scan_found *f = &p->found;

    know_lines(p, at, n);
    for (size_t i = 0; (i = handle_usual_ends(p, at, i)) < f->n_breaks; i++)
        handle_breaks(p, at + f->breaks[i]);
}

static void do_chunk(pass *p, const char *bytes, size_t n, size_t at)
{
    p->run.s->steps->sample(p->run.s, bytes, n, &p->found);
    (void)is_known(p, at, 0, &p->first_known);
    for (dx_scan_class c = 0; c < DX_SCAN_CLASSES; c++)
        look_up_all(p, bytes, at, c);
    if (!p->run.s->whole)
        handle_all_breaks(p, n, at);
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
            handle_all_breaks(p, PART, at);
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
    flush_rows(&p);
    dx_scan_meet_all(&p.meetings);
    dx_scan_hits_sort(out);
    return !p.run.failed;
}
