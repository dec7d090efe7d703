#include "web/ticket.h"

#include "report/ticket.h"
#include "web/filter.h"
#include "web/shell.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- the text ---- */

typedef struct writing {
    const char *markup;
    unsigned voices;
    dx_buf text;
} writing;

static dx_rc to_text(void *ctx, dx_str bytes, dx_err *err)
{
    writing *w = ctx;

    dx_buf_add(&w->text, bytes);
    return w->text.failed ? dx_nomem(err) : DX_OK;
}

static dx_rc write_ticket(void *ctx, const dx_report *report, dx_err *err)
{
    writing *w = ctx;
    return dx_ticket_write(report, 0, w->markup, w->voices, &(dx_out){to_text, w}, err);
}

/* The words of the address; without them, plain text in all voices. */
static writing writing_of(const dx_request *q)
{
    const int markup = dx_filter_word(dx_request_query(q, "ticket"), dx_ticket_markups);
    const int voice = dx_filter_word(dx_request_query(q, "voice"), dx_voice_names);

    return (writing){.markup = markup < 0 ? "plain" : dx_ticket_markups[markup],
                     .voices = voice < 0 ? (1u << DX_VOICES) - 1 : 1u << voice};
}

/* ---- the box ---- */

static void add_choices(const dx_request *q, dx_buf *out)
{
    static const dx_choice markups[] = {DX_CHOICE("plain", "Plain text"),
                                        DX_CHOICE("markdown", "Markdown"),
                                        DX_CHOICE("jira", "Jira")};
    static const dx_choice voices[] = {
        DX_CHOICE("all", "All three"), DX_CHOICE("user", "Reply to the user"),
        DX_CHOICE("agent", "Agent\xE2\x80\x99s notes"), DX_CHOICE("escalation", "Escalation")};

    dx_buf_add(out, DX_LIT("<form class=\"fields inline\" method=\"get\" action=\"/findings/"));
    dx_url_add(out, q->part);
    dx_buf_add(out, DX_LIT("#ticket\">"));
    dx_piece_select(q, out, DX_LIT("Written as"), "ticket", markups, COUNT(markups));
    dx_piece_select(q, out, DX_LIT("For"), "voice", voices, COUNT(voices));
    dx_buf_add(out, DX_LIT("<button class=\"button\">Show</button></form>\n"));
}

static void add_text(dx_buf *out, dx_str text)
{
    dx_buf_add(out, DX_LIT("<div class=\"fields\"><label><span>For the ticket</span><textarea "
                           "id=\"ticket-text\" readonly rows=\"16\">\n"));
    dx_html_lines(out, text);
    dx_buf_add(out, DX_LIT("</textarea></label></div><div class=\"row\"><button type=\"button\" "
                           "class=\"button primary\" id=\"copy-ticket\" hidden>Copy</button>"
                           "<span class=\"meta\">At most 40 lines. The incident key finds "
                           "duplicates: the same failure has the same key.</span></div>"));
}

/* A finding that today's rules no longer make has no text; the screen stays. */
static dx_rc ask(const dx_request *q, dx_str key, writing *w, dx_str *trouble, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    dx_err own = {0};
    const dx_rc rc = service->finding(service->ctx, q->store, key, write_ticket, w, &own);

    if (rc == DX_FAIL && own.kind != DX_E_RULE) {
        *err = own;
        return DX_FAIL;
    }
    *trouble = rc == DX_OK ? DX_NONE : dx_arena_copy(q->arena, dx_str_of(own.text));
    return DX_OK;
}

static void add_box(const dx_request *q, dx_buf *out, dx_str text, dx_str trouble)
{
    const bool open = dx_request_query(q, "ticket").n || dx_request_query(q, "voice").n;

    dx_buf_printf(out,
                  "<details class=\"act ticket\" id=\"ticket\"%s><summary class=\"button\">Ticket "
                  "text</summary><div class=\"card stack\">",
                  open ? " open" : "");
    add_choices(q, out);
    if (trouble.p)
        dx_piece_notice(out, "warn", trouble);
    else
        add_text(out, text);
    dx_buf_add(out, DX_LIT("</div></details>\n"));
}

dx_rc dx_ticket_add(const dx_request *q, dx_buf *out, dx_str key, dx_err *err)
{
    writing w = writing_of(q);
    dx_str trouble;
    const dx_rc rc = ask(q, key, &w, &trouble, err);

    if (rc == DX_OK)
        add_box(q, out, dx_buf_str(&w.text), trouble);
    dx_buf_done(&w.text);
    return rc;
}
