/* How a thing spreads over releases, servers and days of a week: what each server told on each day,
 * packed into a few bytes (tally_by.spread).  Sums by version and site and different servers of any
 * window come from these. */
#ifndef DX_DB_SQLITE_SPREAD_H
#define DX_DB_SQLITE_SPREAD_H
#include <sqlite3.h>
#include <stdint.h>
#include "core/buf.h"

/* ---- lists of one release (sqlite_spread.c) ---- */
typedef struct sq_part {
    int64_t place; /* 7 * server + day of the week, Monday 0 */
    int64_t events, attempts, failures;
} sq_part;

int64_t sq_part_place(int64_t server, int64_t day);
void sq_part_add(sq_part *to, const sq_part *more); /* at the same place */

/* Numbers by seven bits, the lowest first. */
void sq_pack_number(dx_buf *out, uint64_t v);
bool sq_unpack_number(const unsigned char **p, const unsigned char *end, uint64_t *v);
/* Of numbers that may be negative, with the sign in the lowest bit. */
static inline uint64_t sq_fold(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}
static inline int64_t sq_unfold(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

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
sq_spread sq_spread_of(dx_str bytes);  /* which must live as long */
bool sq_spread_next_any(sq_spread *s); /* sq_spread_next, whatever comes */

/* A number of at most two bytes; 0x4000 and more: it has more. */
static inline unsigned sq_short_number(const unsigned char **p)
{
    unsigned v = *(*p)++;
    if (v >= 0x80)
        v += ((unsigned)*(*p)++ << 7) - 0x80;
    return v;
}

/* The next one where its numbers are short, as nearly all are: one attempt with few events is one
 * to three bytes away from the one before; what is more than one attempt has at most two bytes of
 * events and one each of the rest, and is not the last of its list. */
static inline bool sq_spread_next_short(sq_spread *s)
{
    enum { LONGEST = 3 + 2 + 1 + 1, SHAPES = 3, OTHER = 2 };
    const unsigned char *p = s->p;
    const size_t left = (size_t)(s->end - p);
    if (left <= 3 && (left <= 1 || p[left - 2] >= 0x80))
        return false;
    unsigned step = sq_short_number(&p);
    if (step >= 0x4000)
        step += ((unsigned)*p++ << 14) - 0x4000;
    if (step >= 0x200000 || (left < LONGEST && *p >= 0x80))
        return false;
    const unsigned counts = sq_short_number(&p), shape = counts % SHAPES;
    if (counts >= 0x4000 || (shape == OTHER && (left < LONGEST || p[0] >= 0x80 || p[1] >= 0x80)))
        return false;
    s->now.place += step;
    s->now.events = shape == OTHER ? sq_unfold(counts / SHAPES) : (int64_t)(counts / SHAPES);
    s->now.attempts = shape == OTHER ? sq_unfold(p[0]) : 1;
    s->now.failures = shape == OTHER ? sq_unfold(p[1]) : (int64_t)shape;
    s->p = p + (shape == OTHER ? 2 : 0);
    return true;
}

/* False behind the last one, and where the bytes are not such a list. */
static inline bool sq_spread_next(sq_spread *s)
{
    if (s->p == s->end)
        return false;
    if (sq_spread_next_short(s))
        return true;
    /* So that *s may stay in registers, and counts that nobody asks for are not made. */
    sq_spread any = {.now.place = s->now.place, .p = s->p, .end = s->end};
    const bool more = sq_spread_next_any(&any);
    *s = any;
    return more;
}

/* Two lists added up; places whose attempts become 0 go. */
void sq_spread_add(dx_str a, dx_str b, dx_buf *out);

/* ---- lists of all releases of a week (sqlite_week.c) ---- */
typedef struct sq_week_packer {
    dx_buf *out;
    int64_t last;
} sq_week_packer;
/* Adds the list of a release, which come in ascending order; an empty one is left out. */
void sq_week_pack(sq_week_packer *to, int64_t release, dx_str list);

typedef struct sq_week {
    int64_t release;
    dx_str list; /* of that release */
    const unsigned char *p, *end;
} sq_week;
sq_week sq_week_of(dx_str bytes); /* which must live as long */
/* False behind the last one, and where the bytes are no such lists. */
bool sq_week_next(sq_week *w);

/* The lists of two weeks added up by release. */
void sq_week_add(dx_str a, dx_str b, dx_buf *out);

/* What SQL can do with them: dx_week_add(a, b), and dx_week(release, server, day, events, attempts,
 * failures), which adds up the rows of a group.  SQLite's codes. */
int sq_week_register(sqlite3 *db);
#endif
