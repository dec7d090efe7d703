#include "cli/paste_signs.h"

#include <ctype.h>
#include <string.h>

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

static bool is_blank_sign(uint32_t c)
{
    return c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* What a word processor makes of the two marks that a keyboard has. */
static char quote_of(uint32_t c)
{
    if ((c >= 0x2018 && c <= 0x201B) || c == 0x2032 || c == 0xFF07)
        return '\'';
    return (c >= 0x201C && c <= 0x201F) || c == 0x2033 || c == 0xFF02 ? '"' : '\0';
}

static bool is_dash(uint32_t c)
{
    return (c >= 0x2010 && c <= 0x2014) || c == 0x2212;
}

static bool is_open(char before)
{
    return before == '\0' || strchr(" \t\n\"'([", before) != NULL;
}

/* "0x80070005 - 0x50015", "-214", "/passive -y", "--force"; a dash between words is one hyphen, but
 * the longest of them two, as programs write it. */
static dx_str hyphens_of(uint32_t c, char before, dx_str behind)
{
    const unsigned char next = behind.n > 0 ? (unsigned char)behind.p[0] : '\0';
    const bool option = is_open(before) && isalpha(next);
    const bool wordy = behind.n > 1 && isalpha((unsigned char)behind.p[1]);

    if (isdigit(next) && c != 0x2014)
        return DX_LIT("-");
    return c == 0x2014 || (c == 0x2013 && option && wordy) ? DX_LIT("--") : DX_LIT("-");
}

/* One sign in place of another; '\0': it stays as it is.  A quotation within one that was typed has
 * the other marks. */
static char plain_of(uint32_t c, char before, bool quoted)
{
    if (c >= 0xFF21 && c <= 0xFF5A && isalpha((int)(c - 0xFEE0)))
        return (char)(c - 0xFEE0);
    if (c == 0xD7 && before == '0')
        return 'x';
    if (is_blank_sign(c))
        return ' ';
    const char quote = quote_of(c);
    return quote == '"' && quoted ? '\'' : quote ? quote : digit_of(c);
}

/* `sign` is the text of c. */
static void put_plain(uint32_t c, dx_str sign, dx_str behind, bool quoted, dx_buf *out)
{
    const char before = out->n > 0 ? out->p[out->n - 1] : '\0';
    const char plain = plain_of(c, before, quoted);

    if (plain)
        dx_buf_char(out, plain);
    else if (is_dash(c))
        dx_buf_add(out, hyphens_of(c, before, behind));
    else if (c == 0x2026)
        dx_buf_add(out, DX_LIT("..."));
    else if (!has_no_width(c))
        dx_buf_add(out, sign);
}

void dx_paste_plain(dx_str text, dx_buf *out)
{
    bool quoted = false;

    for (size_t at = 0, to = 0; at < text.n; at = to) {
        const uint32_t c = dx_utf_next(text, &to);
        quoted = c != '\n' && quoted != (c == '"');
        const dx_str sign = dx_str_slice(text, at, to);
        if (c < 0x80)
            dx_buf_add(out, sign);
        else
            put_plain(c, sign, dx_str_slice(text, to, text.n), quoted, out);
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
