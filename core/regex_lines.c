/* What stands at the first places of lines: of those in which a match begins, and of a text. */
#include "core/regex.h"

#include <string.h>

#include "core/bytes.h"
#include "core/near_impl.h"
#include "core/pattern.h"

static void add_byte(dx_regex_bytes *set, unsigned char byte)
{
    set->has[byte / 64] |= (uint64_t)1 << byte % 64;
}

/* ---- of a pattern ---- */

/* A character that stands for itself, and for nothing beyond ASCII. */
static bool is_literal(char c)
{
    return c >= ' ' && c < 0x7f && strchr("()|*+?.^$[{\\", c) == NULL;
}

static bool set_of(dx_str token, dx_token kind, dx_near_set *out)
{
    *out = (dx_near_set){{0, 0}};
    if (kind == DX_TOK_CLASS)
        return dx_near_class(token, out);
    if (kind == DX_TOK_ESCAPE && token.p[1] == 'd')
        return dx_near_escape('d', out);
    const bool sign = kind == DX_TOK_ESCAPE && strchr("()|*+?.^$[]{}\\/-", token.p[1]) != NULL;
    if (kind != DX_TOK_CHAR && !sign)
        return false;
    if (!sign && !is_literal(token.p[0]))
        return false;
    dx_near_add(out, token.p[token.n - 1]);
    return true;
}

/* In both cases, whether or not that is meant.  False: without case some letters of the set are
 * others beyond ASCII, too, of several bytes. */
static bool bytes_of(const dx_near_set *set, bool caseless, dx_regex_bytes *out)
{
    *out = (dx_regex_bytes){{set->has[0], set->has[1]}};
    for (char c = 'a'; c <= 'z'; c++)
        if (dx_near_has(set, c))
            add_byte(out, (unsigned char)(c & ~0x20));
    return !caseless || (!dx_near_has(set, 'k') && !dx_near_has(set, 's'));
}

/* How often the token before `at` certainly stands there; *last: what follows it is not known. */
static size_t times(dx_str pattern, size_t *at, bool *last)
{
    const char c = *at < pattern.n ? pattern.p[*at] : '\0';
    size_t n = 0, i = *at + 1;

    *last = c == '?' || c == '*' || c == '+';
    if (c != '{')
        return c == '?' || c == '*' ? 0 : 1;
    for (; i < pattern.n && pattern.p[i] >= '0' && pattern.p[i] <= '9' && n < 1000; i++)
        n = n * 10 + (size_t)(pattern.p[i] - '0');
    *last = i >= pattern.n || pattern.p[i] != '}';
    *at = i + 1;
    return n;
}

size_t dx_pattern_line_places(dx_str pattern, bool caseless, dx_regex_bytes out[DX_LINE_PLACES])
{
    size_t n = 0, at = 0, length;
    bool last = false;

    while (n < DX_LINE_PLACES && !last) {
        const dx_token kind = dx_pattern_token(pattern, at, &length);
        dx_near_set set;
        dx_regex_bytes bytes;
        if (!set_of(dx_str_slice(pattern, at, at + length), kind, &set) ||
            !bytes_of(&set, caseless, &bytes))
            break;
        at += length;
        for (size_t i = times(pattern, &at, &last); i > 0 && n < DX_LINE_PLACES; i--)
            out[n++] = bytes;
    }
    return n;
}

/* ---- of a text ---- */

static void add_line(dx_regex_lines *lines, dx_str text, size_t at)
{
    for (size_t i = 0; i < DX_LINE_PLACES && at + i < text.n; i++)
        add_byte(&lines->at[i], (unsigned char)text.p[at + i]);
}

dx_regex_lines dx_regex_first_of_lines(dx_str text)
{
    enum { ENDS = 64 };
    dx_regex_lines out;
    uint32_t end[ENDS];
    size_t n;

    if (text.n == 0 || memchr(text.p, '\r', text.n) != NULL) { /* which may end a line, too */
        memset(&out, 0xFF, sizeof out);
        return out;
    }
    memset(&out, 0, sizeof out);
    add_line(&out, text, 0);
    for (size_t from = 0; from < text.n; from += n < ENDS ? text.n : end[ENDS - 1] + 1) {
        n = dx_find_bytes(dx_str_slice(text, from, SIZE_MAX), '\n', end, ENDS);
        for (size_t i = 0; i < n; i++)
            if (from + end[i] + 1 < text.n)
                add_line(&out, text, from + end[i] + 1);
    }
    return out;
}
