/* The marks and the digest by which an attempt is known again. */
#include "tests/unit/parser/runs.h"

static void test_a_grown_log_has_the_marks_of_the_shorter_one(void **state)
{
    framing *f = *state;
    char text[2000] = "BEGIN\n";
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), 20, "line %d\n", i);
    const size_t half = (size_t)(strstr(text, "line 50\n") - text);
    const dx_trail shorter = frame(f, (dx_str){text, half}).attempt[0].trail;
    uint64_t marks[51];
    assert_int_equal(shorter.n, 51);
    memcpy(marks, shorter.mark, sizeof marks);
    const dx_hash128 digest = shorter.digest;
    const dx_trail longer = frame_text(f, text).attempt[0].trail;
    assert_int_equal(longer.n, 101);
    assert_int_equal(longer.stride, 1);
    assert_int_equal(longer.records, 101);
    assert_memory_equal(longer.mark, marks, sizeof marks);
    assert_false(dx_hash_eq(longer.digest, digest));
    text[half - 3] = 'X';
    const dx_trail other = frame_text(f, text).attempt[0].trail;
    assert_int_equal(other.mark[49], marks[49]);
    assert_int_not_equal(other.mark[50], marks[50]);
}

static void test_marks_grow_sparser_instead_of_more(void **state)
{
    enum { RECORDS = 9001 };
    framing *f = *state;
    dx_buf text = {0};
    dx_buf_add(&text, DX_LIT("BEGIN\n"));
    for (int i = 1; i < RECORDS; i++)
        dx_buf_printf(&text, "line %d\n", i);
    const framed log = frame(f, dx_buf_str(&text));
    const dx_trail *t = &log.attempt[0].trail;
    assert_int_equal(t->records, RECORDS);
    assert_int_equal(t->stride, 4);
    assert_int_equal(t->n, RECORDS / 4);
    uint64_t mark[64];
    memcpy(mark, t->mark, sizeof mark);
    /* The same marks as a log of which each record was kept: after 4, 8, 12 ... records. */
    const size_t head = (size_t)(strstr(text.p, "line 256\n") - text.p);
    const framed brief = frame(f, (dx_str){text.p, head});
    const dx_trail *b = &brief.attempt[0].trail;
    assert_int_equal(b->stride, 1);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(mark[i], b->mark[4 * i + 3]);
    dx_buf_done(&text);
}

static void test_line_ends_do_not_change_a_fingerprint(void **state)
{
    framing *f = *state;
    const dx_hash128 lf = frame_text(f, "BEGIN\na\nEND 0\n").attempt[0].trail.digest;
    const dx_hash128 crlf = frame_text(f, "BEGIN\r\na\r\nEND 0\r\n").attempt[0].trail.digest;
    const dx_hash128 quoted = frame_text(f, "> BEGIN\n> a\n> END 0\n").attempt[0].trail.digest;
    assert_true(dx_hash_eq(lf, crlf));
    assert_true(dx_hash_eq(lf, quoted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        runs_test(test_a_grown_log_has_the_marks_of_the_shorter_one),
        runs_test(test_marks_grow_sparser_instead_of_more),
        runs_test(test_line_ends_do_not_change_a_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
