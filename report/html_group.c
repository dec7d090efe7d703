/* What says the same of several servers, told once. */
#include "report/html_report.h"
#include "report/tries.h"

enum { MOST_MEMBERS = 200, MOST_ENDINGS = 200 };

static const dx_report_attempt *attempt_of(const dx_html_doc *d, const dx_item *item)
{
    return &d->report->attempts[item->attempt];
}

/* The finding that an item is, or NULL. */
static const dx_finding *finding_of(const dx_html_doc *d, const dx_item *item)
{
    return item->kind == DX_ITEM_FINDING ? &attempt_of(d, item)->verdict->findings[item->which]
                                         : NULL;
}

void dx_html_more(dx_buf *out, size_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    dx_buf_add(out, DX_LIT("<p class=\"meta\">"));
    dx_html_count(out, n);
    dx_buf_printf(out, " more %s: with --verbose all are told here, with --format json, too.</p>\n",
                  dx_plural(n, one, many));
}

/* ---- rows of a table of groups ---- */

static dx_word word_of(const dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *a = attempt_of(d, item);

    switch (item->kind) {
    case DX_ITEM_FINDING:
        return dx_finding_word(a, finding_of(d, item));
    case DX_ITEM_UNDECIDED:
        return (dx_word){"????", DX_TONE_WARN};
    case DX_ITEM_UNEXPLAINED:
        return dx_puzzle_word(a);
    case DX_ITEM_ENDING:
        break;
    }
    return dx_ending_word_of(a)->word;
}

static void put_servers(dx_html_doc *d, const dx_group *g)
{
    dx_buf *out = &d->sink.buf;

    if (g->servers > 1) {
        dx_html_count(out, g->servers);
        dx_buf_add(out, DX_LIT(" servers"));
    } else {
        dx_html_clip(out, attempt_of(d, g->latest)->of->attempt.server, 80);
    }
    if (g->n > g->servers) {
        dx_buf_add(out, DX_LIT(" <span class=\"meta\">("));
        dx_html_count(out, g->n);
        dx_buf_add(out, DX_LIT(" of them)</span>"));
    }
}

/* The titles of a group may name different things. */
static void put_title(dx_html_doc *d, const dx_group *g)
{
    const dx_finding *f = finding_of(d, g->latest);
    const dx_str shared = dx_group_title(d->report, g);
    dx_buf *out = &d->sink.buf;

    dx_html_text(out, shared.n > 0 ? shared : f->title.n > 0 ? f->title : f->diagnosis);
    if (shared.n == 0)
        dx_buf_add(out, DX_LIT(", and others of this kind"));
    else if (shared.n < dx_str_trim(f->title).n)
        dx_buf_add(out, DX_LIT(" \xE2\x80\xA6"));
}

static void put_puzzle(dx_html_doc *d, const dx_group *g)
{
    const dx_report_attempt *a = attempt_of(d, g->latest);
    const dx_str product = dx_attempt_fact(&a->of->attempt, "product");
    dx_buf *out = &d->sink.buf;
    dx_buf text = {0};

    if (!d->brief || g->n == 1) {
        dx_buf_add(out, DX_LIT("No rule knows why"));
        return;
    }
    dx_buf_add(&text, product.n > 0 ? product : DX_LIT("Setup"));
    dx_puzzle_says(&text, a);
    dx_html_text(out, dx_buf_str(&text));
    out->failed |= text.failed;
    dx_buf_done(&text);
}

static void put_what(dx_html_doc *d, const dx_group *g)
{
    if (g->latest->kind == DX_ITEM_FINDING && (g->n > 1 || finding_of(d, g->latest)->title.n > 0))
        put_title(d, g);
    else if (g->latest->kind == DX_ITEM_FINDING)
        dx_html_text(&d->sink.buf, finding_of(d, g->latest)->diagnosis);
    else if (g->latest->kind == DX_ITEM_UNDECIDED)
        dx_buf_add(&d->sink.buf, DX_LIT("Cannot decide between causes"));
    else
        put_puzzle(d, g);
}

void dx_html_group_row(dx_html_doc *d, const dx_group *g, size_t number)
{
    const dx_finding *f = finding_of(d, g->latest);
    const dx_word word = word_of(d, g->latest);
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<tr><td><span class=\"badge %s\">%s</span></td><td>",
                  dx_tone_class(word.tone), word.word);
    put_servers(d, g);
    dx_buf_add(out, DX_LIT("</td><td>"));
    if (number > 0)
        dx_buf_printf(out, "<a href=\"#i%zu\">", number);
    put_what(d, g);
    dx_buf_add(out, number > 0 ? DX_LIT("</a></td><td class=\"num wide\">")
                               : DX_LIT("</td><td class=\"num wide\">"));
    if (f)
        dx_buf_printf(out, "%d of 99", f->confidence);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

/* ---- where else it is ---- */

static uint32_t line_of(const dx_html_doc *d, const dx_item *item)
{
    const dx_try it = {item->attempt, item->which};

    if (item->kind == DX_ITEM_FINDING)
        return dx_try_line(d->report, DX_TRY_FINDING, it);
    if (item->kind == DX_ITEM_UNDECIDED)
        return dx_try_line(d->report, DX_TRY_UNDECIDED, it);
    return attempt_of(d, item)->of->attempt.outcome_line;
}

static void put_member(dx_html_doc *d, const dx_item *item)
{
    const dx_report_attempt *a = attempt_of(d, item);
    const dx_finding *f = finding_of(d, item);
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<tr data-fact=\"also\" data-attempt=\"%zu\"><td>", item->attempt + 1);
    dx_html_clip(out, a->of->attempt.server, 80);
    dx_buf_add(out, DX_LIT("</td><td class=\"mono\">"));
    dx_html_text(out, dx_item_key(d->report, item));
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_place(out, a->of, line_of(d, item));
    dx_buf_add(out, DX_LIT("</td><td>"));
    if (f)
        dx_html_clip(out, f->title, 200);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
    (void)dx_sink_poll(&d->sink);
}

static void put_elsewhere_head(dx_buf *out, const dx_group *g)
{
    dx_buf_add(out, DX_LIT("<details><summary>Also "));
    if (g->servers > 1)
        dx_buf_printf(out, "on %zu other %s", g->servers - 1,
                      dx_plural(g->servers - 1, "server", "servers"));
    else
        dx_buf_printf(out, "%zu more of this kind here", g->n - 1);
    dx_buf_add(out, g->latest->kind == DX_ITEM_UNEXPLAINED
                        ? DX_LIT(", perhaps for other reasons</summary>")
                        : DX_LIT("</summary>"));
    dx_buf_add(out, DX_LIT("<div class=\"scroll\"><table class=\"data\"><thead><tr>"
                           "<th scope=\"col\">Server</th><th scope=\"col\">Key</th>"
                           "<th scope=\"col\">Where</th><th scope=\"col\">What</th></tr></thead>"
                           "<tbody>\n"));
}

void dx_html_elsewhere(dx_html_doc *d)
{
    const dx_group *g = d->group;
    size_t told = 0;

    d->group = NULL;
    if (!g || g->n < 2)
        return;
    put_elsewhere_head(&d->sink.buf, g);
    for (size_t i = 0; i < g->n && told < MOST_MEMBERS; i++) {
        if (g->item[i] == g->latest)
            continue;
        put_member(d, g->item[i]);
        told++;
    }
    dx_buf_add(&d->sink.buf, DX_LIT("</tbody></table></div>"));
    dx_html_more(&d->sink.buf, g->n - 1 - told, "place", "places");
    dx_buf_add(&d->sink.buf, DX_LIT("</details>\n"));
}

/* ---- attempts of which only the ending is told ---- */

static void put_ending(dx_html_doc *d, const dx_group *g)
{
    const dx_report_attempt *a = attempt_of(d, g->latest);
    const dx_word word = word_of(d, g->latest);
    const dx_str product = dx_attempt_fact(&a->of->attempt, "product");
    dx_buf *out = &d->sink.buf;

    dx_buf_printf(out, "<tr data-fact=\"endings\"><td><span class=\"badge %s\">%s</span></td><td>",
                  dx_tone_class(word.tone), word.word);
    put_servers(d, g);
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_text(out, product.n > 0 ? product : DX_LIT("setup"));
    dx_html_text(out, dx_str_of(dx_ending_word_of(a)->says));
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_place(out, a->of, a->of->attempt.first_line);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

void dx_html_endings(dx_html_doc *d, const dx_group *groups, size_t n)
{
    dx_buf *out = &d->sink.buf;
    size_t left = 0;

    if (n == 0)
        return;
    dx_buf_add(out, DX_LIT("<h3>The others</h3><div class=\"scroll\"><table class=\"data\"><thead>"
                           "<tr><th scope=\"col\">State</th><th scope=\"col\">Server</th>"
                           "<th scope=\"col\">How it ended</th><th scope=\"col\">The last</th></tr>"
                           "</thead><tbody>\n"));
    for (size_t i = 0; i < n && dx_sink_poll(&d->sink); i++)
        if (i < MOST_ENDINGS)
            put_ending(d, &groups[i]);
        else
            left += groups[i].n;
    dx_buf_add(out, DX_LIT("</tbody></table></div>\n"));
    dx_html_more(out, left, "attempt", "attempts");
}
