#include "core/str.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

/* Not tolower(): the locale must not change what a rule matches. */
static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool same_bytes(const char *a, const char *b, size_t n)
{
    return n == 0 || memcmp(a, b, n) == 0;
}

static bool same_letters(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

dx_str dx_str_of(const char *z)
{
    return z ? (dx_str){z, strlen(z)} : DX_NONE;
}

bool dx_str_eq(dx_str a, dx_str b)
{
    return a.n == b.n && same_bytes(a.p, b.p, a.n);
}

bool dx_str_ieq(dx_str a, dx_str b)
{
    return a.n == b.n && same_letters(a.p, b.p, a.n);
}

int dx_str_cmp(dx_str a, dx_str b)
{
    const size_t n = a.n < b.n ? a.n : b.n;
    const int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

int dx_str_order(const void *a, const void *b)
{
    return dx_str_cmp(*(const dx_str *)a, *(const dx_str *)b);
}

bool dx_str_starts(dx_str s, dx_str prefix)
{
    return s.n >= prefix.n && same_bytes(s.p, prefix.p, prefix.n);
}

bool dx_str_istarts(dx_str s, dx_str prefix)
{
    return s.n >= prefix.n && same_letters(s.p, prefix.p, prefix.n);
}

static const char *tail(dx_str s, size_t n)
{
    return n ? s.p + (s.n - n) : s.p;
}

bool dx_str_ends(dx_str s, dx_str suffix)
{
    return s.n >= suffix.n && same_bytes(tail(s, suffix.n), suffix.p, suffix.n);
}

bool dx_str_iends(dx_str s, dx_str suffix)
{
    return s.n >= suffix.n && same_letters(tail(s, suffix.n), suffix.p, suffix.n);
}

size_t dx_str_find(dx_str s, dx_str what, size_t from)
{
    if (from > s.n || what.n > s.n - from)
        return SIZE_MAX;
    if (what.n == 0)
        return from;
    const size_t last = s.n - what.n;
    while (from <= last) {
        const char *hit = memchr(s.p + from, what.p[0], last - from + 1);
        if (!hit)
            return SIZE_MAX;
        if (memcmp(hit, what.p, what.n) == 0)
            return (size_t)(hit - s.p);
        from = (size_t)(hit - s.p) + 1;
    }
    return SIZE_MAX;
}

size_t dx_str_ifind(dx_str s, dx_str what, size_t from)
{
    if (from > s.n || what.n > s.n - from)
        return SIZE_MAX;
    if (what.n == 0)
        return from;
    for (; from <= s.n - what.n; from++) {
        if (same_letters(s.p + from, what.p, what.n))
            return from;
    }
    return SIZE_MAX;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

dx_str dx_str_trim(dx_str s)
{
    size_t from = 0, to = s.n;
    while (from < to && is_space(s.p[from]))
        from++;
    while (to > from && is_space(s.p[to - 1]))
        to--;
    return dx_str_slice(s, from, to);
}

dx_str dx_str_slice(dx_str s, size_t from, size_t to)
{
    if (!s.p)
        return DX_NONE;
    to = to < s.n ? to : s.n;
    from = from < to ? from : to;
    return (dx_str){s.p + from, to - from};
}

bool dx_str_next(dx_str *rest, char sep, dx_str *piece)
{
    if (!rest->p)
        return false;
    const char *end = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    if (!end) {
        *piece = *rest;
        *rest = DX_NONE;
        return true;
    }
    const size_t n = (size_t)(end - rest->p);
    *piece = (dx_str){rest->p, n};
    *rest = (dx_str){end + 1, rest->n - n - 1};
    return true;
}

/* Most texts have another end than the pattern, which is sooner seen than tried. */
static bool may_end(dx_str s, dx_str pattern)
{
    const char last = pattern.n > 0 ? pattern.p[pattern.n - 1] : '*';

    return last == '*' || last == '?' || (s.n > 0 && lower(last) == lower(s.p[s.n - 1]));
}

bool dx_str_glob(dx_str s, dx_str pattern)
{
    size_t at = 0, in = 0;
    if (!may_end(s, pattern))
        return false;
    size_t star = SIZE_MAX, retry = 0; /* only the latest `*` ever needs another try */
    while (at < s.n) {
        if (in < pattern.n && pattern.p[in] == '*') {
            star = in++;
            retry = at;
        } else if (in < pattern.n &&
                   (pattern.p[in] == '?' || lower(pattern.p[in]) == lower(s.p[at]))) {
            in++;
            at++;
        } else if (star != SIZE_MAX) {
            in = star + 1;
            at = ++retry;
        } else {
            return false;
        }
    }
    while (in < pattern.n && pattern.p[in] == '*')
        in++;
    return in == pattern.n;
}

static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    const unsigned char letter = lower(c);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10u : 16;
}

static bool to_magnitude(dx_str digits, unsigned base, unsigned long long most,
                         unsigned long long *out)
{
    unsigned long long value = 0;
    for (size_t i = 0; i < digits.n; i++) {
        const unsigned digit = digit_of(digits.p[i]);
        if (digit >= base || value > (most - digit) / base)
            return false;
        value = value * base + digit;
    }
    *out = value;
    return digits.n > 0;
}

bool dx_str_to_i64(dx_str s, long long *out)
{
    unsigned long long value;
    if (dx_str_istarts(s, DX_LIT("0x"))) {
        if (!to_magnitude(dx_str_slice(s, 2, s.n), 16, LLONG_MAX, &value))
            return false;
        *out = (long long)value;
        return true;
    }
    const bool minus = s.n && s.p[0] == '-';
    const bool sign = minus || (s.n && s.p[0] == '+');
    const unsigned long long most = (unsigned long long)LLONG_MAX + minus;
    if (!to_magnitude(dx_str_slice(s, sign, s.n), 10, most, &value))
        return false;
    /* Negated before the cast: -LLONG_MIN has no long long. */
    *out = minus && value ? -(long long)(value - 1) - 1 : (long long)value;
    return true;
}
