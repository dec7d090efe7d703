/* A plain way to fold a text, one byte at a time, to compare the scanner with. */
#ifndef DX_TESTS_CORE_FOLDED_H
#define DX_TESTS_CORE_FOLDED_H
#include <stdlib.h>
#include <string.h>
#include "core/scanner.h"

/* "[12] " before a message, or "<1  2> ", or "{12} " with the blank.  What is written to places
 * that do not count is nobody's business. */
static size_t stamp(void *ctx, dx_str line, uint8_t at[DX_MARGINS])
{
    (void)ctx;
    memset(at, 3, DX_MARGINS);
    if (dx_str_starts(line, DX_LIT("<1  2>"))) {
        at[0] = 6;
        return 1;
    }
    if (line.n >= 5 && (memchr(line.p, '\n', 4) || memchr(line.p, '\r', 4)))
        return 0;
    if (line.n >= 5 && line.p[0] == '{' && line.p[3] == '}' && line.p[4] == ' ') {
        at[0] = 5;
        return 1;
    }
    if (line.n < 5 || line.p[0] != '[' || line.p[3] != ']')
        return 0;
    at[0] = 4;
    return 1;
}

typedef struct folded_text {
    char *p;
    size_t *from; /* where a byte comes from */
    size_t n;
} folded_text;

static bool blank_at(dx_str t, size_t i, size_t *n)
{
    *n = 1;
    if (t.p[i] == ' ' || (t.p[i] >= '\t' && t.p[i] <= '\r'))
        return true;
    *n = 3;
    return i + 3 <= t.n && memcmp(t.p + i, "\xE2\x90\x80", 3) == 0;
}

static folded_text folded(dx_str t, dx_scan_margins *margins)
{
    folded_text out = {calloc(t.n + 1, 1), calloc(t.n + 1, sizeof(size_t)), 0};
    bool begins = true;
    uint8_t at[DX_MARGINS];
    size_t n;

    for (size_t i = 0; i < t.n;) {
        if (begins && margins && margins(NULL, dx_str_slice(t, i, t.n), at))
            i += at[0];
        begins = false;
        if (i >= t.n)
            break;
        if (blank_at(t, i, &n)) {
            begins = t.p[i] == '\n' || t.p[i] == '\r';
            if (out.n == 0 || out.p[out.n - 1] != ' ') {
                out.p[out.n] = ' ';
                out.from[out.n++] = i;
            }
            i += n;
            continue;
        }
        if (t.p[i] == '\x1b') { /* the tests write "ESC [ 1 m" only */
            i += 4;
            continue;
        }
        out.p[out.n] = t.p[i] >= 'A' && t.p[i] <= 'Z' ? (char)(t.p[i] | 32) : t.p[i];
        out.from[out.n++] = i++;
    }
    return out;
}

static void folded_free(folded_text *p)
{
    free(p->p);
    free(p->from);
}
#endif
