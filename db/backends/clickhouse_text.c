/* Text on its way into statements and rows, and out of answers. */
#include "db/backends/clickhouse_http.h"
#include <string.h>

static const struct {
    char c, escape;
} escapes[] = {{'\\', '\\'}, {'\'', '\''}, {'\n', 'n'}, {'\t', 't'},
               {'\r', 'r'},  {'\b', 'b'},  {'\f', 'f'}, {'\0', '0'}};

static void add_escaped(dx_buf *out, dx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char escape = 0;
        for (size_t k = 0; k < sizeof escapes / sizeof *escapes; k++)
            if (text.p[i] == escapes[k].c)
                escape = escapes[k].escape;
        if (escape)
            dx_buf_char(out, '\\');
        dx_buf_char(out, escape ? escape : text.p[i]);
    }
}

void dx_clickhouse_literal(dx_buf *sql, dx_str text)
{
    dx_buf_char(sql, '\'');
    add_escaped(sql, text);
    dx_buf_char(sql, '\'');
}

void dx_clickhouse_value(dx_buf *row, dx_str text)
{
    add_escaped(row, text);
}

static dx_str unescaped(dx_str text, dx_arena *into)
{
    char *p;
    size_t n = 0;

    if (text.n == 0 || memchr(text.p, '\\', text.n) == NULL)
        return text;
    p = dx_arena_get(into, text.n);
    for (size_t i = 0; p != NULL && i < text.n; i++) {
        char c = text.p[i];
        if (c == '\\' && i + 1 < text.n) {
            c = text.p[++i];
            for (size_t k = 0; k < sizeof escapes / sizeof *escapes; k++)
                if (c == escapes[k].escape) {
                    c = escapes[k].c;
                    break;
                }
        }
        p[n++] = c;
    }
    return (dx_str){p, n};
}

size_t dx_clickhouse_fields(dx_str rest)
{
    size_t n = 1;
    dx_str line;

    if (rest.n == 0 || !dx_str_next(&rest, '\n', &line))
        return 0;
    for (const char *p = line.p; p != NULL && (p = memchr(p, '\t', line.n - (size_t)(p - line.p)));
         p++)
        n++;
    return n;
}

bool dx_clickhouse_row(dx_str *rest, dx_arena *into, dx_str *field, size_t n)
{
    dx_str line, piece;

    if (rest->n == 0 || !dx_str_next(rest, '\n', &line))
        return false;
    for (size_t i = 0; i < n; i++)
        field[i] = dx_str_next(&line, '\t', &piece) ? unescaped(piece, into) : DX_NONE;
    return true;
}
