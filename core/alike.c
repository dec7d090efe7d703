#include "core/alike.h"

#include <string.h>

#include "core/pattern.h"

/* Sets of bytes that the pattern names split those that are alike.  To name more sets than it does
 * costs nothing but bytes that are alike. */
typedef struct splitter {
    uint16_t number[DX_ALIKE_BYTES];
    uint16_t last;
    bool done[DX_ALIKE_BYTES]; /* split off alone */
} splitter;

static void split(splitter *s, const bool in[DX_ALIKE_BYTES])
{
    uint16_t moved[DX_ALIKE_BYTES] = {0}, to[DX_ALIKE_BYTES], n = 0;

    for (size_t b = 0; b < DX_ALIKE_BYTES; b++) {
        if (!in[b])
            continue;
        size_t i = 0;
        while (i < n && moved[i] != s->number[b])
            i++;
        if (i == n) {
            moved[n] = s->number[b];
            to[n++] = ++s->last;
        }
        s->number[b] = to[i];
    }
}

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The bytes from one to another, and these in any case. */
static void split_range(splitter *s, unsigned char from, unsigned char to)
{
    bool in[DX_ALIKE_BYTES] = {false}, folded[DX_ALIKE_BYTES] = {false};

    if (from >= DX_ALIKE_BYTES || (from == to && s->done[from]))
        return;
    for (size_t b = from; b <= to && b < DX_ALIKE_BYTES; b++) {
        in[b] = folded[b] = true;
        if (is_letter((unsigned char)b))
            folded[b ^ 0x20] = true;
    }
    s->done[from] |= from == to;
    split(s, in);
    split(s, folded);
}

static void begin(splitter *s)
{
    *s = (splitter){.last = 0};
    for (unsigned char c = 0; c <= ' '; c++)
        split_range(s, c, c);
    split_range(s, 0x7F, 0x7F);
    split_range(s, '_', '_');
    split_range(s, '0', '9');
    split_range(s, 'A', 'Z');
    split_range(s, 'a', 'z');
}

/* What an escape stands for is split already, or it is the byte itself. */
static bool take_escape(splitter *s, unsigned char c)
{
    if (is_letter(c) || (c >= '0' && c <= '9'))
        return strchr("dDwWsShHvVbBAzZnrt", c) != NULL;
    split_range(s, c, c);
    return true;
}

/* One byte of a class, or the end of a range; escapes that stand for many bytes are none. */
static bool is_byte(dx_str inside, size_t at, unsigned char *byte, size_t *length)
{
    const bool escaped = at < inside.n && inside.p[at] == '\\';

    *length = escaped ? 2 : 1;
    if (at + *length > inside.n)
        return false;
    *byte = (unsigned char)inside.p[at + escaped];
    return !escaped || !(is_letter(*byte) || (*byte >= '0' && *byte <= '9'));
}

static bool take_class(splitter *s, dx_str inside)
{
    size_t length, more;
    unsigned char from, to;

    for (size_t i = 0; i < inside.n; i += length) {
        if (dx_str_starts(dx_str_slice(inside, i, SIZE_MAX), DX_LIT("[:")))
            return false;
        if (!is_byte(inside, i, &from, &length)) {
            if (i + 1 == inside.n || !take_escape(s, (unsigned char)inside.p[i + 1]))
                return false;
            continue;
        }
        to = from;
        if (i + length + 1 < inside.n && inside.p[i + length] == '-') {
            if (!is_byte(inside, i + length + 1, &to, &more))
                return false;
            length += 1 + more;
        }
        split_range(s, from, to);
    }
    return true;
}

/* Bytes of "?:", "?=", "?<name>" and the like behind a bracket; 0 when it is something else. */
static size_t head_length(dx_str s)
{
    static const char *const known[] = {"?:", "?=", "?!", "?>", "?<=", "?<!", "?i:", "?i)"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (dx_str_starts(s, dx_str_of(known[i])))
            return strlen(known[i]);
    const size_t end = dx_str_find(s, DX_LIT(">"), 0);
    return dx_str_starts(s, DX_LIT("?<")) && end != SIZE_MAX ? end + 1 : 0;
}

/* Bytes of a quantifier {2,3}; 1 for a brace that is itself. */
static size_t brace_length(dx_str s)
{
    size_t i = 1;

    while (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == ','))
        i++;
    return i > 1 && i < s.n && s.p[i] == '}' ? i + 1 : 1;
}

static bool take(splitter *s, dx_str pattern, size_t at, size_t *length)
{
    const dx_token token = dx_pattern_token(pattern, at, length);
    const dx_str rest = dx_str_slice(pattern, at, SIZE_MAX);

    if (token == DX_TOK_CLASS)
        return take_class(s, dx_str_slice(rest, 1, *length - 1));
    if (token == DX_TOK_ESCAPE)
        return take_escape(s, (unsigned char)rest.p[1]);
    if (token != DX_TOK_CHAR)
        return false;
    if (rest.p[0] == '{' && brace_length(rest) > 1) {
        *length = brace_length(rest);
        return true;
    }
    split_range(s, (unsigned char)rest.p[0], (unsigned char)rest.p[0]);
    if (rest.p[0] != '(' || rest.n < 2 || (rest.p[1] != '?' && rest.p[1] != '*'))
        return true;
    const size_t head = head_length(dx_str_slice(rest, 1, SIZE_MAX));
    *length += head;
    return head > 0;
}

static void renumber(const splitter *s, uint8_t number[DX_ALIKE_BYTES])
{
    uint8_t n = 0;

    for (size_t b = 0; b < DX_ALIKE_BYTES; b++) {
        size_t like = 0;
        while (s->number[like] != s->number[b])
            like++;
        number[b] = like < b ? number[like] : n++;
    }
}

bool dx_pattern_alike(dx_str pattern, uint8_t number[DX_ALIKE_BYTES])
{
    splitter s;
    size_t length;

    for (size_t i = 0; i < pattern.n; i++)
        if ((unsigned char)pattern.p[i] >= DX_ALIKE_BYTES)
            return false; /* in some case it may be one of ours */
    begin(&s);
    for (size_t at = 0; at < pattern.n; at += length)
        if (!take(&s, pattern, at, &length))
            return false;
    renumber(&s, number);
    return true;
}
