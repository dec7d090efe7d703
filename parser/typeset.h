/* Apostrophes and blanks as a word processor or a web page sets them, in logs that went through
 * one: ‘a’, no-break blanks.  “a” stays: programs write it inside of "...".  Inside parser/ only.
 */
#ifndef DX_PARSER_TYPESET_H
#define DX_PARSER_TYPESET_H
#include "core/str.h"

/* Whether there is one: whatever set some, set all. */
bool dx_typeset_any(dx_str text);

/* Puts those that a keyboard has in their place, within p, which is UTF-8 and cuts no character;
 * soft hyphens and signs without width go.  Gives how many bytes the text has then. */
size_t dx_typeset_mend(char *p, size_t n);
#endif
