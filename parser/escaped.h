/* Line ends, tabs and quotation marks that a program spelled out inside of a string: "stopped.\nE:
 * Unable to ...", "the package \"acme\"".  Inside parser/ only. */
#ifndef DX_PARSER_ESCAPED_H
#define DX_PARSER_ESCAPED_H
#include "core/str.h"

/* Zero-initialise; of one log. */
typedef struct dx_escaped {
    bool open;   /* a spelled quotation mark of this line waits for its other */
    bool behind; /* the last thing written was a spelled line end or tab */
} dx_escaped;

/* Whether there is one that dx_escaped_mend() takes for it: whoever spells some, spells all. */
bool dx_escaped_any(dx_str text);

/* Puts a blank in the place of each line end and tab, and a mark in the place of each quotation
 * mark.  A path holds the same bytes (C:\new\temp), so only what stands where no name begins is
 * taken for them; what is in doubt stays.
 *
 * p[0..from) is what went before, p[from..from + n) is new.  Gives how many bytes the new text has
 * then; *held: and how many behind these may begin one, unless nothing follows (`last`). */
size_t dx_escaped_mend(dx_escaped *e, char *p, size_t from, size_t n, bool last, size_t *held);
#endif
