/* Inside parser/: pieces of text in one encoding, turned into UTF-8. */
#ifndef DX_PARSER_CONVERT_H
#define DX_PARSER_CONVERT_H
#include <stdint.h>
#include "core/buf.h"
#include "core/err.h"

typedef struct dx_converter dx_converter;

typedef struct dx_tally {
    uint64_t bad;  /* bytes or units that mean nothing */
    uint64_t nuls; /* NUL characters */
    bool cut;      /* the text ends in the middle of a character */
} dx_tally;

/* A converter always takes something of this many bytes. */
enum { DX_CONVERT_LEAST = 16 };

/* `name` as in dx_decoder_open(); DX_E_USAGE when nobody knows it. */
DX_CHECK dx_rc dx_converter_new(dx_converter **out, const char *name, dx_err *err);
void dx_converter_free(dx_converter *c);              /* NULL is fine */
const char *dx_converter_name(const dx_converter *c); /* in one spelling */

/* Adds `raw` to *into; gives the number of bytes taken: all but a character that is cut at the
 * end, and all when `last`.  NULs become U+2400, faults U+FFFD.  Look at into->failed after. */
size_t dx_convert(dx_converter *c, dx_str raw, bool last, dx_buf *into, dx_tally *tally);

typedef enum dx_utf8_kind { DX_UTF8_GOOD, DX_UTF8_BAD, DX_UTF8_CUT } dx_utf8_kind;
/* What s (not empty) begins with: a character, the longest start of one that can never be
 * completed (one U+FFFD by Unicode's advice), or one that the end of s cuts. */
dx_utf8_kind dx_utf8_look(dx_str s, size_t *n);
#endif
