#include "report/html_chart_parts.h"

#include <inttypes.h>

const char *dx_tone_class(dx_tone tone)
{
    static const char *const names[] = {[DX_TONE_NONE] = "plain",
                                        [DX_TONE_BOLD] = "info",
                                        [DX_TONE_BAD] = "bad",
                                        [DX_TONE_WARN] = "warn",
                                        [DX_TONE_GOOD] = "good"};

    return names[tone];
}

/* ---- what all of them share ---- */

void dx_chart_begin(dx_buf *out, const dx_chart *chart)
{
    dx_buf_add(out, DX_LIT("<figure class=\"chart\"><figcaption>"));
    dx_html_elem(out, "strong", NULL, chart->title);
    if (chart->summary.n > 0) {
        dx_buf_char(out, ' ');
        dx_html_elem(out, "span", NULL, chart->summary);
    }
    dx_buf_add(out, DX_LIT("</figcaption>\n"));
}

void dx_chart_end(dx_buf *out)
{
    dx_buf_add(out, DX_LIT("</figure>\n"));
}

void dx_svg_begin(dx_buf *out, const dx_chart *chart, unsigned height)
{
    dx_buf_printf(out, "<svg role=\"img\" width=\"100%%\" height=\"%u\" aria-label=\"", height);
    dx_html_text(out, chart->summary.n > 0 ? chart->summary : chart->title);
    dx_buf_add(out, DX_LIT("\">"));
}

static unsigned mille_of(uint64_t part, uint64_t whole)
{
    return whole ? (unsigned)((double)part * 1000.0 / (double)whole + 0.5) : 0;
}

void dx_svg_percent(dx_buf *out, const char *name, unsigned mille)
{
    dx_buf_printf(out, " %s=\"%u.%u%%\"", name, mille / 10, mille % 10);
}

static void data_open(dx_buf *out, const char *first, const char *second)
{
    dx_buf_printf(out,
                  "<details><summary>Data</summary><table class=\"data\"><thead><tr>"
                  "<th scope=\"col\">%s</th><th scope=\"col\" class=\"num\">%s</th></tr></thead>"
                  "<tbody>\n",
                  first, second);
}

static void data_row(dx_buf *out, dx_str label, uint64_t value)
{
    dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
    dx_html_text(out, label);
    dx_buf_add(out, DX_LIT("</th><td class=\"num\">"));
    dx_html_count(out, value);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void data_close(dx_buf *out)
{
    dx_buf_add(out, DX_LIT("</tbody></table></details>\n"));
}

static void legend_item(dx_buf *out, dx_tone tone, dx_str name)
{
    dx_buf_printf(out,
                  "<li><svg width=\"10\" height=\"10\" aria-hidden=\"true\"><rect width=\"10\" "
                  "height=\"10\" rx=\"2\" class=\"fill-%s\"/></svg>",
                  dx_tone_class(tone));
    dx_html_text(out, name);
    dx_buf_add(out, DX_LIT("</li>"));
}

/* ---- parts of a whole ---- */

static void share_legend(dx_buf *out, const dx_share *part)
{
    dx_buf label = {0};

    dx_buf_add(&label, part->label);
    dx_buf_printf(&label, " %" PRIu64, part->value);
    legend_item(out, part->tone, dx_buf_str(&label));
    out->failed |= label.failed;
    dx_buf_done(&label);
}

void dx_chart_shares(dx_buf *out, const dx_chart *chart, const dx_share *parts, size_t n)
{
    uint64_t whole = 0, before = 0;

    for (size_t i = 0; i < n; i++)
        whole += parts[i].value;
    dx_chart_begin(out, chart);
    dx_svg_begin(out, chart, 16);
    for (size_t i = 0; i < n; before += parts[i++].value) {
        if (parts[i].value == 0)
            continue;
        const unsigned x = mille_of(before, whole), end = mille_of(before + parts[i].value, whole);
        const unsigned width = end > x + 4 ? end - x - (end < 1000 ? 2 : 0) : 3;
        dx_buf_printf(out, "<rect class=\"fill-%s\" height=\"16\" rx=\"3\"",
                      dx_tone_class(parts[i].tone));
        dx_svg_percent(out, "x", x);
        dx_svg_percent(out, "width", width);
        dx_buf_add(out, DX_LIT("/>"));
    }
    dx_buf_add(out, DX_LIT("</svg>\n<ul class=\"legend\">"));
    for (size_t i = 0; i < n; i++)
        if (parts[i].value > 0)
            share_legend(out, &parts[i]);
    dx_buf_add(out, DX_LIT("</ul>\n"));
    data_open(out, "Part", "Number");
    for (size_t i = 0; i < n; i++)
        data_row(out, parts[i].label, parts[i].value);
    data_close(out);
    dx_chart_end(out);
}

/* ---- bars ---- */

static void linked(dx_buf *out, dx_str href, dx_str label)
{
    if (href.n > 0) {
        dx_buf_add(out, DX_LIT("<a href=\""));
        dx_html_text(out, href);
        dx_buf_add(out, DX_LIT("\">"));
    }
    dx_html_text(out, label);
    if (href.n > 0)
        dx_buf_add(out, DX_LIT("</a>"));
}

static void bar_row(dx_buf *out, const dx_bar *bar, uint64_t most)
{
    dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
    linked(out, bar->href, bar->label);
    dx_buf_add(out, DX_LIT("</th><td class=\"bar\"><svg width=\"100%\" height=\"12\" "
                           "aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" "
                           "height=\"12\" rx=\"3\"/>"));
    dx_buf_printf(out, "<rect class=\"fill-%s\" height=\"12\" rx=\"3\"", dx_tone_class(bar->tone));
    dx_svg_percent(out, "width", mille_of(bar->value, most));
    dx_buf_add(out, DX_LIT("/></svg></td><td class=\"num\">"));
    dx_html_count(out, bar->value);
    dx_buf_add(out, DX_LIT("</td><td class=\"num quiet\">"));
    dx_html_text(out, bar->note);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

void dx_chart_bars(dx_buf *out, const dx_chart *chart, dx_str unit, const dx_bar *bars, size_t n)
{
    uint64_t most = 0;

    for (size_t i = 0; i < n; i++)
        most = bars[i].value > most ? bars[i].value : most;
    dx_chart_begin(out, chart);
    dx_buf_add(out, DX_LIT("<table class=\"bars\"><thead><tr><th scope=\"col\">Name</th><td></td>"
                           "<th scope=\"col\" class=\"num\" colspan=\"2\">"));
    dx_html_text(out, unit);
    dx_buf_add(out, DX_LIT("</th></tr></thead><tbody>\n"));
    for (size_t i = 0; i < n; i++)
        bar_row(out, &bars[i], most);
    dx_buf_add(out, DX_LIT("</tbody></table>\n"));
    dx_chart_end(out);
}

/* ---- columns ---- */

enum { COLUMNS_TOP = 16, COLUMNS_HEIGHT = DX_COLUMNS_HIGH - COLUMNS_TOP - 20, COLUMN_LABELS = 6 };

static uint64_t stack_of(const dx_series *series, size_t n_series, size_t bucket)
{
    uint64_t sum = 0;

    for (size_t k = 0; k < n_series; k++)
        sum += series[k].values[bucket];
    return sum;
}

static void one_column(dx_buf *out, const dx_series *series, size_t n_series, size_t bucket,
                       size_t n_buckets, uint64_t most)
{
    const unsigned x = mille_of(bucket, n_buckets), wide = mille_of(1, n_buckets);
    uint64_t below = 0;

    for (size_t k = 0; k < n_series; below += series[k++].values[bucket]) {
        const uint64_t value = series[k].values[bucket];
        if (value == 0)
            continue;
        const unsigned top = mille_of(below + value, most) * COLUMNS_HEIGHT / 1000;
        const unsigned foot = mille_of(below, most) * COLUMNS_HEIGHT / 1000;
        dx_buf_printf(out, "<rect class=\"fill-%s\" y=\"%u\" height=\"%u\"",
                      dx_tone_class(series[k].tone), COLUMNS_TOP + COLUMNS_HEIGHT - top,
                      top > foot ? top - foot : 1);
        dx_svg_percent(out, "x", x + wide / 10);
        dx_svg_percent(out, "width", wide > 4 ? wide * 8 / 10 : 2);
        dx_buf_add(out, DX_LIT("/>"));
    }
}

static void column_axis(dx_buf *out, const dx_str *buckets, size_t n, uint64_t most)
{
    const size_t step = n > COLUMN_LABELS ? (n + COLUMN_LABELS - 1) / COLUMN_LABELS : 1;

    dx_buf_printf(out,
                  "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>"
                  "<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>"
                  "<text y=\"%u\">",
                  COLUMNS_TOP, COLUMNS_TOP, COLUMNS_TOP + COLUMNS_HEIGHT,
                  COLUMNS_TOP + COLUMNS_HEIGHT, COLUMNS_TOP - 4);
    dx_html_count(out, most);
    dx_buf_add(out, DX_LIT("</text>"));
    for (size_t i = 0; i < n; i += step) {
        dx_buf_printf(out, "<text y=\"%u\"", COLUMNS_TOP + COLUMNS_HEIGHT + 15);
        dx_svg_percent(out, "x", mille_of(i, n));
        dx_buf_char(out, '>');
        dx_html_text(out, buckets[i]);
        dx_buf_add(out, DX_LIT("</text>"));
    }
}

static void column_table(dx_buf *out, const dx_str *buckets, size_t n_buckets,
                         const dx_series *series, size_t n_series)
{
    dx_buf_add(out, DX_LIT("<details><summary>Data</summary><table class=\"data\"><thead><tr>"
                           "<th scope=\"col\">When</th>"));
    for (size_t k = 0; k < n_series; k++) {
        dx_buf_add(out, DX_LIT("<th scope=\"col\" class=\"num\">"));
        dx_html_text(out, series[k].name);
        dx_buf_add(out, DX_LIT("</th>"));
    }
    dx_buf_add(out, DX_LIT("</tr></thead><tbody>\n"));
    for (size_t i = 0; i < n_buckets; i++) {
        dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
        dx_html_text(out, buckets[i]);
        dx_buf_add(out, DX_LIT("</th>"));
        for (size_t k = 0; k < n_series; k++) {
            dx_buf_add(out, DX_LIT("<td class=\"num\">"));
            dx_html_count(out, series[k].values[i]);
            dx_buf_add(out, DX_LIT("</td>"));
        }
        dx_buf_add(out, DX_LIT("</tr>\n"));
    }
    data_close(out);
}

void dx_svg_columns(dx_buf *out, const dx_str *buckets, size_t n_buckets, const dx_series *series,
                    size_t n_series)
{
    uint64_t most = 1;

    for (size_t i = 0; i < n_buckets; i++) {
        const uint64_t sum = stack_of(series, n_series, i);
        most = sum > most ? sum : most;
    }
    column_axis(out, buckets, n_buckets, most);
    for (size_t i = 0; i < n_buckets; i++)
        one_column(out, series, n_series, i, n_buckets, most);
}

void dx_chart_columns(dx_buf *out, const dx_chart *chart, const dx_str *buckets, size_t n_buckets,
                      const dx_series *series, size_t n_series)
{
    dx_chart_begin(out, chart);
    dx_svg_begin(out, chart, DX_COLUMNS_HIGH);
    dx_svg_columns(out, buckets, n_buckets, series, n_series);
    dx_buf_add(out, DX_LIT("</svg>\n"));
    if (n_series > 1) {
        dx_buf_add(out, DX_LIT("<ul class=\"legend\">"));
        for (size_t k = 0; k < n_series; k++)
            legend_item(out, series[k].tone, series[k].name);
        dx_buf_add(out, DX_LIT("</ul>\n"));
    }
    column_table(out, buckets, n_buckets, series, n_series);
    dx_chart_end(out);
}

/* ---- word-sized ---- */

void dx_chart_spark(dx_buf *out, dx_str label, const uint64_t *values, size_t n)
{
    enum { WIDE = 92, HIGH = 20, EDGE = 2 };
    uint64_t most = 1;
    unsigned x = EDGE, y = EDGE + HIGH;

    for (size_t i = 0; i < n; i++)
        most = values[i] > most ? values[i] : most;
    dx_buf_add(out,
               DX_LIT("<svg class=\"spark\" role=\"img\" viewBox=\"0 0 96 24\" aria-label=\""));
    dx_html_text(out, label);
    dx_buf_add(out, DX_LIT("\"><polyline points=\""));
    for (size_t i = 0; i < n; i++) {
        x = EDGE + (n > 1 ? (unsigned)(i * WIDE / (n - 1)) : WIDE);
        y = EDGE + HIGH - mille_of(values[i], most) * HIGH / 1000;
        dx_buf_printf(out, "%s%u,%u", i > 0 ? " " : "", x, y);
    }
    dx_buf_printf(out, "\"/><circle cx=\"%u\" cy=\"%u\" r=\"2\"/></svg>", x, y);
}

void dx_chart_meter(dx_buf *out, int confidence, dx_tone tone)
{
    static const unsigned ticks[] = {30, 60, 85};
    const unsigned sure = confidence < 0 ? 0 : (unsigned)confidence;

    dx_buf_printf(out,
                  "<svg role=\"img\" width=\"100%%\" height=\"10\" aria-label=\"%u of 99\">"
                  "<rect class=\"track\" width=\"100%%\" height=\"10\" rx=\"3\"/>"
                  "<rect class=\"fill-%s\" height=\"10\" rx=\"3\"",
                  sure, dx_tone_class(tone));
    dx_svg_percent(out, "width", mille_of(sure, 99));
    dx_buf_add(out, DX_LIT("/>"));
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++) {
        dx_buf_add(out, DX_LIT("<line class=\"tick\" y1=\"0\" "
                               "y2=\"10\""));
        dx_svg_percent(out, "x1", mille_of(ticks[i], 99));
        dx_svg_percent(out, "x2", mille_of(ticks[i], 99));
        dx_buf_add(out, DX_LIT("/>"));
    }
    dx_buf_add(out, DX_LIT("</svg>\n"));
}

/* ---- a map of rows and columns ---- */

unsigned dx_heat_level(uint64_t value, uint64_t most)
{
    return value == 0 || most == 0 ? 0 : 1 + mille_of(value - 1, most) * 5 / 1001;
}

static void heat_cell(dx_buf *out, const dx_cell *cell)
{
    static const char *const shapes[] = {[DX_TONE_NONE] = "",
                                         [DX_TONE_BOLD] = "",
                                         [DX_TONE_BAD] = "\xE2\x96\xB2 ",
                                         [DX_TONE_WARN] = "\xE2\x97\x86 ",
                                         [DX_TONE_GOOD] = ""};
    dx_buf shown = {0};

    dx_buf_printf(out, "<td class=\"h%u\">", cell->level > 5 ? 5 : cell->level);
    if (cell->value > 0)
        dx_buf_printf(&shown, "%s%" PRIu64, shapes[cell->worst], cell->value);
    else
        dx_buf_add(&shown, DX_LIT("\xC2\xB7"));
    linked(out, cell->href, dx_buf_str(&shown));
    out->failed |= shown.failed;
    dx_buf_done(&shown);
    dx_buf_add(out, DX_LIT("</td>"));
}

void dx_chart_heat(dx_buf *out, const dx_chart *chart, const dx_heat_map *heat)
{
    dx_chart_begin(out, chart);
    dx_buf_add(out, DX_LIT("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\""));
    dx_html_text(out, chart->title);
    dx_buf_add(out, DX_LIT("\"><table class=\"heat\"><thead><tr><th scope=\"col\">"));
    dx_html_text(out, heat->row_head);
    dx_buf_add(out, DX_LIT("</th>"));
    for (size_t c = 0; c < heat->n_columns; c++) {
        dx_buf_add(out, DX_LIT("<th scope=\"col\">"));
        dx_html_text(out, heat->columns[c]);
        dx_buf_add(out, DX_LIT("</th>"));
    }
    dx_buf_add(out, DX_LIT("</tr></thead><tbody>\n"));
    for (size_t r = 0; r < heat->n_rows; r++) {
        dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
        linked(out, heat->row_hrefs ? heat->row_hrefs[r] : DX_NONE, heat->rows[r]);
        dx_buf_add(out, DX_LIT("</th>"));
        for (size_t c = 0; c < heat->n_columns; c++)
            heat_cell(out, &heat->cells[r * heat->n_columns + c]);
        dx_buf_add(out, DX_LIT("</tr>\n"));
    }
    dx_buf_add(out, DX_LIT("</tbody></table></div>\n"));
    dx_chart_end(out);
}
