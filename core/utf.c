#include "core/utf.h"
#include <string.h>

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Bytes that a lead byte promises; 0 when it can lead nothing. */
static size_t length_of(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead < 0xE0)
        return 2;
    if (lead >= 0xE0 && lead < 0xF0)
        return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

/* Overlong forms, surrogates and what lies beyond Unicode. */
static bool is_forbidden(uint32_t code, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return code < least[n] || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF;
}

/* The character at s.p[at] and its length in bytes, which is 0 when it is none. */
static size_t decode(dx_str s, size_t at, uint32_t *code)
{
    const unsigned char lead = (unsigned char)s.p[at];
    const size_t n = length_of(lead);
    if (n == 0 || n > s.n - at)
        return 0;
    uint32_t value = n == 1 ? lead : lead & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        const unsigned char c = (unsigned char)s.p[at + i];
        if (!is_tail(c))
            return 0;
        value = value << 6 | (c & 0x3Fu);
    }
    if (is_forbidden(value, n))
        return 0;
    *code = value;
    return n;
}

uint32_t dx_utf_next(dx_str s, size_t *at)
{
    uint32_t code = DX_REPLACEMENT;
    const size_t n = decode(s, *at, &code);
    *at += n ? n : 1;
    return code;
}

/* Bytes of plain ASCII at `at`, eight at a time. */
static size_t skip_ascii(dx_str s, size_t at)
{
    uint64_t eight;
    for (; at + sizeof eight <= s.n; at += sizeof eight) {
        memcpy(&eight, s.p + at, sizeof eight);
        if (eight & 0x8080808080808080u)
            break;
    }
    return at;
}

bool dx_utf_valid(dx_str s)
{
    uint32_t code;
    for (size_t at = skip_ascii(s, 0); at < s.n; at = skip_ascii(s, at)) {
        const size_t n = decode(s, at, &code);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

size_t dx_utf_put(uint32_t code, char out[4])
{
    if (is_forbidden(code, 1))
        code = DX_REPLACEMENT;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(unsigned char)(0x80u | (code & 0x3Fu));
    out[0] = (char)(unsigned char)((0xF00u >> n & 0xF0u) | code);
    return n;
}

size_t dx_utf_columns(dx_str s)
{
    size_t columns = 0;
    for (size_t at = 0; at < s.n;)
        columns += dx_utf_width(dx_utf_next(s, &at));
    return columns;
}

dx_str dx_utf_prefix(dx_str s, size_t bytes)
{
    const size_t least = bytes > 3 ? bytes - 3 : 0;
    if (s.n <= bytes)
        return s;
    while (bytes > least && is_tail((unsigned char)s.p[bytes]))
        bytes--;
    return dx_str_slice(s, 0, bytes);
}

dx_str dx_utf_cut(dx_str s, size_t columns)
{
    size_t end = 0;
    for (size_t at = 0; at < s.n; end = at) {
        const unsigned width = dx_utf_width(dx_utf_next(s, &at));
        if (width > columns)
            break;
        columns -= width;
    }
    return dx_str_slice(s, 0, end);
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

/* Steers the direction of text or cannot be seen: a way to make one thing look like another. */
static bool is_invisible(uint32_t code)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x00AD, 0x00AD},   {0x061C, 0x061C},   {0x115F, 0x1160},   {0x180E, 0x180E},
        {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},
        {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF9, 0xFFFB},   {0xFFFE, 0xFFFF},
        {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (code >= ranges[i].from && code <= ranges[i].to)
            return true;
    }
    return false;
}

/* Length of the line end at s.p[at], or 0.  A lone CR is none: it would overwrite the line. */
static size_t line_end(dx_str s, size_t at)
{
    if (s.p[at] == '\n')
        return 1;
    return s.p[at] == '\r' && at + 1 < s.n && s.p[at + 1] == '\n' ? 2 : 0;
}

void dx_utf_visible(dx_buf *out, dx_str s, bool keep_lines)
{
    for (size_t at = 0; at < s.n;) {
        const size_t end = line_end(s, at);
        uint32_t code = 0;
        const size_t n = end ? end : decode(s, at, &code);
        if (end)
            dx_buf_add(out, keep_lines ? DX_LIT("\n") : DX_LIT("\\n"));
        else if (n == 0)
            dx_buf_printf(out, "\\x%02x", (unsigned char)s.p[at]);
        else if (code == '\t')
            dx_buf_char(out, ' ');
        else if (is_control(code))
            dx_buf_printf(out, "\\x%02x", (unsigned)code);
        else if (is_invisible(code))
            dx_buf_printf(out, "\\u{%04x}", (unsigned)code);
        else
            dx_buf_add(out, dx_str_slice(s, at, at + n));
        at += n ? n : 1;
    }
}
