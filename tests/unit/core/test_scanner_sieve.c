/* More short literals than a sieve takes, but for a log that has few of them. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/scanner.h"
#include "processors.h"

static uint64_t rnd(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % below;
}

static dx_scan_hits run(const dx_scanner *s, dx_str text)
{
    dx_scan_hits hits = {0};

    assert_true(dx_scanner_run(s, &(dx_scan_range){.text = text, .until = text.n}, &hits));
    return hits;
}

static void same_hits(const dx_scan_hits *a, const dx_scan_hits *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        assert_true(a->p[i].at == b->p[i].at && a->p[i].id == b->p[i].id);
}

enum { SHORT = 150, SHORT_BYTES = 6 };

/* Letters that few words have, so that a sieve lets little pass. */
static void make_short(uint64_t *seed, char p[SHORT][SHORT_BYTES + 1],
                       dx_scan_literal literal[SHORT])
{
    for (uint32_t i = 0; i < SHORT; i++) {
        const size_t n = 4 + rnd(seed, SHORT_BYTES - 3);
        for (size_t k = 0; k < n; k++)
            p[i][k] = "qxzjkvw7"[rnd(seed, 8)];
        literal[i] = (dx_scan_literal){{p[i], n}, i};
    }
}

/* Words, and here and there one of the literals, torn perhaps. */
static dx_str text_with(uint64_t *seed, const dx_scan_literal *literal, char *p, size_t n)
{
    static const char *const parts[] = {"the brown fox ", "\n dogs ", "over ", "\r\n", "  "};
    size_t at = 0;

    while (at + 32 < n) {
        const dx_str one = literal[rnd(seed, SHORT)].text;
        const size_t cut = rnd(seed, 4) ? one.n : rnd(seed, one.n);
        const dx_str part = dx_str_of(parts[rnd(seed, sizeof parts / sizeof *parts)]);
        memcpy(p + at, part.p, part.n);
        at += part.n;
        if (rnd(seed, 3) > 0)
            continue;
        memcpy(p + at, one.p, cut);
        p[at + cut] = '\n';
        memcpy(p + at + cut + 1, one.p + cut, one.n - cut);
        at += one.n + 1;
    }
    return (dx_str){p, at};
}

static void check_chosen(void)
{
    static char sample[20000], text[4000], letters[SHORT][SHORT_BYTES + 1];
    dx_scan_literal literal[SHORT];
    dx_scanner *all = NULL, *chosen = NULL;
    uint64_t seed = 41;
    size_t found = 0;
    dx_err err;

    for (size_t i = 0; i < sizeof sample; i++)
        sample[i] = "the brown fox over the house\n"[i % 29];
    make_short(&seed, letters, literal);
    assert_int_equal(dx_scanner_new(&all, NULL, literal, SHORT, &err), DX_OK);
    assert_int_equal(
        dx_scanner_new_for(&chosen, NULL, literal, SHORT, (dx_str){sample, sizeof sample}, &err),
        DX_OK);
    for (size_t round = 0; round < 200; round++) {
        const dx_str t = text_with(&seed, literal, text, 40 + rnd(&seed, sizeof text - 40));
        dx_scan_hits a = run(all, t), b = run(chosen, t);
        same_hits(&a, &b);
        found += a.n;
        dx_scan_hits_done(&a);
        dx_scan_hits_done(&b);
    }
    assert_true(found > 5000);
    dx_scanner_free(all);
    dx_scanner_free(chosen);
}

static void test_many_short_literals_are_sifted_for_a_log_that_has_few(void **state)
{
    (void)state;
    on_each_processor(check_chosen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_short_literals_are_sifted_for_a_log_that_has_few)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
