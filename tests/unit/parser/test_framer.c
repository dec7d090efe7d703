#include "tests/unit/parser/framing.h"

#include <stdlib.h>

#include "core/buf.h"
#include "core/utf.h"
#include "parser/stream.h"

#define FORMATS                                                                                    \
    PLAIN_FORMATS                                                                                  \
    "  - id: by-start\n"                                                                           \
    "    detect: { line: '^S:' }\n"                                                                \
    "    record: { starts: '^S:' }\n"                                                              \
    "  - id: by-continuation\n"                                                                    \
    "    detect: { line: '^C:' }\n"                                                                \
    "    record: { continues: '^ ' }\n"                                                            \
    "  - id: by-line\n"                                                                            \
    "    detect: { line: '^L:' }\n"                                                                \
    "    level-lines: { error: 'Error', warning: 'Warning' }\n"                                    \
    "  - id: crlf\n"                                                                               \
    "    detect: { line: '^R:' }\n"                                                                \
    "    line-ends: crlf\n"                                                                        \
    "  - id: traced\n"                                                                             \
    "    detect: { line: '^<!\\[LOG\\[' }\n"                                                       \
    "    record:\n"                                                                                \
    "      starts: '^<!\\[LOG\\['\n"                                                               \
    "      stamp: '^<!\\[LOG\\['\n"                                                                \
    "      tail: '\\]LOG\\]!><time=\"(?<time>[^\"]*)\" date=\"(?<date>[^\"]*)\" "                  \
    "component=\"(?<component>[^\"]*)\" type=\"(?<level>\\d)\">\\s*$'\n"                           \
    "    time: { layouts: ['%m-%d-%Y %H:%M:%S.%f'] }\n"                                            \
    "    levels: { error: '3', warning: '2', info: '1' }\n"                                        \
    "  - id: article\n"                                                                            \
    "    detect: { line: '^SYMPTOMS$' }\n"                                                         \
    "    record: { paragraphs: true, joins: true }\n"                                              \
    "    advice: { from: '^(?:CAUSE|RESOLUTION)$', until: '^SYMPTOMS$' }\n"                        \
    "  - id: marked\n"                                                                             \
    "    detect: { line: '^BEGIN' }\n"                                                             \
    "    record: { joins: true }\n"                                                                \
    "    attempts: { starts: '^BEGIN' }\n"

static void assert_records(const framed *log, const char *const *views, size_t n)
{
    assert_int_equal(log->n, n);
    for (size_t i = 0; i < n; i++)
        assert_str(log->rec[i].view.text, views[i]);
}

#define CHECK(log, ...)                                                                            \
    do {                                                                                           \
        static const char *const views_[] = {__VA_ARGS__};                                         \
        assert_records(&(log), views_, sizeof views_ / sizeof *views_);                            \
    } while (0)

/* ---- what a record is ---- */

static void test_records_begin_where_the_format_says(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    framed log = frame_text(&f, "S: one\nmore\n\nand more\nS: two\n");
    CHECK(log, "S: one more\nand more", "S: two");
    assert_int_equal(log.rec[0].n_lines, 4);
    assert_int_equal(log.rec[1].line, 5);
    log = frame_text(&f, "C: one\n  more\nC: two\nC: three\n x\n");
    CHECK(log, "C: one more", "C: two", "C: three x");
    log = frame_text(&f, "L: one\n  two\n\nthree");
    CHECK(log, "L: one", "two", "three");
    assert_int_equal(log.rec[2].line, 4);
    assert_int_equal(log.rec[2].seq, log.rec[2].line);
    log = frame_text(&f, "10:00:00 one\n  more\n10:00:01 two\n");
    CHECK(log, "one more", "two");
    log = frame_text(&f, "one\nmore\n\n\ntwo\n");
    CHECK(log, "one more", "two");
    framing_end(&f);
}

static void test_a_record_knows_its_text_and_place(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log = frame_text(&f, "2001-05-18 10:00:00 INFO one\r\n"
                                      "  more   words\r\n"
                                      "2001-05-18 10:00:01 ERROR two\r\n");
    assert_int_equal(log.n, 2);
    assert_str(log.rec[0].text, "one\n  more   words");
    assert_int_equal(log.rec[0].offset, 0);
    assert_int_equal(log.rec[0].level, DX_LEVEL_INFO);
    assert_int_equal(log.rec[0].view.n_starts, 2);
    assert_int_equal(log.rec[0].view.start[1].line, 2);
    assert_int_equal(log.rec[1].offset, 46);
    assert_int_equal(log.rec[1].line, 3);
    assert_int_equal(log.rec[1].level, DX_LEVEL_ERROR);
    char iso[32];
    dx_time_iso(log.rec[1].time_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:01Z");
    assert_str(dx_framer_format(f.framer), "log");
    assert_string_equal(dx_framer_encoding(f.framer), "utf-8");
    assert_int_equal(dx_framer_lines(f.framer), 3);
    assert_int_equal(dx_framer_bytes(f.framer), 77);
    assert_int_equal(dx_framer_bad_bytes(f.framer), 0);
    framing_end(&f);
}

static void test_an_opener_begins_a_new_paragraph(void **state)
{
    static const dx_str openers[] = {{"self registration", 17}, {"processing file", 15}};
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    f.options.openers = openers;
    f.options.n_openers = 2;
    const framed log = frame_text(&f, "I see:\n\"Self registration of x\nfailed.\n"
                                      " * Processing file y\nstopped\n\nprocessing of files\n");
    CHECK(log, "I see:", "\"Self registration of x failed.", "* Processing file y stopped",
          "processing of files");
    framing_end(&f);
}

static void test_levels_may_stand_in_the_text(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log = frame_text(&f, "L: fine\nL: Error 5\nL: Warning 6\n");
    assert_int_equal(log.rec[0].level, DX_LEVEL_NONE);
    assert_int_equal(log.rec[1].level, DX_LEVEL_ERROR);
    assert_int_equal(log.rec[2].level, DX_LEVEL_WARNING);
    framing_end(&f);
}

static void test_a_tail_is_cut_and_read(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log =
        frame_text(&f, "<![LOG[first\nsecond line]LOG]!><time=\"10:00:00.500\" date=\"05-18-2001\" "
                       "component=\"setup\" type=\"3\">\n<![LOG[other]LOG]!><time=\"10:00:01.000\" "
                       "date=\"05-18-2001\" component=\"\" type=\"1\">\n<![LOG[cut in the mid");
    CHECK(log, "first second line", "other", "cut in the mid");
    assert_str(log.rec[0].component, "setup");
    assert_int_equal(log.rec[0].level, DX_LEVEL_ERROR);
    char iso[32];
    dx_time_iso(log.rec[0].time_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:00.500000Z");
    assert_int_equal(log.rec[1].component.n, 0);
    assert_int_equal(log.rec[2].level, DX_LEVEL_NONE);
    assert_true(log.rec[2].time_us == DX_NO_TIME);
    framing_end(&f);
}

/* ---- line ends and strange bytes ---- */

static void test_a_bare_lf_stays_inside_a_record_of_a_crlf_log(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    framed log = frame_text(&f, "R: one\nstill one\r\nR: two\r\nthree\r\n");
    CHECK(log, "R: one still one", "R: two", "three");
    log = frame_text(&f, "R: one\nR: two\nR: three\r\nR: four\n"); /* mostly LF */
    CHECK(log, "R: one", "R: two", "R: three", "R: four");
    framing_end(&f);
}

static void test_cr_alone_ends_lines_where_there_is_no_lf(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log = frame_text(&f, "L: one\rtwo\r\rthree");
    CHECK(log, "L: one", "two", "three");
    assert_int_equal(log.rec[2].line, 4);
    framing_end(&f);
}

static void test_nuls_are_blanks_to_read_and_told(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log = frame(&f, DX_LIT("L: a\0b\nL: c\0\0\n"));
    CHECK(log, "L: a b", "L: c");
    assert_str(log.rec[0].text, "L: a\xE2\x90\x80"
                                "b");
    assert_note(&log, "3 NUL characters are shown as U+2400");
    framing_end(&f);
}

static void test_bytes_that_mean_nothing_are_replaced_and_told(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    f.options.encoding = "utf-8";
    const framed log = frame(&f, DX_LIT("L: a\xFF\xFE!\n"));
    CHECK(log, "L: a\xEF\xBF\xBD\xEF\xBF\xBD!");
    assert_int_equal(dx_framer_bad_bytes(f.framer), 2);
    assert_note(&log, "2 bytes are not valid utf-8 and were replaced");
    framing_end(&f);
}

static void test_the_digest_is_of_the_text_whatever_its_line_ends(void **state)
{
    static const char *const same[] = {"L: a\nb\n", "L: a\r\nb\r\n", "L: a\rb\r", "L: a\nb"};
    framing f;
    dx_hash128 first = {0};
    (void)state;
    framing_begin(&f, FORMATS);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        frame_text(&f, same[i]);
        const dx_hash128 now = dx_framer_digest(f.framer);
        if (i == 0)
            first = now;
        assert_true(dx_hash_eq(first, now));
    }
    frame_text(&f, "L: a\nc\n");
    assert_false(dx_hash_eq(first, dx_framer_digest(f.framer)));
    framing_end(&f);
}

/* ---- what stands before the lines ---- */

static void test_quotes_and_grep_prefixes_are_left_out(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    framed log = frame_text(&f, "> L: one\n>\n> > two\n");
    CHECK(log, "L: one", "two");
    assert_note(&log, "quote marks (>) before the lines were left out");
    log = frame_text(&f, "a.log:1:L: one\na.log:2:two\n");
    CHECK(log, "L: one", "two");
    assert_note(&log, "file names before the lines (as grep writes them) were left out");
    framing_end(&f);
}

static void test_stamps_before_a_stamped_format_give_the_times(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log = frame_text(
        &f, "2001-05-18 10:00:00 L: one\n2001-05-18 10:00:01 Error two\n2001-05-18 10:00:02 \n");
    CHECK(log, "L: one", "Error two");
    assert_note(&log, "stamps before the lines were left out");
    char iso[32];
    dx_time_iso(log.rec[1].time_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:01Z");
    assert_str(log.attempt[0].zone, "assumed UTC");
    framing_end(&f);
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

/* ---- advice ---- */

static void test_advice_is_marked_until_the_symptoms_come_back(void **state)
{
    static const bool wanted[] = {false, false, true, true, false, false};
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log = frame_text(&f, "SYMPTOMS\n\nIt fails.\n\nCAUSE\n\nNobody "
                                      "knows.\n\nSYMPTOMS\n\nIt fails again.\n");
    assert_int_equal(log.n, 6);
    for (size_t i = 0; i < log.n; i++)
        assert_int_equal(log.rec[i].advice, wanted[i]);
    assert_note(&log, "passages of advice (cause, resolution) were not taken as evidence");
    framing_end(&f);
}

/* ---- long things ---- */

static char *many(size_t n, char c)
{
    char *p = malloc(n);
    assert_non_null(p);
    memset(p, c, n);
    return p;
}

static void test_a_line_over_1_mib_is_read_in_parts_and_keeps_line_numbers(void **state)
{
    const size_t n = (5u << 20) + 100;
    framing f;
    char *text = many(n, 'x');
    uint64_t bytes = 0;
    (void)state;
    memcpy(text, "L: a\nL: b\n", 10);
    memcpy(text + n - 8, "\nL: end\n", 8);
    framing_begin(&f, FORMATS);
    const framed log = frame(&f, (dx_str){text, n});
    assert_int_equal(log.n, 2 + 6 + 1);
    assert_int_equal(log.rec[0].line, 1);
    assert_int_equal(log.rec[1].line, 2); /* the long line behind it is not its own */
    for (size_t i = 2; i < log.n - 1; i++) {
        assert_int_equal(log.rec[i].line, 3);
        bytes += log.rec[i].text.n;
    }
    assert_int_equal(bytes, n - 18);
    assert_int_equal(log.rec[log.n - 1].line, 4);
    assert_str(log.rec[log.n - 1].view.text, "L: end");
    assert_int_equal(dx_framer_lines(f.framer), 4);
    assert_note(&log, "lines longer than 1 MiB were read in parts");
    framing_end(&f);
    free(text);
}

static void test_a_record_of_many_lines_is_cut_at_1_mib(void **state)
{
    enum { LINES = 60000 };
    framing f;
    dx_buf text = {0};
    uint32_t lines = 0;
    (void)state;
    framing_begin(&f, FORMATS);
    dx_buf_add(&text, DX_LIT("S: begin\n"));
    for (int i = 1; i < LINES; i++)
        dx_buf_printf(&text, "the line with number %d of one record\n", i);
    const framed log = frame(&f, dx_buf_str(&text));
    assert_int_equal(log.n, 3);
    for (size_t i = 0; i < log.n; i++) {
        assert_in_range(log.rec[i].text.n, 1, (1 << 20) + 100);
        assert_int_equal(log.rec[i].line, lines + 1);
        lines += log.rec[i].n_lines;
    }
    assert_int_equal(lines, LINES);
    assert_int_equal(log.n_notes, 0);
    dx_buf_done(&text);
    framing_end(&f);
}

static void test_a_paragraph_is_cut_after_40_lines_without_a_note(void **state)
{
    framing f;
    dx_buf text = {0};
    (void)state;
    framing_begin(&f, FORMATS);
    for (int i = 0; i < 100; i++)
        dx_buf_printf(&text, "word%d\n", i);
    const framed log = frame(&f, dx_buf_str(&text));
    assert_int_equal(log.n, 3);
    assert_int_equal(log.rec[0].n_lines, 40);
    assert_int_equal(log.rec[2].line, 81);
    assert_int_equal(log.n_notes, 0);
    dx_buf_done(&text);
    framing_end(&f);
}

/* Nothing grows with the line: what is in memory are some MiB. */
static void test_a_line_of_100_mb_is_read_to_its_end(void **state)
{
    const size_t n = 100u * 1000 * 1000;
    framing f;
    dx_record rec;
    dx_err err = {0};
    dx_rc rc;
    char *text = many(n, 'z');
    size_t bytes = 0, records = 0;
    (void)state;
    memcpy(text, "L: ", 3);
    text[n - 1] = '\n';
    framing_begin(&f, FORMATS);
    framing_open(&f, (dx_str){text, n});
    while ((rc = dx_framer_next(f.framer, &rec, &err)) == DX_OK) {
        assert_int_equal(rec.line, 1);
        bytes += rec.text.n;
        records++;
    }
    assert_int_equal(rc, DX_END);
    assert_int_equal(bytes, n - 1);
    assert_int_equal(records, 96);
    assert_int_equal(dx_framer_lines(f.framer), 1);
    framing_end(&f);
    free(text);
}

/* ---- other readings ---- */

/* The first record's reading, or "-" when there is none. */
static dx_str reading(framing *f, const char *text, dx_join join)
{
    dx_record rec;
    dx_err err = {0};
    dx_view view;
    framing_open(f, dx_str_of(text));
    assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_OK);
    if (!rec.other(&rec, join, f->arena, &view))
        return DX_LIT("-");
    assert_true(view.n_starts > 0);
    return view.text;
}

static void test_a_record_can_be_read_with_its_full_lines_glued(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const char *cut = "The file could not b\ne found, please look\n for another one\n";
    assert_str(reading(&f, cut, DX_JOIN_TIGHT), "The file could not be found, please look for "
                                                "another one");
    assert_str(reading(&f, "no line\nhere is\nthat wide\n", DX_JOIN_TIGHT), "-");
    assert_str(reading(&f, "one line only\n", DX_JOIN_TIGHT), "-");
    framing_end(&f);
}

static void test_a_record_can_be_read_with_what_follows(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const char *text = "one\ntwo\n\nthree\n\nfour\n";
    assert_str(reading(&f, text, DX_JOIN_MORE), "one two\nthree\nfour");
    assert_str(reading(&f, text, DX_JOIN_LOOSE), "one two three four");
    assert_str(reading(&f, text, DX_JOIN_MORE_TIGHT), "-");
    assert_str(reading(&f, "last\n", DX_JOIN_MORE), "-");
    framing_end(&f);
}

static void test_a_format_without_joins_has_one_reading(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    for (int join = DX_JOIN_TIGHT; join < DX_JOINS; join++)
        assert_str(reading(&f, "L: one\ntwo\nthree\n", (dx_join)join), "-");
    framing_end(&f);
}

static void test_reading_on_ends_before_an_opener_and_before_an_attempt(void **state)
{
    static const dx_str openers[] = {{"processing file", 15}};
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    f.options.openers = openers;
    f.options.n_openers = 1;
    assert_str(reading(&f, "one\n\ntwo\n\n> Processing file x\nthree\n", DX_JOIN_MORE), "one\ntwo");
    assert_str(reading(&f, "one\n\n'Processing file x\n", DX_JOIN_MORE), "-");
    assert_str(reading(&f, "BEGIN 1\none\nBEGIN 2\ntwo\n", DX_JOIN_MORE), "BEGIN 1 one");
    framing_end(&f);
}

static void test_reading_on_ends_after_24_lines_or_2_kib(void **state)
{
    framing f;
    dx_buf text = {0};
    (void)state;
    framing_begin(&f, FORMATS);
    dx_buf_add(&text, DX_LIT("first\n\n"));
    for (int i = 2; i < 60; i++)
        dx_buf_printf(&text, "%d\n", i);
    dx_str read = reading(&f, text.p, DX_JOIN_MORE);
    assert_true(dx_str_starts(read, DX_LIT("first\n2 3 4")));
    assert_true(dx_str_ends(read, DX_LIT(" 23 24"))); /* the empty line is one of the 24 */
    dx_buf_clear(&text);
    dx_buf_add(&text, DX_LIT("first\n\n"));
    for (int i = 0; i < 30; i++) {
        for (int k = 0; k < 500; k++)
            dx_buf_char(&text, 'x');
        dx_buf_char(&text, '\n');
    }
    read = reading(&f, text.p, DX_JOIN_MORE);
    assert_int_equal(read.n, 6 + 5 * 501 - 1);
    dx_buf_done(&text);
    framing_end(&f);
}

static void test_the_line_that_follows_is_shown_ahead(void **state)
{
    framing f;
    dx_record rec;
    dx_err err = {0};
    (void)state;
    framing_begin(&f, FORMATS);
    framing_open(&f, DX_LIT("10:00:00 one\n10:00:01   two  \nthree\n"));
    assert_int_equal(dx_framer_next(f.framer, &rec, &err), DX_OK);
    assert_str(rec.next, "two");
    assert_int_equal(dx_framer_next(f.framer, &rec, &err), DX_OK);
    assert_int_equal(rec.next.n, 0);
    framing_open(&f, DX_LIT("L: one\nL: two\n"));
    assert_int_equal(dx_framer_next(f.framer, &rec, &err), DX_OK);
    assert_int_equal(rec.next.n, 0); /* its records are not joined */
    framing_end(&f);
}

static void test_text_cut_mid_word_is_joined_and_told(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const framed log = frame_text(&f, "Registration of the \nserver has not been \ncompleted "
                                      "because th\ne account of the ser\nvice does not exist.\n");
    CHECK(log, "Registration of the server has not been completed because the account of the "
               "service does not exist.");
    assert_note(&log, "lines cut at column 20 were joined");
    framing_end(&f);
}

/* ---- faults ---- */

static void test_an_unknown_format_or_encoding_does_not_open(void **state)
{
    framing f;
    dx_framer *framer = NULL;
    dx_source *source = NULL;
    dx_err err = {0};
    (void)state;
    framing_begin(&f, FORMATS);
    assert_int_equal(dx_source_memory(&source, DX_LIT("x"), DX_LIT("y"), &err), DX_OK);
    dx_framer_options options = {.format = "nothing"};
    assert_int_equal(dx_framer_open(&framer, source, f.formats, &options, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
    assert_string_equal(err.text, "no log format is called 'nothing'");
    options = (dx_framer_options){.encoding = "klingon"};
    assert_int_equal(dx_framer_open(&framer, source, f.formats, &options, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
    assert_null(framer);
    dx_framer_close(NULL);
    dx_source_close(source);
    framing_end(&f);
}

static dx_rc pull_then_break(void *ctx, void *buf, size_t cap, size_t *got, dx_err *err)
{
    dx_str *left = ctx;
    const size_t n = left->n < cap ? left->n : cap;
    if (n == 0)
        return dx_fail(err, DX_E_INPUT, DX_NOWHERE, "the archive is damaged");
    memcpy(buf, left->p, n);
    *left = dx_str_slice(*left, n, left->n);
    *got = n;
    return DX_OK;
}

static void test_a_log_that_breaks_off_gives_its_records_and_attempts_first(void **state)
{
    dx_str left = DX_LIT("L: one\nL: two\nL: thr");
    dx_source source = {0};
    framing f;
    dx_record rec;
    dx_err err = {0};
    const dx_attempt *attempt;
    (void)state;
    framing_begin(&f, FORMATS);
    source.path = DX_LIT("x");
    source.modified_us = DX_NO_TIME;
    dx_source_reuse(&source, pull_then_break, &left);
    assert_int_equal(dx_framer_open(&f.framer, &source, f.formats, &f.options, &err), DX_OK);
    static const char *const wanted[] = {"L: one", "L: two", "L: thr"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(dx_framer_next(f.framer, &rec, &err), DX_OK);
        assert_str(rec.view.text, wanted[i]);
    }
    assert_int_equal(dx_framer_next(f.framer, &rec, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_INPUT);
    assert_string_equal(err.text, "the archive is damaged");
    assert_int_equal(dx_framer_attempts(f.framer, &attempt), 1);
    assert_int_equal(attempt[0].trail.records, 3);
    assert_int_equal(attempt[0].last_line, 3);
    dx_framer_close(f.framer);
    f.framer = NULL;
    dx_source_done(&source);
    framing_end(&f);
}

/* Whatever comes in: valid UTF-8 comes out, in order, with line numbers that fit. */
static void test_noise_is_framed_without_harm(void **state)
{
    static const char alphabet[] = "\n\n\r\0\x1b[ \t>:ABCL10:\xC3\xA4\xFF\x80'.log-\"";
    uint32_t seed = 12345;
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    for (int round = 0; round < 300; round++) {
        char text[700];
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        dx_record rec;
        dx_err err = {0};
        dx_rc rc;
        uint32_t line = 0;
        framing_open(&f, (dx_str){text, sizeof text});
        while ((rc = dx_framer_next(f.framer, &rec, &err)) == DX_OK) {
            assert_true(dx_utf_valid(rec.view.text));
            assert_true(rec.line > line);
            line = rec.line + rec.n_lines - 1;
            for (int join = DX_JOIN_TIGHT; join < DX_JOINS; join++) {
                dx_view view;
                if (rec.other(&rec, (dx_join)join, f.arena, &view))
                    assert_true(dx_utf_valid(view.text));
            }
        }
        assert_int_equal(rc, DX_END);
        assert_true(line <= dx_framer_lines(f.framer));
    }
    framing_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_begin_where_the_format_says),
        cmocka_unit_test(test_a_record_knows_its_text_and_place),
        cmocka_unit_test(test_an_opener_begins_a_new_paragraph),
        cmocka_unit_test(test_levels_may_stand_in_the_text),
        cmocka_unit_test(test_a_tail_is_cut_and_read),
        cmocka_unit_test(test_a_bare_lf_stays_inside_a_record_of_a_crlf_log),
        cmocka_unit_test(test_cr_alone_ends_lines_where_there_is_no_lf),
        cmocka_unit_test(test_nuls_are_blanks_to_read_and_told),
        cmocka_unit_test(test_bytes_that_mean_nothing_are_replaced_and_told),
        cmocka_unit_test(test_the_digest_is_of_the_text_whatever_its_line_ends),
        cmocka_unit_test(test_quotes_and_grep_prefixes_are_left_out),
        cmocka_unit_test(test_stamps_before_a_stamped_format_give_the_times),
        cmocka_unit_test(test_outer_stamps_tell_the_time_and_inner_ones_the_level),
        cmocka_unit_test(test_the_head_of_a_log_settles_day_and_month_for_its_first_line),
        cmocka_unit_test(test_a_late_decision_is_told),
        cmocka_unit_test(test_advice_is_marked_until_the_symptoms_come_back),
        cmocka_unit_test(test_a_line_over_1_mib_is_read_in_parts_and_keeps_line_numbers),
        cmocka_unit_test(test_a_record_of_many_lines_is_cut_at_1_mib),
        cmocka_unit_test(test_a_paragraph_is_cut_after_40_lines_without_a_note),
        cmocka_unit_test(test_a_line_of_100_mb_is_read_to_its_end),
        cmocka_unit_test(test_a_record_can_be_read_with_its_full_lines_glued),
        cmocka_unit_test(test_a_record_can_be_read_with_what_follows),
        cmocka_unit_test(test_a_format_without_joins_has_one_reading),
        cmocka_unit_test(test_reading_on_ends_before_an_opener_and_before_an_attempt),
        cmocka_unit_test(test_reading_on_ends_after_24_lines_or_2_kib),
        cmocka_unit_test(test_the_line_that_follows_is_shown_ahead),
        cmocka_unit_test(test_text_cut_mid_word_is_joined_and_told),
        cmocka_unit_test(test_an_unknown_format_or_encoding_does_not_open),
        cmocka_unit_test(test_a_log_that_breaks_off_gives_its_records_and_attempts_first),
        cmocka_unit_test(test_noise_is_framed_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
