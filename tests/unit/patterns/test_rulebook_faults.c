/* Each tests/rules-bad/NAME.yaml has one fault; NAME.err holds the exact message. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "core/buf.h"
#include "core/os.h"
#include "patterns/rulebook.h"

#define FOLDER DX_SOURCE_DIR "/tests/rules-bad"

static void add_line(void *ctx, const dx_err *fault)
{
    char line[1000];
    dx_err_format(fault, line, sizeof line);
    dx_buf_printf(ctx, "%s\n", line);
}

static dx_str slurp(dx_arena *arena, dx_str name)
{
    dx_err err = {0};
    dx_str content = DX_NONE;
    const dx_str path = dx_arena_printf(arena, FOLDER "/%.*s", DX_FMT(name));
    assert_non_null(path.p);
    if (dx_os_slurp(path.p, 1 << 20, arena, &content, &err) != DX_OK)
        fail_msg("%s", err.text);
    return content;
}

/* Loads one text as the only file of a set; true when it became a book. */
static bool load_text(dx_arena *arena, const char *name, dx_str yaml, dx_faults *faults)
{
    dx_err err = {0};
    dx_rulebook *book = NULL;
    const dx_yfile file = {.path = dx_str_of(name),
                           .name = dx_str_of(name),
                           .root = dx_ytree_parse(arena, name, yaml, faults)};
    const dx_yset set = {.file = &file, .n = 1};
    const dx_rc rc = dx_rulebook_new(&book, &set, faults, &err);
    assert_true((rc == DX_OK) == (book != NULL));
    assert_true(rc == DX_OK || err.kind == DX_E_RULE);
    dx_rulebook_free(book);
    return rc == DX_OK;
}

static void check_file(dx_str name)
{
    dx_arena *arena = dx_arena_new(0);
    dx_buf said = {0};
    dx_faults faults = {.on_fault = add_line, .ctx = &said};
    const dx_str stem = dx_str_slice(name, 0, name.n - 5);
    const dx_str wanted = slurp(arena, dx_arena_printf(arena, "%.*s.err", DX_FMT(stem)));
    assert_false(load_text(arena, name.p, slurp(arena, name), &faults));
    if (!dx_str_eq(dx_buf_str(&said), wanted))
        fail_msg("%s\nsaid:   %.*swanted: %.*s", name.p, DX_FMT(dx_buf_str(&said)), DX_FMT(wanted));
    assert_int_equal(faults.n, 1);
    dx_buf_done(&said);
    dx_arena_free(arena);
}

static void test_each_bad_file_is_told_in_its_own_words(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_err err = {0};
    dx_str *names = NULL;
    size_t n = 0, checked = 0;
    assert_int_equal(dx_os_list(FOLDER, arena, &names, &n, &err), DX_OK);
    for (size_t i = 0; i < n; i++)
        if (dx_str_ends(names[i], DX_LIT(".yaml"))) {
            check_file(names[i]);
            checked++;
        }
    assert_true(checked > 100);
    dx_arena_free(arena);
}

static void test_all_faults_are_told_at_once(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_buf said = {0};
    dx_faults faults = {.on_fault = add_line, .ctx = &said};
    assert_false(load_text(arena, "x.yaml",
                           DX_LIT("setupdx: 1\n"
                                  "signatures:\n"
                                  "  - id: a.b\n"
                                  "    titl: A\n"
                                  "    regex: 'abcdefg('\n"
                                  "    samples: { a: abcdefg }\n"
                                  "    not: [b]\n"
                                  "diagnoses:\n"
                                  "  - id: a.c\n"
                                  "    title: C\n"
                                  "    steps: [{ as: x, sees: a.bb, points: 40, why: so }]\n"
                                  "    cause: { class: c, text: d }\n"
                                  "    fix: e\n"
                                  "    refs: f\n"),
                           &faults));
    assert_int_equal(faults.n, 4);
    assert_string_equal(said.p,
                        "x.yaml:4:5: unknown key 'titl': did you mean 'title'?\n"
                        "x.yaml:3:5: a.b: 'title' is missing\n"
                        "x.yaml:5:12: a.b: missing closing parenthesis, at byte 9 of piece 1 of 1 "
                        "of the regex\n"
                        "x.yaml:11:28: a.c sees 'a.bb': no such signature; did you mean 'a.b'?\n");
    dx_buf_done(&said);
    dx_arena_free(arena);
}

static void test_a_fault_counts_even_when_nobody_listens(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_faults faults = {0};
    assert_false(load_text(arena, "x.yaml", DX_LIT("setupdx: 3\n"), &faults));
    assert_int_equal(faults.n, 1);
    dx_arena_free(arena);
}

static void test_two_versions_are_a_fault(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    dx_buf said = {0};
    dx_faults faults = {.on_fault = add_line, .ctx = &said};
    dx_err err = {0};
    dx_rulebook *book = NULL;
    dx_yfile file[2] = {{.path = DX_LIT("a.yaml")}, {.path = DX_LIT("b.yaml")}};
    file[0].root =
        dx_ytree_parse(arena, "a.yaml", DX_LIT("setupdx: 1\nversion: '2026.10'\n"), &faults);
    file[1].root =
        dx_ytree_parse(arena, "b.yaml", DX_LIT("setupdx: 1\nversion: '2026.11'\n"), &faults);
    const dx_yset set = {.file = file, .n = 2};
    assert_int_equal(dx_rulebook_new(&book, &set, &faults, &err), DX_FAIL);
    assert_string_equal(said.p, "b.yaml:2:10: version '2026.11', but '2026.10' at a.yaml:2\n");
    assert_string_equal(err.text, "1 fault in the rules");
    assert_null(book);
    dx_buf_done(&said);
    dx_arena_free(arena);
}

/* No prefix of a rule file may do worse than being refused. */
static void test_cut_off_files_are_refused_or_read(void **state)
{
    (void)state;
    dx_arena *arena = dx_arena_new(0);
    const dx_str whole = slurp(arena, DX_LIT("weigh-step.yaml"));
    for (size_t n = 0; n < whole.n; n++) {
        dx_faults faults = {0};
        (void)load_text(arena, "cut.yaml", dx_str_slice(whole, 0, n), &faults);
    }
    dx_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_bad_file_is_told_in_its_own_words),
        cmocka_unit_test(test_all_faults_are_told_at_once),
        cmocka_unit_test(test_a_fault_counts_even_when_nobody_listens),
        cmocka_unit_test(test_two_versions_are_a_fault),
        cmocka_unit_test(test_cut_off_files_are_refused_or_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
