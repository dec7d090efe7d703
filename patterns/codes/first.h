/* What to do first about a code.  For the files of this folder. */
#ifndef DX_PATTERNS_CODES_FIRST_H
#define DX_PATTERNS_CODES_FIRST_H
#include "patterns/codes/codes.h"

/* Reads one element of a file's list `first:` into *out; false when it is faulty,
 * which is told, or when out of memory, which is not. */
bool dx_code_first_read(const dx_ynode *map, dx_arena *into, dx_faults *faults, dx_code_first *out);

/* The advice for the narrowest range that holds the value; empty when there is none. */
dx_str dx_code_first_for(const dx_code_space *space, uint32_t value);

/* What a number means that no table of the namespace names; empty when it says nothing. */
dx_str dx_code_family_of(const dx_code_space *space, uint32_t value);
#endif
