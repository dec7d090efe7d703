/* How far the logs that were read carry: what they decided, and who stopped sending any. */
#include <inttypes.h>
#include <stdio.h>

#include "db/manage.h"
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

/* ---- what was read ---- */

enum { ROWS_OPEN = 8 }; /* more are folded up */

static size_t open_rows(size_t n)
{
    return n <= ROWS_OPEN + 1 ? n : ROWS_OPEN;
}

static void open_fold(dx_buf *out, size_t n)
{
    dx_buf_printf(out, "<details class=\"fold\"><summary>%zu more</summary>", n);
}

static void add_share_rows(dx_buf *out, const char *title, const char *head,
                           const dx_read_share *shares, size_t n)
{
    const char *const heads[] = {head, "#Logs", "#Lines", "#Bytes", "#Bad bytes"};

    dx_rows_open(out, title, heads, 5);
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
        dx_html_clip(out, shares[i].name.n ? shares[i].name : DX_LIT("none"), 80);
        dx_buf_add(out, DX_LIT("</th><td class=\"num\" data-label=\"Logs\">"));
        dx_html_count(out, (uint64_t)shares[i].logs);
        dx_buf_add(out, DX_LIT("</td>"));
        dx_rows_count(out, shares[i].lines);
        dx_rows_count(out, shares[i].bytes);
        dx_rows_count(out, shares[i].bad_bytes);
        dx_buf_add(out, DX_LIT("</tr>\n"));
    }
    dx_rows_close(out);
}

static void add_shares_of(dx_buf *out, const char *title, const char *head,
                          const dx_read_share *shares, size_t n)
{
    const size_t open = open_rows(n);

    dx_buf_printf(out, "<section><h2>%s</h2>", title);
    add_share_rows(out, title, head, shares, open);
    if (open < n) {
        open_fold(out, n - open);
        add_share_rows(out, title, head, shares + open, n - open);
        dx_buf_add(out, DX_LIT("</details>"));
    }
    dx_buf_add(out, DX_LIT("</section>\n"));
}

static void add_log(dx_buf *out, const dx_log_row *r)
{
    dx_buf_add(out, DX_LIT("<tr><th scope=\"row\" class=\"path\">"));
    dx_html_clip(out, r->path, 300);
    if (r->member.n) {
        dx_buf_add(out, DX_LIT(" \xE2\x86\x92 "));
        dx_html_clip(out, r->member, 200);
    }
    dx_buf_add(out, DX_LIT("</th><td>"));
    dx_html_clip(out, r->format, 60);
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_clip(out, r->encoding, 40);
    dx_buf_add(out, DX_LIT("</td>"));
    dx_rows_count(out, r->lines);
    dx_rows_count(out, r->bad_bytes);
    dx_rows_count(out, r->attempts);
    dx_rows_day(out, r->last_us);
    dx_buf_add(out, DX_LIT("</tr>\n"));
}

static void add_tabs(const dx_request *q, dx_buf *out, const dx_coverage *c)
{
    static const char *const labels[DX_DOUBTS] = {[DX_DOUBT_NONE] = "All",
                                                  [DX_DOUBT_BAD_BYTES] = "Bad bytes",
                                                  [DX_DOUBT_NO_ATTEMPT] = "No setup in it",
                                                  [DX_DOUBT_CUT_OFF] = "Cut off",
                                                  [DX_DOUBT_GAPS] = "Of scans with gaps"};
    dx_choice choices[DX_DOUBTS];

    for (size_t i = 0; i < DX_DOUBTS; i++)
        choices[i] = (dx_choice){i == DX_DOUBT_NONE ? DX_NONE : dx_str_of(dx_log_doubt_names[i]),
                                 dx_str_of(labels[i]), (uint64_t)c->logs[i]};
    dx_piece_tabs(q, out, DX_LIT("Which logs"), "logs", choices, DX_DOUBTS);
}

/* How far the list goes: what a scan passed by as no log is told by that scan. */
static void add_scans(dx_buf *out, const dx_coverage *c)
{
    dx_buf_add(out, DX_LIT("<p class=\"quiet\">"));
    dx_rows_number(out, c->scans, "scan", "scans");
    dx_buf_printf(out, ", of which %" PRId64, c->scans - c->gapless);
    dx_buf_add(out, DX_LIT(" left a gap: interrupted, a damaged file, or a limit. Which files a "
                           "scan passed by as no logs stands in its report (<code>setupdx scan "
                           "-v</code>).</p>\n"));
}

static dx_rc add_logs(const dx_request *q, dx_buf *out, dx_err *err)
{
    static const char *const heads[] = {"Log",        "Format",    "Encoding", "#Lines",
                                        "#Bad bytes", "#Attempts", "Last read"};
    const int doubt = dx_filter_word(dx_request_query(q, "logs"), dx_log_doubt_names);
    const dx_coverage_query ask = {.doubt = doubt < 0 ? DX_DOUBT_NONE : (dx_log_doubt)doubt,
                                   .top = DX_FILTER_PAGE,
                                   .skip = dx_filter_skip(q)};
    dx_coverage c;

    if (dx_store_coverage(q->store, &ask, q->arena, &c, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out, DX_LIT("<div class=\"pair wide tables\">"));
    add_shares_of(out, "Formats", "Format", c.formats, c.n_formats);
    add_shares_of(out, "Encodings", "Encoding", c.encodings, c.n_encodings);
    dx_buf_add(out, DX_LIT("</div>\n<section><h2>Logs that were read</h2>"));
    add_scans(out, &c);
    add_tabs(q, out, &c);
    if (c.n) {
        dx_rows_open(out, "Logs", heads, 7);
        for (size_t i = 0; i < c.n; i++)
            add_log(out, &c.rows[i]);
        dx_rows_close(out);
    }
    dx_piece_pager(q, out, ask.skip, c.n, (uint64_t)c.logs[ask.doubt]);
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}

/* ---- what was not read ---- */

enum { UNREAD = 50 };

static void add_unread_row(dx_buf *out, const dx_sql_value *v)
{
    dx_buf_add(out, DX_LIT("<tr><th scope=\"row\" class=\"path\">"));
    dx_html_clip(out, v[0].bytes, 300);
    if (v[1].bytes.n) {
        dx_buf_add(out, DX_LIT(" \xE2\x86\x92 "));
        dx_html_clip(out, v[1].bytes, 200);
    }
    dx_buf_add(out, DX_LIT("</th><td>"));
    dx_rows_server_link(out, v[2].bytes);
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_clip(out, v[3].bytes, 200);
    dx_buf_add(out, DX_LIT("</td><td>"));
    dx_html_text(out, dx_str_slice(v[4].bytes, 0, 10));
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

/* A store that many machines share does not hold them. */
static dx_rc add_unread(const dx_request *q, dx_buf *out, dx_err *err)
{
    static const char *const heads[] = {"Log", "Server", "Why", "Last tried"};
    const dx_sql_limits limits = {.rows = UNREAD};
    dx_table t;

    if (dx_store_sql(q->store,
                     DX_LIT("SELECT path, coalesce(member, ''), coalesce(server, ''), why,"
                            " last_seen FROM v_unread ORDER BY last_seen DESC, path, member"),
                     &limits, q->arena, &t, err) != DX_OK) {
        if (err->kind != DX_E_USAGE)
            return DX_FAIL;
        *err = (dx_err){0};
        return DX_OK;
    }
    if (t.n_rows == 0)
        return DX_OK;
    dx_buf_add(out, DX_LIT("<section><h2>Logs that could not be read</h2>"
                           "<p class=\"quiet\">Or not to their end. What they hold is missing in "
                           "all that is told here.</p>"));
    dx_rows_open(out, "Logs that could not be read", heads, 4);
    for (size_t i = 0; i < t.n_rows; i++)
        add_unread_row(out, t.rows[i]);
    dx_rows_close(out);
    if (t.more)
        dx_buf_add(out, DX_LIT("<p class=\"meta\">There are more: <code>setupdx query "
                               "unreadable</code> counts them by server.</p>\n"));
    dx_buf_add(out, DX_LIT("</section>\n"));
    return DX_OK;
}

/* ---- who stopped ---- */

static void add_quiet_rows(dx_buf *out, const dx_list_row *rows, size_t n)
{
    static const char *const heads[] = {"Server", "First seen", "Last seen", "-Attempts a week"};

    dx_rows_open(out, "Servers that stopped reporting", heads, 4);
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, DX_LIT("<tr><th scope=\"row\">"));
        dx_rows_server_link(out, rows[i].id);
        dx_buf_add(out, DX_LIT("</th>"));
        dx_rows_day(out, rows[i].first_us);
        dx_rows_day(out, rows[i].last_us);
        dx_buf_add(out, DX_LIT("<td>"));
        dx_rows_spark(out, rows[i].weeks, rows[i].n_weeks, "attempts");
        dx_buf_add(out, DX_LIT("</td></tr>\n"));
    }
    dx_rows_close(out);
}

static void add_quiet_list(dx_buf *out, const dx_list *list)
{
    const size_t open = open_rows(list->n);

    add_quiet_rows(out, list->rows, open);
    if (open < list->n) {
        open_fold(out, list->n - open);
        add_quiet_rows(out, list->rows + open, list->n - open);
        dx_buf_add(out, DX_LIT("</details>"));
    }
}

static dx_rc add_quiet(const dx_request *q, dx_buf *out, dx_err *err)
{
    const dx_list_query ask = {.kind = DX_LIST_QUIET,
                               .now_us = q->now_us,
                               .where = dx_filter_where(q),
                               .top = DX_FILTER_PAGE};
    dx_list list;

    if (dx_store_list(q->store, &ask, q->arena, &list, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out,
               DX_LIT("<section><h2>Servers that stopped reporting</h2>"
                      "<p class=\"quiet\">Nothing in the last four weeks, though they used to. "
                      "No news is no good news.</p>"));
    if (list.n)
        add_quiet_list(out, &list);
    if ((uint64_t)list.all > list.n)
        dx_buf_printf(out,
                      "<p class=\"meta\">%" PRId64 " more: <a download "
                      "href=\"/api/v1/lists/quiet?format=csv&amp;top=200\">as CSV</a></p>",
                      list.all - (int64_t)list.n);
    if (list.n == 0)
        dx_buf_add(out, DX_LIT("<p class=\"meta\">None.</p>\n"));
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
    if (add_shares(q, &a->body, err) != DX_OK || add_unread(q, &a->body, err) != DX_OK ||
        add_quiet(q, &a->body, err) != DX_OK || add_logs(q, &a->body, err) != DX_OK)
        return DX_FAIL;
    dx_shell_close(q, &a->body);
    return DX_OK;
}
