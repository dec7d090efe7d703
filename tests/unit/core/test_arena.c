#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "core/arena.h"

static int set_up(void **state)
{
    *state = dx_arena_new(0);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    dx_arena_free(*state);
    return 0;
}

static void test_blocks_are_zeroed_and_aligned(void **state)
{
    for (size_t size = 1; size < 300; size++) {
        unsigned char *p = dx_arena_get(*state, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
        (void)dx_arena_copy(*state, DX_LIT("x")); /* puts the next one out of step */
    }
}

static void test_blocks_are_zeroed_again_after_a_reset(void **state)
{
    memset(dx_arena_get(*state, 1000), 0xAA, 1000);
    dx_arena_reset(*state);
    const unsigned char *p = dx_arena_get(*state, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(p[i], 0);
}

static void test_an_empty_block_has_an_address(void **state)
{
    assert_non_null(dx_arena_get(*state, 0));
    assert_non_null(dx_arena_dup(*state, NULL, 0));
    const dx_str empty = dx_arena_copy(*state, DX_NONE);
    assert_non_null(empty.p);
    assert_int_equal(empty.n, 0);
}

static void test_large_blocks_get_their_own_room(void **state)
{
    char *small = dx_arena_get(*state, 10);
    char *large = dx_arena_get(*state, 5 << 20);
    assert_non_null(large);
    memset(large, 1, 5 << 20);
    memset(small, 2, 10);
    assert_int_equal(large[0], 1);
    assert_int_equal(small[9], 2);
}

static void test_one_of_an_expected_size_takes_more_than_that(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 100; bytes += 33) {
        dx_arena *a = dx_arena_new_for(bytes);
        assert_non_null(a);
        char *all = dx_arena_get(a, bytes), *more = dx_arena_get(a, 1000);
        assert_non_null(all);
        memset(all, 1, bytes);
        assert_int_equal(more[0] | more[999], 0);
        memset(more, 2, 1000);
        assert_true(bytes == 0 || all[bytes - 1] == 1);
        dx_arena_free(a);
    }
}

static void test_the_limit_holds_and_comes_back_after_a_reset(void **state)
{
    (void)state;
    dx_arena *a = dx_arena_new(1000);
    assert_non_null(dx_arena_get(a, 600));
    assert_null(dx_arena_get(a, 600));
    assert_null(dx_arena_copy(a, (dx_str){"", SIZE_MAX}).p);
    assert_null(dx_arena_printf(a, "%2000d", 1).p);
    assert_non_null(dx_arena_get(a, 400));
    assert_null(dx_arena_get(a, 1));
    dx_arena_reset(a);
    assert_non_null(dx_arena_get(a, 1000));
    dx_arena_free(a);
}

static void test_absurd_sizes_are_refused(void **state)
{
    assert_null(dx_arena_get(*state, SIZE_MAX));
    assert_null(dx_arena_get(*state, SIZE_MAX - 64));
    int *list = NULL;
    size_t cap = SIZE_MAX / 4;
    assert_false(dx_arena_grow_(*state, (void *)&list, cap, &cap, sizeof *list));
    assert_null(list);
    assert_non_null(dx_arena_get(*state, 8));
}

static void test_copies_end_with_a_nul(void **state)
{
    const dx_str s = dx_arena_copy(*state, dx_str_slice(DX_LIT("abcdef"), 1, 3));
    assert_string_equal(s.p, "bc");
    const int number = 42;
    const int *copy = dx_arena_dup(*state, &number, sizeof number);
    assert_int_equal(*copy, 42);
}

static void test_printf_measures_first(void **state)
{
    const dx_str s = dx_arena_printf(*state, "%s/%d/%.*s", "left", 7, DX_FMT(DX_LIT("right")));
    assert_string_equal(s.p, "left/7/right");
    assert_int_equal(s.n, strlen(s.p));
    assert_int_equal(dx_arena_printf(*state, "%100000d", 1).n, 100000);
}

static void test_push_grows_and_keeps_the_order(void **state)
{
    struct pair {
        int a, b;
    } *list = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < 5000; i++)
        assert_true(DX_PUSH(*state, list, n, cap, (struct pair){i, -i}));
    assert_int_equal(n, 5000);
    assert_true(cap >= n);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(list[i].a + list[i].b, 0);
    assert_int_equal(list[4999].a, 4999);
}

static void test_push_keeps_the_list_when_memory_is_out(void **state)
{
    (void)state;
    dx_arena *a = dx_arena_new(200);
    uint64_t *list = NULL;
    size_t n = 0, cap = 0;
    while (DX_PUSH(a, list, n, cap, n)) {
    }
    assert_int_equal(n, 16); /* 8 + 16 numbers fit, 32 more do not */
    assert_int_equal(list[15], 15);
    dx_arena_free(a);
}

static void test_one_inside_given_memory_stays_there(void **state)
{
    (void)state;
    _Alignas(max_align_t) static const char zero[2000];
    dx_arena *outer = dx_arena_new(0);
    char *memory = dx_arena_dup(outer, zero, sizeof zero);
    dx_arena *a = dx_arena_new_in(memory, sizeof zero);

    assert_non_null(a);
    const size_t before = dx_arena_extent(a);
    char *p = dx_arena_get(a, 100);
    assert_true(p >= memory && p + 100 <= memory + sizeof zero);
    assert_true(dx_arena_extent(a) >= before + 100);
    assert_ptr_equal(memory + dx_arena_extent(a), p + 100);
    assert_null(dx_arena_get(a, sizeof zero));
    assert_non_null(dx_arena_get(a, 100));
    dx_arena_free(a);
    assert_null(dx_arena_new_in(memory, 16));
    dx_arena_free(outer);
}

typedef struct pair {
    size_t a, b;
} pair;

/* Gives the room that it has in the end. */
static size_t fill_very_large(dx_arena *a)
{
    enum { MANY = 300000 };
    pair *list = NULL;
    size_t n = 0, cap = 0;
    dx_str text[100];

    for (size_t i = 0; i < MANY; i++) {
        if (i % (MANY / 100) == 0)
            text[i / (MANY / 100)] = dx_arena_copy(a, DX_LIT("stays where it is"));
        assert_true(DX_PUSH_MANY(a, list, n, cap, (pair){i, ~i}));
    }
    for (size_t i = 0; i < MANY; i++)
        assert_true(list[i].a == i && list[i].b == ~i);
    for (size_t i = 0; i < 100; i++)
        assert_true(dx_str_eq(text[i], DX_LIT("stays where it is")));
    return cap * sizeof *list;
}

static void test_a_very_large_array_takes_what_it_uses(void **state)
{
    const size_t room = fill_very_large(*state);
    /* Before it had room of its own it was copied: not much more than that. */
    dx_arena *just_enough = dx_arena_new(room + (3 << 20));

    (void)fill_very_large(just_enough);
    dx_arena_free(just_enough);
}

static void test_a_large_array_that_shares_its_room_leaves_the_rest_alone(void **state)
{
    assert_non_null(dx_arena_get(*state, 4 << 20));
    dx_arena_reset(*state); /* and the room for that is kept */
    pair *list = NULL;
    size_t n = 0, cap = 0;
    assert_true(DX_PUSH_MANY(*state, list, n, cap, (pair){1, 2}));
    unsigned char *other = dx_arena_get(*state, 1000);
    memset(other, 0xAA, 1000);
    for (size_t i = 1; i < 100000; i++)
        assert_true(DX_PUSH_MANY(*state, list, n, cap, (pair){i, i}));
    assert_true(list[0].b == 2 && list[99999].a == 99999);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(other[i], 0xAA);
}

static void test_a_very_large_array_ends_at_the_limit(void **state)
{
    dx_arena *a = dx_arena_new(8 << 20);
    pair *list = NULL;
    size_t n = 0, cap = 0;
    (void)state;
    while (DX_PUSH_MANY(a, list, n, cap, (pair){n, n}))
        assert_true(n < 1 << 20);
    assert_true(n == cap && n > 1000);
    for (size_t i = 0; i < n; i++)
        assert_true(list[i].a == i);
    dx_arena_free(a);
}

static void test_free_takes_null(void **state)
{
    (void)state;
    dx_arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_blocks_are_zeroed_and_aligned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_blocks_are_zeroed_again_after_a_reset, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_an_empty_block_has_an_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large_blocks_get_their_own_room, set_up, tear_down),
        cmocka_unit_test(test_one_of_an_expected_size_takes_more_than_that),
        cmocka_unit_test(test_the_limit_holds_and_comes_back_after_a_reset),
        cmocka_unit_test_setup_teardown(test_absurd_sizes_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_copies_end_with_a_nul, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_printf_measures_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_push_grows_and_keeps_the_order, set_up, tear_down),
        cmocka_unit_test(test_push_keeps_the_list_when_memory_is_out),
        cmocka_unit_test_setup_teardown(test_a_very_large_array_takes_what_it_uses, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_a_large_array_that_shares_its_room_leaves_the_rest_alone, set_up, tear_down),
        cmocka_unit_test(test_a_very_large_array_ends_at_the_limit),
        cmocka_unit_test(test_one_inside_given_memory_stays_there),
        cmocka_unit_test(test_free_takes_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
