/* Words from the search box: a key, servers, and diagnoses. */
#include "core/time.h"
#include "db/trends.h"
#include "web/rows.h"
#include "web/screens.h"

enum { SERVERS_MOST = 20, RULES_MOST = 20 };

static void begin(dx_buf *out, const char *heading)
{
    dx_buf_printf(out, "<section class=\"card\"><h2>%s</h2><ul class=\"plain\">", heading);
}

static dx_rc add_servers(const dx_request *q, dx_buf *out, dx_str words, size_t *n, dx_err *err)
{
    const dx_servers_query ask = {.contains = words,
                                  .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME},
                                  .top = SERVERS_MOST};
    dx_servers servers;

    if (dx_store_servers(q->store, &ask, q->arena, &servers, err) != DX_OK)
        return DX_FAIL;
    if (servers.n)
        begin(out, "Servers");
    for (size_t i = 0; i < servers.n; i++) {
        dx_buf_add(out, DX_LIT("<li>"));
        dx_rows_server_link(out, servers.rows[i].name);
        dx_buf_add(out, DX_LIT("</li>"));
    }
    if ((uint64_t)servers.all > servers.n)
        dx_buf_printf(out, "<li class=\"meta\">and %lld more</li>",
                      (long long)(servers.all - (int64_t)servers.n));
    dx_buf_add(out, servers.n ? DX_LIT("</ul></section>\n") : DX_LIT(""));
    *n = servers.n;
    return DX_OK;
}

static size_t add_rules(const dx_request *q, dx_buf *out, dx_str words)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(q->options->book, &rules);
    size_t found = 0;

    for (size_t i = 0; i < n && found < RULES_MOST; i++) {
        const dx_rule *r = rules[i];
        if (dx_str_ifind(r->title, words, 0) == SIZE_MAX &&
            dx_str_ifind(r->id, words, 0) == SIZE_MAX)
            continue;
        if (found++ == 0)
            begin(out, "Diagnoses");
        dx_buf_add(out, DX_LIT("<li><a data-row href=\"/inbox?show=all&amp;view=servers&amp;"
                               "diagnosis="));
        dx_url_add(out, r->id);
        dx_buf_add(out, DX_LIT("\">"));
        dx_piece_template(out, r->title);
        dx_buf_add(out, DX_LIT("</a> <span class=\"meta\">"));
        dx_html_text(out, r->product);
        dx_buf_add(out, DX_LIT("</span></li>"));
    }
    dx_buf_add(out, found ? DX_LIT("</ul></section>\n") : DX_LIT(""));
    return found;
}

static dx_rc to_finding(const dx_request *q, dx_response *a, dx_str key, dx_err *err)
{
    const dx_str to = dx_arena_printf(q->arena, "/findings/%.*s", DX_FMT(key));
    return to.p ? dx_response_redirect(q, a, to, err) : dx_nomem(err);
}

dx_rc dx_screen_search(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {.nav = DX_NAV_INBOX,
                            .title = DX_LIT("Search"),
                            .crumb = DX_LIT("/inbox"),
                            .crumb_text = DX_LIT("Inbox")};
    const dx_str words = dx_str_trim(dx_request_query(q, "q"));
    dx_finding_page page;
    size_t servers, rules;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    const dx_rc known = dx_store_finding(q->store, words, q->now_us, q->arena, &page, err);
    if (known != DX_END)
        return known == DX_OK ? to_finding(q, a, words, err) : DX_FAIL;
    dx_shell_open(q, &a->body, &shell);
    dx_buf_add(&a->body, DX_LIT("<p class=\"quiet\">For \xE2\x80\x9C"));
    dx_html_clip(&a->body, words, 100);
    dx_buf_add(&a->body, DX_LIT("\xE2\x80\x9D</p><div class=\"cards\">"));
    rules = add_rules(q, &a->body, words);
    if (add_servers(q, &a->body, words, &servers, err) != DX_OK)
        return DX_FAIL;
    if (servers + rules == 0)
        dx_piece_empty(&a->body, DX_LIT("Nothing goes by that"),
                       DX_LIT("Search takes the key of a finding (7f3c-19aa), a part of a server's "
                              "name, or words of a diagnosis. A message goes into 'Paste a "
                              "text', a number into 'Error codes'."),
                       DX_NONE);
    dx_buf_add(&a->body, DX_LIT("</div>"));
    dx_shell_close(q, &a->body);
    return DX_OK;
}
