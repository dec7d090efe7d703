/* How often, since when, where it grows: one period, or two beside each other. */
#include "web/trend_view.h"
#include "web/filter.h"
#include "web/screens.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* What is asked seldom, folded up unless it is in the address. */
static void add_more(const dx_request *q, dx_buf *out)
{
    static const struct {
        const char *label, *name, *more;
    } fields[] = {{"From", "from", "type=\"date\""},
                  {"to", "to", "type=\"date\""},
                  {"Server", "server", "placeholder=\"any\""},
                  {"Site", "site", "placeholder=\"any\""},
                  {"Compare with from", "cfrom", "type=\"date\""},
                  {"compare to", "cto", "type=\"date\""}};
    bool open = false;

    for (size_t i = 0; i < COUNT(fields); i++)
        open |= dx_request_query(q, fields[i].name).n > 0;
    dx_buf_printf(out,
                  "<details class=\"more\"%s><summary>More filters</summary><div "
                  "class=\"fields inline\">",
                  open ? " open" : "");
    for (size_t i = 0; i < COUNT(fields); i++)
        dx_piece_input(q, out, dx_str_of(fields[i].label), fields[i].name, fields[i].more);
    dx_buf_add(out, DX_LIT("</div></details>"));
}

static dx_rc add_filters(const dx_request *q, dx_buf *out, dx_err *err)
{
    static const dx_choice ofs[] = {
        DX_CHOICE("", "Diagnoses"),       DX_CHOICE("cause", "Kinds of cause"),
        DX_CHOICE("product", "Products"), DX_CHOICE("server", "Servers"),
        DX_CHOICE("code", "Codes"),       DX_CHOICE("signature", "Messages")};
    static const dx_choice bys[] = {DX_CHOICE("", "Week"), DX_CHOICE("day", "Day"),
                                    DX_CHOICE("month", "Month"), DX_CHOICE("version", "Version"),
                                    DX_CHOICE("site", "Site")};
    static const dx_choice periods[] = {
        DX_CHOICE("", "Last 13 weeks"), DX_CHOICE("week", "Last 7 days"),
        DX_CHOICE("month", "Last 30 days"), DX_CHOICE("year", "Last year"),
        DX_CHOICE("all", "All time")};
    static const dx_choice compares[] = {DX_CHOICE("", "Nothing"),
                                         DX_CHOICE("previous", "The period before")};

    dx_buf_add(out, DX_LIT("<form class=\"fields inline\" method=\"get\" action=\"/trends\">"));
    dx_piece_select(q, out, DX_LIT("Of"), "of", ofs, COUNT(ofs));
    dx_piece_select(q, out, DX_LIT("By"), "by", bys, COUNT(bys));
    dx_piece_select(q, out, DX_LIT("Period"), "period", periods, COUNT(periods));
    if (dx_filter_products(q, out, err) != DX_OK)
        return DX_FAIL;
    dx_piece_select(q, out, DX_LIT("Compare with"), "compare", compares, COUNT(compares));
    dx_buf_add(out, DX_LIT("<button class=\"button\">Apply</button>"));
    add_more(q, out);
    dx_buf_add(out, DX_LIT("</form>\n"));
    return DX_OK;
}

static dx_rc add_all(const dx_request *q, dx_buf *out, const dx_trend_query *ask, dx_err *err)
{
    dx_trend_query before;
    dx_trend now, then;
    bool compared;

    if (dx_trend_ask_before(q, ask, &compared, &before, err) != DX_OK ||
        dx_store_trend(q->store, ask, q->arena, &now, err) != DX_OK ||
        (compared && dx_store_trend(q->store, &before, q->arena, &then, err) != DX_OK))
        return DX_FAIL;
    if (now.partial.n)
        dx_piece_notice(out, "warn", now.partial);
    if (dx_trend_view_chart(q, out, &now, ask, compared, err) != DX_OK)
        return DX_FAIL;
    if (compared)
        dx_trend_view_compare(out, ask, &now, &then);
    else
        dx_trend_view_lines(out, ask, &now);
    return DX_OK;
}

dx_rc dx_screen_trends(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {.nav = DX_NAV_TRENDS,
                            .title = DX_LIT("Trends"),
                            .lead = DX_LIT("How often things fail, and where that changes."),
                            .charts = true};
    dx_buf *out = &a->body;
    dx_trend_query ask;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    dx_shell_open(q, out, &shell);
    if (add_filters(q, out, err) != DX_OK || dx_trend_ask(q, &ask, err) != DX_OK ||
        add_all(q, out, &ask, err) != DX_OK)
        return DX_FAIL;
    dx_buf_add(out, DX_LIT("<div class=\"pair wide tables\">"));
    for (int kind = DX_LIST_NEW; kind <= DX_LIST_QUIET; kind++)
        if (dx_trend_view_list(q, out, (dx_list_kind)kind, err) != DX_OK)
            return DX_FAIL;
    dx_buf_add(out, DX_LIT("</div>"));
    if (dx_trend_view_fixes(q, out, &ask.where, err) != DX_OK)
        return DX_FAIL;
    dx_shell_close(q, out);
    return DX_OK;
}

dx_rc dx_screen_trend_picture(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_trend_query ask;
    dx_trend trend;

    if (!q->store) {
        dx_response_message(q, a, 404, DX_LIT("There is no store yet."));
        return DX_OK;
    }
    if (dx_trend_ask(q, &ask, err) != DX_OK ||
        dx_store_trend(q->store, &ask, q->arena, &trend, err) != DX_OK)
        return DX_FAIL;
    a->mime = "image/svg+xml";
    a->download = "setupdx-trend.svg";
    return dx_trend_view_picture(q, &a->body, &trend, &ask, err);
}
