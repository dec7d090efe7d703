/* Reads files into readings: logs, members of archives, and what is none.  One per thread. */
#ifndef DX_CLI_READER_H
#define DX_CLI_READER_H
#include "cli/progress.h"
#include "cli/reading.h"
#include "parser/finder.h"
#include "parser/framer.h"
#include "patterns/cost.h"

typedef struct dx_reader dx_reader;

/* Shared by all readers, and outlives them. */
typedef struct dx_reader_options {
    const dx_formats *formats;
    const dx_rulebook *book; /* what to look for */
    const dx_framer_options *framing;
    dx_limits limits;
    dx_progress *progress;
    dx_cost *cost;  /* by signature; NULL: not measured */
    dx_str pasted;  /* the log that this is said of; empty: all */
    dx_str read_as; /* of a pasted text: how it was read, when not as it stands; or empty */
} dx_reader_options;

DX_CHECK dx_rc dx_reader_new(dx_reader **out, const dx_reader_options *options, dx_err *err);
void dx_reader_free(dx_reader *r); /* NULL is fine */

/* Takes a reading over; false: it wants no more, and this one was not taken. */
typedef bool dx_give_fn(void *ctx, dx_reading *reading);

/* Gives a reading for each log of the file and for each member that was not read, in their order.
 * One damaged log costs only itself; what ends the scan is a reading that is fatal. */
void dx_reader_run(dx_reader *r, const dx_found *file, dx_give_fn *give, void *ctx);
#endif
