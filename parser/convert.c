/* UTF-8, UTF-16 and the common code pages by hand, the others by iconv. */
#include "parser/convert.h"
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include "core/bytes.h"
#include "core/utf.h"
#include "parser/codepages.h"

enum { SYMBOL_FOR_NUL = 0x2400, GROWTH = 3 /* bytes of UTF-8 at most for each byte */ };

typedef size_t convert_fn(dx_converter *c, dx_str raw, bool last, dx_buf *into, dx_tally *tally);

struct dx_converter {
    convert_fn *convert;
    int variant;   /* a dx_codepage, or where UTF-16 has its high byte */
    size_t unit;   /* bytes to leave out after a fault that iconv found */
    iconv_t iconv; /* (iconv_t)-1 when not used */
    char name[64];
};

/* The buffer has room: dx_convert() saw to it. */
static void put(dx_buf *into, uint32_t code)
{
    into->n += dx_utf_put(code, into->p + into->n);
}

static void put_bytes(dx_buf *into, const char *p, size_t n)
{
    memcpy(into->p + into->n, p, n);
    into->n += n;
}

static void put_nul(dx_buf *into, dx_tally *tally)
{
    tally->nuls++;
    put(into, SYMBOL_FOR_NUL);
}

static void put_bad(dx_buf *into, size_t n, dx_tally *tally)
{
    tally->bad += n;
    put(into, DX_REPLACEMENT);
}

/* The second byte decides most: see table 3-7 of the Unicode standard. */
static bool second_fits(unsigned char lead, unsigned char c)
{
    const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return c >= least && c <= most;
}

dx_utf8_kind dx_utf8_look(dx_str s, size_t *n)
{
    const unsigned char lead = (unsigned char)s.p[0];
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    *n = 1;
    if (lead < 0x80)
        return DX_UTF8_GOOD;
    if (lead < 0xC2 || lead > 0xF4)
        return DX_UTF8_BAD;
    for (; *n < length; ++*n) {
        if (*n == s.n)
            return DX_UTF8_CUT;
        const unsigned char c = (unsigned char)s.p[*n];
        if (*n == 1 ? !second_fits(lead, c) : (c & 0xC0) != 0x80)
            return DX_UTF8_BAD;
    }
    return DX_UTF8_GOOD;
}

static size_t from_utf8(dx_converter *c, dx_str raw, bool last, dx_buf *into, dx_tally *tally)
{
    (void)c;
    size_t i = 0;
    while (i < raw.n) {
        size_t n = dx_utf8_run(dx_str_slice(raw, i, raw.n));
        put_bytes(into, raw.p + i, n);
        i += n;
        if (i == raw.n)
            break;
        if (!raw.p[i]) {
            put_nul(into, tally);
            i++;
            continue;
        }
        const bool cut = dx_utf8_look(dx_str_slice(raw, i, raw.n), &n) == DX_UTF8_CUT;
        if (cut && !last)
            break;
        tally->cut |= cut;
        put_bad(into, n, tally);
        i += n;
    }
    return i;
}

static uint32_t unit(dx_str raw, size_t at, int high)
{
    return (uint32_t)(unsigned char)raw.p[at + (size_t)high] << 8 |
           (unsigned char)raw.p[at + (size_t)!high];
}

static bool is_high(uint32_t u)
{
    return u >= 0xD800 && u < 0xDC00;
}

static bool is_low(uint32_t u)
{
    return u >= 0xDC00 && u < 0xE000;
}

/* Whether four units of ASCII begin here, as they do in most places of most logs. */
static bool is_ascii_next(dx_str raw, size_t at, int high)
{
    bool ascii = raw.n - at >= 8;

    for (size_t i = 0; ascii && i < 4; i++)
        ascii = unit(raw, at + 2 * i, high) - 1 < 0x7F;
    return ascii;
}

static size_t from_utf16(dx_converter *c, dx_str raw, bool last, dx_buf *into, dx_tally *tally)
{
    size_t i = 0;
    for (; i + 1 < raw.n; i += 2) {
        if (is_ascii_next(raw, i, c->variant)) {
            const size_t n =
                dx_utf16_ascii(dx_str_slice(raw, i, raw.n), c->variant == 0, into->p + into->n);
            into->n += n;
            i += 2 * n - 2;
            continue;
        }
        const uint32_t u = unit(raw, i, c->variant);
        if (u - 1 < 0x7F) {
            into->p[into->n++] = (char)u;
        } else if (!u) {
            put_nul(into, tally);
        } else if (!is_high(u)) {
            is_low(u) ? put_bad(into, 1, tally) : put(into, u);
        } else if (i + 3 < raw.n && is_low(unit(raw, i + 2, c->variant))) {
            put(into, 0x10000 + ((u - 0xD800) << 10) + (unit(raw, i + 2, c->variant) - 0xDC00));
            i += 2;
        } else if (i + 3 < raw.n || last) {
            put_bad(into, 1, tally);
            tally->cut |= i + 3 >= raw.n;
        } else {
            break;
        }
    }
    if (last && i < raw.n) {
        put_bad(into, 1, tally);
        tally->cut = true;
        i = raw.n;
    }
    return i;
}

static size_t from_page(dx_converter *c, dx_str raw, bool last, dx_buf *into, dx_tally *tally)
{
    (void)last;
    for (size_t i = 0; i < raw.n;) {
        const size_t n = dx_ascii_run(dx_str_slice(raw, i, raw.n));
        put_bytes(into, raw.p + i, n);
        i += n;
        for (; i < raw.n && (unsigned char)raw.p[i] - 1u >= 0x7Fu; i++) {
            const uint32_t code =
                dx_codepage_char((dx_codepage)c->variant, (unsigned char)raw.p[i]);
            if (code)
                put(into, code);
            else if (raw.p[i])
                put_bad(into, 1, tally);
            else
                put_nul(into, tally);
        }
    }
    return raw.n;
}

/* iconv's output, where a NUL is still a NUL. */
static void add_converted(dx_buf *into, dx_str text, dx_tally *tally)
{
    while (text.n) {
        const char *nul = memchr(text.p, 0, text.n);
        const size_t n = nul ? (size_t)(nul - text.p) : text.n;
        if (!dx_buf_reserve(into, text.n * GROWTH))
            return;
        put_bytes(into, text.p, n);
        if (nul)
            put_nul(into, tally);
        text = dx_str_slice(text, n + !!nul, text.n);
    }
}

/* One call of iconv; its errno, or 0. */
static int run_iconv(iconv_t how, char **from, size_t *left, dx_buf *into, dx_tally *tally)
{
    char out[4096], *to = out;
    size_t room = sizeof out;
    errno = 0;
    const int e = iconv(how, from, left, &to, &room) == (size_t)-1 ? errno : 0;
    add_converted(into, (dx_str){out, sizeof out - room}, tally);
    return e;
}

static size_t from_iconv(dx_converter *c, dx_str raw, bool last, dx_buf *into, dx_tally *tally)
{
    char piece[256];
    size_t taken = 0;
    while (taken < raw.n && !into->failed) {
        const dx_str rest = dx_str_slice(raw, taken, taken + sizeof piece);
        memcpy(piece, rest.p, rest.n); /* iconv() wants to be allowed to write */
        char *from = piece;
        size_t left = rest.n;
        const int e = run_iconv(c->iconv, &from, &left, into, tally);
        const bool at_end = taken + rest.n == raw.n;
        taken += rest.n - left;
        const bool cut = e == EINVAL && left < DX_CONVERT_LEAST / 2;
        if (cut && at_end && !last)
            break;
        tally->cut |= cut && at_end;
        if (e == EILSEQ || (e == EINVAL && (at_end || !cut))) {
            add_converted(into, DX_LIT("\xEF\xBF\xBD"), tally);
            const size_t skip = cut || left < c->unit ? left : c->unit;
            tally->bad += skip;
            taken += skip;
        }
    }
    if (last)
        run_iconv(c->iconv, NULL, NULL, into, tally);
    return taken;
}

static const struct {
    const char *name, *also;
    convert_fn *convert;
    int variant;
} built_in[] = {
    {"utf-8", "utf8", from_utf8, 0},          {"utf-16le", "utf16le", from_utf16, 1},
    {"utf-16be", "utf16be", from_utf16, 0},   {"cp1252", "windows-1252", from_page, DX_CP1252},
    {"cp437", "ibm437", from_page, DX_CP437}, {"cp850", "ibm850", from_page, DX_CP850},
};

static bool use_built_in(dx_converter *c, dx_str name)
{
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        if (!dx_str_ieq(name, dx_str_of(built_in[i].name)) &&
            !dx_str_ieq(name, dx_str_of(built_in[i].also)))
            continue;
        c->convert = built_in[i].convert;
        c->variant = built_in[i].variant;
        memcpy(c->name, built_in[i].name, strlen(built_in[i].name));
        return true;
    }
    return false;
}

/* A slash would be an instruction to iconv, not a name. */
static bool use_iconv(dx_converter *c, dx_str name)
{
    if (!name.n || name.n >= sizeof c->name || memchr(name.p, '/', name.n))
        return false;
    memcpy(c->name, name.p, name.n);
    c->convert = from_iconv;
    c->unit = dx_str_istarts(name, DX_LIT("utf-32")) ? 4 : 1;
    c->iconv = iconv_open("UTF-8", c->name);
    return c->iconv != (iconv_t)-1;
}

dx_rc dx_converter_new(dx_converter **out, const char *name, dx_err *err)
{
    const dx_str z = dx_str_of(name);
    dx_converter *c = calloc(1, sizeof *c);
    if (!c)
        return dx_nomem(err);
    c->iconv = (iconv_t)-1;
    if (!use_built_in(c, z) && !use_iconv(c, z)) {
        dx_converter_free(c);
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "unknown encoding '%s'", name);
    }
    *out = c;
    return DX_OK;
}

void dx_converter_free(dx_converter *c)
{
    if (!c)
        return;
    if (c->iconv != (iconv_t)-1)
        iconv_close(c->iconv);
    free(c);
}

const char *dx_converter_name(const dx_converter *c)
{
    return c->name;
}

size_t dx_convert(dx_converter *c, dx_str raw, bool last, dx_buf *into, dx_tally *tally)
{
    if (!dx_buf_reserve(into, raw.n * GROWTH + GROWTH))
        return 0;
    const size_t taken = c->convert(c, raw, last, into, tally);
    into->p[into->n] = '\0';
    return taken;
}
