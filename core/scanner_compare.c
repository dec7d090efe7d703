/* Whether a literal stands at a place of a text, across line ends, margins and runs of blanks. */
#include <stdlib.h>
#include "core/scanner_impl.h"
#include "core/utf.h"

enum {
    TRIALS = 200,    /* ways to read margins; what needs more is taken as found */
    REACH = 1024,    /* bytes back in which a line's beginning matters */
    ESCAPE_MOST = 33 /* bytes of a terminal's escape */
};

static const size_t nowhere = SIZE_MAX;

/* ---- breaks ---- */

/* A terminal's escape sequence at s.p[0], as folding leaves it out. */
static size_t escape_length(dx_str s)
{
    size_t i = 1;

    if (s.n < 2 || s.p[1] < ' ' || s.p[1] > '~')
        return 1;
    if (s.p[1] != '[')
        return 2;
    do
        i++;
    while (i < s.n && i < ESCAPE_MOST - 1 && s.p[i] >= ' ' && s.p[i] <= '?');
    return i < s.n && s.p[i] >= '@' && s.p[i] <= '~' ? i + 1 : 2;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Some logs end their lines with CR alone. */
static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_nul(const char *p, size_t n)
{
    return n >= 3 && memcmp(p, "\xE2\x90\x80", 3) == 0;
}

dx_break dx_scan_any_break(dx_str text, size_t at)
{
    dx_break b = {.end = at};

    while (b.end < text.n) {
        const char c = text.p[b.end];
        if (is_blank(c)) {
            b.end++;
            b.blank = true;
            if (is_line_end(c)) {
                b.newline = true;
                b.line = b.end;
            }
        } else if (is_nul(text.p + b.end, text.n - b.end)) {
            b.end += 3;
            b.blank = true;
        } else if (c == '\x1b') {
            b.end += escape_length(dx_str_slice(text, b.end, text.n));
        } else {
            break;
        }
    }
    return b;
}

bool dx_scan_is_plain(dx_str line)
{
    const bool crlf = line.n > 1 && line.p[line.n - 2] == '\r';

    if (line.n == 0 || line.p[line.n - 1] != '\n')
        return false;
    for (size_t i = 0; i + 1 + crlf < line.n; i++)
        if (dx_scan_may_break(line.p + i))
            return false;
    return true;
}

/* ---- comparing ---- */

typedef struct trial {
    const dx_scan_range *range;
    dx_str text, literal;
    unsigned left; /* trials */
    bool escapes;  /* there may be some before the place */
    size_t far;    /* bytes that were looked at end here */
    bool before;   /* and some stand in a line before */
} trial;

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool forward(trial *t, size_t at, size_t i);

/* Behind a line end: is the rest there behind one of the line's margins? */
static bool behind_margins(trial *t, size_t line, size_t i)
{
    uint8_t place[DX_MARGINS];
    const size_t n = dx_scan_places(t->range, line, place);

    for (size_t k = 0; k < n; k++) {
        const size_t at = line + place[k];
        if (at > t->text.n)
            continue;
        const dx_break b = dx_scan_break(t->text, at);
        if (t->left == 0)
            return true;
        t->left--;
        if (forward(t, b.newline ? at : b.end, i))
            return true;
    }
    return false;
}

/* How many bytes of literal[i..] stand at `at` as they are, of the next eight: mostly all.  A blank
 * at their end is left, for more may follow it. */
static size_t as_they_are(const trial *t, size_t at, size_t i)
{
    if (i + 8 > t->literal.n || at + 8 > t->text.n)
        return 0;
    const uint64_t text = dx_scan_eight(t->text.p + at);
    if ((text & DX_EACH(0x80)) != 0 || dx_utf_lower_eight(text) != dx_scan_eight(t->literal.p + i))
        return 0;
    return t->text.p[at + 7] == ' ' ? 7 : 8;
}

/* literal[i..] stands at `at`. */
static bool forward(trial *t, size_t at, size_t i)
{
    while (i < t->literal.n && at < t->text.n) {
        const size_t same = as_they_are(t, at, i);
        at += same;
        i += same;
        if (same > 0)
            continue;
        const char c = t->text.p[at];
        const dx_break b = dx_scan_break(t->text, at);
        t->far = b.newline ? t->text.n : b.end;
        if (b.end == at) {
            if (lower(c) != t->literal.p[i])
                return false;
            at++;
            i++;
            continue;
        }
        if (b.blank && t->literal.p[i] == ' ')
            i++;
        else if (b.blank && !b.newline)
            return false;
        if (b.newline && behind_margins(t, b.line, i))
            return true;
        at = b.end;
    }
    return i == t->literal.n;
}

/* ---- the other way ---- */

/* The line that a place lies in, seen from behind. */
typedef struct margin {
    size_t line; /* its first byte; `nowhere` when that is too far back to matter */
    uint8_t place[DX_MARGINS];
    size_t n;
} margin;

static margin margin_of(const trial *t, size_t at)
{
    margin m = {.line = at};
    const size_t least = at > REACH ? at - REACH : 0;

    if (least > 0 && memchr(t->text.p + least - 1, '\n', at - least + 1) == NULL &&
        memchr(t->text.p + least - 1, '\r', at - least + 1) == NULL)
        return (margin){.line = nowhere};
    while (m.line > least && !is_line_end(t->text.p[m.line - 1]))
        m.line--;
    if (m.line > 0 && m.line == least && !is_line_end(t->text.p[m.line - 1]))
        m.line = nowhere;
    else
        m.n = dx_scan_places(t->range, m.line, m.place);
    return m;
}

/* Length of the escape that ends at `at`, or 0. */
static size_t escape_before(const trial *t, size_t at)
{
    for (size_t n = 1; t->escapes && n <= ESCAPE_MOST && n <= at; n++)
        if (t->text.p[at - n] == '\x1b')
            return escape_length(dx_str_slice(t->text, at - n, t->text.n)) == n ? n : 0;
    return 0;
}

/* Length of what folds to a blank, or to nothing, and ends at `at`; line ends stop it. */
static size_t blank_before(const trial *t, size_t at)
{
    if (at == 0)
        return 0;
    if (is_blank(t->text.p[at - 1]))
        return !is_line_end(t->text.p[at - 1]);
    if (at >= 3 && is_nul(t->text.p + at - 3, 3))
        return 3;
    return escape_before(t, at);
}

static bool begins_message(const margin *m, size_t from, size_t to)
{
    if (m->line == nowhere)
        return false;
    if (from <= m->line)
        return true;
    for (size_t k = 0; k < m->n; k++)
        if (m->line + m->place[k] >= from && m->line + m->place[k] <= to)
            return true;
    return false;
}

static size_t backward(trial *t, size_t at, size_t end, size_t i);

/* From the beginning of a line to the end of those before it, of which the last may be a margin
 * and blanks alone. */
static size_t line_before(trial *t, size_t line, size_t i)
{
    size_t n, at = line;

    t->before = true;
    if (line == 0 || t->left == 0)
        return line == 0 ? nowhere : line;
    t->left--;
    while (at > 0 && ((n = blank_before(t, at)) > 0 || is_line_end(t->text.p[at - 1])))
        at -= n ? n : 1;
    size_t end = at;
    while (end < line && !is_line_end(t->text.p[end]))
        end++;
    return backward(t, at, end, i > 0 && t->literal.p[i - 1] == ' ' ? i - 1 : i);
}

/* Where literal[0..i) begins that ends at `at`, with blanks behind it up to `end`; or `nowhere`. */
static size_t backward(trial *t, size_t at, size_t end, size_t i)
{
    const margin m = margin_of(t, at);

    while (i > 0 && at > 0) {
        size_t from = at, n;
        bool blank = false;
        while ((n = blank_before(t, from)) > 0) {
            from -= n;
            blank |= t->text.p[from] != '\x1b';
        }
        if (begins_message(&m, from, end)) {
            const size_t begin = line_before(t, m.line, i);
            if (begin != nowhere || from <= m.line)
                return begin;
        }
        const char expected = t->literal.p[i - 1];
        if (blank ? expected != ' ' : from == 0 || lower(t->text.p[from - 1]) != expected)
            return nowhere;
        at = end = blank ? from : from - 1;
        i--;
    }
    return i == 0 ? at : nowhere;
}

bool dx_scan_hits_add(dx_scan_hits *out, dx_scan_hit hit)
{
    if (out->n == out->cap) {
        const size_t cap = out->cap ? out->cap * 2 : 64;
        dx_scan_hit *p = realloc(out->p, cap * sizeof *p);
        if (p == NULL)
            return false;
        out->p = p;
        out->cap = cap;
    }
    out->p[out->n++] = hit;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const dx_scan_hit *x = a, *y = b;

    return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->id < y->id ? -1 : x->id > y->id;
}

/* They are in order but for a few, mostly.  False, and they are in another order than before: it
 * would take long, for a text may be made so. */
static bool insert_each(dx_scan_hits *h)
{
    enum { STEPS = 16 }; /* for each, on the whole */
    size_t left = STEPS * h->n;

    for (size_t i = 1; i < h->n; i++) {
        const dx_scan_hit hit = h->p[i];
        size_t k = i;
        for (; k > 0 && left > 0 && by_place(&h->p[k - 1], &hit) > 0; k--, left--)
            h->p[k] = h->p[k - 1];
        h->p[k] = hit;
    }
    return left > 0;
}

void dx_scan_hits_sort(dx_scan_hits *h)
{
    size_t n = 0;

    if (h->n > 1 && !insert_each(h))
        qsort(h->p, h->n, sizeof *h->p, by_place);
    for (size_t i = 0; i < h->n; i++)
        if (n == 0 || by_place(&h->p[n - 1], &h->p[i]) != 0)
            h->p[n++] = h->p[i];
    h->n = n;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

typedef enum stands { NO, YES, PERHAPS } stands;

static bool is_escape_near(const trial *t, size_t at)
{
    const size_t back = at < ESCAPE_MOST ? at : ESCAPE_MOST;

    return memchr(t->text.p + at - back, '\x1b', back) != NULL;
}

/* literal[0..i) stands before `at` as it is, without a break; perhaps with one when that is not all
 * in the midst of a word. */
static stands stands_plain(trial *t, size_t at, size_t i)
{
    bool letters = true;

    for (size_t k = 1; k <= i; k++) {
        t->before |= at < k;
        if (at < k)
            return NO;
        const char c = t->text.p[at - k];
        letters = letters && is_letter(c);
        if (lower(c) != t->literal.p[i - k])
            return letters && !is_escape_near(t, at - k + 1) ? NO : PERHAPS;
    }
    return YES;
}

static size_t begin_of(trial *t, size_t at, size_t i)
{
    const size_t back = at < REACH ? at : REACH;
    const stands plain = stands_plain(t, at, i);

    if (plain != PERHAPS)
        return plain == YES ? at - i : nowhere;
    t->escapes = memchr(t->text.p + at - back, '\x1b', back) != NULL;
    return backward(t, at, at, i);
}

/* Whether the line decides by itself that the literal is there, or not: nothing was looked at
 * behind it, or before.  (Escapes end in the line that they begin in.) */
static bool is_settled(const trial *t, size_t at)
{
    return !t->before && t->far < t->text.n &&
           memchr(t->text.p + at, '\n', t->far + 1 - at) == NULL;
}

static uint8_t depth_of(const dx_scan_run *run, const dx_scanner *s)
{
    uint8_t depth = 1;

    for (const dx_scanner *i = run->s; i != s; i = i->base)
        depth++;
    return depth;
}

static bool add_find(dx_scan_finds *f, dx_scan_find find)
{
    if (f->n == f->cap) {
        const size_t cap = f->cap ? f->cap * 2 : 64;
        dx_scan_find *p = realloc(f->p, cap * sizeof *p);
        if (p == NULL)
            return false;
        f->p = p;
        f->cap = cap;
    }
    f->p[f->n++] = find;
    return true;
}

void dx_scan_finds_done(dx_scan_finds *f)
{
    free(f->p);
    *f = (dx_scan_finds){0};
}

void dx_scan_confirm(dx_scan_run *run, const dx_scanner *s, uint32_t literal, size_t at, size_t mid,
                     bool stitched)
{
    const dx_scan_range *r = run->range;
    const uint32_t id = s->literal[literal].id;
    trial t = {r, r->text, s->literal[literal].text, TRIALS, false, at, false};
    const bool ahead = forward(&t, at, mid);
    const size_t begin = ahead ? begin_of(&t, at, mid) : nowhere;

    if (r->finds != NULL && !stitched) {
        if (!is_settled(&t, at))
            run->failed |= !add_find(
                r->finds, (dx_scan_find){at, literal, (uint8_t)mid, depth_of(run, s), 0, 0});
        else if (begin != nowhere)
            run->failed |= !add_find(r->finds, (dx_scan_find){begin, id, 0, 0, 0, 0});
    }
    if (begin < r->from || begin >= r->until)
        return;
    run->failed |= !dx_scan_hits_add(run->out, (dx_scan_hit){begin, id});
    if (r->met != NULL)
        r->met[id] = true;
}

static const dx_scanner *at_depth(const dx_scanner *s, uint8_t depth)
{
    for (uint8_t i = 1; i < depth; i++)
        s = s->base;
    return s;
}

/* What the next line must begin with when the literal's byte i is at `at`: NUL where it does not
 * get that far, or ends with the line. */
static char behind_line(dx_str line, size_t at, dx_str literal, size_t i)
{
    while (at < line.n && i < literal.n) {
        const dx_break b = dx_scan_break(line, at);
        const bool is_end = b.newline && b.end == line.n;
        if (b.end == at && lower(line.p[at]) != literal.p[i])
            return '\0';
        if (b.end > at && b.blank && !b.newline && literal.p[i] != ' ')
            return '\0';
        i += b.end == at || (b.blank && literal.p[i] == ' ');
        at = b.end > at ? b.end : at + 1;
        if (is_end)
            return i < literal.n ? literal.p[i] : '\0';
    }
    return '\0';
}

/* The same of the line before, when all that stands in this one stands there as it is. */
static char before_line(dx_str line, size_t at, dx_str literal, size_t i)
{
    for (; at > 0 && i > 0; at--, i--)
        if (lower(line.p[at - 1]) != literal.p[i - 1])
            return '\0';
    i -= i > 0 && literal.p[i - 1] == ' ';
    return at == 0 && i > 0 ? literal.p[i - 1] : '\0';
}

void dx_scanner_expect(const dx_scanner *s, dx_str line, size_t begin, dx_scan_find *find)
{
    const dx_str literal = at_depth(s, find->depth)->literal[find->which].text;

    find->behind = behind_line(line, find->at - begin, literal, find->mid);
    find->before = before_line(line, find->at - begin, literal, find->mid);
}

bool dx_scanner_find_again(const dx_scanner *s, const dx_scan_range *range,
                           const dx_scan_find *find, dx_scan_hits *out)
{
    dx_scan_run run = {s, range, out, false};

    if (find->depth == 0)
        return dx_scan_hits_add(out, (dx_scan_hit){find->at, find->which});
    dx_scan_confirm(&run, at_depth(s, find->depth), find->which, find->at, find->mid, true);
    return !run.failed;
}
