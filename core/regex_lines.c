/* What stands at the first places of a text's lines. */
#include <string.h>
#include "core/bytes.h"
#include "core/regex.h"

static void add_byte(dx_regex_bytes *set, unsigned char byte)
{
    set->has[byte / 64] |= (uint64_t)1 << byte % 64;
}

static void add_line(dx_regex_lines *lines, dx_str text, size_t at)
{
    for (size_t i = 0; i < DX_LINE_PLACES && at + i < text.n; i++)
        add_byte(&lines->at[i], (unsigned char)text.p[at + i]);
}

dx_regex_lines dx_regex_first_of_lines(dx_str text)
{
    enum { ENDS = 512 }; /* of a log's head all, mostly */
    dx_regex_lines out;
    uint32_t end[ENDS];
    size_t n;

    if (text.n == 0 || memchr(text.p, '\r', text.n) != NULL) { /* which may end a line, too */
        memset(&out, 0xFF, sizeof out);
        return out;
    }
    memset(&out, 0, sizeof out);
    add_line(&out, text, 0);
    for (size_t from = 0; from < text.n; from += n < ENDS ? text.n : end[ENDS - 1] + 1) {
        n = dx_find_bytes(dx_str_slice(text, from, SIZE_MAX), '\n', end, ENDS);
        for (size_t i = 0; i < n; i++)
            if (from + end[i] + 1 < text.n)
                add_line(&out, text, from + end[i] + 1);
    }
    return out;
}
