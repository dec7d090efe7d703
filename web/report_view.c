#include "web/report_view.h"

#include "report/explanation.h"
#include "report/html_report.h"
#include "report/moments.h"
#include "web/api.h"
#include "web/server.h"
#include "web/shell.h"

static void show_item(dx_html_doc *doc, const dx_item *item)
{
    switch (item->kind) {
    case DX_ITEM_FINDING:
        dx_html_finding(doc, item);
        break;
    case DX_ITEM_UNDECIDED:
        dx_html_undecided(doc, item);
        break;
    case DX_ITEM_UNEXPLAINED:
        dx_html_unexplained(doc, item);
        break;
    case DX_ITEM_ENDING: /* told with its attempt */
        break;
    }
    (void)dx_sink_poll(&doc->sink);
}

/* Folded up: facts, and what no card tells.  Cards link to them. */
static dx_rc show_attempts(dx_html_doc *doc, const dx_item *items, size_t n, dx_err *err)
{
    enum { MOST = 200 };
    const dx_report *r = doc->report;
    bool carded[MOST] = {false};

    if (r->n_attempts == 0)
        return DX_OK;
    for (size_t i = 0; i < n; i++)
        if (items[i].attempt < MOST && items[i].kind != DX_ITEM_ENDING)
            carded[items[i].attempt] = true;
    dx_buf_add(&doc->sink.buf, DX_LIT("<section class=\"card\"><h2 class=\"small\">Attempts</h2>"));
    for (size_t i = 0; i < r->n_attempts && i < MOST && dx_sink_poll(&doc->sink); i++)
        dx_html_attempt(doc, i, carded[i]);
    if (r->n_attempts > MOST)
        dx_buf_printf(&doc->sink.buf, "<p class=\"meta\">%zu more are not shown.</p>",
                      r->n_attempts - MOST);
    dx_buf_add(&doc->sink.buf, DX_LIT("</section>\n"));
    return dx_sink_poll(&doc->sink) ? DX_OK : dx_nomem(err);
}

static void show_timeline(dx_html_doc *doc)
{
    dx_story story;

    dx_story_tell(&story, doc->report, &doc->report->attempts[0], NULL);
    if (story.n == 0)
        return;
    dx_buf_add(&doc->sink.buf, DX_LIT("<section class=\"card\">"));
    dx_html_timeline(doc, &doc->report->attempts[0], NULL);
    dx_buf_add(&doc->sink.buf, DX_LIT("</section>\n"));
}

static void show_source(dx_buf *out, const dx_report_source *s)
{
    dx_buf_add(out, DX_LIT("<tr><td>"));
    dx_piece_badge(out, s->skipped.n ? s->damage ? "bad" : "warn" : "good",
                   s->skipped.n ? DX_LIT("skipped") : DX_LIT("read"));
    dx_buf_add(out, DX_LIT("</td><th scope=\"row\" class=\"path\">"));
    dx_html_text(out, s->member.n ? s->member : s->path);
    dx_buf_add(out, DX_LIT("</th><td>"));
    dx_html_text(out, s->skipped.n ? s->skipped : s->format);
    dx_buf_add(out, DX_LIT("</td><td class=\"num\">"));
    dx_html_count(out, s->lines);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void show_sources(dx_html_doc *doc)
{
    const dx_report *r = doc->report;
    dx_buf *out = &doc->sink.buf;

    dx_buf_add(out, DX_LIT("<section class=\"card\"><h2>What was read</h2><div class=\"scroll\">"
                           "<table class=\"data\"><thead><tr><th scope=\"col\">State</th>"
                           "<th scope=\"col\">File</th><th scope=\"col\">Format, or why not</th>"
                           "<th scope=\"col\" class=\"num\">Lines</th></tr></thead><tbody>\n"));
    for (size_t i = 0; i < r->n_sources && dx_sink_poll(&doc->sink); i++)
        show_source(out, &r->sources[i]);
    dx_buf_add(out, DX_LIT("</tbody></table></div></section>\n"));
}

static void show_summary(dx_html_doc *doc)
{
    dx_buf summary = {0};

    dx_report_summary(doc->report, &summary);
    dx_piece_notice(&doc->sink.buf, dx_report_failed(doc->report) ? "bad" : "info",
                    dx_buf_str(&summary));
    dx_buf_done(&summary);
}

static bool is_wanted(const dx_view_request *v, const dx_report *r, const dx_item *item)
{
    return v->key.n == 0 || dx_str_eq(dx_item_key(r, item), v->key);
}

/* How a pasted text was read, when not as it stands. */
static void show_reading(dx_html_doc *doc)
{
    const struct dx_explanation *a = doc->report->explanation;

    if (!a || a->what.n == 0)
        return;
    dx_buf_add(&doc->sink.buf, DX_LIT("<p class=\"quiet\">Read as "));
    dx_html_text(&doc->sink.buf, a->what);
    dx_buf_add(&doc->sink.buf, DX_LIT("</p>\n"));
}

dx_rc dx_view_report(void *ctx, const dx_report *report, dx_err *err)
{
    dx_view_request *v = ctx;
    const dx_out out = dx_api_body(v->answer);
    dx_html_doc doc = {.report = report};
    dx_item *items;
    size_t n;

    v->answer->mime = NULL;
    dx_sink_open(&doc.sink, &out, err);
    dx_rc rc = dx_report_plan(report, v->q->arena, &items, &n, err);
    dx_buf_add(&doc.sink.buf, DX_LIT("<h2 class=\"sr\">What was found</h2>\n"));
    if (rc == DX_OK && v->sources)
        show_summary(&doc);
    show_reading(&doc);
    for (size_t i = 0; rc == DX_OK && i < n; i++) {
        if (!is_wanted(v, report, &items[i]))
            continue;
        v->found |= items[i].kind != DX_ITEM_ENDING;
        show_item(&doc, &items[i]);
    }
    if (rc == DX_OK)
        dx_html_explanation(&doc);
    if (rc == DX_OK && v->timeline && !v->found)
        show_timeline(&doc);
    if (rc == DX_OK)
        rc = show_attempts(&doc, items, n, err);
    if (rc == DX_OK && v->sources)
        show_sources(&doc);
    const dx_rc written = dx_sink_close(&doc.sink);
    return rc == DX_OK ? written : rc;
}

dx_rc dx_view_json(void *ctx, const dx_report *report, dx_err *err)
{
    const dx_out out = dx_api_body(ctx);
    return dx_report_format_get("json")->write(report, NULL, &out, err);
}

bool dx_view_slow(const dx_request *q, dx_response *a)
{
    if (atomic_fetch_add(&q->web->slow, 1) < DX_WEB_SLOW_THREADS)
        return true;
    dx_view_rest(q);
    dx_response_message(q, a, 503,
                        DX_LIT("Others are having logs read just now. Try again in a moment."));
    return false;
}

void dx_view_rest(const dx_request *q)
{
    atomic_fetch_sub(&q->web->slow, 1);
}
