/* What it costs to search texts with a signature's regex: for the people who write one. */
#ifndef DX_PATTERNS_METER_H
#define DX_PATTERNS_METER_H
#include "patterns/rulebook.h"

typedef struct dx_meter dx_meter;

/* Of a signature with a regex of its own.  In one of very many parts no steps are counted; that it
 * gives up at its own limits is seen all the same. */
DX_CHECK dx_rc dx_meter_new(dx_meter **out, const dx_signature *sig, dx_err *err);
void dx_meter_free(dx_meter *m); /* NULL is fine */

/* Finds all matches as the matcher does, within `limit` steps (dx_regex_find_counted()).
 * DX_RX_LIMIT when they do not suffice or a search gives up at its own limits; *first (may be
 * NULL) is the first match, *steps (may be NULL) what it took. */
dx_rx dx_meter_run(dx_meter *m, dx_str text, uint64_t limit, dx_span *first, uint64_t *steps);

/* The regex of a signature's first n pieces alone. */
DX_CHECK dx_rc dx_pieces_compile(dx_regex **out, const dx_signature *sig, size_t n, unsigned flags,
                                 dx_err *err);
#endif
