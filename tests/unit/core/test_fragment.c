/* Literals that a regex cannot match without. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/fragment.h"

static void assert_found(dx_fragments (*of)(dx_str, dx_arena *), const char *pattern,
                         const char *wanted)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_fragments found = of(dx_str_of(pattern), arena);
    dx_str rest = wanted[0] ? dx_str_of(wanted) : DX_NONE, piece;
    size_t n = 0;

    while (dx_str_next(&rest, '|', &piece)) {
        if (n >= found.n || !dx_str_eq(found.p[n], piece))
            fail_msg("%s: fragment %zu is not '%.*s'", pattern, n, DX_FMT(piece));
        n++;
    }
    if (n != found.n)
        fail_msg("%s: %zu fragments, wanted %zu", pattern, found.n, n);
    dx_arena_free(arena);
}

/* `wanted` lists the fragments, separated by '|'; "" = none. */
static void assert_fragments(const char *pattern, const char *wanted)
{
    assert_found(dx_fragments_of, pattern, wanted);
}

static void test_words_of_every_other_line_tell_nothing(void **state)
{
    const char *const failed = "VC\\+\\+.{0,99} (?:failed with|exit code|error code) \\d";

    (void)state;
    assert_found(dx_fragments_of, failed, " failed with| exit code| error code");
    assert_found(dx_fragments_telling, failed, "vc++");
    assert_found(dx_fragments_telling, "(?:error code|failed with) \\d{1,5}",
                 "error code|failed with");
    assert_found(dx_fragments_telling, "Role \\d{1,3} was not promoted", " was not promoted");
}

static void test_the_longest_certain_run_is_taken_in_lower_case(void **state)
{
    (void)state;
    assert_fragments("Error (\\d+)\\. The older version of", ". the older version of");
    assert_fragments("^Self registration of (?<dll>.+?)\\.dll failed", "self registration of ");
    assert_fragments("\\bError code:\\b", "error code:");
    assert_fragments("(?i)ABCDefgh", "abcdefgh");
    assert_fragments("(?i:first|Other) kind", " kind");
    assert_fragments("[Ee]rror|[Ff]atal [sS]ign", "error|fatal sign");
    assert_fragments("[Ee1]rror", "rror");
    assert_fragments("[^E]rror", "rror");
    assert_fragments("[Ee]?rrors [Xx]y", "rrors xy");
    assert_fragments("x(?-i:First one|other Two)", "xfirst one|xother two");
}

static void test_what_may_be_missing_is_not_certain(void **state)
{
    (void)state;
    assert_fragments("abcd(?:efghijkl)?mnop", "abcd");
    assert_fragments("abcdefx?ghi", "abcdef");
    assert_fragments("abcdefgh*", "abcdefg");
    assert_fragments("abcdefgh{0,3}", "abcdefg");
    assert_fragments("abcdefgh{2}ij", "abcdefghh");
    assert_fragments("^={30}$", "================");
    assert_fragments("(?!not this text)short", "short");
    assert_fragments("(?<=lookbehind )text", "text");
}

static void test_what_stands_before_a_group_begins_its_branches(void **state)
{
    (void)state;
    assert_fragments("0x(?:C19001|80[0-9a-f]{4})", "0xc19001|0x80");
    assert_fragments(" \\[Setting:(?<group>Schema|Domain)Admin",
                     " [setting:schema| [setting:domain");
    assert_fragments("long enough text (?:abc|de)?", "long enough text ");
    assert_fragments("long enough text(?!abc)", "long enough text");
}

static void test_what_several_branches_hold_is_told_once(void **state)
{
    (void)state;
    assert_fragments("red alarm|(?:blue )?alarm|red alarm", "red alarm|alarm");
    assert_fragments("(?|first (?<n>\\d)|second (?<n>\\d)|first [a-c])", "first |second ");
}

static void test_around_a_match_what_is_looked_at_counts(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    const dx_str pattern = DX_LIT("^(?=Header (?<date>\\d+))(?!never this one)");
    (void)state;
    assert_int_equal(dx_fragments_of(pattern, arena).n, 0);
    const dx_fragments found = dx_fragments_around(pattern, 2, arena);
    assert_int_equal(found.n, 1);
    assert_true(dx_str_eq(found.p[0], DX_LIT("header ")));
    dx_arena_free(arena);
}

static void test_a_short_run_takes_what_may_follow(void **state)
{
    (void)state;
    assert_fragments("abc[12x]", "abc1|abc2|abcx");
    assert_fragments("^!!! (?<part>[a-c]{2,5}): ", "!!! a|!!! b|!!! c");
    assert_fragments("Fel (?=[12])", "fel 1|fel 2");
    assert_fragments("abc(?<x>[12]+)", "abc1|abc2");
    assert_fragments("abc(?<x>[12]|foo)", "abc1|abc2|abcfoo");
    assert_fragments("abc(?<x>[12])?", "");
    assert_fragments("abc(?<x>[12]?foo)", "");
    assert_fragments("abc[12]?", "");
    assert_fragments("abc[^12]", "");
    assert_fragments("abc[\\d-]", "");
    assert_fragments(" ab[12]", "");
}

static void test_every_branch_gives_one(void **state)
{
    (void)state;
    assert_fragments("first one|other two", "first one|other two");
    assert_fragments("x(?:first one|other two)y", "xfirst one|xother two");
    assert_fragments("first one|\\d+", "");
    assert_fragments("long enough text(?:ab|cd)", "long enough text");
}

static void test_short_runs_and_strange_syntax_give_none(void **state)
{
    (void)state;
    assert_fragments("abc", "");
    assert_fragments("[abcdef]+", "");
    assert_fragments("\\p{Letter}abcdef", "abcdef");
    assert_fragments("\\x41bcdefgh", "bcdefgh");
    assert_fragments("\\x{3002}? (?<a>.)\\k<a>23abcd\\12ef", "23abcd");
    assert_fragments("\\Uabcdef", "");
    assert_fragments("(?x)abcd efgh", "");
    assert_fragments("(?&name)abcdefgh", "");
    assert_fragments("(*UCP)abcdefgh", "");
    assert_fragments("unbalanced)abcdefgh", "");
    assert_fragments("", "");
}

static void test_escapes_of_signs_are_signs(void **state)
{
    (void)state;
    assert_fragments("C:\\\\Setup\\.exe", "c:\\setup.exe");
    assert_fragments("\\[SR\\] Cannot repair", "[sr] cannot repair");
    assert_fragments("caf\xc3\xa9 crema", "caf\xc3\xa9 crema");
    assert_fragments("caf\xc3\xa9? creme", " creme");
}

static void test_deep_nesting_ends(void **state)
{
    char deep[400];

    (void)state;
    memset(deep, '(', 200);
    memset(deep + 200, ')', 199);
    deep[399] = '\0';
    assert_fragments(deep, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_longest_certain_run_is_taken_in_lower_case),
        cmocka_unit_test(test_what_may_be_missing_is_not_certain),
        cmocka_unit_test(test_what_stands_before_a_group_begins_its_branches),
        cmocka_unit_test(test_around_a_match_what_is_looked_at_counts),
        cmocka_unit_test(test_a_short_run_takes_what_may_follow),
        cmocka_unit_test(test_every_branch_gives_one),
        cmocka_unit_test(test_short_runs_and_strange_syntax_give_none),
        cmocka_unit_test(test_escapes_of_signs_are_signs),
        cmocka_unit_test(test_deep_nesting_ends),
        cmocka_unit_test(test_words_of_every_other_line_tell_nothing),
        cmocka_unit_test(test_what_several_branches_hold_is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
