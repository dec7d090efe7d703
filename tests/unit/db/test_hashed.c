#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/backends/sqlite_hashed.h"

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

static size_t find(const sq_hashed *t, const int *list, int key, uint64_t hash)
{
    return sq_hashed_find(t, hash, same, &(wanted){list, key});
}

static void test_an_empty_one_has_nothing(void **state)
{
    (void)state;
    sq_hashed t = {0};
    assert_true(find(&t, NULL, 1, 1) == SQ_HASHED_NONE);
    sq_hashed_close(&t);
}

static void test_what_was_added_is_found_however_many_there_are(void **state)
{
    (void)state;
    sq_hashed t = {0};
    int list[MANY];
    for (int i = 0; i < MANY; i++) {
        list[i] = i * 7;
        assert_true(find(&t, list, list[i], (uint64_t)list[i]) == SQ_HASHED_NONE);
        assert_true(sq_hashed_add(&t, (uint64_t)list[i], (size_t)i));
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(find(&t, list, list[i], (uint64_t)list[i]), i);
        assert_true(find(&t, list, list[i] + 1, (uint64_t)list[i] + 1) == SQ_HASHED_NONE);
    }
    sq_hashed_close(&t);
    assert_true(find(&t, list, list[0], (uint64_t)list[0]) == SQ_HASHED_NONE);
}

static void test_keys_of_one_hash_are_told_apart(void **state)
{
    (void)state;
    sq_hashed t = {0};
    int list[200];
    for (int i = 0; i < 200; i++) {
        list[i] = i;
        assert_true(sq_hashed_add(&t, 42, (size_t)i));
    }
    for (int i = 0; i < 200; i++)
        assert_int_equal(find(&t, list, i, 42), i);
    assert_true(find(&t, list, 200, 42) == SQ_HASHED_NONE);
    sq_hashed_close(&t);
}

static void test_a_place_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    sq_hashed t = {0};
    assert_false(sq_hashed_add(&t, 1, (size_t)INT32_MAX));
    assert_int_equal(t.n, 0);
    sq_hashed_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_one_has_nothing),
        cmocka_unit_test(test_what_was_added_is_found_however_many_there_are),
        cmocka_unit_test(test_keys_of_one_hash_are_told_apart),
        cmocka_unit_test(test_a_place_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
