#include "report/judge.h"

#include <stdlib.h>
#include <string.h>

const char *const dx_ending_names[] = {"failed",    "undecided", "unclear", "resolved",  "silenced",
                                       "cancelled", "cut off",   "silent",  "succeeded", NULL};

bool dx_report_counts(const dx_report_attempt *a, const dx_event *e)
{
    const dx_outcome outcome = a->of->attempt.outcome;

    return e->polarity == DX_FAILURE || (outcome != DX_SUCCEEDED && outcome != DX_CANCELLED);
}

static bool has_open_finding(const dx_verdict *v)
{
    for (size_t i = 0; i < v->n_findings; i++)
        if (v->findings[i].state < DX_RESOLVED)
            return true;
    return false;
}

static bool has_silenced_finding(const dx_verdict *v)
{
    for (size_t i = 0; i < v->n_findings; i++)
        if (v->findings[i].state == DX_SILENCED)
            return true;
    return false;
}

static bool has_failure(const dx_verdict *v)
{
    for (size_t i = 0; i < v->n_unexplained; i++)
        if (v->unexplained[i]->polarity == DX_FAILURE)
            return true;
    return false;
}

static dx_ending ending_without_finding(const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;

    if (a->of->attempt.outcome == DX_FAILED || has_failure(v))
        return DX_ENDED_FAILED;
    switch (a->of->attempt.outcome) {
    case DX_SUCCEEDED:
        return DX_ENDED_SUCCEEDED;
    case DX_CANCELLED:
        return DX_ENDED_CANCELLED;
    case DX_CUT_OFF:
        return v->n_unexplained > 0 ? DX_ENDED_UNCLEAR : DX_ENDED_CUT_OFF;
    case DX_UNDECIDED:
    case DX_FAILED:
        break;
    }
    return v->n_unexplained > 0 ? DX_ENDED_UNCLEAR : DX_ENDED_SILENT;
}

bool dx_report_stopped(const dx_report_attempt *a, const dx_finding *f)
{
    return f->state < DX_RESOLVED &&
           dx_cause_stopped(a->of->attempt.outcome, f->cause_class, f->confidence);
}

/* Nothing but that somebody stopped it is found. */
static bool is_stopped(const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;

    for (size_t i = 0; i < v->n_findings; i++)
        if (v->findings[i].state < DX_RESOLVED && !dx_report_stopped(a, &v->findings[i]))
            return false;
    return v->n_undecided == 0 && !has_failure(v);
}

dx_ending dx_report_ending(const dx_report_attempt *a)
{
    if (has_open_finding(a->verdict))
        return is_stopped(a) ? DX_ENDED_CANCELLED : DX_ENDED_FAILED;
    if (a->verdict->n_undecided > 0)
        return DX_ENDED_UNDECIDED;
    if (has_silenced_finding(a->verdict))
        return DX_ENDED_SILENCED;
    if (a->verdict->n_findings > 0)
        return DX_ENDED_RESOLVED;
    return ending_without_finding(a);
}

static bool same_log(const dx_report_attempt *x, const dx_report_attempt *y)
{
    return dx_str_eq(x->of->path, y->of->path) && dx_str_eq(x->of->member, y->of->member);
}

static bool is_inside(const dx_report_attempt *inner, const dx_report_attempt *outer)
{
    const dx_ending ending = dx_report_ending(inner);

    return inner->of->attempt.parent == outer->of->attempt.ordinal &&
           inner->verdict->n_findings + inner->verdict->n_undecided > 0 &&
           (ending <= DX_ENDED_UNDECIDED || ending == DX_ENDED_CANCELLED);
}

/* Attempts of one log stand side by side. */
const dx_report_attempt *dx_report_because(const dx_report *r, size_t attempt)
{
    const dx_report_attempt *outer = &r->attempts[attempt];

    for (size_t i = attempt + 1; i < r->n_attempts && same_log(&r->attempts[i], outer); i++)
        if (is_inside(&r->attempts[i], outer))
            return &r->attempts[i];
    for (size_t i = attempt; i-- > 0 && same_log(&r->attempts[i], outer);)
        if (is_inside(&r->attempts[i], outer))
            return &r->attempts[i];
    return NULL;
}

static int certainty(const dx_report_attempt *a)
{
    int best = 0;

    for (size_t i = 0; i < a->verdict->n_findings; i++)
        if (a->verdict->findings[i].confidence > best)
            best = a->verdict->findings[i].confidence;
    return best;
}

typedef struct placed {
    size_t log, attempt; /* as read */
    int certainty;
} placed;

static int by_certainty(const void *a, const void *b)
{
    const placed *x = a, *y = b;

    if (x->log != y->log)
        return x->log < y->log ? -1 : 1;
    if (x->certainty != y->certainty)
        return x->certainty > y->certainty ? -1 : 1;
    return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

const size_t *dx_report_order(const dx_report_attempt *attempts, size_t n, dx_arena *into)
{
    placed *all = dx_arena_get(into, (n + 1) * sizeof *all);
    size_t *order = dx_arena_get(into, (n + 1) * sizeof *order);

    if (all == NULL || order == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const bool same = i > 0 && same_log(&attempts[i], &attempts[i - 1]);
        all[i] = (placed){i == 0 ? 0 : all[i - 1].log + !same, i, certainty(&attempts[i])};
    }
    qsort(all, n, sizeof *all, by_certainty);
    for (size_t i = 0; i < n; i++)
        order[i] = all[i].attempt;
    return order;
}

static bool holds(const dx_case *c, const dx_event *e)
{
    const uintptr_t first = (uintptr_t)c->events, at = (uintptr_t)e;

    return c->n_events > 0 && at >= first && at < first + c->n_events * sizeof *c->events;
}

const dx_case *dx_report_locate(const dx_report *r, const dx_report_attempt *a, const dx_event *e)
{
    if (a->of->n_events == 0 || holds(a->of, e))
        return a->of;
    for (size_t i = 0; i < r->n_attempts; i++)
        if (holds(r->attempts[i].of, e))
            return r->attempts[i].of;
    return NULL;
}

dx_str dx_key_str(const char key[10])
{
    const char *end = memchr(key, 0, 10);

    return (dx_str){key, end ? (size_t)(end - key) : 10};
}

const char *dx_plural(size_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void say_failures(const dx_totals *t, dx_buf *out)
{
    if (t->failed > 0)
        dx_buf_printf(out, "%zu failed %s on %zu of %zu %s", t->failed,
                      dx_plural(t->failed, "attempt", "attempts"), t->failed_servers, t->servers,
                      dx_plural(t->servers, "server", "servers"));
    else
        dx_buf_printf(out, "No certain failure on %zu %s", t->servers,
                      dx_plural(t->servers, "server", "servers"));
    if (t->unclear > 0)
        dx_buf_printf(out, ", %zu with errors that no rule knows", t->unclear);
}

static void say_rest(const dx_totals *t, dx_buf *out)
{
    const struct {
        size_t n;
        const char *word;
    } rest[] = {
        {t->undecided_cause, "undecided"},
        {t->undecided_outcome - t->unclear, "without a known outcome"},
        {t->resolved, "resolved since"},
        {t->silenced, "silenced"},
        {t->cancelled, "cancelled"},
        {t->succeeded, "succeeded"},
    };

    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (rest[i].n > 0)
            dx_buf_printf(out, ", %zu %s", rest[i].n, rest[i].word);
}

static void say_read(const dx_totals *t, dx_buf *out)
{
    const size_t all = t->read + t->skipped, skipped = t->skipped - t->partly;
    const size_t unread = t->damaged - t->partly;

    dx_buf_printf(out, " Read %zu of %zu %s", all - skipped, all, dx_plural(all, "file", "files"));
    if (t->partly > 0)
        dx_buf_printf(out, ", %zu only in part", t->partly);
    if (t->unrelated > 0)
        dx_buf_printf(out, ", %zu with nothing of a setup", t->unrelated);
    if (skipped > 0)
        dx_buf_printf(out, " (%zu skipped", skipped);
    if (skipped > 0 && unread == skipped)
        dx_buf_printf(out, ": %s could not be read", dx_plural(skipped, "it", "they"));
    else if (unread > 0)
        dx_buf_printf(out, "; %zu of them could not be read", unread);
    dx_buf_add(out, skipped > 0 ? DX_LIT(").") : DX_LIT("."));
}

void dx_report_summary(const dx_report *r, dx_buf *out)
{
    const dx_totals t = dx_report_totals(r);

    if (t.attempts > 0 && t.servers == 0)
        out->failed = true;
    if (t.attempts == 0) {
        dx_buf_add(out, DX_LIT("No setup attempt was recognised"));
    } else {
        say_failures(&t, out);
        say_rest(&t, out);
    }
    dx_buf_char(out, '.');
    say_read(&t, out);
    if (!r->complete)
        dx_buf_add(out, DX_LIT(" The result is incomplete."));
}
