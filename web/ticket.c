#include "web/ticket.h"

#include <inttypes.h>

#include "report/html_write.h"

/* What an agent pastes into a ticket: the failure, where, since when, how to find it again. */
static void write_text(const dx_request *q, dx_buf *out, const dx_finding_page *p)
{
    const dx_finding_row *f = &p->finding;
    const dx_rule *rule = dx_rulebook_rule(q->options->book, f->diagnosis);

    dx_buf_printf(out, "%.*s\n", DX_FMT(f->title.n ? f->title : f->diagnosis));
    dx_buf_printf(out, "Server: %.*s\nProduct: %.*s\n", DX_FMT(f->server), DX_FMT(f->product));
    dx_buf_printf(out, "Incident key: %.*s (the same failure has the same key everywhere)\n",
                  DX_FMT(f->key));
    dx_buf_printf(out, "Certainty: %s, %d of 99\nStanding: %s\n",
                  dx_certainty_names[dx_certainty_of(f->confidence)], f->confidence,
                  dx_standing_names[f->standing]);
    dx_buf_printf(out, "Attempts with it: %" PRId64 "; other servers: %" PRId64 "\n", f->attempts,
                  p->other_servers);
    for (size_t i = 0; rule && i < rule->n_fix; i++)
        dx_buf_printf(out, "%s%zu. %.*s\n", i ? "" : "\nWhat to do\n", i + 1,
                      DX_FMT(rule->fix[i].act));
    for (size_t i = 0; rule && i < rule->n_refs; i++)
        dx_buf_printf(out, "%s%.*s\n", i ? "" : "\nSources\n", DX_FMT(rule->refs[i]));
    dx_buf_printf(out, "\nRule: %.*s\n", DX_FMT(f->diagnosis));
}

dx_rc dx_ticket_add(const dx_request *q, dx_buf *out, const dx_finding_page *p, dx_err *err)
{
    dx_buf text = {0};

    write_text(q, &text, p);
    dx_buf_add(out, DX_LIT("<details class=\"act ticket\"><summary class=\"button\">Ticket text"
                           "</summary><div class=\"card fields\"><label><span>For the ticket</span>"
                           "<textarea id=\"ticket-text\" readonly rows=\"16\">\n"));
    dx_html_lines(out, dx_buf_str(&text));
    dx_buf_add(out, DX_LIT("</textarea></label><button type=\"button\" class=\"button\" "
                           "id=\"copy-ticket\" hidden>Copy</button></div></details>\n"));
    const bool failed = text.failed;
    dx_buf_done(&text);
    return failed ? dx_nomem(err) : DX_OK;
}
