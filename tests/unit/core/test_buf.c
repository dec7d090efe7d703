#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/buf.h"

static void test_an_unused_buffer_is_an_empty_string(void **state)
{
    (void)state;
    dx_buf b = {0};
    assert_non_null(dx_buf_str(&b).p);
    assert_int_equal(dx_buf_str(&b).n, 0);
    dx_buf_clear(&b);
    dx_buf_done(&b);
    dx_buf_done(&b);
}

static void test_everything_added_is_there_and_ends_with_a_nul(void **state)
{
    (void)state;
    dx_buf b = {0};
    dx_buf_add(&b, DX_LIT("ab"));
    dx_buf_add(&b, DX_NONE);
    dx_buf_char(&b, 'c');
    dx_buf_printf(&b, "%d-%s", 12, "de");
    assert_string_equal(b.p, "abc12-de");
    assert_int_equal(b.n, 8);
    dx_buf_done(&b);
    assert_null(b.p);
}

static void test_nul_bytes_are_kept(void **state)
{
    (void)state;
    dx_buf b = {0};
    dx_buf_add(&b, DX_LIT("a\0b"));
    assert_int_equal(b.n, 3);
    assert_memory_equal(b.p, "a\0b", 4);
    dx_buf_done(&b);
}

static void test_it_grows_byte_by_byte(void **state)
{
    (void)state;
    dx_buf b = {0};
    for (int i = 0; i < 100000; i++)
        dx_buf_char(&b, (char)('a' + i % 26));
    assert_int_equal(b.n, 100000);
    assert_false(b.failed);
    assert_int_equal(b.p[99999], 'a' + 99999 % 26);
    assert_int_equal(b.p[b.n], '\0');
    dx_buf_done(&b);
}

static void test_clear_keeps_the_memory(void **state)
{
    (void)state;
    dx_buf b = {0};
    dx_buf_printf(&b, "%1000d", 1);
    const char *before = b.p;
    dx_buf_clear(&b);
    assert_int_equal(b.n, 0);
    assert_string_equal(b.p, "");
    dx_buf_add(&b, DX_LIT("x"));
    assert_ptr_equal(b.p, before);
    dx_buf_done(&b);
}

static void test_reserve_leaves_room_to_write(void **state)
{
    (void)state;
    dx_buf b = {0};
    assert_true(dx_buf_reserve(&b, 0));
    assert_true(dx_buf_reserve(&b, 1000));
    memset(b.p + b.n, 'x', 1000);
    b.n += 1000;
    dx_buf_char(&b, 'y');
    assert_int_equal(b.n, 1001);
    dx_buf_done(&b);
}

static void test_a_failure_is_remembered_until_cleared(void **state)
{
    (void)state;
    dx_buf b = {0};
    dx_buf_add(&b, DX_LIT("ab"));
    assert_false(dx_buf_reserve(&b, SIZE_MAX));
    assert_false(dx_buf_reserve(&b, 1));
    dx_buf_add(&b, DX_LIT("cd"));
    dx_buf_printf(&b, "ef");
    assert_true(b.failed);
    assert_string_equal(b.p, "ab");
    dx_buf_clear(&b);
    dx_buf_add(&b, DX_LIT("cd"));
    assert_false(b.failed);
    assert_string_equal(b.p, "cd");
    dx_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_unused_buffer_is_an_empty_string),
        cmocka_unit_test(test_everything_added_is_there_and_ends_with_a_nul),
        cmocka_unit_test(test_nul_bytes_are_kept),
        cmocka_unit_test(test_it_grows_byte_by_byte),
        cmocka_unit_test(test_clear_keeps_the_memory),
        cmocka_unit_test(test_reserve_leaves_room_to_write),
        cmocka_unit_test(test_a_failure_is_remembered_until_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
