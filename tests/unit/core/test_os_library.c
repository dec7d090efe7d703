#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "core/os.h"

static void test_functions_are_found_by_their_names(void **state)
{
    static const char *const names[] = {"strlen", "getpid"};
    struct {
        size_t (*length)(const char *);
        pid_t (*process)(void);
    } calls = {0};
    dx_err err = {0};
    (void)state;
    if (dx_os_library("libc.so.6", names, 2, &calls, &err) != DX_OK)
        fail_msg("%s", err.text);
    assert_int_equal(calls.length("four"), 4);
    assert_int_equal(calls.process(), getpid());
}

static void test_what_is_missing_is_told(void **state)
{
    static const char *const names[] = {"strlen", "dx_nobody_has_this"};
    void (*calls[2])(void) = {0};
    dx_err err = {0};
    (void)state;
    assert_int_equal(dx_os_library("libdx-nobody-has-this.so.1", names, 1, calls, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_IO);
    assert_non_null(strstr(err.text, "libdx-nobody-has-this.so.1"));
    assert_int_equal(dx_os_library("libc.so.6", names, 2, calls, &err), DX_FAIL);
    assert_non_null(strstr(err.text, "dx_nobody_has_this"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_are_found_by_their_names),
        cmocka_unit_test(test_what_is_missing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
