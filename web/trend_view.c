#include "web/trend_view.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/time.h"
#include "report/html_chart.h"
#include "web/rows.h"

enum { LIST_MOST = 5, FIXES_MOST = 10, LINE_MOST = 120 };

/* ---- over time ---- */

static const dx_trend_line *total_of(const dx_trend *t)
{
    return t->n_lines ? &t->lines[t->n_lines - 1] : NULL;
}

/* The parameters of the address, each with a '&' behind it. */
static void question_add(const dx_request *q, dx_buf *out)
{
    for (size_t i = 0; i < q->n_query; i++) {
        dx_url_add(out, q->query[i].name);
        dx_buf_char(out, '=');
        dx_url_add(out, q->query[i].value);
        dx_buf_add(out, DX_LIT("&amp;"));
    }
}

/* The address of the same question for programs, which the script asks. */
static void chart_source(const dx_request *q, dx_buf *out)
{
    dx_buf_add(out, DX_LIT("<div class=\"card stack\" data-chart=\"/api/v1/trend?"));
    question_add(q, out);
    dx_buf_add(out, DX_LIT("\">"));
}

static void add_exports(const dx_request *q, dx_buf *out, bool compared)
{
    static const struct {
        const char *address, *text;
        bool before;
    } exports[] = {{"/api/v1/trend?format=csv&amp;", "CSV", false},
                   {"/api/v1/trend?format=json&amp;", "JSON", false},
                   {"/trends.svg?", "SVG", false},
                   {"/api/v1/trend?which=before&amp;format=csv&amp;", "CSV before", true},
                   {"/api/v1/trend?which=before&amp;format=json&amp;", "JSON before", true}};

    dx_buf_add(out, DX_LIT("<p class=\"row exports\"><span class=\"meta\">Save this trend as"
                           "</span>"));
    for (size_t i = 0; i < sizeof exports / sizeof *exports; i++) {
        if (exports[i].before && !compared)
            continue;
        dx_buf_printf(out, "<a class=\"button small\" download href=\"%s", exports[i].address);
        question_add(q, out);
        dx_buf_printf(out, "\">%s</a>", exports[i].text);
    }
    dx_buf_add(out, DX_LIT("</p>\n"));
}

/* What the chart shows, made of the total. */
typedef struct columns {
    dx_chart chart;
    dx_str *names;
    dx_series series[2];
} columns;

static dx_rc columns_of(const dx_request *q, const dx_trend *t, const dx_trend_query *ask,
                        columns *out, dx_err *err)
{
    const dx_trend_line *total = total_of(t);
    const size_t n = total ? t->n_buckets : 0;
    uint64_t *failed = dx_arena_get(q->arena, (n + 1) * sizeof *failed);
    uint64_t *other = dx_arena_get(q->arena, (n + 1) * sizeof *other);

    *out = (columns){.names = dx_arena_get(q->arena, (n + 1) * sizeof *out->names),
                     .series = {{DX_LIT("failed"), DX_TONE_BAD, failed},
                                {DX_LIT("did not fail"), DX_TONE_NONE, other}}};
    if (!out->names || !failed || !other)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        out->names[i] = t->buckets[i].name;
        failed[i] = (uint64_t)total->cell[i].failures;
        other[i] = (uint64_t)(total->cell[i].attempts - total->cell[i].failures);
    }
    const dx_trend_cell all = total ? total->all : (dx_trend_cell){0};
    out->chart.title = dx_arena_printf(q->arena, "Attempts by %s", dx_trend_by_names[ask->by]);
    out->chart.summary = dx_arena_printf(
        q->arena, "%" PRId64 " of %" PRId64 " attempts failed, on %" PRId64 " servers.",
        all.failures, all.attempts, all.servers);
    return out->chart.title.p && out->chart.summary.p ? DX_OK : dx_nomem(err);
}

dx_rc dx_trend_view_chart(const dx_request *q, dx_buf *out, const dx_trend *t,
                          const dx_trend_query *ask, bool compared, dx_err *err)
{
    columns c;

    if (!total_of(t) || t->n_buckets == 0) {
        dx_piece_empty(out, DX_LIT("No attempt in this period"),
                       DX_LIT("A longer period or fewer filters show more."), DX_NONE);
        return DX_OK;
    }
    if (columns_of(q, t, ask, &c, err) != DX_OK)
        return DX_FAIL;
    chart_source(q, out);
    dx_chart_columns(out, &c.chart, c.names, t->n_buckets, c.series, 2);
    add_exports(q, out, compared);
    dx_buf_add(out, DX_LIT("</div>\n"));
    return DX_OK;
}

dx_rc dx_trend_view_picture(const dx_request *q, dx_buf *out, const dx_trend *t,
                            const dx_trend_query *ask, dx_err *err)
{
    columns c;

    if (columns_of(q, t, ask, &c, err) != DX_OK)
        return DX_FAIL;
    dx_chart_columns_file(out, &c.chart, c.names, total_of(t) ? t->n_buckets : 0, c.series, 2);
    return DX_OK;
}

/* ---- lines ---- */

static void line_href(dx_buf *out, dx_trend_of of, dx_str id)
{
    static const char *const before[] = {[DX_OF_SIGNATURE] = "/rules/",
                                         [DX_OF_DIAGNOSIS] =
                                             "/inbox?show=all&amp;view=servers&amp;diagnosis=",
                                         [DX_OF_CAUSE] = "/inbox?show=all&amp;cause=",
                                         [DX_OF_PRODUCT] = "/inbox?show=all&amp;product=",
                                         [DX_OF_SERVER] = "/server?name=",
                                         [DX_OF_CODE] = "/code?code="};

    dx_buf_printf(out, "<a data-row href=\"%s", before[of]);
    dx_url_add(out, id);
    dx_buf_add(out, DX_LIT("\">"));
}

static void line_name(dx_buf *out, dx_trend_of of, const dx_trend_line *l)
{
    static const char *const words[] = {[DX_LINE_ID] = "",
                                        [DX_LINE_REST] = "All others",
                                        [DX_LINE_UNCLASSIFIED] = "Not classified",
                                        [DX_LINE_NO_FAILURE] = "Did not fail",
                                        [DX_LINE_TOTAL] = "Total"};

    if (l->kind != DX_LINE_ID) {
        dx_buf_printf(out, "<strong>%s</strong>", words[l->kind]);
        return;
    }
    if (l->id.n)
        line_href(out, of, l->id);
    dx_html_clip(out, l->title.n ? l->title : l->id, LINE_MOST);
    dx_buf_add(out, l->id.n ? DX_LIT("</a>") : DX_LIT(""));
}

static void line_servers(dx_buf *out, const dx_trend_cell *c)
{
    if (c->servers < 0)
        dx_buf_add(out, DX_LIT("<td class=\"num\">\xE2\x80\x93</td>"));
    else
        dx_rows_count(out, c->servers);
}

static void line_spark(dx_buf *out, const dx_trend *t, const dx_trend_line *l)
{
    int64_t values[DX_SPARK_WEEKS];
    const size_t n = t->n_buckets < DX_SPARK_WEEKS ? t->n_buckets : DX_SPARK_WEEKS;

    for (size_t i = 0; i < n; i++)
        values[i] = l->cell[t->n_buckets - n + i].failures;
    dx_buf_add(out, DX_LIT("<td>"));
    dx_rows_spark(out, values, n, "failures");
    dx_buf_add(out, DX_LIT("</td>"));
}

static void rate(dx_buf *out, const dx_trend_cell *c)
{
    const int mille = (int)(dx_trend_rate(c) * 1000 + 0.5);
    dx_buf_printf(out, "<td class=\"num\">%d.%d %%</td>", mille / 10, mille % 10);
}

void dx_trend_view_lines(dx_buf *out, const dx_trend_query *ask, const dx_trend *t)
{
    static const char *const heads[] = {"Name",     "#Failures", "#Attempts",
                                        "#Servers", "#Share",    "-Course"};

    dx_rows_open(out, "Lines of the trend; they add up to the total", heads, 6);
    for (size_t i = 0; i < t->n_lines; i++) {
        const dx_trend_line *l = &t->lines[i];
        dx_buf_add(out, l->kind == DX_LINE_ID ? DX_LIT("<tr>") : DX_LIT("<tr class=\"sum\">"));
        dx_buf_add(out, DX_LIT("<th scope=\"row\">"));
        line_name(out, ask->of, l);
        dx_buf_add(out, DX_LIT("</th>"));
        dx_rows_count(out, ask->of == DX_OF_SIGNATURE ? l->all.events : l->all.failures);
        dx_rows_count(out, l->all.attempts);
        line_servers(out, &l->all);
        rate(out, &l->all);
        line_spark(out, t, l);
        dx_buf_add(out, DX_LIT("</tr>\n"));
    }
    dx_rows_close(out);
}

/* ---- two periods ---- */

static const dx_trend_line *same_line(const dx_trend *t, const dx_trend_line *l)
{
    for (size_t i = 0; i < t->n_lines; i++)
        if (t->lines[i].kind == l->kind && dx_str_eq(t->lines[i].id, l->id))
            return &t->lines[i];
    return NULL;
}

static void change(dx_buf *out, int64_t before, int64_t now)
{
    const int64_t by = now - before;

    if (by == 0)
        dx_buf_add(out, DX_LIT("<td class=\"num quiet\">= 0</td>"));
    else
        dx_buf_printf(out, "<td class=\"num %s\">%s %+" PRId64 "</td>", by > 0 ? "up" : "down",
                      by > 0 ? "\xE2\x96\xB2" : "\xE2\x96\xBC", by);
}

static void compare_row(dx_buf *out, dx_trend_of of, const dx_trend_line *l,
                        const dx_trend_cell *before, const dx_trend_cell *now)
{
    dx_buf_add(out, l->kind == DX_LINE_ID ? DX_LIT("<tr><th scope=\"row\">")
                                          : DX_LIT("<tr class=\"sum\"><th scope=\"row\">"));
    line_name(out, of, l);
    dx_buf_add(out, DX_LIT("</th>"));
    dx_rows_count(out, before->failures);
    dx_rows_count(out, now->failures);
    change(out, before->failures, now->failures);
    line_servers(out, before);
    line_servers(out, now);
    dx_buf_add(out, DX_LIT("</tr>\n"));
}

void dx_trend_view_compare(dx_buf *out, const dx_trend_query *ask, const dx_trend *now,
                           const dx_trend *before)
{
    static const char *const heads[] = {"Name",    "#Failures before", "#Now",
                                        "#Change", "#Servers before",  "#Now"};
    static const dx_trend_cell nothing = {0};

    dx_rows_open(out, "Two periods compared", heads, 6);
    for (size_t i = 0; i < now->n_lines; i++) {
        const dx_trend_line *old = same_line(before, &now->lines[i]);
        compare_row(out, ask->of, &now->lines[i], old ? &old->all : &nothing, &now->lines[i].all);
    }
    for (size_t i = 0; i < before->n_lines; i++)
        if (!same_line(now, &before->lines[i]))
            compare_row(out, ask->of, &before->lines[i], &before->lines[i].all, &nothing);
    dx_rows_close(out);
    dx_buf_add(out, DX_LIT("<p class=\"meta\">A line that is among the first of one period only "
                           "counts as 0 in the other; there it is part of All others.</p>\n"));
}

/* ---- lists ---- */

static void list_row(dx_buf *out, const dx_list_query *ask, const dx_list_row *r)
{
    const bool quiet = ask->kind == DX_LIST_QUIET;

    dx_buf_add(out, DX_LIT("<li>"));
    line_href(out, quiet ? DX_OF_SERVER : ask->of, r->id);
    dx_html_clip(out, r->title.n ? r->title : r->id, LINE_MOST);
    dx_buf_add(out, DX_LIT("</a><span class=\"meta\">"));
    if (quiet) {
        dx_buf_add(out, DX_LIT("last seen "));
        dx_html_time(out, r->last_us);
    } else {
        dx_rows_number(out, r->servers, "server", "servers");
        dx_buf_add(out, DX_LIT(", "));
        dx_rows_number(out, r->attempts, "attempt", "attempts");
    }
    dx_buf_add(out, DX_LIT("</span>"));
    dx_rows_spark(out, r->weeks, r->n_weeks, quiet ? "attempts" : "servers");
    dx_buf_add(out, DX_LIT("</li>\n"));
}

dx_rc dx_trend_view_list(const dx_request *q, dx_buf *out, dx_list_kind kind, dx_err *err)
{
    static const char *const titles[] = {[DX_LIST_NEW] = "New this week",
                                         [DX_LIST_REGRESSED] = "Came back",
                                         [DX_LIST_SPREADING] = "Spreading",
                                         [DX_LIST_QUIET] = "Servers that went quiet"};
    dx_list_query ask;
    dx_list list;

    if (dx_trend_ask_list(q, dx_str_of(dx_list_kind_names[kind]), &ask, err) != DX_OK)
        return DX_FAIL;
    ask.top = LIST_MOST;
    if (dx_store_list(q->store, &ask, q->arena, &list, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(out, "<section class=\"card\"><h2 class=\"small\">%s <span class=\"count\">",
                  titles[kind]);
    dx_html_count(out, (uint64_t)list.all);
    dx_buf_add(out, DX_LIT("</span></h2>"));
    dx_buf_add(out,
               list.n ? DX_LIT("<ul class=\"lines\">") : DX_LIT("<p class=\"quiet\">None.</p>"));
    for (size_t i = 0; i < list.n; i++)
        list_row(out, &ask, &list.rows[i]);
    dx_buf_add(out, list.n ? DX_LIT("</ul></section>\n") : DX_LIT("</section>\n"));
    return DX_OK;
}

dx_rc dx_trend_view_fixes(const dx_request *q, dx_buf *out, const dx_trend_filter *where,
                          dx_err *err)
{
    static const char *const heads[] = {"Diagnosis",   "#Cases",
                                        "#Fix begun",  "#Verified",
                                        "#Came again", "Median time to a verified fix"};
    dx_fixes fixes;

    if (dx_store_fixes(q->store, where, q->arena, &fixes, err) != DX_OK)
        return DX_FAIL;
    if (fixes.n == 0)
        return DX_OK;
    dx_buf_add(out, DX_LIT("<section><h2>How fixing went</h2>"));
    dx_rows_open(out, "Fixes by diagnosis", heads, 6);
    for (size_t i = 0; i < fixes.n && i < FIXES_MOST; i++) {
        const dx_fix_row *r = &fixes.rows[i];
        dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
        line_href(out, DX_OF_DIAGNOSIS, r->diagnosis);
        dx_html_clip(out, r->title.n ? r->title : r->diagnosis, LINE_MOST);
        dx_buf_add(out, DX_LIT("</a></th>"));
        dx_rows_count(out, r->cases);
        dx_rows_count(out, r->begun);
        dx_rows_count(out, r->verified);
        dx_rows_count(out, r->failed);
        dx_buf_add(out, DX_LIT("<td>"));
        dx_rows_span(out, r->median_us);
        dx_buf_add(out, DX_LIT("</td></tr>\n"));
    }
    dx_rows_close(out);
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}
