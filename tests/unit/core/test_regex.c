#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/os_thread.h"
#include "core/buf.h"
#include "tests/unit/core/regex.h"

static void test_a_match_tells_its_place_and_groups(void **state)
{
    (void)state;
    const dx_str subject = DX_LIT("registration of cdo.dll failed");
    dx_regex *rx = compiled(DX_LIT("of (?<dll>\\S+) (x)?(?<end>failed)"), 0);
    dx_span g[4];
    assert_int_equal(dx_regex_find(rx, scratch, subject, 0, g, 4), DX_RX_YES);
    assert_true(dx_str_eq(dx_span_of(subject, g[0]), DX_LIT("of cdo.dll failed")));
    assert_true(dx_str_eq(dx_span_of(subject, g[1]), DX_LIT("cdo.dll")));
    assert_true(g[2].from == SIZE_MAX);
    assert_null(dx_span_of(subject, g[2]).p);
    assert_true(dx_str_eq(dx_span_of(subject, g[3]), DX_LIT("failed")));
    dx_regex_free(rx);
}

static void test_more_groups_may_be_asked_for_than_there_are(void **state)
{
    (void)state;
    dx_regex *rx = compiled(DX_LIT("a(b)?"), 0);
    dx_span g[100];
    memset(g, 0, sizeof g);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("xa"), 0, g, 100), DX_RX_YES);
    assert_int_equal(g[0].from, 1);
    for (size_t i = 1; i < 100; i++)
        assert_true(g[i].from == SIZE_MAX);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("xa"), 0, NULL, 0), DX_RX_YES);
    dx_regex_free(rx);
}

static void test_one_scratch_serves_patterns_with_many_groups(void **state)
{
    (void)state;
    char pattern[1201] = "", subject[301] = "";
    for (size_t i = 0; i < 300; i++) {
        memcpy(pattern + 3 * i, "(.)", 3);
        subject[i] = (char)('a' + i % 26);
    }
    pattern[900] = '\0';
    dx_regex *rx = compiled(dx_str_of(pattern), 0);
    static dx_span g[301];
    assert_int_equal(dx_regex_groups(rx), 300);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("short"), 0, g, 301), DX_RX_NO);
    assert_int_equal(dx_regex_find(rx, scratch, dx_str_of(subject), 0, g, 301), DX_RX_YES);
    assert_int_equal(g[300].from, 299);
    assert_int_equal(dx_regex_find(rx, scratch, dx_str_of(subject), 0, g, 1), DX_RX_YES);
    assert_int_equal(g[0].to, 300);
    dx_regex_free(rx);
}

static void test_names_lead_to_groups_and_back(void **state)
{
    (void)state;
    dx_regex *rx = compiled(DX_LIT("(?<code>x)(y)(?<at>z)"), 0);
    assert_int_equal(dx_regex_groups(rx), 3);
    assert_int_equal(dx_regex_group(rx, "code"), 1);
    assert_int_equal(dx_regex_group(rx, "at"), 3);
    assert_int_equal(dx_regex_group(rx, "nobody"), 0);
    size_t group, seen = 0;
    dx_str name;
    for (size_t i = 0; dx_regex_name(rx, i, &group, &name); i++) {
        assert_true(dx_str_eq(name, group == 1 ? DX_LIT("code") : DX_LIT("at")));
        seen += group;
    }
    assert_int_equal(seen, 4);
    dx_regex_free(rx);
}

static void test_the_search_begins_at_the_given_byte(void **state)
{
    (void)state;
    dx_regex *rx = compiled(DX_LIT("a"), 0);
    dx_span g[1];
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("aba"), 1, g, 1), DX_RX_YES);
    assert_int_equal(g[0].from, 2);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("aba"), 3, g, 1), DX_RX_NO);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("aba"), 4, g, 1), DX_RX_NO);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("aba"), SIZE_MAX, g, 1), DX_RX_NO);
    /* inside a character it begins at the next one */
    assert_int_equal(dx_regex_find(rx, scratch,
                                   DX_LIT("\xe2\x82\xac"
                                          "a"),
                                   1, g, 1),
                     DX_RX_YES);
    assert_int_equal(g[0].from, 3);
    dx_regex_free(rx);
}

static void test_empty_and_absent_subjects_are_fine(void **state)
{
    (void)state;
    dx_span hit;
    assert_int_equal(find("^$", 0, DX_NONE, &hit), DX_RX_YES);
    assert_int_equal(hit.to, 0);
    assert_int_equal(find("a", 0, DX_NONE, &hit), DX_RX_NO);
    assert_int_equal(find("", 0, DX_LIT("abc"), &hit), DX_RX_YES);
}

static void test_flags_change_the_reading(void **state)
{
    (void)state;
    assert_int_equal(find("cdo", 0, DX_LIT("CDO"), NULL), DX_RX_NO);
    assert_int_equal(find("cdo", DX_RX_CASELESS, DX_LIT("CDO"), NULL), DX_RX_YES);
    assert_int_equal(find("\xc3\xa4", DX_RX_CASELESS, DX_LIT("\xc3\x84"), NULL), DX_RX_YES);
    assert_int_equal(find("^b$", 0, DX_LIT("a\nb\nc"), NULL), DX_RX_NO);
    assert_int_equal(find("^b$", DX_RX_MULTILINE, DX_LIT("a\nb\nc"), NULL), DX_RX_YES);
    assert_int_equal(find("^b$", DX_RX_MULTILINE, DX_LIT("a\r\nb\r\nc"), NULL), DX_RX_YES);
    assert_int_equal(find("b", DX_RX_ANCHORED, DX_LIT("ab"), NULL), DX_RX_NO);
}

static void test_a_dot_is_a_character_and_never_a_line_end(void **state)
{
    (void)state;
    dx_span hit;
    assert_int_equal(find("a.b", 0, DX_LIT("a\nb"), NULL), DX_RX_NO);
    assert_int_equal(find("a.b", 0, DX_LIT("a\rb"), NULL), DX_RX_NO);
    assert_int_equal(find("^.$", 0, DX_LIT("\xf0\x9f\x98\x80"), &hit), DX_RX_YES);
    assert_int_equal(hit.to, 4);
}

static void test_nul_bytes_are_ordinary(void **state)
{
    (void)state;
    assert_int_equal(find("a\\x00b", 0, DX_LIT("a\0b"), NULL), DX_RX_YES);
    dx_regex *rx = compiled(DX_LIT("a\0b"), 0);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("a\0b"), 0, NULL, 0), DX_RX_YES);
    dx_regex_free(rx);
}

static void test_faulty_patterns_say_what_and_where(void **state)
{
    (void)state;
    static const struct {
        dx_str pattern;
        size_t offset;
    } cases[] = {
        {DX_LIT("(a"), 2},      {DX_LIT("a)"), 1},  {DX_LIT("[a"), 2},
        {DX_LIT("(?<1>a)"), 3}, {DX_LIT("\\C"), 2}, {DX_LIT("\xff"), 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dx_regex *rx = NULL;
        dx_err err = {0};
        size_t offset = 99;
        assert_int_equal(dx_regex_new(&rx, cases[i].pattern, 0, &offset, &err), DX_FAIL);
        assert_null(rx);
        assert_int_equal(err.kind, DX_E_RULE);
        assert_true(err.text[0] != '\0');
        assert_int_equal(offset, cases[i].offset);
        assert_int_equal(dx_regex_new(&rx, cases[i].pattern, 0, NULL, &err), DX_FAIL);
    }
}

static void test_one_in_an_arena_can_be_asked_before_it_is_used(void **state)
{
    (void)state;
    dx_arena *a = dx_arena_new(0);
    dx_regex *rx;
    dx_err err = {0};
    dx_span span[2];
    size_t offset;

    assert_int_equal(dx_regex_in(&rx, a, DX_LIT("b(?<x>c*)"), 0, NULL, &err), DX_OK);
    assert_int_equal(dx_regex_groups(rx), 1);
    assert_int_equal(dx_regex_group(rx, "x"), 1);
    assert_int_equal(dx_regex_group(rx, "y"), 0);
    assert_false(dx_regex_may_be_empty(rx));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("abccd"), 0, span, 2), DX_RX_YES);
        assert_int_equal(span[1].from, 2);
        assert_int_equal(span[1].to, 4);
        dx_regex_release(rx);
    }
    assert_int_equal(dx_regex_in(&rx, a, DX_LIT("c*"), 0, NULL, &err), DX_OK);
    assert_true(dx_regex_may_be_empty(rx));
    assert_int_equal(dx_regex_in(&rx, a, DX_LIT("a(b"), 0, &offset, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_RULE);
    assert_int_equal(offset, 3);
    dx_arena_free(a);
}

enum { RACED = 50 };

typedef struct race {
    dx_regex *rx[RACED];
    size_t found;
} race;

static void search_all(void *ctx)
{
    race *r = ctx;
    dx_regex_scratch *own = dx_regex_scratch_new();

    for (size_t i = 0; own && i < RACED; i++)
        r->found += dx_regex_find(r->rx[i], own, DX_LIT("xxabcxx"), 0, NULL, 0) == DX_RX_YES;
    dx_regex_scratch_free(own);
}

static void race_for(race *left)
{
    race right = *left;
    dx_thread *other;
    dx_err err = {0};

    assert_int_equal(dx_thread_start(&other, search_all, &right, &err), DX_OK);
    search_all(left);
    dx_thread_join(other);
    assert_int_equal(left->found, RACED);
    assert_int_equal(right.found, RACED);
}

static void test_threads_may_race_for_the_first_search(void **state)
{
    (void)state;
    dx_arena *a = dx_arena_new(0);
    race left = {.found = 0};
    dx_err err = {0};

    for (size_t i = 0; i < RACED; i++)
        assert_int_equal(dx_regex_in(&left.rx[i], a, DX_LIT("a.c"), 0, NULL, &err), DX_OK);
    race_for(&left);
    for (size_t i = 0; i < RACED; i++)
        dx_regex_release(left.rx[i]);
    dx_arena_free(a);
}

/* What is left of them would be found by the sanitizers. */
static void test_many_are_released_together(void **state)
{
    (void)state;
    dx_arena *a = dx_arena_new(0);
    dx_regexes *all = dx_regexes_in(a);
    race left = {.found = 0};
    dx_err err = {0};
    size_t offset;
    dx_regex *rx;

    for (size_t i = 0; i < RACED; i++)
        assert_int_equal(dx_regexes_add(all, &left.rx[i], a, DX_LIT("a.c"), 0, NULL, &err), DX_OK);
    dx_regexes_release(all); /* none of which was used */
    for (int i = 0; i < 2; i++) {
        left.found = 0;
        race_for(&left);
        dx_regexes_release(all);
    }
    assert_int_equal(dx_regexes_add(all, &rx, a, DX_LIT("a(b"), 0, &offset, &err), DX_FAIL);
    assert_int_equal(offset, 3);
    dx_arena_free(a);
}

static void test_blanks_may_be_line_ends_where_that_is_wanted(void **state)
{
    (void)state;
    dx_regex *rx;
    dx_err err = {0};
    dx_span span[1];
    size_t offset;

    assert_int_equal(dx_regex_new(&rx, DX_LIT("one two[ ]three"), DX_RX_LOOSE, NULL, &err), DX_OK);
    assert_true(dx_str_eq(dx_regex_pattern(rx), DX_LIT("one two[ ]three")));
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("x one\ntwo three"), 0, span, 1), DX_RX_YES);
    assert_int_equal(span[0].from, 2);
    assert_int_equal(dx_regex_find(rx, scratch, DX_LIT("one two\nthree"), 0, NULL, 0), DX_RX_NO);
    dx_regex_free(rx);
    assert_int_equal(dx_regex_new(&rx, DX_LIT("a b c(d"), DX_RX_LOOSE, &offset, &err), DX_FAIL);
    assert_int_equal(offset, 7); /* in the pattern as it was given */
}

static void test_free_takes_null(void **state)
{
    (void)state;
    dx_regex_free(NULL);
    dx_regex_scratch_free(NULL);
}

/* Whether more may come where `text` stands behind n other bytes. */
static bool part_behind(const dx_regex *rx, dx_regex_scratch *s, size_t n, const char *text)
{
    dx_buf b = {0};

    for (size_t i = 0; i < n / 4; i++)
        dx_buf_add(&b, DX_LIT("no! "));
    dx_buf_add(&b, dx_str_of(text));
    const bool may = dx_regex_may_go_on(rx, s, dx_buf_str(&b), 0);
    dx_buf_done(&b);
    return may;
}

static void test_a_beginning_is_told_from_a_miss(void **state)
{
    (void)state;
    dx_regex *rx = NULL;
    dx_err err = {0};
    dx_regex_scratch *s = dx_regex_scratch_new();

    assert_int_equal(
        dx_regex_new(&rx, DX_LIT("could not copy (\\S+): error \\d+"), DX_RX_CASELESS, NULL, &err),
        DX_OK);
    /* The longer texts make it worth a faster way, with the same answers. */
    for (size_t n = 0; n < 200000; n += 40000) {
        assert_true(part_behind(rx, s, n, "Setup could not copy"));
        assert_true(part_behind(rx, s, n, "it could not copy a.dll: error 5"));
        assert_true(part_behind(rx, s, n, "could not copy a.d"));
        assert_false(part_behind(rx, s, n, "could not copy a.dll because of you"));
        assert_false(part_behind(rx, s, n, "nothing of the kin"));
    }
    dx_regex_free(rx);
    dx_regex_scratch_free(s);
}

static void test_a_search_may_end_where_matches_begin_too_late(void **state)
{
    (void)state;
    dx_regex *rx;
    dx_err err;
    dx_regex_scratch *s = dx_regex_scratch_new();
    dx_span whole;
    const dx_str text = DX_LIT("an error 5, and error 17 follows");

    assert_int_equal(dx_regex_new(&rx, DX_LIT("error \\d+(?= f|,)"), DX_RX_WITHIN, NULL, &err),
                     DX_OK);
    assert_int_equal(dx_regex_find_within(rx, s, text, 0, 2, &whole, 1), DX_RX_NO);
    assert_int_equal(dx_regex_find_within(rx, s, text, 0, 3, &whole, 1), DX_RX_YES);
    assert_true(whole.from == 3 && whole.to == 10);
    assert_int_equal(dx_regex_find_within(rx, s, text, 4, 15, &whole, 1), DX_RX_NO);
    assert_int_equal(dx_regex_find_within(rx, s, text, 4, 16, &whole, 1), DX_RX_YES);
    assert_true(whole.from == 16 && whole.to == 24);
    assert_int_equal(dx_regex_find_within(rx, s, text, 9, 8, &whole, 1), DX_RX_NO);
    /* It is forgotten. */
    assert_int_equal(dx_regex_find(rx, s, text, 4, &whole, 1), DX_RX_YES);
    dx_regex_free(rx);
    dx_regex_scratch_free(s);
}

static bool fits(const char *pattern, unsigned flags, const char *text)
{
    const dx_regex_lines first = dx_regex_first_of_lines(dx_str_of(text));
    dx_regex *rx;
    dx_err err;

    assert_int_equal(dx_regex_new(&rx, dx_str_of(pattern), flags, NULL, &err), DX_OK);
    const bool found = dx_regex_fits(rx, &first);
    dx_regex_free(rx);
    return found;
}

static void test_a_text_whose_lines_begin_otherwise_holds_no_match(void **state)
{
    static const struct {
        const char *pattern, *in, *out;
        unsigned flags;
    } list[] = {
        {"^\\d{4}-", "a\n0912-", "a\n-9\n[0", DX_RX_MULTILINE},
        {"^\\d{4}-", "0912-", "0912/", 0},
        {"^abcdefghi", "abcdefgh", "abcdefgi", 0},
        {"^.\\d", "\xC3\xA9", "", DX_RX_MULTILINE},
        {"(?<=^\\d{4}):x", "0123:x", "a:\n:", DX_RX_MULTILINE},
        {"(?<=^\\d{4}|^a):x", "b", "", DX_RX_MULTILINE},
        {"^\\[x", "\n[x", "x[\n\n0", DX_RX_MULTILINE},
        {"^\\[x", "[x", "x", 0},
        {"^\\[\\d\\d-", "x\n[01-", "[01/\n[0", DX_RX_MULTILINE},
        {"^\\[[0-9A-F]{4,8}:", "[0a1B:", "[01/2:", DX_RX_CASELESS},
        {"^[a-c]\\.x", "C.X", "c,x", DX_RX_CASELESS},
        {"^a{2}b", "aab", "aba", 0},
        {"^ab cd", "ab cd", "ab\ncd", DX_RX_MULTILINE},
        {"^ab cd", "ab\ncd", "x", DX_RX_MULTILINE | DX_RX_LOOSE},
        {"^ab?c", "ac", "bc", 0},
        {"^ab+c", "abb", "ac", 0},
        {"^a{0,3}b", "b", "c", 0},
        {"^a{2,}b", "aaab", "ab", 0},
        {"^ab*c", "ac", "c", 0},
        {"^ask", "a\xC5\xBFk", "bsk", DX_RX_CASELESS}, /* a long s */
        {"^x\\w", "x-", "y", 0},
        {"^x\\-y", "x-y", "x_y", 0},
        {"^Setup", "s", "t", DX_RX_CASELESS},
        {"^(?i)Setup", "s", "t", 0},
        {"(?i)^Setup", "s", "t", 0},
        {"^Setup|x", "t", "", 0},
        {"^(?:Info|Error),", "Error,", "x", 0},
        {"^(?:Info|Error),", "Info,", "Iaror", 0},
        {"^(?:\\(\\d+\\) )?\\d{4}-", "(1) 2020-", "[01/02", 0},
        {"^(?:a|bc)+d", "abcd", "axb\nbxc", DX_RX_MULTILINE},
        {"^(?:a|bc|)d", "d", "c", 0},
        {"^(?:ab){2}c", "ababc", "abc", 0},
        {"^(?:ab){0}c", "cx", "a", 0},
        {"^(?:a?b?){9}c", "c", "d", 0},
        {"^(?:(?:(?:(?:(?:a)))))b", "ab", "b", 0},
        {"^(?:a{,2}|b)c", "a{,2}c", "c", 0},
        {"^x(?:a|b(?=c))d", "xad", "xc", 0},
        {"^x(?i:a)b", "xAb", "a", 0},
        {"^(a|b)\\1c", "aac", "c", 0},
        {"^(?:a|.)c",
         "\xC3\xA9"
         "c",
         "", 0},
        {"^x(?:a|[^a])yz", "x\xC3\xA9yz", "a", 0},
        {"^\\s*\\[(?:E|W)", "\n \t[W", "[01\n 01", DX_RX_MULTILINE},
        {"^ {0,3}\\[Disk", "   [Disk", "[0\n  0", DX_RX_MULTILINE},
        {"^ {2}(?:ACTION|QUIET): ", "  QUIET: ", "  x\nA", DX_RX_MULTILINE},
        {"^a??bc++d", "bcccd", "ac", 0},
        {"^\\bfoo$", "foo", "fx", 0},
        {"^foo(?:$|b)x", "foob", "fob", 0},
        {"^ *MSI", "\t\n M", "\tM", DX_RX_MULTILINE},
        {"^(?!warning)[^\\n]x", "w", "", 0},
        {"^x*", "y", "", 0},         /* may be empty */
        {"Setup", "x Setup", "", 0}, /* may begin anywhere */
        {"^Setup", "x\rSetup", "", DX_RX_MULTILINE},
        {"^Setup", "", "", DX_RX_MULTILINE},
    };
    (void)state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        assert_true(fits(list[i].pattern, list[i].flags, list[i].in));
        if (list[i].out[0] != '\0')
            assert_false(fits(list[i].pattern, list[i].flags, list[i].out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_beginning_is_told_from_a_miss),
        cmocka_unit_test(test_a_match_tells_its_place_and_groups),
        cmocka_unit_test(test_more_groups_may_be_asked_for_than_there_are),
        cmocka_unit_test(test_one_scratch_serves_patterns_with_many_groups),
        cmocka_unit_test(test_names_lead_to_groups_and_back),
        cmocka_unit_test(test_the_search_begins_at_the_given_byte),
        cmocka_unit_test(test_a_search_may_end_where_matches_begin_too_late),
        cmocka_unit_test(test_empty_and_absent_subjects_are_fine),
        cmocka_unit_test(test_flags_change_the_reading),
        cmocka_unit_test(test_a_dot_is_a_character_and_never_a_line_end),
        cmocka_unit_test(test_nul_bytes_are_ordinary),
        cmocka_unit_test(test_faulty_patterns_say_what_and_where),
        cmocka_unit_test(test_one_in_an_arena_can_be_asked_before_it_is_used),
        cmocka_unit_test(test_threads_may_race_for_the_first_search),
        cmocka_unit_test(test_many_are_released_together),
        cmocka_unit_test(test_blanks_may_be_line_ends_where_that_is_wanted),
        cmocka_unit_test(test_a_text_whose_lines_begin_otherwise_holds_no_match),
        cmocka_unit_test(test_free_takes_null),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
