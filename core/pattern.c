#include "core/pattern.h"

#include <stdint.h>
#include <string.h>

#define LOOSE_BLANK "[ \n]"

/* Bytes of the class that begins at `at`, its brackets included. */
static size_t class_length(dx_str p, size_t at)
{
    size_t i = at + 1;
    if (i < p.n && p.p[i] == '^')
        i++;
    if (i < p.n && p.p[i] == ']')
        i++;
    for (; i < p.n && p.p[i] != ']'; i++) {
        if (p.p[i] == '\\') {
            i++;
        } else if (p.p[i] == '[' && i + 1 < p.n && p.p[i + 1] == ':') {
            const size_t end = dx_str_find(p, DX_LIT(":]"), i + 2);
            if (end != SIZE_MAX)
                i = end + 1;
        }
    }
    return (i < p.n ? i + 1 : p.n) - at;
}

static size_t quote_length(dx_str p, size_t at)
{
    const size_t end = dx_str_find(p, DX_LIT("\\E"), at + 2);
    return (end == SIZE_MAX ? p.n : end + 2) - at;
}

dx_token dx_pattern_token(dx_str pattern, size_t at, size_t *length)
{
    *length = 0;
    if (at >= pattern.n)
        return DX_TOK_END;
    if (pattern.p[at] == '[') {
        *length = class_length(pattern, at);
        return DX_TOK_CLASS;
    }
    if (pattern.p[at] != '\\' || at + 1 == pattern.n) {
        *length = 1;
        return DX_TOK_CHAR;
    }
    if (pattern.p[at + 1] == 'Q') {
        *length = quote_length(pattern, at);
        return DX_TOK_QUOTE;
    }
    *length = 2;
    return DX_TOK_ESCAPE;
}

size_t dx_pattern_group_end(dx_str pattern, size_t at, bool *branches)
{
    size_t length;
    bool found = false;

    for (int depth = 1; at < pattern.n && depth > 0; at += length) {
        const bool sign = dx_pattern_token(pattern, at, &length) == DX_TOK_CHAR;
        depth += (sign && pattern.p[at] == '(') - (sign && pattern.p[at] == ')');
        found |= sign && pattern.p[at] == '|';
    }
    if (branches)
        *branches = found;
    return at;
}

void dx_pattern_loosen(dx_buf *out, dx_str pattern)
{
    size_t length, from = 0;
    (void)dx_buf_reserve(out, pattern.n + pattern.n / 2); /* of words, a few bytes each */
    for (size_t at = 0; at < pattern.n; at += length) {
        const dx_token token = dx_pattern_token(pattern, at, &length);
        if (token != DX_TOK_CHAR || pattern.p[at] != ' ')
            continue;
        dx_buf_add(out, dx_str_slice(pattern, from, at));
        dx_buf_add(out, DX_LIT(LOOSE_BLANK));
        from = at + 1;
    }
    dx_buf_add(out, dx_str_slice(pattern, from, pattern.n));
}

size_t dx_pattern_origin(dx_str pattern, size_t at)
{
    size_t length, grown = 0;
    for (size_t i = 0; i < pattern.n; i += length) {
        const dx_token token = dx_pattern_token(pattern, i, &length);
        const bool blank = token == DX_TOK_CHAR && pattern.p[i] == ' ';
        const size_t now = blank ? sizeof LOOSE_BLANK - 1 : length;
        if (at < grown + now)
            return blank ? i : i + (at - grown);
        grown += now;
    }
    return pattern.n;
}

bool dx_pattern_has_branches(dx_str pattern)
{
    size_t length, depth = 0;
    for (size_t at = 0; at < pattern.n; at += length) {
        if (dx_pattern_token(pattern, at, &length) != DX_TOK_CHAR)
            continue;
        const char c = pattern.p[at];
        if (c == '(')
            depth++;
        else if (c == ')' && depth > 0)
            depth--;
        else if (c == '|' && depth == 0)
            return true;
    }
    return false;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* ^, \A and \b at the start take no text. */
static size_t skip_anchors(dx_str p)
{
    size_t at = 0;
    for (;;) {
        if (at < p.n && p.p[at] == '^')
            at++;
        else if (at + 1 < p.n && p.p[at] == '\\' && is_one_of(p.p[at + 1], "Ab"))
            at += 2;
        else
            return at;
    }
}

/* The one byte that the token stands for; NUL when it may stand for something else.  Bytes
 * beyond ASCII are left out: their case cannot be told byte by byte. */
static char literal_of(dx_str p, size_t at, dx_token token)
{
    if (token != DX_TOK_CHAR && token != DX_TOK_ESCAPE)
        return '\0';
    const char c = token == DX_TOK_ESCAPE ? p.p[at + 1] : p.p[at];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool word = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c < ' ' || c > '~')
        return '\0';
    if (token == DX_TOK_ESCAPE)
        return word ? '\0' : c;
    if (is_one_of(c, ".^$|()?*+{}"))
        return '\0';
    return upper ? (char)(c - 'A' + 'a') : c;
}

void dx_pattern_opener(dx_buf *out, dx_str pattern)
{
    if (dx_pattern_has_branches(pattern))
        return;
    const size_t before = out->n;
    size_t length;
    for (size_t at = skip_anchors(pattern); at < pattern.n; at += length) {
        const dx_token token = dx_pattern_token(pattern, at, &length);
        const char c = literal_of(pattern, at, token);
        const size_t next = at + length;
        if (c == '\0' || (next < pattern.n && is_one_of(pattern.p[next], "?*+{")))
            break;
        dx_buf_char(out, c);
    }
    while (!out->failed && out->n > before && out->p[out->n - 1] == ' ')
        out->p[--out->n] = '\0';
}

dx_str dx_pattern_line_start(dx_str pattern)
{
    const dx_str behind = DX_LIT("(?<=^");
    dx_str part = DX_NONE;

    if (dx_str_starts(pattern, DX_LIT("^")))
        part = dx_str_slice(pattern, 1, SIZE_MAX);
    else if (dx_str_starts(pattern, behind))
        part = dx_str_slice(pattern, behind.n, dx_pattern_group_end(pattern, behind.n, NULL) - 1);
    return dx_pattern_has_branches(pattern) || dx_pattern_has_branches(part) ? DX_NONE : part;
}
