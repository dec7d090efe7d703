#include "diagnosis/diagnose.h"

#include <stdlib.h>

#include "diagnosis/bench.h"

static int best_first(const void *a, const void *b)
{
    const dx_finding *x = a, *y = b;
    if (x->confidence != y->confidence)
        return x->confidence > y->confidence ? -1 : 1;
    return dx_str_cmp(x->diagnosis, y->diagnosis);
}

static void list_findings(dx_bench *bench, const dx_court *court, dx_verdict *out)
{
    dx_finding *all = dx_bench_get(bench, bench->into, court->n, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; all && i < court->n; i++) {
        if (court->h[i].fate == DX_H_FINDING)
            dx_finding_make(bench, court, &court->h[i], &all[n++]);
    }
    if (n > 1)
        qsort(all, n, sizeof *all, best_first);
    out->findings = all;
    out->n_findings = n;
}

/* An error line that a signature knows under another name is not unknown. */
static bool is_known(const dx_case *subject, size_t place)
{
    size_t from, to;
    dx_record_range(subject, place, &from, &to);
    for (size_t i = from; i < to; i++) {
        if (subject->events[i].polarity != DX_UNKNOWN &&
            dx_same_text(&subject->events[i], &subject->events[place]))
            return true;
    }
    return false;
}

static bool is_unexplained(const dx_bench *bench, const dx_court *court, size_t place)
{
    const dx_polarity polarity = bench->subject->events[place].polarity;
    if (polarity == DX_UNKNOWN && is_known(bench->subject, place))
        return false;
    return (polarity == DX_FAILURE || polarity == DX_UNKNOWN) &&
           !dx_court_explains(bench, court, place);
}

/* What nobody knows does not put a success into doubt, but it is counted. */
static bool is_survived(const dx_case *subject, size_t place)
{
    return subject->events[place].polarity == DX_UNKNOWN &&
           subject->attempt.outcome == DX_SUCCEEDED;
}

/* Seen by a rule that is not for successes, in one: mended on the way.  Once for a text. */
static bool is_tolerated(const dx_bench *bench, const dx_court *court, size_t place,
                         const dx_event *last)
{
    const dx_event *event = &bench->subject->events[place];
    return dx_court_tolerates(bench, court, place) && !dx_court_explains(bench, court, place) &&
           !(last && dx_same_text(last, event));
}

static void list_rest(dx_bench *bench, const dx_court *court, dx_verdict *out)
{
    const size_t n = bench->subject->n_events;
    const dx_event **unexplained = dx_bench_get(bench, bench->into, n, sizeof *unexplained);
    const dx_event **harmless = dx_bench_get(bench, bench->into, n, sizeof *harmless);
    if (!unexplained || !harmless)
        return;
    for (size_t i = 0; i < n; i++) {
        const dx_event *event = &bench->subject->events[i];
        const dx_event *last = out->n_harmless ? harmless[out->n_harmless - 1] : NULL;
        if (event->polarity == DX_HARMLESS || is_tolerated(bench, court, i, last))
            harmless[out->n_harmless++] = event;
        else if (dx_court_tolerates(bench, court, i) || !is_unexplained(bench, court, i))
            continue;
        else if (is_survived(bench->subject, i))
            out->n_unknown++;
        else
            unexplained[out->n_unexplained++] = event;
    }
    out->unexplained = unexplained;
    out->harmless = harmless;
}

static void judge(dx_bench *bench, dx_verdict *out)
{
    dx_court court;
    dx_undecided_list undecided = {0};
    dx_court_open(bench, &court);
    if (!bench->failed)
        dx_contest(bench, &court, &undecided);
    if (!bench->failed)
        dx_orphans(bench, &court, &undecided);
    if (!bench->failed)
        dx_contest_aside(bench, &court, &undecided);
    if (bench->failed)
        return;
    list_findings(bench, &court, out);
    list_rest(bench, &court, out);
    out->undecided = undecided.p;
    out->n_undecided = undecided.n;
}

dx_rc dx_diagnose(const dx_rulebook *book, const dx_case *subject, const dx_case *others,
                  size_t n_others, dx_arena *into, dx_verdict *out, dx_err *err)
{
    dx_bench bench;
    dx_verdict verdict = {0};
    if (subject->n_events == 0) { /* a rule speaks up only where it sees something */
        *out = verdict;
        return DX_OK;
    }
    if (dx_bench_open(&bench, book, subject, into)) {
        bench.others = others;
        bench.n_others = others ? n_others : 0;
        judge(&bench, &verdict);
    }
    dx_bench_close(&bench);
    if (bench.failed)
        return dx_nomem(err);
    *out = verdict;
    return DX_OK;
}
