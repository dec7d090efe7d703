/* What a ClickHouse server and the profile of who asks would make of a question: other rows, or
 * other text, for the same words.  Inside db/ only. */
#ifndef DX_DB_CLICKHOUSE_PROFILE_H
#define DX_DB_CLICKHOUSE_PROFILE_H
#include "core/arena.h"
#include "core/buf.h"

typedef struct ch_profile {
    bool known;
    unsigned version; /* 2407 is 24.7; 0: it does not say */
    dx_str neutral;   /* "&limit=0&extremes=0": what sets right what it would change */
    const char *name; /* the first setting that would; NULL: none */
} ch_profile;

/* The statement that asks for it; one row. */
void ch_profile_ask(dx_buf *sql);
/* What was answered; no row: nothing is known, and nothing set right. */
void ch_profile_read(ch_profile *out, dx_str said, dx_arena *into);
/* What every question says beside that, whatever the profile: these settings every server knows. */
void ch_profile_always(dx_buf *target);
#endif
