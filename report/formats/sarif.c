/* SARIF 2.1.0, for code scanning and other readers of static analysis.  Each finding, undecided
 * group and unknown failure is a result, and so is every attempt; their properties are the objects
 * of the JSON report. */
#include <stdlib.h>

#include "report/json_objects.h"
#include "report/markdown_report.h"
#include "report/sarif_place.h"

#define SCHEMA                                                                                     \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

typedef void markdown_fn(dx_buf *out, const dx_report *r, size_t attempt, size_t which);

/* ---- pieces ---- */

static void put_message(dx_json *j, const char *key, dx_str text, const dx_buf *markdown)
{
    dx_buf sentence = {0};

    dx_buf_add(&sentence, text.n > 0 ? text : DX_LIT("No text"));
    if (!dx_str_ends(dx_buf_str(&sentence), DX_LIT(".")))
        dx_buf_char(&sentence, '.');
    dx_json_object(j, key);
    dx_json_str(j, "text", dx_buf_str(&sentence));
    if (markdown)
        dx_json_str(j, "markdown", dx_buf_str(markdown));
    dx_json_end(j);
    j->sink->buf.failed |= sentence.failed || (markdown && markdown->failed);
    dx_buf_done(&sentence);
}

static void put_location(dx_json *j, const dx_scene *scene, const dx_event *e)
{
    const dx_case *of = dx_report_locate(scene->report, &scene->report->attempts[scene->index], e);

    if (of)
        dx_sarif_location(j, of->path, of->member, e->line, e->last_line, e->text);
}

static void open_result(dx_json *j, dx_str rule, const char *kind, const char *level)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "ruleId", rule);
    dx_json_str(j, "kind", dx_str_of(kind));
    dx_json_str(j, "level", dx_str_of(level));
}

static void put_fingerprint(dx_json *j, const char key[10])
{
    dx_json_object(j, "partialFingerprints");
    dx_json_str(j, "incidentKey/v1", dx_key_str(key));
    dx_json_end(j);
}

/* Told, but no reason to fail: what a silence is, SARIF calls a suppression. */
static void put_suppression(dx_json *j, dx_str why)
{
    dx_json_list(j, "suppressions");
    dx_json_object(j, NULL);
    dx_json_str(j, "kind", DX_LIT("external"));
    dx_json_str(j, "justification", why);
    dx_json_end(j);
    dx_json_end(j);
}

/* ---- results ---- */

static void put_finding(dx_json *j, const dx_scene *scene, size_t which)
{
    const dx_report_attempt *a = &scene->report->attempts[scene->index];
    const dx_finding *f = &a->verdict->findings[which];
    const bool stopped = dx_report_stopped(a, f);
    const bool resolved = f->state == DX_RESOLVED || f->state == DX_SAID_FIXED;
    dx_buf markdown = {0}, text = {0};

    open_result(j, f->diagnosis, resolved ? "pass" : "fail",
                resolved                                      ? "none"
                : stopped                                     ? "note"
                : dx_certainty_of(f->confidence) >= DX_LIKELY ? "error"
                                                              : "warning");
    dx_md_finding(&markdown, scene->report, scene->index, which, DX_MD_ALL_TRIES);
    dx_buf_printf(&text, "%.*s: %.*s", DX_FMT(f->title), DX_FMT(f->cause));
    put_message(j, "message", dx_buf_str(&text), &markdown);
    j->sink->buf.failed |= text.failed;
    dx_buf_done(&text);
    dx_buf_done(&markdown);
    dx_json_list(j, "locations");
    for (size_t i = 0; i < f->n_evidence; i++)
        if (f->evidence[i].event && (i == 0 || f->evidence[i].event != f->evidence[i - 1].event))
            put_location(j, scene, f->evidence[i].event);
    dx_json_end(j);
    put_fingerprint(j, f->key);
    if (f->state == DX_SILENCED)
        put_suppression(j, f->state_why);
    dx_json_object(j, "properties");
    dx_json_finding(j, scene, which);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_undecided(dx_json *j, const dx_scene *scene, size_t which)
{
    const dx_undecided *u = &scene->report->attempts[scene->index].verdict->undecided[which];
    dx_buf markdown = {0}, text = {0};

    open_result(j, DX_LIT("setupdx.undecided"), "review", "none");
    dx_md_undecided(&markdown, scene->report, scene->index, which, DX_MD_ALL_TRIES);
    dx_buf_printf(&text, "Cannot decide between %zu possible causes. %.*s", u->n_candidates,
                  DX_FMT(u->question));
    put_message(j, "message", dx_buf_str(&text), &markdown);
    j->sink->buf.failed |= text.failed;
    dx_buf_done(&text);
    dx_buf_done(&markdown);
    dx_json_list(j, "locations");
    for (size_t i = 0; i < u->n_events; i++)
        put_location(j, scene, u->events[i]);
    dx_json_end(j);
    put_fingerprint(j, u->key);
    dx_json_object(j, "properties");
    dx_json_undecided(j, scene, which);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_unexplained(dx_json *j, const dx_scene *scene, size_t which)
{
    const dx_report_attempt *a = &scene->report->attempts[scene->index];
    const dx_event *e = a->verdict->unexplained[which];

    open_result(j, DX_LIT("setupdx.unexplained"), "fail",
                dx_report_counts(a, e) ? "error" : "note");
    put_message(j, "message", e->text, NULL);
    dx_json_list(j, "locations");
    put_location(j, scene, e);
    dx_json_end(j);
    dx_json_object(j, "properties");
    dx_json_unexplained(j, scene, which);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_attempt(dx_json *j, const dx_scene *scene)
{
    static const char *const kinds[DX_ENDINGS] = {[DX_ENDED_FAILED] = "fail",
                                                  [DX_ENDED_UNDECIDED] = "fail",
                                                  [DX_ENDED_UNCLEAR] = "review",
                                                  [DX_ENDED_RESOLVED] = "pass",
                                                  [DX_ENDED_SILENCED] = "informational",
                                                  [DX_ENDED_CANCELLED] = "notApplicable",
                                                  [DX_ENDED_CUT_OFF] = "open",
                                                  [DX_ENDED_SILENT] = "open",
                                                  [DX_ENDED_SUCCEEDED] = "pass"};
    const dx_report_attempt *a = &scene->report->attempts[scene->index];
    const dx_attempt *of = &a->of->attempt;
    const dx_ending ending = dx_report_ending(a);
    const dx_str product = dx_attempt_fact(of, "product");
    dx_buf text = {0};

    open_result(j, DX_LIT("setupdx.attempt"), kinds[ending],
                kinds[ending][0] == 'f' ? "note" : "none");
    dx_buf_add(&text, product.n > 0 ? product : DX_LIT("setup"));
    dx_buf_add(&text, dx_str_of(dx_ending_word_of(a)->says));
    dx_explained_says(&text, a);
    put_message(j, "message", dx_buf_str(&text), NULL);
    j->sink->buf.failed |= text.failed;
    dx_buf_done(&text);
    dx_json_list(j, "locations");
    dx_sarif_location(j, a->of->path, a->of->member, of->first_line, of->last_line, DX_NONE);
    dx_json_end(j);
    dx_json_object(j, "properties");
    dx_json_attempt(j, scene);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_results(dx_json *j, const dx_report *r)
{
    dx_json_list(j, "results");
    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(j->sink); i++) {
        const dx_scene scene = {r, r->order ? r->order[i] : i};
        const dx_verdict *v = r->attempts[scene.index].verdict;
        put_attempt(j, &scene);
        for (size_t k = 0; k < v->n_findings; k++)
            put_finding(j, &scene, k);
        for (size_t k = 0; k < v->n_undecided; k++)
            put_undecided(j, &scene, k);
        for (size_t k = 0; k < v->n_unexplained; k++)
            put_unexplained(j, &scene, k);
    }
    dx_json_end(j);
}

/* ---- the tool and its rules ---- */

static int by_diagnosis(const void *a, const void *b)
{
    return dx_str_cmp((*(const dx_finding *const *)a)->diagnosis,
                      (*(const dx_finding *const *)b)->diagnosis);
}

static const dx_finding **all_findings(const dx_report *r, dx_arena *into, size_t *n)
{
    const dx_finding **all = NULL;
    size_t cap = 0;

    *n = 0;
    for (size_t i = 0; i < r->n_attempts; i++)
        for (size_t k = 0; k < r->attempts[i].verdict->n_findings; k++)
            if (!DX_PUSH(into, all, *n, cap, &r->attempts[i].verdict->findings[k]))
                return NULL;
    if (*n > 0)
        qsort(all, *n, sizeof *all, by_diagnosis);
    return all;
}

static void put_rule(dx_json *j, dx_str id, dx_str title, dx_str about)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "id", id);
    put_message(j, "shortDescription", title, NULL);
    if (about.n > 0)
        put_message(j, "fullDescription", about, NULL);
    dx_json_end(j);
}

static void put_rules(dx_json *j, const dx_report *r, dx_arena *into)
{
    size_t n;
    const dx_finding **all = all_findings(r, into, &n);

    if (!all && n > 0)
        j->sink->buf.failed = true;
    dx_json_list(j, "rules");
    put_rule(j, DX_LIT("setupdx.attempt"), DX_LIT("One run of one installer"), DX_NONE);
    put_rule(j, DX_LIT("setupdx.undecided"), DX_LIT("Signs that several causes could explain"),
             DX_NONE);
    put_rule(j, DX_LIT("setupdx.unexplained"), DX_LIT("A failure or error that no rule explains"),
             DX_NONE);
    for (size_t i = 0; all && i < n; i++)
        if (i == 0 || !dx_str_eq(all[i]->diagnosis, all[i - 1]->diagnosis))
            put_rule(j, all[i]->diagnosis, all[i]->title, all[i]->applies);
    dx_json_end(j);
}

static void put_tool(dx_json *j, const dx_report *r, dx_arena *into)
{
    dx_json_object(j, "tool");
    dx_json_object(j, "driver");
    dx_json_str(j, "name", DX_LIT("setupdx"));
    dx_json_str(j, "version", r->program_version);
    put_rules(j, r, into);
    dx_json_end(j);
    dx_json_end(j);
}

/* ---- coverage ---- */

static void put_notification(dx_json *j, const char *level, dx_str text, dx_str path, dx_str member,
                             uint32_t line)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "level", dx_str_of(level));
    put_message(j, "message", text, NULL);
    dx_json_list(j, "locations");
    dx_sarif_location(j, path, member, line, line, DX_NONE);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_gap(dx_json *j, const struct dx_report_gap *gap)
{
    dx_buf text = {0};

    dx_buf_printf(&text, "%.*s could not be judged on %llu records", DX_FMT(gap->signature),
                  (unsigned long long)gap->count);
    put_notification(j, "warning", dx_buf_str(&text), gap->path, DX_NONE, gap->line);
    j->sink->buf.failed |= text.failed;
    dx_buf_done(&text);
}

static void put_invocation(dx_json *j, const dx_report *r)
{
    dx_json_list(j, "invocations");
    dx_json_object(j, NULL);
    dx_json_bool(j, "executionSuccessful", r->complete);
    dx_json_list(j, "toolExecutionNotifications");
    for (size_t i = 0; i < r->n_sources; i++) {
        const dx_report_source *s = &r->sources[i];
        if (s->skipped.n > 0)
            put_notification(j, s->damage ? "error" : "note", s->skipped, s->path, s->member, 0);
    }
    for (size_t i = 0; i < r->n_gaps; i++)
        put_gap(j, &r->gaps[i]);
    dx_json_end(j);
    dx_json_end(j);
    dx_json_end(j);
}

static void put_artifacts(dx_json *j, const dx_report *r)
{
    dx_json_list(j, "artifacts");
    for (size_t i = 0; i < r->n_sources && dx_sink_poll(j->sink); i++) {
        dx_json_object(j, NULL);
        dx_json_object(j, "location");
        dx_sarif_uri(j, r->sources[i].path, r->sources[i].member);
        dx_json_end(j);
        dx_json_object(j, "properties");
        dx_json_source(j, &r->sources[i]);
        dx_json_end(j);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_run(dx_json *j, const dx_report *r, dx_arena *into)
{
    dx_json_object(j, NULL);
    put_tool(j, r, into);
    put_invocation(j, r);
    put_artifacts(j, r);
    put_results(j, r);
    dx_json_str(j, "columnKind", DX_LIT("utf16CodeUnits"));
    dx_json_object(j, "properties");
    dx_json_head(j, r);
    dx_json_end(j);
    dx_json_end(j);
}

static dx_rc write_sarif(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_arena *arena = dx_arena_new(0);
    dx_sink sink;
    dx_json j = {.sink = &sink, .pretty = true};

    (void)style;
    if (!arena)
        return dx_nomem(err);
    dx_sink_open(&sink, out, err);
    dx_json_object(&j, NULL);
    dx_json_str(&j, "$schema", DX_LIT(SCHEMA));
    dx_json_str(&j, "version", DX_LIT("2.1.0"));
    dx_json_list(&j, "runs");
    put_run(&j, r, arena);
    dx_json_end(&j);
    dx_json_end(&j);
    dx_arena_free(arena);
    return dx_sink_close(&sink);
}

const dx_report_format dx_report_format_sarif = {
    .name = "sarif",
    .mime = "application/sarif+json",
    .help = "SARIF 2.1.0, for code scanning",
    .write = write_sarif,
};
