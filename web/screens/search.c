/* Words from the search box: a key or the beginning of one, a ticket, servers, and diagnoses. */
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

/* Keys that are meant by the words; undecided groups have keys, too, but no page. */
static dx_rc find_keys(const dx_request *q, dx_str words, dx_str **keys, size_t *n, dx_err *err)
{
    const dx_str key = dx_typed_key(words, q->arena);

    if (key.p && dx_store_find_keys(q->store, key, q->arena, keys, n, err) != DX_OK)
        return DX_FAIL;
    /* Some tickets are written as keys are: 2026-0042. */
    return key.p && *n > 0 ? DX_OK : dx_store_find_ticket(q->store, words, q->arena, keys, n, err);
}

typedef struct found {
    size_t n;
    dx_finding_page *pages;
    dx_str away; /* why there may be more, or empty */
} found;

/* A part of a shared store that does not answer hides no server and no diagnosis. */
static dx_rc note_away(const dx_request *q, found *out, dx_err *err)
{
    if (err->kind != DX_E_STORE)
        return DX_FAIL;
    *out = (found){.away = dx_arena_copy(q->arena, dx_str_of(err->text))};
    return out->away.p ? DX_OK : dx_nomem(err);
}

static dx_rc find_findings(const dx_request *q, dx_str words, found *out, dx_err *err)
{
    dx_str *keys;
    size_t n;

    if (find_keys(q, words, &keys, &n, err) != DX_OK)
        return note_away(q, out, err);
    *out = (found){.pages = dx_arena_get(q->arena, n * sizeof *out->pages)};
    if (!out->pages && n)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const dx_rc rc =
            dx_store_finding(q->store, keys[i], q->now_us, q->arena, &out->pages[out->n], err);
        if (rc == DX_FAIL)
            return DX_FAIL;
        out->n += rc == DX_OK;
    }
    return DX_OK;
}

static void add_findings(dx_buf *out, const found *f)
{
    if (f->n)
        begin(out, "Findings");
    for (size_t i = 0; i < f->n; i++) {
        const dx_finding_row *row = &f->pages[i].finding;
        dx_buf_add(out, DX_LIT("<li>"));
        dx_rows_finding_link(out, row->key, row->title);
        dx_buf_add(out, DX_LIT(" <span class=\"meta\">"));
        dx_html_text(out, row->key);
        dx_buf_add(out, DX_LIT(", "));
        dx_html_text(out, row->server);
        dx_buf_add(out, DX_LIT("</span></li>"));
    }
    dx_buf_add(out, f->n ? DX_LIT("</ul></section>\n") : DX_LIT(""));
}

static dx_rc to_finding(const dx_request *q, dx_response *a, dx_str key, dx_err *err)
{
    const dx_str to = dx_arena_printf(q->arena, "/findings/%.*s", DX_FMT(key));
    return to.p ? dx_response_redirect(q, a, to, err) : dx_nomem(err);
}

static void add_nothing(dx_buf *out)
{
    dx_piece_empty(out, DX_LIT("Nothing goes by that"),
                   DX_LIT("Search takes the key of a finding (7f3c-19aa) or its beginning (7f3c-), "
                          "the ticket that one was resolved by, a part of a server's name, or "
                          "words of a diagnosis. A message goes into 'Paste a text', a number "
                          "into 'Error codes'."),
                   DX_NONE);
}

static dx_rc show(const dx_request *q, dx_response *a, const dx_shell *shell, dx_str words,
                  const found *findings, dx_err *err)
{
    size_t servers;

    dx_shell_open(q, &a->body, shell);
    dx_buf_add(&a->body, DX_LIT("<p class=\"quiet\">For \xE2\x80\x9C"));
    dx_html_clip(&a->body, words, 100);
    dx_buf_add(&a->body, DX_LIT("\xE2\x80\x9D</p>"));
    if (findings->away.n)
        dx_piece_notice(&a->body, "warn", findings->away);
    dx_buf_add(&a->body, DX_LIT("<div class=\"cards\">"));
    add_findings(&a->body, findings);
    const size_t rules = add_rules(q, &a->body, words);
    if (add_servers(q, &a->body, words, &servers, err) != DX_OK)
        return DX_FAIL;
    if (findings->n + servers + rules == 0)
        add_nothing(&a->body);
    dx_buf_add(&a->body, DX_LIT("</div>"));
    dx_shell_close(q, &a->body);
    return DX_OK;
}

dx_rc dx_screen_search(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {.nav = DX_NAV_INBOX,
                            .title = DX_LIT("Search"),
                            .crumb = DX_LIT("/inbox"),
                            .crumb_text = DX_LIT("Inbox")};
    const dx_str words = dx_str_trim(dx_request_query(q, "q"));
    found findings;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    if (find_findings(q, words, &findings, err) != DX_OK)
        return DX_FAIL;
    return findings.n == 1 ? to_finding(q, a, findings.pages[0].finding.key, err)
                           : show(q, a, &shell, words, &findings, err);
}
