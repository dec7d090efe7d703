#include "web/filter.h"

#include "core/time.h"
#include "db/calendar.h"
#include "db/trends.h"

enum { PRODUCTS_MOST = 60, LONG_DAYS = 91 };

dx_trend_filter dx_filter_where(const dx_request *q)
{
    const dx_str site = dx_request_query(q, "site");
    dx_trend_filter where = {.since_us = DX_NO_TIME,
                             .until_us = DX_NO_TIME,
                             .server = dx_str_trim(dx_request_query(q, "server")),
                             .product = dx_request_query(q, "product")};
    dx_tag *tag = site.n ? dx_arena_get(q->arena, sizeof *tag) : NULL;

    if (tag) {
        *tag = (dx_tag){DX_LIT("site"), site};
        where.tags = tag;
        where.n_tags = 1;
    }
    return where;
}

dx_rc dx_filter_date(const dx_request *q, const char *name, int64_t *out, dx_err *err)
{
    const dx_str text = dx_str_trim(dx_request_query(q, name));
    int64_t us = DX_NO_TIME;

    if (text.n && !dx_time_from_iso(text, &us))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%.*s' is no date: write 2026-11-22",
                       (int)(text.n < 40 ? text.n : 40), text.p);
    *out = us;
    return DX_OK;
}

static int64_t days_of(dx_str period)
{
    static const struct {
        const char *word;
        int64_t days;
    } periods[] = {{"week", 7}, {"month", 30}, {"quarter", 91}, {"year", 364}};

    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (dx_str_eq(period, dx_str_of(periods[i].word)))
            return periods[i].days;
    return 0;
}

/* Long periods begin on a Monday: a first week that is not whole would look like a change. */
static int64_t begin_of(int64_t until_us, int64_t days)
{
    if (days < LONG_DAYS)
        return until_us - days * DX_DAY_US;
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(until_us - 1) - (days - 7));
    return dx_bucket_day(DX_GRAIN_WEEK, week) * DX_DAY_US;
}

dx_rc dx_filter_period(const dx_request *q, const char *fallback, int64_t *since_us,
                       int64_t *until_us, dx_err *err)
{
    const dx_str period = dx_request_query(q, "period");
    const int64_t days = days_of(period.n ? period : dx_str_of(fallback));
    int64_t from, to;

    if (dx_filter_date(q, "from", &from, err) != DX_OK ||
        dx_filter_date(q, "to", &to, err) != DX_OK)
        return DX_FAIL;
    if (from != DX_NO_TIME && to != DX_NO_TIME && to < from)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "the period ends before it begins");
    *until_us = to == DX_NO_TIME ? DX_NO_TIME : to + DX_DAY_US;
    *since_us = from;
    if (from == DX_NO_TIME && days)
        *since_us = begin_of((to == DX_NO_TIME ? q->now_us : to + DX_DAY_US), days);
    return DX_OK;
}

void dx_filter_keep(const dx_request *q, dx_buf *out, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        const dx_str value = dx_request_query(q, names[i]);
        if (value.n == 0)
            continue;
        dx_buf_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", names[i]);
        dx_html_text(out, value);
        dx_buf_add(out, DX_LIT("\">"));
    }
}

dx_rc dx_filter_products(const dx_request *q, dx_buf *out, dx_err *err)
{
    const dx_trend_query ask = {.of = DX_OF_PRODUCT,
                                .by = DX_BY_MONTH,
                                .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME},
                                .top = PRODUCTS_MOST};
    dx_choice choices[PRODUCTS_MOST + 2] = {{DX_NONE, DX_LIT("All products"), UINT64_MAX}};
    const dx_str now = dx_request_query(q, "product");
    size_t n = 1;
    bool listed = now.n == 0;
    dx_trend trend;

    if (dx_store_trend(q->store, &ask, q->arena, &trend, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < trend.n_lines && n <= PRODUCTS_MOST; i++) {
        if (trend.lines[i].kind != DX_LINE_ID)
            continue;
        choices[n++] = (dx_choice){trend.lines[i].id, trend.lines[i].title, UINT64_MAX};
        listed |= dx_str_eq(trend.lines[i].id, now);
    }
    if (!listed)
        choices[n++] = (dx_choice){now, now, UINT64_MAX};
    dx_piece_select(q, out, DX_LIT("Product"), "product", choices, n);
    return DX_OK;
}

void dx_filter_chips(const dx_request *q, dx_buf *out)
{
    static const char *const names[] = {"diagnosis", "server", "cause", "site"};
    bool any = false;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const dx_str value = dx_request_query(q, names[i]);
        if (value.n == 0)
            continue;
        dx_buf_add(out, any ? DX_LIT("") : DX_LIT("<ul class=\"chips\" aria-label=\"Filters\">"));
        any = true;
        dx_buf_printf(out, "<li><span class=\"quiet\">%s</span> ", names[i]);
        dx_html_clip(out, value, 80);
        dx_buf_add(out, DX_LIT(" <a href=\""));
        dx_url_with(q, out, names[i], DX_NONE);
        dx_buf_printf(out, "\" aria-label=\"Take the filter %s away\">\xC3\x97</a></li>", names[i]);
    }
    dx_buf_add(out, any ? DX_LIT("</ul>\n") : DX_LIT(""));
}

int dx_filter_word(dx_str word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (dx_str_eq(word, dx_str_of(words[i])))
            return i;
    return -1;
}

size_t dx_filter_skip(const dx_request *q)
{
    return (size_t)(dx_request_number(q, "page", 1, 1, 1000000) - 1) * DX_FILTER_PAGE;
}
