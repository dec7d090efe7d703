#include "tests/unit/parser/framing.h"

#include "core/buf.h"

#define FORMATS                                                                                    \
    PLAIN_FORMATS                                                                                  \
    "  - id: marked\n"                                                                             \
    "    detect: { line: '^BEGIN' }\n"                                                             \
    "    record: { starts: '^\\S' }\n"                                                             \
    "    attempts:\n"                                                                              \
    "      starts: [ '^BEGIN', { line: '^CHILD', child: true } ]\n"                                \
    "      ends: [ '^END' ]\n"

/* The records near the first whose text begins so, each on a line of its own. */
static dx_str near(framing *f, dx_str bytes, const char *begins, uint32_t known)
{
    dx_buf told = {0};
    dx_neighbours found;
    dx_record rec;
    dx_err err = {0};

    framing_open(f, bytes);
    do
        assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_OK);
    while (!dx_str_starts(rec.text, dx_str_of(begins)));
    assert_int_equal(dx_framer_neighbours(f->framer, &rec, known, &found, &err), DX_OK);
    for (size_t i = 0; i < found.n; i++) {
        const dx_record *r = &found.p[i];
        assert_int_equal(r->attempt, rec.attempt);
        assert_int_equal(r->seq, r->line);
        dx_buf_printf(&told, "%u+%u %.*s\n", (unsigned)r->line, (unsigned)r->n_lines,
                      DX_FMT(r->text));
    }
    const dx_str out = dx_arena_copy(f->arena, dx_buf_str(&told));
    dx_buf_done(&told);
    return out;
}

static dx_str near_text(framing *f, const char *text, const char *begins)
{
    return near(f, dx_str_of(text), begins, 0);
}

static void test_a_few_records_before_and_behind(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const char *log = "BEGIN\na\nb\n more\nc\nd\ne\nf\nBAD\n thing\ng\n\nh\n more\ni\n";
    assert_str(near_text(&f, log, "BAD"), "2+1 a\n3+2 b\n more\n5+1 c\n6+1 d\n7+1 e\n8+1 f\n"
                                          "11+2 g\n13+2 h\n more\n");
    assert_str(near(&f, dx_str_of(log), "BAD", 6), "7+1 e\n8+1 f\n11+2 g\n13+2 h\n more\n");
    assert_str(near_text(&f, "BEGIN\na\r\nBAD\r\n", "BAD"), "1+1 BEGIN\n2+1 a\n");
    assert_str(near_text(&f, "BEGIN", "BEGIN"), "");
    framing_end(&f);
}

static void test_paragraphs(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    assert_str(near_text(&f, "one\ntwo\n\n\nthree\n\nBAD\nthing\n\n\nfour\nfive\n", "BAD"),
               "1+2 one\ntwo\n5+1 three\n11+2 four\nfive\n");
    framing_end(&f);
}

static void test_times_and_levels_are_told(void **state)
{
    framing f;
    dx_neighbours found;
    dx_record rec;
    dx_err err = {0};
    (void)state;
    framing_begin(&f, FORMATS);
    framing_open(&f, DX_LIT("2026-02-01 10:00:00 WARN low\n2026-02-01 10:00:07 ERROR BAD\n"));
    assert_int_equal(dx_framer_next(f.framer, &rec, &err), DX_OK);
    const int64_t time_us = rec.time_us;
    assert_int_equal(dx_framer_next(f.framer, &rec, &err), DX_OK);
    assert_int_equal(dx_framer_neighbours(f.framer, &rec, 0, &found, &err), DX_OK);
    assert_int_equal(found.n, 1);
    assert_str(found.p[0].text, "low");
    assert_int_equal(found.p[0].time_us, time_us);
    assert_int_equal(found.p[0].level, DX_LEVEL_WARNING);
    assert_int_equal(found.p[0].offset, 0);
    framing_end(&f);
}

static void test_other_attempts_are_left_out(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    const char *log = "BEGIN 1\na\nEND\nBEGIN 2\nb\nCHILD\nc\nWORSE\nEND\nBAD\nd\nBEGIN 3\ne\n";
    assert_str(near_text(&f, log, "BAD"), "11+1 d\n");
    assert_str(near_text(&f, log, "b"), "4+1 BEGIN 2\n");
    assert_str(near_text(&f, log, "WORSE"), "6+1 CHILD\n7+1 c\n");
    framing_end(&f);
}

static dx_str repeat(framing *f, const char *head, const char *line, size_t n, const char *tail)
{
    dx_buf text = {0};
    dx_buf_add(&text, dx_str_of(head));
    for (size_t i = 0; i < n; i++)
        dx_buf_add(&text, dx_str_of(line));
    dx_buf_add(&text, dx_str_of(tail));
    assert_false(text.failed);
    const dx_str out = dx_arena_copy(f->arena, dx_buf_str(&text));
    dx_buf_done(&text);
    return out;
}

/* What the cursor has passed is thrown away from time to time, but never what is near. */
static void test_the_same_anywhere_in_a_long_log(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    for (size_t n = 500; n <= 8000; n += 37) {
        dx_str log = repeat(&f, "BEGIN\n", "x\n", 37 + n % 50,
                            ""); /* so that the place moves against all grids */
        log = repeat(&f, dx_arena_printf(f.arena, "%.*s", DX_FMT(log)).p,
                     "A line of a length that many lines of real logs have, with a path C:\\x\n", n,
                     "1\n2\n3\n4\n5\n6\n7\nBAD\n8\n");
        const dx_str told = near(&f, log, "BAD", 0);
        const size_t first = 37 + n % 50 + n + 3;
        const dx_str wanted = dx_arena_printf(
            f.arena, "%zu+1 2\n%zu+1 3\n%zu+1 4\n%zu+1 5\n%zu+1 6\n%zu+1 7\n%zu+1 8\n", first,
            first + 1, first + 2, first + 3, first + 4, first + 5, first + 7);
        assert_str(told, wanted.p);
        dx_arena_reset(f.arena);
        framing_end(&f);
        framing_begin(&f, FORMATS);
    }
    framing_end(&f);
}

static void test_crowds_and_long_lines_have_limits(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, FORMATS);
    dx_str log = repeat(&f, "BEGIN\nA ", "0123456789", 60, "\nBAD\n");
    dx_str told = near(&f, log, "BAD", 0);
    assert_int_equal(told.n, sizeof "1+1 BEGIN\n2+1 \n" - 1 + DX_NEIGHBOURS_BYTES);
    log = repeat(&f, "BEGIN\nA ", "0123456789", 500, "\nBAD\n");
    assert_str(near(&f, log, "BAD", 0), ""); /* a line longer than what is looked at */
    log = repeat(&f, "BEGIN\nB\n", " more of it\n", 60, "BAD\n");
    assert_str(near(&f, log, "BAD", 0), ""); /* as is a record */
    log = repeat(&f, "BEGIN\n", "0123456789", 200000, "BAD\nC\n");
    assert_str(near(&f, log, "0123", 0), "1+1 BEGIN\n"); /* behind a part nothing is looked at */
    framing_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_few_records_before_and_behind),
        cmocka_unit_test(test_paragraphs),
        cmocka_unit_test(test_times_and_levels_are_told),
        cmocka_unit_test(test_other_attempts_are_left_out),
        cmocka_unit_test(test_the_same_anywhere_in_a_long_log),
        cmocka_unit_test(test_crowds_and_long_lines_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
