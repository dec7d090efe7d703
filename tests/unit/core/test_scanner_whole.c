/* Scanners for texts in which no word is torn. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/scanner.h"

static const char *const literals[] = {"abba",     "ab abab a",      "a baab b", "aabb aabb ab",
                                       "b (0x8a)", "bababababababa", "bbbb:",    NULL};

static uint64_t rnd(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % below;
}

static dx_scanner *scanner_for(dx_str sample)
{
    dx_scan_literal l[16];
    dx_scanner *s = NULL;
    size_t n = 0;
    dx_err err;

    for (; literals[n]; n++)
        l[n] = (dx_scan_literal){dx_str_of(literals[n]), (uint32_t)n};
    assert_int_equal(dx_scanner_new_whole(&s, l, n, sample, &err), DX_OK);
    return s;
}

static dx_str random_text(uint64_t *seed, char *p, size_t n)
{
    static const char *const parts[] = {"a",   "b",   "ab",   "BA", "abb",  "aabb",    "baab",
                                        " ",   " ",   "\n",   "\t", "\r\n", "  ",      "(0X8A",
                                        "(0x", "8a)", "bbbb", ":",  " \n ", "\xC3\xA9"};
    size_t at = 0;

    while (at + 8 < n) {
        const char *part = parts[rnd(seed, rnd(seed, 3) ? 8 : sizeof parts / sizeof *parts)];
        memcpy(p + at, part, strlen(part));
        at += strlen(part);
    }
    return (dx_str){p, at};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* Read byte by byte: a blank of the literal is any run of blanks and line ends. */
static bool stands(dx_str text, size_t at, const char *literal)
{
    for (; *literal; literal++) {
        if (at >= text.n || (*literal == ' ') != is_blank(text.p[at]))
            return false;
        if (*literal != ' ' && lower(text.p[at]) != *literal)
            return false;
        for (at++; *literal == ' ' && at < text.n && is_blank(text.p[at]);)
            at++;
    }
    return true;
}

static dx_scan_hits run(const dx_scanner *s, dx_str text)
{
    dx_scan_hits hits = {0};

    assert_true(dx_scanner_run(s, &(dx_scan_range){.text = text, .until = text.n}, &hits));
    return hits;
}

static bool has(const dx_scan_hits *h, size_t at, uint32_t id)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->p[i].at == at && h->p[i].id == id)
            return true;
    return false;
}

/* How many there are; each must be among the hits. */
static size_t check(dx_str text, const dx_scan_hits *hits)
{
    size_t found = 0;

    for (uint32_t k = 0; literals[k]; k++)
        for (size_t at = 0; at < text.n; at++)
            if (stands(text, at, literals[k])) {
                found++;
                if (!has(hits, at, k))
                    fail_msg("'%s' at %zu is missed in:\n%.*s", literals[k], at, DX_FMT(text));
            }
    return found;
}

/* Chosen with a sample and without, on all processors. */
static void test_what_a_plain_search_finds_is_found(void **state)
{
    static const char *const processors[] = {"", "avx2", "1"};
    static char sample[20000], text[5000];
    uint64_t seed = 5;
    size_t found = 0;
    (void)state;

    const dx_str seen = random_text(&seed, sample, sizeof sample);
    for (size_t i = 0; i < 6; i++) {
        setenv("SETUPDX_PORTABLE", processors[i / 2], 1);
        dx_scanner *s = scanner_for(i % 2 ? seen : DX_NONE);
        unsetenv("SETUPDX_PORTABLE");
        for (size_t round = 0; round < 60; round++) {
            const dx_str t = random_text(&seed, text, 10 + rnd(&seed, sizeof text - 10));
            dx_scan_hits h = run(s, t);
            found += check(t, &h);
            dx_scan_hits_done(&h);
        }
        dx_scanner_free(s);
    }
    assert_true(found > 10000);
}

static void test_a_torn_word_is_not_looked_for(void **state)
{
    dx_scanner *s = scanner_for(DX_NONE);
    dx_scan_hits h = run(s, DX_LIT("ab\nba, bababa\nbababab, bb  bb:"));
    (void)state;

    assert_int_equal(h.n, 0);
    dx_scan_hits_done(&h);
    dx_scanner_free(s);
}

static void test_what_no_sieve_takes_is_refused(void **state)
{
    static dx_scan_literal many[DX_SCAN_WHOLE + 1];
    const dx_scan_literal wordless = {DX_LIT("a bcd efg h"), 0};
    dx_scanner *s = NULL;
    dx_err err;
    (void)state;

    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        many[i] = (dx_scan_literal){DX_LIT("abcd"), (uint32_t)i};
    assert_int_equal(dx_scanner_new_whole(&s, many, DX_SCAN_WHOLE + 1, DX_NONE, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    assert_int_equal(dx_scanner_new_whole(&s, &wordless, 1, DX_NONE, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_LIMIT);
    assert_int_equal(dx_scanner_new_whole(&s, many, DX_SCAN_WHOLE, DX_NONE, &err), DX_OK);
    dx_scan_hits h = run(s, DX_LIT("-ABCD-"));
    assert_int_equal(h.n, DX_SCAN_WHOLE);
    dx_scan_hits_done(&h);
    dx_scanner_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_plain_search_finds_is_found),
        cmocka_unit_test(test_a_torn_word_is_not_looked_for),
        cmocka_unit_test(test_what_no_sieve_takes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
