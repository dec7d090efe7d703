#include "parser/fold.h"
#include <stdint.h>
#include <string.h>
#include "core/bytes.h"
#include "core/utf.h"

typedef struct folder {
    char *p;
    size_t n;
    bool blank;     /* the last thing written was a blank, or nothing was written yet */
    bool paragraph; /* an empty line stands before what comes next */
} folder;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\n';
}

/* NULs, which the decoder shows as U+2400, stand where a program left room for more. */
size_t dx_fold_blank(const char *p, size_t n)
{
    if (is_blank(p[0]))
        return 1;
    return n >= 3 && memcmp(p, "\xE2\x90\x80", 3) == 0 ? 3 : 0;
}

size_t dx_fold_escape(const char *p, size_t n)
{
    size_t i = 1;

    if (n < 2 || p[1] < ' ' || p[1] > '~')
        return 1;
    if (p[1] == '(' && n > 2 && (p[2] == 'B' || p[2] == '0'))
        return 3; /* a set of characters */
    if (p[1] != '[')
        return 2;
    do
        i++;
    while (i < n && i < 32 && p[i] >= ' ' && p[i] <= '?');
    return i < n && p[i] >= '@' && p[i] <= '~' ? i + 1 : 2;
}

static void put_blank(folder *f)
{
    if (!f->blank)
        f->p[f->n++] = ' ';
    f->blank = true;
}

static void put_bytes(folder *f, const char *p, size_t n)
{
    memcpy(f->p + f->n, p, n);
    f->n += n;
    f->blank = false;
}

/* Takes what begins with a byte that is not plain; gives its length. */
static size_t put_special(folder *f, const char *p, size_t n)
{
    size_t blank = dx_fold_blank(p, n);

    if (p[0] == '\x1b')
        return dx_fold_escape(p, n);
    if (blank == 0) {
        put_bytes(f, p, 1);
        return 1;
    }
    put_blank(f);
    return blank;
}

/* Neither a control nor a blank, nor the beginning of U+2400. */
static bool is_plain(char c)
{
    return (unsigned char)c > ' ' && (unsigned char)c != 0xE2;
}

/* Whether eight bytes are ASCII without controls, and no blank of them follows another. */
static bool stay(const char *p, bool after_blank)
{
    const uint64_t highs = DX_EACH(0x80);
    uint64_t v;

    memcpy(&v, p, sizeof v);
    if ((v & highs) != 0 || ((v + DX_EACH(0x60)) & highs) != highs)
        return false;
    const uint64_t blank = ~((v ^ DX_EACH(' ')) + DX_EACH(0x7F)) & highs;
    return (blank & blank << 8) == 0 && !(after_blank && p[0] == ' ');
}

/* Most of a text stays as it is. */
static size_t put_eights(folder *f, dx_str s, size_t i)
{
    for (; s.n - i >= 8 && stay(s.p + i, f->blank); i += 8) {
        put_bytes(f, s.p + i, 8);
        f->blank = s.p[i + 7] == ' ';
    }
    return i;
}

static void put_text(folder *f, dx_str s)
{
    for (size_t i = put_eights(f, s, 0); i < s.n; i = put_eights(f, s, i)) {
        const size_t from = i;
        while (i < s.n && is_plain(s.p[i]))
            i++;
        if (i > from)
            put_bytes(f, s.p + from, i - from);
        if (i < s.n)
            i += put_special(f, s.p + i, s.n - i);
    }
}

static void put_join(folder *f, bool glue)
{
    if (f->n == 0)
        return;
    if (f->paragraph) {
        if (f->p[f->n - 1] == ' ')
            f->n--;
        if (f->n > 0 && f->p[f->n - 1] != '\n')
            f->p[f->n++] = '\n';
        f->blank = true;
    } else if (!glue) {
        put_blank(f);
    }
    f->paragraph = false;
}

static size_t characters(dx_str s)
{
    size_t n = dx_ascii_run(s);

    for (size_t i = n; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

size_t dx_fold_columns(dx_str line)
{
    size_t n = 0, from = 0;

    while (from < line.n) {
        const char *tab = memchr(line.p + from, '\t', line.n - from);
        const size_t to = tab != NULL ? (size_t)(tab - line.p) : line.n;
        n += characters(dx_str_slice(line, from, to));
        if (tab != NULL)
            n = n / 8 * 8 + 8;
        from = to + 1;
    }
    return n;
}

/* Shorter lines are not cut by anybody. */
enum { NARROWEST = 16 };

/* Gives the most columns that a line but the last has, and how many each has. */
static size_t longest(const dx_fold_line *lines, size_t n, size_t *columns)
{
    size_t most = 0;

    for (size_t i = 0; i < n; i++) {
        columns[i] = dx_fold_columns(lines[i].text);
        if (columns[i] > most && i + 1 < n)
            most = columns[i];
    }
    return most;
}

static bool is_full(size_t columns, size_t width)
{
    return width >= NARROWEST && columns == width;
}

/* A console cuts there whatever the width of the text around what was copied from it. */
static bool is_console(size_t columns)
{
    return columns == 80 || columns == 120;
}

static bool is_empty(dx_str line)
{
    size_t i = 0, blank;

    while (i < line.n && (blank = dx_fold_blank(line.p + i, line.n - i)) > 0)
        i += blank;
    return i == line.n;
}

bool dx_fold(const dx_fold_line *lines, size_t n, dx_fold_how how, dx_arena *into, dx_view *out,
             bool *any_full)
{
    size_t size = n + 1, n_starts = 0;
    size_t *columns = dx_arena_get(into, n * sizeof *columns);
    folder f = {.blank = true};
    dx_line_start *starts = dx_arena_get(into, (n ? n : 1) * sizeof *starts);

    for (size_t i = 0; i < n; i++)
        size += lines[i].text.n;
    f.p = dx_arena_get(into, size);
    if (f.p == NULL || starts == NULL || columns == NULL)
        return false;
    const size_t most = longest(lines, n, columns), width = how.width ? how.width : most;
    *any_full = false;
    for (size_t i = 0; i < n; i++) {
        bool full = i > 0 && !f.paragraph &&
                    (is_full(columns[i - 1], width) || (!how.width && is_console(columns[i - 1])));
        bool widest = full && is_full(columns[i - 1], how.widest);
        if (is_empty(lines[i].text)) {
            f.paragraph = f.n > 0 && !how.loose;
            continue;
        }
        put_join(&f, how.tight && full);
        *any_full |= full;
        starts[n_starts++] = (dx_line_start){(uint32_t)f.n, lines[i].line, full, widest};
        put_text(&f, lines[i].text);
    }
    while (f.n > 0 && is_blank(f.p[f.n - 1]))
        f.n--;
    /* Of a line that holds nothing but a terminal's escapes, nothing is left. */
    while (n_starts > 0 && starts[n_starts - 1].at >= f.n)
        n_starts--;
    *out = (dx_view){{f.p, f.n}, starts, n_starts};
    return true;
}

/* Does the break between two lines show a blank where a word wrapper leaves none?  (One that
 * leaves it at every break cuts between words.) */
static bool odd_break(dx_str line, dx_str next)
{
    bool tail = line.n > 0 && line.p[line.n - 1] == ' ';
    bool lead = next.n > 1 && next.p[0] == ' ' && next.p[1] != ' ' && line.p[0] != ' ';

    return tail || lead;
}

static size_t hard_width(const dx_fold_line *lines, const size_t *columns, size_t n, size_t width)
{
    size_t full = 0, odd = 0;

    if (width < NARROWEST)
        return 0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (!is_full(columns[i], width) || is_empty(lines[i + 1].text))
            continue;
        full++;
        odd += odd_break(lines[i].text, lines[i + 1].text);
    }
    return full >= 3 && odd >= 2 && odd * 100 >= full * 12 && odd * 100 < full * 60 ? width : 0;
}

/* Where a text that lines are taken from in their order holds what is no column of one byte. */
typedef struct odd_places {
    dx_str text;
    size_t tab, other; /* the next of each, not before the last line's beginning */
} odd_places;

static size_t next_tab(dx_str s, size_t from)
{
    const char *tab = from < s.n ? memchr(s.p + from, '\t', s.n - from) : NULL;

    return tab != NULL ? (size_t)(tab - s.p) : s.n;
}

static size_t next_other(dx_str s, size_t from)
{
    return from + dx_ascii_run(dx_str_slice(s, from, SIZE_MAX));
}

static size_t columns_of(odd_places *odd, dx_str line)
{
    if (odd->text.n == 0 || line.n == 0)
        return dx_fold_columns(line);
    const size_t from = (size_t)(line.p - odd->text.p), to = from + line.n;
    if (odd->tab < from)
        odd->tab = next_tab(odd->text, from);
    if (odd->other < from)
        odd->other = next_other(odd->text, from);
    return odd->tab >= to && odd->other >= to ? line.n : dx_fold_columns(line);
}

dx_fold_widths dx_fold_measure(const dx_fold_line *lines, size_t n, dx_str all, size_t *columns)
{
    odd_places odd = {all, next_tab(all, 0), next_other(all, 0)};
    const bool plain = all.n > 0 && odd.tab == all.n && odd.other == all.n;
    size_t longest = 0, count = 0;

    for (size_t i = 0; i < n; i++) {
        columns[i] = plain ? lines[i].text.n : columns_of(&odd, lines[i].text);
        longest = columns[i] > longest ? columns[i] : longest;
    }
    for (size_t i = 0; i < n; i++)
        count += is_full(columns[i], longest);
    return (dx_fold_widths){.widest = count >= 2 ? longest : 0,
                            .hard = hard_width(lines, columns, n, longest)};
}
