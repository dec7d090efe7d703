/* Which bytes a regex cannot tell apart. */
#ifndef DX_CORE_ALIKE_H
#define DX_CORE_ALIKE_H
#include <stdint.h>
#include "core/str.h"

enum { DX_ALIKE_BYTES = 128 };

/* Numbers ASCII's bytes, from 0 and in the order of the first of each number, so that two with the
 * same number may stand for each other in any text: the regex matches there as before, at the same
 * place.  Control characters are like nothing else. Takes any pattern that is right; false when it
 * uses what is not understood here (options, references, recursion, properties). */
bool dx_pattern_alike(dx_str pattern, uint8_t number[DX_ALIKE_BYTES]);
#endif
