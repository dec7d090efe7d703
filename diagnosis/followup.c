#include "diagnosis/bench.h"

/* What the server's later history tells about one finding. */
typedef struct aftermath {
    const dx_rule *rule;
    const dx_event *begun, *ended;             /* the fix: its last begin, and the end after it */
    const dx_case *begun_in, *ran, *succeeded; /* ran: the first attempt after the begin */
    const dx_case *tried;                      /* last later attempt at the same work */
    bool came_again;                           /* and the diagnosis applies to it too */
} aftermath;

/* ---- reading the history ---- */

/* The finding's events may have been read again from a store since: compared by where they are. */
static bool is_same_event(const dx_event *a, const dx_event *b)
{
    return a == b || (a->seq == b->seq && a->at == b->at && a->line == b->line &&
                      a->time_us == b->time_us && dx_str_eq(a->signature, b->signature));
}

static size_t first_after(const dx_finding *finding, const dx_case *own)
{
    for (size_t i = own->n_events; i-- > 0;) {
        for (size_t k = 0; k < finding->n_evidence; k++) {
            const dx_event *event = finding->evidence[k].event;
            if (event && is_same_event(event, &own->events[i]))
                return i + 1;
        }
    }
    return 0;
}

static void note_event(aftermath *after, const dx_case *where, const dx_event *event)
{
    if (after->rule->fix_begins && dx_signature_carried(after->rule->fix_begins, event)) {
        after->begun = event;
        after->begun_in = where;
        after->ended = NULL;
        after->ran = NULL;
    } else if (after->begun && after->rule->fix_ends &&
               dx_signature_carried(after->rule->fix_ends, event)) {
        after->ended = event;
    }
}

/* An attempt whose own log shows the begin and then its success ran after it, too. */
static void note_run(aftermath *after, const dx_case *later)
{
    if (!after->begun || after->ran)
        return;
    if (later != after->begun_in || (later->attempt.outcome == DX_SUCCEEDED &&
                                     later->attempt.outcome_line > after->begun->line))
        after->ran = later;
}

/* An update that failed is not put right by a shortcut that could be made. */
static bool is_same_work(const dx_case *a, const dx_case *b)
{
    const dx_str x = dx_attempt_fact(&a->attempt, "product");
    const dx_str y = dx_attempt_fact(&b->attempt, "product");
    const dx_str how = dx_attempt_fact(&a->attempt, "mode");
    const dx_str then = dx_attempt_fact(&b->attempt, "mode");

    if (how.n && then.n && !dx_str_ieq(how, then))
        return false;
    return x.n && y.n ? dx_str_ieq(x, y) : dx_str_eq(a->attempt.format, b->attempt.format);
}

static dx_rc applies(const dx_rulebook *book, const dx_rule *rule, const dx_case *later,
                     dx_arena *into, bool *out, dx_err *err)
{
    dx_bench bench;
    dx_hearing h;
    const bool heard = dx_bench_open(&bench, book, later, into) && dx_hear(&bench, rule, &h);
    if (heard)
        *out = dx_hearing_stands(&h);
    dx_bench_close(&bench);
    return heard ? DX_OK : dx_nomem(err);
}

static dx_rc note_attempt(const dx_rulebook *book, aftermath *after, const dx_case *later,
                          dx_arena *into, dx_err *err)
{
    bool again = false;
    if (applies(book, after->rule, later, into, &again, err) != DX_OK)
        return DX_FAIL;
    after->tried = later;
    after->came_again = again;
    if (!after->succeeded && later->attempt.outcome == DX_SUCCEEDED && !again)
        after->succeeded = later;
    return DX_OK;
}

static dx_rc read_history(const dx_rulebook *book, const dx_case *history, size_t n, size_t self,
                          const dx_finding *finding, dx_arena *into, aftermath *after, dx_err *err)
{
    const dx_case *own = &history[self];
    for (size_t c = self; c < n; c++) {
        const dx_case *later = &history[c];
        if (!dx_str_ieq(dx_attempt_machine(&later->attempt), dx_attempt_machine(&own->attempt)))
            continue;
        for (size_t i = c == self ? first_after(finding, own) : 0; i < later->n_events; i++)
            note_event(after, later, &later->events[i]);
        note_run(after, later);
        if (c == self || !is_same_work(own, later))
            continue;
        if (note_attempt(book, after, later, into, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- saying it ---- */

typedef struct moment {
    char text[40]; /* " (2001-05-18 10:00)", or empty */
} moment;

static moment at(int64_t time_us)
{
    moment m = {""};
    char shown[32];
    if (time_us == DX_NO_TIME)
        return m;
    dx_time_short(time_us, shown);
    dx_str text = dx_str_slice(dx_str_of(shown), 0, sizeof m.text - 4);
    m.text[0] = ' ';
    m.text[1] = '(';
    for (size_t i = 0; i < text.n; i++)
        m.text[i + 2] = text.p[i];
    m.text[text.n + 2] = ')';
    m.text[text.n + 3] = '\0';
    return m;
}

static moment when(const dx_case *attempt)
{
    const dx_attempt *a = &attempt->attempt;
    return at(a->began_us != DX_NO_TIME ? a->began_us : a->ended_us);
}

static dx_str words(const dx_signature *sig)
{
    return sig->title.n ? sig->title : sig->id;
}

static dx_str begun_text(const aftermath *after, dx_arena *into)
{
    const dx_str title = words(after->rule->fix_begins);
    return dx_arena_printf(into, "\"%.*s\"%s", DX_FMT(title), at(after->begun->time_us).text);
}

static dx_str left_open_why(const aftermath *after, dx_str server, dx_arena *into)
{
    const dx_str begun = begun_text(after, into), advice = after->rule->left_open_advice;
    const dx_str wanted = after->rule->fix_ends ? words(after->rule->fix_ends) : DX_NONE;
    const char *how = after->ran->attempt.outcome == DX_SUCCEEDED ? "and succeeded" : "since then";
    return dx_arena_printf(into,
                           "%.*s: %.*s was never followed by \"%.*s\", and a setup ran%s %s%s%.*s",
                           DX_FMT(server), DX_FMT(begun), DX_FMT(wanted), when(after->ran).text,
                           how, advice.n ? ". " : ".", DX_FMT(advice));
}

static dx_str resolved_why(const aftermath *after, dx_str server, dx_arena *into)
{
    const moment succeeded = when(after->succeeded);
    if (!after->begun)
        return dx_arena_printf(into, "%.*s: a later attempt%s succeeded without this failure.",
                               DX_FMT(server), succeeded.text);
    const dx_str begun = begun_text(after, into);
    return dx_arena_printf(into,
                           "%.*s: after %.*s a later attempt%s succeeded without this failure.",
                           DX_FMT(server), DX_FMT(begun), succeeded.text);
}

static dx_str begun_why(const aftermath *after, dx_str server, dx_arena *into)
{
    const dx_str begun = begun_text(after, into);
    dx_str ended = DX_LIT("");
    if (after->ended)
        ended = dx_arena_printf(into, " and then \"%.*s\"%s", DX_FMT(words(after->rule->fix_ends)),
                                at(after->ended->time_us).text);
    if (!begun.p || !ended.p)
        return DX_NONE;
    if (!after->tried)
        return dx_arena_printf(into,
                               "%.*s: %.*s%.*s was seen, but the setup was not seen to run "
                               "again.",
                               DX_FMT(server), DX_FMT(begun), DX_FMT(ended));
    return dx_arena_printf(into, "%.*s: %.*s%.*s was seen, but the last attempt%s %s.",
                           DX_FMT(server), DX_FMT(begun), DX_FMT(ended), when(after->tried).text,
                           after->came_again ? "shows the same failure again"
                                             : "was not seen to succeed");
}

static int64_t begun_us(const aftermath *after)
{
    if (!after->begun)
        return DX_NO_TIME;
    const int64_t us = after->begun->time_us;
    return us != DX_NO_TIME ? us : after->begun_in->attempt.began_us;
}

/* A server that was left in the wrong mode matters more than the setup that worked. */
static dx_state state_of(const aftermath *after)
{
    if (after->begun && after->rule->fix_ends && !after->ended && after->ran)
        return DX_FIX_LEFT_OPEN;
    if (after->succeeded)
        return DX_RESOLVED;
    return after->begun ? DX_FIX_BEGUN : DX_OPEN;
}

static dx_str why_of(const aftermath *after, dx_state state, dx_str server, dx_arena *into)
{
    switch (state) {
    case DX_OPEN:
        break;
    case DX_FIX_BEGUN:
        return begun_why(after, server, into);
    case DX_FIX_LEFT_OPEN:
        return left_open_why(after, server, into);
    case DX_SAID_FIXED:
    case DX_SILENCED:
        break;
    case DX_RESOLVED:
        return resolved_why(after, server, into);
    }
    return DX_LIT("");
}

dx_rc dx_follow_up(const dx_rulebook *book, const dx_case *history, size_t n, size_t self,
                   dx_arena *into, dx_finding *finding, dx_err *err)
{
    aftermath after = {.rule = dx_rulebook_rule(book, finding->diagnosis)};
    /* A finding of a rule that is gone says nothing about what followed. */
    if (!after.rule || self >= n)
        return DX_OK;
    if (read_history(book, history, n, self, finding, into, &after, err) != DX_OK)
        return DX_FAIL;
    const dx_state state = state_of(&after);
    const dx_str why = why_of(&after, state, history[self].attempt.server, into);
    if (!why.p)
        return dx_nomem(err);
    finding->state = state;
    finding->state_why = why;
    finding->begun_us = begun_us(&after);
    return DX_OK;
}
