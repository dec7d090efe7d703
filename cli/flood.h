/* What an attempt says beyond its first many messages: a few of each kind, and the last of all, for
 * an end tells more than a middle. */
#ifndef DX_CLI_FLOOD_H
#define DX_CLI_FLOOD_H
#include "core/arena.h"
#include "core/event.h"

enum { DX_FLOOD_KIND = 10, DX_FLOOD_EARLY = 5000, DX_FLOOD_LAST = 1000 };

typedef struct dx_flood dx_flood;

dx_flood *dx_flood_new(void);    /* NULL when out of memory */
void dx_flood_free(dx_flood *f); /* NULL is fine */

/* The next event, in the order of the log.  *early: it is one of the first DX_FLOOD_KIND of its
 * signature and of the first DX_FLOOD_EARLY that are, and the caller's to keep; else a copy is kept
 * as long as it is among the last.  False when out of memory. */
bool dx_flood_add(dx_flood *f, const dx_event *e, bool *early);
/* Those that are no longer kept. */
uint64_t dx_flood_lost(const dx_flood *f);
/* The n (at most DX_FLOOD_LAST) that are kept, oldest first; event `i` lives as long as `f`. */
size_t dx_flood_count(const dx_flood *f);
const dx_event *dx_flood_at(const dx_flood *f, size_t i);
#endif
