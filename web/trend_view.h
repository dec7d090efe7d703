/* Inside web/: the parts of the trends screen. */
#ifndef DX_WEB_TREND_VIEW_H
#define DX_WEB_TREND_VIEW_H
#include "db/trends.h"
#include "web/shell.h"
#include "web/trend_ask.h"

/* Failures and other attempts over time, with the table and links that save them as files; the
 * script may draw over it. */
DX_CHECK dx_rc dx_trend_view_chart(const dx_request *q, dx_buf *out, const dx_trend *t,
                                   const dx_trend_query *ask, bool compared, dx_err *err);
/* The same drawing as an SVG file. */
DX_CHECK dx_rc dx_trend_view_picture(const dx_request *q, dx_buf *out, const dx_trend *t,
                                     const dx_trend_query *ask, dx_err *err);
/* One row a line, down to the total. */
void dx_trend_view_lines(dx_buf *out, const dx_trend_query *ask, const dx_trend *t);
/* The same two periods beside each other, with the change. */
void dx_trend_view_compare(dx_buf *out, const dx_trend_query *ask, const dx_trend *now,
                           const dx_trend *before);
DX_CHECK dx_rc dx_trend_view_list(const dx_request *q, dx_buf *out, dx_list_kind kind, dx_err *err);
DX_CHECK dx_rc dx_trend_view_fixes(const dx_request *q, dx_buf *out, const dx_trend_filter *where,
                                   dx_err *err);
#endif
