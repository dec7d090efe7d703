/* Decoded text as physical lines with a look ahead.  Inside parser/ only. */
#ifndef DX_PARSER_LINES_H
#define DX_PARSER_LINES_H
#include <stddef.h>
#include "parser/decode.h"

typedef struct dx_lines dx_lines;

/* One physical line; `text` borrows until the next call that may read more. */
typedef struct dx_line {
    dx_str text; /* without its line end */
    size_t size; /* with it */
    bool bare;   /* ended by LF without CR */
    bool cut;    /* longer than DX_LINE_MAX: goes on as another line of the same number */
} dx_line;

/* Parts of a longer line end at multiples of it, counted from the line's beginning. */
#define DX_LINE_MAX ((size_t)1 << 20)

/* Fails when not even the first byte can be read. */
DX_CHECK dx_rc dx_lines_new(dx_lines **out, dx_decoder *decoder, dx_err *err);
void dx_lines_free(dx_lines *l); /* NULL is fine */

/* At least `want` bytes after the cursor, or all that is left. */
DX_CHECK dx_rc dx_lines_need(dx_lines *l, size_t want, dx_err *err);
dx_str dx_lines_ahead(const dx_lines *l); /* what is in memory after the cursor */
/* And after the first byte of a line that is. */
dx_str dx_lines_from(const dx_lines *l, const char *line);

/* The line that begins `from` bytes after the cursor; DX_END when there is none.  Reads more when
 * needed, so earlier slices die.  dx_lines_near() never reads: false when the line is not whole. */
DX_CHECK dx_rc dx_lines_peek(dx_lines *l, size_t from, dx_line *out, dx_err *err);
bool dx_lines_near(const dx_lines *l, ptrdiff_t from, dx_line *out);
/* The same when `inside` bytes of the line stand before `from`. */
bool dx_lines_at(const dx_lines *l, ptrdiff_t from, size_t inside, dx_line *out);

/* What the cursor has passed stays in memory for a while: at least so many bytes behind the place
 * where it stood when the log was read on.  Places there are negative. */
enum { DX_LINES_KEPT = 16 * 1024 };
/* The line that ends where `from` is; false when its beginning is not in memory or where the text
 * begins. */
bool dx_lines_before(const dx_lines *l, ptrdiff_t from, dx_line *out);
/* The line that `text` begins with, in a log whose lines end with `end`; `all`: nothing follows the
 * text. */
bool dx_line_of(dx_str text, char end, size_t inside, bool all, dx_line *out);

/* Moves the cursor on; `n_lines` physical lines were passed, and a part of `part` bytes of another
 * that was cut (or 0).  What stands behind a part can only be looked at from its end. */
void dx_lines_take(dx_lines *l, size_t bytes, uint32_t n_lines, size_t part);
uint64_t dx_lines_offset(const dx_lines *l); /* of the cursor, in the decoded text */
uint32_t dx_lines_number(const dx_lines *l); /* of the line at the cursor, from 1 */
size_t dx_lines_inside(const dx_lines *l);   /* bytes of that line before the cursor */
bool dx_lines_all(const dx_lines *l);        /* nothing comes behind what is in memory */
bool dx_lines_by_cr(const dx_lines *l);      /* the log knows no LF */
/* Why the text ends before the log does; NULL when it does not.  What was read before is good. */
const dx_err *dx_lines_fault(const dx_lines *l);
#endif
