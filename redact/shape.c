#include "redact/shape.h"
#include <nettle/hmac.h>
#include <string.h>
#include "core/utf.h"

/* An endless run of bytes that only the key's owner can foretell: HMAC-SHA256 over a counter. */
typedef struct stream {
    struct hmac_sha256_ctx hmac;
    dx_str text;
    unsigned try, block;
    uint8_t bytes[SHA256_DIGEST_SIZE];
    size_t used;
} stream;

static void open_stream(stream *s, const unsigned char *key, dx_str text, unsigned try)
{
    *s = (stream){.text = text, .try = try, .used = sizeof s->bytes};
    hmac_sha256_set_key(&s->hmac, DX_REDACT_KEY, key);
}

static void next_block(stream *s)
{
    const uint8_t counter[8] = {
        (uint8_t)s->try,   (uint8_t)(s->try >> 8),   (uint8_t)(s->try >> 16),   0,
        (uint8_t)s->block, (uint8_t)(s->block >> 8), (uint8_t)(s->block >> 16), 0};

    hmac_sha256_update(&s->hmac, sizeof counter, counter);
    hmac_sha256_update(&s->hmac, s->text.n, (const uint8_t *)s->text.p);
    hmac_sha256_digest(&s->hmac, sizeof s->bytes, s->bytes);
    s->block++;
    s->used = 0;
}

/* A number below `limit` (at most 256). */
static unsigned draw(stream *s, unsigned limit)
{
    if (s->used + 2 > sizeof s->bytes)
        next_block(s);
    const unsigned v = (unsigned)s->bytes[s->used] << 8 | s->bytes[s->used + 1];
    s->used += 2;
    return v % limit;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static void put_character(stream *s, uint32_t c, bool hex, bool first, dx_buf *into)
{
    char code[4];

    if (is_digit(c))
        dx_buf_char(into, (char)(first && c != '0' ? '1' + draw(s, 9) : '0' + draw(s, 10)));
    else if (hex && c >= 'a' && c <= 'f')
        dx_buf_char(into, (char)('a' + draw(s, 6)));
    else if ((c >= 'a' && c <= 'z') || c >= 0x80)
        dx_buf_char(into, (char)('a' + draw(s, 26)));
    else
        dx_buf_add(into, (dx_str){code, dx_utf_put(c, code)});
}

/* The beginning of `text` that stays: what says of what kind it is. */
static size_t kept_head(dx_shape shape, dx_str text)
{
    static const char *const private_ranges[] = {"10.", "192.168.", "169.254."};

    if (shape == DX_SHAPE_SID)
        return strlen("s-1-5-21-");
    if (shape != DX_SHAPE_IP4)
        return 0;
    for (size_t i = 0; i < sizeof private_ranges / sizeof *private_ranges; i++)
        if (dx_str_starts(text, dx_str_of(private_ranges[i])))
            return strlen(private_ranges[i]);
    return dx_str_starts(text, DX_LIT("172.")) ? strlen("172.16.") : 0;
}

/* Where the end that stays begins: a well-known last part of a SID. */
static size_t kept_tail(dx_shape shape, dx_str text)
{
    size_t at = text.n, dashes = 0;

    if (shape != DX_SHAPE_SID)
        return text.n;
    while (at > 0 && is_digit((unsigned char)text.p[at - 1]))
        at--;
    for (size_t i = 0; i < at; i++)
        dashes += text.p[i] == '-';
    return dashes == 7 && text.n - at <= 3 ? at : text.n;
}

/* One part of an address, with as many digits as it had. */
static void put_octet(stream *s, size_t digits, dx_buf *into)
{
    static const struct {
        unsigned least, count;
    } by_digits[] = {{0, 10}, {10, 90}, {100, 156}};
    const size_t i = digits > 3 ? 2 : digits - 1;

    dx_buf_printf(into, "%u", by_digits[i].least + draw(s, by_digits[i].count));
}

static void put_octets(stream *s, dx_str text, size_t at, dx_buf *into)
{
    while (at < text.n) {
        size_t digits = 0;
        while (at + digits < text.n && is_digit((unsigned char)text.p[at + digits]))
            digits++;
        if (digits)
            put_octet(s, digits, into);
        else
            dx_buf_char(into, text.p[at]);
        at += digits ? digits : 1;
    }
}

void dx_shape_draw(const unsigned char key[DX_REDACT_KEY], dx_shape shape, dx_str text,
                   unsigned try, dx_buf *into)
{
    const size_t tail = kept_tail(shape, text);
    size_t at = kept_head(shape, text);
    bool first = true;
    stream s;

    open_stream(&s, key, text, try);
    dx_buf_add(into, dx_str_slice(text, 0, at));
    if (shape == DX_SHAPE_IP4) {
        put_octets(&s, text, at, into);
        return;
    }
    while (at < tail) {
        const uint32_t c = dx_utf_next(text, &at);
        put_character(&s, c, shape == DX_SHAPE_HEX, first, into);
        first = c == '-';
    }
    dx_buf_add(into, dx_str_slice(text, tail, text.n));
}
