#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "patterns/prefilter.h"

enum { IDS = 2000 };

typedef struct heard {
    unsigned count[IDS];
} heard;

static void hear(void *ctx, uint32_t id)
{
    heard *h = ctx;
    assert_true(id < IDS);
    h->count[id]++;
}

static dx_prefilter *make(const dx_str *literals, const uint32_t *ids, size_t n)
{
    dx_prefilter *f = NULL;
    dx_err err = {0};
    assert_int_equal(dx_prefilter_new(&f, literals, ids, n, &err), DX_OK);
    return f;
}

static void test_each_literal_in_the_text_is_heard(void **state)
{
    static const dx_str literals[] = {{"registration", 12}, {"file", 4}, {"processing file", 15},
                                      {"gist", 4},          {"zzzz", 4}, {"file not found", 14},
                                      {"file", 4},          {"lefi", 4}};
    static const uint32_t ids[] = {10, 11, 12, 13, 14, 15, 16, 17};
    dx_prefilter *f = make(literals, ids, 8);
    heard h = {{0}};
    const dx_str text = DX_LIT("self registration: processing file x");
    (void)state;
    dx_prefilter_run(f, text, text.n, hear, &h);
    assert_true(h.count[10] && h.count[11] && h.count[12] && h.count[13] && h.count[16]);
    assert_false(h.count[14] || h.count[15] || h.count[17]);
    dx_prefilter_free(f);
}

static void test_only_literals_that_begin_before_the_limit_count(void **state)
{
    static const dx_str literals[] = {{"abcd", 4}, {"wxyz", 4}};
    static const uint32_t ids[] = {1, 2};
    dx_prefilter *f = make(literals, ids, 2);
    const dx_str text = DX_LIT("abcd wxyz");
    (void)state;
    for (size_t limit = 0; limit <= text.n; limit++) {
        heard h = {{0}};
        dx_prefilter_run(f, text, limit, hear, &h);
        assert_int_equal(h.count[1], limit > 0);
        assert_int_equal(h.count[2], limit > 5);
    }
    dx_prefilter_free(f);
}

static void test_texts_shorter_than_a_literal_hold_none(void **state)
{
    static const dx_str literals[] = {{"abcd", 4}, {"abcdefgh", 8}};
    static const uint32_t ids[] = {1, 2};
    dx_prefilter *f = make(literals, ids, 2);
    heard h = {{0}};
    (void)state;
    dx_prefilter_run(f, DX_NONE, 0, hear, &h);
    dx_prefilter_run(f, DX_LIT("abc"), 3, hear, &h);
    dx_prefilter_run(f, DX_LIT("bcdefgh"), 7, hear, &h);
    dx_prefilter_run(f, DX_LIT("abcdefg"), 7, hear, &h);
    assert_int_equal(h.count[1], 1);
    assert_int_equal(h.count[2], 0);
    dx_prefilter_free(f);
}

static void test_without_literals_nothing_is_heard(void **state)
{
    dx_prefilter *f = make(NULL, NULL, 0);
    heard h = {{0}};
    (void)state;
    dx_prefilter_run(f, DX_LIT("any text at all"), 15, hear, &h);
    for (size_t i = 0; i < IDS; i++)
        assert_int_equal(h.count[i], 0);
    dx_prefilter_free(f);
    dx_prefilter_free(NULL);
}

/* The same answers as looking for each literal by itself. */
static void test_it_agrees_with_a_plain_search(void **state)
{
    static char space[IDS][12];
    static dx_str literals[IDS];
    static uint32_t ids[IDS];
    uint32_t seed = 7;
    (void)state;
    for (uint32_t i = 0; i < IDS; i++) {
        seed = seed * 1664525u + 1013904223u;
        const size_t n = 4 + (seed >> 28) % 6;
        for (size_t k = 0; k < n; k++) {
            seed = seed * 1664525u + 1013904223u;
            space[i][k] = (char)('a' + (seed >> 24) % 4);
        }
        literals[i] = (dx_str){space[i], n};
        ids[i] = i;
    }
    dx_prefilter *f = make(literals, ids, IDS);
    char text[600];
    for (int round = 0; round < 20; round++) {
        heard h = {{0}};
        for (size_t k = 0; k < sizeof text; k++) {
            seed = seed * 1664525u + 1013904223u;
            text[k] = (char)('a' + (seed >> 24) % 5);
        }
        const dx_str all = {text, sizeof text};
        const size_t limit = (size_t)round * 30;
        dx_prefilter_run(f, all, limit, hear, &h);
        for (uint32_t i = 0; i < IDS; i++) {
            const size_t at = dx_str_find(all, literals[i], 0);
            assert_int_equal(h.count[i] > 0, at != SIZE_MAX && at < limit);
        }
    }
    dx_prefilter_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_literal_in_the_text_is_heard),
        cmocka_unit_test(test_only_literals_that_begin_before_the_limit_count),
        cmocka_unit_test(test_texts_shorter_than_a_literal_hold_none),
        cmocka_unit_test(test_without_literals_nothing_is_heard),
        cmocka_unit_test(test_it_agrees_with_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
