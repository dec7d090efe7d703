/* One failure on one server: the report, where else, and what people did about it. */
#include <inttypes.h>

#include "db/trends.h"
#include "web/report_view.h"
#include "web/rows.h"
#include "web/screens.h"
#include "web/ticket.h"

enum { OTHERS_MOST = 20 };

static void add_facts(dx_buf *out, const dx_finding_page *p)
{
    const dx_finding_row *f = &p->finding;

    dx_buf_add(out, DX_LIT("<div class=\"row facts-row\">"));
    dx_rows_standing(out, f->standing);
    dx_html_elem(out, "span", "key", f->key);
    dx_buf_add(out, DX_LIT("<span>on "));
    dx_rows_server_link(out, f->server);
    dx_buf_add(out, DX_LIT("</span><span class=\"quiet\">first seen "));
    dx_html_time(out, f->first_us);
    dx_buf_add(out, DX_LIT(", last "));
    dx_html_time(out, f->last_us);
    dx_buf_printf(out, ", in %" PRId64 " attempt%s</span>", f->attempts,
                  f->attempts == 1 ? "" : "s");
    if (p->other_servers > 0) {
        dx_buf_add(out, DX_LIT("<a href=\"/inbox?view=servers&amp;show=all&amp;diagnosis="));
        dx_url_add(out, f->diagnosis);
        dx_buf_printf(out, "\">on %" PRId64 " other server%s</a>", p->other_servers,
                      p->other_servers == 1 ? "" : "s");
    }
    dx_buf_add(out, DX_LIT("<a class=\"mono\" href=\"/rules/"));
    dx_url_add(out, f->diagnosis);
    dx_buf_add(out, DX_LIT("\">"));
    dx_html_text(out, f->diagnosis);
    dx_buf_add(out, DX_LIT("</a></div>\n"));
}

/* The report of the last attempt that shows it, weighed with today's rules. */
static dx_rc add_report(const dx_request *q, dx_response *a, const dx_finding_page *p, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    dx_view_request view = {.q = q, .answer = a, .key = p->finding.key};

    dx_buf_add(&a->body, DX_LIT("<div class=\"cards one-finding\">"));
    if (service->attempt(service->ctx, q->store, p->finding.last_attempt, dx_view_report, &view,
                         err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(&a->body, DX_LIT("</div>"));
    if (!view.found)
        dx_piece_notice(
            &a->body, "warn",
            DX_LIT("The rules of today no longer make this finding of its last attempt. "
                   "'setupdx rediagnose' brings the store up to date."));
    return DX_OK;
}

static void add_attempts(dx_buf *out, const dx_finding_page *p)
{
    static const char *const heads[] = {"Outcome", "Began (UTC)", "Product", "Finding", "Log"};

    dx_buf_add(out, DX_LIT("<section><h2 id=\"attempts\">Attempts that show it</h2>"));
    dx_rows_open(out, "Attempts", heads, 5);
    for (size_t i = 0; i < p->attempts.n; i++)
        dx_rows_attempt(out, &p->attempts.rows[i], false);
    dx_rows_close(out);
    if ((uint64_t)p->attempts.all > p->attempts.n)
        dx_buf_printf(out, "<p class=\"meta\">%" PRId64 " more are older.</p>",
                      p->attempts.all - (int64_t)p->attempts.n);
    dx_buf_add(out, DX_LIT("</section>\n"));
}

static dx_rc add_others(const dx_request *q, dx_buf *out, const dx_finding_page *p, dx_err *err)
{
    static const char *const heads[] = {"State",     "What failed", "Server",   "#Attempts",
                                        "-12 weeks", "First seen",  "Last seen"};
    const dx_findings_query ask = {.now_us = q->now_us,
                                   .diagnosis = p->finding.diagnosis,
                                   .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME},
                                   .top = OTHERS_MOST};
    dx_findings others;

    if (p->other_servers <= 0)
        return DX_OK;
    if (dx_store_findings(q->store, &ask, q->arena, &others, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out, DX_LIT("<section><h2 id=\"others\">Other servers</h2>"));
    dx_rows_open(out, "The same diagnosis elsewhere", heads, 7);
    for (size_t i = 0; i < others.n; i++)
        if (!dx_str_eq(others.rows[i].key, p->finding.key))
            dx_rows_finding(out, &others.rows[i], true);
    dx_rows_close(out);
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}

static void add_resolve(const dx_request *q, dx_buf *out, dx_str key)
{
    dx_buf action = {0};

    dx_buf_add(&action, DX_LIT("/findings/"));
    dx_url_add(&action, key);
    dx_buf_add(&action, DX_LIT("/resolve"));
    dx_buf_add(out, DX_LIT("<details class=\"act\"><summary class=\"button\">Resolve</summary>"));
    dx_shell_form(q, out, action.p ? action.p : "", "class=\"fields card\"");
    dx_buf_add(out, DX_LIT("<label><span>What was done</span><input name=\"fix\" required "
                           "maxlength=\"400\"></label><label><span>Ticket</span><input "
                           "name=\"ticket\" maxlength=\"80\"></label><label><span>Your name</span>"
                           "<input name=\"by\" maxlength=\"80\" autocomplete=\"name\"></label>"
                           "<p class=\"meta\">It counts as verified once a later attempt succeeds "
                           "on this server.</p><button class=\"button primary\">Mark as resolved"
                           "</button></form></details>\n"));
    out->failed |= action.failed;
    dx_buf_done(&action);
}

static void add_silence(const dx_request *q, dx_buf *out, dx_str diagnosis, dx_str back)
{
    dx_buf action = {0};

    dx_buf_add(&action, DX_LIT("/diagnoses/"));
    dx_url_add(&action, diagnosis);
    dx_buf_add(&action, DX_LIT("/silence"));
    dx_buf_add(out, DX_LIT("<details class=\"act\"><summary class=\"button\">Silence</summary>"));
    dx_shell_form(q, out, action.p ? action.p : "", "class=\"fields card\"");
    dx_buf_add(out, DX_LIT("<input type=\"hidden\" name=\"back\" value=\""));
    dx_html_text(out, back);
    dx_buf_add(out, DX_LIT("\"><label><span>Until</span><input type=\"date\" name=\"until\" "
                           "required></label><label><span>Reason</span><input name=\"reason\" "
                           "required maxlength=\"400\"></label><label><span>Your name</span>"
                           "<input name=\"by\" maxlength=\"80\" autocomplete=\"name\"></label>"
                           "<p class=\"meta\">Silences this diagnosis on every server.</p>"
                           "<button class=\"button primary\">Silence</button></form></details>\n"));
    out->failed |= action.failed;
    dx_buf_done(&action);
}

static dx_rc add_actions(const dx_request *q, dx_response *a, const dx_finding_page *p, dx_err *err)
{
    dx_buf *out = &a->body;
    const dx_str back = dx_arena_printf(q->arena, "/findings/%.*s", DX_FMT(p->finding.key));

    dx_buf_add(out, DX_LIT("<div class=\"actions\">"));
    if (dx_ticket_add(q, out, p->finding.key, err) != DX_OK)
        return DX_FAIL;
    add_resolve(q, out, p->finding.key);
    add_silence(q, out, p->finding.diagnosis, back);
    dx_buf_add(out, DX_LIT("</div>\n"));
    return DX_OK;
}

static dx_rc add_all(const dx_request *q, dx_response *a, const dx_finding_page *p, dx_err *err)
{
    dx_buf *out = &a->body;

    add_facts(out, p);
    if (add_actions(q, a, p, err) != DX_OK || add_report(q, a, p, err) != DX_OK)
        return DX_FAIL;
    add_attempts(out, p);
    if (add_others(q, out, p, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out, DX_LIT("<section><h2 id=\"history\">History</h2><div class=\"card\">"));
    dx_rows_notes(out, &p->notes);
    dx_buf_add(out, DX_LIT("</div></section>\n"));
    return DX_OK;
}

dx_rc dx_screen_finding(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_shell shell = {.nav = DX_NAV_INBOX,
                      .title = q->part,
                      .crumb = DX_LIT("/inbox"),
                      .crumb_text = DX_LIT("Inbox")};
    dx_finding_page page;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    const dx_rc rc = dx_store_finding(q->store, q->part, q->now_us, q->arena, &page, err);
    if (rc == DX_FAIL)
        return DX_FAIL;
    if (rc == DX_END) {
        dx_response_message(q, a, 404, DX_LIT("No finding has this key."));
        return DX_OK;
    }
    shell.title = page.finding.title.n ? page.finding.title : page.finding.diagnosis;
    dx_shell_open(q, &a->body, &shell);
    if (add_all(q, a, &page, err) != DX_OK)
        return DX_FAIL;
    dx_shell_close(q, &a->body);
    return DX_OK;
}
