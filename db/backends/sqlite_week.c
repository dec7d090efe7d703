/* The lists of a week, one release after the other: how far its number is from the one before, how
 * many bytes its list has, and the list. */
#include <stdlib.h>
#include "core/arena.h"
#include "db/backends/sqlite_spread.h"

void sq_week_pack(sq_week_packer *to, int64_t release, dx_str list)
{
    if (!list.n)
        return;
    sq_pack_number(to->out, (uint64_t)(release - to->last));
    sq_pack_number(to->out, list.n);
    dx_buf_add(to->out, list);
    to->last = release;
}

sq_week sq_week_of(dx_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    return (sq_week){.p = p, .end = p ? p + bytes.n : p};
}

bool sq_week_next(sq_week *w)
{
    uint64_t step, n;
    if (w->p == w->end || !sq_unpack_number(&w->p, w->end, &step) ||
        !sq_unpack_number(&w->p, w->end, &n) || step > UINT32_MAX || w->release > UINT32_MAX ||
        n > (uint64_t)(w->end - w->p)) {
        w->p = w->end;
        return false;
    }
    w->release += (int64_t)step;
    w->list = (dx_str){(const char *)w->p, (size_t)n};
    w->p += n;
    return true;
}

void sq_week_add(dx_str a, dx_str b, dx_buf *out)
{
    sq_week x = sq_week_of(a), y = sq_week_of(b);
    sq_week_packer to = {.out = out};
    dx_buf sum = {0};
    bool more_x = sq_week_next(&x), more_y = sq_week_next(&y);
    while (more_x || more_y) {
        const bool take_x = more_x && (!more_y || x.release <= y.release);
        const bool take_y = more_y && (!more_x || y.release <= x.release);
        dx_buf_clear(&sum);
        if (take_x && take_y)
            sq_spread_add(x.list, y.list, &sum);
        sq_week_pack(&to, take_x ? x.release : y.release,
                     take_x && take_y ? dx_buf_str(&sum)
                     : take_x         ? x.list
                                      : y.list);
        more_x = take_x ? sq_week_next(&x) : more_x;
        more_y = take_y ? sq_week_next(&y) : more_y;
    }
    out->failed |= sum.failed;
    dx_buf_done(&sum);
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

static void add_weeks(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    dx_buf sum = {0};
    (void)n;
    sq_week_add(blob_of(v[0]), blob_of(v[1]), &sum);
    give(ctx, &sum);
}

typedef struct told {
    int64_t release;
    sq_part part;
} told;

typedef struct group {
    told *p;
    size_t n, cap;
    dx_arena *arena;
} group;

static void step(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    group *g = sqlite3_aggregate_context(ctx, sizeof *g);
    (void)n;
    if (g && !g->arena)
        g->arena = dx_arena_new(0);
    const told one = {sqlite3_value_int64(v[0]),
                      {sq_part_place(sqlite3_value_int64(v[1]), sqlite3_value_int64(v[2])),
                       sqlite3_value_int64(v[3]), sqlite3_value_int64(v[4]),
                       sqlite3_value_int64(v[5])}};
    if (!g || !g->arena || !DX_PUSH_MANY(g->arena, g->p, g->n, g->cap, one))
        sqlite3_result_error_nomem(ctx);
}

static int by_place(const void *a, const void *b)
{
    const told *x = a, *y = b;
    if (x->release != y->release)
        return x->release < y->release ? -1 : 1;
    return (x->part.place > y->part.place) - (x->part.place < y->part.place);
}

/* The list of the release of the first one; how many make it up. */
static size_t pack_release(const told *p, size_t n, dx_buf *list)
{
    sq_packer to = {.out = list};
    size_t i = 0;
    while (i < n && p[i].release == p->release) {
        sq_part sum = p[i++].part;
        for (; i < n && by_place(&p[i - 1], &p[i]) == 0; i++)
            sq_part_add(&sum, &p[i].part);
        sq_pack(&to, &sum);
    }
    return i;
}

static void finish(sqlite3_context *ctx)
{
    group *g = sqlite3_aggregate_context(ctx, 0);
    dx_buf week = {0}, list = {0};
    sq_week_packer to = {.out = &week};
    if (g && g->n)
        qsort(g->p, g->n, sizeof *g->p, by_place);
    for (size_t i = 0; g && i < g->n;) {
        const int64_t release = g->p[i].release;
        dx_buf_clear(&list);
        i += pack_release(g->p + i, g->n - i, &list);
        week.failed |= list.failed;
        sq_week_pack(&to, release, dx_buf_str(&list));
    }
    if (g)
        dx_arena_free(g->arena);
    dx_buf_done(&list);
    give(ctx, &week);
}

int sq_week_register(sqlite3 *db)
{
    const int how = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    const int rc = sqlite3_create_function(db, "dx_week_add", 2, how, NULL, add_weeks, NULL, NULL);
    return rc != SQLITE_OK
               ? rc
               : sqlite3_create_function(db, "dx_week", 6, how, NULL, NULL, step, finish);
}
