#include "report/html_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/time.h"
#include "core/utf.h"

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Plain characters go out in runs. */
static void escape(dx_buf *out, dx_str s)
{
    for (size_t at = 0; at < s.n;) {
        const size_t from = at;
        while (at < s.n && !entity(s.p[at]))
            at++;
        dx_buf_add(out, dx_str_slice(s, from, at));
        if (at < s.n)
            dx_buf_add(out, dx_str_of(entity(s.p[at++])));
    }
}

static void add(dx_buf *out, dx_str s, bool keep_lines)
{
    dx_buf visible = {0};

    dx_utf_visible(&visible, s, keep_lines);
    escape(out, dx_buf_str(&visible));
    out->failed |= visible.failed;
    dx_buf_done(&visible);
}

void dx_html_text(dx_buf *out, dx_str s)
{
    add(out, s, false);
}

void dx_html_lines(dx_buf *out, dx_str s)
{
    add(out, s, true);
}

void dx_html_clip(dx_buf *out, dx_str s, size_t bytes)
{
    const dx_str kept = dx_utf_prefix(s, bytes);

    dx_html_text(out, kept);
    if (kept.n < s.n)
        dx_buf_add(out, DX_LIT("\xE2\x80\xA6"));
}

void dx_html_elem(dx_buf *out, const char *tag, const char *cls, dx_str text)
{
    if (cls)
        dx_buf_printf(out, "<%s class=\"%s\">", tag, cls);
    else
        dx_buf_printf(out, "<%s>", tag);
    dx_html_text(out, text);
    dx_buf_printf(out, "</%s>", tag);
}

void dx_html_time(dx_buf *out, int64_t us)
{
    char iso[32], shown[32];

    if (us == DX_NO_TIME) {
        dx_buf_add(out, DX_LIT("\xE2\x80\x93"));
        return;
    }
    dx_time_iso(us, iso);
    dx_time_short(us, shown);
    dx_buf_printf(out, "<time datetime=\"%s\">%s UTC</time>", iso, shown);
}

void dx_html_count(dx_buf *out, uint64_t n)
{
    char digits[24];

    (void)snprintf(digits, sizeof digits, "%" PRIu64, n);
    const size_t len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            dx_buf_add(out, DX_LIT("\xE2\x80\xAF"));
        dx_buf_char(out, digits[i]);
    }
}
