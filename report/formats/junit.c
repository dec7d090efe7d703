/* JUnit XML, for CI servers: a suite per log, a case per finding or per attempt without one.  The
 * whole story of a failure stands in its text as Markdown. */
#include "report/html_write.h"
#include "report/markdown_report.h"
#include "report/sink.h"

typedef struct suite {
    const dx_report *report;
    dx_buf cases;
    dx_buf story; /* of the next case */
    size_t tests, failures, errors, skipped;
} suite;

typedef struct outcome {
    const char *element; /* "failure", "error", "skipped"; NULL: it passed */
    const char *type;    /* own words; NULL: use the id */
    dx_str id, message;
} outcome;

/* What HTML escapes is what XML wants escaped. */
static void put_attribute(dx_buf *out, const char *name, dx_str value)
{
    dx_buf_printf(out, " %s=\"", name);
    dx_html_text(out, value);
    dx_buf_char(out, '"');
}

static void put_result(suite *s, const outcome *o)
{
    dx_buf *out = &s->cases;

    s->tests++;
    if (!o->element) {
        dx_buf_add(out, DX_LIT("<system-out>"));
        dx_html_lines(out, dx_buf_str(&s->story));
        dx_buf_add(out, DX_LIT("</system-out></testcase>\n"));
        return;
    }
    s->failures += o->element[0] == 'f';
    s->errors += o->element[0] == 'e';
    s->skipped += o->element[0] == 's';
    dx_buf_printf(out, "<%s", o->element);
    put_attribute(out, "message", o->message);
    if (o->element[0] != 's')
        put_attribute(out, "type", o->type ? dx_str_of(o->type) : o->id);
    dx_buf_char(out, '>');
    dx_html_lines(out, dx_buf_str(&s->story));
    dx_buf_printf(out, "</%s></testcase>\n", o->element);
}

static void put_case(suite *s, dx_str class_name, dx_str name, const outcome *o)
{
    dx_buf_add(&s->cases, DX_LIT("<testcase"));
    put_attribute(&s->cases, "classname", class_name);
    put_attribute(&s->cases, "name", name);
    dx_buf_char(&s->cases, '>');
    put_result(s, o);
    s->cases.failed |= s->story.failed;
    dx_buf_clear(&s->story);
}

static void put_suite(dx_sink *sink, suite *s, dx_str name)
{
    dx_buf *out = &sink->buf;

    dx_buf_add(out, DX_LIT("<testsuite"));
    put_attribute(out, "name", name);
    dx_buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
                  s->tests, s->failures, s->errors, s->skipped);
    dx_buf_add(out, dx_buf_str(&s->cases));
    dx_buf_add(out, DX_LIT("</testsuite>\n"));
    out->failed |= s->cases.failed;
    dx_buf_clear(&s->cases);
    s->tests = s->failures = s->errors = s->skipped = 0;
}

/* ---- attempts ---- */

/* "logs/Setup.log, attempt 2: exch55.ims-ts-execute-mode".  CI servers know a case again by its
 * class and name alone, so both together must be of one log. */
static void put_named(suite *s, const dx_case *of, dx_str what, const outcome *o)
{
    dx_buf name = {0};

    dx_place_says(&name, of, 0);
    dx_buf_printf(&name, ", attempt %lu: %.*s", (unsigned long)of->attempt.ordinal, DX_FMT(what));
    put_case(s, of->attempt.server, dx_buf_str(&name), o);
    s->cases.failed |= name.failed;
    dx_buf_done(&name);
}

static void put_findings(suite *s, size_t attempt)
{
    const dx_report_attempt *a = &s->report->attempts[attempt];

    for (size_t i = 0; i < a->verdict->n_findings; i++) {
        const dx_finding *f = &a->verdict->findings[i];
        const bool passed_by = f->state > DX_RESOLVED || dx_report_stopped(a, f);
        dx_md_finding(&s->story, s->report, attempt, i, DX_MD_ALL_TRIES);
        put_named(s, a->of, f->diagnosis,
                  &(outcome){.element = f->state == DX_RESOLVED ? NULL
                                        : passed_by             ? "skipped"
                                                                : "failure",
                             .id = f->diagnosis,
                             .message = f->title});
    }
    for (size_t i = 0; i < a->verdict->n_undecided; i++) {
        dx_buf message = {0};
        dx_md_undecided(&s->story, s->report, attempt, i, DX_MD_ALL_TRIES);
        dx_buf_printf(&message, "cannot decide: %.*s", DX_FMT(a->verdict->undecided[i].question));
        put_named(
            s, a->of, dx_key_str(a->verdict->undecided[i].key),
            &(outcome){.element = "failure", .type = "undecided", .message = dx_buf_str(&message)});
        s->cases.failed |= message.failed;
        dx_buf_done(&message);
    }
}

/* The attempt as a whole: what no finding tells, and its facts. */
static void put_rest(suite *s, size_t attempt)
{
    const dx_report_attempt *a = &s->report->attempts[attempt];
    const dx_ending ending = dx_report_ending(a);
    const bool told = a->verdict->n_findings + a->verdict->n_undecided > 0;
    const bool because = dx_report_because(s->report, attempt) != NULL;
    outcome o = {.type = "unknown-failure"};
    dx_buf message = {0};

    if (!told && ending <= DX_ENDED_UNCLEAR && !because) {
        o.element = "failure";
        dx_buf_add(&message, DX_LIT("setup"));
        dx_puzzle_says(&message, a);
    } else if (!told && ending != DX_ENDED_SUCCEEDED) {
        o.element = "skipped";
        dx_buf_printf(&message, "setup%s", dx_ending_word_of(a)->says);
    }
    if (a->verdict->n_unexplained + a->n_codes + a->n_nearest + a->n_around > 0)
        dx_md_unknown(&s->story, s->report, attempt);
    dx_md_attempt(&s->story, s->report, attempt);
    o.message = dx_buf_str(&message);
    put_named(s, a->of, DX_LIT("as a whole"), &o);
    s->cases.failed |= message.failed;
    dx_buf_done(&message);
}

static bool same_log(const dx_case *x, const dx_case *y)
{
    return dx_str_eq(x->path, y->path) && dx_str_eq(x->member, y->member);
}

static void put_attempts(dx_sink *sink, suite *s)
{
    const dx_report *r = s->report;
    dx_buf name = {0};

    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(sink); i++) {
        put_findings(s, i);
        put_rest(s, i);
        if (i + 1 < r->n_attempts && same_log(r->attempts[i].of, r->attempts[i + 1].of))
            continue;
        dx_place_says(&name, r->attempts[i].of, 0);
        put_suite(sink, s, dx_buf_str(&name));
        dx_buf_clear(&name);
    }
    sink->buf.failed |= name.failed;
    dx_buf_done(&name);
}

/* ---- what was read ---- */

static void put_source(suite *s, const dx_report_source *source)
{
    dx_buf name = {0};

    dx_buf_add(&name, source->path);
    if (source->member.n > 0)
        dx_buf_printf(&name, "!%.*s", DX_FMT(source->member));
    if (source->encoding.n > 0)
        dx_buf_printf(&s->story, "%.*s, %.*s (%.*s), %lu lines, %llu bytes\n",
                      DX_FMT(source->format), DX_FMT(source->encoding),
                      DX_FMT(source->encoding_how), (unsigned long)source->lines,
                      (unsigned long long)source->bytes);
    for (size_t i = 0; i < source->n_notes; i++)
        dx_buf_printf(&s->story, "%.*s\n", DX_FMT(source->notes[i]));
    put_case(s, DX_LIT("coverage"), dx_buf_str(&name),
             &(outcome){.element = source->skipped.n == 0 ? NULL
                                   : source->damage       ? "error"
                                                          : "skipped",
                        .type = "not-read",
                        .message = source->skipped});
    s->cases.failed |= name.failed;
    dx_buf_done(&name);
}

static void put_gap(suite *s, const struct dx_report_gap *gap)
{
    dx_buf_printf(&s->story, "%.*s: not judged on %llu records, first at %.*s:%lu\n",
                  DX_FMT(gap->signature), (unsigned long long)gap->count, DX_FMT(gap->path),
                  (unsigned long)gap->line);
    put_case(s, DX_LIT("coverage"), gap->signature,
             &(outcome){.element = "error",
                        .type = "not-judged",
                        .message = DX_LIT("a matching limit was hit")});
}

static void put_coverage(dx_sink *sink, suite *s)
{
    for (size_t i = 0; i < s->report->n_sources; i++)
        put_source(s, &s->report->sources[i]);
    for (size_t i = 0; i < s->report->n_gaps; i++)
        put_gap(s, &s->report->gaps[i]);
    put_suite(sink, s, DX_LIT("what was read"));
}

static void put_head(dx_buf *out, const dx_report *r)
{
    dx_buf summary = {0};

    dx_report_summary(r, &summary);
    dx_buf_add(out, DX_LIT("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
    put_attribute(out, "name", dx_buf_str(&summary));
    dx_buf_add(out, DX_LIT(">\n"));
    out->failed |= summary.failed;
    dx_buf_done(&summary);
}

static dx_rc write_junit(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_sink sink;
    suite s = {.report = r};

    (void)style;
    dx_sink_open(&sink, out, err);
    put_head(&sink.buf, r);
    put_attempts(&sink, &s);
    put_coverage(&sink, &s);
    dx_buf_add(&sink.buf, DX_LIT("</testsuites>\n"));
    dx_buf_done(&s.cases);
    dx_buf_done(&s.story);
    return dx_sink_close(&sink);
}

const dx_report_format dx_report_format_junit = {
    .name = "junit",
    .mime = "application/xml",
    .help = "JUnit XML, for CI servers",
    .write = write_junit,
};
