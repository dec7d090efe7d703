#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/alike.h"
#include "parser/detect.h"
#include "parser/stamper.h"
#include "tests/unit/parser/shipped.h"

typedef struct bench {
    shipped in;
    dx_stamper *stamper;
    size_t usual; /* lines that were like the last one */
} bench;

static int set_up(void **state)
{
    static bench b;

    b = (bench){.stamper = dx_stamper_new()};
    *state = &b;
    return shipped_read(&b.in);
}

static int tear_down(void **state)
{
    bench *b = *state;
    dx_stamper_free(b->stamper);
    shipped_done(&b->in);
    return 0;
}

static uint64_t rnd(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % below;
}

/* ---- lines ---- */

/* Beginnings of lines in the dresses of several formats. */
static const char *const dresses[] = {
    "[04/17/2021 09:41:02.0371] [0] [ERROR] ",
    "[4.17.2021 9.41.02] [12] ",
    "2021-04-17 09:41:02, Error                 CBS    ",
    "2021-04-17 09:41:02,  Info  [0x00f0] DPX    ",
    "09:41:02,371 WARNING anaconda.core: ",
    "2021-04-17 09:41:02,371 INFO ",
    "2021-04-17 09:41:02,371 1204 [INFO ] - ",
    "[0A3C:1B20][2021-04-17T09:41:02]e000: ",
    "2021-04-17 09:41:02.371   ",
    "Apr 17 09:41:02 host installd[213]: ",
    "2021-04-17T09:41:02+0200 DDEBUG ",
    "[2021-04-17T09:41:02+0200] [ALPM] ",
    "=== Verbose logging started: 4/17/2021  9:41:02  ",
    "MSI (s) (44:B8) [09:41:02:371]: ",
    "04/17/2021 09:41:02.371\tOFFICECL (0x1a8)\t0x123\t\tClick-To-Run\tabcde\tMedium\t",
    ">>>  Section start 2021/04/17 09:41:02.371",
    "<04-17-2021 09:41:02> ",
    "\xC3\xA9t\xC3\xA9 2021 ",
    "",
};
enum { DRESSES = sizeof dresses / sizeof *dresses };

/* Mostly a digit for a digit and a letter for a letter, so that many lines keep their dress. */
static char other(uint64_t *seed, char c)
{
    static const char odd[] = "0aZ[](): .,-/\t\r_%|";

    if (rnd(seed, 12) == 0)
        return odd[rnd(seed, sizeof odd - 1)];
    if (c >= '0' && c <= '9')
        return (char)('0' + rnd(seed, 10));
    if (c >= 'a' && c <= 'z' && rnd(seed, 8) == 0)
        return (char)('a' + rnd(seed, 26));
    return c;
}

static size_t make_line(uint64_t *seed, size_t dress, char *p)
{
    static const char rest[] = "The installer could not register the library in its folder, and it "
                               "stopped: that is the end of all lines.\n";
    const size_t n = strlen(dresses[dress]);

    memcpy(p, dresses[dress], n);
    memcpy(p + n, rest + rnd(seed, 40), sizeof rest - 1 - 40);
    for (size_t i = 0; i < 2 && n > 0; i++) {
        char *c = &p[rnd(seed, n + 2)];
        if ((unsigned char)*c < 0x80)
            *c = other(seed, *c);
    }
    return n + sizeof rest - 1 - 40;
}

/* Whether the line at text.p is like the last one; then the regex must say of it what is said of
 * that. */
static bool check_usual(const bench *b, dx_str text, bool stamped, size_t begin)
{
    const dx_scan_usual *u = dx_stamper_usual(b->stamper);
    const uint8_t *p = (const uint8_t *)text.p;

    if (u == NULL || text.n < DX_USUAL_BYTES || !u->may[p[u->next]])
        return false;
    for (size_t i = 0; i < DX_USUAL_BYTES; i++)
        if ((uint8_t)(p[i] - u->low[i]) > u->span[i])
            return false;
    if (u->has_margin != stamped || u->begin != begin)
        fail_msg("this is not like the line before:\n%.*s", DX_FMT(text));
    return true;
}

static void check(bench *b, const dx_format *f, dx_str text)
{
    uint8_t at[DX_MARGINS] = {0};
    const size_t end = dx_str_find(text, DX_LIT("\n"), 0);
    const dx_str line = dx_str_slice(text, 0, end);
    dx_str rest = line;
    const bool stamped = dx_stamp_strip(f, b->in.rx, &rest, NULL, 0);

    b->usual += check_usual(b, text, stamped, (size_t)(rest.p - line.p));
    if (dx_stamper_margins(b->stamper, text, at) != stamped ||
        (stamped && at[0] != (size_t)(rest.p - line.p)))
        fail_msg("%.*s reads another stamp in:\n%.*s", DX_FMT(f->id), DX_FMT(line));

    dx_span spans[DX_STAMP_GROUPS], same[DX_STAMP_GROUPS];
    dx_str stripped = line;
    rest = line;
    (void)dx_stamp_strip(f, b->in.rx, &rest, spans, DX_STAMP_GROUPS);
    assert_int_equal(dx_stamper_strip(b->stamper, text, &stripped, same), stamped);
    assert_ptr_equal(stripped.p, rest.p);
    if (stamped && memcmp(spans, same, sizeof same) != 0)
        fail_msg("%.*s reads other groups in:\n%.*s", DX_FMT(f->id), DX_FMT(line));
}

static void test_what_is_known_by_its_look_is_what_the_regex_says(void **state)
{
    bench *b = *state;
    const dx_format *const *all;
    const size_t n = dx_formats_all(b->in.formats, &all);
    uint64_t seed = 41;
    char text[512];

    for (size_t i = 0; i < n; i++) {
        if (all[i]->stamp == NULL)
            continue;
        dx_stamper_turn(b->stamper, all[i]);
        for (size_t round = 0; round < 1500; round++) {
            /* the same dress for a while, as in a log */
            const size_t size = make_line(&seed, (round / 50 + i) % DRESSES, text);
            const size_t second = make_line(&seed, rnd(&seed, DRESSES), text + size);
            check(b, all[i], (dx_str){text, size + second});
        }
    }
    assert_true(b->usual > 1000);
}

/* ---- bytes that are alike ---- */

static void check_alike(const bench *b, const dx_format *f, const uint8_t *number, dx_str line,
                        uint64_t *seed)
{
    char copy[512];
    dx_str one = line, two = {copy, line.n};

    memcpy(copy, line.p, line.n);
    for (size_t i = 0; i < line.n; i++) {
        const unsigned char with = (unsigned char)rnd(seed, DX_ALIKE_BYTES);
        if ((unsigned char)line.p[i] < DX_ALIKE_BYTES &&
            number[with] == number[(unsigned char)line.p[i]])
            copy[i] = (char)with;
    }
    const bool first = dx_stamp_strip(f, b->in.rx, &one, NULL, 0);
    assert_int_equal(dx_stamp_strip(f, b->in.rx, &two, NULL, 0), first);
    assert_int_equal(two.p - copy, one.p - line.p);
}

static void test_bytes_that_are_alike_change_no_stamp(void **state)
{
    const bench *b = *state;
    const dx_format *const *all;
    const size_t n = dx_formats_all(b->in.formats, &all);
    uint8_t number[DX_ALIKE_BYTES];
    uint64_t seed = 43;
    size_t known = 0;
    char text[512];

    for (size_t i = 0; i < n; i++) {
        if (all[i]->stamp == NULL || !dx_pattern_alike(dx_regex_pattern(all[i]->stamp), number))
            continue;
        known++;
        for (size_t round = 0; round < 1000; round++) {
            const size_t size = make_line(&seed, round % DRESSES, text);
            check_alike(b, all[i], number, (dx_str){text, size - 1}, &seed);
        }
    }
    assert_true(known > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_known_by_its_look_is_what_the_regex_says),
        cmocka_unit_test(test_bytes_that_are_alike_change_no_stamp),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
