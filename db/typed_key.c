/* The key of a finding as people type it or copy it out of a report. */
#include "db/trends.h"

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_key(dx_str text)
{
    size_t digits = 0;

    if (text.n < 5 || text.n > 9 || text.p[4] != '-')
        return false;
    for (size_t i = 0; i < text.n; i++)
        digits += is_hex(text.p[i]);
    return digits + 1 == text.n;
}

/* What reports print around it. */
static dx_str bared(dx_str typed)
{
    dx_str s = dx_str_trim(typed);

    if (s.n > 1 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        s = dx_str_slice(s, 1, s.n - 1);
    return dx_str_istarts(s, DX_LIT("key ")) ? dx_str_trim(dx_str_slice(s, 4, s.n)) : s;
}

dx_str dx_typed_key(dx_str typed, dx_arena *into)
{
    const dx_str s = bared(typed);
    char low[10];

    if (s.n >= sizeof low)
        return DX_NONE;
    for (size_t i = 0; i < s.n; i++)
        low[i] = s.p[i] >= 'A' && s.p[i] <= 'F' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
    const dx_str key = {low, s.n};
    return is_key(key) ? dx_arena_copy(into, key) : DX_NONE;
}
