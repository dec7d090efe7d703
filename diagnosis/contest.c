#include "diagnosis/bench.h"

/* A rival that is better by this many points has won; below it nobody has. */
#define CLEAR_LEAD 15

/* Two rules that give different reasons for the same message. */
static bool contend(const dx_hearing *a, const dx_hearing *b)
{
    return a != b && dx_rivals_mutual(a->rule, b->rule) &&
           dx_same_text(dx_hearing_anchor(a), dx_hearing_anchor(b));
}

/* The rival stands on another message, but would explain this one at least as well.  Sums, not
 * confidences: clamped numbers could let two rules drop each other. */
static bool is_covered(dx_bench *bench, const dx_hearing *h, const dx_hearing *other)
{
    dx_binding b;
    return h != other && dx_rivals_mutual(h->rule, other->rule) && !contend(h, other) &&
           dx_hear_at(bench, other, h->best.place[h->best.pivot], &b) && b.sum >= h->best.sum;
}

static const dx_rule_step *anchor_step(const dx_hearing *h)
{
    return &h->rule->steps[h->best.pivot];
}

static bool fill_one_text(const dx_event *a, const dx_event *b)
{
    return a->polarity == DX_FAILURE && b->polarity == DX_FAILURE && a->seq == b->seq &&
           a->attempt == b->attempt && a->at == b->at && a->text.n == b->text.n;
}

/* It takes the message under conditions where `h` takes any, or by a signature of its own for just
 * this text: then nobody has to name it as a rival. */
static bool looks_closer(const dx_hearing *other, const dx_hearing *h)
{
    const dx_event *its = dx_hearing_anchor(other), *mine = dx_hearing_anchor(h);

    if (its == mine)
        return anchor_step(other)->where.n > 0 && anchor_step(h)->where.n == 0;
    return fill_one_text(its, mine);
}

static bool is_outweighed(dx_bench *bench, const dx_court *court, const dx_hearing *h)
{
    for (size_t i = 0; i < court->n; i++) {
        const dx_hearing *other = &court->h[i];
        if (!dx_hearing_stands(other) || other->rule->general)
            continue;
        if ((other->confidence >= h->confidence + CLEAR_LEAD &&
             (contend(h, other) || looks_closer(other, h))) ||
            is_covered(bench, h, other))
            return true;
    }
    return false;
}

static void settle(dx_bench *bench, dx_court *court)
{
    for (size_t i = 0; i < court->n; i++) {
        dx_hearing *h = &court->h[i];
        if (dx_hearing_stands(h))
            h->fate = h->rule->general                 ? DX_H_ASIDE
                      : is_outweighed(bench, court, h) ? DX_H_OUTWEIGHED
                                                       : DX_H_FINDING;
    }
}

/* ---- frames ---- */

/* What ended something stands at most so many lines from the message that it ended. */
#define NEAR_LINES 400

static void raise(int *confidence, int to)
{
    *confidence = to > *confidence ? to : *confidence;
}

/* Where one of the messages that `h` claims is in reach, something so certain is told. */
static void mark_near(const dx_bench *bench, const dx_hearing *h, int *surest)
{
    const dx_event *events = bench->subject->events;
    const dx_event *last = NULL;
    for (size_t i = 0; i < bench->subject->n_events; i++) {
        last = h->claims[i] ? &events[i] : last;
        if (last && events[i].line - last->line <= NEAR_LINES)
            raise(&surest[i], h->confidence);
    }
    last = NULL;
    for (size_t i = bench->subject->n_events; i-- > 0;) {
        last = h->claims[i] ? &events[i] : last;
        if (last && last->line - events[i].line <= NEAR_LINES)
            raise(&surest[i], h->confidence);
    }
}

static bool is_told_frame(const dx_hearing *h)
{
    return h->fate == DX_H_FINDING && h->rule->frame;
}

/* Each of its messages has something near that says more: it is part of what is told there. */
static bool is_filled(const dx_bench *bench, const dx_hearing *frame, const int *surest)
{
    for (size_t i = 0; i < bench->subject->n_events; i++) {
        if (frame->claims[i] && surest[i] <= frame->confidence)
            return false;
    }
    return true;
}

static bool any_frame(const dx_court *court)
{
    for (size_t i = 0; i < court->n; i++) {
        if (is_told_frame(&court->h[i]))
            return true;
    }
    return false;
}

/* All are judged by what stood before one was dropped, so that their order does not matter. */
static void drop_frames(dx_bench *bench, dx_court *court)
{
    int *surest = any_frame(court) ? dx_bench_get(bench, bench->scratch, bench->subject->n_events,
                                                  sizeof *surest)
                                   : NULL;
    for (size_t i = 0; surest && i < court->n; i++) {
        if (court->h[i].fate == DX_H_FINDING)
            mark_near(bench, &court->h[i], surest);
    }
    for (size_t i = 0; surest && i < court->n; i++) {
        dx_hearing *h = &court->h[i];
        if (!is_told_frame(h) || !is_filled(bench, h, surest))
            continue;
        h->fate = DX_H_OUTWEIGHED;
        dx_court_explain(bench, court, h);
    }
}

/* ---- open questions ---- */

/* All that contend with the first, or with one that does. */
static size_t gather(dx_court *court, dx_hearing *first, dx_hearing **tied)
{
    size_t n = 0;
    tied[n++] = first;
    first->fate = DX_H_TIED;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < court->n; k++) {
            dx_hearing *other = &court->h[k];
            if (other->fate != DX_H_FINDING || !contend(tied[i], other))
                continue;
            other->fate = DX_H_TIED;
            tied[n++] = other;
        }
    }
    if (n == 1)
        first->fate = DX_H_FINDING;
    return n;
}

static bool is_listed(const dx_event_list *list, const dx_event *event)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->p[i] == event)
            return true;
    }
    return false;
}

static bool is_bound(dx_hearing *const *tied, size_t n, const dx_event *event)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < tied[i]->rule->n_steps; k++) {
            if (tied[i]->best.event[k] == event)
                return true;
        }
    }
    return false;
}

/* What the tied rules bind: the attempt's own events in order, then those of other attempts. */
static dx_event_list bound_events(dx_bench *bench, dx_hearing *const *tied, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most += tied[i]->rule->n_steps;
    dx_event_list list = {dx_bench_get(bench, bench->into, most, sizeof *list.p), 0};
    for (size_t i = 0; list.p && i < bench->subject->n_events; i++) {
        if (is_bound(tied, n, &bench->subject->events[i]))
            list.p[list.n++] = &bench->subject->events[i];
    }
    for (size_t i = 0; list.p && i < n; i++) {
        for (size_t k = 0; k < tied[i]->rule->n_steps; k++) {
            const dx_event *event = tied[i]->best.event[k];
            if (event && !is_listed(&list, event))
                list.p[list.n++] = event;
        }
    }
    return list;
}

static void leave_open(dx_bench *bench, dx_court *court, dx_hearing *const *tied, size_t n,
                       dx_undecided_list *out)
{
    const dx_event_list events = bound_events(bench, tied, n);
    dx_candidate *c = dx_bench_get(bench, bench->scratch, n, sizeof *c);
    if (!events.p || !c)
        return;
    for (size_t i = 0; i < n; i++) {
        c[i] = (dx_candidate){tied[i]->rule, &tied[i]->best, tied[i]->confidence};
        dx_court_explain(bench, court, tied[i]);
    }
    dx_undecided_add(bench, c, n, events, out);
}

void dx_contest(dx_bench *bench, dx_court *court, dx_undecided_list *out)
{
    dx_hearing **tied = dx_bench_get(bench, bench->scratch, court->n, sizeof(dx_hearing *));
    if (!tied)
        return;
    settle(bench, court);
    drop_frames(bench, court);
    for (size_t i = 0; i < court->n; i++) {
        if (court->h[i].fate != DX_H_FINDING)
            continue;
        const size_t n = gather(court, &court->h[i], tied);
        if (n > 1)
            leave_open(bench, court, tied, n, out);
        else
            dx_court_explain(bench, court, &court->h[i]);
    }
}

/* ---- what any program may say ---- */

/* The surer of two, the earlier in the log, the first by id. */
static bool goes_first(const dx_hearing *a, const dx_hearing *b)
{
    const size_t its = a->best.place[a->best.pivot], other = b->best.place[b->best.pivot];

    return a->confidence != b->confidence ? a->confidence > b->confidence : its < other;
}

static bool is_near(const dx_event *a, const dx_event *b)
{
    return (a->line > b->line ? a->line - b->line : b->line - a->line) <= NEAR_LINES;
}

/* The message that a general rule stands on is near one that the frame claims: it may say why. */
static bool may_fill(const dx_bench *bench, const dx_hearing *h, const dx_hearing *frame)
{
    const dx_event *events = bench->subject->events, *said = dx_hearing_anchor(h);

    for (size_t i = 0; i < bench->subject->n_events; i++)
        if (frame->claims[i] && is_near(&events[i], said))
            return true;
    return false;
}

/* A question is open near its message, of which that may be a part.  (Events of other attempts may
 * be in a question: their lines are those of another log.) */
static bool is_asked(const dx_undecided_list *open, const dx_hearing *h)
{
    const dx_event *said = dx_hearing_anchor(h);

    for (size_t i = 0; i < open->n; i++)
        for (size_t k = 0; k < open->p[i].n_events; k++) {
            const dx_event *e = open->p[i].events[k];
            if (e->attempt == said->attempt && is_near(e, said))
                return true;
        }
    return false;
}

/* Something as sure is told.  What only says that something ended is no reason in its place. */
static bool is_hidden(const dx_bench *bench, const dx_court *court, const dx_hearing *h)
{
    for (size_t i = 0; i < court->n; i++) {
        const dx_hearing *other = &court->h[i];
        if (other->fate == DX_H_FINDING && other->confidence >= h->confidence &&
            !(other->rule->frame && may_fill(bench, h, other)))
            return true;
    }
    return false;
}

static dx_hearing *best_aside(const dx_bench *bench, const dx_court *court,
                              const dx_undecided_list *open)
{
    dx_hearing *best = NULL;

    for (size_t i = 0; i < court->n; i++) {
        dx_hearing *h = &court->h[i];
        if (h->fate == DX_H_ASIDE && (!best || goes_first(h, best)) &&
            !is_hidden(bench, court, h) && !is_asked(open, h))
            best = h;
    }
    return best;
}

void dx_contest_aside(dx_bench *bench, dx_court *court, const dx_undecided_list *open)
{
    const dx_hearing *told = best_aside(bench, court, open);

    for (size_t i = 0; i < court->n; i++) {
        dx_hearing *h = &court->h[i];
        if (h->fate != DX_H_ASIDE)
            continue;
        h->fate = h == told ? DX_H_FINDING : DX_H_OUTWEIGHED;
        dx_court_explain(bench, court, h);
    }
    if (told)
        drop_frames(bench, court);
}
