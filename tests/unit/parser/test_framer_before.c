/* What stands before the lines: quote marks, names of files, stamps. */
#include "tests/unit/parser/records.h"

#include "core/buf.h"

static void test_quotes_and_grep_prefixes_are_left_out(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "> L: one\n>\n> > two\n");
    CHECK(log, "L: one", "two");
    assert_note(&log, "quote marks (>) before the lines were left out");
    log = frame_text(f, "a.log:1:L: one\na.log:2:two\n");
    CHECK(log, "L: one", "two");
    assert_note(&log, "file names before the lines (as grep writes them) were left out");
}

static void test_stamps_before_a_stamped_format_give_the_times(void **state)
{
    framing *f = *state;
    const framed log = frame_text(
        f, "2001-05-18 10:00:00 L: one\n2001-05-18 10:00:01 Error two\n2001-05-18 10:00:02 \n");
    CHECK(log, "L: one", "Error two");
    assert_note(&log, "stamps before the lines were left out");
    char iso[32];
    dx_time_iso(log.rec[1].time_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:01Z");
    assert_str(log.attempt[0].zone, "assumed UTC");
}

#define TWO_STAMPS                                                                                 \
    PLAIN_FORMATS                                                                                  \
    "  - id: inner\n"                                                                              \
    "    detect: { line: '^\\[[0-9.]+ [0-9:]+\\] ' }\n"                                            \
    "    record: { stamp: '^\\[(?<date>[0-9.]+) (?<time>[0-9:]+)\\] (?:(?<level>E|I) )?' }\n"      \
    "    time: { layouts: ['%d.%m.%Y %H:%M:%S'] }\n"                                               \
    "    levels: { error: E, info: I }\n"

static void test_outer_stamps_tell_the_time_and_inner_ones_the_level(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, TWO_STAMPS);
    const framed log = frame_text(&f, "2001-05-18 10:00:00 INFO [18.05.2001 12:00:00] E broken\n"
                                      "2001-05-18 10:00:01 INFO [18.05.2001 12:00:01] I fine\n");
    CHECK(log, "broken", "fine");
    assert_int_equal(log.rec[0].level, DX_LEVEL_ERROR);
    assert_int_equal(log.rec[1].level, DX_LEVEL_INFO);
    char iso[32];
    dx_time_iso(log.rec[0].time_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:00Z");
    framing_end(&f);
}

#define EITHER_ORDER                                                                               \
    "setupdx: 1\n"                                                                                 \
    "formats:\n"                                                                                   \
    "  - id: x\n"                                                                                  \
    "    fallback: plain\n"                                                                        \
    "    record: { stamp: '^(?<date>\\S+) (?<time>[0-9:]+) ' }\n"                                  \
    "    time: { layouts: ['%m/%d/%Y %H:%M:%S', '%d/%m/%Y %H:%M:%S'] }\n"

static void test_the_head_of_a_log_settles_day_and_month_for_its_first_line(void **state)
{
    framing f;
    char iso[32];
    (void)state;
    framing_begin(&f, EITHER_ORDER);
    framed log = frame_text(&f, "01/02/2001 10:00:00 a\n20/02/2001 10:00:00 b\n");
    dx_time_iso(log.rec[0].time_us, iso);
    assert_string_equal(iso, "2001-02-01T10:00:00Z");
    assert_int_equal(log.n_notes, 1);
    assert_note(&log, "a date fits only one order of day and month: read as %d/%m/%Y %H:%M:%S");
    log = frame_text(&f, "01/02/2001 10:00:00 a\n05/05/2001 10:00:00 b\n");
    dx_time_iso(log.rec[0].time_us, iso);
    assert_string_equal(iso, "2001-01-02T10:00:00Z");
    assert_note(&log, "the order of day and month is not certain: read as %m/%d/%Y %H:%M:%S");
    framing_end(&f);
}

static void test_a_late_decision_is_told(void **state)
{
    framing f;
    dx_buf text = {0};
    (void)state;
    framing_begin(&f, EITHER_ORDER);
    for (int i = 0; i < 3000; i++)
        dx_buf_printf(&text, "01/02/2001 10:00:00 line %d\n", i);
    for (int i = 0; i < 3000; i++)
        dx_buf_printf(&text, "20/02/2001 10:00:00 line %d\n", i);
    const framed log = frame(&f, dx_buf_str(&text));
    assert_note(&log, "day and month could be told apart late in the log: earlier times may have "
                      "them exchanged");
    dx_buf_done(&text);
    framing_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        framing_test(test_quotes_and_grep_prefixes_are_left_out),
        framing_test(test_stamps_before_a_stamped_format_give_the_times),
        cmocka_unit_test(test_outer_stamps_tell_the_time_and_inner_ones_the_level),
        cmocka_unit_test(test_the_head_of_a_log_settles_day_and_month_for_its_first_line),
        cmocka_unit_test(test_a_late_decision_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
