#include "report/rows.h"

#include "core/time.h"
#include "report/json_objects.h"
#include "report/judge.h"
#include "report/tries.h"

#define KIND(kind, metric, number, help) {#kind, metric, number, help},
const dx_row_kind_info dx_row_kinds[] = {DX_ROW_KINDS(KIND)};
#undef KIND

typedef struct rows {
    const dx_report *report;
    dx_row_fn *fn;
    void *ctx;
    bool enough;
    dx_row base; /* what all rows of the item in hand have */
} rows;

/* A row of the item in hand; the caller changes it and hands it on. */
static dx_row row(const rows *t, dx_row_kind kind, size_t n)
{
    dx_row r = t->base;

    r.kind = kind;
    r.n = n;
    return r;
}

static void hand_on(rows *t, dx_row r)
{
    if (!t->enough)
        t->enough = !t->fn(t->ctx, &r);
}

/* ---- the whole ---- */

static void put_property(rows *t, size_t n, const char *name, dx_str value)
{
    dx_row r = row(t, DX_ROW_REPORT, n);

    r.title = dx_str_of(name);
    r.value = value;
    if (value.n > 0)
        hand_on(t, r);
}

static void put_report(rows *t)
{
    const dx_report *r = t->report;
    char now[32], newest[32];

    dx_time_iso(r->now_us, now);
    put_property(t, 1, "schema", DX_LIT(DX_REPORT_SCHEMA));
    put_property(t, 2, "version", r->program_version);
    put_property(t, 3, "complete", r->complete ? DX_LIT("true") : DX_LIT("false"));
    put_property(t, 4, "failed", dx_report_failed(r) ? DX_LIT("true") : DX_LIT("false"));
    put_property(t, 5, "ruleset", r->ruleset_version);
    put_property(t, 6, "digest", r->ruleset_digest);
    if (r->ruleset_us != DX_NO_TIME) {
        dx_time_iso(r->ruleset_us, newest);
        put_property(t, 7, "ruleset_date", dx_str_of(newest));
    }
    put_property(t, 8, "now", dx_str_of(now));
    put_property(t, 9, "store", r->store);
}

static bool put_summary(rows *t)
{
    dx_buf summary = {0};

    dx_report_summary(t->report, &summary);
    put_property(t, 10, "summary", dx_buf_str(&summary));
    const bool ok = !summary.failed;
    dx_buf_done(&summary);
    return ok;
}

static void put_totals(rows *t)
{
    const dx_totals n = dx_report_totals(t->report);
    dx_named_total totals[DX_TOTALS];

    dx_totals_named(&n, totals);
    for (size_t i = 0; i < DX_TOTALS; i++) {
        dx_row r = row(t, DX_ROW_TOTAL, i + 1);
        r.title = dx_str_of(totals[i].name);
        r.number = (int64_t)totals[i].n;
        hand_on(t, r);
    }
}

/* ---- what was read ---- */

static void put_number(rows *t, dx_row_kind kind, size_t n, uint64_t number)
{
    dx_row r = row(t, kind, n);

    r.number = (int64_t)number;
    hand_on(t, r);
}

static void put_source(rows *t, const dx_report_source *s, size_t n)
{
    t->base.file = s->path;
    t->base.member = s->member;
    if (s->skipped.n > 0) {
        dx_row r = row(t, DX_ROW_SKIPPED, n);
        r.number = s->damage;
        r.text = s->skipped;
        hand_on(t, r);
    }
    if (s->encoding.n > 0) {
        dx_row r = row(t, DX_ROW_SOURCE, n);
        r.id = s->format;
        r.title = s->encoding;
        r.value = s->encoding_how;
        r.number = s->lines;
        hand_on(t, r);
        put_number(t, DX_ROW_SOURCE_BYTES, n, s->bytes);
        put_number(t, DX_ROW_SOURCE_BAD_BYTES, n, s->bad_bytes);
    }
    for (size_t i = 0; i < s->n_notes; i++) {
        dx_row r = row(t, DX_ROW_NOTE, i + 1);
        r.text = s->notes[i];
        hand_on(t, r);
    }
    t->base.file = t->base.member = DX_NONE;
}

static void put_gap(rows *t, const struct dx_report_gap *gap, size_t n)
{
    dx_row r = row(t, DX_ROW_GAP, n);

    r.id = gap->signature;
    r.number = (int64_t)gap->count;
    r.file = gap->path;
    r.line = gap->line;
    hand_on(t, r);
}

/* ---- events ---- */

static void place(const rows *t, const dx_report_attempt *a, const dx_event *e, dx_row *r)
{
    const dx_case *of = dx_report_locate(t->report, a, e);

    r->file = of ? of->path : DX_NONE;
    r->member = of ? of->member : DX_NONE;
    r->line = e->line;
    r->time_us = e->time_us;
    r->text = e->text;
    r->id = e->signature;
}

static void put_fields(rows *t, const dx_event *e, size_t n)
{
    for (size_t i = 0; i < e->n_fields; i++) {
        dx_row r = row(t, DX_ROW_FIELD, n);
        r.title = e->fields[i].name;
        r.value = e->fields[i].text;
        r.line = e->line;
        if (dx_event_field(e, r.title) == &e->fields[i])
            hand_on(t, r);
    }
}

static void put_rivals(rows *t, dx_row_kind kind, const dx_rival *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dx_row r = row(t, kind, i + 1);
        r.id = p[i].id;
        r.title = p[i].title;
        r.number = p[i].confidence;
        r.value = p[i].differs;
        r.text = p[i].tell;
        hand_on(t, r);
    }
}

static void put_texts(rows *t, dx_row_kind kind, const dx_str *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dx_row r = row(t, kind, i + 1);
        r.text = p[i];
        hand_on(t, r);
    }
}

static void put_text(rows *t, dx_row_kind kind, size_t n, dx_str value, dx_str text)
{
    dx_row r = row(t, kind, n);

    r.value = value;
    r.text = text;
    if (text.n > 0)
        hand_on(t, r);
}

/* ---- findings ---- */

static void put_fix(rows *t, const dx_finding *f)
{
    for (size_t i = 0; i < f->n_fix; i++) {
        put_text(t, DX_ROW_FIX, i + 1, f->fix[i].command, f->fix[i].act);
        put_text(t, DX_ROW_SEE, i + 1, DX_NONE, f->fix[i].see);
        put_text(t, DX_ROW_UNDO, i + 1, DX_NONE, f->fix[i].undo);
    }
}

static void put_evidence(rows *t, const dx_report_attempt *a, const dx_finding *f)
{
    for (size_t i = 0; i < f->n_evidence; i++) {
        const dx_evidence *e = &f->evidence[i];
        dx_row r = row(t, DX_ROW_EVIDENCE, i + 1);
        if (e->event)
            place(t, a, e->event, &r);
        r.title = e->step;
        r.value = e->why;
        r.number = e->points;
        hand_on(t, r);
        if (e->event)
            put_fields(t, e->event, i + 1);
    }
}

static void put_history(rows *t, const struct dx_report_history *h)
{
    char first[32] = "", last[32] = "";
    dx_row r = row(t, DX_ROW_HISTORY, 1);

    if (!h)
        return;
    if (h->first_us != DX_NO_TIME)
        dx_time_iso(h->first_us, first);
    if (h->last_us != DX_NO_TIME)
        dx_time_iso(h->last_us, last);
    r.number = h->attempts;
    r.title = dx_str_of(first);
    r.value = dx_str_of(last);
    hand_on(t, r);
    put_number(t, DX_ROW_HISTORY_SERVERS, 1, (uint64_t)h->servers);
    put_number(t, DX_ROW_HISTORY_RESOLVED, 1, (uint64_t)h->resolved);
    put_number(t, DX_ROW_HISTORY_SAME, 1, (uint64_t)h->same_server);
}

static void put_tries(rows *t, dx_try_kind kind, size_t which)
{
    const dx_report *rep = t->report;
    const dx_try it = {t->base.attempt - 1, which};
    const dx_try latest = dx_tries_latest(rep->tries, rep, kind, it), *tries = NULL;
    const size_t n = dx_tries_of(rep->tries, rep, kind, it, &tries);

    if (latest.attempt != it.attempt)
        put_number(t, DX_ROW_TOLD_WITH, 1, latest.attempt + 1);
    for (size_t i = 0; i < n; i++) {
        const dx_case *of = rep->attempts[tries[i].attempt].of;
        dx_row r = row(t, DX_ROW_TRY, i + 1);
        r.number = (int64_t)tries[i].attempt + 1;
        r.file = of->path;
        r.member = of->member;
        r.line = dx_try_line(rep, kind, tries[i]);
        r.time_us = of->attempt.began_us;
        hand_on(t, r);
    }
}

static void put_finding(rows *t, const dx_report_attempt *a, size_t which)
{
    const dx_finding *f = &a->verdict->findings[which];

    t->base.key = dx_key_str(f->key);
    dx_row r = row(t, DX_ROW_FINDING, which + 1);
    r.id = f->diagnosis;
    r.title = f->title;
    r.value = dx_str_of(dx_state_names[f->state]);
    r.number = f->confidence;
    r.text = f->state_why;
    hand_on(t, r);
    put_text(t, DX_ROW_CAUSE, 1, f->cause_class, f->cause);
    put_text(t, DX_ROW_APPLIES, 1, DX_NONE, f->applies);
    put_fix(t, f);
    put_evidence(t, a, f);
    put_rivals(t, DX_ROW_RIVAL, f->rivals, f->n_rivals);
    put_texts(t, DX_ROW_NOT_SEEN, f->absent, f->n_absent);
    put_texts(t, DX_ROW_REFERENCE, f->refs, f->n_refs);
    put_history(t, a->history ? &a->history[which] : NULL);
    put_tries(t, DX_TRY_FINDING, which);
    t->base.key = DX_NONE;
}

static void put_undecided(rows *t, const dx_report_attempt *a, size_t which)
{
    const dx_undecided *u = &a->verdict->undecided[which];

    t->base.key = dx_key_str(u->key);
    dx_row r = row(t, DX_ROW_UNDECIDED, which + 1);
    r.number = (int64_t)u->n_candidates;
    r.text = u->question;
    hand_on(t, r);
    put_rivals(t, DX_ROW_CANDIDATE, u->candidates, u->n_candidates);
    for (size_t i = 0; i < u->n_events; i++) {
        dx_row e = row(t, DX_ROW_EVIDENCE, i + 1);
        place(t, a, u->events[i], &e);
        hand_on(t, e);
        put_fields(t, u->events[i], i + 1);
    }
    put_tries(t, DX_TRY_UNDECIDED, which);
    t->base.key = DX_NONE;
}

static void put_unexplained(rows *t, const dx_report_attempt *a)
{
    for (size_t i = 0; i < a->verdict->n_unexplained; i++) {
        const dx_event *e = a->verdict->unexplained[i];
        dx_row r = row(t, DX_ROW_UNEXPLAINED, i + 1);
        place(t, a, e, &r);
        r.title = dx_str_of(dx_polarity_names[e->polarity]);
        r.value = dx_str_of(dx_level_names[e->level]);
        hand_on(t, r);
        put_fields(t, e, i + 1);
    }
}

/* ---- attempts ---- */

static void put_codes(rows *t, const dx_report_attempt *a)
{
    for (size_t i = 0; i < a->n_codes; i++) {
        const dx_report_code *c = &a->codes[i];
        dx_row r = row(t, DX_ROW_CODE, i + 1);
        r.id = c->text;
        r.title = c->name;
        r.value = c->space;
        r.number = c->outcome;
        r.line = c->line;
        r.text = c->meaning;
        hand_on(t, r);
    }
}

static void put_around(rows *t, const dx_report_attempt *a)
{
    for (size_t i = 0; i < a->n_around; i++) {
        dx_row r = row(t, DX_ROW_AROUND, i + 1);
        r.number = a->around[i].own;
        r.file = a->of->path;
        r.member = a->of->member;
        r.line = a->around[i].number;
        r.text = a->around[i].text;
        hand_on(t, r);
    }
}

static void put_facts(rows *t, const dx_attempt *a)
{
    for (size_t i = 0; i < a->n_facts; i++) {
        dx_row r = row(t, DX_ROW_FACT, i + 1);
        r.title = a->facts[i].name;
        r.value = a->facts[i].value;
        r.line = a->facts[i].line;
        r.text = a->facts[i].how;
        hand_on(t, r);
    }
}

static void put_ends(rows *t, const dx_case *of, dx_ending ending)
{
    const dx_attempt *a = &of->attempt;
    dx_row r = row(t, DX_ROW_ATTEMPT, a->ordinal);

    r.id = a->format;
    r.title = dx_attempt_fact(a, "product");
    r.value = dx_str_of(dx_ending_names[ending]);
    r.file = of->path;
    r.member = of->member;
    r.line = a->first_line;
    r.time_us = a->began_us;
    r.text = a->zone;
    hand_on(t, r);
    r.kind = DX_ROW_OUTCOME;
    r.id = a->code;
    r.title = DX_NONE;
    r.value = dx_str_of(dx_outcome_names[a->outcome]);
    r.line = a->outcome_line;
    r.time_us = a->ended_us;
    r.text = a->outcome_text;
    hand_on(t, r);
}

static void put_digest(rows *t, const dx_attempt *a)
{
    char digest[33];
    dx_row r = row(t, DX_ROW_DIGEST, 1);

    r.value = dx_report_digest(a, digest);
    if (r.value.n > 0)
        hand_on(t, r);
}

static void put_attempt(rows *t, size_t index)
{
    const dx_report_attempt *a = &t->report->attempts[index];
    const dx_ending ending = dx_report_ending(a);
    const dx_report_attempt *because =
        ending <= DX_ENDED_UNCLEAR ? dx_report_because(t->report, index) : NULL;

    t->base.server = a->of->attempt.server;
    t->base.attempt = index + 1;
    put_ends(t, a->of, ending);
    if (because)
        put_number(t, DX_ROW_BECAUSE, 1, (size_t)(because - t->report->attempts) + 1);
    put_digest(t, &a->of->attempt);
    put_number(t, DX_ROW_ERRORS, 1, a->of->attempt.errors);
    put_number(t, DX_ROW_WARNINGS, 1, a->of->attempt.warnings);
    put_number(t, DX_ROW_HARMLESS, 1, a->verdict->n_harmless);
    put_facts(t, &a->of->attempt);
    for (size_t i = 0; i < a->verdict->n_findings; i++)
        put_finding(t, a, i);
    for (size_t i = 0; i < a->verdict->n_undecided; i++)
        put_undecided(t, a, i);
    put_unexplained(t, a);
    put_codes(t, a);
    put_rivals(t, DX_ROW_NEAREST, a->nearest, a->n_nearest);
    put_around(t, a);
}

bool dx_report_rows(const dx_report *r, dx_row_fn *fn, void *ctx)
{
    rows t = {.report = r, .fn = fn, .ctx = ctx, .base = {.time_us = DX_NO_TIME}};

    put_report(&t);
    if (!put_summary(&t))
        return false;
    put_totals(&t);
    for (size_t i = 0; i < r->n_sources && !t.enough; i++)
        put_source(&t, &r->sources[i], i + 1);
    for (size_t i = 0; i < r->n_gaps && !t.enough; i++)
        put_gap(&t, &r->gaps[i], i + 1);
    for (size_t i = 0; i < r->n_attempts && !t.enough; i++)
        put_attempt(&t, i);
    return true;
}
