#include "db/trends.h"
#include "web/api.h"
#include "web/filter.h"
#include "web/screens.h"
#include "web/trend_ask.h"

static void put_cell(dx_json *j, const char *key, const dx_trend_cell *c)
{
    dx_json_object(j, key);
    dx_json_int(j, "events", c->events);
    dx_json_int(j, "attempts", c->attempts);
    dx_json_int(j, "failures", c->failures);
    if (c->servers < 0)
        dx_json_null(j, "servers");
    else
        dx_json_int(j, "servers", c->servers);
    dx_json_int(j, "base", c->base);
    dx_json_end(j);
}

static void put_line(dx_json *j, const dx_trend *t, const dx_trend_line *l)
{
    static const char *const kinds[] = {[DX_LINE_ID] = "id",
                                        [DX_LINE_REST] = "rest",
                                        [DX_LINE_UNCLASSIFIED] = "unclassified",
                                        [DX_LINE_NO_FAILURE] = "no failure",
                                        [DX_LINE_TOTAL] = "total"};

    dx_json_object(j, NULL);
    dx_json_str(j, "kind", dx_str_of(kinds[l->kind]));
    dx_json_text(j, "id", l->id);
    dx_json_text(j, "title", l->title);
    put_cell(j, "all", &l->all);
    dx_json_list(j, "cells");
    for (size_t i = 0; i < t->n_buckets; i++)
        put_cell(j, NULL, &l->cell[i]);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_trend(dx_json *j, const dx_trend_query *ask, const dx_trend *t)
{
    dx_json_str(j, "of", dx_str_of(dx_trend_of_names[ask->of]));
    dx_json_str(j, "by", dx_str_of(dx_trend_by_names[ask->by]));
    dx_json_time(j, "since", t->since_us);
    dx_json_time(j, "until", t->until_us);
    dx_json_int(j, "ids", t->ids);
    dx_json_list(j, "buckets");
    for (size_t i = 0; i < t->n_buckets; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "name", t->buckets[i].name);
        dx_json_time(j, "from", t->buckets[i].from_us);
        dx_json_time(j, "to", t->buckets[i].to_us);
        dx_json_end(j);
    }
    dx_json_end(j);
    dx_json_list(j, "lines");
    for (size_t i = 0; i < t->n_lines; i++)
        put_line(j, t, &t->lines[i]);
    dx_json_end(j);
    dx_json_text(j, "partial", t->partial);
}

dx_rc dx_api_trend(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_trend_query ask;
    dx_trend trend;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_trend_ask(q, &ask, err) != DX_OK ||
        dx_store_trend(q->store, &ask, q->arena, &trend, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "trend");
    put_trend(&api.json, &ask, &trend);
    return dx_api_close(&api, err);
}

static void put_list_row(dx_json *j, const dx_list_row *r)
{
    static const char *const again[] = {[DX_AGAIN_NOT] = "",
                                        [DX_AGAIN_AFTER_FIX] = "after a fix",
                                        [DX_AGAIN_AFTER_QUIET] = "after quiet weeks"};

    dx_json_object(j, NULL);
    dx_json_str(j, "id", r->id);
    dx_json_text(j, "title", r->title);
    dx_json_time(j, "first", r->first_us);
    dx_json_time(j, "last", r->last_us);
    dx_json_int(j, "attempts", r->attempts);
    dx_json_int(j, "failures", r->failures);
    dx_json_int(j, "servers", r->servers);
    dx_json_text(j, "again", dx_str_of(again[r->again]));
    dx_json_int(j, "growth_percent", (int64_t)(r->growth * 100 + 0.5));
    dx_json_list(j, "weeks");
    for (size_t i = 0; i < r->n_weeks; i++)
        dx_json_int(j, NULL, r->weeks[i]);
    dx_json_end(j);
    dx_json_end(j);
}

dx_rc dx_api_list(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_list_query ask;
    dx_list list;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_filter_word(q->part, dx_list_kind_names) < 0) {
        dx_response_message(q, a, 404, DX_LIT("The lists are new, regressed, spreading, quiet."));
        return DX_OK;
    }
    if (dx_trend_ask_list(q, q->part, &ask, err) != DX_OK ||
        dx_store_list(q->store, &ask, q->arena, &list, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "list");
    dx_json_str(&api.json, "kind", q->part);
    dx_json_time(&api.json, "since", list.since_us);
    dx_json_time(&api.json, "until", list.until_us);
    dx_json_int(&api.json, "all", list.all);
    dx_json_list(&api.json, "rows");
    for (size_t i = 0; i < list.n; i++)
        put_list_row(&api.json, &list.rows[i]);
    dx_json_end(&api.json);
    return dx_api_close(&api, err);
}

dx_rc dx_api_fixes(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_trend_filter where = dx_filter_where(q);
    dx_fixes fixes;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_filter_period(q, "all", &where.since_us, &where.until_us, err) != DX_OK ||
        dx_store_fixes(q->store, &where, q->arena, &fixes, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "fixes");
    dx_json_list(&api.json, "fixes");
    for (size_t i = 0; i < fixes.n; i++) {
        const dx_fix_row *r = &fixes.rows[i];
        dx_json_object(&api.json, NULL);
        dx_json_str(&api.json, "diagnosis", r->diagnosis);
        dx_json_text(&api.json, "title", r->title);
        dx_json_int(&api.json, "cases", r->cases);
        dx_json_int(&api.json, "begun", r->begun);
        dx_json_int(&api.json, "verified", r->verified);
        dx_json_int(&api.json, "failed", r->failed);
        if (r->median_us == DX_NO_TIME)
            dx_json_null(&api.json, "median_seconds");
        else
            dx_json_int(&api.json, "median_seconds", r->median_us / 1000000);
        dx_json_end(&api.json);
    }
    dx_json_end(&api.json);
    return dx_api_close(&api, err);
}
