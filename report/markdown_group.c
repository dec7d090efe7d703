/* What says the same of several servers, told once. */
#include "report/markdown_report.h"

enum { MOST_MEMBERS = 50, MOST_ENDINGS = 200 };

static const dx_report_attempt *attempt_of(const dx_report *r, const dx_item *item)
{
    return &r->attempts[item->attempt];
}

static void put_member(dx_buf *out, const dx_report *r, const dx_item *item)
{
    const dx_case *of = attempt_of(r, item)->of;
    const dx_str key = dx_item_key(r, item);

    dx_buf_add(out, DX_LIT("- "));
    dx_md_text(out, of->attempt.server);
    dx_buf_char(out, ' ');
    if (key.n > 0)
        dx_buf_printf(out, "`%.*s` ", DX_FMT(key));
    dx_md_place(out, of, of->attempt.first_line);
    dx_buf_char(out, '\n');
}

void dx_md_more(dx_buf *out, size_t n, const char *one, const char *many)
{
    if (n > 0)
        dx_buf_printf(out,
                      "- %zu more %s: with --verbose all are told here, with --format json, too\n",
                      n, dx_plural(n, one, many));
}

static void put_elsewhere(dx_buf *out, const dx_report *r, const dx_group *g)
{
    size_t told = 0;

    if (g->n < 2)
        return;
    if (g->servers > 1)
        dx_buf_printf(out, "**Also** on %zu other %s%s:\n\n", g->servers - 1,
                      dx_plural(g->servers - 1, "server", "servers"),
                      g->latest->kind == DX_ITEM_UNEXPLAINED ? ", perhaps for other reasons" : "");
    else
        dx_buf_printf(out, "**Also** %zu more of this kind here:\n\n", g->n - 1);
    for (size_t i = 0; i < g->n && told < MOST_MEMBERS; i++) {
        if (g->item[i] == g->latest)
            continue;
        put_member(out, r, g->item[i]);
        told++;
    }
    dx_md_more(out, g->n - 1 - told, "place", "places");
    dx_buf_char(out, '\n');
}

void dx_md_group(dx_buf *out, const dx_report *r, const dx_group *g, dx_md_tries how)
{
    const dx_item *item = g->latest;

    if (item->kind == DX_ITEM_FINDING)
        dx_md_finding(out, r, item->attempt, item->which, how);
    else if (item->kind == DX_ITEM_UNDECIDED)
        dx_md_undecided(out, r, item->attempt, item->which, how);
    else
        dx_md_unknown(out, r, item->attempt);
    put_elsewhere(out, r, g);
}

static void put_ending(dx_buf *out, const dx_report *r, const dx_group *g)
{
    const dx_report_attempt *a = attempt_of(r, g->latest);
    const dx_str product = dx_attempt_fact(&a->of->attempt, "product");

    dx_buf_printf(out, "- %s %zu %s on %zu %s: ", dx_ending_word_of(a)->word.word, g->n,
                  dx_plural(g->n, "attempt", "attempts"), g->servers,
                  dx_plural(g->servers, "server", "servers"));
    dx_md_text(out, product.n > 0 ? product : DX_LIT("setup"));
    dx_buf_add(out, dx_str_of(dx_ending_word_of(a)->says));
    dx_buf_add(out, DX_LIT(", the last "));
    dx_md_place(out, a->of, a->of->attempt.first_line);
    dx_buf_char(out, '\n');
}

void dx_md_endings(dx_buf *out, const dx_report *r, const dx_group *groups, size_t n)
{
    size_t left = 0;

    for (size_t i = 0; i < n; i++)
        if (i < MOST_ENDINGS)
            put_ending(out, r, &groups[i]);
        else
            left += groups[i].n;
    dx_md_more(out, left, "attempt", "attempts");
}
