/* Bytes of any encoding in, valid UTF-8 out. */
#ifndef DX_PARSER_DECODE_H
#define DX_PARSER_DECODE_H
#include <stdint.h>
#include "core/buf.h"
#include "core/err.h"
#include "parser/source.h"

typedef struct dx_decoder dx_decoder;

/* Opens a log and looks at its first 64 KiB to guess the encoding, unless `forced` names one
 * ("utf-8", "utf-16le", "utf-16be", "cp1252", "cp437", "cp850", or any name iconv knows).
 * Order of guessing: byte order mark, pattern of NULs (UTF-16 without mark), valid UTF-8, then
 * an 8-bit code page: 437/850 when box drawing or umlauts in OEM positions prevail, else 1252.
 * DX_E_USAGE for an unknown forced name. */
DX_CHECK dx_rc dx_decoder_open(dx_decoder **out, dx_source *src, const char *forced, dx_err *err);

/* Adds up to about `want` more bytes of UTF-8 to *into; DX_END when nothing is left.
 * Never splits a character; NULs become U+2400, a byte order mark is dropped; line ends are kept
 * as they are.  Undecodable bytes become U+FFFD and are counted. */
DX_CHECK dx_rc dx_decoder_more(dx_decoder *d, size_t want, dx_buf *into, dx_err *err);
void dx_decoder_close(dx_decoder *d); /* NULL is fine; the source stays open */

const char *dx_decoder_encoding(const dx_decoder *d); /* "utf-16le", ... */
/* How it is known: "byte order mark", "pattern of zero bytes", "valid UTF-8", "guessed", "forced"
 */
const char *dx_decoder_how(const dx_decoder *d);
uint64_t dx_decoder_bad(const dx_decoder *d);   /* undecodable bytes or units so far */
uint64_t dx_decoder_nuls(const dx_decoder *d);  /* NUL characters so far */
uint64_t dx_decoder_bytes(const dx_decoder *d); /* raw bytes read so far */
bool dx_decoder_cut(const dx_decoder *d);       /* the bytes ended in the middle of a character */
#endif
