#include "report/csv_write.h"

#include <string.h>

#include "core/utf.h"

static bool has_any(dx_str s, const char *of)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\0' && strchr(of, s.p[i]))
            return true;
    return false;
}

/* Spreadsheets skip blanks before they look for a formula. */
static bool is_formula(dx_str s)
{
    size_t at = 0;

    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\n'))
        at++;
    return at < s.n && s.p[at] != '\0' && strchr("=+-@\t\r", s.p[at]);
}

void dx_csv_cell(dx_buf *out, dx_str text)
{
    dx_buf visible = {0};

    if (text.n == 0)
        return;
    if (is_formula(text))
        dx_buf_char(&visible, '\'');
    dx_utf_visible(&visible, text, true);
    const dx_str s = dx_buf_str(&visible);
    const bool quoted = has_any(s, ",\"\n") || s.p[0] == ' ' || s.p[s.n - 1] == ' ';
    if (quoted)
        dx_buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            dx_buf_char(out, '"');
        dx_buf_char(out, s.p[i]);
    }
    if (quoted)
        dx_buf_char(out, '"');
    out->failed |= visible.failed;
    dx_buf_done(&visible);
}
