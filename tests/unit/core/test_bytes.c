#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/utf.h"

/* Each test runs with what this processor has, with AVX2 at most, and in plain C. */
static void all_ways(void (*check)(void))
{
    check();
    setenv("SETUPDX_PORTABLE", "avx2", 1);
    check();
    setenv("SETUPDX_PORTABLE", "1", 1);
    check();
    unsetenv("SETUPDX_PORTABLE");
}

static uint64_t rnd(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % below;
}

/* Whole characters from the start, by the reader of single ones. */
static size_t plain_run(dx_str s)
{
    size_t at = 0, next = 0;

    while (at < s.n && s.p[at] != '\0') {
        const uint32_t code = dx_utf_next(s, &next);
        const dx_str one = dx_str_slice(s, at, next);
        if (code == DX_REPLACEMENT && !dx_str_eq(one, DX_LIT("\xEF\xBF\xBD")))
            break;
        at = next;
    }
    return at;
}

/* Pieces of which texts are made: good, bad, and good only in company. */
static const char *const pieces[] = {"a log line of plain text, ",
                                     "\xC3\xA4",
                                     "\xE2\x82\xAC",
                                     "\xF0\x9F\x98\x80",
                                     "\xDF\xBF",
                                     "\xEF\xBF\xBD",
                                     "\xED\x9F\xBF",
                                     "\xF4\x8F\xBF\xBF",
                                     "\xE0\xA0\x80",
                                     "\xF0\x90\x80\x80",
                                     "\xC3",
                                     "\x80",
                                     "\xC0\x80",
                                     "\xE0\x9F\xBF",
                                     "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80",
                                     "\xF0\x8F\xBF\xBF",
                                     "\xF5\x80\x80\x80",
                                     "\xE2\x82",
                                     "\xFF"};
enum { GOOD = 10, PIECES = 20 };

static void check_utf8(void)
{
    uint64_t seed = 5;
    char text[1200];

    for (size_t round = 0; round < 6000; round++) {
        size_t n = 0;
        const size_t faults = round % 3 ? 60 : 0;
        while (n + 32 < sizeof text) {
            const char *p = pieces[rnd(&seed, faults && !rnd(&seed, faults) ? PIECES : GOOD)];
            memcpy(text + n, p, strlen(p));
            n += strlen(p);
        }
        if (round % 7 == 0)
            text[rnd(&seed, n)] = '\0';
        const dx_str s = {text, n - rnd(&seed, 40)};
        assert_int_equal(dx_utf8_run(s), plain_run(s));
    }
}

static void test_well_formed_text_is_measured(void **state)
{
    (void)state;
    all_ways(check_utf8);
}

/* Every pair and many triples of bytes, at the end of a block and across it. */
static void check_every_pair(void)
{
    char text[320];

    for (unsigned i = 0; i < 65536; i++) {
        memset(text, 'x', sizeof text);
        const size_t at = 250 + i % 8;
        text[at] = (char)(i >> 8);
        text[at + 1] = (char)i;
        text[at + 2] = (char)(0x80 | (i * 7 & 0x7F));
        const dx_str s = {text, sizeof text};
        assert_int_equal(dx_utf8_run(s), plain_run(s));
    }
}

static void test_every_pair_of_bytes_is_judged(void **state)
{
    (void)state;
    all_ways(check_every_pair);
}

static void check_utf16(void)
{
    char raw[1024], out[512];

    for (size_t big = 0; big < 2; big++)
        for (size_t stop = 0; stop <= 512; stop += 5) {
            memset(raw, 0, sizeof raw);
            for (size_t i = 0; i < 512; i++)
                raw[2 * i + big] = (char)(1 + i % 127);
            if (stop < 512)
                raw[2 * stop + (stop % 2 ? big : !big)] = (char)(stop % 4 == 1 ? 0 : 0x81);
            const size_t n = dx_utf16_ascii((dx_str){raw, sizeof raw - stop % 3}, big == 1, out);
            assert_int_equal(n, stop < 512 - 1 ? stop : (sizeof raw - stop % 3) / 2);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(out[i], 1 + i % 127);
        }
}

static void test_the_ascii_of_utf16_is_taken(void **state)
{
    (void)state;
    all_ways(check_utf16);
}

static void check_bytes(void)
{
    static char text[20000];
    static uint32_t at[20000];
    uint64_t seed = 9;

    for (size_t round = 0; round < 60; round++) {
        size_t count = 0;
        const size_t n = rnd(&seed, sizeof text), often = 1 + rnd(&seed, 80);
        for (size_t i = 0; i < n; i++)
            text[i] = rnd(&seed, often) ? 'x' : '\n';
        const dx_str s = {text, n};
        const size_t found = dx_find_bytes(s, '\n', at, sizeof at / sizeof *at);
        for (size_t i = 0; i < n; i++)
            if (text[i] == '\n')
                assert_int_equal(at[count++], i);
        assert_int_equal(found, count);
        const size_t few = dx_find_bytes(s, '\n', at, 7);
        assert_int_equal(few, count < 7 ? count : 7);
    }
}

static void test_bytes_are_found(void **state)
{
    (void)state;
    all_ways(check_bytes);
}

static void check_ascii(void)
{
    static const char others[] = {'\0', '\x80', '\xFF'};
    char text[700];

    memset(text, '\x7F', sizeof text);
    for (size_t at = 0; at < sizeof text; at++)
        for (size_t i = 0; i < sizeof others; i++) {
            text[at] = others[i];
            assert_int_equal(dx_ascii_run((dx_str){text, sizeof text}), at);
            assert_int_equal(dx_ascii_run((dx_str){text, at}), at);
            text[at] = '\x01';
        }
    assert_int_equal(dx_ascii_run((dx_str){text, sizeof text}), sizeof text);
}

static void test_ascii_ends_where_something_else_comes(void **state)
{
    (void)state;
    all_ways(check_ascii);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_formed_text_is_measured),
        cmocka_unit_test(test_every_pair_of_bytes_is_judged),
        cmocka_unit_test(test_the_ascii_of_utf16_is_taken),
        cmocka_unit_test(test_bytes_are_found),
        cmocka_unit_test(test_ascii_ends_where_something_else_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
