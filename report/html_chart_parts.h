/* What the charts share among themselves.  Only report/html_*.c use this. */
#ifndef DX_REPORT_HTML_CHART_PARTS_H
#define DX_REPORT_HTML_CHART_PARTS_H
#include "report/html_chart.h"

/* The figure with title and sentence; dx_chart_end() closes it. */
void dx_chart_begin(dx_buf *out, const dx_chart *chart);
/* A drawing as wide as its place; the caller closes it. */
void dx_svg_begin(dx_buf *out, const dx_chart *chart, unsigned height);
/* Shares go out in per cent with one decimal, so that texts keep their size when the place is
 * narrow; no locale can put a comma into them. */
void dx_svg_percent(dx_buf *out, const char *name, unsigned mille);
/* Axis and columns into a drawing that is DX_COLUMNS_HIGH high. */
enum { DX_COLUMNS_HIGH = 196 };
void dx_svg_columns(dx_buf *out, const dx_str *buckets, size_t n_buckets, const dx_series *series,
                    size_t n_series);
#endif
