/* How far the logs that were read carry: what they decided, and who stopped sending any. */
#include <inttypes.h>
#include <stdio.h>

#include "db/trends.h"
#include "report/html_chart.h"
#include "web/filter.h"
#include "web/rows.h"
#include "web/screens.h"

static dx_rc add_shares(const dx_request *q, dx_buf *out, dx_err *err)
{
    dx_trend_query ask = {.of = DX_OF_DIAGNOSIS, .by = DX_BY_MONTH, .top = 1};
    uint64_t known = 0, unknown = 0, fine = 0;
    char summary[160];
    dx_trend t;

    ask.where = dx_filter_where(q);
    if (dx_filter_period(q, "all", &ask.where.since_us, &ask.where.until_us, err) != DX_OK ||
        dx_store_trend(q->store, &ask, q->arena, &t, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < t.n_lines; i++) {
        const uint64_t n = (uint64_t)t.lines[i].all.attempts;
        known += t.lines[i].kind == DX_LINE_ID || t.lines[i].kind == DX_LINE_REST ? n : 0;
        unknown += t.lines[i].kind == DX_LINE_UNCLASSIFIED ? n : 0;
        fine += t.lines[i].kind == DX_LINE_NO_FAILURE ? n : 0;
    }
    const dx_share parts[] = {{DX_LIT("Failure that a rule knows"), known, DX_TONE_BAD},
                              {DX_LIT("Failure that none knows"), unknown, DX_TONE_WARN},
                              {DX_LIT("Did not fail"), fine, DX_TONE_GOOD}};
    (void)snprintf(summary, sizeof summary,
                   "Of %" PRIu64 " attempts %" PRIu64
                   " failed in a way that a rule knows and %" PRIu64 " in a way that none does.",
                   known + unknown + fine, known, unknown);
    dx_buf_add(out, DX_LIT("<div class=\"card\">"));
    dx_chart_shares(out, &(dx_chart){DX_LIT("How much the rules explain"), dx_str_of(summary)},
                    parts, 3);
    dx_buf_add(out, DX_LIT("</div>\n"));
    return DX_OK;
}

static dx_rc add_quiet(const dx_request *q, dx_buf *out, dx_err *err)
{
    static const char *const heads[] = {"Server", "First seen", "Last seen", "-Attempts a week"};
    const dx_list_query ask = {.kind = DX_LIST_QUIET,
                               .now_us = q->now_us,
                               .where = dx_filter_where(q),
                               .top = DX_FILTER_PAGE,
                               .skip = dx_filter_skip(q)};
    dx_list list;

    if (dx_store_list(q->store, &ask, q->arena, &list, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out,
               DX_LIT("<section><h2>Servers that stopped reporting</h2>"
                      "<p class=\"quiet\">Nothing in the last four weeks, though they used to. "
                      "No news is no good news.</p>"));
    if (list.n) {
        dx_rows_open(out, "Servers that stopped reporting", heads, 4);
        for (size_t i = 0; i < list.n; i++) {
            dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
            dx_rows_server_link(out, list.rows[i].id);
            dx_buf_add(out, DX_LIT("</th>"));
            dx_rows_day(out, list.rows[i].first_us);
            dx_rows_day(out, list.rows[i].last_us);
            dx_buf_add(out, DX_LIT("<td>"));
            dx_rows_spark(out, list.rows[i].weeks, list.rows[i].n_weeks, "attempts");
            dx_buf_add(out, DX_LIT("</td></tr>\n"));
        }
        dx_rows_close(out);
    }
    dx_piece_pager(q, out, ask.skip, list.n, (uint64_t)list.all);
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}

dx_rc dx_screen_coverage(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {.nav = DX_NAV_COVERAGE,
                            .title = DX_LIT("Coverage"),
                            .lead = DX_LIT("What the answers rest on.")};

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    dx_shell_open(q, &a->body, &shell);
    if (add_shares(q, &a->body, err) != DX_OK || add_quiet(q, &a->body, err) != DX_OK)
        return DX_FAIL;
    dx_shell_close(q, &a->body);
    return DX_OK;
}
