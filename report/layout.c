#include "report/layout.h"

#include <inttypes.h>
#include <string.h>

#include "core/utf.h"

enum { NARROWEST = 40, USUAL = 80, CLIP_HEAD = 6144, CLIP_TAIL = 2048, COUNTED = 17 };
enum { ADDRESS_MOST = 200 };

void dx_page_open(dx_page *p, const dx_style *style)
{
    const dx_style plain = {0};
    const dx_style *s = style ? style : &plain;
    const unsigned columns = s->columns ? s->columns : 80;

    *p = (dx_page){.columns = columns < NARROWEST ? NARROWEST : columns,
                   .color = s->color,
                   .unicode = s->unicode};
}

void dx_page_done(dx_page *p)
{
    dx_buf_done(&p->folded);
}

const char *dx_page_dots(const dx_page *p)
{
    return p->unicode ? "\xE2\x80\xA6" : "...";
}

unsigned dx_page_room(const dx_page *p, unsigned lines)
{
    return p->columns < USUAL ? (lines * USUAL + p->columns - 1) / p->columns : lines;
}

/* ---- foreign text ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void fold(dx_buf *out, dx_str s)
{
    for (size_t i = 0; i < s.n;) {
        const size_t from = i;
        while (i < s.n && !is_blank(s.p[i]))
            i++;
        if (i > from && out->n > 0)
            dx_buf_char(out, ' ');
        dx_buf_add(out, dx_str_slice(s, from, i));
        while (i < s.n && is_blank(s.p[i]))
            i++;
    }
}

static void to_ascii(dx_buf *out, dx_str s)
{
    for (size_t at = 0; at < s.n;) {
        const size_t from = at;
        const uint32_t code = dx_utf_next(s, &at);
        if (code < 0x80)
            dx_buf_add(out, dx_str_slice(s, from, at));
        else
            dx_buf_printf(out, "\\u{%04" PRIx32 "}", code);
    }
}

static bool is_tail_byte(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* An 8-bit terminal takes some bytes of UTF-8 for controls, hence ASCII means ASCII. */
static void make_visible(dx_page *p, dx_buf *to, dx_str folded)
{
    dx_buf visible = {0};

    if (p->unicode) {
        dx_utf_visible(to, folded, false);
        return;
    }
    dx_utf_visible(&visible, folded, false);
    to_ascii(to, dx_buf_str(&visible));
    p->failed |= visible.failed;
    dx_buf_done(&visible);
}

void dx_page_show(dx_page *p, dx_buf *to, dx_str s)
{
    size_t head = s.p ? s.n : 0, tail = head;

    if (head > CLIP_HEAD + CLIP_TAIL) {
        for (head = CLIP_HEAD; is_tail_byte(s.p[head]) && head > CLIP_HEAD - 4; head--)
            ;
        for (tail = s.n - CLIP_TAIL; is_tail_byte(s.p[tail]) && tail > s.n - CLIP_TAIL - 4; tail--)
            ;
    }
    dx_buf_clear(&p->folded);
    fold(&p->folded, dx_str_slice(s, 0, head));
    make_visible(p, to, dx_buf_str(&p->folded));
    p->failed |= p->folded.failed;
    if (tail == head)
        return;
    dx_buf_printf(to, " %s ", dx_page_dots(p));
    dx_buf_clear(&p->folded);
    fold(&p->folded, dx_str_slice(s, tail, s.n));
    make_visible(p, to, dx_buf_str(&p->folded));
    p->failed |= p->folded.failed;
}

void dx_page_show_path(dx_page *p, dx_buf *to, dx_str path)
{
    if (path.n > CLIP_HEAD + CLIP_TAIL) /* no system has such a one */
        dx_page_show(p, to, path);
    else
        make_visible(p, to, dx_str_slice(path, 0, path.p ? path.n : 0));
}

void dx_page_show_short(dx_page *p, dx_buf *to, dx_str s, size_t columns)
{
    dx_buf shown = {0};

    dx_page_show(p, &shown, s);
    dx_path_shorten(p, to, dx_buf_str(&shown), columns);
    p->failed |= shown.failed;
    dx_buf_done(&shown);
}

/* ---- leaving out ---- */

/* Longest end of s with at most `columns` columns. */
static dx_str end_of(dx_str s, size_t columns)
{
    size_t left = dx_utf_columns(s), at = 0;

    while (at < s.n && left > columns)
        left -= dx_utf_width(dx_utf_next(s, &at));
    return dx_str_slice(s, at, s.n);
}

static dx_str last_component(dx_str path)
{
    size_t at = path.n;

    while (at > 0 && !strchr("/\\!", path.p[at - 1]))
        at--;
    return dx_str_slice(path, at > 0 ? at - 1 : 0, path.n);
}

void dx_path_shorten(const dx_page *p, dx_buf *to, dx_str path, size_t columns)
{
    const dx_str dots = dx_str_of(dx_page_dots(p));
    const size_t width = dx_utf_columns(dots);

    if (dx_utf_columns(path) <= columns) {
        dx_buf_add(to, path);
        return;
    }
    const size_t room = columns > width ? columns - width : 0;
    dx_str end = last_component(path);
    if (dx_utf_columns(end) + 3 > room)
        end = end_of(path, room - room / 3);
    const dx_str head = dx_utf_cut(path, room - dx_utf_columns(end));
    dx_buf_add(to, head);
    dx_buf_add(to, dots);
    dx_buf_add(to, end);
}

/* Ends between words when that costs less than half of it. */
static dx_str whole_words_from_start(dx_str s)
{
    for (size_t at = s.n; at > s.n / 2; at--)
        if (s.p[at - 1] == ' ')
            return dx_str_slice(s, 0, at - 1);
    return s;
}

static dx_str whole_words_at_end(dx_str s)
{
    for (size_t at = 0; at < s.n / 2; at++)
        if (s.p[at] == ' ')
            return dx_str_slice(s, at + 1, s.n);
    return s;
}

static void leave_out(const dx_page *p, dx_buf *out, dx_str text, size_t columns, unsigned keep_end)
{
    const size_t end = columns * keep_end / 100;

    dx_buf_clear(out);
    dx_buf_add(out, whole_words_from_start(dx_utf_cut(text, columns - end)));
    dx_buf_printf(out, " %s", dx_page_dots(p));
    if (end == 0)
        return;
    dx_buf_char(out, ' ');
    dx_buf_add(out, whole_words_at_end(end_of(text, end)));
}

/* ---- wrapping ---- */

/* Where a word that is wider than a line is broken: after a separator, if there is a late one. */
static size_t break_inside(dx_str s, size_t fits)
{
    for (size_t at = fits; at > fits / 2; at--)
        if (strchr("/\\", s.p[at - 1]))
            return at;
    return fits;
}

static dx_str first_word(dx_str s)
{
    return dx_str_slice(s, 0, dx_str_find(s, DX_LIT(" "), 0));
}

/* "https://..." or "www.example.com/..."; "site.zip/setup.log" passes for one, too, and may. */
static bool is_address(dx_str word)
{
    const size_t slash = dx_str_find(word, DX_LIT("/"), 0);
    size_t letters = 0;

    if (dx_str_find(word, DX_LIT("://"), 0) != SIZE_MAX)
        return true;
    if (slash == SIZE_MAX || dx_str_find(word, DX_LIT("\\"), 0) != SIZE_MAX)
        return false;
    while (letters < slash && is_letter(word.p[slash - 1 - letters]))
        letters++;
    return letters >= 2 && letters + 1 < slash && word.p[slash - 1 - letters] == '.';
}

/* An address stays in one piece even where it is wider than the page: who opens or copies it needs
 * all of it, and a terminal that goes on in its next line gives it back whole. */
static size_t break_word(dx_str s, size_t fits)
{
    const dx_str word = first_word(s);

    return word.n <= ADDRESS_MOST && is_address(word) ? word.n : break_inside(s, fits);
}

/* Takes one line off *rest. */
static dx_str next_line(dx_str *rest, size_t width)
{
    size_t fits = dx_utf_cut(*rest, width).n;

    if (fits < rest->n) {
        size_t at = fits + 1;
        while (at > 0 && rest->p[at - 1] != ' ')
            at--;
        if (at > 1)
            fits = at - 1;
        else
            fits = break_word(*rest, fits);
    }
    /* A character wider than the line must not stop us. */
    if (fits == 0)
        (void)dx_utf_next(*rest, &fits);
    const dx_str line = dx_str_trim(dx_str_slice(*rest, 0, fits));
    *rest = dx_str_trim(dx_str_slice(*rest, fits, rest->n));
    return line;
}

static size_t first_column(const dx_para *para)
{
    size_t column = para->indent;

    if (para->label)
        column += dx_utf_columns(dx_str_of(para->label)) + 1;
    return column > para->hang ? column : para->hang;
}

static unsigned count_lines(const dx_page *p, const dx_para *para, dx_str text)
{
    unsigned n = 0;

    for (size_t from = first_column(para); text.n > 0 && n < COUNTED; from = para->hang, n++)
        (void)next_line(&text, p->columns - from);
    return n;
}

unsigned dx_page_lines(const dx_page *p, const dx_para *para)
{
    return count_lines(p, para, dx_str_trim(para->text));
}

/* The text, or what is left of it in `scratch` when it needs too many lines. */
static dx_str fit(const dx_page *p, const dx_para *para, dx_buf *scratch)
{
    const dx_str text = dx_str_trim(para->text);
    const unsigned most = dx_page_room(p, para->max_lines);

    if (most == 0 || most >= COUNTED || count_lines(p, para, text) <= most)
        return text;
    size_t columns = p->columns - first_column(para) + (most - 1) * (p->columns - para->hang);
    do {
        columns -= columns > 5 ? 3 : 1;
        leave_out(p, scratch, text, columns, para->keep_end);
    } while (columns > 1 && count_lines(p, para, dx_str_trim(dx_buf_str(scratch))) > most);
    return dx_str_trim(dx_buf_str(scratch));
}

static void put_label(const dx_page *p, dx_buf *to, const dx_para *para)
{
    static const char *const codes[] = {"", "1", "1;31", "1;33", "1;32"};
    const bool colored = p->color && para->tone != DX_TONE_NONE;

    if (colored)
        dx_buf_printf(to, "\x1b[%sm%s\x1b[0m", codes[para->tone], para->label);
    else
        dx_buf_add(to, dx_str_of(para->label));
}

static void put_blanks(dx_buf *to, size_t n)
{
    while (n-- > 0)
        dx_buf_char(to, ' ');
}

/* Where the next text goes: blanks are owed until there is something to put behind them. */
typedef struct pen {
    dx_buf *to;
    size_t column; /* written so far in this line */
} pen;

static void put_at(pen *at, size_t column, dx_str text)
{
    put_blanks(at->to, column - at->column);
    dx_buf_add(at->to, text);
    at->column = column + dx_utf_columns(text);
}

static void put_break(pen *at)
{
    dx_buf_char(at->to, '\n');
    at->column = 0;
}

static void put_tail(const dx_page *p, pen *at, const dx_para *para)
{
    dx_str rest = dx_str_trim(para->tail);
    const bool goes_on = para->text.n > 0 && para->text.p[para->text.n - 1] == ' ';
    const size_t column = at->column + (goes_on ? 1 : 2);

    if (rest.n == 0)
        return;
    if (column >= para->hang && column + dx_utf_columns(rest) <= p->columns) {
        put_at(at, column, rest);
        return;
    }
    while (rest.n > 0) {
        put_break(at);
        put_at(at, para->hang, next_line(&rest, p->columns - para->hang));
    }
}

void dx_page_put(dx_page *p, dx_buf *to, const dx_para *para)
{
    dx_buf scratch = {0};
    dx_str rest = fit(p, para, &scratch);
    pen at = {.to = to};
    size_t column = first_column(para);

    if (para->label) {
        put_blanks(to, para->indent);
        put_label(p, to, para);
        at.column = para->indent + dx_utf_columns(dx_str_of(para->label));
    }
    while (rest.n > 0) {
        put_at(&at, column, next_line(&rest, p->columns - column));
        column = para->hang;
        if (rest.n > 0)
            put_break(&at);
    }
    put_tail(p, &at, para);
    put_break(&at);
    p->failed |= scratch.failed;
    dx_buf_done(&scratch);
}
