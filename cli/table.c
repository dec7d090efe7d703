#include "cli/table.h"

#include <inttypes.h>
#include <string.h>

#include "core/utf.h"
#include "report/csv_write.h"
#include "report/json_write.h"

enum { WIDEST = 60 };

/* ---- a value as text ---- */

static void add_value(dx_buf *out, const dx_sql_value *v)
{
    switch (v->kind) {
    case DX_SQL_NULL:
        return;
    case DX_SQL_INT:
        dx_buf_printf(out, "%" PRId64, v->number);
        return;
    case DX_SQL_REAL:
        dx_buf_printf(out, "%.15g", v->real);
        return;
    case DX_SQL_TEXT:
        dx_buf_add(out, v->bytes);
        return;
    case DX_SQL_BLOB:
        for (size_t i = 0; i < v->bytes.n; i++)
            dx_buf_printf(out, "%02x", (unsigned)(unsigned char)v->bytes.p[i]);
        return;
    }
}

static bool is_number(const dx_sql_value *v)
{
    return v->kind == DX_SQL_INT || v->kind == DX_SQL_REAL;
}

/* ---- for people ---- */

/* One line, nothing in it acts on a terminal, not wider than a column may be. */
static void show(dx_buf *out, const dx_sql_value *v)
{
    dx_buf plain = {0}, visible = {0};
    add_value(&plain, v);
    dx_utf_visible(&visible, dx_buf_str(&plain), false);
    dx_str text = dx_buf_str(&visible);
    size_t n = text.n < WIDEST ? text.n : WIDEST;
    while (n && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    dx_buf_add(out, (dx_str){text.p, n});
    if (n < text.n)
        dx_buf_printf(out, "...");
    out->failed |= plain.failed || visible.failed;
    dx_buf_done(&plain);
    dx_buf_done(&visible);
}

static size_t width_of(const dx_sql_value *v)
{
    dx_buf text = {0};
    show(&text, v);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    dx_buf_done(&text);
    return n;
}

static dx_sql_value head_of(const dx_table *t, size_t column)
{
    return (dx_sql_value){.kind = DX_SQL_TEXT, .bytes = t->columns[column]};
}

static void add_cell(dx_buf *out, const dx_sql_value *v, size_t width, bool right, bool last)
{
    const size_t used = width_of(v), gap = width > used ? width - used : 0;
    if (right)
        dx_buf_printf(out, "%*s", (int)gap, "");
    show(out, v);
    if (!right && !last)
        dx_buf_printf(out, "%*s", (int)gap, "");
    dx_buf_printf(out, last ? "\n" : "  ");
}

typedef struct shape {
    size_t width;
    bool number; /* every value there is one, so they stand to the right */
} shape;

static shape shape_of(const dx_table *t, size_t column)
{
    const dx_sql_value head = head_of(t, column);
    shape s = {.width = width_of(&head), .number = t->n_rows > 0};
    for (size_t i = 0; i < t->n_rows; i++) {
        const dx_sql_value *v = &t->rows[i][column];
        const size_t w = width_of(v);
        s.width = w > s.width ? w : s.width;
        s.number &= is_number(v) || v->kind == DX_SQL_NULL;
    }
    return s;
}

static void write_table(dx_buf *out, const dx_table *t)
{
    dx_arena *arena = dx_arena_new(0);
    shape *shapes = arena ? dx_arena_get(arena, (t->n_columns + 1) * sizeof *shapes) : NULL;
    if (!shapes) {
        out->failed = true;
        dx_arena_free(arena);
        return;
    }
    for (size_t c = 0; c < t->n_columns; c++) {
        const dx_sql_value head = head_of(t, c);
        shapes[c] = shape_of(t, c);
        add_cell(out, &head, shapes[c].width, shapes[c].number, c + 1 == t->n_columns);
    }
    for (size_t i = 0; i < t->n_rows; i++)
        for (size_t c = 0; c < t->n_columns; c++)
            add_cell(out, &t->rows[i][c], shapes[c].width, shapes[c].number, c + 1 == t->n_columns);
    dx_arena_free(arena);
}

/* ---- for programs ---- */

static void write_csv_row(dx_buf *out, const dx_table *t, const dx_sql_value *row)
{
    dx_buf text = {0};
    for (size_t c = 0; c < t->n_columns; c++) {
        const dx_sql_value head = row ? row[c] : head_of(t, c);
        if (c)
            dx_buf_char(out, ',');
        dx_buf_clear(&text);
        add_value(&text, &head);
        /* A negative number is no formula. */
        if (is_number(&head))
            dx_buf_add(out, dx_buf_str(&text));
        else
            dx_csv_cell(out, dx_buf_str(&text));
    }
    dx_buf_char(out, '\n');
    out->failed |= text.failed;
    dx_buf_done(&text);
}

static void write_csv(dx_buf *out, const dx_table *t)
{
    write_csv_row(out, t, NULL);
    for (size_t i = 0; i < t->n_rows; i++)
        write_csv_row(out, t, t->rows[i]);
}

static void add_json(dx_json *j, const char *key, const dx_sql_value *v)
{
    dx_buf hex = {0};
    switch (v->kind) {
    case DX_SQL_NULL:
        dx_json_null(j, key);
        return;
    case DX_SQL_INT:
        dx_json_int(j, key, v->number);
        return;
    case DX_SQL_REAL:
        if (v->real >= -1e15 && v->real <= 1e15)
            dx_json_ratio(j, key, v->real);
        else
            dx_json_null(j, key); /* nor is infinity a number in JSON */
        return;
    case DX_SQL_TEXT:
        dx_json_str(j, key, v->bytes);
        return;
    case DX_SQL_BLOB:
        add_value(&hex, v);
        dx_json_str(j, key, dx_buf_str(&hex));
        dx_buf_done(&hex);
        return;
    }
}

static dx_rc into_buf(void *ctx, dx_str bytes, dx_err *err)
{
    dx_buf *out = ctx;
    dx_buf_add(out, bytes);
    return out->failed ? dx_nomem(err) : DX_OK;
}

static void write_json(dx_buf *out, const dx_table *t)
{
    const dx_out to = {.write = into_buf, .ctx = out};
    dx_err ignored = {0};
    dx_sink sink;
    dx_json j = {.sink = &sink};
    dx_sink_open(&sink, &to, &ignored);
    dx_json_list(&j, NULL);
    for (size_t i = 0; i < t->n_rows; i++) {
        dx_json_object(&j, NULL);
        for (size_t c = 0; c < t->n_columns; c++)
            add_json(&j, t->columns[c].p, &t->rows[i][c]);
        dx_json_end(&j);
    }
    dx_json_end(&j);
    out->failed |= dx_sink_close(&sink) != DX_OK;
}

void dx_table_write(dx_buf *out, const dx_table *t, const char *format)
{
    if (format && strcmp(format, "json") == 0)
        write_json(out, t);
    else if (format && strcmp(format, "csv") == 0)
        write_csv(out, t);
    else
        write_table(out, t);
}
