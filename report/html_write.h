/* Text in HTML, whatever it holds: nothing in it becomes markup, acts on a terminal that shows the
 * source, or turns or hides what stands beside it.  Good for text and for quoted attributes. */
#ifndef DX_REPORT_HTML_WRITE_H
#define DX_REPORT_HTML_WRITE_H
#include <stdint.h>
#include "core/buf.h"

/* Adds foreign text in one line; line ends appear as \n, controls as \x1b, marks that turn or hide
 * text as \u{202e}, invalid bytes as \xff. */
void dx_html_text(dx_buf *out, dx_str s);
/* The same with line ends kept, for <pre>. */
void dx_html_lines(dx_buf *out, dx_str s);
/* As dx_html_text(), at most `bytes` of it; then an ellipsis says that something is missing. */
void dx_html_clip(dx_buf *out, dx_str s, size_t bytes);

/* <TAG class="CLASS">text</TAG>; no class attribute when it is NULL. */
void dx_html_elem(dx_buf *out, const char *tag, const char *cls, dx_str text);
/* <time datetime="2000-06-14T09:12:00Z">2000-06-14 09:12 UTC</time>; a dash for DX_NO_TIME. */
void dx_html_time(dx_buf *out, int64_t us);
/* "1,234,567" with narrow blanks instead of commas. */
void dx_html_count(dx_buf *out, uint64_t n);
#endif
