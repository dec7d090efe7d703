/* Remembers what was read, in the order of the walk: in the store, and for the report. */
#include "cli/reading.h"
#include "cli/scan.h"
#include "core/os.h"

#include <string.h>

/* A batch is one transaction; nothing waits for long, and no more logs than take 50 MiB. */
enum { BATCH_ROWS = 200000, BATCH_LOGS = 8192, WAIT_LOGS = 4096, WAIT_US = 1000000 };
/* Where other threads read it begins when so many logs wait, and takes up what comes meanwhile,
 * some at a time: so they need not wait, and few logs do.  What came before it is not stored in one
 * go: who stores finds the files, too, one for each log that is taken, and the others would soon
 * have none to read.  Then others may write for a share of the time that it took. */
enum { FIRST_LOGS = 512, MORE_LOGS = 64, TAKEN_LOGS = 32, HOLD_US = 500000, REST_SHARE = 4 };
/* Few events are weighed before a thread has begun, and many attempts by all threads at once. */
enum { FORESEE_FROM = 100, FORESEE_MOST = 64 };
/* Of a scan that is only counted: what is held of them takes some 50 MiB. */
enum { PORTION = 8192, PORTION_SOURCES = 50000 };
/* Of more events than these a copy beside the log's own would be the most memory that a scan takes:
 * they are read back when the log is gone. */
enum { COPIED_MOST = 50000 };

/* What was foreseen, or made now. */
static dx_judged *tell(dx_scan *s, const dx_log *log, const dx_stored *stored)
{
    const size_t n = log->n_attempts;
    dx_judged *told = dx_foreseen(&s->foresight);

    for (size_t i = 0; told && i < n; i++)
        dx_case_number(&told[i].of, &stored[i]);
    if (told)
        return told;
    told = dx_arena_get(s->run, n * sizeof *told);
    dx_case *cases = dx_arena_get(s->log, n * sizeof *cases);
    if (!told || !cases || !dx_cases_of_log(log, stored, s->digest, s->run, cases))
        return NULL;
    for (size_t i = 0; i < n; i++)
        told[i].of = cases[i];
    return told;
}

/* Of an attempt in which no signature saw anything there is nothing to say, whatever else is known
 * of its server: that is stored with it. */
static dx_rc close_silent(dx_scan *s, const dx_stored *stored, dx_judged *told, size_t n,
                          dx_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!stored[i].whole || stored[i].seen || told[i].of.n_events > 0 ||
            told[i].of.attempt.outcome == DX_FAILED) /* of which hints may tell something */
            continue;
        if (dx_store_put_verdict(s->store, s->id, stored[i].id, s->digest, &(dx_verdict){0}, err) !=
            DX_OK)
            return DX_FAIL;
        told[i].over = true;
    }
    return DX_OK;
}

static dx_rc store_log(dx_scan *s, const dx_log *log, dx_err *err)
{
    if (log->n_attempts == 0)
        return DX_OK;
    dx_stored *stored = dx_arena_get(s->log, log->n_attempts * sizeof *stored);
    if (!stored)
        return dx_nomem(err);
    if (dx_store_put_log(s->store, s->id, log, stored, err) != DX_OK)
        return DX_FAIL;
    const bool few = log->n_events <= COPIED_MOST;
    dx_judged *told = few ? tell(s, log, stored) : NULL;
    bool ok = told || !few;
    if (told && close_silent(s, stored, told, log->n_attempts, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; ok && i < log->n_attempts; i++)
        ok = DX_PUSH_MANY(s->run, s->sightings, s->n_sightings, s->cap_sightings,
                          (dx_sighting){.id = stored[i].id,
                                        .seen_before = stored[i].seen,
                                        .told = told && stored[i].whole ? &told[i] : NULL});
    return ok ? DX_OK : dx_nomem(err);
}

/* A copy, but an absent text stays absent. */
static bool keep(dx_scan *s, dx_str *text)
{
    if (text->n == 0) {
        *text = DX_NONE;
        return true;
    }
    *text = dx_arena_copy(s->run, *text);
    return text->p != NULL;
}

static bool note_gaps(dx_scan *s, const dx_reading *r)
{
    for (size_t i = 0; i < r->n_gaps; i++) {
        struct dx_report_gap gap = r->gaps[i];
        if (!keep(s, &gap.path) || !DX_PUSH(s->run, s->gaps, s->n_gaps, s->cap_gaps, gap))
            return false;
    }
    return true;
}

static bool note_source(dx_scan *s, const dx_reading *r)
{
    dx_report_source source = r->source;
    dx_str *notes = dx_arena_dup(s->run, source.notes, source.n_notes * sizeof *notes);
    bool ok = notes && keep(s, &source.path) && keep(s, &source.member) &&
              keep(s, &source.format) && keep(s, &source.encoding) &&
              keep(s, &source.encoding_how) && keep(s, &source.skipped);

    for (size_t i = 0; ok && i < source.n_notes; i++)
        ok = keep(s, &notes[i]);
    source.notes = notes;
    return ok && DX_PUSH_MANY(s->run, s->sources, s->n_sources, s->cap_sources, source);
}

static dx_rc remember(dx_scan *s, const dx_reading *r, dx_err *err)
{
    if (store_log(s, &r->log, err) != DX_OK || dx_scan_note_unread(s, r, err) != DX_OK)
        return DX_FAIL;
    s->incomplete |= r->gap;
    if (r->is_log)
        dx_progress_log(&s->progress);
    return note_gaps(s, r) && note_source(s, r) ? DX_OK : dx_nomem(err);
}

static void forget_first(dx_scan *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s->weight -= s->waiting[i]->weight;
        dx_reading_free(s->waiting[i]);
    }
    s->n_waiting -= n;
    if (s->n_waiting > 0)
        memmove(s->waiting, s->waiting + n, s->n_waiting * sizeof(struct dx_reading *));
}

/* The first of those that wait; after a failure all are gone. */
static dx_rc remember_first(dx_scan *s, size_t n, dx_err *err)
{
    dx_rc rc = DX_OK;

    for (size_t i = 0; rc == DX_OK && i < n; i++) {
        rc = remember(s, s->waiting[i], err);
        dx_arena_reset(s->log);
    }
    (void)dx_foreseen(&s->foresight); /* a log that was not stored goes now */
    forget_first(s, rc == DX_OK ? n : s->n_waiting);
    return rc;
}

/* What was stored before a failure stays stored. */
static dx_rc put_first(dx_scan *s, size_t n, dx_err *err)
{
    dx_err late;

    if (!s->storing && dx_store_begin(s->store, err) != DX_OK)
        return DX_FAIL;
    s->storing = false;
    if (remember_first(s, n, err) == DX_OK)
        return DX_OK;
    if (dx_store_commit(s->store, &late) != DX_OK)
        dx_store_rollback(s->store);
    return DX_FAIL;
}

static dx_rc put_waiting(dx_scan *s, dx_err *err)
{
    return put_first(s, s->n_waiting, err);
}

static dx_rc end_batch(dx_scan *s, bool storing, dx_err *err)
{
    s->storing = false;
    if (dx_store_commit(s->store, err) != DX_OK)
        return DX_FAIL;
    const int64_t now_us = dx_os_now_us();
    if (storing)
        s->rest_until_us = now_us + (now_us - s->batch.began_us) / REST_SHARE;
    return DX_OK;
}

dx_rc dx_scan_keep(dx_scan *s, dx_err *err)
{
    const bool storing = s->storing;

    if (s->n_waiting == 0 && !storing)
        return DX_OK;
    return put_waiting(s, err) == DX_OK ? end_batch(s, storing, err) : DX_FAIL;
}

unsigned dx_scan_left_us(const dx_scan *s)
{
    const int64_t held_us = s->storing ? dx_os_now_us() - s->batch.began_us : HOLD_US;

    /* A clock that was put back ends it, too. */
    return held_us >= 0 && held_us < HOLD_US ? (unsigned)(HOLD_US - held_us) : 0;
}

dx_rc dx_scan_yield(dx_scan *s, dx_err *err)
{
    return s->storing && dx_scan_left_us(s) == 0 ? end_batch(s, true, err) : DX_OK;
}

/* Begins a batch, or goes on with it. */
static dx_rc store_some(dx_scan *s, dx_err *err)
{
    const bool many = s->n_waiting > MORE_LOGS && s->weight < BATCH_ROWS;
    const size_t n = many ? MORE_LOGS : s->n_waiting;
    const int64_t now_us = dx_os_now_us();
    const uint64_t before = s->weight;

    if (!s->storing)
        s->batch = (struct dx_scan_batch){.began_us = now_us};
    if (put_first(s, n, err) != DX_OK)
        return DX_FAIL;
    s->batch.logs += n;
    s->batch.weight += before - s->weight;
    s->storing = true;
    s->oldest_us = now_us;
    s->taken = 0;
    return s->batch.logs >= BATCH_LOGS || s->batch.weight >= BATCH_ROWS ? end_batch(s, true, err)
                                                                        : DX_OK;
}

/* A log that came alone leaves the other threads with nothing to do. */
static void foresee(dx_scan *s)
{
    for (size_t i = 0; s->crew.n > 0 && i < s->n_waiting; i++) {
        const dx_log *log = &s->waiting[i]->log;
        if (log->n_events < FORESEE_FROM || log->n_events > COPIED_MOST ||
            log->n_attempts > FORESEE_MOST)
            continue;
        s->foresight = (dx_foresight){
            .book = s->know->book, .log = log, .digest = s->digest, .into = s->crew.into[0]};
        dx_foresee(&s->foresight);
    }
}

/* Of several logs it would depend on the time they took which of them are in the last batch, and so
 * which attempts the sums see before they are judged. */
dx_rc dx_scan_put(dx_scan *s, bool *open, dx_err *err)
{
    *open = s->n_waiting > 0 && s->n_logs == 1;
    if (!*open)
        return dx_scan_keep(s, err);
    foresee(s);
    const dx_rc rc = put_waiting(s, err);
    (void)dx_foreseen(&s->foresight); /* when the store did not even begin */
    return rc;
}

/* A batch may begin, or go on. */
static bool may_store(const dx_scan *s)
{
    return s->storing
               ? s->n_waiting >= MORE_LOGS && s->taken >= TAKEN_LOGS
               : s->n_logs > 1 && s->n_waiting >= FIRST_LOGS && dx_os_now_us() >= s->rest_until_us;
}

/* A log that came alone waits for another one, with any number of jobs. */
static bool is_due(const dx_scan *s)
{
    return s->weight >= BATCH_ROWS || s->n_waiting >= WAIT_LOGS || (s->aside && may_store(s)) ||
           (s->n_logs > 1 && dx_os_now_us() - s->oldest_us >= WAIT_US);
}

static dx_rc store_due(dx_scan *s, dx_err *err)
{
    if (!is_due(s))
        return DX_OK;
    return s->aside ? store_some(s, err) : dx_scan_keep(s, err);
}

static bool is_portion(const dx_scan *s)
{
    return s->n_portion >= PORTION || s->n_sources + s->n_waiting >= PORTION_SOURCES;
}

dx_rc dx_scan_take(dx_scan *s, dx_reading *reading, dx_err *err)
{
    if (reading->fatal.kind) {
        const dx_err fatal = reading->fatal;
        dx_reading_free(reading);
        if (dx_scan_keep(s, err) == DX_OK)
            *err = fatal;
        return DX_FAIL;
    }
    if (s->n_waiting == 0)
        s->oldest_us = dx_os_now_us();
    if (!DX_PUSH(s->run, s->waiting, s->n_waiting, s->cap_waiting, reading)) {
        dx_reading_free(reading);
        return dx_nomem(err);
    }
    s->weight += reading->weight;
    s->taken++;
    s->n_logs += reading->log.n_attempts > 0;
    s->n_portion += reading->log.n_attempts;
    if (store_due(s, err) != DX_OK)
        return DX_FAIL;
    /* Where a portion ends does not depend on the time. */
    return s->census && is_portion(s) ? dx_scan_portion(s, err) : DX_OK;
}
