/* One object with all that is known: docs/report.md, docs/report.schema.json. */
#include "report/json_objects.h"

static void put_sources(dx_json *j, const dx_report *r)
{
    dx_json_list(j, "sources");
    for (size_t i = 0; i < r->n_sources && dx_sink_poll(j->sink); i++) {
        dx_json_object(j, NULL);
        dx_json_source(j, &r->sources[i]);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_attempts(dx_json *j, const dx_report *r)
{
    dx_json_list(j, "attempts");
    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(j->sink); i++) {
        dx_json_object(j, NULL);
        dx_json_attempt(j, &(dx_scene){r, i});
        dx_json_end(j);
    }
    dx_json_end(j);
}

static size_t count_findings(const dx_verdict *v)
{
    return v->n_findings;
}

static size_t count_undecided(const dx_verdict *v)
{
    return v->n_undecided;
}

static size_t count_unexplained(const dx_verdict *v)
{
    return v->n_unexplained;
}

/* What a verdict holds several of, each list over all attempts. */
static const struct {
    const char *name;
    size_t (*count)(const dx_verdict *v);
    void (*put)(dx_json *j, const dx_scene *scene, size_t which);
} lists[] = {
    {"findings", count_findings, dx_json_finding},
    {"undecided", count_undecided, dx_json_undecided},
    {"unexplained", count_unexplained, dx_json_unexplained},
};

static void put_list(dx_json *j, const dx_report *r, size_t list)
{
    dx_json_list(j, lists[list].name);
    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(j->sink); i++) {
        const size_t attempt = r->order ? r->order[i] : i;
        for (size_t k = 0; k < lists[list].count(r->attempts[attempt].verdict); k++) {
            dx_json_object(j, NULL);
            lists[list].put(j, &(dx_scene){r, attempt}, k);
            dx_json_end(j);
        }
    }
    dx_json_end(j);
}

static void put_gaps(dx_json *j, const dx_report *r)
{
    dx_json_list(j, "gaps");
    for (size_t i = 0; i < r->n_gaps; i++) {
        dx_json_object(j, NULL);
        dx_json_gap(j, &r->gaps[i]);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static dx_rc write_json(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_sink sink;
    dx_json j = {.sink = &sink, .pretty = true};

    (void)style;
    dx_sink_open(&sink, out, err);
    dx_json_object(&j, NULL);
    dx_json_str(&j, "schema", DX_LIT(DX_REPORT_SCHEMA));
    dx_json_head(&j, r);
    dx_json_explanation(&j, r->explanation);
    put_sources(&j, r);
    put_attempts(&j, r);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        put_list(&j, r, i);
    put_gaps(&j, r);
    dx_json_end(&j);
    return dx_sink_close(&sink);
}

const dx_report_format dx_report_format_json = {
    .name = "json",
    .mime = "application/json",
    .help = "one JSON object with everything (docs/report.schema.json)",
    .write = write_json,
};
