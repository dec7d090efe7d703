#include "cli/rulecheck.h"

#include "cli/tell.h"

enum { EXCERPT_BEFORE = 50, EXCERPT_AFTER = 40 };

bool dx_rulecheck_wants(const dx_rulecheck *c, dx_place at)
{
    for (size_t i = 0; i < c->n_only; i++) {
        if (at.file && dx_str_eq(dx_str_of(at.file), c->only[i]->path))
            return true;
    }
    return c->n_only == 0;
}

static bool is_of(const dx_event *e, const dx_signature *sig)
{
    return dx_str_eq(e->signature, sig->id) || dx_str_eq(e->base, sig->id);
}

/* ---- what nearly matched ---- */

typedef struct near_miss {
    dx_str folded;
    size_t pieces;
    dx_span span;
} near_miss;

static near_miss nearest(const dx_signature *base, const dx_textrun *run)
{
    near_miss best = {0};
    for (size_t i = 0; i < run->n_folded; i++) {
        dx_span span = {0};
        const size_t pieces = dx_matcher_partial(base, run->folded[i], &span);
        if (pieces > best.pieces || !best.folded.p)
            best = (near_miss){.folded = run->folded[i], .pieces = pieces, .span = span};
    }
    return best;
}

/* The text around the place where matching stopped, with a mark below it. */
static void show_near_miss(const dx_signature *base, const dx_textrun *run)
{
    const near_miss miss = nearest(base, run);
    if (!miss.folded.p || miss.pieces == base->n_pieces)
        return;
    const size_t stop = miss.pieces ? miss.span.to : 0;
    const size_t from = stop > EXCERPT_BEFORE ? stop - EXCERPT_BEFORE : 0;
    const dx_str excerpt = dx_str_slice(miss.folded, from, stop + EXCERPT_AFTER);
    dx_cli_say_line("    %.*s", DX_FMT(excerpt));
    if (miss.pieces == 0)
        dx_cli_say_line("    ^ not even the first piece matches: '%.*s'", DX_FMT(base->pieces[0]));
    else
        dx_cli_say_line("    %*s^ pieces 1 to %zu of %zu matched up to here; piece %zu is '%.*s'",
                        (int)(stop - from), "", miss.pieces, base->n_pieces, miss.pieces + 1,
                        DX_FMT(base->pieces[miss.pieces]));
}

static void not_matched(dx_rulecheck *c, const dx_signature *sig, const dx_sample *sample,
                        const dx_textrun *run)
{
    const dx_signature *base = sig->refines ? sig->refines : sig;
    bool literal = base->contains.n == 0;

    dx_fault(&c->faults, sample->at, "%.*s: sample '%.*s' is not matched", DX_FMT(sig->id),
             DX_FMT(sample->name));
    for (size_t i = 0; i < run->n_folded; i++)
        literal |= dx_str_ifind(run->folded[i], base->contains, 0) != SIZE_MAX;
    if (!literal)
        dx_cli_say_line("    its text does not hold the literal '%.*s'", DX_FMT(base->contains));
    for (size_t i = 0; i < run->n_gaps; i++) {
        if (dx_str_eq(run->gaps[i].signature, base->id))
            dx_cli_say_line("    the regex hit its limit of steps: make it simpler");
    }
    show_near_miss(base, run);
}

/* ---- one sample ---- */

static void check_give(dx_rulecheck *c, const dx_signature *sig, const dx_sample *sample,
                       const dx_event *event, size_t i)
{
    const struct dx_give *give = &sample->gives[i];
    dx_str text = DX_NONE;
    int64_t number = 0;
    long long wanted = 0;
    bool is_number = false;

    if (!dx_event_part(event, give->field, c->scratch, &text, &number, &is_number)) {
        dx_fault(&c->faults, give->at, "%.*s: sample '%.*s' gives no '%.*s'", DX_FMT(sig->id),
                 DX_FMT(sample->name), DX_FMT(give->field));
        return;
    }
    const bool same = is_number && dx_str_to_i64(give->value, &wanted)
                          ? number == wanted
                          : dx_str_eq(text, give->value);
    if (!same)
        dx_fault(&c->faults, give->at, "%.*s: sample '%.*s' gives %.*s '%.*s', not '%.*s'",
                 DX_FMT(sig->id), DX_FMT(sample->name), DX_FMT(give->field), DX_FMT(text),
                 DX_FMT(give->value));
}

/* The event that a sample is about: the refinement it asks for, else the first of its signature. */
static const dx_event *event_of(const dx_signature *sig, const dx_sample *sample,
                                const dx_collect *events)
{
    const dx_event *first = NULL;
    for (size_t i = 0; i < events->n; i++) {
        const dx_event *e = &events->events[i];
        if (!is_of(e, sig))
            continue;
        if (sample->is.n == 0 || dx_str_eq(e->signature, sample->is))
            return e;
        if (!first)
            first = e;
    }
    return first;
}

static dx_rc run_sample(dx_rulecheck *c, const dx_signature *sig, const dx_sample *sample,
                        dx_textrun *run, dx_err *err)
{
    *run = (dx_textrun){.know = c->know,
                        .matcher = c->matcher,
                        .into = c->scratch,
                        .text = sample->text,
                        .scope = sig->n_formats ? sig->formats[0] : DX_NONE};
    c->samples++;
    return dx_textrun_do(run, err);
}

static dx_rc check_sample(dx_rulecheck *c, const dx_signature *sig, const dx_sample *sample,
                          dx_err *err)
{
    dx_textrun run;
    if (run_sample(c, sig, sample, &run, err) != DX_OK)
        return DX_FAIL;
    const dx_event *event = event_of(sig, sample, &run.events);
    if (!event) {
        not_matched(c, sig, sample, &run);
        return DX_OK;
    }
    if (sample->is.n && !dx_str_eq(event->signature, sample->is))
        dx_fault(&c->faults, sample->at, "%.*s: sample '%.*s' became '%.*s', not '%.*s'",
                 DX_FMT(sig->id), DX_FMT(sample->name), DX_FMT(event->signature),
                 DX_FMT(sample->is));
    for (size_t i = 0; i < sample->n_gives; i++)
        check_give(c, sig, sample, event, i);
    return DX_OK;
}

static dx_rc check_negative(dx_rulecheck *c, const dx_signature *sig, const dx_sample *sample,
                            dx_err *err)
{
    dx_textrun run;
    if (run_sample(c, sig, sample, &run, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < run.events.n; i++) {
        const dx_event *e = &run.events.events[i];
        if (!is_of(e, sig))
            continue;
        dx_fault(&c->faults, sample->at, "%.*s: matches a text that is listed under 'not': '%.*s'",
                 DX_FMT(sig->id), DX_FMT(dx_str_slice(e->text, 0, 120)));
        break;
    }
    return DX_OK;
}

/* One that names no format is looked for nowhere. */
static void check_scope(dx_rulecheck *c, const dx_signature *sig)
{
    for (size_t i = 0; i < sig->n_formats; i++) {
        const dx_str format = sig->formats[i];
        if (dx_formats_get(c->know->formats, format) || dx_str_eq(format, DX_LIT("consoles")))
            continue;
        const dx_str near = dx_formats_meant(c->know->formats, format);
        dx_fault(&c->faults, sig->at,
                 near.n
                     ? "%.*s: there is no log format '%.*s': did you mean '%.*s'?"
                     : "%.*s: there is no log format '%.*s'%.*s; 'setupdx version -v' lists them",
                 DX_FMT(sig->id), DX_FMT(format), DX_FMT(near));
    }
}

dx_rc dx_rulecheck_signature(dx_rulecheck *c, const dx_signature *sig, dx_err *err)
{
    if (sig->retired || !dx_rulecheck_wants(c, sig->at))
        return DX_OK;
    c->signatures++;
    check_scope(c, sig);
    for (size_t i = 0; i < sig->n_samples; i++) {
        if (check_sample(c, sig, &sig->samples[i], err) != DX_OK)
            return DX_FAIL;
        dx_arena_reset(c->scratch);
    }
    for (size_t i = 0; i < sig->n_not; i++) {
        if (check_negative(c, sig, &sig->not_samples[i], err) != DX_OK)
            return DX_FAIL;
        dx_arena_reset(c->scratch);
    }
    return c->strict ? dx_rulecheck_wise_signature(c, sig, err) : DX_OK;
}
