/* The other ways to read a record: with its lines glued, with what follows. */
#include "tests/unit/parser/records.h"

#include "core/buf.h"

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
    framing *f = *state;
    const char *cut = "The file could not b\ne found, please look\n for another one\n";
    assert_str(reading(f, cut, DX_JOIN_TIGHT), "The file could not be found, please look for "
                                               "another one");
    assert_str(reading(f, "no line\nhere is\nthat wide\n", DX_JOIN_TIGHT), "-");
    assert_str(reading(f, "one line only\n", DX_JOIN_TIGHT), "-");
}

/* Glued, "here.If" begins no sentence. */
static void test_what_is_hearsay_is_not_read_with_its_lines_glued(void **state)
{
    framing *f = *state;
    assert_str(reading(f, "TALK broken here.\nAs it rains, wait", DX_JOIN_TIGHT),
               "TALK broken here.As it rains, wait");
    assert_str(reading(f, "TALK broken here.\nIf it rains, wait", DX_JOIN_TIGHT), "-");
}

static void test_a_record_can_be_read_with_what_follows(void **state)
{
    framing *f = *state;
    const char *text = "one\ntwo\n\nthree\n\nfour\n";
    assert_str(reading(f, text, DX_JOIN_MORE), "one two\nthree\nfour");
    assert_str(reading(f, text, DX_JOIN_LOOSE), "one two three four");
    assert_str(reading(f, text, DX_JOIN_MORE_TIGHT), "-");
    assert_str(reading(f, "last\n", DX_JOIN_MORE), "-");
}

static void test_a_format_without_joins_has_one_reading(void **state)
{
    framing *f = *state;
    for (int join = DX_JOIN_TIGHT; join < DX_JOINS; join++)
        assert_str(reading(f, "L: one\ntwo\nthree\n", (dx_join)join), "-");
}

static void test_reading_on_ends_before_an_opener_and_before_an_attempt(void **state)
{
    static const dx_str openers[] = {{"processing file", 15}};
    framing *f = *state;
    f->options.openers = openers;
    f->options.n_openers = 1;
    assert_str(reading(f, "one\n\ntwo\n\n> Processing file x\nthree\n", DX_JOIN_MORE), "one\ntwo");
    assert_str(reading(f, "one\n\n'Processing file x\n", DX_JOIN_MORE), "-");
    assert_str(reading(f, "BEGIN 1\none\nBEGIN 2\ntwo\n", DX_JOIN_MORE), "BEGIN 1 one");
}

static void test_reading_on_ends_after_24_lines_or_2_kib(void **state)
{
    framing *f = *state;
    dx_buf text = {0};
    dx_buf_add(&text, DX_LIT("first\n\n"));
    for (int i = 2; i < 60; i++)
        dx_buf_printf(&text, "%d\n", i);
    dx_str read = reading(f, text.p, DX_JOIN_MORE);
    assert_true(dx_str_starts(read, DX_LIT("first\n2 3 4")));
    assert_true(dx_str_ends(read, DX_LIT(" 23 24"))); /* the empty line is one of the 24 */
    dx_buf_clear(&text);
    dx_buf_add(&text, DX_LIT("first\n\n"));
    for (int i = 0; i < 30; i++) {
        for (int k = 0; k < 500; k++)
            dx_buf_char(&text, 'x');
        dx_buf_char(&text, '\n');
    }
    read = reading(f, text.p, DX_JOIN_MORE);
    assert_int_equal(read.n, 6 + 5 * 501 - 1);
    dx_buf_done(&text);
}

static void test_the_line_that_follows_is_shown_ahead(void **state)
{
    framing *f = *state;
    dx_record rec;
    dx_err err = {0};
    framing_open(f, DX_LIT("10:00:00 one\n10:00:01   two  \nthree\n"));
    assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_OK);
    assert_str(rec.next, "two");
    assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_OK);
    assert_int_equal(rec.next.n, 0);
    framing_open(f, DX_LIT("L: one\nL: two\n"));
    assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_OK);
    assert_int_equal(rec.next.n, 0); /* its records are not joined */
}

static void test_text_cut_mid_word_is_joined_and_told(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "Registration of the \nserver has not been \ncompleted "
                                     "because th\ne account of the ser\nvice does not exist.\n");
    CHECK(log, "Registration of the server has not been completed because the account of the "
               "service does not exist.");
    assert_note(&log, "lines cut at column 20 were joined");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        framing_test(test_a_record_can_be_read_with_its_full_lines_glued),
        framing_test(test_what_is_hearsay_is_not_read_with_its_lines_glued),
        framing_test(test_a_record_can_be_read_with_what_follows),
        framing_test(test_a_format_without_joins_has_one_reading),
        framing_test(test_reading_on_ends_before_an_opener_and_before_an_attempt),
        framing_test(test_reading_on_ends_after_24_lines_or_2_kib),
        framing_test(test_the_line_that_follows_is_shown_ahead),
        framing_test(test_text_cut_mid_word_is_joined_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
