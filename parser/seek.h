/* What must be looked for in a log of one format so that no record that tells something is missed:
 * fragments of every regex that is tried on each record.  Inside parser/ only. */
#ifndef DX_PARSER_SEEK_H
#define DX_PARSER_SEEK_H
#include "core/arena.h"
#include "core/fragment.h"
#include "parser/format_impl.h"

typedef struct dx_seek {
    dx_str *literal; /* lower case, without blanks at the ends */
    size_t n, cap;
    dx_str why_not;          /* why records may not be skipped; empty when they may */
    bool dated;              /* records without any of these may have times */
    bool rare_stamps;        /* stamps are among the literals: most records have none */
    const dx_marker **blind; /* facts without a fragment: looked for until they are known */
    size_t n_blind, cap_blind;
} dx_seek;

/* Everything lives in `into`.  False when out of memory. */
bool dx_seek_of(const dx_format *format, dx_arena *into, dx_seek *out);
#endif
