/* The key behind the replacements, made of any bytes. */
#ifndef DX_REDACT_KEY_H
#define DX_REDACT_KEY_H
#include "redact/values.h"

/* SHA-256 of the bytes: the same file gives the same key, and so the same replacements. */
void dx_redact_key(dx_str bytes, unsigned char key[DX_REDACT_KEY]);
#endif
