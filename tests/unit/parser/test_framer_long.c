/* Lines and records of any length. */
#include "tests/unit/parser/records.h"

#include "core/buf.h"

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
    framing *f = *state;
    char *text = many(n, 'x');
    uint64_t bytes = 0;
    memcpy(text, "L: a\nL: b\n", 10);
    memcpy(text + n - 8, "\nL: end\n", 8);
    const framed log = frame(f, (dx_str){text, n});
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
    assert_int_equal(dx_framer_lines(f->framer), 4);
    assert_note(&log, "lines longer than 1 MiB were read in parts");
    free(text);
}

static void test_a_record_of_many_lines_is_cut_at_1_mib(void **state)
{
    enum { LINES = 60000 };
    framing *f = *state;
    dx_buf text = {0};
    uint32_t lines = 0;
    dx_buf_add(&text, DX_LIT("S: begin\n"));
    for (int i = 1; i < LINES; i++)
        dx_buf_printf(&text, "the line with number %d of one record\n", i);
    const framed log = frame(f, dx_buf_str(&text));
    assert_int_equal(log.n, 3);
    for (size_t i = 0; i < log.n; i++) {
        assert_in_range(log.rec[i].text.n, 1, (1 << 20) + 100);
        assert_int_equal(log.rec[i].line, lines + 1);
        lines += log.rec[i].n_lines;
    }
    assert_int_equal(lines, LINES);
    assert_int_equal(log.n_notes, 0);
    dx_buf_done(&text);
}

static void test_a_paragraph_is_cut_after_40_lines_without_a_note(void **state)
{
    framing *f = *state;
    dx_buf text = {0};
    for (int i = 0; i < 100; i++)
        dx_buf_printf(&text, "word%d\n", i);
    const framed log = frame(f, dx_buf_str(&text));
    assert_int_equal(log.n, 3);
    assert_int_equal(log.rec[0].n_lines, 40);
    assert_int_equal(log.rec[2].line, 81);
    assert_int_equal(log.n_notes, 0);
    dx_buf_done(&text);
}

/* Nothing grows with the line: what is in memory are some MiB. */
static void test_a_line_of_100_mb_is_read_to_its_end(void **state)
{
    const size_t n = 100u * 1000 * 1000;
    framing *f = *state;
    dx_record rec;
    dx_err err = {0};
    dx_rc rc;
    char *text = many(n, 'z');
    size_t bytes = 0, records = 0;
    memcpy(text, "L: ", 3);
    text[n - 1] = '\n';
    framing_open(f, (dx_str){text, n});
    while ((rc = dx_framer_next(f->framer, &rec, &err)) == DX_OK) {
        assert_int_equal(rec.line, 1);
        bytes += rec.text.n;
        records++;
    }
    assert_int_equal(rc, DX_END);
    assert_int_equal(bytes, n - 1);
    assert_int_equal(records, 96);
    assert_int_equal(dx_framer_lines(f->framer), 1);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        framing_test(test_a_line_over_1_mib_is_read_in_parts_and_keeps_line_numbers),
        framing_test(test_a_record_of_many_lines_is_cut_at_1_mib),
        framing_test(test_a_paragraph_is_cut_after_40_lines_without_a_note),
        framing_test(test_a_line_of_100_mb_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
