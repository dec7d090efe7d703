#include "report/words.h"

static const dx_word state_words[] = {
    [DX_OPEN] = {"FAIL", DX_TONE_BAD},           [DX_FIX_BEGUN] = {"FAIL", DX_TONE_BAD},
    [DX_FIX_LEFT_OPEN] = {"WARN", DX_TONE_WARN}, [DX_RESOLVED] = {"OK", DX_TONE_GOOD},
    [DX_SAID_FIXED] = {"WARN", DX_TONE_WARN},    [DX_SILENCED] = {"WARN", DX_TONE_WARN},
};

static const dx_ending_word endings[DX_ENDINGS] = {
    [DX_ENDED_FAILED] = {{"FAIL", DX_TONE_BAD}, " failed"},
    [DX_ENDED_UNDECIDED] = {{"????", DX_TONE_WARN}, " failed, and several causes are possible"},
    [DX_ENDED_UNCLEAR] = {{"????", DX_TONE_WARN}, ": it is not known how it ended"},
    [DX_ENDED_RESOLVED] = {{"OK", DX_TONE_GOOD}, " failed, resolved since"},
    [DX_ENDED_SILENCED] = {{"WARN", DX_TONE_WARN}, " failed, which is silenced"},
    [DX_ENDED_CANCELLED] = {{"WARN", DX_TONE_WARN}, " was cancelled"},
    [DX_ENDED_CUT_OFF] = {{"????", DX_TONE_WARN}, ": the log stops before the end"},
    [DX_ENDED_SILENT] = {{"????", DX_TONE_WARN}, ": the log does not say how it ended"},
    [DX_ENDED_SUCCEEDED] = {{"OK", DX_TONE_GOOD}, " succeeded"},
};

dx_word dx_finding_word(const dx_report_attempt *a, const dx_finding *f)
{
    if (dx_report_stopped(a, f))
        return endings[DX_ENDED_CANCELLED].word;
    return state_words[f->state];
}

/* A text of which only the words are there: any file may be one. */
static const dx_ending_word strange = {{"????", DX_TONE_WARN},
                                       ": nothing that setupdx knows is in it"};

/* It ended, and neither well nor badly: the one that ran already decides that. */
static const dx_ending_word refused = {{"WARN", DX_TONE_WARN},
                                       ": a second start, refused beside the one that was running"};

static bool is_strange(const dx_report_attempt *a)
{
    const dx_attempt *of = &a->of->attempt;
    const dx_verdict *v = a->verdict;

    return of->n_facts == 0 && of->began_us == DX_NO_TIME && a->of->n_events == 0 &&
           v->n_unexplained + v->n_harmless + v->n_unknown == 0;
}

const dx_ending_word *dx_ending_word_of(const dx_report_attempt *a)
{
    const dx_ending ending = dx_report_ending(a);

    if (ending != DX_ENDED_SILENT)
        return &endings[ending];
    if (dx_attempt_fact(&a->of->attempt, DX_FACT_REFUSED).n > 0)
        return &refused;
    return is_strange(a) ? &strange : &endings[ending];
}

static size_t count_failures(const dx_verdict *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->n_unexplained; i++)
        n += v->unexplained[i]->polarity == DX_FAILURE;
    return n;
}

dx_word dx_puzzle_word(const dx_report_attempt *a)
{
    if (dx_report_ending(a) == DX_ENDED_UNCLEAR)
        return (dx_word){"????", DX_TONE_WARN};
    if (a->of->attempt.outcome == DX_SUCCEEDED)
        return (dx_word){"WARN", DX_TONE_WARN};
    return (dx_word){"FAIL", DX_TONE_BAD};
}

void dx_puzzle_says(dx_buf *out, const dx_report_attempt *a)
{
    const dx_outcome outcome = a->of->attempt.outcome;
    const size_t failures = count_failures(a->verdict), all = a->verdict->n_unexplained;

    if (outcome == DX_FAILED)
        dx_buf_add(out, DX_LIT(" failed, no rule knows why"));
    else if (outcome == DX_SUCCEEDED)
        dx_buf_printf(out, " succeeded, but no rule explains %zu %s in its log", failures,
                      dx_plural(failures, "failure", "failures"));
    else if (failures > 0)
        dx_buf_printf(out, " shows %zu %s that no rule explains", failures,
                      dx_plural(failures, "failure", "failures"));
    else
        dx_buf_printf(out, ": %s, and no rule knows %zu %s in its log",
                      outcome == DX_CUT_OFF ? "the log stops before the end"
                                            : "the log does not say how it ended",
                      all, dx_plural(all, "error", "errors"));
}

void dx_explained_says(dx_buf *out, const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;
    const size_t harmless = v->n_harmless, all = harmless + v->n_unexplained + v->n_unknown;

    if (all > 0)
        dx_buf_printf(out, ", %zu %s like %s, %zu explained", all,
                      dx_plural(all, "line looks", "lines look"),
                      dx_plural(all, "an error", "errors"), harmless);
    if (all > harmless)
        dx_buf_printf(out, ", %zu not", all - harmless);
}

void dx_place_says(dx_buf *out, const dx_case *of, uint32_t line)
{
    dx_buf_add(out, of ? of->path : DX_LIT("another log"));
    if (of && of->member.n > 0) {
        dx_buf_char(out, '!');
        dx_buf_add(out, of->member);
    }
    if (line > 0)
        dx_buf_printf(out, ":%lu", (unsigned long)line);
}

size_t dx_sign_of(const dx_finding *f, size_t which)
{
    size_t number = 0;

    if (!f->evidence[which].event)
        return 0;
    for (size_t i = 0; i <= which; i++) {
        bool first = f->evidence[i].event != NULL;
        for (size_t k = 0; k < i && first; k++)
            first = f->evidence[k].event != f->evidence[i].event;
        number += first;
        if (f->evidence[i].event == f->evidence[which].event)
            return number;
    }
    return number;
}

bool dx_is_repeat(const dx_evidence *e)
{
    return e->points == 0 && e->step.n == 0 && e->event != NULL;
}
