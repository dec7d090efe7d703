#include "web/screens.h"
#include "web/shell.h"

enum { PAGE = 50 };

/* What a row of the catalogue is about: a diagnosis or a message. */
typedef struct entry {
    dx_str id, title, product, source;
    const char *tone;
    dx_str word;
    bool retired;
} entry;

typedef struct catalogue {
    const dx_request *q;
    dx_buf *out;
    dx_str words;
    uint64_t skip, seen, shown;
} catalogue;

static bool holds_all(const entry *e, dx_str words)
{
    const dx_str texts[] = {e->id, e->title, e->product, e->source};
    dx_str word;

    while (dx_str_next(&words, ' ', &word)) {
        bool found = false;
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            found |= dx_str_ifind(texts[i], word, 0) != SIZE_MAX;
        if (!found)
            return false;
    }
    return true;
}

static void add_entry(catalogue *c, const entry *e)
{
    if (e->retired || !holds_all(e, c->words))
        return;
    if (c->seen++ < c->skip || c->shown == PAGE)
        return;
    c->shown++;
    dx_buf_add(c->out, DX_LIT("<tr><td>"));
    dx_piece_badge(c->out, e->tone, e->word);
    dx_buf_add(c->out, DX_LIT("</td><th scope=\"row\"><a data-row href=\"/rules/"));
    dx_url_add(c->out, e->id);
    dx_buf_add(c->out, DX_LIT("\">"));
    dx_piece_template(c->out, e->title);
    dx_buf_add(c->out, DX_LIT("</a><div class=\"mono quiet\">"));
    dx_html_text(c->out, e->id);
    dx_buf_add(c->out, DX_LIT("</div></th><td>"));
    dx_html_text(c->out, e->product);
    dx_buf_add(c->out, DX_LIT("</td><td class=\"quiet\">"));
    dx_html_clip(c->out, e->source, 60);
    dx_buf_add(c->out, DX_LIT("</td></tr>\n"));
}

static void add_diagnoses(catalogue *c)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(c->q->options->book, &rules);

    for (size_t i = 0; i < n; i++) {
        const dx_rule *r = rules[i];
        add_entry(c, &(entry){.id = r->id,
                              .title = r->title,
                              .product = r->product,
                              .source = r->n_refs ? r->refs[0] : DX_NONE,
                              .tone = r->draft ? "warn" : "info",
                              .word = r->draft ? DX_LIT("draft") : DX_LIT("diagnosis"),
                              .retired = r->retired});
    }
}

static void add_messages(catalogue *c)
{
    static const char *const tones[] = {[DX_FAILURE] = "bad",
                                        [DX_HARMLESS] = "",
                                        [DX_SUCCESS] = "good",
                                        [DX_CONTEXT] = "info",
                                        [DX_UNKNOWN] = "warn"};
    const dx_signature *const *signatures;
    const size_t n = dx_rulebook_signatures(c->q->options->book, &signatures);

    for (size_t i = 0; i < n; i++) {
        const dx_signature *s = signatures[i];
        add_entry(c, &(entry){.id = s->id,
                              .title = s->title,
                              .product = s->n_formats ? s->formats[0] : DX_NONE,
                              .source = s->from,
                              .tone = tones[s->polarity],
                              .word = dx_str_of(dx_polarity_names[s->polarity]),
                              .retired = s->retired});
    }
}

static void add_filters(const dx_request *q, dx_buf *out)
{
    const dx_rule *const *rules;
    const dx_signature *const *signatures;
    const dx_choice kinds[] = {
        {DX_NONE, DX_LIT("Diagnoses"), dx_rulebook_rules(q->options->book, &rules)},
        {DX_LIT("messages"), DX_LIT("Messages"),
         dx_rulebook_signatures(q->options->book, &signatures)}};

    dx_piece_tabs(q, out, DX_LIT("Kind of rule"), "kind", kinds, 2);
    dx_buf_add(out, DX_LIT("<form class=\"fields inline\" method=\"get\" action=\"/rules\">"));
    if (dx_request_query(q, "kind").n)
        dx_buf_add(out, DX_LIT("<input type=\"hidden\" name=\"kind\" value=\"messages\">"));
    dx_piece_input(q, out, DX_LIT("Words in title, id, product or source"), "q",
                   "type=\"search\" placeholder=\"exchange dll\"");
    dx_buf_add(out, DX_LIT("<button class=\"button\">Filter</button></form>\n"));
}

static void add_table(catalogue *c)
{
    dx_buf_add(c->out,
               DX_LIT("<div class=\"card flush scroll\"><table class=\"data list\" data-sort>"
                      "<caption class=\"sr\">Rules</caption><thead><tr>"
                      "<th scope=\"col\">Kind</th><th scope=\"col\">Rule</th>"
                      "<th scope=\"col\">Product</th><th scope=\"col\">Source</th></tr></thead>"
                      "<tbody>\n"));
    if (dx_str_eq(dx_request_query(c->q, "kind"), DX_LIT("messages")))
        add_messages(c);
    else
        add_diagnoses(c);
    dx_buf_add(c->out, DX_LIT("</tbody></table></div>\n"));
}

dx_rc dx_screen_rules(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_buf *out = &a->body;
    const uint64_t page = (uint64_t)dx_request_number(q, "page", 1, 1, 100000);
    catalogue c = {.q = q,
                   .out = out,
                   .words = dx_str_trim(dx_request_query(q, "q")),
                   .skip = (page - 1) * PAGE};

    (void)err;
    dx_shell_open(q, out,
                  &(dx_shell){.nav = DX_NAV_RULES,
                              .title = DX_LIT("Rules"),
                              .lead = DX_LIT("What setupdx knows: diagnoses weigh messages; "
                                             "messages are what logs say.")});
    add_filters(q, out);
    add_table(&c);
    if (c.seen == 0)
        dx_piece_empty(out, DX_LIT("No rule has these words"),
                       DX_LIT("Fewer words find more. 'Paste a text' shows which rules a message "
                              "nearly matches."),
                       DX_NONE);
    else
        dx_piece_pager(q, out, c.skip, c.shown, c.seen);
    dx_shell_close(q, out);
    return DX_OK;
}
