/* What unknown errors of one kind have in common. */
#include "db/backends/sqlite_sums.h"

enum { PATTERN_BYTES = 300 };

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* A word is what stands between blanks, quotes, commas and brackets. */
static bool ends_word(char c)
{
    return is_blank(c) || c == '"' || c == '\'' || c == ',' || c == ';' || c == '(' || c == ')' ||
           c == '[' || c == ']' || c == '<' || c == '>' || c == '=';
}

static dx_str last_dots_off(dx_str word)
{
    while (word.n && (word.p[word.n - 1] == '.' || word.p[word.n - 1] == ':'))
        word.n--;
    return word;
}

typedef struct looks {
    size_t digits, hexes, dashes, slashes, dots;
    bool all_hex;
} looks;

static looks look_at(dx_str w)
{
    looks l = {.all_hex = true};
    for (size_t i = 0; i < w.n; i++) {
        const char c = w.p[i];
        l.digits += is_digit(c);
        l.hexes += is_hex(c);
        l.dashes += c == '-';
        l.slashes += c == '\\' || c == '/';
        l.dots += c == '.';
        l.all_hex &= is_hex(c) || c == '-' || c == '{' || c == '}';
    }
    return l;
}

/* NULL: the word stays as it is. */
static const char *stand_in(dx_str w)
{
    const looks l = look_at(w);
    if (l.slashes && w.n > 1)
        return "<path>";
    if (l.all_hex && l.dashes == 4 && l.hexes == 32)
        return "<guid>";
    if (!l.digits)
        return NULL;
    if (dx_str_istarts(w, DX_LIT("0x")))
        return "<hex>";
    if (l.all_hex && w.n >= 8)
        return "<hex>";
    if (l.dots >= 2 && l.digits + l.dots == w.n)
        return "<version>";
    return l.digits * 2 > w.n ? "<n>" : "<name>";
}

static void add_word(dx_buf *out, dx_str word)
{
    const dx_str bare = last_dots_off(word);
    const char *instead = stand_in(bare);
    if (!instead) {
        dx_buf_add(out, word);
        return;
    }
    dx_buf_add(out, dx_str_of(instead));
    dx_buf_add(out, dx_str_slice(word, bare.n, word.n));
}

/* At most so many bytes, cut between characters. */
static void cut_off(dx_buf *out)
{
    size_t n = PATTERN_BYTES;
    if (out->n <= n)
        return;
    while (n && ((unsigned char)out->p[n] & 0xC0) == 0x80)
        n--;
    out->n = n;
}

void sq_pattern_of(dx_str text, dx_buf *out)
{
    dx_buf_clear(out);
    text = dx_str_trim(text);
    for (size_t i = 0; i < text.n && out->n < PATTERN_BYTES;) {
        if (is_blank(text.p[i])) {
            dx_buf_char(out, ' ');
            while (i < text.n && is_blank(text.p[i]))
                i++;
            continue;
        }
        size_t end = i;
        while (end < text.n && !ends_word(text.p[end]))
            end++;
        if (end > i)
            add_word(out, dx_str_slice(text, i, end));
        else
            dx_buf_char(out, text.p[end++]);
        i = end;
    }
    cut_off(out);
}
