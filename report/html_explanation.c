#include "report/explanation.h"
#include "report/html_report.h"

static void put_checks(dx_buf *out, const struct dx_explanation *a)
{
    if (a->rule.n == 0)
        return;
    dx_buf_add(out, DX_LIT("<section><h2>Step by step: <span class=\"mono\">"));
    dx_html_text(out, a->rule);
    dx_buf_add(out, DX_LIT("</span></h2><div class=\"card scroll\"><table class=\"data\"><thead>"
                           "<tr><th scope=\"col\">Holds</th><th scope=\"col\">Step or condition"
                           "</th><th scope=\"col\" class=\"num\">Points</th><th scope=\"col\" "
                           "class=\"num\">Line</th></tr></thead><tbody>\n"));
    for (size_t i = 0; i < a->n_checks; i++) {
        const dx_explained_check *c = &a->checks[i];
        dx_buf_printf(out,
                      "<tr data-fact=\"check\"><td><span class=\"badge %s\">%s</span></td><td>",
                      c->held ? "good" : "bad", c->held ? "yes" : "no");
        dx_html_text(out, c->text);
        dx_buf_printf(out, "</td><td class=\"num\">%+d</td><td class=\"num\">", c->points);
        if (c->line > 0)
            dx_buf_printf(out, "%lu", (unsigned long)c->line);
        dx_buf_add(out, DX_LIT("</td></tr>\n"));
    }
    dx_buf_add(out, DX_LIT("</tbody></table></div></section>\n"));
}

static void put_other(dx_buf *out, const dx_attempt_row *r)
{
    dx_buf_add(out, DX_LIT("<tr data-fact=\"other\"><td>"));
    dx_html_time(out, r->happened_us);
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_text(out, r->server);
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_text(out, r->product);
    dx_buf_printf(out, "</td><td>%s</td><td class=\"key\">", dx_state_names[r->state]);
    dx_html_text(out, r->key);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void put_others(dx_buf *out, const struct dx_explanation *a)
{
    if (a->n_others == 0)
        return;
    dx_buf_printf(
        out,
        "<section><h2>Elsewhere</h2><div class=\"card scroll\"><table class=\"data\">"
        "<caption>The same diagnosis, newest first; %lld in all</caption><thead><tr><th "
        "scope=\"col\">When</th><th scope=\"col\">Server</th><th scope=\"col\">Product"
        "</th><th scope=\"col\">State</th><th scope=\"col\">Key</th></tr></thead><tbody>\n",
        (long long)a->all_others);
    for (size_t i = 0; i < a->n_others; i++)
        put_other(out, &a->others[i]);
    dx_buf_add(out, DX_LIT("</tbody></table></div></section>\n"));
}

static void put_note(dx_buf *out, const dx_note *n)
{
    dx_buf_add(out, DX_LIT("<li data-fact=\"note\">"));
    dx_html_time(out, n->at_us);
    dx_buf_printf(out, " %s ", dx_note_words[n->kind]);
    dx_html_elem(out, "b", NULL, n->what);
    if (n->ticket.n > 0) {
        dx_buf_add(out, DX_LIT(", ticket "));
        dx_html_text(out, n->ticket);
    }
    if (n->by.n > 0 && n->kind != DX_NOTE_RULES) {
        dx_buf_add(out, DX_LIT(", by "));
        dx_html_text(out, n->by);
    }
    dx_buf_add(out, DX_LIT("</li>\n"));
}

static void put_notes(dx_buf *out, const struct dx_explanation *a)
{
    if (a->first_us == DX_NO_TIME && a->notes.n == 0)
        return;
    dx_buf_add(out, DX_LIT("<section><h2>What happened to it</h2><div class=\"card\"><ul "
                           "class=\"plain\">\n"));
    if (a->first_us != DX_NO_TIME) {
        dx_buf_add(out, DX_LIT("<li>"));
        dx_html_time(out, a->first_us);
        dx_buf_add(out, DX_LIT(" first seen</li>\n<li>"));
        dx_html_time(out, a->last_us);
        dx_buf_add(out, DX_LIT(" last seen; now: "));
        dx_html_elem(out, "b", NULL, a->standing);
        dx_buf_add(out, DX_LIT("</li>\n"));
    }
    for (size_t i = 0; i < a->notes.n; i++)
        put_note(out, &a->notes.rows[i]);
    dx_buf_add(out, DX_LIT("</ul></div></section>\n"));
}

static void put_questions(dx_buf *out, const struct dx_explanation *a)
{
    if (a->n_ask == 0)
        return;
    dx_buf_add(out, DX_LIT("<section><h2>Ask whoever saw it</h2><div class=\"card\"><ul "
                           "class=\"plain\">\n"));
    for (size_t i = 0; i < a->n_ask; i++)
        dx_html_elem(out, "li", NULL, a->ask[i]);
    dx_buf_add(out, DX_LIT("</ul></div></section>\n"));
}

void dx_html_explanation(dx_html_doc *d)
{
    const struct dx_explanation *a = d->report->explanation;
    dx_buf *out = &d->sink.buf;

    if (!a)
        return;
    put_questions(out, a);
    if (a->n_codes + a->n_nearest > 0) {
        dx_buf_add(out, DX_LIT("<section><h2>In the text</h2><div class=\"card pair\">\n"));
        dx_html_codes(d, a->codes, a->n_codes);
        dx_html_rivals(d, "Nearest known failures", "nearest", a->nearest, a->n_nearest);
        dx_buf_add(out, DX_LIT("</div></section>\n"));
    }
    put_checks(out, a);
    put_others(out, a);
    put_notes(out, a);
}
