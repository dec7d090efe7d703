#include "report/ticket_lines.h"

#include <string.h>

#include "core/utf.h"
#include "report/markdown.h"
#include "report/ticket.h"

const char *const dx_ticket_markups[] = {"markdown", "jira", "plain", NULL};

typedef struct markup {
    const char *head, *point, *strong, *strong_end; /* around labels */
    void (*text)(dx_buf *out, dx_str s);
    void (*code)(dx_buf *out, dx_str s);
    bool numbers; /* steps are numbered by us: "1. " */
    const char *step;
} markup;

/* ---- plain ---- */

static void plain_text(dx_buf *out, dx_str s)
{
    dx_utf_visible(out, dx_str_trim(s), false);
}

/* ---- Jira ---- */

/* What would be markup; braces are macros. */
static void jira_text(dx_buf *out, dx_str s)
{
    dx_buf visible = {0};

    plain_text(&visible, s);
    for (size_t i = 0; i < visible.n; i++) {
        if (strchr("{}[]*_|!^~", visible.p[i]))
            dx_buf_char(out, '\\');
        dx_buf_char(out, visible.p[i]);
    }
    out->failed |= visible.failed;
    dx_buf_done(&visible);
}

static void jira_code(dx_buf *out, dx_str s)
{
    dx_buf_add(out, DX_LIT("{{"));
    jira_text(out, s);
    dx_buf_add(out, DX_LIT("}}"));
}

/* Nothing in the text may end the block. */
static void jira_line(dx_buf *out, dx_str s)
{
    dx_buf visible = {0};
    const dx_str end = DX_LIT("{noformat");

    plain_text(&visible, s);
    for (size_t i = 0; i < visible.n; i++) {
        dx_buf_char(out, visible.p[i]);
        if (dx_str_istarts(dx_str_slice(dx_buf_str(&visible), i, visible.n), end))
            dx_buf_char(out, ' ');
    }
    out->failed |= visible.failed;
    dx_buf_done(&visible);
}

static const markup markups[] = {
    {"### ", "- ", "**", "**", dx_md_text, dx_md_code, true, ""},
    {"h3. ", "* ", "*", "*", jira_text, jira_code, false, "# "},
    {"== ", "- ", "", "", plain_text, plain_text, true, ""},
};

static size_t index_of(const char *name)
{
    size_t i = 0;

    while (dx_ticket_markups[i + 1] && strcmp(dx_ticket_markups[i], name) != 0)
        i++;
    return i;
}

/* ---- blocks ---- */

static size_t run_of_log(const dx_ticket_line *p, size_t n)
{
    size_t k = 0;

    while (k < n && p[k].kind == DX_TICKET_LOG)
        k++;
    return k;
}

static void put_log(dx_buf *out, size_t which, const dx_ticket_line *p, size_t n)
{
    dx_buf lines = {0};

    if (which == 0) {
        for (size_t i = 0; i < n; i++) {
            dx_buf_add(&lines, dx_str_trim(p[i].text));
            dx_buf_char(&lines, '\n');
        }
        dx_md_block(out, 0, dx_buf_str(&lines));
        out->failed |= lines.failed;
        dx_buf_done(&lines);
        return;
    }
    if (which == 1)
        dx_buf_add(out, DX_LIT("{noformat}\n"));
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, which == 1 ? DX_LIT("") : DX_LIT("    "));
        (which == 1 ? jira_line : plain_text)(out, p[i].text);
        dx_buf_char(out, '\n');
    }
    if (which == 1)
        dx_buf_add(out, DX_LIT("{noformat}\n"));
}

static void put_line(dx_buf *out, const markup *m, const dx_ticket_line *l, unsigned step)
{
    if (l->kind == DX_TICKET_HEAD)
        dx_buf_add(out, dx_str_of(m->head));
    else if (l->kind == DX_TICKET_POINT)
        dx_buf_add(out, dx_str_of(m->point));
    else if (l->kind == DX_TICKET_STEP && m->numbers)
        dx_buf_printf(out, "%u. ", step);
    else if (l->kind == DX_TICKET_STEP)
        dx_buf_add(out, dx_str_of(m->step));
    if (l->label)
        dx_buf_printf(out, "%s%s%s%s", m->strong, l->label, m->strong_end,
                      l->text.n + l->code.n + l->after.n > 0 ? " " : "");
    m->text(out, l->text);
    if (l->code.n > 0) {
        dx_buf_add(out, l->text.n > 0 ? DX_LIT(" ") : DX_LIT(""));
        m->code(out, l->code);
    }
    if (l->after.n > 0) {
        dx_buf_char(out, ' ');
        m->text(out, l->after);
    }
    dx_buf_char(out, '\n');
}

size_t dx_ticket_height(const dx_ticket_line *p, size_t n)
{
    size_t lines = 0;

    for (size_t i = 0; i < n; i++) {
        lines += 1 + (p[i].kind == DX_TICKET_HEAD && i > 0); /* an empty line before it */
        if (p[i].kind == DX_TICKET_LOG && (i == 0 || p[i - 1].kind != DX_TICKET_LOG))
            lines += 2; /* the fences */
    }
    return lines;
}

void dx_ticket_render(dx_buf *out, const char *name, const dx_ticket_line *p, size_t n)
{
    const size_t which = index_of(name);
    unsigned step = 0;

    for (size_t i = 0; i < n;) {
        const size_t log = run_of_log(p + i, n - i);
        if (log > 0) {
            put_log(out, which, p + i, log);
            i += log;
            continue;
        }
        if (p[i].kind == DX_TICKET_HEAD && i > 0)
            dx_buf_char(out, '\n');
        step = p[i].kind == DX_TICKET_STEP ? step + 1 : 0;
        put_line(out, &markups[which], &p[i], step);
        i++;
    }
}
