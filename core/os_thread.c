#define _POSIX_C_SOURCE 200809L
#include "core/os_thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct dx_thread {
    pthread_t id;
    void (*run)(void *);
    void *ctx;
};

void dx_thread_rest(int64_t us)
{
    const struct timespec rest = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

    nanosleep(&rest, NULL);
}

struct dx_mutex {
    pthread_mutex_t m;
};

struct dx_condition {
    pthread_cond_t c;
};

static void *enter(void *arg)
{
    dx_thread *t = arg;
    t->run(t->ctx);
    return NULL;
}

dx_rc dx_thread_start(dx_thread **out, void (*run)(void *), void *ctx, dx_err *err)
{
    dx_thread *t = calloc(1, sizeof *t);
    sigset_t caught, before;

    if (!t)
        return dx_nomem(err);
    *t = (dx_thread){.run = run, .ctx = ctx};
    /* A new thread inherits the mask. */
    sigemptyset(&caught);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &caught, &before);
    const int failed = pthread_create(&t->id, NULL, enter, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        free(t);
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE, "cannot start a thread: %s", strerror(failed));
    }
    *out = t;
    return DX_OK;
}

void dx_thread_join(dx_thread *t)
{
    if (!t)
        return;
    pthread_join(t->id, NULL);
    free(t);
}

dx_mutex *dx_mutex_new(void)
{
    dx_mutex *m = calloc(1, sizeof *m);
    if (m && pthread_mutex_init(&m->m, NULL) != 0) {
        free(m);
        return NULL;
    }
    return m;
}

void dx_mutex_free(dx_mutex *m)
{
    if (!m)
        return;
    pthread_mutex_destroy(&m->m);
    free(m);
}

void dx_mutex_lock(dx_mutex *m)
{
    pthread_mutex_lock(&m->m);
}

void dx_mutex_unlock(dx_mutex *m)
{
    pthread_mutex_unlock(&m->m);
}

/* With the clock that nobody sets. */
static bool begin_condition(pthread_cond_t *c)
{
    pthread_condattr_t how;

    if (pthread_condattr_init(&how) != 0)
        return false;
    const bool good =
        pthread_condattr_setclock(&how, CLOCK_MONOTONIC) == 0 && pthread_cond_init(c, &how) == 0;
    pthread_condattr_destroy(&how);
    return good;
}

dx_condition *dx_condition_new(void)
{
    dx_condition *c = calloc(1, sizeof *c);
    if (c && !begin_condition(&c->c)) {
        free(c);
        return NULL;
    }
    return c;
}

void dx_condition_free(dx_condition *c)
{
    if (!c)
        return;
    pthread_cond_destroy(&c->c);
    free(c);
}

void dx_condition_wait(dx_condition *c, dx_mutex *m)
{
    pthread_cond_wait(&c->c, &m->m);
}

void dx_condition_wait_for(dx_condition *c, dx_mutex *m, int64_t us)
{
    enum { US = 1000000, NS = 1000000000 };
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += us / US;
    until.tv_nsec += us % US * 1000;
    if (until.tv_nsec >= NS) {
        until.tv_sec++;
        until.tv_nsec -= NS;
    }
    pthread_cond_timedwait(&c->c, &m->m, &until);
}

void dx_condition_wake_all(dx_condition *c)
{
    pthread_cond_broadcast(&c->c);
}
