/* A list is, for each part, how far its place is behind the one before, and its counts: usually one
 * attempt, so 3 * events + 0 (it did not fail) or + 1 (it failed) says all; else 3 * events + 2 and
 * then attempts and failures.  Numbers are written by seven bits, the lowest first; those behind a
 * 2 may be negative (a list of changes) and have their sign in the lowest bit. */
#include "db/backends/sqlite_spread.h"
#include <stdlib.h>
#include "core/arena.h"
#include "db/calendar.h"

enum { ONE_GOOD, ONE_FAILED, OTHER, SHAPES };

int64_t sq_part_place(int64_t server, int64_t day)
{
    const int64_t monday = dx_bucket_day(DX_GRAIN_WEEK, dx_bucket_of(DX_GRAIN_WEEK, day));
    return 7 * server + day - monday;
}

/* ---- writing ---- */

static uint64_t folded(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static void put(dx_buf *out, uint64_t v)
{
    char bytes[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        bytes[n++] = (char)(unsigned char)(v | 0x80);
    bytes[n++] = (char)(unsigned char)v;
    dx_buf_add(out, (dx_str){bytes, n});
}

void sq_pack(sq_packer *to, const sq_part *part)
{
    const bool one =
        part->attempts == 1 && part->events >= 0 && part->failures >= 0 && part->failures <= 1;
    put(to->out, (uint64_t)(part->place - to->last));
    to->last = part->place;
    if (one) {
        put(to->out, (uint64_t)part->events * SHAPES + (part->failures ? ONE_FAILED : ONE_GOOD));
        return;
    }
    put(to->out, folded(part->events) * SHAPES + OTHER);
    put(to->out, folded(part->attempts));
    put(to->out, folded(part->failures));
}

/* ---- reading ---- */

static bool get(sq_spread *s, uint64_t *v)
{
    *v = 0;
    for (unsigned shift = 0; s->p < s->end && shift < 64; shift += 7) {
        const unsigned char c = *s->p++;
        *v |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80)
            return true;
    }
    s->p = s->end;
    return false;
}

static int64_t unfolded(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

sq_spread sq_spread_of(dx_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    return (sq_spread){.p = p, .end = p ? p + bytes.n : p};
}

/* A count that somebody may have packed; very many of them still add up. */
static bool small(uint64_t v)
{
    return v < UINT64_C(1) << 40;
}

static bool get_other(sq_spread *s, uint64_t counts)
{
    uint64_t attempts = 0, failures = 0;
    if (!get(s, &attempts) || !get(s, &failures) || !small(attempts) || !small(failures))
        return false;
    s->now.events = unfolded(counts / SHAPES);
    s->now.attempts = unfolded(attempts);
    s->now.failures = unfolded(failures);
    return true;
}

bool sq_spread_next(sq_spread *s)
{
    uint64_t step, counts;
    if (s->p == s->end || !get(s, &step) || !get(s, &counts) || !small(step) || !small(counts) ||
        !small((uint64_t)s->now.place))
        return false;
    const unsigned shape = (unsigned)(counts % SHAPES);
    s->now = (sq_part){.place = s->now.place + (int64_t)step,
                       .events = (int64_t)(counts / SHAPES),
                       .attempts = 1,
                       .failures = shape == ONE_FAILED};
    return shape != OTHER || get_other(s, counts);
}

/* ---- adding ---- */

static sq_part sum_of(const sq_part *a, const sq_part *b)
{
    return (sq_part){a->place, a->events + b->events, a->attempts + b->attempts,
                     a->failures + b->failures};
}

void sq_spread_add(dx_str a, dx_str b, dx_buf *out)
{
    sq_spread x = sq_spread_of(a), y = sq_spread_of(b);
    sq_packer to = {.out = out};
    bool more_x = sq_spread_next(&x), more_y = sq_spread_next(&y);
    while (more_x || more_y) {
        const bool take_x = more_x && (!more_y || x.now.place <= y.now.place);
        const bool take_y = more_y && (!more_x || y.now.place <= x.now.place);
        const sq_part sum = take_x && take_y ? sum_of(&x.now, &y.now) : take_x ? x.now : y.now;
        if (sum.attempts)
            sq_pack(&to, &sum);
        more_x = take_x ? sq_spread_next(&x) : more_x;
        more_y = take_y ? sq_spread_next(&y) : more_y;
    }
}

/* ---- in SQL ---- */

static void give(sqlite3_context *ctx, dx_buf *list)
{
    const dx_str bytes = dx_buf_str(list);
    if (list->failed)
        sqlite3_result_error_nomem(ctx);
    else
        sqlite3_result_blob64(ctx, bytes.n ? bytes.p : "", bytes.n, SQLITE_TRANSIENT);
    dx_buf_done(list);
}

static dx_str blob_of(sqlite3_value *v)
{
    const void *p = sqlite3_value_blob(v);
    return p ? (dx_str){p, (size_t)sqlite3_value_bytes(v)} : DX_NONE;
}

static void add_lists(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    dx_buf sum = {0};
    (void)n;
    sq_spread_add(blob_of(v[0]), blob_of(v[1]), &sum);
    give(ctx, &sum);
}

typedef struct group {
    sq_part *p;
    size_t n, cap;
    dx_arena *arena;
} group;

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    group *g = sqlite3_aggregate_context(ctx, sizeof *g);
    (void)n;
    if (g && !g->arena)
        g->arena = dx_arena_new(0);
    const sq_part part = {sq_part_place(sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1])),
                          sqlite3_value_int64(v[2]), sqlite3_value_int64(v[3]),
                          sqlite3_value_int64(v[4])};
    if (!g || !g->arena || !DX_PUSH_MANY(g->arena, g->p, g->n, g->cap, part))
        sqlite3_result_error_nomem(ctx);
}

static int by_place(const void *a, const void *b)
{
    const int64_t x = ((const sq_part *)a)->place, y = ((const sq_part *)b)->place;
    return (x > y) - (x < y);
}

static void finish(sqlite3_context *ctx)
{
    group *g = sqlite3_aggregate_context(ctx, 0);
    dx_buf list = {0};
    sq_packer to = {.out = &list};
    if (g && g->n)
        qsort(g->p, g->n, sizeof *g->p, by_place);
    for (size_t i = 0; g && i < g->n;) {
        sq_part sum = g->p[i++];
        for (; i < g->n && g->p[i].place == sum.place; i++)
            sum = sum_of(&sum, &g->p[i]);
        sq_pack(&to, &sum);
    }
    if (g)
        dx_arena_free(g->arena);
    give(ctx, &list);
}

int sq_spread_register(sqlite3 *db)
{
    const int how = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    const int rc =
        sqlite3_create_function(db, "dx_spread_add", 2, how, NULL, add_lists, NULL, NULL);
    return rc != SQLITE_OK
               ? rc
               : sqlite3_create_function(db, "dx_spread", 5, how, NULL, NULL, step, finish);
}
