#include "report/html_report.h"

static void put_pair(dx_buf *out, const char *name, dx_str value)
{
    if (value.n == 0)
        return;
    dx_buf_printf(out, "<dt>%s</dt>", name);
    dx_html_fact(out, "dd", "value", "end", value);
}

static void put_facts(dx_buf *out, const dx_attempt *a)
{
    for (size_t i = 0; i < a->n_facts; i++) {
        const dx_fact *f = &a->facts[i];
        dx_buf_add(out, DX_LIT("<dt>"));
        dx_html_text(out, f->name);
        dx_buf_add(out, DX_LIT("</dt><dd data-fact=\"fact\">"));
        dx_html_text(out, f->value);
        if (f->line > 0)
            dx_buf_printf(out, " <span class=\"meta\">line %lu</span>", (unsigned long)f->line);
        else {
            dx_buf_add(out, DX_LIT(" <span class=\"meta\">from the "));
            dx_html_text(out, f->how);
            dx_buf_add(out, DX_LIT("</span>"));
        }
        dx_buf_add(out, DX_LIT("</dd>\n"));
    }
}

static void put_time(dx_buf *out, const char *name, int64_t us)
{
    if (us == DX_NO_TIME)
        return;
    dx_buf_printf(out, "<dt>%s</dt><dd>", name);
    dx_html_time(out, us);
    dx_buf_add(out, DX_LIT("</dd>\n"));
}

static void put_end(dx_buf *out, const dx_attempt *a)
{
    char digest[33];

    put_pair(out, "outcome", dx_str_of(dx_outcome_names[a->outcome]));
    put_pair(out, "said by", a->outcome_text);
    if (a->outcome_line > 0)
        dx_buf_printf(out, "<dt>in line</dt><dd>%lu</dd>\n", (unsigned long)a->outcome_line);
    put_pair(out, "code", a->code);
    put_time(out, "began", a->began_us);
    put_time(out, "ended", a->ended_us);
    put_pair(out, "time zone", a->zone);
    put_pair(out, "log format", a->format);
    put_pair(out, "hash of its lines", dx_report_digest(a, digest));
}

static void put_counts(dx_html_doc *d, size_t attempt)
{
    const dx_report_attempt *ra = &d->report->attempts[attempt];
    const dx_attempt *a = &ra->of->attempt;
    const size_t harmless = ra->verdict->n_harmless;
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out,
                  "<dt>lines</dt><dd>%lu to %lu</dd>\n<dt>by the log's own word</dt><dd>%llu %s, "
                  "%llu %s</dd>\n<dt>harmless</dt><dd>%zu %s like %s</dd>\n",
                  (unsigned long)a->first_line, (unsigned long)a->last_line,
                  (unsigned long long)a->errors, dx_plural(a->errors, "error", "errors"),
                  (unsigned long long)a->warnings, dx_plural(a->warnings, "warning", "warnings"),
                  harmless, dx_plural(harmless, "line looks", "lines look"),
                  dx_plural(harmless, "an error", "errors"));
    if (a->parent > 0)
        dx_buf_printf(out, "<dt>started by</dt><dd>attempt %lu of this log</dd>\n",
                      (unsigned long)a->parent);
    if (ra->seen_before)
        dx_buf_add(out, DX_LIT("<dt>store</dt><dd>knew it already</dd>\n"));
    const dx_report_attempt *because = dx_report_because(d->report, attempt);
    if (because && dx_report_ending(ra) <= DX_ENDED_UNCLEAR) {
        dx_buf_add(out, DX_LIT("<dt>because</dt><dd>"));
        dx_html_attempt_link(d, (size_t)(because - d->report->attempts));
        dx_buf_add(out, DX_LIT(" inside it failed</dd>\n"));
    }
}

static void put_summary(dx_html_doc *d, const dx_report_attempt *a)
{
    const dx_ending_word *ending = dx_ending_word_of(a);
    const dx_str product = dx_attempt_fact(&a->of->attempt, "product");
    dx_buf *out = &d->sink.buf;
    dx_buf text = {0};

    dx_buf_printf(out, "<summary><span class=\"badge %s\">%s</span> ",
                  dx_tone_class(ending->word.tone), ending->word.word);
    dx_html_elem(out, "b", NULL, a->of->attempt.server);
    dx_buf_char(out, ' ');
    dx_buf_add(&text, product.n > 0 ? product : DX_LIT("setup"));
    dx_buf_add(&text, dx_str_of(ending->says));
    dx_explained_says(&text, a);
    dx_html_text(out, dx_buf_str(&text));
    dx_buf_char(out, ' ');
    dx_html_place(out, a->of, a->of->attempt.first_line);
    dx_buf_add(out, DX_LIT("</summary>\n"));
    out->failed |= text.failed;
    dx_buf_done(&text);
}

/* What stands in no card: the lines that look like errors beside a finding, or in a success. */
static void put_unexplained(dx_html_doc *d, const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;
    dx_buf *out = &d->sink.buf;

    if (v->n_unexplained == 0)
        return;
    dx_buf_add(out, DX_LIT("<div><h4>Lines that look like errors and no rule explains</h4><ol "
                           "class=\"signs\">\n"));
    for (size_t i = 0; i < v->n_unexplained; i++)
        dx_html_sign(d, a, v->unexplained[i], i + 1, "unexplained");
    dx_buf_add(out, DX_LIT("</ol></div>\n"));
}

void dx_html_attempt(dx_html_doc *d, size_t attempt, bool carded)
{
    const dx_report_attempt *a = &d->report->attempts[attempt];
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out,
                  "<details class=\"attempt\" id=\"a%zu\" data-fact=\"attempt\" "
                  "data-verdict=\"%s\">",
                  attempt + 1, dx_ending_names[dx_report_ending(a)]);
    put_summary(d, a);
    dx_buf_add(out, DX_LIT("<div class=\"stack\"><dl class=\"facts\">\n"));
    put_facts(out, &a->of->attempt);
    put_end(out, &a->of->attempt);
    put_counts(d, attempt);
    dx_buf_add(out, DX_LIT("</dl>\n"));
    if (!carded || a->verdict->n_findings + a->verdict->n_undecided > 0) {
        put_unexplained(d, a);
        dx_html_around(d, a);
        dx_html_codes(d, a->codes, a->n_codes);
        dx_html_rivals(d, "Nearest known failures", "nearest", a->nearest, a->n_nearest);
    }
    if (!carded)
        dx_html_timeline(d, a, NULL);
    dx_buf_add(out, DX_LIT("</div></details>\n"));
    (void)dx_sink_poll(&d->sink);
}
