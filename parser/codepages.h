/* Inside parser/: the 8-bit code pages that setup logs come in. */
#ifndef DX_PARSER_CODEPAGES_H
#define DX_PARSER_CODEPAGES_H
#include <stdint.h>
#include "core/buf.h"

typedef enum dx_codepage { DX_CP1252, DX_CP437, DX_CP850 } dx_codepage;

/* The character of a byte from 0x80 on; 0 when the page has none there. */
uint32_t dx_codepage_char(dx_codepage page, unsigned char byte);
/* Adds text of that page as UTF-8, U+FFFD for what the page does not have. */
void dx_codepage_add(dx_codepage page, dx_str text, dx_buf *into);
#endif
