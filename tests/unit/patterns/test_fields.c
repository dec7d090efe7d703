#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "parser/fold.h"
#include "patterns/fields.h"

/* ---- codes ---- */

static void test_codes_are_read_as_logs_write_them(void **state)
{
    static const struct {
        const char *text;
        bool hex, good;
        int64_t value;
    } list[] = {
        {"0xc002007e", false, true, 0xc002007e},
        {"0XC002007E", false, true, 0xc002007e},
        {" 0x5 ", false, true, 5},
        {"c002007e", false, true, 0xc002007e},
        {"80070643", false, true, 80070643}, /* no letter: decimal unless told otherwise */
        {"80070643", true, true, 0x80070643},
        {"1603", false, true, 1603},
        {"1603", true, true, 0x1603},
        {"dead", false, false, 0}, /* a word */
        {"dead", true, true, 0xdead},
        {"-2147467259", false, true, 0x80004005},
        {"-2147483648", false, true, 0x80000000},
        {"-2147483649", false, false, 0},
        {"4294967295", false, true, 0xffffffff},
        {"4294967296", false, false, 0},
        {"0x", false, false, 0},
        {"0x123456789", false, false, 0},
        {"0xg", false, false, 0},
        {"c002007ex", false, false, 0},
        {"c002007e0", false, false, 0},
        {"", false, false, 0},
        {"", true, false, 0},
        {" ", true, false, 0},
        {"-1", true, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        int64_t value = -77;
        const bool good = dx_read_code(dx_str_of(list[i].text), list[i].hex, &value);
        if (good != list[i].good || value != (good ? list[i].value : -77))
            fail_msg("'%s'%s gives %d, %llx", list[i].text, list[i].hex ? " (hex)" : "", good,
                     (unsigned long long)value);
    }
}

/* ---- fields ---- */

static void test_values_that_their_type_cannot_read_are_left_out(void **state)
{
    static const struct dx_field_spec specs[] = {
        {{"word", 4}, DX_T_TEXT, 1}, {{"line", 4}, DX_T_INT, 2}, {{"code", 4}, DX_T_HEX32, 3},
        {{"gone", 4}, DX_T_TEXT, 4}, {{"bad", 3}, DX_T_INT, 1},  {{"empty", 5}, DX_T_TEXT, 5},
    };
    const dx_signature sig = {.n_fields = 6, .fields = specs};
    const dx_line_start start = {0, 1, false, false};
    const dx_view view = {DX_LIT(" word 42 7e  "), &start, 1};
    const dx_span spans[] = {{0, 13}, {0, 6}, {6, 8}, {9, 11}, {SIZE_MAX, SIZE_MAX}, {11, 13}};
    dx_arena *arena = dx_arena_new(0);
    const dx_field *fields;
    size_t n;
    (void)state;
    assert_true(dx_fields_make(&sig, &view, spans, arena, &fields, &n));
    assert_int_equal(n, 3);
    assert_true(dx_str_eq(fields[0].name, DX_LIT("word")));
    assert_true(dx_str_eq(fields[0].text, DX_LIT("word")));
    assert_int_equal(fields[1].number, 42);
    assert_int_equal(fields[2].number, 0x7e);
    assert_true(dx_str_eq(fields[2].text, DX_LIT("7e")));
    dx_arena_free(arena);
}

static void test_no_memory_for_fields_is_told(void **state)
{
    static const struct dx_field_spec spec = {{"word", 4}, DX_T_TEXT, 0};
    const dx_signature sig = {.n_fields = 1, .fields = &spec};
    const dx_line_start start = {0, 1, false, false};
    const dx_view view = {DX_LIT("word"), &start, 1};
    const dx_span span = {0, 4};
    dx_arena *arena = dx_arena_new(8);
    const dx_field *fields;
    size_t n;
    (void)state;
    assert_false(dx_fields_make(&sig, &view, &span, arena, &fields, &n));
    dx_arena_free(arena);
}

/* ---- paths that were cut by line ends ---- */

typedef struct wrap {
    const char *before, *path, *behind;
    size_t at;   /* in the path: where the line ends */
    bool blank;  /* the blank there is dropped, as word wrappers do */
    bool widest; /* the log has other lines as long */
} wrap;

/* What dx_heal_path makes of the path in a text of two lines. */
static dx_str healed(const wrap *w, dx_arena *arena)
{
    const size_t path_n = strlen(w->path);
    dx_str first = dx_arena_printf(arena, "%s%.*s", w->before, (int)w->at, w->path);
    dx_str second = dx_arena_printf(arena, "%s%s", w->path + w->at + w->blank, w->behind);
    const dx_fold_line lines[] = {{first, 1}, {second, 2}};
    const dx_fold_how how = {.widest = w->widest ? dx_fold_columns(first) : 0};
    dx_view view;
    bool any_full;
    assert_true(dx_fold(lines, 2, how, arena, &view, &any_full));
    /* With the line end as one blank the path is as long, or one byte longer. */
    const dx_span span = {strlen(w->before), strlen(w->before) + path_n + !w->blank};
    return dx_heal_path(&view, span, arena);
}

static void assert_heals(const wrap *w)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_str got = healed(w, arena);
    if (!dx_str_eq(got, dx_str_of(w->path)))
        fail_msg("'%s', cut at %zu%s: '%.*s'", w->path, w->at, w->blank ? " (a blank)" : "",
                 DX_FMT(got));
    dx_arena_free(arena);
}

/* A line that ends at a blank of the path, as word wrappers break it. */
static void test_a_path_broken_at_a_blank_of_a_known_folder_keeps_the_blank(void **state)
{
    static const char *const paths[] = {
        "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll",
        "C:\\Program Files\\Common Files\\Microsoft Shared\\Web Folders.dll",
        "D:\\Program Files (x86)\\Acme\\acme.dll",
        "C:\\Documents and Settings\\All Users\\Start Menu\\x.lnk",
    };
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (size_t at = 1; paths[i][at] != '\0'; at++)
            if (paths[i][at] == ' ' && strchr(paths[i] + at, '\\') != NULL)
                assert_heals(&(wrap){"Self registration of the DLL ", paths[i], " failed.", at,
                                     true, false});
}

/* Beside a backslash there is never a blank. */
static void test_a_path_broken_beside_a_backslash_is_joined(void **state)
{
    static const char path[] =
        "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll";
    (void)state;
    for (size_t at = 1; at + 1 < sizeof path; at++)
        if (path[at] == '\\' || path[at - 1] == '\\')
            assert_heals(&(wrap){"The DLL ", path, " failed.", at, false, false});
}

/* Cut at a column, by a program that counts characters: at every byte, in long and short lines. */
static void test_a_path_cut_at_any_byte_is_whole_again(void **state)
{
    static const char *const paths[] = {
        "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll",
        "C:\\WINNT\\system32\\inetsrv\\cdonts.dll",
        "E:\\EXCHSRVR\\BIN\\cdo.ins",
        "C:\\Program Files\\Exchsrvr\\bin\\smtp.uns",
        "\\\\server\\share\\setup\\i386\\webcon.uns",
    };
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (size_t at = 1; paths[i][at] != '\0'; at++) {
            const bool blank = paths[i][at] == ' ' || paths[i][at - 1] == ' ';
            if (blank) /* the line then ends or begins with it: see the next test */
                continue;
            assert_heals(&(wrap){"Self registration of the DLL ", paths[i], " failed : 0d.", at,
                                 false, true});
        }
}

static void test_a_cut_beside_a_blank_keeps_it(void **state)
{
    static const char path[] =
        "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll";
    (void)state;
    for (size_t at = 1; at + 1 < sizeof path; at++)
        if (path[at] == ' ') {
            assert_heals(&(wrap){"The file ", path, " failed.", at, true, true});
            assert_heals(&(wrap){"The file ", path, " failed.", at, true, false});
        }
}

/* Where no other line is as long, names that Windows knows still tell. */
static void test_known_names_are_mended_without_other_full_lines(void **state)
{
    static const char path[] = "C:\\Program Files\\x\\WINDOWS\\system32\\inetsrv\\a.dll";
    static const char *const names[] = {"WINDOWS", "system32"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const size_t from = (size_t)(strstr(path, names[i]) - path);
        for (size_t at = from + 1; at < from + strlen(names[i]); at++)
            assert_heals(&(wrap){"Self registration of ", path, " failed.", at, false, false});
    }
}

static void test_a_file_name_cut_at_the_end_of_a_full_line_is_joined(void **state)
{
    static const char path[] = "C:\\x\\longname.dll";
    (void)state;
    for (size_t at = 6; at + 1 < sizeof path; at++)
        assert_heals(&(wrap){"Self registration of ", path, " failed.", at, false, false});
}

static void test_a_path_on_one_line_is_left_alone(void **state)
{
    static const char *const paths[] = {"C:\\My Own Folder\\a b.dll", "x", "C:\\"};
    dx_arena *arena = dx_arena_new(0);
    const dx_line_start start = {0, 1, false, false};
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const dx_view view = {dx_str_of(paths[i]), &start, 1};
        const dx_str got = dx_heal_path(&view, (dx_span){0, view.text.n}, arena);
        assert_true(dx_str_eq(got, view.text));
    }
    dx_arena_free(arena);
}

static void test_a_path_over_three_lines_is_mended_twice(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_fold_line lines[] = {{DX_LIT("The DLL C:\\Documents and Settings\\Admin"), 1},
                                  {DX_LIT("istrator\\WINDOWS\\system32\\inetsrv\\cdont"), 2},
                                  {DX_LIT("s.dll failed."), 3}};
    const dx_fold_how how = {.widest = dx_fold_columns(lines[0].text)};
    dx_view view;
    bool any_full;
    (void)state;
    assert_int_equal(lines[0].text.n, lines[1].text.n);
    assert_true(dx_fold(lines, 3, how, arena, &view, &any_full));
    const size_t end = dx_str_find(view.text, DX_LIT(" failed"), 0);
    const dx_str got = dx_heal_path(&view, (dx_span){8, end}, arena);
    assert_true(dx_str_eq(
        got, DX_LIT("C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\inetsrv\\"
                    "cdonts.dll")));
    dx_arena_free(arena);
}

/* Whatever the line ends and spans are: never longer, never out of bounds. */
static void test_any_span_of_any_text_is_survived(void **state)
{
    static const char text[] = "\\ a\n\\\\ b c \n x\\ y\n/ / z";
    dx_arena *arena = dx_arena_new(0);
    dx_fold_line lines[8];
    dx_str rest = dx_str_of(text), piece;
    size_t n = 0;
    dx_view view;
    bool any_full;
    (void)state;
    while (dx_str_next(&rest, '\n', &piece)) {
        lines[n] = (dx_fold_line){piece, (uint32_t)n + 1};
        n++;
    }
    assert_true(dx_fold(lines, n, (dx_fold_how){0}, arena, &view, &any_full));
    for (size_t from = 0; from <= view.text.n; from++)
        for (size_t to = from; to <= view.text.n; to++)
            assert_true(dx_heal_path(&view, (dx_span){from, to}, arena).n <= to - from);
    dx_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_are_read_as_logs_write_them),
        cmocka_unit_test(test_values_that_their_type_cannot_read_are_left_out),
        cmocka_unit_test(test_no_memory_for_fields_is_told),
        cmocka_unit_test(test_a_path_broken_at_a_blank_of_a_known_folder_keeps_the_blank),
        cmocka_unit_test(test_a_path_broken_beside_a_backslash_is_joined),
        cmocka_unit_test(test_a_path_cut_at_any_byte_is_whole_again),
        cmocka_unit_test(test_a_cut_beside_a_blank_keeps_it),
        cmocka_unit_test(test_known_names_are_mended_without_other_full_lines),
        cmocka_unit_test(test_a_file_name_cut_at_the_end_of_a_full_line_is_joined),
        cmocka_unit_test(test_a_path_on_one_line_is_left_alone),
        cmocka_unit_test(test_a_path_over_three_lines_is_mended_twice),
        cmocka_unit_test(test_any_span_of_any_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
