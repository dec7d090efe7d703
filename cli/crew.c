#include "cli/crew.h"

#include <stdlib.h>

#include "core/pool.h"

enum { STRETCH = 64 };

typedef struct stretch {
    size_t from, to;
    dx_rc rc;
    dx_err err;
} stretch;

struct dx_crew_work {
    dx_crew_fn *part;
    void *ctx;
    dx_pool *pool; /* NULL: all of it is done when it is finished */
    unsigned member;
    size_t n;
    stretch list[];
};

static void run(void *ctx, unsigned member, void *job, dx_pool_outlet *out)
{
    const dx_crew_work *w = ctx;
    stretch *s = job;

    s->rc = w->part(w->ctx, member, s->from, s->to, &s->err);
    (void)dx_pool_give(out, s); /* they live as long as the work */
}

static dx_rc share_out(dx_crew_work *w, unsigned helpers, size_t n_stretches, dx_err *err)
{
    const dx_pool_options options = {.workers = helpers,
                                     .jobs_most = n_stretches,
                                     .items_most = 1,
                                     .owner_helps = true,
                                     .ctx = w,
                                     .run = run};

    if (dx_pool_new(&w->pool, &options, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n_stretches; i++) {
        w->list[i] =
            (stretch){.from = i * STRETCH, .to = i + 1 < n_stretches ? (i + 1) * STRETCH : w->n};
        dx_pool_put(w->pool, &w->list[i]);
    }
    return DX_OK;
}

dx_rc dx_crew_begin(dx_crew_work **out, const dx_crew *crew, size_t n, dx_crew_fn *part, void *ctx,
                    dx_err *err)
{
    const unsigned helpers = crew ? crew->n : 0;
    const size_t n_stretches = (n + STRETCH - 1) / STRETCH;
    const bool alone = helpers == 0 || n_stretches < 2;
    dx_crew_work *w = calloc(1, sizeof *w + (alone ? 0 : n_stretches) * sizeof *w->list);

    if (!w)
        return dx_nomem(err);
    *w = (dx_crew_work){.part = part, .ctx = ctx, .member = helpers, .n = n};
    if (!alone && share_out(w, helpers, n_stretches, err) != DX_OK) {
        free(w);
        return DX_FAIL;
    }
    *out = w;
    return DX_OK;
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

dx_rc dx_crew_end(dx_crew_work *w, dx_err *err)
{
    dx_rc rc = DX_OK;

    if (!w)
        return DX_OK;
    if (!w->pool && w->n > 0)
        rc = w->part(w->ctx, w->member, 0, w->n, err);
    while (w->pool && rc == DX_OK)
        rc = take(w->pool, err);
    dx_pool_free(w->pool);
    free(w);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

void dx_crew_drop(dx_crew_work *w)
{
    if (w)
        dx_pool_free(w->pool);
    free(w);
}
