/* What a keyboard, a console or a picture reader made of plain letters: read before lines are. */
#ifndef DX_CLI_PASTE_SIGNS_H
#define DX_CLI_PASTE_SIGNS_H
#include "core/buf.h"

/* Digits and letters of other widths and scripts become plain ones, as do quotes, blanks, dashes
 * and dots that a word processor set, and the times sign of "0\u00d780070005" an x; what has no
 * width goes.  All else stays. */
void dx_paste_plain(dx_str text, dx_buf *out);

/* "E r r o r   1 6 0 3": UTF-16 that somebody read as bytes.  True when most of the text is so, and
 * then it stands in `out` without those blanks. */
bool dx_paste_unspaced(dx_str text, dx_buf *out);
#endif
