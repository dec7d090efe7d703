#include "report/json_objects.h"

#include "core/time.h"
#include "report/judge.h"
#include "report/tries.h"

static const dx_report_attempt *attempt_of(const dx_scene *scene)
{
    return &scene->report->attempts[scene->index];
}

static void put_strings(dx_json *j, const char *key, const dx_str *p, size_t n)
{
    dx_json_list(j, key);
    for (size_t i = 0; i < n; i++)
        dx_json_str(j, NULL, p[i]);
    dx_json_end(j);
}

/* ---- the head ---- */

static void put_totals(dx_json *j, const dx_report *r)
{
    const dx_totals t = dx_report_totals(r);
    dx_named_total totals[DX_TOTALS];

    dx_totals_named(&t, totals);
    if (t.attempts > 0 && t.servers == 0)
        j->sink->buf.failed = true;
    dx_json_object(j, "totals");
    for (size_t i = 0; i < DX_TOTALS; i++)
        dx_json_count(j, totals[i].name, totals[i].n);
    dx_json_end(j);
}

static void put_summary(dx_json *j, const dx_report *r)
{
    dx_buf text = {0};

    dx_report_summary(r, &text);
    if (text.failed)
        j->sink->buf.failed = true;
    dx_json_str(j, "summary", dx_buf_str(&text));
    dx_buf_done(&text);
}

void dx_json_head(dx_json *j, const dx_report *r)
{
    dx_json_text(j, "version", r->program_version);
    dx_json_bool(j, "complete", r->complete);
    dx_json_bool(j, "failed", dx_report_failed(r));
    put_summary(j, r);
    dx_json_object(j, "ruleset");
    dx_json_text(j, "version", r->ruleset_version);
    dx_json_text(j, "digest", r->ruleset_digest);
    dx_json_time(j, "date", r->ruleset_us);
    dx_json_end(j);
    dx_json_time(j, "now", r->now_us);
    dx_json_text(j, "store", r->store);
    put_totals(j, r);
}

void dx_json_source(dx_json *j, const dx_report_source *s)
{
    dx_json_str(j, "path", s->path);
    dx_json_text(j, "member", s->member);
    dx_json_text(j, "format", s->format);
    dx_json_text(j, "encoding", s->encoding);
    dx_json_text(j, "encoding_how", s->encoding_how);
    dx_json_count(j, "bytes", s->bytes);
    dx_json_count(j, "bad_bytes", s->bad_bytes);
    dx_json_int(j, "lines", s->lines);
    dx_json_int(j, "attempts", s->attempts);
    dx_json_text(j, "skipped", s->skipped);
    dx_json_bool(j, "damage", s->damage);
    put_strings(j, "notes", s->notes, s->n_notes);
}

/* ---- attempts ---- */

static void put_facts(dx_json *j, const dx_attempt *a)
{
    static const char *const known[] = {"product", "version", "os", "user", "mode"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        dx_json_text(j, known[i], dx_attempt_fact(a, known[i]));
    dx_json_list(j, "facts");
    for (size_t i = 0; i < a->n_facts; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "name", a->facts[i].name);
        dx_json_str(j, "value", a->facts[i].value);
        dx_json_line(j, "line", a->facts[i].line);
        dx_json_text(j, "how", a->facts[i].how);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_outcome(dx_json *j, const dx_attempt *a)
{
    dx_json_str(j, "outcome", dx_str_of(dx_outcome_names[a->outcome]));
    dx_json_line(j, "outcome_line", a->outcome_line);
    dx_json_text(j, "outcome_text", a->outcome_text);
    dx_json_text(j, "code", a->code);
    dx_json_time(j, "began", a->began_us);
    dx_json_time(j, "ended", a->ended_us);
    dx_json_text(j, "zone", a->zone);
}

void dx_json_rivals(dx_json *j, const char *key, const dx_rival *p, size_t n)
{
    dx_json_list(j, key);
    for (size_t i = 0; i < n; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "diagnosis", p[i].id);
        dx_json_text(j, "title", p[i].title);
        dx_json_int(j, "confidence", p[i].confidence);
        dx_json_text(j, "tell", p[i].tell);
        dx_json_text(j, "differs", p[i].differs);
        dx_json_end(j);
    }
    dx_json_end(j);
}

void dx_json_codes(dx_json *j, const dx_report_code *p, size_t n)
{
    dx_json_list(j, "codes");
    for (size_t i = 0; i < n; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "text", p[i].text);
        dx_json_text(j, "name", p[i].name);
        dx_json_text(j, "meaning", p[i].meaning);
        dx_json_text(j, "space", p[i].space);
        dx_json_bool(j, "outcome", p[i].outcome);
        dx_json_text(j, "sure", p[i].sure);
        dx_json_text(j, "first", p[i].first);
        dx_json_line(j, "line", p[i].line);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_around(dx_json *j, const dx_report_attempt *a)
{
    dx_json_list(j, "around");
    for (size_t i = 0; i < a->n_around; i++) {
        dx_json_object(j, NULL);
        dx_json_count(j, "line", a->around[i].number);
        dx_json_bool(j, "own", a->around[i].own);
        dx_json_str(j, "text", a->around[i].text);
        dx_json_end(j);
    }
    dx_json_end(j);
}

void dx_json_attempt(dx_json *j, const dx_scene *scene)
{
    const dx_report_attempt *ra = attempt_of(scene);
    const dx_attempt *a = &ra->of->attempt;
    const dx_report_attempt *because;
    char digest[33];

    dx_json_count(j, "attempt", scene->index + 1);
    dx_json_int(j, "ordinal", a->ordinal);
    dx_json_line(j, "parent", a->parent);
    dx_json_str(j, "server", a->server);
    dx_json_text(j, "format", a->format);
    dx_json_str(j, "verdict", dx_str_of(dx_ending_names[dx_report_ending(ra)]));
    put_outcome(j, a);
    dx_json_str(j, "file", ra->of->path);
    dx_json_text(j, "member", ra->of->member);
    dx_json_line(j, "first_line", a->first_line);
    dx_json_line(j, "last_line", a->last_line);
    dx_json_text(j, "digest", dx_report_digest(a, digest));
    dx_json_count(j, "errors", a->errors);
    dx_json_count(j, "warnings", a->warnings);
    dx_json_count(j, "harmless", ra->verdict->n_harmless);
    dx_json_bool(j, "seen_before", ra->seen_before);
    put_facts(j, a);
    because = dx_report_because(scene->report, scene->index);
    if (because != NULL && dx_report_ending(ra) <= DX_ENDED_UNCLEAR)
        dx_json_count(j, "because", (size_t)(because - scene->report->attempts) + 1);
    else
        dx_json_null(j, "because");
    dx_json_codes(j, ra->codes, ra->n_codes);
    dx_json_rivals(j, "nearest", ra->nearest, ra->n_nearest);
    put_around(j, ra);
}

/* ---- events ---- */

static bool is_number(const dx_field *f)
{
    return f->type == DX_T_INT || f->type == DX_T_HEX32 || f->type == DX_T_CODE;
}

/* A key may stand in an object once: the first of two fields with one name wins. */
static bool is_first(const dx_event *e, size_t i)
{
    return dx_event_field(e, e->fields[i].name) == &e->fields[i];
}

static void put_fields(dx_json *j, const dx_event *e)
{
    const size_t n = e ? e->n_fields : 0;

    dx_json_object(j, "fields");
    for (size_t i = 0; i < n; i++)
        if (e->fields[i].name.n > 0 && is_first(e, i))
            dx_json_named_str(j, e->fields[i].name, e->fields[i].text);
    dx_json_end(j);
    dx_json_object(j, "numbers");
    for (size_t i = 0; i < n; i++)
        if (e->fields[i].name.n > 0 && is_number(&e->fields[i]) && is_first(e, i))
            dx_json_named_int(j, e->fields[i].name, e->fields[i].number);
    dx_json_end(j);
}

/* All members of one event; every one is null or empty when there is no event. */
static void put_event(dx_json *j, const dx_scene *scene, const dx_event *e)
{
    static const dx_event nothing = {.time_us = DX_NO_TIME};
    const dx_case *of = e ? dx_report_locate(scene->report, attempt_of(scene), e) : NULL;
    const dx_event *shown = e ? e : &nothing;

    dx_json_text(j, "signature", shown->signature);
    dx_json_text(j, "base", shown->base);
    dx_json_text(j, "file", of ? of->path : DX_NONE);
    dx_json_text(j, "member", of ? of->member : DX_NONE);
    dx_json_line(j, "line", shown->line);
    dx_json_line(j, "last_line", shown->last_line);
    dx_json_text(j, "text", shown->text);
    put_fields(j, e);
    dx_json_time(j, "time", shown->time_us);
}

static void put_evidence(dx_json *j, const dx_scene *scene, const dx_finding *f)
{
    dx_json_list(j, "evidence");
    for (size_t i = 0; i < f->n_evidence; i++) {
        dx_json_object(j, NULL);
        put_event(j, scene, f->evidence[i].event);
        dx_json_int(j, "points", f->evidence[i].points);
        dx_json_text(j, "why", f->evidence[i].why);
        dx_json_text(j, "step", f->evidence[i].step);
        dx_json_end(j);
    }
    dx_json_end(j);
}

/* ---- findings ---- */

static void put_tries(dx_json *j, const dx_scene *scene, dx_try_kind kind, size_t which)
{
    const dx_report *r = scene->report;
    const dx_try it = {scene->index, which}, latest = dx_tries_latest(r->tries, r, kind, it);
    const dx_try *tries = NULL;
    const size_t n = dx_tries_of(r->tries, r, kind, it, &tries);

    if (latest.attempt == it.attempt)
        dx_json_null(j, "told_with");
    else
        dx_json_count(j, "told_with", latest.attempt + 1);
    dx_json_list(j, "tries");
    for (size_t i = 0; i < n; i++) {
        dx_json_object(j, NULL);
        dx_json_count(j, "attempt", tries[i].attempt + 1);
        dx_json_line(j, "line", dx_try_line(r, kind, tries[i]));
        dx_json_time(j, "began", r->attempts[tries[i].attempt].of->attempt.began_us);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_fix(dx_json *j, const dx_finding *f)
{
    dx_json_list(j, "fix");
    for (size_t i = 0; i < f->n_fix; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "act", f->fix[i].act);
        dx_json_text(j, "command", f->fix[i].command);
        dx_json_text(j, "see", f->fix[i].see);
        dx_json_text(j, "undo", f->fix[i].undo);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_history(dx_json *j, const struct dx_report_history *h)
{
    if (!h) {
        dx_json_null(j, "history");
        return;
    }
    dx_json_object(j, "history");
    dx_json_int(j, "servers", h->servers);
    dx_json_int(j, "attempts", h->attempts);
    dx_json_int(j, "resolved", h->resolved);
    dx_json_int(j, "same_server", h->same_server);
    dx_json_time(j, "first", h->first_us);
    dx_json_time(j, "last", h->last_us);
    dx_json_end(j);
}

void dx_json_finding(dx_json *j, const dx_scene *scene, size_t which)
{
    const dx_report_attempt *a = attempt_of(scene);
    const dx_finding *f = &a->verdict->findings[which];

    dx_json_str(j, "key", dx_key_str(f->key));
    dx_json_str(j, "diagnosis", f->diagnosis);
    dx_json_text(j, "title", f->title);
    dx_json_int(j, "confidence", f->confidence);
    dx_json_str(j, "certainty", dx_str_of(dx_certainty_names[dx_certainty_of(f->confidence)]));
    dx_json_str(j, "state", dx_str_of(dx_state_names[f->state]));
    dx_json_text(j, "state_why", f->state_why);
    dx_json_str(j, "server", f->server);
    dx_json_count(j, "attempt", scene->index + 1);
    dx_json_text(j, "cause", f->cause);
    dx_json_text(j, "cause_class", f->cause_class);
    dx_json_text(j, "applies", f->applies);
    put_fix(j, f);
    put_evidence(j, scene, f);
    dx_json_rivals(j, "rivals", f->rivals, f->n_rivals);
    put_strings(j, "not_seen", f->absent, f->n_absent);
    put_strings(j, "references", f->refs, f->n_refs);
    put_history(j, a->history ? &a->history[which] : NULL);
    put_tries(j, scene, DX_TRY_FINDING, which);
}

void dx_json_undecided(dx_json *j, const dx_scene *scene, size_t which)
{
    const dx_undecided *u = &attempt_of(scene)->verdict->undecided[which];

    dx_json_str(j, "key", dx_key_str(u->key));
    dx_json_str(j, "server", u->server);
    dx_json_count(j, "attempt", scene->index + 1);
    dx_json_text(j, "question", u->question);
    dx_json_rivals(j, "candidates", u->candidates, u->n_candidates);
    dx_json_list(j, "evidence");
    for (size_t i = 0; i < u->n_events; i++) {
        dx_json_object(j, NULL);
        put_event(j, scene, u->events[i]);
        dx_json_end(j);
    }
    dx_json_end(j);
    put_tries(j, scene, DX_TRY_UNDECIDED, which);
}

void dx_json_unexplained(dx_json *j, const dx_scene *scene, size_t which)
{
    const dx_report_attempt *a = attempt_of(scene);
    const dx_event *e = a->verdict->unexplained[which];

    dx_json_str(j, "server", a->of->attempt.server);
    dx_json_count(j, "attempt", scene->index + 1);
    dx_json_str(j, "polarity", dx_str_of(dx_polarity_names[e->polarity]));
    dx_json_str(j, "level", dx_str_of(dx_level_names[e->level]));
    put_event(j, scene, e);
}

void dx_json_gap(dx_json *j, const struct dx_report_gap *gap)
{
    dx_json_str(j, "signature", gap->signature);
    dx_json_str(j, "file", gap->path);
    dx_json_line(j, "line", gap->line);
    dx_json_count(j, "count", gap->count);
}
