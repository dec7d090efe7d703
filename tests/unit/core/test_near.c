/* What must stand around a literal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/near.h"
#include "tests/unit/core/arena.h"

static const dx_near *near_of(const char *pattern, const char *literal)
{
    const dx_str one = dx_str_of(literal);
    const dx_near *out;

    assert_true(dx_near_of(dx_str_of(pattern), &one, 1, arena, arena, &out));
    return out;
}

/* Of a literal at each of its places in a text that is all there is. */
static bool holds(const char *pattern, const char *literal, const char *text)
{
    const dx_near *near = near_of(pattern, literal);
    dx_near_text in = {.text = dx_str_of(text), .begins = true, .ends = true};
    char packed[64];
    size_t n = 0;
    bool any = false;

    if (near == NULL)
        fail_msg("%s: nothing is certain", pattern);
    for (size_t i = 0; literal[i]; i++)
        if (literal[i] != ' ')
            packed[n++] = literal[i];
    for (size_t at = 0; (at = dx_str_find(in.text, (dx_str){packed, n}, at)) != SIZE_MAX; at++) {
        in.at = at;
        any |= dx_near_holds(near, &in);
    }
    return any;
}

static void test_other_texts_of_the_pattern_must_be_there(void **state)
{
    (void)state;
    const char *const rx =
        "Setup could not (?<what>[a-z ]{1,20}) the file (\\S{1,30}): error \\d{1,5}";

    assert_true(holds(rx, "setup could not", "xsetupcouldnotcopythefilea.dll:error5x"));
    assert_false(holds(rx, "setup could not", "xsetupcouldnotcopythefilea.dllatall,error5"));
    assert_false(holds(rx, "setup could not", "xsetupcouldnotopenapolicy:error5"));
    assert_true(holds(rx, "the file", "xsetupcouldnotcopythefilea.dll:error5x"));
    assert_false(holds(rx, "the file", "copythefilea.dll:error5x"));
}

static void test_they_must_be_as_near_as_the_pattern_has_them(void **state)
{
    (void)state;
    assert_true(holds("first one\\d{2,4}then other", "first one", "firstone12thenother"));
    assert_true(holds("first one\\d{2,4}then other", "first one", "firstone1234thenother"));
    assert_false(holds("first one\\d{2,4}then other", "first one", "firstone12345thenother"));
    assert_false(holds("first one\\d{2,4}then other", "first one", "firstone1thenother"));
    assert_false(holds("first one\\d{2,4}then other", "then other", "firstone12345thenother"));
}

static void test_each_branch_has_its_own(void **state)
{
    (void)state;
    const char *const rx = "(?:job for \\S{1,9} failed|failed to load the (?:one|two) thing)";

    assert_true(holds(rx, "failed", "jobforabcfailed"));
    assert_true(holds(rx, "failed", "failedtoloadthetwothings"));
    assert_false(holds(rx, "failed", "jobforabcdefghijklfailed"));
    assert_false(holds(rx, "failed", "itfailedtoloadtheapple"));
    assert_true(holds("(?:job x|it) failed so", "failed", "itfailedso"));
    assert_false(holds("(?:failed more|(?:it|he) failed) (?=with)", "failed", "itfailedwhy"));
    assert_true(holds("x (?:first|other) kind", "kind", "xotherkind"));
    assert_false(holds("x (?:first|other) kind", "kind", "xanotherkind"));
}

static void test_what_may_be_missing_is_not_asked_for(void **state)
{
    (void)state;
    const char *const rx = "could (?:certainly )?not (?:open|close){1,3} it(?: again)? today";

    assert_true(holds(rx, "today", "couldnotopenittoday"));
    assert_true(holds("a{2}bc(?i)(?=dx)d [x]\\x41end of it", "end of it", "aabcdxaendofit"));
    assert_true(holds("[Ff]irst [a-f] other", "first", "firstaother"));
    assert_false(holds("[Ff]irst [a-f] other", "first", "firstandother"));
    assert_true(holds("it failed (?=with [0-9]{4})[a-z]", "failed", "itfailedwith1234"));
    assert_false(holds("it failed (?=with [0-9]{4})[a-z]", "failed", "itfailedwhy1234"));
    assert_true(holds("it failed (?!with [0-9]{4})so", "failed", "itfailedso"));
    assert_true(holds("no\\s*more\\s+of[ \\n]that", "that", "nomoreofthat"));
}

static void test_nothing_is_known_without_bounds(void **state)
{
    (void)state;
    assert_int_equal(near_of("first one .* then other", "first one")->n, 0);
    assert_int_equal(near_of("first one", "first one")->n, 0);
    assert_null(near_of("first one|then other", "first one"));
    assert_null(near_of("first one (?R)? then other", "first one"));
    assert_null(near_of("(?:first one)? then other", "first one"));
    /* But of what is on the same side of what has none. */
    assert_true(holds("far away .* first one \\d{3} then", "first one", "firstone123then"));
    assert_false(holds("far away .* first one \\d{3} then", "first one", "firstone1234567then"));
}

static void test_how_far_behind_its_beginning_a_match_has_it(void **state)
{
    (void)state;
    assert_int_equal(near_of("first one", "first one")->begins, 0);
    assert_int_equal(near_of("\\d{2,5} a? ?first one", "first one")->begins, 6);
    assert_int_equal(near_of("(?:far [^\n]{0,9}?|near) ?first one", "first one")->begins, 12);
    assert_int_equal(near_of("(?:far .{0,9} )?one|one", "one")->begins, 12);
    assert_int_equal(near_of("(?=.{0,30}one)\\w{2} one", "one")->begins, 30);
    assert_int_equal(near_of("one more .{4} one", "one")->begins, 0); /* the first counts */
    assert_true(near_of(".*one", "one")->begins == DX_NEAR_ANYWHERE);
    assert_true(near_of("x{3,}one", "one")->begins == DX_NEAR_ANYWHERE);
    assert_true(near_of("(?:ab)+one", "one")->begins == DX_NEAR_ANYWHERE);
}

/* What goes through a group that need not be there has its literal in it; of the others the bounds
 * go on behind it, but no distance from what stands in it. */
static void test_a_group_that_has_the_literal_bounds_the_others(void **state)
{
    const char *pattern = "(?:(?=.{0,30}one).+? )?x{0,5}more one";

    (void)state;
    assert_int_equal(near_of(pattern, "one")->begins, 30);
    assert_true(holds(pattern, "one", "wordsonlymoreone"));
    assert_true(holds(pattern, "one", "one,andmuchmorethanthirtycharacterslatermoreone"));
    assert_true(near_of("(?:.+? )?more one", "one")->begins == DX_NEAR_ANYWHERE);
    assert_true(near_of("(?:(?=two).+? )?more one", "one")->begins == DX_NEAR_ANYWHERE);
    assert_true(near_of(".+?(?:(?=one).+? )?more one", "one")->begins == DX_NEAR_ANYWHERE);
}

static void test_how_far_behind_its_literal_a_match_ends(void **state)
{
    (void)state;
    assert_int_equal(near_of("begins the code .{0,4}then", "code")->ends, 12);
    assert_int_equal(near_of("code 17|a code \\d{1,9} more", "code")->ends, 17);
    /* that branch is followed by as much as the longer one is */
    assert_int_equal(near_of("first(?: and a code|, code \\d\\d)?(?: b)? code", "code")->ends, 12);
    assert_true(near_of("the code .*then", "code")->ends == DX_NEAR_ANYWHERE);
    assert_true(near_of("the code 17|code .+", "code")->ends == DX_NEAR_ANYWHERE);
    assert_true(near_of("the code 17(?!.{0,40}later)", "code")->ends == DX_NEAR_ANYWHERE);
}

static size_t plainly_before(dx_str text, size_t at, uint32_t characters, size_t least)
{
    for (; at > least; at--) {
        const unsigned char c = (unsigned char)text.p[at - 1];
        if (c == ' ' || c == '\n')
            continue;
        if (characters == 0)
            break;
        characters -= (c & 0xC0) != 0x80;
    }
    return at;
}

static void test_the_place_so_many_characters_before(void **state)
{
    static const char *const words[] = {"word", " ", "\n", "  ", "\xc3\xa4", "longer-one", "x"};
    char text[400];
    uint32_t seed = 5;

    (void)state;
    for (int round = 0; round < 200; round++) {
        size_t n = 0;
        while (n + 16 < sizeof text) {
            const char *word = words[((seed = seed * 1664525u + 1013904223u) >> 16) % 7];
            memcpy(text + n, word, strlen(word));
            n += strlen(word);
        }
        for (size_t at = n; at > n - 20; at--)
            for (uint32_t k = 0; k < 300; k += 7) {
                const size_t least = k % 3 * 40;
                assert_int_equal(dx_near_before((dx_str){text, n}, at, k, least),
                                 plainly_before((dx_str){text, n}, at, k, least));
            }
    }
}

/* Of the ways that hold, where several might. */
static uint32_t begins_at(const dx_near *near, const char *text, size_t at)
{
    const dx_near_text in = {.text = dx_str_of(text), .at = at, .begins = true, .ends = true};

    return dx_near_begins(near, &in);
}

static void test_each_way_has_its_beginning(void **state)
{
    (void)state;
    const dx_near *near = near_of("(?:begins [a-f]{4} |own )code 0x|code 17", "code");

    assert_int_equal(near->begins, 10);
    assert_int_equal(begins_at(near, "beginsabcdcode0x", 10), 10);
    assert_int_equal(begins_at(near, "owncode0x", 3), 3);
    assert_int_equal(begins_at(near, "beginsabcdcode17", 10), 0);
    assert_int_equal(begins_at(near, "beginsabcdcode18", 10), 0);
    assert_int_equal(begins_at(near_of("\\d{2} code", "code"), "12code", 2), 2); /* none asks */
}

/* What is not ASCII counts only where it is in between. */
static void test_a_far_character_of_several_bytes_is_no_matter(void **state)
{
    (void)state;
    const dx_near *near = near_of("code .{0,4}then", "code");
    dx_near_text in = {.text = DX_LIT("\xc3\xa4\xc3\xa4xxxxcode12345then"), .at = 8, .wide = true};

    in.begins = in.ends = true;
    assert_false(dx_near_holds(near, &in));
    in.text = DX_LIT("\xc3\xa4\xc3\xa4xxxxcode\xc3\xa4\xc3\xa4\xc3\xa4then");
    assert_true(dx_near_holds(near, &in));
    near = near_of("one .{0,8}code .{0,4}then", "code");
    in.text = DX_LIT("one\xc3\xa4\xc3\xa4xcode12345then");
    assert_false(dx_near_holds(near, &in));
    in.text = DX_LIT("one\xc3\xa4\xc3\xa4xcode1234then");
    assert_true(dx_near_holds(near, &in));
}

static void test_classes_are_part_of_the_text(void **state)
{
    (void)state;
    const char *const rx = "code 0x8[0-9a-f]{7} [-:] \\d\\w";

    assert_true(holds(rx, "code", "code0x8007000e-1b"));
    assert_true(holds(rx, "code", "code0x8007000e:1_"));
    assert_false(holds(rx, "code", "code0x8007xxxx-1b"));
    assert_false(holds(rx, "code", "code0x8007000-1b"));
    assert_false(holds(rx, "code", "code0x8007000e-b1"));
    assert_true(holds("no [.:]{2,4} code", "code", "no:...code"));
    assert_false(holds("no [.:]{2,4} code", "code", "no:code"));
    assert_true(holds("a [^x]b [[:alpha:]]c\\D code", "code", "a-b1c-code"));
    assert_true(holds("first [a-c -]{1,3} code", "code", "firstcode")); /* a blank, too */
}

static const dx_near *near_of_codes(const char *pattern, const char *const *literals, size_t n)
{
    dx_str all[16];
    const dx_near *out;

    for (size_t i = 0; i < n; i++)
        all[i] = dx_str_of(literals[i]);
    assert_true(dx_near_of(dx_str_of(pattern), all, n, arena, arena, &out));
    return out;
}

static void test_literals_for_each_member_of_a_class_are_known(void **state)
{
    (void)state;
    static const char *const codes[] = {"is 7", "is 8", "is 9"};
    const dx_near *near = near_of_codes("(?:it|he) is [7-9] today", codes, 3);
    dx_near_text in = {.text = dx_str_of("itis8today"), .at = 2, .begins = true, .ends = true};

    assert_non_null(near);
    assert_true(dx_near_holds(near, &in));
    in.text = dx_str_of("itis8now");
    assert_false(dx_near_holds(near, &in));
    in.text = dx_str_of("itisxtoday");
    assert_false(dx_near_holds(near, &in));
    assert_null(near_of_codes("(?:it|he) is [7-9] today", codes, 2));
}

static void test_each_literal_is_asked_for_what_is_around_it(void **state)
{
    (void)state;
    static const char *const both[] = {"error", "failed"};
    const dx_near *near = near_of_codes("error 17 at|failed to open", both, 2);
    dx_near_text in = {.text = dx_str_of("error17at"), .begins = true, .ends = true};

    assert_true(dx_near_holds(near, &in));
    in.text = dx_str_of("failedtoopen");
    assert_true(dx_near_holds(near, &in));
    in.text = dx_str_of("terror17at");
    assert_false(dx_near_holds(near, &in));
    in.at = 1;
    assert_true(dx_near_holds(near, &in));
}

static void test_letters_of_any_script(void **state)
{
    (void)state;
    static const char *const both[] = {"b\xC5\x82\xC4\x85"
                                       "d",
                                       "fehler"};
    const char *const rx = "(?:b\xC5\x82\xC4\x85"
                           "d|Fehler) \\d{2} in \xC3\xA4pfeln";
    const dx_near *near = near_of_codes(rx, both, 2);
    dx_near_text in = {.begins = true, .ends = true, .wide = true};

    assert_non_null(near);
    in.text = dx_str_of("b\xC5\x82\xC4\x85"
                        "d17in\xC3\x84pfeln"); /* in another case */
    assert_true(dx_near_holds(near, &in));
    assert_int_equal(near_of("\xE9\x94\x99\xE8\xAF\xAF", "\xE9\x94\x99\xE8\xAF\xAF")->n, 0);
    in.text = dx_str_of("b\xC5\x82\xC4\x85"
                        "d17in\xC3\xA4mtern");
    assert_false(dx_near_holds(near, &in));
}

static void test_distances_do_not_add_up_with_what_stands_before(void **state)
{
    (void)state;
    const char *const rx = "\\w{1,400}\\.(?:c|h):\\d{1,6}: (?:fatal )?error: .";

    assert_true(holds(rx, "error:", "main.c:17:error:x"));
    assert_true(holds(rx, "error:", "main.h:123456:fatalerror:x"));
    assert_false(holds(rx, "error:", "main.c:17:andthenthereissomeothererror:x"));
    assert_false(holds(rx, "error:", "main.txt:17:error:x"));
    /* Of branches of different lengths either may be taken. */
    assert_true(holds("one (?:long|so very long) code x", "code", "onelongcodex"));
    assert_true(holds("one (?:long|so very long) code x", "code", "onesoverylongcodex"));
    /* What is looked at ahead begins where the rest begins. */
    assert_true(holds("\\w{0,9}(?=\\w{0,9}end)\\w{0,5} code", "code", "abcendabcode"));
}

static void test_what_is_looked_at_ahead_goes_on(void **state)
{
    (void)state;
    assert_true(holds("error(?= \\d{3}[.:]) (?<n>\\d+)", "error", "error123."));
    assert_false(holds("error(?= \\d{3}[.:]) (?<n>\\d+)", "error", "error1234."));
    assert_true(holds("error(?= in time)? so", "error", "errorso"));
    assert_true(holds("(?:one|two) error (?=.*error 2)", "error", "oneerrorandthenerror2"));
}

static void test_where_the_text_is_not_known_it_may_be(void **state)
{
    (void)state;
    const dx_near *near = near_of("first one\\d{2,4}then other", "first one");
    dx_near_text in = {.text = dx_str_of("firstone12the"), .begins = true};

    assert_true(dx_near_holds(near, &in));
    in.ends = true;
    assert_false(dx_near_holds(near, &in));
}

static void test_characters_may_have_several_bytes(void **state)
{
    (void)state;
    const dx_near *near = near_of("first one.{1,3}then other", "first one");
    dx_near_text in = {.text = dx_str_of("firstone\xC3\xA4\xC3\xB6\xC3\xBCthenother"),
                       .begins = true,
                       .ends = true,
                       .wide = true};

    assert_true(dx_near_holds(near, &in));
}

/* ---- branches without a literal ---- */

static void without(const char *pattern, const char *literal, size_t n, ...)
{
    const dx_near_branch *found;
    size_t n_found;
    va_list texts;

    assert_true(dx_near_without(dx_str_of(pattern), dx_str_of(literal), arena, &found, &n_found));
    assert_int_equal(n_found, n);
    va_start(texts, n);
    for (size_t i = 0; i < n; i++) {
        const dx_str branch = dx_str_slice(dx_str_of(pattern), found[i].from, found[i].to);
        const dx_str wanted = dx_str_of(va_arg(texts, const char *));
        assert_int_equal(branch.n, wanted.n);
        assert_memory_equal(branch.p, wanted.p, wanted.n);
    }
    va_end(texts);
}

static void test_every_branch_has_it(void **state)
{
    (void)state;
    without("disk full", "disk full", 0);
    without("Disk (?:is full|was full)", "full", 0);
    without("(?:red|blue) disk (?:one|two)", "disk", 0);
    without("(?=disk)\\w+ (?:is full|failed)", "disk", 0);
    without("(?<a>disk) full", "disk full", 0);
    without("(?:a disk|the disk) full", "disk full", 0); /* goes on behind either */
}

static void test_branches_without_it(void **state)
{
    (void)state;
    without("disk full|tape torn", "disk", 1, "tape torn");
    without("the (?:disk|tape|card) failed", "disk", 2, "tape", "card");
    without("(?:red|blue) (?:disk|tape)", "disk", 1, "tape");
    without("(?<what>disk|(?:big|small) tape)", "disk", 1, "(?:big|small) tape");
    without("(?|disk|x (?:tape|disk))", "disk", 1, "tape");
    without("(?:a disk|b) (?:a disk|c)", "disk", 1, "c");
    without("a(?:bc|de)f(?:g|h)", "bc", 1, "de");
}

static void test_all_of_the_pattern_without_it(void **state)
{
    (void)state;
    without("tape torn", "disk", 1, "tape torn");
    without("(?:disk )?failed", "disk", 1, "(?:disk )?failed");
    without("(?:disk|tape)* failed", "disk", 1, "(?:disk|tape)* failed");
    without("(?!disk|tape)failed", "disk", 1, "(?!disk|tape)failed");
    without("di.k|di[sz]k", "disk", 1, "di.k|di[sz]k");
}

/* Places stay what they are also where signs are escaped or stand in classes. */
static void test_signs_that_mean_themselves(void **state)
{
    (void)state;
    without("(?:disk\\|a|[|)(]b)", "disk", 1, "[|)(]b");
    without("\\(disk|tape\\)", "disk", 1, "tape\\)");
}

static void test_of_what_is_not_understood_nothing_is_told(void **state)
{
    (void)state;
    without("tape(?#(:a|b)c", "disk", 0);
    without("(?#():a|b", "disk", 0);
    without("(?(1)a|b)", "disk", 0);
    without("\\Qa|b\\E|(?:c|disk)", "disk", 0);
    without("(?", "disk", 0);
    without("(?<a", "disk", 0);
}

/* More choices than can be gone through: all of the pattern is told, soon. */
static void test_too_many_choices(void **state)
{
    char pattern[400] = "";

    (void)state;
    for (int i = 0; i < 20; i++)
        strcat(pattern, "(?:a|b|c|d)x");
    without(pattern, "disk", 1, pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_texts_of_the_pattern_must_be_there),
        cmocka_unit_test(test_they_must_be_as_near_as_the_pattern_has_them),
        cmocka_unit_test(test_each_branch_has_its_own),
        cmocka_unit_test(test_what_may_be_missing_is_not_asked_for),
        cmocka_unit_test(test_nothing_is_known_without_bounds),
        cmocka_unit_test(test_how_far_behind_its_beginning_a_match_has_it),
        cmocka_unit_test(test_a_group_that_has_the_literal_bounds_the_others),
        cmocka_unit_test(test_each_way_has_its_beginning),
        cmocka_unit_test(test_how_far_behind_its_literal_a_match_ends),
        cmocka_unit_test(test_the_place_so_many_characters_before),
        cmocka_unit_test(test_a_far_character_of_several_bytes_is_no_matter),
        cmocka_unit_test(test_classes_are_part_of_the_text),
        cmocka_unit_test(test_literals_for_each_member_of_a_class_are_known),
        cmocka_unit_test(test_each_literal_is_asked_for_what_is_around_it),
        cmocka_unit_test(test_letters_of_any_script),
        cmocka_unit_test(test_distances_do_not_add_up_with_what_stands_before),
        cmocka_unit_test(test_what_is_looked_at_ahead_goes_on),
        cmocka_unit_test(test_where_the_text_is_not_known_it_may_be),
        cmocka_unit_test(test_characters_may_have_several_bytes),
        cmocka_unit_test(test_every_branch_has_it),
        cmocka_unit_test(test_branches_without_it),
        cmocka_unit_test(test_all_of_the_pattern_without_it),
        cmocka_unit_test(test_signs_that_mean_themselves),
        cmocka_unit_test(test_of_what_is_not_understood_nothing_is_told),
        cmocka_unit_test(test_too_many_choices),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
