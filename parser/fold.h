/* Joins the lines of a message into one text that is easy to match.  Inside parser/ only. */
#ifndef DX_PARSER_FOLD_H
#define DX_PARSER_FOLD_H
#include "core/record.h"

typedef struct dx_fold_line {
    dx_str text;   /* without stamp */
    uint32_t line; /* number in the log */
} dx_fold_line;

typedef struct dx_fold_how {
    bool tight;    /* join full lines with nothing */
    bool loose;    /* empty lines end no paragraph */
    size_t width;  /* a line this long is full; 0 = the longest but the last of these lines, and
                      each that is as wide as a console */
    size_t widest; /* the log's longest line, when several are that long; 0 = unknown */
} dx_fold_how;

/* False when out of memory.  *any_full tells whether a line is full, so that a tight reading
 * would differ. */
bool dx_fold(const dx_fold_line *lines, size_t n, dx_fold_how how, dx_arena *into, dx_view *out,
             bool *any_full);

/* Length of the blank that p begins with, or 0. */
size_t dx_fold_blank(const char *p, size_t n);
/* Length of the terminal's escape sequence that begins at p; the ESC alone when what follows is
 * none, so that no character is cut. */
size_t dx_fold_escape(const char *p, size_t n);

/* Columns with tab stops of 8: how programs that cut lines count. */
size_t dx_fold_columns(dx_str line);

typedef struct dx_fold_widths {
    size_t widest; /* columns of the longest line when two or more are that long, else 0 */
    size_t hard;   /* the column at which the text was cut mid-word, or 0: most of its lines end
                      there, and blanks stand where no word wrapper would leave them */
} dx_fold_widths;

/* all: what the lines are parts of, in their order, or DX_NONE; with it they are measured faster.
 * columns: room for n numbers. */
dx_fold_widths dx_fold_measure(const dx_fold_line *lines, size_t n, dx_str all, size_t *columns);
#endif
