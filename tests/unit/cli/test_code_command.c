/* What `setupdx code` prints, over small tables. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/code_command.h"
#include "core/ytree.h"

static const char tables[] = "codes:\n"
                             "  - space: win32\n"
                             "    title: Win32\n"
                             "    likely: 60\n"
                             "    entries: |\n"
                             "      2 ERROR_FILE_NOT_FOUND the file was not found\n"
                             "      1603 ERROR_INSTALL_FAILURE ! the installation failed\n"
                             "  - space: ntstatus\n"
                             "    title: NTSTATUS\n"
                             "    form: hex\n"
                             "    likely: 60\n"
                             "    entries: |\n"
                             "      0xC0020002 RPC_NT_WRONG_KIND_OF_BINDING\n";

typedef struct fixture {
    dx_arena *arena;
    dx_codes *codes;
    dx_buf printed;
    bool full; /* nothing can be written any longer */
} fixture;

static int open_tables(void **state)
{
    static fixture f;
    dx_faults faults = {0};
    dx_err err;
    f = (fixture){.arena = dx_arena_new(0)};
    const dx_yfile file = {.path = DX_LIT("t"),
                           .name = DX_LIT("t"),
                           .root = dx_ytree_parse(f.arena, "t", dx_str_of(tables), &faults)};
    const dx_yset set = {.file = &file, .n = 1};
    *state = &f;
    return dx_codes_new(&f.codes, &set, &faults, &err) == DX_OK ? 0 : -1;
}

static int close_tables(void **state)
{
    fixture *f = *state;
    dx_buf_done(&f->printed);
    dx_codes_free(f->codes);
    dx_arena_free(f->arena);
    return 0;
}

static dx_rc keep(void *ctx, dx_str bytes, dx_err *err)
{
    fixture *f = ctx;
    if (f->full)
        return dx_fail(err, DX_E_IO, DX_NOWHERE, "no space");
    dx_buf_add(&f->printed, bytes);
    return DX_OK;
}

static bool run(fixture *f, dx_code_request request, const char *const *inputs, size_t n)
{
    dx_str list[8];
    dx_err err;
    bool known = false;
    for (size_t i = 0; i < n; i++)
        list[i] = dx_str_of(inputs[i]);
    request.inputs = list;
    request.n_inputs = n;
    dx_buf_clear(&f->printed);
    const dx_out out = {.write = keep, .ctx = f};
    assert_int_equal(dx_code_command(f->codes, &request, &out, &known, &err), DX_OK);
    return known;
}

static void test_text_shows_every_reading_with_the_texts_verdict(void **state)
{
    fixture *f = *state;
    const dx_code_request q = {.near = DX_LIT("The system cannot find the file specified")};
    assert_true(run(f, q, (const char *const[]){"0xc0020002"}, 1));
    assert_string_equal(
        f->printed.p,
        "0xC0020002  (3221356546, -1073610750)\n"
        "> 1  Win32 2 ERROR_FILE_NOT_FOUND in an Exchange Setup \"ID no:\"   text agrees\n"
        "     the file was not found\n"
        "     because: 0xC002 is how Exchange Setup marks a Windows error\n"
        "     severity error, facility 2, low word 0x0002\n"
        "  2  NTSTATUS RPC_NT_WRONG_KIND_OF_BINDING                        text disagrees\n"
        "     wrong kind of binding\n"
        "     rejected: the text says something else\n");
}

static void test_several_codes_are_told_apart_and_unknown_ones_counted(void **state)
{
    fixture *f = *state;
    assert_false(run(f, (dx_code_request){0}, (const char *const[]){"1603", "77777", "x\x1b"}, 3));
    assert_string_equal(f->printed.p, "0x00000643  (1603)\n"
                                      "> 1  Win32 1603 ERROR_INSTALL_FAILURE\n"
                                      "     the installation failed\n"
                                      "     an outcome, no cause: look for what stands before it\n"
                                      "\n"
                                      "0x00012FD1  (77777)\n"
                                      "  no table knows this number\n"
                                      "     severity success, facility 1, low word 0x2FD1\n"
                                      "\n"
                                      "x\\x1b\n"
                                      "  this is no code that can be read; write it as "
                                      "0x80070643, 2147944003, -2147023293,\n"
                                      "  1603 or ERROR_INSTALL_FAILURE\n");
}

static size_t one_failure(void *ctx, uint32_t code, dx_str *out, size_t cap)
{
    (void)ctx;
    if (code != 0xC0020002 || cap == 0)
        return 0;
    out[0] = DX_LIT("the failure");
    return 1;
}

static void test_known_failures_are_named(void **state)
{
    fixture *f = *state;
    (void)run(f, (dx_code_request){.failures = one_failure},
              (const char *const[]){"0xc0020002", "2"}, 2);
    const dx_str printed = dx_buf_str(&f->printed);
    const dx_str line = DX_LIT("Known failures with this code:\n  the failure\n");
    const size_t at = dx_str_find(printed, line, 0);
    assert_true(at != SIZE_MAX);
    assert_true(dx_str_find(printed, line, at + 1) == SIZE_MAX);
}

static void test_json_is_one_object_with_a_list(void **state)
{
    fixture *f = *state;
    assert_true(run(f, (dx_code_request){.json = true}, (const char *const[]){"2", "0d"}, 2) ==
                false);
    const dx_str printed = dx_buf_str(&f->printed);
    assert_true(dx_str_starts(printed, DX_LIT("{\n  \"schema\": \"setupdx.code/1\"")));
    assert_true(dx_str_find(printed, DX_LIT("\"name\": \"ERROR_FILE_NOT_FOUND\""), 0) != SIZE_MAX);
    assert_true(dx_str_find(printed, DX_LIT("\"asked\": \"0d\""), 0) != SIZE_MAX);
    assert_true(dx_str_ends(printed, DX_LIT("}\n")));
}

static void test_a_full_disk_is_an_error(void **state)
{
    fixture *f = *state;
    const dx_str input = DX_LIT("2");
    const dx_code_request q = {.inputs = &input, .n_inputs = 1};
    const dx_out out = {.write = keep, .ctx = f};
    bool known = false;
    dx_err err;
    f->full = true;
    assert_int_equal(dx_code_command(f->codes, &q, &out, &known, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_IO);
    assert_false(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_shows_every_reading_with_the_texts_verdict),
        cmocka_unit_test(test_several_codes_are_told_apart_and_unknown_ones_counted),
        cmocka_unit_test(test_known_failures_are_named),
        cmocka_unit_test(test_json_is_one_object_with_a_list),
        cmocka_unit_test(test_a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
