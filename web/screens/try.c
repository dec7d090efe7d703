/* A pasted text: what it says, which rules match it, and which nearly do. */
#include "web/api.h"
#include "web/report_view.h"
#include "web/screens.h"
#include "web/shell.h"

enum { NEARLY_MOST = 30 };

static void add_form(const dx_request *q, dx_buf *out)
{
    dx_shell_form(q, out, "/try", "class=\"fields card\"");
    dx_buf_add(out, DX_LIT("<label><span>A dialog, a message, a piece of a log</span>"
                           "<textarea name=\"text\" rows=\"8\" required spellcheck=\"false\" "
                           "class=\"mono\">\n"));
    dx_html_lines(out, dx_request_form(q, "text"));
    dx_buf_add(out, DX_LIT("</textarea></label><div class=\"row\"><button class=\"button primary\">"
                           "Diagnose</button><span class=\"meta\">Nothing is stored.</span></div>"
                           "</form>\n"));
}

static void add_event(dx_buf *out, const dx_rulebook *book, const dx_event *e)
{
    const dx_signature *sig = dx_rulebook_signature(book, e->signature);

    dx_buf_add(out, DX_LIT("<li><div class=\"row\">"));
    dx_piece_badge(out, "good", DX_LIT("matches"));
    dx_buf_add(out, DX_LIT("<a href=\"/rules/"));
    dx_url_add(out, e->signature);
    dx_buf_add(out, DX_LIT("\">"));
    dx_piece_template(out, sig ? sig->title : e->signature);
    dx_buf_printf(out, "</a><span class=\"meta\">line %u</span></div><dl class=\"facts\">",
                  (unsigned)e->line);
    for (size_t i = 0; i < e->n_fields; i++) {
        dx_html_elem(out, "dt", "mono", e->fields[i].name);
        dx_buf_add(out, DX_LIT("<dd class=\"mono\">"));
        dx_html_text(out, e->fields[i].text);
        if (e->fields[i].type == DX_T_HEX32 || e->fields[i].type == DX_T_CODE)
            dx_buf_printf(out, " <a href=\"/code?code=0x%llx\">0x%llx</a>",
                          (unsigned long long)e->fields[i].number,
                          (unsigned long long)e->fields[i].number);
        dx_buf_add(out, DX_LIT("</dd>"));
    }
    dx_buf_add(out, DX_LIT("</dl></li>\n"));
}

static void add_near_miss(dx_buf *out, const dx_near_miss *m)
{
    dx_buf_add(out, DX_LIT("<li><div class=\"row\">"));
    dx_piece_badge(out, "warn", DX_LIT("nearly"));
    dx_buf_add(out, DX_LIT("<a href=\"/rules/"));
    dx_url_add(out, m->signature->id);
    dx_buf_add(out, DX_LIT("\">"));
    dx_piece_template(out, m->signature->title);
    dx_buf_printf(out, "</a><span class=\"meta\">%zu of %zu pieces match</span></div>", m->pieces,
                  m->signature->n_pieces);
    if (m->pieces < m->signature->n_pieces) {
        dx_buf_add(out, DX_LIT("<dl class=\"facts\"><dt>Stops before</dt><dd class=\"mono\">"));
        dx_html_text(out, m->stops);
        dx_buf_add(out, DX_LIT("</dd><dt>Wanted there</dt><dd class=\"mono\">"));
        dx_html_text(out, m->signature->pieces[m->pieces]);
        dx_buf_add(out, DX_LIT("</dd></dl>"));
    }
    dx_buf_add(out, DX_LIT("</li>\n"));
}

static dx_rc add_matches(const dx_request *q, dx_buf *out, dx_str text, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    dx_tried tried = {0};
    size_t matches = 0;

    if (service->try_text(service->ctx, text, q->arena, &tried, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out, DX_LIT("<section class=\"card\"><h2>Rules that see something</h2>"
                           "<ul class=\"matches\">"));
    for (size_t i = 0; i < tried.events.n; i++) {
        if (tried.events.p[i].signature.n == 0)
            continue;
        matches++;
        add_event(out, q->options->book, &tried.events.p[i]);
    }
    for (size_t i = 0; i < tried.n_nearly && i < NEARLY_MOST; i++)
        add_near_miss(out, &tried.nearly[i]);
    dx_buf_add(out, DX_LIT("</ul>"));
    if (matches + tried.n_nearly == 0)
        dx_html_elem(out, "p", "quiet",
                     DX_LIT("No rule's words occur in this text. 'setupdx rules new' begins one."));
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}

static dx_rc add_result(const dx_request *q, dx_response *a, dx_str text, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    const dx_upload upload = {.name = DX_LIT("pasted text"), .bytes = text, .pasted = true};
    dx_view_request view = {.q = q, .answer = a, .sources = true};

    dx_buf_add(&a->body, DX_LIT("<div class=\"cards\" id=\"result\">"));
    if (service->scan(service->ctx, &upload, dx_view_report, &view, err) != DX_OK ||
        add_matches(q, &a->body, text, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(&a->body, DX_LIT("</div>"));
    return DX_OK;
}

dx_rc dx_screen_try(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_str text = dx_request_form(q, "text");
    dx_rc rc = DX_OK;

    if (q->post && !dx_view_slow(q, a))
        return DX_OK;
    dx_shell_open(q, &a->body,
                  &(dx_shell){.nav = DX_NAV_TRY,
                              .title = DX_LIT("Paste a text"),
                              .lead = DX_LIT("What it says, what to do, which rules match it and "
                                             "which nearly do. Wrapped, quoted or stamped text is "
                                             "fine.")});
    add_form(q, &a->body);
    if (q->post && dx_str_trim(text).n)
        rc = add_result(q, a, text, err);
    if (q->post)
        dx_view_rest(q);
    dx_shell_close(q, &a->body);
    return rc;
}
