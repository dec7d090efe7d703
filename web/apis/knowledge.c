/* Rules, codes, pasted texts and uploads, for programs. */
#include "web/api.h"
#include "web/report_view.h"
#include "web/screens.h"

/* The token that every POST must send back, and where to read on. */
dx_rc dx_api_index(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_api api;

    dx_api_open(&api, q, a, "index");
    dx_json_str(&api.json, "program_version", q->options->program_version);
    dx_json_str(&api.json, "ruleset_version", dx_rulebook_version(q->options->book));
    dx_json_time(&api.json, "ruleset_time", q->options->ruleset_us);
    dx_json_bool(&api.json, "store", q->store != NULL);
    dx_json_str(&api.json, "csrf", q->csrf);
    return dx_api_close(&api, err);
}

/* ---- rules ---- */

static void put_strings(dx_json *j, const char *key, const dx_str *items, size_t n)
{
    dx_json_list(j, key);
    for (size_t i = 0; i < n; i++)
        dx_json_str(j, NULL, items[i]);
    dx_json_end(j);
}

static void put_rule(dx_json *j, const dx_rule *r)
{
    dx_json_str(j, "id", r->id);
    dx_json_str(j, "title", r->title);
    dx_json_text(j, "product", r->product);
    dx_json_text(j, "applies", r->applies);
    dx_json_text(j, "cause_class", r->cause_class);
    dx_json_bool(j, "draft", r->draft);
    dx_json_bool(j, "retired", r->retired);
    dx_json_bool(j, "not_on_success", r->not_on_success);
    dx_json_bool(j, "general", r->general);
    put_strings(j, "references", r->refs, r->n_refs);
}

dx_rc dx_api_rules(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(q->options->book, &rules);
    dx_api api;

    dx_api_open(&api, q, a, "rules");
    dx_json_str(&api.json, "version", dx_rulebook_version(q->options->book));
    dx_json_list(&api.json, "diagnoses");
    for (size_t i = 0; i < n && dx_sink_poll(&api.sink); i++) {
        dx_json_object(&api.json, NULL);
        put_rule(&api.json, rules[i]);
        dx_json_end(&api.json);
    }
    dx_json_end(&api.json);
    return dx_api_close(&api, err);
}

static void put_steps(dx_json *j, const dx_rule *r)
{
    static const char *const needs[] = {
        [DX_MUST] = "must", [DX_SHOULD] = "should", [DX_MAY] = "may"};

    dx_json_list(j, "steps");
    for (size_t i = 0; i < r->n_steps; i++) {
        const dx_rule_step *s = &r->steps[i];
        dx_json_object(j, NULL);
        dx_json_str(j, "as", s->as);
        dx_json_str(j, "need", dx_str_of(needs[s->need]));
        dx_json_int(j, "points", s->points);
        dx_json_str(j, "why", s->why);
        dx_json_bool(j, "anywhere", s->anywhere);
        dx_json_bool(j, "inside", s->inside);
        dx_json_list(j, "sees");
        for (size_t k = 0; k < s->n_sees; k++)
            dx_json_str(j, NULL, s->sees[k]->id);
        dx_json_end(j);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_fix(dx_json *j, const dx_rule *r)
{
    dx_json_list(j, "fix");
    for (size_t i = 0; i < r->n_fix; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "act", r->fix[i].act);
        dx_json_text(j, "command", r->fix[i].command);
        dx_json_text(j, "see", r->fix[i].see);
        dx_json_text(j, "undo", r->fix[i].undo);
        if (r->fix_for[i] == DX_NESTED_OR_NOT)
            dx_json_null(j, "nested");
        else
            dx_json_bool(j, "nested", r->fix_for[i] == DX_NESTED_ONLY);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_signature(dx_json *j, const dx_signature *s)
{
    dx_json_str(j, "id", s->id);
    dx_json_str(j, "title", s->title);
    dx_json_text(j, "means", s->means);
    dx_json_str(j, "polarity", dx_str_of(dx_polarity_names[s->polarity]));
    dx_json_text(j, "contains", s->contains);
    put_strings(j, "pieces", s->pieces, s->n_pieces);
    put_strings(j, "formats", s->formats, s->n_formats);
}

dx_rc dx_api_rule(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_rule *rule = dx_rulebook_rule(q->options->book, q->part);
    const dx_signature *sig = dx_rulebook_signature(q->options->book, q->part);
    dx_api api;

    if (!rule && !sig) {
        dx_response_message(q, a, 404, DX_LIT("There is no rule of this name."));
        return DX_OK;
    }
    dx_api_open(&api, q, a, "rule");
    if (rule) {
        put_rule(&api.json, rule);
        dx_json_text(&api.json, "cause", rule->cause);
        put_steps(&api.json, rule);
        put_fix(&api.json, rule);
    } else {
        put_signature(&api.json, sig);
    }
    return dx_api_close(&api, err);
}

/* ---- codes ---- */

dx_rc dx_api_code(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    const dx_code_question question = {.text = dx_str_trim(dx_request_query(q, "code")),
                                       .near = dx_request_query(q, "near"),
                                       .product = dx_request_query(q, "product"),
                                       .hex = dx_str_eq(dx_request_query(q, "hex"), DX_LIT("yes"))};
    const dx_out out = dx_api_body(a);

    if (question.text.n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "which code? Write ?code=0xc0020002");
    if (!q->options->codes)
        return dx_fail(err, DX_E_IO, DX_NOWHERE, "the tables of codes could not be read");
    return service->code_json(service->ctx, &question, &out, err);
}

/* ---- texts and uploads ---- */

static void put_matched(dx_json *j, const dx_event *e)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "signature", e->signature);
    dx_json_text(j, "base", e->base);
    dx_json_line(j, "line", e->line);
    dx_json_object(j, "fields");
    for (size_t i = 0; i < e->n_fields; i++)
        dx_json_named_str(j, e->fields[i].name, e->fields[i].text);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_tried(dx_json *j, const dx_tried *tried)
{
    dx_json_list(j, "matched");
    for (size_t i = 0; i < tried->events.n; i++)
        if (tried->events.p[i].signature.n)
            put_matched(j, &tried->events.p[i]);
    dx_json_end(j);
    dx_json_list(j, "nearly");
    for (size_t i = 0; i < tried->n_nearly; i++) {
        const dx_near_miss *m = &tried->nearly[i];
        dx_json_object(j, NULL);
        dx_json_str(j, "signature", m->signature->id);
        dx_json_count(j, "pieces", m->pieces);
        dx_json_count(j, "of", m->signature->n_pieces);
        dx_json_text(j, "stops_before", m->stops);
        dx_json_end(j);
    }
    dx_json_end(j);
}

dx_rc dx_api_try(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    const dx_str text = dx_request_form(q, "text");
    dx_tried tried = {0};
    dx_api api;

    if (dx_str_trim(text).n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "which text? Send it as 'text'");
    if (!dx_view_slow(q, a))
        return DX_OK;
    const dx_rc rc = service->try_text(service->ctx, text, q->arena, &tried, err);
    dx_view_rest(q);
    if (rc != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "try");
    put_tried(&api.json, &tried);
    return dx_api_close(&api, err);
}

dx_rc dx_api_scan(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    const dx_upload upload = {.name = q->file_name,
                              .bytes = q->file,
                              .server = dx_str_trim(dx_request_form(q, "server")),
                              .keep = dx_request_form(q, "keep").n > 0};

    if (q->file.n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "which file? Send it as 'file'");
    if (!dx_view_slow(q, a))
        return DX_OK;
    const dx_rc rc = service->scan(service->ctx, &upload, dx_view_json, a, err);
    dx_view_rest(q);
    return rc;
}
