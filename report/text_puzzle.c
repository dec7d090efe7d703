/* Failures whose cause is not known, or not known for certain. */
#include <stdio.h>

#include "report/text.h"

enum { MOST_SIGNS = 5, MOST_CANDIDATES = 5 };

static void tell_codes(dx_teller *t, const dx_report_attempt *a)
{
    enum { MOST_CODES = 6 };

    for (size_t i = 0; i < a->n_codes && i < MOST_CODES; i++) {
        const dx_report_code *c = &a->codes[i];
        dx_say_short(t, c->text, 24);
        dx_say(t, " ");
        dx_say_short(t, c->name.n > 0 ? c->name : c->space, 48);
        dx_say(t, ": ");
        dx_say_log(t, c->meaning);
        dx_say(t, c->outcome ? " (an outcome, no cause)" : "");
        dx_tell(t, DX_PART_RIVALS,
                (dx_para){.label = i == 0 ? "Codes" : NULL,
                          .tone = DX_TONE_BOLD,
                          .indent = i == 0 ? 0 : DX_HANG,
                          .hang = DX_HANG,
                          .max_lines = 2});
    }
}

/* ---- several causes are possible ---- */

static void tell_candidates(dx_teller *t, const dx_undecided *u)
{
    for (size_t i = 0; i < u->n_candidates && i < MOST_CANDIDATES; i++)
        dx_tell_rival(t, &u->candidates[i], i > 0 ? "Or:" : "Either:");
    dx_tell_more(t, DX_PART_RIVALS,
                 u->n_candidates > MOST_CANDIDATES ? u->n_candidates - MOST_CANDIDATES : 0,
                 "possible causes");
}

void dx_say_candidates(dx_teller *t, const dx_undecided *u)
{
    dx_say(t, u->n_candidates == 1 ? "perhaps, but not for certain: " : "cannot decide between ");
    for (size_t i = 0; i < u->n_candidates && i < 2; i++) {
        dx_say(t, i > 0 ? " and " : "");
        dx_say_title(t, u->candidates[i].title, u->candidates[i].id, t->page.columns);
    }
    if (u->n_candidates > 2)
        dx_buf_printf(&t->text, " and %zu more", u->n_candidates - 2);
}

void dx_text_undecided(dx_teller *t, const dx_item *item)
{
    const dx_undecided *u = &dx_item_attempt(t, item)->verdict->undecided[item->which];

    if (t->first_key.n == 0)
        t->first_key = dx_key_str(u->key);
    dx_say_server(t, u->server);
    dx_say_candidates(t, u);
    dx_say_key(t, u->key);
    dx_tell(t, DX_PART_HEAD,
            (dx_para){.label = "????", .tone = DX_TONE_WARN, .hang = DX_HANG, .max_lines = 3});
    dx_tell_again(t, item);
    dx_tell_elsewhere(t, item);
    if (u->question.n > 0) {
        dx_say_log(t, u->question);
        dx_tell(t, DX_PART_CAUSE,
                (dx_para){
                    .label = "To decide:", .tone = DX_TONE_BOLD, .hang = DX_HANG, .max_lines = 4});
    }
    dx_tell_signs_head(t, item);
    for (size_t i = 0; i < u->n_events && i < MOST_SIGNS; i++)
        dx_tell_sign(t, DX_PART_SIGNS, i + 1, item, u->events[i]);
    dx_tell_more(t, DX_PART_SIGNS, u->n_events > MOST_SIGNS ? u->n_events - MOST_SIGNS : 0,
                 "signs");
    tell_candidates(t, u);
    if (item->which == 0 && !t->report->explanation) /* that tells those of the whole text */
        tell_codes(t, dx_item_attempt(t, item));
    dx_tell_unexplained(t, item);
    dx_tell_others(t, item);
    dx_tell_block(t);
}

/* ---- no rule knows why ---- */

static size_t count_failures(const dx_verdict *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->n_unexplained; i++)
        n += v->unexplained[i]->polarity == DX_FAILURE;
    return n;
}

static void say_what(dx_teller *t, const dx_report_attempt *a)
{
    dx_say_product(t, &a->of->attempt);
    dx_puzzle_says(&t->text, a);
}

/* What the log itself says of the end. */
static void tell_end(dx_teller *t, const dx_case *of)
{
    const dx_attempt *a = &of->attempt;

    if (a->outcome_text.n == 0 && a->code.n == 0)
        return;
    dx_say_log(t, a->outcome_text);
    if (a->code.n > 0) {
        dx_say(t, a->outcome_text.n > 0 ? " (code " : "(code ");
        dx_say_short(t, a->code, 40);
        dx_say(t, ")");
    }
    if (a->outcome_line > 0)
        dx_say_place(t, of, a->outcome_line, t->page.columns - DX_HANG);
    dx_tell(
        t, DX_PART_CAUSE,
        (dx_para){
            .label = "End", .tone = DX_TONE_BOLD, .hang = DX_HANG, .max_lines = 3, .keep_end = 40});
}

/* A later attempt with the same format on the same server that went well. */
static void tell_later(dx_teller *t, const dx_item *item)
{
    const dx_attempt *own = &dx_item_attempt(t, item)->of->attempt;

    for (size_t i = item->attempt + 1; i < t->report->n_attempts; i++) {
        const dx_case *of = t->report->attempts[i].of;
        if (of->attempt.outcome != DX_SUCCEEDED || !dx_str_eq(of->attempt.server, own->server) ||
            !dx_str_eq(of->attempt.format, own->format) || of->attempt.began_us < own->began_us)
            continue;
        dx_buf_printf(&t->text, "a later attempt succeeded: attempt %u",
                      (unsigned)of->attempt.ordinal);
        dx_say_place(t, of, of->attempt.first_line, t->page.columns - DX_HANG);
        dx_tell(t, DX_PART_STATE,
                (dx_para){.label = "State", .tone = DX_TONE_BOLD, .hang = DX_HANG});
        return;
    }
}

/* Known failures come before errors that no signature knows. */
static bool is_decisive(const dx_verdict *v, size_t which, size_t failures)
{
    const bool failure = v->unexplained[which]->polarity == DX_FAILURE;
    size_t before = failure ? 0 : failures;

    for (size_t i = 0; i < which && before < MOST_SIGNS; i++)
        before += (v->unexplained[i]->polarity == DX_FAILURE) == failure;
    return before < MOST_SIGNS;
}

/* ---- what can still be said ---- */

static void tell_around_head(dx_teller *t, const dx_report_attempt *a)
{
    char label[32];
    size_t own = 0;

    while (own + 1 < a->n_around && !a->around[own].own)
        own++;
    (void)snprintf(label, sizeof label, "Around line %lu", (unsigned long)a->around[own].number);
    dx_tell(t, DX_PART_AROUND, (dx_para){.label = label, .tone = DX_TONE_BOLD});
}

/* As grep shows them: "412:" is the line itself, "411-" one beside it. */
static void tell_around(dx_teller *t, const dx_report_attempt *a)
{
    char label[16];
    size_t width = 1;

    if (a->n_around == 0)
        return;
    tell_around_head(t, a);
    for (uint32_t last = a->around[a->n_around - 1].number; last >= 10; last /= 10)
        width++;
    for (size_t i = 0; i < a->n_around; i++) {
        const dx_log_line *l = &a->around[i];
        (void)snprintf(label, sizeof label, "%10lu%c", (unsigned long)l->number,
                       l->own ? ':' : '-');
        dx_say_log(t, l->text);
        dx_tell(t, DX_PART_AROUND,
                (dx_para){.label = label + 10 - width,
                          .tone = l->own ? DX_TONE_BOLD : DX_TONE_NONE,
                          .indent = 2,
                          .hang = 2,
                          .max_lines = 1,
                          .keep_end = 40});
    }
}

void dx_say_nearest(dx_teller *t, const dx_rival *r)
{
    dx_say_title(t, r->title, r->id, t->page.columns);
    dx_buf_printf(&t->text, " (%d%% of its words): it says \"", r->confidence);
    dx_say_log(t, r->tell);
    dx_say(t, "\"");
    if (r->differs.n > 0) {
        dx_say(t, "; only there: ");
        dx_say_log(t, r->differs);
    }
}

static void tell_nearest(dx_teller *t, const dx_report_attempt *a)
{
    for (size_t i = 0; i < a->n_nearest; i++) {
        dx_say_nearest(t, &a->nearest[i]);
        dx_tell(
            t, DX_PART_RIVALS,
            (dx_para){.label = "Nearest known:", .tone = DX_TONE_BOLD, .hang = 2, .max_lines = 4});
    }
}

void dx_text_unexplained(dx_teller *t, const dx_item *item)
{
    const dx_report_attempt *a = dx_item_attempt(t, item);
    const dx_verdict *v = a->verdict;
    const size_t failures = count_failures(v);
    const dx_word word = dx_puzzle_word(a);
    size_t told = 0;

    dx_say_server(t, a->of->attempt.server);
    say_what(t, a);
    dx_tell(t, DX_PART_HEAD,
            (dx_para){.label = word.word, .tone = word.tone, .hang = DX_HANG, .max_lines = 3});
    dx_tell_elsewhere(t, item);
    tell_later(t, item);
    tell_end(t, a->of);
    dx_tell_signs_head(t, item);
    for (size_t i = 0; i < v->n_unexplained && told < MOST_SIGNS; i++)
        if (is_decisive(v, i, failures))
            dx_tell_sign(t, DX_PART_SIGNS, ++told, item, v->unexplained[i]);
    if (told == 0) {
        dx_say(t, a->of->attempt.outcome_text.n > 0 ? "no other line of the log looks like an error"
                                                    : "no line of the log looks like an error");
        dx_tell(t, DX_PART_SIGNS, (dx_para){.hang = DX_HANG});
    }
    dx_tell_more(t, DX_PART_SIGNS, v->n_unexplained - told, "lines that look like errors");
    tell_around(t, a);
    tell_codes(t, a);
    tell_nearest(t, a);
    dx_tell_block(t);
}

void dx_say_puzzle(dx_teller *t, const dx_report_attempt *a)
{
    dx_say_server(t, a->of->attempt.server);
    say_what(t, a);
}
