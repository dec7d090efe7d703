/* Which of the things that a number can mean counts: what stands beside it, and how usual each is.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/patterns/codes.h"

static void test_the_text_beside_a_code_rejects_the_other_reading(void **state)
{
    const dx_code_answer a =
        ask_all(*state, "0xc0020002", "The system cannot find the file specified", NULL, false);
    assert_true(is(a.readings[0].name, "ERROR_FILE_NOT_FOUND"));
    assert_true(is(a.readings[0].inside, "in an Exchange Setup \"ID no:\""));
    assert_int_equal(a.readings[0].near, DX_NEAR_AGREES);
    assert_false(a.readings[0].rejected);
    const dx_code_reading *other = find(&a, "ntstatus");
    assert_non_null(other);
    assert_true(is(other->name, "RPC_NT_WRONG_KIND_OF_BINDING"));
    assert_int_equal(other->near, DX_NEAR_DISAGREES);
    assert_true(other->rejected);
}

static void test_the_number_itself_speaks_for_no_reading(void **state)
{
    const dx_code_answer a =
        ask_all(*state, "1920",
                "Error 1920. Service 'Contoso Agent' (CtsAgent) failed to start. Verify that you "
                "have sufficient privileges to start system services.",
                NULL, false);
    assert_true(is(a.readings[0].space, "msi"));
    assert_true(a.n > 1);
    assert_int_equal(a.readings[1].near, DX_NEAR_DISAGREES);
}

static void test_a_text_can_speak_for_the_ntstatus_too(void **state)
{
    const dx_code_answer a =
        ask_all(*state, "0xc0020002", "the wrong kind of binding was used for RPC", NULL, false);
    assert_true(is(a.readings[0].space, "ntstatus"));
    assert_true(find(&a, "win32")->rejected);
}

static void test_a_label_of_exchange_rejects_ntstatus(void **state)
{
    const dx_code_answer a = ask(*state, "Microsoft Windows NT ID no: 0xc0020002");
    assert_true(is(a.readings[0].space, "win32"));
    assert_true(find(&a, "ntstatus")->rejected);
}

static void test_a_mended_code_ranks_by_the_text_beside_it(void **state)
{
    const dx_code_answer a = ask_all(*state, "0xC002005", "Access is denied", NULL, false);
    assert_int_equal(a.readings[0].whole, 0xC0020005);
    assert_true(a.readings[0].mended);
    assert_true(a.readings[0].note.n > 0);
    const dx_code_answer b = ask_all(*state, "c002005", "The file exists", NULL, false);
    assert_int_equal(b.readings[0].whole, 0xC0020050);
}

static void test_a_code_that_means_something_is_not_mended(void **state)
{
    const dx_code_answer a = ask(*state, "0x0000007b");
    for (size_t i = 0; i < a.n; i++)
        assert_false(a.readings[i].mended);
}

static void test_outcomes_are_marked(void **state)
{
    static const char *const outcomes[] = {"1603",       "0x80070643", "1602",       "3010",
                                           "0xC1900101", "0x80240022", "0x8A150006", "0x80004005"};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        assert_true(ask(*state, outcomes[i]).readings[0].outcome);
    static const char *const causes[] = {"1618", "0x80070005", "0x800F081F", "0xC0000135"};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        assert_false(ask(*state, causes[i]).readings[0].outcome);
}

static void test_small_numbers_of_one_installer_need_its_name(void **state)
{
    const dx_code_answer plain = ask(*state, "5");
    assert_null(find(&plain, "inno"));
    const dx_code_answer inno = ask_all(*state, "5", NULL, "Inno Setup 6", false);
    assert_non_null(find(&inno, "inno"));
}

static void test_a_message_of_windows_installer_is_one_reading_of_1722(void **state)
{
    const dx_code_answer plain = ask(*state, "1722");
    assert_true(is(plain.readings[0].space, "win32"));
    assert_non_null(find(&plain, "msi"));
    const dx_code_answer msi = ask_all(*state, "1722", NULL, "msi", false);
    assert_true(is(msi.readings[0].space, "msi"));
    const dx_code_answer text =
        ask_all(*state, "1722", "A program run as part of the setup did not finish as expected",
                NULL, false);
    assert_true(is(text.readings[0].space, "msi"));
    assert_true(find(&text, "win32")->rejected);
}

static void test_what_is_seldom_met_gives_way(void **state)
{
    const dx_code_answer key = ask_all(*state, "1402", "", "", false);
    const dx_code_answer failure = ask_all(*state, "1603", "", "windows installer", false);

    assert_true(dx_str_eq(key.readings[0].space, DX_LIT("msi")));
    assert_true(key.readings[1].seldom);
    assert_true(dx_str_eq(failure.readings[0].name, DX_LIT("ERROR_INSTALL_FAILURE")));
    assert_false(failure.readings[0].seldom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_text_beside_a_code_rejects_the_other_reading),
        cmocka_unit_test(test_the_number_itself_speaks_for_no_reading),
        cmocka_unit_test(test_a_text_can_speak_for_the_ntstatus_too),
        cmocka_unit_test(test_a_label_of_exchange_rejects_ntstatus),
        cmocka_unit_test(test_a_mended_code_ranks_by_the_text_beside_it),
        cmocka_unit_test(test_a_code_that_means_something_is_not_mended),
        cmocka_unit_test(test_outcomes_are_marked),
        cmocka_unit_test(test_small_numbers_of_one_installer_need_its_name),
        cmocka_unit_test(test_a_message_of_windows_installer_is_one_reading_of_1722),
        cmocka_unit_test(test_what_is_seldom_met_gives_way),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
