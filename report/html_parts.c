#include <string.h>

#include "report/html_report.h"
#include "report/tries.h"

void dx_html_fact(dx_buf *out, const char *tag, const char *cls, const char *fact, dx_str text)
{
    if (text.n == 0)
        return;
    dx_buf_printf(out, "<%s class=\"%s\" data-fact=\"%s\">", tag, cls, fact);
    dx_html_text(out, text);
    dx_buf_printf(out, "</%s>\n", tag);
}

void dx_html_card_open(dx_html_doc *d, const dx_html_head *head)
{
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<article class=\"card finding %s\" data-fact=\"%s\" data-attempt=\"%zu\"",
                  dx_tone_class(head->word.tone), head->fact, head->attempt + 1);
    if (d->card > 0)
        dx_buf_printf(out, " id=\"i%zu\"", d->card);
    d->card = 0;
    if (head->key[0])
        dx_buf_printf(out, " data-key=\"%.10s\"", head->key);
    dx_buf_add(out, DX_LIT("><header>\n<div class=\"row\">"));
    dx_html_elem(out, "span",
                 head->word.tone == DX_TONE_BAD    ? "badge bad"
                 : head->word.tone == DX_TONE_GOOD ? "badge good"
                                                   : "badge warn",
                 dx_str_of(head->word.word));
    dx_html_fact(out, "span", "server", "server", head->server);
    if (head->key[0])
        dx_buf_printf(out,
                      "<span class=\"key\" title=\"the same failure has the same key "
                      "everywhere\">key %.10s</span>",
                      head->key);
    dx_buf_add(out, DX_LIT("</div>\n"));
    dx_html_fact(out, "h3", "title", "title", head->title);
    dx_buf_add(out, DX_LIT("</header>\n"));
}

void dx_html_card_close(dx_html_doc *d)
{
    dx_buf_add(&d->sink.buf, DX_LIT("</article>\n"));
}

void dx_html_place(dx_buf *out, const dx_case *of, uint32_t line)
{
    dx_buf place = {0};

    dx_place_says(&place, of, line);
    dx_html_fact(out, "span", "path", "place", dx_buf_str(&place));
    out->failed |= place.failed;
    dx_buf_done(&place);
}

static void put_fields(dx_buf *out, const dx_event *e)
{
    if (e->n_fields == 0 && e->signature.n == 0)
        return;
    dx_buf_add(out, DX_LIT("<p class=\"meta\">"));
    dx_html_fact(out, "span", "mono", "signature", e->signature);
    for (size_t i = 0; i < e->n_fields; i++) {
        dx_buf_add(out, i > 0 || e->signature.n > 0 ? DX_LIT(" \xC2\xB7 ") : DX_LIT(""));
        dx_html_text(out, e->fields[i].name);
        dx_buf_char(out, ' ');
        dx_html_elem(out, "span", "mono", e->fields[i].text);
    }
    dx_buf_add(out, DX_LIT("</p>\n"));
}

void dx_html_sign(dx_html_doc *d, const dx_report_attempt *a, const dx_event *e, size_t number,
                  const char *fact)
{
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<li data-fact=\"%s\">\n<div class=\"row\">", fact);
    if (number > 0)
        dx_buf_printf(out, "<b>[%zu]</b>", number);
    dx_html_place(out, dx_report_locate(d->report, a, e), e->line);
    if (e->time_us != DX_NO_TIME) {
        dx_buf_add(out, DX_LIT("<span class=\"meta\">"));
        dx_html_time(out, e->time_us);
        dx_buf_add(out, DX_LIT("</span>"));
    }
    dx_buf_add(out, DX_LIT("</div>\n<pre class=\"log\" data-fact=\"text\">"));
    dx_html_lines(out, e->text.n > 0 ? e->text : DX_LIT("(no text)"));
    dx_buf_add(out, DX_LIT("</pre>\n"));
    put_fields(out, e);
    dx_buf_add(out, DX_LIT("</li>\n"));
    (void)dx_sink_poll(&d->sink);
}

static void put_rival(dx_buf *out, const char *fact, const dx_rival *r)
{
    dx_buf_printf(out, "<li data-fact=\"%s\"><b>", fact);
    dx_html_text(out, r->title.n > 0 ? r->title : r->id);
    dx_buf_add(out, DX_LIT("</b> <span class=\"meta\">"));
    dx_html_fact(out, "span", "mono", "id", r->id);
    if (r->confidence > 0)
        dx_buf_printf(out, "\xC2\xB7 %d of 99</span>", r->confidence);
    else
        dx_buf_add(out, DX_LIT("\xC2\xB7 nothing speaks for it</span>"));
    if (r->tell.n > 0) {
        dx_buf_add(out, strcmp(fact, "nearest") == 0 ? DX_LIT("<p class=\"meta\">It says: ")
                                                     : DX_LIT("<p class=\"meta\">To tell: "));
        dx_html_fact(out, "span", "words", "tell", r->tell);
        dx_buf_add(out, DX_LIT("</p>\n"));
    }
    if (r->differs.n > 0) {
        dx_buf_add(out, DX_LIT("<p class=\"meta\">Only there: "));
        dx_html_fact(out, "span", "words", "differs", r->differs);
        dx_buf_add(out, DX_LIT("</p>\n"));
    }
    dx_buf_add(out, DX_LIT("</li>\n"));
}

void dx_html_rivals(dx_html_doc *d, const char *heading, const char *fact, const dx_rival *p,
                    size_t n)
{
    dx_buf *out = &d->sink.buf;

    if (n == 0)
        return;
    dx_buf_printf(out, "<div><h4>%s</h4><ul class=\"plain\">\n", heading);
    for (size_t i = 0; i < n; i++)
        put_rival(out, fact, &p[i]);
    dx_buf_add(out, DX_LIT("</ul></div>\n"));
}

void dx_html_around(dx_html_doc *d, const dx_report_attempt *a)
{
    dx_buf *out = &d->sink.buf;

    if (a->n_around == 0)
        return;
    dx_buf_add(out, DX_LIT("<div><h4>Around the first error</h4><ol class=\"around\">\n"));
    for (size_t i = 0; i < a->n_around; i++) {
        const dx_log_line *l = &a->around[i];
        dx_buf_printf(out, "<li data-fact=\"%s\"><span class=\"meta\">%lu</span><code>",
                      l->own ? "around-own" : "around", (unsigned long)l->number);
        dx_html_text(out, l->text);
        dx_buf_add(out, DX_LIT("</code></li>\n"));
    }
    dx_buf_add(out, DX_LIT("</ol></div>\n"));
}

void dx_html_codes(dx_html_doc *d, const dx_report_code *p, size_t n)
{
    dx_buf *out = &d->sink.buf;

    if (n == 0)
        return;
    dx_buf_add(out, DX_LIT("<div><h4>Codes in these lines</h4><ul class=\"plain\">\n"));
    for (size_t i = 0; i < n; i++) {
        const dx_report_code *c = &p[i];
        dx_buf_add(out, DX_LIT("<li data-fact=\"code\">"));
        dx_html_fact(out, "code", "mono", "text", c->text);
        dx_html_fact(out, "b", "name", "name", c->name);
        dx_html_fact(out, "span", "meta", "space", c->space);
        dx_buf_printf(out, "<span class=\"meta\">line %lu</span>", (unsigned long)c->line);
        dx_html_fact(out, "p", "meaning", "meaning", c->meaning);
        if (c->outcome)
            dx_buf_add(out, DX_LIT("<p class=\"meta\">An outcome, no cause.</p>"));
        if (c->sure.n > 0)
            dx_html_fact(out, "p", "meta", "sure", c->sure);
        if (c->first.n > 0)
            dx_html_fact(out, "p", "first", "first", c->first);
        dx_buf_add(out, DX_LIT("</li>\n"));
    }
    dx_buf_add(out, DX_LIT("</ul></div>\n"));
}

static void put_product(dx_buf *out, const dx_attempt *a)
{
    const dx_str product = dx_attempt_fact(a, "product"), version = dx_attempt_fact(a, "version");

    dx_html_text(out, product.n > 0 ? product : DX_LIT("setup"));
    if (version.n > 0 && dx_str_ifind(product, version, 0) == SIZE_MAX) {
        dx_buf_char(out, ' ');
        dx_html_text(out, version);
    }
}

void dx_html_attempt_link(dx_html_doc *d, size_t attempt)
{
    const dx_attempt *a = &d->report->attempts[attempt].of->attempt;
    dx_buf *out = &d->sink.buf;

    if (!d->told || d->told[attempt])
        dx_buf_printf(out, "<a href=\"#a%zu\">attempt %lu</a> of ", attempt + 1,
                      (unsigned long)a->ordinal);
    else
        dx_buf_printf(out, "attempt %lu of ", (unsigned long)a->ordinal);
    put_product(out, a);
    if (a->began_us != DX_NO_TIME) {
        dx_buf_add(out, DX_LIT(", "));
        dx_html_time(out, a->began_us);
    }
}

static dx_try_kind kind_of(const dx_item *item)
{
    return item->kind == DX_ITEM_FINDING ? DX_TRY_FINDING : DX_TRY_UNDECIDED;
}

static void put_try(dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *a = &d->report->attempts[item->attempt];
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<li data-fact=\"try\" data-attempt=\"%zu\">", item->attempt + 1);
    dx_html_attempt_link(d, item->attempt);
    dx_buf_add(out, DX_LIT(": "));
    dx_html_place(out, a->of,
                  dx_try_line(d->report, kind_of(item), (dx_try){item->attempt, item->which}));
    dx_buf_add(out, DX_LIT("</li>\n"));
}

static void put_told_with(dx_html_doc *d, size_t attempt)
{
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<p class=\"meta\" data-fact=\"told-with\" data-attempt=\"%zu\">Told with ",
                  attempt + 1);
    dx_html_attempt_link(d, attempt);
    dx_buf_add(out, DX_LIT("</p>\n"));
}

void dx_html_again(dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *all = d->report->attempts;
    const dx_try it = {item->attempt, item->which};
    const dx_try latest = dx_tries_latest(d->report->tries, d->report, kind_of(item), it);
    dx_buf *out = &d->sink.buf;

    if (latest.attempt != it.attempt)
        put_told_with(d, latest.attempt);
    if (item->n_same == 0)
        return;
    dx_buf_add(out, DX_LIT("<div><p><b>Again</b> "));
    dx_tries_say(out, item->n_same + 1, &all[item->same[item->n_same - 1].attempt].of->attempt,
                 &all[item->attempt].of->attempt);
    dx_buf_add(out, DX_LIT("</p><ul class=\"plain\">\n"));
    const size_t most = d->brief && item->n_same > DX_TRIES_SHOWN ? DX_TRIES_SHOWN : item->n_same;
    for (size_t i = most; i-- > 0;)
        put_try(d, &item->same[i]);
    put_try(d, item);
    dx_buf_add(out, DX_LIT("</ul>"));
    dx_html_more(out, item->n_same - most, "earlier attempt", "earlier attempts");
    dx_buf_add(out, DX_LIT("</div>\n"));
}

static void put_other_summary(dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *a = &d->report->attempts[item->attempt];
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<details><summary>The same failure in attempt %lu",
                  (unsigned long)a->of->attempt.ordinal);
    if (item->kind == DX_ITEM_FINDING) {
        dx_buf_add(out, DX_LIT(": "));
        dx_html_text(out, a->verdict->findings[item->which].title);
    }
    dx_buf_add(out, DX_LIT("</summary>\n"));
}

void dx_html_others(dx_html_doc *d, const dx_item *item,
                    void (*teller)(dx_html_doc *, const dx_item *))
{
    const size_t most = d->brief && item->n_same > DX_HTML_OTHERS ? DX_HTML_OTHERS : item->n_same;

    for (size_t i = 0; i < most; i++) {
        put_other_summary(d, &item->same[i]);
        teller(d, &item->same[i]);
        dx_buf_add(&d->sink.buf, DX_LIT("</details>\n"));
    }
    dx_html_more(&d->sink.buf, item->n_same - most, "attempt with this failure",
                 "attempts with this failure");
}
