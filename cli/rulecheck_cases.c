#include "cli/rulecheck.h"

#include <stdio.h>

#include "cli/tell.h"
#include "diagnosis/diagnose.h"

/* The made-up attempts of one case, and what the rules said of each. */
typedef struct bench {
    dx_case *cases;
    dx_verdict *verdicts;
    size_t n;
} bench;

/* ---- logs to attempts ---- */

static dx_str log_text(const struct dx_case_log *log, dx_arena *into)
{
    dx_str text = DX_LIT("");
    /* Dialogs are paragraphs; in a log each message is a line of its own. */
    const char *between = log->format.n ? "\n" : "\n\n";

    for (size_t i = 0; i < log->n_says && text.p; i++)
        text = dx_arena_printf(into, "%.*s%s%.*s", DX_FMT(text), i ? between : "",
                               DX_FMT(log->says[i]));
    return text;
}

static dx_case *case_for(bench *b, const struct dx_case_log *log)
{
    for (size_t i = 0; i < b->n; i++) {
        if (b->cases[i].attempt.ordinal == log->attempt &&
            dx_str_eq(b->cases[i].attempt.server, log->server))
            return &b->cases[i];
    }
    dx_case *made = &b->cases[b->n++];
    *made = (dx_case){.attempt = {.began_us = DX_NO_TIME, .ended_us = DX_NO_TIME}};
    return made;
}

/* Appends a log's events to those that its attempt has from other logs. */
static bool add_events(dx_case *to, const dx_textrun *run, uint32_t attempt)
{
    const size_t n = to->n_events + run->events.n;
    const uint32_t after = to->n_events ? to->events[to->n_events - 1].seq : 0;
    dx_event *all = dx_arena_get(run->into, n * sizeof *all);

    if (!all && n)
        return false;
    for (size_t i = 0; i < to->n_events; i++)
        all[i] = to->events[i];
    for (size_t i = 0; i < run->events.n; i++) {
        all[to->n_events + i] = run->events.events[i];
        all[to->n_events + i].seq += after;
        all[to->n_events + i].attempt = attempt;
    }
    to->events = all;
    to->n_events = n;
    return true;
}

static dx_rc add_log(dx_rulecheck *c, bench *b, const struct dx_case_log *log, dx_err *err)
{
    dx_textrun run = {.know = c->know,
                      .matcher = c->matcher,
                      .into = c->scratch,
                      .text = log_text(log, c->scratch),
                      .format = log->format,
                      .server = log->server};

    if (!run.text.p)
        return dx_nomem(err);
    if (dx_textrun_do(&run, err) != DX_OK)
        return DX_FAIL;
    dx_case *to = case_for(b, log);
    if (to->n_events == 0 && run.n_attempts)
        to->attempt = run.attempts[run.n_attempts - 1];
    to->attempt.ordinal = log->attempt;
    to->attempt.server = log->server;
    to->attempt.parent = log->inside;
    to->path = DX_LIT("case");
    return add_events(to, &run, log->attempt) ? DX_OK : dx_nomem(err);
}

/* The other attempts of the same server, in the order of the case. */
static size_t others_of(const bench *b, size_t self, dx_case *out)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (i != self && dx_str_eq(b->cases[i].attempt.server, b->cases[self].attempt.server))
            out[n++] = b->cases[i];
    }
    return n;
}

static dx_rc set_up(dx_rulecheck *c, const dx_rule_case *rc, bench *b, dx_err *err)
{
    b->n = 0;
    b->cases = dx_arena_get(c->scratch, (rc->n_logs + 1) * sizeof *b->cases);
    b->verdicts = dx_arena_get(c->scratch, (rc->n_logs + 1) * sizeof *b->verdicts);
    dx_case *others = dx_arena_get(c->scratch, (rc->n_logs + 1) * sizeof *others);
    if (!b->cases || !b->verdicts || !others)
        return dx_nomem(err);
    for (size_t i = 0; i < rc->n_logs; i++) {
        if (add_log(c, b, &rc->logs[i], err) != DX_OK)
            return DX_FAIL;
    }
    for (size_t i = 0; i < b->n; i++) {
        const size_t n = others_of(b, i, others);
        if (dx_diagnose(c->know->book, &b->cases[i], others, n, c->scratch, &b->verdicts[i], err) !=
            DX_OK)
            return DX_FAIL;
        dx_rulecheck_note(c, &b->verdicts[i]);
    }
    return DX_OK;
}

/* ---- what was expected ---- */

static bool agrees(int wanted, int got)
{
    return wanted < 0 || wanted == got;
}

static bool among_rivals(const dx_rival *rivals, size_t n, const struct dx_expect *e)
{
    for (size_t i = 0; i < n; i++) {
        if (dx_str_eq(rivals[i].id, e->id) && agrees(e->confidence, rivals[i].confidence))
            return true;
    }
    return false;
}

static bool undecided_in(const dx_verdict *v, const struct dx_expect *e)
{
    for (size_t i = 0; i < v->n_undecided; i++) {
        if (among_rivals(v->undecided[i].candidates, v->undecided[i].n_candidates, e))
            return true;
    }
    return false;
}

static bool found_in(const dx_verdict *v, const struct dx_expect *e)
{
    bool as_finding = false, as_rival = false;
    for (size_t i = 0; i < v->n_findings; i++) {
        const dx_finding *f = &v->findings[i];
        if (dx_str_eq(f->diagnosis, e->id)) {
            as_finding = true;
            if (agrees(e->confidence, f->confidence))
                return true;
        }
        as_rival |= among_rivals(f->rivals, f->n_rivals, e);
    }
    return as_rival && !as_finding;
}

static bool is_met(const bench *b, const struct dx_expect *e)
{
    for (size_t i = 0; i < b->n; i++) {
        if ((e->undecided ? undecided_in : found_in)(&b->verdicts[i], e))
            return true;
    }
    return false;
}

static void say_verdict(const dx_case *of, const dx_verdict *v)
{
    for (size_t i = 0; i < v->n_findings; i++)
        dx_cli_say_line("    found: %.*s %d on %.*s, attempt %u", DX_FMT(v->findings[i].diagnosis),
                        v->findings[i].confidence, DX_FMT(of->attempt.server),
                        (unsigned)of->attempt.ordinal);
    for (size_t i = 0; i < v->n_undecided; i++) {
        for (size_t k = 0; k < v->undecided[i].n_candidates; k++)
            dx_cli_say_line("    undecided: %.*s %d on %.*s, attempt %u",
                            DX_FMT(v->undecided[i].candidates[k].id),
                            v->undecided[i].candidates[k].confidence, DX_FMT(of->attempt.server),
                            (unsigned)of->attempt.ordinal);
    }
    if (v->n_findings + v->n_undecided == 0)
        dx_cli_say_line("    found: nothing on %.*s, attempt %u", DX_FMT(of->attempt.server),
                        (unsigned)of->attempt.ordinal);
}

/* Why the expected rule came to another sum. */
static dx_rc say_ledger(dx_rulecheck *c, const bench *b, dx_str id, dx_err *err)
{
    const dx_rule *rule = dx_rulebook_rule(c->know->book, id);

    for (size_t i = 0; i < b->n; i++) {
        const dx_trace *trace;
        size_t n;
        say_verdict(&b->cases[i], &b->verdicts[i]);
        if (!rule)
            continue;
        if (dx_why_not(c->know->book, rule, &b->cases[i], c->scratch, &trace, &n, err) != DX_OK)
            return DX_FAIL;
        for (size_t k = 0; k < n; k++)
            dx_cli_say_line("      %s %+3d  %.*s", trace[k].held ? "yes" : "no ", trace[k].points,
                            DX_FMT(trace[k].text));
    }
    return DX_OK;
}

static dx_rc check_expected(dx_rulecheck *c, const dx_rule *rule, const dx_rule_case *rc,
                            const bench *b, dx_err *err)
{
    for (size_t i = 0; i < rc->n_expect; i++) {
        const struct dx_expect *e = &rc->expect[i];
        char what[24] = "";
        if (is_met(b, e))
            continue;
        if (e->undecided)
            snprintf(what, sizeof what, "undecided");
        else if (e->confidence >= 0)
            snprintf(what, sizeof what, "%d", e->confidence);
        dx_fault(&c->faults, rc->at, "%.*s: case '%.*s' does not give %.*s %s", DX_FMT(rule->id),
                 DX_FMT(rc->name), DX_FMT(e->id), what);
        if (say_ledger(c, b, e->id, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static bool is_expected(const dx_rule_case *rc, dx_str id)
{
    for (size_t i = 0; i < rc->n_expect; i++) {
        if (dx_str_eq(rc->expect[i].id, id) && !rc->expect[i].undecided)
            return true;
    }
    return false;
}

static void check_unexpected(dx_rulecheck *c, const dx_rule *rule, const dx_rule_case *rc,
                             const dx_verdict *v)
{
    for (size_t i = 0; i < v->n_findings; i++) {
        if (!is_expected(rc, v->findings[i].diagnosis))
            dx_fault(&c->faults, rc->at, "%.*s: case '%.*s' also gives %.*s %d, not expected",
                     DX_FMT(rule->id), DX_FMT(rc->name), DX_FMT(v->findings[i].diagnosis),
                     v->findings[i].confidence);
    }
}

static dx_rc check_case(dx_rulecheck *c, const dx_rule *rule, const dx_rule_case *rc, dx_err *err)
{
    bench b;

    if (set_up(c, rc, &b, err) != DX_OK)
        return DX_FAIL;
    if (!dx_rulecheck_wants(c, rule->at))
        return DX_OK;
    c->cases++;
    for (size_t i = 0; i < b.n; i++)
        check_unexpected(c, rule, rc, &b.verdicts[i]);
    return check_expected(c, rule, rc, &b, err);
}

dx_rc dx_rulecheck_rule(dx_rulecheck *c, const dx_rule *rule, dx_err *err)
{
    const bool wanted = dx_rulecheck_wants(c, rule->at);

    if (rule->retired)
        return DX_OK;
    c->diagnoses += wanted;
    if (c->strict && wanted) {
        dx_rulecheck_wise_rule(c, rule);
        if (dx_rulecheck_texts(c, rule, err) != DX_OK)
            return DX_FAIL;
    }
    for (size_t i = 0; i < rule->n_cases; i++) {
        if (check_case(c, rule, &rule->cases[i], err) != DX_OK)
            return DX_FAIL;
        dx_arena_reset(c->scratch);
    }
    return DX_OK;
}

dx_rc dx_rulecheck_reach(dx_rulecheck *c, const dx_rule *rule, dx_err *err)
{
    for (size_t i = 0; i < rule->n_cases; i++) {
        bench b;
        if (set_up(c, &rule->cases[i], &b, err) != DX_OK)
            return DX_FAIL;
        dx_arena_reset(c->scratch);
    }
    return DX_OK;
}
