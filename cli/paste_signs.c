#include "cli/paste_signs.h"

#include <ctype.h>

#include "core/utf.h"

/* ---- signs that stand for plain ones ---- */

static char digit_of(uint32_t c)
{
    static const uint32_t zeros[] = {0x660, 0x6F0, 0x966,
                                     0xFF10}; /* Arabic, Persian, Hindi, wide */

    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        if (c >= zeros[i] && c <= zeros[i] + 9)
            return (char)('0' + (c - zeros[i]));
    return '\0';
}

static bool has_no_width(uint32_t c)
{
    return c == 0x200B || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF || c == 0xAD;
}

static bool is_dash(uint32_t c)
{
    return c == 0x2010 || c == 0x2011 || c == 0x2012 || c == 0x2013 || c == 0x2212;
}

/* One sign in place of another; 0: it stays as it is. */
static char plain_of(uint32_t c, char before, char behind)
{
    if (c >= 0xFF21 && c <= 0xFF5A && isalpha((int)(c - 0xFEE0)))
        return (char)(c - 0xFEE0);
    if (is_dash(c) && isdigit((unsigned char)behind))
        return '-';
    if (c == 0xD7 && before == '0')
        return 'x';
    return digit_of(c);
}

void dx_paste_plain(dx_str text, dx_buf *out)
{
    for (size_t at = 0, to = 0; at < text.n; at = to) {
        const uint32_t c = dx_utf_next(text, &to);
        const char before = out->n > 0 ? out->p[out->n - 1] : '\0';
        const char behind = to < text.n ? text.p[to] : '\0';
        const char plain = c < 0x80 ? '\0' : plain_of(c, before, behind);
        if (plain)
            dx_buf_char(out, plain);
        else if (!has_no_width(c))
            dx_buf_add(out, dx_str_slice(text, at, to));
    }
}

/* ---- letters with blanks between them ---- */

enum { SPACED_LEAST = 16 };

/* A run of signs, and the blanks and line ends before it. */
typedef struct token {
    dx_str signs;
    size_t blanks, ends;
} token;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\0' || c == '\r';
}

static bool next_token(dx_str text, size_t *at, token *out)
{
    *out = (token){0};
    for (; *at < text.n && (is_blank(text.p[*at]) || text.p[*at] == '\n'); ++*at) {
        out->blanks += is_blank(text.p[*at]) && text.p[*at] != '\r';
        out->ends += text.p[*at] == '\n';
    }
    const size_t from = *at;
    while (*at < text.n && !is_blank(text.p[*at]) && text.p[*at] != '\n')
        ++*at;
    out->signs = dx_str_slice(text, from, *at);
    return out->signs.n > 0;
}

static bool is_single(dx_str signs)
{
    size_t at = 0;

    return signs.n > 0 && signs.n <= 4 && (dx_utf_next(signs, &at), at == signs.n);
}

static bool is_spaced(dx_str text)
{
    size_t at = 0, all = 0, single = 0;
    token t;

    while (next_token(text, &at, &t)) {
        all++;
        single += is_single(t.signs);
    }
    return single >= SPACED_LEAST && single * 4 >= all * 3;
}

/* A line end alone is no blank there: the console broke the line. */
bool dx_paste_unspaced(dx_str text, dx_buf *out)
{
    size_t at = 0;
    bool was_single = false;
    token t;

    if (!is_spaced(text))
        return false;
    while (next_token(text, &at, &t)) {
        const bool single = is_single(t.signs);
        if (t.ends > 1)
            dx_buf_add(out, DX_LIT("\n\n"));
        else if (out->n > 0 && (t.blanks > 1 || !single || !was_single))
            dx_buf_char(out, ' ');
        dx_buf_add(out, t.signs);
        was_single = single;
    }
    return true;
}
