/* Questions over all that is stored, for programs: the answers of `setupdx trend`, from the same
 * writers. */
#include "db/trends.h"
#include "report/answer.h"
#include "web/api.h"
#include "web/filter.h"
#include "web/screens.h"
#include "web/trend_ask.h"

static dx_asking asking_of(const dx_request *q)
{
    return (dx_asking){.program_version = q->options->program_version,
                       .store = dx_str_of(q->options->store),
                       .now_us = q->now_us};
}

static dx_rc put_answer(const dx_request *q, dx_response *a, const dx_answer *answer, dx_err *err)
{
    static const char *const words[] = {"json", "csv", NULL};
    const dx_str word = dx_request_query(q, "format");
    const int at = word.n ? dx_filter_word(word, words) : 0;

    if (at < 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "format= knows json and csv");
    const dx_trend_format *format = dx_trend_format_get(words[at]);
    const dx_out out = dx_api_body(a);
    a->mime = format->mime;
    a->download = at ? "setupdx.csv" : NULL;
    return format->write(answer, NULL, &out, err);
}

/* The question of the address, or with which=before the one that it is compared with. */
static dx_rc ask_trend(const dx_request *q, dx_trend_query *out, dx_err *err)
{
    dx_trend_query now;
    bool compared;

    if (dx_trend_ask(q, &now, err) != DX_OK ||
        dx_trend_ask_before(q, &now, &compared, out, err) != DX_OK)
        return DX_FAIL;
    if (!dx_str_eq(dx_request_query(q, "which"), DX_LIT("before")))
        *out = now;
    else if (!compared)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which=before needs compare=previous, or cfrom= and cto=");
    return DX_OK;
}

dx_rc dx_api_trend(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_asking asking = asking_of(q);
    dx_trend_query ask;
    dx_trend trend;
    dx_answer answer;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (ask_trend(q, &ask, err) != DX_OK ||
        dx_store_trend(q->store, &ask, q->arena, &trend, err) != DX_OK ||
        dx_answer_trend(&asking, &ask, &trend, q->arena, &answer, err) != DX_OK)
        return DX_FAIL;
    return put_answer(q, a, &answer, err);
}

dx_rc dx_api_list(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_asking asking = asking_of(q);
    dx_list_query ask;
    dx_list list;
    dx_answer answer;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_filter_word(q->part, dx_list_kind_names) < 0) {
        dx_response_message(q, a, 404, DX_LIT("The lists are new, regressed, spreading, quiet."));
        return DX_OK;
    }
    if (dx_trend_ask_list(q, q->part, &ask, err) != DX_OK ||
        dx_store_list(q->store, &ask, q->arena, &list, err) != DX_OK ||
        dx_answer_list(&asking, &ask, &list, q->arena, &answer, err) != DX_OK)
        return DX_FAIL;
    return put_answer(q, a, &answer, err);
}

dx_rc dx_api_fixes(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_asking asking = asking_of(q);
    dx_trend_filter where = dx_filter_where(q);
    dx_fixes fixes;
    dx_answer answer;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_filter_period(q, "all", &where.since_us, &where.until_us, err) != DX_OK ||
        dx_store_fixes(q->store, &where, q->arena, &fixes, err) != DX_OK ||
        dx_answer_fixes(&asking, &where, &fixes, q->arena, &answer, err) != DX_OK)
        return DX_FAIL;
    return put_answer(q, a, &answer, err);
}
