#include "report/json_write.h"

#include <assert.h>
#include <inttypes.h>

#include "core/time.h"
#include "core/utf.h"

/* Written as \uNNNN though JSON would let them pass: C1 controls, line ends that old parsers
 * stumble over, and marks that turn or hide text. */
static const struct {
    uint32_t from, to;
} escaped[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},       {0x61C, 0x61C},
    {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},
    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
};

static bool is_escaped(uint32_t code)
{
    for (size_t i = 0; i < sizeof escaped / sizeof escaped[0]; i++)
        if (code >= escaped[i].from && code <= escaped[i].to)
            return true;
    return false;
}

static void put_escape(dx_buf *out, uint32_t code)
{
    static const char from[] = "\"\\\n\r\t", to[] = "\"\\nrt";

    for (size_t i = 0; from[i]; i++)
        if (code == (unsigned char)from[i]) {
            dx_buf_char(out, '\\');
            dx_buf_char(out, to[i]);
            return;
        }
    if (code > 0xFFFF) {
        dx_buf_printf(out, "\\u%04" PRIx32, 0xD7C0 + (code >> 10));
        code = 0xDC00 + (code & 0x3FF);
    }
    dx_buf_printf(out, "\\u%04" PRIx32, code);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* Plain ASCII goes out in runs: logs are mostly that. */
static void put_string(dx_buf *out, dx_str s)
{
    const size_t n = s.p ? s.n : 0;
    size_t at = 0;

    dx_buf_char(out, '"');
    while (at < n) {
        const size_t from = at;
        while (at < n && is_plain((unsigned char)s.p[at]))
            at++;
        dx_buf_add(out, dx_str_slice(s, from, at));
        if (at == n)
            break;
        const uint32_t code = dx_utf_next(s, &at);
        char bytes[4];
        if (code == '"' || code == '\\' || is_escaped(code))
            put_escape(out, code);
        else
            dx_buf_add(out, (dx_str){bytes, dx_utf_put(code, bytes)});
    }
    dx_buf_char(out, '"');
}

static void put_line_end(dx_json *j)
{
    dx_buf_char(&j->sink->buf, '\n');
    for (unsigned i = 0; i < j->depth; i++)
        dx_buf_add(&j->sink->buf, DX_LIT("  "));
}

static dx_buf *lead(dx_json *j, dx_str key)
{
    dx_buf *out = &j->sink->buf;

    if (j->depth > 0) {
        if (j->level[j->depth - 1].used)
            dx_buf_char(out, ',');
        j->level[j->depth - 1].used = true;
        if (j->pretty)
            put_line_end(j);
    }
    if (key.p) {
        put_string(out, key);
        dx_buf_add(out, j->pretty ? DX_LIT(": ") : DX_LIT(":"));
    }
    return out;
}

static void begin(dx_json *j, const char *key, const char brackets[2])
{
    assert(j->depth < DX_JSON_DEPTH);
    dx_buf_char(lead(j, dx_str_of(key)), brackets[0]);
    j->level[j->depth].closing = brackets[1];
    j->level[j->depth++].used = false;
}

void dx_json_object(dx_json *j, const char *key)
{
    begin(j, key, "{}");
}

void dx_json_list(dx_json *j, const char *key)
{
    begin(j, key, "[]");
}

void dx_json_end(dx_json *j)
{
    assert(j->depth > 0);
    j->depth--;
    if (j->pretty && j->level[j->depth].used)
        put_line_end(j);
    dx_buf_char(&j->sink->buf, j->level[j->depth].closing);
    if (j->depth == 0)
        dx_buf_char(&j->sink->buf, '\n');
    (void)dx_sink_poll(j->sink);
}

void dx_json_null(dx_json *j, const char *key)
{
    dx_buf_add(lead(j, dx_str_of(key)), DX_LIT("null"));
}

void dx_json_bool(dx_json *j, const char *key, bool value)
{
    dx_buf_add(lead(j, dx_str_of(key)), value ? DX_LIT("true") : DX_LIT("false"));
}

void dx_json_int(dx_json *j, const char *key, int64_t value)
{
    dx_json_named_int(j, dx_str_of(key), value);
}

void dx_json_count(dx_json *j, const char *key, uint64_t value)
{
    dx_buf_printf(lead(j, dx_str_of(key)), "%" PRIu64, value);
}

void dx_json_ratio(dx_json *j, const char *key, double value)
{
    dx_buf_printf(lead(j, dx_str_of(key)), "%.6f", value);
}

void dx_json_str(dx_json *j, const char *key, dx_str value)
{
    dx_json_named_str(j, dx_str_of(key), value);
}

void dx_json_text(dx_json *j, const char *key, dx_str value)
{
    if (value.p && value.n > 0)
        dx_json_str(j, key, value);
    else
        dx_json_null(j, key);
}

void dx_json_time(dx_json *j, const char *key, int64_t us)
{
    char text[32];

    if (us == DX_NO_TIME) {
        dx_json_null(j, key);
        return;
    }
    dx_time_iso(us, text);
    dx_json_str(j, key, dx_str_of(text));
}

void dx_json_line(dx_json *j, const char *key, uint32_t line)
{
    if (line > 0)
        dx_json_int(j, key, line);
    else
        dx_json_null(j, key);
}

void dx_json_named_str(dx_json *j, dx_str key, dx_str value)
{
    put_string(lead(j, key), value);
}

void dx_json_named_int(dx_json *j, dx_str key, int64_t value)
{
    dx_buf_printf(lead(j, key), "%" PRId64, value);
}
