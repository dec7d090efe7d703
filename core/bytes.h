/* Bytes by the block: what decoding and cutting lines do with every byte of a log.  AVX2 where the
 * processor has it, plain C elsewhere, with the same results. */
#ifndef DX_CORE_BYTES_H
#define DX_CORE_BYTES_H
#include <stdint.h>
#include "core/str.h"

/* Length of the run of bytes 0x01..0x7F that s begins with. */
size_t dx_ascii_run(dx_str s);

/* Bytes of well-formed UTF-8, NULs aside, that s begins with: whole characters only. */
size_t dx_utf8_run(dx_str s);

/* Turns the units 0x01..0x7F that a text in UTF-16 begins with into bytes; gives how many there
 * were.  `out` has room for raw.n / 2 bytes. */
size_t dx_utf16_ascii(dx_str raw, bool big_endian, char *out);

/* Offsets of c in s, ascending, at most `most`; s is shorter than 4 GiB. */
size_t dx_find_bytes(dx_str s, char c, uint32_t *at, size_t most);
#endif
