#include "web/trend_ask.h"

#include "web/filter.h"

enum { TOP = 10, TOP_MOST = 200 };
static const int64_t DAY_US = 86400000000;

/* The word's index in a list of words that the address may use; the fallback without one. */
static dx_rc word_of(const dx_request *q, const char *name, const char *const *words, int fallback,
                     int *out, dx_err *err)
{
    const dx_str word = dx_request_query(q, name);
    const int found = word.n ? dx_filter_word(word, words) : fallback;

    if (found < 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "%s= does not know '%.*s'", name,
                       (int)(word.n < 40 ? word.n : 40), word.p);
    *out = found;
    return DX_OK;
}

dx_rc dx_trend_ask(const dx_request *q, dx_trend_query *out, dx_err *err)
{
    dx_trend_query ask = {.where = dx_filter_where(q),
                          .top = (size_t)dx_request_number(q, "top", TOP, 1, TOP_MOST)};
    int of, by;

    if (word_of(q, "of", dx_trend_of_names, DX_OF_DIAGNOSIS, &of, err) != DX_OK ||
        word_of(q, "by", dx_trend_by_names, DX_BY_WEEK, &by, err) != DX_OK ||
        dx_filter_period(q, "quarter", &ask.where.since_us, &ask.where.until_us, err) != DX_OK)
        return DX_FAIL;
    ask.of = (dx_trend_of)of;
    ask.by = (dx_trend_by)by;
    if (ask.where.until_us == DX_NO_TIME)
        ask.where.until_us = q->now_us + 1;
    *out = ask;
    return DX_OK;
}

dx_rc dx_trend_ask_before(const dx_request *q, const dx_trend_query *now, bool *compared,
                          dx_trend_query *out, dx_err *err)
{
    dx_trend_query ask = *now;
    int64_t from, to;

    if (dx_filter_date(q, "cfrom", &from, err) != DX_OK ||
        dx_filter_date(q, "cto", &to, err) != DX_OK)
        return DX_FAIL;
    *compared = false;
    if (from != DX_NO_TIME && to != DX_NO_TIME) {
        ask.where.since_us = from;
        ask.where.until_us = to + DAY_US;
        *compared = ask.where.until_us > from;
    } else if (dx_str_eq(dx_request_query(q, "compare"), DX_LIT("previous")) &&
               now->where.since_us != DX_NO_TIME) {
        ask.where.until_us = now->where.since_us;
        ask.where.since_us = now->where.since_us - (now->where.until_us - now->where.since_us);
        *compared = true;
    }
    *out = ask;
    return DX_OK;
}

dx_rc dx_trend_ask_list(const dx_request *q, dx_str kind, dx_list_query *out, dx_err *err)
{
    const int k = dx_filter_word(kind, dx_list_kind_names);
    int of;

    if (k < 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "there is no such list");
    if (word_of(q, "of", dx_trend_of_names, DX_OF_DIAGNOSIS, &of, err) != DX_OK)
        return DX_FAIL;
    *out = (dx_list_query){.kind = (dx_list_kind)k,
                           .of = of == DX_OF_SERVER ? DX_OF_DIAGNOSIS : (dx_trend_of)of,
                           .now_us = q->now_us,
                           .weeks = (unsigned)dx_request_number(q, "weeks", 0, 1, 104),
                           .where = dx_filter_where(q),
                           .top = (size_t)dx_request_number(q, "top", TOP, 1, TOP_MOST)};
    return DX_OK;
}
