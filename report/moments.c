#include "report/moments.h"

#include <stdlib.h>

static void add(dx_story *s, dx_moment m)
{
    if (s->n < DX_MOMENTS)
        s->p[s->n++] = m;
    else
        s->left_out++;
}

static void add_event(dx_story *s, const dx_event *e, dx_mark mark, const char *what)
{
    if (dx_report_locate(s->report, s->of, e) == s->of->of)
        add(s, (dx_moment){e->line, e->time_us, mark, e->text, what});
}

static void add_signs(dx_story *s, const dx_finding *f)
{
    size_t told = 0;

    for (size_t i = 0; f && i < f->n_evidence; i++) {
        const size_t sign = dx_sign_of(f, i);
        if (sign <= told)
            continue;
        told = sign;
        add_event(s, f->evidence[i].event,
                  (dx_mark){.shape = DX_MARK_DOT, .tone = DX_TONE_BAD, .number = (unsigned)sign},
                  "sign");
    }
}

static void add_verdict(dx_story *s, const dx_verdict *v, bool numbered)
{
    for (size_t u = 0; numbered && u < v->n_undecided; u++)
        for (size_t i = 0; i < v->undecided[u].n_events; i++)
            add_event(s, v->undecided[u].events[i],
                      (dx_mark){.shape = DX_MARK_DOT,
                                .tone = DX_TONE_BAD,
                                .number = u == 0 ? (unsigned)i + 1 : 0},
                      "sign");
    numbered &= v->n_undecided == 0;
    for (size_t i = 0; i < v->n_unexplained; i++)
        add_event(s, v->unexplained[i],
                  (dx_mark){.shape = DX_MARK_DIAMOND,
                            .tone = DX_TONE_WARN,
                            .number = numbered ? (unsigned)i + 1 : 0},
                  "no rule knows it");
    for (size_t i = 0; i < v->n_harmless; i++)
        add_event(s, v->harmless[i], (dx_mark){.shape = DX_MARK_RING}, "harmless");
}

static void add_end(dx_story *s)
{
    static const dx_tone tones[] = {[DX_UNDECIDED] = DX_TONE_NONE,
                                    [DX_SUCCEEDED] = DX_TONE_GOOD,
                                    [DX_FAILED] = DX_TONE_BAD,
                                    [DX_CANCELLED] = DX_TONE_WARN,
                                    [DX_CUT_OFF] = DX_TONE_WARN};
    const dx_attempt *a = &s->of->of->attempt;

    if (a->outcome_line > 0)
        add(s, (dx_moment){a->outcome_line,
                           a->ended_us,
                           {.shape = DX_MARK_BAR, .tone = tones[a->outcome]},
                           a->outcome_text,
                           dx_outcome_names[a->outcome]});
}

static int by_line(const void *a, const void *b)
{
    const dx_moment *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->mark.shape > y->mark.shape) - (x->mark.shape < y->mark.shape);
}

/* By the clock when it is known for all of them and does not jump back. */
static bool has_times(const dx_story *s)
{
    const dx_attempt *a = &s->of->of->attempt;
    int64_t last = a->began_us;

    if (a->began_us == DX_NO_TIME || a->ended_us == DX_NO_TIME || a->ended_us <= a->began_us)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        if (s->p[i].time_us == DX_NO_TIME || s->p[i].time_us < last)
            return false;
        last = s->p[i].time_us;
    }
    return last <= a->ended_us;
}

/* ---- the clock ---- */

static const int64_t MINUTE_US = 60000000;

typedef struct tick {
    uint32_t line;
    int64_t us;
} tick;

static void step(dx_story *s, tick *last, tick now)
{
    const int64_t passed = last->us == DX_NO_TIME ? 0 : now.us - last->us;
    const bool back = passed < -MINUTE_US;
    const bool gap = passed > 60 * MINUTE_US && now.line <= last->line + DX_GAP_LINES;

    if ((back || gap) && s->n_pauses < DX_PAUSES)
        s->pause[s->n_pauses++] = (dx_pause){back, last->line, now.line, last->us, now.us};
    *last = now;
}

/* All events count, not only those that are told: each shows the clock at its line. */
static void add_pauses(dx_story *s)
{
    const dx_case *of = s->of->of;
    tick last = {of->attempt.first_line, of->attempt.began_us};

    for (size_t i = 0; i < of->n_events; i++)
        if (of->events[i].time_us != DX_NO_TIME)
            step(s, &last, (tick){of->events[i].line, of->events[i].time_us});
    if (of->attempt.ended_us != DX_NO_TIME && of->attempt.last_line >= last.line)
        step(s, &last, (tick){of->attempt.last_line, of->attempt.ended_us});
}

void dx_story_tell(dx_story *out, const dx_report *r, const dx_report_attempt *a,
                   const dx_finding *f)
{
    *out = (dx_story){.report = r, .of = a};
    add_end(out);
    add_signs(out, f);
    add_verdict(out, a->verdict, f == NULL);
    if (out->n > 0)
        qsort(out->p, out->n, sizeof *out->p, by_line);
    out->by_time = has_times(out);
    add_pauses(out);
}
