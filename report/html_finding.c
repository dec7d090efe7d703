#include "report/html_report.h"

static void put_state(dx_buf *out, const dx_finding *f)
{
    if (f->state == DX_OPEN)
        return;
    dx_buf_printf(out, "<p class=\"meta\" data-fact=\"state\"><b>%s</b>", dx_state_names[f->state]);
    if (f->state_why.n > 0) {
        dx_buf_add(out, DX_LIT(": "));
        dx_html_text(out, f->state_why);
    }
    dx_buf_add(out, DX_LIT("</p>\n"));
}

static void put_detail(dx_buf *out, const char *lead, const char *fact, dx_str text)
{
    if (text.n == 0)
        return;
    dx_buf_printf(out, "<p class=\"meta\">%s ", lead);
    dx_html_fact(out, "span", "mono", fact, text);
    dx_buf_add(out, DX_LIT("</p>\n"));
}

static void put_fix(dx_buf *out, const dx_finding *f)
{
    if (f->n_fix == 0)
        return;
    dx_buf_add(out, DX_LIT("<div><h4>Do this</h4><ol class=\"steps\">\n"));
    for (size_t i = 0; i < f->n_fix; i++) {
        dx_buf_add(out, DX_LIT("<li data-fact=\"fix\">"));
        dx_html_fact(out, "p", "act", "act", f->fix[i].act);
        dx_html_fact(out, "code", "block", "command", f->fix[i].command);
        put_detail(out, "When it went well:", "see", f->fix[i].see);
        put_detail(out, "To undo it:", "undo", f->fix[i].undo);
        dx_buf_add(out, DX_LIT("</li>\n"));
    }
    dx_buf_add(out, DX_LIT("</ol></div>\n"));
}

static dx_tone sure_tone(int confidence)
{
    return dx_certainty_of(confidence) >= DX_LIKELY ? DX_TONE_BOLD : DX_TONE_NONE;
}

static void put_reason(dx_buf *out, const dx_finding *f, size_t which)
{
    const dx_evidence *e = &f->evidence[which];
    const size_t sign = dx_sign_of(f, which);

    dx_buf_printf(out, "<tr data-fact=\"reason\"><td class=\"num\">%+d</td><td>", e->points);
    dx_html_text(out, e->why.n > 0 ? e->why : e->step);
    if (sign > 0)
        dx_buf_printf(out, " <span class=\"quiet\">[%zu]</span>", sign);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void put_sure(dx_buf *out, const dx_finding *f)
{
    dx_buf_printf(out,
                  "<div class=\"stack\"><h4>How sure</h4><p><b>%s</b>, <span "
                  "data-fact=\"confidence\">%d</span> of 99</p>\n",
                  dx_certainty_names[dx_certainty_of(f->confidence)], f->confidence);
    dx_chart_meter(out, f->confidence, sure_tone(f->confidence));
    dx_buf_add(out, DX_LIT("<table class=\"data\"><caption>What adds up to it</caption><thead><tr>"
                           "<th scope=\"col\" class=\"num\">Points</th><th scope=\"col\">Because"
                           "</th></tr></thead><tbody>\n"));
    for (size_t i = 0; i < f->n_evidence; i++)
        if (!dx_is_repeat(&f->evidence[i]))
            put_reason(out, f, i);
    dx_buf_add(out, DX_LIT("</tbody></table></div>\n"));
}

static void put_signs(dx_html_doc *d, const dx_item *item, const dx_finding *f)
{
    const dx_report_attempt *a = &d->report->attempts[item->attempt];
    dx_buf *out = &d->sink.buf;
    size_t told = 0;

    dx_buf_add(out, DX_LIT("<div><h4>Signs in "));
    dx_html_attempt_link(d, item->attempt);
    dx_buf_add(out, DX_LIT("</h4><ol class=\"signs\">\n"));
    for (size_t i = 0; i < f->n_evidence; i++) {
        const size_t sign = dx_sign_of(f, i);
        if (sign <= told)
            continue;
        told = sign;
        dx_html_sign(d, a, f->evidence[i].event, sign, "evidence");
    }
    dx_buf_add(out, DX_LIT("</ol></div>\n"));
}

static void put_list(dx_buf *out, const char *heading, const char *fact, const dx_str *p, size_t n)
{
    if (n == 0)
        return;
    dx_buf_printf(out, "<div><h4>%s</h4><ul class=\"plain\">\n", heading);
    for (size_t i = 0; i < n; i++)
        dx_html_fact(out, "li", "item", fact, p[i]);
    dx_buf_add(out, DX_LIT("</ul></div>\n"));
}

static void put_history(dx_buf *out, const struct dx_report_history *h)
{
    if (!h)
        return;
    dx_buf_printf(out,
                  "<div><h4>History</h4><p class=\"meta\" data-fact=\"history\">%lld %s on %lld "
                  "%s, resolved on %lld; %lld on this server. ",
                  (long long)h->attempts, dx_plural((size_t)h->attempts, "attempt", "attempts"),
                  (long long)h->servers, dx_plural((size_t)h->servers, "server", "servers"),
                  (long long)h->resolved, (long long)h->same_server);
    dx_html_time(out, h->first_us);
    if (h->last_us != h->first_us) {
        dx_buf_add(out, DX_LIT(" to "));
        dx_html_time(out, h->last_us);
    }
    dx_buf_add(out, DX_LIT("</p></div>\n"));
}

static void put_source(dx_html_doc *d, const dx_finding *f)
{
    dx_buf *out = &d->sink.buf;

    put_list(out, "Source", "reference", f->refs, f->n_refs);
    dx_buf_add(out, DX_LIT("<div><h4>Rule</h4><p class=\"meta\">"));
    dx_html_fact(out, "span", "mono", "diagnosis", f->diagnosis);
    dx_buf_add(out, DX_LIT(" of "));
    dx_html_text(out, d->report->ruleset_version);
    dx_buf_add(out, DX_LIT("</p>\n"));
    dx_html_fact(out, "p", "meta", "applies", f->applies);
    dx_html_fact(out, "p", "meta", "cause-class", f->cause_class);
    dx_buf_add(out, DX_LIT("</div>\n"));
}

void dx_html_finding(dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *a = &d->report->attempts[item->attempt];
    const dx_finding *f = &a->verdict->findings[item->which];
    dx_buf *out = &d->sink.buf;

    dx_html_card_open(d, &(dx_html_head){"finding", dx_finding_word(a, f), f->server,
                                         f->title.n > 0 ? f->title : f->diagnosis, f->key,
                                         item->attempt});
    put_state(out, f);
    dx_html_again(d, item);
    dx_html_elsewhere(d);
    dx_html_fact(out, "p", "cause", "cause", f->cause);
    put_fix(out, f);
    dx_buf_add(out, DX_LIT("<div class=\"pair\">"));
    put_sure(out, f);
    dx_html_timeline(d, a, f);
    dx_buf_add(out, DX_LIT("</div>\n"));
    put_signs(d, item, f);
    dx_buf_add(out, DX_LIT("<div class=\"pair\">"));
    dx_html_rivals(d, "Less likely", "rival", f->rivals, f->n_rivals);
    put_list(out, "Not seen", "not-seen", f->absent, f->n_absent);
    put_history(out, a->history ? &a->history[item->which] : NULL);
    put_source(d, f);
    dx_buf_add(out, DX_LIT("</div>\n"));
    dx_html_others(d, item, dx_html_finding);
    dx_html_card_close(d);
}
