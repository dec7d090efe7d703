/* The timeline of an attempt: signs, errors nobody knows, harmless lines and the end. */
#include <stdio.h>
#include <stdlib.h>

#include "core/time.h"
#include "report/html_report.h"

enum { MOST_MARKS = DX_TIMELINE_MARKS, CLIP = 160 };

typedef struct moment {
    uint32_t line;
    int64_t time_us;
    dx_mark mark;
    dx_str text;
    const char *what;
} moment;

typedef struct story {
    const dx_html_doc *doc;
    const dx_report_attempt *of;
    moment p[MOST_MARKS];
    size_t n, left_out;
    bool by_time;
} story;

static void add(story *s, moment m)
{
    if (s->n < MOST_MARKS)
        s->p[s->n++] = m;
    else
        s->left_out++;
}

static void add_event(story *s, const dx_event *e, dx_mark mark, const char *what)
{
    if (dx_report_locate(s->doc->report, s->of, e) == s->of->of)
        add(s, (moment){e->line, e->time_us, mark, e->text, what});
}

static void add_signs(story *s, const dx_finding *f)
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

static void add_verdict(story *s, const dx_verdict *v, bool numbered)
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

static void add_end(story *s)
{
    static const dx_tone tones[] = {[DX_UNDECIDED] = DX_TONE_NONE,
                                    [DX_SUCCEEDED] = DX_TONE_GOOD,
                                    [DX_FAILED] = DX_TONE_BAD,
                                    [DX_CANCELLED] = DX_TONE_WARN,
                                    [DX_CUT_OFF] = DX_TONE_WARN};
    const dx_attempt *a = &s->of->of->attempt;

    if (a->outcome_line > 0)
        add(s, (moment){a->outcome_line,
                        a->ended_us,
                        {.shape = DX_MARK_BAR, .tone = tones[a->outcome]},
                        a->outcome_text,
                        dx_outcome_names[a->outcome]});
}

static int by_line(const void *a, const void *b)
{
    const moment *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->mark.shape > y->mark.shape) - (x->mark.shape < y->mark.shape);
}

/* By the clock when it is known for all of them and does not jump back. */
static bool has_times(const story *s)
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

static void put_row(dx_buf *out, const moment *m)
{
    dx_buf_add(out, DX_LIT("<tr><td class=\"num\">"));
    if (m->mark.number > 0)
        dx_buf_printf(out, "[%u]", m->mark.number);
    dx_buf_printf(out, "</td><td class=\"num\">%lu</td><td>", (unsigned long)m->line);
    dx_html_time(out, m->time_us);
    dx_buf_printf(out, "</td><td>%s</td><td class=\"mono\">", m->what);
    dx_html_clip(out, m->text, CLIP);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void put_table(dx_buf *out, const story *s)
{
    dx_buf_add(out, DX_LIT("<details><summary>Data</summary><div class=\"scroll\"><table "
                           "class=\"data\"><thead><tr><th scope=\"col\" class=\"num\">Sign</th>"
                           "<th scope=\"col\" class=\"num\">Line</th><th scope=\"col\">Time</th>"
                           "<th scope=\"col\">What</th><th scope=\"col\">Text</th></tr></thead>"
                           "<tbody>\n"));
    for (size_t i = 0; i < s->n; i++)
        put_row(out, &s->p[i]);
    dx_buf_add(out, DX_LIT("</tbody></table></div>"));
    if (s->left_out > 0)
        dx_buf_printf(out, "<p class=\"meta\">%zu more are not drawn.</p>", s->left_out);
    dx_buf_add(out, DX_LIT("</details>\n"));
}

static void put_drawing(dx_buf *out, const story *s)
{
    const dx_attempt *a = &s->of->of->attempt;
    dx_mark marks[MOST_MARKS];
    char from[48], to[48], summary[160];

    for (size_t i = 0; i < s->n; i++) {
        marks[i] = s->p[i].mark;
        marks[i].at = s->by_time ? s->p[i].time_us : (int64_t)s->p[i].line;
    }
    if (s->by_time) {
        dx_time_short(a->began_us, from);
        dx_time_short(a->ended_us, to);
    } else {
        (void)snprintf(from, sizeof from, "line %lu", (unsigned long)a->first_line);
        (void)snprintf(to, sizeof to, "line %lu", (unsigned long)a->last_line);
    }
    (void)snprintf(summary, sizeof summary, "%zu %s from %s to %s%s", s->n,
                   dx_plural(s->n, "moment", "moments"), from, to, s->by_time ? " UTC" : "");
    dx_chart_timeline(out, &(dx_chart){DX_LIT("Timeline"), dx_str_of(summary)},
                      &(dx_timeline){.from = s->by_time ? a->began_us : (int64_t)a->first_line,
                                     .to = s->by_time ? a->ended_us : (int64_t)a->last_line,
                                     .from_label = dx_str_of(from),
                                     .to_label = dx_str_of(to),
                                     .marks = marks,
                                     .n_marks = s->n});
}

void dx_html_timeline(dx_html_doc *d, const dx_report_attempt *a, const dx_finding *f)
{
    story s = {.doc = d, .of = a};
    dx_buf *out = &d->sink.buf;

    add_end(&s);
    add_signs(&s, f);
    add_verdict(&s, a->verdict, f == NULL);
    if (s.n == 0)
        return;
    qsort(s.p, s.n, sizeof *s.p, by_line);
    s.by_time = has_times(&s);
    put_drawing(out, &s);
    dx_buf_add(out, DX_LIT("<ul class=\"legend\"><li><svg width=\"12\" height=\"12\" "
                           "aria-hidden=\"true\"><circle cx=\"6\" cy=\"6\" r=\"5\" "
                           "class=\"fill-bad\"/></svg>sign</li><li><svg width=\"12\" "
                           "height=\"12\" aria-hidden=\"true\"><path d=\"M6 0 12 6 6 12 0 6z\" "
                           "class=\"fill-warn\"/></svg>no rule knows it</li><li><svg "
                           "width=\"12\" height=\"12\" aria-hidden=\"true\"><circle cx=\"6\" "
                           "cy=\"6\" r=\"4\" class=\"ring\"/></svg>harmless</li></ul>\n"));
    put_table(out, &s);
    dx_chart_end(out);
}
