#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/os_net.h"

static dx_address address_of(const char *text)
{
    dx_address a = {0};
    if (!dx_os_address(dx_str_of(text), 8384, &a))
        fail_msg("'%s' is an address", text);
    return a;
}

static void test_addresses_are_numbers_with_or_without_a_port(void **state)
{
    (void)state;
    assert_int_equal(address_of("127.0.0.1:9000").port, 9000);
    assert_int_equal(address_of("127.0.0.1").port, 8384);
    assert_int_equal(address_of("10.0.0.7:0").port, 0);
    assert_int_equal(address_of("[::1]:443").port, 443);
    assert_true(address_of("[::1]").v6);
    assert_int_equal(address_of("[fe80::1]").port, 8384);
}

static void test_a_port_alone_means_this_computer(void **state)
{
    (void)state;
    assert_true(address_of(":9000").loopback);
    assert_int_equal(address_of(":9000").port, 9000);
    assert_true(address_of("9000").loopback);
    assert_int_equal(address_of("9000").port, 9000);
}

static void test_only_loopback_is_out_of_reach(void **state)
{
    (void)state;
    assert_true(address_of("127.8.9.10").loopback);
    assert_true(address_of("[::1]").loopback);
    assert_false(address_of("0.0.0.0").loopback);
    assert_false(address_of("[::]").loopback);
    assert_false(address_of("192.168.1.1:80").loopback);
    assert_false(address_of("[::ffff:127.0.0.1]").loopback);
}

static void test_names_and_nonsense_are_no_addresses(void **state)
{
    static const char *const wrong[] = {
        "localhost", "example.com:80", "127.0.0.1:x", "127.0.0.1:-1", "1.2.3",    "1.2.3.4:65536",
        "::1",       "[::1",           "[127.0.0.1]", "99999",        "1.2.3.4 ", "0x7f.1"};
    dx_address a;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (dx_os_address(dx_str_of(wrong[i]), 8384, &a))
            fail_msg("'%s' was taken for an address", wrong[i]);
}

static void test_hosts_that_are_numbers(void **state)
{
    (void)state;
    assert_true(dx_os_is_ip(DX_LIT("127.0.0.1")));
    assert_true(dx_os_is_ip(DX_LIT("[::1]")));
    assert_false(dx_os_is_ip(DX_LIT("localhost")));
    assert_false(dx_os_is_ip(DX_LIT("127.0.0.1.evil.example")));
    assert_false(dx_os_is_ip(DX_LIT("")));
    assert_false(dx_os_is_ip(DX_NONE));
    assert_false(dx_os_is_ip((dx_str){"127.0.0.1\0x", 11}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_numbers_with_or_without_a_port),
        cmocka_unit_test(test_a_port_alone_means_this_computer),
        cmocka_unit_test(test_only_loopback_is_out_of_reach),
        cmocka_unit_test(test_names_and_nonsense_are_no_addresses),
        cmocka_unit_test(test_hosts_that_are_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
