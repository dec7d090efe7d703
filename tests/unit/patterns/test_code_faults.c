/* What is wrong in tables of codes is told, all of it, with its place. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "patterns/codes/codes.h"

static size_t faults_of(const char *yaml)
{
    dx_arena *arena = dx_arena_new(0);
    dx_faults faults = {0};
    const dx_ynode *root = dx_ytree_parse(arena, "test.yaml", dx_str_of(yaml), &faults);
    assert_non_null(root);
    const dx_yfile file = {.path = DX_LIT("test.yaml"), .name = DX_LIT("test.yaml"), .root = root};
    const dx_yset set = {.file = &file, .n = 1};
    dx_codes *codes = NULL;
    dx_err err = {0};
    const dx_rc rc = dx_codes_new(&codes, &set, &faults, &err);
    assert_int_equal(rc == DX_OK, faults.n == 0);
    assert_int_equal(codes != NULL, rc == DX_OK);
    if (rc != DX_OK)
        assert_int_equal(err.kind, DX_E_RULE);
    dx_codes_free(codes);
    dx_arena_free(arena);
    return faults.n;
}

#define HEAD "codes:\n  - space: a\n    title: A\n    likely: 5\n"

static void test_faults_in_tables_are_all_found(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        size_t faults;
    } rows[] = {
        {"codes: []\n", 0},
        {HEAD "    entries: |\n      1 ONE\n\n      # note\n      2 TWO its words\n", 0},
        {HEAD "    entries: |\n      1 ONE\n      1 UNO\n", 1},
        {HEAD "    entries: |\n      1 ONE\n      2 ONE\n", 1},
        {HEAD "    entries: |\n      x ONE\n      2 -\n      4294967296 BIG\n      3\n", 4},
        {HEAD "    wrong: 1\n    entries: |\n      1 ONE\n", 1},
        {"codes:\n  - title: A\n    likely: 5\n", 1},
        {"codes:\n  - space: a\n    entries: |\n      1 ONE\n", 1},
        {"codes:\n  - space: a\n    title: A\n    likely: 101\n", 1},
        {"codes:\n  - space: a\n    title: A\n    likely: 5\n    form: roman\n", 1},
        {HEAD "  - space: a\n    title: A\n    likely: 5\n", 1},
        {HEAD "    said: |\n      1 The words of it\n\n      # note\n", 0},
        {HEAD "    said: |\n      x The words of it\n      2 Too few\n      3\n", 3},
        {HEAD "first:\n  - { space: a, codes: [1, 2-9, -5], do: x }\n", 0},
        {HEAD "first:\n  - { space: a, codes: [9-2, x], do: x }\n", 1},
        {HEAD "first:\n  - { space: a }\n  - { do: x }\n  - { space: a, do: x, wrong: 1 }\n", 3},
        {HEAD "first:\n  - { space: b, do: x }\n", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (faults_of(rows[i].yaml) != rows[i].faults)
            fail_msg("row %zu has %zu faults", i, faults_of(rows[i].yaml));
}

static dx_place place_seen;

static void keep_place(void *ctx, const dx_err *fault)
{
    (void)ctx;
    place_seen = fault->at;
}

static void test_a_fault_names_the_line_of_its_code(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_faults faults = {.on_fault = keep_place};
    const dx_ynode *root = dx_ytree_parse(
        arena, "t.yaml", dx_str_of(HEAD "    entries: |\n      1 ONE\n      x TWO\n"), &faults);
    const dx_yfile file = {.path = DX_LIT("t.yaml"), .name = DX_LIT("t.yaml"), .root = root};
    dx_codes *codes = NULL;
    dx_err err;
    assert_int_equal(dx_codes_new(&codes, &(dx_yset){.file = &file, .n = 1}, &faults, &err),
                     DX_FAIL);
    assert_int_equal(place_seen.line, 7);
    dx_arena_free(arena);
}

/* What is kept as an image may point nowhere else. */
static void test_tables_in_an_arena_point_nowhere_else(void **state)
{
    enum { SIZE = 1 << 16 };
    static _Alignas(64) char memory[SIZE];
    (void)state;
    dx_arena *trees = dx_arena_new(0), *own = dx_arena_new_in(memory, SIZE);
    const dx_yroom room = {.names = trees, .trees = trees, .texts = own};
    dx_faults faults = {0};
    const dx_ynode *root = dx_ytree_parse_in(
        &room, "t.yaml", dx_str_of(HEAD "    entries: |\n      2 TWO two\n      1 ONE one\n"),
        &faults);
    const dx_yfile file = {.path = DX_LIT("t.yaml"), .name = DX_LIT("t.yaml"), .root = root};
    dx_codes *codes = NULL;
    dx_err err;
    assert_int_equal(dx_codes_new_in(&codes, &(dx_yset){.file = &file, .n = 1}, own, &faults, &err),
                     DX_OK);
    dx_arena_free(trees);
    const dx_code_space *space;
    assert_int_equal(dx_codes_spaces(codes, &space), 1);
    const dx_code *code = dx_code_space_find(space, 2);
    assert_non_null(code);
    assert_true(dx_str_eq(code->meaning, DX_LIT("two")));
    const void *all[] = {codes, space, space->title.p, space->code, code->name.p, code->meaning.p};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_in_range((uintptr_t)all[i], (uintptr_t)memory, (uintptr_t)memory + SIZE);
    dx_arena_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults_in_tables_are_all_found),
        cmocka_unit_test(test_a_fault_names_the_line_of_its_code),
        cmocka_unit_test(test_tables_in_an_arena_point_nowhere_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
