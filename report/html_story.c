/* The timeline of an attempt with its table. */
#include <stdio.h>

#include "core/time.h"
#include "report/answer.h"
#include "report/html_report.h"
#include "report/moments.h"

enum { CLIP = 160 };

static void put_row(dx_buf *out, const dx_moment *m)
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

static void put_pause(dx_buf *out, const dx_pause *p)
{
    const int64_t passed = p->back ? p->from_us - p->to_us : p->to_us - p->from_us;

    dx_buf_printf(out, "<tr><td></td><td class=\"num\">%lu\xE2\x80\x93%lu</td><td>",
                  (unsigned long)p->after, (unsigned long)p->before);
    dx_html_time(out, p->from_us);
    dx_buf_add(out, DX_LIT(" to "));
    dx_html_time(out, p->to_us);
    dx_buf_printf(out, "</td><td>%s</td><td>", p->back ? "clock jump" : "gap");
    dx_buf_add(out, p->back ? DX_LIT("The clock went back by ") : DX_LIT("Almost nothing for "));
    dx_value_say(out, DX_UNIT_SPAN, &(dx_value){.known = true, .number = passed});
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void put_rows(dx_buf *out, const dx_story *s)
{
    size_t told = 0;

    for (size_t i = 0; i < s->n; i++) {
        while (told < s->n_pauses && s->pause[told].before <= s->p[i].line)
            put_pause(out, &s->pause[told++]);
        put_row(out, &s->p[i]);
    }
    while (told < s->n_pauses)
        put_pause(out, &s->pause[told++]);
}

static void put_table(dx_buf *out, const dx_story *s)
{
    dx_buf_add(out, DX_LIT("<details><summary>Data</summary><div class=\"scroll\"><table "
                           "class=\"data\"><thead><tr><th scope=\"col\" class=\"num\">Sign</th>"
                           "<th scope=\"col\" class=\"num\">Line</th><th scope=\"col\">Time</th>"
                           "<th scope=\"col\">What</th><th scope=\"col\">Text</th></tr></thead>"
                           "<tbody>\n"));
    put_rows(out, s);
    dx_buf_add(out, DX_LIT("</tbody></table></div>"));
    if (s->left_out > 0)
        dx_buf_printf(out, "<p class=\"meta\">%zu more are not drawn.</p>", s->left_out);
    dx_buf_add(out, DX_LIT("</details>\n"));
}

static struct dx_break break_of(const dx_story *s, const dx_pause *p)
{
    return s->by_time ? (struct dx_break){p->from_us, p->to_us, p->back}
                      : (struct dx_break){p->after, p->before, p->back};
}

/* ", 1 gap of more than an hour, the clock goes back 2 times"; nothing without them. */
static void say_pauses(const dx_story *s, char *out, size_t size)
{
    size_t back = 0;

    for (size_t i = 0; i < s->n_pauses; i++)
        back += s->pause[i].back;
    const size_t gaps = s->n_pauses - back;
    int n = 0;
    out[0] = '\0';
    if (gaps > 0)
        n = snprintf(out, size, ", %zu %s of more than an hour", gaps,
                     dx_plural(gaps, "gap", "gaps"));
    if (back > 0)
        (void)snprintf(out + n, size - (size_t)n, ", the clock goes back %zu %s", back,
                       dx_plural(back, "time", "times"));
}

static void put_drawing(dx_buf *out, const dx_story *s)
{
    const dx_attempt *a = &s->of->of->attempt;
    dx_mark marks[DX_MOMENTS];
    struct dx_break breaks[DX_PAUSES];
    char from[48], to[48], pauses[100], summary[260];

    for (size_t i = 0; i < s->n; i++) {
        marks[i] = s->p[i].mark;
        marks[i].at = s->by_time ? s->p[i].time_us : (int64_t)s->p[i].line;
    }
    for (size_t i = 0; i < s->n_pauses; i++)
        breaks[i] = break_of(s, &s->pause[i]);
    if (s->by_time) {
        dx_time_short(a->began_us, from);
        dx_time_short(a->ended_us, to);
    } else {
        (void)snprintf(from, sizeof from, "line %lu", (unsigned long)a->first_line);
        (void)snprintf(to, sizeof to, "line %lu", (unsigned long)a->last_line);
    }
    say_pauses(s, pauses, sizeof pauses);
    (void)snprintf(summary, sizeof summary, "%zu %s from %s to %s%s%s", s->n,
                   dx_plural(s->n, "moment", "moments"), from, to, s->by_time ? " UTC" : "",
                   pauses);
    dx_chart_timeline(out, &(dx_chart){DX_LIT("Timeline"), dx_str_of(summary)},
                      &(dx_timeline){.from = s->by_time ? a->began_us : (int64_t)a->first_line,
                                     .to = s->by_time ? a->ended_us : (int64_t)a->last_line,
                                     .from_label = dx_str_of(from),
                                     .to_label = dx_str_of(to),
                                     .marks = marks,
                                     .n_marks = s->n,
                                     .breaks = breaks,
                                     .n_breaks = s->n_pauses});
}

static void put_pause_legend(dx_buf *out, const dx_story *s)
{
    bool back = false, gap = false;

    for (size_t i = 0; i < s->n_pauses; i++) {
        back |= s->pause[i].back;
        gap |= !s->pause[i].back;
    }
    if (gap)
        dx_buf_add(out, DX_LIT("<li><svg width=\"20\" height=\"12\" aria-hidden=\"true\"><line "
                               "class=\"gap\" x1=\"0\" x2=\"20\" y1=\"6\" y2=\"6\"/></svg>gap of "
                               "more than an hour</li>"));
    if (back)
        dx_buf_add(out, DX_LIT("<li><svg width=\"12\" height=\"18\" aria-hidden=\"true\"><path "
                               "class=\"jump\" transform=\"translate(6 9)\" "
                               "d=\"M0-9 4-3-4 3 0 9\"/></svg>the clock goes back</li>"));
}

void dx_html_timeline(dx_html_doc *d, const dx_report_attempt *a, const dx_finding *f)
{
    dx_story s;
    dx_buf *out = &d->sink.buf;

    dx_story_tell(&s, d->report, a, f);
    if (s.n == 0)
        return;
    put_drawing(out, &s);
    dx_buf_add(out, DX_LIT("<ul class=\"legend\"><li><svg width=\"12\" height=\"12\" "
                           "aria-hidden=\"true\"><circle cx=\"6\" cy=\"6\" r=\"5\" "
                           "class=\"fill-bad\"/></svg>sign</li><li><svg width=\"12\" "
                           "height=\"12\" aria-hidden=\"true\"><path d=\"M6 0 12 6 6 12 0 6z\" "
                           "class=\"fill-warn\"/></svg>no rule knows it</li><li><svg "
                           "width=\"12\" height=\"12\" aria-hidden=\"true\"><circle cx=\"6\" "
                           "cy=\"6\" r=\"4\" class=\"ring\"/></svg>harmless</li>"));
    put_pause_legend(out, &s);
    dx_buf_add(out, DX_LIT("</ul>\n"));
    put_table(out, &s);
    dx_chart_end(out);
}
