#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf.h"
#include "parser/lines.h"
#include "parser/stream.h"

typedef struct reader {
    dx_source *source;
    dx_decoder *decoder;
    dx_lines *lines;
} reader;

static void open_reader(reader *r, dx_str bytes)
{
    dx_err err = {0};
    assert_int_equal(dx_source_memory(&r->source, DX_LIT("x"), bytes, &err), DX_OK);
    assert_int_equal(dx_decoder_open(&r->decoder, r->source, "utf-8", &err), DX_OK);
    assert_int_equal(dx_lines_new(&r->lines, r->decoder, &err), DX_OK);
}

static void close_reader(reader *r)
{
    dx_lines_free(r->lines);
    dx_decoder_close(r->decoder);
    dx_source_close(r->source);
}

static dx_line next_line(reader *r)
{
    dx_err err = {0};
    dx_line line;
    assert_int_equal(dx_lines_peek(r->lines, 0, &line, &err), DX_OK);
    return line;
}

static void assert_next(reader *r, const char *text, bool bare)
{
    const dx_line line = next_line(r);
    if (!dx_str_eq(line.text, dx_str_of(text)))
        fail_msg("'%.*s' instead of '%s'", DX_FMT(line.text), text);
    assert_int_equal(line.bare, bare);
    assert_false(line.cut);
    dx_lines_take(r->lines, line.size, 1, 0);
}

static void assert_end(reader *r)
{
    dx_err err = {0};
    dx_line line = {.size = 77};
    assert_int_equal(dx_lines_peek(r->lines, 0, &line, &err), DX_END);
    assert_int_equal(line.size, 77);
    assert_false(dx_lines_near(r->lines, 0, &line));
    assert_null(dx_lines_fault(r->lines));
}

static void test_an_empty_log_has_no_lines(void **state)
{
    reader r;
    (void)state;
    open_reader(&r, DX_LIT(""));
    assert_end(&r);
    assert_int_equal(dx_lines_number(r.lines), 1);
    assert_int_equal(dx_lines_offset(r.lines), 0);
    close_reader(&r);
}

static void test_lines_end_with_lf_or_crlf_and_the_last_with_nothing(void **state)
{
    reader r;
    (void)state;
    open_reader(&r, DX_LIT("one\ntwo\r\n\r\n\nfive\r"));
    assert_next(&r, "one", true);
    assert_next(&r, "two", false);
    assert_next(&r, "", false);
    assert_next(&r, "", true);
    assert_int_equal(dx_lines_number(r.lines), 5);
    assert_int_equal(dx_lines_offset(r.lines), 12);
    assert_next(&r, "five\r", false);
    assert_end(&r);
    close_reader(&r);
}

static void test_a_cr_ends_a_line_where_there_is_no_lf(void **state)
{
    reader r;
    (void)state;
    open_reader(&r, DX_LIT("one\rtwo\r\rfour"));
    assert_next(&r, "one", true);
    assert_next(&r, "two", true);
    assert_next(&r, "", true);
    assert_next(&r, "four", false);
    assert_end(&r);
    close_reader(&r);
}

static void test_lines_can_be_looked_at_without_moving(void **state)
{
    reader r;
    dx_err err = {0};
    dx_line line;
    (void)state;
    open_reader(&r, DX_LIT("a\nbb\nccc"));
    assert_int_equal(dx_lines_peek(r.lines, 2, &line, &err), DX_OK);
    assert_true(dx_str_eq(line.text, DX_LIT("bb")));
    assert_int_equal(dx_lines_peek(r.lines, 5, &line, &err), DX_OK);
    assert_true(dx_str_eq(line.text, DX_LIT("ccc")));
    assert_int_equal(dx_lines_peek(r.lines, 8, &line, &err), DX_END);
    assert_int_equal(dx_lines_peek(r.lines, 800, &line, &err), DX_END);
    assert_next(&r, "a", true);
    close_reader(&r);
}

/* More than one piece of memory, and CRLF across every border. */
static void test_a_long_log_keeps_its_lines_numbers_and_offsets(void **state)
{
    enum { LINES = 120000 };
    char *text = malloc(LINES * 20);
    size_t n = 0;
    reader r;
    (void)state;
    assert_non_null(text);
    for (int i = 0; i < LINES; i++)
        n += (size_t)sprintf(text + n, "line %d\r\n", i);
    open_reader(&r, (dx_str){text, n});
    for (int i = 0; i < LINES; i++) {
        char wanted[20];
        const dx_line line = next_line(&r);
        sprintf(wanted, "line %d", i);
        assert_true(dx_str_eq(line.text, dx_str_of(wanted)));
        assert_int_equal(dx_lines_number(r.lines), i + 1);
        dx_lines_take(r.lines, line.size, 1, 0);
    }
    assert_end(&r);
    assert_int_equal(dx_lines_offset(r.lines), n);
    close_reader(&r);
    free(text);
}

static void test_an_overlong_line_is_cut_between_characters(void **state)
{
    const size_t n = 3 * DX_LINE_MAX + 5;
    char *text = malloc(n);
    reader r;
    size_t got = 0, parts = 0;
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i + 1 < n; i += 2)
        memcpy(text + i, "\xC3\xA4", 2);
    text[0] = 'x'; /* so that characters begin at odd places */
    memmove(text + 1, text + 2, n - 2);
    text[n - 2] = '!';
    text[n - 1] = '\n';
    open_reader(&r, (dx_str){text, n});
    for (;;) {
        const dx_line line = next_line(&r);
        assert_true(dx_utf_valid(line.text));
        got += line.text.n;
        parts++;
        dx_lines_take(r.lines, line.size, !line.cut, line.cut ? line.size : 0);
        if (!line.cut)
            break;
        assert_in_range(line.size, DX_LINE_MAX - 3, DX_LINE_MAX);
    }
    assert_int_equal(got, n - 1);
    assert_int_equal(parts, 4);
    assert_int_equal(dx_lines_number(r.lines), 2);
    assert_end(&r);
    close_reader(&r);
    free(text);
}

/* ---- logs that break off ---- */

typedef struct breaking {
    dx_str left;
    dx_kind kind;
} breaking;

static dx_rc pull_then_break(void *ctx, void *buf, size_t cap, size_t *got, dx_err *err)
{
    breaking *b = ctx;
    const size_t n = b->left.n < cap ? b->left.n : cap;
    if (n == 0)
        return dx_fail(err, b->kind, DX_NOWHERE, "broken");
    memcpy(buf, b->left.p, n);
    b->left = dx_str_slice(b->left, n, b->left.n);
    *got = n;
    return DX_OK;
}

static void test_what_stands_before_a_fault_is_read_and_the_fault_told(void **state)
{
    breaking b = {DX_LIT("one\ntwo\nthr"), DX_E_INPUT};
    dx_source source = {0};
    reader r = {.source = &source};
    dx_err err = {0};
    dx_line line;
    (void)state;
    dx_source_reuse(&source, pull_then_break, &b);
    assert_int_equal(dx_decoder_open(&r.decoder, &source, NULL, &err), DX_OK);
    assert_int_equal(dx_lines_new(&r.lines, r.decoder, &err), DX_OK);
    assert_next(&r, "one", true);
    assert_next(&r, "two", true);
    assert_next(&r, "thr", false);
    assert_int_equal(dx_lines_peek(r.lines, 0, &line, &err), DX_END);
    assert_non_null(dx_lines_fault(r.lines));
    assert_int_equal(dx_lines_fault(r.lines)->kind, DX_E_INPUT);
    assert_string_equal(dx_lines_fault(r.lines)->text, "broken");
    dx_lines_free(r.lines);
    dx_decoder_close(r.decoder);
    dx_source_done(&source);
}

static void test_a_log_without_one_readable_byte_does_not_open(void **state)
{
    static const dx_kind kinds[] = {DX_E_IO, DX_E_INPUT, DX_E_LIMIT, DX_E_CANCEL};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        breaking b = {DX_NONE, kinds[i]};
        dx_source source = {0};
        dx_decoder *decoder;
        dx_lines *lines = NULL;
        dx_err err = {0};
        dx_source_reuse(&source, pull_then_break, &b);
        assert_int_equal(dx_decoder_open(&decoder, &source, NULL, &err), DX_OK);
        assert_int_equal(dx_lines_new(&lines, decoder, &err), DX_FAIL);
        assert_int_equal(err.kind, kinds[i]);
        assert_null(lines);
        dx_decoder_close(decoder);
        dx_source_done(&source);
    }
}

static void test_escapes_that_are_spelled_out_are_escapes(void **state)
{
    reader r;
    (void)state;
    open_reader(&r, DX_LIT("^[[0;32mok^[(B^[[m\n\\u001b[1mbold\\x1B[0m\n#033[31mred\\033[K^[\n"
                           "^[[[:space:]] ^[[0-9] \\e[?25l C:\\e[a] \\\\u001b[0m^[[3"));
    assert_next(&r, "\x1b[0;32mok\x1b(B\x1b[m", true);
    assert_next(&r, "\x1b[1mbold\x1b[0m", true);
    assert_next(&r, "\x1b[31mred\x1b[K^[", true);
    assert_next(&r, "^[[[:space:]] ^[[0-9] \x1b[?25l C:\x1b[a] \x1b[0m^[[3", false);
    assert_end(&r);
    close_reader(&r);
}

/* ... wherever the log is cut into pieces to be read. */
static void test_escapes_of_a_long_log_are_read_across_pieces(void **state)
{
    enum { LINES = 20000 };
    dx_buf log = {0};
    reader r;
    (void)state;
    for (int i = 0; i < LINES; i++)
        dx_buf_printf(&log, "%.*s\\u001b[0;1;32mok\\u001b[0m\n", i % 7, "abcdefg");
    assert_false(log.failed);
    open_reader(&r, dx_buf_str(&log));
    for (int i = 0; i < LINES; i++) {
        char wanted[40];
        snprintf(wanted, sizeof wanted, "%.*s\x1b[0;1;32mok\x1b[0m", i % 7, "abcdefg");
        assert_next(&r, wanted, true);
    }
    assert_end(&r);
    close_reader(&r);
    dx_buf_done(&log);
}

static void test_marks_and_blanks_of_a_word_processor_are_those_of_a_keyboard(void **state)
{
    reader r;
    (void)state;
    open_reader(
        &r, DX_LIT("Service \u2018Acme\u2019 \u201eold\u201c\u00a0is\u202fgone\n"
                   "Anti\u00advirus\u200b \u2014 caf\u00e9 \u2588\u2588 \u00a9 \u2026 \u044f\n"));
    assert_next(&r, "Service 'Acme' \u201eold\u201c is gone", true);
    assert_next(&r, "Antivirus \u2014 caf\u00e9 \u2588\u2588 \u00a9 \u2026 \u044f", true);
    assert_end(&r);
    close_reader(&r);
}

static void test_line_ends_that_are_spelled_out_are_blanks(void **state)
{
    reader r;
    (void)state;
    open_reader(&r, DX_LIT("msg=\"stopped.\\nE: no package acme\\r\\n\\tat acme\\n\"\n"
                           "'lists...\\nAccess is denied\\n\\nretry later\\n'\n"
                           "the package \\\"acme\\\" and \\\"beta\\\".\n"
                           "it is \\\"open\n"
                           "acme\\\" ends here"));
    assert_next(&r, "msg=\"stopped. E: no package acme   at acme \"", true);
    assert_next(&r, "'lists... Access is denied  retry later '", true);
    assert_next(&r, "the package \"acme\" and \"beta\".", true);
    assert_next(&r, "it is \"open", true);
    assert_next(&r, "acme\\\" ends here", false);
    assert_end(&r);
    close_reader(&r);
}

/* What is in doubt stays: a path has the same bytes. */
static void test_paths_hold_no_spelled_line_ends(void **state)
{
    static const char *const lines[] = {
        "C:\\new\\temp\\readme C:\\nVIDIA\\Display C:\\tEst ..\\node .\\npm",
        "INSTALLDIR=\"C:\\Program Files\\nodejs\\\" TARGETDIR=\"D:\\\" X=1",
        "{\"path\": \"C:\\\\new\\\\temp\", \"unc\": \"\\\\\\\\nas\\\\tools\"}",
        "C:\\Program Files (x86)\\nodejs %TEMP%\\nsis D:\\NVIDIA Corporation\\nView",
        "\\\\nas\\tools\\notes.txt HKLM\\SOFTWARE\\netlogon",
        "copies ...\\tools\\new\\setup.exe",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        reader r;
        open_reader(&r, dx_str_of(lines[i]));
        assert_next(&r, lines[i], false);
        assert_end(&r);
        close_reader(&r);
    }
}

/* ... wherever the log is cut into pieces, and with escapes between them. */
static void test_spelled_line_ends_are_read_across_pieces(void **state)
{
    enum { LINES = 20000 };
    static const char end[] = "\\r\\nE: no \\\"\\u001b[1macme\\\"";
    dx_buf log = {0};
    reader r;
    (void)state;
    for (int i = 0; i < LINES; i++)
        dx_buf_printf(&log, "%.*s%s\n", i % 7, "abcdefg", end);
    assert_false(log.failed);
    open_reader(&r, dx_buf_str(&log));
    for (int i = 0; i < LINES; i++) {
        char wanted[40];
        snprintf(wanted, sizeof wanted, "%.*s  E: no \"\x1b[1macme\"", i % 7, "abcdefg");
        assert_next(&r, wanted, true);
    }
    assert_end(&r);
    close_reader(&r);
    dx_buf_done(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_log_has_no_lines),
        cmocka_unit_test(test_lines_end_with_lf_or_crlf_and_the_last_with_nothing),
        cmocka_unit_test(test_a_cr_ends_a_line_where_there_is_no_lf),
        cmocka_unit_test(test_lines_can_be_looked_at_without_moving),
        cmocka_unit_test(test_a_long_log_keeps_its_lines_numbers_and_offsets),
        cmocka_unit_test(test_an_overlong_line_is_cut_between_characters),
        cmocka_unit_test(test_escapes_that_are_spelled_out_are_escapes),
        cmocka_unit_test(test_escapes_of_a_long_log_are_read_across_pieces),
        cmocka_unit_test(test_marks_and_blanks_of_a_word_processor_are_those_of_a_keyboard),
        cmocka_unit_test(test_line_ends_that_are_spelled_out_are_blanks),
        cmocka_unit_test(test_paths_hold_no_spelled_line_ends),
        cmocka_unit_test(test_spelled_line_ends_are_read_across_pieces),
        cmocka_unit_test(test_what_stands_before_a_fault_is_read_and_the_fault_told),
        cmocka_unit_test(test_a_log_without_one_readable_byte_does_not_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
