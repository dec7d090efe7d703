/* Server by week: where it burns. */
#include <inttypes.h>
#include <stdio.h>

#include "db/trends.h"
#include "report/html_chart.h"
#include "web/filter.h"
#include "web/rows.h"
#include "web/screens.h"

static dx_rc add_filters(const dx_request *q, dx_buf *out, dx_err *err)
{
    static const char *const kept[] = {"diagnosis", NULL};
    static const dx_choice weeks[] = {{{NULL, 0}, {"12 weeks", 8}, UINT64_MAX},
                                      {{"4", 1}, {"4 weeks", 7}, UINT64_MAX},
                                      {{"26", 2}, {"26 weeks", 8}, UINT64_MAX},
                                      {{"52", 2}, {"52 weeks", 8}, UINT64_MAX}};

    dx_buf_add(out, DX_LIT("<form class=\"fields inline\" method=\"get\" action=\"/fleet\">"));
    dx_filter_keep(q, out, kept);
    if (dx_filter_products(q, out, err) != DX_OK)
        return DX_FAIL;
    dx_piece_input(q, out, DX_LIT("Site"), "site", "placeholder=\"any\"");
    dx_piece_select(q, out, DX_LIT("Weeks"), "weeks", weeks, 4);
    dx_buf_add(out, DX_LIT("<button class=\"button\">Apply</button></form>\n"));
    dx_filter_chips(q, out);
    return DX_OK;
}

static dx_str server_href(const dx_request *q, dx_str name)
{
    dx_buf href = {0};

    dx_buf_add(&href, DX_LIT("/server?name="));
    dx_url_add(&href, name);
    const dx_str kept = dx_arena_copy(q->arena, dx_buf_str(&href));
    dx_buf_done(&href);
    return kept;
}

/* "MAIL01 (Berlin)" */
static dx_str row_name(const dx_request *q, const dx_heat_row *r)
{
    return r->site.n ? dx_arena_printf(q->arena, "%.*s (%.*s)", DX_FMT(r->server), DX_FMT(r->site))
                     : r->server;
}

static int64_t worst_cell(const dx_heat *h)
{
    int64_t most = 0;

    for (size_t r = 0; r < h->n; r++)
        for (size_t c = 0; c < h->n_weeks; c++)
            if (h->rows[r].cell[c].failures > most)
                most = h->rows[r].cell[c].failures;
    return most;
}

static void fill_row(dx_cell *cells, const dx_heat_row *row, size_t n, uint64_t most)
{
    for (size_t c = 0; c < n; c++) {
        const uint64_t failures = (uint64_t)row->cell[c].failures;
        cells[c] = (dx_cell){.value = failures,
                             .level = dx_heat_level(failures, most),
                             .worst = failures == 0                                 ? DX_TONE_NONE
                                      : failures == (uint64_t)row->cell[c].attempts ? DX_TONE_BAD
                                                                                    : DX_TONE_WARN};
    }
}

static dx_rc add_map(const dx_request *q, dx_buf *out, const dx_heat *h, dx_err *err)
{
    dx_str *rows = dx_arena_get(q->arena, (h->n + 1) * sizeof *rows);
    dx_str *hrefs = dx_arena_get(q->arena, (h->n + 1) * sizeof *hrefs);
    dx_str *weeks = dx_arena_get(q->arena, (h->n_weeks + 1) * sizeof *weeks);
    dx_cell *cells = dx_arena_get(q->arena, (h->n * h->n_weeks + 1) * sizeof *cells);
    char summary[200];

    if (!rows || !hrefs || !weeks || !cells)
        return dx_nomem(err);
    const int64_t most = worst_cell(h);
    for (size_t r = 0; r < h->n; r++) {
        rows[r] = row_name(q, &h->rows[r]);
        hrefs[r] = server_href(q, h->rows[r].server);
        fill_row(cells + r * h->n_weeks, &h->rows[r], h->n_weeks, (uint64_t)most);
    }
    for (size_t c = 0; c < h->n_weeks; c++)
        weeks[c] = h->weeks[c].name.n > 5 ? dx_str_slice(h->weeks[c].name, 5, h->weeks[c].name.n)
                                          : h->weeks[c].name;
    (void)snprintf(summary, sizeof summary,
                   "Failed attempts a week on %zu server%s of %" PRId64
                   ", most first; the worst cell has %" PRId64 ".",
                   h->n, h->n == 1 ? "" : "s", h->all, most);
    dx_buf_add(out, DX_LIT("<div class=\"card\">"));
    dx_chart_heat(out, &(dx_chart){DX_LIT("Failures by server and week"), dx_str_of(summary)},
                  &(dx_heat_map){.row_head = DX_LIT("Server"),
                                 .rows = rows,
                                 .row_hrefs = hrefs,
                                 .columns = weeks,
                                 .n_rows = h->n,
                                 .n_columns = h->n_weeks,
                                 .cells = cells});
    dx_buf_add(out, DX_LIT("<p class=\"meta\">\xE2\x96\xB2 every attempt of the week failed, "
                           "\xE2\x97\x86 some did. Weeks are ISO weeks, UTC.</p></div>\n"));
    return DX_OK;
}

dx_rc dx_screen_fleet(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_shell shell = {.nav = DX_NAV_FLEET,
                            .title = DX_LIT("Heat map"),
                            .lead = DX_LIT("Failed attempts by server and week.")};
    const dx_heat_query ask = {.now_us = q->now_us,
                               .weeks = (unsigned)dx_request_number(q, "weeks", 12, 1, 104),
                               .where = dx_filter_where(q),
                               .diagnosis = dx_request_query(q, "diagnosis"),
                               .top = DX_FILTER_PAGE,
                               .skip = dx_filter_skip(q)};
    dx_heat heat;

    if (!dx_shell_has_store(q, a, &shell))
        return DX_OK;
    if (dx_store_heat(q->store, &ask, q->arena, &heat, err) != DX_OK)
        return DX_FAIL;
    dx_shell_open(q, &a->body, &shell);
    if (add_filters(q, &a->body, err) != DX_OK)
        return DX_FAIL;
    if (heat.n == 0)
        dx_piece_empty(&a->body, DX_LIT("No attempt in these weeks"),
                       DX_LIT("A longer window or fewer filters show more."), DX_NONE);
    else if (add_map(q, &a->body, &heat, err) != DX_OK)
        return DX_FAIL;
    dx_piece_pager(q, &a->body, ask.skip, heat.n, (uint64_t)heat.all);
    dx_shell_close(q, &a->body);
    return DX_OK;
}
