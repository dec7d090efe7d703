#include "db/trends.h"
#include "web/filter.h"
#include "web/rows.h"
#include "web/screens.h"

enum {
    ALL = (1u << DX_STANDINGS) - 1,
    OPEN = 1u << DX_STAND_NEW | 1u << DX_STAND_KNOWN | 1u << DX_STAND_REGRESSED
};

/* The tabs: what `show` says, and which findings that are. */
static const struct {
    const char *show, *label;
    unsigned standings; /* 0 = spreading, which is a question of its own */
} tabs[] = {
    {"", "Open", OPEN},
    {"new", "New", 1u << DX_STAND_NEW},
    {"regressed", "Regressed", 1u << DX_STAND_REGRESSED},
    {"spreading", "Spreading", 0},
    {"pending", "Fix pending", 1u << DX_STAND_PENDING},
    {"verified", "Verified", 1u << DX_STAND_VERIFIED},
    {"silenced", "Silenced", 1u << DX_STAND_SILENCED},
    {"all", "All", ALL},
};
enum { TABS = sizeof tabs / sizeof *tabs };

static const char *const orders[] = {"last", "servers", "growth", "first", NULL};

typedef struct inbox {
    const dx_request *q;
    dx_buf *out;
    size_t tab;
    bool by_server;
    dx_findings_query ask;
    dx_findings found;
    dx_list spreading;
} inbox;

static void read_address(inbox *b)
{
    const dx_request *q = b->q;
    const dx_str show = dx_request_query(q, "show");
    const int order = dx_filter_word(dx_request_query(q, "order"), orders);

    for (size_t i = 0; i < TABS; i++)
        if (dx_str_eq(show, dx_str_of(tabs[i].show)))
            b->tab = i;
    b->by_server = dx_str_eq(dx_request_query(q, "view"), DX_LIT("servers"));
    b->ask = (dx_findings_query){.by_diagnosis = !b->by_server,
                                 .now_us = q->now_us,
                                 .standings = tabs[b->tab].standings,
                                 .diagnosis = dx_request_query(q, "diagnosis"),
                                 .cause_class = dx_request_query(q, "cause"),
                                 .where = dx_filter_where(q),
                                 .order = order < 0 ? DX_ORDER_LAST : (dx_finding_order)order,
                                 .top = DX_FILTER_PAGE,
                                 .skip = dx_filter_skip(q)};
}

static dx_rc ask_store(inbox *b, dx_err *err)
{
    dx_list_query growing = {.kind = DX_LIST_SPREADING,
                             .of = DX_OF_DIAGNOSIS,
                             .now_us = b->q->now_us,
                             .where = b->ask.where,
                             .top = DX_FILTER_PAGE};

    if (tabs[b->tab].standings == 0)
        growing.skip = b->ask.skip;
    growing.where.since_us = growing.where.until_us = DX_NO_TIME;
    if (dx_filter_period(b->q, "all", &b->ask.where.since_us, &b->ask.where.until_us, err) !=
            DX_OK ||
        dx_store_findings(b->q->store, &b->ask, b->q->arena, &b->found, err) != DX_OK)
        return DX_FAIL;
    return dx_store_list(b->q->store, &growing, b->q->arena, &b->spreading, err);
}

static void add_tabs(inbox *b)
{
    dx_choice choices[TABS];

    for (size_t i = 0; i < TABS; i++) {
        uint64_t count = 0;
        for (size_t k = 0; k < DX_STANDINGS; k++)
            if (tabs[i].standings >> k & 1)
                count += (uint64_t)b->found.standing[k];
        if (tabs[i].standings == 0)
            count = (uint64_t)b->spreading.all;
        choices[i] = (dx_choice){dx_str_of(tabs[i].show), dx_str_of(tabs[i].label), count};
    }
    dx_piece_tabs(b->q, b->out, DX_LIT("Where findings stand"), "show", choices, TABS);
}

static dx_rc add_filters(inbox *b, dx_err *err)
{
    static const char *const kept[] = {"show", "diagnosis", "cause", "site", NULL};
    static const dx_choice views[] = {{{NULL, 0}, {"One row a diagnosis", 19}, UINT64_MAX},
                                      {{"servers", 7}, {"One row a server", 16}, UINT64_MAX}};
    static const dx_choice sorts[] = {{{NULL, 0}, {"Last seen", 9}, UINT64_MAX},
                                      {{"servers", 7}, {"Most servers", 12}, UINT64_MAX},
                                      {{"growth", 6}, {"Fastest growing", 15}, UINT64_MAX},
                                      {{"first", 5}, {"First seen", 10}, UINT64_MAX}};
    static const dx_choice periods[] = {{{NULL, 0}, {"Any time", 8}, UINT64_MAX},
                                        {{"week", 4}, {"Last 7 days", 11}, UINT64_MAX},
                                        {{"month", 5}, {"Last 30 days", 12}, UINT64_MAX},
                                        {{"quarter", 7}, {"Last 13 weeks", 13}, UINT64_MAX}};
    dx_buf *out = b->out;

    dx_buf_add(out, DX_LIT("<form class=\"fields inline\" method=\"get\" action=\"/inbox\">"));
    dx_filter_keep(b->q, out, kept);
    if (dx_filter_products(b->q, out, err) != DX_OK)
        return DX_FAIL;
    dx_piece_input(b->q, out, DX_LIT("Server"), "server", "placeholder=\"any\"");
    dx_piece_select(b->q, out, DX_LIT("Seen"), "period", periods, 4);
    dx_piece_select(b->q, out, DX_LIT("View"), "view", views, 2);
    dx_piece_select(b->q, out, DX_LIT("Order"), "order", sorts, 4);
    dx_buf_add(out, DX_LIT("<button class=\"button\">Apply</button></form>\n"));
    dx_filter_chips(b->q, out);
    return DX_OK;
}

static void add_findings(inbox *b)
{
    static const char *const by_diagnosis[] = {"State",     "What failed", "#Servers", "#Attempts",
                                               "-12 weeks", "First seen",  "Last seen"};
    static const char *const by_server[] = {"State",     "What failed", "Server",   "#Attempts",
                                            "-12 weeks", "First seen",  "Last seen"};

    if (b->found.n == 0)
        return;
    dx_rows_open(b->out, "Findings", b->by_server ? by_server : by_diagnosis, 7);
    for (size_t i = 0; i < b->found.n; i++)
        dx_rows_finding(b->out, &b->found.rows[i], b->by_server);
    dx_rows_close(b->out);
    dx_piece_pager(b->q, b->out, b->ask.skip, b->found.n, (uint64_t)b->found.all);
}

static void add_spreading(inbox *b)
{
    static const char *const heads[] = {"What failed",     "#Servers",   "#Growth",
                                        "-Servers a week", "First seen", "Last seen"};

    if (b->spreading.n == 0)
        return;
    dx_rows_open(b->out, "Spreading diagnoses", heads, 6);
    for (size_t i = 0; i < b->spreading.n; i++) {
        const dx_list_row *r = &b->spreading.rows[i];
        dx_buf_add(b->out, DX_LIT("<tr><th scope=\"row\"><a data-row "
                                  "href=\"/inbox?view=servers&amp;show=all&amp;diagnosis="));
        dx_url_add(b->out, r->id);
        dx_buf_add(b->out, DX_LIT("\">"));
        dx_html_clip(b->out, r->title.n ? r->title : r->id, 300);
        dx_buf_add(b->out, DX_LIT("</a></th>"));
        dx_rows_count(b->out, r->servers);
        dx_buf_printf(b->out, "<td class=\"num\">\xC3\x97%d.%d</td><td>", (int)r->growth,
                      (int)(r->growth * 10) % 10);
        dx_rows_spark(b->out, r->weeks, r->n_weeks, "servers");
        dx_buf_add(b->out, DX_LIT("</td>"));
        dx_rows_day(b->out, r->first_us);
        dx_rows_day(b->out, r->last_us);
        dx_buf_add(b->out, DX_LIT("</tr>\n"));
    }
    dx_rows_close(b->out);
    dx_piece_pager(b->q, b->out, b->ask.skip, b->spreading.n, (uint64_t)b->spreading.all);
}

static void add_empty(inbox *b)
{
    int64_t known = 0;

    for (size_t i = 0; i < DX_STANDINGS; i++)
        known += b->found.standing[i];
    if (known)
        dx_piece_empty(b->out, DX_LIT("Nothing here"),
                       DX_LIT("No finding stands there with these filters. The other tabs say how "
                              "many do elsewhere."),
                       DX_NONE);
    else
        dx_piece_empty(b->out, DX_LIT("No finding with these filters"),
                       DX_LIT("Either nothing failed, or no log was read: Coverage says what was. "
                              "To read logs into this store:"),
                       DX_LIT("setupdx scan /mnt/logs --db FILE"));
}

dx_rc dx_screen_inbox(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {
        .nav = DX_NAV_INBOX,
        .title = DX_LIT("Inbox"),
        .lead = DX_LIT("What failed, where, since when; the newest first."),
        .live = true,
    };
    const dx_str words = dx_str_trim(dx_request_query(q, "q"));
    inbox b = {.q = q, .out = &a->body};

    if (words.n)
        return dx_screen_search(q, a, err);
    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    read_address(&b);
    if (ask_store(&b, err) != DX_OK)
        return DX_FAIL;
    dx_shell_open(q, b.out, &shell);
    add_tabs(&b);
    if (add_filters(&b, err) != DX_OK)
        return DX_FAIL;
    if (b.found.partial.n)
        dx_piece_notice(b.out, "warn", b.found.partial);
    if (tabs[b.tab].standings)
        add_findings(&b);
    else
        add_spreading(&b);
    if ((tabs[b.tab].standings ? b.found.n : b.spreading.n) == 0)
        add_empty(&b);
    dx_shell_close(q, b.out);
    return DX_OK;
}
