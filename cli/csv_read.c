#include "cli/csv_read.h"

#include "core/buf.h"
#include "core/utf.h"

typedef struct reader {
    const char *file;
    dx_str text;
    size_t at;
    unsigned line;
    char divider;
    dx_arena *into;
    dx_buf cell; /* of a quoted one */
    dx_err *err;
} reader;

static dx_rc fault(const reader *r, unsigned line, const char *what)
{
    return dx_fail(r->err, DX_E_USAGE, ((dx_place){.file = r->file, .line = line}), "%s", what);
}

static size_t count_in_head(dx_str text, char c)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n && text.p[i] != '\n'; i++)
        n += text.p[i] == c;
    return n;
}

static char divider_of(dx_str text)
{
    static const char known[] = {',', ';', '\t'};
    char best = ',';

    for (size_t i = 0; i < sizeof known; i++)
        if (count_in_head(text, known[i]) > count_in_head(text, best))
            best = known[i];
    return best;
}

static bool ends_cell(const reader *r)
{
    return r->at >= r->text.n || r->text.p[r->at] == r->divider || r->text.p[r->at] == '\n' ||
           r->text.p[r->at] == '\r';
}

/* Behind the opening quote. */
static dx_rc read_quoted(reader *r, dx_str *out)
{
    const unsigned began = r->line;

    dx_buf_clear(&r->cell);
    for (; r->at < r->text.n; r->at++) {
        const char c = r->text.p[r->at];
        if (c == '"' && (r->at + 1 >= r->text.n || r->text.p[r->at + 1] != '"'))
            break;
        r->at += c == '"'; /* "" is one quote */
        r->line += c == '\n';
        dx_buf_char(&r->cell, c);
    }
    if (r->at++ >= r->text.n)
        return fault(r, began, "the quote that begins here never ends");
    if (!ends_cell(r))
        return fault(r, r->line,
                     "there is text behind a closing quote; a quote inside a quoted "
                     "cell is written twice");
    *out = dx_arena_copy(r->into, dx_str_trim(dx_buf_str(&r->cell)));
    return out->p && !r->cell.failed ? DX_OK : dx_nomem(r->err);
}

static dx_rc read_cell(reader *r, dx_str *out)
{
    if (r->at < r->text.n && r->text.p[r->at] == '"') {
        r->at++;
        return read_quoted(r, out);
    }
    const size_t from = r->at;
    while (!ends_cell(r))
        r->at++;
    *out = dx_arena_copy(r->into, dx_str_trim(dx_str_slice(r->text, from, r->at)));
    return out->p ? DX_OK : dx_nomem(r->err);
}

/* A row; n is 0 for an empty line. */
static dx_rc read_row(reader *r, dx_csv_row *out)
{
    dx_str *cells = NULL;
    size_t cap = 0;

    *out = (dx_csv_row){.line = r->line};
    for (bool more = true; more;) {
        dx_str cell;
        if (read_cell(r, &cell) != DX_OK)
            return DX_FAIL;
        if (!DX_PUSH(r->into, cells, out->n, cap, cell))
            return dx_nomem(r->err);
        more = r->at < r->text.n && r->text.p[r->at] == r->divider;
        r->at += more;
    }
    r->at += r->at < r->text.n && r->text.p[r->at] == '\r';
    r->at += r->at < r->text.n && r->text.p[r->at] == '\n';
    r->line++;
    if (out->n == 1 && cells[0].n == 0)
        out->n = 0;
    out->cell = cells;
    return DX_OK;
}

static dx_rc read_rows(reader *r, dx_csv *out)
{
    dx_csv_row *rows = NULL;
    size_t n = 0, cap = 0;

    while (r->at < r->text.n) {
        dx_csv_row row;
        if (read_row(r, &row) != DX_OK)
            return DX_FAIL;
        if (row.n == 0)
            continue;
        if (n > 0 && row.n != rows[0].n)
            return dx_fail(r->err, DX_E_USAGE, ((dx_place){.file = r->file, .line = row.line}),
                           "%zu cells, but the head in line %u has %zu", row.n, rows[0].line,
                           rows[0].n);
        if (!DX_PUSH(r->into, rows, n, cap, row))
            return dx_nomem(r->err);
    }
    *out = (dx_csv){.n = n, .rows = rows};
    return DX_OK;
}

dx_rc dx_csv_read(const char *file, dx_str text, dx_arena *into, dx_csv *out, dx_err *err)
{
    if (dx_str_starts(text, DX_LIT("\xEF\xBB\xBF")))
        text = dx_str_slice(text, 3, text.n);
    reader r = {.file = file,
                .text = text,
                .line = 1,
                .divider = divider_of(text),
                .into = into,
                .err = err};
    if (!dx_utf_valid(text) || dx_str_find(text, (dx_str){"", 1}, 0) != SIZE_MAX)
        return fault(&r, 0, "this is no UTF-8 text: save it as \"CSV UTF-8\"");
    const dx_rc rc = read_rows(&r, out);
    dx_buf_done(&r.cell);
    return rc;
}
