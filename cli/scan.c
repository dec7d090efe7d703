#include "cli/around.h"
#include "cli/decide.h"
#include "cli/hints.h"
#include "cli/profile.h"
#include "cli/reading.h"
#include "cli/recall.h"
#include "cli/scan.h"

#include <stdlib.h>

#include "cli/version.h"
#include "report/census.h"
#include "report/tries.h"

/* One thread less than there are jobs: this one judges, too. */
static bool hire(dx_scan *s)
{
    const unsigned n = dx_scan_jobs(s->settings) - 1;
    dx_arena **into = dx_arena_get(s->whole, n * sizeof *into);
    bool good = into != NULL || n == 0;

    s->crew = (dx_crew){.into = into};
    for (; good && s->crew.n < n; s->crew.n += good)
        good = (into[s->crew.n] = dx_arena_new(0)) != NULL;
    return good;
}

static bool looks_elsewhere(const dx_rulebook *book)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(book, &rules);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < rules[i]->n_steps; k++)
            if (rules[i]->steps[k].anywhere)
                return true;
    return false;
}

dx_rc dx_scan_begin(dx_scan *s, dx_err *err)
{
    char hex[33];

    s->whole = dx_arena_new(0);
    s->run = dx_arena_new(0);
    s->log = dx_arena_new(0);
    if (!s->whole || !s->run || !s->log)
        return dx_nomem(err);
    if (s->counted_only && !(s->census = dx_census_new()))
        return dx_nomem(err);
    s->elsewhere = looks_elsewhere(s->know->book);
    dx_hash_hex(dx_rulebook_digest(s->know->book), hex);
    s->digest = dx_arena_copy(s->whole, dx_str_of(hex));
    if (!s->digest.p)
        return dx_nomem(err);
    if (s->settings->profile && !(s->cost = dx_profile_new(s->know->book, s->whole)))
        return dx_nomem(err);
    if (!hire(s))
        return dx_nomem(err);
    s->framing.n_openers = dx_rulebook_openers(s->know->book, &s->framing.openers);
    dx_progress_begin(&s->progress, s->settings);
    return dx_store_begin_scan(
        s->store,
        &(dx_scan_info){.ruleset_digest = s->digest,
                        .ruleset_version = dx_rulebook_version(s->know->book),
                        .program_version = dx_str_of(dx_version())},
        &s->id, err);
}

/* ---- from sightings to a report ---- */

typedef struct ranked {
    dx_sighting sighting;
    size_t rank; /* in the order read */
} ranked;

static int by_id(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->sighting.id != y->sighting.id)
        return x->sighting.id < y->sighting.id ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static int by_rank(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Each stands there once: attempts that are new get ids in the order read. */
static bool are_in_order(const ranked *list, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (list[i].sighting.id <= list[i - 1].sighting.id)
            return false;
    return true;
}

/* The first sighting of each attempt, in the order read: copies of a log add nothing. */
static size_t first_sightings(const dx_scan *s, ranked *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->n_sightings; i++)
        out[i] = (ranked){.sighting = s->sightings[i], .rank = i};
    if (are_in_order(out, s->n_sightings))
        return s->n_sightings;
    if (s->n_sightings)
        qsort(out, s->n_sightings, sizeof *out, by_id);
    for (size_t i = 0; i < s->n_sightings; i++) {
        if (kept == 0 || out[kept - 1].sighting.id != out[i].sighting.id)
            out[kept++] = out[i];
        else
            out[kept - 1].sighting.told = NULL; /* the store chooses which copy is shown */
    }
    if (kept)
        qsort(out, kept, sizeof *out, by_rank);
    return kept;
}

/* What was just stored need not be read back. */
static dx_rc read_case(dx_scan *s, const dx_sighting *at, dx_judged **out, dx_err *err)
{
    dx_judged *one = at->told ? at->told : dx_arena_get(s->run, sizeof *one);

    if (!one)
        return dx_nomem(err);
    one->seen_before = at->seen_before;
    *out = one;
    return at->told ? DX_OK : dx_store_brief(s->store, at->id, s->id, s->run, &one->of, err);
}

static dx_rc read_cases(dx_scan *s, const ranked *firsts, size_t n, dx_judged **out, dx_err *err)
{
    dx_rc rc = dx_store_look(s->store, err);

    if (rc != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; rc == DX_OK && i < n; i++)
        rc = read_case(s, &firsts[i].sighting, &out[i], err);
    dx_store_looked(s->store);
    return rc;
}

/* Cases of all sightings, each once, in the order read. */
static dx_rc cases_of(dx_scan *s, dx_judged ***out, size_t *n, dx_err *err)
{
    ranked *firsts = dx_arena_get(s->run, s->n_sightings * sizeof *firsts);
    if (!firsts && s->n_sightings)
        return dx_nomem(err);
    const size_t kept = first_sightings(s, firsts);
    dx_judged **attempts = dx_arena_get(s->run, kept * sizeof *attempts);
    if (!attempts && kept)
        return dx_nomem(err);
    if (read_cases(s, firsts, kept, attempts, err) != DX_OK)
        return DX_FAIL;
    *out = attempts;
    *n = kept;
    return DX_OK;
}

static dx_rc recall_all(dx_scan *s, dx_judged *const *judged, dx_report_attempt *attempts, size_t n,
                        dx_err *err)
{
    dx_rc rc = dx_store_look(s->store, err);

    if (rc != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; rc == DX_OK && i < n; i++)
        rc = dx_recall(s->store, judged[i], s->run, &attempts[i], err);
    dx_store_looked(s->store);
    return rc;
}

static dx_rc fill_attempts(dx_scan *s, dx_judged *const *judged, dx_report_attempt *attempts,
                           size_t n, dx_report *out, dx_err *err)
{
    if (recall_all(s, judged, attempts, n, err) != DX_OK)
        return DX_FAIL;
    out->attempts = attempts;
    out->n_attempts = n;
    out->order = dx_report_order(attempts, n, s->run);
    out->tries = dx_tries_new(attempts, n, s->run);
    if (!out->order || !out->tries)
        return dx_nomem(err);
    if (s->from_paths)
        dx_around_add(&(dx_around_options){s->framing.encoding, dx_scan_limits(s->settings)},
                      attempts, n, s->run);
    return DX_OK;
}

/* The logs that were put are kept. */
static void close_group(dx_store *store)
{
    dx_err late;

    if (dx_store_commit(store, &late) != DX_OK)
        dx_store_rollback(store);
}

static dx_rc find_hints(void *ctx, unsigned member, dx_judged *one, dx_err *err)
{
    return dx_hints_find(ctx, member, one->shown, err);
}

/* Attempts as the report will have them, as far as hints for them need it. */
static dx_report_attempt *show(dx_scan *s, dx_judged *const *judged, size_t n)
{
    dx_report_attempt *shown = dx_arena_get(s->run, n * sizeof *shown);

    for (size_t i = 0; shown && i < n; i++) {
        shown[i] = (dx_report_attempt){.of = &judged[i]->of, .verdict = &judged[i]->verdict};
        judged[i]->shown = &shown[i];
    }
    return shown;
}

static dx_rc judge_cases(dx_scan *s, dx_judge *judge, dx_judged *const *judged, size_t n,
                         dx_report_attempt **shown, dx_err *err)
{
    dx_hints *hints = shown ? dx_hints_new(s->know, &s->crew, s->run) : NULL;

    if (shown && (!hints || !(*shown = show(s, judged, n)))) {
        if (judge->grouped)
            close_group(s->store);
        return dx_nomem(err);
    }
    judge->weighed = hints ? find_hints : NULL;
    judge->weighed_ctx = hints;
    dx_rc rc = dx_judge_all(judge, judged, n, err);
    dx_hints_done(hints);
    return rc == DX_OK ? dx_decide(s->store, s->now_us, judged, n, s->run, err) : DX_FAIL;
}

dx_rc dx_scan_judge(dx_scan *s, dx_judged ***judged, size_t *n, dx_report_attempt **shown,
                    dx_err *err)
{
    dx_judge judge = {.store = s->store,
                      .book = s->know->book,
                      .scan = s->id,
                      .digest = s->digest,
                      .into = s->run,
                      .crew = s->crew,
                      .revised = s->census ? dx_scan_recount : NULL,
                      .revised_ctx = s};

    if (dx_scan_put(s, &judge.grouped, err) != DX_OK)
        return DX_FAIL;
    if (cases_of(s, judged, n, err) != DX_OK) {
        if (judge.grouped)
            close_group(s->store);
        return DX_FAIL;
    }
    return judge_cases(s, &judge, *judged, *n, shown, err);
}

/* Tells of what was read, or adds it to the census. */
static dx_rc fill_in(dx_scan *s, dx_report *out, dx_err *err)
{
    dx_report_attempt *shown;
    dx_judged **judged;
    size_t n;

    if (s->census)
        return dx_scan_portion(s, err);
    if (dx_scan_judge(s, &judged, &n, &shown, err) != DX_OK)
        return DX_FAIL;
    out->sources = s->sources;
    out->n_sources = s->n_sources;
    out->gaps = s->gaps;
    out->n_gaps = s->n_gaps;
    return fill_attempts(s, judged, shown, n, out, err);
}

dx_rc dx_scan_report(dx_scan *s, dx_report *out, dx_err *err)
{
    dx_report report = {.program_version = dx_str_of(dx_version()),
                        .ruleset_version = dx_rulebook_version(s->know->book),
                        .ruleset_digest = s->digest,
                        .ruleset_us = s->know->set.newest_us,
                        .now_us = s->now_us,
                        .store = s->store_name,
                        .db = dx_str_of(s->settings->db),
                        .census = s->census};

    if (fill_in(s, &report, err) != DX_OK)
        return DX_FAIL;
    /* No news is no good news: an empty folder may be one that was not mounted. */
    s->incomplete |= s->progress.logs == 0;
    report.complete = !s->incomplete;
    *out = report;
    return DX_OK;
}

dx_rc dx_scan_end(dx_scan *s, dx_err *err)
{
    return dx_store_end_scan(s->store, s->id, !s->incomplete, err);
}

void dx_scan_done(dx_scan *s)
{
    for (size_t i = 0; i < s->n_waiting; i++)
        dx_reading_free(s->waiting[i]);
    s->n_waiting = 0;
    dx_progress_done(&s->progress);
    for (unsigned i = 0; i < s->crew.n; i++)
        dx_arena_free(s->crew.into[i]);
    dx_census_free(s->census);
    dx_arena_free(s->log);
    dx_arena_free(s->run);
    dx_arena_free(s->whole);
    *s = (dx_scan){.settings = s->settings,
                   .know = s->know,
                   .store = s->store,
                   .store_name = s->store_name,
                   .now_us = s->now_us,
                   .framing = s->framing,
                   .counted_only = s->counted_only,
                   .begun = s->begun,
                   .begun_all = s->begun_all,
                   .begun_as = s->begun_as};
}
