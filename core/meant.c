#include "core/str.h"

#include <limits.h>

enum { WORD_MAX = 64, FAR_AWAY = 1 << 20 };

/* Not tolower(): the locale must not change what is near. */
static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static bool swapped(dx_str a, size_t i, dx_str b, size_t j)
{
    return i > 0 && j > 0 && lower(a.p[i]) == lower(b.p[j - 1]) &&
           lower(a.p[i - 1]) == lower(b.p[j]);
}

/* Edits from the beginnings of a to those of b: a row for each byte of a, the last three kept. */
unsigned dx_str_distance(dx_str a, dx_str b)
{
    if (a.n > WORD_MAX || b.n > WORD_MAX)
        return FAR_AWAY;
    unsigned rows[3][WORD_MAX + 1];
    for (unsigned j = 0; j <= b.n; j++)
        rows[0][j] = j;
    for (size_t i = 0; i < a.n; i++) {
        const unsigned *above = rows[i % 3], *twice_above = rows[(i + 2) % 3];
        unsigned *row = rows[(i + 1) % 3];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < b.n; j++) {
            row[j + 1] =
                least(above[j] + (lower(a.p[i]) != lower(b.p[j])), least(above[j + 1], row[j]) + 1);
            if (swapped(a, i, b, j))
                row[j + 1] = least(row[j + 1], twice_above[j - 1] + 1);
        }
    }
    return rows[a.n % 3][b.n];
}

dx_meant dx_meant_by(dx_str typed, unsigned below)
{
    return (dx_meant){typed, DX_NONE, below};
}

void dx_meant_see(dx_meant *n, dx_str word)
{
    const unsigned edits = dx_str_distance(n->typed, word);
    const size_t longer = n->typed.n > word.n ? n->typed.n : word.n;
    if (edits < n->edits && edits * (size_t)3 <= longer) {
        n->word = word;
        n->edits = edits;
    }
}

dx_str dx_meant_of(dx_str typed, const dx_str *words, size_t n)
{
    dx_meant nearest = dx_meant_by(typed, UINT_MAX);
    for (size_t i = 0; i < n; i++)
        dx_meant_see(&nearest, words[i]);
    return nearest.word;
}
