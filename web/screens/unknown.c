#include <inttypes.h>

#include "db/trends.h"
#include "web/filter.h"
#include "web/rows.h"
#include "web/screens.h"

static void add_row(const dx_request *q, dx_buf *out, const dx_unknown_row *r)
{
    dx_buf_add(out, DX_LIT("<li class=\"card unknown\"><pre class=\"log\" lang=\"\">"));
    dx_html_clip(out, r->pattern, 600);
    dx_buf_add(out, DX_LIT("</pre><div class=\"row\"><strong>"));
    dx_rows_number(out, r->servers, "server", "servers");
    dx_buf_add(out, DX_LIT("</strong><span>"));
    dx_rows_number(out, r->attempts, "attempt", "attempts");
    dx_buf_add(out, DX_LIT("</span><span>"));
    dx_rows_number(out, r->events, "time", "times");
    dx_buf_add(out, DX_LIT("</span><span class=\"quiet\">"));
    dx_rows_days(out, r->first_us, r->last_us);
    dx_buf_printf(out, "</span><a data-row href=\"/attempts/%" PRId64 "\">Last attempt</a>",
                  r->last_attempt);
    dx_shell_form(q, out, "/try", "class=\"plain\"");
    dx_buf_add(out, DX_LIT("<input type=\"hidden\" name=\"text\" value=\""));
    dx_html_lines(out, dx_str_slice(r->sample, 0, 2000));
    dx_buf_add(out, DX_LIT("\"><button class=\"button small\">Which rules nearly match</button>"
                           "</form></div></li>\n"));
}

dx_rc dx_screen_unknown(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {.nav = DX_NAV_UNKNOWN,
                            .title = DX_LIT("Unknown failures"),
                            .lead = DX_LIT("Errors that no rule knows, those alike together, most "
                                           "servers first.")};
    dx_unknown_query ask = {.top = DX_FILTER_PAGE, .skip = dx_filter_skip(q)};
    dx_unknowns unknown;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    if (dx_filter_period(q, "all", &ask.where.since_us, &ask.where.until_us, err) != DX_OK ||
        dx_store_unknowns(q->store, &ask, q->arena, &unknown, err) != DX_OK)
        return DX_FAIL;
    dx_shell_open(q, &a->body, &shell);
    dx_buf_add(&a->body, DX_LIT("<ol class=\"cards plain\">"));
    for (size_t i = 0; i < unknown.n; i++)
        add_row(q, &a->body, &unknown.rows[i]);
    dx_buf_add(&a->body, DX_LIT("</ol>"));
    if (unknown.n == 0)
        dx_piece_empty(&a->body, DX_LIT("Nothing unknown"),
                       DX_LIT("Every error in the logs that were read is one that a rule knows."),
                       DX_NONE);
    else
        dx_piece_pager(q, &a->body, ask.skip, unknown.n, (uint64_t)unknown.all);
    dx_shell_close(q, &a->body);
    return DX_OK;
}
