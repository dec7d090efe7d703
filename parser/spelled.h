/* A terminal's escapes that somebody made visible: "^[[0;32m" (cat -v, less), "\u001b[1m" (JSON),
 * "\033[0m" (shells), "#033[31m" (rsyslog).  Inside parser/ only. */
#ifndef DX_PARSER_SPELLED_H
#define DX_PARSER_SPELLED_H
#include "core/str.h"

/* Whether there is one: whoever spells them, spells all. */
bool dx_spelled_any(dx_str text);

/* Puts ESC in the place of its spelling, within p.  Gives how many bytes the text has then; *held:
 * and how many behind these may begin one, unless nothing follows (`last`). */
size_t dx_spelled_mend(char *p, size_t n, bool last, size_t *held);
#endif
