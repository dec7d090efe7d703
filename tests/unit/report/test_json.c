#include "tests/unit/report/fixture.h"

#include <stdio.h>

#include "core/os.h"

/* Nothing raw that a strict reader or a terminal could stumble over. */
static char *json_of(const char *format, const dx_report *r)
{
    char *json = written(format, r, NULL);

    assert_true(dx_utf_valid(dx_str_of(json)));
    for (const char *c = json; *c; c++)
        assert_true((unsigned char)*c >= 0x20 || *c == '\n');
    return json;
}

static void test_json_has_all_members_with_null_for_nothing(void **state)
{
    static const char *const wanted[] = {
        "{\n  \"schema\": \"setupdx.report/1\",\n  \"version\": \"0.1.0\",",
        "\"key\": \"7f3c-19aa\"",
        "\"certainty\": \"almost certain\"",
        "\"state_why\": null",
        "\"numbers\": {\n            \"code\": 3221356670\n          }",
        "\"code\": \"0xc002007e\"",
        "\"history\": {\n        \"servers\": 6,",
        "\"polarity\": \"unknown\"",
        "\"signature\": null",
        "\"time\": \"2000-06-14T09:12:00Z\"",
        "\"gaps\": []\n}\n",
    };
    seed s;

    (void)state;
    seed_make(&s);
    char *json = json_of("json", &s.report);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_says(json, wanted[i]);
    free(json);
}

static void test_ndjson_is_one_object_per_line_with_a_kind(void **state)
{
    static const char *const kinds[] = {"report", "source", "attempt", "finding", "unexplained"};
    seed s;
    dx_str rest, line;
    char start[80];

    (void)state;
    seed_make(&s);
    char *json = json_of("ndjson", &s.report);
    rest = dx_str_of(json);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        (void)snprintf(start, sizeof start, "{\"schema\":\"setupdx.report/1\",\"kind\":\"%s\",",
                       kinds[i]);
        assert_true(dx_str_next(&rest, '\n', &line));
        assert_true(dx_str_starts(line, dx_str_of(start)));
        assert_true(dx_str_ends(line, DX_LIT("}")));
    }
    assert_int_equal(rest.n, 0);
    free(json);
}

static void test_ndjson_is_handed_on_after_each_attempt(void **state)
{
    seed s;
    dx_report_attempt attempts[3];
    catcher c = {0};

    (void)state;
    seed_make(&s);
    attempts[0] = attempts[1] = attempts[2] = s.attempt;
    s.report.attempts = attempts;
    s.report.n_attempts = 3;
    assert_int_equal(write_with("ndjson", &s.report, NULL, &c), DX_OK);
    assert_int_equal(c.writes, 3);
    dx_buf_done(&c.got);
}

static void assert_escaped(dx_str text, const char *wanted)
{
    seed s;

    seed_make(&s);
    s.finding[0].title = text;
    char *json = json_of("ndjson", &s.report);
    assert_says(json, wanted);
    free(json);
}

static void test_strings_are_escaped_or_repaired(void **state)
{
    (void)state;
    assert_escaped(DX_LIT("a\"b\\c"), "\"title\":\"a\\\"b\\\\c\"");
    assert_escaped(DX_LIT("\x00\x01\x1b\x7f"), "\"title\":\"\\u0000\\u0001\\u001b\\u007f\"");
    assert_escaped(DX_LIT("a\r\n\tb"), "\"title\":\"a\\r\\n\\tb\"");
    assert_escaped(DX_LIT("\xE2\x80\xA8\xE2\x80\xA9"), "\"title\":\"\\u2028\\u2029\"");
    assert_escaped(DX_LIT("\xE2\x80\xAE\xEF\xBB\xBF"), "\"title\":\"\\u202e\\ufeff\"");
    assert_escaped(DX_LIT("\xC2\x9B"), "\"title\":\"\\u009b\"");
    assert_escaped(DX_LIT("\xF3\xA0\x81\x81"), "\"title\":\"\\udb40\\udc41\"");
    assert_escaped(DX_LIT("\xFF\xC0\xAF"), "\"title\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_escaped(DX_LIT("\xE6\x97"), "\"title\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_escaped(DX_LIT("M\xC3\xBCller \xF0\x9F\x98\x80"),
                   "\"title\":\"M\xC3\xBCller \xF0\x9F\x98\x80\"");
    assert_escaped((dx_str){NULL, 99}, "\"title\":null");
    assert_escaped(DX_LIT(""), "\"title\":null");
}

static void test_a_field_name_stands_once(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    s.dll[1].name = s.dll[0].name;
    char *json = json_of("ndjson", &s.report);
    assert_says(json, "\"fields\":{\"dll\":\"C:\\\\Documents");
    assert_silent_on(json, "\"dll\":\"0d\"");
    free(json);
}

static void test_event_of_another_log_carries_that_file(void **state)
{
    seed s[2];
    dx_report_attempt attempts[2];

    (void)state;
    seed_make(&s[0]);
    seed_make_plain(&s[1], DX_SUCCEEDED);
    s[1].of.path = DX_LIT("other.log");
    s[0].evidence[1].event = &s[1].event[1];
    attempts[0] = s[0].attempt;
    attempts[1] = s[1].attempt;
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = 2;
    char *json = json_of("ndjson", &s[0].report);
    assert_says(json, "\"file\":\"other.log\",\"member\":null,\"line\":415");
    free(json);
}

/* ---- against the schema, with a validator that we did not write ---- */

static void make_hostile(seed *s, char *big, size_t n)
{
    static const char evil[] = "\x1b[2J \"\\ \xE2\x80\xAE \xFF \xE2\x80\xA8 \x00 \xED\xA0\x80";
    const dx_str text = {evil, sizeof evil}, long_line = {big, n};

    seed_make(s);
    memset(big, 'x', n);
    big[n / 2] = '\xE2';
    s->event[0].text = long_line;
    s->event[1].text = s->event[2].text = s->event[1].signature = s->event[1].base = text;
    s->finding[0].title = s->finding[0].cause = s->finding[0].server = text;
    s->finding[0].diagnosis = s->finding[0].applies = s->rival[0].id = s->rival[0].title = text;
    s->fact[0].name = s->fact[0].value = s->dll[0].name = s->script[1].name = text;
    s->script[1].number = INT64_MIN;
    s->of.path = s->of.member = s->of.attempt.server = s->source.path = s->source.skipped = text;
    s->report.program_version = s->report.ruleset_version = s->report.store = text;
    s->report.now_us = DX_NO_TIME;
    s->source.bytes = UINT64_MAX;
    s->event[0].line = UINT32_MAX;
}

static void save(const char *format, const dx_report *r, const char *name)
{
    char path[64];
    dx_err err = {0};
    char *json = json_of(format, r);

    (void)snprintf(path, sizeof path, "%s.%s", name, format);
    assert_int_equal(dx_os_write_file(path, dx_str_of(json), &err), DX_OK);
    free(json);
}

static void save_both(const dx_report *r, const char *name)
{
    save("json", r, name);
    save("ndjson", r, name);
}

static int validate(const char *name)
{
    char command[512];

    (void)snprintf(command, sizeof command,
                   "python3 '" DX_SOURCE_DIR "/tests/support/validate.py' '" DX_SOURCE_DIR
                   "/docs/report.schema.json' %s.json %s.ndjson",
                   name, name);
    const int status = system(command);
    (void)snprintf(command, sizeof command, "%s.json", name);
    (void)remove(command);
    (void)snprintf(command, sizeof command, "%s.ndjson", name);
    (void)remove(command);
    return status;
}

static void assert_obeys_schema(const dx_report *r, const char *name)
{
    enum { SKIPPED = 77 << 8, NO_PYTHON = 127 << 8 };

    save_both(r, name);
    const int status = validate(name);
    if (status == SKIPPED || status == NO_PYTHON) {
        print_message("SKIPPED: %s was not validated, python3 with jsonschema 4 is missing\n",
                      name);
        skip();
    }
    assert_int_equal(status, 0);
}

static void test_finding_obeys_the_schema(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    assert_obeys_schema(&s.report, "dx_report_finding");
}

static void test_undecided_gaps_and_skipped_files_obey_the_schema(void **state)
{
    const dx_rival candidates[2] = {{DX_LIT("a"), DX_LIT("A"), DX_LIT("see a"), 40, DX_NONE},
                                    {DX_LIT("b"), DX_NONE, DX_NONE, 0, DX_NONE}};
    const struct dx_report_gap gap = {DX_LIT("x.slow"), DX_LIT("a.log"), 7, 2};
    const dx_str notes[1] = {DX_LIT("times have no zone")};
    seed s;
    const dx_event *events[1] = {&s.event[1]};

    (void)state;
    seed_make_undecided(&s, candidates, events);
    s.report.gaps = &gap;
    s.report.n_gaps = 1;
    s.source.skipped = DX_LIT("cut");
    s.source.damage = true;
    s.source.notes = notes;
    s.source.n_notes = 1;
    assert_obeys_schema(&s.report, "dx_report_undecided");
}

static void test_hostile_text_obeys_the_schema(void **state)
{
    const size_t n = 1u << 20;
    char *big = malloc(n);
    seed s;

    (void)state;
    assert_non_null(big);
    make_hostile(&s, big, n);
    save_both(&s.report, "dx_report_hostile");
    free(big);
    const int status = validate("dx_report_hostile");
    if (status == 77 << 8 || status == 127 << 8)
        skip();
    assert_int_equal(status, 0);
}

static void test_empty_report_obeys_the_schema(void **state)
{
    const dx_report empty = {.ruleset_us = DX_NO_TIME, .now_us = DX_NO_TIME};

    (void)state;
    assert_obeys_schema(&empty, "dx_report_empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_has_all_members_with_null_for_nothing),
        cmocka_unit_test(test_ndjson_is_one_object_per_line_with_a_kind),
        cmocka_unit_test(test_ndjson_is_handed_on_after_each_attempt),
        cmocka_unit_test(test_strings_are_escaped_or_repaired),
        cmocka_unit_test(test_a_field_name_stands_once),
        cmocka_unit_test(test_event_of_another_log_carries_that_file),
        cmocka_unit_test(test_finding_obeys_the_schema),
        cmocka_unit_test(test_undecided_gaps_and_skipped_files_obey_the_schema),
        cmocka_unit_test(test_hostile_text_obeys_the_schema),
        cmocka_unit_test(test_empty_report_obeys_the_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
