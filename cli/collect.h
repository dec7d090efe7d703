/* What one log gave: the events of its records, and the errors that no signature knows. */
#ifndef DX_CLI_COLLECT_H
#define DX_CLI_COLLECT_H
#include "core/arena.h"
#include "core/event.h"
#include "parser/framer.h"
#include "patterns/matcher.h"

/* Of the errors nobody knows, those at the beginning and at the end of an attempt tell most. */
enum { DX_UNKNOWN_FIRST = 20, DX_UNKNOWN_LAST = 5, DX_UNKNOWN_BYTES = 2000 };
/* Of the records in which rules see a failure, the first are kept whole where they say more than
 * the match: new rules may see more in them. */
enum { DX_KEPT_FIRST = 20 };
/* What decides is often told just before an error: the records near the first unknown errors of an
 * attempt, and near the first that tell of a known failure or say that it failed, are kept, too. */
enum { DX_NEAR_ERRORS = 3, DX_NEAR_FAILURES = 4 };
/* Of an attempt in which rules know more messages than these, flood.h says which are kept. */
enum { DX_EVENTS_FIRST = 30000 };
/* A log from which more would have to be kept is hostile or broken. */
enum { DX_EVENTS_MAX = 200000 };

struct dx_collected;

typedef struct dx_collect {
    dx_arena *into;
    dx_framer *framer; /* of the log; NULL: nothing near a record is kept */
    dx_event *events;
    size_t n, cap;
    dx_event *kept; /* records, in order after dx_collect_finish() */
    size_t n_kept, cap_kept;
    uint32_t covered;         /* last line that an event reaches */
    struct dx_collected **of; /* by ordinal - 1 */
    size_t n_of, cap_of;
    dx_arena *passing; /* events that may not be kept; NULL until needed */
} dx_collect;          /* set `into` and `framer`, zero the rest; dx_collect_done() */

/* Where the events of this record are best made, until the next is asked for; NULL when out of
 * memory. */
dx_arena *dx_collect_room(dx_collect *c, const dx_record *rec);

/* The events of one record, the last that the framer gave, or the record itself when it is an
 * unknown error.
 * DX_E_LIMIT after DX_EVENTS_MAX events: what was collected before is good. */
DX_CHECK dx_rc dx_collect_add(dx_collect *c, const dx_record *rec, dx_events found, dx_err *err);
/* Puts the last unknown errors in and everything in order; drops what belongs to no attempt. */
DX_CHECK dx_rc dx_collect_finish(dx_collect *c, size_t n_attempts, dx_err *err);
/* How many messages of attempts that stand the rules know beside those that are kept. */
uint64_t dx_collect_lost(const dx_collect *c, size_t n_attempts);
void dx_collect_done(dx_collect *c); /* what was collected lives on in `into` */
#endif
