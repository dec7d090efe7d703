#include "core/pool.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/os_thread.h"

typedef enum job_state { JOB_WAITS, JOB_RUNS, JOB_OVER } job_state;

/* One job and its results, a ring of items_most. */
struct dx_pool_outlet {
    dx_pool *pool;
    void *job;
    job_state state;
    void **item;
    size_t first, n;
};

typedef struct worker {
    dx_pool *pool;
    dx_thread *thread;
    unsigned number;
} worker;

/* Jobs are numbered as they come; job i is in slot i % jobs_most.  All below the mutex. */
struct dx_pool {
    dx_pool_options o;
    dx_mutex *mutex;
    dx_condition *work;  /* for workers: a job waits, or the end */
    dx_condition *given; /* for the owner: an item, or a job is over */
    dx_condition *room;  /* for jobs: an item was taken, or the end */
    dx_pool_outlet *slot;
    void **items;
    worker *workers;
    size_t oldest, unbegun, next; /* oldest <= unbegun <= next */
    bool cancelled;
};

static dx_pool_outlet *slot_of(const dx_pool *p, size_t job)
{
    return &p->slot[job % p->o.jobs_most];
}

static bool has_result(const dx_pool *p)
{
    const dx_pool_outlet *out = slot_of(p, p->oldest);

    return p->oldest < p->next && (out->n > 0 || out->state == JOB_OVER);
}

static bool is_left_alone(const dx_pool *p)
{
    return p->next - p->unbegun > p->o.low && p->o.low > 0;
}

/* The owner waits for the oldest job alone, and looks at the next one itself.  To be woken costs
 * more than a short job, so it is not as long as there is enough to do for the others. */
static void tell_owner(dx_pool *p, bool now)
{
    if (has_result(p) && (now || !is_left_alone(p)))
        dx_condition_wake_all(p->given);
}

/* ---- workers ---- */

static bool await_job(dx_pool *p)
{
    while (!p->cancelled && p->unbegun == p->next)
        dx_condition_wait(p->work, p->mutex);
    return !p->cancelled;
}

static void run_next(dx_pool *p, unsigned number)
{
    dx_pool_outlet *out = slot_of(p, p->unbegun++);

    out->state = JOB_RUNS;
    dx_mutex_unlock(p->mutex);
    p->o.run(p->o.ctx, number, out->job, out);
    dx_mutex_lock(p->mutex);
    out->state = JOB_OVER;
    tell_owner(p, false);
}

static void work(void *arg)
{
    const worker *self = arg;
    dx_pool *p = self->pool;

    dx_mutex_lock(p->mutex);
    while (await_job(p))
        run_next(p, self->number);
    dx_mutex_unlock(p->mutex);
}

bool dx_pool_give(dx_pool_outlet *out, void *item)
{
    dx_pool *p = out->pool;
    const size_t most = p->o.items_most;

    dx_mutex_lock(p->mutex);
    while (!p->cancelled && out->n == most) {
        tell_owner(p, true);
        dx_condition_wait(p->room, p->mutex);
    }
    const bool taken = !p->cancelled;
    if (taken) {
        out->item[(out->first + out->n++) % most] = item;
        tell_owner(p, false);
    }
    dx_mutex_unlock(p->mutex);
    return taken;
}

/* ---- the owner ---- */

static bool make_rooms(dx_pool *p)
{
    const size_t jobs = p->o.jobs_most, items = p->o.items_most;

    if (jobs > SIZE_MAX / items)
        return false;
    p->mutex = dx_mutex_new();
    p->work = dx_condition_new();
    p->given = dx_condition_new();
    p->room = dx_condition_new();
    p->slot = calloc(jobs, sizeof *p->slot);
    p->items = calloc(jobs * items, sizeof *p->items);
    p->workers = calloc(p->o.workers, sizeof *p->workers);
    return p->mutex && p->work && p->given && p->room && p->slot && p->items && p->workers;
}

dx_rc dx_pool_new(dx_pool **out, const dx_pool_options *options, dx_err *err)
{
    dx_pool *p = calloc(1, sizeof *p);

    if (!p)
        return dx_nomem(err);
    p->o = *options;
    if (!make_rooms(p)) {
        dx_pool_free(p);
        return dx_nomem(err);
    }
    for (unsigned i = 0; i < p->o.workers; i++) {
        p->workers[i] = (worker){.pool = p, .number = i};
        if (dx_thread_start(&p->workers[i].thread, work, &p->workers[i], err) != DX_OK) {
            dx_pool_free(p);
            return DX_FAIL;
        }
    }
    *out = p;
    return DX_OK;
}

static void end_threads(dx_pool *p)
{
    dx_mutex_lock(p->mutex);
    p->cancelled = true;
    dx_condition_wake_all(p->work);
    dx_condition_wake_all(p->room);
    dx_mutex_unlock(p->mutex);
    for (unsigned i = 0; i < p->o.workers; i++)
        dx_thread_join(p->workers[i].thread);
}

static void drop_rest(dx_pool *p)
{
    for (size_t job = p->oldest; job < p->next; job++) {
        dx_pool_outlet *out = slot_of(p, job);
        if (out->state == JOB_WAITS && p->o.drop_job)
            p->o.drop_job(p->o.ctx, out->job);
        for (; p->o.drop_item && out->n > 0; out->n--)
            p->o.drop_item(p->o.ctx, out->item[out->first++ % p->o.items_most]);
    }
}

void dx_pool_free(dx_pool *p)
{
    if (!p)
        return;
    if (p->workers && p->mutex && p->work && p->room)
        end_threads(p);
    drop_rest(p);
    free(p->workers);
    free(p->items);
    free(p->slot);
    dx_condition_free(p->room);
    dx_condition_free(p->given);
    dx_condition_free(p->work);
    dx_mutex_free(p->mutex);
    free(p);
}

/* Only the owner moves these two ends. */
bool dx_pool_full(const dx_pool *p)
{
    return p->next - p->oldest == p->o.jobs_most;
}

size_t dx_pool_jobs(const dx_pool *p)
{
    return p->next - p->oldest;
}

void dx_pool_put(dx_pool *p, void *job)
{
    dx_mutex_lock(p->mutex);
    dx_pool_outlet *out = slot_of(p, p->next);
    *out = (dx_pool_outlet){.pool = p,
                            .job = job,
                            .state = JOB_WAITS,
                            .item = p->items + p->next % p->o.jobs_most * p->o.items_most};
    p->next++;
    dx_condition_wake_all(p->work);
    dx_mutex_unlock(p->mutex);
}

enum { LOOK_US = 20000 };

/* Nobody may tell what comes while it is left alone: the others may all be in long jobs then. */
static void await_result(dx_pool *p)
{
    if (is_left_alone(p))
        dx_condition_wait_for(p->given, p->mutex, LOOK_US);
    else
        dx_condition_wait(p->given, p->mutex);
}

/* An item of the oldest job that has one; jobs that are over and empty are left behind. */
static bool take(dx_pool *p, void **item)
{
    while (p->oldest < p->next) {
        dx_pool_outlet *out = slot_of(p, p->oldest);
        if (out->n > 0) {
            *item = out->item[out->first];
            out->first = (out->first + 1) % p->o.items_most;
            if (out->n-- == p->o.items_most)
                dx_condition_wake_all(p->room);
            return true;
        }
        if (out->state == JOB_OVER)
            p->oldest++;
        else if (p->o.owner_helps && p->unbegun < p->next)
            run_next(p, p->o.workers);
        else
            await_result(p);
    }
    return false;
}

/* There is something to take, or nothing will come. */
static bool is_settled(dx_pool *p)
{
    while (has_result(p) && slot_of(p, p->oldest)->n == 0)
        p->oldest++; /* over and empty */
    return p->oldest == p->next || has_result(p);
}

bool dx_pool_await(dx_pool *p, unsigned us)
{
    dx_mutex_lock(p->mutex);
    for (unsigned waited = 0; !is_settled(p) && waited < us; waited += LOOK_US)
        dx_condition_wait_for(p->given, p->mutex, LOOK_US);
    const bool settled = is_settled(p);
    dx_mutex_unlock(p->mutex);
    return settled;
}

dx_rc dx_pool_take(dx_pool *p, void **item)
{
    dx_mutex_lock(p->mutex);
    const bool any = take(p, item);
    dx_mutex_unlock(p->mutex);
    return any ? DX_OK : DX_END;
}
