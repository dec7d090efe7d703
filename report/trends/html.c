/* One page that stands alone: charts, each with its table; nothing runs and nothing is fetched. */

#include "report/answer.h"
#include "report/html_chart.h"
#include "report/html_page.h"
#include "report/sink.h"

typedef struct page {
    const dx_answer *a;
    dx_sink sink;
    uint64_t *values; /* room for a chart, twice */
    dx_str *names;    /* of the buckets */
} page;

static bool is_figure(dx_unit unit)
{
    return unit != DX_UNIT_TEXT && unit != DX_UNIT_LIST;
}

static void put_text(dx_buf *out, const char *tag, const char *cls, const char *text)
{
    dx_html_elem(out, tag, cls, dx_str_of(text));
}

static void put_value(dx_buf *out, dx_unit unit, const dx_value *v)
{
    dx_buf text = {0};

    if (unit == DX_UNIT_COUNT && v->known) {
        dx_html_count(out, (uint64_t)v->number);
        return;
    }
    if (unit == DX_UNIT_TIME && v->known) {
        dx_html_time(out, v->number);
        return;
    }
    dx_value_say(&text, unit, v);
    dx_html_text(out, dx_buf_str(&text));
    out->failed |= text.failed;
    dx_buf_done(&text);
}

/* What is negative was not counted. */
static void copy_chart(const page *p, const dx_answer_row *row, uint64_t *to)
{
    for (size_t b = 0; b < p->a->n_buckets; b++)
        to[b] = row->chart[b] > 0 ? (uint64_t)row->chart[b] : 0;
}

static const dx_answer_row *total_of(const dx_answer *a)
{
    const dx_answer_row *last = a->n_rows ? &a->rows[a->n_rows - 1] : NULL;
    return last && last->kind == DX_LINE_TOTAL && last->cells ? last : NULL;
}

/* ---- head ---- */

static void put_head(page *p)
{
    const dx_answer *a = p->a;
    dx_buf *out = &p->sink.buf;

    dx_html_page_open(out, a->title);
    dx_buf_add(out, DX_LIT("<header class=\"stack\">\n"));
    dx_html_elem(out, "h1", NULL, a->title);
    if (a->summary.n)
        dx_html_elem(out, "p", "lead", a->summary);
    dx_buf_add(out, DX_LIT("<p class=\"meta\">"));
    for (size_t i = 0; i < a->n_asked; i++) {
        dx_buf_add(out, DX_LIT("<span class=\"tag\">"));
        dx_html_text(out, dx_str_of(a->asked[i].name));
        dx_buf_char(out, ' ');
        dx_html_text(out, a->asked[i].value);
        dx_buf_add(out, DX_LIT("</span> "));
    }
    dx_html_text(out, a->store);
    dx_buf_add(out, DX_LIT(", "));
    dx_html_time(out, a->now_us);
    dx_buf_add(out, DX_LIT("</p>\n</header>\n"));
}

/* ---- the chart of all rows together ---- */

static void put_columns(page *p, const dx_answer_row *total)
{
    const dx_answer *a = p->a;
    const size_t n = a->n_buckets;
    uint64_t *failures = p->values, *others = p->values + n;

    for (size_t b = 0; b < n; b++) {
        const dx_trend_cell *c = &total->cells[b];
        failures[b] = (uint64_t)c->failures;
        others[b] = (uint64_t)(c->attempts > c->failures ? c->attempts - c->failures : 0);
    }
    const dx_series series[] = {{DX_LIT("failed"), DX_TONE_BAD, failures},
                                {DX_LIT("other attempts"), DX_TONE_NONE, others}};
    dx_chart_columns(&p->sink.buf, &(dx_chart){DX_LIT("All attempts"), a->summary}, p->names, n,
                     series, sizeof series / sizeof *series);
}

static size_t fill_bars(const page *p, const dx_answer_row *row, dx_arena *arena, dx_bar *bars)
{
    size_t n = 0;

    for (size_t b = 0; b < p->a->n_buckets; b++) {
        const dx_trend_cell *c = &row->cells[b];
        if (c->attempts == 0 && c->events == 0)
            continue;
        const dx_str name = p->a->buckets[b].name;
        bars[n++] = (dx_bar){.label = name.n ? name : DX_LIT("(none)"),
                             .value = row->chart[b] > 0 ? (uint64_t)row->chart[b] : 0,
                             .note = dx_arena_printf(arena, "of %lld, %.1f %%", (long long)c->base,
                                                     dx_trend_rate(c) * 100),
                             .tone = DX_TONE_BAD};
    }
    return n;
}

static dx_str row_name(const dx_answer_row *row)
{
    return row->kind != DX_LINE_ID ? dx_str_of(dx_line_words(row->kind))
           : row->title.n          ? row->title
                                   : row->id;
}

/* Versions and sites: bars for each row, the sum first. */
static void put_bars(page *p)
{
    dx_arena *arena = dx_arena_new(0);
    dx_bar *bars = arena ? dx_arena_get(arena, (p->a->n_buckets + 1) * sizeof *bars) : NULL;
    const size_t rows = p->a->n_rows;

    p->sink.buf.failed |= !bars;
    for (size_t i = 0; bars && i < rows && dx_sink_poll(&p->sink); i++) {
        const dx_answer_row *row = &p->a->rows[i ? i - 1 : rows - 1];
        const size_t n = row->kind == DX_LINE_NO_FAILURE ? 0 : fill_bars(p, row, arena, bars);
        if (n > 0)
            dx_chart_bars(&p->sink.buf, &(dx_chart){row_name(row), DX_NONE},
                          dx_str_of(p->a->chart_of), bars, n);
    }
    dx_arena_free(arena);
}

static void put_charts(page *p)
{
    const dx_answer *a = p->a;
    const dx_answer_row *total = total_of(a);

    if (a->n_buckets == 0 || !total)
        return;
    dx_buf_add(&p->sink.buf, DX_LIT("<section class=\"card stack\">\n"));
    if (a->in_time)
        put_columns(p, total);
    else
        put_bars(p);
    dx_buf_add(&p->sink.buf, DX_LIT("</section>\n"));
}

/* ---- the rows ---- */

static void put_row_head(page *p, const dx_answer_row *row)
{
    dx_buf *out = &p->sink.buf;

    dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
    if (row->kind != DX_LINE_ID) {
        dx_html_text(out, row_name(row));
    } else if (row->title.n) {
        dx_html_text(out, row->title);
        dx_buf_add(out, DX_LIT("<br>"));
        dx_html_elem(out, "span", "mono quiet", row->id);
    } else {
        dx_html_text(out, row->id);
    }
    dx_buf_add(out, DX_LIT("</th>"));
}

static void put_spark(page *p, const dx_answer_row *row)
{
    dx_buf label = {0};

    copy_chart(p, row, p->values);
    dx_buf_printf(&label, "%s:", p->a->chart_of);
    for (size_t b = 0; b < p->a->n_buckets; b++)
        dx_buf_printf(&label, " %llu", (unsigned long long)p->values[b]);
    dx_buf_add(&p->sink.buf, DX_LIT("<td>"));
    dx_chart_spark(&p->sink.buf, dx_buf_str(&label), p->values, p->a->n_buckets);
    dx_buf_add(&p->sink.buf, DX_LIT("</td>"));
    p->sink.buf.failed |= label.failed;
    dx_buf_done(&label);
}

static void put_row(page *p, const dx_answer_row *row, bool charts)
{
    dx_buf *out = &p->sink.buf;

    put_row_head(p, row);
    if (charts)
        put_spark(p, row);
    for (size_t c = 0; c < p->a->n_columns; c++) {
        if (p->a->columns[c].aside)
            continue;
        dx_buf_printf(out, "<td%s>", is_figure(p->a->columns[c].unit) ? " class=\"num\"" : "");
        put_value(out, p->a->columns[c].unit, &row->values[c]);
        dx_buf_add(out, DX_LIT("</td>"));
    }
    dx_buf_add(out, DX_LIT("</tr>\n"));
}

static void put_th(dx_buf *out, dx_str head, bool figure)
{
    dx_buf_printf(out, "<th scope=\"col\"%s>", figure ? " class=\"num\"" : "");
    dx_html_text(out, head);
    dx_buf_add(out, DX_LIT("</th>"));
}

static void put_rows(page *p)
{
    const dx_answer *a = p->a;
    const bool charts = a->in_time && a->n_buckets > 1;
    dx_buf *out = &p->sink.buf;

    dx_buf_add(out, DX_LIT("<div class=\"scroll\"><table class=\"data\"><thead><tr>"));
    put_th(out, dx_str_of(a->id_head), false);
    if (charts)
        put_th(out, dx_str_of(a->chart_of), false);
    for (size_t c = 0; c < a->n_columns; c++)
        if (!a->columns[c].aside)
            put_th(out, dx_str_of(a->columns[c].head), is_figure(a->columns[c].unit));
    dx_buf_add(out, DX_LIT("</tr></thead><tbody>\n"));
    for (size_t i = 0; i < a->n_rows && dx_sink_poll(&p->sink); i++)
        put_row(p, &a->rows[i], charts);
    dx_buf_add(out, DX_LIT("</tbody></table></div>\n"));
}

/* The figures behind the small charts. */
static void put_data(page *p)
{
    const dx_answer *a = p->a;
    dx_buf *out = &p->sink.buf;

    if (a->n_buckets == 0)
        return;
    dx_buf_printf(out,
                  "<details><summary>Data: %s</summary><div class=\"scroll\">"
                  "<table class=\"data\"><thead><tr>",
                  a->chart_of);
    put_th(out, dx_str_of(a->id_head), false);
    for (size_t b = 0; b < a->n_buckets; b++)
        put_th(out, p->names[b].n ? p->names[b] : DX_LIT("(none)"), true);
    dx_buf_add(out, DX_LIT("</tr></thead><tbody>\n"));
    for (size_t i = 0; i < a->n_rows && dx_sink_poll(&p->sink); i++) {
        put_row_head(p, &a->rows[i]);
        copy_chart(p, &a->rows[i], p->values);
        for (size_t b = 0; b < a->n_buckets; b++) {
            dx_buf_add(out, DX_LIT("<td class=\"num\">"));
            dx_html_count(out, p->values[b]);
            dx_buf_add(out, DX_LIT("</td>"));
        }
        dx_buf_add(out, DX_LIT("</tr>\n"));
    }
    dx_buf_add(out, DX_LIT("</tbody></table></div></details>\n"));
}

static void put_all(page *p)
{
    const dx_answer *a = p->a;
    dx_buf *out = &p->sink.buf;

    put_head(p);
    if (a->n_rows == 0)
        put_text(out, "p", NULL, a->empty);
    put_charts(p);
    if (a->n_rows > 0) {
        dx_buf_add(out, DX_LIT("<section class=\"card stack\">\n"));
        put_rows(p);
        put_data(p);
        dx_buf_add(out, DX_LIT("</section>\n"));
    }
    for (size_t i = 0; i < a->n_notes; i++)
        dx_html_elem(out, "p", "quiet", a->notes[i]);
    dx_html_page_close(out);
}

static dx_rc write_html(const dx_answer *a, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_arena *arena = dx_arena_new(0);
    page p = {.a = a};

    (void)style;
    if (!arena)
        return dx_nomem(err);
    p.values = dx_arena_get(arena, (2 * a->n_buckets + 1) * sizeof *p.values);
    p.names = dx_arena_get(arena, (a->n_buckets + 1) * sizeof *p.names);
    if (!p.values || !p.names) {
        dx_arena_free(arena);
        return dx_nomem(err);
    }
    for (size_t b = 0; b < a->n_buckets; b++)
        p.names[b] = a->buckets[b].name;
    dx_sink_open(&p.sink, out, err);
    put_all(&p);
    const dx_rc rc = dx_sink_close(&p.sink);
    dx_arena_free(arena);
    return rc;
}

const dx_trend_format dx_trend_format_html = {
    .name = "html",
    .mime = "text/html",
    .help = "one page that stands alone, with charts",
    .write = write_html,
};
