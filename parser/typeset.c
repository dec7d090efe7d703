#include "parser/typeset.h"

#include <string.h>

enum { GONE = '\1', STAYS = '\0' };

/* U+00A0, U+00AD */
static char plain_of_two(unsigned char second)
{
    return second == 0xA0 ? ' ' : second == 0xAD ? GONE : STAYS;
}

/* U+2000 to U+203F: what follows 0xE2 0x80 */
static char plain_of_three(unsigned char third)
{
    if (third <= 0x8A || third == 0xAF)
        return ' ';
    if (third <= 0x8D)
        return GONE;
    return third >= 0x98 && third <= 0x9B ? '\'' : STAYS;
}

/* *n: bytes of the character at p, of which `left` are there. */
static char plain_of(const char *p, size_t left, size_t *n)
{
    *n = 1;
    if ((unsigned char)p[0] == 0xC2 && left >= 2) {
        *n = 2;
        return plain_of_two((unsigned char)p[1]);
    }
    if ((unsigned char)p[0] == 0xE2 && left >= 3 && (unsigned char)p[1] == 0x80) {
        *n = 3;
        return plain_of_three((unsigned char)p[2]);
    }
    return STAYS;
}

/* The next byte from `at` that is the one, or n. */
static size_t next_byte(const char *p, size_t n, size_t at, int byte)
{
    const char *const found = at < n ? memchr(p + at, byte, n - at) : NULL;

    return found != NULL ? (size_t)(found - p) : n;
}

bool dx_typeset_any(dx_str text)
{
    static const int first[] = {0xC2, 0xE2};
    size_t size;

    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        for (size_t at = next_byte(text.p, text.n, 0, first[i]); at < text.n;
             at = next_byte(text.p, text.n, at + 1, first[i]))
            if (plain_of(text.p + at, text.n - at, &size) != STAYS)
                return true;
    return false;
}

size_t dx_typeset_mend(char *p, size_t n)
{
    size_t at = 0, to = 0, two = next_byte(p, n, 0, 0xC2), three = next_byte(p, n, 0, 0xE2);

    while (at < n) {
        const size_t sign = two < three ? two : three;
        size_t size = 0;
        if (to != at)
            memmove(p + to, p + at, sign - at);
        to += sign - at;
        at = sign;
        if (at == n)
            break;
        const char is = plain_of(p + at, n - at, &size);
        if (is == STAYS)
            memmove(p + to, p + at, size);
        else if (is != GONE)
            p[to] = is;
        to += is == STAYS ? size : is != GONE;
        at += size;
        two = two < at ? next_byte(p, n, at, 0xC2) : two;
        three = three < at ? next_byte(p, n, at, 0xE2) : three;
    }
    return to;
}
