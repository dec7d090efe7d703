/* A scan of which only the numbers are asked for holds no more than a portion of its attempts. */
#include "cli/decide.h"
#include "cli/scan.h"
#include "report/census.h"

static dx_rc count(dx_scan *s, const dx_case *of, const dx_verdict *verdict, bool seen, dx_err *err)
{
    const dx_report_attempt a = {.of = of, .seen_before = seen, .verdict = verdict};

    return dx_census_attempt(s->census, &a) ? DX_OK : dx_nomem(err);
}

dx_rc dx_scan_recount(void *scan, const dx_case *of, dx_verdict *verdict, dx_err *err)
{
    dx_scan *s = scan;

    if (!dx_census_knows(s->census, of->attempt.id))
        return DX_OK;
    /* What came since may be evidence; what is decided below is not stored. */
    if (s->elsewhere &&
        dx_store_put_verdict(s->store, s->id, of->attempt.id, s->digest, verdict, err) != DX_OK)
        return DX_FAIL;
    dx_judged one = {.of = *of, .verdict = *verdict}, *const list[] = {&one};
    if (dx_decide(s->store, s->now_us, list, 1, s->run, err) != DX_OK)
        return DX_FAIL;
    return count(s, of, &one.verdict, true, err);
}

/* All that lives in the arenas, too. */
static void forget(dx_scan *s)
{
    for (unsigned i = 0; i < s->crew.n; i++)
        dx_arena_reset(s->crew.into[i]);
    dx_arena_reset(s->run);
    s->sources = NULL;
    s->gaps = NULL;
    s->sightings = NULL;
    s->waiting = NULL;
    s->n_sources = s->cap_sources = s->n_gaps = s->cap_gaps = 0;
    s->n_sightings = s->cap_sightings = s->n_waiting = s->cap_waiting = 0;
    s->n_portion = 0;
}

dx_rc dx_scan_portion(dx_scan *s, dx_err *err)
{
    dx_judged **judged;
    size_t n;

    if (dx_scan_judge(s, &judged, &n, NULL, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (count(s, &judged[i]->of, &judged[i]->verdict, judged[i]->seen_before, err) != DX_OK)
            return DX_FAIL;
    for (size_t i = 0; i < s->n_sources; i++)
        if (!dx_census_source(s->census, &s->sources[i]))
            return dx_nomem(err);
    forget(s);
    return DX_OK;
}
