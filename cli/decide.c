#include "cli/decide.h"

#include "core/time.h"
#include "db/trends.h"

typedef struct decider {
    dx_store *store;
    int64_t now_us;
    dx_arena *into;
    dx_silence *silences;
    size_t n_silences;
} decider;

static const dx_silence *silence_of(const decider *d, dx_str diagnosis)
{
    for (size_t i = 0; i < d->n_silences; i++)
        if (dx_str_eq(d->silences[i].diagnosis, diagnosis))
            return &d->silences[i];
    return NULL;
}

static dx_rc silence(const decider *d, dx_finding *f, dx_err *err)
{
    const dx_silence *s = silence_of(d, f->diagnosis);
    char until[32];

    if (!s)
        return DX_OK;
    dx_time_short(s->until_us, until);
    f->state = DX_SILENCED;
    f->state_why = dx_arena_printf(d->into, "until %s UTC%s%.*s, because: %.*s", until,
                                   s->by.n ? ", by " : "", DX_FMT(s->by), DX_FMT(s->reason));
    return f->state_why.p ? DX_OK : dx_nomem(err);
}

static const dx_note *last_resolution(const dx_notes *notes)
{
    for (size_t i = notes->n; i-- > 0;)
        if (notes->rows[i].kind == DX_NOTE_RESOLVED)
            return &notes->rows[i];
    return NULL;
}

static dx_rc tell_fix(const decider *d, dx_finding *f, const dx_note *n, dx_err *err)
{
    char at[32];

    dx_time_short(n->at_us, at);
    f->state = DX_SAID_FIXED;
    f->state_why = dx_arena_printf(
        d->into, "fix %.*s, ticket %.*s%s%.*s, %s UTC; no later good attempt verifies it yet.",
        DX_FMT(n->what), DX_FMT(n->ticket), n->by.n ? ", by " : "", DX_FMT(n->by), at);
    return f->state_why.p ? DX_OK : dx_nomem(err);
}

/* Somebody resolved it, and it was not seen again since. */
static dx_rc decide(const decider *d, dx_finding *f, dx_err *err)
{
    dx_notes notes;
    dx_finding_page page;

    if (dx_store_notes(d->store, dx_str_of(f->key), d->into, &notes, err) != DX_OK)
        return DX_FAIL;
    const dx_note *fixed = last_resolution(&notes);
    if (fixed) {
        const dx_rc rc =
            dx_store_finding(d->store, dx_str_of(f->key), d->now_us, d->into, &page, err);
        if (rc == DX_FAIL)
            return DX_FAIL;
        if (rc == DX_OK && page.finding.last_us <= fixed->at_us)
            return tell_fix(d, f, fixed, err);
    }
    return silence(d, f, err);
}

static dx_rc decide_attempt(const decider *d, dx_verdict *v, dx_err *err)
{
    dx_finding *found = dx_arena_dup(d->into, v->findings, v->n_findings * sizeof *found);

    if (!found)
        return dx_nomem(err);
    for (size_t i = 0; i < v->n_findings; i++)
        if (found[i].state != DX_RESOLVED && decide(d, &found[i], err) != DX_OK)
            return DX_FAIL;
    v->findings = found;
    return DX_OK;
}

static dx_rc decide_all(decider *d, dx_judged *const *judged, size_t n, dx_err *err)
{
    if (dx_store_silences(d->store, d->now_us, d->into, &d->silences, &d->n_silences, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (judged[i]->verdict.n_findings && decide_attempt(d, &judged[i]->verdict, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

dx_rc dx_decide(dx_store *store, int64_t now_us, dx_judged *const *judged, size_t n, dx_arena *into,
                dx_err *err)
{
    decider d = {.store = store, .now_us = now_us, .into = into};

    if (dx_store_look(store, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = decide_all(&d, judged, n, err);
    dx_store_looked(store);
    return rc;
}
