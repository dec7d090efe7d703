#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/ytree.h"

static dx_arena *arena;
static dx_faults faults;
static char last[700];

static void note(void *ctx, const dx_err *fault)
{
    (void)ctx;
    dx_err_format(fault, last, sizeof last);
}

static const dx_ynode *map;

static int set_up(void **state)
{
    (void)state;
    arena = dx_arena_new(0);
    faults = (dx_faults){note, NULL, 0};
    last[0] = '\0';
    map = dx_ytree_parse(arena, "r.yaml",
                         DX_LIT("text: a b\nlist: [x, y]\nmap: {k: v}\nnumber: 0x7e\n"
                                "yes: yes\nfalse: false\nempty:\nword: sucess\n"),
                         &faults);
    return map ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dx_arena_free(arena);
    return 0;
}

static void assert_fault(const char *wanted)
{
    assert_int_equal(faults.n, 1);
    assert_string_equal(last, wanted);
    faults.n = 0;
}

static void test_get_finds_a_key(void **state)
{
    (void)state;
    assert_true(dx_str_eq(dx_y_get(map, "text")->text, DX_LIT("a b")));
    assert_null(dx_y_get(map, "Text"));
    assert_null(dx_y_get(map, "nobody"));
    assert_null(dx_y_get(dx_y_get(map, "list"), "x"));
    assert_null(dx_y_get(NULL, "x"));
}

static void test_text_is_read_or_complained_about(void **state)
{
    (void)state;
    assert_true(dx_str_eq(dx_y_text(dx_y_get(map, "text"), &faults), DX_LIT("a b")));
    assert_int_equal(dx_y_text(dx_y_get(map, "empty"), &faults).n, 0);
    assert_null(dx_y_text(NULL, &faults).p);
    assert_int_equal(faults.n, 0);
    assert_null(dx_y_text(dx_y_get(map, "list"), &faults).p);
    assert_fault("r.yaml:2:7: expected text, found a list");
    assert_null(dx_y_text(map, &faults).p);
    assert_fault("r.yaml:1:1: expected text, found a map");
}

static void test_numbers_are_read_or_complained_about(void **state)
{
    (void)state;
    long long n = 7;
    assert_false(dx_y_int(NULL, &n, &faults));
    assert_true(dx_y_int(dx_y_get(map, "number"), &n, &faults));
    assert_int_equal(n, 126);
    assert_int_equal(faults.n, 0);
    assert_false(dx_y_int(dx_y_get(map, "text"), &n, &faults));
    assert_fault("r.yaml:1:7: 'a b' is not a number");
    assert_false(dx_y_int(dx_y_get(map, "map"), &n, &faults));
    assert_fault("r.yaml:3:6: expected text, found a map");
    assert_int_equal(n, 126);
}

static void test_yes_and_no_are_read_or_complained_about(void **state)
{
    (void)state;
    assert_true(dx_y_bool(NULL, true, &faults));
    assert_false(dx_y_bool(NULL, false, &faults));
    assert_true(dx_y_bool(dx_y_get(map, "yes"), false, &faults));
    assert_false(dx_y_bool(dx_y_get(map, "false"), true, &faults));
    assert_int_equal(faults.n, 0);
    assert_true(dx_y_bool(dx_y_get(map, "text"), true, &faults));
    assert_fault("r.yaml:1:7: 'a b' is neither true nor false");
}

static void test_a_single_value_is_a_list_of_one(void **state)
{
    (void)state;
    const dx_ynode *const *items = NULL;
    assert_int_equal(dx_y_items(dx_y_get(map, "list"), &items), 2);
    assert_true(dx_str_eq(items[1]->text, DX_LIT("y")));
    assert_int_equal(dx_y_items(dx_y_get(map, "text"), &items), 1);
    assert_ptr_equal(items[0], dx_y_get(map, "text"));
    assert_int_equal(dx_y_items(dx_y_get(map, "map"), &items), 1);
    assert_ptr_equal(items[0], dx_y_get(map, "map"));
    assert_int_equal(dx_y_items(NULL, &items), 0);
}

static void test_a_wrong_word_gets_a_proposal(void **state)
{
    (void)state;
    static const char *const words[] = {"failure", "success", "context", NULL};
    static const char *const others[] = {"a b", NULL};
    assert_int_equal(dx_y_word(dx_y_get(map, "text"), others, &faults), 0);
    assert_int_equal(dx_y_word(NULL, words, &faults), -1);
    assert_int_equal(faults.n, 0);
    assert_int_equal(dx_y_word(dx_y_get(map, "word"), words, &faults), -1);
    assert_fault("r.yaml:8:7: unknown word 'sucess': did you mean 'success'?");
    assert_int_equal(dx_y_word(dx_y_get(map, "text"), words, &faults), -1);
    assert_fault("r.yaml:1:7: unknown word 'a b': expected 'failure', 'success', 'context'");
    assert_int_equal(dx_y_word(dx_y_get(map, "list"), words, &faults), -1);
    assert_fault("r.yaml:2:7: expected text, found a list");
}

static void test_unknown_keys_get_a_proposal(void **state)
{
    (void)state;
    static const char *const known[] = {"contains", "title", NULL};
    const dx_ynode *m = dx_ytree_parse(arena, "r.yaml", DX_LIT("title: x\ncontain: y\n"), &faults);
    assert_false(dx_y_keys(m, known, &faults));
    assert_fault("r.yaml:2:1: unknown key 'contain': did you mean 'contains'?");
    m = dx_ytree_parse(arena, "r.yaml", DX_LIT("title: x\ncontains: y\n"), &faults);
    assert_true(dx_y_keys(m, known, &faults));
    assert_true(dx_y_keys(NULL, known, &faults));
    assert_int_equal(faults.n, 0);
    assert_false(dx_y_keys(dx_y_get(m, "title"), known, &faults));
    assert_fault("r.yaml:1:8: expected a map, found text");
    m = dx_ytree_parse(arena, "r.yaml", DX_LIT("q: x\n"), &faults);
    assert_false(dx_y_keys(m, known, &faults));
    assert_fault("r.yaml:1:1: unknown key 'q': expected 'contains', 'title'");
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TREE_TEST(test_get_finds_a_key),
        TREE_TEST(test_text_is_read_or_complained_about),
        TREE_TEST(test_numbers_are_read_or_complained_about),
        TREE_TEST(test_yes_and_no_are_read_or_complained_about),
        TREE_TEST(test_a_single_value_is_a_list_of_one),
        TREE_TEST(test_a_wrong_word_gets_a_proposal),
        TREE_TEST(test_unknown_keys_get_a_proposal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
