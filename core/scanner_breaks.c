/* Breaks: what stands before one and behind it is stitched to a row, and rows are looked at many at
 * a time. */
#include "core/scanner_pass_impl.h"

typedef dx_scan_side side;
typedef dx_scan_pass pass;

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

void dx_scan_flush(pass *p)
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
    if (*n < DX_SCAN_SIDES)
        all[(*n)++] = one;
}

/* What may stand before the break at `end`: mostly its last bytes as they are.  The first way is
 * always that which reads margins as margins and breaks as blanks. */
static size_t find_sides(const pass *p, size_t end, side all[DX_SCAN_SIDES])
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
        dx_scan_flush(p);
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
    side sides[DX_SCAN_SIDES];

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

/* ---- of a chunk ---- */

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

void dx_scan_breaks(pass *p, size_t n, size_t at)
{
    const dx_scan_found *f = &p->found;

    know_lines(p, at, n);
    for (size_t i = 0; (i = handle_usual_ends(p, at, i)) < f->n_breaks; i++)
        handle_breaks(p, at + f->breaks[i]);
}
