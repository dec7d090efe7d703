/* Parts at the ends of a regex that take any text, however long: a match then holds what belongs to
 * somebody else. */
#include <stdint.h>
#include <string.h>
#include "core/pattern.h"

static bool is_any_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* `.`, \N, and a class that only leaves out something else than blanks. */
static bool takes_anything(dx_str p, size_t at, size_t length, dx_token token)
{
    const dx_str text = dx_str_slice(p, at, at + length);

    if (token == DX_TOK_CHAR)
        return text.p[0] == '.';
    if (token == DX_TOK_ESCAPE)
        return text.p[1] == 'N';
    return token == DX_TOK_CLASS && text.n > 1 && text.p[1] == '^' &&
           dx_str_find(text, DX_LIT(" "), 0) == SIZE_MAX &&
           dx_str_find(text, DX_LIT("\\s"), 0) == SIZE_MAX;
}

/* Length of the quantifier at `at`, with what stands behind it; *endless when it has no end. */
static size_t quantifier(dx_str p, size_t at, bool *endless)
{
    size_t length = 0;

    *endless = false;
    if (at < p.n && is_any_of(p.p[at], "*+?")) {
        *endless = p.p[at] != '?';
        length = 1;
    } else if (at < p.n && p.p[at] == '{') {
        const size_t end = dx_str_find(p, DX_LIT("}"), at);
        if (end == SIZE_MAX)
            return 0;
        *endless = p.p[end - 1] == ',';
        length = end + 1 - at;
    }
    if (length && at + length < p.n && is_any_of(p.p[at + length], "?+"))
        length++;
    return length;
}

/* Length of what opens a group that takes part in the match; 0 = no such thing here. */
static size_t group_start(dx_str p, size_t at)
{
    const dx_str rest = dx_str_slice(p, at, p.n);

    if (dx_str_starts(rest, DX_LIT("(?:")))
        return 3;
    if (dx_str_starts(rest, DX_LIT("(?<")) && rest.n > 3 && !is_any_of(rest.p[3], "=!")) {
        const size_t end = dx_str_find(rest, DX_LIT(">"), 0);
        return end == SIZE_MAX ? 0 : end + 1;
    }
    return rest.n > 1 && rest.p[0] == '(' && !is_any_of(rest.p[1], "?*") ? 1 : 0;
}

bool dx_pattern_begins_wild(dx_str pattern)
{
    size_t at = 0, opened, length;
    bool endless;

    while ((opened = at < pattern.n && pattern.p[at] == '^' ? 1 : group_start(pattern, at)) > 0)
        at += opened;
    const dx_token token = dx_pattern_token(pattern, at, &length);
    if (token == DX_TOK_END || !takes_anything(pattern, at, length, token))
        return false;
    return quantifier(pattern, at + length, &endless) > 0 && endless;
}

bool dx_pattern_ends_wild(dx_str pattern)
{
    size_t length;
    bool wild = false, endless;

    for (size_t at = 0; at < pattern.n; at += length) {
        const dx_token token = dx_pattern_token(pattern, at, &length);
        const bool closes = token == DX_TOK_CHAR && is_any_of(pattern.p[at], ")$");
        const bool anything = takes_anything(pattern, at, length, token);
        const size_t more = quantifier(pattern, at + length, &endless);
        if (!closes)
            wild = anything && more > 0 && endless;
        length += more;
    }
    return wild;
}
