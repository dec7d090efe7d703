#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/buf.h"
#include "patterns/meter.h"

enum { LIMIT = 100000000 };

typedef struct bench {
    dx_signature sig;
    dx_str piece;
    dx_regex *regex;
    dx_meter *meter;
} bench;

static void open_bench(bench *b, const char *pattern)
{
    dx_err err = {0};
    *b = (bench){.piece = dx_str_of(pattern)};
    b->sig = (dx_signature){.n_pieces = 1, .pieces = &b->piece};
    if (dx_pieces_compile(&b->regex, &b->sig, 1, 0, &err) != DX_OK)
        fail_msg("%s", err.text);
    b->sig.regex = b->regex;
    assert_int_equal(dx_meter_new(&b->meter, &b->sig, &err), DX_OK);
}

static void close_bench(bench *b)
{
    dx_meter_free(b->meter);
    dx_regex_free(b->regex);
}

static uint64_t steps_of(const char *pattern, const char *unit, size_t n)
{
    bench b;
    dx_buf text = {0};
    uint64_t steps = 0;
    open_bench(&b, pattern);
    for (size_t i = 0; i < n; i++)
        dx_buf_add(&text, dx_str_of(unit));
    assert_int_not_equal(dx_meter_run(b.meter, dx_buf_str(&text), LIMIT, NULL, &steps),
                         DX_RX_LIMIT);
    dx_buf_done(&text);
    close_bench(&b);
    return steps;
}

static void test_all_matches_are_counted(void **state)
{
    (void)state;
    const uint64_t once = steps_of("code (\\d+)", "code 12 ", 10);
    assert_in_range(steps_of("code (\\d+)", "code 12 ", 100) / once, 9, 11);
    assert_in_range(
        steps_of("code .*end", "code 12 ", 100) / steps_of("code .*end", "code 12 ", 10), 60, 110);
}

static void test_the_first_match_is_told(void **state)
{
    bench b;
    dx_span first = {0};
    (void)state;
    open_bench(&b, "code (\\d+)");
    assert_int_equal(dx_meter_run(b.meter, DX_LIT("a code\n12 and code 3"), LIMIT, &first, NULL),
                     DX_RX_YES);
    assert_int_equal(first.from, 2);
    assert_int_equal(first.to, 9);
    assert_int_equal(dx_meter_run(b.meter, DX_LIT("none"), LIMIT, NULL, NULL), DX_RX_NO);
    assert_int_equal(dx_meter_run(b.meter, DX_LIT("code 1 code 2"), 3, NULL, NULL), DX_RX_LIMIT);
    close_bench(&b);
}

static void test_a_regex_of_many_parts_is_watched_for_its_own_limits(void **state)
{
    bench b;
    dx_buf text = {0};
    uint64_t steps = 1;
    (void)state;
    open_bench(&b, "begin(?:(?!another one)[^\\n]){0,500}end");
    assert_int_equal(dx_meter_run(b.meter, DX_LIT("begin to end"), LIMIT, NULL, &steps), DX_RX_YES);
    assert_int_equal(steps, 0);
    close_bench(&b);
    open_bench(&b, "(?:(?!another one)(?:\\w+)+){1,500}[!?]");
    for (size_t i = 0; i < 200; i++)
        dx_buf_char(&text, 'x');
    assert_int_equal(dx_meter_run(b.meter, dx_buf_str(&text), LIMIT, NULL, &steps), DX_RX_LIMIT);
    dx_buf_done(&text);
    close_bench(&b);
    dx_meter_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_matches_are_counted),
        cmocka_unit_test(test_the_first_match_is_told),
        cmocka_unit_test(test_a_regex_of_many_parts_is_watched_for_its_own_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
