/* UTF-8: reading, checking, and showing text that a stranger wrote. */
#ifndef DX_CORE_UTF_H
#define DX_CORE_UTF_H
#include <stdint.h>
#include "core/buf.h"
#include "core/str.h"

/* A byte eight times. */
#define DX_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight bytes with ASCII's capitals in lower case. */
static inline uint64_t dx_utf_lower_eight(uint64_t v)
{
    const uint64_t low = v & DX_EACH(0x7F);
    const uint64_t capital = (low + DX_EACH(0x80 - 'A')) & ~(low + DX_EACH(0x80 - 'Z' - 1)) & ~v;

    return v | (capital & DX_EACH(0x80)) >> 2;
}

#define DX_REPLACEMENT 0xFFFDu

/* Reads one code point at *at and moves *at on.  An invalid byte gives DX_REPLACEMENT
 * and moves by one.  Overlong forms, surrogates and values over U+10FFFF are invalid. */
uint32_t dx_utf_next(dx_str s, size_t *at);
bool dx_utf_valid(dx_str s);                   /* well-formed throughout; may hold NULs */
size_t dx_utf_put(uint32_t code, char out[4]); /* bytes written: 1..4 */

/* Columns a terminal needs: 0 for combining marks, 2 for wide East Asian characters. */
unsigned dx_utf_width(uint32_t code);
size_t dx_utf_columns(dx_str s); /* of all its characters */

/* Longest prefix of s with at most `bytes` bytes, cut between characters. */
dx_str dx_utf_prefix(dx_str s, size_t bytes);

/* Longest prefix of s with at most `columns` columns, cut between characters. */
dx_str dx_utf_cut(dx_str s, size_t columns);

/* Adds s so that nothing in it can act on a terminal: C0 and C1 controls as \xNN
 * (tab as one blank, line ends as \n when keep_lines is false), bidi and other invisible
 * format controls as \u{NNNN}. Valid printable text passes unchanged. */
void dx_utf_visible(dx_buf *out, dx_str s, bool keep_lines);
#endif
