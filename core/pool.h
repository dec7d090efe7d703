/* Workers that run jobs side by side and hand their results out in the order of the jobs.
 * One thread, the owner, puts jobs and takes results; what is in flight is bounded. */
#ifndef DX_CORE_POOL_H
#define DX_CORE_POOL_H
#include <stdbool.h>
#include "core/err.h"

typedef struct dx_pool dx_pool;
typedef struct dx_pool_outlet dx_pool_outlet; /* where one job's results go */

typedef struct dx_pool_options {
    unsigned workers;  /* 1 or more */
    size_t jobs_most;  /* put and not yet over; at least `workers` keeps all of them busy */
    size_t items_most; /* of one job, given and not yet taken: then the job waits */
    /* While more jobs than these wait for a worker, the owner is not woken for results but looks
     * for them 50 times a second; 0: it is. */
    size_t low;
    /* The owner runs jobs, too, when what it would take is not there yet: `workers` is its number.
     * Only for jobs that give at most items_most: nobody would take what it gives. */
    bool owner_helps;
    void *ctx; /* of the functions below */
    /* Runs in a worker; `worker` is 0 .. workers-1, the place of what that thread owns. */
    void (*run)(void *ctx, unsigned worker, void *job, dx_pool_outlet *out);
    /* Both may be NULL: what is still there when the pool is cancelled or freed. */
    void (*drop_job)(void *ctx, void *job);
    void (*drop_item)(void *ctx, void *item);
} dx_pool_options;

/* Starts the threads.  The options are copied; what ctx points to must outlive the pool. */
DX_CHECK dx_rc dx_pool_new(dx_pool **out, const dx_pool_options *options, dx_err *err);
/* Cancels, waits for the jobs that run, ends the threads.  NULL is fine. */
void dx_pool_free(dx_pool *p);

/* ---- the owner ---- */

/* jobs_most of them are put and not yet over. */
bool dx_pool_full(const dx_pool *p);
size_t dx_pool_jobs(const dx_pool *p);   /* put, of which not all results were taken */
void dx_pool_put(dx_pool *p, void *job); /* never when full */
/* Waits at most about so long until dx_pool_take() need not wait; false when it would still. */
bool dx_pool_await(dx_pool *p, unsigned us);
/* The next result of the oldest job, waiting for it; DX_END when no job is in
 * flight any more. */
dx_rc dx_pool_take(dx_pool *p, void **item);

/* ---- the jobs ---- */

/* In the job's thread, as often as it likes.  False after a cancel: the item stays the job's, which
 * should come to its end. */
bool dx_pool_give(dx_pool_outlet *out, void *item);
#endif
