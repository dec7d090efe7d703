/* Lines of a log that was read before, for somebody who wants to see what stood around a place. */
#ifndef DX_PARSER_AROUND_H
#define DX_PARSER_AROUND_H
#include "core/arena.h"
#include "core/attempt.h"
#include "parser/source.h"

/* The place is line..last_line (from 1), and begins with `text`. */
typedef struct dx_around {
    uint32_t line, last_line;
    dx_str text; /* its first line or a part of it, or lines made one; blanks do not count; empty:
                    anything */
    size_t n;    /* made: in the order of the log; none when the place is not there */
    const dx_log_line *lines;
} dx_around;

/* Physical lines before and behind a place, the most of the place itself, and bytes of each. */
enum { DX_AROUND_BEFORE = 3, DX_AROUND_OWN = 4, DX_AROUND_AFTER = 3, DX_AROUND_BYTES = 300 };

/* Fills the places of one log, which may overlap, in one pass that ends behind the last of them or
 * after about `most` raw bytes.  `encoding` as for dx_decoder_open().  A place that was not reached
 * has no lines; damage ends the log and is no failure.  The lines live in `into`. */
DX_CHECK dx_rc dx_around_read(dx_source *src, const char *encoding, uint64_t most,
                              dx_around *const *places, size_t n, dx_arena *into, dx_err *err);
#endif
