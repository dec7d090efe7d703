/* Markdown (CommonMark with tables) from text that a stranger wrote: it shows as it was and means
 * nothing.  What must survive copying stands in code, behind a fence longer than any in it. */
#ifndef DX_REPORT_MARKDOWN_H
#define DX_REPORT_MARKDOWN_H
#include "core/buf.h"

/* One line of text; only what would be markup is escaped, so that it also reads well as it is. */
void dx_md_text(dx_buf *out, dx_str s);
/* A code span. Empty text gives nothing. */
void dx_md_code(dx_buf *out, dx_str s);
/* A fenced block with the line ends kept, each line behind `indent` blanks. */
void dx_md_block(dx_buf *out, unsigned indent, dx_str s);
#endif
