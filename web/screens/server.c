#include <inttypes.h>

#include "db/trends.h"
#include "web/filter.h"
#include "web/rows.h"
#include "web/screens.h"

static void add_list(dx_buf *out, const char *name, const dx_str *items, size_t n)
{
    if (n == 0)
        return;
    dx_buf_printf(out, "<dt>%s</dt><dd>", name);
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, i ? DX_LIT(", ") : DX_LIT(""));
        dx_html_clip(out, items[i], 80);
    }
    dx_buf_add(out, DX_LIT("</dd>"));
}

static void add_facts(dx_buf *out, const dx_server_row *s)
{
    dx_buf_add(out, DX_LIT("<section class=\"card\"><dl class=\"facts\"><dt>Seen</dt><dd>"));
    dx_html_time(out, s->first_us);
    dx_buf_add(out, DX_LIT(" to "));
    dx_html_time(out, s->last_us);
    dx_buf_printf(out, "</dd><dt>Attempts</dt><dd>%" PRId64 ", of which %" PRId64 " failed</dd>",
                  s->attempts, s->failures);
    add_list(out, "Also known as", s->aliases, s->n_aliases);
    for (size_t i = 0; i < s->n_tags; i++) {
        dx_html_elem(out, "dt", NULL, s->tags[i].name);
        dx_html_elem(out, "dd", NULL, s->tags[i].value);
    }
    dx_buf_add(out, DX_LIT("</dl></section>\n"));
}

static void add_product(dx_buf *out, const dx_server_product *p)
{
    dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
    dx_html_clip(out, p->product.n ? p->product : DX_LIT("not named"), 100);
    dx_buf_add(out, DX_LIT("</th><td>"));
    for (size_t i = 0; i < p->n_versions; i++) {
        dx_buf_add(out, i ? DX_LIT(", ") : DX_LIT(""));
        dx_html_clip(out, p->versions[i], 40);
    }
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_rows_outcome(out, p->last_outcome, p->last_failed);
    dx_buf_add(out, DX_LIT("</td>"));
    dx_rows_count(out, p->attempts);
    dx_rows_count(out, p->failures);
    dx_rows_day(out, p->last_us);
    dx_buf_add(out, DX_LIT("</tr>\n"));
}

static void add_products(dx_buf *out, const dx_server_row *s)
{
    static const char *const heads[] = {"Product",   "Versions", "Last outcome",
                                        "#Attempts", "#Failed",  "Last"};

    if (s->n_products == 0)
        return;
    dx_buf_add(out, DX_LIT("<section><h2>Products</h2>"));
    dx_rows_open(out, "Products", heads, 6);
    for (size_t i = 0; i < s->n_products; i++)
        add_product(out, &s->products[i]);
    dx_rows_close(out);
    dx_buf_add(out, DX_LIT("</section>\n"));
}

static dx_rc add_attempts(const dx_request *q, dx_buf *out, dx_str server, dx_err *err)
{
    static const char *const heads[] = {"Outcome", "Began (UTC)", "Product", "Finding", "Log"};
    const dx_attempts_query ask = {
        .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME, .server = server},
        .top = DX_FILTER_PAGE,
        .skip = dx_filter_skip(q)};
    dx_attempts attempts;

    if (dx_store_attempts(q->store, &ask, q->arena, &attempts, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out, DX_LIT("<section><h2>Attempts</h2>"));
    dx_rows_open(out, "Attempts on this server, newest first", heads, 5);
    for (size_t i = 0; i < attempts.n; i++)
        dx_rows_attempt(out, &attempts.rows[i], false);
    dx_rows_close(out);
    dx_piece_pager(q, out, ask.skip, attempts.n, (uint64_t)attempts.all);
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}

dx_rc dx_screen_server(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_shell shell = {.nav = DX_NAV_FLEET,
                      .title = dx_request_query(q, "name"),
                      .crumb = DX_LIT("/fleet"),
                      .crumb_text = DX_LIT("Fleet")};
    dx_server_row server;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    const dx_rc rc = dx_store_server(q->store, shell.title, q->arena, &server, err);
    if (rc == DX_FAIL)
        return DX_FAIL;
    if (rc == DX_END) {
        dx_response_message(q, a, 404, DX_LIT("No server has this name."));
        return DX_OK;
    }
    shell.title = server.name;
    dx_shell_open(q, &a->body, &shell);
    add_facts(&a->body, &server);
    dx_buf_add(&a->body, DX_LIT("<p><a class=\"button\" href=\"/inbox?view=servers&amp;show=all"
                                "&amp;server="));
    dx_url_add(&a->body, server.name);
    dx_buf_add(&a->body, DX_LIT("\">Findings on this server</a></p>\n"));
    add_products(&a->body, &server);
    if (add_attempts(q, &a->body, server.name, err) != DX_OK)
        return DX_FAIL;
    dx_shell_close(q, &a->body);
    return DX_OK;
}
