#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ytree.h"
#include "tests/unit/core/arena.h"

/* What a faulty text is told: the first fault, shown, and how many there were. */
typedef struct complaint {
    char first[700];
    size_t n;
} complaint;

static void note(void *ctx, const dx_err *fault)
{
    complaint *c = ctx;
    if (c->n++ == 0)
        dx_err_format(fault, c->first, sizeof c->first);
}

static const dx_ynode *parsed(dx_str yaml)
{
    complaint c = {{0}, 0};
    dx_faults faults = {note, &c, 0};
    const dx_ynode *root = dx_ytree_parse(arena, "r.yaml", yaml, &faults);
    if (!root)
        fail_msg("%s", c.first);
    assert_int_equal(faults.n, 0);
    return root;
}

static void assert_faulty(dx_str yaml, const char *first, size_t n)
{
    complaint c = {{0}, 0};
    dx_faults faults = {note, &c, 0};
    assert_null(dx_ytree_parse(arena, "r.yaml", yaml, &faults));
    assert_string_equal(c.first, first);
    assert_int_equal(c.n, n);
    assert_int_equal(faults.n, n);
}

static void assert_place(dx_place at, unsigned line, unsigned col)
{
    assert_string_equal(at.file, "r.yaml");
    assert_int_equal(at.line, line);
    assert_int_equal(at.col, col);
}

static void test_maps_lists_and_texts_become_a_tree(void **state)
{
    (void)state;
    const dx_ynode *root = parsed(DX_LIT("id: a\nseen:\n  - one\n  - {k: v}\nempty:\n"));
    assert_int_equal(root->kind, DX_Y_MAP);
    assert_int_equal(root->n, 3);
    assert_true(dx_str_eq(root->kid[0]->key, DX_LIT("id")));
    assert_true(dx_str_eq(root->kid[0]->text, DX_LIT("a")));
    const dx_ynode *seen = root->kid[1];
    assert_int_equal(seen->kind, DX_Y_LIST);
    assert_int_equal(seen->n, 2);
    assert_int_equal(seen->kid[1]->kind, DX_Y_MAP);
    assert_true(dx_str_eq(seen->kid[1]->kid[0]->text, DX_LIT("v")));
    assert_int_equal(root->kid[2]->kind, DX_Y_TEXT);
    assert_int_equal(root->kid[2]->text.n, 0);
}

static void test_every_scalar_is_text(void **state)
{
    (void)state;
    const dx_ynode *root = parsed(DX_LIT("[0x7e, true, ~, 'a: b', \"x\\ty\", null]"));
    static const dx_str wanted[] = {DX_LIT("0x7e"), DX_LIT("true"), DX_LIT("~"),
                                    DX_LIT("a: b"), DX_LIT("x\ty"), DX_LIT("null")};
    for (size_t i = 0; i < 6; i++)
        assert_true(dx_str_eq(root->kid[i]->text, wanted[i]));
}

static void test_block_scalars_keep_their_lines(void **state)
{
    (void)state;
    const dx_ynode *root = parsed(DX_LIT("a: |\n  one\n  two\nb: >-\n  one\n  two\n"));
    assert_true(dx_str_eq(root->kid[0]->text, DX_LIT("one\ntwo\n")));
    assert_true(dx_str_eq(root->kid[1]->text, DX_LIT("one two")));
    assert_place(root->kid[0]->at, 1, 4);
    assert_place(root->kid[1]->at, 4, 4);
}

static void test_nodes_know_their_place_in_lines_and_bytes(void **state)
{
    (void)state;
    const dx_ynode *root = parsed(DX_LIT("# \xc3\xa4\n\xc3\xa4: [\xe2\x82\xac, x]\nb:\n  c: d\n"));
    assert_place(root->kid[0]->key_at, 2, 1);
    assert_place(root->kid[0]->at, 2, 5);
    assert_place(root->kid[0]->kid[0]->at, 2, 6);
    assert_place(root->kid[0]->kid[1]->at, 2, 11);
    assert_place(root->kid[1]->key_at, 3, 1);
    assert_place(root->kid[1]->kid[0]->key_at, 4, 3);
    assert_place(root->kid[1]->kid[0]->at, 4, 6);
}

static void test_line_ends_of_every_kind_are_counted(void **state)
{
    (void)state;
    const dx_ynode *root = parsed(DX_LIT("a: 1\r\nb: 2\rc: 3\nd: 4\n"));
    for (unsigned i = 0; i < 4; i++)
        assert_place(root->kid[i]->key_at, i + 1, 1);
}

static void test_a_byte_order_mark_is_no_content(void **state)
{
    (void)state;
    const dx_ynode *root = parsed(DX_LIT("\xef\xbb\xbf"
                                         "a: 1\n"));
    assert_true(dx_str_eq(root->kid[0]->key, DX_LIT("a")));
}

static void test_what_the_subset_leaves_out_is_refused(void **state)
{
    (void)state;
    assert_faulty(DX_LIT("a: &x 1\n"),
                  "r.yaml:1:4: anchors are not supported: write the value where it is used", 1);
    assert_faulty(DX_LIT("a: &x 1\nb: *x\n"),
                  "r.yaml:1:4: anchors are not supported: write the value where it is used", 2);
    assert_faulty(DX_LIT("a: !!int 1\n"),
                  "r.yaml:1:4: tags are not supported: every scalar is text", 1);
    assert_faulty(DX_LIT("a: !x {b: c}\n"),
                  "r.yaml:1:4: tags are not supported: every scalar is text", 1);
    assert_faulty(DX_LIT("<<: {a: b}\n"), "r.yaml:1:1: merge keys are not supported", 1);
    assert_faulty(DX_LIT("? [a]\n: b\n"), "r.yaml:1:3: a key must be text", 1);
    assert_faulty(DX_LIT("a: 1\n---\nb: 1\n"), "r.yaml:2:1: only one document per file", 1);
}

static void test_a_key_counts_once_in_its_map(void **state)
{
    (void)state;
    assert_faulty(DX_LIT("b: 1\na: 1\nb: 2\n"),
                  "r.yaml:3:1: key 'b' is here twice: first in line 1", 1);
    assert_faulty(DX_LIT("a: 1\na: 2\na: 3\n"),
                  "r.yaml:2:1: key 'a' is here twice: first in line 1", 2);
    assert_faulty(DX_LIT("- {a: 1, 'a': 2}\n"),
                  "r.yaml:1:10: key 'a' is here twice: first in line 1", 1);
    (void)parsed(DX_LIT("- {a: 1, A: 2}\n- {a: 3}\n"));
}

static void test_all_faults_are_told_in_one_go(void **state)
{
    (void)state;
    assert_faulty(DX_LIT("a: !t 1\nb: &c 2\na: 3\nd: {e: 1, e: 2}\n"),
                  "r.yaml:1:4: tags are not supported: every scalar is text", 4);
}

static void test_syntax_faults_tell_the_place(void **state)
{
    (void)state;
    assert_faulty(DX_LIT("a: [1,2\nb: 3\n"),
                  "r.yaml:2:2: did not find expected ',' or ']' while parsing a flow sequence "
                  "that begins in line 1",
                  1);
    assert_faulty(DX_LIT("a: b: c\n"), "r.yaml:1:5: mapping values are not allowed in this context",
                  1);
    assert_faulty(DX_LIT("a: *nobody\n"),
                  "r.yaml:1:4: aliases are not supported: write the value where it is used", 1);
}

static void test_an_empty_file_is_a_fault(void **state)
{
    (void)state;
    assert_faulty(DX_NONE, "r.yaml: there is nothing in this file", 1);
    assert_faulty(DX_LIT("# only a comment\n"), "r.yaml: there is nothing in this file", 1);
}

static void test_bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    assert_faulty(DX_LIT("a: 1\nb: \xff\n"), "r.yaml:2:4: not UTF-8: byte 0xff", 1);
    assert_faulty(DX_LIT("\xff\xfe"
                         "a\0"),
                  "r.yaml:1:1: not UTF-8: byte 0xff", 1);
    assert_faulty(DX_LIT("a: \x01\n"), "r.yaml:1:4: control characters are not allowed", 1);
    assert_faulty(DX_LIT("a: \0\n"), "r.yaml:1:4: control characters are not allowed", 1);
}

static void test_deep_nesting_is_refused(void **state)
{
    (void)state;
    char yaml[200];
    memset(yaml, '[', 100);
    memset(yaml + 100, ']', 100);
    assert_faulty((dx_str){yaml, 200}, "r.yaml:1:65: nested over 64 deep", 1);
    assert_faulty((dx_str){yaml, 100}, "r.yaml:1:65: nested over 64 deep", 1);
    assert_int_equal(parsed((dx_str){yaml + 36, 128})->n, 1);
}

/* `unit` again and again up to `size` bytes. */
static char *repeated(const char *unit, size_t size)
{
    const size_t n = strlen(unit);
    char *text = malloc(size);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = unit[i % n];
    return text;
}

static void test_size_is_limited(void **state)
{
    (void)state;
    char *text = repeated("#", DX_Y_BYTES_MAX + 1);
    assert_faulty((dx_str){text, DX_Y_BYTES_MAX + 1}, "r.yaml: larger than 4 MiB", 1);
    text[DX_Y_BYTES_MAX - 2] = '\n';
    text[DX_Y_BYTES_MAX - 1] = 'x';
    assert_true(dx_str_eq(parsed((dx_str){text, DX_Y_BYTES_MAX})->text, DX_LIT("x")));
    free(text);
}

static void test_huge_flat_files_take_no_quadratic_time(void **state)
{
    (void)state;
    const size_t size = 1 << 20;
    char *list = repeated(",a", size);
    list[0] = '[';
    list[size - 1] = ']';
    assert_true(parsed((dx_str){list, size})->n > 400000);
    free(list);
    char *map = malloc(size);
    assert_non_null(map);
    size_t n = 0, keys = 0;
    while (n + 16 < size)
        n += (size_t)snprintf(map + n, size - n, "k%zu: v\n", keys++);
    assert_int_equal(parsed((dx_str){map, n})->n, keys);
    free(map);
}

static void test_a_full_arena_is_a_fault(void **state)
{
    (void)state;
    dx_arena_free(arena);
    for (size_t limit = 1; limit < 1500; limit += 7) {
        arena = dx_arena_new(limit);
        assert_faulty(DX_LIT("a: [1, 2, {b: c, d: e}]\nb: {c: [d, e], f: g}\n"),
                      "r.yaml: out of memory", 1);
        dx_arena_free(arena);
    }
    arena = dx_arena_new(1 << 16);
    (void)parsed(DX_LIT("a: [1, 2, {b: c, d: e}]\nb: {c: [d, e], f: g}\n"));
}

static void test_nobody_has_to_collect_the_faults(void **state)
{
    (void)state;
    assert_null(dx_ytree_parse(arena, "r.yaml", DX_LIT("a: [1"), NULL));
    assert_non_null(dx_ytree_parse(arena, "r.yaml", DX_LIT("a: [1]"), NULL));
    dx_faults counted = {.n = 5};
    assert_non_null(dx_ytree_parse(arena, "r.yaml", DX_LIT("a: [1]"), &counted));
    assert_null(dx_ytree_parse(arena, "r.yaml", DX_LIT("a: [1"), &counted));
    assert_int_equal(counted.n, 6);
}

static void test_what_comes_again_is_kept_once(void **state)
{
    (void)state;
    dx_faults faults = {0};
    const dx_ynode *root = dx_ytree_parse(
        arena, "x.yaml", DX_LIT("- {from: a b, is: x}\n- {from: a b, is: y}\n"), &faults);
    assert_non_null(root);
    const dx_ynode *one = root->kid[0], *two = root->kid[1];
    assert_ptr_equal(one->kid[0]->key.p, two->kid[0]->key.p);
    assert_ptr_equal(one->kid[0]->text.p, two->kid[0]->text.p);
    assert_true(dx_str_eq(one->kid[0]->text, DX_LIT("a b")));
    assert_true(dx_str_eq(one->kid[1]->text, DX_LIT("x")));
    assert_true(dx_str_eq(two->kid[1]->text, DX_LIT("y")));
}

#define ARENA_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_what_comes_again_is_kept_once),
        ARENA_TEST(test_maps_lists_and_texts_become_a_tree),
        ARENA_TEST(test_every_scalar_is_text),
        ARENA_TEST(test_block_scalars_keep_their_lines),
        ARENA_TEST(test_nodes_know_their_place_in_lines_and_bytes),
        ARENA_TEST(test_line_ends_of_every_kind_are_counted),
        ARENA_TEST(test_a_byte_order_mark_is_no_content),
        ARENA_TEST(test_what_the_subset_leaves_out_is_refused),
        ARENA_TEST(test_a_key_counts_once_in_its_map),
        ARENA_TEST(test_all_faults_are_told_in_one_go),
        ARENA_TEST(test_syntax_faults_tell_the_place),
        ARENA_TEST(test_an_empty_file_is_a_fault),
        ARENA_TEST(test_bytes_that_are_no_text_are_refused),
        ARENA_TEST(test_deep_nesting_is_refused),
        ARENA_TEST(test_size_is_limited),
        ARENA_TEST(test_huge_flat_files_take_no_quadratic_time),
        ARENA_TEST(test_a_full_arena_is_a_fault),
        ARENA_TEST(test_nobody_has_to_collect_the_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
