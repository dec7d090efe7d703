/* One page that stands alone: verdict first, then each failure as a card, then every attempt and
 * what was read.  Readable without a script, in print, light and dark. */
#include "report/explanation.h"
#include "report/html_page.h"
#include "report/html_report.h"

enum { MOST_ROWS = 1000 };

typedef struct page_plan {
    dx_outline tell;
    size_t n_cards; /* of tell.block */
    bool *carded;   /* by attempt: a card tells its story */
} page_plan;

/* ---- the head ---- */

static void put_summary(dx_html_doc *d)
{
    dx_buf text = {0};

    if (d->report->explanation)
        dx_buf_printf(&text, "Read as %.*s", DX_FMT(d->report->explanation->what));
    else
        dx_report_summary(d->report, &text);
    dx_html_fact(&d->sink.buf, "h1", "summary", "summary", dx_buf_str(&text));
    d->sink.buf.failed |= text.failed;
    dx_buf_done(&text);
}

static void put_meta(dx_html_doc *d)
{
    const dx_report *r = d->report;
    dx_buf *out = &d->sink.buf;

    dx_buf_add(out, DX_LIT("<p class=\"brand\"><b>setupdx</b> report of "));
    dx_html_time(out, r->now_us);
    dx_buf_add(out, DX_LIT(" \xC2\xB7 rules "));
    dx_html_text(out, r->ruleset_version);
    dx_buf_add(out, DX_LIT("</p>\n"));
}

static void put_figures(dx_buf *out, const dx_totals *t)
{
    const struct {
        const char *name, *tone;
        size_t n;
    } figures[] = {
        {"failed", "bad", t->failed},
        {"cause undecided", "warn", t->undecided_cause},
        {"outcome unknown", "warn", t->undecided_outcome},
        {"resolved since", "good", t->resolved},
        {"silenced", "warn", t->silenced},
        {"cancelled", "plain", t->cancelled},
        {"succeeded", "good", t->succeeded},
        {"servers with a failure", "plain", t->failed_servers},
    };

    dx_buf_add(out, DX_LIT("<dl class=\"figures\">"));
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        dx_buf_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>",
                      figures[i].n > 0 ? figures[i].tone : "plain", figures[i].name);
        dx_html_count(out, figures[i].n);
        dx_buf_add(out, DX_LIT("</dd></div>"));
    }
    dx_buf_add(out, DX_LIT("</dl>\n"));
}

static void put_shares(dx_buf *out, const dx_totals *t)
{
    const dx_share parts[] = {
        {DX_LIT("failed"), t->failed, DX_TONE_BAD},
        {DX_LIT("cause undecided"), t->undecided_cause, DX_TONE_WARN},
        {DX_LIT("outcome unknown"), t->undecided_outcome, DX_TONE_NONE},
        {DX_LIT("resolved since"), t->resolved, DX_TONE_BOLD},
        {DX_LIT("silenced"), t->silenced, DX_TONE_WARN},
        {DX_LIT("cancelled"), t->cancelled, DX_TONE_NONE},
        {DX_LIT("succeeded"), t->succeeded, DX_TONE_GOOD},
    };
    dx_buf summary = {0};

    dx_buf_printf(&summary, "%zu of %zu failed, %zu succeeded", t->failed, t->attempts,
                  t->succeeded);
    dx_chart_shares(out, &(dx_chart){DX_LIT("How the attempts ended"), dx_buf_str(&summary)}, parts,
                    sizeof parts / sizeof parts[0]);
    out->failed |= summary.failed;
    dx_buf_done(&summary);
}

static void put_head(dx_html_doc *d)
{
    const dx_totals t = dx_report_totals(d->report);
    dx_buf *out = &d->sink.buf;

    if (t.attempts > 0 && t.servers == 0)
        out->failed = true;
    dx_buf_add(out, DX_LIT("<header class=\"masthead\">\n"));
    put_meta(d);
    put_summary(d);
    if (!d->report->complete)
        dx_buf_add(out, DX_LIT("<p><span class=\"badge warn\">WARN</span> Something could not be "
                               "read or judged; see below.</p>\n"));
    dx_buf_add(out, DX_LIT("</header>\n"));
    if (d->report->explanation)
        return;
    dx_buf_add(out, DX_LIT("<section class=\"stack\" aria-label=\"Figures\">\n"));
    put_figures(out, &t);
    if (t.attempts > 0)
        put_shares(out, &t);
    dx_buf_add(out, DX_LIT("</section>\n"));
}

/* ---- the index ---- */

static void put_index(dx_html_doc *d, const page_plan *p)
{
    dx_buf *out = &d->sink.buf;
    const size_t all = p->tell.n_blocks, n = d->brief && all > MOST_ROWS ? MOST_ROWS : all;

    if (all < 2)
        return;
    dx_buf_add(out, DX_LIT("<section aria-label=\"Contents\"><h2>What failed</h2><div class=\"card "
                           "scroll\"><table class=\"data index\"><thead><tr><th scope=\"col\">"
                           "State</th><th scope=\"col\">Server</th><th scope=\"col\">What</th>"
                           "<th scope=\"col\" class=\"num wide\">Certainty</th></tr></thead>"
                           "<tbody>\n"));
    for (size_t i = 0; i < n && dx_sink_poll(&d->sink); i++)
        dx_html_group_row(d, &p->tell.block[i], i < p->n_cards ? i + 1 : 0);
    dx_buf_add(out, DX_LIT("</tbody></table>"));
    dx_html_more(out, all - n, "kind", "kinds");
    dx_buf_add(out, DX_LIT("</div></section>\n"));
}

/* ---- the cards and the attempts ---- */

static void put_cards(dx_html_doc *d, const page_plan *p)
{
    static void (*const tellers[])(dx_html_doc *, const dx_item *) = {
        [DX_ITEM_FINDING] = dx_html_finding,
        [DX_ITEM_UNDECIDED] = dx_html_undecided,
        [DX_ITEM_UNEXPLAINED] = dx_html_unexplained,
    };

    if (p->n_cards == 0)
        return;
    dx_buf_add(&d->sink.buf, p->n_cards > 1 ? DX_LIT("<section><h2>Each in full</h2>\n")
                                            : DX_LIT("<section><h2>What failed</h2>\n"));
    for (size_t i = 0; i < p->n_cards && dx_sink_poll(&d->sink); i++) {
        d->card = i + 1;
        d->group = &p->tell.block[i];
        tellers[d->group->latest->kind](d, d->group->latest);
    }
    dx_buf_add(&d->sink.buf, DX_LIT("</section>\n"));
}

static void put_attempts(dx_html_doc *d, const page_plan *p)
{
    if (d->report->n_attempts == 0)
        return;
    dx_buf_add(&d->sink.buf, DX_LIT("<section><h2>Attempts</h2><div class=\"card stack\">\n"));
    for (size_t i = 0; i < d->report->n_attempts && dx_sink_poll(&d->sink); i++)
        if (!d->told || d->told[i])
            dx_html_attempt(d, i, p->carded[i]);
    if (d->told)
        dx_html_endings(d, p->tell.ending, p->tell.n_endings);
    dx_buf_add(&d->sink.buf, DX_LIT("</div></section>\n"));
}

/* ---- what was read ---- */

static void put_source(dx_buf *out, const dx_report_source *s)
{
    dx_buf_printf(out, "<tr data-fact=\"%s\"><td class=\"path\" data-fact=\"place\">",
                  s->skipped.n > 0 ? "skipped" : "source");
    dx_html_text(out, s->path);
    if (s->member.n > 0) {
        dx_buf_char(out, '!');
        dx_html_text(out, s->member);
    }
    dx_buf_add(out, DX_LIT("</td><td>"));
    if (s->skipped.n > 0)
        dx_buf_printf(out, "<span class=\"badge %s\">%s</span> ", s->damage ? "bad" : "plain",
                      s->damage ? "NOT READ" : "skipped");
    dx_html_fact(out, "span", "why", "why", s->skipped);
    dx_html_text(out, s->format);
    for (size_t i = 0; i < s->n_notes; i++)
        dx_html_fact(out, "p", "meta", "note", s->notes[i]);
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_text(out, s->encoding);
    if (s->encoding_how.n > 0)
        dx_html_elem(out, "p", "meta", s->encoding_how);
    dx_buf_add(out, DX_LIT("</td><td class=\"num\">"));
    dx_html_count(out, s->lines);
    dx_buf_add(out, DX_LIT("</td><td class=\"num\">"));
    dx_html_count(out, s->bytes);
    if (s->bad_bytes > 0)
        dx_buf_printf(out, "<p class=\"meta\">%llu undecodable</p>",
                      (unsigned long long)s->bad_bytes);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void put_gaps(dx_html_doc *d)
{
    dx_buf *out = &d->sink.buf;

    if (d->report->n_gaps == 0)
        return;
    dx_buf_add(out, DX_LIT("<h3>Not judged</h3><ul class=\"plain\">\n"));
    for (size_t i = 0; i < d->report->n_gaps; i++) {
        const struct dx_report_gap *gap = &d->report->gaps[i];
        dx_buf_add(out, DX_LIT("<li data-fact=\"gap\">"));
        dx_html_elem(out, "span", "mono", gap->signature);
        dx_buf_printf(out, " hit its limit on %llu %s, first at ", (unsigned long long)gap->count,
                      dx_plural((size_t)gap->count, "record", "records"));
        dx_html_elem(out, "span", "path", gap->path);
        dx_buf_printf(out, ":%lu</li>\n", (unsigned long)gap->line);
    }
    dx_buf_add(out, DX_LIT("</ul>\n"));
}

/* When they are many, those first that should have been readable. */
static void put_sources(dx_html_doc *d)
{
    const dx_report *r = d->report;
    const bool many = d->brief && r->n_sources > DX_OUTLINE_SOURCES;
    size_t told = 0;

    for (int turn = 0; turn < (many ? 2 : 1); turn++)
        for (size_t i = 0; i < r->n_sources && dx_sink_poll(&d->sink); i++)
            if (!many || dx_outline_source(r, i, turn == 0, &told))
                put_source(&d->sink.buf, &r->sources[i]);
}

static void put_coverage(dx_html_doc *d)
{
    dx_buf *out = &d->sink.buf;

    dx_buf_add(out, DX_LIT("<section><h2>What was read</h2><div class=\"card stack\">"
                           "<div class=\"scroll\"><table class=\"data\"><thead><tr><th "
                           "scope=\"col\">Log</th><th scope=\"col\">Format</th><th scope=\"col\">"
                           "Encoding</th><th scope=\"col\" class=\"num\">Lines</th><th "
                           "scope=\"col\" class=\"num\">Bytes</th></tr></thead><tbody>\n"));
    put_sources(d);
    dx_buf_add(out, DX_LIT("</tbody></table></div>\n"));
    if (d->brief && d->report->n_sources > DX_OUTLINE_SOURCES)
        dx_html_more(out, d->report->n_sources - DX_OUTLINE_SOURCES, "file", "files");
    put_gaps(d);
    dx_buf_add(out, DX_LIT("</div></section>\n"));
}

static void put_foot(dx_html_doc *d)
{
    const dx_report *r = d->report;
    dx_buf *out = &d->sink.buf;

    dx_buf_add(out, DX_LIT("<footer class=\"meta\">setupdx "));
    dx_html_text(out, r->program_version);
    dx_buf_add(out, DX_LIT(" \xC2\xB7 rules "));
    dx_html_text(out, r->ruleset_version);
    dx_buf_add(out, DX_LIT(" of "));
    dx_html_time(out, r->ruleset_us);
    dx_buf_add(out, DX_LIT(", digest <span class=\"mono\">"));
    dx_html_text(out, r->ruleset_digest);
    dx_buf_add(out, DX_LIT("</span> \xC2\xB7 store "));
    dx_html_elem(out, "span", "path", r->store);
    dx_buf_add(out, DX_LIT("</footer>\n"));
}

/* ---- the whole ---- */

static void mark_carded(page_plan *p, const dx_item *item, size_t most)
{
    p->carded[item->attempt] = true;
    for (size_t i = 0; i < item->n_same && i < most; i++)
        p->carded[item->same[i].attempt] = true;
}

static dx_rc plan_page(const dx_report *r, bool each, dx_arena *into, page_plan *out, dx_err *err)
{
    if (dx_report_outline(r, each, into, &out->tell, err) != DX_OK)
        return DX_FAIL;
    const size_t all = out->tell.n_blocks;
    out->n_cards = !each && all > DX_OUTLINE_BLOCKS ? DX_OUTLINE_BLOCKS : all;
    out->carded = dx_arena_get(into, r->n_attempts + 1);
    if (!out->carded)
        return dx_nomem(err);
    for (size_t i = 0; i < out->n_cards; i++)
        mark_carded(out, out->tell.block[i].latest, each ? SIZE_MAX : DX_HTML_OTHERS);
    return DX_OK;
}

static void put_page(dx_html_doc *d, const page_plan *p)
{
    dx_html_page_open(&d->sink.buf, DX_LIT("Setup report"));
    put_head(d);
    put_index(d, p);
    put_cards(d, p);
    dx_html_explanation(d);
    put_attempts(d, p);
    put_coverage(d);
    put_foot(d);
    dx_html_page_close(&d->sink.buf);
}

static dx_rc write_html(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_arena *arena = dx_arena_new(0);
    dx_html_doc d = {.report = r, .brief = !style || style->verbose == 0};
    page_plan p = {0};

    if (!arena)
        return dx_nomem(err);
    if (plan_page(r, !d.brief, arena, &p, err) != DX_OK) {
        dx_arena_free(arena);
        return DX_FAIL;
    }
    if (d.brief && r->n_attempts > DX_OUTLINE_ATTEMPTS)
        d.told = p.carded;
    dx_sink_open(&d.sink, out, err);
    put_page(&d, &p);
    dx_arena_free(arena);
    return dx_sink_close(&d.sink);
}

const dx_report_format dx_report_format_html = {
    .name = "html",
    .mime = "text/html",
    .help = "one page that stands alone, for reading, printing and handing on",
    .write = write_html,
};
