/* The text of a regex as a rule's author writes it, before PCRE2 sees it. */
#ifndef DX_CORE_PATTERN_H
#define DX_CORE_PATTERN_H
#include "core/buf.h"
#include "core/regex.h"
#include "core/str.h"

typedef enum dx_token {
    DX_TOK_END,
    DX_TOK_CHAR,   /* one byte that may have a meaning of its own: a ( | * */
    DX_TOK_ESCAPE, /* a backslash and the byte behind it */
    DX_TOK_QUOTE,  /* \Q...\E */
    DX_TOK_CLASS   /* [...] */
} dx_token;

/* What stands at `at`, and how many bytes of it. */
dx_token dx_pattern_token(dx_str pattern, size_t at, size_t *length);

/* Behind the ")" of the group whose inside begins at `at`; *branches (may be NULL): it holds "|".
 */
size_t dx_pattern_group_end(dx_str pattern, size_t at, bool *branches);

/* In every match a group of this name holds some text: it is in each branch, and nowhere optional.
 * What is not understood (conditions) is taken to set nothing. */
bool dx_pattern_sets(dx_str pattern, dx_str name);

/* It holds a "|" that is in no group. */
bool dx_pattern_has_branches(dx_str pattern);

/* Adds the pattern with each literal blank outside character classes as "[ \n]", so that the end
 * of a paragraph inside a dialog may stand where a blank stands.  "\ " stays a blank. */
void dx_pattern_loosen(dx_buf *out, dx_str pattern);
/* Where in the pattern the byte at `at` of its loosened form comes from. */
size_t dx_pattern_origin(dx_str pattern, size_t at);

/* Adds the lower-case literal that every match must begin with, without blanks at its end;
 * nothing when there is none. */
void dx_pattern_opener(dx_buf *out, dx_str pattern);

/* What a line begins with, of "^this" and "(?<=^this)that"; DX_NONE of others. */
dx_str dx_pattern_line_start(dx_str pattern);

/* What certainly stands at the first places of a line that begins as this part does: fills
 * out[0..n-1] and gives n, at most DX_LINE_PLACES; 0 when not even the first place is certain. Only
 * ASCII stands there. */
size_t dx_pattern_line_places(dx_str pattern, bool caseless, dx_regex_bytes out[DX_LINE_PLACES]);

/* Whether it begins or ends with a part that takes any text without end, as .* or (?<rest>.+)$ do.
 */
bool dx_pattern_begins_wild(dx_str pattern);
bool dx_pattern_ends_wild(dx_str pattern);
#endif
