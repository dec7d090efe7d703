#include "web/shell.h"

#include "report/cmdline.h"
#include "web/assets.h"

enum { TITLE_MOST = 300 };

static const struct {
    const char *group; /* a heading before it, or NULL */
    const char *href, *text;
} items[] = {
    [DX_NAV_INBOX] = {"Triage", "/inbox", "Inbox"},
    [DX_NAV_UNKNOWN] = {NULL, "/unknown", "Unknown failures"},
    [DX_NAV_UPLOAD] = {NULL, "/upload", "Upload logs"},
    [DX_NAV_TRY] = {"Look up", "/try", "Paste a text"},
    [DX_NAV_CODE] = {NULL, "/code", "Error codes"},
    [DX_NAV_RULES] = {NULL, "/rules", "Rules"},
    [DX_NAV_FLEET] = {"Fleet", "/fleet", "Heat map"},
    [DX_NAV_TRENDS] = {NULL, "/trends", "Trends"},
    [DX_NAV_COVERAGE] = {NULL, "/coverage", "Coverage"},
};
static const dx_nav order[] = {DX_NAV_INBOX, DX_NAV_UNKNOWN, DX_NAV_UPLOAD,
                               DX_NAV_TRY,   DX_NAV_CODE,    DX_NAV_RULES,
                               DX_NAV_FLEET, DX_NAV_TRENDS,  DX_NAV_COVERAGE};

static void head(const dx_request *q, dx_buf *out, const dx_shell *shell)
{
    static const char *const themes[] = {"", " data-theme=\"light\"", " data-theme=\"dark\""};

    dx_buf_printf(out,
                  "<!DOCTYPE html>\n<html lang=\"en\"%s>\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"%s\">\n<title>",
                  themes[q->theme],
                  q->theme == DX_THEME_DARK    ? "dark"
                  : q->theme == DX_THEME_LIGHT ? "light"
                                               : "light dark");
    dx_html_clip(out, shell->title, TITLE_MOST);
    dx_buf_add(out, DX_LIT(" \xC2\xB7 setupdx</title>\n"));
    dx_assets_head(out, shell->charts);
    dx_buf_add(out, DX_LIT("</head>\n"));
}

static void nav(dx_buf *out, dx_nav now)
{
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const dx_nav at = order[i];
        if (items[at].group)
            dx_buf_printf(out, "%s<h2>%s</h2><ul>", i ? "</ul>" : "", items[at].group);
        dx_buf_printf(out, "<li><a href=\"%s\"%s>%s</a></li>", items[at].href,
                      at == now ? " aria-current=\"page\"" : "", items[at].text);
    }
    dx_buf_add(out, DX_LIT("</ul>"));
}

/* Works without a script: a form for each theme, back to where one was. */
static void theme_switch(const dx_request *q, dx_buf *out)
{
    static const char *const words[][2] = {
        {"system", "Auto"}, {"light", "Light"}, {"dark", "Dark"}};

    dx_buf_add(out, DX_LIT("<form class=\"themes\" method=\"get\" action=\"/theme\">"
                           "<fieldset><legend>Theme</legend><input type=\"hidden\" name=\"back\" "
                           "value=\""));
    dx_html_text(out, q->post ? DX_LIT("/") : q->path);
    for (size_t i = 0; !q->post && i < q->n_query; i++) {
        dx_buf_add(out, i ? DX_LIT("&amp;") : DX_LIT("?"));
        dx_url_add(out, q->query[i].name);
        dx_buf_char(out, '=');
        dx_url_add(out, q->query[i].value);
    }
    dx_buf_add(out, DX_LIT("\">"));
    for (size_t i = 0; i < 3; i++)
        dx_buf_printf(out, "<button name=\"to\" value=\"%s\" aria-pressed=\"%s\">%s</button>",
                      words[i][0], i == q->theme ? "true" : "false", words[i][1]);
    dx_buf_add(out, DX_LIT("</fieldset></form>\n"));
}

static void bar(dx_buf *out)
{
    dx_buf_add(out,
               DX_LIT("<header class=\"bar\"><a class=\"logo\" href=\"/inbox\">"
                      "<svg width=\"20\" height=\"20\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">"
                      "<rect width=\"20\" height=\"20\" rx=\"5\" class=\"logo-ground\"/>"
                      "<path d=\"M3.5 11h3l2-5 3 9 2-6 1 2h2\" class=\"logo-line\"/></svg>"
                      "setupdx</a>"
                      "<form class=\"search\" method=\"get\" action=\"/inbox\" role=\"search\">"
                      "<label class=\"sr\" for=\"q\">Search findings</label>"
                      "<input id=\"q\" name=\"q\" type=\"search\" "
                      "placeholder=\"Search findings, servers, keys, tickets\">"
                      "</form><button type=\"button\" class=\"ghost\" id=\"help-open\" hidden>"
                      "Keys <kbd>?</kbd></button></header>\n"));
}

static void title(dx_buf *out, const dx_shell *shell)
{
    dx_buf_add(out, DX_LIT("<div class=\"head\">"));
    if (shell->crumb.n) {
        dx_buf_add(out, DX_LIT("<a class=\"crumb\" href=\""));
        dx_html_text(out, shell->crumb);
        dx_buf_add(out, DX_LIT("\">\xE2\x86\x90 "));
        dx_html_text(out, shell->crumb_text);
        dx_buf_add(out, DX_LIT("</a>"));
    }
    dx_buf_add(out, DX_LIT("<h1>"));
    if (shell->template)
        dx_piece_template(out, shell->title);
    else
        dx_html_clip(out, shell->title, TITLE_MOST);
    dx_buf_add(out, DX_LIT("</h1>"));
    if (shell->lead.n)
        dx_html_elem(out, "p", "lead", shell->lead);
    dx_buf_add(out, DX_LIT("</div>\n"));
}

void dx_shell_open(const dx_request *q, dx_buf *out, const dx_shell *shell)
{
    head(q, out, shell);
    dx_buf_printf(out, "<body%s%s>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n",
                  shell->live ? " data-live=\"/api/v1/pulse\"" : "",
                  shell->bare ? " class=\"bare\"" : "");
    if (!shell->bare) {
        bar(out);
        dx_buf_add(out, DX_LIT("<aside class=\"side\" aria-label=\"Screens and theme\"><details "
                               "class=\"menu\"><summary>Menu</summary>"
                               "</details><nav class=\"nav\" aria-label=\"Screens\">"));
        nav(out, shell->nav);
        dx_buf_add(out, DX_LIT("</nav>"));
        theme_switch(q, out);
        dx_buf_add(out, DX_LIT("</aside>\n"));
    }
    dx_buf_add(out, DX_LIT("<main id=\"main\" tabindex=\"-1\">\n"));
    title(out, shell);
}

static void foot(const dx_request *q, dx_buf *out)
{
    const dx_web_options *o = q->options;

    dx_buf_add(out, DX_LIT("<footer class=\"meta\">setupdx "));
    dx_html_text(out, o->program_version);
    dx_buf_add(out, DX_LIT(" \xC2\xB7 rules "));
    dx_html_text(out, dx_rulebook_version(o->book));
    if (o->ruleset_us != DX_NO_TIME && q->now_us > o->ruleset_us)
        dx_buf_printf(out, ", %lld days old",
                      (long long)((q->now_us - o->ruleset_us) / 1000000 / 86400));
    dx_buf_add(out, DX_LIT(" \xC2\xB7 nothing on this page leaves this machine</footer>\n"));
}

/* Filled with what the script can do, and hidden from everyone without it. */
static void help(dx_buf *out)
{
    static const char *const keys[][2] = {
        {"/", "search"},
        {"j k", "next, previous row"},
        {"Enter", "open the row"},
        {"n p", "next, previous sign"},
        {"c", "copy the text for the ticket"},
        {"g i", "inbox"},
        {"?", "this help"},
        {"Esc", "close"},
    };

    dx_buf_add(out, DX_LIT("<dialog id=\"help\" aria-labelledby=\"help-title\">"
                           "<h2 id=\"help-title\">Keys</h2><dl class=\"keys\">"));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        dx_buf_printf(out, "<dt><kbd>%s</kbd></dt><dd>%s</dd>", keys[i][0], keys[i][1]);
    dx_buf_add(out, DX_LIT("</dl><form method=\"dialog\"><button class=\"button\">Close</button>"
                           "</form></dialog>\n<div id=\"said\" class=\"sr\" role=\"status\" "
                           "aria-live=\"polite\"></div>\n"));
}

void dx_shell_close(const dx_request *q, dx_buf *out)
{
    foot(q, out);
    dx_buf_add(out, DX_LIT("</main>\n"));
    help(out);
    dx_buf_add(out, DX_LIT("</body>\n</html>\n"));
}

void dx_shell_form(const dx_request *q, dx_buf *out, const char *action, const char *more)
{
    dx_buf_printf(out,
                  "<form method=\"post\" action=\"%s\" %s><input type=\"hidden\" name=\"csrf\" "
                  "value=\"%.*s\">",
                  action, more, DX_FMT(q->csrf));
}

bool dx_shell_has_store(const dx_request *q, dx_response *a, const dx_shell *shell)
{
    if (q->store)
        return true;
    dx_shell_open(q, &a->body, shell);
    dx_buf command = {0};
    dx_buf_add(&command, DX_LIT("setupdx scan /mnt/logs"));
    dx_cmdline_db(&command, dx_str_of(q->options->store));
    dx_piece_empty(&a->body, DX_LIT("No store yet"), q->store_trouble, dx_buf_str(&command));
    a->body.failed |= command.failed;
    dx_buf_done(&command);
    dx_shell_close(q, &a->body);
    return false;
}
