#include "tests/unit/parser/records.h"

#include "core/utf.h"
#include "parser/stream.h"

/* ---- what a record is ---- */

static void test_records_begin_where_the_format_says(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "S: one\nmore\n\nand more\nS: two\n");
    CHECK(log, "S: one more\nand more", "S: two");
    assert_int_equal(log.rec[0].n_lines, 4);
    assert_int_equal(log.rec[1].line, 5);
    log = frame_text(f, "C: one\n  more\nC: two\nC: three\n x\n");
    CHECK(log, "C: one more", "C: two", "C: three x");
    log = frame_text(f, "L: one\n  two\n\nthree");
    CHECK(log, "L: one", "two", "three");
    assert_int_equal(log.rec[2].line, 4);
    assert_int_equal(log.rec[2].seq, log.rec[2].line);
    log = frame_text(f, "10:00:00 one\n  more\n10:00:01 two\n");
    CHECK(log, "one more", "two");
    log = frame_text(f, "one\nmore\n\n\ntwo\n");
    CHECK(log, "one more", "two");
}

static void test_a_record_knows_its_text_and_place(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "2001-05-18 10:00:00 INFO one\r\n"
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
    assert_str(dx_framer_format(f->framer), "log");
    assert_string_equal(dx_framer_encoding(f->framer), "utf-8");
    assert_int_equal(dx_framer_lines(f->framer), 3);
    assert_int_equal(dx_framer_bytes(f->framer), 77);
    assert_int_equal(dx_framer_bad_bytes(f->framer), 0);
}

static void test_an_opener_begins_a_new_paragraph(void **state)
{
    static const dx_str openers[] = {{"self registration", 17}, {"processing file", 15}};
    framing *f = *state;
    f->options.openers = openers;
    f->options.n_openers = 2;
    const framed log = frame_text(f, "I see:\n\"Self registration of x\nfailed.\n"
                                     " * Processing file y\nstopped\n\nprocessing of files\n");
    CHECK(log, "I see:", "\"Self registration of x failed.", "* Processing file y stopped",
          "processing of files");
}

static void test_levels_may_stand_in_the_text(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "L: fine\nL: Error 5\nL: Warning 6\n");
    assert_int_equal(log.rec[0].level, DX_LEVEL_NONE);
    assert_int_equal(log.rec[1].level, DX_LEVEL_ERROR);
    assert_int_equal(log.rec[2].level, DX_LEVEL_WARNING);
}

static void test_a_tail_is_cut_and_read(void **state)
{
    framing *f = *state;
    const framed log =
        frame_text(f, "<![LOG[first\nsecond line]LOG]!><time=\"10:00:00.500\" date=\"05-18-2001\" "
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
}

/* ---- line ends and strange bytes ---- */

static void test_a_bare_lf_stays_inside_a_record_of_a_crlf_log(void **state)
{
    framing *f = *state;
    framed log = frame_text(f, "R: one\nstill one\r\nR: two\r\nthree\r\n");
    CHECK(log, "R: one still one", "R: two", "three");
    log = frame_text(f, "R: one\nR: two\nR: three\r\nR: four\n"); /* mostly LF */
    CHECK(log, "R: one", "R: two", "R: three", "R: four");
}

static void test_cr_alone_ends_lines_where_there_is_no_lf(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "L: one\rtwo\r\rthree");
    CHECK(log, "L: one", "two", "three");
    assert_int_equal(log.rec[2].line, 4);
}

static void test_nuls_are_blanks_to_read_and_told(void **state)
{
    framing *f = *state;
    const framed log = frame(f, DX_LIT("L: a\0b\nL: c\0\0\n"));
    CHECK(log, "L: a b", "L: c");
    assert_str(log.rec[0].text, "L: a\xE2\x90\x80"
                                "b");
    assert_note(&log, "3 NUL characters are shown as U+2400");
}

static void test_bytes_that_mean_nothing_are_replaced_and_told(void **state)
{
    framing *f = *state;
    f->options.encoding = "utf-8";
    const framed log = frame(f, DX_LIT("L: a\xFF\xFE!\n"));
    CHECK(log, "L: a\xEF\xBF\xBD\xEF\xBF\xBD!");
    assert_int_equal(dx_framer_bad_bytes(f->framer), 2);
    assert_note(&log, "2 bytes are not valid utf-8 and were replaced");
}

static void test_the_digest_is_of_the_text_whatever_its_line_ends(void **state)
{
    static const char *const same[] = {"L: a\nb\n", "L: a\r\nb\r\n", "L: a\rb\r", "L: a\nb"};
    framing *f = *state;
    dx_hash128 first = {0};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        frame_text(f, same[i]);
        const dx_hash128 now = dx_framer_digest(f->framer);
        if (i == 0)
            first = now;
        assert_true(dx_hash_eq(first, now));
    }
    frame_text(f, "L: a\nc\n");
    assert_false(dx_hash_eq(first, dx_framer_digest(f->framer)));
}

/* ---- advice ---- */

static void test_advice_is_marked_until_the_symptoms_come_back(void **state)
{
    static const bool wanted[] = {false, false, true, true, false, false};
    framing *f = *state;
    const framed log = frame_text(f, "SYMPTOMS\n\nIt fails.\n\nCAUSE\n\nNobody "
                                     "knows.\n\nSYMPTOMS\n\nIt fails again.\n");
    assert_int_equal(log.n, 6);
    for (size_t i = 0; i < log.n; i++)
        assert_int_equal(log.rec[i].advice, wanted[i]);
    assert_note(&log, "passages of advice (cause, resolution) were not taken as evidence");
}

static void test_sentences_that_talk_of_a_message_are_hushed(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "TALK\n\nIf \"It is broken.\" is shown, see a.log.\nIt "
                                     "is lost.\n\nThis broken thing is solved! Is it broken?\n");
    assert_int_equal(log.n, 3);
    const dx_str first = log.rec[1].view.text, second = log.rec[2].view.text;
    assert_true(dx_str_ends(first, DX_LIT("\nIt is lost.")));
    assert_int_equal(first.n, strlen("If \"It is broken.\" is shown, see a.log. It is lost."));
    assert_int_equal(dx_str_find(first, DX_LIT("broken"), 0), SIZE_MAX);
    assert_int_equal(log.rec[1].level, DX_LEVEL_NONE);
    assert_true(dx_str_ends(second, DX_LIT("\nIs it broken?")));
    assert_int_equal(dx_str_find(second, DX_LIT("solved"), 0), SIZE_MAX);
    assert_int_equal(log.rec[2].level, DX_LEVEL_ERROR);
    assert_note(&log, "passages of advice (cause, resolution) were not taken as evidence");
}

/* ---- faults ---- */

static void test_an_unknown_format_or_encoding_does_not_open(void **state)
{
    framing *f = *state;
    dx_framer *framer = NULL;
    dx_source *source = NULL;
    dx_err err = {0};
    assert_int_equal(dx_source_memory(&source, DX_LIT("x"), DX_LIT("y"), &err), DX_OK);
    dx_framer_options options = {.format = "nothing"};
    assert_int_equal(dx_framer_open(&framer, source, f->formats, &options, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
    assert_string_equal(err.text, "no log format is called 'nothing'");
    options = (dx_framer_options){.encoding = "klingon"};
    assert_int_equal(dx_framer_open(&framer, source, f->formats, &options, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
    assert_null(framer);
    dx_framer_close(NULL);
    dx_source_close(source);
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
    framing *f = *state;
    dx_record rec;
    dx_err err = {0};
    const dx_attempt *attempt;
    source.path = DX_LIT("x");
    source.modified_us = DX_NO_TIME;
    dx_source_reuse(&source, pull_then_break, &left);
    assert_int_equal(dx_framer_open(&f->framer, &source, f->formats, &f->options, &err), DX_OK);
    static const char *const wanted[] = {"L: one", "L: two", "L: thr"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_OK);
        assert_str(rec.view.text, wanted[i]);
    }
    assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_INPUT);
    assert_string_equal(err.text, "the archive is damaged");
    assert_int_equal(dx_framer_attempts(f->framer, &attempt), 1);
    assert_int_equal(attempt[0].trail.records, 3);
    assert_int_equal(attempt[0].last_line, 3);
    dx_framer_close(f->framer);
    f->framer = NULL;
    dx_source_done(&source);
}

/* Whatever comes in: valid UTF-8 comes out, in order, with line numbers that fit. */
static void test_noise_is_framed_without_harm(void **state)
{
    static const char alphabet[] = "\n\n\r\0\x1b[ \t>:ABCL10:\xC3\xA4\xFF\x80'.log-\"";
    uint32_t seed = 12345;
    framing *f = *state;
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
        framing_open(f, (dx_str){text, sizeof text});
        while ((rc = dx_framer_next(f->framer, &rec, &err)) == DX_OK) {
            assert_true(dx_utf_valid(rec.view.text));
            assert_true(rec.line > line);
            line = rec.line + rec.n_lines - 1;
            for (int join = DX_JOIN_TIGHT; join < DX_JOINS; join++) {
                dx_view view;
                if (rec.other(&rec, (dx_join)join, f->arena, &view))
                    assert_true(dx_utf_valid(view.text));
            }
        }
        assert_int_equal(rc, DX_END);
        assert_true(line <= dx_framer_lines(f->framer));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        framing_test(test_records_begin_where_the_format_says),
        framing_test(test_a_record_knows_its_text_and_place),
        framing_test(test_an_opener_begins_a_new_paragraph),
        framing_test(test_levels_may_stand_in_the_text),
        framing_test(test_a_tail_is_cut_and_read),
        framing_test(test_a_bare_lf_stays_inside_a_record_of_a_crlf_log),
        framing_test(test_cr_alone_ends_lines_where_there_is_no_lf),
        framing_test(test_nuls_are_blanks_to_read_and_told),
        framing_test(test_bytes_that_mean_nothing_are_replaced_and_told),
        framing_test(test_the_digest_is_of_the_text_whatever_its_line_ends),
        framing_test(test_advice_is_marked_until_the_symptoms_come_back),
        framing_test(test_sentences_that_talk_of_a_message_are_hushed),
        framing_test(test_an_unknown_format_or_encoding_does_not_open),
        framing_test(test_a_log_that_breaks_off_gives_its_records_and_attempts_first),
        framing_test(test_noise_is_framed_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
