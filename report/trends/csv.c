/* For spreadsheets and scripts: one line per row, or per row and bucket where more than a chart is
 * known of the buckets (then the line without a bucket is the sum). */
#include "core/time.h"
#include "report/answer.h"
#include "report/csv_write.h"
#include "report/sink.h"

static void put_cell(dx_buf *out, dx_str text)
{
    dx_csv_cell(out, text);
    dx_buf_char(out, ',');
}

/* Plain figures: no per cent signs, no rounding, times as RFC 3339. */
static void put_value(dx_buf *out, dx_unit unit, const dx_value *v)
{
    dx_buf text = {0};
    char iso[32];

    if (v->known && (unit == DX_UNIT_SHARE || unit == DX_UNIT_GROWTH))
        dx_buf_printf(&text, "%.6f", v->ratio);
    else if (v->known && unit == DX_UNIT_TIME) {
        dx_time_iso(v->number, iso);
        dx_buf_add(&text, dx_str_of(iso));
    } else if (v->known && unit == DX_UNIT_SPAN)
        dx_buf_printf(&text, "%lld", (long long)v->number);
    else
        dx_value_say(&text, unit, v);
    put_cell(out, dx_buf_str(&text));
    out->failed |= text.failed;
    dx_buf_done(&text);
}

static void end_line(dx_buf *out)
{
    if (out->n > 0)
        out->p[out->n - 1] = '\n'; /* instead of the last comma */
}

static void put_names(dx_buf *out, const dx_answer_row *row)
{
    put_cell(out, dx_str_of(dx_line_names[row->kind]));
    put_cell(out, row->id);
    put_cell(out, row->title);
}

/* ---- a line per row ---- */

static void put_chart(dx_buf *out, const dx_answer *a, const dx_answer_row *row)
{
    dx_buf text = {0};

    for (size_t b = 0; row->chart && b < a->n_buckets; b++)
        dx_buf_printf(&text, "%s%lld", b ? " " : "", (long long)row->chart[b]);
    put_cell(out, dx_buf_str(&text));
    out->failed |= text.failed;
    dx_buf_done(&text);
}

static void put_plain(dx_sink *sink, const dx_answer *a)
{
    dx_buf *out = &sink->buf;

    dx_buf_add(out, DX_LIT("kind,id,title,"));
    for (size_t c = 0; c < a->n_columns; c++)
        put_cell(out, dx_str_of(a->columns[c].name));
    if (a->chart_of)
        dx_buf_printf(out, "%s_by_week,", a->chart_of);
    end_line(out);
    for (size_t i = 0; i < a->n_rows && dx_sink_poll(sink); i++) {
        put_names(out, &a->rows[i]);
        for (size_t c = 0; c < a->n_columns; c++)
            put_value(out, a->columns[c].unit, &a->rows[i].values[c]);
        if (a->chart_of)
            put_chart(out, a, &a->rows[i]);
        end_line(out);
    }
}

/* ---- a line per row and bucket ---- */

static void put_figures(dx_buf *out, const dx_trend_cell *c)
{
    dx_buf_printf(out, "%lld,%lld,%lld,", (long long)c->events, (long long)c->attempts,
                  (long long)c->failures);
    if (c->servers >= 0)
        dx_buf_printf(out, "%lld", (long long)c->servers);
    dx_buf_printf(out, ",%lld,%.6f\n", (long long)c->base, dx_trend_rate(c));
}

static void put_bucket(dx_buf *out, const dx_trend_bucket *b)
{
    const dx_value from = {.known = b->from_us != DX_NO_TIME, .number = b->from_us};
    const dx_value to = {.known = b->to_us != DX_NO_TIME, .number = b->to_us};

    put_cell(out, b->name);
    put_value(out, DX_UNIT_TIME, &from);
    put_value(out, DX_UNIT_TIME, &to);
}

static void put_buckets(dx_sink *sink, const dx_answer *a)
{
    static const dx_trend_bucket none = {.from_us = DX_NO_TIME, .to_us = DX_NO_TIME};
    dx_buf *out = &sink->buf;

    dx_buf_add(out, DX_LIT("kind,id,title,bucket,from,to,events,attempts,failures,servers,base,"
                           "rate\n"));
    for (size_t i = 0; i < a->n_rows && dx_sink_poll(sink); i++) {
        const dx_answer_row *row = &a->rows[i];
        put_names(out, row);
        put_bucket(out, &none);
        put_figures(out, row->all);
        for (size_t b = 0; b < a->n_buckets && dx_sink_poll(sink); b++) {
            put_names(out, row);
            put_bucket(out, &a->buckets[b]);
            put_figures(out, &row->cells[b]);
        }
    }
}

static dx_rc write_csv(const dx_answer *a, const dx_style *style, const dx_out *out, dx_err *err)
{
    const bool in_buckets = a->n_rows > 0 && a->rows[0].cells;
    dx_sink sink;

    (void)style;
    dx_sink_open(&sink, out, err);
    (in_buckets ? put_buckets : put_plain)(&sink, a);
    return dx_sink_close(&sink);
}

const dx_trend_format dx_trend_format_csv = {
    .name = "csv",
    .mime = "text/csv",
    .help = "comma-separated values, safe to open in a spreadsheet",
    .write = write_csv,
};
