/* Charts as SVG and tables, made here; each has a sentence that says what it shows and its data as
 * a table.  Nothing needs a script; colour only repeats what a figure or a shape says.  All foreign
 * text is escaped here.  Each function adds to *out; out->failed tells when memory was short. */
#ifndef DX_REPORT_HTML_CHART_H
#define DX_REPORT_HTML_CHART_H
#include <stdint.h>
#include "report/html_write.h"
#include "report/layout.h"

typedef struct dx_chart {
    dx_str title;
    dx_str summary; /* one sentence: what a listener would be told */
} dx_chart;

/* Parts of a whole as one bar; parts of 0 are left out of the bar. */
typedef struct dx_share {
    dx_str label;
    uint64_t value;
    dx_tone tone;
} dx_share;
void dx_chart_shares(dx_buf *out, const dx_chart *chart, const dx_share *parts, size_t n);

/* One horizontal bar per row, label before and figure behind it: the table is the chart. */
typedef struct dx_bar {
    dx_str label, href; /* href: own, trusted URL, or empty */
    uint64_t value;
    dx_str note; /* behind the figure: "+3", may be empty */
    dx_tone tone;
} dx_bar;
void dx_chart_bars(dx_buf *out, const dx_chart *chart, dx_str unit, const dx_bar *bars, size_t n);

/* Upright columns over buckets of time, series stacked. */
typedef struct dx_series {
    dx_str name;
    dx_tone tone;
    const uint64_t *values; /* one per bucket */
} dx_series;
void dx_chart_columns(dx_buf *out, const dx_chart *chart, const dx_str *buckets, size_t n_buckets,
                      const dx_series *series, size_t n_series);

/* The same drawing as an SVG file of its own, on white, with title, sentence and legend in it. */
void dx_chart_columns_file(dx_buf *out, const dx_chart *chart, const dx_str *buckets,
                           size_t n_buckets, const dx_series *series, size_t n_series);

/* A word-sized line for a cell of a table; the label says the figures. */
void dx_chart_spark(dx_buf *out, dx_str label, const uint64_t *values, size_t n);

/* How sure, 0 to 99, with ticks where the words change. */
void dx_chart_meter(dx_buf *out, int confidence, dx_tone tone);

/* What happened between two ends of an axis. */
typedef enum dx_mark_shape {
    DX_MARK_DOT,     /* a sign: numbered */
    DX_MARK_DIAMOND, /* an error that nobody knows */
    DX_MARK_RING,    /* harmless */
    DX_MARK_BAR      /* the end */
} dx_mark_shape;
typedef struct dx_mark {
    int64_t at; /* on the axis */
    dx_mark_shape shape;
    dx_tone tone;
    unsigned number; /* shown beside the mark; 0 = none */
} dx_mark;
enum { DX_TIMELINE_MARKS = 64 };
typedef struct dx_timeline {
    int64_t from, to;            /* the axis; to >= from */
    dx_str from_label, to_label; /* what stands below its ends */
    const dx_mark *marks;        /* in order of `at` */
    size_t n_marks;              /* at most DX_TIMELINE_MARKS */
    const struct dx_break {      /* where the axis is not to be trusted */
        int64_t from, to;
        bool back; /* a jump of the clock; else a gap, hatched from end to end */
    } * breaks;
    size_t n_breaks;
} dx_timeline;
/* Only the figure with its drawing, left open: the caller adds the table of data and closes it
 * with dx_chart_end(). */
void dx_chart_timeline(dx_buf *out, const dx_chart *chart, const dx_timeline *line);
void dx_chart_end(dx_buf *out);

/* Rows by columns, a figure in each cell; level 0 (nothing) to 5 (most) gives its colour. */
typedef struct dx_cell {
    uint64_t value;
    unsigned level;
    dx_tone worst; /* BAD and WARN get a shape beside the figure */
    dx_str href;   /* own, trusted URL, or empty */
} dx_cell;
typedef struct dx_heat_map {
    dx_str row_head; /* "Server" */
    const dx_str *rows, *columns;
    const dx_str *row_hrefs; /* own, trusted URLs; NULL = none */
    size_t n_rows, n_columns;
    const dx_cell *cells; /* row by row */
} dx_heat_map;
void dx_chart_heat(dx_buf *out, const dx_chart *chart, const dx_heat_map *heat);
/* The level of a value where `most` is the greatest in the map. */
unsigned dx_heat_level(uint64_t value, uint64_t most);

/* The class that a tone has in the style sheet: "bad", "warn", "good", "info", "plain". */
const char *dx_tone_class(dx_tone tone);
#endif
