/* Reads all files of a walk, several at a time, and hands the results on in the order of the walk.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cli/reader.h"
#include "cli/scan.h"
#include "core/os.h"
#include "core/pool.h"

/* Files for each thread: so many are found ahead, and more are found when so few are left.  As long
 * as what was read and waits is no more than so many rows, there are more of them for all threads:
 * to store a batch takes as long as to read some hundred short logs. */
enum { JOBS_MOST = 256, AHEAD = 32, LEFT = 16, READINGS_AHEAD = 16 };
enum { AHEAD_MORE = 512, ROWS_AHEAD = 10000 };

/* A file to be read, or what became of something that is none. */
typedef struct job {
    dx_found file; /* its path stands behind the job */
    dx_reading *skipped;
    struct job *next; /* among those that wait for their turn */
} job;

typedef struct crew {
    dx_scan *scan;
    dx_reader_options reading;
    unsigned n;
    dx_reader **reader;
    dx_pool *pool;                /* NULL until a file is read by another thread */
    bool one_path;                /* the user gave no more */
    _Atomic(uint64_t) rows;       /* of what was read and not yet taken */
    job *first_skip, **last_skip; /* found on the way to the next file */
    bool starved;
    dx_err *err; /* during a turn without the pool */
    dx_rc rc;
} crew;

unsigned dx_scan_jobs(const dx_settings *settings)
{
    const uint64_t wanted = settings->jobs ? settings->jobs : dx_os_cpus();
    return wanted < JOBS_MOST ? (unsigned)wanted : JOBS_MOST;
}

dx_limits dx_scan_limits(const dx_settings *settings)
{
    const uint64_t most = UINT32_MAX;
    const uint64_t depth = settings->limit_depth, members = settings->limit_members;
    return (dx_limits){
        .depth = (unsigned)(depth < most ? depth : most),
        .members = (unsigned)(members < most ? members : most),
        .bytes = settings->limit_bytes,
        .ratio = (unsigned)(settings->limit_ratio < most ? settings->limit_ratio : most),
    };
}

/* ---- jobs, in the threads of the pool ---- */

static void drop_job(void *ctx, void *work)
{
    job *j = work;
    (void)ctx;
    dx_reading_free(j->skipped);
    free(j);
}

static void drop_reading(void *ctx, void *reading)
{
    (void)ctx;
    dx_reading_free(reading);
}

/* Where one job's readings go. */
typedef struct giving {
    crew *crew;
    dx_pool_outlet *out;
} giving;

static bool give(void *ctx, dx_reading *reading)
{
    const giving *g = ctx;
    const uint64_t rows = reading->weight;

    atomic_fetch_add_explicit(&g->crew->rows, rows, memory_order_relaxed);
    if (dx_pool_give(g->out, reading))
        return true;
    atomic_fetch_sub_explicit(&g->crew->rows, rows, memory_order_relaxed);
    return false;
}

static void run(void *ctx, unsigned worker, void *work, dx_pool_outlet *out)
{
    crew *c = ctx;
    job *j = work;
    giving g = {c, out};

    if (!j->skipped)
        dx_reader_run(c->reader[worker], &j->file, give, &g);
    else if (give(&g, j->skipped))
        j->skipped = NULL;
    drop_job(NULL, j);
}

/* ---- who reads ---- */

static dx_rc need_reader(crew *c, unsigned i, dx_err *err)
{
    return c->reader[i] ? DX_OK : dx_reader_new(&c->reader[i], &c->reading, err);
}

static dx_rc need_pool(crew *c, dx_err *err)
{
    const dx_pool_options options = {.workers = c->n,
                                     .jobs_most = (size_t)c->n * AHEAD + AHEAD_MORE,
                                     .items_most = READINGS_AHEAD,
                                     .low = (size_t)c->n * LEFT,
                                     .ctx = c,
                                     .run = run,
                                     .drop_job = drop_job,
                                     .drop_item = drop_reading};

    for (unsigned i = 0; !c->pool && i < c->n; i++) {
        if (need_reader(c, i, err) != DX_OK)
            return DX_FAIL;
    }
    if (!c->pool && dx_pool_new(&c->pool, &options, err) != DX_OK)
        return DX_FAIL;
    c->scan->aside = true;
    return DX_OK;
}

/* ---- the order of the walk ---- */

static dx_rc take_one(crew *c, dx_err *err)
{
    void *taken;
    if (c->scan->storing && !dx_pool_await(c->pool, dx_scan_left_us(c->scan)) &&
        dx_scan_keep(c->scan, err) != DX_OK)
        return DX_FAIL;
    if (dx_scan_yield(c->scan, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = dx_pool_take(c->pool, &taken);
    if (rc != DX_OK)
        return rc;
    dx_reading *reading = taken;
    atomic_fetch_sub_explicit(&c->rows, reading->weight, memory_order_relaxed);
    return dx_scan_take(c->scan, reading, err);
}

static bool is_enough(crew *c)
{
    return dx_pool_full(c->pool) ||
           (dx_pool_jobs(c->pool) >= (size_t)c->n * AHEAD &&
            atomic_load_explicit(&c->rows, memory_order_relaxed) > ROWS_AHEAD);
}

static dx_rc drain(crew *c, dx_err *err)
{
    dx_rc rc = DX_OK;
    while (c->pool && rc == DX_OK)
        rc = take_one(c, err);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static bool take_at_once(void *ctx, dx_reading *reading)
{
    crew *c = ctx;
    if (c->rc != DX_OK)
        return false;
    c->rc = dx_scan_take(c->scan, reading, c->err);
    return true; /* taken, even when that failed */
}

/* In this thread, when all that comes before has been taken.  That may take long, so no batch waits
 * for it. */
static dx_rc run_here(crew *c, job *j, dx_err *err)
{
    c->rc = drain(c, err);
    if (c->rc == DX_OK && c->scan->storing)
        c->rc = dx_scan_keep(c->scan, err);
    if (c->rc == DX_OK)
        c->rc = need_reader(c, 0, err);
    c->err = err;
    c->scan->aside = false;
    if (c->rc == DX_OK && j->skipped) {
        take_at_once(c, j->skipped);
        j->skipped = NULL;
    } else if (c->rc == DX_OK) {
        dx_reader_run(c->reader[0], &j->file, take_at_once, c);
    }
    c->scan->aside = c->pool != NULL;
    drop_job(NULL, j);
    return c->rc;
}

/* A pipe may keep its reader waiting, whom only this thread can wake at an interrupt.  A log that
 * comes alone is looked through by others anyway, and has memory of this thread at hand; of the
 * members of an archive some are stored while others are read. */
static bool is_for_here(const crew *c, const job *j)
{
    if (c->n == 1 || (j->skipped && !c->pool))
        return true;
    if (j->skipped)
        return false;
    return j->file.info.kind != DX_FILE_PLAIN ||
           (c->one_path && j->file.asked && !dx_found_is_packed(&j->file));
}

static dx_rc put(crew *c, job *j, dx_err *err)
{
    if (is_for_here(c, j))
        return run_here(c, j, err);
    dx_rc rc = need_pool(c, err);
    while (rc == DX_OK && is_enough(c))
        rc = take_one(c, err);
    if (rc == DX_FAIL) {
        drop_job(NULL, j);
        return DX_FAIL;
    }
    dx_pool_put(c->pool, j);
    return DX_OK;
}

/* ---- finding ---- */

static job *job_of(const dx_found *file)
{
    const dx_str path = dx_str_of(file->path);
    job *j = calloc(1, sizeof *j + path.n + 1);

    if (!j)
        return NULL;
    j->file = *file;
    j->file.path = memcpy(j + 1, path.p, path.n);
    return j;
}

static void found_none(void *ctx, const dx_skip *skip)
{
    crew *c = ctx;
    job *j = calloc(1, sizeof *j);

    if (j)
        j->skipped = dx_reading_of_skip(skip);
    if (!j || !j->skipped) {
        c->starved = true;
        free(j);
        return;
    }
    *c->last_skip = j;
    c->last_skip = &j->next;
}

static dx_rc put_skips(crew *c, dx_err *err)
{
    dx_rc rc = DX_OK;

    while (c->first_skip) {
        job *j = c->first_skip;
        c->first_skip = j->next;
        if (rc == DX_OK)
            rc = put(c, j, err);
        else
            drop_job(NULL, j);
    }
    c->last_skip = &c->first_skip;
    return rc;
}

static dx_rc look_on(void *ctx, dx_err *err)
{
    crew *c = ctx;

    return dx_scan_yield(c->scan, err);
}

/* DX_END when there is no more. */
static dx_rc read_next(crew *c, dx_finder *finder, dx_err *err)
{
    dx_found file;
    dx_err why;
    const dx_rc rc = dx_finder_next(finder, &file, &why);

    if (put_skips(c, err) != DX_OK)
        return DX_FAIL;
    if (c->starved)
        return dx_nomem(err);
    if (rc == DX_OK) {
        if (strcmp(file.path, "-") == 0) {
            file.memory = c->scan->begun;
            file.goes_on = !c->scan->begun_all;
        }
        job *j = job_of(&file);
        return j ? put(c, j, err) : dx_nomem(err);
    }
    /* What was begun before an interrupt comes to an end of its own. */
    if (drain(c, err) != DX_OK)
        return DX_FAIL;
    if (rc == DX_FAIL)
        *err = why;
    return rc;
}

/* ---- the crew ---- */

enum { HELPERS_MOST = 4 }; /* for each of several long logs that are read side by side */

static void dismiss(crew *c)
{
    dx_pool_free(c->pool);
    for (unsigned i = 0; c->reader && i < c->n; i++)
        dx_reader_free(c->reader[i]);
    free(c->reader);
}

static dx_rc read_all(crew *c, const char *const *paths, size_t n, dx_err *err)
{
    dx_finder *finder = NULL;
    c->reader = calloc(c->n, sizeof(dx_reader *));
    dx_rc rc = c->reader ? DX_OK : dx_nomem(err);

    if (rc == DX_OK)
        rc = dx_finder_open(&finder, paths, n, found_none, c, err);
    const char *store = dx_store_file(c->scan->store);
    if (rc == DX_OK && store)
        rc = dx_finder_leave_out(finder, store, err);
    if (rc == DX_OK)
        dx_finder_tell_each(finder, look_on, c);
    while (rc == DX_OK)
        rc = read_next(c, finder, err);
    dx_finder_close(finder);
    if (rc == DX_END)
        return DX_OK;
    dx_err late;
    if ((err->kind == DX_E_CANCEL || c->scan->storing) && dx_scan_keep(c->scan, &late) != DX_OK)
        *err = late;
    return DX_FAIL;
}

dx_rc dx_scan_read(dx_scan *s, const char *const *paths, size_t n, dx_err *err)
{
    crew c = {.scan = s,
              .reading = {.formats = s->know->formats,
                          .book = s->know->book,
                          .cost = s->cost,
                          .pasted = DX_LIT("-"),
                          .read_as = s->begun_as,
                          .framing = &s->framing,
                          .limits = dx_scan_limits(s->settings),
                          .progress = &s->progress},
              .n = dx_scan_jobs(s->settings),
              .one_path = n == 1};
    c.last_skip = &c.first_skip;
    s->from_paths = true;
    s->framing.helpers = c.n - 1 < HELPERS_MOST ? c.n - 1 : HELPERS_MOST; /* the reader helps */
    const dx_rc rc = read_all(&c, paths, n, err);

    dismiss(&c);
    dx_progress_clear(&s->progress);
    return rc;
}
