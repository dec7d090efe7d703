/* One rule in words: what a message looks like, or how a diagnosis weighs. */
#include "web/screens.h"
#include "web/shell.h"

enum { SAMPLES_MOST = 6 };

static void open_section(dx_buf *out, const char *heading)
{
    dx_buf_printf(out, "<section class=\"card\"><h2>%s</h2>\n", heading);
}

static void close_section(dx_buf *out)
{
    dx_buf_add(out, DX_LIT("</section>\n"));
}

static void rule_link(dx_buf *out, dx_str id)
{
    dx_buf_add(out, DX_LIT("<a class=\"mono\" href=\"/rules/"));
    dx_url_add(out, id);
    dx_buf_add(out, DX_LIT("\">"));
    dx_html_text(out, id);
    dx_buf_add(out, DX_LIT("</a>"));
}

static void add_test(dx_buf *out, const dx_test *t)
{
    dx_html_elem(out, "code", NULL, t->path);
    dx_buf_add(out, t->negate ? DX_LIT(" is not ") : DX_LIT(" is "));
    if (t->absent)
        dx_buf_add(out, DX_LIT("absent"));
    else if (t->pattern && t->n_values == 0)
        dx_buf_add(out, DX_LIT("fitting a pattern"));
    for (size_t i = 0; !t->absent && i < t->n_values; i++) {
        if (i)
            dx_buf_add(out, DX_LIT(" or "));
        dx_html_elem(out, "code", NULL, t->values[i]);
    }
}

static void add_tests(dx_buf *out, const char *before, const dx_tests *tests)
{
    for (size_t i = 0; i < tests->n; i++) {
        dx_buf_printf(out, "%s", i ? " and " : before);
        add_test(out, &tests->p[i]);
    }
}

static void add_fact(dx_buf *out, const char *name, dx_str value)
{
    if (value.n == 0)
        return;
    dx_buf_printf(out, "<dt>%s</dt><dd>", name);
    dx_piece_template(out, value);
    dx_buf_add(out, DX_LIT("</dd>"));
}

/* ---- a diagnosis ---- */

static void add_step(dx_buf *out, const dx_rule_step *step)
{
    static const char *const needs[] = {
        [DX_MUST] = "must be there", [DX_SHOULD] = "should be there", [DX_MAY] = "may be there"};

    dx_buf_printf(out, "<tr><td class=\"num\">%+d</td><td>", step->points);
    dx_piece_template(out, step->why);
    dx_buf_add(out, DX_LIT("<div class=\"meta\">"));
    for (size_t i = 0; i < step->n_sees; i++) {
        dx_buf_add(out, i ? DX_LIT(" or ") : DX_LIT(""));
        rule_link(out, step->sees[i]->id);
    }
    add_tests(out, ", where ", &step->where);
    dx_buf_printf(out, "</div></td><td>%s%s</td></tr>\n", needs[step->need],
                  step->anywhere ? ", in any attempt on the server"
                  : step->inside ? ", also in attempts that this one started"
                                 : "");
}

static void add_weigh(dx_buf *out, const dx_weigh *w)
{
    dx_buf_printf(out, "<tr><td class=\"num\">%+d</td><td>", w->points);
    dx_piece_template(out, w->why);
    dx_buf_add(out, DX_LIT("<div class=\"meta\">"));
    add_tests(out, "when ", &w->tests);
    dx_buf_add(out, DX_LIT("</div></td><td>a condition</td></tr>\n"));
}

static void add_ledger(dx_buf *out, const dx_rule *r)
{
    open_section(out, "How it weighs");
    dx_buf_printf(
        out,
        "<p class=\"quiet\">Shown from %d points on; 30 is possible, 60 likely, 85 "
        "almost certain. %s%s%s</p><div class=\"scroll\"><table class=\"data\"><thead><tr>"
        "<th scope=\"col\" class=\"num\">Points</th><th scope=\"col\">Sign</th>"
        "<th scope=\"col\">Need</th></tr></thead><tbody>\n",
        r->floor,
        r->any_order ? "The messages may come in any order."
                     : "The messages must come in this order.",
        r->not_on_success ? " Not for attempts that succeeded." : "",
        r->general ? " Only where no other rule is told." : "");
    for (size_t i = 0; i < r->n_steps; i++)
        add_step(out, &r->steps[i]);
    for (size_t i = 0; i < r->n_weigh; i++)
        add_weigh(out, &r->weigh[i]);
    dx_buf_add(out, DX_LIT("</tbody></table></div>\n"));
    close_section(out);
}

static void add_extra(dx_buf *out, const char *label, dx_str text, bool command)
{
    if (text.n == 0)
        return;
    dx_buf_printf(out, "<div class=\"%s\"><span class=\"quiet\">%s</span> ",
                  command ? "command" : "extra", label);
    dx_buf_add(out, command ? DX_LIT("<code>") : DX_LIT("<span>"));
    dx_piece_template(out, text);
    dx_buf_add(out, command ? DX_LIT("</code></div>") : DX_LIT("</span></div>"));
}

static const char *const fix_words[] = {
    [DX_NESTED_OR_NOT] = "",
    [DX_NESTED_ONLY] = "<span class=\"quiet\">Only when another attempt started this one:</span> ",
    [DX_NOT_NESTED_ONLY] =
        "<span class=\"quiet\">Only when no other attempt started this one:</span> ",
};

static void add_fix(dx_buf *out, const dx_rule *r)
{
    if (r->n_fix == 0)
        return;
    open_section(out, "What to do");
    dx_buf_add(out, DX_LIT("<ol class=\"steps\">"));
    for (size_t i = 0; i < r->n_fix; i++) {
        dx_buf_printf(out, "<li><div>%s", fix_words[r->fix_for[i]]);
        dx_piece_template(out, r->fix[i].act);
        dx_buf_add(out, DX_LIT("</div>"));
        add_extra(out, "Type", r->fix[i].command, true);
        add_extra(out, "See", r->fix[i].see, false);
        add_extra(out, "Undo", r->fix[i].undo, false);
        dx_buf_add(out, DX_LIT("</li>"));
    }
    dx_buf_add(out, DX_LIT("</ol>\n"));
    close_section(out);
}

static void add_rivals(dx_buf *out, const dx_rule *r)
{
    if (r->n_rivals == 0)
        return;
    open_section(out, "What it could be mistaken for");
    dx_buf_add(out, DX_LIT("<dl class=\"rows\">"));
    for (size_t i = 0; i < r->n_rivals; i++) {
        dx_buf_add(out, DX_LIT("<dt>"));
        rule_link(out, r->rivals[i].id);
        dx_buf_add(out, DX_LIT("</dt>"));
        dx_buf_add(out, DX_LIT("<dd>"));
        dx_piece_template(out, r->rivals[i].tell);
        dx_buf_add(out, DX_LIT("</dd>"));
    }
    dx_buf_add(out, DX_LIT("</dl>\n"));
    close_section(out);
}

static void add_origin(dx_buf *out, dx_place at, const dx_str *refs, size_t n)
{
    dx_buf_add(out, DX_LIT("<p class=\"meta\">"));
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, i ? DX_LIT(", ") : DX_LIT("Sources: "));
        dx_html_text(out, refs[i]);
    }
    if (at.file) {
        dx_buf_add(out, n ? DX_LIT(" \xC2\xB7 ") : DX_LIT(""));
        dx_html_text(out, dx_str_of(at.file));
        dx_buf_printf(out, ":%u", at.line);
    }
    dx_buf_add(out, DX_LIT("</p>\n"));
}

static void show_diagnosis(dx_buf *out, const dx_rule *r)
{
    dx_buf_add(out, DX_LIT("<section class=\"card\"><dl class=\"facts\">"));
    add_fact(out, "Id", r->id);
    add_fact(out, "Product", r->product);
    add_fact(out, "Applies to", r->applies);
    add_fact(out, "Kind of cause", r->cause_class);
    add_fact(out, "Cause", r->cause);
    dx_buf_add(out, DX_LIT("</dl>"));
    if (r->retired || r->draft)
        dx_piece_notice(out, "warn",
                        r->retired ? DX_LIT("This rule is retired.")
                                   : DX_LIT("This rule is a draft."));
    dx_buf_add(out, DX_LIT("<p><a class=\"button\" href=\"/inbox?diagnosis="));
    dx_url_add(out, r->id);
    dx_buf_add(out, DX_LIT("\">Findings of this diagnosis</a></p></section>\n"));
    add_ledger(out, r);
    add_fix(out, r);
    add_rivals(out, r);
    add_origin(out, r->at, r->refs, r->n_refs);
}

/* ---- a message ---- */

static void add_pattern(dx_buf *out, const dx_signature *s)
{
    open_section(out, "What it looks for");
    if (s->refines) {
        dx_buf_add(out, DX_LIT("<p>A "));
        rule_link(out, s->refines->id);
        add_tests(out, ", where ", &s->where);
        dx_buf_add(out, DX_LIT("</p>"));
    } else {
        dx_buf_add(out, DX_LIT("<p>The words "));
        dx_html_elem(out, "code", NULL, s->contains);
        dx_buf_add(out, DX_LIT(", then this pattern:</p><pre>"));
        for (size_t i = 0; i < s->n_pieces; i++) {
            dx_html_text(out, s->pieces[i]);
            dx_buf_char(out, '\n');
        }
        dx_buf_add(out, DX_LIT("</pre>"));
    }
    if (s->n_refinements)
        dx_buf_add(out, DX_LIT("<p class=\"quiet\">When more is known it becomes one of</p>"
                               "<ul class=\"plain\">"));
    for (size_t i = 0; i < s->n_refinements; i++) {
        dx_buf_add(out, DX_LIT("<li>"));
        rule_link(out, s->refinements[i]->id);
        dx_buf_add(out, DX_LIT("</li>"));
    }
    dx_buf_add(out, s->n_refinements ? DX_LIT("</ul>\n") : DX_LIT("\n"));
    close_section(out);
}

static void add_samples(dx_buf *out, const dx_signature *s)
{
    if (s->n_samples == 0)
        return;
    open_section(out, "Samples");
    for (size_t i = 0; i < s->n_samples && i < SAMPLES_MOST; i++) {
        dx_buf_add(out, DX_LIT("<h3 class=\"small\">"));
        dx_html_text(out, s->samples[i].name);
        dx_buf_add(out, DX_LIT("</h3><pre class=\"log\" lang=\"\" tabindex=\"0\">"));
        dx_html_lines(out, s->samples[i].text);
        dx_buf_add(out, DX_LIT("</pre>"));
        if (s->samples[i].from.n)
            dx_html_elem(out, "p", "meta", s->samples[i].from);
    }
    close_section(out);
}

static void add_fields(dx_buf *out, const dx_signature *s)
{
    dx_buf_add(out, s->n_fields ? DX_LIT("<dt>Takes out</dt><dd>") : DX_LIT(""));
    for (size_t i = 0; i < s->n_fields; i++) {
        dx_buf_add(out, i ? DX_LIT(", ") : DX_LIT(""));
        dx_html_elem(out, "code", NULL, s->fields[i].name);
        dx_buf_printf(out, " (%s)", dx_type_names[s->fields[i].type]);
    }
    dx_buf_add(out, s->n_fields ? DX_LIT("</dd>") : DX_LIT(""));
}

static void show_message(dx_buf *out, const dx_signature *s)
{
    dx_buf_add(out, DX_LIT("<section class=\"card\"><dl class=\"facts\">"));
    add_fact(out, "Id", s->id);
    add_fact(out, "Stands for", dx_str_of(dx_polarity_names[s->polarity]));
    add_fact(out, "Means", s->means);
    for (size_t i = 0; i < s->n_formats; i++)
        add_fact(out, "Only in logs of", s->formats[i]);
    add_fields(out, s);
    dx_buf_add(out, DX_LIT("</dl></section>\n"));
    add_pattern(out, s);
    add_samples(out, s);
    add_origin(out, s->at, &s->from, s->from.n > 0);
}

dx_rc dx_screen_rule(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_rule *rule = dx_rulebook_rule(q->options->book, q->part);
    const dx_signature *sig = dx_rulebook_signature(q->options->book, q->part);

    (void)err;
    if (!rule && !sig) {
        dx_response_message(q, a, 404, DX_LIT("There is no rule of this name."));
        return DX_OK;
    }
    dx_shell_open(q, &a->body,
                  &(dx_shell){.nav = DX_NAV_RULES,
                              .title = rule ? rule->title : sig->title,
                              .template = true,
                              .crumb = rule ? DX_LIT("/rules") : DX_LIT("/rules?kind=messages"),
                              .crumb_text = DX_LIT("Rules")});
    dx_buf_add(&a->body, DX_LIT("<div class=\"cards\">"));
    if (rule)
        show_diagnosis(&a->body, rule);
    else
        show_message(&a->body, sig);
    dx_buf_add(&a->body, DX_LIT("</div>"));
    dx_shell_close(q, &a->body);
    return DX_OK;
}
