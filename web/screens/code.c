#include <inttypes.h>

#include "web/screens.h"
#include "web/shell.h"

enum { CODES_MOST = 12, FAILURES_MOST = 8 };

static void add_form(const dx_request *q, dx_buf *out)
{
    dx_buf_add(out, DX_LIT("<form class=\"fields inline card\" method=\"get\" action=\"/code\">"));
    dx_piece_input(q, out, DX_LIT("Code, or several"), "code",
                   "placeholder=\"0xc0020002 1603 -2147024891\" required class=\"mono\"");
    dx_piece_input(q, out, DX_LIT("Message beside it (decides between meanings)"), "near",
                   "placeholder=\"The system cannot find the file specified\"");
    dx_buf_add(out, DX_LIT("<button class=\"button primary\">Look up</button></form>\n"));
}

static void add_reading(dx_buf *out, const dx_code_reading *r, bool best)
{
    static const char *const near[] = {"", "text agrees", "text disagrees"};

    dx_buf_printf(out, "<li class=\"%s\"><div class=\"row\"><strong>",
                  r->rejected ? "reading rejected" : "reading");
    dx_html_text(out, r->title);
    dx_buf_char(out, ' ');
    dx_html_text(out, r->number);
    dx_buf_add(out, DX_LIT("</strong> <code>"));
    dx_html_text(out, r->name);
    dx_buf_add(out, DX_LIT("</code>"));
    if (best)
        dx_piece_badge(out, "info", DX_LIT("most likely"));
    if (r->outcome)
        dx_piece_badge(out, "warn", DX_LIT("an outcome, no cause"));
    if (r->near != DX_NEAR_SILENT)
        dx_piece_badge(out, r->near == DX_NEAR_AGREES ? "good" : "bad", dx_str_of(near[r->near]));
    dx_buf_add(out, DX_LIT("</div>"));
    if (r->meaning.n)
        dx_html_elem(out, "p", NULL, r->meaning);
    dx_buf_add(out, DX_LIT("<p class=\"meta\">"));
    dx_html_text(out, r->inside);
    dx_buf_add(out, r->inside.n && r->why.n ? DX_LIT("; ") : DX_LIT(""));
    dx_html_text(out, r->why);
    dx_buf_add(out, (r->inside.n || r->why.n) && r->note.n ? DX_LIT("; ") : DX_LIT(""));
    dx_html_text(out, r->note);
    dx_buf_add(out, DX_LIT("</p></li>\n"));
}

static void add_parts(dx_buf *out, uint32_t value)
{
    const dx_code_parts parts = dx_code_parts_of(value);

    dx_buf_printf(out, "<p class=\"meta\"><span class=\"mono\">0x%08" PRIX32 "</span> = %" PRIu32,
                  value, value);
    if (value >> 31)
        dx_buf_printf(out, " = %ld", -(long)(UINT32_MAX - value) - 1);
    if (value > 0xFFFF)
        dx_buf_printf(out, "; severity %s, facility %u%s%s%s, low word 0x%04X", parts.severity,
                      parts.facility, parts.facility_name ? " (" : "",
                      parts.facility_name ? parts.facility_name : "",
                      parts.facility_name ? ")" : "", parts.low);
    dx_buf_add(out, DX_LIT("</p>\n"));
}

static void add_failures(const dx_request *q, dx_buf *out, uint32_t value)
{
    const dx_rule *rules[FAILURES_MOST];
    const dx_web_service *service = &q->options->service;
    const size_t n = service->failures(service->ctx, value, rules, FAILURES_MOST);

    if (n == 0)
        return;
    dx_buf_add(out, DX_LIT("<h3 class=\"small\">Known failures with this code</h3>"
                           "<ul class=\"plain\">"));
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, DX_LIT("<li><a href=\"/rules/"));
        dx_url_add(out, rules[i]->id);
        dx_buf_add(out, DX_LIT("\">"));
        dx_piece_template(out, rules[i]->title);
        dx_buf_add(out, DX_LIT("</a> <span class=\"meta\">"));
        dx_html_text(out, rules[i]->product);
        dx_buf_add(out, DX_LIT("</span></li>"));
    }
    dx_buf_add(out, DX_LIT("</ul>"));
}

static dx_rc add_answer(const dx_request *q, dx_buf *out, dx_str text, dx_err *err)
{
    const dx_code_question question = {.text = text, .near = dx_request_query(q, "near")};
    dx_code_answer answer;

    if (dx_codes_read(q->options->codes, &question, q->arena, &answer, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out, DX_LIT("<section class=\"card\"><h2 class=\"mono\">"));
    dx_html_text(out, text);
    dx_buf_add(out, DX_LIT("</h2>"));
    if (answer.number)
        add_parts(out, answer.value);
    if (answer.note.n)
        dx_html_elem(out, "p", "quiet", answer.note);
    if (!answer.known)
        dx_piece_notice(out, "warn",
                        answer.number ? DX_LIT("No table knows this number.")
                                      : DX_LIT("This is no code that can be read."));
    dx_buf_add(out, DX_LIT("<ol class=\"readings\">"));
    for (size_t i = 0; answer.known && i < answer.n; i++)
        add_reading(out, &answer.readings[i], i == 0 && answer.n > 1);
    dx_buf_add(out, DX_LIT("</ol>"));
    if (answer.number)
        add_failures(q, out, answer.value);
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}

dx_rc dx_screen_code(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_str rest = dx_str_trim(dx_request_query(q, "code")), code;
    unsigned n = 0;

    dx_shell_open(
        q, &a->body,
        &(dx_shell){.nav = DX_NAV_CODE,
                    .title = DX_LIT("Error codes"),
                    .lead = DX_LIT("Hexadecimal, decimal, signed or a name; every meaning "
                                   "the number can have, the likeliest first.")});
    add_form(q, &a->body);
    if (!q->options->codes)
        dx_piece_notice(&a->body, "bad", DX_LIT("The tables of codes could not be read."));
    dx_buf_add(&a->body, DX_LIT("<div class=\"cards\">"));
    while (q->options->codes && n < CODES_MOST && dx_str_next(&rest, ' ', &code)) {
        if (code.n && add_answer(q, &a->body, code, err) != DX_OK)
            return DX_FAIL;
        n += code.n > 0;
    }
    dx_buf_add(&a->body, DX_LIT("</div>"));
    dx_shell_close(q, &a->body);
    return DX_OK;
}
