/* Classes of characters as near.h's texts hold them. */
#include "core/near_impl.h"
#include <string.h>

enum { DIGIT = 1, STOP, QUOTE, BRACKET, HEX, LETTER, WORD, SIGN, ANY };

/* Characters in lower case, none of them a blank.  The smallest that holds a pattern's class stands
 * for it. */
static const char *const members[DX_NEAR_CODES] = {
    [DIGIT] = "0123456789",
    [STOP] = ".,:;!?",
    [QUOTE] = "'\"`",
    [BRACKET] = "()[]{}<>",
    [HEX] = "0123456789abcdef",
    [LETTER] = "abcdefghijklmnopqrstuvwxyz",
    [WORD] = "abcdefghijklmnopqrstuvwxyz0123456789_",
    [SIGN] = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    [ANY] = "abcdefghijklmnopqrstuvwxyz0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
};

bool dx_near_member(char code, char c)
{
    const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'z';

    switch (code) {
    case DIGIT:
        return digit;
    case HEX:
        return digit || (c >= 'a' && c <= 'f');
    case WORD:
        return digit || letter || c == '_';
    default:
        return c != '\0' && strchr(members[(unsigned char)code], c) != NULL;
    }
}

bool dx_near_has(const dx_near_set *set, char c)
{
    const unsigned char u = (unsigned char)c;

    return u < 128 && (set->has[u / 64] >> (u % 64) & 1) != 0;
}

void dx_near_add(dx_near_set *set, char c)
{
    const unsigned char u = (unsigned char)(c >= 'A' && c <= 'Z' ? c | 32 : c);

    set->has[u / 64] |= (uint64_t)1 << (u % 64);
}

static void add_all(dx_near_set *set, const char *all)
{
    for (; *all; all++)
        dx_near_add(set, *all);
}

char dx_near_code(const dx_near_set *set)
{
    for (char code = 1; code < DX_NEAR_CODES; code++) {
        dx_near_set known = {{0, 0}};
        add_all(&known, members[(int)code]);
        if ((set->has[0] & ~known.has[0]) == 0 && (set->has[1] & ~known.has[1]) == 0)
            return code;
    }
    return '\0';
}

/* ---- reading ---- */

static bool is_sign(char c)
{
    return c > ' ' && c < 0x7f && strchr(members[WORD], c | 32) == NULL;
}

/* The character or class of an escape.  *c is what a range may begin or end with, or NUL. */
static bool add_escape(dx_near_set *set, char letter, char *c)
{
    *c = '\0';
    if (letter == 'd')
        add_all(set, members[DIGIT]);
    else if (letter == 'w')
        add_all(set, members[WORD]);
    else if (is_sign(letter))
        dx_near_add(set, *c = letter);
    else
        return false;
    return true;
}

static bool add_range(dx_near_set *set, char from, char to)
{
    if (from <= ' ' || to < from || to >= 0x7f)
        return false;
    for (char c = from; c <= to; c++)
        dx_near_add(set, c);
    return true;
}

bool dx_near_class(dx_str class, dx_near_set *out)
{
    const dx_str list = dx_str_slice(class, 1, class.n - 1);
    char before = '\0', c;

    *out = (dx_near_set){{0, 0}};
    for (size_t i = 0; i < list.n; i++, before = c) {
        c = list.p[i];
        if (c <= ' ' || c >= 0x7f || (i == 0 && c == '^') || c == '[')
            return false;
        if (c == '\\') {
            if (++i == list.n || !add_escape(out, list.p[i], &c))
                return false;
        } else if (c == '-' && before != '\0' && i + 1 < list.n) {
            if (list.p[i + 1] == '\\' || !add_range(out, before, list.p[++i]))
                return false;
            c = '\0';
        } else {
            dx_near_add(out, c);
        }
    }
    return class.n > 2;
}

bool dx_near_escape(char letter, dx_near_set *out)
{
    char c;

    *out = (dx_near_set){{0, 0}};
    return (letter == 'd' || letter == 'w') && add_escape(out, letter, &c);
}
