/* Messages that are known by their words, though their number was not copied. */
#ifndef DX_PATTERNS_CODES_SAID_H
#define DX_PATTERNS_CODES_SAID_H
#include "patterns/codes/codes.h"

/* A text with "Error 1706. " put before the sentence that this message is. */
typedef struct dx_numbered {
    dx_str text;    /* empty: no such sentence, or its number stands there */
    dx_str numbers; /* "1706", "1706, 1920": those that were put there */
} dx_numbered;

/* Reads the lines of a table's `said:` into *out; false when out of memory.  Faults are told. */
bool dx_code_said_read(const dx_ynode *node, dx_arena *into, dx_faults *faults, dx_code_space *out);

/* Everything lives in `into`; fails only when out of memory. */
DX_CHECK dx_rc dx_codes_number(const dx_codes *codes, dx_str text, dx_arena *into, dx_numbered *out,
                               dx_err *err);
#endif
