/* One run of one installer: its verdict, and every message that a rule knows, in order. */

#include "web/report_view.h"
#include "web/screens.h"
#include "web/shell.h"

enum { EVENTS_MOST = 400, TEXT_MOST = 2000 };

typedef struct view {
    const dx_request *q;
    dx_response *answer;
} view;

static const char *tone_of(dx_polarity p)
{
    static const char *const tones[] = {[DX_FAILURE] = "bad",
                                        [DX_HARMLESS] = "",
                                        [DX_SUCCESS] = "good",
                                        [DX_CONTEXT] = "info",
                                        [DX_UNKNOWN] = "warn"};
    return tones[p];
}

static void add_event(dx_buf *out, const dx_rulebook *book, const dx_event *e)
{
    const bool sign = e->polarity == DX_FAILURE || e->polarity == DX_UNKNOWN;
    const dx_signature *sig = e->signature.n ? dx_rulebook_signature(book, e->signature) : NULL;

    dx_buf_printf(out, "<li id=\"line-%u\" class=\"event %s\"%s><div class=\"row\">",
                  (unsigned)e->line, tone_of(e->polarity),
                  sign ? " data-sign tabindex=\"-1\"" : "");
    dx_piece_badge(out, tone_of(e->polarity), dx_str_of(dx_polarity_names[e->polarity]));
    dx_buf_printf(out, "<span class=\"mono quiet\">line %u</span>", (unsigned)e->line);
    if (e->time_us != DX_NO_TIME)
        dx_html_time(out, e->time_us);
    if (sig) {
        dx_buf_add(out, DX_LIT("<a href=\"/rules/"));
        dx_url_add(out, sig->id);
        dx_buf_add(out, DX_LIT("\">"));
        dx_piece_template(out, sig->title);
        dx_buf_add(out, DX_LIT("</a>"));
    }
    dx_buf_add(out, DX_LIT("</div><pre class=\"log\" lang=\"\">"));
    dx_html_lines(out, dx_str_slice(e->text, 0, TEXT_MOST));
    dx_buf_add(out, DX_LIT("</pre></li>\n"));
}

static void add_events(dx_buf *out, const dx_rulebook *book, const dx_case *of)
{
    dx_buf_add(out, DX_LIT("<section><h2 id=\"messages\">Messages in order</h2>"
                           "<p class=\"meta\">What rules know, and errors that none does. "
                           "<kbd>n</kbd> and <kbd>p</kbd> go from sign to sign.</p>"
                           "<ol class=\"events\">"));
    for (size_t i = 0; i < of->n_events && i < EVENTS_MOST; i++)
        add_event(out, book, &of->events[i]);
    dx_buf_add(out, DX_LIT("</ol>"));
    if (of->n_events > EVENTS_MOST)
        dx_buf_printf(out, "<p class=\"meta\">%zu more are not shown.</p>",
                      of->n_events - EVENTS_MOST);
    if (of->n_events == 0)
        dx_buf_add(out, DX_LIT("<p class=\"quiet\">None.</p>"));
    dx_buf_add(out, DX_LIT("</section>\n"));
}

static dx_str title_of(const view *v, const dx_attempt *a)
{
    const dx_str product = dx_attempt_fact(a, "product");
    return dx_arena_printf(v->q->arena, "%.*s on %.*s",
                           DX_FMT(product.n ? product : DX_LIT("A setup")), DX_FMT(a->server));
}

static void add_facts(dx_buf *out, const dx_case *of)
{
    const dx_attempt *a = &of->attempt;

    dx_buf_add(out, DX_LIT("<div class=\"row facts-row\"><span>on <a href=\"/server?name="));
    dx_url_add(out, a->server);
    dx_buf_add(out, DX_LIT("\">"));
    dx_html_clip(out, a->server, 80);
    dx_buf_add(out, DX_LIT("</a></span><span class=\"quiet\">"));
    if (a->began_us != DX_NO_TIME) {
        dx_html_time(out, a->began_us);
        dx_buf_add(out, DX_LIT(" to "));
        dx_html_time(out, a->ended_us);
    }
    dx_buf_add(out, DX_LIT("</span><span class=\"path\">"));
    dx_html_clip(out, of->member.n ? of->member : of->path, 300);
    dx_buf_printf(out, ":%u\xE2\x80\x93%u</span></div>\n", (unsigned)a->first_line,
                  (unsigned)a->last_line);
}

static dx_rc show(void *ctx, const dx_report *r, dx_err *err)
{
    view *v = ctx;
    dx_buf *out = &v->answer->body;
    dx_view_request cards = {.q = v->q, .answer = v->answer, .timeline = true};

    if (r->n_attempts == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no attempt has this number");
    const dx_case *of = r->attempts[0].of;
    dx_shell_open(v->q, out,
                  &(dx_shell){.nav = DX_NAV_INBOX,
                              .title = title_of(v, &of->attempt),
                              .crumb = DX_LIT("/inbox"),
                              .crumb_text = DX_LIT("Inbox")});
    add_facts(out, of);
    if (dx_view_report(&cards, r, err) != DX_OK)
        return DX_FAIL;
    add_events(out, v->q->options->book, of);
    dx_shell_close(v->q, out);
    return DX_OK;
}

dx_rc dx_screen_attempt(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {.nav = DX_NAV_INBOX, .title = DX_LIT("Attempt")};
    const dx_web_service *service = &q->options->service;
    view v = {q, a};
    long long id;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    if (!dx_str_to_i64(q->part, &id) || id <= 0) {
        dx_response_message(q, a, 404, DX_LIT("No attempt has this number."));
        return DX_OK;
    }
    return service->attempt(service->ctx, q->store, id, show, &v, err);
}
