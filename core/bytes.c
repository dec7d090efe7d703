#include "core/bytes.h"
#include <string.h>
#include "core/bytes_impl.h"

enum { SMALL = 256 }; /* shorter texts are not worth asking what the processor can do */

static const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;

static const dx_byte_steps *steps_for(size_t n)
{
    return n < SMALL ? NULL : dx_bytes_avx2();
}

static uint64_t eight(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return v;
}

/* ---- UTF-8 ---- */

/* Behind the run of bytes 0x01..0x7F that begins at `at`. */
static size_t ascii_run(dx_str s, size_t at)
{
    for (; at + 8 <= s.n; at += 8) {
        const uint64_t v = eight(s.p + at);
        if (((v - ones) | v) & highs) /* a NUL borrows, the others are high */
            break;
    }
    while (at < s.n && (unsigned char)s.p[at] - 1u < 0x7Fu)
        at++;
    return at;
}

size_t dx_ascii_run(dx_str s)
{
    const dx_byte_steps *steps = steps_for(s.n);

    return ascii_run(s, steps ? steps->ascii(s) : 0);
}

/* Length of the character of several bytes at p[0], or 0: table 3-7 of the Unicode standard. */
static size_t character(const unsigned char *p, size_t n)
{
    const unsigned char lead = p[0];
    const size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;

    if (length == 0 || length > n || p[1] < least || p[1] > most)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

size_t dx_utf8_run(dx_str s)
{
    const dx_byte_steps *steps = steps_for(s.n);
    size_t at = steps ? steps->utf8(s) : 0, n;

    while ((at = ascii_run(s, at)) < s.n &&
           (n = character((const unsigned char *)s.p + at, s.n - at)) > 0)
        at += n;
    return at;
}

/* ---- UTF-16 ---- */

size_t dx_utf16_ascii(dx_str raw, bool big_endian, char *out)
{
    const dx_byte_steps *steps = steps_for(raw.n);
    const size_t high = !big_endian;
    size_t n = steps ? steps->utf16(raw, big_endian, out) : 0;

    for (; 2 * n + 1 < raw.n; n++) {
        const unsigned char low = (unsigned char)raw.p[2 * n + !high];
        if (raw.p[2 * n + high] != 0 || low - 1u >= 0x7Fu)
            break;
        out[n] = (char)low;
    }
    return n;
}

/* ---- one byte value ---- */

size_t dx_find_bytes(dx_str s, char c, uint32_t *at, size_t most)
{
    dx_byte_find *find = s.n < SMALL ? NULL : dx_find_avx512();
    const dx_byte_steps *steps = find ? NULL : steps_for(s.n);
    size_t n = 0, i = 0;

    if (steps != NULL)
        find = steps->find;
    if (find != NULL)
        i = find(s, c, at, most, &n);

    while (n < most && i < s.n) {
        const char *p = memchr(s.p + i, c, s.n - i);
        if (p == NULL)
            break;
        at[n++] = (uint32_t)(p - s.p);
        i = (size_t)(p - s.p) + 1;
    }
    return n;
}
