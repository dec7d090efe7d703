/* How a thing of one release and week spreads over servers and days: what each server told on each
 * day, packed into a few bytes (tally_by.spread).  Sums by site and different servers of any window
 * come from these. */
#ifndef DX_DB_SQLITE_SPREAD_H
#define DX_DB_SQLITE_SPREAD_H
#include <sqlite3.h>
#include <stdint.h>
#include "core/buf.h"

typedef struct sq_part {
    int64_t place; /* 7 * server + day of the week, Monday 0 */
    int64_t events, attempts, failures;
} sq_part;

int64_t sq_part_place(int64_t server, int64_t day);

/* A packed list that is written; parts come by ascending place. */
typedef struct sq_packer {
    dx_buf *out; /* the list is added to it; out->failed shows want of memory */
    int64_t last;
} sq_packer;
void sq_pack(sq_packer *to, const sq_part *part);

/* A packed list that is read, part by part. */
typedef struct sq_spread {
    sq_part now;
    const unsigned char *p, *end;
} sq_spread;
sq_spread sq_spread_of(dx_str bytes); /* which must live as long */
/* False behind the last one, and where the bytes are not such a list. */
bool sq_spread_next(sq_spread *s);

/* Two lists added up; places whose attempts become 0 go. */
void sq_spread_add(dx_str a, dx_str b, dx_buf *out);

/* What SQL can do with them: dx_spread_add(a, b), and dx_spread(server, day, events, attempts,
 * failures), which adds up the rows of a group.  SQLite's codes. */
int sq_spread_register(sqlite3 *db);
#endif
