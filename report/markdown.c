#include "report/markdown.h"

#include <ctype.h>
#include <string.h>

#include "core/utf.h"

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || ((unsigned char)c & 0x80);
}

/* A backslash in a path is one; before punctuation it would vanish. */
static bool is_markup(dx_str s, size_t at)
{
    const char before = at > 0 ? s.p[at - 1] : ' ', after = at + 1 < s.n ? s.p[at + 1] : ' ';

    switch (s.p[at]) {
    case '`':
    case '*':
    case '<':
    case '[':
    case ']':
    case '|':
    case '~':
        return true;
    case '\\':
        return ispunct((unsigned char)after);
    case '_':
        return !is_word(before) || !is_word(after);
    case '&':
        return is_word(after) || after == '#';
    case '#':
    case '>':
    case '+':
    case '-':
    case '=':
        return at == 0;
    case '.':
    case ')': /* "1." at the beginning is a list */
        return at > 0 && after == ' ' && strspn(s.p, "0123456789") == at;
    default:
        return false;
    }
}

void dx_md_text(dx_buf *out, dx_str s)
{
    dx_buf visible = {0};

    dx_utf_visible(&visible, dx_str_trim(s), false);
    const dx_str text = dx_buf_str(&visible);
    for (size_t i = 0; i < text.n; i++) {
        if (is_markup(text, i))
            dx_buf_char(out, '\\');
        dx_buf_char(out, text.p[i]);
    }
    out->failed |= visible.failed;
    dx_buf_done(&visible);
}

static unsigned longest_run(dx_str s)
{
    unsigned longest = 0, run = 0;

    for (size_t i = 0; i < s.n; i++) {
        run = s.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void put_ticks(dx_buf *out, unsigned n)
{
    while (n-- > 0)
        dx_buf_char(out, '`');
}

/* In a table a bar ends the cell even inside of code. */
void dx_md_code(dx_buf *out, dx_str s)
{
    dx_buf visible = {0};

    dx_utf_visible(&visible, dx_str_trim(s), false);
    const dx_str text = dx_buf_str(&visible);
    const unsigned ticks = longest_run(text) + 1;
    const bool pad = text.n > 0 && (text.p[0] == '`' || text.p[text.n - 1] == '`');
    if (text.n > 0) {
        put_ticks(out, ticks);
        dx_buf_add(out, pad ? DX_LIT(" ") : DX_LIT(""));
        dx_buf_add(out, text);
        dx_buf_add(out, pad ? DX_LIT(" ") : DX_LIT(""));
        put_ticks(out, ticks);
    }
    out->failed |= visible.failed;
    dx_buf_done(&visible);
}

/* How many backticks keep the text in: three or more. */
static unsigned fence_of(dx_str s)
{
    const unsigned longest = longest_run(s);

    return longest < 3 ? 3 : longest + 1;
}

static void put_indent(dx_buf *out, unsigned n)
{
    while (n-- > 0)
        dx_buf_char(out, ' ');
}

void dx_md_block(dx_buf *out, unsigned indent, dx_str s)
{
    const unsigned ticks = fence_of(s);
    dx_buf visible = {0};
    dx_str rest, line;

    dx_utf_visible(&visible, dx_str_trim(s), true);
    rest = dx_buf_str(&visible);
    put_indent(out, indent);
    put_ticks(out, ticks);
    dx_buf_add(out, DX_LIT("text\n"));
    while (dx_str_next(&rest, '\n', &line)) {
        put_indent(out, indent);
        dx_buf_add(out, line);
        dx_buf_char(out, '\n');
    }
    put_indent(out, indent);
    put_ticks(out, ticks);
    dx_buf_char(out, '\n');
    out->failed |= visible.failed;
    dx_buf_done(&visible);
}
