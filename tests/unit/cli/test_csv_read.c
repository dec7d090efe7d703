#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/csv_read.h"

typedef struct reading {
    dx_arena *arena;
    dx_csv csv;
    dx_err err;
} reading;

static dx_rc read_text(reading *r, const char *text)
{
    *r = (reading){.arena = dx_arena_new(0)};
    return dx_csv_read("s.csv", dx_str_of(text), r->arena, &r->csv, &r->err);
}

static void assert_cells(const char *text, size_t rows, size_t row, const char *const *cells,
                         size_t n)
{
    reading r;
    if (read_text(&r, text) != DX_OK)
        fail_msg("%s", r.err.text);
    assert_int_equal(r.csv.n, rows);
    assert_int_equal(r.csv.rows[row].n, n);
    for (size_t i = 0; i < n; i++)
        if (!dx_str_eq(r.csv.rows[row].cell[i], dx_str_of(cells[i])))
            fail_msg("cell %zu is '%.*s', not '%s'", i, DX_FMT(r.csv.rows[row].cell[i]), cells[i]);
    dx_arena_free(r.arena);
}

static void assert_refused(const char *text, unsigned line, const char *words)
{
    reading r;
    if (read_text(&r, text) == DX_OK)
        fail_msg("taken: %s", text);
    assert_int_equal(r.err.kind, DX_E_USAGE);
    assert_string_equal(r.err.at.file, "s.csv");
    assert_int_equal(r.err.at.line, line);
    if (!strstr(r.err.text, words))
        fail_msg("'%s' does not say '%s'", r.err.text, words);
    dx_arena_free(r.arena);
}

static void test_rows_are_read_as_spreadsheets_write_them(void **state)
{
    static const char *const plain[] = {"MAIL01", "Berlin", ""};
    static const char *const quoted[] = {"MAIL01", "a \"b\", c\nd", "x"};
    (void)state;
    assert_cells("server,site,role\nMAIL01,Berlin,\n", 2, 1, plain, 3);
    assert_cells("server;site;role\r\n MAIL01 ;\tBerlin;\r\n", 2, 1, plain, 3);
    assert_cells("server\tsite\trole\nMAIL01\tBerlin\t", 2, 1, plain, 3);
    assert_cells("\xEF\xBB\xBFserver,site,role\n\n\nMAIL01,Berlin,\n\n", 2, 1, plain, 3);
    assert_cells("server,site,role\nMAIL01,\"a \"\"b\"\", c\nd\",x\n", 2, 1, quoted, 3);
}

static void test_a_mistake_is_told_with_its_line(void **state)
{
    (void)state;
    assert_refused("server,site\nA,B\nC\n", 3, "1 cells, but the head in line 1 has 2");
    assert_refused("server,site\n\"A\nB\",C,D\n", 2, "3 cells");
    assert_refused("server,site\nA,B\n\nC,\"D\n", 4, "never ends");
    assert_refused("server,site\nA,\"B\"C\n", 2, "behind a closing quote");
    assert_refused("server,site\nA,\xFC\n", 0, "UTF-8");
}

static void test_an_empty_text_has_no_rows(void **state)
{
    reading r;
    (void)state;
    assert_int_equal(read_text(&r, ""), DX_OK);
    assert_int_equal(r.csv.n, 0);
    dx_arena_free(r.arena);
    assert_int_equal(read_text(&r, "\n\r\n\n"), DX_OK);
    assert_int_equal(r.csv.n, 0);
    dx_arena_free(r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_read_as_spreadsheets_write_them),
        cmocka_unit_test(test_a_mistake_is_told_with_its_line),
        cmocka_unit_test(test_an_empty_text_has_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
