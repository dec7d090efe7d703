/* What stands at the first places of lines in which a match of a pattern begins. */
#include <string.h>
#include "core/near_impl.h"
#include "core/pattern.h"

/* Places at which what comes next may stand: a bit for each; none that is behind the last. */
typedef unsigned reach;

enum { ALL = (1 << DX_LINE_PLACES) - 1, DEPTH_MOST = 4, ENDLESS = 1000 };

typedef struct walk {
    dx_str pattern;
    size_t at;
    bool caseless;
    dx_regex_bytes *out;
    size_t known; /* places of which all that may stand there was seen */
    unsigned depth;
} walk;

/* Anything may stand from here on. */
static reach lose(walk *w, reach from)
{
    if (from != 0 && (size_t)__builtin_ctz(from) < w->known)
        w->known = (size_t)__builtin_ctz(from);
    return 0;
}

/* ---- single characters ---- */

static void add_byte(dx_regex_bytes *set, unsigned char byte)
{
    set->has[byte / 64] |= (uint64_t)1 << byte % 64;
}

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

static bool white_of(dx_str token, dx_token kind, dx_regex_bytes *out)
{
    *out = (dx_regex_bytes){{0}};
    if (kind != DX_TOK_ESCAPE || token.p[1] != 's')
        return false;
    for (const char *c = " \t\n\v\f\r"; *c; c++)
        add_byte(out, (unsigned char)*c);
    return true;
}

/* A sign that takes no character: ^ $ \b \B. */
static bool takes_nothing(dx_str token, dx_token kind)
{
    const char c = token.p[token.n - 1];

    return kind == DX_TOK_ESCAPE ? c == 'b' || c == 'B'
                                 : kind == DX_TOK_CHAR && (c == '^' || c == '$');
}

static reach single(walk *w, reach from)
{
    size_t length;
    const dx_token kind = dx_pattern_token(w->pattern, w->at, &length);
    const dx_str token = dx_str_slice(w->pattern, w->at, w->at + length);
    dx_regex_bytes bytes;
    dx_near_set set;

    w->at += length;
    if (takes_nothing(token, kind))
        return from;
    if (!white_of(token, kind, &bytes) &&
        (!set_of(token, kind, &set) || !bytes_of(&set, w->caseless, &bytes)))
        return lose(w, from);
    for (size_t i = 0; i < DX_LINE_PLACES; i++)
        for (size_t k = 0; k < 4 && (from >> i & 1); k++)
            w->out[i].has[k] |= bytes.has[k];
    return from << 1 & ALL;
}

/* ---- groups ---- */

static reach branches(walk *w, reach from);

static bool comes(const walk *w, dx_str what)
{
    return dx_str_starts(dx_str_slice(w->pattern, w->at, SIZE_MAX), what);
}

/* What is only looked at takes nothing; what else begins with "(?" or "(*" is not understood. */
static reach group(walk *w, reach from)
{
    const size_t end = dx_pattern_group_end(w->pattern, w->at + 1, NULL);
    const bool looks = comes(w, DX_LIT("(?=")) || comes(w, DX_LIT("(?!")) ||
                       comes(w, DX_LIT("(?<=")) || comes(w, DX_LIT("(?<!"));
    const bool plain = comes(w, DX_LIT("(?:"));
    const bool odd = !plain && (comes(w, DX_LIT("(?")) || comes(w, DX_LIT("(*")));

    if (!looks && (odd || w->depth == DEPTH_MOST)) {
        from = lose(w, from);
    } else if (!looks) {
        w->at += plain ? 3 : 1;
        w->depth++;
        from = branches(w, from);
        w->depth--;
    }
    w->at = end;
    return from;
}

/* ---- quantifiers ---- */

typedef struct times {
    size_t least, most;
} times;

static bool next_is(const walk *w, const char *set)
{
    return w->at < w->pattern.n && strchr(set, w->pattern.p[w->at]) != NULL;
}

static size_t number(walk *w)
{
    size_t n = 0;

    for (; next_is(w, "0123456789"); w->at++)
        n = n < ENDLESS ? n * 10 + (size_t)(w->pattern.p[w->at] - '0') : n;
    return n;
}

/* {n}, {n,} and {n,m}; a brace that is none of them stands for itself. */
static times in_braces(walk *w)
{
    const size_t begin = w->at++;
    const bool counts = next_is(w, "0123456789");
    times t = {.least = number(w)};

    t.most = t.least;
    if (next_is(w, ",")) {
        w->at++;
        t.most = next_is(w, "}") ? ENDLESS : number(w);
    }
    if (counts && next_is(w, "}")) {
        w->at++;
        return t;
    }
    w->at = begin;
    return (times){1, 1};
}

static times quantifier(walk *w)
{
    times t = {1, 1};

    if (next_is(w, "{")) {
        t = in_braces(w);
    } else if (next_is(w, "?*+")) {
        const char c = w->pattern.p[w->at++];
        t = (times){c == '+' ? 1 : 0, c == '?' ? 1 : ENDLESS};
    }
    if (next_is(w, "?+"))
        w->at++;
    return t;
}

/* ---- sequences ---- */

static reach once(walk *w, reach from)
{
    return w->pattern.p[w->at] == '(' ? group(w, from) : single(w, from);
}

/* After so many rounds as there are places each part that takes a character is behind the last. */
static reach repeated(walk *w, reach from)
{
    const size_t begin = w->at;
    reach now = once(w, from);
    const times t = quantifier(w);
    const size_t end = w->at;
    reach after = (t.least == 0 ? from : 0) | (t.least <= 1 && t.most >= 1 ? now : 0);

    for (size_t k = 2; now != 0 && k <= t.most && k <= DX_LINE_PLACES; k++) {
        w->at = begin;
        now = once(w, now);
        after |= k >= t.least || k == DX_LINE_PLACES ? now : 0;
    }
    w->at = end;
    return after;
}

static reach branches(walk *w, reach from)
{
    reach after = 0, now = from;

    while (w->at < w->pattern.n && w->pattern.p[w->at] != ')') {
        if (w->pattern.p[w->at] != '|') {
            now = repeated(w, now);
            continue;
        }
        after |= now;
        now = from;
        w->at++;
    }
    return after | now;
}

size_t dx_pattern_line_places(dx_str pattern, bool caseless, dx_regex_bytes out[DX_LINE_PLACES])
{
    walk w = {.pattern = pattern, .caseless = caseless, .out = out, .known = DX_LINE_PLACES};

    memset(out, 0, DX_LINE_PLACES * sizeof *out);
    lose(&w, branches(&w, 1)); /* behind the pattern stands anything */
    return w.known;
}
