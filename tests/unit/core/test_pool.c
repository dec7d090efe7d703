#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/os_thread.h"
#include "core/pool.h"

enum { JOBS = 500, WORKERS_MOST = 7 };

/* Job i gives i % 4 results; each worker counts in a place of its own. */
typedef struct bench {
    size_t number[JOBS];
    size_t runs[WORKERS_MOST + 1]; /* the last is the owner, when it helps */
    size_t jobs_dropped, items_dropped;
} bench;

/* Makes the jobs end in another order than they began. */
static void dawdle(size_t seed)
{
    volatile size_t x = seed;
    for (size_t i = seed * 7919 % 5000; i > 0; i--)
        x = x * 31 + i;
}

static void give_some(void *ctx, unsigned worker, void *job, dx_pool_outlet *out)
{
    bench *b = ctx;
    const size_t i = *(size_t *)job;

    b->runs[worker]++;
    dawdle(i);
    for (size_t k = 0; k < i % 4; k++)
        assert_true(dx_pool_give(out, job));
}

static bool take_in_order(dx_pool *p, size_t *job, size_t *nth)
{
    void *item;

    if (dx_pool_take(p, &item) == DX_END)
        return false;
    while (*nth == *job % 4) {
        ++*job;
        *nth = 0;
    }
    assert_int_equal(*(size_t *)item, *job);
    ++*nth;
    return true;
}

static void run_once(unsigned workers, size_t jobs_most, size_t items_most, size_t low, bool helps)
{
    bench *b = calloc(1, sizeof *b);
    const dx_pool_options options = {.workers = workers,
                                     .jobs_most = jobs_most,
                                     .items_most = items_most,
                                     .low = low,
                                     .owner_helps = helps,
                                     .ctx = b,
                                     .run = give_some};
    dx_pool *p;
    dx_err err;
    size_t job = 0, nth = 0, runs = 0;

    assert_int_equal(dx_pool_new(&p, &options, &err), DX_OK);
    for (size_t i = 0; i < JOBS; i++) {
        while (dx_pool_full(p) && take_in_order(p, &job, &nth)) {
        }
        assert_true(dx_pool_jobs(p) < jobs_most);
        b->number[i] = i;
        dx_pool_put(p, &b->number[i]);
    }
    while (take_in_order(p, &job, &nth)) {
    }
    assert_int_equal(job, JOBS - 1);
    assert_int_equal(nth, (JOBS - 1) % 4);
    assert_int_equal(dx_pool_jobs(p), 0);
    dx_pool_free(p);
    for (unsigned i = 0; i <= workers; i++)
        runs += b->runs[i];
    assert_int_equal(runs, JOBS);
    if (!helps)
        assert_int_equal(b->runs[workers], 0);
    free(b);
}

/* However late the owner is woken. */
static void run_all(unsigned workers, size_t jobs_most, size_t items_most, bool helps)
{
    run_once(workers, jobs_most, items_most, 0, helps);
    run_once(workers, jobs_most, items_most, jobs_most / 2, helps);
    run_once(workers, jobs_most, items_most, 1, helps);
}

static void test_results_come_in_the_order_of_the_jobs(void **state)
{
    (void)state;
    run_all(1, 1, 1, false);
    run_all(1, 4, 2, false);
    run_all(2, 2, 1, false);
    run_all(WORKERS_MOST, 16, 3, false);
    run_all(1, 5, 3, true);
    run_all(WORKERS_MOST, 16, 3, true);
}

static void test_an_empty_pool_has_nothing_to_take(void **state)
{
    (void)state;
    const dx_pool_options options = {
        .workers = 2, .jobs_most = 2, .items_most = 1, .run = give_some};
    dx_pool *p;
    dx_err err;
    void *item;

    assert_int_equal(dx_pool_new(&p, &options, &err), DX_OK);
    assert_int_equal(dx_pool_take(p, &item), DX_END);
    dx_pool_free(p);
    dx_pool_free(NULL);
}

/* Gives until nobody wants any more. */
static void give_on(void *ctx, unsigned worker, void *job, dx_pool_outlet *out)
{
    (void)ctx;
    (void)worker;
    while (dx_pool_give(out, job)) {
    }
}

static void drop_job(void *ctx, void *job)
{
    (void)job;
    ((bench *)ctx)->jobs_dropped++;
}

static void drop_item(void *ctx, void *item)
{
    (void)item;
    ((bench *)ctx)->items_dropped++;
}

static void test_freeing_ends_jobs_that_wait_for_room(void **state)
{
    (void)state;
    bench b = {.number = {0}};
    const dx_pool_options options = {.workers = 2,
                                     .jobs_most = 8,
                                     .items_most = 3,
                                     .ctx = &b,
                                     .run = give_on,
                                     .drop_job = drop_job,
                                     .drop_item = drop_item};
    dx_pool *p;
    dx_err err;
    void *item;

    assert_int_equal(dx_pool_new(&p, &options, &err), DX_OK);
    for (size_t i = 0; i < 8; i++)
        dx_pool_put(p, &b.number[i]);
    assert_true(dx_pool_full(p));
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(dx_pool_take(p, &item), DX_OK);
        assert_ptr_equal(item, &b.number[0]);
    }
    dx_pool_free(p);
    /* Two never ended, so at most two began. */
    assert_true(b.jobs_dropped >= 6);
    assert_true(b.items_dropped <= 6);
}

/* One job that does not end before the results of those before it were taken. */
typedef struct patience {
    dx_mutex *mutex;
    dx_condition *changed;
    size_t taken;
} patience;

enum { PATIENT = 3, WAITING = 8 };

static void be_patient(void *ctx, unsigned worker, void *job, dx_pool_outlet *out)
{
    patience *p = ctx;
    (void)worker;
    dx_mutex_lock(p->mutex);
    while (*(size_t *)job == PATIENT && p->taken < PATIENT)
        dx_condition_wait(p->changed, p->mutex);
    dx_mutex_unlock(p->mutex);
    assert_true(dx_pool_give(out, job));
}

/* A job that does not end before the owner has waited in vain. */
static void test_waiting_for_a_result_may_be_given_up(void **state)
{
    (void)state;
    patience b = {.mutex = dx_mutex_new(), .changed = dx_condition_new()};
    const dx_pool_options options = {
        .workers = 1, .jobs_most = 2, .items_most = 1, .ctx = &b, .run = be_patient};
    size_t number[] = {PATIENT - 1, PATIENT};
    dx_pool *p;
    dx_err err;
    void *item;

    assert_int_equal(dx_pool_new(&p, &options, &err), DX_OK);
    assert_true(dx_pool_await(p, 1000)); /* there is nothing to wait for */
    dx_pool_put(p, &number[0]);
    dx_pool_put(p, &number[1]);
    while (!dx_pool_await(p, 1000)) {
    }
    assert_int_equal(dx_pool_take(p, &item), DX_OK);
    assert_false(dx_pool_await(p, 1000));
    dx_mutex_lock(b.mutex);
    b.taken = PATIENT;
    dx_condition_wake_all(b.changed);
    dx_mutex_unlock(b.mutex);
    assert_int_equal(dx_pool_take(p, &item), DX_OK);
    assert_ptr_equal(item, &number[1]);
    assert_int_equal(dx_pool_take(p, &item), DX_END);
    dx_pool_free(p);
    dx_condition_free(b.changed);
    dx_mutex_free(b.mutex);
}

static void test_results_are_taken_while_the_workers_are_in_long_jobs(void **state)
{
    (void)state;
    patience b = {.mutex = dx_mutex_new(), .changed = dx_condition_new()};
    const dx_pool_options options = {.workers = 1,
                                     .jobs_most = WAITING,
                                     .items_most = 1,
                                     .low = 1,
                                     .ctx = &b,
                                     .run = be_patient};
    size_t number[WAITING];
    dx_pool *p;
    dx_err err;
    void *item;

    assert_int_equal(dx_pool_new(&p, &options, &err), DX_OK);
    for (size_t i = 0; i < WAITING; i++) {
        number[i] = i;
        dx_pool_put(p, &number[i]);
    }
    for (size_t i = 0; i < WAITING; i++) {
        assert_int_equal(dx_pool_take(p, &item), DX_OK);
        assert_int_equal(*(size_t *)item, i);
        dx_mutex_lock(b.mutex);
        b.taken++;
        dx_condition_wake_all(b.changed);
        dx_mutex_unlock(b.mutex);
    }
    dx_pool_free(p);
    dx_condition_free(b.changed);
    dx_mutex_free(b.mutex);
}

typedef struct turn {
    dx_mutex *mutex;
    dx_condition *changed;
    unsigned whose, rounds;
} turn;

static void play(turn *t, unsigned me)
{
    for (unsigned i = 0; i < 100; i++) {
        dx_mutex_lock(t->mutex);
        while (t->whose != me)
            dx_condition_wait(t->changed, t->mutex);
        t->whose = !me;
        t->rounds++;
        dx_condition_wake_all(t->changed);
        dx_mutex_unlock(t->mutex);
    }
}

static void play_second(void *ctx)
{
    play(ctx, 1);
}

static void test_two_threads_take_turns(void **state)
{
    (void)state;
    turn t = {.mutex = dx_mutex_new(), .changed = dx_condition_new()};
    dx_thread *second;
    dx_err err;

    assert_non_null(t.mutex);
    assert_non_null(t.changed);
    assert_int_equal(dx_thread_start(&second, play_second, &t, &err), DX_OK);
    play(&t, 0);
    dx_thread_join(second);
    assert_int_equal(t.rounds, 200);
    dx_condition_free(t.changed);
    dx_mutex_free(t.mutex);
    dx_condition_free(NULL);
    dx_mutex_free(NULL);
    dx_thread_join(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results_come_in_the_order_of_the_jobs),
        cmocka_unit_test(test_an_empty_pool_has_nothing_to_take),
        cmocka_unit_test(test_results_are_taken_while_the_workers_are_in_long_jobs),
        cmocka_unit_test(test_waiting_for_a_result_may_be_given_up),
        cmocka_unit_test(test_freeing_ends_jobs_that_wait_for_room),
        cmocka_unit_test(test_two_threads_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
