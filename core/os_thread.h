/* Threads, mutexes and conditions of the operating system: the one place to port. */
#ifndef DX_CORE_OS_THREAD_H
#define DX_CORE_OS_THREAD_H
#include <stdint.h>
#include "core/err.h"

typedef struct dx_thread dx_thread;
/* Signals that dx_os_catch_interrupt() catches are left to the thread that starts the others. */
DX_CHECK dx_rc dx_thread_start(dx_thread **out, void (*run)(void *), void *ctx, dx_err *err);
void dx_thread_join(dx_thread *t); /* waits for its end and frees it; NULL is fine */
/* The calling thread does nothing for so many microseconds; less when a signal comes. */
void dx_thread_rest(int64_t us);

typedef struct dx_mutex dx_mutex;
dx_mutex *dx_mutex_new(void);    /* NULL when out of memory */
void dx_mutex_free(dx_mutex *m); /* NULL is fine; nobody may hold it */
void dx_mutex_lock(dx_mutex *m);
void dx_mutex_unlock(dx_mutex *m);

typedef struct dx_condition dx_condition;
dx_condition *dx_condition_new(void);    /* NULL when out of memory */
void dx_condition_free(dx_condition *c); /* NULL is fine; nobody may wait */
/* Lets the mutex go while it waits; may wake for no reason: ask again in a loop. */
void dx_condition_wait(dx_condition *c, dx_mutex *m);
/* The same, but for so many microseconds at most, whatever becomes of the clock on the wall. */
void dx_condition_wait_for(dx_condition *c, dx_mutex *m, int64_t us);
void dx_condition_wake_all(dx_condition *c);
#endif
