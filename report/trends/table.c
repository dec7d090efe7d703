/* For people: rows with a small chart, never wider than the terminal. */
#include <string.h>

#include "core/utf.h"
#include "report/answer.h"
#include "report/layout.h"
#include "report/sink.h"

enum {
    GAP = 2,
    NARROWEST_ID = 16,
    MOST_CHART = 52,
    BAR = 16,
    MOST_COLUMNS = 12,
    NARROWEST_TEXT = 8,
    INDENT = 2
};

typedef struct table {
    const dx_answer *a;
    dx_page page;
    dx_sink sink;
    size_t width[MOST_COLUMNS];   /* of the columns that are shown */
    size_t id_width, chart_width; /* the chart's marks */
    size_t chart_room;            /* for them and their head */
    size_t left_out;              /* columns for which there is no room */
    dx_buf cell;                  /* scratch */
} table;

/* A value that nobody has is no column. */
static bool is_shown(const table *t, size_t column)
{
    const dx_answer *a = t->a;

    if (column >= MOST_COLUMNS || a->columns[column].aside)
        return false;
    for (size_t i = 0; i < a->n_rows; i++)
        if (a->rows[i].values[column].known)
            return true;
    return false;
}

static bool is_figure(dx_unit unit)
{
    return unit != DX_UNIT_TEXT && unit != DX_UNIT_LIST;
}

static dx_str value_text(table *t, size_t row, size_t column)
{
    dx_buf plain = {0};

    dx_buf_clear(&t->cell);
    dx_value_say(&plain, t->a->columns[column].unit, &t->a->rows[row].values[column]);
    dx_page_show(&t->page, &t->cell, dx_buf_str(&plain));
    t->page.failed |= plain.failed;
    dx_buf_done(&plain);
    return dx_buf_str(&t->cell);
}

/* ---- how wide ---- */

static void measure_columns(table *t)
{
    for (size_t c = 0; c < t->a->n_columns && c < MOST_COLUMNS; c++) {
        size_t widest = is_shown(t, c) ? strlen(t->a->columns[c].head) : 0;
        for (size_t r = 0; widest && r < t->a->n_rows; r++) {
            const size_t needs = dx_utf_columns(value_text(t, r, c));
            widest = needs > widest ? needs : widest;
        }
        t->width[c] = widest;
    }
}

static dx_str id_of(const dx_answer_row *row)
{
    return row->kind == DX_LINE_ID ? row->id : dx_str_of(dx_line_words(row->kind));
}

static size_t widest_id(const table *t)
{
    size_t widest = strlen(t->a->id_head);

    for (size_t i = 0; i < t->a->n_rows; i++) {
        const size_t needs = dx_utf_columns(id_of(&t->a->rows[i]));
        widest = needs > widest ? needs : widest;
    }
    for (size_t i = 0; !t->a->in_time && i < t->a->n_buckets; i++) {
        const size_t needs = dx_utf_columns(t->a->buckets[i].name) + INDENT;
        widest = needs > widest ? needs : widest;
    }
    return widest;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

typedef struct needs {
    size_t figures, texts, n_texts; /* columns with the gaps before them */
} needs;

static needs needs_of(const table *t)
{
    needs n = {0};

    for (size_t c = 0; c < t->a->n_columns && c < MOST_COLUMNS; c++) {
        const size_t width = t->width[c] ? t->width[c] + GAP : 0;
        const bool figure = is_figure(t->a->columns[c].unit);
        n.figures += figure ? width : 0;
        n.texts += figure ? 0 : width;
        n.n_texts += width && !figure;
    }
    return n;
}

/* The first figures are those that one can do without: the last say how bad it is. */
static needs fit_figures(table *t)
{
    needs n = needs_of(t);

    for (size_t c = 0; n.figures + NARROWEST_ID > t->page.columns && c < t->a->n_columns; c++) {
        if (c >= MOST_COLUMNS || !t->width[c] || !is_figure(t->a->columns[c].unit))
            continue;
        t->width[c] = 0;
        t->left_out++;
        n = needs_of(t);
    }
    return n;
}

static void fit_texts(table *t, const needs *n, size_t left)
{
    for (size_t c = 0; n->texts > left && c < t->a->n_columns && c < MOST_COLUMNS; c++) {
        if (!t->width[c] || is_figure(t->a->columns[c].unit))
            continue;
        const size_t share = left / n->n_texts;
        t->left_out += share <= GAP + NARROWEST_TEXT;
        t->width[c] = share > GAP + NARROWEST_TEXT ? smaller(t->width[c], share - GAP) : 0;
    }
}

/* Of what is left beside the figures the id takes most, then come the chart and texts. */
static void measure(table *t)
{
    measure_columns(t);
    const needs n = fit_figures(t);
    const size_t room = t->page.columns - n.figures;
    const size_t wanted = !t->a->n_buckets ? 0
                          : t->a->in_time  ? smaller(t->a->n_buckets, MOST_CHART)
                                           : BAR;
    t->id_width = smaller(widest_id(t), room);
    if (t->id_width > room * 2 / 3 && wanted + GAP + n.texts > room - t->id_width)
        t->id_width = room * 2 / 3;
    size_t left = room - t->id_width;
    t->chart_width = wanted && left > GAP ? smaller(wanted, left - GAP) : 0;
    const size_t head = t->chart_width ? strlen(t->a->chart_of) : 0;
    t->chart_room = head > t->chart_width && head + GAP <= left ? head : t->chart_width;
    left -= t->chart_room ? t->chart_room + GAP : 0;
    fit_texts(t, &n, left);
}

/* ---- charts ---- */

/* Nothing, then eight steps. */
static const char *const blocks[] = {"\xC2\xB7",     "\xE2\x96\x81", "\xE2\x96\x82",
                                     "\xE2\x96\x83", "\xE2\x96\x84", "\xE2\x96\x85",
                                     "\xE2\x96\x86", "\xE2\x96\x87", "\xE2\x96\x88"};
static const char ascii[] = ".:-=+*#%@";
enum { STEPS = 8 };

static int64_t most_of(const int64_t *values, size_t n)
{
    int64_t most = 0;

    for (size_t i = 0; i < n; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

/* More buckets than columns: each column stands for several, and shows the greatest of them. */
static int64_t at_column(const table *t, const int64_t *chart, size_t column)
{
    const size_t n = t->a->n_buckets;
    const size_t from = column * n / t->chart_width, until = (column + 1) * n / t->chart_width;

    return most_of(chart + from, until > from ? until - from : 1);
}

static void put_spark(table *t, const int64_t *chart)
{
    const int64_t most = most_of(chart, t->a->n_buckets);

    for (size_t c = 0; c < t->chart_width; c++) {
        const int64_t value = at_column(t, chart, c);
        const size_t step =
            value <= 0 || most <= 0 ? 0 : (size_t)((value * STEPS + most - 1) / most);
        if (t->page.unicode)
            dx_buf_add(&t->sink.buf, dx_str_of(blocks[step]));
        else
            dx_buf_char(&t->sink.buf, ascii[step]);
    }
}

static void pad(table *t, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dx_buf_char(&t->sink.buf, ' ');
}

static void put_bar(table *t, int64_t value, int64_t most)
{
    const size_t full =
        value <= 0 || most <= 0 ? 0 : (size_t)((value * (int64_t)t->chart_width + most - 1) / most);

    for (size_t c = 0; c < full; c++)
        dx_buf_add(&t->sink.buf, t->page.unicode ? DX_LIT("\xE2\x96\x88") : DX_LIT("#"));
    pad(t, t->chart_width - full);
}

/* ---- lines ---- */

static void put_padded(table *t, dx_str text, size_t width, bool right)
{
    const size_t columns = dx_utf_columns(text);
    const size_t blanks = columns < width ? width - columns : 0;

    pad(t, right ? blanks : 0);
    dx_buf_add(&t->sink.buf, text);
    pad(t, right ? 0 : blanks);
}

/* No blanks at a line's end. */
static void end_line(table *t)
{
    while (t->sink.buf.n > 0 && t->sink.buf.p[t->sink.buf.n - 1] == ' ')
        t->sink.buf.n--;
    dx_buf_char(&t->sink.buf, '\n');
}

static void put_short(table *t, dx_str foreign, size_t width)
{
    dx_buf_clear(&t->cell);
    dx_page_show_short(&t->page, &t->cell, foreign, width);
    put_padded(t, dx_buf_str(&t->cell), width, false);
}

static void put_head(table *t)
{
    put_padded(t, dx_str_of(t->a->id_head), t->id_width, false);
    if (t->chart_width) {
        const dx_str head = dx_str_of(t->a->chart_of);
        pad(t, GAP);
        put_padded(t, head.n > t->chart_room ? DX_LIT("") : head, t->chart_room, false);
    }
    for (size_t c = 0; c < t->a->n_columns && c < MOST_COLUMNS; c++) {
        if (!t->width[c])
            continue;
        pad(t, GAP);
        put_padded(t, dx_utf_cut(dx_str_of(t->a->columns[c].head), t->width[c]), t->width[c],
                   is_figure(t->a->columns[c].unit));
    }
    end_line(t);
}

static void put_values(table *t, size_t row)
{
    for (size_t c = 0; c < t->a->n_columns && c < MOST_COLUMNS; c++) {
        if (!t->width[c])
            continue;
        const bool figure = is_figure(t->a->columns[c].unit);
        const dx_str text = value_text(t, row, c);
        pad(t, GAP);
        if (dx_utf_columns(text) <= t->width[c]) {
            put_padded(t, text, t->width[c], figure);
        } else {
            dx_buf cut = {0};
            dx_page_show_short(&t->page, &cut, text, t->width[c]);
            put_padded(t, dx_buf_str(&cut), t->width[c], figure);
            t->page.failed |= cut.failed;
            dx_buf_done(&cut);
        }
    }
    end_line(t);
}

/* Versions and sites: a line with a bar for each that has something to tell. */
static void put_buckets(table *t, const dx_answer_row *row)
{
    const int64_t most = most_of(row->chart, t->a->n_buckets);

    for (size_t b = 0; b < t->a->n_buckets; b++) {
        const dx_trend_cell *cell = row->cells ? &row->cells[b] : NULL;
        const dx_str name = t->a->buckets[b].name;
        if (!cell || (cell->attempts == 0 && cell->events == 0))
            continue;
        pad(t, INDENT);
        put_short(t, name.n ? name : DX_LIT("(none)"), t->id_width - INDENT);
        pad(t, GAP);
        put_bar(t, row->chart[b], most);
        dx_buf_printf(&t->sink.buf, "  %lld of %lld", (long long)row->chart[b],
                      (long long)cell->base);
        if (cell->base > 0 && strcmp(t->a->chart_of, "failures") == 0)
            dx_buf_printf(&t->sink.buf, ", %.1f %%", dx_trend_rate(cell) * 100);
        end_line(t);
    }
}

/* A name that lost its middle is told in full here: commands want it so. */
static void put_title(table *t, const dx_answer_row *row)
{
    const bool cut = dx_utf_columns(row->id) > t->id_width;
    dx_buf text = {0};

    if (row->title.n == 0)
        return;
    if (cut) {
        dx_page_show(&t->page, &text, row->id);
        dx_buf_add(&text, DX_LIT(": "));
    }
    dx_page_show(&t->page, &text, row->title);
    dx_page_put(
        &t->page, &t->sink.buf,
        &(dx_para){.text = dx_buf_str(&text), .indent = INDENT, .hang = INDENT, .max_lines = 1});
    t->page.failed |= text.failed;
    dx_buf_done(&text);
}

static void put_row(table *t, size_t i)
{
    const dx_answer_row *row = &t->a->rows[i];

    put_short(t, id_of(row), t->id_width);
    if (t->chart_width) {
        pad(t, GAP);
        const bool spark = t->a->in_time && row->chart;
        if (spark)
            put_spark(t, row->chart);
        pad(t, t->chart_room - (spark ? t->chart_width : 0));
    }
    put_values(t, i);
    put_title(t, row);
    if (!t->a->in_time && t->a->n_buckets && t->chart_width)
        put_buckets(t, row);
}

static void put_para(table *t, dx_str text)
{
    dx_buf shown = {0};

    dx_page_show(&t->page, &shown, text);
    dx_page_put(&t->page, &t->sink.buf, &(dx_para){.text = dx_buf_str(&shown)});
    t->page.failed |= shown.failed;
    dx_buf_done(&shown);
}

/* What the marks of the charts stand for. */
static void put_axis(table *t)
{
    const dx_answer *a = t->a;

    if (!t->chart_width || !a->in_time || a->n_buckets < 2)
        return;
    dx_buf line = {0};
    dx_buf_printf(&line, "Charts show %s, %.*s to %.*s%s; each line has a scale of its own.",
                  a->chart_of, DX_FMT(a->buckets[0].name),
                  DX_FMT(a->buckets[a->n_buckets - 1].name),
                  a->n_buckets > t->chart_width ? ", several to a mark" : "");
    put_para(t, dx_buf_str(&line));
    t->page.failed |= line.failed;
    dx_buf_done(&line);
}

static void put_all(table *t)
{
    const dx_answer *a = t->a;

    dx_buf_clear(&t->cell);
    dx_page_show(&t->page, &t->cell, a->title);
    dx_buf_printf(&t->sink.buf, t->page.color ? "\x1b[1m%.*s\x1b[0m\n" : "%.*s\n",
                  DX_FMT(dx_buf_str(&t->cell)));
    if (a->summary.n)
        put_para(t, a->summary);
    dx_buf_char(&t->sink.buf, '\n');
    if (dx_answer_is_empty(a)) {
        put_para(t, dx_str_of(a->empty));
    } else {
        measure(t);
        put_head(t);
        for (size_t i = 0; i < a->n_rows && dx_sink_poll(&t->sink); i++)
            put_row(t, i);
    }
    if (a->n_notes || t->chart_width || t->left_out)
        dx_buf_char(&t->sink.buf, '\n');
    put_axis(t);
    if (t->left_out)
        put_para(t, DX_LIT("Columns are missing for want of room: --format json has them."));
    for (size_t i = 0; i < a->n_notes; i++)
        put_para(t, a->notes[i]);
}

static dx_rc write_table(const dx_answer *a, const dx_style *style, const dx_out *out, dx_err *err)
{
    table t = {.a = a};

    dx_page_open(&t.page, style);
    dx_sink_open(&t.sink, out, err);
    put_all(&t);
    t.sink.buf.failed |= t.page.failed || t.cell.failed;
    dx_buf_done(&t.cell);
    dx_page_done(&t.page);
    return dx_sink_close(&t.sink);
}

const dx_trend_format dx_trend_format_table = {
    .name = "table",
    .mime = "text/plain",
    .help = "for people: a table with a small chart in each line",
    .write = write_table,
};
