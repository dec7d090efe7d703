#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/hashed.h"

enum { MANY = 5000 };

typedef struct wanted {
    const int *list;
    int key;
} wanted;

static bool same(const void *ctx, size_t place)
{
    const wanted *w = ctx;
    return w->list[place] == w->key;
}

static size_t find(const dx_hashed *t, const int *list, int key, uint64_t hash)
{
    return dx_hashed_find(t, hash, same, &(wanted){list, key});
}

static void test_an_empty_one_has_nothing(void **state)
{
    (void)state;
    dx_hashed t = {0};
    assert_true(find(&t, NULL, 1, 1) == DX_HASHED_NONE);
    dx_hashed_close(&t);
}

static void test_what_was_added_is_found_however_many_there_are(void **state)
{
    (void)state;
    dx_hashed t = {0};
    int list[MANY];
    for (int i = 0; i < MANY; i++) {
        list[i] = i * 7;
        assert_true(find(&t, list, list[i], (uint64_t)list[i]) == DX_HASHED_NONE);
        assert_true(dx_hashed_add(&t, (uint64_t)list[i], (size_t)i));
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(find(&t, list, list[i], (uint64_t)list[i]), i);
        assert_true(find(&t, list, list[i] + 1, (uint64_t)list[i] + 1) == DX_HASHED_NONE);
    }
    dx_hashed_close(&t);
    assert_true(find(&t, list, list[0], (uint64_t)list[0]) == DX_HASHED_NONE);
}

static void test_keys_of_one_hash_are_told_apart(void **state)
{
    (void)state;
    dx_hashed t = {0};
    int list[200];
    for (int i = 0; i < 200; i++) {
        list[i] = i;
        assert_true(dx_hashed_add(&t, 42, (size_t)i));
    }
    for (int i = 0; i < 200; i++)
        assert_int_equal(find(&t, list, i, 42), i);
    assert_true(find(&t, list, 200, 42) == DX_HASHED_NONE);
    dx_hashed_close(&t);
}

static void test_a_place_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    dx_hashed t = {0};
    assert_false(dx_hashed_add(&t, 1, (size_t)INT32_MAX));
    assert_int_equal(t.n, 0);
    dx_hashed_close(&t);
}

static void test_numbers_and_texts_are_found_in_their_entries(void **state)
{
    (void)state;
    struct entry {
        uint64_t number;
        dx_str text;
        char letters[24];
    } *list = calloc(MANY, sizeof *list);
    dx_arena *arena = dx_arena_new(0);
    dx_hashed numbers = {0}, texts = {.arena = arena};
    assert_non_null(list);
    assert_non_null(arena);
    assert_true(dx_hashed_find_number(&numbers, 0, list, sizeof *list) == DX_HASHED_NONE);
    for (size_t i = 0; i < MANY; i++) {
        list[i].number = (uint64_t)i << 40;
        list[i].text = (dx_str){list[i].letters, (size_t)snprintf(list[i].letters, 24, "t%zu", i)};
        assert_true(dx_hashed_add(&numbers, list[i].number, i));
        assert_true(dx_hashed_add(&texts, dx_hash64(list[i].text, 0), i));
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(
            dx_hashed_find_number(&numbers, (uint64_t)i << 40, &list->number, sizeof *list), i);
        assert_int_equal(dx_hashed_find_text(&texts, list[i].text, &list->text, sizeof *list), i);
    }
    assert_true(dx_hashed_find_number(&numbers, 1, list, sizeof *list) == DX_HASHED_NONE);
    assert_true(dx_hashed_find_text(&texts, DX_LIT("t"), &list->text, sizeof *list) ==
                DX_HASHED_NONE);
    dx_hashed_close(&texts); /* before its arena, and frees nothing of it */
    dx_hashed_close(&numbers);
    dx_arena_free(arena);
    free(list);
}

static void test_emptying_keeps_the_room(void **state)
{
    (void)state;
    dx_hashed t = {0};
    uint64_t list[1000];
    const dx_hashed_slot *slot = NULL;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 1000; i++) {
            list[i] = i + (size_t)round;
            assert_true(dx_hashed_add(&t, list[i], i));
        }
        assert_int_equal(dx_hashed_find_number(&t, 999, list, sizeof *list), 999 - round);
        dx_hashed_empty(&t);
        assert_true(dx_hashed_find_number(&t, 999, list, sizeof *list) == DX_HASHED_NONE);
        assert_true(round == 0 || t.slot == slot);
        slot = t.slot;
    }
    dx_hashed_close(&t);
}

static void test_without_memory_it_stays_as_it_was(void **state)
{
    (void)state;
    char memory[1024];
    dx_hashed t = {.arena = dx_arena_new_in(memory, sizeof memory)};
    uint64_t list[1000];
    size_t n = 0;
    assert_non_null(t.arena);
    for (; n < 1000; n++) {
        list[n] = n * 3;
        if (!dx_hashed_add(&t, list[n], n))
            break;
    }
    assert_in_range(n, 1, 999);
    assert_int_equal(t.n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(dx_hashed_find_number(&t, list[i], list, sizeof *list), i);
    dx_arena_free(t.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_one_has_nothing),
        cmocka_unit_test(test_what_was_added_is_found_however_many_there_are),
        cmocka_unit_test(test_keys_of_one_hash_are_told_apart),
        cmocka_unit_test(test_a_place_that_does_not_fit_is_refused),
        cmocka_unit_test(test_numbers_and_texts_are_found_in_their_entries),
        cmocka_unit_test(test_emptying_keeps_the_room),
        cmocka_unit_test(test_without_memory_it_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
