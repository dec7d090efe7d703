#include "tests/unit/parser/runs.h"

static void assert_fact(const dx_attempt *a, const char *name, const char *value)
{
    assert_str(dx_attempt_fact(a, name), value);
}

static void test_a_log_without_markers_is_one_attempt(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "some text\n\nmore\n");
    assert_int_equal(log.n_attempts, 1);
    assert_int_equal(log.attempt[0].ordinal, 1);
    assert_int_equal(log.attempt[0].outcome, DX_UNDECIDED);
    assert_false(log.attempt[0].opened);
    assert_str(log.attempt[0].server, "unknown");
    assert_str(log.attempt[0].format, "dialogs");
    assert_str(log.attempt[0].zone, "none");
    assert_int_equal(log.attempt[0].first_line, 1);
    assert_int_equal(log.attempt[0].last_line, 3);
    log = frame_text(f, "");
    assert_int_equal(log.n, 0);
    assert_int_equal(log.n_attempts, 1);
    assert_int_equal(log.attempt[0].trail.records, 0);
}

static void test_markers_begin_and_end_attempts(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "BEGIN acme\na\nEND 0\nBEGIN bolt\nb\nEND 1603\n");
    assert_int_equal(log.n_attempts, 2);
    for (size_t i = 0; i < log.n; i++)
        assert_int_equal(log.rec[i].attempt, i < 3 ? 1 : 2);
    assert_int_equal(log.attempt[0].outcome, DX_SUCCEEDED);
    assert_str(log.attempt[0].code, "0");
    assert_fact(&log.attempt[0], "product", "acme");
    assert_fact(&log.attempt[0], "code", "0");
    assert_true(log.attempt[0].opened);
    assert_true(log.attempt[0].closed);
    assert_int_equal(log.attempt[1].ordinal, 2);
    assert_int_equal(log.attempt[1].outcome, DX_FAILED);
    assert_int_equal(log.attempt[1].outcome_line, 6);
    assert_str(log.attempt[1].outcome_text, "END 1603");
    assert_int_equal(log.attempt[1].first_line, 4);
    assert_int_equal(log.attempt[1].last_line, 6);
    assert_int_equal(log.attempt[1].first_seq, 4);
    assert_int_equal(log.attempt[1].last_seq, 6);
    assert_int_equal(log.attempt[1].first_offset, 19);
}

static void test_codes_say_how_it_ended(void **state)
{
    static const struct {
        const char *end;
        dx_outcome is;
    } list[] = {{"END 0", DX_SUCCEEDED},       {"END 3010", DX_SUCCEEDED},
                {"END 1602", DX_CANCELLED},    {"END 1603", DX_FAILED},
                {"END 00", DX_FAILED},         {"END", DX_UNDECIDED},
                {"RESULT good", DX_SUCCEEDED}, {"RESULT bad", DX_FAILED}};
    framing *f = *state;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        char text[80];
        snprintf(text, sizeof text, "BEGIN\n%s\nEND\n", list[i].end);
        const framed log = frame_text(f, text);
        assert_int_equal(log.n_attempts, 1);
        assert_int_equal(log.attempt[0].outcome, list[i].is);
    }
}

static void test_the_last_outcome_counts_unless_one_is_final(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "BEGIN\nRESULT bad\nRESULT good\nEND\n");
    assert_int_equal(log.attempt[0].outcome, DX_SUCCEEDED);
    assert_int_equal(log.attempt[0].outcome_line, 3);
    log = frame_text(f, "BEGIN\nFINAL bad\nRESULT good\nEND 0\n");
    assert_int_equal(log.attempt[0].outcome, DX_FAILED);
    assert_int_equal(log.attempt[0].outcome_line, 2);
    assert_str(log.attempt[0].outcome_text, "FINAL bad");
    log = frame_text(f, "BEGIN\nFINAL bad\nEND\nBEGIN\nRESULT good\nEND\n");
    assert_int_equal(log.attempt[1].outcome, DX_SUCCEEDED);
}

static void test_an_attempt_that_does_not_end_is_cut_off(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "BEGIN\na\nBEGIN\nb\nEND 0\n");
    assert_int_equal(log.n_attempts, 2);
    assert_int_equal(log.attempt[0].outcome, DX_CUT_OFF);
    assert_str(log.attempt[0].outcome_text, "the log stops before the end of this attempt");
    assert_int_equal(log.attempt[0].outcome_line, 0);
    assert_int_equal(log.attempt[1].outcome, DX_SUCCEEDED);
    log = frame_text(f, "BEGIN\nRESULT bad\n"); /* it said how it ended */
    assert_int_equal(log.attempt[0].outcome, DX_FAILED);
    log = frame_text(f, "BEGIN\nDUNNO\n"); /* it said that it does not know */
    assert_int_equal(log.attempt[0].outcome, DX_UNDECIDED);
}

#define UNCLOSED                                                                                   \
    PLAIN_FORMATS                                                                                  \
    "  - id: u\n"                                                                                  \
    "    detect: { line: '^U' }\n"                                                                 \
    "    attempts: { starts: '^U', unclosed: succeeded }\n"

static void test_a_format_may_say_what_silence_means(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, UNCLOSED);
    const framed log = frame_text(&f, "U\na\nU\n");
    assert_int_equal(log.n_attempts, 2);
    assert_int_equal(log.attempt[1].outcome, DX_SUCCEEDED);
    assert_str(log.attempt[1].outcome_text, "the log does not say how this attempt ended");
    framing_end(&f);
}

static void test_what_stands_before_the_first_start_belongs_to_it_when_it_is_preamble(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "# header\n-----\nBEGIN\nEND 0\n");
    assert_int_equal(log.n_attempts, 1);
    assert_int_equal(log.attempt[0].first_line, 1);
    log = frame_text(f, "the end of an older run\nPhase: last\nBEGIN\nEND 0\n");
    assert_int_equal(log.n_attempts, 2);
    assert_false(log.attempt[0].opened);
    assert_int_equal(log.attempt[0].outcome, DX_UNDECIDED);
    assert_int_equal(log.attempt[1].first_line, 3);
    log = frame_text(f, "# header\nBEGIN\n# no preamble any more\nBEGIN\n");
    assert_int_equal(log.n_attempts, 2);
}

static void test_a_note_above_the_first_start_belongs_to_it(void **state)
{
    framing *f = *state;
    dx_buf text = {0};
    framed log = frame_text(f, "Hello,\nit failed again.\n\nBEGIN acme\nEND 1603\n");
    assert_int_equal(log.n_attempts, 1);
    assert_true(log.attempt[0].opened);
    assert_fact(&log.attempt[0], "product", "acme");
    for (size_t i = 0; i < 41; i++)
        dx_buf_add(&text, DX_LIT("something long\n"));
    dx_buf_add(&text, DX_LIT("BEGIN acme\nEND 1603\n"));
    dx_buf_char(&text, 0);
    log = frame_text(f, text.p);
    assert_int_equal(log.n_attempts, 2);
    dx_buf_done(&text);
}

static void test_what_a_rule_knows_is_no_note(void **state)
{
    framing *f = *state;
    dx_record rec;
    dx_err err = {0};
    const dx_attempt *attempts;
    framing_open(f, DX_LIT("Hello,\nit failed again.\nBEGIN acme\nEND 1603\n"));
    assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_OK);
    dx_framer_told(f->framer, &rec);
    while (dx_framer_next(f->framer, &rec, &err) == DX_OK) {
    }
    assert_int_equal(dx_framer_attempts(f->framer, &attempts), 2);
}

static void test_children_run_inside_and_return_to_their_parent(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "BEGIN outer\na\nCHILD inner\nb\nCHILD deep\nEND 0\nc\nEND "
                               "1603\nd\nEND 0\ne\n");
    static const uint32_t belongs[] = {1, 1, 2, 2, 3, 3, 2, 2, 1, 1, 1};
    assert_int_equal(log.n_attempts, 3);
    assert_int_equal(log.n, 11);
    for (size_t i = 0; i < log.n; i++)
        assert_int_equal(log.rec[i].attempt, belongs[i]);
    assert_int_equal(log.attempt[0].parent, 0);
    assert_int_equal(log.attempt[1].parent, 1);
    assert_int_equal(log.attempt[2].parent, 2);
    assert_int_equal(log.attempt[0].outcome, DX_SUCCEEDED);
    assert_int_equal(log.attempt[1].outcome, DX_FAILED);
    assert_int_equal(log.attempt[2].outcome, DX_SUCCEEDED);
    log = frame_text(f, "BEGIN\nEND 0\nCHILD\nEND 0\n"); /* nothing is open: it stands alone */
    assert_int_equal(log.n_attempts, 2);
    assert_int_equal(log.attempt[1].parent, 0);
}

static void test_a_new_beginning_ends_all_open_children(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "BEGIN\nCHILD\na\nBEGIN\nEND 0\nEND 0\n");
    assert_int_equal(log.n_attempts, 3);
    assert_int_equal(log.attempt[0].outcome, DX_CUT_OFF);
    assert_int_equal(log.attempt[1].outcome, DX_CUT_OFF);
    assert_int_equal(log.attempt[2].parent, 0);
    assert_int_equal(log.rec[5].attempt, 3);
}

#define SESSIONS                                                                                   \
    PLAIN_FORMATS                                                                                  \
    "  - id: sessions\n"                                                                           \
    "    product: the service of old\n"                                                            \
    "    detect: { line: '^service starts' }\n"                                                    \
    "    attempts:\n"                                                                              \
    "      starts:\n"                                                                              \
    "        - { line: '^(?<product>service) starts', id: product, alone: true }\n"                \
    "        - { line: '^session (?<session>\\d+) starts', id: session, child: true }\n"           \
    "      ends:\n"                                                                                \
    "        - { line: '^session (?<session>\\d+) ends (?<code>\\d+)', id: session, is: by code, " \
    "good: '0' }\n"                                                                                \
    "        - { line: '^(?<product>service) ends', id: product, is: succeeded, weak: true, "      \
    "set: { result: orderly } }\n"

static void assert_outcomes(const framed *log, const dx_outcome *wanted, size_t n)
{
    assert_int_equal(log->n_attempts, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(log->attempt[i].outcome, wanted[i]);
}

static void test_a_code_is_read_with_all_its_digits(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, SESSIONS);
    const framed log = frame_text(&f, "service starts\n"
                                      "session 1 starts\nsession 1 ends 0x80070005\n"
                                      "session 2 starts\nsession 2 ends 0, as it should\n"
                                      "session 3 starts\nsession 3 ends 0x00000000\n"
                                      "service ends\n");
    assert_outcomes(&log, (dx_outcome[]){DX_SUCCEEDED, DX_FAILED, DX_SUCCEEDED, DX_SUCCEEDED}, 4);
    framing_end(&f);
}

static void test_an_end_that_names_its_attempt_ends_that_one(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, SESSIONS);
    const framed log = frame_text(&f, "service starts\nsession 1 starts\na\nsession 2 starts\nb\n"
                                      "session 1 ends 0\nsession 2 ends 5\nc\nservice ends\n");
    assert_outcomes(&log, (dx_outcome[]){DX_SUCCEEDED, DX_SUCCEEDED, DX_FAILED}, 3);
    assert_int_equal(log.rec[5].attempt, 2);
    assert_int_equal(log.rec[6].attempt, 3);
    assert_int_equal(log.attempt[2].parent, 2);
    assert_int_equal(log.rec[8].attempt, 1);
    assert_fact(&log.attempt[0], "result", "orderly");
    framing_end(&f);
}

static void test_an_end_without_its_beginning_ends_none(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, SESSIONS);
    const framed log = frame_text(&f, "service starts\nsession 7 ends 5\nsession 1 starts\n"
                                      "session 1 ends 0\nservice ends\n");
    assert_outcomes(&log, (dx_outcome[]){DX_FAILED, DX_SUCCEEDED}, 2);
    assert_int_equal(log.attempt[1].parent, 1);
    assert_true(log.attempt[0].closed);
    framing_end(&f);
}

static void test_the_end_of_the_outer_attempt_leaves_its_children_behind(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, SESSIONS);
    const framed log = frame_text(&f, "service starts\nsession 1 starts\na\nservice ends\nb\n"
                                      "service starts\nservice starts\nservice ends\n");
    assert_outcomes(&log, (dx_outcome[]){DX_SUCCEEDED, DX_CUT_OFF, DX_SUCCEEDED}, 3);
    assert_int_equal(log.rec[4].attempt, 1);
    assert_fact(&log.attempt[0], "product", "service");
    assert_fact(&log.attempt[1], "product", "the service of old");
    assert_int_equal(log.attempt[2].first_line, 6);
    framing_end(&f);
}

/* A package manager is not what was installed: whoever writes to people is told. */
static void test_the_product_of_a_tool_is_said_to_be_one(void **state)
{
    static const struct {
        const char *yaml, *product, *how;
    } some[] = {{PLAIN_FORMATS "  - { id: t, product: apt, tool: true, detect: { line: '^apt' },\n"
                               "      attempts: { starts: ['^apt install (?<package>.+)'] } }\n",
                 "apt", DX_HOW_TOOL},
                {PLAIN_FORMATS "  - { id: t, product: SQL Server, detect: { line: '^apt' },\n"
                               "      attempts: { starts: ['^apt install (?<package>.+)'] } }\n",
                 "SQL Server", "format"},
                {PLAIN_FORMATS "  - { id: t, product: apt, tool: true, detect: { line: '^apt' },\n"
                               "      attempts: { starts: ['^apt install (?<product>.+)'] } }\n",
                 "acme", "log"}};

    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        framing f;
        framing_begin(&f, some[i].yaml);
        const framed log = frame_text(&f, "apt install acme\na\n");
        for (size_t k = 0; k < log.attempt[0].n_facts; k++) {
            const dx_fact *fact = &log.attempt[0].facts[k];
            const bool product = dx_str_eq(fact->name, DX_LIT("product"));
            assert_str(fact->how, product ? some[i].how : "log");
        }
        assert_fact(&log.attempt[0], "product", some[i].product);
        framing_end(&f);
    }
}

static void test_facts_keep_the_first_value_or_the_last(void **state)
{
    framing *f = *state;
    f->path = DX_LIT("logs/run-pro.log");
    const framed log = frame_text(
        f, "BEGIN acme\nUser: one\nPhase: copy\nUser: two\nPhase: register\nUser:  \nEND 0\n");
    const dx_attempt *a = &log.attempt[0];
    assert_fact(a, "user", "one");
    assert_fact(a, "phase", "register");
    assert_fact(a, "edition", "pro");
    for (size_t i = 0; i < a->n_facts; i++) {
        if (dx_str_eq(a->facts[i].name, DX_LIT("phase")))
            assert_int_equal(a->facts[i].line, 5);
        if (dx_str_eq(a->facts[i].name, DX_LIT("edition"))) {
            assert_int_equal(a->facts[i].line, 0);
            assert_str(a->facts[i].how, "file name");
        } else {
            assert_str(a->facts[i].how, "log");
        }
    }
    assert_int_equal(dx_attempt_fact(a, "nothing").n, 0);
}

static void test_long_facts_and_outcomes_are_cut_between_characters(void **state)
{
    framing *f = *state;
    char text[1200] = "BEGIN\nUser: x";
    for (size_t i = 0; i < 250; i++)
        strcat(text, "\xC3\xA4");
    strcat(text, "\nRESULT bad");
    for (size_t i = 0; i < 200; i++)
        strcat(text, "\xC3\xA4");
    const framed log = frame_text(f, text);
    assert_int_equal(dx_attempt_fact(&log.attempt[0], "user").n, 399);
    assert_int_equal(log.attempt[0].outcome_text.n, 300);
}

static void test_levels_and_times_are_summed_up(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, PLAIN_FORMATS);
    const framed log = frame_text(&f, "2001-05-18 10:00:01 ERROR one\n"
                                      "2001-05-18 10:00:00 WARN two\n"
                                      "2001-05-18 10:00:12 ERROR three\n"
                                      "2001-05-18 10:00:09 INFO four\n");
    const dx_attempt *a = &log.attempt[0];
    char iso[32];
    assert_int_equal(a->errors, 2);
    assert_int_equal(a->warnings, 1);
    dx_time_iso(a->began_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:01Z");
    dx_time_iso(a->ended_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:09Z");
    assert_str(a->zone, "assumed UTC");
    framing_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_product_of_a_tool_is_said_to_be_one),
        runs_test(test_a_log_without_markers_is_one_attempt),
        runs_test(test_markers_begin_and_end_attempts),
        runs_test(test_codes_say_how_it_ended),
        runs_test(test_the_last_outcome_counts_unless_one_is_final),
        runs_test(test_an_attempt_that_does_not_end_is_cut_off),
        cmocka_unit_test(test_a_format_may_say_what_silence_means),
        runs_test(test_what_stands_before_the_first_start_belongs_to_it_when_it_is_preamble),
        runs_test(test_a_note_above_the_first_start_belongs_to_it),
        runs_test(test_what_a_rule_knows_is_no_note),
        runs_test(test_children_run_inside_and_return_to_their_parent),
        runs_test(test_a_new_beginning_ends_all_open_children),
        cmocka_unit_test(test_a_code_is_read_with_all_its_digits),
        cmocka_unit_test(test_an_end_that_names_its_attempt_ends_that_one),
        cmocka_unit_test(test_an_end_without_its_beginning_ends_none),
        cmocka_unit_test(test_the_end_of_the_outer_attempt_leaves_its_children_behind),
        runs_test(test_facts_keep_the_first_value_or_the_last),
        runs_test(test_long_facts_and_outcomes_are_cut_between_characters),
        cmocka_unit_test(test_levels_and_times_are_summed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
