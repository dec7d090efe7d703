/* The timeline of an attempt with its table. */
#include <stdio.h>

#include "core/time.h"
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

static void put_table(dx_buf *out, const dx_story *s)
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

static void put_drawing(dx_buf *out, const dx_story *s)
{
    const dx_attempt *a = &s->of->of->attempt;
    dx_mark marks[DX_MOMENTS];
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
                           "cy=\"6\" r=\"4\" class=\"ring\"/></svg>harmless</li></ul>\n"));
    put_table(out, &s);
    dx_chart_end(out);
}
