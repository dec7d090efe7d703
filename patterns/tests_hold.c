#include "patterns/rulebook.h"

/* A 32-bit code may be written as the negative number that some tools print. */
static bool same_number(int64_t a, int64_t b)
{
    const int64_t wrap = INT64_C(1) << 32;
    return a == b || (a < 0 && a >= INT32_MIN && a + wrap == b) ||
           (b < 0 && b >= INT32_MIN && b + wrap == a);
}

static char plain(char c)
{
    if (c == '/')
        return '\\';
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Paths are written with either slash. */
static bool same_text(dx_str a, dx_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (plain(a.p[i]) != plain(b.p[i]))
            return false;
    return true;
}

static bool is_any_of(const dx_test *t, dx_str text, bool is_number, int64_t number)
{
    long long found = number, wanted;
    const bool counts = is_number || dx_str_to_i64(text, &found);
    for (size_t i = 0; i < t->n_values; i++) {
        if (same_text(t->values[i], text))
            return true;
        if (counts && dx_str_to_i64(t->values[i], &wanted) && same_number(wanted, found))
            return true;
    }
    return false;
}

bool dx_test_value(const dx_test *t, bool have, dx_str text, bool is_number, int64_t number,
                   dx_regex_scratch *rx)
{
    if (t->absent)
        return have == t->negate;
    if (!have)
        return false; /* what is not known speaks neither for nor against */
    if (t->pattern == NULL)
        return is_any_of(t, text, is_number, number) != t->negate;
    const dx_rx hit = dx_regex_find(t->pattern, rx, text, 0, NULL, 0);
    return hit == (t->negate ? DX_RX_NO : DX_RX_YES);
}

bool dx_tests_hold(const dx_tests *tests, const dx_event *event, dx_regex_scratch *rx,
                   dx_arena *scratch)
{
    for (size_t i = 0; i < tests->n; i++) {
        dx_str text = DX_NONE;
        int64_t number = 0;
        bool is_number = false;
        const bool have =
            dx_event_part(event, tests->p[i].path, scratch, &text, &number, &is_number);
        if (!dx_test_value(&tests->p[i], have, text, is_number, number, rx))
            return false;
    }
    return true;
}
