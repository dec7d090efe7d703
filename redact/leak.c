#include "redact/leak.h"
#include <string.h>
#include "redact/values_impl.h"

enum { BASE64_LEAST = 16, BY_CHANCE = 6 };

static int hex_digit(char c)
{
    const unsigned char f = dx_fold_byte(c);

    return f >= '0' && f <= '9' ? f - '0' : f >= 'a' && f <= 'f' ? f - 'a' + 10 : -1;
}

/* ---- the same bytes, seen otherwise: false when they look the same ---- */

static bool without_zeros(dx_str bytes, dx_buf *out)
{
    if (memchr(bytes.p, 0, bytes.n) == NULL)
        return false;
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i])
            dx_buf_char(out, bytes.p[i]);
    return true;
}

static bool percent_decoded(dx_str bytes, dx_buf *out)
{
    bool any = false;

    if (memchr(bytes.p, '%', bytes.n) == NULL)
        return false;
    for (size_t i = 0; i < bytes.n; i++) {
        const bool code = bytes.p[i] == '%' && i + 2 < bytes.n && hex_digit(bytes.p[i + 1]) >= 0 &&
                          hex_digit(bytes.p[i + 2]) >= 0;
        if (code)
            dx_buf_char(out, (char)(hex_digit(bytes.p[i + 1]) << 4 | hex_digit(bytes.p[i + 2])));
        else
            dx_buf_char(out, bytes.p[i]);
        any |= code;
        i += code ? 2 : 0;
    }
    return any;
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void decode_run(dx_str run, dx_buf *out)
{
    unsigned bits = 0, n = 0;

    for (size_t i = 0; i < run.n; i++) {
        bits = bits << 6 | (unsigned)base64_digit(run.p[i]);
        n += 6;
        if (n >= 8) {
            n -= 8;
            const char c = (char)(bits >> n & 0xFF);
            if (c) /* the text inside may be UTF-16 */
                dx_buf_char(out, c);
        }
    }
    dx_buf_char(out, '\n');
}

/* Every run of base64 digits, begun at each of four places: nobody says where it begins. */
static bool base64_decoded(dx_str bytes, dx_buf *out)
{
    for (size_t from = 0, to; from < bytes.n; from = to + 1) {
        for (to = from; to < bytes.n && base64_digit(bytes.p[to]) >= 0;)
            to++;
        for (size_t skip = 0; to - from >= BASE64_LEAST && skip < 4; skip++)
            decode_run(dx_str_slice(bytes, from + skip, to), out);
    }
    return out->n > 0;
}

static const struct {
    bool (*see)(dx_str bytes, dx_buf *out); /* NULL: as they are */
    const char *how;
    size_t least; /* characters of a value that is no chance */
} views[] = {
    {NULL, "as it is", 0},
    {without_zeros, "with zero bytes between", 0},
    {percent_decoded, "percent-encoded", 0},
    {base64_decoded, "in base64", BY_CHANCE},
};

static bool finds(const dx_values *v, dx_str text, size_t least, dx_leak *out)
{
    dx_value_at at;

    for (size_t from = 0; dx_values_find(v, text, from, text.n, &at); from = at.from + 1) {
        if (v->value[at.value].characters < least)
            continue;
        out->value = at.value;
        return true;
    }
    return false;
}

dx_rc dx_leak_find(const dx_values *v, dx_str bytes, bool *found, dx_leak *out, dx_err *err)
{
    dx_buf seen = {0};
    bool hit = false, failed = false;

    for (size_t i = 0; !hit && !failed && i < sizeof views / sizeof *views; i++) {
        dx_buf_clear(&seen);
        if (views[i].see == NULL)
            hit = finds(v, bytes, views[i].least, out);
        else if (views[i].see(bytes, &seen))
            hit = finds(v, dx_buf_str(&seen), views[i].least, out);
        failed = seen.failed;
        out->how = views[i].how;
    }
    dx_buf_done(&seen);
    *found = hit;
    return failed ? dx_nomem(err) : DX_OK;
}
