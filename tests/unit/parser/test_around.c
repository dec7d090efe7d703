#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/buf.h"
#include "core/utf.h"
#include "parser/around.h"

#define ALL UINT64_MAX

/* Lines "l1" to "l20". */
static const char *const TWENTY =
    "l1\nl2\nl3\nl4\nl5\nl6\nl7\nl8\nl9\nl10\nl11\nl12\nl13\nl14\nl15\n"
    "l16\nl17\nl18\nl19\nl20";

static void read_all(dx_str log, const char *encoding, uint64_t most, dx_around *places, size_t n,
                     dx_arena *into)
{
    dx_around *list[8];
    dx_source *src;
    dx_err err = {0};

    for (size_t i = 0; i < n; i++)
        list[i] = &places[i];
    assert_int_equal(dx_source_memory(&src, DX_LIT("x"), log, &err), DX_OK);
    if (dx_around_read(src, encoding, most, list, n, into, &err) != DX_OK)
        fail_msg("%s", err.text);
    dx_source_close(src);
}

/* The lines of a place as "3- text|4: text". */
static void assert_shown(const dx_around *p, const char *wanted)
{
    dx_buf got = {0};

    for (size_t i = 0; i < p->n; i++)
        dx_buf_printf(&got, "%s%u%c %.*s", i ? "|" : "", (unsigned)p->lines[i].number,
                      p->lines[i].own ? ':' : '-', DX_FMT(p->lines[i].text));
    assert_string_equal(got.p ? got.p : "", wanted);
    dx_buf_done(&got);
}

static void assert_around(dx_str log, const char *encoding, dx_around place, const char *wanted)
{
    dx_arena *into = dx_arena_new(0);

    read_all(log, encoding, ALL, &place, 1, into);
    assert_shown(&place, wanted);
    dx_arena_free(into);
}

static void test_three_lines_stand_on_each_side(void **state)
{
    const dx_str log = dx_str_of(TWENTY);
    (void)state;
    assert_around(log, NULL, (dx_around){.line = 9, .last_line = 9, .text = DX_LIT("l9")},
                  "6- l6|7- l7|8- l8|9: l9|10- l10|11- l11|12- l12");
    assert_around(log, NULL, (dx_around){.line = 1, .last_line = 1}, "1: l1|2- l2|3- l3|4- l4");
    assert_around(log, NULL, (dx_around){.line = 20, .last_line = 20},
                  "17- l17|18- l18|19- l19|20: l20");
}

static void test_a_place_of_many_lines_is_shortened(void **state)
{
    (void)state;
    assert_around(dx_str_of(TWENTY), NULL, (dx_around){.line = 5, .last_line = 15},
                  "2- l2|3- l3|4- l4|5: l5|6: l6|7: l7|8: l8|16- l16|17- l17|18- l18");
}

static void test_places_may_overlap_and_touch_the_largest_number(void **state)
{
    dx_arena *into = dx_arena_new(0);
    dx_around p[] = {{.line = 3, .last_line = 3},
                     {.line = 2, .last_line = 2},
                     {.line = 19, .last_line = UINT32_MAX}};
    (void)state;

    read_all(dx_str_of(TWENTY), NULL, ALL, p, 3, into);
    assert_shown(&p[0], "1- l1|2- l2|3: l3|4- l4|5- l5|6- l6");
    assert_shown(&p[1], "1- l1|2: l2|3- l3|4- l4|5- l5");
    assert_shown(&p[2], "16- l16|17- l17|18- l18|19: l19|20: l20");
    dx_arena_free(into);
}

static void test_what_does_not_stand_there_has_no_lines(void **state)
{
    const dx_str log = DX_LIT("a\n10:00 ERROR it  broke\tdown\r\nc\n");
    const char *all = "1- a|2: 10:00 ERROR it  broke\tdown|3- c";
    (void)state;

    assert_around(log, NULL, (dx_around){.line = 2, .last_line = 2, .text = DX_LIT("it broke")},
                  all);
    assert_around(log, NULL,
                  (dx_around){.line = 2, .last_line = 2, .text = DX_LIT("broke down\r\nc")}, all);
    assert_around(
        log, NULL,
        (dx_around){.line = 2, .last_line = 2, .text = DX_LIT("ERROR it broke down and c")}, all);
    assert_around(log, NULL, (dx_around){.line = 2, .last_line = 2, .text = DX_LIT("down and c")},
                  "");
    assert_around(log, NULL, (dx_around){.line = 2, .last_line = 2, .text = DX_LIT("fell down")},
                  "");
    assert_around(log, NULL, (dx_around){.line = 3, .last_line = 3, .text = DX_LIT("it broke")},
                  "");
    assert_around(log, NULL, (dx_around){.line = 5, .last_line = 5}, "");
    assert_around(DX_LIT(""), NULL, (dx_around){.line = 1, .last_line = 1}, "");
}

static void test_encodings_and_line_ends_are_those_of_a_scan(void **state)
{
    (void)state;
    assert_around((dx_str){"\xff\xfe"
                           "a\0\r\0\n\0\xe4\0\r\0\n\0c\0",
                           16},
                  NULL, (dx_around){.line = 2, .last_line = 2, .text = DX_LIT("\xc3\xa4")},
                  "1- a|2: \xc3\xa4|3- c");
    assert_around(DX_LIT("a\r\x84\rc"), "cp437",
                  (dx_around){.line = 2, .last_line = 2, .text = DX_LIT("\xc3\xa4")},
                  "1- a|2: \xc3\xa4|3- c");
}

static void test_long_lines_are_cut_between_characters_and_count_once(void **state)
{
    enum { LONG = 3 << 20 };
    dx_arena *into = dx_arena_new(0);
    char *text = dx_arena_get(into, LONG + 16);
    dx_around p = {.line = 2, .last_line = 2, .text = DX_LIT("end")};
    (void)state;

    text[0] = 'x';
    for (size_t i = 1; i + 1 < LONG; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    memcpy(text + LONG - 1, "\nend\n", 5);
    read_all((dx_str){text, LONG + 4}, NULL, ALL, &p, 1, into);
    assert_int_equal(p.n, 2);
    assert_int_equal(p.lines[0].text.n, 299);
    assert_true(dx_utf_valid(p.lines[0].text));
    assert_int_equal(p.lines[1].number, 2);
    assert_true(dx_str_eq(p.lines[1].text, DX_LIT("end")));
    dx_arena_free(into);
}

/* Looking for the text must not take the square of the line's length. */
static void test_lines_of_blanks_take_no_time(void **state)
{
    enum { LONG = 1 << 20 };
    dx_arena *into = dx_arena_new(0);
    char *text = dx_arena_get(into, LONG);
    dx_around p = {.line = 1, .last_line = 1, .text = DX_LIT("abc")};
    (void)state;

    memset(text, ' ', LONG);
    for (size_t i = 0; i < LONG; i += 64)
        memcpy(text + i, "ab", 2);
    read_all((dx_str){text, LONG}, NULL, ALL, &p, 1, into);
    assert_int_equal(p.n, 0);
    dx_arena_free(into);
}

static void test_reading_ends_at_its_limit(void **state)
{
    enum { LONG = 8 << 20 };
    dx_arena *into = dx_arena_new(0);
    char *text = dx_arena_get(into, LONG);
    dx_around p[] = {{.line = 2, .last_line = 2}, {.line = LONG / 2, .last_line = LONG / 2}};
    (void)state;

    for (size_t i = 0; i < LONG; i += 2)
        memcpy(text + i, "x\n", 2);
    read_all((dx_str){text, LONG}, NULL, 1 << 20, p, 2, into);
    assert_shown(&p[0], "1- x|2: x|3- x|4- x|5- x");
    assert_int_equal(p[1].n, 0);
    dx_arena_free(into);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_lines_stand_on_each_side),
        cmocka_unit_test(test_a_place_of_many_lines_is_shortened),
        cmocka_unit_test(test_places_may_overlap_and_touch_the_largest_number),
        cmocka_unit_test(test_what_does_not_stand_there_has_no_lines),
        cmocka_unit_test(test_encodings_and_line_ends_are_those_of_a_scan),
        cmocka_unit_test(test_long_lines_are_cut_between_characters_and_count_once),
        cmocka_unit_test(test_lines_of_blanks_take_no_time),
        cmocka_unit_test(test_reading_ends_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
