/* The formats of the last logs and the clues that showed them.  Where the next log shows the same
 * clues, few other formats can have more points: so its format is known sooner, and is the same as
 * without this. */
#ifndef DX_PARSER_HUNCH_H
#define DX_PARSER_HUNCH_H
#include <stddef.h>
#include <stdint.h>
#include "parser/format.h"

enum { DX_HUNCHES = 4 };

typedef struct dx_hunch {
    const dx_format *format;
    uint64_t there, missing; /* of its clues that were asked for: a bit for each */
} dx_hunch;

/* Zero-initialise; of one thread.  The formats must outlive it. */
typedef struct dx_hunches {
    dx_hunch p[DX_HUNCHES]; /* the latest first */
    size_t n;
} dx_hunches;
#endif
