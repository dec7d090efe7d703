/* What the user is told of a cause, in plain words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/ticket_user.h"

static void assert_told(const char *cause_class, const char *words)
{
    const char *reason = dx_plain_reason(dx_str_of(cause_class));

    assert_non_null(reason);
    assert_non_null(strstr(reason, words));
}

static void test_a_damaged_download_is_no_fault_of_the_network(void **state)
{
    (void)state;
    assert_told("damaged-download", "damaged or incomplete");
    assert_told("corrupt-download", "damaged or incomplete");
    assert_told("download", "over the network");
    assert_told("network", "over the network");
}

static void test_a_policy_is_said_to_be_a_rule(void **state)
{
    (void)state;
    assert_told("policy", "a rule for this computer");
    assert_told("configuration", "not set up the way");
}

static void test_a_class_that_nobody_knows_has_no_words(void **state)
{
    (void)state;
    assert_null(dx_plain_reason(DX_LIT("sunspots")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_damaged_download_is_no_fault_of_the_network),
        cmocka_unit_test(test_a_policy_is_said_to_be_a_rule),
        cmocka_unit_test(test_a_class_that_nobody_knows_has_no_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
