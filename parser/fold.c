#include "parser/fold.h"
#include <string.h>

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

/* Length of the blank that p begins with, or 0.  NULs, which the decoder shows as U+2400, stand
 * where a program left room for more. */
static size_t blank_length(const char *p, size_t n)
{
    if (is_blank(p[0]))
        return 1;
    return n >= 3 && memcmp(p, "\xE2\x90\x80", 3) == 0 ? 3 : 0;
}

/* Length of the terminal's escape sequence that begins at p; the ESC alone when what follows is
 * none, so that no character is cut. */
static size_t escape_length(const char *p, size_t n)
{
    size_t i = 1;

    if (n < 2 || p[1] < ' ' || p[1] > '~')
        return 1;
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

static void put_text(folder *f, dx_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t escape = s.p[i] == '\x1b' ? escape_length(s.p + i, s.n - i) : 0;
        size_t blank = blank_length(s.p + i, s.n - i);
        if (escape > 0) {
            i += escape - 1;
        } else if (blank > 0) {
            i += blank - 1;
            put_blank(f);
        } else {
            f->p[f->n++] = s.p[i];
            f->blank = false;
        }
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

size_t dx_fold_columns(dx_str line)
{
    size_t n = 0;

    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '\t')
            n = n / 8 * 8 + 8;
        else if (((unsigned char)line.p[i] & 0xC0) != 0x80)
            n++;
    return n;
}

static size_t longest(const dx_fold_line *lines, size_t n)
{
    size_t most = 0;

    for (size_t i = 0; i + 1 < n; i++) {
        size_t columns = dx_fold_columns(lines[i].text);
        if (columns > most)
            most = columns;
    }
    return most;
}

/* Shorter lines are not cut by anybody. */
enum { NARROWEST = 16 };

static bool is_full(dx_str line, size_t width)
{
    return width >= NARROWEST && dx_fold_columns(line) == width;
}

static bool is_empty(dx_str line)
{
    size_t i = 0, blank;

    while (i < line.n && (blank = blank_length(line.p + i, line.n - i)) > 0)
        i += blank;
    return i == line.n;
}

bool dx_fold(const dx_fold_line *lines, size_t n, dx_fold_how how, dx_arena *into, dx_view *out,
             bool *any_full)
{
    size_t size = n + 1, n_starts = 0;
    size_t width = how.width ? how.width : longest(lines, n);
    folder f = {.blank = true};
    dx_line_start *starts = dx_arena_get(into, (n ? n : 1) * sizeof *starts);

    for (size_t i = 0; i < n; i++)
        size += lines[i].text.n;
    f.p = dx_arena_get(into, size);
    if (f.p == NULL || starts == NULL)
        return false;
    *any_full = false;
    for (size_t i = 0; i < n; i++) {
        bool full = i > 0 && is_full(lines[i - 1].text, width) && !f.paragraph;
        if (is_empty(lines[i].text)) {
            f.paragraph = f.n > 0 && !how.loose;
            continue;
        }
        put_join(&f, how.tight && full);
        *any_full |= full;
        starts[n_starts++] = (dx_line_start){(uint32_t)f.n, lines[i].line, full,
                                             full && is_full(lines[i - 1].text, how.widest)};
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

size_t dx_fold_widest(const dx_fold_line *lines, size_t n)
{
    size_t width = longest(lines, n + 1), count = 0;

    for (size_t i = 0; i < n; i++)
        count += is_full(lines[i].text, width);
    return count >= 2 ? width : 0;
}

/* Does the break between two lines show a blank where a word wrapper leaves none?  (One that
 * leaves it at every break cuts between words.) */
static bool odd_break(dx_str line, dx_str next)
{
    bool tail = line.n > 0 && line.p[line.n - 1] == ' ';
    bool lead = next.n > 1 && next.p[0] == ' ' && next.p[1] != ' ' && line.p[0] != ' ';

    return tail || lead;
}

size_t dx_fold_hard_width(const dx_fold_line *lines, size_t n)
{
    size_t width = longest(lines, n + 1), full = 0, odd = 0;

    if (width < NARROWEST)
        return 0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (!is_full(lines[i].text, width) || is_empty(lines[i + 1].text))
            continue;
        full++;
        odd += odd_break(lines[i].text, lines[i + 1].text);
    }
    return full >= 3 && odd >= 2 && odd * 100 >= full * 12 && odd * 100 < full * 60 ? width : 0;
}
