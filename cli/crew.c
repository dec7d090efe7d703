#include "cli/crew.h"

#include <stdlib.h>

#include "core/pool.h"

enum { STRETCH = 64, AHEAD = 4 /* stretches for each thread */ };

typedef struct stretch {
    size_t from, to;
    dx_rc rc;
    dx_err err;
} stretch;

typedef struct work {
    dx_crew_fn *part;
    void *ctx;
} work;

static void run(void *ctx, unsigned member, void *job, dx_pool_outlet *out)
{
    const work *w = ctx;
    stretch *s = job;

    s->rc = w->part(w->ctx, member, s->from, s->to, &s->err);
    (void)dx_pool_give(out, s); /* all stretches are one array */
}

/* DX_END when there is none. */
static dx_rc take(dx_pool *pool, dx_err *err)
{
    void *item;

    if (dx_pool_take(pool, &item) == DX_END)
        return DX_END;
    const stretch *s = item;
    if (s->rc != DX_OK)
        *err = s->err;
    return s->rc;
}

static dx_rc share_out(dx_pool *pool, stretch *all, size_t n, dx_err *err)
{
    dx_rc rc = DX_OK;

    for (size_t i = 0; i < n; i++) {
        while (rc == DX_OK && dx_pool_full(pool))
            rc = take(pool, err);
        if (rc == DX_FAIL)
            return DX_FAIL;
        rc = DX_OK;
        dx_pool_put(pool, &all[i]);
    }
    while (rc == DX_OK)
        rc = take(pool, err);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc dx_crew_run(const dx_crew *crew, size_t n, dx_crew_fn *part, void *ctx, dx_err *err)
{
    work w = {part, ctx};
    const unsigned helpers = crew ? crew->n : 0;
    const size_t n_stretches = (n + STRETCH - 1) / STRETCH;
    const dx_pool_options options = {.workers = helpers,
                                     .jobs_most = ((size_t)helpers + 1) * AHEAD,
                                     .items_most = 1,
                                     .owner_helps = true,
                                     .ctx = &w,
                                     .run = run};
    dx_pool *pool;

    if (helpers == 0 || n_stretches < 2)
        return n > 0 ? part(ctx, helpers, 0, n, err) : DX_OK;
    stretch *all = calloc(n_stretches, sizeof *all);
    if (!all)
        return dx_nomem(err);
    for (size_t i = 0; i < n_stretches; i++)
        all[i] = (stretch){.from = i * STRETCH, .to = i + 1 < n_stretches ? (i + 1) * STRETCH : n};
    dx_rc rc = dx_pool_new(&pool, &options, err);
    if (rc == DX_OK) {
        rc = share_out(pool, all, n_stretches, err);
        dx_pool_free(pool);
    }
    free(all);
    return rc;
}
