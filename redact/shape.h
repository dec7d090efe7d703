/* Texts of the same shape, drawn from a keyed function.  Inside redact/ only. */
#ifndef DX_REDACT_SHAPE_H
#define DX_REDACT_SHAPE_H
#include "redact/values.h"

/* Adds to *into what `text` (lower case) may become at the given try: the same for the same key,
 * text and try.  As many characters as text has; what is no letter becomes no letter. */
void dx_shape_draw(const unsigned char key[DX_REDACT_KEY], dx_shape shape, dx_str text,
                   unsigned try, dx_buf *into);
#endif
