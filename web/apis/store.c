/* What the store knows, for programs: the lists behind the screens, with the same filters. */
#include "db/trends.h"
#include "web/api.h"
#include "web/decide.h"
#include "web/filter.h"
#include "web/report_view.h"
#include "web/screens.h"

enum { TOP = 50, TOP_MOST = 1000 };

static size_t top_of(const dx_request *q)
{
    return (size_t)dx_request_number(q, "top", TOP, 1, TOP_MOST);
}

static size_t skip_of(const dx_request *q)
{
    return (size_t)dx_request_number(q, "skip", 0, 0, 100000000);
}

static void put_weeks(dx_json *j, const int64_t *weeks, size_t n)
{
    dx_json_list(j, "weeks");
    for (size_t i = 0; i < n; i++)
        dx_json_int(j, NULL, weeks[i]);
    dx_json_end(j);
}

/* ---- findings ---- */

static void put_finding(dx_json *j, const dx_finding_row *f)
{
    dx_json_text(j, "key", f->key);
    dx_json_str(j, "diagnosis", f->diagnosis);
    dx_json_text(j, "title", f->title);
    dx_json_text(j, "cause_class", f->cause_class);
    dx_json_text(j, "server", f->server);
    dx_json_text(j, "product", f->product);
    dx_json_str(j, "standing", dx_str_of(dx_standing_names[f->standing]));
    dx_json_str(j, "state", dx_str_of(dx_state_names[f->state]));
    dx_json_int(j, "confidence", f->confidence);
    dx_json_int(j, "servers", f->servers);
    dx_json_int(j, "attempts", f->attempts);
    dx_json_int(j, "findings", f->findings);
    dx_json_time(j, "first", f->first_us);
    dx_json_time(j, "last", f->last_us);
    dx_json_int(j, "last_attempt", f->last_attempt);
    put_weeks(j, f->weeks, DX_SPARK_WEEKS);
}

static void put_findings(dx_json *j, const dx_findings *found)
{
    dx_json_int(j, "all", found->all);
    dx_json_object(j, "standing");
    for (size_t i = 0; i < DX_STANDINGS; i++)
        dx_json_int(j, dx_standing_names[i], found->standing[i]);
    dx_json_end(j);
    dx_json_list(j, "findings");
    for (size_t i = 0; i < found->n; i++) {
        dx_json_object(j, NULL);
        put_finding(j, &found->rows[i]);
        dx_json_end(j);
    }
    dx_json_end(j);
    dx_json_text(j, "partial", found->partial);
}

/* A comma-separated list of standings; 0 = all. */
static dx_rc standings_of(const dx_request *q, unsigned *out, dx_err *err)
{
    dx_str rest = dx_request_query(q, "standing"), word;

    *out = 0;
    while (rest.n && dx_str_next(&rest, ',', &word)) {
        const int found = dx_filter_word(word, dx_standing_names);
        if (found < 0)
            return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "standing= does not know '%.*s'",
                           (int)(word.n < 40 ? word.n : 40), word.p);
        *out |= 1u << found;
    }
    return DX_OK;
}

dx_rc dx_api_findings(const dx_request *q, dx_response *a, dx_err *err)
{
    static const char *const orders[] = {"last", "servers", "growth", "first", NULL};
    const int order = dx_filter_word(dx_request_query(q, "order"), orders);
    dx_findings_query ask = {.by_diagnosis =
                                 dx_str_eq(dx_request_query(q, "by"), DX_LIT("diagnosis")),
                             .now_us = q->now_us,
                             .diagnosis = dx_request_query(q, "diagnosis"),
                             .cause_class = dx_request_query(q, "cause"),
                             .where = dx_filter_where(q),
                             .order = order < 0 ? DX_ORDER_LAST : (dx_finding_order)order,
                             .top = top_of(q),
                             .skip = skip_of(q)};
    dx_findings found;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (standings_of(q, &ask.standings, err) != DX_OK ||
        dx_filter_period(q, "all", &ask.where.since_us, &ask.where.until_us, err) != DX_OK ||
        dx_store_findings(q->store, &ask, q->arena, &found, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "findings");
    put_findings(&api.json, &found);
    return dx_api_close(&api, err);
}

dx_rc dx_api_finding(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    dx_finding_page page;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    const dx_rc rc = dx_store_finding(q->store, q->part, q->now_us, q->arena, &page, err);
    if (rc == DX_END)
        dx_response_message(q, a, 404, DX_LIT("No finding has this key."));
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    return service->attempt(service->ctx, q->store, page.finding.last_attempt, dx_view_json, a,
                            err);
}

/* ---- decisions ---- */

static dx_rc put_done(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_api api;

    dx_api_open(&api, q, a, "done");
    dx_json_bool(&api.json, "done", true);
    return dx_api_close(&api, err);
}

dx_rc dx_api_resolve(const dx_request *q, dx_response *a, dx_err *err)
{
    return dx_decide_resolve(q, err) == DX_OK ? put_done(q, a, err) : DX_FAIL;
}

dx_rc dx_api_silence(const dx_request *q, dx_response *a, dx_err *err)
{
    return dx_decide_silence(q, err) == DX_OK ? put_done(q, a, err) : DX_FAIL;
}

/* ---- attempts ---- */

static void put_attempt(dx_json *j, const dx_attempt_row *r)
{
    dx_json_int(j, "id", r->id);
    dx_json_str(j, "server", r->server);
    dx_json_text(j, "product", r->product);
    dx_json_text(j, "version", r->version);
    dx_json_text(j, "format", r->format);
    dx_json_str(j, "outcome", dx_str_of(dx_outcome_names[r->outcome]));
    dx_json_bool(j, "failed", r->failed);
    dx_json_time(j, "happened", r->happened_us);
    dx_json_time(j, "ended", r->ended_us);
    dx_json_text(j, "code", r->code);
    dx_json_text(j, "key", r->key);
    dx_json_text(j, "diagnosis", r->diagnosis);
    dx_json_text(j, "title", r->title);
    dx_json_text(j, "file", r->path);
    dx_json_text(j, "member", r->member);
    dx_json_line(j, "line", r->first_line);
    dx_json_line(j, "last_line", r->last_line);
}

dx_rc dx_api_attempts(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_attempts_query ask = {.key = dx_request_query(q, "key"),
                             .diagnosis = dx_request_query(q, "diagnosis"),
                             .where = dx_filter_where(q),
                             .failed_only = dx_str_eq(dx_request_query(q, "failed"), DX_LIT("yes")),
                             .top = top_of(q),
                             .skip = skip_of(q)};
    dx_attempts found;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_filter_period(q, "all", &ask.where.since_us, &ask.where.until_us, err) != DX_OK ||
        dx_store_attempts(q->store, &ask, q->arena, &found, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "attempts");
    dx_json_int(&api.json, "all", found.all);
    dx_json_list(&api.json, "attempts");
    for (size_t i = 0; i < found.n; i++) {
        dx_json_object(&api.json, NULL);
        put_attempt(&api.json, &found.rows[i]);
        dx_json_end(&api.json);
    }
    dx_json_end(&api.json);
    dx_json_text(&api.json, "partial", found.partial);
    return dx_api_close(&api, err);
}

dx_rc dx_api_attempt(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    long long id;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (!dx_str_to_i64(q->part, &id) || id <= 0) {
        dx_response_message(q, a, 404, DX_LIT("No attempt has this number."));
        return DX_OK;
    }
    return service->attempt(service->ctx, q->store, id, dx_view_json, a, err);
}

/* ---- servers ---- */

static void put_server(dx_json *j, const dx_server_row *s)
{
    dx_json_str(j, "name", s->name);
    dx_json_time(j, "first", s->first_us);
    dx_json_time(j, "last", s->last_us);
    dx_json_int(j, "attempts", s->attempts);
    dx_json_int(j, "failures", s->failures);
    dx_json_list(j, "aliases");
    for (size_t i = 0; i < s->n_aliases; i++)
        dx_json_str(j, NULL, s->aliases[i]);
    dx_json_end(j);
    dx_json_object(j, "tags");
    for (size_t i = 0; i < s->n_tags; i++)
        dx_json_named_str(j, s->tags[i].name, s->tags[i].value);
    dx_json_end(j);
}

dx_rc dx_api_servers(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_servers_query ask = {.contains = dx_request_query(q, "contains"),
                            .where = dx_filter_where(q),
                            .top = top_of(q),
                            .skip = skip_of(q)};
    dx_servers found;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_store_servers(q->store, &ask, q->arena, &found, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "servers");
    dx_json_int(&api.json, "all", found.all);
    dx_json_list(&api.json, "servers");
    for (size_t i = 0; i < found.n; i++) {
        dx_json_object(&api.json, NULL);
        put_server(&api.json, &found.rows[i]);
        dx_json_end(&api.json);
    }
    dx_json_end(&api.json);
    return dx_api_close(&api, err);
}

static void put_heat_row(dx_json *j, const dx_heat *h, const dx_heat_row *r)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "server", r->server);
    dx_json_text(j, "site", r->site);
    dx_json_int(j, "attempts", r->attempts);
    dx_json_int(j, "failures", r->failures);
    dx_json_list(j, "cells");
    for (size_t c = 0; c < h->n_weeks; c++) {
        dx_json_object(j, NULL);
        dx_json_int(j, "attempts", r->cell[c].attempts);
        dx_json_int(j, "failures", r->cell[c].failures);
        dx_json_end(j);
    }
    dx_json_end(j);
    dx_json_end(j);
}

dx_rc dx_api_heat(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_heat_query ask = {.now_us = q->now_us,
                               .weeks = (unsigned)dx_request_number(q, "weeks", 12, 1, 104),
                               .where = dx_filter_where(q),
                               .diagnosis = dx_request_query(q, "diagnosis"),
                               .top = top_of(q),
                               .skip = skip_of(q)};
    dx_heat heat;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_store_heat(q->store, &ask, q->arena, &heat, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "heat");
    dx_json_int(&api.json, "all", heat.all);
    dx_json_list(&api.json, "weeks");
    for (size_t i = 0; i < heat.n_weeks; i++)
        dx_json_str(&api.json, NULL, heat.weeks[i].name);
    dx_json_end(&api.json);
    dx_json_list(&api.json, "servers");
    for (size_t i = 0; i < heat.n; i++)
        put_heat_row(&api.json, &heat, &heat.rows[i]);
    dx_json_end(&api.json);
    return dx_api_close(&api, err);
}

/* ---- what nobody knows ---- */

dx_rc dx_api_unknown(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_unknown_query ask = {.top = top_of(q), .skip = skip_of(q)};
    dx_unknowns found;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_filter_period(q, "all", &ask.where.since_us, &ask.where.until_us, err) != DX_OK ||
        dx_store_unknowns(q->store, &ask, q->arena, &found, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "unknown");
    dx_json_int(&api.json, "all", found.all);
    dx_json_list(&api.json, "unknown");
    for (size_t i = 0; i < found.n; i++) {
        const dx_unknown_row *r = &found.rows[i];
        dx_json_object(&api.json, NULL);
        dx_json_str(&api.json, "pattern", r->pattern);
        dx_json_str(&api.json, "sample", r->sample);
        dx_json_int(&api.json, "events", r->events);
        dx_json_int(&api.json, "attempts", r->attempts);
        dx_json_int(&api.json, "servers", r->servers);
        dx_json_time(&api.json, "first", r->first_us);
        dx_json_time(&api.json, "last", r->last_us);
        dx_json_int(&api.json, "last_attempt", r->last_attempt);
        dx_json_end(&api.json);
    }
    dx_json_end(&api.json);
    return dx_api_close(&api, err);
}

/* ---- a number that changes when the inbox does ---- */

dx_rc dx_api_pulse(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_findings_query ask = {
        .now_us = q->now_us, .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}, .top = 1};
    dx_findings found;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (dx_store_findings(q->store, &ask, q->arena, &found, err) != DX_OK)
        return DX_FAIL;
    dx_buf pulse = {0};
    for (size_t i = 0; i < DX_STANDINGS; i++)
        dx_buf_printf(&pulse, "%lld.", (long long)found.standing[i]);
    dx_buf_printf(&pulse, "%lld", found.n ? (long long)found.rows[0].last_us : 0);
    dx_api_open(&api, q, a, "pulse");
    dx_json_str(&api.json, "pulse", dx_buf_str(&pulse));
    dx_buf_done(&pulse);
    return dx_api_close(&api, err);
}
