/* One JSON object per line, so that programs may read while we write. */
#include "report/json_objects.h"

static void begin(dx_json *j, const char *kind)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "schema", DX_LIT(DX_REPORT_SCHEMA));
    dx_json_str(j, "kind", dx_str_of(kind));
}

static void put_items(dx_json *j, const dx_scene *scene, const char *kind, size_t n,
                      void (*put)(dx_json *, const dx_scene *, size_t))
{
    for (size_t i = 0; i < n && dx_sink_poll(j->sink); i++) {
        begin(j, kind);
        put(j, scene, i);
        dx_json_end(j);
    }
}

static bool put_attempt(dx_json *j, const dx_scene *scene)
{
    const dx_verdict *v = scene->report->attempts[scene->index].verdict;

    begin(j, "attempt");
    dx_json_attempt(j, scene);
    dx_json_end(j);
    put_items(j, scene, "finding", v->n_findings, dx_json_finding);
    put_items(j, scene, "undecided", v->n_undecided, dx_json_undecided);
    put_items(j, scene, "unexplained", v->n_unexplained, dx_json_unexplained);
    return dx_sink_flush(j->sink);
}

static void put_sources(dx_json *j, const dx_report *r)
{
    for (size_t i = 0; i < r->n_sources && dx_sink_poll(j->sink); i++) {
        begin(j, "source");
        dx_json_source(j, &r->sources[i]);
        dx_json_end(j);
    }
}

static void put_gaps(dx_json *j, const dx_report *r)
{
    for (size_t i = 0; i < r->n_gaps; i++) {
        begin(j, "gap");
        dx_json_gap(j, &r->gaps[i]);
        dx_json_end(j);
    }
}

static dx_rc write_ndjson(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_sink sink;
    dx_json j = {.sink = &sink};

    (void)style;
    dx_sink_open(&sink, out, err);
    begin(&j, "report");
    dx_json_head(&j, r);
    dx_json_explanation(&j, r->explanation);
    dx_json_end(&j);
    put_sources(&j, r);
    for (size_t i = 0; i < r->n_attempts && put_attempt(&j, &(dx_scene){r, i}); i++)
        ;
    put_gaps(&j, r);
    return dx_sink_close(&sink);
}

const dx_report_format dx_report_format_ndjson = {
    .name = "ndjson",
    .mime = "application/x-ndjson",
    .help = "one JSON object per line: report, source, attempt, finding, ...",
    .write = write_ndjson,
};
