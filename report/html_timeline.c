#include "report/html_chart_parts.h"

#include <assert.h>

enum { ROWS = 3, ROW_HIGH = 18, MARK_WIDE = 26 /* per mille of the axis */, R = 5 };

static unsigned place_of(const dx_timeline *line, int64_t at)
{
    if (at <= line->from || line->to == line->from)
        return 0;
    if (at >= line->to)
        return 1000;
    return (unsigned)((double)(at - line->from) * 1000.0 / (double)(line->to - line->from) + 0.5);
}

static void draw_shape(dx_buf *out, const dx_mark *mark, unsigned x, unsigned y)
{
    const char *tone = dx_tone_class(mark->tone);

    dx_buf_add(out, DX_LIT("<svg"));
    dx_svg_percent(out, "x", x);
    dx_buf_printf(out, " y=\"%u\" width=\"1\" height=\"1\">", y);
    switch (mark->shape) {
    case DX_MARK_DOT:
        dx_buf_printf(out, "<circle r=\"%u\" class=\"fill-%s\"/>", R, tone);
        break;
    case DX_MARK_DIAMOND:
        dx_buf_printf(out, "<path d=\"M0-6 6 0 0 6-6 0z\" class=\"fill-%s\"/>", tone);
        break;
    case DX_MARK_RING:
        dx_buf_printf(out, "<circle r=\"4\" class=\"ring\"/>");
        break;
    case DX_MARK_BAR:
        dx_buf_printf(out, "<rect x=\"-2\" y=\"-8\" width=\"4\" height=\"16\" class=\"fill-%s\"/>",
                      tone);
        break;
    }
    if (mark->number > 0)
        dx_buf_printf(out, "<text class=\"mark-text\" x=\"%s\" y=\"4\"%s>%u</text>",
                      x > 940 ? "-9" : "9", x > 940 ? " text-anchor=\"end\"" : "", mark->number);
    dx_buf_add(out, DX_LIT("</svg>"));
}

/* The lowest row where the mark has room; the last one when none has. */
static unsigned row_for(const unsigned *taken, unsigned x)
{
    for (unsigned row = 0; row < ROWS; row++)
        if (x >= taken[row])
            return row;
    return ROWS - 1;
}

static void draw_axis(dx_buf *out, const dx_timeline *line, unsigned y)
{
    dx_buf_printf(out,
                  "<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>"
                  "<line class=\"axis\" x1=\"0\" x2=\"0\" y1=\"%u\" y2=\"%u\"/>"
                  "<line class=\"axis\" x1=\"100%%\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>",
                  y, y, y - 4, y + 4, y - 4, y + 4);
    dx_buf_printf(out, "<text x=\"0\" y=\"%u\">", y + 18);
    dx_html_text(out, line->from_label);
    dx_buf_printf(out, "</text><text x=\"100%%\" y=\"%u\" text-anchor=\"end\">", y + 18);
    dx_html_text(out, line->to_label);
    dx_buf_add(out, DX_LIT("</text>"));
}

static void draw_break(dx_buf *out, const dx_timeline *line, const struct dx_break *b, unsigned y)
{
    const unsigned from = place_of(line, b->from), to = place_of(line, b->to);

    if (b->back) {
        dx_buf_add(out, DX_LIT("<svg"));
        dx_svg_percent(out, "x", to);
        dx_buf_printf(out,
                      " y=\"%u\" width=\"1\" height=\"1\"><path class=\"jump\" "
                      "d=\"M0-9 4-3-4 3 0 9\"/></svg>",
                      y);
        return;
    }
    dx_buf_add(out, DX_LIT("<line class=\"gap\""));
    dx_svg_percent(out, "x1", from);
    dx_svg_percent(out, "x2", to > from + 3 ? to : from + 3);
    dx_buf_printf(out, " y1=\"%u\" y2=\"%u\"/>", y, y);
}

/* Where each mark goes; gives the number of rows in use. */
static unsigned arrange(const dx_timeline *line, unsigned *rows)
{
    unsigned taken[ROWS] = {0}, used = 1;

    for (size_t i = 0; i < line->n_marks; i++) {
        const unsigned x = place_of(line, line->marks[i].at);
        rows[i] = row_for(taken, x);
        taken[rows[i]] = x + MARK_WIDE;
        used = rows[i] + 1 > used ? rows[i] + 1 : used;
    }
    return used;
}

void dx_chart_timeline(dx_buf *out, const dx_chart *chart, const dx_timeline *line)
{
    unsigned rows[DX_TIMELINE_MARKS];

    assert(line->n_marks <= DX_TIMELINE_MARKS);
    const unsigned axis = arrange(line, rows) * ROW_HIGH + 8;
    dx_chart_begin(out, chart);
    dx_svg_begin(out, chart, axis + 24);
    draw_axis(out, line, axis);
    for (size_t i = 0; i < line->n_breaks; i++)
        draw_break(out, line, &line->breaks[i], axis);
    for (size_t i = 0; i < line->n_marks; i++)
        draw_shape(out, &line->marks[i], place_of(line, line->marks[i].at),
                   axis - 12 - rows[i] * ROW_HIGH);
    dx_buf_add(out, DX_LIT("</svg>\n"));
}
