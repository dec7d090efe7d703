/* Cards of failures whose cause is not known, or not known for certain. */
#include "report/html_report.h"

static void put_signs_head(dx_html_doc *d, const char *what, size_t attempt)
{
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<div><h4>%s in ", what);
    dx_html_attempt_link(d, attempt);
    dx_buf_add(out, DX_LIT("</h4><ol class=\"signs\">\n"));
}

void dx_html_undecided(dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *a = &d->report->attempts[item->attempt];
    const dx_undecided *u = &a->verdict->undecided[item->which];
    dx_buf *out = &d->sink.buf;
    dx_buf title = {0};

    if (u->n_candidates == 1)
        dx_buf_add(&title, DX_LIT("One possible cause, but not for certain"));
    else
        dx_buf_printf(&title, "Cannot decide between %zu possible causes", u->n_candidates);
    dx_html_card_open(d, &(dx_html_head){"undecided",
                                         {"????", DX_TONE_WARN},
                                         u->server,
                                         dx_buf_str(&title),
                                         u->key,
                                         item->attempt});
    out->failed |= title.failed;
    dx_buf_done(&title);
    dx_html_again(d, item);
    dx_html_elsewhere(d);
    if (u->question.n > 0) {
        dx_buf_add(out, DX_LIT("<div><h4>This would decide</h4>"));
        dx_html_fact(out, "p", "cause", "question", u->question);
        dx_buf_add(out, DX_LIT("</div>\n"));
    }
    dx_html_rivals(d, "Possible causes", "candidate", u->candidates, u->n_candidates);
    dx_html_timeline(d, a, NULL);
    put_signs_head(d, "Signs", item->attempt);
    for (size_t i = 0; i < u->n_events; i++)
        dx_html_sign(d, a, u->events[i], i + 1, "evidence");
    dx_buf_add(out, DX_LIT("</ol></div>\n"));
    dx_html_others(d, item, dx_html_undecided);
    dx_html_card_close(d);
}

static void put_end(dx_buf *out, const dx_case *of)
{
    const dx_attempt *a = &of->attempt;

    if (a->outcome_text.n == 0 && a->code.n == 0)
        return;
    dx_buf_add(out, DX_LIT("<div><h4>How it ended</h4><p>"));
    dx_html_text(out, a->outcome_text);
    if (a->code.n > 0) {
        dx_buf_add(out, DX_LIT(" (code "));
        dx_html_text(out, a->code);
        dx_buf_char(out, ')');
    }
    dx_buf_add(out, DX_LIT("</p>\n"));
    dx_html_place(out, of, a->outcome_line);
    dx_buf_add(out, DX_LIT("</div>\n"));
}

void dx_html_unexplained(dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *a = &d->report->attempts[item->attempt];
    const dx_verdict *v = a->verdict;
    dx_buf *out = &d->sink.buf;
    const dx_str product = dx_attempt_fact(&a->of->attempt, "product");
    dx_buf title = {0};

    dx_buf_add(&title, product.n > 0 ? product : DX_LIT("Setup"));
    dx_puzzle_says(&title, a);
    dx_html_card_open(d, &(dx_html_head){"unknown", dx_puzzle_word(a), a->of->attempt.server,
                                         dx_buf_str(&title), "", item->attempt});
    out->failed |= title.failed;
    dx_buf_done(&title);
    dx_html_elsewhere(d);
    put_end(out, a->of);
    dx_html_timeline(d, a, NULL);
    put_signs_head(d, "Lines that look like errors", item->attempt);
    for (size_t i = 0; i < v->n_unexplained; i++)
        dx_html_sign(d, a, v->unexplained[i], i + 1, "unexplained");
    if (v->n_unexplained == 0)
        dx_buf_add(out, DX_LIT("<li class=\"quiet\">No line of the log looks like an error."
                               "</li>\n"));
    dx_buf_add(out, DX_LIT("</ol></div>\n"));
    dx_html_around(d, a);
    dx_buf_add(out, DX_LIT("<div class=\"pair\">"));
    dx_html_codes(d, a->codes, a->n_codes);
    dx_html_rivals(d, "Nearest known failures", "nearest", a->nearest, a->n_nearest);
    dx_buf_add(out, DX_LIT("</div>\n"));
    dx_html_card_close(d);
}
