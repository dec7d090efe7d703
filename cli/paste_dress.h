/* What a web page, a mail program or a converter put around plain signs: "&quot;", "1603\.".  Read
 * before lines are. */
#ifndef DX_CLI_PASTE_DRESS_H
#define DX_CLI_PASTE_DRESS_H
#include "core/buf.h"

/* Entities of HTML become the signs they stand for.  All else stays. */
void dx_paste_entities(dx_str text, dx_buf *out);

/* Markdown's backslashes go, if the text is written in it: then each of its backslashes stands
 * before a mark or another backslash, which those of a path do not.  False: it is not, and nothing
 * was written. */
bool dx_paste_unmarked(dx_str text, dx_buf *out);
#endif
