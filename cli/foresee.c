#include "cli/foresee.h"

#include "core/os_thread.h"

/* The attempts of the log whose server has this name, of which the one in hand is `self`. */
static size_t gather(const dx_foresight *f, size_t i, dx_case *out, size_t *self)
{
    const dx_str server = f->judged[i].of.attempt.server;
    size_t n = 0;

    for (size_t k = 0; k < f->log->n_attempts; k++) {
        if (!dx_str_eq(f->judged[k].of.attempt.server, server))
            continue;
        if (k == i)
            *self = n;
        out[n++] = f->judged[k].of;
    }
    return n;
}

static bool weigh(const dx_foresight *f, size_t i)
{
    dx_case *cases = dx_arena_get(f->into, f->log->n_attempts * sizeof *cases);
    dx_judged *one = &f->judged[i];
    dx_err ignored; /* whoever judges it then meets the same */
    size_t self = 0;

    if (!cases)
        return false;
    const size_t n = gather(f, i, cases, &self);
    /* In which order attempts of a server happened the store tells. */
    if (n > 1 && dx_server_named(one->of.attempt.server))
        return true;
    if (dx_judge_case(f->book, cases, n, self, f->into, &one->verdict, &ignored) != DX_OK)
        return false;
    one->foreseen = n;
    return true;
}

static bool make_cases(dx_foresight *f)
{
    const size_t n = f->log->n_attempts;
    dx_stored *stored = dx_arena_get(f->into, n * sizeof *stored);
    dx_case *cases = dx_arena_get(f->into, n * sizeof *cases);

    f->judged = dx_arena_get(f->into, n * sizeof *f->judged);
    if (!stored || !cases || !f->judged)
        return false;
    for (size_t i = 0; i < n; i++)
        stored[i].whole = true;
    if (!dx_cases_of_log(f->log, stored, f->digest, f->into, cases))
        return false;
    for (size_t i = 0; i < n; i++)
        f->judged[i].of = cases[i];
    return true;
}

static void run(void *ctx)
{
    dx_foresight *f = ctx;

    f->good = make_cases(f);
    for (size_t i = 0; f->good && i < f->log->n_attempts; i++)
        f->good = weigh(f, i);
}

void dx_foresee(dx_foresight *f)
{
    dx_err ignored;

    f->judged = NULL;
    if (dx_thread_start(&f->thread, run, f, &ignored) != DX_OK)
        f->thread = NULL;
}

dx_judged *dx_foreseen(dx_foresight *f)
{
    if (!f->thread)
        return NULL;
    dx_thread_join(f->thread);
    f->thread = NULL;
    return f->good ? f->judged : NULL;
}
