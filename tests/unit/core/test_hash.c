#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"

static void test_the_fingerprint_of_nothing_is_the_published_one(void **state)
{
    (void)state;
    char hex[33];
    dx_hash_hex(dx_hash_of(DX_NONE), hex);
    assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
    assert_true(dx_hash64(DX_NONE, 0) == UINT64_C(0x2d06800538d394c2));
}

static void test_running_and_whole_fingerprints_agree(void **state)
{
    (void)state;
    char text[3000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7 % 251);
    const dx_str whole = {text, sizeof text};
    dx_hasher *h = dx_hash_new();
    assert_non_null(h);
    for (size_t at = 0, step = 1; at < whole.n; at += step, step = step * 2 % 997 + 1)
        dx_hash_add(h, dx_str_slice(whole, at, at + step));
    dx_hash_add(h, DX_NONE);
    assert_true(dx_hash_eq(dx_hash_get(h), dx_hash_of(whole)));
    dx_hash_free(h);
}

static void test_a_fingerprint_can_be_read_on_the_way(void **state)
{
    (void)state;
    dx_hasher *h = dx_hash_new();
    dx_hash_add(h, DX_LIT("ab"));
    assert_true(dx_hash_eq(dx_hash_get(h), dx_hash_of(DX_LIT("ab"))));
    dx_hash_add(h, DX_LIT("c"));
    assert_true(dx_hash_eq(dx_hash_get(h), dx_hash_of(DX_LIT("abc"))));
    dx_hash_free(h);
    h = dx_hash_new();
    assert_true(dx_hash_eq(dx_hash_get(h), dx_hash_of(DX_LIT(""))));
    dx_hash_free(h);
    dx_hash_free(NULL);
}

static void test_numbers_are_added_low_byte_first(void **state)
{
    (void)state;
    dx_hasher *h = dx_hash_new();
    dx_hash_add_u64(h, UINT64_C(0x0807060504030201));
    assert_true(dx_hash_eq(dx_hash_get(h), dx_hash_of(DX_LIT("\1\2\3\4\5\6\7\10"))));
    dx_hash_free(h);
}

enum { LONGEST = 300, PLACES = 5 };

/* Texts of every length, at places of a buffer that leave much room around them, little, or none.
 */
static size_t list_texts(dx_str within, dx_str list[])
{
    size_t n = 0;

    for (size_t length = 0; length <= LONGEST; length++) {
        const size_t last = within.n - length;
        const size_t at[PLACES] = {0, length % 70, 100 + length % 7, last - length % 260, last};
        for (size_t i = 0; i < PLACES; i++)
            list[n++] = dx_str_slice(within, at[i], at[i] + length);
    }
    return n;
}

static void check_many(void)
{
    static dx_str list[(LONGEST + 1) * PLACES];
    static uint64_t got[(LONGEST + 1) * PLACES];
    char *text = malloc(900); /* of its own, so that reading beyond is seen */

    assert_non_null(text);
    for (size_t i = 0; i < 900; i++)
        text[i] = (char)(i * i * 31 % 253);
    const dx_str within = {text, 900};
    const size_t n = list_texts(within, list);
    dx_hash64_many(within, list, n, got);
    for (size_t i = 0; i < n; i++)
        assert_true(got[i] == dx_hash64(list[i], 0));
    free(text);
}

static void test_many_fingerprints_are_those_of_each(void **state)
{
    (void)state;
    check_many();
    setenv("SETUPDX_PORTABLE", "1", 1);
    check_many();
    unsetenv("SETUPDX_PORTABLE");
}

typedef struct long_prints {
    uint64_t whole, other;
    dx_hash128 running;
} long_prints;

/* Of a long text whole, and in pieces of which some are long. */
static long_prints print_long(dx_str text)
{
    long_prints p = {.whole = dx_hash64(text, 0), .other = dx_hash64(text, 7)};
    dx_hasher *h = dx_hash_new();

    assert_non_null(h);
    for (size_t at = 0, step = 1; at < text.n; at += step, step = step * 3 % 9001 + 1)
        dx_hash_add(h, dx_str_slice(text, at, at + step));
    p.running = dx_hash_get(h);
    dx_hash_free(h);
    return p;
}

static void test_long_texts_have_the_same_fingerprints_on_all_processors(void **state)
{
    (void)state;
    static const size_t lengths[] = {2047, 2048, 2049, 4096, 65535, 65536, 199999};
    static char text[200000 + sizeof lengths / sizeof *lengths]; /* each begins one further on */

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i * 13 % 257);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const dx_str some = {text + i, lengths[i]};
        const long_prints quick = print_long(some);
        setenv("SETUPDX_PORTABLE", "1", 1);
        const long_prints plain = print_long(some);
        unsetenv("SETUPDX_PORTABLE");
        assert_true(quick.whole == plain.whole && quick.other == plain.other);
        assert_true(dx_hash_eq(quick.running, plain.running));
        assert_true(dx_hash_eq(quick.running, dx_hash_of(some)));
    }
}

static void test_a_seed_makes_another_fingerprint(void **state)
{
    (void)state;
    assert_true(dx_hash64(DX_LIT("a"), 1) != dx_hash64(DX_LIT("a"), 2));
    assert_true(dx_hash64(DX_LIT("a"), 1) == dx_hash64(DX_LIT("a"), 1));
}

static void test_equality_looks_at_both_halves(void **state)
{
    (void)state;
    const dx_hash128 a = {1, 2};
    assert_true(dx_hash_eq(a, (dx_hash128){1, 2}));
    assert_false(dx_hash_eq(a, (dx_hash128){1, 3}));
    assert_false(dx_hash_eq(a, (dx_hash128){3, 2}));
}

static void test_hex_has_the_high_half_first_and_all_zeros(void **state)
{
    (void)state;
    char hex[33];
    dx_hash_hex((dx_hash128){.hi = 0xAB, .lo = 1}, hex);
    assert_string_equal(hex, "00000000000000ab0000000000000001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fingerprint_of_nothing_is_the_published_one),
        cmocka_unit_test(test_running_and_whole_fingerprints_agree),
        cmocka_unit_test(test_a_fingerprint_can_be_read_on_the_way),
        cmocka_unit_test(test_numbers_are_added_low_byte_first),
        cmocka_unit_test(test_many_fingerprints_are_those_of_each),
        cmocka_unit_test(test_long_texts_have_the_same_fingerprints_on_all_processors),
        cmocka_unit_test(test_a_seed_makes_another_fingerprint),
        cmocka_unit_test(test_equality_looks_at_both_halves),
        cmocka_unit_test(test_hex_has_the_high_half_first_and_all_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
