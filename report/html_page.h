/* The shell of a page that stands alone: one file, no script, nothing fetched, light and dark.
 *
 * The style sheet is report/style.css; what a page may use of it:
 *   layout   .wrap (the column), .stack (children with space between), .row (side by side, wraps),
 *            .card, .quiet (less important), .num (figures, right), .scroll (wide things)
 *   words    .badge with one of .bad .warn .good .info, .tag, .key, .path, .mono, pre.log, .meta
 *   tables   table.data; in <th scope> and <caption>
 *   charts   made by report/html_chart.h
 * The theme follows the system; <html data-theme="light|dark"> overrules it. */
#ifndef DX_REPORT_HTML_PAGE_H
#define DX_REPORT_HTML_PAGE_H
#include "core/buf.h"

/* Everything up to and with <main>. */
void dx_html_page_open(dx_buf *out, dx_str title);
void dx_html_page_close(dx_buf *out);

/* For a server that hands the sheet out itself. */
dx_str dx_html_style(void);
#endif
