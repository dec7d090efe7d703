#include "parser/spelled.h"

#include <string.h>
#include "core/bytes.h"

enum { MOST_DIGITS = 20 };

typedef enum found { NONE, WHOLE, CUT } found;

static bool is_number(char c)
{
    return (c >= '0' && c <= '9') || c == ';';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "[0;32m", "[?25l", "(B".  A regex has "^[[:space:]]" and "^[[0-9]". */
static found look_behind(dx_str s)
{
    size_t i = 1;

    if (s.n > 0 && s.p[0] == '(')
        return s.n < 2 ? CUT : s.p[1] == 'B' || s.p[1] == '0' ? WHOLE : NONE;
    if (s.n > 0 && s.p[0] != '[')
        return NONE;
    i += s.n > 1 && s.p[1] == '?';
    while (i < s.n && i < MOST_DIGITS && is_number(s.p[i]))
        i++;
    return i >= s.n ? CUT : is_letter(s.p[i]) ? WHOLE : NONE;
}

/* *n: bytes of the spelling with which s begins. */
static found look(dx_str s, size_t *n)
{
    static const char *const spellings[] = {"^[",      "\\x1b",     "\\u001b", "\\033", "\\e",
                                            "\\\\x1b", "\\\\u001b", "\\\\033", "#033"};
    found best = NONE;

    for (size_t i = 0; i < sizeof spellings / sizeof *spellings && best == NONE; i++) {
        const dx_str one = dx_str_of(spellings[i]);
        *n = one.n;
        if (dx_str_istarts(s, one))
            best = look_behind(dx_str_slice(s, one.n, s.n));
        else if (s.n < one.n && dx_str_istarts(one, s))
            best = CUT;
    }
    return best;
}

static bool ends_spelling(char c)
{
    return c == '[' || c == '3' || (c | 0x20) == 'b' || (c | 0x20) == 'e';
}

/* A spelling and what belongs to it, with its bracket there. */
static bool is_end_at(dx_str text, size_t at)
{
    static const size_t lengths[] = {2, 4, 6};
    size_t n;

    if (at < 2 || !ends_spelling(text.p[at - 1]))
        return false;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths && lengths[i] <= at; i++)
        if (look(dx_str_slice(text, at - lengths[i], text.n), &n) == WHOLE)
            return true;
    return false;
}

/* Most logs hold none, but many brackets. */
bool dx_spelled_any(dx_str text)
{
    enum { MANY = 512 };
    uint32_t bracket[MANY];
    size_t n;

    for (size_t from = 0; from < text.n; from += n < MANY ? text.n - from : bracket[n - 1] + 1u) {
        n = dx_find_bytes(dx_str_slice(text, from, text.n), '[', bracket, MANY);
        for (size_t i = 0; i < n; i++)
            if (is_end_at(text, from + bracket[i]))
                return true;
    }
    return false;
}

/* The next place from `at` where a spelling may begin, or s.n. */
static size_t next_sign(dx_str s, size_t at)
{
    while (at < s.n && s.p[at] != '^' && s.p[at] != '\\' && s.p[at] != '#')
        at++;
    return at;
}

size_t dx_spelled_mend(char *p, size_t n, bool last, size_t *held)
{
    const dx_str text = {p, n};
    size_t to = 0;

    *held = 0;
    for (size_t at = 0; at < n;) {
        const size_t sign = next_sign(text, at);
        size_t spelling = 0;
        memmove(p + to, p + at, sign - at);
        to += sign - at;
        at = sign;
        const found is = at < n ? look(dx_str_slice(text, at, n), &spelling) : NONE;
        if (is == CUT && !last) {
            *held = n - at;
            memmove(p + to, p + at, n - at);
            return to;
        }
        if (at < n)
            p[to++] = is == WHOLE ? '\x1b' : p[at];
        at += is == WHOLE ? spelling : at < n;
    }
    return to;
}
