/* Marks first, then what cannot be by chance, then which letters stand where. */
#include "parser/guess.h"
#include "core/bytes.h"
#include "parser/convert.h"
#include "parser/sniff.h"

static const char by_mark[] = "byte order mark";
static const char by_guess[] = "guessed";

/* UTF-32LE begins like UTF-16LE, so it comes first. */
static const struct {
    dx_str bytes;
    const char *encoding;
} marks[] = {
    {{"\xFF\xFE\0\0", 4}, "utf-32le"}, {{"\0\0\xFE\xFF", 4}, "utf-32be"},
    {{"\xEF\xBB\xBF", 3}, "utf-8"},    {{"\xFF\xFE", 2}, "utf-16le"},
    {{"\xFE\xFF", 2}, "utf-16be"},
};

size_t dx_guess_mark(dx_str head, const char *encoding)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (dx_str_ieq(dx_str_of(marks[i].encoding), dx_str_of(encoding)) &&
            dx_str_starts(head, marks[i].bytes))
            return marks[i].bytes.n;
    return 0;
}

/* No unit of UTF-32 exceeds 0x10FFFF; UTF-16 with a NUL behind its mark soon does. */
static bool is_utf32le(dx_str head)
{
    size_t i = 4;
    while (i + 3 < head.n && !head.p[i + 3] && (unsigned char)head.p[i + 2] <= 0x10)
        i += 4;
    return i + 3 >= head.n;
}

static bool by_its_mark(dx_str head, dx_guess *g)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (!dx_str_starts(head, marks[i].bytes) || (i == 0 && !is_utf32le(head)))
            continue;
        *g = (dx_guess){marks[i].encoding, by_mark, marks[i].bytes.n, false};
        return true;
    }
    return false;
}

typedef struct utf8_count {
    size_t good, bad; /* characters of several bytes; faults */
    bool cut;         /* the text ends inside a character */
} utf8_count;

static utf8_count count_utf8(dx_str s)
{
    utf8_count c = {0};
    for (size_t i = 0, n; i < s.n; i += n) {
        const dx_str rest = dx_str_slice(s, i, s.n);
        n = dx_ascii_run(rest);
        if (n)
            continue;
        switch (dx_utf8_look(rest, &n)) {
        case DX_UTF8_GOOD:
            c.good += n > 1;
            break;
        case DX_UTF8_BAD:
            c.bad++;
            break;
        case DX_UTF8_CUT:
            c.cut = true;
            break;
        }
    }
    return c;
}

/* Where the bytes 0x80..0x9F stand tells Windows' punctuation from DOS letters. */
enum {
    NEVER = 1,   /* cp1252 has no such character */
    EDGE = 2,    /* punctuation in cp1252 when a letter is on one side only */
    ALONE = 4,   /* punctuation in cp1252 when no letter is near */
    INSIDE = 8,  /* an apostrophe in cp1252 when between letters */
    STARTS = 16, /* a letter in DOS that begins words */
    ENDS = 32    /* a letter in DOS that ends words */
};
static const unsigned char habit[0x20] = {
    [0x00] = ALONE,        [0x01] = NEVER,  [0x02] = ENDS,         [0x04] = ENDS,
    [0x05] = EDGE,         [0x0A] = ENDS,   [0x0D] = NEVER,        [0x0E] = STARTS,
    [0x0F] = NEVER,        [0x10] = NEVER,  [0x11] = EDGE,         [0x12] = EDGE | INSIDE,
    [0x13] = EDGE,         [0x14] = EDGE,   [0x15] = ALONE | EDGE, [0x16] = ALONE | EDGE,
    [0x17] = ALONE | EDGE, [0x19] = STARTS, [0x1A] = STARTS,       [0x1D] = NEVER,
};

typedef struct score {
    unsigned long windows, dos, box;
    bool mixed_box; /* single and double lines meet: only cp437 has them */
} score;

static bool is_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_box(unsigned char c)
{
    return c >= 0xB0 && c <= 0xDF;
}

/* Horizontal lines and shades come in rows of one byte; letters of cp1252 do not. */
static bool is_row(unsigned char before, unsigned char b)
{
    return b == before && (b == 0xC4 || b == 0xCD || b < 0xB3 || b > 0xDA);
}

static bool is_mixed_box(unsigned char c)
{
    return (c >= 0xB5 && c <= 0xB8) || c == 0xBD || c == 0xBE || c == 0xC6 || c == 0xC7 ||
           (c >= 0xCF && c <= 0xD8);
}

static void weigh_low(unsigned char b, bool before, bool after, score *s)
{
    const unsigned how = habit[b & 0x1F];
    if (how & NEVER)
        s->dos += 2;
    else if (before && after)
        *(how & INSIDE ? &s->windows : &s->dos) += 2;
    else if (!before && !after)
        s->windows += !!(how & ALONE);
    else if (how & EDGE)
        s->windows++;
    else
        s->dos += before ? !!(how & ENDS) : !!(how & STARTS);
}

static void weigh(unsigned char before, unsigned char b, unsigned char after, score *s)
{
    const bool left = is_letter(before), right = is_letter(after);
    if (b < 0xA0) {
        weigh_low(b, left, right, s);
    } else if (b <= 0xA5) { /* vowels and n with tilde in DOS */
        s->dos += left && right ? 2 : 0;
    } else if (is_box(b) && (is_box(before) || is_box(after))) {
        s->box += is_row(before, b);
        s->mixed_box |= is_mixed_box(b);
    } else if (b >= 0xC0 && b != 0xE1 && (left || right)) { /* 0xE1: sharp s in DOS */
        s->windows += 2;
    }
}

static const char *guess_page(dx_str text)
{
    score s = {0};
    for (size_t i = 0; i < text.n; i++) {
        i += dx_ascii_run(dx_str_slice(text, i, text.n));
        if (i < text.n && (unsigned char)text.p[i] >= 0x80)
            weigh(i ? (unsigned char)text.p[i - 1] : 0, (unsigned char)text.p[i],
                  i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0, &s);
    }
    if (s.dos + s.box <= s.windows)
        return "cp1252";
    return s.dos && !s.mixed_box ? "cp850" : "cp437";
}

/* Characters of several bytes do not happen by chance: with many of them, a fault is a fault. */
dx_guess dx_guess_ascii_like(dx_str head, bool whole)
{
    const utf8_count c = count_utf8(head);
    const bool cut = c.cut && whole;
    if (!c.bad && (!cut || c.good))
        return (dx_guess){"utf-8", "valid UTF-8", 0, !c.good};
    if (c.bad * 8 <= c.good)
        return (dx_guess){"utf-8", by_guess, 0, false};
    return (dx_guess){guess_page(head), by_guess, 0, false};
}

dx_guess dx_guess_encoding(dx_str head, bool whole)
{
    dx_guess g;
    if (dx_ascii_run(head) == head.n)
        return dx_guess_ascii_like(DX_NONE, whole);
    if (by_its_mark(head, &g))
        return g;
    const char *utf16 = dx_sniff_utf16(head);
    if (utf16)
        return (dx_guess){utf16, "pattern of zero bytes", 0, false};
    return dx_guess_ascii_like(head, whole);
}
