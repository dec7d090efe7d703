#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/scanner.h"
#include "folded.h"
#include "processors.h"

/* ---- help ---- */

static uint64_t rnd(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % below;
}

/* Texts that are in none of ours: with them there are too many for the sieve. */
enum { FILLING = 80, FILLING_ID = 1000 };

static size_t fill(dx_scan_literal *l, char texts[FILLING][16])
{
    for (uint32_t i = 0; i < FILLING; i++) {
        const int n =
            snprintf(texts[i], sizeof texts[i], "zq%02u%.*s", i, (int)(i % 9), "zqzqzqzqzq");
        l[i] = (dx_scan_literal){{texts[i], (size_t)n}, FILLING_ID + i};
    }
    return FILLING;
}

static dx_scanner *make(const dx_scanner *base, const char *const *texts, uint32_t first_id,
                        bool crowded)
{
    dx_scan_literal l[64 + FILLING];
    char space[FILLING][16];
    size_t n = 0;
    dx_scanner *s = NULL;
    dx_err err = {0};

    for (; texts[n]; n++)
        l[n] = (dx_scan_literal){dx_str_of(texts[n]), first_id + (uint32_t)n};
    if (crowded)
        n += fill(l + n, space);
    assert_int_equal(dx_scanner_new(&s, base, l, n, &err), DX_OK);
    return s;
}

static dx_scanner *scanner_of(const dx_scanner *base, const char *const *texts, uint32_t first_id)
{
    return make(base, texts, first_id, false);
}

static dx_scan_hits run(const dx_scanner *s, const dx_scan_range *range)
{
    dx_scan_hits hits = {0};

    assert_true(dx_scanner_run(s, range, &hits));
    return hits;
}

static dx_scan_hits run_range(const dx_scanner *s, dx_str text, size_t from, size_t until,
                              dx_scan_margins *margins)
{
    return run(s, &(dx_scan_range){.text = text, .from = from, .until = until, .margins = margins});
}

static bool has(const dx_scan_hits *h, size_t at, uint32_t id)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->p[i].at == at && h->p[i].id == id)
            return true;
    return false;
}

/* Every literal that a plain search finds in the folded text must be among the hits. */
static size_t check_recall(dx_str text, dx_scan_margins *margins, const char *const *literals,
                           const dx_scan_hits *hits)
{
    folded_text f = folded(text, margins);
    size_t found = 0;

    for (uint32_t k = 0; literals[k]; k++) {
        const dx_str l = dx_str_of(literals[k]), all = {f.p, f.n};
        for (size_t at = dx_str_find(all, l, 0); at != SIZE_MAX; at = dx_str_find(all, l, at + 1)) {
            found++;
            if (!has(hits, f.from[at], k))
                fail_msg("'%s' at %zu is missed in:\n%.*s", literals[k], f.from[at], DX_FMT(text));
        }
    }
    folded_free(&f);
    return found;
}

/* ---- literals ---- */

static const char *const dialog[] = {"self registration of the dll",
                                     "cdonts.dll failed",
                                     "the error code is 0x80070643",
                                     "failed",
                                     "0d0a",
                                     "error 17",
                                     "msi \\ server",
                                     "overfull hbox 12",
                                     NULL};

static void test_literals_are_found_whatever_their_case(void **state)
{
    (void)state;
    dx_scanner *s = scanner_of(NULL, dialog, 0);
    const dx_str text = DX_LIT("x Self Registration of the DLL CDONTS.dll FAILED : 0d0A.");
    dx_scan_hits h = run_range(s, text, 0, text.n, NULL);

    assert_int_equal(h.n, 4);
    assert_true(h.p[0].at == 2 && h.p[0].id == 0);
    assert_true(h.p[1].at == 31 && h.p[1].id == 1);
    assert_true(h.p[2].at == 42 && h.p[2].id == 3);
    assert_true(h.p[3].at == 51 && h.p[3].id == 4);
    dx_scan_hits_done(&h);
    dx_scanner_free(s);
}

static void test_a_literal_must_be_whole(void **state)
{
    (void)state;
    dx_scanner *s = scanner_of(NULL, dialog, 0);
    const char *const near[] = {"Self Registration of the DL",
                                "elf Registration of the DLL",
                                "Self Registrationof the DLL",
                                "Self Registration of  theDLL",
                                "faile d",
                                "",
                                "0d0"};

    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        const dx_str text = dx_str_of(near[i]);
        dx_scan_hits h = run_range(s, text, 0, text.n, NULL);
        assert_int_equal(h.n, 0);
        dx_scan_hits_done(&h);
    }
    dx_scanner_free(s);
}

static void test_a_short_literal_is_refused(void **state)
{
    (void)state;
    dx_scanner *s = NULL;
    dx_err err = {0};
    const dx_scan_literal l = {DX_LIT(" abc "), 1};

    assert_int_equal(dx_scanner_new(&s, NULL, &l, 1, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
    assert_null(s);
}

/* Each blank may be any of these, and each of the last ones may also cut a word. */
static const char *const breaks[] = {" ",
                                     "  ",
                                     "\t",
                                     "\r\n",
                                     "\n",
                                     " \r\n    ",
                                     "\n[12] ",
                                     "\xE2\x90\x80",
                                     "\n[12]\n",
                                     "\r\n[12]\t\t",
                                     "\x1b[1m \n",
                                     "\n\n[12]  ",
                                     "\n<1  2> ",
                                     "\n<1  2>\n",
                                     "\n{12} \n",
                                     "\n{12} \n{13} ",
                                     " \r\n{12}  \n\n{13} \n[14]\n"};
enum { BREAKS = 17 };

/* The literal with a break in place of one blank, or amid a word. */
static bool torn(dx_buf *out, dx_str literal, size_t at, const char *with)
{
    const bool blank = literal.p[at] == ' ';

    dx_buf_add(out, dx_str_slice(literal, 0, at));
    dx_buf_add(out, dx_str_of(with));
    dx_buf_add(out, dx_str_slice(literal, at + blank, literal.n));
    return blank || strchr(with, '\n') != NULL;
}

static void check_torn(const dx_scanner *s, uint32_t id, size_t at, size_t before)
{
    static const char filling[] = "[09] the quick brown fox jumps over the lazy dog of the house\n"
                                  "[10] and goes on to the woods\n[11] ";

    for (size_t b = 0; b < BREAKS; b++) {
        dx_buf text = {0};
        dx_buf_add(&text,
                   dx_str_slice(DX_LIT(filling), sizeof filling - 1 - before, sizeof filling - 1));
        const bool counts = torn(&text, dx_str_of(dialog[id]), at, breaks[b]);
        dx_buf_add(&text, DX_LIT(" and more of it\n"));
        /* breaks near the end of a text and far from it are read in different ways */
        for (size_t i = 0; i < 5 * ((at + before) % 2); i++)
            dx_buf_add(&text,
                       DX_LIT("what follows is long enough, and there is none of these in it\n"));
        dx_scan_hits h = run_range(s, dx_buf_str(&text), 0, text.n, stamp);
        if (counts && !has(&h, before, id))
            fail_msg("'%s' torn at %zu by break %zu is missed at %zu", dialog[id], at, b, before);
        dx_scan_hits_done(&h);
        dx_buf_done(&text);
    }
}

static void test_a_literal_torn_at_any_byte_is_found_at_any_place(void **state)
{
    (void)state;
    for (int crowded = 0; crowded < 2; crowded++) {
        dx_scanner *s = make(NULL, dialog, 0, crowded);
        for (uint32_t id = 0; dialog[id]; id++)
            for (size_t at = 1; at < strlen(dialog[id]); at++)
                for (size_t before = 0; before < 90; before += at % 3 + 1)
                    check_torn(s, id, at, before);
        dx_scanner_free(s);
    }
}

static void test_a_literal_with_breaks_for_all_its_blanks_is_found(void **state)
{
    (void)state;
    dx_scanner *s = scanner_of(NULL, dialog, 0);
    uint64_t seed = 7;

    for (size_t round = 0; round < 3000; round++) {
        const uint32_t id = (uint32_t)rnd(&seed, 3);
        const size_t before = rnd(&seed, 40);
        dx_buf text = {0};
        for (size_t i = 0; i < before; i++)
            dx_buf_char(&text, 'x');
        for (const char *p = dialog[id]; *p; p++)
            *p == ' ' ? dx_buf_add(&text, dx_str_of(breaks[rnd(&seed, BREAKS)]))
                      : dx_buf_char(&text, *p);
        dx_scan_hits h = run_range(s, dx_buf_str(&text), 0, text.n, stamp);
        if (!has(&h, before, id))
            fail_msg("missed:\n%s", text.p);
        dx_scan_hits_done(&h);
        dx_buf_done(&text);
    }
    dx_scanner_free(s);
}

/* ---- random texts ---- */

static const char *const babble[] = {
    "abba",     "ab ab",         "baab ba",   "ab a b aab",     "abab baba",      "a b a b a b a",
    "bbbbbbbb", "abbaab bbaaba", "aabb aabb", "ba ba ba ba ba", "bababababababa", NULL};

static dx_str random_text(uint64_t *seed, char *p, size_t n)
{
    static const char *const parts[] = {
        "a",  "b",  "a",    "B",  "ab",           "BA",      "abb",    " ",       " ",
        "\n", "\t", "\r\n", "  ", "\xE2\x90\x80", "\x1b[1m", "\n[12]", "\n<1  2>"};
    size_t at = 0;

    while (at + 8 < n) {
        /* mostly letters, or nothing would be found */
        const char *part = parts[rnd(seed, rnd(seed, 3) ? 8 : sizeof parts / sizeof *parts)];
        memcpy(p + at, part, strlen(part));
        at += strlen(part);
    }
    return (dx_str){p, at};
}

static void test_what_a_plain_search_finds_is_found(void **state)
{
    (void)state;
    dx_scanner *s[] = {make(NULL, babble, 0, false), make(NULL, babble, 0, true)};
    uint64_t seed = 11;
    size_t found = 0;
    char text[5000];

    for (size_t round = 0; round < 400; round++) {
        const dx_str t = random_text(&seed, text, 20 + rnd(&seed, sizeof text - 20));
        dx_scan_margins *margins = round % 2 ? stamp : NULL;
        dx_scan_hits h = run_range(s[round / 2 % 2], t, 0, t.n, margins);
        found += check_recall(t, margins, babble, &h);
        dx_scan_hits_done(&h);
    }
    assert_true(found > 10000);
    dx_scanner_free(s[0]);
    dx_scanner_free(s[1]);
}

static void same_hits(const dx_scan_hits *a, const dx_scan_hits *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        assert_true(a->p[i].at == b->p[i].at && a->p[i].id == b->p[i].id);
}

/* With the stamp that most lines have known by its look. */
static dx_scan_hits run_usual(const dx_scanner *s, dx_str text)
{
    dx_scan_usual usual = {.has_margin = true, .begin = 4};

    memset(usual.span, UINT8_MAX, sizeof usual.span);
    memset(usual.may, true, sizeof usual.may);
    usual.low[0] = '[';
    usual.low[3] = ']';
    usual.span[0] = usual.span[3] = 0;
    return run(s,
               &(dx_scan_range){.text = text, .until = text.n, .margins = stamp, .usual = &usual});
}

static void check_without(const char *processor, bool crowded)
{
    dx_scanner *fast = make(NULL, babble, 0, crowded), *slow;
    uint64_t seed = 23;
    char text[6000];

    setenv("SETUPDX_PORTABLE", processor, 1);
    slow = make(NULL, babble, 0, crowded);
    unsetenv("SETUPDX_PORTABLE");
    for (size_t round = 0; round < 300; round++) {
        const dx_str t = random_text(&seed, text, 10 + rnd(&seed, sizeof text - 10));
        dx_scan_hits a = run_range(fast, t, 0, t.n, stamp), b = run_range(slow, t, 0, t.n, stamp);
        dx_scan_hits c = run_usual(fast, t), d = run_usual(slow, t);
        same_hits(&a, &b);
        same_hits(&a, &c);
        same_hits(&a, &d);
        dx_scan_hits_done(&a);
        dx_scan_hits_done(&b);
        dx_scan_hits_done(&c);
        dx_scan_hits_done(&d);
    }
    dx_scanner_free(fast);
    dx_scanner_free(slow);
}

static void test_plain_c_and_avx2_give_the_same(void **state)
{
    (void)state;
    for (int crowded = 0; crowded < 2; crowded++) {
        check_without("1", crowded);
        check_without("avx2", crowded);
    }
}

static void test_few_literals_beside_a_base_of_many_are_found(void **state)
{
    (void)state;
    dx_scanner *base = make(NULL, dialog, 100, true), *both = make(base, babble, 0, false);
    uint64_t seed = 29;
    char text[6000];

    for (size_t round = 0; round < 100; round++) {
        const dx_str t = random_text(&seed, text, 10 + rnd(&seed, sizeof text - 10));
        dx_scan_hits h = run_range(both, t, 0, t.n, stamp);
        check_recall(t, stamp, babble, &h);
        dx_scan_hits_done(&h);
    }
    dx_scanner_free(both);
    dx_scanner_free(base);
}

/* What is rare in a piece of a log is looked for where there is one. */
static void check_narrow(size_t seen)
{
    dx_scanner *whole = make(NULL, babble, 0, false), *narrow = NULL;
    const bool wanted[] = {false, true, false, true, false, false, true};
    const size_t n = sizeof wanted;
    dx_err err = {0};
    uint64_t seed = 37;
    char text[20000];

    const dx_str sample = random_text(&seed, text, seen);
    assert_int_equal(
        dx_scanner_narrow(&narrow, &(dx_scan_subset){whole, wanted, n, NULL}, sample, &err), DX_OK);
    for (size_t round = 0; round < 100; round++) {
        const dx_str t = random_text(&seed, text, 10 + rnd(&seed, 6000));
        const dx_scan_range range = {.text = t, .until = t.n, .wanted = wanted, .n_wanted = n};
        dx_scan_hits a = {0}, b = run_range(narrow, t, 0, t.n, NULL);
        assert_true(dx_scanner_run(whole, &range, &a));
        same_hits(&a, &b);
        dx_scan_hits_done(&a);
        dx_scan_hits_done(&b);
    }
    dx_scanner_free(narrow);
    dx_scanner_free(whole);
}

static void check_narrow_ones(void)
{
    check_narrow(3000);
    check_narrow(20000);
}

static void test_a_narrow_scanner_finds_what_is_wanted(void **state)
{
    (void)state;
    on_each_processor(check_narrow_ones);
}

static void test_a_range_gives_what_begins_in_it(void **state)
{
    (void)state;
    dx_scanner *s = scanner_of(NULL, babble, 0);
    uint64_t seed = 31;
    char text[3000];

    for (size_t round = 0; round < 300; round++) {
        const dx_str t = random_text(&seed, text, sizeof text);
        const size_t cut = rnd(&seed, t.n);
        dx_scan_hits all = run_range(s, t, 0, t.n, stamp);
        dx_scan_hits a = run_range(s, t, 0, cut, stamp), b = run_range(s, t, cut, t.n, stamp);
        for (size_t i = 0; i < all.n; i++)
            assert_true(has(all.p[i].at < cut ? &a : &b, all.p[i].at, all.p[i].id));
        assert_true(a.n == 0 || a.p[a.n - 1].at < cut);
        assert_true(b.n == 0 || b.p[0].at >= cut);
        dx_scan_hits_done(&all);
        dx_scan_hits_done(&a);
        dx_scan_hits_done(&b);
    }
    dx_scanner_free(s);
}

static void test_one_hit_of_each_will_do(void **state)
{
    (void)state;
    dx_scanner *s = scanner_of(NULL, dialog, 0);
    const dx_str text = DX_LIT("failed: 0d0a, failed, 0D0A, error 17, 0d0a\n");
    bool met[] = {false, false, false, false, false, true, false, false};
    dx_scan_hits h = {0};

    assert_true(dx_scanner_run(s, &(dx_scan_range){.text = text, .until = text.n, .met = met}, &h));
    assert_int_equal(h.n, 2);
    assert_true(met[3] && met[4] && !met[0]);
    dx_scan_hits_done(&h);
    dx_scanner_free(s);
}

static void test_one_pass_serves_a_scanner_and_its_base(void **state)
{
    (void)state;
    dx_scanner *base = scanner_of(NULL, dialog, 0);
    dx_scanner *more = scanner_of(base, babble, 100);
    const dx_str text = DX_LIT("Self registration\nof the dll abba\n");
    dx_scan_hits h = run_range(more, text, 0, text.n, NULL);

    assert_true(has(&h, 0, 0));
    assert_true(has(&h, 29, 100));
    dx_scan_hits_done(&h);
    h = run_range(base, text, 0, text.n, NULL);
    assert_int_equal(h.n, 1);
    dx_scan_hits_done(&h);
    dx_scanner_free(more);
    dx_scanner_free(base);
}

static void test_nothing_to_look_for_finds_nothing(void **state)
{
    (void)state;
    const char *const none[] = {NULL};
    dx_scanner *s = scanner_of(NULL, none, 0);
    dx_scan_hits h = run_range(s, DX_LIT("any text\nat all"), 0, 15, NULL);

    assert_int_equal(h.n, 0);
    dx_scan_hits_done(&h);
    dx_scanner_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals_are_found_whatever_their_case),
        cmocka_unit_test(test_a_literal_must_be_whole),
        cmocka_unit_test(test_a_short_literal_is_refused),
        cmocka_unit_test(test_a_literal_torn_at_any_byte_is_found_at_any_place),
        cmocka_unit_test(test_a_literal_with_breaks_for_all_its_blanks_is_found),
        cmocka_unit_test(test_what_a_plain_search_finds_is_found),
        cmocka_unit_test(test_plain_c_and_avx2_give_the_same),
        cmocka_unit_test(test_few_literals_beside_a_base_of_many_are_found),
        cmocka_unit_test(test_a_narrow_scanner_finds_what_is_wanted),
        cmocka_unit_test(test_a_range_gives_what_begins_in_it),
        cmocka_unit_test(test_one_hit_of_each_will_do),
        cmocka_unit_test(test_one_pass_serves_a_scanner_and_its_base),
        cmocka_unit_test(test_nothing_to_look_for_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
