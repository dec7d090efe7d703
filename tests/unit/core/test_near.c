/* What must stand around a literal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/near.h"

static dx_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dx_arena_new(0);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dx_arena_free(arena);
    return 0;
}

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
    assert_int_equal(near_of("one more .{4} one", "one")->begins, 11);
    assert_true(near_of(".*one", "one")->begins == DX_NEAR_ANYWHERE);
    assert_true(near_of("x{3,}one", "one")->begins == DX_NEAR_ANYWHERE);
    assert_true(near_of("(?:ab)+one", "one")->begins == DX_NEAR_ANYWHERE);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_texts_of_the_pattern_must_be_there),
        cmocka_unit_test(test_they_must_be_as_near_as_the_pattern_has_them),
        cmocka_unit_test(test_each_branch_has_its_own),
        cmocka_unit_test(test_what_may_be_missing_is_not_asked_for),
        cmocka_unit_test(test_nothing_is_known_without_bounds),
        cmocka_unit_test(test_how_far_behind_its_beginning_a_match_has_it),
        cmocka_unit_test(test_where_the_text_is_not_known_it_may_be),
        cmocka_unit_test(test_characters_may_have_several_bytes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
