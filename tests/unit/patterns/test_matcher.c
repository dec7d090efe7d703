#include "tests/unit/patterns/matching.h"

/* ---- events ---- */

static void test_an_event_tells_what_matched_and_where(void **state)
{
    bench *b = *state;
    const matched m = match_text(b, "Hello.\n\nIt said: setup COULD not\n  register C:\\x\\a.dll, "
                                    "code 0x00000012\nHelp.\n");
    assert_found(&m, "t.reg:3-4");
    const dx_event *e = &m.event[0];
    assert_str(e->text, "setup COULD not\nregister C:\\x\\a.dll, code 0x00000012");
    assert_int_equal(e->polarity, DX_FAILURE);
    assert_int_equal(e->seq, 3); /* the record's first line */
    assert_int_equal(e->attempt, 1);
    assert_int_equal(e->at, 9);
    assert_int_equal(e->offset, 8);
    assert_true(e->time_us == DX_NO_TIME);
    assert_int_equal(e->n_fields, 2);
    assert_field(e, "dll", "C:\\x\\a.dll");
    assert_int_equal(dx_event_field(e, DX_LIT("code"))->number, 0x12);
    assert_int_equal(e->base.n, 0);
}

static void test_the_first_refinement_that_fits_gives_the_name(void **state)
{
    bench *b = *state;
    matched m = match_text(b, "Setup could not register a.dll, code 0x0000007e\n");
    assert_found(&m, "t.reg-missing:1");
    assert_str(m.event[0].base, "t.reg");
    assert_int_equal(m.event[0].polarity, DX_FAILURE);
    m = match_text(b, "Setup could not register a.dll, code 0x00000005\n");
    assert_found(&m, "t.reg-denied:1");
    assert_int_equal(m.event[0].polarity, DX_HARMLESS);
    assert_finds(b, "Setup could not register a.dll, code 0x00000006\n", "t.reg:1");
    assert_finds(b, "Setup could not register a.dll\n", "t.reg:1");
}

static void test_what_lies_inside_another_failure_is_not_told_again(void **state)
{
    bench *b = *state;
    assert_finds(b, "Script file a.ins stopped at line 8 It was gone. Error code 0x00000002\n",
                 "t.script:1");
    assert_finds(b, "It stopped at line 8\n", "t.stopped:1");
    assert_finds(b, "Error code 0x00000002\n", "t.error-code:1");
    /* What is no failure is told all the same. */
    assert_finds(b, "Script file a.ins stopped at line 7\n", "t.script:1 t.mode:1");
}

static void test_a_general_failure_hides_no_other(void **state)
{
    bench *b = *state;
    assert_finds(b, "Everything broke: pump 7 leaks for good\n", "t.any:1 t.leak:1");
    /* A failure that says more hides it. */
    assert_finds(b, "Tank: everything broke: no pump here for good. Call us\n", "t.tank:1");
}

static void test_several_dialogs_in_one_paragraph_are_told_apart(void **state)
{
    bench *b = *state;
    assert_finds(b,
                 "Setup could not register a.dll, code 0x00000001 Setup could not register b.dll, "
                 "code 0x00000002\n"
                 "Script file a.ins stopped at line 8 It was gone. Error code 0x00000002 Script\n"
                 "file b.ins stopped at line 9 Nothing. Error code 0x00000003\n",
                 "t.reg:1 t.reg:1 t.script:2 t.script:2-3");
}

static void test_scope_and_status_keep_signatures_out(void **state)
{
    bench *b = *state;
    assert_finds(b, "then the rollback began\n", "");
    assert_finds(b, "10:00:00 then the rollback began\n", "t.only-logs:1");
}

static void test_a_signature_without_a_literal_is_tried_on_each_record(void **state)
{
    bench *b = *state;
    assert_finds(b, "E1234: no\n\nfine\n\nso E99: and E4321: it\n",
                 "t.no-literal:1 t.no-literal:5");
}

static void test_times_and_levels_of_the_record_travel_along(void **state)
{
    bench *b = *state;
    char iso[32];
    const matched m = match_text(
        b, "2001-05-18 10:00:00 INFO x\n2001-05-18 10:00:01 ERROR Error code 0x00000002\n");
    assert_found(&m, "t.error-code:2");
    dx_time_iso(m.event[0].time_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:01Z");
}

/* ---- where reading on ends ---- */

static void test_reading_on_ends_at_the_next_dialog(void **state)
{
    bench *b = *state;
    const matched m = match_text(b, "Script file a.ins stopped at line 8\n\nSetup could not "
                                    "register a.dll\n\nnothing more. Error code 0x00000002\n");
    assert_found(&m, "t.script:1 t.reg:3 t.error-code:5");
    assert_null(dx_event_field(&m.event[0], DX_LIT("reason")));
}

static void test_reading_on_ends_at_the_next_attempt(void **state)
{
    bench *b = *state;
    const matched m = match_text(b, "RUN 1\nScript file a.ins stopped at line 8\n"
                                    "RUN 2\nIt was gone.\n");
    assert_found(&m, "t.script:2");
    assert_null(dx_event_field(&m.event[0], DX_LIT("reason")));
    assert_int_equal(m.event[0].attempt, 1);
}

static void test_formats_whose_records_are_whole_are_not_joined(void **state)
{
    bench *b = *state;
    assert_finds(b, "LINES\nSetup could not\nregister a.dll\nSetup could not register b.dll\n",
                 "t.reg:4");
}

static void test_a_text_that_was_read_on_is_told_once(void **state)
{
    bench *b = *state;
    assert_finds(b,
                 "10:00:00 Script file a.ins\n10:00:01 stopped at line 8\n10:00:02 It was\n"
                 "10:00:03 gone. Error\n10:00:04 code 0x00000002\n"
                 "10:00:05 Error code 0x00000009\n",
                 "t.script:1-5 t.error-code:6");
}

static void test_each_log_begins_anew(void **state)
{
    bench *b = *state;
    for (int i = 0; i < 3; i++)
        assert_finds(b, "10:00:00 Script file a.ins\n10:00:01 stopped at line 8\n", "t.script:1-2");
}

/* The first few are looked through for what is sought in any format, the rest for their own. */
static void test_the_thousandth_record_is_read_like_the_first(void **state)
{
    bench *b = *state;
    for (int i = 0; i < 1000; i++) {
        assert_finds(b, "10:00:00 then the rollback began\n", "t.only-logs:1");
        assert_finds(b, "then the rollback began\n", "");
    }
}

static void test_advice_is_no_evidence(void **state)
{
    bench *b = *state;
    assert_finds(b,
                 "SYMPTOMS\n\nSetup could not register a.dll\n\nCAUSE\n\nSetup could not register "
                 "b.dll\n",
                 "t.reg:3");
}

/* ---- for authors ---- */

static void test_partial_tells_how_far_the_pieces_match(void **state)
{
    bench *b = *state;
    dx_span covered = {7, 7};
    const dx_signature *sig = dx_rulebook_signature(b->book, DX_LIT("t.script"));
    const dx_str text = DX_LIT("the Script file a.ins stopped at line 7 and nothing");
    assert_int_equal(dx_matcher_partial(sig, text, &covered), 2);
    assert_int_equal(covered.from, 4);
    assert_int_equal(dx_matcher_partial(sig, DX_LIT("Script file a.txt"), &covered), 0);
}

static void test_without_signatures_nothing_is_found(void **state)
{
    dx_yset set = {.newest_us = DX_NO_TIME};
    dx_faults faults = {0};
    dx_rulebook *book = NULL;
    dx_matcher *matcher = NULL;
    dx_err err = {0};
    dx_events out;
    dx_arena *arena = dx_arena_new(0);
    const dx_record rec = {.view = {DX_LIT("text"), &(dx_line_start){0, 1, false, false}, 1}};
    (void)state;
    assert_int_equal(dx_rulebook_new(&book, &set, &faults, &err), DX_OK);
    assert_int_equal(dx_matcher_new(&matcher, book, &err), DX_OK);
    dx_matcher_begin(matcher);
    assert_int_equal(dx_matcher_run(matcher, &rec, DX_LIT("x"), arena, &out, &err), DX_OK);
    assert_int_equal(out.n, 0);
    dx_matcher_free(matcher);
    dx_matcher_free(NULL);
    dx_rulebook_free(book);
    dx_arena_free(arena);
}

static void test_much_searching_for_little_is_told(void **state)
{
    (void)state;
    const uint64_t mega = 1 << 20;
    const dx_effort usual = {.searches = 100000, .bytes = 15 * mega};
    const dx_effort vain = {.searches = 100000, .found = 9000, .bytes = 120 * mega};
    const dx_effort fruitful = {.searches = 100000, .found = 90000, .bytes = 120 * mega};

    assert_int_equal(dx_effort_vain(&usual, 10 * mega), 0);
    assert_int_equal(dx_effort_vain(&usual, mega / 2), 30);
    assert_int_equal(dx_effort_vain(&vain, 10 * mega), 12);
    assert_int_equal(dx_effort_vain(&vain, 100 * mega), 0);
    assert_int_equal(dx_effort_vain(&fruitful, 10 * mega), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        matcher_test(test_an_event_tells_what_matched_and_where),
        matcher_test(test_the_first_refinement_that_fits_gives_the_name),
        matcher_test(test_a_general_failure_hides_no_other),
        matcher_test(test_what_lies_inside_another_failure_is_not_told_again),
        matcher_test(test_several_dialogs_in_one_paragraph_are_told_apart),
        matcher_test(test_scope_and_status_keep_signatures_out),
        matcher_test(test_a_signature_without_a_literal_is_tried_on_each_record),
        matcher_test(test_times_and_levels_of_the_record_travel_along),
        matcher_test(test_reading_on_ends_at_the_next_dialog),
        matcher_test(test_reading_on_ends_at_the_next_attempt),
        matcher_test(test_formats_whose_records_are_whole_are_not_joined),
        matcher_test(test_a_text_that_was_read_on_is_told_once),
        matcher_test(test_each_log_begins_anew),
        matcher_test(test_the_thousandth_record_is_read_like_the_first),
        matcher_test(test_advice_is_no_evidence),
        matcher_test(test_partial_tells_how_far_the_pieces_match),
        cmocka_unit_test(test_without_signatures_nothing_is_found),
        cmocka_unit_test(test_much_searching_for_little_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
