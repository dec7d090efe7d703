/* Attempts that are stored are weighed again, because more is known of their servers now. */
#ifndef DX_CLI_REJUDGE_H
#define DX_CLI_REJUDGE_H
#include "cli/settings.h"
#include "db/store.h"

typedef struct dx_rejudge {
    dx_store *store;
    const dx_settings *settings; /* which rules */
    dx_arena *into;
} dx_rejudge;

/* Sorts the ids; one that stands there twice counts once.  Loads the rules and begins a scan of
 * its own unless there is nothing to do.  Fails as loading rules, reading and writing stores do. */
DX_CHECK dx_rc dx_rejudge_ids(const dx_rejudge *r, int64_t *attempts, size_t n, dx_err *err);
#endif
