#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "web/shell.h"

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c));
}

void dx_url_add(dx_buf *out, dx_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (is_plain(s.p[i]))
            dx_buf_char(out, s.p[i]);
        else
            dx_buf_printf(out, "%%%02X", (unsigned char)s.p[i]);
    }
}

static void add_parameter(dx_buf *out, bool *first, dx_str name, dx_str value)
{
    dx_buf_add(out, *first ? DX_LIT("?") : DX_LIT("&amp;"));
    *first = false;
    dx_url_add(out, name);
    dx_buf_char(out, '=');
    dx_url_add(out, value);
}

void dx_url_with(const dx_request *q, dx_buf *out, const char *name, dx_str value)
{
    bool first = true;

    dx_html_text(out, q->path);
    for (size_t i = 0; i < q->n_query; i++) {
        const dx_pair *p = &q->query[i];
        if (p->value.n && !dx_str_eq(p->name, dx_str_of(name)) &&
            !dx_str_eq(p->name, DX_LIT("page")))
            add_parameter(out, &first, p->name, p->value);
    }
    if (value.n)
        add_parameter(out, &first, dx_str_of(name), value);
}

void dx_piece_template(dx_buf *out, dx_str s)
{
    size_t at = 0, open, shut;

    while ((open = dx_str_find(s, DX_LIT("{"), at)) != SIZE_MAX &&
           (shut = dx_str_find(s, DX_LIT("}"), open)) != SIZE_MAX) {
        const size_t dot = dx_str_find(s, DX_LIT("."), open);
        dx_html_text(out, dx_str_slice(s, at, open));
        dx_html_elem(out, "var", NULL, dx_str_slice(s, (dot < shut ? dot : open) + 1, shut));
        at = shut + 1;
    }
    dx_html_text(out, dx_str_slice(s, at, s.n));
}

void dx_piece_badge(dx_buf *out, const char *tone, dx_str text)
{
    dx_buf_printf(out, "<span class=\"badge %s\">", tone);
    dx_html_text(out, text);
    dx_buf_add(out, DX_LIT("</span>"));
}

void dx_piece_empty(dx_buf *out, dx_str title, dx_str text, dx_str command)
{
    dx_buf_add(out, DX_LIT("<div class=\"empty\">"));
    dx_html_elem(out, "h2", NULL, title);
    dx_html_elem(out, "p", NULL, text);
    if (command.n)
        dx_html_elem(out, "code", "block", command);
    dx_buf_add(out, DX_LIT("</div>\n"));
}

void dx_piece_notice(dx_buf *out, const char *tone, dx_str text)
{
    dx_buf_printf(out, "<p class=\"notice %s\" role=\"status\">", tone);
    dx_html_text(out, text);
    dx_buf_add(out, DX_LIT("</p>\n"));
}

static void page_link(const dx_request *q, dx_buf *out, uint64_t page, const char *rel,
                      const char *words)
{
    char number[24];
    const int n = snprintf(number, sizeof number, "%" PRIu64, page);

    dx_buf_printf(out, "<a class=\"button\" rel=\"%s\" href=\"", rel);
    dx_url_with(q, out, "page", (dx_str){number, (size_t)n});
    dx_buf_printf(out, "\">%s</a>", words);
}

void dx_piece_pager(const dx_request *q, dx_buf *out, uint64_t from, uint64_t shown, uint64_t total)
{
    const uint64_t page = (uint64_t)dx_request_number(q, "page", 1, 1, 1000000);

    if (total == 0) {
        dx_buf_add(out, DX_LIT("<p class=\"meta\">None.</p>\n"));
        return;
    }
    dx_buf_add(out, DX_LIT("<nav class=\"pager\" aria-label=\"Pages\"><span class=\"meta\">"));
    if (total > 0 && shown == total) {
        dx_buf_add(out, total == 1 ? DX_LIT("1 in all") : DX_LIT(""));
        if (total > 1) {
            dx_buf_add(out, DX_LIT("All "));
            dx_html_count(out, total);
        }
    } else {
        dx_html_count(out, shown ? from + 1 : 0);
        dx_buf_add(out, DX_LIT("\xE2\x80\x93"));
        dx_html_count(out, from + shown);
        dx_buf_add(out, DX_LIT(" of "));
        dx_html_count(out, total);
    }
    dx_buf_add(out, DX_LIT("</span>"));
    if (from > 0)
        page_link(q, out, page - 1, "prev", "Previous");
    if (from + shown < total)
        page_link(q, out, page + 1, "next", "Next");
    dx_buf_add(out, DX_LIT("</nav>\n"));
}

void dx_piece_tabs(const dx_request *q, dx_buf *out, dx_str label, const char *name,
                   const dx_choice *choices, size_t n)
{
    const dx_str now = dx_request_query(q, name);

    dx_buf_add(out, DX_LIT("<nav class=\"tabs\" aria-label=\""));
    dx_html_text(out, label);
    dx_buf_add(out, DX_LIT("\">"));
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, DX_LIT("<a href=\""));
        dx_url_with(q, out, name, choices[i].value);
        dx_buf_add(out, dx_str_eq(now, choices[i].value) ? DX_LIT("\" aria-current=\"true\">")
                                                         : DX_LIT("\">"));
        dx_html_text(out, choices[i].label);
        if (choices[i].count != UINT64_MAX) {
            dx_buf_add(out, DX_LIT(" <span class=\"count\">"));
            dx_html_count(out, choices[i].count);
            dx_buf_add(out, DX_LIT("</span>"));
        }
        dx_buf_add(out, DX_LIT("</a>"));
    }
    dx_buf_add(out, DX_LIT("</nav>\n"));
}

void dx_piece_select(const dx_request *q, dx_buf *out, dx_str label, const char *name,
                     const dx_choice *choices, size_t n)
{
    const dx_str now = dx_request_query(q, name);

    dx_buf_add(out, DX_LIT("<label><span>"));
    dx_html_text(out, label);
    dx_buf_printf(out, "</span><select name=\"%s\">", name);
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, DX_LIT("<option value=\""));
        dx_html_text(out, choices[i].value);
        dx_buf_add(out, dx_str_eq(now, choices[i].value) ? DX_LIT("\" selected>") : DX_LIT("\">"));
        dx_html_text(out, choices[i].label);
        dx_buf_add(out, DX_LIT("</option>"));
    }
    dx_buf_add(out, DX_LIT("</select></label>\n"));
}

void dx_piece_input(const dx_request *q, dx_buf *out, dx_str label, const char *name,
                    const char *more)
{
    dx_buf_add(out, DX_LIT("<label><span>"));
    dx_html_text(out, label);
    dx_buf_printf(out, "</span><input name=\"%s\" value=\"", name);
    dx_html_text(out, dx_request_query(q, name));
    dx_buf_printf(out, "\" %s></label>\n", more);
}
