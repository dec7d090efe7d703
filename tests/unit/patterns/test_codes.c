/* What numbers in setup logs mean, by the tables that come with the program. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/patterns/codes.h"
#include "core/os.h"

static void test_all_tables_load_without_a_fault(void **state)
{
    const fixture *f = *state;
    const dx_code_space *space;
    const size_t n = dx_codes_spaces(f->codes, &space);
    size_t total = 0;
    assert_true(n > 15);
    for (size_t i = 0; i < n; i++) {
        assert_true(space[i].title.n > 0);
        assert_true(space[i].n > 0);
        total += space[i].n;
    }
    assert_true(total > 6000);
}

static void test_no_value_and_no_name_stands_twice_in_a_namespace(void **state)
{
    const fixture *f = *state;
    const dx_code_space *space;
    const size_t n = dx_codes_spaces(f->codes, &space);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 1; k < space[i].n; k++)
            assert_true(space[i].code[k - 1].value < space[i].code[k].value);
}

static void test_every_code_has_words_that_can_be_shown(void **state)
{
    const fixture *f = *state;
    const dx_code_space *space;
    const size_t n = dx_codes_spaces(f->codes, &space);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < space[i].n; k++)
            assert_true(dx_code_meaning(&space[i].code[k], f->arena).n > 1);
}

static void test_meanings_are_made_from_names_when_nobody_wrote_one(void **state)
{
    const fixture *f = *state;
    static const struct {
        const char *name, *meaning;
    } pairs[] = {{"ERROR_FILE_NOT_FOUND", "file not found"},
                 {"STATUS_DIR_NOT_EMPTY", "directory not empty"},
                 {"JET_errDatabaseDirtyShutdown", "database dirty shutdown"},
                 {"WU_E_XML_INVALID", "XML invalid"},
                 {"ERROR", "error"},
                 {"_", ""}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const dx_code code = {.name = dx_str_of(pairs[i].name)};
        const dx_str made = dx_code_meaning(&code, f->arena);
        if (!is(made, pairs[i].meaning))
            fail_msg("%s gave '%.*s'", pairs[i].name, DX_FMT(made));
    }
}

/* One row: how it is written, the best reading's namespace, name ("" = none) and whole value. */
static const struct {
    const char *text, *space, *name;
    uint32_t whole;
} forms[] = {
    {"2", "win32", "ERROR_FILE_NOT_FOUND", 2},
    {"0x2", "win32", "ERROR_FILE_NOT_FOUND", 2},
    {"1603", "win32", "ERROR_INSTALL_FAILURE", 1603},
    {"0005", "win32", "ERROR_ACCESS_DENIED", 5},
    {"0x80070002", "win32", "ERROR_FILE_NOT_FOUND", 0x80070002},
    {"80070002", "win32", "ERROR_FILE_NOT_FOUND", 0x80070002},
    {"2147942402", "win32", "ERROR_FILE_NOT_FOUND", 0x80070002},
    {"-2147024894", "win32", "ERROR_FILE_NOT_FOUND", 0x80070002},
    {"0xFFFFFFFF80070002", "win32", "ERROR_FILE_NOT_FOUND", 0x80070002},
    {"18446744071562526722", "win32", "ERROR_FILE_NOT_FOUND", 0x80070002},
    {"2147942405", "win32", "ERROR_ACCESS_DENIED", 0x80070005},
    {"0x80070643", "win32", "ERROR_INSTALL_FAILURE", 0x80070643},
    {"0x80072EE7", "win32", "ERROR_INTERNET_NAME_NOT_RESOLVED", 0x80072EE7},
    {"0x80073712", "win32", "ERROR_SXS_COMPONENT_STORE_CORRUPT", 0x80073712},
    {"0x800F081F", "cbs", "CBS_E_SOURCE_MISSING", 0x800F081F},
    {"0x800f0831", "cbs", "CBS_E_STORE_CORRUPTION", 0x800F0831},
    {"0x8024402C", "windows-update", "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED", 0x8024402C},
    {"0x80190194", "bits", "BG_E_HTTP_ERROR_404", 0x80190194},
    {"0x80040154", "hresult", "REGDB_E_CLASSNOTREG", 0x80040154},
    {"80004005", "hresult", "E_FAIL", 0x80004005},
    {"0x80131509", "dotnet", "COR_E_INVALIDOPERATION", 0x80131509},
    {"0x80090345", "hresult", "SEC_E_DELEGATION_REQUIRED", 0x80090345},
    {"0xC1900101", "mosetup", "MOSETUP_E_SETUP_PLATFORM", 0xC1900101},
    {"0xC1900101 - 0x20017", "mosetup", "MOSETUP_E_SETUP_PLATFORM", 0xC1900101},
    {"0xC1900101-0x20017", "mosetup", "MOSETUP_E_SETUP_PLATFORM", 0xC1900101},
    {"0xc0000135", "ntstatus", "STATUS_DLL_NOT_FOUND", 0xC0000135},
    {"0xC0000005", "ntstatus", "STATUS_ACCESS_VIOLATION", 0xC0000005},
    {"0xD0000034", "ntstatus", "STATUS_OBJECT_NAME_NOT_FOUND", 0xD0000034},
    {"0xc0070424", "win32", "ERROR_SERVICE_DOES_NOT_EXIST", 0xC0070424},
    {"c106fdda", "ese", "JET_errDatabaseDirtyShutdown", 0xC106FDDA},
    {"c106fbf8", "ese", "JET_errFileAccessDenied", 0xC106FBF8},
    {"c106fc0d", "ese", "JET_errOutOfMemory", 0xC106FC0D},
    {"-1206", "ese", "JET_errDatabaseCorrupted", (uint32_t)-1206},
    {"0xC80003FB", "ese", "JET_errPageNotInitialized", 0xC80003FB},
    {"C103798A", "exchange", "", 0xC103798A},
    {"ID no: c103798a", "exchange", "", 0xC103798A},
    {"Id NO. C103798a", "exchange", "", 0xC103798A},
    {"ID no:c1031668.", "exchange", "", 0xC1031668},
    {"ID# c103264a", "exchange", "", 0xC103264A},
    {"ID\nno: c103264a", "exchange", "", 0xC103264A},
    {"ID no:0xc0020003", "win32", "ERROR_PATH_NOT_FOUND", 0xC0020003},
    {"(0xC0020003)", "win32", "ERROR_PATH_NOT_FOUND", 0xC0020003},
    {"0XC103FC93", "exchange", "", 0xC103FC93},
    {"<112>", "win32", "ERROR_DISK_FULL", 112},
    {"0d", "win32", "ERROR_SUCCESS", 0},
    {"80020009d", "hresult", "DISP_E_EXCEPTION", 0x80020009},
    {"80070057-0501-80070057", "win32", "ERROR_INVALID_PARAMETER", 0x80070057},
    {"ID no: 8004011d-0526-00000000", "mapi", "MAPI_E_FAILONEPROVIDER", 0x8004011D},
    {"-1978335226", "winget", "", 0x8A150006},
    {"0x851A001A", "sql-setup", "", 0x851A001A},
    {"-2068643838", "sql-setup", "", 0x84B30002},
    {"ERROR_FILE_NOT_FOUND", "win32", "ERROR_FILE_NOT_FOUND", 2},
    {"cbs_e_source_missing", "cbs", "CBS_E_SOURCE_MISSING", 0x800F081F},
    {"STOP: 0x0000007b", "bugcheck", "INACCESSIBLE_BOOT_DEVICE", 0x7B},
    {"0xC0070002", "win32", "ERROR_FILE_NOT_FOUND", 0xC0070002},
    {"-3", "installshield", "", (uint32_t)-3},
    /* misprints that articles show */
    {"0xC002005", "win32", "ERROR_ACCESS_DENIED", 0xC0020005},
    {"0xc002002", "win32", "ERROR_FILE_NOT_FOUND", 0xC0020002},
    {"0xc020422", "win32", "ERROR_SERVICE_DISABLED", 0xC0020422},
    {"0cx002003", "win32", "ERROR_PATH_NOT_FOUND", 0xC0020003},
    {"0x00206b5", "win32", "RPC_S_UNKNOWN_IF", 0xC00206B5},
    {"C103161ca", "exchange", "", 0xC10361CA},
};

static void test_every_form_of_writing_is_read(void **state)
{
    const fixture *f = *state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const dx_code_answer a = ask(f, forms[i].text);
        if (!a.known || a.n == 0)
            fail_msg("'%s' is not known", forms[i].text);
        const dx_code_reading *r = &a.readings[0];
        if (!is(r->space, forms[i].space) || !dx_str_eq(r->name, dx_str_of(forms[i].name)) ||
            r->whole != forms[i].whole)
            fail_msg("'%s' was read as %.*s %.*s %.*s, 0x%08lX", forms[i].text, DX_FMT(r->space),
                     DX_FMT(r->number), DX_FMT(r->name), (unsigned long)r->whole);
        assert_true(r->meaning.n > 0);
    }
}

static void test_what_is_no_code_is_said_to_be_none(void **state)
{
    static const char *const texts[] = {"",
                                        " ",
                                        "-",
                                        "0x",
                                        "hello",
                                        "0xg1",
                                        "--5",
                                        "12-34-56-78",
                                        "{A1B2C3D4-0000-1111-2222-333344445555}",
                                        "0x123456789ABCDEF01",
                                        "99999999999999999999999999",
                                        "-99999999999",
                                        "\xff\xfe\xfd",
                                        "....",
                                        ":"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const dx_code_answer a = ask(*state, texts[i]);
        if (a.number || a.known || a.n)
            fail_msg("'%s' was read as a code", texts[i]);
    }
}

static void test_bytes_of_any_kind_do_no_harm(void **state)
{
    const fixture *f = *state;
    static const char alphabet[] = "0123456789abcdefABCDEFx-dD:. #()<>\n\0c\xc3\xff_IRno&h";
    uint32_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        char text[40];
        size_t n = 0;
        for (seed = seed * 1664525u + 1013904223u; n < (seed >> 16) % sizeof text;) {
            seed = seed * 1664525u + 1013904223u;
            text[n++] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        const dx_code_question q = {.text = {text, n}, .near = {text, n}, .hex = i % 2};
        dx_arena *arena = dx_arena_new(0);
        dx_code_answer a;
        dx_err err;
        assert_int_equal(dx_codes_read(f->codes, &q, arena, &a, &err), DX_OK);
        assert_true(a.n == 0 || a.readings[0].why.n < 400);
        dx_arena_free(arena);
    }
}

static void test_unknown_numbers_are_numbers_but_not_known(void **state)
{
    const dx_code_answer a = ask(*state, "0x8BFFFFFF");
    assert_true(a.number);
    assert_false(a.known);
    assert_int_equal(a.value, 0x8BFFFFFF);
    const dx_code_answer b = ask(*state, "0x8007FFFF");
    assert_true(b.number);
    assert_false(b.known);
    assert_int_equal(b.n, 1);
    assert_true(is(b.readings[0].number, "65535"));
}

static void test_a_range_says_whose_an_unnamed_number_is(void **state)
{
    const dx_code_answer a = ask(*state, "-2068709375");
    assert_false(a.known);
    assert_int_equal(a.n, 1);
    assert_true(is(a.readings[0].space, "sql-setup"));
    assert_true(a.readings[0].meaning.n > 0);
    assert_true(a.readings[0].first.n > 0);
}

static void test_the_narrowest_first_step_counts(void **state)
{
    const dx_str all = ask(*state, "0x80240012").readings[0].first;
    const dx_str one = ask(*state, "0x80240017").readings[0].first;
    assert_true(all.n > 0 && one.n > 0);
    assert_false(dx_str_eq(all, one));
    assert_true(dx_str_eq(all, ask(*state, "0x80240013").readings[0].first));
}

static void test_minus_one_is_no_warning_of_a_database(void **state)
{
    assert_true(is(ask(*state, "0xffffffff").readings[0].space, "exit-code"));
    assert_true(is(ask(*state, "1618").readings[0].space, "win32"));
}

static void test_zero_d_can_be_read_as_thirteen_when_asked(void **state)
{
    const dx_code_answer plain = ask(*state, "0d");
    assert_true(plain.readings[0].note.n > 0);
    const dx_code_answer hex = ask_all(*state, "0d", NULL, NULL, true);
    assert_true(is(hex.readings[0].name, "ERROR_INVALID_DATA"));
    const dx_code_answer bare = ask_all(*state, "7e", NULL, NULL, false);
    assert_true(is(bare.readings[0].name, "ERROR_MOD_NOT_FOUND"));
    const dx_code_answer forced = ask_all(*state, "10", NULL, NULL, true);
    assert_true(is(forced.readings[0].number, "16"));
}

static void test_the_extend_code_is_explained(void **state)
{
    const dx_code_answer a = ask(*state, "0xC1900101 - 0x20017");
    assert_true(dx_str_find(a.note, DX_LIT("safe OS"), 0) != SIZE_MAX);
    assert_true(dx_str_find(a.note, DX_LIT("operation boot"), 0) != SIZE_MAX);
    assert_int_equal(ask(*state, "0xC1900101 - 0xFFFFFFFF").note.n, 0);
}

static void test_three_parts_give_both_errors(void **state)
{
    const dx_code_answer a = ask(*state, "80004005-0501-000004ff");
    assert_int_equal(a.readings[0].whole, 0x80004005);
    bool last = false;
    for (size_t i = 0; i < a.n; i++)
        last |= a.readings[i].whole == 0x4FF;
    assert_true(last);
    assert_true(a.note.n > 0);
}

static void test_the_fields_of_a_number_are_taken_apart(void **state)
{
    (void)state;
    const dx_code_parts win32 = dx_code_parts_of(0x80070005);
    assert_string_equal(win32.severity, "error");
    assert_string_equal(win32.facility_name, "Win32");
    assert_int_equal(win32.low, 5);
    const dx_code_parts exchange = dx_code_parts_of(0xC0020002);
    assert_string_equal(exchange.severity, "error");
    assert_int_equal(exchange.facility, 2);
    assert_null(exchange.facility_name);
    assert_string_equal(dx_code_parts_of(0x00240005).severity, "success");
}

/* The list of the codes that articles quote, with the message beside each. */
static size_t check_quoted(const fixture *f, const char *code, const char *message, size_t *agreed)
{
    const dx_code_answer a = ask_all(f, code, message, NULL, false);
    char low[16];
    (void)snprintf(low, sizeof low, "%lu", strtoul(code, NULL, 16) & 0xFFFFul);
    if (a.n == 0 || !is(a.readings[0].space, "win32") || !is(a.readings[0].number, low) ||
        a.readings[0].rejected)
        fail_msg("%s beside '%s' is not read as Win32 %s first", code, message, low);
    *agreed += a.readings[0].near == DX_NEAR_AGREES;
    return 1;
}

static void test_codes_that_articles_quote_agree_with_their_messages(void **state)
{
    FILE *file = fopen(DX_SOURCE_DIR "/../shared/knowledge/codes_c002.txt", "r");
    if (!file) {
        print_message("SKIPPED: the list of quoted codes is not on this machine\n");
        skip();
    }
    char line[512], code[16] = "";
    size_t quoted = 0, agreed = 0;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != ' ') {
            const size_t n = strcspn(line, " ");
            code[0] = '\0';
            if (n == 8 && strncmp(line, "c002", 4) == 0)
                (void)snprintf(code, sizeof code, "%.8s", line);
        } else if (code[0] && strstr(line, "Image-Datei") == NULL) {
            const char *text = line + strspn(line, " ");
            if (text[0] == 'Q' && text[1] >= '0' && text[1] <= '9')
                text += strcspn(text, " ");
            quoted += check_quoted(*state, code, text, &agreed);
        }
    }
    (void)fclose(file);
    print_message("%zu of %zu quoted messages agree with the code's own words\n", agreed, quoted);
    assert_true(quoted > 50);
    assert_true(agreed * 10 >= quoted * 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_tables_load_without_a_fault),
        cmocka_unit_test(test_no_value_and_no_name_stands_twice_in_a_namespace),
        cmocka_unit_test(test_every_code_has_words_that_can_be_shown),
        cmocka_unit_test(test_meanings_are_made_from_names_when_nobody_wrote_one),
        cmocka_unit_test(test_every_form_of_writing_is_read),
        cmocka_unit_test(test_what_is_no_code_is_said_to_be_none),
        cmocka_unit_test(test_bytes_of_any_kind_do_no_harm),
        cmocka_unit_test(test_unknown_numbers_are_numbers_but_not_known),
        cmocka_unit_test(test_a_range_says_whose_an_unnamed_number_is),
        cmocka_unit_test(test_the_narrowest_first_step_counts),
        cmocka_unit_test(test_minus_one_is_no_warning_of_a_database),
        cmocka_unit_test(test_zero_d_can_be_read_as_thirteen_when_asked),
        cmocka_unit_test(test_the_extend_code_is_explained),
        cmocka_unit_test(test_three_parts_give_both_errors),
        cmocka_unit_test(test_the_fields_of_a_number_are_taken_apart),
        cmocka_unit_test(test_codes_that_articles_quote_agree_with_their_messages),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
