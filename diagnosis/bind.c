#include "diagnosis/bench.h"

/* A step with a place in the order looks from what is bound outward, so that beyond this many
 * events that are too far away in time a near one only follows when a clock jumped.  Looking at
 * all of them for each candidate would take the square of their number. */
enum { FAR_EVENTS_MOST = 1000 };

/* ---- what a step sees ---- */

static bool is_called(const dx_signature *sig, dx_str id)
{
    if (id.n == 0)
        return false;
    if (dx_str_eq(sig->id, id))
        return true;
    for (size_t i = 0; i < sig->n_was; i++) {
        if (dx_str_eq(sig->was[i], id))
            return true;
    }
    return false;
}

bool dx_signature_carried(const dx_signature *sig, const dx_event *event)
{
    return is_called(sig, event->signature) || is_called(sig, event->base);
}

bool dx_step_sees(const dx_rule_step *step, const dx_event *event)
{
    for (size_t i = 0; i < step->n_sees; i++) {
        if (dx_signature_carried(step->sees[i], event))
            return true;
    }
    return false;
}

static bool fits(dx_bench *bench, const dx_rule_step *step, const dx_event *event)
{
    return dx_step_sees(step, event) &&
           dx_tests_hold(&step->where, event, bench->rx, bench->scratch);
}

/* The first `must` step, or DX_UNBOUND. */
static size_t anchor_of(const dx_rule *rule)
{
    for (size_t k = 0; k < rule->n_steps; k++) {
        if (rule->steps[k].need == DX_MUST)
            return k;
    }
    return DX_UNBOUND;
}

static bool step_touched(const dx_bench *bench, const dx_rule_step *step)
{
    for (size_t i = 0; i < step->n_sees; i++) {
        if (bench->present[step->sees[i]->index])
            return true;
    }
    return false;
}

/* ---- places ---- */

static bool collect_here(dx_bench *bench, const dx_rule_step *step, dx_places *out)
{
    size_t *at = NULL, n = 0, cap = 0;
    if (!step_touched(bench, step))
        return true;
    for (size_t i = 0; i < bench->subject->n_events; i++) {
        if (!fits(bench, step, &bench->subject->events[i]))
            continue;
        if (!DX_PUSH(bench->scratch, at, n, cap, i))
            return false;
    }
    out->at = at;
    out->n = n;
    return true;
}

static bool is_on_same_server(const dx_bench *bench, const dx_case *other)
{
    return dx_str_ieq(dx_attempt_machine(&other->attempt),
                      dx_attempt_machine(&bench->subject->attempt));
}

/* Attempts are numbered by their log. */
static bool is_inside(const dx_bench *bench, const dx_case *other)
{
    const dx_case *outer = bench->subject;

    return other->attempt.parent != 0 && other->attempt.parent == outer->attempt.ordinal &&
           is_on_same_server(bench, other) && dx_str_eq(other->path, outer->path) &&
           dx_str_eq(other->member, outer->member);
}

static bool collect_elsewhere(dx_bench *bench, const dx_rule_step *step, dx_places *out)
{
    const dx_event **found = NULL;
    size_t n = 0, cap = 0;
    for (size_t c = 0; (step->anywhere || step->inside) && c < bench->n_others; c++) {
        const dx_case *other = &bench->others[c];
        if (step->anywhere ? !is_on_same_server(bench, other) : !is_inside(bench, other))
            continue;
        for (size_t i = 0; i < other->n_events; i++) {
            if (!fits(bench, step, &other->events[i]))
                continue;
            if (!DX_PUSH(bench->scratch, found, n, cap, &other->events[i]))
                return false;
        }
    }
    out->elsewhere = found;
    out->n_elsewhere = n;
    return true;
}

static const dx_places *collect(dx_bench *bench, const dx_rule *rule)
{
    dx_places *places = dx_bench_get(bench, bench->scratch, rule->n_steps, sizeof *places);
    for (size_t k = 0; places && k < rule->n_steps; k++) {
        if (!collect_here(bench, &rule->steps[k], &places[k]) ||
            !collect_elsewhere(bench, &rule->steps[k], &places[k])) {
            bench->failed = true;
            return NULL;
        }
    }
    return places;
}

/* Index of the first place that is not below `limit`. */
static size_t first_from(const dx_places *p, size_t limit)
{
    size_t lo = 0, hi = p->n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (p->at[mid] < limit)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

bool dx_step_fits(const dx_hearing *h, size_t step, size_t place)
{
    const dx_places *p = &h->places[step];
    const size_t i = first_from(p, place);
    return i < p->n && p->at[i] == place;
}

/* ---- one candidate ---- */

bool dx_close_enough(const dx_rule *rule, const dx_event *a, const dx_event *b)
{
    if (rule->gap_us <= 0 || a->time_us == DX_NO_TIME || b->time_us == DX_NO_TIME)
        return true;
    /* Unsigned: the distance of two hostile stamps may not fit into int64_t. */
    const uint64_t apart = a->time_us > b->time_us ? (uint64_t)a->time_us - (uint64_t)b->time_us
                                                   : (uint64_t)b->time_us - (uint64_t)a->time_us;
    return apart <= (uint64_t)rule->gap_us;
}

static bool taken(const dx_binding *b, const dx_event *event)
{
    for (size_t k = 0; k < b->rule->n_steps; k++) {
        if (b->event[k] == event)
            return true;
    }
    return false;
}

/* Places in [*lo, *hi) keep step k in the order of the rule. */
static void window(const dx_binding *b, size_t k, size_t *lo, size_t *hi)
{
    if (b->rule->any_order)
        return;
    for (size_t s = 0; s < b->rule->n_steps; s++) {
        const size_t place = b->place[s];
        if (place == DX_UNBOUND)
            continue;
        if (s < k && place >= *lo)
            *lo = place + 1;
        if (s > k && place < *hi)
            *hi = place;
    }
}

/* Steps after the pivot take the earliest event of their window, steps before it the latest:
 * both are the nearest to what is bound already. */
static size_t pick(const dx_bench *bench, const dx_hearing *h, const dx_binding *b, size_t k)
{
    const dx_places *fit = &h->places[k];
    size_t lo = 0, hi = bench->subject->n_events;
    window(b, k, &lo, &hi);
    const size_t from = first_from(fit, lo), until = first_from(fit, hi);
    const bool backward = k < b->pivot && !b->rule->any_order;
    size_t far = 0;
    for (size_t i = from; i < until && far < FAR_EVENTS_MOST; i++) {
        const size_t place = fit->at[backward ? until - 1 - (i - from) : i];
        const dx_event *event = &bench->subject->events[place];
        const bool close = dx_close_enough(b->rule, event, b->event[b->pivot]);
        if (close && !taken(b, event))
            return place;
        far += !close && !b->rule->any_order;
    }
    return DX_UNBOUND;
}

static const dx_event *pick_elsewhere(const dx_hearing *h, const dx_binding *b, size_t k)
{
    for (size_t i = 0; i < h->places[k].n_elsewhere; i++) {
        const dx_event *event = h->places[k].elsewhere[i];
        if (!taken(b, event) && dx_close_enough(b->rule, event, b->event[b->pivot]))
            return event;
    }
    return NULL;
}

static void bind_step(const dx_bench *bench, const dx_hearing *h, dx_binding *b, size_t k)
{
    const size_t place = pick(bench, h, b, k);
    b->place[k] = place;
    b->event[k] = place == DX_UNBOUND ? pick_elsewhere(h, b, k) : &bench->subject->events[place];
}

static void bind_steps(const dx_bench *bench, const dx_hearing *h, dx_binding *b, bool must)
{
    const dx_rule *rule = h->rule;
    for (size_t k = b->pivot; k-- > 0;) {
        if ((rule->steps[k].need == DX_MUST) == must)
            bind_step(bench, h, b, k);
    }
    for (size_t k = b->pivot + 1; k < rule->n_steps; k++) {
        if ((rule->steps[k].need == DX_MUST) == must)
            bind_step(bench, h, b, k);
    }
}

static bool all_musts(const dx_binding *b)
{
    if (anchor_of(b->rule) == DX_UNBOUND)
        return false;
    for (size_t k = 0; k < b->rule->n_steps; k++) {
        if (b->rule->steps[k].need == DX_MUST && !b->event[k])
            return false;
    }
    return true;
}

/* `must` steps choose first, so that an optional one never takes the room of a necessary one. */
static void bind_from(dx_bench *bench, const dx_hearing *h, dx_binding *b, size_t pivot,
                      size_t place)
{
    for (size_t k = 0; k < h->rule->n_steps; k++) {
        b->event[k] = NULL;
        b->place[k] = DX_UNBOUND;
    }
    b->pivot = pivot;
    b->place[pivot] = place;
    b->event[pivot] = &bench->subject->events[place];
    bind_steps(bench, h, b, true);
    bind_steps(bench, h, b, false);
    b->complete = all_musts(b);
    b->sum = dx_ledger_sum(bench, b);
}

/* ---- the best candidate ---- */

static bool new_binding(dx_bench *bench, const dx_rule *rule, dx_binding *out)
{
    *out = (dx_binding){.rule = rule};
    out->event = dx_bench_get(bench, bench->scratch, rule->n_steps, sizeof *out->event);
    out->place = dx_bench_get(bench, bench->scratch, rule->n_steps, sizeof *out->place);
    return out->event && out->place;
}

static bool better(const dx_binding *a, const dx_binding *b)
{
    if (a->complete != b->complete)
        return a->complete;
    return a->sum > b->sum;
}

static void claim(dx_hearing *h, const dx_binding *b)
{
    for (size_t k = 0; b->complete && k < h->rule->n_steps; k++) {
        if (b->place[k] != DX_UNBOUND)
            h->claims[b->place[k]] = true;
    }
}

static void swap(dx_binding *a, dx_binding *b)
{
    const dx_binding other = *a;
    *a = *b;
    *b = other;
}

/* The attempt went on to succeed.  What a console shows behind the line that says so it did not get
 * over: one tool was done, and another failed.  (A log may tell late what was got over.) */
static bool is_got_over(const dx_bench *bench, const dx_hearing *h, size_t anchor)
{
    const dx_attempt *attempt = &bench->subject->attempt;
    const dx_places *seen = &h->places[anchor];

    if (!h->rule->not_on_success || attempt->outcome != DX_SUCCEEDED)
        return false;
    return attempt->outcome_line == 0 || !dx_format_is_printed(attempt->format) ||
           bench->subject->events[seen->at[seen->n - 1]].line <= attempt->outcome_line;
}

bool dx_hear(dx_bench *bench, const dx_rule *rule, dx_hearing *out)
{
    dx_binding best, trial;
    dx_hearing h = {.rule = rule, .best = {.rule = rule}};
    h.places = collect(bench, rule);
    h.claims = dx_bench_get(bench, bench->scratch, bench->subject->n_events, sizeof *h.claims);
    if (!h.places || !h.claims || !new_binding(bench, rule, &best) ||
        !new_binding(bench, rule, &trial))
        return false;

    const size_t anchor = anchor_of(rule);
    const size_t n = anchor == DX_UNBOUND ? 0 : h.places[anchor].n;
    for (size_t i = 0; i < n; i++) {
        bind_from(bench, &h, &trial, anchor, h.places[anchor].at[i]);
        claim(&h, &trial);
        if (i == 0 || better(&trial, &best))
            swap(&trial, &best);
    }
    if (n > 0)
        h.best = best;
    h.tolerated = n > 0 && is_got_over(bench, &h, anchor);
    h.confidence = h.best.complete && !h.tolerated ? dx_confidence(h.best.sum) : 0;
    *out = h;
    return true;
}

bool dx_hear_from(dx_bench *bench, const dx_hearing *h, const size_t *places, size_t n,
                  dx_binding *out)
{
    dx_binding best, trial;
    bool found = false;
    if (!new_binding(bench, h->rule, &best) || !new_binding(bench, h->rule, &trial))
        return false;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < h->rule->n_steps; k++) {
            if (!dx_step_fits(h, k, places[i]))
                continue;
            bind_from(bench, h, &trial, k, places[i]);
            if (!found || better(&trial, &best))
                swap(&trial, &best);
            found = true;
        }
    }
    if (found)
        *out = best;
    return found;
}

bool dx_hear_at(dx_bench *bench, const dx_hearing *h, size_t place, dx_binding *out)
{
    const size_t anchor = anchor_of(h->rule);
    dx_binding b;
    if (anchor == DX_UNBOUND || !dx_step_fits(h, anchor, place) || !new_binding(bench, h->rule, &b))
        return false;
    bind_from(bench, h, &b, anchor, place);
    *out = b;
    return b.complete;
}

bool dx_hearing_stands(const dx_hearing *h)
{
    return h->best.complete && !h->tolerated && h->confidence >= h->rule->floor;
}

const dx_event *dx_hearing_anchor(const dx_hearing *h)
{
    return h->best.complete ? h->best.event[h->best.pivot] : NULL;
}
