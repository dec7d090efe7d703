/* UTF-8 in, the bytes of another encoding out: what parser/decode.h read, written again. */
#ifndef DX_PARSER_ENCODE_H
#define DX_PARSER_ENCODE_H
#include "core/buf.h"
#include "core/err.h"

typedef struct dx_encoder dx_encoder;

/* `name` as dx_decoder_encoding() gives it; DX_E_USAGE when nobody can write it. */
DX_CHECK dx_rc dx_encoder_new(dx_encoder **out, const char *name, dx_err *err);
void dx_encoder_free(dx_encoder *e); /* NULL is fine */

/* The encoding's byte order mark; empty when it has none. */
dx_str dx_encoder_mark(const dx_encoder *e);
/* Adds `text`, whole characters of valid UTF-8.  U+2400 becomes the NUL that it stands for; what
 * the encoding cannot say becomes '?'.  Look at into->failed after. */
void dx_encode(dx_encoder *e, dx_str text, dx_buf *into);
#endif
