#include "parser/vicinity.h"
#include <stdlib.h>
#include <string.h>
#include "core/utf.h"
#include "parser/fold.h"

enum {
    LONGEST = 32 * 1024, /* bytes of text after which what is far behind is dropped */
    STAMP = 256,         /* bytes of a line that a stamp may take */
    STEP = 512           /* bytes of the log that are taken at a time, at most */
};

void dx_vicinity_begin(dx_vicinity *v, dx_stamper *stamper, dx_str log, bool begins, bool ends)
{
    v->stamper = stamper;
    v->log = log;
    v->begins = begins;
    v->ends = ends;
    v->from = v->to = v->line_end = v->n = 0;
    v->fresh = true;
    v->wide = false;
}

void dx_vicinity_done(dx_vicinity *v)
{
    free(v->text);
    free(v->origin);
    v->text = NULL;
    v->origin = NULL;
    v->cap = 0;
}

static bool make_room(dx_vicinity *v, size_t more)
{
    const size_t cap = (v->n + more) * 2;

    if (v->n + more <= v->cap)
        return true;
    char *text = realloc(v->text, cap);
    if (text != NULL)
        v->text = text;
    uint32_t *origin = text != NULL ? realloc(v->origin, cap * sizeof *origin) : NULL;
    if (origin == NULL)
        return false;
    v->origin = origin;
    v->cap = cap;
    return true;
}

/* ---- taking some more ---- */

static size_t end_of_line(const dx_vicinity *v, size_t at)
{
    const dx_str rest = dx_str_slice(v->log, at, at + LONGEST);
    const char *end = rest.n > 0 ? memchr(rest.p, '\n', rest.n) : NULL;

    return end != NULL ? (size_t)(end - v->log.p) : at + rest.n;
}

static void begin_line(dx_vicinity *v)
{
    uint8_t at[DX_MARGINS];

    v->line_end = end_of_line(v, v->to);
    if (dx_stamper_margins(v->stamper, dx_str_slice(v->log, v->to, SIZE_MAX), at) > 0)
        v->to += at[0];
}

/* Behind the line end, or the part that was looked at. */
static void go_on(dx_vicinity *v)
{
    const bool ends = v->to < v->log.n && v->log.p[v->to] == '\n';

    if (v->fresh || ends) {
        v->to += !v->fresh;
        v->fresh = false;
        begin_line(v);
    } else {
        v->line_end = end_of_line(v, v->to);
    }
}

/* Neither a blank, nor an escape, nor the beginning of U+2400. */
static bool is_plain(char c)
{
    return (unsigned char)c > ' ' && (unsigned char)c != 0xE2;
}

/* The top bits of those of eight bytes that are plain. */
static uint64_t plain_bytes(uint64_t v)
{
    const uint64_t low = v & DX_EACH(0x7F), of_e2 = v ^ DX_EACH(0xE2);
    const uint64_t other = ((of_e2 & DX_EACH(0x7F)) + DX_EACH(0x7F)) | of_e2;

    return ((low + DX_EACH(0x7F - ' ')) | v) & other & DX_EACH(0x80);
}

/* Plain bytes, for which there is room. */
static void take_plain(dx_vicinity *v, size_t until)
{
    const char *const log = v->log.p;
    char *const text = v->text;
    uint32_t *const origin = v->origin;
    size_t at = v->to, n = v->n, some = 8;
    uint64_t wide = 0;

    for (; some == 8 && until - at >= 8; at += some, n += some) {
        uint64_t eight;
        memcpy(&eight, log + at, sizeof eight);
        const uint64_t others = ~plain_bytes(eight) & DX_EACH(0x80);
        some = others != 0 ? (size_t)__builtin_ctzll(others) / 8 : 8;
        wide |= others != 0 ? eight & ((others & -others) - 1) : eight;
        eight = dx_utf_lower_eight(eight);
        memcpy(text + n, &eight, sizeof eight);
        for (uint32_t i = 0; i < 8; i++)
            origin[n + i] = (uint32_t)at + i;
    }
    for (; some == 8 && at < until && is_plain(log[at]); at++, n++) {
        const char c = log[at];
        text[n] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
        origin[n] = (uint32_t)at;
        wide |= (unsigned char)c;
    }
    v->wide |= (wide & DX_EACH(0x80)) != 0;
    v->to = at;
    v->n = n;
}

/* A part of the line, its end perhaps. */
static void take_part(dx_vicinity *v, size_t until)
{
    while (v->to < until) {
        take_plain(v, until);
        if (v->to >= until)
            return;
        const char *p = v->log.p + v->to;
        if (*p == ' ') {
            v->to++;
            continue;
        }
        const size_t left = v->line_end - v->to;
        const size_t skip = *p == '\x1b' ? dx_fold_escape(p, left) : dx_fold_blank(p, left);
        v->wide |= (unsigned char)*p >= 0x80;
        if (skip == 0) {
            v->text[v->n] = *p;
            v->origin[v->n++] = (uint32_t)v->to;
        }
        v->to += skip + (skip == 0);
    }
}

static bool take_some(dx_vicinity *v)
{
    if (v->to >= v->line_end)
        go_on(v);
    if (!make_room(v, STEP))
        return false;
    take_part(v, v->line_end - v->to < STEP ? v->line_end : v->to + STEP);
    return true;
}

/* ---- places ---- */

/* Where to begin so that so many bytes stand before: at a line's beginning, or far behind it, for a
 * stamp must be seen as a whole. */
static size_t beginning(const dx_vicinity *v, size_t at, size_t bytes)
{
    if (at <= bytes + STAMP)
        return 0;
    for (size_t i = at - bytes; i > at - bytes - STAMP; i--)
        if (v->log.p[i - 1] == '\n')
            return i;
    return at - bytes;
}

static void begin_at(dx_vicinity *v, size_t from)
{
    v->from = v->to = from;
    v->n = 0;
    v->wide = false;
    v->fresh = from == 0 || v->log.p[from - 1] == '\n';
    v->line_end = v->fresh ? from : end_of_line(v, from);
}

/* The first byte of text from `low` to `high` that comes from this place or from behind. */
static size_t first_from(const dx_vicinity *v, size_t at, size_t low, size_t high)
{
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (v->origin[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many bytes of text come from before this place: mostly as many as for the last one, for it is
 * asked again for each signature, or a few more. */
static size_t index_of(const dx_vicinity *v, size_t at)
{
    const size_t last = v->last;
    size_t low = last + 1, step = 1;

    if (last >= v->n)
        return first_from(v, at, 0, v->n);
    if (v->origin[last] >= at)
        return last == 0 || v->origin[last - 1] < at ? last : first_from(v, at, 0, last);
    for (; low + step < v->n && v->origin[low + step - 1] < at; step *= 2)
        low += step;
    return first_from(v, at, low, low + step < v->n ? low + step : v->n);
}

enum { WIDEST = 4 }; /* bytes of a character */

static size_t bytes_of(const dx_vicinity *v, size_t characters)
{
    return v->wide ? WIDEST * characters : characters;
}

/* As much of what stands before the place was taken as matters, even if a character that is found
 * later has several bytes: what is said of the place must not depend on what was asked before. */
static bool is_enough(const dx_vicinity *v, size_t at, size_t back)
{
    return v->from == 0 || index_of(v, at) >= WIDEST * back;
}

static bool is_within(const dx_vicinity *v, size_t at, size_t back)
{
    return v->n <= LONGEST && at >= v->from && at <= v->to + STEP && is_enough(v, at, back);
}

/* Takes the text up to the place. */
static bool take_to(dx_vicinity *v, size_t at)
{
    while (v->to <= at && v->to < v->log.n)
        if (!take_some(v))
            return false;
    return true;
}

/* Where blanks and stamps take most of it, what is asked for reaches far back. */
static bool reach(dx_vicinity *v, size_t at, size_t back)
{
    size_t bytes = (WIDEST + 1) * back + STAMP;

    if (is_within(v, at, back))
        return take_to(v, at);
    do {
        begin_at(v, beginning(v, at, bytes));
        if (!take_to(v, at))
            return false;
        bytes *= 2;
    } while (!is_enough(v, at, back));
    return true;
}

bool dx_vicinity_of(dx_vicinity *v, size_t at, size_t back, size_t ahead, dx_near_text *out)
{
    if (!reach(v, at, back))
        return false;
    const size_t here = v->last = index_of(v, at);
    while (v->n < here + bytes_of(v, ahead) && v->to < v->log.n)
        if (!take_some(v))
            return false;
    *out = (dx_near_text){.text = {v->text, v->n},
                          .at = here,
                          .begins = v->begins && v->from == 0,
                          .ends = v->ends && v->to >= v->log.n,
                          .wide = v->wide};
    return true;
}

void dx_vicinity_cut(const dx_vicinity *v, size_t at, dx_near_text *text)
{
    const size_t n = first_from(v, end_of_line(v, at), text->at, text->text.n);

    text->text = dx_str_slice(text->text, text->at, n);
    text->at = 0;
    text->begins = text->ends = false;
}

/* Behind the last line end from `from` to `at`, or `from`. */
static size_t line_from(const dx_vicinity *v, size_t from, size_t at)
{
    while (at > from && v->log.p[at - 1] != '\n')
        at--;
    return at;
}

void dx_vicinity_line(const dx_vicinity *v, size_t at, size_t back, dx_near_text *text)
{
    const size_t end = first_from(v, end_of_line(v, at), text->at, text->text.n);
    const size_t most = bytes_of(v, back), least = text->at > most ? text->at - most : 0;
    const size_t line = least < text->at ? line_from(v, v->origin[least], at) : at;
    const size_t begin = first_from(v, line, least, text->at);

    text->text = dx_str_slice(text->text, begin, end);
    text->at -= begin;
    text->begins = text->ends = false;
}

bool dx_vicinity_inside(const dx_vicinity *v, size_t at, const dx_near_text *text,
                        uint32_t characters)
{
    for (size_t i = text->at; i > 0; i--) {
        if (((unsigned char)v->text[i - 1] & 0xC0) == 0x80 || characters-- > 0)
            continue;
        const size_t from = v->origin[i - 1];
        return memchr(v->log.p + from, '\n', at - from) == NULL;
    }
    return false;
}
